// Package large makes logs that are large in one respect, for benchmarks and tests of what is drawn and folded: many
// tasks alive at once, or very many events. They hold only what a kernel would trace.
package large

import (
	"math/bits"

	"sunscope/core/scenario/yaml"
	"sunscope/core/time"
	"sunscope/core/trace"
	"sunscope/core/world"
)

// How many processes read at once in one round of Busy and of Long.
const (
	crowd   = 1000
	readers = 40
)

// between is the time from one round's last event to the next one's first.
const between = 100 * time.Microsecond

// Busy is a log at whose end so many tasks are alive, each with a READ: most of them sleep on xprt_backlog.
func Busy(tasks int) (*trace.Log, error) {
	c := copier{step: crowd}
	if err := c.simulate(min(tasks, crowd), "link.delay", "1s"); err != nil {
		return nil, err
	}
	for i := c.body; i < c.end; i++ { // up to the first reply
		if c.from.KindAt(i) == trace.XprtLookupRqst {
			c.end = i
		}
	}
	c.copy(0, c.body)
	for begun := 0; begun < tasks; c.round++ {
		begun += c.copy(c.body, c.end)
	}
	return c.log, nil
}

// Long is a log of n events: a mount, then forty readers over two slots, again and again, each time as new tasks with
// new XIDs.
func Long(n int) (*trace.Log, error) {
	c := copier{step: readers, most: n}
	if err := c.simulate(readers); err != nil {
		return nil, err
	}
	for c.copy(0, c.body); c.log.Len() < n; c.round++ {
		c.copy(c.body, c.end)
	}
	return c.log, nil
}

// copier copies the events of one run into a log, some of them several times.
type copier struct {
	log, from *trace.Log
	body, end int // the events of from that are a round: what comes before is the mount
	round     int
	step      int // tasks and XIDs a round
	most      int // events; 0: no limit
}

// simulate makes the run to copy from.
func (c *copier) simulate(tasks int, settings ...string) error {
	sc, err := yaml.Builtin("two-slots")
	if err != nil {
		return err
	}
	for i := 0; i < len(settings); i += 2 {
		if err := sc.Set(settings[i], settings[i+1]); err != nil {
			return err
		}
	}
	sc.Workload.Reads = tasks
	c.from, err = world.Run(sc, 42)
	if err != nil {
		return err
	}
	c.log, c.end = &trace.Log{}, c.from.Len()
	for c.body < c.end && c.from.KindAt(c.body) != trace.Item {
		c.body++
	}
	for c.body > 0 && c.from.KindAt(c.body) != trace.RPCTaskBegin { // of the task that does the first item
		c.body--
	}
	return nil
}

// copy appends events as those of the present round, and returns how many tasks began.
func (c *copier) copy(from, to int) (begun int) {
	later := time.Duration(c.round) * (c.from.TimeAt(c.end-1) - c.from.TimeAt(c.body) + between)
	var e trace.Event
	for i := from; i < to && (c.most == 0 || c.log.Len() < c.most); i++ {
		c.from.At(i, &e)
		if e.Kind.Ours() {
			continue
		}
		if e.Kind == trace.RPCTaskBegin {
			begun++
		}
		e.Time += later
		c.renumber(&e)
		c.log.Append(&e)
	}
	return begun
}

// renumber makes an event's words those of the new log, and its tasks and calls those of the round.
func (c *copier) renumber(e *trace.Event) {
	word := func(s int64) int64 { return int64(c.log.Str(c.from.Text(trace.Str(s)))) }
	e.Comm, e.Ctx = trace.Str(word(int64(e.Comm))), trace.Str(word(int64(e.Ctx)))
	more := uint32(c.round * c.step)
	for _, f := range e.Kind.Fields() {
		v := &e.F[f.Slot]
		switch {
		case f.Type == trace.TypePID && uint32(*v) != trace.NoID:
			*v += int64(more)
		case f.Type == trace.TypeXID: // the byte that is first on the wire counts fastest
			*v = int64(bits.ReverseBytes32(bits.ReverseBytes32(uint32(*v)) + more))
		case f.Type == trace.TypeSymbol:
			*v, e.F[f.Slot+1] = word(*v), word(e.F[f.Slot+1])
		case f.Type >= trace.TypeStr:
			*v = word(*v)
		}
	}
}
