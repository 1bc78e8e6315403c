package story

import (
	"errors"
	"slices"
	"strconv"
	"strings"

	"sunscope/core/trace"
)

// Predicate is a condition on an event. Its text is the event's name, or * for any, and then field=value pairs, all
// of which must hold:
//
//	rpc_task_sleep queue=xprt_backlog item=read[3]
//
// Fields are those that the event prints, and a value is written as the event prints it; leading zeros of hexadecimal
// numbers may be left out, and a value with spaces stands in double quotes. Two fields are special: item is the
// workload item of the event's task, and nth=N means only the N-th event of the log that all the rest holds for.
type Predicate struct {
	text  string
	kind  trace.Kind // trace.None: any
	conds []cond
	item  string
	nth   int
}

// cond is one field=value; num is the value of a number.
type cond struct {
	field, value string
	num          int64
	isNum        bool
}

// String is the text from which the predicate was read.
func (p Predicate) String() string { return p.text }

// ParsePredicate reads a predicate. Its errors name the word that is wrong, and what it may have been meant to be.
func ParsePredicate(text string) (Predicate, error) {
	p := Predicate{text: strings.TrimSpace(text)}
	words, err := splitWords(p.text)
	if err != nil {
		return p, err
	}
	if len(words) == 0 {
		return p, errors.New("empty predicate: expected an event name such as rpc_task_sleep, or *")
	}
	if words[0] != "*" {
		k, ok := trace.KindNamed(words[0])
		if !ok {
			return p, unknown("event", words[0], eventNames())
		}
		p.kind = k
	}
	for _, w := range words[1:] {
		if err := p.add(w); err != nil {
			return p, err
		}
	}
	return p, nil
}

// splitWords cuts text at spaces that stand in no quotes.
func splitWords(text string) ([]string, error) {
	var words []string
	var b strings.Builder
	in, quoted := false, false
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case c == '"':
			quoted, in = !quoted, true
		case !quoted && (c == ' ' || c == '\t' || c == '\n' || c == '\r'):
			if in {
				words = append(words, b.String())
				b.Reset()
			}
			in = false
		default:
			in = true
			b.WriteByte(c)
		}
	}
	if quoted {
		return nil, errors.New("a quote is not closed in " + text)
	}
	if in {
		words = append(words, b.String())
	}
	return words, nil
}

func (p *Predicate) add(word string) error {
	name, value, ok := strings.Cut(word, "=")
	if !ok || name == "" {
		return errors.New(word + ": expected field=value")
	}
	switch name {
	case "item":
		if value == "" {
			return errors.New("item=: expected a workload item such as read[3]")
		}
		p.item = value
		return nil
	case "nth":
		n, err := strconv.Atoi(value)
		if err != nil || n < 1 {
			return errors.New("nth=" + value + ": expected a number from 1 on")
		}
		p.nth = n
		return nil
	}
	known := p.fieldNames()
	if !slices.Contains(known, name) {
		what := "field"
		if p.kind != trace.None {
			what = "field of " + p.kind.String()
		}
		return unknown(what, name, append(known, "item", "nth"))
	}
	c := cond{field: name, value: value}
	if p.kind != trace.None {
		f, _ := p.kind.Field(name)
		n, num, err := number(f.Type, value)
		if err != nil {
			return errors.New(name + "=" + value + ": " + err.Error())
		}
		c.num, c.isNum = n, num
	}
	p.conds = append(p.conds, c)
	return nil
}

// fieldNames lists the fields that the predicate may name.
func (p *Predicate) fieldNames() []string {
	var names []string
	kinds := []trace.Kind{p.kind}
	if p.kind == trace.None {
		kinds = allKinds()
	}
	for _, k := range kinds {
		for _, f := range k.Fields() {
			if !slices.Contains(names, f.Name) {
				names = append(names, f.Name)
			}
		}
	}
	return names
}

func allKinds() []trace.Kind {
	var all []trace.Kind
	for k := trace.Note; k <= trace.Fault; k++ {
		all = append(all, k)
	}
	return all
}

func eventNames() []string {
	var names []string
	for _, k := range allKinds() {
		if s := k.String(); s != "" {
			names = append(names, s)
		}
	}
	return names
}

// number reads the value of a field that is stored as a number; num is false for other types.
func number(t trace.Type, value string) (n int64, num bool, err error) {
	switch t {
	case trace.TypeInt:
		n, err = strconv.ParseInt(value, 10, 64)
		return n, true, expected(err, "a number")
	case trace.TypeUint:
		n, err = strconv.ParseInt(value, 10, 64)
		return n, true, expected(err, "a number")
	case trace.TypePID, trace.TypeClid, trace.TypeXID, trace.TypePtr:
		u, err := strconv.ParseUint(strings.TrimPrefix(value, "0x"), 16, 64)
		return int64(u), true, expected(err, "a hexadecimal number")
	case trace.TypeTaskFlags, trace.TypeRunState, trace.TypeXprtState:
		return 0, false, nil
	}
	return 0, false, nil
}

func expected(err error, what string) error {
	if err == nil {
		return nil
	}
	return errors.New("expected " + what)
}

// holds says whether the field f of event e has c's value.
func (c *cond) holds(log *trace.Log, e *trace.Event, f trace.Field) bool {
	v := e.F[f.Slot]
	if c.isNum {
		return v == c.num
	}
	switch f.Type {
	case trace.TypeStr, trace.TypeSymbol, trace.TypeBytes:
		return log.Text(trace.Str(v)) == c.value
	case trace.TypeTaskFlags:
		return trace.TaskFlags(v).String() == c.value
	case trace.TypeRunState:
		return trace.RunState(v).String() == c.value
	case trace.TypeXprtState:
		return trace.XprtState(v).String() == c.value
	}
	n, _, err := number(f.Type, c.value)
	return err == nil && n == v
}

// matches is Matches without nth.
func (s *Story) matches(p *Predicate, ordinal int, e *trace.Event) bool {
	k := s.src.log.KindAt(ordinal)
	if p.kind != trace.None && k != p.kind {
		return false
	}
	if p.item != "" && s.Item(ordinal) != p.item {
		return false
	}
	if len(p.conds) == 0 {
		return true
	}
	s.src.log.At(ordinal, e)
	for i := range p.conds {
		f, ok := k.Field(p.conds[i].field)
		if !ok || !p.conds[i].holds(s.src.log, e, f) {
			return false
		}
	}
	return true
}

// Matches says whether the predicate holds for the event.
func (s *Story) Matches(p Predicate, ordinal int) bool {
	var e trace.Event
	if ordinal < 0 || ordinal >= s.Len() || !s.matches(&p, ordinal, &e) {
		return false
	}
	return p.nth == 0 || s.nth(&p) == ordinal
}

// nth is the ordinal of the p.nth-th match, or -1.
func (s *Story) nth(p *Predicate) int {
	var e trace.Event
	left := p.nth
	for i := range s.Len() {
		if s.matches(p, i, &e) {
			if left--; left == 0 {
				return i
			}
		}
	}
	return -1
}

// Find is the first event at or after from for which the predicate holds.
func (s *Story) Find(p Predicate, from int) (ordinal int, ok bool) {
	if p.nth > 0 {
		i := s.nth(&p)
		return i, i >= 0 && i >= from
	}
	var e trace.Event
	for i := max(from, 0); i < s.Len(); i++ {
		if s.matches(&p, i, &e) {
			return i, true
		}
	}
	return -1, false
}

// FindBack is the last event at or before from for which the predicate holds.
func (s *Story) FindBack(p Predicate, from int) (ordinal int, ok bool) {
	if p.nth > 0 {
		i := s.nth(&p)
		return i, i >= 0 && i <= from
	}
	var e trace.Event
	for i := min(from, s.Len()-1); i >= 0; i-- {
		if s.matches(&p, i, &e) {
			return i, true
		}
	}
	return -1, false
}
