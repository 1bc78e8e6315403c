package stage

import (
	"errors"
	"slices"
	"strconv"
	"strings"

	"sunscope/core/fsm"
	"sunscope/core/time"
	"sunscope/core/trace"
)

// keys are the words that stand before a colon.
var keys = []string{"task", "item", "proc", "prog", "xprt", "client", "xid", "queue", "state", "status", "event"}

func (c *Condition) addKey(key, value string) error {
	if value == "" {
		return errors.New(key + ": expected something after the colon")
	}
	switch key {
	case "task":
		return c.addTask(value)
	case "item", "proc", "prog":
		kind := map[string]pulseKind{"item": pulseItem, "proc": pulseProc, "prog": pulseProg}[key]
		c.pulses = append(c.pulses, pulse{kind: kind, text: value})
		return nil
	case "xprt":
		n, err := strconv.ParseInt(value, 10, 32)
		if err != nil {
			return errors.New("xprt:" + clip(value) + ": expected a transport's number such as xprt:1")
		}
		c.pulses = append(c.pulses, pulse{kind: pulseXprt, num: n})
		return nil
	case "client":
		n, err := strconv.ParseUint(strings.TrimPrefix(value, "0x"), 16, 32)
		if err != nil {
			return errors.New("client:" + clip(value) + ": expected a client's number as events print it, such as client:4")
		}
		c.pulses = append(c.pulses, pulse{kind: pulseClient, num: int64(n)})
		return nil
	case "xid":
		return c.addXID(value, equal)
	case "queue":
		return c.addQueue(value)
	case "state":
		return c.addState(value)
	case "status":
		return c.compare("status", value, equal)
	case "event":
		k, ok := trace.KindNamed(value)
		if !ok {
			_, err := trace.ParsePredicate(value) // says which names are near
			return err
		}
		c.pulses = append(c.pulses, pulse{kind: pulseEvent, event: k})
		return nil
	}
	return errors.New(clip(key) + ": is no key" + nearest(key, keys) + "; " + understood)
}

// addTask adds task:9 or task:9@4; a client's number is hexadecimal, as events print it.
func (c *Condition) addTask(value string) error {
	pid, client, err := taskNumbers(value)
	if err != nil {
		return errors.New("task:" + clip(value) + ": expected a task's number such as task:9, or with its client task:9@4")
	}
	c.pulses = append(c.pulses, pulse{kind: pulseTask, num: pid, other: client})
	return nil
}

// taskNumbers reads the tk_pid and the client of 9, 9@4 or, as an event prints it, 00000009@00000004; without a client -1.
func taskNumbers(value string) (pid, client int64, err error) {
	number, of, both := strings.Cut(value, "@")
	n, err := strconv.ParseUint(number, 10, 32)
	if hex := strings.TrimPrefix(number, "0x"); len(number) == 8 || hex != number {
		n, err = strconv.ParseUint(hex, 16, 32)
	}
	client = -1
	if err == nil && both {
		var id uint64
		id, err = strconv.ParseUint(of, 16, 32)
		client = int64(id)
	}
	return int64(n), client, err
}

func (c *Condition) addXID(value string, o op) error {
	n, err := strconv.ParseUint(strings.TrimPrefix(value, "0x"), 16, 32)
	if err != nil {
		return errors.New("xid:" + clip(value) + ": expected a hexadecimal number such as xid:0x113a0c5f")
	}
	c.pulses = append(c.pulses, pulse{kind: pulseXID, num: int64(n), op: o})
	return nil
}

// addQueue adds queue:NAME or queue:NAME>=3. A queue that fsm does not know may still be some program's.
func (c *Condition) addQueue(value string) error {
	name, count, o, ok := cutOp(value)
	if !ok {
		c.pulses = append(c.pulses, pulse{kind: pulseQueue, text: name})
		return nil
	}
	n, err := strconv.ParseInt(count, 10, 32)
	if err != nil {
		return errors.New("queue:" + clip(value) + ": expected a number of tasks such as queue:xprt_backlog>=3")
	}
	c.levels = append(c.levels, level{what: levelQueue, name: name, op: o, num: n})
	return nil
}

func (c *Condition) addState(value string) error {
	name, count, o, ok := cutOp(value)
	s, known := fsm.StateNamed(name)
	if !known {
		var names []string
		for s := fsm.None + 1; s < fsm.StateCount; s++ {
			names = append(names, s.String())
		}
		return errors.New("state:" + clip(name) + ": there is no such state" + nearest(name, names))
	}
	if !ok {
		c.pulses = append(c.pulses, pulse{kind: pulseState, text: name})
		return nil
	}
	n, err := strconv.ParseInt(count, 10, 32)
	if err != nil {
		return errors.New("state:" + clip(value) + ": expected a number of tasks such as state:call_status>2")
	}
	c.levels = append(c.levels, level{what: levelState, state: s, op: o, num: n})
	return nil
}

// compare adds a counter or a field with a value.
func (c *Condition) compare(name, value string, o op) error {
	if what := slices.Index(levelNames[:], name); what >= 0 {
		n, err := strconv.ParseInt(value, 10, 64)
		if err != nil {
			return errors.New(name + ": expected a number, found " + strconv.Quote(clip(value)))
		}
		c.levels = append(c.levels, level{what: levelKind(what), op: o, num: n})
		return nil
	}
	switch name {
	case "item":
		return c.addKey("item", value)
	case "xid":
		return c.addXID(value, o)
	case "took":
		d, err := time.ParseDuration(value)
		if err != nil {
			return errors.New("took: expected a time such as 100ms, found " + strconv.Quote(clip(value)))
		}
		c.pulses = append(c.pulses, pulse{kind: pulseTook, num: int64(d), op: o})
		return nil
	}
	types := fieldTypes(name)
	if len(types) == 0 {
		return errors.New(clip(name) + ": no event has such a field, and no counter has this name" + nearest(name, append(append(fieldNames(), "took"), levelNames[:]...)))
	}
	p := pulse{kind: pulseField, text: name, op: o, num: 0}
	n, ok := fieldValue(name, value, types)
	if !ok && o != equal && o != unequal {
		return errors.New(name + ": expected a number, found " + strconv.Quote(clip(value)))
	}
	if ok {
		p.num, p.other = n, 1
	}
	p.text = name + "=" + value
	c.pulses = append(c.pulses, p)
	return nil
}

// fieldValue is a field's value as a number, if the field is one or the value names an error.
func fieldValue(name, value string, types []trace.Type) (n int64, ok bool) {
	if name == "status" || name == "error" {
		if s, ok := fsm.StatusNamed(value); ok {
			return int64(s), true
		}
	}
	base := 10
	for _, t := range types {
		if t == trace.TypePID || t == trace.TypeClid || t == trace.TypePtr {
			base = 16
		}
	}
	if strings.HasPrefix(value, "0x") {
		value, base = value[2:], 16
	}
	n, err := strconv.ParseInt(value, base, 64)
	return n, err == nil
}

// fieldTypes are the types that a field of this name has in the events that have one.
func fieldTypes(name string) []trace.Type {
	var types []trace.Type
	for _, k := range trace.Kinds() {
		if f, ok := k.Field(name); ok && !slices.Contains(types, f.Type) {
			types = append(types, f.Type)
		}
	}
	return types
}

func fieldNames() []string {
	var names []string
	for _, k := range trace.Kinds() {
		for _, f := range k.Fields() {
			if !slices.Contains(names, f.Name) {
				names = append(names, f.Name)
			}
		}
	}
	return names
}

// nearest says which of the names may have been meant; nothing if none is near.
func nearest(word string, names []string) string {
	best, name := 0, ""
	for _, n := range names {
		if score, ok := fuzzy(word, n); ok && score > best {
			best, name = score, n
		} else if !ok && best == 0 && oneOff(word, n) {
			name = n
		}
	}
	if name == "" {
		return ""
	}
	return "; did you mean " + name + "?"
}

// oneOff reports whether two words differ by one letter changed, added or left out, or by two neighbours that changed places.
func oneOff(a, b string) bool {
	i := 0
	for i < len(a) && i < len(b) && a[i] == b[i] {
		i++
	}
	a, b = a[i:], b[i:]
	switch {
	case len(a) == len(b) && len(a) > 0:
		return a[1:] == b[1:] || len(a) > 1 && a[0] == b[1] && a[1] == b[0] && a[2:] == b[2:]
	case len(a) == len(b)+1:
		return a[1:] == b
	case len(b) == len(a)+1:
		return a == b[1:]
	}
	return false
}
