package worlds

import (
	"fmt"
	"slices"
	"strings"

	"sunscope/core/fsm"
	"sunscope/core/scenario"
	"sunscope/core/story"
	"sunscope/core/sunrpc"
	"sunscope/core/time"
	"sunscope/core/trace"
	"sunscope/core/world"
)

// Claim is something that a story says of the engine: a field, and the rule by which it is filled in.
type Claim struct {
	Field string
	Rule  string // "" for what an event states
}

func (c Claim) String() string {
	if c.Rule == "" {
		return c.Field + " | stated by an event"
	}
	return c.Field + " | " + c.Rule
}

// Count is how often a claim was looked at, and how often it was wrong, with the first time.
type Count struct {
	Right, Wrong int
	First        string
}

// PerMillion is the share that was wrong, rounded up.
func (c *Count) PerMillion() int {
	n := c.Right + c.Wrong
	return (c.Wrong*1_000_000 + n - 1) / n
}

// Judge compares the story of a world, told by the kernel's events alone, with the engine that made them.
type Judge struct {
	Claims map[Claim]*Count
	// Lies are the first observed fields that differ from the engine.
	Lies []string
	// Bend, if any, sees each event before the story does, and may falsify it or, with false, keep it from the story: to
	// see that the judge notices.
	Bend func(*trace.Event, *trace.Log) bool
	// Most is how many of the kernel's events of a world are looked at.
	Most int

	w      *world.World
	kernel *trace.Log // the kernel's events alone
	s      *story.Story
	st     *story.State
	view   sunrpc.View
	half   sunrpc.View // the server's
	made   [2][]int    // the client's and the server's transports: the how manieth of the log each is
	cpus   uint8       // the client's
	name   string
	fresh  bool // an event came since the last look at what is inferred
	seen   map[look]situation
	alive  map[story.TaskID]bool
	last   map[look]string // of transports, by their number
}

// situation is what is compared of a task: it counts again only when something of it has changed.
type situation struct {
	story    taskSays
	engine   sunrpc.TaskView
	instant  int // of an event of its own that states something
	compared bool
}

// taskSays is what a story says of a task, in so far as it is compared.
type taskSays struct {
	action, next fsm.State
	callback     fsm.Callback
	run          trace.RunState
	runHow       story.How
	runRule      story.Rule
	asleep       bool
	queue        fsm.Queue
	wake         time.Duration
	xprt         story.Fact[story.XprtID]
	slot, ntrans int
	xid          uint32
	received     story.Fact[bool]
}

// look says which task is looked at, and whether at the instant of an event or after a step.
type look struct {
	task sunrpc.TaskKey
	step bool
}

// changed says whether something of a task has changed since the last look.
func (j *Judge) changed(t *story.Task, v *sunrpc.TaskView, step bool) bool {
	now := situation{taskSays{t.Action, t.Next, t.Callback, t.RunState, t.RunHow, t.RunRule, t.Asleep, t.Queue, t.WakeAt,
		t.Xprt, t.Slot, t.Ntrans, t.XID, t.Received}, *v, 0, true}
	if !step && t.LastEvent == j.st.Instant {
		now.instant = j.st.Instant
	}
	at := look{key(t), step}
	if j.seen[at] == now {
		return false
	}
	j.seen[at] = now
	return true
}

// World runs a world to its end, comparing after every event and every step.
func (j *Judge) World(sc *scenario.Scenario, seed uint64) error {
	w, err := world.New(sc, seed)
	if err != nil {
		return err
	}
	if j.Claims == nil {
		j.Claims = map[Claim]*Count{}
	}
	j.w, j.kernel, j.name = w, new(trace.Log), fmt.Sprintf("%s, seed %d", sc.Name, seed)
	j.s = story.New(j.kernel)
	j.made, j.cpus = [2][]int{}, uint8(sc.Client.CPUs)
	j.seen, j.last = map[look]situation{}, map[look]string{}
	j.alive = map[story.TaskID]bool{}
	w.Watch(j.event)
	for j.kernel.Len() < j.Most && w.Step() {
		j.step()
	}
	return nil
}

// event folds an event, and compares what it and those before it state.
func (j *Judge) event(e *trace.Event) {
	if e.Kind.Ours() {
		return
	}
	o := rewritten(j.w.Log(), j.kernel, e)
	if j.Bend != nil && !j.Bend(o, j.kernel) {
		return
	}
	j.kernel.Append(o)
	if e.Kind == trace.XprtCreate {
		host := 0
		if e.CPU >= j.cpus {
			host = 1
		}
		j.made[host] = append(j.made[host], len(j.made[0])+len(j.made[1])+1)
	}
	j.s.Extend()
	j.st = j.s.At(j.s.Len() - 1)
	j.fresh = true
	j.look()
	j.eachTask(j.stated)
	j.eachXprt(j.statedXprt)
}

// look takes a view of both hosts' kernels as one: the log is of both.
func (j *Judge) look() {
	j.w.Client().View(&j.view)
	number(&j.view, j.made[0])
	j.w.Server().View(&j.half)
	number(&j.half, j.made[1])
	j.view.Tasks = append(j.view.Tasks, j.half.Tasks...)
	j.view.Xprts = append(j.view.Xprts, j.half.Xprts...)
}

// number gives the transports the numbers that they have in the log.
func number(v *sunrpc.View, made []int) {
	of := func(n int) int {
		if n < 1 || n > len(made) {
			return -n
		}
		return made[n-1]
	}
	for i := range v.Tasks {
		v.Tasks[i].Xprt = of(v.Tasks[i].Xprt)
	}
	for i := range v.Xprts {
		v.Xprts[i].Made = of(v.Xprts[i].Made)
	}
}

// step compares what is inferred, at rest: no thread is in the middle of a function.
func (j *Judge) step() {
	if !j.fresh {
		return
	}
	j.fresh = false
	j.look()
	j.living()
	j.eachTask(j.inferred)
	j.eachXprt(j.inferredXprt)
}

// rewritten is the event with its strings in another log.
func rewritten(from, to *trace.Log, e *trace.Event) *trace.Event {
	o := *e
	o.Comm, o.Ctx = to.Str(from.Text(e.Comm)), to.Str(from.Text(e.Ctx))
	for _, f := range e.Kind.Fields() {
		switch f.Type {
		case trace.TypeSymbol:
			o.F[f.Slot] = int64(to.Str(from.Text(trace.Str(e.F[f.Slot]))))
			o.F[f.Slot+1] = int64(to.Str(from.Text(trace.Str(e.F[f.Slot+1]))))
		case trace.TypeStr, trace.TypeBytes:
			o.F[f.Slot] = int64(to.Str(from.Text(trace.Str(e.F[f.Slot]))))
		}
	}
	return &o
}

// claim counts what the story says and what is so. What an event states must be so.
func (j *Judge) claim(field string, how story.How, rule story.Rule, right bool, who any, says, is any) {
	if how == story.Unknown {
		return
	}
	c := Claim{Field: field}
	if how == story.Inferred {
		c.Rule = rule.String()
	}
	n := j.Claims[c]
	if n == nil {
		n = &Count{}
		j.Claims[c] = n
	}
	if right {
		n.Right++
		return
	}
	n.Wrong++
	if n.First == "" || how == story.Observed && len(j.Lies) < 10 {
		what := fmt.Sprintf("%s, kernel event %d (%s): of %v %s is said to be %v and is %v", j.name, j.st.Instant,
			j.kernel.KindAt(j.st.Instant), who, field, says, is)
		if n.First == "" {
			n.First = what
		}
		if how == story.Observed {
			j.Lies = append(j.Lies, what)
		}
	}
}

func key(t *story.Task) sunrpc.TaskKey { return sunrpc.TaskKey{PID: t.PID, Clid: t.Clid} }

// eachTask pairs the story's live tasks with the engine's.
func (j *Judge) eachTask(f func(t *story.Task, v *sunrpc.TaskView, who any)) {
	for i := range j.st.Tasks {
		t := &j.st.Tasks[i]
		if t.Finished {
			continue
		}
		for k := range j.view.Tasks {
			if v := &j.view.Tasks[k]; v.PID == t.PID && v.Clid == t.Clid {
				f(t, v, key(t))
				break
			}
		}
	}
}

// eachXprt pairs the story's transports with the engine's: both number them in the order of their making.
func (j *Judge) eachXprt(f func(x *story.Xprt, v *sunrpc.XprtView, who any)) {
	for i := range j.st.Xprts {
		for k := range j.view.Xprts {
			if v := &j.view.Xprts[k]; v.Made == int(j.st.Xprts[i].ID) {
				f(&j.st.Xprts[i], v, v.Made)
			}
		}
	}
}

// stated compares what events state of a task, at the instant of an event.
func (j *Judge) stated(t *story.Task, v *sunrpc.TaskView, who any) {
	if !j.changed(t, v, false) {
		return
	}
	if t.LastEvent == j.st.Instant && prints(j.kernel.KindAt(j.st.Instant)) {
		j.claim("tk_flags", story.Observed, 0, t.Flags == v.Flags, who, t.Flags, v.Flags)
		j.claim("tk_runstate as printed", story.Observed, 0, t.Printed == v.Run, who, t.Printed, v.Run)
		j.claim("tk_status", story.Observed, 0, t.Status == v.Status, who, t.Status, v.Status)
	}
	if t.RunHow == story.Observed {
		j.claim("tk_runstate", t.RunHow, 0, t.RunState == v.Run, who, t.RunState, v.Run)
	}
	if n := t.NextStep(); n.How == story.Observed {
		j.claim("tk_action", n.How, 0, n.Value == v.Action, who, n.Value, v.Action)
	}
	if t.Received.How == story.Observed {
		j.claim("reply received", t.Received.How, 0, t.Received.Value == v.Found, who, t.Received.Value, v.Found)
	}
}

// prints says whether the event prints tk_flags, tk_runstate and tk_status.
func prints(k trace.Kind) bool {
	_, ok := k.Field("runstate")
	return ok
}

// moved says whether something of a transport has changed since the last look.
func (j *Judge) moved(x *story.Xprt, v *sunrpc.XprtView, step bool) bool {
	used := 0
	for i := range x.Slots {
		if x.Slots[i].Task != 0 {
			used++
		}
	}
	now := fmt.Sprint(x.State, x.SndTask, x.SndCookie, used, x.MaxSlots, x.Cong, x.Cwnd, x.XmitQueue, x.RecvQueue, *v)
	at := look{sunrpc.TaskKey{PID: uint32(v.Made)}, step}
	if j.last[at] == now {
		return false
	}
	j.last[at] = now
	return true
}

func (j *Judge) statedXprt(x *story.Xprt, v *sunrpc.XprtView, who any) {
	if !j.moved(x, v, false) {
		return
	}
	if x.State.How == story.Observed {
		j.claim("state", x.State.How, 0, x.State.Value == v.State, who, x.State.Value, v.State)
	}
	if x.SndTask.How == story.Observed {
		says, right := j.owner(x, v)
		j.claim("snd_task", x.SndTask.How, 0, right, who, says, ownerOf(v))
	}
}

// owner says whom the story calls the owner of the write lock, and whether that is so.
func (j *Judge) owner(x *story.Xprt, v *sunrpc.XprtView) (says string, right bool) {
	t := j.st.Task(x.SndTask.Value)
	switch {
	case x.SndCookie:
		says = "the connect worker"
	case t == nil:
		says = "nobody"
	default:
		says = fmt.Sprintf("task %d@%d", t.PID, t.Clid)
	}
	return says, says == ownerOf(v)
}

func ownerOf(v *sunrpc.XprtView) string {
	switch {
	case v.Cookie:
		return "the connect worker"
	case !v.Owned:
		return "nobody"
	}
	return fmt.Sprintf("task %d@%d", v.Owner.PID, v.Owner.Clid)
}

// living compares who is alive.
func (j *Judge) living() {
	for i := range j.st.Tasks {
		t := &j.st.Tasks[i]
		if t.Finished || t.Clid == trace.NoID {
			continue
		}
		there := slices.ContainsFunc(j.view.Tasks, func(v sunrpc.TaskView) bool { return v.PID == t.PID && v.Clid == t.Clid })
		if !there || !j.alive[t.ID] {
			j.claim("alive", story.Observed, 0, there, key(t), true, there)
		}
		j.alive[t.ID] = there
	}
}

// inferred compares what no event states of a task.
func (j *Judge) inferred(t *story.Task, v *sunrpc.TaskView, who any) {
	if !j.changed(t, v, true) {
		return
	}
	sleeps := fsm.Queue("")
	if t.Asleep {
		sleeps = t.Queue
	}
	j.claim("asleep on", story.Inferred, story.RuleSleepBits, sleeps == v.Queue, who, sleeps, v.Queue)
	if t.RunHow == story.Inferred {
		j.claim("tk_runstate", t.RunHow, t.RunRule, t.RunState == v.Run, who, t.RunState, v.Run)
	}
	if n := t.NextStep(); n.How == story.Inferred {
		j.claim("tk_action", n.How, n.Rule, n.Value == v.Action, who, n.Value, v.Action)
	}
	if t.Asleep {
		j.claim("tk_callback", story.Inferred, story.RuleLeftCallback, t.Callback == v.Callback, who, t.Callback, v.Callback)
	}
	if t.WakeAt > 0 {
		off := (t.WakeAt - v.Deadline).Abs() <= 8*time.Millisecond
		j.claim("timer", story.Inferred, story.RulePendingTimer, off, who, t.WakeAt, v.Deadline)
	}
	j.claim("tk_xprt", t.Xprt.How, t.Xprt.Rule, int(t.Xprt.Value) == v.Xprt, who, t.Xprt.Value, v.Xprt)
	j.claim("has a slot", story.Inferred, story.RuleSlotNumber, (t.Slot >= 0) == v.Slot, who, t.Slot >= 0, v.Slot)
	if v.Slot && t.Slot >= 0 && !j.handed(t) {
		j.claim("rq_xid", story.Observed, 0, t.XID == v.XID, who, t.XID, v.XID)
		j.claim("rq_ntrans", story.Inferred, story.RuleSending, t.Ntrans == v.Ntrans, who, t.Ntrans, v.Ntrans)
		if t.Received.How == story.Inferred {
			j.claim("reply received", t.Received.How, t.Received.Rule, t.Received.Value == v.Found, who, t.Received.Value, v.Found)
		}
	}
}

// handed says that the task's slot was handed to it and has no XID yet.
func (j *Judge) handed(t *story.Task) bool {
	x := j.st.Xprt(t.Xprt.Value)
	return x != nil && t.Slot < len(x.Slots) && x.Slots[t.Slot].Handed
}

func (j *Judge) inferredXprt(x *story.Xprt, v *sunrpc.XprtView, who any) {
	if !j.moved(x, v, true) {
		return
	}
	if x.State.How == story.Inferred {
		j.claim("state", x.State.How, x.State.Rule, x.State.Value == v.State, who, x.State.Value, v.State)
	}
	if x.SndTask.How == story.Inferred {
		says, right := j.owner(x, v)
		j.claim("snd_task", x.SndTask.How, x.SndTask.Rule, right, who, says, ownerOf(v))
	}
	used := 0
	for i := range x.Slots {
		if x.Slots[i].Task != 0 {
			used++
		}
	}
	j.claim("slots in use", story.Inferred, story.RuleSlotNumber, used == v.Used, who, used, v.Used)
	j.claim("max_reqs", x.MaxSlots.How, x.MaxSlots.Rule, x.MaxSlots.Value == v.Max, who, x.MaxSlots.Value, v.Max)
	j.claim("cong", x.Cong.How, x.Cong.Rule, x.Cong.Value == v.Cong, who, x.Cong.Value, v.Cong)
	j.claim("cwnd", x.Cwnd.How, x.Cwnd.Rule, x.Cwnd.Value == v.Cwnd, who, x.Cwnd.Value, v.Cwnd)
	says, is := j.keys(x.XmitQueue), keys(v.Xmit)
	j.claim("xmit_queue", story.Inferred, story.RuleSentBit, says == is, who, says, is)
	says, is = j.keys(x.RecvQueue), keys(v.Recv)
	j.claim("recv_queue", story.Inferred, story.RuleReplyFound, says == is, who, says, is)
}

func (j *Judge) keys(ids []story.TaskID) string {
	var list []sunrpc.TaskKey
	for _, id := range ids {
		if t := j.st.Task(id); t != nil {
			list = append(list, key(t))
		}
	}
	return keys(list)
}

// keys are the members of a queue in no order: the engine's transmit queue is one of owners.
func keys(list []sunrpc.TaskKey) string {
	words := make([]string, len(list))
	for i, k := range list {
		words[i] = fmt.Sprintf("%d@%d", k.PID, k.Clid)
	}
	slices.Sort(words)
	return strings.Join(words, " ")
}
