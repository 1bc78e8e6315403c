package fsm

import "sunscope/core/trace"

// The groups of errors that connecting and sending sort by.
const (
	unreachable = eHOSTDOWN | eNETDOWN | eHOSTUNREACH | eNETUNREACH | ePERM
	bindLost    = eCONNREFUSED | eCONNRESET | eCONNABORTED | eNOTCONN | eHOSTDOWN | eNETDOWN | eHOSTUNREACH | eNETUNREACH | ePIPE
	refused     = eCONNREFUSED | eCONNRESET
	connectLost = eCONNABORTED | eNETDOWN | eNETUNREACH | eHOSTUNREACH | ePIPE | ePROTO
	connectSoon = eADDRINUSE | eNOTCONN | eAGAIN | eTIMEDOUT
)

// transmitted is the condition of the way out that five states begin with: another task's thread, holding the write
// lock, has sent this task's request.
const transmitted = "NEED_XMIT is clear: another task's thread has sent the request"

// bindEdges: asking rpcbind for the port (call_bind), and sorting out the answer.
var bindEdges = []Edge{
	{ID: "transmitted", From: CallBind, To: CallTransmitStatus, Entry: anything, Exit: ExitEntry, NextNoRun: xmit, When: transmitted},
	{ID: "bound", From: CallBind, To: CallConnect, Entry: anything, Run: xmit, Exit: ExitEntry, When: "the port is known"},
	{ID: "rpcbind", From: CallBind, To: CallBindStatus, Entry: ok, Run: xmit, Sleep: Sleep{On: []Queue{XprtBinding}}, Exit: ExitWake,
		When: "slept until rpcbind had answered"},
	{ID: "local", From: CallBind, To: CallBindStatus, Entry: ok, Run: xmit, Exit: ExitZero, When: "an AF_LOCAL transport needs no port"},
	{From: CallBind, To: CallBindStatus, more: lockWaiter},

	{ID: "transmitted", From: CallBindStatus, To: CallTransmitStatus, Entry: anything, Exit: ExitEntry, NextNoRun: xmit, When: transmitted},
	{ID: "port", From: CallBindStatus, To: CallConnect, Entry: ok, Run: xmit, Exit: ExitEntry, When: "rpcbind gave a port"},
	{ID: "bound", From: CallBindStatus, To: CallConnect, Entry: anyError, Run: xmit, Exit: ExitZero,
		When: "an error, but the port has become known meanwhile"},
	{ID: "nomem", From: CallBindStatus, To: CallBind, Entry: eNOMEM | eNOBUFS, Run: xmit, Sleep: onDelay, Exit: ExitZero, more: mayEnd,
		When: "no memory: again after 250 ms"},
	{ID: "unregistered", From: CallBindStatus, To: CallBind, Entry: eACCES, Run: xmit, Sleep: onDelay, Exit: ExitZero, more: mayEnd,
		When: "the program is not registered: again after 3 s"},
	{ID: "again", From: CallBindStatus, To: CallBind, Entry: eAGAIN | eTIMEDOUT | ePROTONOSUPPORT, Run: xmit, Exit: ExitZero, more: mayEnd,
		When: "after a wait for the lock, a timeout, or another version of rpcbind: again at once"},
	{ID: "unreachable", From: CallBindStatus, To: CallBind, Entry: bindLost, Run: xmit, NoFlags: trace.SoftConn, Sleep: onDelay, Exit: ExitZero,
		more: mayEnd, When: "rpcbind cannot be reached: again after 5 s"},
	{ID: "ping", From: CallBindStatus, To: RPCExitTask, Entry: eACCES, Run: xmit, Fatal: Fatal{Status: eOPNOTSUPP}, Exit: ExitFatal,
		When: "the program is not registered, and the call is a ping"},
	{ID: "noversion", From: CallBindStatus, To: RPCExitTask, Entry: ePFNOSUPPORT, Run: xmit, Fatal: Fatal{Status: eIO}, Exit: ExitFatal,
		When: "no version of rpcbind is left to try"},
	{ID: "unreachable.fail", From: CallBindStatus, To: RPCExitTask, Entry: bindLost, Run: xmit, Flags: trace.SoftConn,
		Fatal: Fatal{Entry: true}, Exit: ExitFatal, When: "rpcbind cannot be reached, and the task is SOFTCONN"},
	{ID: "fail", From: CallBindStatus, To: RPCExitTask,
		Entry: anyError &^ (eNOMEM | eNOBUFS | eACCES | eAGAIN | eTIMEDOUT | ePROTONOSUPPORT | ePFNOSUPPORT | bindLost), Run: xmit,
		Fatal: Fatal{Status: eIO}, Exit: ExitFatal, When: "any other error ends the task"},
}

// moves is when a task leaves its transport for another one.
const moves = "the transport is being removed, and the task may move to another one of the client"

// connectEdges: connecting the transport (call_connect), and sorting out how it went.
var connectEdges = []Edge{
	{ID: "transmitted", From: CallConnect, To: CallTransmitStatus, Entry: anything, Exit: ExitEntry, NextNoRun: xmit, When: transmitted},
	{ID: "connected", From: CallConnect, To: CallTransmit, Entry: anything, Run: xmit, Exit: ExitEntry, When: "the transport is connected"},
	{ID: "status", From: CallConnect, To: CallConnectStatus, Entry: anyError, Run: xmit, Exit: ExitEntry, When: "an error came along"},
	{ID: "noconnect", From: CallConnect, To: RPCExitTask, Entry: ok, Run: xmit, Flags: trace.NoConnect, Fatal: Fatal{Status: eNOTCONN},
		Exit: ExitFatal, When: "a NOCONNECT task does not connect"},
	{ID: "wait", From: CallConnect, To: CallConnectStatus, Entry: ok, Run: xmit, NoFlags: trace.NoConnect, Sleep: onPending, Exit: ExitWake,
		When: "slept until the connection stood or had failed"},
	{ID: "closing", From: CallConnect, To: CallConnectStatus, Entry: ok, Run: xmit, NoFlags: trace.NoConnect, Exit: ExitZero,
		When: "connected meanwhile, or still to be closed: nothing to wait for"},
	{ID: "expired", From: CallConnect, To: CallConnectStatus, Entry: ok, Run: xmit, NoFlags: trace.NoConnect, Exit: ExitResult,
		ExitIn: eAGAIN | eTIMEDOUT, When: "the port is lost, or no time is left to wait"},
	{From: CallConnect, To: CallConnectStatus, more: lockWaiter},

	{ID: "transmitted", From: CallConnectStatus, To: CallTransmitStatus, Entry: anything, Exit: ExitEntry, NextNoRun: xmit, When: transmitted},
	{ID: "done", From: CallConnectStatus, To: CallTransmit, Entry: ok, Run: xmit, Exit: ExitZero, When: "connected"},
	{ID: "connected", From: CallConnectStatus, To: CallTransmit, Entry: anyError, Run: xmit, Exit: ExitZero,
		When: "a status, usually -EAGAIN, but the transport is connected"},
	{ID: "rebind", From: CallConnectStatus, To: CallBind, Entry: refused, Run: xmit, NoFlags: trace.SoftConn, Exit: ExitZero, more: mayEnd,
		When: "refused or reset, and the client asks rpcbind itself: ask for the port again"},
	{ID: "refused", From: CallConnectStatus, To: CallBind, Entry: refused, Run: xmit, NoFlags: trace.SoftConn, Sleep: onDelay, Exit: ExitZero,
		more: mayEnd, When: "refused or reset: again after 3 s"},
	{ID: "lost", From: CallConnectStatus, To: CallBind, Entry: connectLost, Run: xmit, NoFlags: trace.SoftConn, Sleep: onDelay, Exit: ExitZero,
		more: mayEnd, When: "the server cannot be reached: again after 3 s"},
	{ID: "again", From: CallConnectStatus, To: CallBind, Entry: connectSoon, Run: xmit, Exit: ExitZero, more: mayEnd,
		When: "a timeout, or nothing to wait for any more: again at once"},
	{ID: "nobufs", From: CallConnectStatus, To: CallBind, Entry: eNOBUFS, Run: xmit, Sleep: onDelay, Exit: ExitZero, more: mayEnd,
		When: "no buffers: again after 250 ms"},
	{ID: "move", From: CallConnectStatus, To: CallStart, Entry: connectSoon, Run: xmit, Flags: trace.Moveable, NoFlags: trace.NoRoundRobin,
		Exit: ExitZero, NextNoRun: xmit | recv, When: moves},
	{ID: "lost.move", From: CallConnectStatus, To: CallStart, Entry: refused | connectLost, Run: xmit, Flags: trace.Moveable,
		NoFlags: trace.NoRoundRobin | trace.SoftConn, Sleep: onDelay, Exit: ExitZero, NextNoRun: xmit | recv, When: moves},
	{ID: "refused.fail", From: CallConnectStatus, To: RPCExitTask, Entry: refused, Run: xmit, Flags: trace.SoftConn, Fatal: Fatal{Entry: true},
		Exit: ExitFatal, When: "refused or reset, and the task is SOFTCONN"},
	{ID: "lost.fail", From: CallConnectStatus, To: RPCExitTask, Entry: connectLost, Run: xmit, Flags: trace.SoftConn, Fatal: Fatal{Entry: true},
		Exit: ExitFatal, When: "the server cannot be reached, and the task is SOFTCONN"},
	{ID: "fail", From: CallConnectStatus, To: RPCExitTask, Entry: anyError &^ (refused | connectLost | connectSoon | eNOBUFS), Run: xmit,
		Fatal: Fatal{Entry: true}, Exit: ExitFatal, When: "any other error ends the task"},
}
