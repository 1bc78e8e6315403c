package trace

import "sunscope/core/time"

// MaxFields is the largest number of fields a tracepoint prints (rpc_xdr_overflow).
const MaxFields = 14

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
