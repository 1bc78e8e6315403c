package scenario

import (
	"strconv"
	"strings"

	"sunscope/core/fsm"
	"sunscope/core/trace"
)

// Expect is something that must be so of a run's events. One of Event, Edge and Process says of what.
type Expect struct {
	Event   string // a predicate, as trace.ParsePredicate reads it
	Edge    string // "STATE -> STATE": a step of some task
	Process string // the name of processes; with Status
	Status  string // the name of an error such as EIO, or a number: the last call of each of them ended so
	Count   string // how often, as ParseCount reads it; "" is at least 1, for a process each of them
	Where   string // file and line, for messages
}

// Count is how often something may be.
type Count struct{ Least, Most int }

// Unlimited is a Count's Most when there is none.
const Unlimited = 1<<31 - 1

const countWant = `how often: a number such as 6, a range such as 2..5, "at least 3" or "at most 3"`

// ParseCount reads how often something is expected.
func ParseCount(text string) (Count, error) {
	least, most := text, text
	if n, ok := strings.CutPrefix(text, "at least "); ok {
		least, most = n, itoa(Unlimited)
	} else if n, ok := strings.CutPrefix(text, "at most "); ok {
		least, most = "0", n
	} else if a, b, ok := strings.Cut(text, ".."); ok {
		least, most = a, b
	}
	c := Count{}
	var err1, err2 error
	c.Least, err1 = strconv.Atoi(least)
	c.Most, err2 = strconv.Atoi(most)
	if err1 != nil || err2 != nil || c.Least < 0 || c.Most < c.Least {
		return c, wrong(countWant)
	}
	return c, nil
}

// Times is the expectation's count.
//
//go:noinline
func (x *Expect) Times() Count {
	if x.Count == "" {
		return Count{1, Unlimited}
	}
	c, _ := ParseCount(x.Count) // Set has read it already
	return c
}

// String says what is expected, as messages do.
func (x *Expect) String() string {
	switch {
	case x.Event != "":
		return "event " + x.Event + ", " + x.Times().String()
	case x.Edge != "":
		return "edge " + x.Edge + ", " + x.Times().String()
	}
	return "process " + x.Process + ": last call ends with " + x.Status
}

// String is "6 times", "2 to 5 times", "at least once", "never".
func (c Count) String() string {
	switch {
	case c.Most == 0:
		return "never"
	case c.Most == Unlimited:
		return "at least " + times(c.Least)
	case c.Most == c.Least:
		return times(c.Least)
	case c.Least == 0:
		return "at most " + times(c.Most)
	}
	return itoa(c.Least) + " to " + times(c.Most)
}

//go:noinline
func times(n int) string {
	if n == 1 {
		return "once"
	}
	return itoa(n) + " times"
}

// ParseEdge splits an edge into its states.
func ParseEdge(text string) (from, to string, err error) {
	from, to, ok := strings.Cut(text, " -> ")
	from, to = strings.TrimSpace(from), strings.TrimSpace(to)
	_, ok1 := fsm.StateNamed(from)
	_, ok2 := fsm.StateNamed(to)
	if !ok || !ok1 || !ok2 {
		return "", "", wrong("two states such as call_status -> call_decode")
	}
	return from, to, nil
}

// setExpect sets a field of an expectation by a key such as expect.1.event, as setProcess does for processes.
func (s *Scenario) setExpect(key, value string) (known bool, want string) {
	n, field := listKey(key, "expect.", len(s.Expects))
	if n == 0 {
		return false, ""
	}
	if n > len(s.Expects) {
		s.Expects = append(s.Expects, Expect{})
	}
	x := &s.Expects[n-1]
	var err error
	switch field {
	case "event":
		x.Event = value
		_, err = trace.ParsePredicate(value)
	case "edge":
		x.Edge = value
		_, _, err = ParseEdge(value)
	case "process":
		x.Process = value
		return true, wantIf(value == "", "the name of a process")
	case "status":
		x.Status = value
		_, ok := fsm.StatusNamed(value)
		return true, wantIf(!ok, "the name of an error such as EIO, or a number")
	case "count":
		x.Count = value
		_, err = ParseCount(value)
	default:
		return false, ""
	}
	if err != nil && field == "event" {
		return true, "an event (" + err.Error() + ")"
	}
	if err != nil {
		return true, err.Error()
	}
	return true, ""
}

// checkExpects says whether each expectation is of one thing.
func (s *Scenario) checkExpects() error {
	for i := range s.Expects {
		x, key := &s.Expects[i], "expect."+itoa(i+1)
		things := 0
		for _, thing := range []string{x.Event, x.Edge, x.Process} {
			if thing != "" {
				things++
			}
		}
		switch {
		case things != 1:
			return &KeyError{key, x.Event + x.Edge + x.Process, "one of event, edge and process"}
		case (x.Process == "") != (x.Status == ""):
			return &KeyError{key + ".status", x.Status, "a process with a status, or neither"}
		case x.Process != "" && x.Count != "":
			return &KeyError{key + ".count", x.Count, "no count with a process"}
		case x.Process != "" && !s.hasProcess(x.Process):
			return &KeyError{key + ".process", x.Process, "the name of one of the processes"}
		}
	}
	return nil
}

func (s *Scenario) hasProcess(name string) bool {
	for i := range s.Processes {
		if s.Processes[i].Name == name {
			return true
		}
	}
	return false
}

func (s *Scenario) encodeExpects(b *strings.Builder) {
	for i := range s.Expects {
		x, k := &s.Expects[i], "expect."+itoa(i+1)+"."
		for _, f := range [][2]string{{"event", x.Event}, {"edge", x.Edge}, {"process", x.Process}, {"status", x.Status}, {"count", x.Count}} {
			if f[1] != "" {
				b.WriteString(k + f[0] + " " + f[1] + "\n")
			}
		}
	}
}
