package trace

import "strings"

// Type is how a field is stored and printed.
type Type uint8

// The types of fields.
const (
	TypeInt       Type = iota // %d, signed
	TypeUint                  // %u
	TypePID                   // tk_pid, 8 hex digits; ffffffff is none
	TypeClid                  // cl_clid, likewise
	TypeXID                   // 8 hex digits, in the order of the bytes on the wire
	TypePtr                   // hashed kernel pointer, 16 hex digits
	TypeTaskFlags             // TaskFlags joined by "|"
	TypeRunState              // RunState likewise
	TypeXprtState             // XprtState likewise
	TypeStr                   // a Str
	TypeSymbol                // a function: two slots, name and module
	TypeBytes                 // a Str of arbitrary bytes that the text form leaves out
)

// Field is one field of a tracepoint.
type Field struct {
	Name string
	Type Type
	Slot int // index into Event.F
}

// layout is a spec taken apart: literal text before each field, and after the last.
type layout struct {
	fields   []Field
	literals []string // one more than fields
	slots    int
	xid      int // slot of the xid, or -1
	task     bool
}

var typeNames = map[string]Type{
	"int": TypeInt, "uint": TypeUint, "pid": TypePID, "clid": TypeClid, "xid": TypeXID, "ptr": TypePtr,
	"taskflags": TypeTaskFlags, "runstate": TypeRunState, "xprtstate": TypeXprtState,
	"str": TypeStr, "symbol": TypeSymbol, "bytes": TypeBytes,
}

var layouts = func() (all [kindCount]layout) {
	for k := range all {
		all[k] = parseSpec(specs[k].text)
	}
	all[Note] = layout{
		fields:   []Field{{"event", TypeStr, 0}, {"text", TypeStr, 1}},
		literals: []string{"", ": ", ""}, slots: 2, xid: -1,
	}
	return all
}()

var kindsByName = func() map[string]Kind {
	m := make(map[string]Kind, len(specs))
	for k, s := range specs {
		if s.name != "" {
			m[s.name] = Kind(k)
		}
	}
	return m
}()

func parseSpec(text string) layout {
	l := layout{xid: -1}
	for {
		lit, rest, more := strings.Cut(text, "{")
		l.literals = append(l.literals, lit)
		if !more {
			return l
		}
		body, tail, _ := strings.Cut(rest, "}")
		name, typ, _ := strings.Cut(body, ":")
		f := Field{name, typeNames[typ], l.slots}
		switch f.Type {
		case TypeXID:
			l.xid = f.Slot
		case TypeSymbol:
			l.slots++
		case TypeClid:
			l.task = l.task || f.Slot == 1
		}
		l.slots++
		l.fields = append(l.fields, f)
		text = tail
	}
}

// KindNamed is the kind of the tracepoint of that name.
func KindNamed(name string) (Kind, bool) {
	k, ok := kindsByName[name]
	return k, ok
}

// String is the tracepoint's name as the kernel spells it.
func (k Kind) String() string {
	if k >= kindCount {
		return "?"
	}
	return specs[k].name
}

// Ours reports whether the kind is not the kernel's but this project's own.
func (k Kind) Ours() bool { return k >= Item }

// Fields lists the kind's fields in the order in which its text prints them.
func (k Kind) Fields() []Field { return layouts[k].fields }

// Field finds a field of the kind by name.
//
//go:noinline
func (k Kind) Field(name string) (Field, bool) {
	for _, f := range layouts[k].fields {
		if f.Name == name {
			return f, true
		}
	}
	return Field{}, false
}

// NoID is the task or client id of an event that has none; the text shows ffffffff.
const NoID = 0xffffffff

// Task is the event's task and client (TK_PID, CL_CLID), for the kinds whose text begins with task:….
//
//go:noinline
func (e *Event) Task() (pid, clid uint32, ok bool) {
	if !layouts[e.Kind].task {
		return NoID, NoID, false
	}
	return uint32(e.F[0]), uint32(e.F[1]), true
}

// XID is the event's transaction id, printed in the order of the bytes on the wire.
func (e *Event) XID() (uint32, bool) {
	s := layouts[e.Kind].xid
	if s < 0 {
		return 0, false
	}
	return uint32(e.F[s]), true
}

// Int is the field of that name; 0 if the kind has none.
func (e *Event) Int(name string) int64 {
	f, ok := e.Kind.Field(name)
	if !ok {
		return 0
	}
	return e.F[f.Slot]
}

// Text is the string field of that name; "" if the kind has none.
func (e *Event) Text(l *Log, name string) string {
	f, ok := e.Kind.Field(name)
	if !ok || f.Type < TypeStr {
		return ""
	}
	return l.Text(Str(e.F[f.Slot]))
}
