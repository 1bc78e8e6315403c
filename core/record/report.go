package record

import "strconv"

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
}
