package loopback

import (
	"bytes"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"sunscope/core/time"
	"sunscope/core/trace"
	"sunscope/core/wire"
)

// losing is a link that loses so many of a hundred segments.
func losing(percent int, seed uint64) Link {
	return Link{Delay: time.Millisecond, Faults: Faults{Segments: percent, SegRand: rand.New(rand.NewPCG(seed, 2))}}
}

func TestAStreamOverALossyLinkArrivesWholeAndInOrder(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		percent := rapid.IntRange(0, 60).Draw(r, "percent")
		c, client, server := connect(t, losing(0, rapid.Uint64().Draw(r, "seed")))
		for _, host := range []string{"10.0.0.1", "10.0.0.2"} {
			client.s.(*socket).net.Lose(host, percent)
		}
		var want []byte
		for range rapid.IntRange(1, 8).Draw(r, "sends") {
			p := rapid.SliceOfN(rapid.Byte(), 1, 5000).Draw(r, "bytes")
			_, err := client.s.Send(p)
			require.Equal(r, wire.OK, err)
			want = append(want, p...)
		}
		client.s.Shutdown()
		c.run()
		require.True(r, bytes.HasPrefix(want, server.got))
		if client.err == wire.ETIMEDOUT {
			return // one segment was lost sixteen times: the sender has given up, and knows it
		}
		require.Len(r, server.got, len(want))
		require.Equal(r, wire.CloseWait, server.s.State())
	})
}

func TestALostSYNIsSentAgainAfterOneSecondThenTwoThenFour(t *testing.T) {
	c := &clock{}
	n := New(c, new(trace.Log), losing(90, 1))
	m, client := &machine{}, &end{}
	_ = n.Host("10.0.0.1", &machine{}).Listen(serverAddr, func(wire.Socket) wire.Handler { return &end{} })
	n.Lose("10.0.0.2", 100)
	n.Lose("10.0.0.1", 0)
	client.s, _ = n.Host("10.0.0.2", m).Connect(wire.Addr{Host: "10.0.0.2", Port: 900}, serverAddr, client)
	sent := map[time.Duration]int{}
	for c.now < 3*time.Second {
		e := c.todo[0]
		c.todo, c.now = c.todo[1:], e.at
		e.f()
		sent[c.now] = m.sent
	}
	require.Equal(t, 1, sent[0])
	require.Equal(t, 2, sent[time.Second])
	require.Equal(t, 3, sent[3*time.Second])
	require.Empty(t, client.states)
	n.Lose("10.0.0.2", 0)
	c.run()
	require.Equal(t, []wire.SockState{wire.Established}, client.states)
	require.Equal(t, 7*time.Second, c.now.Truncate(time.Second))
}

func TestASocketThatIsGivenUpSendsNoSYNAgain(t *testing.T) {
	c := &clock{}
	n := New(c, new(trace.Log), losing(0, 1))
	m := &machine{}
	n.Lose("10.0.0.2", 100)
	s, _ := n.Host("10.0.0.2", m).Connect(wire.Addr{Host: "10.0.0.2", Port: 900}, serverAddr, &end{})
	s.Close()
	c.run()
	require.Equal(t, 1, m.sent)
}

func TestOneDirectionCanLoseWhatTheOtherDoesNot(t *testing.T) {
	c, client, server := posts(t, seeded(Faults{}))
	n := client.s.(*datagramSocket).net
	n.Lose(clientAddr.Host, 100)
	require.Equal(t, wire.OK, client.s.SendTo([]byte("there"), serverAddr))
	require.Equal(t, wire.OK, server.s.SendTo([]byte("back"), clientAddr))
	c.run()
	require.Empty(t, server.got)
	require.Equal(t, []string{"back"}, client.got)
}

func TestASlowDirectionTakesItsTimeAndNoSegmentOvertakesAnother(t *testing.T) {
	c, client, server := connect(t, losing(0, 1))
	n := client.s.(*socket).net
	start := c.now
	n.Slow("10.0.0.2", 50*time.Millisecond)
	_, _ = client.s.Send([]byte("first "))
	n.Slow("10.0.0.2", 0)
	_, _ = client.s.Send([]byte("second"))
	c.run()
	require.Equal(t, "first second", string(server.got))
	require.Equal(t, 51*time.Millisecond, c.now-start)
}
