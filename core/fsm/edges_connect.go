package fsm

import "sunscope/core/trace"

const softly = trace.Soft | trace.Timeout // RPC_IS_SOFT

// transmitted is the way out that five states begin with: another task's thread, holding the write lock, has sent
// this task's request.
func transmitted(from State) Edge {
	return Edge{ID: States[from].Name + ".transmitted", From: from, To: CallTransmitStatus, Entry: anything, Exit: ExitEntry,
		NextNoRun: trace.NeedXmit, When: "NEED_XMIT is clear: another task's thread has sent the request"}
}

// lockWaits are the ways on from a wait for the transport's write lock.
func lockWaits(from, to State) []Edge {
	const x = trace.NeedXmit
	name := States[from].Name
	wait := Edge{From: from, To: to, Entry: ok, Run: x, Sleep: sleepsOn(XprtSending), Exit: ExitWake}
	row := func(id, when string, exit Class, e Edge) Edge {
		e.ID, e.When, e.ExitIn = name+".lock."+id, when, exit
		return e
	}
	got, sent, unsent, late, expired := wait, wait, wait, wait, wait
	got.NextRun = x
	sent.NextNoRun = x
	unsent.NextNoRun, unsent.Unsent = x, true
	late.AnyFlags = softly
	expired.AnyFlags, expired.Sleep, expired.Exit = softly, Sleep{}, ExitResult
	return []Edge{
		row("handed", "slept until the write lock was handed over", errs(eAGAIN), got),
		row("sent", "slept for the write lock, and its holder sent the request", ok, sent),
		row("unsent", "slept for the write lock, and its holder took the request off the queue unsent", errs(eBADMSG, eRESTARTSYS), unsent),
		row("timeout", "the wait of a soft task for the write lock ran out", errs(eTIMEDOUT), late),
		row("expired", "a soft task had no time left to wait for the write lock", errs(eTIMEDOUT), expired),
	}
}

// retry is e, a way back that ends in rpc_check_timeout, and the three ways in which that helper may end the task instead.
func retry(e Edge) []Edge {
	all := []Edge{e}
	fatal := func(id, when string, flags, noFlags trace.TaskFlags, f Fatal) {
		t := e
		t.ID, t.To, t.Fatal, t.Exit, t.ExitIn = e.ID+"."+id, RPCExitTask, f, ExitFatal, Class{}
		t.When = e.When + "; but the major timeout has passed, and " + when
		t.Flags, t.NoFlags = e.Flags|flags, e.NoFlags|noFlags
		if t.Flags&t.NoFlags == 0 {
			all = append(all, t)
		}
	}
	fatal("softconn", "a SOFTCONN task does not outlive its connection", trace.SoftConn, 0, failsWith(eTIMEDOUT))
	fatal("timeout", "a TIMEOUT task ends with -ETIMEDOUT", trace.Timeout, 0, failsWith(eTIMEDOUT))
	fatal("soft", "a SOFT task ends with -EIO", trace.Soft, trace.Timeout, Fatal{Status: errs(eIO), RPC: eTIMEDOUT})
	return all
}

// The groups of errors that connecting and sending sort by.
var (
	unreachable = errs(eHOSTDOWN, eNETDOWN, eHOSTUNREACH, eNETUNREACH, ePERM)
	bindLost    = errs(eCONNREFUSED, eCONNRESET, eCONNABORTED, eNOTCONN, eHOSTDOWN, eNETDOWN, eHOSTUNREACH, eNETUNREACH, ePIPE)
	refused     = errs(eCONNREFUSED, eCONNRESET)
	connectLost = errs(eCONNABORTED, eNETDOWN, eNETUNREACH, eHOSTUNREACH, ePIPE, ePROTO)
	connectSoon = errs(eADDRINUSE, eNOTCONN, eAGAIN, eTIMEDOUT)
)

// bindEdges: asking rpcbind for the port (call_bind), and sorting out the answer.
func bindEdges() []Edge {
	const x = trace.NeedXmit
	edges := append([]Edge{
		transmitted(CallBind),
		{ID: "call_bind.bound", From: CallBind, To: CallConnect, Entry: anything, Run: x, Exit: ExitEntry, When: "the port is known"},
		{ID: "call_bind.rpcbind", From: CallBind, To: CallBindStatus, Entry: ok, Run: x, Sleep: sleepsOn(XprtBinding), Exit: ExitWake,
			When: "slept until rpcbind had answered"},
		{ID: "call_bind.local", From: CallBind, To: CallBindStatus, Entry: ok, Run: x, Exit: ExitZero, When: "an AF_LOCAL transport needs no port"},
	}, lockWaits(CallBind, CallBindStatus)...)

	again := func(id string, entry Class, sleep Sleep, no trace.TaskFlags, when string) {
		edges = append(edges, retry(Edge{ID: "call_bind_status." + id, From: CallBindStatus, To: CallBind, Entry: entry, Run: x,
			NoFlags: no, Sleep: sleep, Exit: ExitZero, When: when})...)
	}
	fail := func(id string, entry Class, need trace.TaskFlags, f Fatal, when string) {
		edges = append(edges, Edge{ID: "call_bind_status." + id, From: CallBindStatus, To: RPCExitTask, Entry: entry, Run: x,
			Flags: need, Fatal: f, Exit: ExitFatal, When: when})
	}
	edges = append(edges, transmitted(CallBindStatus),
		Edge{ID: "call_bind_status.port", From: CallBindStatus, To: CallConnect, Entry: ok, Run: x, Exit: ExitEntry, When: "rpcbind gave a port"},
		Edge{ID: "call_bind_status.bound", From: CallBindStatus, To: CallConnect, Entry: anyError, Run: x, Exit: ExitZero,
			When: "an error, but the port has become known meanwhile"})
	again("nomem", errs(eNOMEM, eNOBUFS), sleepsOn(Delay), 0, "no memory: again after 250 ms")
	again("unregistered", errs(eACCES), sleepsOn(Delay), 0, "the program is not registered: again after 3 s")
	again("again", errs(eAGAIN, eTIMEDOUT, ePROTONOSUPPORT), Sleep{}, 0, "after a wait for the lock, a timeout, or another version of rpcbind: again at once")
	again("unreachable", bindLost, sleepsOn(Delay), trace.SoftConn, "rpcbind cannot be reached: again after 5 s")
	fail("ping", errs(eACCES), 0, failsWith(eOPNOTSUPP), "the program is not registered, and the call is a ping")
	fail("noversion", errs(ePFNOSUPPORT), 0, failsWith(eIO), "no version of rpcbind is left to try")
	fail("unreachable.fail", bindLost, trace.SoftConn, Fatal{Entry: true}, "rpcbind cannot be reached, and the task is SOFTCONN")
	fail("fail", otherThan(errs(eNOMEM, eNOBUFS, eACCES, eAGAIN, eTIMEDOUT, ePROTONOSUPPORT, ePFNOSUPPORT), bindLost), 0, failsWith(eIO),
		"any other error ends the task")
	return edges
}

// connectEdges: connecting the transport (call_connect), and sorting out how it went.
func connectEdges() []Edge {
	const x = trace.NeedXmit
	edges := append([]Edge{
		transmitted(CallConnect),
		{ID: "call_connect.connected", From: CallConnect, To: CallTransmit, Entry: anything, Run: x, Exit: ExitEntry, When: "the transport is connected"},
		{ID: "call_connect.status", From: CallConnect, To: CallConnectStatus, Entry: anyError, Run: x, Exit: ExitEntry, When: "an error came along"},
		{ID: "call_connect.noconnect", From: CallConnect, To: RPCExitTask, Entry: ok, Run: x, Flags: trace.NoConnect, Fatal: failsWith(eNOTCONN),
			Exit: ExitFatal, When: "a NOCONNECT task does not connect"},
		{ID: "call_connect.wait", From: CallConnect, To: CallConnectStatus, Entry: ok, Run: x, NoFlags: trace.NoConnect, Sleep: sleepsOn(XprtPending),
			Exit: ExitWake, When: "slept until the connection stood or had failed"},
		{ID: "call_connect.closing", From: CallConnect, To: CallConnectStatus, Entry: ok, Run: x, NoFlags: trace.NoConnect, Exit: ExitZero,
			When: "connected meanwhile, or still to be closed: nothing to wait for"},
		{ID: "call_connect.expired", From: CallConnect, To: CallConnectStatus, Entry: ok, Run: x, NoFlags: trace.NoConnect, Exit: ExitResult,
			ExitIn: errs(eAGAIN, eTIMEDOUT), When: "the port is lost, or no time is left to wait"},
	}, lockWaits(CallConnect, CallConnectStatus)...)

	again := func(id string, entry Class, sleep Sleep, no trace.TaskFlags, when string) {
		edges = append(edges, retry(Edge{ID: "call_connect_status." + id, From: CallConnectStatus, To: CallBind, Entry: entry, Run: x,
			NoFlags: no, Sleep: sleep, Exit: ExitZero, When: when})...)
	}
	fail := func(id string, entry Class, need trace.TaskFlags, when string) {
		edges = append(edges, Edge{ID: "call_connect_status." + id, From: CallConnectStatus, To: RPCExitTask, Entry: entry, Run: x,
			Flags: need, Fatal: Fatal{Entry: true}, Exit: ExitFatal, When: when})
	}
	move := func(id string, entry Class, sleep Sleep, no trace.TaskFlags) {
		edges = append(edges, Edge{ID: "call_connect_status." + id, From: CallConnectStatus, To: CallStart, Entry: entry, Run: x,
			Flags: trace.Moveable, NoFlags: trace.NoRoundRobin | no, Sleep: sleep, Exit: ExitZero, NextNoRun: x | trace.NeedRecv,
			When: "the transport is being removed, and the task may move to another one of the client"})
	}
	edges = append(edges, transmitted(CallConnectStatus),
		Edge{ID: "call_connect_status.done", From: CallConnectStatus, To: CallTransmit, Entry: ok, Run: x, Exit: ExitZero, When: "connected"},
		Edge{ID: "call_connect_status.connected", From: CallConnectStatus, To: CallTransmit, Entry: anyError, Run: x, Exit: ExitZero,
			When: "a status, usually -EAGAIN, but the transport is connected"})
	again("rebind", refused, Sleep{}, trace.SoftConn, "refused or reset, and the client asks rpcbind itself: ask for the port again")
	again("refused", refused, sleepsOn(Delay), trace.SoftConn, "refused or reset: again after 3 s")
	again("lost", connectLost, sleepsOn(Delay), trace.SoftConn, "the server cannot be reached: again after 3 s")
	again("again", connectSoon, Sleep{}, 0, "a timeout, or nothing to wait for any more: again at once")
	again("nobufs", errs(eNOBUFS), sleepsOn(Delay), 0, "no buffers: again after 250 ms")
	move("move", connectSoon, Sleep{}, 0)
	move("lost.move", Class{Errors: refused.Errors | connectLost.Errors}, sleepsOn(Delay), trace.SoftConn)
	fail("refused.fail", refused, trace.SoftConn, "refused or reset, and the task is SOFTCONN")
	fail("lost.fail", connectLost, trace.SoftConn, "the server cannot be reached, and the task is SOFTCONN")
	fail("fail", otherThan(refused, connectLost, connectSoon, errs(eNOBUFS)), 0, "any other error ends the task")
	return edges
}
