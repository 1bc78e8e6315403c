package story

import (
	"sort"
	"strconv"

	"sunscope/core/fsm"
	"sunscope/core/time"
	"sunscope/core/trace"
)

// Lane is a task's row on the timeline.
type Lane struct {
	Task  TaskID
	PID   uint32 // tk_pid
	Clid  uint32
	Label string // the workload item, or else the task's number and its procedure: "task 9 READ"
	Item  string
	Proc  string
	Prog  string // "nfs"; "" before rpc_request
	Xprt  XprtID // the transport that it used last; 0 unknown
	// From and Start are its first event, To and End its end; while it lives, the last event of the log.
	From, To   int32
	Start, End time.Duration
	Ended      bool
	Spans      []Span
	Ticks      []Tick // when it sent, got its reply, failed
	named      bool   // Label does not change any more
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
	How        How    // Inferred: no event says that the lock changed hands, a rule does
	From, To   int32
	Start, End time.Duration
}

// LockLane is the row of a transport's write lock: who had it when.
type LockLane struct {
	Xprt        XprtID
	Local, Port string  // its own address, as far as known, and its peer's port
	Addr        string  // of its peer: a path if it is an AF_LOCAL stream
	Spans       []int32 // indexes into LockSpans, one after another
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
	held   []int    // indexes into locks that are still open
	flying []int    // indexes into wires that are still open
	open   []TaskID // tasks that had not ended when the log did last
	plots  []Plot

	markers []Marker
	marks   kindSets // of markers
	seen    Seen
	until   pyramid    // by task: when it ended, or forever
	live    int        // tasks that are alive
	most    pyramid    // by block of events: how many tasks were alive at most
	xlocks  []LockLane // by transport
	ways    [2]wayList // by direction

	acts  []Act
	xprts [][]int32 // events of a transport, by its id
}

const (
	forever   = int64(^uint64(0) >> 1)
	blockBits = 6
)

// wayList are the packets of one direction, in order.
type wayList struct {
	index []int32 // into wires
	kinds kindSets
}

func (r *recorder) began(f *fold, t *Task) {
	r.events = append(r.events, nil)
	r.lanes = append(r.lanes, Lane{
		Task: t.ID, PID: t.PID, Clid: t.Clid, Item: t.Item.Value, From: int32(f.st.Instant), Start: f.e.Time,
	})
	r.lives(t.ID)
}

func (r *recorder) named(t *Task) { r.lanes[t.ID-1].Item = t.Item.Value }

// after is called when an event was folded.
func (r *recorder) after(f *fold) {
	r.about = append(r.about, f.about)
	r.mark(f)
	defer r.count(f.st.Instant)
	r.acted(f)
	if f.about == 0 {
		return
	}
	i := f.about - 1
	r.events[i] = append(r.events[i], int32(f.st.Instant))
	if t := f.task(f.about); t != nil {
		r.touch(f, t)
	}
	r.tick(f)
}

// lives notes that a task is alive, begun or restarted.
func (r *recorder) lives(id TaskID) {
	r.live++
	r.open = append(r.open, id)
	r.until.set(int(id)-1, forever)
}

// count keeps how many tasks were alive.
func (r *recorder) count(ord int) {
	block := ord >> blockBits
	if n := r.most.len(); block >= n || r.most.levels[0][block] < int64(r.live) {
		r.most.set(block, int64(r.live))
	}
}

// tick puts a mark on the lane of the task that the event is about.
func (r *recorder) tick(f *fold) {
	kind := TickKinds
	switch f.e.Kind {
	case trace.XprtTransmit:
		if f.e.F[4] == 0 {
			kind = TickSent
		}
	case trace.XprtLookupRqst:
		if f.e.F[3] == 0 {
			kind = TickReply
		}
	case trace.XprtRetransmit:
		kind = TickRetrans
	case trace.SvcProcess:
	default:
		if markerOf(f) == MarkError {
			kind = TickError
		}
	}
	if kind == TickKinds {
		return
	}
	ord := int32(f.st.Instant)
	saw(&r.seen.Ticks[kind], ord)
	l := &r.lanes[f.about-1]
	l.Ticks = append(l.Ticks, Tick{ord, kind, f.e.Time})
}

// touch begins a new span if what the timeline shows of t has changed.
func (r *recorder) touch(f *fold, t *Task) {
	l := &r.lanes[t.ID-1]
	ord, now := int32(f.st.Instant), f.e.Time
	l.Xprt = t.Xprt.Value
	if t.Proc != 0 && l.Proc == "" {
		l.Proc = f.src.log.Text(t.Proc)
	}
	if t.Prog != 0 && l.Prog == "" {
		l.Prog = f.src.log.Text(t.Prog)
	}
	if t.Finished {
		if !l.Ended {
			l.Ended, l.To, l.End = true, ord, now
			l.close(ord, now)
			r.live--
			r.until.set(int(t.ID)-1, int64(now))
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
	if l.Ended {
		l.Ended = false
		r.lives(t.ID)
	}
	saw(&r.seen.Spans[next.Kind()], ord)
	l.Spans = append(l.Spans, next)
}

func (l *Lane) close(ord int32, now time.Duration) {
	if n := len(l.Spans); n > 0 {
		l.Spans[n-1].To, l.Spans[n-1].End = ord, now
	}
}

// owner notes a change of a transport's write lock, and how it is known.
func (r *recorder) owner(f *fold, x *Xprt, t TaskID, cookie bool, how How) {
	if i := r.holds(x.ID); i >= 0 {
		s := &r.locks[r.held[i]]
		if s.Task == t && (t != 0 || cookie) {
			if s.How == Inferred {
				s.How = how // an event says so as well
			}
			return
		}
		r.released(f, x.ID)
	}
	if t != 0 || cookie {
		r.takes(x, LockSpan{Xprt: x.ID, Task: t, How: how, From: int32(f.st.Instant), Start: f.e.Time})
	}
}

// holds is which of held is that transport's; -1 if nobody has its write lock.
func (r *recorder) holds(x XprtID) int {
	for i, h := range r.held {
		if r.locks[h].Xprt == x {
			return i
		}
	}
	return -1
}

// released ends the stretch during which somebody has that transport's write lock, if anybody has.
func (r *recorder) released(f *fold, x XprtID) {
	if i := r.holds(x); i >= 0 {
		s := &r.locks[r.held[i]]
		s.To, s.End = int32(f.st.Instant), f.e.Time
		r.held = append(r.held[:i], r.held[i+1:]...)
	}
}

// takes begins a stretch during which somebody has a write lock.
func (r *recorder) takes(x *Xprt, s LockSpan) {
	for i := len(r.xlocks); i < int(x.ID); i++ {
		r.xlocks = append(r.xlocks, LockLane{Xprt: XprtID(i + 1)})
	}
	l := &r.xlocks[x.ID-1]
	l.Spans = append(l.Spans, int32(len(r.locks)))
	l.Port, l.Addr = x.Port, x.Addr
	if x.Local.How != Unknown {
		l.Local = x.Local.Value
	}
	r.held = append(r.held, len(r.locks))
	r.locks = append(r.locks, s)
	if s.Task != 0 {
		saw(&r.seen.Owner, s.From)
	} else {
		saw(&r.seen.Worker, s.From)
	}
	if s.How == Inferred {
		saw(&r.seen.Guess, s.From)
	}
}

func (r *recorder) sent(p *Packet) {
	r.flying = append(r.flying, len(r.wires))
	r.wires = append(r.wires, WireSpan{
		Packet: p.ID, Xprt: p.Xprt, Dir: p.Dir, Kind: p.Kind, XID: p.XID, Task: p.Task, Retrans: p.Retrans, How: p.How,
		From: int32(p.SentOrd), Start: p.SentAt, Open: true,
	})
	w := &r.wires[len(r.wires)-1]
	way, class := &r.ways[w.Dir], w.Class()
	way.kinds.add(len(way.index), 1<<class)
	way.index = append(way.index, int32(len(r.wires)-1))
	saw(&r.seen.Wires[class], w.From)
	if w.How == Inferred {
		saw(&r.seen.Guess, w.From)
	}
}

// resent notes that a packet turns out to be a retransmission.
func (r *recorder) resent(id PacketID) {
	w := &r.wires[id-1]
	w.Retrans = true
	r.marked(w, WireRetrans)
}

// marked adds a kind to those of a packet.
func (r *recorder) marked(w *WireSpan, kind WireKind) {
	way, at := &r.ways[w.Dir], int32(w.Packet)-1
	i := sort.Search(len(way.index), func(i int) bool { return way.index[i] >= at })
	way.kinds.add(i, 1<<kind)
	saw(&r.seen.Wires[kind], w.From)
}

// arrived notes the end of a packet's way: at the receiver, or where it was lost.
func (r *recorder) arrived(f *fold, id PacketID, lost bool) {
	for i, w := range r.flying {
		if s := &r.wires[w]; s.Packet == id {
			s.To, s.End, s.Open, s.Lost = int32(f.st.Instant), f.e.Time, false, lost
			if lost {
				r.marked(s, WireLost)
			}
			r.flying = append(r.flying[:i], r.flying[i+1:]...)
			return
		}
	}
}

// lost notes that a packet which has arrived is lost all the same. Packets are numbered from 1 as their ways are.
func (r *recorder) lost(id PacketID) {
	r.wires[id-1].Lost = true
	r.marked(&r.wires[id-1], WireLost)
}

// finish gives everything that is still open the end of the log as its end.
func (r *recorder) finish(f *fold) {
	ord, now := int32(f.st.Instant), f.st.Time
	open := r.open[:0]
	for _, id := range r.open {
		l := &r.lanes[id-1]
		if !l.named {
			l.Label, l.named = l.label(), l.Ended // what has ended has no other name in a longer log
		}
		if !l.Ended {
			l.To, l.End = ord, now
			l.close(ord, now)
			open = append(open, id)
		}
	}
	r.open = open
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
