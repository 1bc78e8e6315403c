package record

import (
	"strconv"

	"sunscope/core/fsm"
)

// Refusal is one thing in a recording that the map, or what is known of the kernel's events, does not allow.
type Refusal struct {
	File    string
	Line    int
	Ordinal int    // of the event on that line
	Task    string // TK_PID@client as the kernel prints them, or "" if no task is concerned
	Why     string
}

// String is "file:line: task: why".
func (r Refusal) String() string {
	s := r.File + ":" + strconv.Itoa(r.Line) + ": "
	if r.Task != "" {
		s += "task " + r.Task + ": "
	}
	return s + r.Why
}

// Report is what checking a recording found.
type Report struct {
	Events  int // lines read, notes among them
	Notes   int
	Tasks   int // walks of tasks, each generation of an id by itself
	Steps   int // runs of states that were held against the map
	Before  int // tasks that began before the recording did
	Cut     int // tasks that were still under way at its end
	Refused []Refusal
	Edges   map[string]int // how often each edge (by Edge.ID) was taken
	Walks   []Walk         // one for each task, in the order of their beginnings
}

// Walk is the way of one task through the machine, as far as the recording shows it. It is complete if it is neither Before
// nor Cut.
type Walk struct {
	Task        string      // TK_PID@client as the kernel prints them
	First, Last int         // the lines of its first event and of its latest
	States      []fsm.State // every run of a state, in order; empty if the task only began
	Before      bool        // it began before the recording
	Cut         bool        // it was still under way at the recording's end,
	Queue       fsm.Queue   // on which it sleeps, if any
	Since       int         // the line of its rpc_task_sleep
	Woken       bool        // it has been taken off the queue, but has not run its next state
}

// Where is the state that the task was in last, and the queue on which it sleeps there.
func (w *Walk) Where() string {
	where := "not run yet"
	if n := len(w.States); n > 0 {
		where = w.States[n-1].String()
	} else if w.Before {
		where = "unknown"
	}
	switch {
	case w.Woken:
		where += ", woken from " + string(w.Queue)
	case w.Queue != "":
		where += ", asleep on " + string(w.Queue) + " since line " + strconv.Itoa(w.Since)
	}
	return where
}
