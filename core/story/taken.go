package story

import (
	"sunscope/core/fsm"
	"sunscope/core/trace"
)

// Taken is a step that a task took from one state to the next: what is known of it, and the row of fsm's table that it
// met. Fill one with [Story.Taken]; it may be used again and again.
type Taken struct {
	Task  TaskID
	Began int // ordinal of the rpc_task_run_action of Step.From
	Ended int // and of that of Step.To
	Step  fsm.Step
	Edge  *fsm.Edge // nil if no row fits, because part of the step was not seen
	Slept int       // how often it slept; Step.Sleeps holds the first two

	slept [2]fsm.Slept
}

// maxStep bounds how many events of a step are looked at: a step has few, but a log may hold anything.
const maxStep = 400

// Taken looks up the step that ended when a task began the state of event ordinal, an rpc_task_run_action. ok is false
// if the event is none of a state, or no state before it was seen.
func (s *Story) Taken(ordinal int, t *Taken) (ok bool) {
	*t = Taken{Task: s.TaskAt(ordinal), Ended: ordinal}
	t.Step.Sleeps = t.slept[:0]
	evs := s.TaskEvents(t.Task)
	last := lastBefore(evs, ordinal)
	if !s.stateAt(ordinal, &t.Step.To) {
		return false
	}
	first := last
	for ; first >= 0 && last-first < maxStep; first-- {
		if s.stateAt(int(evs[first]), &t.Step.From) {
			break
		}
	}
	if first < 0 || t.Step.From == fsm.None {
		return false
	}
	t.Began = int(evs[first])
	var e trace.Event
	for _, at := range evs[first : last+1] {
		s.src.log.At(int(at), &e)
		t.event(s, &e, int(at) == t.Began)
	}
	s.src.log.At(ordinal, &e)
	t.Step.Exit, t.Step.NextFlags, t.Step.NextRun = int32(e.F[fStatus]), trace.TaskFlags(e.F[fFlags]), trace.RunState(e.F[fRunState])
	if t.Edge = fsm.Taken(&t.Step); t.Edge == nil && t.Step.Killed && t.Step.To != fsm.RPCExitTask {
		t.Step.Killed = false // the run loop may have looked at tk_rpc_status just before the signal set it
		t.Edge = fsm.Taken(&t.Step)
	}
	return true
}

// lastBefore is the index of the last of the ascending ordinals that lies before at; -1 without.
func lastBefore(evs []int32, at int) int {
	lo, hi := 0, len(evs)
	for lo < hi {
		if m := (lo + hi) / 2; int(evs[m]) < at {
			lo = m + 1
		} else {
			hi = m
		}
	}
	return lo - 1
}

// stateAt reports whether an event is an rpc_task_run_action of a state, and which.
func (s *Story) stateAt(ordinal int, to *fsm.State) bool {
	if ordinal < 0 || ordinal >= s.Len() || s.src.log.KindAt(ordinal) != trace.RPCTaskRunAction {
		return false
	}
	var e trace.Event
	s.src.log.At(ordinal, &e)
	state, ok := s.src.state(int(e.F[fAction]))
	if ok {
		*to = state
	}
	return ok
}

// event notes what an event tells of the step.
func (t *Taken) event(s *Story, e *trace.Event, begins bool) {
	st := &t.Step
	switch e.Kind {
	case trace.RPCTaskRunAction:
		if begins {
			st.Entry, st.Flags, st.Run = int32(e.F[fStatus]), trace.TaskFlags(e.F[fFlags]), trace.RunState(e.F[fRunState])
		} else if n := len(st.Sleeps); n > 0 {
			st.Sleeps[n-1].Callback = fsm.Callback(s.src.log.Text(trace.Str(e.F[fAction])))
		}
	case trace.RPCTaskSleep:
		if t.Slept++; len(st.Sleeps) < len(t.slept) {
			st.Sleeps = append(st.Sleeps, fsm.Slept{Queue: fsm.Queue(s.src.log.Text(trace.Str(e.F[fQueue]))), Status: int32(e.F[fStatus])})
		}
	case trace.RPCTaskWakeup:
		if n := len(st.Sleeps); n > 0 {
			st.Sleeps[n-1].Wake = int32(e.F[fStatus])
		}
	case trace.RPCTaskSignalled:
		st.Killed = true
	case trace.RPCCallRpcerror:
		st.RPCError, st.ErrStatus, st.ErrRPC = true, int32(e.F[2]), int32(e.F[3])
	}
}
