package trace

import (
	"slices"
	"strconv"
	"strings"
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
	kind  Kind // None: any
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
	words, err := SplitWords(p.text)
	if err != nil {
		return p, err
	}
	if len(words) == 0 {
		return p, wrong("empty predicate: expected an event name such as rpc_task_sleep, or *")
	}
	if words[0] != "*" {
		k, ok := KindNamed(words[0])
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

// SplitWords cuts text at spaces that stand in no quotes, as predicates and the stage's conditions are read. The error says that
// a quote is not closed.
func SplitWords(text string) ([]string, error) {
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
		return nil, wrong("a quote is not closed in " + text)
	}
	if in {
		words = append(words, b.String())
	}
	return words, nil
}

func (p *Predicate) add(word string) error {
	name, value, ok := strings.Cut(word, "=")
	if !ok || name == "" {
		return wrong(word + ": expected field=value")
	}
	switch name {
	case "item":
		if value == "" {
			return wrong("item=: expected a workload item such as read[3]")
		}
		p.item = value
		return nil
	case "nth":
		n, err := strconv.Atoi(value)
		if err != nil || n < 1 {
			return wrong("nth=" + value + ": expected a number from 1 on")
		}
		p.nth = n
		return nil
	}
	known := p.fieldNames()
	if !slices.Contains(known, name) {
		what := "field"
		if p.kind != None {
			what = "field of " + p.kind.String()
		}
		return unknown(what, name, append(known, "item", "nth"))
	}
	c := cond{field: name, value: value}
	if p.kind != None {
		f, _ := p.kind.Field(name)
		n, num, err := number(f.Type, value)
		if err != nil {
			return wrong(name + "=" + value + ": " + err.Error())
		}
		c.num, c.isNum = n, num
	}
	p.conds = append(p.conds, c)
	return nil
}

// fieldNames lists the fields that the predicate may name.
func (p *Predicate) fieldNames() []string {
	var names []string
	kinds := []Kind{p.kind}
	if p.kind == None {
		kinds = Kinds()
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

// Kinds lists all kinds of events, notes and our own among them.
func Kinds() []Kind {
	var all []Kind
	for k := Note; k <= Printk; k++ {
		all = append(all, k)
	}
	return all
}

func eventNames() []string {
	var names []string
	for _, k := range Kinds() {
		if s := k.String(); s != "" {
			names = append(names, s)
		}
	}
	return names
}

// number reads the value of a field that is stored as a number; num is false for other types.
func number(t Type, value string) (n int64, num bool, err error) {
	switch t {
	case TypeInt:
		n, err = strconv.ParseInt(value, 10, 64)
		return n, true, expected(err, "a number")
	case TypeUint:
		n, err = strconv.ParseInt(value, 10, 64)
		return n, true, expected(err, "a number")
	case TypePID, TypeClid, TypeXID, TypePtr:
		u, err := strconv.ParseUint(strings.TrimPrefix(value, "0x"), 16, 64)
		return int64(u), true, expected(err, "a hexadecimal number")
	case TypeTaskFlags, TypeRunState, TypeXprtState:
		return 0, false, nil
	}
	return 0, false, nil
}

func expected(err error, what string) error {
	if err == nil {
		return nil
	}
	return wrong("expected " + what)
}

// holds says whether the field f of event e has c's value.
func (c *cond) holds(log *Log, e *Event, f Field) bool {
	v := e.F[f.Slot]
	if c.isNum {
		return v == c.num
	}
	switch f.Type {
	case TypeStr, TypeSymbol, TypeBytes:
		return log.Text(Str(v)) == c.value
	case TypeTaskFlags:
		return TaskFlags(v).String() == c.value
	case TypeRunState:
		return RunState(v).String() == c.value
	case TypeXprtState:
		return XprtState(v).String() == c.value
	}
	n, _, err := number(f.Type, c.value)
	return err == nil && n == v
}

// Item is the workload item that the event's task must carry out; "" for any.
func (p *Predicate) Item() string { return p.item }

// Nth is which of the events that all the rest holds for is meant, counted from 1; 0 is any.
func (p *Predicate) Nth() int { return p.nth }

// Holds says whether the predicate holds for event i of log, nth aside. It reads the event into e if it must. item says
// what the workload item of an event's task is.
func (p *Predicate) Holds(log *Log, i int, e *Event, item func(i int) string) bool {
	k := log.KindAt(i)
	if p.kind != None && k != p.kind {
		return false
	}
	if p.item != "" && item(i) != p.item {
		return false
	}
	if len(p.conds) == 0 {
		return true
	}
	log.At(i, e)
	for j := range p.conds {
		f, ok := k.Field(p.conds[j].field)
		if !ok || !p.conds[j].holds(log, e, f) {
			return false
		}
	}
	return true
}
