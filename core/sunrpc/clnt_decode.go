package sunrpc

import (
	"sunscope/core/fsm"
	"sunscope/core/rpcmsg"
	"sunscope/core/trace"
	"sunscope/core/wire"
)

// callDecode checks the reply's header and decodes its results; what they say is the task's status.
func (t *Task) callDecode() {
	r := t.req
	if t.msg.Proc.Decode == nil {
		t.action = fsm.RPCExitTask
		return
	}
	if t.flags&trace.MajorSeen != 0 {
		t.notice(&t.k.limits.ok, "call_decode", "OK")
		t.flags &^= trace.MajorSeen
	}
	if r.received == 0 {
		t.encodeAgain()
		return
	}
	t.tracePages(trace.RPCXDRRecvfrom, r.received)
	t.k.m.Spend(CostEncode)
	d := &t.k.decoder
	d.Reset(r.reply)
	h, err := rpcmsg.DecodeReply(d)
	switch {
	case err != nil || len(r.reply)%4 != 0:
		t.traceReply(trace.RPCUnparsable)
		t.garbage(eio)
	case h.Stat == rpcmsg.MsgDenied:
		t.denied(&h)
	case !r.cred.verified(h.Verf):
		t.k.emit(".....", trace.RPCBadVerifier, t.idFields()...)
		t.garbage(eio)
	case h.Accept != rpcmsg.Success:
		t.refused(h.Accept)
	default:
		t.action = fsm.RPCExitTask
		t.status = t.msg.Proc.Decode(d, t.msg.Res)
	}
}

// refused handles a reply whose server would not run the procedure.
func (t *Task) refused(stat rpcmsg.AcceptStat) {
	switch stat {
	case rpcmsg.ProgUnavail:
		t.traceReply(trace.RPCProgUnavail)
		t.fatal(int32(wire.EPFNOSUP))
	case rpcmsg.ProgMismatch:
		t.traceReply(trace.RPCProgMismatch)
		t.fatal(int32(wire.EPROTONOSUP))
	case rpcmsg.ProcUnavail:
		t.traceReply(trace.RPCProcUnavail)
		t.fatal(int32(wire.EOPNOTSUPP))
	case rpcmsg.GarbageArgs, rpcmsg.SystemErr:
		t.traceReply(trace.RPCGarbageArgs)
		t.garbage(eio)
	default:
		t.traceReply(trace.RPCUnparsable)
		t.garbage(eio)
	}
}

// denied handles a reply whose server did not accept the call: another RPC version, or a credential it does not take.
func (t *Task) denied(h *rpcmsg.ReplyHeader) {
	if h.Reject == rpcmsg.RPCMismatch {
		t.traceReply(trace.RPCMismatch)
		t.fatal(int32(wire.EPROTONOSUP))
		return
	}
	switch h.AuthStat {
	case rpcmsg.AuthRejectedCred, rpcmsg.AuthRejectedVerf, rpcmsg.GSSCredProblem, rpcmsg.GSSCtxProblem:
		t.traceReply(trace.RPCStaleCreds)
		t.staleCred()
	case rpcmsg.AuthBadCred, rpcmsg.AuthBadVerf:
		t.traceReply(trace.RPCBadCreds)
		if t.garbRetry == 0 {
			t.fatal(int32(wire.EACCES))
			return
		}
		t.garbRetry--
		t.encodeAgain()
	case rpcmsg.AuthTooWeak:
		t.traceReply(trace.RPCAuthTooweak)
		t.limited(&t.k.limits.tooWeak, "rpc_decode_header", "RPC: server "+t.client.server.Host+" requires stronger authentication.")
		t.fatal(int32(wire.EACCES))
	default:
		t.traceReply(trace.RPCUnparsable)
		t.garbage(eio)
	}
}

// staleCred gives the slot back and begins again with another: a new XID, a new buffer, a credential looked at anew.
func (t *Task) staleCred() {
	t.req.cred.UpToDate = false
	if t.credRetry == 0 {
		t.fatal(int32(wire.EACCES))
		return
	}
	t.credRetry--
	t.status = 0
	t.action = fsm.CallReserve
	t.checkTimeout()
	t.xprtRelease()
}

// garbage sends the call again, twice at most: the reply made no sense.
func (t *Task) garbage(status int32) {
	t.k.Counters.Garbage++
	if t.garbRetry == 0 {
		t.fatal(status)
		return
	}
	t.garbRetry--
	t.encodeAgain()
}

// encodeAgain leads back to call_encode, with the same slot and the same XID. A client that must not be answered twice
// on one connection breaks it first.
func (t *Task) encodeAgain() {
	t.status = 0
	t.action = fsm.CallEncode
	if t.client.discrtry {
		t.xprt.conditionalDisconnect(t.req.cookie)
	}
	t.checkTimeout()
}

func (t *Task) traceReply(kind trace.Kind) {
	k := t.k
	k.emit(".....", kind, t.idFields(k.str(t.client.name), int64(t.req.xid), k.str(t.client.program),
		int64(t.client.vers), k.str(t.msg.Proc.Name))...)
}
