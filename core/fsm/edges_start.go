package fsm

import "sunscope/core/trace"

// startEdges: the caller's prepare hook, and the start of a call.
var startEdges = []Edge{
	{ID: "rpc_prepare_task.start", From: RPCPrepareTask, To: CallStart, Entry: anything, Exit: ExitEntry,
		When: "the caller's rpc_call_prepare started the call"},
	{ID: "rpc_prepare_task.wait", From: RPCPrepareTask, To: RPCPrepareTask, Entry: anything,
		Sleep: sleepsOn(States[RPCPrepareTask].Sleeps...), Exit: ExitWake,
		When: "rpc_call_prepare put the task on one of its caller's queues; it is asked again after the wake-up"},
	{ID: "rpc_prepare_task.exit", From: RPCPrepareTask, To: RPCExitTask, Entry: anything, Exit: ExitResult,
		When: "rpc_call_prepare ended the task by rpc_exit"},
	{ID: "rpc_prepare_task.none", From: RPCPrepareTask, To: None, Entry: anything, Exit: ExitResult,
		When: "rpc_call_prepare found nothing to do and took the next step away"},
	{ID: "call_start.reserve", From: CallStart, To: CallReserve, Entry: anything, Exit: ExitEntry,
		When: "always: a transport is chosen"},
}

// slotEdges: getting a slot of the transport (call_reserve, call_retry_reserve) and looking whether it was got.
func slotEdges() []Edge {
	edges := []Edge{
		{ID: "call_reserveresult.slot", From: CallReserveResult, To: CallRefresh, Entry: ok, Exit: ExitZero,
			When: "the task has its slot"},
		{ID: "call_reserveresult.noslot", From: CallReserveResult, To: RPCExitTask, Entry: ok, Fatal: failsWith(eIO), Exit: ExitFatal,
			When: "no error, and yet no slot"},
		{ID: "call_reserveresult.again", From: CallReserveResult, To: CallRetryReserve, Entry: errs(eAGAIN), Exit: ExitZero,
			When: "the task waited on the backlog"},
		{ID: "call_reserveresult.nomem", From: CallReserveResult, To: CallRetryReserve, Entry: errs(eNOMEM),
			Sleep: sleepsOn(Delay), Exit: ExitZero, When: "no memory for a slot: again after 250 ms"},
		{ID: "call_reserveresult.fail", From: CallReserveResult, To: RPCExitTask, Entry: otherThan(errs(eAGAIN, eNOMEM)),
			Fatal: Fatal{Entry: true}, Exit: ExitFatal, When: "any other error ends the task"},
	}
	for _, s := range []State{CallReserve, CallRetryReserve} {
		edges = append(edges,
			Edge{ID: States[s].Name + ".got", From: s, To: CallReserveResult, Entry: anything, Exit: ExitZero,
				When: "a slot was free, or one was handed over during the wait"},
			Edge{ID: States[s].Name + ".backlog", From: s, To: CallReserveResult, Entry: anything,
				Sleep: sleepsOn(XprtBacklog), Exit: ExitWake, ExitIn: errs(eAGAIN),
				When: "no slot was free: the task slept until one was handed over to it"},
			Edge{ID: States[s].Name + ".nomem", From: s, To: CallReserveResult, Entry: anything,
				Exit: ExitResult, ExitIn: errs(eNOMEM), When: "no memory for one more slot"})
	}
	return edges
}

// credEdges: binding a credential and bringing it up to date, then the buffers.
var credEdges = []Edge{
	{ID: "call_refresh.done", From: CallRefresh, To: CallRefreshResult, Entry: anything, Exit: ExitResult, ExitIn: Class{OK: true, Others: true},
		When: "the credential was looked up and refreshed at once, well or badly"},
	{ID: "call_refresh.upcall", From: CallRefresh, To: CallRefreshResult, Entry: anything, Sleep: sleepsOn(GSSUpcall), Exit: ExitWake,
		When: "the task slept until rpc.gssd had answered"},
	{ID: "call_refresh.pipe", From: CallRefresh, To: CallRefreshResult, Entry: anything, Sleep: sleepsOn(GSSPipe), Exit: ExitWake,
		ExitIn: errs(eAGAIN, eTIMEDOUT), When: "no rpc.gssd listens: the task slept until it came, or for 15 s"},

	{ID: "call_refreshresult.uptodate", From: CallRefreshResult, To: CallAllocate, Entry: ok, Exit: ExitZero,
		When: "the credential is up to date"},
	{ID: "call_refreshresult.stale", From: CallRefreshResult, To: CallRefresh, Entry: stale,
		Sleep: sleepsOn(Delay), Exit: ExitZero, When: "no error but no valid credential either, or a timeout: again after 3 s, twice at most"},
	{ID: "call_refreshresult.again", From: CallRefreshResult, To: CallRefresh, Entry: errs(eAGAIN, eKEYEXPIRED), Exit: ExitZero,
		When: "not yet, or the key has expired: again at once, twice at most"},
	{ID: "call_refreshresult.nomem", From: CallRefreshResult, To: CallRefresh, Entry: errs(eNOMEM), Sleep: sleepsOn(Delay), Exit: ExitZero,
		When: "no memory: again after 62.5 ms"},
	{ID: "call_refreshresult.stale.fail", From: CallRefreshResult, To: RPCExitTask, Entry: stale,
		Sleep: sleepsOn(Delay), Fatal: failsWith(eACCES), Exit: ExitFatal, When: "still no valid credential after the retries; the delay that had begun is cut short"},
	{ID: "call_refreshresult.again.fail", From: CallRefreshResult, To: RPCExitTask, Entry: errs(eAGAIN), Fatal: failsWith(eACCES), Exit: ExitFatal,
		When: "not yet, and the retries are used up"},
	{ID: "call_refreshresult.expired", From: CallRefreshResult, To: RPCExitTask, Entry: errs(eKEYEXPIRED), Fatal: failsWith(eKEYEXPIRED), Exit: ExitFatal,
		When: "the key has expired, and the retries are used up"},
	{ID: "call_refreshresult.fail", From: CallRefreshResult, To: RPCExitTask, Entry: otherThan(errs(eTIMEDOUT, eAGAIN, eKEYEXPIRED, eNOMEM)),
		Fatal: Fatal{Entry: true}, Exit: ExitFatal, When: "any other error ends the task"},

	{ID: "call_allocate.done", From: CallAllocate, To: CallEncode, Entry: ok, Exit: ExitZero,
		When: "the buffers are there"},
	{ID: "call_allocate.nomem", From: CallAllocate, To: CallAllocate, Entry: ok, Sleep: sleepsOn(Delay), Exit: ExitZero,
		When: "no memory: again after 62.5 ms"},
	{ID: "call_allocate.fail", From: CallAllocate, To: RPCExitTask, Entry: ok, Fatal: Fatal{Status: otherThan(errs(eNOMEM))}, Exit: ExitFatal,
		When: "another error, or no memory and a fatal signal"},
}

// encodeEdges: building the message and queueing it, then to wherever the transport's state asks for.
func encodeEdges() []Edge {
	const x, r = trace.NeedXmit, trace.NeedRecv
	edges := []Edge{
		{ID: "call_encode.again", From: CallEncode, To: CallEncode, Entry: ok, NoRun: x, Sleep: sleepsOn(Delay), Exit: ExitZero, NextNoRun: x | r,
			When: "encoding met -EAGAIN or -ENOMEM: again after 62.5 ms"},
		{ID: "call_encode.expired", From: CallEncode, To: CallRefresh, Entry: ok, NoRun: x, Exit: ExitResult, ExitIn: errs(eKEYEXPIRED), NextNoRun: x | r,
			When: "wrapping the arguments found the key expired: refresh it, twice at most"},
		{ID: "call_encode.fail", From: CallEncode, To: RPCExitTask, Entry: ok, NoRun: x, Sleep: mayWait(Delay),
			Fatal: Fatal{Status: anyError}, Exit: ExitFatal, NextNoRun: x | r, When: "the call cannot be encoded"},
	}
	for _, to := range []struct {
		state State
		name  string
		why   string
	}{{CallBind, "bind", "the port is not known"}, {CallConnect, "connect", "there is no connection"}, {CallTransmit, "transmit", "the transport is connected"}} {
		row := func(id, when string, e Edge) {
			e.ID, e.When = "call_encode."+to.name+id, when+"; "+to.why
			e.From, e.To, e.Entry, e.Exit = CallEncode, to.state, ok, ExitZero
			edges = append(edges, e)
		}
		row("", "encoded, to be sent, a reply is awaited", Edge{NoRun: x, NextRun: x | r})
		row(".oneway", "encoded, to be sent, no reply is awaited", Edge{NoRun: x | r, NoFlags: trace.Sent, NextRun: x, NextNoRun: r})
		row(".late", "encoded again, and the reply to an earlier transmission has just come",
			Edge{NoRun: x, Flags: trace.Sent, NextRun: x, NextNoRun: r})
		row(".queued", "not encoded: it is still queued for sending", Edge{Run: x})
		row(".kept", "not encoded: sent on a connection that still stands, never to be sent twice on it",
			Edge{NoRun: x | r, Flags: trace.Sent | trace.NoRTO, NextNoRun: x | r})
		row(".waiting", "not encoded: sent on a connection that still stands, never to be sent twice on it; the reply is still awaited",
			Edge{NoRun: x, Run: r, Flags: trace.Sent | trace.NoRTO, NextNoRun: x})
		row(".sent", "encoded, and another task's thread has sent it already", Edge{NoRun: x, NextFlags: trace.Sent, NextNoRun: x})
	}
	return edges
}
