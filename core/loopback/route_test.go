package loopback

import (
	"testing"

	"github.com/stretchr/testify/require"

	"sunscope/core/time"
	"sunscope/core/trace"
	"sunscope/core/wire"
)

// twoHosts are a client and a server that takes connections and datagrams.
func twoHosts(t *testing.T) (c *clock, n *Net, client *Host, server *post) {
	c = &clock{}
	n = New(c, new(trace.Log), Link{Delay: time.Millisecond})
	client = n.Host(clientAddr.Host, &machine{})
	far := n.Host(serverAddr.Host, &machine{})
	require.Equal(t, wire.OK, far.Listen(serverAddr, func(s wire.Socket) wire.Handler { return &end{s: s} }))
	server = &post{}
	var err wire.Errno
	server.s, err = far.Datagram(serverAddr, server)
	require.Equal(t, wire.OK, err)
	return c, n, client, server
}

func TestWhatKeepsAHostFromSendingIsSaidToWhoSends(t *testing.T) {
	for _, o := range []struct {
		obstruct           func(n *Net, on bool)
		datagrams, connect wire.Errno
	}{
		{func(n *Net, on bool) { n.Unreachable(clientAddr.Host, on) }, wire.EHOSTUNREACH, wire.EHOSTUNREACH},
		{func(n *Net, on bool) { n.LinkDown(clientAddr.Host, on) }, wire.ENETUNREACH, wire.ENETUNREACH},
		{func(n *Net, on bool) { n.Filter(clientAddr.Host, on) }, wire.EPERM, wire.EINPROGRESS},
	} {
		c, n, client, server := twoHosts(t)
		p := &post{}
		p.s, _ = client.Datagram(clientAddr, p)
		o.obstruct(n, true)
		require.Equal(t, o.datagrams, p.s.SendTo([]byte("one"), serverAddr))
		s, err := client.Connect(clientAddr, serverAddr, &end{})
		require.Equal(t, o.connect, err)
		s.Close()
		o.obstruct(n, false)
		require.Equal(t, wire.OK, p.s.SendTo([]byte("two"), serverAddr))
		_, err = client.Connect(clientAddr, serverAddr, &end{})
		require.Equal(t, wire.EINPROGRESS, err)
		c.run()
		require.Equal(t, []string{"two"}, server.got)
	}
}

func TestASocketThatFoundNoRouteIsBoundToItsPortOnly(t *testing.T) {
	_, n, client, _ := twoHosts(t)
	n.Unreachable(clientAddr.Host, true)
	s, _ := client.Connect(clientAddr, serverAddr, &end{})
	require.Equal(t, "0.0.0.0:900", s.Local().String())
	require.Equal(t, "0.0.0.0:0", s.Remote().String())
	require.Equal(t, wire.Close, s.State())
}

func TestASYNThatIsFilteredIsSentAgainAndConnectsOnceItGetsThrough(t *testing.T) {
	c, n, client, _ := twoHosts(t)
	n.Filter(clientAddr.Host, true)
	s, _ := client.Connect(clientAddr, serverAddr, &end{})
	s.SetUserTimeout(180 * time.Second)
	c.At(10*time.Second, func() { n.Filter(clientAddr.Host, false) })
	c.run()
	require.Equal(t, wire.Established, s.State())
}

func TestAConnectionThatNobodyAnswersFailsWithETIMEDOUT(t *testing.T) {
	c, n, client, _ := twoHosts(t)
	n.Filter(clientAddr.Host, true)
	e := &end{}
	s, _ := client.Connect(clientAddr, serverAddr, e)
	s.SetUserTimeout(180 * time.Second)
	c.At(180*time.Second-1, func() { require.Equal(t, wire.OK, e.err) })
	c.At(180*time.Second+1, func() {
		require.Equal(t, wire.ETIMEDOUT, e.err)
		require.Equal(t, wire.Close, s.State())
	})
	c.run()
}

func TestNoSYNIsSentForASocketThatWasClosedMeanwhile(t *testing.T) {
	c, n, client, _ := twoHosts(t)
	n.Filter(clientAddr.Host, true)
	s, _ := client.Connect(clientAddr, serverAddr, &end{})
	s.Close()
	n.Filter(clientAddr.Host, false)
	c.run()
	require.Zero(t, n.packet)
}

func TestADatagramToAHostWhoseLinkIsDownIsLost(t *testing.T) {
	c, n, client, server := twoHosts(t)
	p := &post{}
	p.s, _ = client.Datagram(clientAddr, p)
	n.LinkDown(clientAddr.Host, true)
	require.Equal(t, wire.OK, server.s.SendTo([]byte("one"), clientAddr))
	c.run()
	require.Empty(t, p.got)
}

func TestASocketThatGivesUpConnectingForgetsItsAddresses(t *testing.T) {
	c, _, client, _ := twoHosts(t)
	s, _ := client.Connect(clientAddr, serverAddr, &end{})
	s.Shutdown()
	require.Equal(t, "0.0.0.0:900", s.Local().String())
	require.Equal(t, "10.0.0.1:0", s.Remote().String())
	c.run()
	require.Equal(t, wire.Close, s.State(), "the SYN was under way, and leads to nothing")
}

func TestAConnectionWhoseBytesDoNotGetThroughFailsWithETIMEDOUT(t *testing.T) {
	for timeout, fails := range map[time.Duration]time.Duration{0: givesUp, 180 * time.Second: 180 * time.Second} {
		c, n, client, _ := twoHosts(t)
		e := &end{}
		s, _ := client.Connect(clientAddr, serverAddr, e)
		c.At(time.Second, func() {
			if timeout > 0 {
				s.SetUserTimeout(timeout)
			}
			n.Filter(clientAddr.Host, true)
			_, err := s.Send([]byte("lost"))
			require.Equal(t, wire.OK, err, "TCP does not look at the filter's verdict")
		})
		c.At(fails, func() { require.Equal(t, wire.OK, e.err) })
		c.run()
		require.Equal(t, wire.ETIMEDOUT, e.err)
	}
}
