package sunrpc

import (
	"sunscope/core/fsm"
	"sunscope/core/trace"
)

// runState runs one state. A state that takes more than an instant returns the step that goes on with it; that step's
// last one returns afterTurn.
func (t *Task) runState(s fsm.State) Step {
	switch s {
	case fsm.CallTransmit:
		return t.callTransmit()
	case fsm.CallEncode:
		return t.callEncode()
	case fsm.RPCExitTask:
		return t.rpcExitTask()
	case fsm.RPCPrepareTask:
		t.rpcPrepareTask()
	case fsm.CallStart:
		t.callStart()
	case fsm.CallReserve:
		t.callReserve()
	case fsm.CallReserveResult:
		t.callReserveResult()
	case fsm.CallRetryReserve:
		t.callRetryReserve()
	case fsm.CallRefresh:
		t.callRefresh()
	case fsm.CallRefreshResult:
		t.callRefreshResult()
	case fsm.CallAllocate:
		t.callAllocate()
	case fsm.CallBind:
		t.callBind()
	case fsm.CallBindStatus:
		t.callBindStatus()
	case fsm.CallConnect:
		t.callConnect()
	case fsm.CallConnectStatus:
		t.callConnectStatus()
	case fsm.CallTransmitStatus:
		t.callTransmitStatus()
	case fsm.CallStatus:
		t.callStatus()
	case fsm.CallDecode:
		t.callDecode()
	case fsm.CallBCEncode:
		t.callBCEncode()
	case fsm.CallBCTransmit:
		return t.callBCTransmit()
	case fsm.CallBCTransmitStatus:
		t.callBCTransmitStatus()
	default:
		t.k.fail(t, "there is no such state")
	}
	return nil
}

// rpcPrepareTask runs the caller's hook, which decides what comes next: usually it calls CallStart.
func (t *Task) rpcPrepareTask() { t.ops.Prepare(t) }

// callStart counts the call. The transport was chosen when the task was made; there is only one.
func (t *Task) callStart() {
	kind := ""
	if t.flags&trace.Async != 0 {
		kind = "a"
	}
	k := t.k
	k.emit(".....", trace.RPCRequest, t.idFields(k.str(t.client.program), int64(t.client.vers), k.str(t.msg.Proc.Name), k.str(kind))...)
	k.Counters.RPCCnt++
	if t.client.forNFS() {
		k.NFS.RPCCnt++
	}
	t.action = fsm.CallReserve
}

// rpcExitTask counts statistics and tells the caller while the slot is still there. The caller may set a new state.
func (t *Task) rpcExitTask() Step {
	t.traceAction(trace.RPCTaskEnd, fsm.RPCExitTask.String())
	t.action = fsm.None
	if t.ops.CountStats != nil {
		t.ops.CountStats(t)
	} else {
		t.CountIOStats()
	}
	if t.ops.DoneName != "" { // a caller without rpc_call_done is not called
		t.traceSymbol(trace.RPCTaskCallDone, t.ops.DoneName, t.ops.DoneModule)
	}
	if t.ops.Done != nil {
		t.ops.Done(t)
	}
	if t.action == fsm.None {
		return nil
	}
	return t.restart()
}

// Nothing ends the task without a call, for a Prepare hook that finds that there is none to be made (tk_action = NULL).
func (t *Task) Nothing() { t.action = fsm.None }

// CountIOStats is rpc_count_iostats: what the call took, if it has a slot.
func (t *Task) CountIOStats() {
	if r := t.req; r != nil && r.xprt != nil && t.client != nil {
		t.traceLatency(r)
	}
}

// traceLatency prints where the time went: waiting to be sent, on the wire, in all; in microseconds.
func (t *Task) traceLatency(r *Request) {
	k := t.k
	if k.quiet {
		return
	}
	backlog := int64(0)
	if r.xtime != 0 {
		backlog = (r.xtime - t.start).Microseconds()
	}
	k.emit(".....", trace.RPCStatsLatency, t.idFields(int64(r.xid), k.str(t.client.program), int64(t.client.vers),
		k.str(t.msg.Proc.Name), backlog, r.rtt.Microseconds(), (k.m.Now()-t.start).Microseconds())...)
}

// WasSent is RPC_WAS_SENT: the server may have seen the call.
func (t *Task) WasSent() bool { return t.flags&trace.Sent != 0 }

// SetProc changes what is called (tk_msg.rpc_proc), for a Prepare hook.
func (t *Task) SetProc(p *Proc) { t.msg.Proc = p }

// SetStatus sets tk_status, for a Done hook.
func (t *Task) SetStatus(status int32) { t.status = status }

// Restart is rpc_restart_call, for a Done hook: the task begins again with call_start.
func (t *Task) Restart() {
	t.status, t.rpcStatus = 0, 0
	t.action = fsm.CallStart
}

// RestartPrepare is rpc_restart_call_prepare, for a Done hook: the task begins again with its Prepare hook, if it has one.
func (t *Task) RestartPrepare() {
	t.Restart()
	if t.ops.Prepare != nil {
		t.action = fsm.RPCPrepareTask
	}
}

// restart is what rpc_exit_task does after a Done hook has restarted the task (rpc_reset_task_statistics and xprt_release).
func (t *Task) restart() Step {
	if !t.dequeued() {
		return t.restart
	}
	t.xprtRelease()
	t.timeouts = 0
	t.flags &^= trace.MajorSeen | trace.Sent
	t.garbRetry, t.credRetry = 2, 2
	t.start = t.k.m.Now()
	return t.afterTurn
}
