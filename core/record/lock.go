package record

import (
	"sunscope/core/fsm"
	"sunscope/core/trace"
)

// reserveLock is xprt_reserve_xprt or its like for datagrams: the task gets the transport's write lock. Whoever has it,
// be it that it was handed over, does not ask for it, so that nothing is logged.
func (t *task) reserveLock(e *trace.Event) {
	if snd := uint32(e.Int("snd_task")); snd != t.id.pid && !t.refused {
		t.refuse(e.Kind.String() + " shows " + hex8(snd) + " as the owner of the write lock, and not the task itself")
	}
	if t.lock && t.lockSure && t.begun && !t.refused {
		t.refuse(e.Kind.String() + ", but the task has the write lock already")
	}
	t.counts.locked++
	t.lock, t.lockSure = true, true
}

// release is xprt_release_xprt or its like for datagrams: the owner gives the write lock back when it has sent or has
// nothing to connect. As its slot goes back, every task logs it, owner or not.
func (t *task) release(e *trace.Event) {
	const how = " in "
	where := in(fsm.CallBind, fsm.CallConnect, fsm.CallTransmit, fsm.CallBCTransmit, fsm.CallConnectStatus, fsm.CallDecode, fsm.RPCExitTask)
	switch {
	case t.refused:
	case !where.has(t.state):
		t.refuse(e.Kind.String() + how + t.state.String() + ", which does not log it")
	case e.PID != t.thread:
		t.refuse(e.Kind.String() + " by another thread than the one that runs the task")
	case t.counts.released > 0:
		t.refuse(e.Kind.String() + " twice in one run of " + t.state.String())
	case t.state == fsm.RPCExitTask:
		if t.exit.freed = true; t.begun && t.slot == slotNone && t.id.client != trace.NoID {
			t.refuse(e.Kind.String() + how + "rpc_exit_task, but the task has no slot to give back")
		} else if !t.exit.called && t.hasDone() && t.begun {
			t.refuse(e.Kind.String() + how + "rpc_exit_task, but no rpc_task_call_done was logged before it")
		}
	case t.begun && !t.lock && t.state != fsm.CallDecode:
		t.refuse(e.Kind.String() + how + t.state.String() + ", but the task has not the write lock")
	}
	t.handsOn(e)
	if t.counts.released++; t.state == fsm.RPCExitTask || t.state == fsm.CallDecode {
		t.freeXID()
	}
	t.exit.freed = t.state == fsm.RPCExitTask
	t.lock, t.lockSure = false, true
}

// handsOn checks whom the release shows as the next owner: the task that its thread has just woken for it, or none. A task
// that gives its slot back without having the lock shows whoever has it.
func (t *task) handsOn(e *trace.Event) {
	snd := uint32(e.Int("snd_task"))
	heir, woken := t.w.heirs[e.PID]
	t.w.sentNothing(e) // the lock is given back after sending
	switch {
	case t.refused:
	case woken && snd != heir:
		t.refuse(e.Kind.String() + " shows " + hex8(snd) + " as the next owner of the write lock, but task " + hex8(heir) + " was just woken for it")
	case !woken && snd != trace.NoID && t.begun && t.lock && t.lockSure && t.state != fsm.RPCExitTask:
		t.refuse(e.Kind.String() + " shows " + hex8(snd) + " as the next owner of the write lock, but no task was woken for it")
	case !woken && snd != trace.NoID && t.begun && !t.w.owner(snd):
		t.refuse(e.Kind.String() + " shows " + hex8(snd) + " as the owner of the write lock, but no task of that id has it")
	}
}

// owner reports whether some task of that TK_PID may have a write lock.
func (w *walker) owner(pid uint32) bool {
	for id, t := range w.tasks {
		if id.pid == pid && !t.over && (t.lock || !t.lockSure || !t.begun) {
			return true
		}
	}
	return w.ghostOf(pid)
}

// ghostOf reports whether a task of that TK_PID may have begun before the recording.
func (w *walker) ghostOf(pid uint32) bool {
	for _, g := range w.ghostly {
		if g.id.pid == pid {
			return true
		}
	}
	return false
}

// connecting: the task has waited for a connection in call_connect. If none was being made before, then the connect
// worker took its write lock over; otherwise it may have kept the lock.
func (t *task) connecting() {
	t.lockSure = false
	if t.startsConnect {
		t.lock, t.lockSure = false, true
	}
}

// releaseEvidence: whoever had the write lock to send with gives it back; where there is no connection it keeps the lock
// to make one.
func (t *task) releaseEvidence() error {
	s, c := &t.step, &t.counts
	switch {
	case !t.begun:
		return nil
	case s.From == fsm.CallDecode && s.To == fsm.CallReserve && c.released == 0:
		return missing("release of the write lock", "call_decode, which gave the slot back,", 0)
	case s.From == fsm.CallBind && s.To == fsm.CallBindStatus && !t.waits(fsm.XprtSending) && c.locked == 0 && !t.hadLock:
		return missing("xprt_reserve_xprt", "call_bind, which needs the write lock to bind,", 0)
	case s.From == fsm.CallConnect && t.waits(fsm.XprtPending) && c.locked == 0 && !t.hadLock:
		return missing("xprt_reserve_xprt", "call_connect, which needs the write lock to connect,", 0)
	case s.From != fsm.CallTransmit && s.From != fsm.CallBCTransmit || t.waits(fsm.XprtSending):
		return nil
	case c.released == 0 && (c.locked > 0 || t.hadLock) && (s.Exit != -107 || t.sendError != 0):
		return missing("release of the write lock", s.From.String(), 0)
	case t.selfSent && c.locked == 0 && !t.hadLock:
		return missing("xprt_reserve_xprt", s.From.String()+", which sent,", 0)
	}
	return nil
}

// waits reports whether the task slept on q in the step in hand.
func (t *task) waits(q fsm.Queue) bool { return len(t.step.Sleeps) > 0 && t.lastSleep().Queue == q }
