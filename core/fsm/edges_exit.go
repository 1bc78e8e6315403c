package fsm

import "sunscope/core/trace"

// exitEdges: the end of a task, or its second beginning when rpc_call_done wants one.
var exitEdges = []Edge{
	{ID: "rpc_exit_task.none", From: RPCExitTask, To: None, Entry: anything, Exit: ExitResult, When: "rpc_call_done let the task go"},
	{ID: "rpc_exit_task.restart", From: RPCExitTask, To: CallStart, Entry: anything, Sleep: mayWait(States[RPCExitTask].Sleeps...), Exit: ExitZero,
		NextNoRun: trace.NeedXmit | trace.NeedRecv, When: "rpc_call_done restarted the call (rpc_restart_call)"},
	{ID: "rpc_exit_task.prepare", From: RPCExitTask, To: RPCPrepareTask, Entry: anything, Sleep: mayWait(States[RPCExitTask].Sleeps...), Exit: ExitZero,
		NextNoRun: trace.NeedXmit | trace.NeedRecv, When: "rpc_call_done restarted the call from its prepare hook (rpc_restart_call_prepare)"},
}

// backEdges: sending the reply to a callback, at the client's end of the back channel.
func backEdges() []Edge {
	const x = trace.NeedXmit
	const from = CallBCTransmitStatus
	nomem, again := errs(eNOMEM, eNOBUFS), errs(eBADSLT, eAGAIN)
	edges := []Edge{
		{ID: "call_bc_encode.transmit", From: CallBCEncode, To: CallBCTransmit, Entry: ok, NoRun: x, Exit: ExitEntry, NextRun: x,
			When: "always: the reply is queued for sending"},
		{ID: "call_bc_encode.sent", From: CallBCEncode, To: CallBCTransmit, Entry: ok, NoRun: x, Exit: ExitEntry, NextFlags: trace.Sent, NextNoRun: x,
			When: "the reply is queued, and another task's thread has sent it already"},
		{ID: "call_bc_transmit.sent", From: CallBCTransmit, To: from, Entry: anything, Run: x, Exit: ExitZero, NextFlags: trace.Sent, NextNoRun: x,
			When: "the reply is out"},
		{ID: "call_bc_transmit.transmitted", From: CallBCTransmit, To: from, Entry: anything, Exit: ExitEntry, NextNoRun: x,
			When: "NEED_XMIT is clear: another task's thread has sent the reply"},
		{ID: "call_bc_transmit.failed", From: CallBCTransmit, To: from, Entry: anything, Run: x, Exit: ExitResult, ExitIn: anyError, NextRun: x,
			When: "sending failed"},
		{ID: "call_bc_transmit_status.sent", From: from, To: RPCExitTask, Entry: anything, NextNoRun: x, Exit: ExitZero, When: "the reply is out"},
		{ID: "call_bc_transmit_status.again", From: from, To: CallBCTransmit, Entry: again, Run: x, Exit: ExitZero, When: "after a wait for the lock or for room: send now"},
		{ID: "call_bc_transmit_status.nomem", From: from, To: CallBCTransmit, Entry: nomem, Run: x, Sleep: sleepsOn(Delay), Exit: ExitZero,
			When: "no memory: again after 250 ms"},
		{ID: "call_bc_transmit_status.dropped", From: from, To: RPCExitTask, Entry: otherThan(again, nomem), Run: x, Exit: ExitEntry,
			When: "any other error: the reply is dropped"},
	}
	return append(edges, lockWaits(CallBCTransmit, from)...)
}

// killEdges: a task that was signalled goes to its end from wherever it is, after the callback that its wait has left.
func killEdges() []Edge {
	var edges []Edge
	for s := RPCPrepareTask; s < StateCount; s++ {
		e := Edge{ID: States[s].Name + ".killed", From: s, To: RPCExitTask, Entry: anything, Killed: true, Exit: ExitKilled, Unsent: true,
			When: "the task was signalled: rpc_exit_task runs in place of its next state"}
		if s == RPCExitTask {
			e.When = "restarted, and signalled before it could run"
		}
		if q := States[s].Sleeps; len(q) > 0 {
			e.Sleep = mayWait(q...)
		}
		edges = append(edges, e)
	}
	return edges
}
