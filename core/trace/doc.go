// Package trace holds events, the only thing that the engine puts out and the only thing that stories, pictures,
// statistics and checks read.
//
// An [Event] is what one line of a kernel trace file says: thread, CPU, time, tracepoint and fields. The 136
// tracepoints of Linux 6.1's sunrpc system are listed once, in kinds.go, as the text they print; fields, their types,
// the writer and the reader all follow from that text. A few kinds of our own stand after them (packets on the
// loopback network, work queues, workload items); [Kind.Ours] tells them apart.
//
// A [Log] keeps events in one byte buffer, numbers as numbers and strings interned, so that a hundred thousand events
// are a dozen megabytes and two runs are compared by comparing bytes. Text exists only at the edge: [Log.AppendText]
// prints an event as the kernel's trace file does, [Log.ParseLine] reads such a line back.
package trace
