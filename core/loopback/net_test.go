package loopback

import (
	"bytes"
	"sort"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"sunscope/core/time"
	"sunscope/core/trace"
	"sunscope/core/wire"
)

// clock is virtual time with a list of what is to happen.
type clock struct {
	now  time.Duration
	todo []entry
	seq  int
}

type entry struct {
	at  time.Duration
	seq int
	f   func()
}

func (c *clock) Now() time.Duration { return c.now }
func (c *clock) At(t time.Duration, f func()) {
	c.seq++
	c.todo = append(c.todo, entry{t, c.seq, f})
	sort.Slice(c.todo, func(i, j int) bool {
		a, b := c.todo[i], c.todo[j]
		return a.at < b.at || a.at == b.at && a.seq < b.seq
	})
}

func (c *clock) run() {
	for len(c.todo) > 0 {
		e := c.todo[0]
		c.todo = c.todo[1:]
		c.now = e.at
		e.f()
	}
}

// machine counts what its network card does.
type machine struct{ sent, received int }

func (m *machine) Emit(_ string, k trace.Kind, _ ...int64) {
	switch k {
	case trace.WireSend:
		m.sent++
	case trace.WireRecv:
		m.received++
	}
}
func (m *machine) Softirq(f func()) { f() }

// end is a program at one end of a connection: it reads all that arrives.
type end struct {
	s      wire.Socket
	got    []byte
	states []wire.SockState
	err    wire.Errno
	spaces int
	eof    bool
}

func (e *end) StateChange(s wire.SockState) { e.states = append(e.states, s) }
func (e *end) WriteSpace()                  { e.spaces++ }
func (e *end) Error(err wire.Errno)         { e.err = err }
func (e *end) DataReady() {
	p := make([]byte, 1000)
	for {
		n, err := e.s.Recv(p)
		if err != wire.OK {
			return
		}
		if n == 0 {
			e.eof = true
			return
		}
		e.got = append(e.got, p[:n]...)
	}
}

var serverAddr = wire.Addr{Host: "10.0.0.1", Port: 2049}

// connect joins two hosts and opens a connection between them.
func connect(t testing.TB, link Link) (c *clock, client, server *end) {
	c = &clock{}
	n := New(c, new(trace.Log), link)
	client, server = &end{}, &end{}
	accept := func(s wire.Socket) wire.Handler { server.s = s; return server }
	require.Equal(t, wire.OK, n.Host("10.0.0.1", &machine{}).Listen(serverAddr, accept))
	s, err := n.Host("10.0.0.2", &machine{}).Connect(wire.Addr{Host: "10.0.0.2", Port: 900}, serverAddr, client)
	require.Equal(t, wire.EINPROGRESS, err)
	client.s = s
	c.run()
	require.Equal(t, []wire.SockState{wire.Established}, client.states)
	require.NotNil(t, server.s)
	return c, client, server
}

func TestAHandshakeTakesARoundTripForTheClient(t *testing.T) {
	c, client, _ := connect(t, Link{Delay: 10 * time.Millisecond})
	require.Equal(t, wire.Established, client.s.State())
	require.Equal(t, 30*time.Millisecond, c.now, "SYN, SYN-ACK, ACK")
}

func TestBytesArriveWholeAndInOrderHoweverTheyAreSent(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		c, client, server := connect(t, Link{Delay: time.Millisecond, Bandwidth: 1 << 20})
		var want []byte
		for range rapid.IntRange(1, 8).Draw(r, "sends") {
			p := rapid.SliceOfN(rapid.Byte(), 1, 5000).Draw(r, "bytes")
			n, err := client.s.Send(p)
			require.Equal(r, wire.OK, err)
			require.Equal(r, len(p), n)
			want = append(want, p...)
		}
		c.run()
		require.True(r, bytes.Equal(want, server.got))
	})
}

func TestALinkLetsOnlySoManyBytesThroughASecond(t *testing.T) {
	c, client, server := connect(t, Link{Bandwidth: 100_000})
	start := c.now
	_, err := client.s.Send(make([]byte, 100_000))
	require.Equal(t, wire.OK, err)
	c.run()
	require.Len(t, server.got, 100_000)
	require.Greater(t, c.now-start, time.Second, "the bytes and their headers")
	require.Less(t, c.now-start, 1100*time.Millisecond)
}

func TestASendBufferFillsAndSaysWhenThereIsRoomAgain(t *testing.T) {
	c, client, server := connect(t, Link{Delay: time.Millisecond})
	n, err := client.s.Send(make([]byte, SendBuffer+10))
	require.Equal(t, wire.EAGAIN, err)
	require.Equal(t, SendBuffer, n)
	c.run()
	require.Equal(t, 1, client.spaces)
	require.Len(t, server.got, SendBuffer)
}

func TestAPortWithoutAListenerRefuses(t *testing.T) {
	c := &clock{}
	n := New(c, new(trace.Log), Link{})
	n.Host("10.0.0.1", &machine{})
	client := &end{}
	_, err := n.Host("10.0.0.2", &machine{}).Connect(wire.Addr{Host: "10.0.0.2", Port: 900}, serverAddr, client)
	require.Equal(t, wire.EINPROGRESS, err)
	c.run()
	require.Equal(t, []wire.SockState{wire.Close}, client.states)
	require.Equal(t, wire.ECONNREFUSED, client.err)
}

func TestAPortIsListenedToOnce(t *testing.T) {
	n := New(&clock{}, new(trace.Log), Link{})
	h := n.Host("10.0.0.1", &machine{})
	require.Equal(t, wire.OK, h.Listen(serverAddr, nil))
	require.Equal(t, wire.EADDRINUSE, h.Listen(serverAddr, nil))
}

func TestTheEndOfAStreamComesAfterItsBytes(t *testing.T) {
	c, client, server := connect(t, Link{Delay: time.Millisecond})
	_, _ = client.s.Send([]byte("last words"))
	client.s.Shutdown()
	require.Equal(t, wire.FinWait1, client.s.State())
	c.run()
	require.Equal(t, "last words", string(server.got))
	require.Equal(t, wire.CloseWait, server.s.State())
	server.DataReady()
	require.True(t, server.eof)
	_, err := client.s.Send([]byte("more"))
	require.Equal(t, wire.EPIPE, err)
}

func TestEverySegmentIsAnEventWhereItLeavesAndWhereItArrives(t *testing.T) {
	c := &clock{}
	n := New(c, new(trace.Log), Link{})
	a, b := &machine{}, &machine{}
	server := &end{}
	_ = n.Host("10.0.0.1", b).Listen(serverAddr, func(s wire.Socket) wire.Handler { server.s = s; return server })
	client := &end{}
	client.s, _ = n.Host("10.0.0.2", a).Connect(wire.Addr{Host: "10.0.0.2", Port: 900}, serverAddr, client)
	c.run()
	_, _ = client.s.Send(make([]byte, 3*MSS))
	c.run()
	require.Equal(t, machine{sent: 2 + 3, received: 1}, *a)
	require.Equal(t, machine{sent: 1, received: 2 + 3}, *b)
}
