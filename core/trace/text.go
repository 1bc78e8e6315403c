package trace

import (
	"strconv"

	"sunscope/core/time"
)

// AppendText appends the line that a trace file would show for e, without the newline at its end:
// right-aligned thread name, process id, CPU, context, seconds and microseconds, event.
func (l *Log) AppendText(dst []byte, e *Event) []byte {
	dst = appendRight(dst, l.Text(e.Comm), 16)
	dst = append(dst, '-')
	mark := len(dst)
	dst = strconv.AppendInt(dst, int64(e.PID), 10)
	for len(dst) < mark+7 {
		dst = append(dst, ' ')
	}
	dst = append(dst, " ["...)
	dst = appendPadded(dst, uint64(e.CPU), 3, '0')
	dst = append(dst, "] "...)
	dst = appendRight(dst, l.Text(e.Ctx), 5)
	dst = append(dst, ' ')
	dst = appendPadded(dst, uint64(e.Time/time.Second), 5, ' ')
	dst = append(dst, '.')
	dst = appendPadded(dst, uint64(e.Time%time.Second/time.Microsecond), 6, '0')
	dst = append(dst, ": "...)
	return l.AppendEventText(dst, e)
}

// AppendEventText appends only the event: the tracepoint's name, a colon and its fields.
func (l *Log) AppendEventText(dst []byte, e *Event) []byte {
	lay := &layouts[e.Kind]
	if e.Kind != Note {
		dst = append(dst, specs[e.Kind].name...)
		dst = append(dst, ": "...)
	}
	for i := range lay.fields {
		dst = append(dst, lay.literals[i]...)
		dst = l.appendField(dst, e, &lay.fields[i])
	}
	return append(dst, lay.literals[len(lay.fields)]...)
}

// AppendField appends the value of field f of e as the kernel prints it.
func (l *Log) AppendField(dst []byte, e *Event, f Field) []byte { return l.appendField(dst, e, &f) }

func (l *Log) appendField(dst []byte, e *Event, f *Field) []byte {
	v := e.F[f.Slot]
	switch f.Type {
	case TypeInt:
		return strconv.AppendInt(dst, v, 10)
	case TypeUint:
		return strconv.AppendUint(dst, uint64(v), 10)
	case TypePID, TypeClid, TypeXID:
		return appendHex(dst, uint64(uint32(v)), 8)
	case TypePtr:
		return appendHex(dst, uint64(v), 16)
	case TypeTaskFlags, TypeRunState, TypeXprtState:
		return appendBits(dst, uint64(v), bitNames(f.Type))
	case TypeSymbol:
		dst = append(dst, l.Text(Str(v))...)
		if module := l.Text(Str(e.F[f.Slot+1])); module != "" {
			dst = append(dst, " ["...)
			dst = append(dst, module...)
			dst = append(dst, ']')
		}
		return dst
	case TypeBytes:
		return dst
	}
	return append(dst, l.Text(Str(v))...)
}

func bitNames(t Type) []bitName {
	switch t {
	case TypeTaskFlags:
		return taskFlagNames
	case TypeRunState:
		return runStateNames
	}
	return xprtStateNames
}

// appendBits prints as joinBits does, without making a string.
func appendBits(dst []byte, v uint64, names []bitName) []byte {
	sep := false
	for i := range names {
		if v&names[i].bit == 0 {
			continue
		}
		if sep {
			dst = append(dst, '|')
		}
		sep = true
		dst = append(dst, names[i].name...)
		v &^= names[i].bit
	}
	if v == 0 {
		return dst
	}
	if sep {
		dst = append(dst, '|')
	}
	return strconv.AppendUint(append(dst, "0x"...), v, 16)
}

func appendRight(dst []byte, s string, width int) []byte {
	for n := len(s); n < width; n++ {
		dst = append(dst, ' ')
	}
	return append(dst, s...)
}

func appendPadded(dst []byte, v uint64, width int, pad byte) []byte {
	var digits [20]byte
	s := strconv.AppendUint(digits[:0], v, 10)
	for n := len(s); n < width; n++ {
		dst = append(dst, pad)
	}
	return append(dst, s...)
}

//go:noinline
func appendHex(dst []byte, v uint64, width int) []byte {
	const digits = "0123456789abcdef"
	for shift := 4 * (width - 1); shift >= 0; shift -= 4 {
		dst = append(dst, digits[v>>shift&15])
	}
	return dst
}
