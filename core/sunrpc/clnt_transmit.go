package sunrpc

import (
	"sunscope/core/fsm"
	"sunscope/core/trace"
	"sunscope/core/wire"
)

// callTransmit takes the write lock and sends what is queued, its own request and everybody else's.
func (t *Task) callTransmit() Step {
	if t.transmitted() {
		return nil
	}
	t.action = fsm.CallTransmitStatus
	x := t.xprt
	if !x.prepareTransmit(t) {
		return nil
	}
	t.status = 0
	if t.run&trace.NeedXmit != 0 {
		if !x.connected() {
			t.status = enotconn
			return nil
		}
		t.transmits = true
		return t.transmit
	}
	x.releaseWrite(t)
	return nil
}

// callTransmitStatus waits for the reply when the call is out, and sorts out what went wrong when it is not.
func (t *Task) callTransmitStatus() {
	t.action = fsm.CallStatus
	if t.run&trace.NeedXmit == 0 {
		t.status = 0
		t.waitReceive()
		return
	}
	switch wire.Errno(t.status) {
	case wire.EBADMSG:
		t.status = 0
		t.action = fsm.CallEncode
	case wire.ENOMEM, wire.ENOBUFS:
		t.delay(HZ / 4)
		t.status = 0
		t.action = fsm.CallTransmit
	case wire.EBADSLT, wire.EAGAIN:
		t.status = 0
		t.action = fsm.CallTransmit
	case wire.ECONNREFUSED:
		if t.flags&trace.SoftConn != 0 {
			if t.msg.Proc.Num == 0 {
				t.k.emit(".....", trace.XprtPing, t.xprt.peerFields(int64(t.status))...)
			}
			t.fatal(t.status)
			return
		}
		t.status = 0
		t.action = fsm.CallBind
	case wire.ECONNRESET, wire.ECONNABORTED, wire.EADDRINUSE, wire.ENOTCONN, wire.EPIPE:
		t.status = 0
		t.action = fsm.CallBind
	}
	t.checkTimeout()
}

// waitReceive is xprt_request_wait_receive: sleep until the reply is there, unless it is already.
func (t *Task) waitReceive() {
	if t.run&trace.NeedRecv == 0 {
		return
	}
	x, r := t.xprt, t.req
	x.pending.sleepUntil(t, &timerCallback, x.ops.waitUntil(r))
	if r.cookie != x.cookie || !x.connected() {
		x.pending.wakeTaskStatus(t, enotconn)
	}
}

var timerCallback = callback{fsm.XprtTimer, (*Task).xprtTimer}

// xprtTimer is the callback after a wait for a reply, whoever ended it.
func (t *Task) xprtTimer() {
	if t.status != etimedout {
		return
	}
	x, r := t.xprt, t.req
	x.k.emit(".....", trace.XprtTimer, x.peerFields(int64(r.xid), int64(t.status))...)
	if r.received != 0 {
		t.status = 0
		return
	}
	x.ops.timer(x, r)
}
