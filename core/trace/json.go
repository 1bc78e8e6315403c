package trace

import (
	"strconv"
	"unicode/utf8"
)

// AppendJSON appends e as one JSON object without a newline: time (nanoseconds), cpu, pid, comm, ctx, event, and
// then the event's fields by name. Numbers are numbers; task and client ids, XIDs, pointers and flag sets are strings
// as the kernel prints them; a symbol's module follows as NAME_module; byte strings are hexadecimal.
// Where a field has a name that the head has already taken it begins with "_" (svc_wake_up's pid is "_pid").
func (l *Log) AppendJSON(dst []byte, e *Event) []byte {
	dst = strconv.AppendInt(append(dst, `{"time":`...), int64(e.Time), 10)
	dst = strconv.AppendUint(append(dst, `,"cpu":`...), uint64(e.CPU), 10)
	dst = strconv.AppendInt(append(dst, `,"pid":`...), int64(e.PID), 10)
	dst = AppendQuoted(append(dst, `,"comm":`...), l.Text(e.Comm))
	dst = AppendQuoted(append(dst, `,"ctx":`...), l.Text(e.Ctx))
	if e.Kind != Note { // a note's own first field is the event's name
		dst = AppendQuoted(append(dst, `,"event":`...), e.Kind.String())
	}
	for i := range layouts[e.Kind].fields {
		dst = l.appendJSONField(append(dst, ','), e, &layouts[e.Kind].fields[i])
	}
	return append(dst, '}')
}

func (l *Log) appendJSONField(dst []byte, e *Event, f *Field) []byte {
	dst = append(dst, '"')
	switch f.Name {
	case "time", "cpu", "pid", "comm", "ctx":
		dst = append(dst, '_')
	}
	dst = append(append(dst, f.Name...), `":`...)
	v := e.F[f.Slot]
	switch f.Type {
	case TypeInt, TypeUint:
		return l.appendField(dst, e, f)
	case TypeStr:
		return AppendQuoted(dst, l.Text(Str(v)))
	case TypeBytes:
		return appendHexQuoted(dst, l.Text(Str(v)))
	case TypeSymbol:
		dst = AppendQuoted(dst, l.Text(Str(v)))
		if module := l.Text(Str(e.F[f.Slot+1])); module != "" {
			dst = append(append(append(dst, `,"`...), f.Name...), `_module":`...)
			dst = AppendQuoted(dst, module)
		}
		return dst
	}
	return append(l.appendField(append(dst, '"'), e, f), '"')
}

func appendHexQuoted(dst []byte, s string) []byte {
	dst = append(dst, '"')
	for i := range len(s) {
		dst = appendHex(dst, uint64(s[i]), 2)
	}
	return append(dst, '"')
}

// AppendQuoted appends a JSON string; bytes that are not UTF-8 become U+FFFD.
func AppendQuoted(dst []byte, s string) []byte {
	dst = append(dst, '"')
	for _, r := range s {
		switch {
		case r == '"' || r == '\\':
			dst = append(dst, '\\', byte(r))
		case r < ' ':
			dst = appendHex(append(dst, `\u`...), uint64(r), 4)
		default:
			dst = utf8.AppendRune(dst, r)
		}
	}
	return append(dst, '"')
}
