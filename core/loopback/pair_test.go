package loopback

import (
	"testing"

	"github.com/stretchr/testify/require"

	"sunscope/core/time"
	"sunscope/core/trace"
	"sunscope/core/wire"
)

func TestTwoAddressesHaveOneConnectionAtATimeAndNoneForAMinuteAfterTheClientClosedIt(t *testing.T) {
	c := &clock{}
	n := New(c, new(trace.Log), Link{})
	h, server := n.Host("10.0.0.2", &machine{}), &end{}
	require.Equal(t, wire.OK, n.Host("10.0.0.1", &machine{}).Listen(serverAddr, func(s wire.Socket) wire.Handler {
		server.s = s
		return server
	}))
	connect := func(port uint16) (wire.Socket, wire.Errno) {
		defer c.run()
		return h.Connect(wire.Addr{Host: "10.0.0.2", Port: port}, serverAddr, &end{})
	}
	s, err := connect(900)
	require.Equal(t, wire.EINPROGRESS, err)
	_, err = connect(900)
	require.Equal(t, wire.EADDRNOTAVAIL, err)
	_, err = connect(901)
	require.Equal(t, wire.EINPROGRESS, err, "another source port is another pair")

	server = &end{} // of 900 only the client's end is left
	s.Close()
	c.run()
	_, err = connect(900)
	require.Equal(t, wire.EADDRNOTAVAIL, err, "the other end has not closed yet")
	c.now += time.Hour
	_, err = connect(900)
	require.Equal(t, wire.EADDRNOTAVAIL, err, "and never will")
}

func TestAfterBothEndsHaveClosedThePairIsTakenForAMinuteAtTheEndThatClosedFirst(t *testing.T) {
	for _, first := range []string{"client", "server"} {
		c, client, server := connectFrom(t, 40000)
		a, b := client.s, server.s
		if first == "server" {
			a, b = b, a
		}
		a.Close()
		c.run()
		b.Close()
		c.run()
		again := func() wire.Errno {
			s := client.s.(*socket)
			_, err := (&Host{net: s.net, addr: "10.0.0.2"}).Connect(s.local, s.remote, &end{})
			return err
		}
		want := wire.EINPROGRESS
		if first == "client" {
			require.Equal(t, wire.EADDRNOTAVAIL, again())
			c.now += timeWait
		}
		require.Equal(t, want, again(), "%s closed first", first)
	}
}

// connectFrom is a connection from a port of the client.
func connectFrom(t *testing.T, port uint16) (c *clock, client, server *end) {
	c, client, server = &clock{}, &end{}, &end{}
	n := New(c, new(trace.Log), Link{})
	h := n.Host("10.0.0.2", &machine{})
	require.Equal(t, wire.OK, n.Host("10.0.0.1", &machine{}).Listen(serverAddr, func(s wire.Socket) wire.Handler {
		server.s = s
		return server
	}))
	client.s, _ = h.Connect(wire.Addr{Host: "10.0.0.2", Port: port}, serverAddr, client)
	c.run()
	return c, client, server
}

// Recording 14 does so after twenty seconds.
func TestAPrivilegedPortMayConnectAgainAtOnceAfterItsConnectionWasClosed(t *testing.T) {
	c, client, server := connectFrom(t, 1013)
	client.s.Close()
	c.run()
	server.s.Close()
	c.run()
	s := client.s.(*socket)
	_, err := (&Host{net: s.net, addr: "10.0.0.2"}).Connect(s.local, s.remote, &end{})
	require.Equal(t, wire.EINPROGRESS, err)
}

func TestTheEndOfAStreamIsReadLikeData(t *testing.T) {
	c, client, server := connect(t, Link{})
	server.s.Shutdown()
	c.run()
	require.True(t, client.eof)
	require.Equal(t, []wire.SockState{wire.Established, wire.CloseWait}, client.states)
}

func TestAClientThatGivesUpWhileItConnectsAnswersTheServerWithAReset(t *testing.T) {
	c := &clock{}
	n := New(c, new(trace.Log), Link{Delay: time.Millisecond})
	accepted := false
	require.Equal(t, wire.OK, n.Host("10.0.0.1", &machine{}).Listen(serverAddr, func(wire.Socket) wire.Handler {
		accepted = true
		return &end{}
	}))
	s, _ := n.Host("10.0.0.2", &machine{}).Connect(wire.Addr{Host: "10.0.0.2", Port: 900}, serverAddr, &end{})
	c.At(1500*time.Microsecond, func() { // the SYN is there, the SYN-ACK is not here yet
		s.Shutdown()
		s.Close()
	})
	c.run()
	require.False(t, accepted)
	require.NotEqual(t, wire.Established, s.State())
}
