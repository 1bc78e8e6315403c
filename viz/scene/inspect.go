package scene

import (
	"sunscope/core/fsm"
	"sunscope/core/story"
	"sunscope/core/time"
	"sunscope/core/trace"
	"sunscope/core/xdr"
)

// Row is one field of the thing that is inspected. How says whether an event stated it; for what was inferred Rule is
// the reasoning, as a sentence.
type Row struct {
	Label string
	Value string
	How   story.How
	Rule  string
	Ref   Ref // what the value names, if that can be selected too
}

// Line is one event of a life in plain words. The event states Text; Why is what is known beside it, observed or inferred.
type Line struct {
	Ordinal int
	Time    time.Duration // since the life's Origin
	Text    string
	Why     string
	How     story.How // of Why
	Rule    string    // by which Why is inferred, as a sentence
	Ref     Ref       // whom Why names
}

// Way is an edge that leaves an inspected state: where it leads, and under which condition.
type Way struct {
	To   fsm.State
	When string
	ID   string // of the fsm.Edge
	Last bool   // it was taken last of those that leave the state
}

// Inspection is everything that is known about one thing at an instant.
type Inspection struct {
	Ref   Ref
	Title string
	About string // a sentence on what it is
	Rows  []Row
	// Last is the last event about it, as a trace file prints it; LastOrdinal is -1 without.
	Last        string
	LastOrdinal int
	Ways        []Way // of a state
	// Bytes are a packet's, and Fields say what each of them is.
	Bytes  []byte
	Fields []xdr.Field
}

// inspector puts an Inspection together.
type inspector struct {
	Inspection
	s      *story.Story
	st     *story.State
	log    *trace.Log
	w      *words
	lang   string
	origin time.Duration
	until  time.Duration // what happens after this is not told; 0: all is

	lastWay string // ID of the edge that was taken last out of an inspected state
}

// Inspect says everything about the thing that ref names, at the instant of st. A thing that does not exist at that
// instant has a Title and nothing else.
func Inspect(s *story.Story, st *story.State, ref Ref, lang string) Inspection {
	return InspectUntil(s, st, ref, lang, 0)
}

// InspectUntil is Inspect that keeps to itself what happens after until, which a lesson asks about; 0 tells all.
func InspectUntil(s *story.Story, st *story.State, ref Ref, lang string, until time.Duration) Inspection {
	in := &inspector{s: s, st: st, log: s.Log(), w: wordsOf(lang), lang: lang, until: until}
	in.Ref, in.LastOrdinal = ref, -1
	if s.Len() > 0 {
		in.origin = in.log.TimeAt(0)
	}
	switch ref.Kind {
	case RefTask:
		in.task(story.TaskID(ref.Num))
	case RefPacket:
		in.packet(story.PacketID(ref.Num))
	case RefState:
		in.state(fsm.State(ref.Num))
	case RefSlot:
		in.slot(story.XprtID(ref.Num>>16), int(ref.Num&0xffff))
	case RefQueue:
		in.queue(fsm.Queue(ref.Name))
	case RefThread:
		in.thread(int32(ref.Num))
	case RefXprt:
		in.xprt(story.XprtID(ref.Num))
	case RefWorkQueue:
		in.workQueue(ref.Name)
	case RefSession:
		in.session(story.SessionID(ref.Num))
	case RefTimeline:
		in.event(int(ref.Num))
	case RefOverview, RefLanes, RefAxis:
		in.event(st.Instant)
	case RefLegend:
		in.legend()
	case RefMarker:
		in.marker(int(ref.Num))
	default:
		in.wireRef(ref)
	}
	return in.Inspection
}

// hidden says whether a moment must not be told yet.
func (in *inspector) hidden(t time.Duration) bool { return in.until > 0 && t > in.until }

// row adds a field that an event states.
func (in *inspector) row(label, value string) *Row {
	in.Rows = append(in.Rows, Row{Label: label, Value: value, How: story.Observed})
	return &in.Rows[len(in.Rows)-1]
}

// fact adds a field with its source.
func (in *inspector) fact(label, value string, how story.How, rule story.Rule) *Row {
	r := in.row(label, value)
	r.How = how
	switch how {
	case story.Unknown:
		r.Value = "?"
	case story.Inferred:
		r.Rule = rule.Text(in.lang)
	}
	return r
}

// last sets the last event.
func (in *inspector) last(ord int) {
	if ord < 0 || ord >= in.log.Len() {
		return
	}
	var e trace.Event
	in.log.At(ord, &e)
	in.Last, in.LastOrdinal = string(in.log.AppendText(nil, &e)), ord
}

func (in *inspector) moment(t time.Duration) string { return string(appendMillis(nil, t-in.origin)) }

func span(t time.Duration) string { return string(appendDuration(nil, t)) }

// taskName is what a lesson calls the task.
func (in *inspector) taskName(t *story.Task) string {
	if t.Item.Value != "" {
		return t.Item.Value + " (" + in.w.task + " " + itoa(int(t.PID)) + ")"
	}
	name := in.w.task + " " + itoa(int(t.PID))
	if t.Proc != 0 {
		name += " " + in.log.Text(t.Proc)
	}
	return name
}

// taskLink adds a row that names a task.
func (in *inspector) taskLink(label string, id story.TaskID) *Row {
	t := in.st.Task(id)
	if t == nil {
		return in.row(label, in.w.none)
	}
	r := in.row(label, in.taskName(t))
	r.Ref = taskRef(t)
	return r
}

// event describes the instant itself: the event that was folded last.
func (in *inspector) event(ord int) {
	if ord < 0 || ord >= in.log.Len() {
		in.Title = in.w.beginning
		return
	}
	if in.hidden(in.log.TimeAt(ord)) {
		in.Title, in.About = "?", in.w.notYet
		return
	}
	var e trace.Event
	in.log.At(ord, &e)
	in.Title = e.Kind.String()
	in.last(ord)
	in.row(in.w.ordinal, itoa(ord)+" / "+itoa(in.log.Len()))
	in.row(in.w.time, in.moment(e.Time))
	in.row(in.w.thread, in.log.Text(e.Comm)+"-"+itoa(int(e.PID)))
	in.row("CPU", itoa(int(e.CPU)))
	if id := in.s.TaskAt(ord); id != 0 {
		in.taskLink(in.w.task, id)
	}
	for _, f := range e.Kind.Fields() {
		if f.Type != trace.TypeBytes {
			in.row(f.Name, string(in.log.AppendField(nil, &e, f)))
		}
	}
	in.About = in.tale(ord, &e)
}
