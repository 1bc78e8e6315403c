package sunrpc

import (
	"sunscope/core/fsm"
	"sunscope/core/rpcmsg"
	"sunscope/core/trace"
	"sunscope/core/wire"
	"sunscope/core/xdr"
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
	case wire.ETIMEDOUT, wire.ECONNREFUSED, wire.ECONNRESET, wire.ECONNABORTED, wire.ENOTCONN, wire.EPIPE, wire.EAGAIN:
	default:
		t.fatal(status)
		return
	}
	t.action = fsm.CallEncode
	t.checkTimeout()
}

// callDecode checks the reply's header and decodes its results; what they say is the task's status.
func (t *Task) callDecode() {
	r := t.req
	t.flags &^= trace.MajorSeen
	if t.msg.Proc.Decode == nil {
		t.action = fsm.RPCExitTask
		return
	}
	if r.received == 0 {
		t.retryDecode()
		return
	}
	t.tracePages(trace.RPCXDRRecvfrom, r.received)
	t.k.m.Spend(CostEncode)
	d := xdr.NewDecoder(r.reply)
	h, err := rpcmsg.DecodeReply(d)
	if err != nil {
		t.garbage()
		return
	}
	switch {
	case h.Stat == rpcmsg.MsgAccepted && h.Accept == rpcmsg.Success:
		t.action = fsm.RPCExitTask
		t.status = t.msg.Proc.Decode(d, t.msg.Res)
	case h.Stat == rpcmsg.MsgAccepted:
		t.refused(h)
	default:
		t.k.fail(t, "a denied reply is not built yet")
	}
}

// refused handles a reply whose server would not run the procedure.
func (t *Task) refused(h rpcmsg.ReplyHeader) {
	switch h.Accept {
	case rpcmsg.ProgUnavail:
		t.traceReply(trace.RPCProgUnavail)
		t.fatal(int32(wire.EPFNOSUP))
	case rpcmsg.ProgMismatch:
		t.traceReply(trace.RPCProgMismatch)
		t.fatal(int32(wire.EPROTONOSUP))
	case rpcmsg.ProcUnavail:
		t.traceReply(trace.RPCProcUnavail)
		t.fatal(int32(wire.EOPNOTSUPP))
	default:
		t.traceReply(trace.RPCGarbageArgs)
		t.garbageRetry()
	}
}

func (t *Task) traceReply(kind trace.Kind) {
	k := t.k
	k.emit(".....", kind, t.idFields(k.str(t.client.server.Host), int64(t.req.xid), k.str(t.client.program),
		int64(t.client.vers), k.str(t.msg.Proc.Name))...)
}

func (t *Task) garbage() {
	t.traceReply(trace.RPCUnparsable)
	t.garbageRetry()
}

// garbageRetry sends the call again, twice at most.
func (t *Task) garbageRetry() {
	t.k.Counters.Garbage++
	if t.garbRetry == 0 {
		t.fatal(eio)
		return
	}
	t.garbRetry--
	t.retryDecode()
}

func (t *Task) retryDecode() {
	t.status = 0
	t.action = fsm.CallEncode
	t.checkTimeout()
}
