package sunrpc

import (
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"sunscope/core/trace"
	"sunscope/core/wire"
)

func (k *Kernel) udpXprt() *Xprt { return k.newUDP(wire.Addr{Host: "10.0.0.1", Port: 2049}, true) }

// request is a call with a slot of x.
func (x *Xprt) request(pid uint16) *Request {
	t := x.k.sleeper(pid, int32(pid), Normal)
	t.xprt = x
	r := &Request{task: t, xprt: x}
	t.req = r
	return r
}

// Recording 02c shows 256, 512, 640, 742, 830, 909.
func TestAWindowThatIsFullGrowsByOneRequestForEachWindowOfReplies(t *testing.T) {
	var c congestion
	c.init(16)
	got := []int{c.cwnd}
	for range 5 {
		c.cong = c.cwnd
		require.True(t, c.grow())
		got = append(got, c.cwnd)
	}
	require.Equal(t, []int{256, 512, 640, 742, 830, 909}, got)
}

func TestAWindowThatIsNotFullDoesNotGrow(t *testing.T) {
	var c congestion
	c.init(16)
	c.cong = c.cwnd - 1
	require.False(t, c.grow())
	require.Equal(t, 256, c.cwnd)
}

func TestTheWindowNeverLetsOutMoreRequestsThanThereAreSlots(t *testing.T) {
	var c congestion
	c.init(3)
	for range 50 {
		c.cong = c.cwnd
		c.grow()
	}
	require.Equal(t, 3*256, c.cwnd)
}

// Recording 02b shows 742, 371, 256, 256.
func TestATimeoutHalvesTheWindowDownToOneRequest(t *testing.T) {
	c := congestion{cwnd: 742}
	var got []int
	for range 3 {
		c.shrink()
		got = append(got, c.cwnd)
	}
	require.Equal(t, []int{371, 256, 256}, got)
}

func TestASecondRequestIsRefusedACreditWhileTheWindowHoldsOne(t *testing.T) {
	_, k := newBench(t)
	x := k.udpXprt()
	x.udp.s = new(sink)
	first, second := x.request(1), x.request(2)
	require.Equal(t, wire.OK, x.sendDatagram(first))
	require.Equal(t, wire.EBADSLT, x.sendDatagram(second))
	require.True(t, x.has(trace.XprtCwndWait))
	require.Equal(t, 1, x.udp.s.(*sink).sent)
	require.False(t, x.lockWrite(second.task), "nobody gets the write lock while the window is full")
	require.Same(t, x.sending, second.task.queue)
}

func TestAReturnedCreditWakesTheFirstWhoWaitsAndMakesItTheLocksOwner(t *testing.T) {
	_, k := newBench(t)
	x := k.udpXprt()
	first, second := x.request(1), x.request(2)
	require.True(t, x.getCong(first))
	require.False(t, x.getCong(second))
	x.lockWrite(second.task)
	x.adjustCwnd(first, 24)
	require.False(t, x.has(trace.XprtCwndWait))
	require.Same(t, second.task, x.lock.task)
	require.Equal(t, congestion{cwnd: 512, cong: 0, max: 16 * 256}, x.cong)
}

func TestARequestThatHoldsACreditIsSentBeforeThoseThatDoNot(t *testing.T) {
	_, k := newBench(t)
	x := k.udpXprt()
	a, b, c := x.request(1), x.request(2), x.request(3)
	x.cong.cwnd = 1024
	require.True(t, x.getCong(b))
	require.True(t, x.getCong(c))
	for _, r := range []*Request{a, b, c} {
		x.enqueueXmit(r)
	}
	require.Equal(t, []*Request{b, c, a}, x.xmit.all())
}

func TestATaskThatEndsGivesItsCreditBack(t *testing.T) {
	_, k := newBench(t)
	x := k.udpXprt()
	r := x.request(1)
	require.True(t, x.getCong(r))
	r.task.xprtRelease()
	require.Zero(t, x.cong.cong)
}

func TestCreditsBalanceWhateverHappens(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		k := NewKernel(&bench{t: t}, nil, "10.0.0.2", "client")
		x := k.udpXprt()
		var all []*Request
		for pid := range uint16(16) {
			all = append(all, x.request(pid))
		}
		for range rapid.IntRange(1, 200).Draw(rt, "events") {
			r := all[rapid.IntRange(0, 15).Draw(rt, "request")]
			switch rapid.IntRange(0, 3).Draw(rt, "what") {
			case 0, 1:
				x.getCong(r)
			case 2:
				x.adjustCwnd(r, 100)
			case 3:
				x.adjustCwnd(r, etimedout)
			}
			held := 0
			for _, r := range all {
				if r.cong {
					held++
				}
			}
			require.Equal(rt, held*256, x.cong.cong)
			require.GreaterOrEqual(rt, x.cong.cwnd, 256)
			require.LessOrEqual(rt, x.cong.cwnd, 16*256)
			if x.has(trace.XprtCwndWait) {
				require.NotZero(rt, x.cong.cong, "somebody will give a credit back and end the wait")
			}
		}
	})
}

// sink is a socket that takes everything, and gives what it was given to give.
type sink struct {
	sent int
	in   [][]byte
}

func (s *sink) SendTo([]byte, wire.Addr) wire.Errno { s.sent++; return wire.OK }
func (s *sink) Close()                              {}
func (s *sink) Local() wire.Addr                    { return wire.Addr{Port: 700} }
func (s *sink) Inode() int64                        { return 1 }
func (s *sink) RecvFrom() ([]byte, wire.Addr, wire.Errno) {
	if len(s.in) == 0 {
		return nil, wire.Addr{}, wire.EAGAIN
	}
	p := s.in[0]
	s.in = s.in[1:]
	return p, wire.Addr{}, wire.OK
}
