package world

import (
	"strconv"
	"strings"

	"sunscope/core/fsm"
	"sunscope/core/scenario"
	"sunscope/core/trace"
)

// Unmet is an expectation of a scenario that its run did not meet.
type Unmet struct {
	*scenario.Expect
	Got string // what happened instead
}

// Error says where the expectation stands, what it is, and what happened.
func (u *Unmet) Error() string {
	where := u.Where
	if where != "" {
		where += ": "
	}
	return where + "expected " + u.String() + "; " + u.Got
}

// Expectations holds a run's events against what the scenario expects of them.
func Expectations(sc *scenario.Scenario, log *trace.Log) (unmet []*Unmet) {
	for i := range sc.Expects {
		x := &sc.Expects[i]
		got := ""
		switch {
		case x.Event != "":
			got = eventGot(x, log)
		case x.Edge != "":
			got = edgeGot(x, log)
		default:
			got = processGot(x, log)
		}
		if got != "" {
			unmet = append(unmet, &Unmet{x, got})
		}
	}
	return unmet
}

// eventGot counts events; "" if there are as many as expected. With nth there is one such event, or none.
func eventGot(x *scenario.Expect, log *trace.Log) string {
	p, err := trace.ParsePredicate(x.Event)
	if err != nil {
		return err.Error()
	}
	w := watching{items: map[int64]string{}}
	var e trace.Event
	n, kinds, first := 0, 0, 0
	name, _, _ := strings.Cut(x.Event, " ")
	for i := range log.Len() {
		w.noteItem(log, i, &e)
		if p.Holds(log, i, &e, w.item(log)) {
			if n++; n == 1 {
				first = i
			}
		}
		if log.KindAt(i).String() == name {
			kinds++
		}
	}
	if p.Nth() > 0 {
		n = min(n/p.Nth(), 1)
	}
	if c := x.Times(); n >= c.Least && n <= c.Most {
		return ""
	}
	if n == 0 {
		return happened(0) + " (" + name + " with any fields: " + strconv.Itoa(kinds) + ")"
	}
	return happened(n) + ", first at event " + strconv.Itoa(first)
}

//go:noinline
func happened(n int) string {
	if n == 0 {
		return "it never happened"
	}
	return "it happened " + (scenario.Count{Least: n, Most: n}).String()
}

// edgeGot counts how often a task went from one state to another; callbacks belong to the edge that they run on.
func edgeGot(x *scenario.Expect, log *trace.Log) string {
	from, to, err := scenario.ParseEdge(x.Edge)
	if err != nil {
		return err.Error()
	}
	last := map[int64]string{}
	var e trace.Event
	n, left := 0, 0
	for i := range log.Len() {
		switch log.KindAt(i) {
		case trace.RPCTaskBegin:
			log.At(i, &e)
			delete(last, taskKey(&e))
		case trace.RPCTaskRunAction:
			log.At(i, &e)
			action := e.Text(log, "action")
			if _, ok := fsm.StateNamed(action); !ok {
				continue
			}
			if last[taskKey(&e)] == from {
				left++
				if action == to {
					n++
				}
			}
			last[taskKey(&e)] = action
		}
	}
	if c := x.Times(); n >= c.Least && n <= c.Most {
		return ""
	}
	return happened(n) + "; tasks left " + from + " " + (scenario.Count{Least: left, Most: left}).String()
}

// processGot looks at the last call of each process of a name.
func processGot(x *scenario.Expect, log *trace.Log) string {
	want, _ := fsm.StatusNamed(x.Status)
	w := watching{items: map[int64]string{}}
	ends := map[string]int64{} // by process, such as dd[1]
	var names []string         // of those, in the order in which they ended their first call
	var e trace.Event
	for i := range log.Len() {
		w.noteItem(log, i, &e)
		if log.KindAt(i) != trace.RPCTaskEnd {
			continue
		}
		log.At(i, &e)
		process, _, _ := strings.Cut(w.items[taskKey(&e)], ".")
		if name, _, ok := strings.Cut(process, "["); !ok || name != x.Process {
			continue
		}
		if _, ok := ends[process]; !ok {
			names = append(names, process)
		}
		ends[process] = e.Int("status")
	}
	if len(names) == 0 {
		return "no call of it ended"
	}
	for _, process := range names {
		if got := ends[process]; got != int64(want) && !(want == 0 && got > 0) { // a READ ends with the number of its bytes
			return "the last call of " + process + " ended with " + fsm.StatusText(int32(got))
		}
	}
	return ""
}
