package record

import (
	"slices"

	"sunscope/core/trace"
)

// Row is a line of a comparison: one transition, and who showed it.
type Row struct {
	Transition
	Kernel, Ours Taken
	Exception    *Exception // that covers the row; nil if none does
}

// Verdict says who showed a transition.
type Verdict uint8

// The verdicts.
const (
	Both Verdict = iota
	OnlyKernel
	OnlyOurs
)

// String is "both", "only kernel" or "only ours".
func (v Verdict) String() string { return [...]string{"both", "only kernel", "only ours"}[v] }

// Verdict says who showed the row's transition. An exception does not change that.
func (r *Row) Verdict() Verdict {
	switch {
	case r.Ours.Count == 0:
		return OnlyKernel
	case r.Kernel.Count == 0:
		return OnlyOurs
	}
	return Both
}

// Compare lists the transitions that a kernel's log shows and those that ours shows, in the order of the states. With
// programs, such as nfsv3, tasks that call another one are left out.
func Compare(kernel, ours *trace.Log, programs ...string) []Row {
	return CompareRuns(Transitions(kernel, programs...), Transitions(ours, programs...))
}

// CompareRuns is Compare for what a kernel's log shows and what several runs of ours do: the same scenario under several
// seeds, taken together.
func CompareRuns(kernel map[Transition]Taken, ours ...map[Transition]Taken) []Row {
	rows := map[Transition]*Row{}
	row := func(t Transition) *Row {
		if rows[t] == nil {
			rows[t] = &Row{Transition: t}
		}
		return rows[t]
	}
	for t, n := range kernel {
		row(t).Kernel = n
	}
	for i, run := range ours {
		for t, n := range run {
			r := row(t)
			if r.Ours.Count == 0 {
				r.Ours = Taken{First: n.First, Run: i}
			}
			r.Ours.Count += n.Count
		}
	}
	list := make([]Row, 0, len(rows))
	for _, r := range rows {
		list = append(list, *r)
	}
	slices.SortFunc(list, func(a, b Row) int { return a.compare(b.Transition) })
	return list
}

// Tally counts the rows of a comparison. A row that an exception covers counts as that only.
type Tally struct{ Both, OnlyKernel, OnlyOurs, Exceptions int }

// Count tallies rows.
func Count(rows []Row) (n Tally) {
	for i := range rows {
		switch v := rows[i].Verdict(); {
		case rows[i].Exception != nil:
			n.Exceptions++
		case v == Both:
			n.Both++
		case v == OnlyKernel:
			n.OnlyKernel++
		default:
			n.OnlyOurs++
		}
	}
	return n
}
