package sunrpc

import (
	"sunscope/core/fsm"
	"sunscope/core/rpcmsg"
	"sunscope/core/trace"
	"sunscope/core/wire"
	"sunscope/core/xdr"
)

// What call_allocate reserves, in units of four bytes: headers (RPC_CALLHDRSIZE, RPC_REPHDRSIZE), and for each flavor
// the slack of credential and verifier.
const (
	callHeader  = 6
	replyHeader = 4
	nullSlack   = 4
	sysSlack    = 37
	replySlack  = 2
)

// usualCall is how many bytes most calls have, credential included.
const usualCall = 224

func (t *Task) callSlack() int {
	if t.req.cred.Flavor == rpcmsg.AuthNone {
		return nullSlack
	}
	return sysSlack
}

// callAllocate reserves one buffer for call and reply; a retransmission finds it there.
func (t *Task) callAllocate() {
	t.status = 0
	t.action = fsm.CallEncode
	r := t.req
	if r.buffer {
		return
	}
	call := 4 * (callHeader + 2*t.callSlack() + t.msg.Proc.ArgLen)
	r.headLen = 4 * (replyHeader + replySlack + max(t.msg.Proc.ReplyLen, 2))
	status, fails := t.k.fails(AllocBuffer)
	r.buffer = !fails
	t.k.emit(".....", trace.RPCBufAlloc, t.idFields(int64(call), int64(r.headLen), int64(status))...)
	switch {
	case !fails:
	case status != enomem:
		t.fatal(status)
	case t.flags&trace.Async == 0 && t.k.m.Current().Killed:
		t.fatal(erestartsys)
	default:
		t.action = fsm.CallAllocate
		t.delay(HZ / 16)
	}
}

// callEncode encodes the call unless it is queued, or was sent on this connection and must not be sent twice; then it
// goes where the transport's state says.
func (t *Task) callEncode() Step {
	if t.needsEncode() {
		if !t.dequeued() {
			return t.encodeLater
		}
		if !t.encodeAndQueue() {
			return nil
		}
		t.encoded()
		return nil
	}
	return t.notEncoded
}

// notEncoded goes on with a call that is not encoded again. Meanwhile the connection may have gone that it was sent on.
func (t *Task) notEncoded() Step {
	t.encoded()
	return t.done
}

// encodeLater goes on with call_encode as soon as nobody uses the request's buffers.
func (t *Task) encodeLater() Step {
	if !t.dequeued() {
		return t.encodeLater
	}
	if t.encodeAndQueue() {
		t.encoded()
	}
	return t.afterTurn
}

func (t *Task) encodeAndQueue() bool {
	if status := t.encode(); status != 0 {
		t.encodeFailed(status)
		return false
	}
	if t.msg.Proc.Decode != nil {
		t.xprt.enqueueRecv(t.req)
	}
	t.xprt.enqueueXmit(t.req)
	return true
}

// encoded chooses what follows when the request lies on the queue, or is out and need not be sent again.
//
//go:noinline
func (t *Task) encoded() {
	switch x := t.xprt; {
	case !x.has(trace.XprtBound):
		t.action = fsm.CallBind
	case !x.connected():
		t.action = fsm.CallConnect
	default:
		t.action = fsm.CallTransmit
	}
}

// needsEncode is rpc_task_need_encode.
func (t *Task) needsEncode() bool {
	if t.run&trace.NeedXmit != 0 {
		return false
	}
	sameConnection := t.req.cookie == t.xprt.cookie && t.xprt.connected()
	return t.flags&trace.Sent == 0 || t.flags&trace.NoRTO == 0 || !sameConnection
}

func (t *Task) encode() int32 {
	r := t.req
	r.received, r.reply = 0, nil
	if r.call == nil {
		r.call = make([]byte, 0, usualCall)
	}
	e := xdr.Encoder{B: r.call[:0]}
	rpcmsg.EncodeCall(&e, &rpcmsg.CallHeader{
		XID: r.xid, Prog: t.client.prog, Vers: t.client.vers, Proc: t.msg.Proc.Num, Cred: r.cred.auth(),
	})
	t.k.m.Spend(CostEncode)
	if err, fails := t.k.fails(WrapCall); fails {
		return err
	}
	if t.msg.Proc.Encode != nil {
		if err := t.msg.Proc.Encode(&e, t.msg.Args); err != wire.OK {
			return int32(err)
		}
	}
	r.call = e.B
	if n := t.msg.Pages; n > 0 {
		t.tracePages(trace.RPCXDRReplyPages, 0)
	}
	return 0
}

func (t *Task) encodeFailed(status int32) {
	switch status {
	case eagain, enomem:
		t.status = status
		t.action = fsm.CallEncode
		t.delay(HZ / 16)
	case int32(wire.EKEYEXPIRED):
		if t.credRetry == 0 {
			t.fatal(status)
			return
		}
		t.credRetry--
		t.status = status
		t.action = fsm.CallRefresh
		t.k.emit(".....", trace.RPCRetryRefreshStatus, t.idFields(int64(status))...)
	default:
		t.fatal(status)
	}
}

// tracePages prints the reply's buffer: what comes before the data, the data's pages, and room for padding after.
func (t *Task) tracePages(kind trace.Kind, length int) {
	if t.k.quiet {
		return
	}
	k, pad := t.k, 0
	head, tail := int64(t.req.headLen), int64(0)
	if t.msg.Pages > 0 {
		pad = 4
		head -= 4
		tail = k.pointer()
	}
	k.emit(".....", kind, t.idFields(k.pointer(), head, int64(t.msg.Pages), 0, tail, int64(pad), int64(length))...)
}
