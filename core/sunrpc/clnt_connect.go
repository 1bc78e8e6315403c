package sunrpc

import (
	"sunscope/core/fsm"
	"sunscope/core/trace"
	"sunscope/core/wire"
)

// transmitted is how five states begin: when another task has sent this one's request meanwhile there is nothing left
// to bind, to connect or to send.
//
//go:noinline
func (t *Task) transmitted() bool {
	if t.run&trace.NeedXmit != 0 {
		return false
	}
	t.xprt.releaseWrite(t)
	t.action = fsm.CallTransmitStatus
	return true
}

// callConnect takes the write lock and starts connecting; the task waits on xprt_pending.
func (t *Task) callConnect() {
	if t.transmitted() {
		return
	}
	if t.xprt.connected() {
		t.action = fsm.CallTransmit
		return
	}
	t.action = fsm.CallConnectStatus
	if t.status < 0 {
		return
	}
	if t.flags&trace.NoConnect != 0 {
		t.fatal(enotconn)
		return
	}
	if t.xprt.prepareTransmit(t) {
		t.xprt.connect(t)
	}
}

func (t *Task) callConnectStatus() {
	if t.transmitted() {
		return
	}
	t.k.emit(".....", trace.RPCConnectStatus, t.idFields(int64(t.status))...)
	if t.status == 0 {
		t.k.Counters.NetReconn++
		t.action = fsm.CallTransmit
		return
	}
	if t.xprt.connected() {
		t.status = 0
		t.action = fsm.CallTransmit
		return
	}
	status := t.status
	t.status = 0
	t.connectFailed(wire.Errno(status))
}

// connectFailed sorts the ways in which connecting goes wrong; most lead back to call_bind.
func (t *Task) connectFailed(status wire.Errno) {
	switch status {
	case wire.ECONNREFUSED, wire.ECONNRESET, wire.ECONNABORTED, wire.ENETDOWN, wire.ENETUNREACH, wire.EHOSTUNREACH,
		wire.EPIPE, wire.EPROTO:
		if status == wire.ECONNREFUSED || status == wire.ECONNRESET {
			if t.flags&trace.SoftConn != 0 {
				t.fatal(int32(status))
				return
			}
			if t.client.autobind {
				t.client.forceRebind()
				break
			}
		}
		t.xprt.conditionalDisconnect(t.req.cookie)
		if t.flags&trace.SoftConn != 0 {
			t.fatal(int32(status))
			return
		}
		t.delay(3 * HZ)
	case wire.EADDRINUSE, wire.ENOTCONN, wire.EAGAIN, wire.ETIMEDOUT:
	case wire.ENOBUFS:
		t.delay(HZ / 4)
	default:
		t.fatal(int32(status))
		return
	}
	t.action = fsm.CallBind
	t.checkTimeout()
}
