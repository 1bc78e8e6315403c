package fsm

import "sunscope/core/trace"

// Edge is one row of the map: a way from one state to the next, with everything that must have held. Fields that are
// left out put no condition, but for Sleep and Fatal, which then say "did not sleep" and "did not fail", and Exit.
type Edge struct {
	ID       string // unique and stable: state.what
	From, To State
	When     string // the condition in words, for people

	// At entry of From.
	Entry      Class           // tk_status
	Flags      trace.TaskFlags // all of these
	AnyFlags   trace.TaskFlags // at least one of these
	NoFlags    trace.TaskFlags // none of these
	Run, NoRun trace.RunState

	// While From ran.
	Sleep  Sleep
	Fatal  Fatal
	Killed bool // the task was signalled, and goes to its end for that reason

	// At entry of To.
	Exit        Exit  // where tk_status came from
	ExitIn      Class // and what it may be, if that is narrower; zero is no further condition
	NextFlags   trace.TaskFlags
	NextNoFlags trace.TaskFlags
	NextRun     trace.RunState
	NextNoRun   trace.RunState
	Unsent      bool // NEED_XMIT was cleared though nothing was sent

	more bundle // in the tables
}

// Sleep says on which wait queues the task slept while it was in From. The zero Sleep: it did not sleep.
type Sleep struct {
	On  []Queue
	May bool // it need not have slept
}

// The sleeps that many rows share.
var (
	onDelay   = Sleep{On: []Queue{Delay}}
	onSending = Sleep{On: []Queue{XprtSending}}
	onPending = Sleep{On: []Queue{XprtPending}}
)

// Fatal says how the state ended the task: rpc_call_rpcerror with which tk_status and tk_rpc_status. The zero Fatal:
// it did not.
type Fatal struct {
	Status Class // the tk_status it gave; not looked at if Entry is set
	Entry  bool  // it gave the status with which the state was entered
	RPC    int32 // the tk_rpc_status; 0: the same as tk_status
}

func (f Fatal) is() bool { return f.Entry || f.Status != 0 }

// Exit says where the status with which To is entered came from.
type Exit uint8

// The sources of tk_status.
const (
	ExitZero   Exit = iota // the state set it to 0
	ExitEntry              // as it was at entry: the state left it alone
	ExitWake               // what the wake-up and the callback after it left
	ExitFatal              // what rpc_call_rpcerror gave
	ExitKilled             // tk_rpc_status, which the run loop copies over it: -ERESTARTSYS
	ExitResult             // the result of what the state did; see ExitIn
)

// Slept is one sleep on a wait queue while a state ran.
type Slept struct {
	Queue    Queue
	Status   int32    // tk_status when it fell asleep
	Wake     int32    // tk_status when it was woken
	Callback Callback // what tk_callback was left to run after the wake-up; "" is nothing
}

// Step is what one run of a state did: everything from the rpc_task_run_action of From to that of To.
type Step struct {
	From, To          State
	Entry, Exit       int32 // tk_status at entry of From and of To
	Flags, NextFlags  trace.TaskFlags
	Run, NextRun      trace.RunState
	Sleeps            []Slept
	RPCError          bool  // rpc_call_rpcerror ran,
	ErrStatus, ErrRPC int32 // with these statuses
	Killed            bool  // tk_rpc_status was set from outside while From ran,
	Cancel            int32 // to this by rpc_cancel_tasks; 0: by a signal, to -ERESTARTSYS
}

// between lists the edges from one state to another, in the order of Edges: the engine looks there before each step.
var between = index(Edges)

func index(edges []Edge) (t [StateCount][StateCount][]*Edge) {
	for i := range edges {
		e := &edges[i]
		t[e.From][e.To] = append(t[e.From][e.To], e)
	}
	return t
}

// Use makes Check judge by another map: one that lacks an edge, to see what misses it.
func Use(edges []Edge) { Edges, between = edges, index(edges) }

// EdgesFrom lists the edges that leave s.
func EdgesFrom(s State) []Edge {
	var out []Edge
	for i := range Edges {
		if Edges[i].From == s {
			out = append(out, Edges[i])
		}
	}
	return out
}

// Leads reports whether any edge leads from one state to the other.
func Leads(from, to State) bool {
	for i := range Edges {
		if Edges[i].From == from && Edges[i].To == to {
			return true
		}
	}
	return false
}
