package fsm

import "sunscope/core/trace"

// startEdges: the caller's prepare hook, and the start of a call.
var startEdges = []Edge{
	{ID: "start", From: RPCPrepareTask, To: CallStart, Entry: anything, Exit: ExitEntry,
		When: "the caller's rpc_call_prepare started the call"},
	{ID: "wait", From: RPCPrepareTask, To: RPCPrepareTask, Entry: anything, Sleep: Sleep{On: prepareQueues}, Exit: ExitWake,
		When: "rpc_call_prepare put the task on one of its caller's queues; it is asked again after the wake-up"},
	{ID: "exit", From: RPCPrepareTask, To: RPCExitTask, Entry: anything, Exit: ExitResult,
		When: "rpc_call_prepare ended the task by rpc_exit"},
	{ID: "none", From: RPCPrepareTask, To: None, Entry: anything, Exit: ExitResult,
		When: "rpc_call_prepare found nothing to do and took the next step away"},
	{ID: "reserve", From: CallStart, To: CallReserve, Entry: anything, Exit: ExitEntry,
		When: "always: a transport is chosen"},
}

// slotEdges: looking whether a slot of the transport was got.
var slotEdges = []Edge{
	{ID: "slot", From: CallReserveResult, To: CallRefresh, Entry: ok, Exit: ExitZero,
		When: "the task has its slot"},
	{ID: "noslot", From: CallReserveResult, To: RPCExitTask, Entry: ok, Fatal: Fatal{Status: eIO}, Exit: ExitFatal,
		When: "no error, and yet no slot"},
	{ID: "again", From: CallReserveResult, To: CallRetryReserve, Entry: eAGAIN, Exit: ExitZero,
		When: "the task waited on the backlog"},
	{ID: "nomem", From: CallReserveResult, To: CallRetryReserve, Entry: eNOMEM, Sleep: onDelay, Exit: ExitZero,
		When: "no memory for a slot: again after 250 ms"},
	{ID: "fail", From: CallReserveResult, To: RPCExitTask, Entry: anyError &^ (eAGAIN | eNOMEM), Fatal: Fatal{Entry: true}, Exit: ExitFatal,
		When: "any other error ends the task"},
}

// askEdges: getting a slot, from call_reserve and from call_retry_reserve.
var askEdges = []Edge{
	{ID: "got", Entry: anything, Exit: ExitZero,
		When: "a slot was free, or one was handed over during the wait"},
	{ID: "backlog", Entry: anything, Sleep: Sleep{On: []Queue{XprtBacklog}}, Exit: ExitWake, ExitIn: eAGAIN,
		When: "no slot was free: the task slept until one was handed over to it"},
	{ID: "nomem", Entry: anything, Exit: ExitResult, ExitIn: eNOMEM,
		When: "no memory for one more slot"},
}

// stale is the status of a credential that has to be looked at again.
const stale = ok | eTIMEDOUT

// credEdges: binding a credential and bringing it up to date, then the buffers.
var credEdges = []Edge{
	{ID: "done", From: CallRefresh, To: CallRefreshResult, Entry: anything, Exit: ExitResult, ExitIn: anything,
		When: "the credential was looked up and refreshed at once, well or badly"},
	{ID: "upcall", From: CallRefresh, To: CallRefreshResult, Entry: anything, Sleep: Sleep{On: []Queue{GSSUpcall}}, Exit: ExitWake,
		When: "the task slept until rpc.gssd had answered"},
	{ID: "pipe", From: CallRefresh, To: CallRefreshResult, Entry: anything, Sleep: Sleep{On: []Queue{GSSPipe}}, Exit: ExitWake,
		ExitIn: eAGAIN | eTIMEDOUT, When: "no rpc.gssd listens: the task slept until it came, or for 15 s"},

	{ID: "uptodate", From: CallRefreshResult, To: CallAllocate, Entry: ok, Exit: ExitZero,
		When: "the credential is up to date"},
	{ID: "stale", From: CallRefreshResult, To: CallRefresh, Entry: stale, Sleep: onDelay, Exit: ExitZero,
		When: "no error but no valid credential either, or a timeout: again after 3 s, twice at most"},
	{ID: "again", From: CallRefreshResult, To: CallRefresh, Entry: eAGAIN | eKEYEXPIRED, Exit: ExitZero,
		When: "not yet, or the key has expired: again at once, twice at most"},
	{ID: "nomem", From: CallRefreshResult, To: CallRefresh, Entry: eNOMEM, Sleep: onDelay, Exit: ExitZero,
		When: "no memory: again after 62.5 ms"},
	{ID: "stale.fail", From: CallRefreshResult, To: RPCExitTask, Entry: stale, Sleep: onDelay, Fatal: Fatal{Status: eACCES}, Exit: ExitFatal,
		When: "still no valid credential after the retries; the delay that had begun is cut short"},
	{ID: "again.fail", From: CallRefreshResult, To: RPCExitTask, Entry: eAGAIN, Fatal: Fatal{Status: eACCES}, Exit: ExitFatal,
		When: "not yet, and the retries are used up"},
	{ID: "expired", From: CallRefreshResult, To: RPCExitTask, Entry: eKEYEXPIRED, Fatal: Fatal{Status: eKEYEXPIRED}, Exit: ExitFatal,
		When: "the key has expired, and the retries are used up"},
	{ID: "fail", From: CallRefreshResult, To: RPCExitTask, Entry: anyError &^ (eTIMEDOUT | eAGAIN | eKEYEXPIRED | eNOMEM),
		Fatal: Fatal{Entry: true}, Exit: ExitFatal, When: "any other error ends the task"},

	{ID: "done", From: CallAllocate, To: CallEncode, Entry: ok, Exit: ExitZero,
		When: "the buffers are there"},
	{ID: "nomem", From: CallAllocate, To: CallAllocate, Entry: ok, Sleep: onDelay, Exit: ExitZero,
		When: "no memory: again after 62.5 ms"},
	{ID: "fail", From: CallAllocate, To: RPCExitTask, Entry: ok, Fatal: Fatal{Status: anyError &^ eNOMEM}, Exit: ExitFatal,
		When: "another error, or no memory and a fatal signal"},
}

// encodeEdges: building the message and queueing it.
var encodeEdges = []Edge{
	{ID: "again", From: CallEncode, To: CallEncode, Entry: ok, NoRun: xmit, Sleep: onDelay, Exit: ExitZero, NextNoRun: xmit | recv,
		When: "encoding met -EAGAIN or -ENOMEM: again after 62.5 ms"},
	{ID: "expired", From: CallEncode, To: CallRefresh, Entry: ok, NoRun: xmit, Exit: ExitResult, ExitIn: eKEYEXPIRED, NextNoRun: xmit | recv,
		When: "wrapping the arguments found the key expired: refresh it, twice at most"},
	{ID: "fail", From: CallEncode, To: RPCExitTask, Entry: ok, NoRun: xmit, Sleep: Sleep{On: []Queue{Delay}, May: true},
		Fatal: Fatal{Status: anyError}, Exit: ExitFatal, NextNoRun: xmit | recv, When: "the call cannot be encoded"},
}

// target is where a task goes from call_encode, and what of the transport's state sends it there.
type target struct {
	state State
	name  string
	why   string
}

var onward = []target{
	{CallBind, "bind", "the port is not known"},
	{CallConnect, "connect", "there is no connection"},
	{CallTransmit, "transmit", "the transport is connected"},
}

// encodedEdges are the ways from call_encode to each of onward.
var encodedEdges = []Edge{
	{ID: "", From: CallEncode, Entry: ok, NoRun: xmit, NextRun: xmit | recv,
		When: "encoded, to be sent, a reply is awaited"},
	{ID: ".oneway", From: CallEncode, Entry: ok, NoRun: xmit | recv, NoFlags: trace.Sent, NextRun: xmit, NextNoRun: recv,
		When: "encoded, to be sent, no reply is awaited"},
	{ID: ".late", From: CallEncode, Entry: ok, NoRun: xmit, Flags: trace.Sent, NextRun: xmit, NextNoRun: recv,
		When: "encoded again, and the reply to an earlier transmission has just come"},
	{ID: ".queued", From: CallEncode, Entry: ok, Run: xmit,
		When: "not encoded: it is still queued for sending"},
	{ID: ".kept", From: CallEncode, Entry: ok, NoRun: xmit | recv, Flags: trace.Sent | trace.NoRTO, NextNoRun: xmit | recv,
		When: "not encoded: sent on a connection that still stands, never to be sent twice on it"},
	{ID: ".waiting", From: CallEncode, Entry: ok, NoRun: xmit, Run: recv, Flags: trace.Sent | trace.NoRTO, NextNoRun: xmit,
		When: "not encoded: sent on a connection that still stands, never to be sent twice on it; the reply is still awaited"},
	{ID: ".sent", From: CallEncode, Entry: ok, NoRun: xmit, NextFlags: trace.Sent, NextNoRun: xmit,
		When: "encoded, and another task's thread has sent it already"},
}
