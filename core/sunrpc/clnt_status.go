package sunrpc

import (
	"strconv"

	"sunscope/core/fsm"
	"sunscope/core/trace"
	"sunscope/core/wire"
)

// callStatus sorts out why the task was woken.
func (t *Task) callStatus() {
	if t.msg.Proc.Num == 0 {
		t.k.emit(".....", trace.XprtPing, t.xprt.peerFields(int64(t.status))...)
	}
	if t.status >= 0 {
		t.action = fsm.CallDecode
		return
	}
	t.k.emit(".....", trace.RPCCallStatus, t.idFields(int64(t.status))...)
	status := t.status
	t.status = 0
	switch wire.Errno(status) {
	case wire.EHOSTDOWN, wire.ENETDOWN, wire.EHOSTUNREACH, wire.ENETUNREACH, wire.EPERM:
		if t.flags&trace.SoftConn != 0 {
			t.fatal(status)
			return
		}
		t.delay(3 * HZ)
	case wire.EADDRINUSE:
		t.delay(3 * HZ)
	case wire.ENFILE, wire.ENOBUFS, wire.ENOMEM:
		t.delay(HZ / 4)
	case wire.ECONNREFUSED, wire.ECONNRESET, wire.ECONNABORTED, wire.ENOTCONN:
		t.client.forceRebind()
	case wire.ETIMEDOUT, wire.EPIPE, wire.EAGAIN:
	default:
		if status != eio && !t.client.quiet {
			t.printk(t.client.program + ": RPC call returned error " + strconv.Itoa(int(-status)))
		}
		t.fatal(status)
		return
	}
	t.action = fsm.CallEncode
	t.checkTimeout()
}
