package record

import (
	"strconv"

	"sunscope/core/fsm"
	"sunscope/core/trace"
)

// sending is what a thread has begun to send: rpc_xdr_sendto was logged, and xprt_transmit must follow.
type sending struct {
	task   key
	line   int
	again  bool // xprt_retransmit was logged
	asked  bool // xprt_get_cong was logged,
	denied bool // and the congestion window was full
}

// sendTo is rpc_xdr_sendto, which the thread that has the write lock logs just before it hands a request to the socket.
func (w *walker) sendTo(id key, e *trace.Event) {
	by := w.running[e.PID]
	switch was, busy := w.sends[e.PID]; {
	case busy:
		w.refuse(by, "rpc_xdr_sendto, but no xprt_transmit was logged since the one of task "+was.task.String())
	case by != nil && by.begun && !by.refused && !by.lock:
		w.refuse(by, "rpc_xdr_sendto, but the task of its thread has not the write lock")
	}
	w.sends[e.PID] = sending{task: id, line: w.at}
}

// sent is the xprt_transmit that ends what sendTo began. Some requests leave the queue without being sent: those that
// were answered meanwhile, need encoding anew (-EBADMSG), or have been signalled.
func (w *walker) sent(id key, st int32, by *task, e *trace.Event) {
	t := w.tasks[id]
	was, begun := w.sends[e.PID]
	delete(w.sends, e.PID)
	unsent := st == -74 || st == -512 || t == nil || t.answered
	switch {
	case begun && was.task != id:
		w.refuse(t, "xprt_transmit, but its thread logged rpc_xdr_sendto for task "+was.task.String())
	case !begun && !unsent && by != nil && by.begun && !t.refused:
		w.refuse(t, "xprt_transmit without an rpc_xdr_sendto just before")
	case t != nil && t.sent && t.begun && !t.refused && t.state != fsm.CallEncode && t.state != fsm.CallBCEncode:
		w.refuse(t, "xprt_transmit, but the request has left the transmit queue already, and was not encoded again")
	case t != nil && t.begun && !t.refused && begun:
		t.onTheWire(st, &was)
	}
	if t != nil && begun && st == 0 {
		t.transmissions++
		t.wasSent = true
	}
}

// onTheWire checks what was logged while the request was handed to the socket. A retransmission is one of a task that has
// SENT set; on UDP nothing goes out while the congestion window is full.
func (t *task) onTheWire(st int32, was *sending) {
	switch {
	case st == 0 && was.again != t.wasSent && was.again:
		t.refuse("xprt_retransmit of a request that goes out for the first time")
	case st == 0 && was.again != t.wasSent && t.w.has[trace.XprtRetransmit]:
		t.refuse("xprt_transmit of a request that was sent before, but no xprt_retransmit was logged just before")
	case st != 0 && was.again:
		t.refuse("xprt_retransmit, but nothing was sent: xprt_transmit shows status " + fsm.StatusText(st))
	case was.asked && was.denied != (st == -57):
		t.refuse("xprt_transmit shows status " + fsm.StatusText(st) + ", though xprt_get_cong found the congestion window " + fullness(was.denied))
	case t.cong == congNone && st == 0 && t.datagrams && !was.asked: // if it was, the reply came already, and gave the share back
		t.refuse("xprt_transmit of a datagram without an xprt_get_cong")
	}
}

func fullness(full bool) string {
	if full {
		return "full"
	}
	return "open"
}

// retransmits is xprt_retransmit, between rpc_xdr_sendto and xprt_transmit.
func (w *walker) retransmits(id key, e *trace.Event) {
	was, begun := w.sends[e.PID]
	t := w.tasks[id]
	if t == nil || !t.begun {
		if begun && was.task != id {
			w.refuse(nil, "xprt_retransmit of task "+id.String()+", but its thread logged rpc_xdr_sendto for task "+was.task.String())
		}
		return
	}
	t.latest = w.at
	t.sameXID(e)
	t.sameCall(e)
	switch n := int(e.Int("ntrans")); {
	case t.refused:
	case !begun || was.task != id || was.again:
		t.refuse("xprt_retransmit, but its thread has not just logged rpc_xdr_sendto for the task")
	case n <= t.transmissions, t.wasSent && n != t.transmissions+1:
		t.refuse("xprt_retransmit says that this is transmission " + strconv.Itoa(n) + ", but " + strconv.Itoa(t.transmissions) + " were logged before")
	}
	was.again = true
	w.sends[e.PID] = was
}

// sentNothing: the thread goes on, though it was about to send.
func (w *walker) sentNothing(e *trace.Event) {
	if was, begun := w.sends[e.PID]; begun {
		delete(w.sends, e.PID)
		w.refuseAt(w.tasks[was.task], was.line, "rpc_xdr_sendto, but no xprt_transmit was logged after it")
	}
}
