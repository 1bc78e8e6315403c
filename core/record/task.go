package record

import (
	"sunscope/core/fsm"
	"sunscope/core/trace"
)

// slot is what is known of a task's slot.
type slot uint8

const (
	slotUnknown slot = iota
	slotNone
	slotHeld
)

// task is one walk: what the recording has shown of one generation of one task.
type task struct {
	w      *walker
	id     key
	begun  bool // its rpc_task_begin was seen
	over   bool // its rpc_task_complete was seen
	line   int  // ordinal of the rpc_task_begin, or of the latest rpc_task_run_action of a state
	first  int  // ordinal of the first rpc_task_run_action
	began  fsm.State
	thread int32

	born, latest int         // ordinals of its first event and of its latest
	dozed        int         // and of its latest rpc_task_sleep
	path         []fsm.State // every run of a state

	// Since the latest rpc_task_run_action of a state.
	state     fsm.State
	step      fsm.Step
	flags     trace.TaskFlags
	run       trace.RunState
	refused   bool // something was refused: the step is not looked at again
	asleep    bool
	due       fsm.Callback // must run before the next state
	mayLack   bool         // the due callback need not run
	expired   bool         // xprt_timer ran without a sleep
	signalled bool         // while it was awake
	syncSlept bool         // its thread waits
	syncWoken bool         // and woke
	next      fsm.State    // tk_action while it slept, if an event has shown it
	done      string       // the rpc_call_done that ran
	hadLock   bool         // it had the write lock at entry of the state
	counts    counts

	shown             trace.TaskFlags // by its latest event
	signaller         int32           // the thread that signalled it while it slept
	signalSlept       bool            // one did
	completed         bool            // its reply has been looked up, and has woken it, since it was encoded
	ended             bool            // rpc_task_end was logged
	exit              ending
	from              fsm.State // the state before
	killedBefore      bool      // it was signalled, or had an RPC error, before it came to rpc_exit_task
	slot              slot
	sent              bool  // xprt_transmit was logged for it since it was encoded
	sendError         int32 // of an xprt_transmit that its thread logged
	selfSent          bool  // its own thread sent it, in this step
	replies           bool  // NEED_RECV has been seen
	lock              bool  // it has the transport's write lock; or a connect worker has taken that over
	lockSure          bool  // and none has: the lock is its own
	startsConnect     bool  // its xprt_connect showed a transport that nobody was connecting or closing
	prog, proc        string
	ranOut            bool            // the callback xprt_timer ran with -ETIMEDOUT in this step
	denials           int             // how often a reply was refused, since call_start
	denial            trace.Kind      // what is wrong with the reply, in this step
	seenFlags         trace.TaskFlags // when it fell asleep
	buffer, hadBuffer bool            // of its slot; at entry of the state
	allocStatus       int32           // of the latest rpc_buf_alloc
	xid               uint32
	hasXID            bool // xid is known
	transmissions     int  // xprt_transmit of status 0 since it has its slot
	wasSent           bool // SENT is set: it went out, and was not restarted since
	datagrams         bool // it asks for shares of the congestion window
	cong              credit
	answered          bool // xprt_lookup_rqst has found its request since it was encoded
	found             bool // or at any time since it has its slot
	vers              int64
}

// finished reports whether the walk has come to its end.
func (t *task) finished() bool { return t.over || t.ended && !t.asleep && t.due == "" }

func (t *task) where() string {
	if t.asleep {
		return t.state.String() + ", asleep on " + string(t.step.Sleeps[len(t.step.Sleeps)-1].Queue)
	}
	return t.state.String()
}

func (t *task) refuse(why string) { t.w.refuse(t, why) }

// runAction is an rpc_task_run_action: a callback, or the next state.
func (t *task) runAction(e *trace.Event) {
	name := t.w.action(e)
	t.latest = t.w.at
	t.ownThread(e, name)
	if t.syncSlept && !t.syncWoken && !t.refused {
		t.refuse("runs " + name + ", but its thread still waits: no rpc_task_sync_wake was logged")
	}
	if isCallback(name) {
		t.runCallback(fsm.Callback(name), e)
		return
	}
	to, known := fsm.StateNamed(name)
	if !known {
		t.refuse("runs " + name + ", which is neither a state nor a callback")
		return
	}
	t.leave(to, e)
	t.closeExit()
	t.enter(to, e)
}

// ownThread: a synchronous task never leaves the thread that began it.
func (t *task) ownThread(e *trace.Event, name string) {
	if e.PID != t.thread && taskFlags(e)&trace.Async == 0 && (t.begun || t.state != fsm.None) {
		t.refuse("runs " + name + " in another thread than before, though it is synchronous")
	}
	t.thread = e.PID
}

func isCallback(name string) bool {
	switch fsm.Callback(name) {
	case fsm.XprtTimer, fsm.XprtCompleteRequestInit, fsm.RPCAtRun, fsm.GSSUpcallCallback:
		return true
	}
	return false
}

func (t *task) runCallback(cb fsm.Callback, e *trace.Event) {
	st := status(e)
	switch {
	case t.state == fsm.None:
		return // it slept before the recording began
	case t.asleep:
		t.refuse("callback " + string(cb) + " runs while the task is in " + t.where())
	case t.due == "" && t.waitExpired(cb, st):
		t.expired = true
	case cb != t.due:
		t.refuse("callback " + string(cb) + " runs in " + t.state.String() + ", where " + orNone(t.due) + " is due")
	case st != t.lastSleep().Wake && !(t.step.Killed && st == -512):
		t.refuse("callback " + string(cb) + " runs with status " + fsm.StatusText(st) + ", but the task was woken with " +
			fsm.StatusText(t.lastSleep().Wake))
	default:
		t.lastSleep().Callback = cb
	}
	t.steady(e)
	t.due = ""
	t.ranOut = t.ranOut || cb == fsm.XprtTimer && st == -110
}

// waitExpired: when no time is left to wait for the reply, xprt_timer runs without a sleep.
func (t *task) waitExpired(cb fsm.Callback, st int32) bool {
	return cb == fsm.XprtTimer && t.state == fsm.CallTransmitStatus && len(t.step.Sleeps) == 0 && !t.expired &&
		(st == -110 || st == -512 && t.step.Killed)
}

func (t *task) lastSleep() *fsm.Slept {
	if len(t.step.Sleeps) == 0 {
		return &fsm.Slept{}
	}
	return &t.step.Sleeps[len(t.step.Sleeps)-1]
}

func orNone(cb fsm.Callback) string {
	if cb == "" {
		return "none"
	}
	return string(cb)
}

// leave closes the step that ends with the entry of to, and holds it against the map.
func (t *task) leave(to fsm.State, e *trace.Event) {
	if t.state == fsm.None {
		unborn := t.step.Killed && to == fsm.RPCExitTask && status(e) == -512 // signalled before it ran at all
		if t.begun && !t.refused && !unborn {
			if err := fsm.BeginWith(to, status(e), runState(e)); err != nil {
				t.refuse(err.Error())
			}
			if f := taskFlags(e); f != t.flags && !t.refused {
				t.refuse(to.String() + " is entered with flags " + f.String() + ", but the task began with " + t.flags.String())
			}
			t.steady(e)
		}
		t.first, t.began = t.w.at, to
		return
	}
	s := &t.step
	s.To, s.Exit, s.NextFlags, s.NextRun = to, status(e), taskFlags(e), runState(e)
	t.w.report.Steps++
	switch {
	case t.refused:
		return
	case t.asleep:
		t.refuse("runs " + to.String() + " while it is in " + t.where())
	case t.due != "" && !t.mayLack:
		t.refuse("runs " + to.String() + ", but the callback " + string(t.due) + " is due before")
	case t.next != fsm.None && to != t.next && to != fsm.RPCExitTask:
		t.refuse("runs " + to.String() + ", but slept with " + t.next.String() + " as its next step")
	default:
		t.keepsSent(to.String()+" at its entry", s.NextFlags)
		t.replied(to.String()+" at its entry", s.Run&^s.NextRun, to)
		t.check()
	}
}

// replied: NEED_RECV goes when a reply has been looked up, when the slot is given back, and while a request is encoded anew.
func (t *task) replied(what string, lost trace.RunState, to fsm.State) {
	without := t.state == fsm.CallEncode || to == fsm.CallReserve || to == fsm.CallStart || to == fsm.RPCPrepareTask || t.state == fsm.RPCExitTask
	if lost&trace.NeedRecv != 0 && !t.found && !without && t.begun && !t.refused && t.w.has[trace.XprtLookupRqst] {
		t.refuse(what + " shows NEED_RECV cleared, but no xprt_lookup_rqst has found the request")
	}
}

// check holds the closed step against the map and against the events that were logged in it.
func (t *task) check() {
	s := &t.step
	edge, err := fsm.Check(s)
	late := err != nil && t.signalled && !s.RPCError && s.To != fsm.RPCExitTask
	if late {
		// The run loop may have looked at tk_rpc_status just before the signal set it. Then this one state still runs.
		s.Killed = false
		edge, err = fsm.Check(s)
		s.Killed = true
	}
	if err == nil {
		err = t.evidence(edge)
	}
	if err != nil {
		t.refuse(err.Error())
		return
	}
	t.w.report.Edges[edge.ID]++
}

// enter begins a new step.
func (t *task) enter(s fsm.State, e *trace.Event) {
	from := t.state
	killed := t.step.Killed && s != fsm.RPCExitTask && from != fsm.RPCExitTask
	sleeps := t.step.Sleeps[:0]
	if s == fsm.CallReserve && from == fsm.CallDecode || from == fsm.RPCExitTask || s == fsm.CallStart && from == fsm.CallConnectStatus {
		t.slot = slotNone
	}
	if from == fsm.CallConnect && t.waits(fsm.XprtPending) {
		t.connecting()
	}
	if from == fsm.RPCExitTask {
		t.wasSent = false
	}
	if s == fsm.CallStart {
		t.denials = 0
	}
	t.from, t.killedBefore = from, t.step.Killed || t.step.RPCError && from == fsm.CallEncode
	t.state, t.line = s, t.w.at
	t.path = append(t.path, s)
	t.flags, t.run, t.shown = taskFlags(e), runState(e), taskFlags(e)
	t.step = fsm.Step{From: s, Entry: status(e), Flags: t.flags, Run: t.run, Sleeps: sleeps, Killed: killed}
	t.refused, t.asleep, t.due, t.mayLack, t.expired, t.signalled = false, false, "", false, false, false
	t.ranOut, t.denial = false, trace.None
	t.syncSlept, t.syncWoken, t.next, t.done = false, false, fsm.None, ""
	t.hadLock, t.hadBuffer = t.lock, t.buffer
	t.counts, t.sendError, t.selfSent, t.ended, t.exit = counts{}, 0, false, false, ending{}
	if (s == fsm.CallEncode || s == fsm.CallBCEncode) && t.run&trace.NeedXmit == 0 {
		t.sent, t.answered, t.completed = false, false, false
	}
	t.replies = t.replies || t.run&trace.NeedRecv != 0
}

// event is any other event about the task.
func (t *task) event(e *trace.Event) {
	t.latest = t.w.at
	switch e.Kind {
	case trace.RPCTaskSleep:
		t.sleep(e)
	case trace.RPCTaskWakeup:
		t.wake(e)
	case trace.RPCTaskSyncSleep:
		t.syncSleep(e)
	case trace.RPCTaskSyncWake:
		t.syncWake(e)
	case trace.RPCTaskTimeout:
		t.timeout(e)
	case trace.RPCTaskSignalled:
		t.signal(e)
		t.signalled = t.signalled || !t.asleep
	case trace.RPCCallRpcerror:
		t.step.RPCError, t.step.ErrStatus, t.step.ErrRPC = true, int32(e.F[2]), int32(e.F[3])
	}
	t.place(e)
}

func b2i(b bool) uint8 {
	if b {
		return 1
	}
	return 0
}
