package export

import (
	"strconv"

	"sunscope/core/story"
	"sunscope/core/time"
	"sunscope/core/trace"
)

// Processes of a Perfetto trace: a client is the process of its tasks; what is no client's has one of these.
const (
	locksProcess   = 1 << 20
	wireProcess    = locksProcess + 1
	markersProcess = locksProcess + 2
)

// Perfetto appends the events' story between two instants as a trace in Chrome's trace-event JSON, which ui.perfetto.dev and
// chrome://tracing open. Each rpc_clnt is a process, each task one of its threads with a slice for each state and each
// sleep; write locks, packets and markers have processes of their own. Times are microseconds of the run's clock.
// A slice that reaches beyond the range is cut to it.
func Perfetto(dst []byte, s *story.Story, from, to int) []byte {
	log := s.Log()
	p := perfetto{b: dst, s: s}
	p.text(`{"displayTimeUnit":"ns","otherData":{"program":"Sunscope","recording":`).text(strconv.FormatBool(s.Recording())).text(`},"traceEvents":[`)
	if from, to = max(0, from), min(to, log.Len()); from < to {
		p.from, p.to = log.TimeAt(from), log.TimeAt(to-1)
		p.names()
		p.tasks()
		p.locks()
		p.wires()
		p.markers(from, to)
	}
	return append(p.b, "\n]}\n"...)
}

type perfetto struct {
	b        []byte
	s        *story.Story
	from, to time.Duration
	begun    bool
}

func (p *perfetto) text(s string) *perfetto {
	p.b = append(p.b, s...)
	return p
}

// event begins an event of a phase: "X" a slice, "i" an instant, "b" and "e" the ends of something that overlaps others.
func (p *perfetto) event(phase, category, name string, process, thread int64, at time.Duration) *perfetto {
	if p.begun {
		p.b = append(p.b, ',')
	}
	p.begun = true
	p.text("\n{\"ph\":\"" + phase + "\",\"cat\":\"" + category + "\",\"name\":").quoted(name)
	p.text(`,"pid":`).n(process).text(`,"tid":`).n(thread).text(`,"ts":`)
	p.b = fixed(p.b, int64(at), int64(time.Microsecond), 3)
	return p
}

func (p *perfetto) n(v int64) *perfetto {
	p.b = strconv.AppendInt(p.b, v, 10)
	return p
}

func (p *perfetto) end() { p.b = append(p.b, '}') }

// slice is an event with a length, cut to the range; nothing if it lies outside.
func (p *perfetto) slice(category, name string, process, thread int64, start, end time.Duration) bool {
	start, end = max(start, p.from), min(end, p.to)
	if end < start || start == p.to && end == p.to && p.from != p.to {
		return false
	}
	p.event("X", category, name, process, thread, start).text(`,"dur":`)
	p.b = fixed(p.b, int64(end-start), int64(time.Microsecond), 3)
	return true
}

// named says what a process or a thread is called.
func (p *perfetto) named(what string, process, thread int64, name string) {
	p.event("M", "__metadata", what, process, thread, 0).text(`,"args":{"name":`).quoted(name).text("}").end()
}

// names introduces the processes. A client's number is used again once it is gone: a process then has several names.
func (p *perfetto) names() {
	st := p.s.At(p.s.Len() - 1)
	for i := range st.Clients {
		if name := clientName(st.Clients, i); name != "" {
			p.named("process_name", int64(st.Clients[i].Clid), 0, name)
		}
	}
	for i := range st.Xprts {
		p.named("thread_name", locksProcess, int64(st.Xprts[i].ID), "xprt "+strconv.Itoa(int(st.Xprts[i].ID))+" "+st.Xprts[i].Addr+":"+st.Xprts[i].Port)
	}
	p.named("process_name", locksProcess, 0, "write locks")
	p.named("process_name", wireProcess, 0, "wire")
	p.named("process_name", markersProcess, 0, "markers")
}

// clientName is what client i and those after it with the same number are called; "" if there is one before it.
func clientName(clients []story.Client, i int) string {
	id := clients[i].Clid
	name := "rpc_clnt " + strconv.FormatUint(uint64(id), 10)
	for k := range clients {
		c := &clients[k]
		if c.Clid != id {
			continue
		}
		if k < i {
			return ""
		}
		if k > i {
			name += ","
		}
		name += " " + c.Program + " " + c.Addr
	}
	return name
}

func (p *perfetto) tasks() {
	lanes := p.s.Lanes()
	for i := range lanes {
		l := &lanes[i]
		if l.End < p.from || l.Start > p.to {
			continue
		}
		process, thread := int64(l.Clid), int64(l.Task)
		if l.Clid == trace.NoID {
			process = 0
		}
		p.named("thread_name", process, thread, l.Label)
		if p.slice("task", l.Label, process, thread, l.Start, l.End) {
			p.text(`,"args":{"tk_pid":`).n(int64(l.PID)).text(`,"item":`).quoted(l.Item).text("}").end()
		}
		for k := range l.Spans {
			sp := &l.Spans[k]
			category, name := "run", sp.State.String()
			switch {
			case sp.Asleep:
				category, name = "sleep", string(sp.Queue)
			case sp.Ready:
				category, name = "ready", "ready: "+sp.State.String()
			}
			if p.slice(category, name, process, thread, sp.Start, sp.End) {
				p.text(`,"args":{"action":`).quoted(sp.State.String()).text(`,"instant":`).n(int64(sp.From)).text("}").end()
			}
		}
	}
}

func (p *perfetto) locks() {
	for _, l := range p.s.LockSpans() {
		name := "connect worker"
		if lane := p.s.Lane(l.Task); lane != nil {
			name = lane.Label
		}
		if p.slice("lock", name, locksProcess, int64(l.Xprt), l.Start, l.End) {
			p.end()
		}
	}
}

// wires writes packets as pairs of events, for they overlap.
func (p *perfetto) wires() {
	for _, w := range p.s.WireSpans() {
		if w.End < p.from || w.Start > p.to {
			continue
		}
		name := w.Kind
		if lane := p.s.Lane(w.Task); lane != nil {
			name += " " + lane.Label
		}
		if w.Lost {
			name += " (lost)"
		}
		way := int64(w.Dir) + 1
		p.event("b", "packet", name, wireProcess, way, w.Start).text(`,"id":`).n(int64(w.Packet))
		p.text(`,"args":{"xid":`).quoted(xid(w.XID)).text(`,"inferred":`).text(strconv.FormatBool(w.How == story.Inferred)).text("}").end()
		p.event("e", "packet", name, wireProcess, way, w.End).text(`,"id":`).n(int64(w.Packet)).end()
	}
}

func (p *perfetto) markers(from, to int) {
	for _, m := range p.s.Markers() {
		if int(m.Ord) >= from && int(m.Ord) < to {
			p.event("i", "marker", m.Kind.String(), markersProcess, int64(m.Kind)+1, m.Time).text(`,"s":"p","args":{"instant":`).n(int64(m.Ord)).text("}").end()
		}
	}
}

func (p *perfetto) quoted(s string) *perfetto {
	p.b = trace.AppendQuoted(p.b, s)
	return p
}
