package story

import (
	"sunscope/core/fsm"
	"sunscope/core/trace"
)

func (f *fold) sleep() {
	t := f.taskOf(true)
	if t == nil {
		return
	}
	f.stamp(t)
	f.guessRun(t, t.RunState|trace.Queued, RuleSleepBits)
	if !startsOthers(t.Action) {
		f.leaving = t.ID
	}
	t.Asleep, t.step.slept = true, true
	t.Queue = fsm.Queue(f.text(fQueue))
	t.SleptAt, t.SleepOrder = f.e.Time, f.st.Instant
	t.Callback = fsm.CallbackOf(t.Action, t.Queue)
	t.WakeAt, t.WakeRule = f.timerOf(t)
	switch {
	case t.Queue == fsm.XprtBacklog:
		f.backlogged(t)
	case sleepsForSlot(t.Queue):
		f.sessionSleep(t)
	}
	if t.Async {
		t.Running = false
		f.workLeaves(t)
		r := f.runner()
		if r.task == t.ID {
			r.task = 0
		}
		r.left = t.ID
	}
}

func (f *fold) wakeup() {
	t := f.taskOf(true)
	if t == nil {
		return
	}
	if !t.Asleep { // its rpc_task_sleep was not seen
		t.Queue = fsm.Queue(f.text(fQueue))
	} else {
		f.learnTimer(t)
	}
	f.stamp(t)
	inLoop := t.RunState&trace.Running != 0
	f.guessRun(t, t.RunState&^trace.Queued|trace.Running, RuleSleepBits)
	t.Asleep, t.WakeAt, t.WakeRule = false, 0, NoRule
	f.expired(t)
	f.stays(t)
	switch t.Queue {
	case fsm.XprtBacklog:
		f.handOver(t)
	case fsm.XprtSending:
		f.nextOwner(t)
	case fsm.ForeChannel, fsm.NFS40Slots:
		f.sessionWake(t)
	}
	if t.Async && !inLoop {
		wq := "rpciod"
		if t.Queue == fsm.XprtSending && t.RunState&trace.NeedXmit != 0 {
			wq = "xprtiod" // given the write lock
		}
		f.workWaits(t, wq)
	}
}

// progress folds the events by which a synchronous task stops and goes on, a timer expires, a signal arrives.
func (f *fold) progress() {
	t := f.taskOf(f.e.Kind != trace.RPCTaskSignalled)
	if t == nil {
		return
	}
	f.stamp(t)
	if s, ok := f.state(fAction); ok {
		t.Next = s
	}
	switch f.e.Kind {
	case trace.RPCTaskSignalled:
		t.step.killed = true
	case trace.RPCTaskSyncSleep:
		t.Running = false
	case trace.RPCTaskSyncWake:
		t.Running = true
		f.inside(t)
	}
}
