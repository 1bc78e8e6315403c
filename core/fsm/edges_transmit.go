package fsm

import "sunscope/core/trace"

// transmitEdges: sending (call_transmit), and what follows from how it went (call_transmit_status).
func transmitEdges() []Edge {
	const x, r = trace.NeedXmit, trace.NeedRecv
	edges := append([]Edge{
		{ID: "call_transmit.sent", From: CallTransmit, To: CallTransmitStatus, Entry: anything, Run: x, Exit: ExitZero,
			NextFlags: trace.Sent, NextNoRun: x, When: "the request is out"},
		{ID: "call_transmit.window", From: CallTransmit, To: CallTransmitStatus, Entry: anything, Run: x, NoFlags: trace.Sent, Exit: ExitZero,
			NextNoFlags: trace.Sent, NextNoRun: x, Unsent: true, When: "the GSS sequence window has passed the request: it was taken off the queue unsent"},
		{ID: "call_transmit.failed", From: CallTransmit, To: CallTransmitStatus, Entry: anything, Run: x, Exit: ExitResult,
			ExitIn: anyError, NextRun: x, When: "sending failed, or there is no connection"},
		{ID: "call_transmit.failed.sent", From: CallTransmit, To: CallTransmitStatus, Entry: anything, Run: x, Exit: ExitResult,
			ExitIn: errs(eAGAIN, eBADSLT, eNOBUFS, eNOMEM), NextFlags: trace.Sent, NextNoRun: x,
			When: "there was no room to send; then the next holder of the write lock sent the request"},
	}, lockWaits(CallTransmit, CallTransmitStatus)...)
	edges = append(edges, transmitted(CallTransmit))
	edges = append(edges, replyWaits()...)

	const from = CallTransmitStatus
	resend := errs(eBADSLT, eAGAIN)
	nomem := errs(eNOMEM, eNOBUFS)
	lost := errs(eCONNRESET, eCONNABORTED, eADDRINUSE, eNOTCONN, ePIPE)
	add := func(e Edge) {
		e.From, e.Run, e.ID = from, x, "call_transmit_status."+e.ID
		edges = append(edges, retry(e)...)
	}
	add(Edge{ID: "encode", To: CallEncode, Entry: errs(eBADMSG), Exit: ExitZero, When: "the request must be encoded anew"})
	add(Edge{ID: "nomem", To: CallTransmit, Entry: nomem, Sleep: sleepsOn(Delay), Exit: ExitZero, When: "no memory: again after 250 ms"})
	add(Edge{ID: "resend", To: CallTransmit, Entry: resend, Exit: ExitZero, When: "after a wait for the lock, for room, or for congestion credit: send now"})
	add(Edge{ID: "unreachable", To: CallStatus, Entry: unreachable, Exit: ExitEntry, When: "the server cannot be reached"})
	add(Edge{ID: "refused", To: CallBind, Entry: errs(eCONNREFUSED), NoFlags: trace.SoftConn, Exit: ExitZero, When: "refused: bind and connect again"})
	add(Edge{ID: "lost", To: CallBind, Entry: lost, Exit: ExitZero, When: "the connection is lost: bind and connect again"})
	add(Edge{ID: "other", To: CallStatus, Entry: otherThan(errs(eBADMSG, eCONNREFUSED), nomem, resend, unreachable, lost), Exit: ExitEntry,
		When: "any other status is for call_status to sort out"})
	return append(edges, Edge{ID: "call_transmit_status.refused.fail", From: from, To: RPCExitTask, Entry: errs(eCONNREFUSED), Run: x,
		Flags: trace.SoftConn, Fatal: Fatal{Entry: true}, Exit: ExitFatal, When: "refused, and the task is SOFTCONN"})
}

// replyWaits are the ways on once the request is out: the wait for the reply.
func replyWaits() []Edge {
	const x, r = trace.NeedXmit, trace.NeedRecv
	wait := Edge{From: CallTransmitStatus, To: CallStatus, Entry: anything, NextNoRun: x}
	row := func(id, when string, e Edge) Edge {
		e.ID, e.When = "call_transmit_status."+id, when
		return e
	}
	none, reply, spurious, failed, expired := wait, wait, wait, wait, wait
	none.NextNoRun |= r
	none.Exit = ExitZero
	for _, e := range []*Edge{&reply, &spurious, &failed} {
		e.Run, e.Sleep, e.Exit = r, sleepsOn(XprtPending), ExitWake
	}
	reply.NextNoRun |= r
	reply.ExitIn = ok
	spurious.NextRun, spurious.ExitIn = r, ok
	failed.ExitIn = anyError
	expired.Run, expired.Exit, expired.ExitIn = r, ExitResult, errs(eTIMEDOUT)
	return []Edge{
		row("noreply", "sent, and nothing to wait for: the reply is there already, or none will come", none),
		row("reply", "slept until the reply came", reply),
		row("spurious", "slept, and was woken without a reply when the transport connected", spurious),
		row("failed", "slept, and was woken by a timeout or a lost connection", failed),
		row("expired", "sent, but no time is left to wait for the reply", expired),
	}
}

// statusEdges: what follows from the reply, the timeout or the error that ended the wait.
func statusEdges() []Edge {
	lost := errs(eTIMEDOUT, eCONNREFUSED, eCONNRESET, eCONNABORTED, eNOTCONN, ePIPE, eAGAIN)
	nomem := errs(eNFILE, eNOBUFS, eNOMEM)
	edges := []Edge{
		{ID: "call_status.reply", From: CallStatus, To: CallDecode, Entry: ok, NoRun: trace.NeedXmit, Exit: ExitEntry, When: "no error: there should be a reply"},
		{ID: "call_status.unreachable.fail", From: CallStatus, To: RPCExitTask, Entry: unreachable, Flags: trace.SoftConn, Fatal: Fatal{Entry: true},
			Exit: ExitFatal, When: "the server cannot be reached, and the task is SOFTCONN"},
		{ID: "call_status.fail", From: CallStatus, To: RPCExitTask, Entry: otherThan(unreachable, lost, nomem, errs(eADDRINUSE)), Fatal: Fatal{Entry: true},
			Exit: ExitFatal, When: "-EIO, and any error that has no cure, ends the task"},
	}
	again := func(id string, entry Class, sleep Sleep, no trace.TaskFlags, when string) {
		edges = append(edges, retry(Edge{ID: "call_status." + id, From: CallStatus, To: CallEncode, Entry: entry, NoFlags: no, Sleep: sleep,
			Exit: ExitZero, When: when})...)
	}
	again("again", lost, Sleep{}, 0, "a timeout or a lost connection: once more from call_encode")
	again("unreachable", unreachable, sleepsOn(Delay), trace.SoftConn, "the server cannot be reached: once more after 3 s")
	again("addrinuse", errs(eADDRINUSE), sleepsOn(Delay), 0, "the local port is taken: once more after 3 s")
	again("nomem", nomem, sleepsOn(Delay), 0, "no memory or no files: once more after 250 ms")
	return edges
}

// decodeEdges: what follows from the reply's header.
func decodeEdges() []Edge {
	const x, r = trace.NeedXmit, trace.NeedRecv
	edges := []Edge{
		{ID: "call_decode.done", From: CallDecode, To: RPCExitTask, Entry: ok, NoRun: x | r, Exit: ExitResult, ExitIn: anything,
			When: "the results are decoded (their status may be an error of the program), or the call has none"},
		{ID: "call_decode.fail", From: CallDecode, To: RPCExitTask, Entry: ok, NoRun: x | r,
			Fatal: failsWith(eIO, eACCES, ePFNOSUPPORT, ePROTONOSUPPORT, eOPNOTSUPP), Exit: ExitFatal,
			When: "the header says no: program, version or procedure unavailable, denied, or garbage once too often"},
	}
	edges = append(edges, retry(Edge{ID: "call_decode.again", From: CallDecode, To: CallEncode, Entry: ok, NoRun: x, Exit: ExitZero, NextNoRun: x,
		When: "no reply, or garbage, or a bad credential: encode again with the same XID, twice at most"})...)
	// Here too rpc_check_timeout may end the task; that looks like call_decode.again's endings, and is those rows.
	return append(edges, Edge{ID: "call_decode.rejected", From: CallDecode, To: CallReserve, Entry: ok, NoRun: x | r, Exit: ExitEntry, NextNoRun: x | r,
		When: "the credential was rejected: release the slot and begin again with a new XID, twice at most"})
}
