package sunrpc

import (
	"sunscope/core/fsm"
	"sunscope/core/trace"
)

// turn is one turn of __rpc_execute's loop: it runs the pending callback, or else the next state.
func (t *Task) turn() Step {
	if t.callback != nil {
		cb := t.callback
		t.callback = nil
		t.traceAction(trace.RPCTaskRunAction, string(cb.name))
		cb.run(t)
		t.k.m.Spend(CostAction)
		return t.done
	}
	act := t.action
	if act == fsm.None {
		t.took()
		return t.ended
	}
	if t.rpcStatus != 0 && act != fsm.RPCExitTask {
		t.status = t.rpcStatus
		act = fsm.RPCExitTask
	}
	if !t.enter(act) {
		return nil
	}
	if !t.k.quiet {
		t.traceAction(trace.RPCTaskRunAction, act.String())
	}
	t.k.m.Spend(CostAction)
	if sub := t.runState(act); sub != nil {
		return sub
	}
	return t.done
}

// afterTurn decides whether the loop goes on, or the task goes to sleep and its thread is free.
func (t *Task) afterTurn() Step {
	if t.run&trace.Queued == 0 {
		return t.turn()
	}
	if t.rpcStatus != 0 {
		t.queue.wakeTask(t)
		return t.turn()
	}
	t.run &^= trace.Running
	if t.flags&trace.Async != 0 {
		return nil
	}
	t.traceAction(trace.RPCTaskSyncSleep, t.action.String())
	th := t.k.m.Current()
	if th.Killed {
		return t.wokenUp
	}
	t.thread, th.waits = th, t
	return nil
}

// syncWoken is where a synchronous task's own thread goes on after a sleep, which a fatal signal ends too.
func (t *Task) syncWoken() Step {
	th := t.k.m.Current()
	th.waits = nil
	if th.Killed {
		t.Signal()
	}
	t.traceAction(trace.RPCTaskSyncWake, t.action.String())
	t.k.m.Spend(CostAction)
	return t.goOn
}

// enter checks the edge from the state before to act against the map and starts the record of the next edge. The
// engine takes no edge that the map does not have.
func (t *Task) enter(act fsm.State) bool {
	if t.step.From == fsm.None {
		unborn := t.step.Killed && act == fsm.RPCExitTask // signalled before it ran at all
		if err := fsm.Begin(act); err != nil && !unborn {
			t.k.fail(t, err.Error())
			return false
		}
	} else {
		t.step.To, t.step.Exit = act, t.status
		t.step.NextFlags, t.step.NextRun = t.flags, t.run
		e, err := t.k.check(&t.step)
		if err != nil {
			t.k.fail(t, err.Error())
			return false
		}
		if t.k.Took != nil {
			t.k.Took(t, e)
		}
	}
	s := &t.step // field by field: a task does this a dozen times
	s.From, s.Entry, s.Flags, s.Run, s.Sleeps = act, t.status, t.flags, t.run, t.slept[:0]
	s.RPCError, s.ErrStatus, s.ErrRPC, s.Killed, s.Cancel = false, 0, 0, false, 0
	return true
}

// walked is the step by which tasks last left a state: most tasks take the same way as the one before.
type walked struct {
	step  fsm.Step // without its sleeps
	sleep fsm.Slept
	slept int
	edge  *fsm.Edge
}

// check is fsm.Check, which is not asked twice in a row about the same step.
func (k *Kernel) check(s *fsm.Step) (*fsm.Edge, error) {
	w := &k.walked[s.From]
	l := &w.step
	same := w.edge != nil && l.To == s.To && l.Entry == s.Entry && l.Exit == s.Exit && l.Flags == s.Flags && l.NextFlags == s.NextFlags &&
		l.Run == s.Run && l.NextRun == s.NextRun && !s.RPCError && !s.Killed && s.Cancel == 0 && w.slept == len(s.Sleeps)
	if same && (w.slept == 0 || w.sleep == s.Sleeps[0]) {
		return w.edge, nil
	}
	e, err := fsm.Check(s)
	if err == nil && !s.RPCError && !s.Killed && s.Cancel == 0 && len(s.Sleeps) < 2 {
		w.step, w.slept, w.edge = *s, len(s.Sleeps), e
		w.step.Sleeps = nil
		if w.slept > 0 {
			w.sleep = s.Sleeps[0]
		}
	}
	return e, err
}

// took tells who wants to hear it of the last edge of a task, which leads out of the map.
func (t *Task) took() {
	if t.k.Took == nil || t.step.From == fsm.None {
		return
	}
	t.step.To, t.step.Exit = fsm.None, t.status
	t.step.NextFlags, t.step.NextRun = t.flags, t.run
	e, err := fsm.Check(&t.step)
	if err != nil {
		t.k.fail(t, err.Error())
		return
	}
	t.k.Took(t, e)
}

func (t *Task) noteSleep(q *WaitQueue) {
	s := fsm.Slept{Queue: q.name, Status: t.status}
	if t.callback != nil {
		s.Callback = t.callback.name
	}
	t.step.Sleeps = append(t.step.Sleeps, s)
}

func (t *Task) noteWake() {
	if n := len(t.step.Sleeps); n > 0 {
		t.step.Sleeps[n-1].Wake = t.status
	}
}

func (t *Task) setCallback(cb *callback) {
	if cb != nil && t.callback == nil {
		t.callback = cb
	}
}

// fatal is rpc_call_rpcerror: the first error sticks, and the task goes to its end.
//
//go:noinline
func (t *Task) fatal(status int32) { t.fatal2(status, status) }

// fatal2 ends the task with tk_status and tk_rpc_status apart, as a soft timeout does.
func (t *Task) fatal2(status, rpcStatus int32) {
	t.k.emit(".....", trace.RPCCallRpcerror, t.idFields(int64(status), int64(rpcStatus))...)
	t.step.RPCError, t.step.ErrStatus, t.step.ErrRPC = true, status, rpcStatus
	if t.rpcStatus == 0 {
		t.rpcStatus = rpcStatus
	}
	t.exit(status)
}

// exit is rpc_exit: the next state is the last, and a sleeping task is woken for it.
//
//go:noinline
func (t *Task) exit(status int32) {
	t.status = status
	t.action = fsm.RPCExitTask
	if t.run&trace.Queued != 0 {
		t.queue.wakeTask(t)
	}
}
