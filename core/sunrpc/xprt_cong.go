package sunrpc

import "sunscope/core/trace"

// cwndScale is one request in the units of the congestion window (RPC_CWNDSCALE): where the window begins, and the least
// that it shrinks to.
const cwndScale = 256

// congestion is the congestion window of a transport on which nothing else slows senders down: how many requests may be
// out, and how many are. Both count 256 for each request.
type congestion struct {
	cwnd int // the window
	cong int // what the requests that hold a credit take of it
	max  int // RPC_MAXCWND: as many requests as there are slots
}

func (c *congestion) init(slots int) { c.cwnd, c.max = cwndScale, slots*cwndScale }

// full is RPCXPRT_CONGESTED.
func (c *congestion) full() bool { return c.cong >= c.cwnd }

// grow widens the window by one request for each window of replies, but only while it is the window that limits the
// sender; false when it is not.
func (c *congestion) grow() bool {
	if c.cwnd > c.cong {
		return false
	}
	c.cwnd = min(c.cwnd+(cwndScale*cwndScale+c.cwnd/2)/c.cwnd, c.max)
	return true
}

// shrink halves the window.
func (c *congestion) shrink() { c.cwnd = max(c.cwnd/2, cwndScale) }

// getCong is xprt_request_get_cong: a credit for r, unless the window is full.
func (x *Xprt) getCong(r *Request) bool {
	if r.cong {
		return true
	}
	x.traceCong(trace.XprtGetCong, r.task)
	if x.cong.full() {
		x.setCwndWait()
		return false
	}
	r.cong = true
	x.cong.cong += cwndScale
	return true
}

// setCwndWait keeps others from trying to send, unless the first in the queue can: it holds a credit already.
func (x *Xprt) setCwndWait() {
	if x.xmit.empty() || !x.xmit.head().cong {
		x.state |= trace.XprtCwndWait
	}
}

// putCong is __xprt_put_cong: r gives its credit back, and whoever waited for room may send.
func (x *Xprt) putCong(r *Request) {
	if !r.cong {
		return
	}
	r.cong = false
	x.cong.cong -= cwndScale
	if !x.cong.full() {
		x.state &^= trace.XprtCwndWait
	}
	x.traceCong(trace.XprtPutCong, r.task)
	x.lockNext()
}

// adjustCwnd is xprt_adjust_cwnd: a reply, of result bytes, widens a window that is full; one that did not come in time
// halves it. In any case the request no longer counts as out.
func (x *Xprt) adjustCwnd(r *Request, result int32) {
	switch {
	case result == etimedout:
		x.cong.shrink()
	case result >= 0 && x.cong.grow():
		x.lockNext()
	}
	x.putCong(r)
}

// enqueueWithCredit puts a request that holds a credit before those that do not, so that the credit is used.
func (x *Xprt) enqueueWithCredit(r *Request) {
	if x.has(trace.XprtCwndWait) {
		x.state &^= trace.XprtCwndWait
		x.lockNext()
	}
	next := x.xmit.list.first
	for next != nil && next.item.chain.first.item.cong {
		next = next.next
	}
	var before *turn[*Request]
	if next != nil {
		before = next.item
	}
	x.xmit.insert(&r.place, r.task.owner, before)
}

func (x *Xprt) traceCong(kind trace.Kind, t *Task) {
	if x.k.quiet {
		return
	}
	wait := ""
	if x.has(trace.XprtCwndWait) {
		wait = " (wait)"
	}
	x.k.emit("...1.", kind, x.lockFields(t, int64(x.cong.cong), int64(x.cong.cwnd), x.k.str(wait))...)
}
