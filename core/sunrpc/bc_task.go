package sunrpc

import (
	"strconv"

	"sunscope/core/fsm"
	"sunscope/core/trace"
	"sunscope/core/wire"
)

// runBCTask is rpc_run_bc_task: a synchronous task without a client sends the reply to a callback.
func (k *Kernel) runBCTask(r *Request, then func(*Task) Step) Step {
	t := k.newTask(&Setup{Flags: trace.SoftConn | trace.NoRTO}, then)
	k.bcPID++
	t.pid, t.req, t.xprt = k.bcPID, r, r.xprt
	r.task = t
	t.listed.item = t
	k.bcTasks.insert(&t.listed, nil)
	t.action = fsm.CallBCEncode
	return t.execute()
}

// callBCEncode queues the reply, which is encoded already.
func (t *Task) callBCEncode() {
	t.xprt.enqueueXmit(t.req)
	t.action = fsm.CallBCTransmit
}

func (t *Task) callBCTransmit() Step {
	t.action = fsm.CallBCTransmitStatus
	x := t.xprt
	if t.run&trace.NeedXmit == 0 {
		x.releaseWrite(t)
		return nil
	}
	if !x.prepareTransmit(t) {
		return nil
	}
	t.status = 0
	t.transmits = true
	return func() Step { return x.transmit(t) }
}

// callBCTransmitStatus sends again what found no room. A reply that cannot be sent is dropped: the server will call again.
func (t *Task) callBCTransmitStatus() {
	t.action = fsm.RPCExitTask
	if t.run&trace.NeedXmit == 0 {
		t.status = 0
		return
	}
	switch status := wire.Errno(t.status); status {
	case wire.ENOMEM, wire.ENOBUFS:
		t.delay(HZ / 4)
		fallthrough
	case wire.EBADSLT, wire.EAGAIN:
		t.status = 0
		t.action = fsm.CallBCTransmit
	case wire.ENETDOWN, wire.EHOSTDOWN, wire.EHOSTUNREACH, wire.ENETUNREACH, wire.ECONNRESET, wire.ECONNREFUSED, wire.EADDRINUSE,
		wire.ENOTCONN, wire.EPIPE:
	case wire.ETIMEDOUT:
		t.xprt.conditionalDisconnect(t.req.cookie)
		fallthrough
	default:
		t.printk("RPC: Could not send backchannel reply error: " + strconv.Itoa(int(status)))
	}
}
