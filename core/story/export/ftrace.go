package export

import (
	"strconv"

	"sunscope/core/trace"
)

// FtraceHead appends the head of a trace file of n events of the log.
func FtraceHead(dst []byte, log *trace.Log, n int) []byte {
	count := strconv.Itoa(n)
	dst = append(dst, "# tracer: nop\n#\n# entries-in-buffer/entries-written: "+count+"/"+count+"   #P:"+strconv.Itoa(cpus(log))+"\n#\n"...)
	return append(dst, "#           TASK-PID     CPU#  |||||  TIMESTAMP  FUNCTION\n#              | |         |   |||||     |         |\n"...)
}

// cpus is the number of CPUs of all hosts together, as far as a simulation says; else of those that logged something.
func cpus(log *trace.Log) int {
	n := 1
	var e trace.Event
	for i := range log.Len() {
		log.At(i, &e)
		n = max(n, int(e.CPU)+1)
		if e.Kind == trace.Host {
			n = max(n, int(e.Int("last"))+1)
		}
	}
	return n
}

// Ftrace appends the events from ordinal from up to, not including, to as the lines of a trace file, with a head that
// says how many there are. What reads a kernel's trace file reads this.
func Ftrace(dst []byte, log *trace.Log, from, to int) []byte {
	from, to = max(0, from), min(to, log.Len())
	dst = FtraceHead(dst, log, max(0, to-from))
	var e trace.Event
	for i := from; i < to; i++ {
		log.At(i, &e)
		dst = append(log.AppendText(dst, &e), '\n')
	}
	return dst
}
