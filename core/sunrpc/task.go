package sunrpc

import (
	"sunscope/core/fsm"
	"sunscope/core/time"
	"sunscope/core/trace"
	"sunscope/core/wire"
	"sunscope/core/xdr"
)

// Proc is a procedure as the client calls it (rpc_procinfo). Lengths are in XDR units of four bytes.
type Proc struct {
	Num      uint32
	Name     string
	Timer    int // class of the RTT estimator, 0 for none
	ArgLen   int // most units that the arguments take
	ReplyLen int // most units that the results take, without pages
	Encode   func(e *xdr.Encoder, args any) wire.Errno
	Decode   func(d *xdr.Decoder, res any) int32 // tk_status of the finished task; nil: one-way
}

// Message is what a task calls (rpc_message).
type Message struct {
	Proc *Proc
	Args any
	Res  any
	Cred *Cred // nil: the caller's own
	// Pages is how many bytes of the reply go to pages instead of its buffer; ArgPages how many bytes at the end of the
	// call are sent from pages, padding aside.
	Pages, ArgPages int
}

// CallOps are the caller's hooks (rpc_call_ops), in the order in which they run. At CountStats and Done the slot and the
// reply are still there; at Release, which comes once, when nobody holds the task any more, they are not.
type CallOps struct {
	Prepare func(*Task)
	// CountStats takes the place of the usual statistics, which CountIOStats would print.
	CountStats func(*Task)
	Done       func(*Task)
	// DoneName is the function that the trace of rpc_task_call_done names.
	DoneName, DoneModule string
	Release              func(*Task)
}

// Setup describes a task to be run (rpc_task_setup).
type Setup struct {
	Client    *Client
	Msg       Message
	Ops       *CallOps
	Flags     trace.TaskFlags
	Priority  Priority
	WorkQueue *WorkQueue // where its memory is released; nil: at once
	// Embedded tasks live in their caller's own memory, so they are not marked DYNAMIC.
	Embedded bool
	// Item names the workload item that the task carries out; "" for none.
	Item string
}

// Task is one RPC on its way (rpc_task).
type Task struct {
	k         *Kernel
	pid       uint16
	client    *Client
	xprt      *Xprt
	req       *Request
	msg       Message
	ops       *CallOps
	item      string
	flags     trace.TaskFlags
	run       trace.RunState
	status    int32
	rpcStatus int32 // sticks: the error that the task ends with
	cancel    int32 // the error that rpc_cancel_tasks gave it; 0: none
	action    fsm.State
	callback  *callback
	priority  Priority
	owner     int32
	start     time.Duration
	timeouts  int
	garbRetry int
	credRetry int
	release2  *WorkQueue

	queue     *WaitQueue // where it sleeps, or slept last
	waitLevel int
	place     place[*Task] // on that queue
	alarm     alarm
	listed    node[*Task] // among its client's tasks
	work      Work
	thread    *Thread // a synchronous task's sleeping thread
	then      func(*Task) Step
	transmits bool      // it is inside xprt_transmit, where only the owner of the write lock may be
	refs      int       // tk_count: its own run's, and those of whoever holds it
	waiters   []*waiter // who wait for its end
	step      fsm.Step  // the edge that is being taken
	anonymous bool      // its caller sees its status only, so that its memory can be used again
	// Its methods turn, afterTurn, syncWoken, release, handOver, and its transport's transmit, as functions that are made once.
	goOn, done, wokenUp, ended, handedOver, transmit Step
	slept                                            [2]fsm.Slept // where step.Sleeps begins
}

// Status is the result: of the last step while the task runs, of the whole call when it is over.
func (t *Task) Status() int32 { return t.status }

// Result is what the caller gave the reply to be decoded into.
func (t *Task) Result() any { return t.msg.Res }

// idFields are the task's and its client's ids, followed by more fields.
//
//go:noinline
func (t *Task) idFields(more ...int64) []int64 {
	if t.k.quiet {
		return t.k.scratch[:0]
	}
	clid := int64(trace.NoID)
	if t.client != nil {
		clid = int64(t.client.clid)
	}
	return append(append(t.k.scratch[:0], int64(t.pid), clid), more...)
}

//go:noinline
func (t *Task) traceAction(kind trace.Kind, symbol string) {
	t.traceSymbol(kind, symbol, "sunrpc")
}

func (t *Task) traceSymbol(kind trace.Kind, symbol, module string) {
	if t.k.quiet {
		return
	}
	t.k.emit(".....", kind, t.idFields(int64(t.flags), int64(t.run), int64(t.status), t.k.str(symbol), t.k.str(module))...)
}

func (t *Task) traceTimeout() { t.traceAction(trace.RPCTaskTimeout, t.action.String()) }

// defaultOps are those of a task whose caller has no hooks (rpc_default_ops).
var defaultOps = CallOps{DoneName: "rpc_default_callback", DoneModule: "sunrpc"}

// RunTask is rpc_run_task. It is called from a thread, whose next step it returns: for an asynchronous task then, at
// once; for a synchronous one the task's own run in that thread, and then when it is over. The caller's reference to the
// task is given back (rpc_put_task) when then returns: who needs the task longer takes one with Get.
func (k *Kernel) RunTask(s *Setup, then func(*Task) Step) Step {
	t := k.newTask(s, then)
	if t.flags&trace.Async == 0 {
		t.flags |= trace.CredNoRef
	}
	s.Client.adopt(t)
	t.action = fsm.CallStart
	if t.ops.Prepare != nil {
		t.action = fsm.RPCPrepareTask
	}
	return t.execute()
}

// newTask is rpc_new_task.
func (k *Kernel) newTask(s *Setup, then func(*Task) Step) *Task {
	t := k.taskMemory()
	*t = Task{
		goOn: t.goOn, done: t.done, wokenUp: t.wokenUp, ended: t.ended, handedOver: t.handedOver, transmit: t.transmit,
		k: k, msg: s.Msg, ops: s.Ops, item: s.Item, flags: s.Flags, priority: s.Priority, release2: s.WorkQueue,
		garbRetry: 2, credRetry: 2, start: k.m.Now(), then: then, refs: 2,
	}
	if t.ops == nil {
		t.ops = &defaultOps
	}
	if !s.Embedded {
		t.flags |= trace.Dynamic
	}
	if th := k.m.Current(); th != nil {
		t.owner = th.PID
	}
	return t
}

// taskMemory is a task with nothing but its methods.
func (k *Kernel) taskMemory() *Task {
	if n := len(k.spare); n > 0 {
		t := k.spare[n-1]
		k.spare = k.spare[:n-1]
		return t
	}
	t := &Task{}
	t.goOn, t.done, t.wokenUp, t.ended, t.handedOver = t.turn, t.afterTurn, t.syncWoken, t.release, t.handOver
	t.transmit = func() Step { return t.xprt.transmit(t) }
	return t
}

// execute is rpc_execute: an asynchronous task always begins on rpciod, a synchronous one in its caller.
func (t *Task) execute() Step {
	t.run |= trace.Active
	t.k.emit(".....", trace.RPCTaskBegin, t.idFields(int64(t.flags), int64(t.run), int64(t.status), t.k.str("0x0"), 0)...)
	if t.item != "" {
		t.k.emit(".....", trace.Item, t.idFields(t.k.str(t.item))...)
	}
	if t.flags&trace.Async != 0 {
		t.makeRunnable(t.k.rpciod)
		return t.handedOver
	}
	t.run |= trace.Running
	return t.goOn
}

// handOver gives the task to the caller, for as long as then takes.
func (t *Task) handOver() Step {
	next := t.then(t)
	t.Put()
	return next
}

// Signal is rpc_signal_task: a fatal signal or rpc_killall_tasks.
func (t *Task) Signal() { t.signal(erestartsys) }

// signal ends the task from outside. Only the first error sticks.
func (t *Task) signal(err int32) {
	if t.action == fsm.None { // its run is over, it is not released yet
		t.traceSymbol(trace.RPCTaskSignalled, "0x0", "")
	} else {
		t.traceAction(trace.RPCTaskSignalled, t.action.String())
	}
	if t.rpcStatus == 0 {
		t.rpcStatus = err
		if err != erestartsys {
			t.cancel = err
		}
	}
	t.step.Killed, t.step.Cancel = true, t.cancel
	if t.run&trace.Queued != 0 {
		t.queue.wakeTask(t)
	}
}

// IDs are tk_pid and cl_clid as events print them.
func (t *Task) IDs() (pid, clid int64) {
	if t.client == nil {
		return int64(t.pid), trace.NoID
	}
	return int64(t.pid), int64(t.client.clid)
}
