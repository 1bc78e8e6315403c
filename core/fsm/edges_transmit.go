package fsm

import "sunscope/core/trace"

// The groups of errors that sending sorts by.
const (
	resend   = eBADSLT | eAGAIN
	sendLost = eCONNRESET | eCONNABORTED | eADDRINUSE | eNOTCONN | ePIPE
)

// transmitEdges: sending (call_transmit), what follows from how it went (call_transmit_status), and once the request is
// out, the wait for the reply.
var transmitEdges = []Edge{
	{ID: "sent", From: CallTransmit, To: CallTransmitStatus, Entry: anything, Run: xmit, Exit: ExitZero,
		NextFlags: trace.Sent, NextNoRun: xmit, When: "the request is out"},
	{ID: "window", From: CallTransmit, To: CallTransmitStatus, Entry: anything, Run: xmit, NoFlags: trace.Sent, Exit: ExitZero,
		NextNoFlags: trace.Sent, NextNoRun: xmit, Unsent: true, When: "the GSS sequence window has passed the request: it was taken off the queue unsent"},
	{ID: "failed", From: CallTransmit, To: CallTransmitStatus, Entry: anything, Run: xmit, Exit: ExitResult,
		ExitIn: anyError, NextRun: xmit, When: "sending failed, or there is no connection"},
	{ID: "failed.sent", From: CallTransmit, To: CallTransmitStatus, Entry: anything, Run: xmit, Exit: ExitResult,
		ExitIn: eAGAIN | eBADSLT | eNOBUFS | eNOMEM, NextFlags: trace.Sent, NextNoRun: xmit,
		When: "there was no room to send; then the next holder of the write lock sent the request"},
	{From: CallTransmit, To: CallTransmitStatus, more: lockWaiter},
	{ID: "transmitted", From: CallTransmit, To: CallTransmitStatus, Entry: anything, Exit: ExitEntry, NextNoRun: xmit, When: transmitted},

	{ID: "noreply", From: CallTransmitStatus, To: CallStatus, Entry: anything, Exit: ExitZero, NextNoRun: xmit | recv,
		When: "sent, and nothing to wait for: the reply is there already, or none will come"},
	{ID: "reply", From: CallTransmitStatus, To: CallStatus, Entry: anything, Run: recv, Sleep: onPending, Exit: ExitWake, ExitIn: ok,
		NextNoRun: xmit | recv, When: "slept until the reply came"},
	{ID: "spurious", From: CallTransmitStatus, To: CallStatus, Entry: anything, Run: recv, Sleep: onPending, Exit: ExitWake, ExitIn: ok,
		NextRun: recv, NextNoRun: xmit, When: "slept, and was woken without a reply when the transport connected"},
	{ID: "failed", From: CallTransmitStatus, To: CallStatus, Entry: anything, Run: recv, Sleep: onPending, Exit: ExitWake, ExitIn: anyError,
		NextNoRun: xmit, When: "slept, and was woken by a timeout or a lost connection"},
	{ID: "expired", From: CallTransmitStatus, To: CallStatus, Entry: anything, Run: recv, Exit: ExitResult, ExitIn: eTIMEDOUT,
		NextNoRun: xmit, When: "sent, but no time is left to wait for the reply"},

	{ID: "encode", From: CallTransmitStatus, To: CallEncode, Entry: eBADMSG, Run: xmit, Exit: ExitZero, more: mayEnd,
		When: "the request must be encoded anew"},
	{ID: "nomem", From: CallTransmitStatus, To: CallTransmit, Entry: eNOMEM | eNOBUFS, Run: xmit, Sleep: onDelay, Exit: ExitZero, more: mayEnd,
		When: "no memory: again after 250 ms"},
	{ID: "resend", From: CallTransmitStatus, To: CallTransmit, Entry: resend, Run: xmit, Exit: ExitZero, more: mayEnd,
		When: "after a wait for the lock, for room, or for congestion credit: send now"},
	{ID: "unreachable", From: CallTransmitStatus, To: CallStatus, Entry: unreachable, Run: xmit, Exit: ExitEntry, more: mayEnd,
		When: "the server cannot be reached"},
	{ID: "refused", From: CallTransmitStatus, To: CallBind, Entry: eCONNREFUSED, Run: xmit, NoFlags: trace.SoftConn, Exit: ExitZero, more: mayEnd,
		When: "refused: bind and connect again"},
	{ID: "lost", From: CallTransmitStatus, To: CallBind, Entry: sendLost, Run: xmit, Exit: ExitZero, more: mayEnd,
		When: "the connection is lost: bind and connect again"},
	{ID: "other", From: CallTransmitStatus, To: CallStatus,
		Entry: anyError &^ (eBADMSG | eCONNREFUSED | eNOMEM | eNOBUFS | resend | unreachable | sendLost), Run: xmit, Exit: ExitEntry, more: mayEnd,
		When: "any other status is for call_status to sort out"},
	{ID: "refused.fail", From: CallTransmitStatus, To: RPCExitTask, Entry: eCONNREFUSED, Run: xmit, Flags: trace.SoftConn,
		Fatal: Fatal{Entry: true}, Exit: ExitFatal, When: "refused, and the task is SOFTCONN"},
}

// The groups of errors that the end of the wait sorts by.
const (
	waitLost  = eTIMEDOUT | eCONNREFUSED | eCONNRESET | eCONNABORTED | eNOTCONN | ePIPE | eAGAIN
	waitNoMem = eNFILE | eNOBUFS | eNOMEM
)

// statusEdges: what follows from the reply, the timeout or the error that ended the wait.
var statusEdges = []Edge{
	{ID: "reply", From: CallStatus, To: CallDecode, Entry: ok, NoRun: xmit, Exit: ExitEntry, When: "no error: there should be a reply"},
	{ID: "unreachable.fail", From: CallStatus, To: RPCExitTask, Entry: unreachable, Flags: trace.SoftConn, Fatal: Fatal{Entry: true},
		Exit: ExitFatal, When: "the server cannot be reached, and the task is SOFTCONN"},
	{ID: "fail", From: CallStatus, To: RPCExitTask, Entry: anyError &^ (unreachable | waitLost | waitNoMem | eADDRINUSE), Fatal: Fatal{Entry: true},
		Exit: ExitFatal, When: "-EIO, and any error that has no cure, ends the task"},
	{ID: "again", From: CallStatus, To: CallEncode, Entry: waitLost, Exit: ExitZero, more: mayEnd,
		When: "a timeout or a lost connection: once more from call_encode"},
	{ID: "unreachable", From: CallStatus, To: CallEncode, Entry: unreachable, NoFlags: trace.SoftConn, Sleep: onDelay, Exit: ExitZero, more: mayEnd,
		When: "the server cannot be reached: once more after 3 s"},
	{ID: "addrinuse", From: CallStatus, To: CallEncode, Entry: eADDRINUSE, Sleep: onDelay, Exit: ExitZero, more: mayEnd,
		When: "the local port is taken: once more after 3 s"},
	{ID: "nomem", From: CallStatus, To: CallEncode, Entry: waitNoMem, Sleep: onDelay, Exit: ExitZero, more: mayEnd,
		When: "no memory or no files: once more after 250 ms"},
}

// decodeEdges: what follows from the reply's header.
var decodeEdges = []Edge{
	{ID: "done", From: CallDecode, To: RPCExitTask, Entry: ok, NoRun: xmit | recv, Exit: ExitResult, ExitIn: anything,
		When: "the results are decoded (their status may be an error of the program), or the call has none"},
	{ID: "fail", From: CallDecode, To: RPCExitTask, Entry: ok, NoRun: xmit | recv,
		Fatal: Fatal{Status: eIO | eACCES | ePFNOSUPPORT | ePROTONOSUPPORT | eOPNOTSUPP}, Exit: ExitFatal,
		When: "the header says no: program, version or procedure unavailable, denied, or garbage once too often"},
	{ID: "again", From: CallDecode, To: CallEncode, Entry: ok, NoRun: xmit, Exit: ExitZero, NextNoRun: xmit, more: mayEnd,
		When: "no reply, or garbage, or a bad credential: encode again with the same XID, twice at most"},
	// Here too rpc_check_timeout may end the task; that looks like call_decode.again's endings, and is those rows.
	{ID: "rejected", From: CallDecode, To: CallReserve, Entry: ok, NoRun: xmit | recv, Exit: ExitEntry, NextNoRun: xmit | recv,
		When: "the credential was rejected: release the slot and begin again with a new XID, twice at most"},
}
