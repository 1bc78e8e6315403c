package record

import (
	"cmp"
	"errors"
	"math"
	"slices"
	"strconv"
	"strings"

	"sunscope/core/fsm"
	"sunscope/core/trace"
)

// StatusClass is what a comparison distinguishes of a tk_status: 0, a positive count (all of them are one class), each
// error of Linux (as its negative number), and the errors of RPC programs, such as NFS4ERR_DELAY, that have no number
// in Linux (all of them are one class).
type StatusClass int32

// The classes that stand for more than one status.
const (
	StatusPositive StatusClass = 1
	StatusProgram  StatusClass = math.MinInt32
)

// ClassOf is the class of a status.
func ClassOf(status int32) StatusClass {
	switch {
	case status > 0:
		return StatusPositive
	case status == 0 || errnos[-status] != "":
		return StatusClass(status)
	}
	return StatusProgram
}

// String is "0", "positive", "program", or the error's name: "EAGAIN".
func (c StatusClass) String() string {
	switch c {
	case 0:
		return "0"
	case StatusPositive:
		return "positive"
	case StatusProgram:
		return "program"
	}
	return errnos[-int32(c)]
}

// rank orders classes: 0, positive, errors by number, program errors.
func (c StatusClass) rank() int64 {
	if c >= 0 {
		return int64(c) - 1
	}
	return -int64(c)
}

func classNamed(name string) (StatusClass, bool) {
	for _, c := range []StatusClass{0, StatusPositive, StatusProgram} {
		if c.String() == name {
			return c, true
		}
	}
	for number, s := range errnos {
		if s == name {
			return StatusClass(-number), true
		}
	}
	return 0, false
}

// Transition is an edge as a comparison sees it: a task ran From, then To. Callbacks that ran in between (tk_callback)
// are no states, and belong to the edge. From is fsm.None where a task begins. A task's end is none: rpc_task_complete is
// logged for those only that somebody waits for.
type Transition struct {
	From, To fsm.State
	Status   StatusClass // of tk_status at entry of To
	Async    bool        // RPC_TASK_ASYNC
}

// String is "call_reserve → call_reserveresult EAGAIN sync": states, class, and whose the thread is.
func (t Transition) String() string {
	return t.Way() + " " + t.Status.String() + " " + t.Mode()
}

// Way is the two states: "call_reserve → call_reserveresult", "begin → call_start".
func (t Transition) Way() string {
	from := t.From.String()
	if t.From == fsm.None {
		from = "begin"
	}
	return from + " → " + t.To.String()
}

// Mode is "async" or "sync".
func (t Transition) Mode() string {
	if t.Async {
		return "async"
	}
	return "sync"
}

// ParseTransition reads what String prints; "->" will do for the arrow.
func ParseTransition(text string) (t Transition, err error) {
	words := strings.Fields(text)
	if len(words) != 5 || words[1] != "→" && words[1] != "->" {
		const want = "call_reserve → call_reserveresult EAGAIN sync"
		return t, errors.New("expected an edge such as \"" + want + "\", found \"" + text + "\"")
	}
	var known bool
	if t.From, known = fsm.StateNamed(words[0]); !known && words[0] != "begin" {
		return t, errors.New("expected a state or begin, found \"" + words[0] + "\"")
	}
	if t.To, known = fsm.StateNamed(words[2]); !known {
		return t, errors.New("expected a state, found \"" + words[2] + "\"")
	}
	if t.Status, known = classNamed(words[3]); !known {
		return t, errors.New("expected 0, positive, program or the name of an error, found \"" + words[3] + "\"")
	}
	if t.Async = words[4] == "async"; !t.Async && words[4] != "sync" {
		return t, errors.New("expected sync or async, found \"" + words[4] + "\"")
	}
	return t, nil
}

func (t Transition) compare(u Transition) int {
	return cmp.Or(cmp.Compare(t.From, u.From), cmp.Compare(t.To, u.To), cmp.Compare(t.Status.rank(), u.Status.rank()),
		strings.Compare(u.Mode(), t.Mode()))
}

// Taken is how often a log shows a transition.
type Taken struct {
	Count int
	First int // ordinal of the event that first shows it: the rpc_task_run_action of To
	Run   int // in which of several logs
}

// Transitions counts what the tasks of a log did, or with programs those that call one of these. It judges nothing:
// [Recording.Check] does.
func Transitions(log *trace.Log, programs ...string) map[Transition]Taken {
	s := stepper{log: log, tasks: map[key]fsm.State{}, taken: map[Transition]Taken{}}
	if len(programs) > 0 {
		s.others = others(log, programs)
	}
	var e trace.Event
	for i := range log.Len() {
		log.At(i, &e)
		s.event(i, &e)
	}
	return s.taken
}

// stepper goes through a log and counts transitions.
type stepper struct {
	log   *trace.Log
	hosts kernels
	tasks map[key]fsm.State // the latest state; none of a task of which nothing was seen
	taken map[Transition]Taken
	// others are the ordinals of the rpc_task_begin of tasks that are left out.
	others map[int]bool
}

// others finds the tasks that call a program that is not listed; one that ends before it says what it calls is none.
func others(log *trace.Log, programs []string) map[int]bool {
	s := stepper{log: log}
	begun, out := map[key]int{}, map[int]bool{}
	var e trace.Event
	for i := range log.Len() {
		log.At(i, &e)
		switch e.Kind {
		case trace.Host:
			s.event(i, &e)
		case trace.RPCTaskBegin:
			begun[s.id(&e)] = i
		case trace.RPCRequest:
			called := e.Text(log, "prog") + "v" + strconv.FormatInt(e.Int("vers"), 10)
			if at, known := begun[s.id(&e)]; known && !slices.Contains(programs, called) {
				out[at] = true
			}
		}
	}
	return out
}

func (s *stepper) event(i int, e *trace.Event) {
	switch e.Kind {
	case trace.Host:
		s.hosts.add(e)
	case trace.RPCTaskBegin:
		if s.others[i] {
			delete(s.tasks, s.id(e))
		} else {
			s.tasks[s.id(e)] = fsm.None
		}
	case trace.RPCTaskRunAction:
		s.run(i, e)
	}
}

func (s *stepper) id(e *trace.Event) key {
	pid, client, _ := e.Task()
	return key{pid, client, s.hosts.of(e)}
}

func (s *stepper) run(i int, e *trace.Event) {
	to, is := fsm.StateNamed(e.Text(s.log, "action"))
	if !is {
		return // a callback
	}
	id := s.id(e)
	from, known := s.tasks[id]
	if known {
		s.count(Transition{from, to, ClassOf(status(e)), taskFlags(e)&trace.Async != 0}, i)
	}
	if known || s.others == nil {
		s.tasks[id] = to
	}
}

func (s *stepper) count(t Transition, at int) {
	n, seen := s.taken[t]
	if !seen {
		n.First = at
	}
	n.Count++
	s.taken[t] = n
}
