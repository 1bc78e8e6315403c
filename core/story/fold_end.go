package story

import (
	"sunscope/core/fsm"
	"sunscope/core/trace"
)

func (f *fold) end() {
	t := f.taskOf(true)
	if t == nil {
		return
	}
	f.stamp(t)
	t.ended, t.Final = true, t.Status
}

func (f *fold) callDone() {
	t := f.taskOf(false)
	if t == nil {
		return
	}
	f.stamp(t)
	f.sequenceDone(t)
	if t.Slot < 0 && t.ended && !t.Asleep {
		f.finish(t)
	}
}

// complete folds rpc_task_complete, which names no client any more: it is the task of that number in that thread.
func (f *fold) complete() {
	t := f.taskOf(false)
	if uint32(f.e.F[fClid]) == trace.NoID && (t == nil || t.Finished) {
		t = f.completed(uint32(f.e.F[fPID]))
	}
	if t == nil {
		return
	}
	f.about = t.ID
	if !t.Finished {
		f.stamp(t)
		if !t.ended {
			t.Final = t.Status
		}
		f.freeSlot(t)
		f.finish(t)
	}
}

func (f *fold) completed(pid uint32) *Task {
	var best *Task
	for i := range f.st.Tasks {
		t := &f.st.Tasks[i]
		if t.PID != pid || t.ThreadID != f.e.PID {
			continue
		}
		if best == nil || t.LastEvent > best.LastEvent {
			best = t
		}
	}
	return best
}

// finish ends t, and drops the task that ended first if too many ended ones are kept. t is invalid afterwards.
func (f *fold) finish(t *Task) {
	t.Finished, t.FinishedAt, t.FinishedOrd = true, f.e.Time, f.st.Instant
	f.sessionForget(t.ID)
	t.Running, t.Asleep, t.Next = false, false, fsm.None
	f.setRunState(t, 0)
	if x := f.xprt(t.Xprt.Value); x != nil {
		x.XmitQueue, x.RecvQueue = remove(x.XmitQueue, t.ID), remove(x.RecvQueue, t.ID)
	}
	f.workLeaves(t)
	if t.Clid == trace.NoID {
		f.callbackAnswered(t, true)
	}
	for i := range f.runners {
		if f.runners[i].task == t.ID {
			f.runners[i].task = 0
		}
	}
	if f.rec != nil {
		f.rec.touch(f, t)
	}
	kept, first := 0, -1
	for i := range f.st.Tasks {
		if o := &f.st.Tasks[i]; o.Finished {
			kept++
			if first < 0 || o.FinishedOrd < f.st.Tasks[first].FinishedOrd {
				first = i
			}
		}
	}
	if kept > KeptFinished {
		f.dropTask(f.st.Tasks[first].ID)
		f.st.Tasks = append(f.st.Tasks[:first], f.st.Tasks[first+1:]...)
	}
}
