package loopback

import (
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"sunscope/core/time"
	"sunscope/core/trace"
	"sunscope/core/wire"
)

// post is a program at one end of datagrams: it reads all that arrives.
type post struct {
	s      wire.DatagramSocket
	got    []string
	from   []wire.Addr
	spaces int
}

func (p *post) WriteSpace() { p.spaces++ }
func (p *post) DataReady() {
	for {
		b, from, err := p.s.RecvFrom()
		if err != wire.OK {
			return
		}
		p.got, p.from = append(p.got, string(b)), append(p.from, from)
	}
}

var clientAddr = wire.Addr{Host: "10.0.0.2", Port: 900}

// posts opens a socket on each of two hosts.
func posts(t testing.TB, link Link) (c *clock, client, server *post) {
	c = &clock{}
	n := New(c, new(trace.Log), link)
	client, server = &post{}, &post{}
	var err wire.Errno
	client.s, err = n.Host(clientAddr.Host, &machine{}).Datagram(clientAddr, client)
	require.Equal(t, wire.OK, err)
	server.s, err = n.Host(serverAddr.Host, &machine{}).Datagram(serverAddr, server)
	require.Equal(t, wire.OK, err)
	return c, client, server
}

func seeded(f Faults) Link {
	f.Rand = rand.New(rand.NewPCG(1, 2))
	return Link{Delay: time.Millisecond, Faults: f}
}

func TestADatagramArrivesWholeAndSaysWhereItComesFrom(t *testing.T) {
	c, client, server := posts(t, Link{Delay: 3 * time.Millisecond})
	require.Equal(t, wire.OK, client.s.SendTo([]byte("one"), serverAddr))
	require.Equal(t, wire.OK, client.s.SendTo([]byte("two"), serverAddr))
	c.run()
	require.Equal(t, []string{"one", "two"}, server.got)
	require.Equal(t, []wire.Addr{clientAddr, clientAddr}, server.from)
	require.Equal(t, 3*time.Millisecond, c.now)
}

func TestADatagramToAPortThatNobodyHasIsLostInSilence(t *testing.T) {
	c, client, _ := posts(t, Link{})
	require.Equal(t, wire.OK, client.s.SendTo([]byte("hello"), wire.Addr{Host: serverAddr.Host, Port: 7}))
	c.run()
	require.Empty(t, client.got)
}

func TestADatagramPortIsTakenOnceAndFreeAfterClose(t *testing.T) {
	n := New(&clock{}, new(trace.Log), Link{})
	h := n.Host(clientAddr.Host, &machine{})
	s, err := h.Datagram(clientAddr, &post{})
	require.Equal(t, wire.OK, err)
	_, err = h.Datagram(clientAddr, &post{})
	require.Equal(t, wire.EADDRINUSE, err)
	s.Close()
	_, err = h.Datagram(clientAddr, &post{})
	require.Equal(t, wire.OK, err)
}

func TestADatagramThatIsTooLongIsRefused(t *testing.T) {
	_, client, _ := posts(t, Link{})
	require.Equal(t, wire.EMSGSIZE, client.s.SendTo(make([]byte, wire.MaxDatagram+1), serverAddr))
	require.Equal(t, wire.OK, client.s.SendTo(make([]byte, wire.MaxDatagram), serverAddr))
}

func TestAFullSendBufferTakesNoDatagramUntilOneHasLeft(t *testing.T) {
	c, client, server := posts(t, Link{Bandwidth: 1 << 20})
	sent := 0
	for client.s.SendTo(make([]byte, 60000), serverAddr) == wire.OK {
		sent++
	}
	require.Equal(t, DatagramSendBuffer/60000, sent)
	c.run()
	require.Equal(t, sent, client.spaces)
	require.Len(t, server.got, sent)
	require.Equal(t, wire.OK, client.s.SendTo(nil, serverAddr))
}

func TestFragmentsOfALongDatagramEachTakeAHeader(t *testing.T) {
	require.Equal(t, 34+8+100, onTheWire(100))
	require.Equal(t, 2*34+8+1473, onTheWire(1473))
}

func TestALinkLosesAboutAsManyDatagramsAsItShould(t *testing.T) {
	c, client, server := posts(t, seeded(Faults{Loss: 20}))
	for range 1000 {
		_ = client.s.SendTo([]byte("x"), serverAddr)
		c.run()
	}
	require.InDelta(t, 800, len(server.got), 50)
}

func TestADuplicateArrivesTwice(t *testing.T) {
	c, client, server := posts(t, seeded(Faults{Duplicate: 100}))
	_ = client.s.SendTo([]byte("again"), serverAddr)
	c.run()
	require.Equal(t, []string{"again", "again"}, server.got)
}

func TestALateDatagramIsOvertaken(t *testing.T) {
	c, client, server := posts(t, seeded(Faults{Reorder: 50, Late: 10 * time.Millisecond}))
	want := ""
	for i := range 20 {
		want += string(rune('a' + i))
		_ = client.s.SendTo([]byte{byte('a' + i)}, serverAddr)
	}
	c.run()
	got := ""
	for _, s := range server.got {
		got += s
	}
	require.NotEqual(t, want, got)
	require.Len(t, got, 20, "late, but there")
}

func TestTheSameSeedLosesTheSameDatagrams(t *testing.T) {
	run := func() []string {
		c, client, server := posts(t, seeded(Faults{Loss: 30, Duplicate: 20, Reorder: 20}))
		for i := range 50 {
			_ = client.s.SendTo([]byte{byte(i)}, serverAddr)
		}
		c.run()
		return server.got
	}
	require.Equal(t, run(), run())
}
