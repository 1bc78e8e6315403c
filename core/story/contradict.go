package story

import (
	"sunscope/core/fsm"
	"sunscope/core/trace"
)

// Contradiction says how often what a rule inferred was not what a later event states, and where first.
type Contradiction struct {
	Field string // in the kernel's words: "tk_runstate", "state", "snd_task"
	Rule  Rule
	Count int
	Stood int // how often an event bore the rule out
	First int // ordinal of the first event that contradicts
}

// Contradictions folds a log and holds what was inferred against each event that states the same thing. A state that
// changes without an event makes the last thing printed wrong as well: that counts against RuleAsPrinted.
func Contradictions(log *trace.Log) []Contradiction {
	c := contradictions{}
	f := &c.fold
	f.src = &source{log: log}
	f.st.Instant = -1
	f.before = c.remember
	for i := range log.Len() {
		f.apply(i)
		c.compare()
	}
	return c.found
}

type contradictions struct {
	fold  fold
	found []Contradiction

	task    Task // the event's, before it
	xprts   []Xprt
	packets []Packet
}

// remember keeps what is inferred before the event is folded.
func (c *contradictions) remember() {
	f := &c.fold
	c.task = Task{}
	c.xprts = append(c.xprts[:0], f.st.Xprts...)
	c.packets = append(c.packets[:0], f.st.Packets...)
	if f.e.Kind.Ours() || f.e.Kind > trace.RPCXDRSendto && !isLockEvent(f.e.Kind) {
		return
	}
	if t := f.taskOf(false); t != nil {
		c.task = *t
	}
}

// isLockEvent: events of the write lock name a task, its owner, and for datagrams the congestion window.
func isLockEvent(k trace.Kind) bool {
	switch k {
	case trace.XprtReserveXprt, trace.XprtReleaseXprt, trace.XprtReserveCong,
		trace.XprtReleaseCong, trace.XprtGetCong, trace.XprtPutCong:
		return true
	}
	return false
}

// compare holds what was inferred against what the event, which is folded now, states.
func (c *contradictions) compare() {
	f := &c.fold
	was := &c.task
	if t := f.task(f.about); t != nil && t.ID == was.ID && was.ID != 0 {
		if f.stamped == t.ID && was.RunHow == Inferred {
			c.note("tk_runstate", was.RunRule, t.Printed == was.RunState)
		}
		c.step(was, t)
		if t.Flags&^was.Flags&trace.MajorSeen != 0 && was.MajorAt != 0 {
			slack := 2*jiffy + (was.MajorAt-was.ReservedAt)/8
			c.note("rq_majortimeo", RuleMajor, max(f.e.Time-was.MajorAt, was.MajorAt-f.e.Time) <= slack)
		}
		c.moved(was, t)
		c.owner(was)
	}
	c.lengths()
	for i := range c.xprts {
		old := &c.xprts[i]
		if x := f.xprt(old.ID); x != nil && f.printed == x.ID && x.State.How == Observed && old.State.How == Inferred {
			c.note("state", old.State.Rule, x.State.Value == old.State.Value)
		}
	}
}

// step is about where tk_action was said to point, and until when it was said to sleep.
func (c *contradictions) step(was, t *Task) {
	e := &c.fold.e
	switch e.Kind {
	case trace.RPCTaskRunAction:
		if next := was.NextStep(); next.How == Inferred && t.Callback == "" && t.Action != fsm.None {
			c.note("tk_action", next.Rule, t.Action == next.Value)
		}
	case trace.RPCTaskWakeup:
		if was.WakeAt != 0 { // the kernel's timer wheel rounds up, by at most an eighth
			slack := 2*jiffy + (was.WakeAt-was.SleptAt)/8
			rang := int32(e.F[fStatus]) == -110 && was.Status != -110 && was.Callback == fsm.XprtTimer
			c.note("timeout", was.WakeRule, e.Time <= was.WakeAt+slack && (!rang || e.Time >= was.WakeAt-slack))
		}
	}
}

// moved is about the transport that a task was said to use.
func (c *contradictions) moved(was, t *Task) {
	if was.Xprt.How == Inferred && t.Xprt.How != Unknown && c.fold.e.Kind == trace.XprtReserve {
		c.note("tk_xprt", was.Xprt.Rule, t.Xprt.Value == was.Xprt.Value)
	}
}

// owner is about who was said to have the write lock when somebody takes it.
func (c *contradictions) owner(was *Task) {
	f := &c.fold
	for i := range c.xprts {
		old := &c.xprts[i]
		x := f.xprt(old.ID)
		if x == nil || f.printed != x.ID || !isLockEvent(f.e.Kind) {
			continue
		}
		if old.SndTask.How == Inferred && old.SndTask.Value != 0 && x.SndTask.How == Observed && takesLock(f.e.Kind) {
			c.note("snd_task", old.SndTask.Rule, x.SndTask.Value == old.SndTask.Value)
		}
		if old.Cong.How == Inferred && f.e.Kind == trace.XprtGetCong {
			c.note("cong", old.Cong.Rule, int(f.e.F[fCong]) == old.Cong.Value)
			c.note("cwnd", old.Cwnd.Rule, int(f.e.F[fCwnd]) == old.Cwnd.Value)
		}
	}
}

// lengths is about how long a message was said to be when its receiver has read it.
func (c *contradictions) lengths() {
	e := &c.fold.e
	var xid uint32
	var length int
	dir := ToServer
	switch e.Kind {
	case trace.SvcXDRRecvfrom:
		xid, length = uint32(e.F[0]), int(e.Int("len3"))
	case trace.XsStreamReadRequest:
		if e.F[5] < e.F[4] {
			return
		}
		xid, length, dir = uint32(e.F[2]), int(e.F[5]), ToClient
	default:
		return
	}
	for i := range c.packets {
		p := &c.packets[i]
		if p.How != Inferred || p.XID != xid || p.Dir != dir || p.Kind == "DATA" {
			continue
		}
		if !p.Datagram {
			length += 4
		}
		c.note("rq_slen", p.Len.Rule, p.Len.Value == length)
		return
	}
}

func takesLock(k trace.Kind) bool { return k == trace.XprtReserveXprt || k == trace.XprtReserveCong }

func (c *contradictions) note(field string, r Rule, stood bool) {
	for i := range c.found {
		if d := &c.found[i]; d.Field == field && d.Rule == r {
			d.add(stood, c.fold.st.Instant)
			return
		}
	}
	c.found = append(c.found, Contradiction{Field: field, Rule: r, First: -1})
	c.found[len(c.found)-1].add(stood, c.fold.st.Instant)
}

func (d *Contradiction) add(stood bool, instant int) {
	if stood {
		d.Stood++
		return
	}
	if d.Count++; d.Count == 1 {
		d.First = instant
	}
}
