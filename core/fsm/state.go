package fsm

// State is a step of an RPC task: the function that rpc_task.tk_action points to.
type State uint8

// The states, in the order in which a task that meets no trouble runs them. None stands for a NULL tk_action.
const (
	None State = iota
	RPCPrepareTask
	CallStart
	CallReserve
	CallReserveResult
	CallRetryReserve
	CallRefresh
	CallRefreshResult
	CallAllocate
	CallEncode
	CallBind
	CallBindStatus
	CallConnect
	CallConnectStatus
	CallTransmit
	CallTransmitStatus
	CallStatus
	CallDecode
	RPCExitTask
	CallBCEncode
	CallBCTransmit
	CallBCTransmitStatus
	StateCount
)

// StateInfo is what the map says of one state.
type StateInfo struct {
	Name   string // the kernel function
	Number string // the kernel's own numbering of the phases ("2b"); "" for states without one
	Does   string // one sentence
	// Sleeps are the wait queues that a task may be put on while it runs this state.
	Sleeps []Queue
}

// Queue is a wait queue, by the name that rpc_task_sleep prints (rpc_wait_queue.name).
type Queue string

// The wait queues of the client machine.
const (
	Delay        Queue = "delayq"
	XprtBacklog  Queue = "xprt_backlog"
	XprtSending  Queue = "xprt_sending"
	XprtPending  Queue = "xprt_pending"
	XprtBinding  Queue = "xprt_binding"
	GSSUpcall    Queue = "RPCSEC_GSS upcall waitq"
	GSSPipe      Queue = "gss pipe version"
	ForeChannel  Queue = "ForeChannel Slot table"
	BackChannel  Queue = "BackChannel Slot table"
	NFS40Slots   Queue = "NFSv4.0 transport Slot table"
	NFSClient    Queue = "NFS client"
	NFSDCallback Queue = "Backchannel slot table"
	Seqid        Queue = "Seqid_waitqueue" // NFSv4.0 open and lock owners
	UnlockIO     Queue = "NFS UOC"         // an unlock waits for the file's reads and writes
	LayoutReturn Queue = "pNFS ROC"        // a close or delegation return waits for its layout's return
)

// Callback is a function that tk_callback may point to; it runs once, before the next state, after a wake-up.
type Callback string

// The callbacks that a run of rpc_task_run_action may name instead of a state.
const (
	XprtTimer               Callback = "xprt_timer"
	XprtCompleteRequestInit Callback = "xprt_complete_request_init"
	RPCAtRun                Callback = "__rpc_atrun"
	GSSUpcallCallback       Callback = "gss_upcall_callback"
)

// prepareQueues are the queues of the RPC programs, on which their rpc_call_prepare hooks put a task.
var prepareQueues = []Queue{ForeChannel, BackChannel, NFS40Slots, NFSDCallback, Seqid, UnlockIO, LayoutReturn}

// exitQueues are those on which an rpc_call_done hook may have put it.
var exitQueues = []Queue{Delay, NFSClient}

// States is the list of states; States[s] describes s.
var States = [StateCount]StateInfo{
	None:               {"NULL", "", "The task has no next step: its run is over and it is released.", nil},
	RPCPrepareTask:     {"rpc_prepare_task", "", "Runs the caller's rpc_call_prepare, which usually starts the call.", prepareQueues},
	CallStart:          {"call_start", "0", "Counts the call and chooses a transport.", nil},
	CallReserve:        {"call_reserve", "1", "Asks the transport for a slot; without one the task sleeps on the backlog.", []Queue{XprtBacklog}},
	CallReserveResult:  {"call_reserveresult", "1b", "Looks whether the task got its slot.", []Queue{Delay}},
	CallRetryReserve:   {"call_retry_reserve", "1c", "Asks again, or finds the slot that was handed over while it slept.", []Queue{XprtBacklog}},
	CallRefresh:        {"call_refresh", "2", "Binds a credential to the slot and brings it up to date.", []Queue{GSSUpcall, GSSPipe}},
	CallRefreshResult:  {"call_refreshresult", "2a", "Looks whether the credential is good.", []Queue{Delay}},
	CallAllocate:       {"call_allocate", "2b", "Allocates one buffer for the call and the reply.", []Queue{Delay}},
	CallEncode:         {"call_encode", "3", "Encodes the call and queues it for receiving and sending.", []Queue{Delay}},
	CallBind:           {"call_bind", "4", "Asks rpcbind for the server's port.", []Queue{XprtSending, XprtBinding}},
	CallBindStatus:     {"call_bind_status", "4a", "Sorts out rpcbind's answer.", []Queue{Delay}},
	CallConnect:        {"call_connect", "4b", "Takes the write lock and starts connecting.", []Queue{XprtSending, XprtPending}},
	CallConnectStatus:  {"call_connect_status", "4c", "Sorts out how connecting went.", []Queue{Delay}},
	CallTransmit:       {"call_transmit", "5", "Takes the write lock and sends everybody's queued calls.", []Queue{XprtSending}},
	CallTransmitStatus: {"call_transmit_status", "5a", "Sorts out the sending, then waits for the reply.", []Queue{XprtPending, Delay}},
	CallStatus:         {"call_status", "6", "Woken by a reply, a timeout or an error: decides what follows.", []Queue{Delay}},
	CallDecode:         {"call_decode", "7", "Checks the reply's header and decodes its results.", nil},
	RPCExitTask:        {"rpc_exit_task", "", "Counts statistics and tells the caller; the caller may restart the task.", exitQueues},

	CallBCEncode:         {"call_bc_encode", "", "Queues the reply to a callback.", nil},
	CallBCTransmit:       {"call_bc_transmit", "", "Takes the write lock and sends the reply to a callback.", []Queue{XprtSending}},
	CallBCTransmitStatus: {"call_bc_transmit_status", "", "Sorts out the sending of the reply to a callback.", []Queue{Delay}},
}

// String is the kernel's name of the state.
//
//go:noinline
func (s State) String() string {
	if s >= StateCount {
		return "?"
	}
	return States[s].Name
}

// StateNamed finds a state by the kernel's name.
//
//go:noinline
func StateNamed(name string) (State, bool) {
	for s := RPCPrepareTask; s < StateCount; s++ {
		if States[s].Name == name {
			return s, true
		}
	}
	return None, false
}

// CallbackOf is the callback that a sleep on q, begun in state s, leaves to be run after the wake-up; "" is none.
// Only the first of the tasks that wait for one upcall has the callback: see [OptionalCallback].
func CallbackOf(s State, q Queue) Callback {
	switch {
	case q == XprtBacklog:
		return XprtCompleteRequestInit
	case q == XprtPending && s == CallTransmitStatus:
		return XprtTimer
	case q == Delay:
		return RPCAtRun
	case q == GSSUpcall:
		return GSSUpcallCallback
	}
	return ""
}

// OptionalCallback reports whether a sleep on q may go without the callback that [CallbackOf] names: tasks that join
// somebody else's wait for rpc.gssd have none.
func OptionalCallback(q Queue) bool { return q == GSSUpcall }
