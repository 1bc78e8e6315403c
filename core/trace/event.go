package trace

import (
	"encoding/binary"
	"time"
)

// MaxFields is the largest number of fields a tracepoint prints (rpc_xdr_overflow).
const MaxFields = 14

// Str is a string of a Log, by its place in the log's string table. 0 is the empty string.
type Str uint32

// Event is one record: who ran where and when, which tracepoint, and the tracepoint's fields in the order in which
// its text prints them. Numbers are stored as they are; strings, symbols and byte strings as a Str.
// A symbol takes two fields: its name, and the module that a trace file prints in brackets after it.
type Event struct {
	Time time.Duration // of the trace clock; virtual time in a simulation
	PID  int32         // process id of the running thread
	Comm Str           // its name
	Ctx  Str           // the five characters of irqs-off, need-resched, hardirq/softirq, preempt-depth, migrate-disable
	CPU  uint8
	Kind Kind
	F    [MaxFields]int64
}

// Log is a sequence of events in one byte buffer, with its strings. An event's ordinal, its place in the log, is
// what the whole project calls an instant. The zero Log is empty and ready for use.
type Log struct {
	buf  []byte
	at   []uint32 // where each event begins in buf
	strs []string
	ids  map[string]Str
}

const headBytes = 8 + 4 + 4 + 4 + 2

// Str interns s.
func (l *Log) Str(s string) Str {
	if s == "" {
		return 0
	}
	if l.ids == nil {
		l.ids = map[string]Str{}
		l.strs = []string{""}
	}
	id, ok := l.ids[s]
	if !ok {
		id = Str(len(l.strs))
		l.strs = append(l.strs, s)
		l.ids[s] = id
	}
	return id
}

// Lookup is Str without interning: it reports whether some event may hold s.
func (l *Log) Lookup(s string) (Str, bool) {
	if s == "" {
		return 0, true
	}
	id, ok := l.ids[s]
	return id, ok
}

// Text is the string that s stands for; "" for one that the log does not have.
func (l *Log) Text(s Str) string {
	if int(s) >= len(l.strs) {
		return ""
	}
	return l.strs[s]
}

// Len is the number of events.
func (l *Log) Len() int { return len(l.at) }

// Bytes is the buffer of all records: what must be equal when two runs are the same.
func (l *Log) Bytes() []byte { return l.buf }

// Append adds e and returns its ordinal. Only the fields of e's kind are kept.
func (l *Log) Append(e *Event) int {
	l.at = append(l.at, uint32(len(l.buf)))
	b := binary.LittleEndian.AppendUint64(l.buf, uint64(e.Time))
	b = binary.LittleEndian.AppendUint32(b, uint32(e.PID))
	b = binary.LittleEndian.AppendUint32(b, uint32(e.Comm))
	b = binary.LittleEndian.AppendUint32(b, uint32(e.Ctx))
	b = append(b, e.CPU, byte(e.Kind))
	for _, v := range e.F[:layouts[e.Kind].slots] {
		b = binary.LittleEndian.AppendUint64(b, uint64(v))
	}
	l.buf = b
	return len(l.at) - 1
}

// At reads event i into e. It panics if i is not an ordinal of the log, as an index does.
func (l *Log) At(i int, e *Event) {
	b := l.buf[l.at[i]:]
	e.Time = time.Duration(binary.LittleEndian.Uint64(b))
	e.PID = int32(binary.LittleEndian.Uint32(b[8:]))
	e.Comm = Str(binary.LittleEndian.Uint32(b[12:]))
	e.Ctx = Str(binary.LittleEndian.Uint32(b[16:]))
	e.CPU, e.Kind = b[20], Kind(b[21])
	n := layouts[e.Kind].slots
	for j := range n {
		e.F[j] = int64(binary.LittleEndian.Uint64(b[headBytes+8*j:]))
	}
	clear(e.F[n:])
}

// TimeAt is the time of event i.
func (l *Log) TimeAt(i int) time.Duration {
	return time.Duration(binary.LittleEndian.Uint64(l.buf[l.at[i]:]))
}

// KindAt is the kind of event i.
func (l *Log) KindAt(i int) Kind { return Kind(l.buf[l.at[i]+21]) }
