package record

import (
	"sunscope/core/fsm"
	"sunscope/core/trace"
)

// sleep is rpc_task_sleep: the task goes onto a wait queue.
func (t *task) sleep(e *trace.Event) {
	z := fsm.Slept{Queue: fsm.Queue(e.Text(t.w.log, "queue")), Status: status(e)}
	switch {
	case t.state == fsm.None:
		t.refuse("sleeps on " + string(z.Queue) + " before it has run any state")
		return
	case e.PID != t.thread:
		t.refuse("is put to sleep by another thread than the one that runs it")
	case t.asleep:
		t.refuse("falls asleep on " + string(z.Queue) + " while it is in " + t.where())
	case len(t.step.Sleeps) > 0:
		t.refuse("sleeps a second time in one run of " + t.state.String())
	default:
		if err := fsm.CheckSleep(t.state, t.step.Entry, &z); err != nil {
			t.refuse(err.Error())
		}
	}
	if r := runState(e) & (trace.Running | trace.Queued); r != trace.Running {
		t.refuse("rpc_task_sleep shows run state " + runState(e).String() + " of a task that is RUNNING, and on no queue yet")
	}
	if e.Int("timeout") != 0 {
		t.refuse("rpc_task_sleep shows a timeout: only the wake-up does")
	}
	t.steady(e)
	t.startsConnect, t.seenFlags = t.w.connects[e.PID], taskFlags(e)
	t.step.Sleeps = append(t.step.Sleeps, z)
	t.asleep, t.dozed, t.signalSlept = true, t.w.at, false
	if z.Queue == fsm.GSSUpcall {
		t.mayLack = fsm.OptionalCallback(z.Queue) && t.w.upcalls > 0
		t.w.upcalls++
	}
}

// wake is rpc_task_wakeup: another thread, or a timer, takes it off.
func (t *task) wake(e *trace.Event) {
	q := fsm.Queue(e.Text(t.w.log, "queue"))
	if t.state == fsm.None {
		return
	}
	if !t.asleep {
		t.refuse("is woken on " + string(q) + ", but is not asleep")
		return
	}
	z := t.lastSleep()
	t.timedOut(e)
	if z.Queue != q {
		t.refuse("is woken on " + string(q) + ", but sleeps on " + string(z.Queue))
	}
	t.wokenAs(e)
	t.sleepFlags(e)
	t.steady(e)
	t.asleep = false
	t.w.woken[e.PID] = t
	z.Wake = status(e)
	t.due = fsm.CallbackOf(t.state, z.Queue)
	if z.Queue == fsm.XprtSending && z.Wake == -11 {
		t.lock, t.lockSure = true, false // handed over
		t.w.heirs[e.PID] = t.id.pid
	}
	if z.Queue == fsm.GSSUpcall {
		t.w.upcalls--
	}
}

// wokenAs checks the state in which a wake-up finds the task, and what it is woken with.
func (t *task) wokenAs(e *trace.Event) {
	last := t.w.xid.looked[e.PID]
	reply := t.waits(fsm.XprtPending) && t.run&^runState(e)&trace.NeedRecv != 0
	switch {
	case t.refused:
	case runState(e)&trace.Queued == 0:
		t.refuse("rpc_task_wakeup shows a task that is on no queue")
	case runState(e)&trace.Running != 0 && t.syncSlept:
		t.refuse("rpc_task_wakeup shows a RUNNING task, but its thread waits")
	case status(e) == -512 && !t.step.Killed && t.begun:
		t.refuse("is woken with " + fsm.StatusText(-512) + ", but was not signalled")
	case t.signalSlept && t.signaller == e.PID && !t.w.interrupt(e) && status(e) != t.lastSleep().Status && !t.cleared(e):
		t.refuse("is woken with " + fsm.StatusText(status(e)) + " by the signal, which leaves the status " + fsm.StatusText(t.lastSleep().Status))
	case status(e) == 0 && t.state == fsm.CallTransmitStatus && t.waits(fsm.XprtPending) && runState(e)&trace.NeedRecv != 0 && !t.step.Killed:
		t.refuse("is woken with status 0, as for a reply, but NEED_RECV is still set")
	case reply && t.hasXID && last.read && last.xid == t.xid:
		t.refuse("is woken as its reply has come, after xs_stream_read_request: the wake-up is first")
	}
	if reply && last.pending && last.xid == t.xid {
		t.completed = true
	}
	if reply && last.pending && last.xid == t.xid && !t.datagrams {
		last.woke, last.line = true, t.w.at
		t.w.xid.looked[e.PID] = last
	}
}

// showsNext: an event about a sleeper shows tk_action, the state that comes next unless the task is ended before.
func (t *task) showsNext(e *trace.Event) {
	next, ok := fsm.StateNamed(t.w.action(e))
	if e.Kind == trace.RPCTaskSignalled && t.ended && t.w.action(e) == "0x0" {
		return // rpc_call_done has run: there is no next state any more
	}
	if !ok && !t.refused {
		t.refuse(e.Kind.String() + " shows the action " + t.w.action(e) + ", which is no state")
	}
	if !ok || len(t.step.Sleeps) == 0 || next == fsm.RPCExitTask && t.step.Killed {
		return
	}
	if !fsm.Leads(t.state, next) && !t.refused {
		t.refuse(e.Kind.String() + " shows " + next.String() + " as the next step, and no edge leads there from " + t.state.String())
	}
	if t.next != fsm.None && t.next != next && !t.refused {
		t.refuse(e.Kind.String() + " shows " + next.String() + " as the next step, where " + t.next.String() + " was shown before")
	}
	t.next = next
}

// rang is the rpc_task_timeout that a thread has just logged, for the timer of a wait queue. It wakes the task at once.
type rang struct {
	task *task
	line int
}

// signal is rpc_task_signalled: tk_rpc_status is set, which is done once.
func (t *task) signal(e *trace.Event) {
	switch {
	case t.refused || t.state == fsm.None:
	case t.step.Killed:
		t.refuse("is signalled a second time")
	case t.w.woken[e.PID] == t:
		t.refuse("is signalled by the thread that has just woken it: the signal is first, and wakes")
	case t.asleep && runState(e)&trace.Queued == 0:
		t.refuse("rpc_task_signalled shows run state " + runState(e).String() + " of a task that is QUEUED")
	}
	if t.asleep {
		t.sleepFlags(e)
		t.signaller, t.signalSlept = e.PID, true
	}
	if t.state != fsm.None {
		t.steady(e)
	}
	t.showsNext(e)
	t.step.Killed = true
}

// timeout is rpc_task_timeout: it shows the sleeper as it was before the timer rang.
func (t *task) timeout(e *trace.Event) {
	if t.state == fsm.None {
		return
	}
	if !t.asleep {
		t.refuse("rpc_task_timeout of a task that is not asleep")
		return
	}
	z := t.lastSleep()
	switch {
	case t.refused:
	case status(e) != z.Status && !t.cleared(e):
		t.refuse("rpc_task_timeout shows status " + fsm.StatusText(status(e)) + ", but the task fell asleep with " + fsm.StatusText(z.Status))
	case runState(e)&trace.Queued == 0:
		t.refuse("rpc_task_timeout shows a task that is on no queue")
	}
	t.sleepFlags(e)
	t.steady(e)
	t.showsNext(e)
	t.w.rang[e.PID] = rang{t, t.w.at}
}

// timedOut checks a wake-up: the timer's comes with -ETIMEDOUT and no time left, right after rpc_task_timeout. So may that
// of xs_error_handle, which has no timer: the deadline has passed, but the queue's timer has not rung yet.
func (t *task) timedOut(e *trace.Event) {
	last, rings := t.w.rang[e.PID]
	delete(t.w.rang, e.PID)
	timer := status(e) == -110 && e.Int("timeout") == 0
	switch {
	case t.refused:
	case rings && last.task != t:
		t.refuse("is woken, but the timer that rang was another task's: " + last.task.id.String())
	case rings && !timer:
		t.refuse("is woken by the timer of its queue, but not with status -110 (ETIMEDOUT) and no time left")
	case timer && !rings && !(t.w.gaveUp[e.PID] && t.waits(fsm.XprtPending)):
		t.refuse("is woken by the timer of its queue, but no rpc_task_timeout was logged just before")
	}
}

// closes is any event of a thread but a wake-up. xs_error_handle logs xprt_disconnect_force, and then wakes everybody on
// xprt_pending with the socket's error, which may be -ETIMEDOUT: nothing else stands between.
func (w *walker) closes(e *trace.Event) {
	delete(w.gaveUp, e.PID)
	if e.Kind == trace.XprtDisconnectForce {
		w.gaveUp[e.PID] = w.sockErr == -110
		w.sockErr = 0
	}
}

// rangInVain: a timer that rings wakes its task before the thread does anything else.
func (w *walker) rangInVain(e *trace.Event) {
	last, rings := w.rang[e.PID]
	if rings && e.Kind != trace.RPCTaskWakeup && !w.interrupt(e) {
		delete(w.rang, e.PID)
		w.refuseAt(last.task, last.line, "rpc_task_timeout, but the task was not woken after it")
	}
}

// interrupt reports whether e was logged in an interrupt, hard or soft, and so says nothing about the thread that it
// names: the third character of the context shows it.
func (w *walker) interrupt(e *trace.Event) bool {
	ctx := w.log.Text(e.Ctx)
	return len(ctx) > 2 && ctx[2] != '.'
}

// syncSleep: the thread of a synchronous task waits. The wake-up may have come in this very moment.
func (t *task) syncSleep(e *trace.Event) {
	switch {
	case t.state == fsm.None:
		return
	case t.flags&trace.Async != 0:
		t.refuse("rpc_task_sync_sleep of an asynchronous task")
	case len(t.step.Sleeps) == 0 || t.syncSlept:
		t.refuse("its thread waits, but the task has not gone to sleep")
	case e.PID != t.thread:
		t.refuse("rpc_task_sync_sleep in another thread than the task's")
	case t.asleep && runState(e)&(trace.Running|trace.Queued) != trace.Queued:
		t.refuse("rpc_task_sync_sleep shows run state " + runState(e).String() + " of a task that is QUEUED")
	case t.asleep:
		t.sleepStatus(e, t.lastSleep().Status)
	default:
		t.sleepStatus(e, t.lastSleep().Wake)
	}
	t.sleepFlags(e)
	t.steady(e)
	t.syncSlept = true
	t.showsNext(e)
}

// syncWake: the thread of a synchronous task goes on.
func (t *task) syncWake(e *trace.Event) {
	switch {
	case t.state == fsm.None:
		return
	case !t.syncSlept:
		t.refuse("its thread wakes, but did not wait")
	case t.syncWoken:
		t.refuse("its thread wakes twice from one wait")
	case t.asleep:
		t.refuse("its thread wakes, but the task is in " + t.where())
	case runState(e)&(trace.Running|trace.Queued) != trace.Running && !t.step.Killed:
		t.refuse("rpc_task_sync_wake shows run state " + runState(e).String() + " of a task that is RUNNING again")
	default:
		t.sleepStatus(e, t.lastSleep().Wake)
	}
	t.sleepFlags(e)
	t.steady(e)
	t.syncWoken = true
	t.showsNext(e)
}

func (t *task) sleepStatus(e *trace.Event, want int32) {
	if status(e) != want && !t.refused && !t.cleared(e) {
		t.refuse(e.Kind.String() + " shows status " + fsm.StatusText(status(e)) + ", but it is " + fsm.StatusText(want) + " by then")
	}
}

// cleared: call_bind_status clears the status after it has put the task to sleep for its next attempt.
func (t *task) cleared(e *trace.Event) bool {
	return t.state == fsm.CallBindStatus && status(e) == 0 && t.asleep
}

// sleepFlags: while a task sleeps another thread may send for it, and call_bind_status looks at the time left after it
// has put the task to sleep. Nothing else changes its flags.
func (t *task) sleepFlags(e *trace.Event) {
	may := trace.TaskFlags(0)
	if t.sent || !t.begun {
		may |= trace.Sent
	}
	if t.state == fsm.CallBindStatus {
		may |= trace.MajorSeen
	}
	if t.state == fsm.RPCExitTask {
		return // the caller's hook has put it to sleep, and then restarted it
	}
	lost, gained := t.seenFlags&^taskFlags(e), taskFlags(e)&^t.seenFlags
	if (lost != 0 || gained&^may != 0) && len(t.step.Sleeps) > 0 && !t.refused {
		t.refuse(e.Kind.String() + " shows flags " + taskFlags(e).String() + ", but the task fell asleep with " + t.seenFlags.String())
	}
}
