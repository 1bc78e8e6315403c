package sunrpc

import (
	"sunscope/core/fsm"
	"sunscope/core/trace"
	"sunscope/core/wire"
)

// callBind asks for the server's port. The task keeps the write lock while it waits, so one task a transport asks and
// the others wait for the lock.
func (t *Task) callBind() {
	switch x := t.xprt; {
	case t.transmitted():
	case x.has(trace.XprtBound):
		t.action = fsm.CallConnect
	default:
		t.action = fsm.CallBindStatus
		if x.prepareTransmit(t) {
			x.ops.rpcbind(x, t)
		}
	}
}

// callBindStatus sorts out what came of asking.
func (t *Task) callBindStatus() {
	if t.transmitted() {
		return
	}
	if t.status >= 0 || t.xprt.has(trace.XprtBound) {
		t.status = 0
		t.action = fsm.CallConnect
		return
	}
	status := t.status
	switch wire.Errno(status) {
	case wire.ENOMEM, wire.ENOBUFS:
		t.delay(HZ / 4)
	case wire.EACCES:
		t.traceReply(trace.RpcbProgUnavailErr)
		if t.msg.Proc.Num == 0 {
			t.fatal(int32(wire.EOPNOTSUPP))
			return
		}
		t.delay(3 * HZ)
	case wire.EAGAIN:
	case wire.ETIMEDOUT:
		t.traceReply(trace.RpcbTimeoutErr)
	case wire.EPROTONOSUP:
		t.traceReply(trace.RpcbBindVersionErr)
	case wire.ECONNREFUSED, wire.ECONNRESET, wire.ECONNABORTED, wire.ENOTCONN, wire.EHOSTDOWN, wire.ENETDOWN,
		wire.EHOSTUNREACH, wire.ENETUNREACH, wire.EPIPE:
		t.traceReply(trace.RpcbUnreachableErr)
		if t.flags&trace.SoftConn != 0 {
			t.fatal(status)
			return
		}
		t.delay(5 * HZ)
	case wire.EPFNOSUP:
		t.traceReply(trace.RpcbBindVersionErr)
		t.fatal(eio)
		return
	default:
		t.traceReply(trace.RpcbUnrecognizedErr)
		t.fatal(eio)
		return
	}
	t.status = 0
	t.action = fsm.CallBind
	t.checkTimeout()
}

// forceRebind is rpc_force_rebind: the port is no longer believed, if it was asked for in the first place.
func (c *Client) forceRebind() {
	if c.autobind {
		c.xprt.state &^= trace.XprtBound
	}
}

// ForceRebind is rpc_force_rebind for the module's users: rpcbind is asked before the next call, if it was asked before.
func (c *Client) ForceRebind() { c.forceRebind() }
