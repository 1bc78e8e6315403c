package trace

import (
	"math"
	"strconv"
	"strings"

	"sunscope/core/time"
)

// ParseLine reads one line of a trace file, or of what trace-cmd report prints of one, into e, interning its strings in l; the event is not appended.
// An event of another trace system (and tracing_mark_write) becomes a [Note]. An error says at which column
// (counted from 1) what was expected; e is then of no use.
func (l *Log) ParseLine(line string, e *Event) error {
	*e = Event{}
	rest, err := l.parseHead(line, e)
	if err != nil {
		return err
	}
	name, text, ok := strings.Cut(rest, ": ")
	if !ok || !isEventName(name) {
		return lineError(line, rest, "an event name and a colon")
	}
	if name, text = cutPadding(name, text); name == "print" {
		if n, t, ok := strings.Cut(text, ": "); ok && isEventName(n) {
			name, text = n, t // trace-cmd calls tracing_mark_write so
		}
	}
	if k, known := kindsByName[name]; known {
		e.Kind = k
		return l.parseFields(line, text, e)
	}
	if p := reservedPrefix(name); p != "" {
		return lineError(line, rest, "a tracepoint of Linux 6.1, and no "+p+"… of that name exists")
	}
	e.Kind = Note
	e.F[0], e.F[1] = int64(l.intern(name)), int64(l.intern(text))
	return nil
}

// parseHead reads "comm-pid [cpu] ctx seconds.micros: " and returns what follows.
func (l *Log) parseHead(line string, e *Event) (string, error) {
	i := cpuBracket(line)
	if i < 0 {
		return "", lineError(line, line, "thread-pid and a CPU in brackets")
	}
	who := strings.TrimRight(line[:i], " ")
	dash := strings.LastIndexByte(who, '-')
	if dash < 0 {
		return "", lineError(line, line, "thread-pid")
	}
	pid, n := scanUint(who[dash+1:])
	if n == 0 || n != len(who)-dash-1 || pid > math.MaxInt32 {
		return "", lineError(line, line[dash+1:], "a process id")
	}
	e.PID = int32(pid)
	e.Comm = l.intern(strings.TrimLeft(who[:dash], " "))
	cpu, n := scanUint(line[i+2:])
	if n == 0 || cpu > math.MaxUint8 {
		return "", lineError(line, line[i+2:], "a CPU number below 256")
	}
	e.CPU = uint8(cpu)
	rest := strings.TrimLeft(line[i+2+n+2:], " ") // kernels before 5.17 print four characters
	ctx, after, _ := strings.Cut(rest, " ")
	if _, n := scanUint(ctx); n > 0 && strings.HasPrefix(ctx[n:], ".") && strings.HasSuffix(ctx, ":") {
		return parseTime(line, rest, e) // trace-cmd report leaves the context out
	}
	if len(ctx) < 4 || len(ctx) > 5 {
		return "", lineError(line, rest, "four or five context characters")
	}
	e.Ctx = l.intern(ctx)
	return parseTime(line, strings.TrimLeft(after, " "), e)
}

// padTo is the column after an event's name to which trace-cmd report pads.
const padTo = 21

// cutPadding takes the blanks away that trace-cmd report puts between an event's name and its text.
func cutPadding(name, text string) (string, string) {
	if pad := padTo - len(name) - len(":"); pad > 0 && strings.HasPrefix(text, strings.Repeat(" ", pad)) {
		return name, text[pad:]
	}
	return name, text
}

// cpuBracket finds the " [" of the first " [NNN] ": a thread's name may hold spaces, dashes and brackets.
func cpuBracket(line string) int {
	for from := 0; ; {
		i := strings.Index(line[from:], " [")
		if i < 0 {
			return -1
		}
		i += from
		_, n := scanUint(line[i+2:])
		if n >= 3 && strings.HasPrefix(line[i+2+n:], "] ") {
			return i
		}
		from = i + 2
	}
}

func parseTime(line, s string, e *Event) (string, error) {
	sec, n := scanUint(s)
	if n == 0 || n == len(s) || s[n] != '.' || sec > math.MaxInt64/uint64(time.Second)-1 {
		return "", lineError(line, s, "seconds.microseconds")
	}
	s = s[n+1:]
	us, n := scanUint(s)
	if n != 6 || !strings.HasPrefix(s[n:], ": ") {
		return "", lineError(line, s, "six digits of microseconds and a colon")
	}
	e.Time = time.Duration(sec)*time.Second + time.Duration(us)*time.Microsecond
	return s[n+2:], nil
}

// parseFields reads the text after "name: " along the kind's layout.
func (l *Log) parseFields(line, s string, e *Event) error {
	lay := &layouts[e.Kind]
	if !strings.HasPrefix(s, lay.literals[0]) {
		return lineError(line, s, strconv.Quote(lay.literals[0]))
	}
	s = s[len(lay.literals[0]):]
	for i := range lay.fields {
		f, next := &lay.fields[i], lay.literals[i+1]
		n, ok := l.scanField(lay, i, s, e)
		if !ok {
			return lineError(line, s, "field "+f.Name+", "+typeWords[f.Type])
		}
		s = s[n:]
		if !strings.HasPrefix(s, next) {
			return lineError(line, s, strconv.Quote(next)+" after field "+f.Name)
		}
		s = s[len(next):]
	}
	if s != "" {
		return lineError(line, s, "the end of the line")
	}
	return nil
}

// scanField reads field i of lay at the start of s and returns how many bytes it takes.
func (l *Log) scanField(lay *layout, i int, s string, e *Event) (n int, ok bool) {
	f := &lay.fields[i]
	v := &e.F[f.Slot]
	switch f.Type {
	case TypeInt:
		*v, n = scanInt(s)
		return n, n > 0
	case TypeUint:
		u, n := scanUint(s)
		*v = int64(u)
		return n, n > 0
	case TypePID, TypeClid, TypeXID:
		return 8, scanHex(s, 8, v)
	case TypePtr:
		return scanPtr(s, v)
	case TypeBytes:
		return 0, true
	}
	n = textEnd(lay, i, s)
	if n < 0 {
		return 0, false
	}
	switch f.Type {
	case TypeTaskFlags, TypeRunState, TypeXprtState:
		return n, scanBits(s[:n], bitNames(f.Type), v)
	case TypeSymbol:
		name, module := cutModule(s[:n])
		*v, e.F[f.Slot+1] = int64(l.intern(name)), int64(l.intern(module))
		return n, name != "" && strings.IndexByte(name, ' ') < 0
	}
	*v = int64(l.intern(s[:n]))
	return n, true
}

// textEnd finds where text field i ends: before the next literal, and when a number follows that literal, only
// where a number does stand ("nfsv3": program nfs, version 3; the v of rpcbind's "rpcb…v" must not mislead).
func textEnd(lay *layout, i int, s string) int {
	next := lay.literals[i+1]
	if i+1 == len(lay.fields) {
		n := len(s) - len(next)
		if n < 0 || s[n:] != next {
			return -1
		}
		return n
	}
	if next == "" {
		if sp := strings.IndexByte(s, ' '); sp >= 0 {
			return sp
		}
		return len(s)
	}
	numeric := lay.fields[i+1].Type <= TypeUint
	for from := 0; ; {
		at := strings.Index(s[from:], next)
		if at < 0 {
			return -1
		}
		at += from
		tail := s[at+len(next):]
		if !numeric || numberThen(tail, lay.literals[i+2]) {
			return at
		}
		from = at + 1
	}
}

func numberThen(s, next string) bool {
	_, n := scanInt(s)
	return n > 0 && strings.HasPrefix(s[n:], next)
}

func cutModule(s string) (name, module string) {
	name, rest, ok := strings.Cut(s, " [")
	if !ok || !strings.HasSuffix(rest, "]") {
		return s, ""
	}
	return name, rest[:len(rest)-1]
}

func scanBits(s string, names []bitName, v *int64) bool {
	var bits uint64
	for s != "" {
		word, rest, more := strings.Cut(s, "|")
		bit := bitNamed(word, names)
		if bit == 0 || bits&bit != 0 || more && rest == "" {
			return false
		}
		bits |= bit
		s = rest
	}
	*v = int64(bits)
	return true
}

func bitNamed(word string, names []bitName) uint64 {
	for i := range names {
		if names[i].name == word {
			return names[i].bit
		}
	}
	if hex, ok := strings.CutPrefix(word, "0x"); ok {
		v, err := strconv.ParseUint(hex, 16, 63)
		if err == nil {
			return v
		}
	}
	return 0
}

func scanInt(s string) (int64, int) {
	neg := strings.HasPrefix(s, "-")
	if neg {
		s = s[1:]
	}
	u, n := scanUint(s)
	if n == 0 || u > math.MaxInt64 {
		return 0, 0
	}
	if neg {
		return -int64(u), n + 1
	}
	return int64(u), n
}

//go:noinline
func scanUint(s string) (v uint64, n int) {
	for n < len(s) && s[n]-'0' <= 9 {
		d := uint64(s[n] - '0')
		if v > (math.MaxUint64-d)/10 {
			return 0, 0
		}
		v = v*10 + d
		n++
	}
	return v, n
}

//go:noinline
func scanHex(s string, width int, v *int64) bool {
	if len(s) < width {
		return false
	}
	var u uint64
	for _, c := range []byte(s[:width]) {
		switch {
		case c-'0' <= 9:
			u = u<<4 | uint64(c-'0')
		case c-'a' <= 5:
			u = u<<4 | uint64(c-'a'+10)
		default:
			return false
		}
	}
	*v = int64(u)
	return true
}

// scanPtr reads an address: sixteen digits as the kernel prints it, or with 0x and as many as it takes, or (nil), as
// trace-cmd does.
func scanPtr(s string, v *int64) (n int, ok bool) {
	if strings.HasPrefix(s, "(nil)") {
		*v = 0
		return len("(nil)"), true
	}
	hex, short := strings.CutPrefix(s, "0x")
	if !short {
		return 16, scanHex(s, 16, v)
	}
	for n < len(hex) && n < 16 && (hex[n]-'0' <= 9 || hex[n]-'a' <= 5) {
		n++
	}
	return n + len("0x"), n > 0 && scanHex(hex, n, v)
}

func isEventName(s string) bool {
	for i := range len(s) {
		c := s[i]
		if c != '_' && c-'0' > 9 && c-'a' > 25 && c-'A' > 25 {
			return false
		}
	}
	return s != ""
}

// reservedPrefix is the beginning by which name claims to be of the sunrpc system or of ours; "" if it does not.
func reservedPrefix(name string) string {
	for _, p := range [...]string{"rpc_", "rpcb_", "pmap_", "xprt_", "xs_", "svc_", "svcsock_", "cache_entry_", "sunscope_"} {
		if strings.HasPrefix(name, p) {
			return p
		}
	}
	return ""
}

// intern is Str for a piece of a longer text, which must not be kept alive by its piece.
func (l *Log) intern(s string) Str {
	if id, ok := l.Lookup(s); ok {
		return id
	}
	return l.Str(strings.Clone(s))
}

var typeWords = [...]string{
	TypeInt: "a number", TypeUint: "a number without a sign", TypePID: "eight hexadecimal digits",
	TypeClid: "eight hexadecimal digits", TypeXID: "eight hexadecimal digits", TypePtr: "sixteen hexadecimal digits",
	TypeTaskFlags: "task flags joined by |", TypeRunState: "run-state bits joined by |",
	TypeXprtState: "transport state bits joined by |", TypeStr: "text", TypeSymbol: "a function's name", TypeBytes: "bytes",
}

// lineError says that at rest, a tail of line, something else was expected.
func lineError(line, rest, want string) error {
	found := rest
	if len(found) > 32 {
		found = found[:32] + "…"
	}
	column := strconv.Itoa(len(line) - len(rest) + 1)
	if found == "" {
		return wrong("column " + column + ": expected " + want + ", found the end of the line")
	}
	return wrong("column " + column + ": expected " + want + ", found " + strconv.Quote(found))
}
