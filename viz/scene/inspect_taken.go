package scene

import (
	"sunscope/core/fsm"
	"sunscope/core/story"
	"sunscope/core/trace"
)

// cameBy says by which edge the task came to its state, and which condition it met.
func (in *inspector) cameBy(t *story.Task) {
	if i, ok := in.s.TaskStep(t.ID, in.st.Instant+1, -1); ok {
		in.taken(in.w.cameBy, i)
	}
}

// takenFrom says which way out of the state was taken last, by whom, and under which condition.
func (in *inspector) takenFrom(s fsm.State) {
	var step story.Taken
	for i := in.st.Instant; i >= 0 && i > in.st.Instant-20*lookBack; i-- {
		if in.log.KindAt(i) == trace.RPCTaskRunAction && in.s.Taken(i, &step) && step.Step.From == s {
			in.taken(in.w.takenLast, i)
			if step.Edge != nil {
				in.lastWay = step.Edge.ID
			}
			return
		}
	}
}

// taken adds a row for the step that ended at event i: the edge, the condition as the kernel would ask for it, and in words.
func (in *inspector) taken(label string, i int) {
	var step story.Taken
	if !in.s.Taken(i, &step) {
		return
	}
	b := builder{l: &List{}}
	r := in.row(label, step.Step.From.String()+" → "+step.Step.To.String())
	if cond := string(b.say().condition(&step).said()); cond != "" {
		r.Value += ": " + cond
	}
	if step.Edge != nil {
		r.Value += " [" + step.Edge.ID + ": " + step.Edge.When + "]"
	}
	r.Ref = Ref{Kind: RefState, Num: int64(step.Step.From)}
	if label == in.w.takenLast {
		r.Ref = Ref{Kind: RefTask, Num: int64(step.Task)}
	}
}

// timers are the two times by which a request of the task must have been answered, as far as they can be known.
func (in *inspector) timers(t *story.Task) {
	if t.Asleep && t.WakeAt > 0 {
		in.fact(in.w.timer, in.moment(t.WakeAt), story.Inferred, t.WakeRule)
	}
	if t.MajorAt > 0 {
		in.fact("rq_majortimeo", in.moment(t.MajorAt), story.Inferred, story.RuleMajor)
	}
}
