package sunrpc

import (
	"math/bits"

	"sunscope/core/fsm"
	"sunscope/core/time"
	"sunscope/core/trace"
)

// Request is a slot: permission to have one call outstanding, and all that is known of that call (rpc_rqst).
type Request struct {
	task *Task
	xprt *Xprt
	cred *Cred
	own  Cred   // the caller's, if no other was given
	xid  uint32 // in the order of the bytes on the wire

	call     []byte // the encoded call, without record marker
	reply    []byte // the reply as received
	buffer   bool   // rq_buffer: call_allocate has run
	headLen  int    // of the reply buffer, for the trace
	sent     int    // bytes of call on this transmission, record marker included
	received int    // rq_reply_bytes_recvd: 0 until the whole reply is there
	pinned   int

	majorTimeo, minorTimeo time.Duration // absolute
	timeout                time.Duration // the interval that runs
	retries                int
	cong                   bool // rq_cong: it holds a credit of the congestion window
	ntrans                 int
	xtime                  time.Duration // of the last transmission
	rtt                    time.Duration
	cookie                 uint32          // connect_cookie when it was sent
	bc                     *backchannel    // it is a callback's: reply holds the call, and call the reply
	place                  place[*Request] // in the transmit queue
}

// slotTable is a transport's slots. The ones made in advance stay; more are made up to max while there is demand, and
// given up as soon as nobody takes them.
type slotTable struct {
	free     []*Request
	num      int
	min, max int
	spare    []*Request // memory of slots that were given up
}

const mostSpare = 64

func (s *slotTable) init(least, most int) {
	s.min, s.max, s.num = least, max(least, most), least
	for range least {
		s.free = append(s.free, &Request{})
	}
}

// reserve is xprt_reserve: no attempt while others wait already.
func (t *Task) reserve() {
	t.status = 0
	if t.req != nil {
		return
	}
	t.status = eagain
	if t.xprt.has(trace.XprtCongested) {
		t.xprt.addBacklog(t)
		return
	}
	t.xprt.allocSlot(t)
}

// retryReserve is xprt_retry_reserve: a task that has waited tries even while others wait.
func (t *Task) retryReserve() {
	t.status = 0
	if t.req != nil {
		return
	}
	t.status = eagain
	t.xprt.allocSlot(t)
}

// allocSlot is xprt_alloc_slot.
func (x *Xprt) allocSlot(t *Task) {
	r, err, fails := x.takeSlot()
	switch {
	case fails:
		t.status = err
	case r == nil:
		x.state |= trace.XprtCongested
		x.addBacklog(t)
	default:
		t.req = r
		t.status = 0
		x.requestInit(t)
	}
}

// takeSlot takes a slot without waiting; none if all are used, or if that fails.
func (x *Xprt) takeSlot() (r *Request, err int32, fails bool) {
	s := &x.slots
	if err, fails = x.k.fails(AllocSlot); fails {
		return
	}
	switch {
	case len(s.free) > 0:
		last := len(s.free) - 1
		r, s.free = s.free[last], s.free[:last]
	case s.num < s.max || x.k.broken(SlotBeyondMost):
		if err, fails = x.k.fails(GrowSlots); fails {
			return
		}
		s.num++
		if n := len(s.spare); n > 0 {
			r, s.spare = s.spare[n-1], s.spare[:n-1]
		} else {
			r = &Request{}
		}
	}
	x.stat.MaxSlots = max(x.stat.MaxSlots, s.num)
	return
}

// addBacklog puts t behind the others. It has no timer: only a freed slot, or the task's end, wakes it.
func (x *Xprt) addBacklog(t *Task) {
	x.backlog.sleepOn(t, &callback{fsm.XprtCompleteRequestInit, func(t *Task) {
		if t.req != nil {
			t.xprt.requestInit(t)
		}
	}}, t.priority)
}

// requestInit is xprt_request_init: the slot becomes t's, with the next XID.
func (x *Xprt) requestInit(t *Task) {
	r := t.req
	*r = Request{call: r.call, task: t, xprt: x, xid: bits.ReverseBytes32(x.xid), cookie: x.cookie - 1}
	if !x.k.broken(XIDTwice) {
		x.xid++
	}
	r.initTimeouts()
	x.k.emit(".....", trace.XprtReserve, t.idFields(int64(r.xid))...)
}

// freeSlot is xprt_free_slot. A sleeper of the backlog gets the slot directly: nobody who comes later can take it
// first.
func (x *Xprt) freeSlot(r *Request) {
	taker := x.backlog.wakeFirst(x.k.rpciod, func(t *Task) bool {
		if t.req != nil || x.k.broken(WakeupLost) {
			return false
		}
		r.clear()
		t.req = r
		return true
	})
	if taker != nil || x.k.broken(SlotForgotten) {
		return
	}
	x.state &^= trace.XprtCongested
	s := &x.slots
	r.clear()
	if s.num > s.min {
		s.num--
		if len(s.spare) < mostSpare {
			s.spare = append(s.spare, r)
		}
		return
	}
	s.free = append(s.free, r)
}

// largeCall is how many bytes of memory for calls a free slot keeps.
const largeCall = 1 << 14

// clear forgets everything of a call but its memory.
func (r *Request) clear() {
	call := r.call[:0]
	if cap(call) > largeCall {
		call = nil
	}
	*r = Request{call: call}
}

// xprtRelease is xprt_release: what the task held goes back, the slot last.
func (t *Task) xprtRelease() {
	r := t.req
	if r == nil {
		if t.xprt != nil {
			t.xprt.releaseWrite(t)
		}
		return
	}
	x := r.xprt
	if !x.k.broken(ReplyStillExpected) {
		x.dequeue(r)
	}
	x.releaseXprt(t)
	if !x.k.broken(CreditKept) {
		x.ops.releaseRequest(x, r)
	}
	x.scheduleIdle()
	t.req = nil
	if r.bc != nil {
		r.bc.free(r)
		return
	}
	x.freeSlot(r)
}
