package sunrpc

import (
	"testing"

	"github.com/stretchr/testify/require"

	"sunscope/core/time"
	"sunscope/core/trace"
	"sunscope/core/wire"
	"sunscope/core/xdr"
)

// waiting is a call of x that is out and waits for its reply on xprt_pending.
func (x *Xprt) waiting(pid uint16, xid uint32) *Request {
	r := x.request(pid)
	r.xid, r.ntrans = xid, 1
	r.task.msg.Proc = &Proc{Timer: 3}
	x.cong.cwnd = x.cong.max
	x.getCong(r)
	x.enqueueRecv(r)
	x.pending.sleepUntil(r.task, nil, time.Minute)
	return r
}

func replyTo(xid uint32) []byte { return append(xdr.AppendWord(nil, xid), 0, 0, 0, 1) }

// arrive lets the receive worker read these datagrams.
func (x *Xprt) arrive(datagrams ...[]byte) {
	x.udp.s.(*sink).in = datagrams
	for s := x.receiveDatagrams(); s != nil; {
		s = s()
	}
}

func TestADatagramGoesToTheCallThatHasItsXID(t *testing.T) {
	_, k := newBench(t)
	x := k.udpXprt()
	x.udp.s = new(sink)
	first, second := x.waiting(1, 0x11), x.waiting(2, 0x22)
	x.arrive(replyTo(0x22))
	require.Equal(t, replyTo(0x22), second.reply)
	require.Zero(t, second.task.run&(trace.Queued|trace.NeedRecv))
	require.False(t, second.cong, "its credit is back")
	require.NotZero(t, first.task.run&trace.Queued)
}

func TestAReplyThatIsLateOrCameTwiceIsCountedAndChangesNothing(t *testing.T) {
	b, k := newBench(t)
	x := k.udpXprt()
	x.udp.s = new(sink)
	x.waiting(1, 0x11)
	x.arrive(replyTo(0x11), replyTo(0x11), replyTo(0x99))
	require.Equal(t, 2, x.stat.BadXIDs)
	require.Equal(t, 1, x.stat.Recvs)
	lookups := []int64{}
	each(&b.log, func(e *trace.Event) {
		if e.Kind == trace.XprtLookupRqst {
			lookups = append(lookups, e.Int("status"))
		}
	})
	require.Equal(t, []int64{0, -2, -2}, lookups)
}

func each(l *trace.Log, f func(*trace.Event)) {
	var e trace.Event
	for i := range l.Len() {
		l.At(i, &e)
		f(&e)
	}
}

func TestADatagramTooShortForAnXIDIsIgnored(t *testing.T) {
	_, k := newBench(t)
	x := k.udpXprt()
	x.udp.s = new(sink)
	x.arrive([]byte{1, 2, 3}, nil)
	require.Zero(t, x.stat.BadXIDs)
}

func TestACallWhoseReplyCameWhileItWaitedToBeSentAgainIsNotSent(t *testing.T) {
	_, k := newBench(t)
	x := k.udpXprt()
	s := new(sink)
	x.udp.s = s
	x.state |= trace.XprtConnected
	r := x.waiting(1, 0x11)
	x.pending.wakeTaskStatus(r.task, etimedout)
	x.enqueueXmit(r)
	x.arrive(replyTo(0x11))
	require.True(t, r.answered())
	require.True(t, x.lockWrite(r.task))
	x.transmit(r.task)
	require.Zero(t, s.sent)
	require.Zero(t, r.task.run&trace.NeedXmit)
}

func TestAUDPTransportHasAllItsSlotsFromTheStartAndKeepsThem(t *testing.T) {
	_, k := newBench(t)
	x := k.udpXprt()
	require.Len(t, x.slots.free, 16)
	require.Equal(t, x.slots.min, x.slots.max)
}

func TestAClientWithoutTimeoutsOfItsOwnHasThoseOfItsTransport(t *testing.T) {
	_, k := newBench(t)
	args := CreateArgs{Program: "nfs", Server: wire.Addr{Host: "10.0.0.1", Port: 2049}, NoPing: true}
	require.Equal(t, TCPTimeout, k.newClient(&args).timeout)
	args.Protocol = UDP
	c := k.newClient(&args)
	require.Equal(t, UDPTimeout, c.timeout)
	require.Equal(t, 30*time.Second, c.timeout.major(c.timeout.Init))
	require.Equal(t, jiffies(5*time.Second), c.rtt.rto(3))
}
