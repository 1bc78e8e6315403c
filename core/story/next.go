package story

import (
	"slices"

	"sunscope/core/fsm"
	"sunscope/core/trace"
)

// NextStep is where tk_action points: the step that the task takes next. Most states set it as soon as they begin, so
// that it differs from Action already while Action runs or sleeps. Few events print it (rpc_task_sync_sleep and its
// like); without one it is what the map's edges leave, if they leave a single state.
func (t *Task) NextStep() Fact[fsm.State] {
	switch {
	case t.Finished || t.Action == fsm.None:
		return Fact[fsm.State]{}
	case t.Next != fsm.None:
		return observed(t.Next)
	}
	to, found := fsm.None, false
	for i := range fsm.Edges {
		e := &fsm.Edges[i]
		if e.From != t.Action || !t.mayTake(e) {
			continue
		}
		if found && e.To != to {
			return Fact[fsm.State]{}
		}
		to, found = e.To, true
	}
	if !found {
		return Fact[fsm.State]{}
	}
	return inferred(to, RuleOnlyWay)
}

// mayTake says whether what is known of the task's step so far leaves the edge open. Of several sleeps it knows the
// last; a task that has not slept may still.
func (t *Task) mayTake(e *fsm.Edge) bool {
	n := &t.step
	switch {
	case e.Killed:
		return n.killed && !n.failed
	case !e.Entry.Holds(n.status), n.flags&e.Flags != e.Flags, e.AnyFlags != 0 && n.flags&e.AnyFlags == 0, n.flags&e.NoFlags != 0:
		return false
	case n.run&e.Run != e.Run, n.run&e.NoRun != 0:
		return false
	case n.slept && !slices.Contains(e.Sleep.On, t.Queue):
		return false
	case n.stays && e.From == fsm.CallConnectStatus && e.To == fsm.CallStart:
		return false // it would move from a transport that is being removed to another one
	}
	over := t.Asleep && t.Async && t.RunState&trace.Running == 0 // whoever ran it has left: nothing more happens in this step
	if over && e.From == fsm.RPCExitTask && (e.To == fsm.RPCPrepareTask) != n.prepares {
		return false // it begins again where it began
	}
	fails := e.Fatal.Entry || e.Fatal.Status != 0
	return fails && !over || fails == n.failed
}

// stepNote is what was true when the task entered Action, and what happened since that decides where it goes.
type stepNote struct {
	status int32
	flags  trace.TaskFlags
	run    trace.RunState
	slept  bool
	failed bool // rpc_call_rpcerror: it goes to its end
	killed bool // it was signalled
	stays  bool // its transport is not being removed
	// prepares: it has been in rpc_prepare_task, so its caller has a hook for that.
	prepares bool
}

// enters begins the note of a step of t, whose transport is x; nil if that is unknown.
func (t *Task) enters(x *Xprt) {
	stays := x != nil && x.State.How != Unknown && x.State.Value&trace.XprtRemove == 0
	prepares := t.step.prepares || t.Action == fsm.RPCPrepareTask
	t.step = stepNote{prepares: prepares, status: t.Status, flags: t.Flags, run: t.RunState, killed: t.step.killed, stays: stays}
}

// guessRun changes tk_runstate without an event that prints it.
func (f *fold) guessRun(t *Task, to trace.RunState, r Rule) {
	if t.RunState == to {
		return
	}
	f.setRunState(t, to)
	t.RunHow, t.RunRule = Inferred, r
}

// leaves clears RUNNING of the asynchronous task that went to sleep in the thread of the event, once the thread does
// something else: the run loop does that without an event. Interrupts say nothing about the thread below them.
func (f *fold) leaves() {
	if f.about == 0 || f.interrupted() {
		return
	}
	for i := range f.runners {
		r := &f.runners[i]
		if r.pid != f.e.PID || r.left == 0 || r.left == f.about {
			continue
		}
		t := f.task(r.left)
		if t != nil && t.Asleep && startsOthers(t.Action) && f.e.Kind != trace.RPCTaskRunAction {
			return
		}
		r.left = 0
		if t != nil && t.Asleep {
			f.guessRun(t, t.RunState&^trace.Running, RuleThreadLeft)
		}
		return
	}
}

// startsOthers: these states may begin or wake other tasks after they went to sleep themselves.
func startsOthers(s fsm.State) bool { return s == fsm.CallBind || s == fsm.CallConnect }

// interrupted says whether the event was logged by an interrupt: the third of the context's letters.
func (f *fold) interrupted() bool {
	ctx := f.src.log.Text(f.e.Ctx)
	return len(ctx) > 2 && ctx[2] != '.'
}

// stays forgets which thread t went to sleep in: the wake-up says whether it left.
func (f *fold) stays(t *Task) {
	for i := range f.runners {
		if f.runners[i].left == t.ID {
			f.runners[i].left = 0
		}
	}
}
