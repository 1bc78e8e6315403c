package story

import (
	"strings"

	"sunscope/core/fsm"
	"sunscope/core/trace"
)

// fold is the state after an event, with what must be remembered beside it to fold the next one.
// It depends on nothing but the events before: two folds of the same events are equal.
type fold struct {
	st State

	runners []runner
	streams []stream
	items   []itemNote
	timers  []pendingTimer
	calls   [8]arrival // callbacks that have been read, newest last
	heads   [32]head   // of records that have come in, newest last
	next    struct {
		task   TaskID
		client ClientID
		xprt   XprtID
		packet PacketID
		host   HostID
	}
	stamped  TaskID   // the task whose run state the last event printed
	leaving  TaskID   // the task that the last event put to sleep: its thread leaves it, or stops in it, at once
	printed  XprtID   // the transport whose state or owner it printed
	touched  XprtID   // the transport that the event names by its peer or socket
	landed   Packet   // the datagram that arrived last: the socket's buffer may have no room for it
	copied   bool     // the next datagram to set out is one that the network made
	missing  []Packet // segments that were lost, and that TCP has not sent again yet
	losses   int      // lost packets in st
	wireSeen bool     // the log tells of the loopback network: packets are observed, never inferred
	workSeen bool     // likewise work queues

	src *source
	rec *recorder // nil except in the first pass
	// before is called when an event is about to be folded; nil except in Contradictions.
	before func()
	e      trace.Event
	// about is the task that the event is about; set by the handler of the event.
	about TaskID
}

// source is the log with a cache of what its symbols stand for. Filling the cache changes no outcome.
type source struct {
	log    *trace.Log
	states []uint8 // by Str: 0 not looked up yet, 1 no state, 2+s state s
}

// runner is what is known of a thread of the recorded machine.
type runner struct {
	pid  int32
	used int    // ordinal of its last event that mattered
	task TaskID // the task that it is inside of
	// freed is the slot that it has just released and may hand over.
	freedXprt XprtID
	freedSlot int
	freedBy   TaskID // whose it was
	made      XprtID // the transport that it has just created
	socket    int64  // the socket that its last socket event was about
	// buried: the transport whose socket it is closing is destroyed already.
	buried      bool
	grave       [2]trace.Str // the peer of that transport, as events print it
	closing     XprtID       // the transport that it closes: it has logged xprt_disconnect_auto, and not yet xprt_disconnect_done
	sureClosing bool         // no other transport fitted what it logged
	refused     bool         // its last rpc_socket_connect said that the connection could not even start
	clnt        ClientID     // the client that it has created last
	left        TaskID       // the asynchronous task that went to sleep in it, and was not seen to leave it yet
	leftSession SessionID    // the session whose slot leftSlot the call that it runs has just left, and may hand over
	leftSlot    int
	worker      string // the worker that it runs: receiveWork or connectWork
}

// maxRunners bounds what a fold remembers of threads.
const maxRunners = 96

// itemNote is a workload item whose task has not begun yet.
type itemNote struct {
	pid, clid uint32
	item      string
}

// apply folds event ord.
func (f *fold) apply(ord int) {
	f.src.log.At(ord, &f.e)
	f.about, f.touched = 0, 0
	f.st.Instant = ord
	f.st.Time = f.e.Time
	f.st.Counters.Events = ord + 1
	f.fade()
	f.ages()
	if f.before != nil {
		f.before()
	}
	f.dispatch()
	f.leaves()
	if t := f.task(f.about); t != nil {
		t.LastEvent = ord
	}
	if f.rec != nil {
		f.rec.after(f)
	}
}

// ages makes what the last event stated a thing of the past: what it printed may change without an event.
func (f *fold) ages() {
	if f.e.Kind.Ours() {
		return // a recording is as old as its kernel's events
	}
	if t := f.task(f.leaving); t != nil && t.Asleep { // unless it was woken first, which its wake-up says
		f.guessRun(t, t.RunState&^trace.Running, RuleSleepBits)
	}
	f.leaving = 0
	if t := f.task(f.stamped); t != nil && t.RunHow == Observed {
		t.RunHow, t.RunRule = Inferred, RuleAsPrinted
	}
	if x := f.xprt(f.printed); x != nil {
		if x.State.How == Observed {
			x.State.How, x.State.Rule = Inferred, RuleAsPrinted
		}
		if x.SndTask.How == Observed {
			x.SndTask.How, x.SndTask.Rule = Inferred, RuleAsPrinted
		}
	}
	f.stamped, f.printed = 0, 0
}

// states takes over a transport's state as the event prints it.
func (f *fold) states(x *Xprt, s trace.XprtState) {
	f.printed, f.touched = x.ID, x.ID
	x.State = observed(s)
}

func (f *fold) dispatch() {
	switch k := f.e.Kind; {
	case k == trace.Note:
		f.note()
	case k >= trace.Item:
		f.ours()
	case k <= trace.RPCXDRSendto:
		f.clientEvent()
	case k <= trace.XsStreamReadRequest:
		f.xprtEvent()
	case k >= trace.SvcAllocArgErr && k <= trace.SvcsockWriteSpace:
		f.svcEvent()
	case k == trace.RpcbGetport, k == trace.RpcbSetport:
		f.binding()
	default:
		if t := f.taskOf(false); t != nil {
			f.about = t.ID
		}
	}
}

// text is the string field in slot i of the event.
func (f *fold) text(i int) string { return f.src.log.Text(trace.Str(f.e.F[i])) }

// state is the state that the symbol in slot i names; ok is false for callbacks and other functions.
func (f *fold) state(i int) (fsm.State, bool) { return f.src.state(int(f.e.F[i])) }

// state is the state that a symbol names.
func (s *source) state(id int) (fsm.State, bool) {
	for len(s.states) <= id {
		s.states = append(s.states, 0)
	}
	if s.states[id] == 0 {
		s.states[id] = 1
		if st, ok := fsm.StateNamed(s.log.Text(trace.Str(id))); ok {
			s.states[id] = 2 + uint8(st)
		}
	}
	if s.states[id] == 1 {
		return fsm.None, false
	}
	return fsm.State(s.states[id] - 2), true
}

// runner is the note about the thread that logged the event; a thread of pid 0 (idle) has none that lasts.
func (f *fold) runner() *runner {
	pid := f.e.PID
	if pid == 0 {
		return &runner{}
	}
	for i := range f.runners {
		if f.runners[i].pid == pid {
			f.runners[i].used = f.st.Instant
			return &f.runners[i]
		}
	}
	if len(f.runners) >= maxRunners {
		f.forgetRunner()
	}
	f.runners = append(f.runners, runner{pid: pid, used: f.st.Instant})
	return &f.runners[len(f.runners)-1]
}

// forgetRunner drops the thread that was quiet longest, one without a task if there is any.
func (f *fold) forgetRunner() {
	best := 0
	for i := range f.runners {
		r, b := &f.runners[i], &f.runners[best]
		if (r.task == 0) != (b.task == 0) {
			if r.task == 0 {
				best = i
			}
		} else if r.used < b.used {
			best = i
		}
	}
	f.runners = append(f.runners[:best], f.runners[best+1:]...)
}

// task finds a task by id; ids ascend along Tasks.
func (f *fold) task(id TaskID) *Task {
	if id == 0 {
		return nil
	}
	lo, hi := 0, len(f.st.Tasks)
	for lo < hi {
		m := (lo + hi) / 2
		if f.st.Tasks[m].ID < id {
			lo = m + 1
		} else {
			hi = m
		}
	}
	if lo < len(f.st.Tasks) && f.st.Tasks[lo].ID == id {
		return &f.st.Tasks[lo]
	}
	return nil
}

func (f *fold) xprt(id XprtID) *Xprt {
	if id == 0 {
		return nil
	}
	return f.st.Xprt(id)
}

func isNFS(prog string) bool { return prog == "nfs" || prog == "nfsacl" }

// splitAddr takes "host:port" or "[host]:port" apart.
func splitAddr(s string) (host, port string) {
	i := strings.LastIndexByte(s, ':')
	if i < 0 {
		return s, ""
	}
	host, port = s[:i], s[i+1:]
	if strings.HasPrefix(host, "[") && strings.HasSuffix(host, "]") {
		host = host[1 : len(host)-1]
	}
	return host, port
}

func observed[T any](v T) Fact[T]         { return Fact[T]{Value: v, How: Observed} }
func inferred[T any](v T, r Rule) Fact[T] { return Fact[T]{Value: v, How: Inferred, Rule: r} }
func remove[T comparable](list []T, v T) []T {
	for i := range list {
		if list[i] == v {
			return append(list[:i], list[i+1:]...)
		}
	}
	return list
}
