package stage

import (
	"strings"

	"sunscope/core/story"
	"sunscope/core/trace"
)

// matcher holds a condition against the events of one story. What it looks up in the log once it remembers, so that a
// million events cost little each.
type matcher struct {
	*Condition
	s     *story.Story
	log   *trace.Log
	words []wordNote // by pulse
	e     trace.Event
	read  int // the event that e holds; -1 none
}

// wordNote is what a matcher remembers of one pulse.
type wordNote struct {
	kinds  [256]uint8       // by Kind: 0 not looked at, 1 cannot match, 2 the name matches, 3 look at the field
	fields [256]trace.Field // for those with 3
	texts  []uint8          // by Str: 0 not looked at, 1 does not hold the text, 2 does
	tasks  []uint8          // by TaskID, of tasks that have ended: the same of their names
	ways   map[int32]bool   // of pulseXID: ordinals at which a packet with this XID set out or came in
	lower  bool             // of pulseText: it is written in small letters, and then capitals match too
	wanted trace.Str        // of pulseQueue, pulseState: the name in this log
	known  bool             // wanted is set
}

func newMatcher(c *Condition, s *story.Story) *matcher {
	m := &matcher{Condition: c, s: s, log: s.Log(), words: make([]wordNote, len(c.pulses)), read: -1}
	for i := range c.pulses {
		p, w := &c.pulses[i], &m.words[i]
		switch p.kind {
		case pulseText:
			w.lower = p.text == strings.ToLower(p.text)
		case pulseXID:
			w.ways = map[int32]bool{}
			for j := range s.WireSpans() {
				if way := &s.WireSpans()[j]; int64(way.XID) == p.num {
					w.ways[way.From], w.ways[way.To] = true, true
				}
			}
		}
	}
	return m
}

// event reports whether every word that speaks of events is true of event i. A condition without such words is true of all.
func (m *matcher) event(i int) bool {
	m.read = -1
	for j := range m.pulses {
		if m.pulse(&m.pulses[j], &m.words[j], i) == m.pulses[j].not {
			return false
		}
	}
	return true
}

// state reports whether every word that speaks of the state is true of st.
func (m *matcher) state(st *story.State) bool {
	for j := range m.levels {
		if !m.levels[j].holds(st) {
			return false
		}
	}
	return true
}

func (m *matcher) pulse(p *pulse, w *wordNote, i int) bool {
	switch p.kind {
	case pulseAny:
		return true
	case pulseEvent:
		return m.log.KindAt(i) == p.event
	case pulseTask, pulseItem, pulseProc, pulseProg, pulseXprt, pulseClient, pulseTook:
		l := m.s.Lane(m.s.TaskAt(i))
		return l != nil && p.about(l)
	case pulseQueue:
		k := m.log.KindAt(i)
		return (k == trace.RPCTaskSleep || k == trace.RPCTaskWakeup) && m.names(p, w, i, "queue")
	case pulseState:
		return m.log.KindAt(i) == trace.RPCTaskRunAction && m.names(p, w, i, "action")
	case pulseXID:
		return w.ways[int32(i)] && p.op == equal || m.field(p, w, i, "xid", "")
	case pulseField:
		name, value, _ := strings.Cut(p.text, "=")
		return m.field(p, w, i, name, value)
	}
	return m.holdsText(p, w, i)
}

// about reports whether a word about a task is true of it.
func (p *pulse) about(l *story.Lane) bool {
	switch p.kind {
	case pulseTask:
		return int64(l.PID) == p.num && (p.other < 0 || int64(l.Clid) == p.other)
	case pulseItem:
		return l.Item == p.text
	case pulseProc:
		return strings.EqualFold(l.Proc, p.text)
	case pulseProg:
		return strings.EqualFold(l.Prog, p.text)
	}
	switch p.kind {
	case pulseClient:
		return int64(l.Clid) == p.num
	case pulseTook:
		return p.op.holds(int64(l.End-l.Start), p.num)
	}
	return int64(l.Xprt) == p.num
}

// at reads event i.
func (m *matcher) at(i int) *trace.Event {
	if m.read != i {
		m.log.At(i, &m.e)
		m.read = i
	}
	return &m.e
}

// names reports whether a field of an event holds the name that the word gives.
func (m *matcher) names(p *pulse, w *wordNote, i int, field string) bool {
	if !w.known {
		id, ok := m.log.Lookup(p.text)
		if !ok {
			return false // not yet: a live run may bring it
		}
		w.wanted, w.known = id, true
	}
	k := m.log.KindAt(i)
	if w.kinds[k] == 0 {
		f, ok := k.Field(field)
		w.kinds[k], w.fields[k] = 1, f
		if ok {
			w.kinds[k] = 3
		}
	}
	return w.kinds[k] == 3 && trace.Str(m.at(i).F[w.fields[k].Slot]) == w.wanted
}

// field compares a field of an event.
func (m *matcher) field(p *pulse, w *wordNote, i int, name, value string) bool {
	k := m.log.KindAt(i)
	if w.kinds[k] == 0 {
		f, ok := k.Field(name)
		w.kinds[k], w.fields[k] = 1, f
		if ok {
			w.kinds[k] = 3
		}
	}
	if w.kinds[k] != 3 {
		return false
	}
	f := w.fields[k]
	v := m.at(i).F[f.Slot]
	switch f.Type {
	case trace.TypeInt, trace.TypeUint, trace.TypePID, trace.TypeClid, trace.TypeXID, trace.TypePtr:
		return (p.kind == pulseXID || p.other == 1) && p.op.holds(v, p.num)
	}
	return p.op == equal && m.textOf(f, v) == value || p.op == unequal && m.textOf(f, v) != value
}

// textOf is a field's value as the event prints it.
func (m *matcher) textOf(f trace.Field, v int64) string {
	switch f.Type {
	case trace.TypeStr, trace.TypeSymbol:
		return m.log.Text(trace.Str(v))
	case trace.TypeTaskFlags:
		return trace.TaskFlags(v).String()
	case trace.TypeRunState:
		return trace.RunState(v).String()
	case trace.TypeXprtState:
		return trace.XprtState(v).String()
	}
	return ""
}

// holdsText reports whether the event's name, its task's name or one of its texts holds the letters.
func (m *matcher) holdsText(p *pulse, w *wordNote, i int) bool {
	k := m.log.KindAt(i)
	if w.kinds[k] == 0 {
		w.kinds[k] = 1
		if w.in(k.String(), p.text) {
			w.kinds[k] = 2
		}
	}
	if w.kinds[k] == 2 {
		return true
	}
	if l := m.s.Lane(m.s.TaskAt(i)); l != nil && w.named(l, p.text) {
		return true
	}
	e := m.at(i)
	if m.holdsStr(p, w, e.Comm) {
		return true
	}
	for _, f := range k.Fields() {
		if (f.Type == trace.TypeStr || f.Type == trace.TypeSymbol) && m.holdsStr(p, w, trace.Str(e.F[f.Slot])) {
			return true
		}
	}
	return false
}

// named reports whether a task's name holds the letters.
func (w *wordNote) named(l *story.Lane, letters string) bool {
	for int(l.Task) >= len(w.tasks) {
		w.tasks = append(w.tasks, 0)
	}
	if n := w.tasks[l.Task]; n != 0 {
		return n == 2
	}
	in := w.in(l.Item, letters) || w.in(l.Label, letters)
	if l.Ended {
		w.tasks[l.Task] = 1
		if in {
			w.tasks[l.Task] = 2
		}
	}
	return in
}

func (m *matcher) holdsStr(p *pulse, w *wordNote, s trace.Str) bool {
	for int(s) >= len(w.texts) {
		w.texts = append(w.texts, 0)
	}
	if w.texts[s] == 0 {
		w.texts[s] = 1
		if w.in(m.log.Text(s), p.text) {
			w.texts[s] = 2
		}
	}
	return w.texts[s] == 2
}

func (w *wordNote) in(text, letters string) bool {
	if text == "" {
		return false
	}
	if w.lower {
		text = strings.ToLower(text)
	}
	return strings.Contains(text, letters)
}
