package record

import (
	"sunscope/core/fsm"
	"sunscope/core/trace"
)

// sending is what a thread has begun to send: rpc_xdr_sendto was logged, and xprt_transmit must follow.
type sending struct {
	task key
	line int
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
	w.sends[e.PID] = sending{id, w.at}
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
	}
}

// sentNothing: the thread goes on, though it was about to send.
func (w *walker) sentNothing(e *trace.Event) {
	if was, begun := w.sends[e.PID]; begun {
		delete(w.sends, e.PID)
		w.refuseAt(w.tasks[was.task], was.line, "rpc_xdr_sendto, but no xprt_transmit was logged after it")
	}
}
