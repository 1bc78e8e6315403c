package fsm

import "sunscope/core/trace"

// whileExiting: a Done hook may have slept.
var whileExiting = Sleep{On: exitQueues, May: true}

// exitEdges: the end of a task, or its second beginning when rpc_call_done wants one.
var exitEdges = []Edge{
	{ID: "none", From: RPCExitTask, To: None, Entry: anything, Exit: ExitResult, When: "rpc_call_done let the task go"},
	{ID: "restart", From: RPCExitTask, To: CallStart, Entry: anything, Sleep: whileExiting, Exit: ExitZero, NextNoRun: xmit | recv,
		When: "rpc_call_done restarted the call (rpc_restart_call)"},
	{ID: "prepare", From: RPCExitTask, To: RPCPrepareTask, Entry: anything, Sleep: whileExiting, Exit: ExitZero, NextNoRun: xmit | recv,
		When: "rpc_call_done restarted the call from its prepare hook (rpc_restart_call_prepare)"},
}

// backEdges: sending the reply to a callback, at the client's end of the back channel.
var backEdges = []Edge{
	{ID: "transmit", From: CallBCEncode, To: CallBCTransmit, Entry: ok, NoRun: xmit, Exit: ExitEntry, NextRun: xmit,
		When: "always: the reply is queued for sending"},
	{ID: "sent", From: CallBCEncode, To: CallBCTransmit, Entry: ok, NoRun: xmit, Exit: ExitEntry, NextFlags: trace.Sent, NextNoRun: xmit,
		When: "the reply is queued, and another task's thread has sent it already"},
	{ID: "sent", From: CallBCTransmit, To: CallBCTransmitStatus, Entry: anything, Run: xmit, Exit: ExitZero, NextFlags: trace.Sent, NextNoRun: xmit,
		When: "the reply is out"},
	{ID: "transmitted", From: CallBCTransmit, To: CallBCTransmitStatus, Entry: anything, Exit: ExitEntry, NextNoRun: xmit,
		When: "NEED_XMIT is clear: another task's thread has sent the reply"},
	{ID: "failed", From: CallBCTransmit, To: CallBCTransmitStatus, Entry: anything, Run: xmit, Exit: ExitResult, ExitIn: anyError, NextRun: xmit,
		When: "sending failed"},
	{ID: "sent", From: CallBCTransmitStatus, To: RPCExitTask, Entry: anything, NextNoRun: xmit, Exit: ExitZero, When: "the reply is out"},
	{ID: "again", From: CallBCTransmitStatus, To: CallBCTransmit, Entry: resend, Run: xmit, Exit: ExitZero,
		When: "after a wait for the lock or for room: send now"},
	{ID: "nomem", From: CallBCTransmitStatus, To: CallBCTransmit, Entry: eNOMEM | eNOBUFS, Run: xmit, Sleep: onDelay, Exit: ExitZero,
		When: "no memory: again after 250 ms"},
	{ID: "dropped", From: CallBCTransmitStatus, To: RPCExitTask, Entry: anyError &^ (resend | eNOMEM | eNOBUFS), Run: xmit, Exit: ExitEntry,
		When: "any other error: the reply is dropped"},
	{From: CallBCTransmit, To: CallBCTransmitStatus, more: lockWaiter},
}
