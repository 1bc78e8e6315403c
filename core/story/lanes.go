package story

import (
	"strconv"

	"sunscope/core/fsm"
	"sunscope/core/time"
)

// Lane is a task's row on the timeline.
type Lane struct {
	Task  TaskID
	PID   uint32 // tk_pid
	Clid  uint32
	Label string // the workload item, or else the task's number and its procedure: "task 9 READ"
	Item  string
	Proc  string
	// From and Start are its first event, To and End its end; while it lives, the last event of the log.
	From, To   int32
	Start, End time.Duration
	Ended      bool
	Spans      []Span
	named      bool // Label does not change any more
}

// Span is a stretch of a task's life in which nothing changed that a timeline shows. It ends where the next begins.
type Span struct {
	From, To   int32 // ordinals: the event that began it, and the event that ended it
	Start, End time.Duration
	State      fsm.State
	Asleep     bool
	Ready      bool // neither asleep nor inside a thread: woken or queued, and waiting for one
	Queue      fsm.Queue
}

// LockSpan is a stretch during which a task, or the connect worker, had a transport's write lock.
type LockSpan struct {
	Xprt       XprtID
	Task       TaskID // 0: the connect worker
	From, To   int32
	Start, End time.Duration
}

// WireSpan is a packet's way. Open says that the log ends before it arrived, Lost that nobody got it.
type WireSpan struct {
	Packet     PacketID
	Xprt       XprtID
	Dir        Direction
	Kind       string
	XID        uint32
	Task       TaskID
	Retrans    bool
	How        How
	From, To   int32
	Start, End time.Duration
	Open       bool
	Lost       bool
}

// recorder writes down during the first pass what is asked about the whole log.
type recorder struct {
	about  []TaskID  // by ordinal
	events [][]int32 // by task
	lanes  []Lane    // by task
	locks  []LockSpan
	wires  []WireSpan
	held   []int // indexes into locks that are still open
	flying []int // indexes into wires that are still open
}

func (r *recorder) began(f *fold, t *Task) {
	r.events = append(r.events, nil)
	r.lanes = append(r.lanes, Lane{
		Task: t.ID, PID: t.PID, Clid: t.Clid, Item: t.Item.Value, From: int32(f.st.Instant), Start: f.e.Time,
	})
}

func (r *recorder) named(t *Task) { r.lanes[t.ID-1].Item = t.Item.Value }

// after is called when an event was folded.
func (r *recorder) after(f *fold) {
	r.about = append(r.about, f.about)
	if f.about == 0 {
		return
	}
	i := f.about - 1
	r.events[i] = append(r.events[i], int32(f.st.Instant))
	if t := f.task(f.about); t != nil {
		r.touch(f, t)
	}
}

// touch begins a new span if what the timeline shows of t has changed.
func (r *recorder) touch(f *fold, t *Task) {
	l := &r.lanes[t.ID-1]
	ord, now := int32(f.st.Instant), f.e.Time
	if t.Proc != 0 && l.Proc == "" {
		l.Proc = f.src.log.Text(t.Proc)
	}
	if t.Finished {
		if !l.Ended {
			l.Ended, l.To, l.End = true, ord, now
			l.close(ord, now)
		}
		return
	}
	next := Span{
		From: ord, Start: now, State: t.Action, Asleep: t.Asleep, Ready: !t.Asleep && !t.Running,
	}
	if t.Asleep {
		next.Queue = t.Queue
	}
	if n := len(l.Spans); n > 0 && !l.Ended {
		last := &l.Spans[n-1]
		if last.State == next.State && last.Asleep == next.Asleep && last.Ready == next.Ready && last.Queue == next.Queue {
			return
		}
		l.close(ord, now)
	}
	l.Ended = false
	l.Spans = append(l.Spans, next)
}

func (l *Lane) close(ord int32, now time.Duration) {
	if n := len(l.Spans); n > 0 {
		l.Spans[n-1].To, l.Spans[n-1].End = ord, now
	}
}

// owner notes a change of a transport's write lock.
func (r *recorder) owner(f *fold, x XprtID, t TaskID, cookie bool) {
	ord, now := int32(f.st.Instant), f.e.Time
	for i, h := range r.held {
		s := &r.locks[h]
		if s.Xprt != x {
			continue
		}
		if s.Task == t && (t != 0 || cookie) {
			return
		}
		s.To, s.End = ord, now
		r.held = append(r.held[:i], r.held[i+1:]...)
		break
	}
	if t != 0 || cookie {
		r.held = append(r.held, len(r.locks))
		r.locks = append(r.locks, LockSpan{Xprt: x, Task: t, From: ord, Start: now})
	}
}

func (r *recorder) sent(p *Packet) {
	r.flying = append(r.flying, len(r.wires))
	r.wires = append(r.wires, WireSpan{
		Packet: p.ID, Xprt: p.Xprt, Dir: p.Dir, Kind: p.Kind, XID: p.XID, Task: p.Task, Retrans: p.Retrans, How: p.How,
		From: int32(p.SentOrd), Start: p.SentAt, Open: true,
	})
}

// arrived notes the end of a packet's way: at the receiver, or where it was lost.
func (r *recorder) arrived(f *fold, id PacketID, lost bool) {
	for i, w := range r.flying {
		if s := &r.wires[w]; s.Packet == id {
			s.To, s.End, s.Open, s.Lost = int32(f.st.Instant), f.e.Time, false, lost
			r.flying = append(r.flying[:i], r.flying[i+1:]...)
			return
		}
	}
}

// lost notes that a packet which has arrived is lost all the same. Packets are numbered from 1 as their ways are.
func (r *recorder) lost(id PacketID) { r.wires[id-1].Lost = true }

// finish gives everything that is still open the end of the log as its end.
func (r *recorder) finish(f *fold) {
	ord, now := int32(f.st.Instant), f.st.Time
	for i := range r.lanes {
		l := &r.lanes[i]
		if !l.named {
			l.Label, l.named = l.label(), l.Ended // what has ended has no other name in a longer log
		}
		if !l.Ended {
			l.To, l.End = ord, now
			l.close(ord, now)
		}
	}
	for _, h := range r.held {
		r.locks[h].To, r.locks[h].End = ord, now
	}
	for _, w := range r.flying {
		r.wires[w].To, r.wires[w].End = ord, now
	}
}

func (l *Lane) label() string {
	if l.Item != "" {
		return l.Item
	}
	s := "task " + strconv.FormatUint(uint64(l.PID), 10)
	if l.Proc != "" {
		s += " " + l.Proc
	}
	return s
}

// Lanes lists all tasks in the order in which they began. The list is the story's own: do not change it; Extend does.
func (s *Story) Lanes() []Lane { return s.rec.lanes }

// Lane is a task's lane; nil if there is no such task.
func (s *Story) Lane(id TaskID) *Lane {
	if id < 1 || int(id) > len(s.rec.lanes) {
		return nil
	}
	return &s.rec.lanes[id-1]
}

// LockSpans lists who had which transport's write lock, in order of begin.
func (s *Story) LockSpans() []LockSpan { return s.rec.locks }

// WireSpans lists the packets' ways, in the order in which they were sent.
func (s *Story) WireSpans() []WireSpan { return s.rec.wires }
