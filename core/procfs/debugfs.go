package procfs

import (
	"cmp"
	"slices"

	"sunscope/core/story"
	"sunscope/core/time"
)

// Moment is a moment of a story: what holds at Time, after event Ord and before the next one.
type Moment struct {
	Story *story.Story
	Ord   int
	Time  time.Duration
	// Tables are the slots made in advance, where they are known.
	Tables Tables
	// Marked has what is inferred between GuessBegins and GuessEnds.
	Marked bool

	counted *counted // by a Watch; nil: count from the first event on
}

// At is the moment now of a story's clock; ord is the last event until then. It uses the story's At.
func At(s *story.Story, ord int, now time.Duration) *Moment {
	return &Moment{Story: s, Ord: ord, Time: now}
}

// Clients is rpc_clnt/*/tasks of every client, as a snapshot shows it.
func (m *Moment) Clients() string {
	b := text{marked: m.Marked}
	st := m.Story.At(m.Ord)
	tasks := Tasks(m.Story.Log(), st, m.Time)
	var clients []*story.Client
	for i := range st.Clients {
		if c := &st.Clients[i]; !c.Gone {
			clients = append(clients, c)
		}
	}
	slices.SortStableFunc(clients, func(a, b *story.Client) int { return cmp.Compare(a.Clid, b.Clid) })
	noOps, noTimer, noStep := false, false, false
	for _, c := range clients {
		xprt := unknown
		if c.Xprt.How != story.Unknown {
			xprt = number(m.Story, c.Xprt.Value)
		}
		b.add("== ", folder, "rpc_clnt/", hex(c.Clid), "/tasks (xprt -> ../../rpc_xprt/", xprt, ")\n")
		for i := range tasks {
			if t := &tasks[i]; t.Clid == c.Clid {
				t.append(&b)
				noOps = noOps || t.Ops == unknown
				noTimer = noTimer || t.Timeout < 0
				noStep = noStep || t.Action == unknown
			}
		}
	}
	b.note(noOps, "no event names a task's rpc_call_ops")
	b.note(noTimer, "the jiffies left of a sleep show in its wake-up; before the first one like it nothing tells them")
	b.note(noStep, "tk_action shows in the next step; until then several may follow")
	return b.String()
}

// Transports is rpc_xprt/*/info of every transport.
func (m *Moment) Transports() string {
	b := text{marked: m.Marked}
	hidden := false
	st := m.Story.At(m.Ord)
	for _, x := range Xprts(m.Story, st) {
		b.add("== ", folder, "rpc_xprt/", x.Number, "/info\n")
		x.append(&b)
		hidden = hidden || !x.Known || x.NetID == unknown
	}
	b.note(m.Story.Recording() && len(st.Xprts) > 0, "debugfs numbers transports from the kernel's start, events do not: ?N is the Nth that these show")
	b.note(hidden, "a transport's address, state and kind show when events print them, take its write lock, or connect it")
	return b.String()
}

// note adds a line that says what is missing, if it is.
func (b *text) note(missing bool, what string) {
	if missing {
		b.add("# ", unknown, ": ", what, "\n")
	}
}
