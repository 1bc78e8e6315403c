package procfs

import (
	"sort"

	"sunscope/core/record"
	"sunscope/core/story"
	"sunscope/core/time"
	"sunscope/core/trace"
)

// Watch counts a story once, a piece at a time, and writes down when each number changed: afterwards it tells what the
// files show at any instant in a time that does not grow with the story. It leaves the story's At alone.
type Watch struct {
	s      *story.Story
	n      int // events counted
	counts *Counts
	server *server
	client *record.Counting

	xprts    map[story.XprtID]*history[XprtStat]
	ops      map[opKey]*history[Op]
	versions map[uint32]*history[int64]
	served   history[served]
	called   history[called]
	servedBy [5][][]int32 // ordinals, by version and procedure
	calledBy [5][][]int32
}

// served is what Server has besides Procs, called likewise of record.Counters.
type (
	served struct {
		net, udp, tcp, conns, calls, badFormat, badCreds int64
		rc                                               ReplyCache
	}
	called struct {
		calls, retrans, refreshes int64
		unread                    bool
	}
)

// history is what a number was when.
type history[T comparable] struct {
	ords   []int32
	values []T
}

// put notes what it is after event ord.
func (h *history[T]) put(ord int, v T) {
	if n := len(h.values); n > 0 && h.values[n-1] == v {
		return
	}
	h.ords, h.values = append(h.ords, int32(ord)), append(h.values, v)
}

// at is what it was after event ord.
func (h *history[T]) at(ord int) (v T, ok bool) {
	i := upTo(h.ords, ord)
	if i == 0 {
		return v, false
	}
	return h.values[i-1], true
}

// upTo is how many of the ordinals are at most ord.
func upTo(ords []int32, ord int) int {
	return sort.Search(len(ords), func(i int) bool { return int(ords[i]) > ord })
}

// NewWatch has counted nothing yet.
func NewWatch(s *story.Story) *Watch {
	w := &Watch{s: s, counts: newCounts(s, s.Cursor().At), server: newServer(s.Log()), client: record.NewCounting(s.Log()),
		xprts: map[story.XprtID]*history[XprtStat]{}, ops: map[opKey]*history[Op]{}, versions: map[uint32]*history[int64]{}}
	sum, _ := w.client.Sum()
	for v := range w.calledBy {
		w.servedBy[v] = make([][]int32, len(w.server.sum.Procs[v]))
		w.calledBy[v] = make([][]int32, len(sum.Procs[v]))
	}
	return w
}

// Counted is how many events were counted: what happens after them is not told yet.
func (w *Watch) Counted() int { return w.n }

// Read counts up to most more events, and reports whether that is all that there are.
func (w *Watch) Read(most int) bool {
	var e trace.Event
	for ; w.n < w.s.Len() && most > 0; most-- {
		w.s.Log().At(w.n, &e)
		w.take(&e)
		w.n++
	}
	return w.n >= w.s.Len()
}

func (w *Watch) take(e *trace.Event) {
	c := w.counts
	c.n = w.n
	c.take(e)
	for _, id := range c.touched {
		note(w.xprts, id, w.n, *c.xprts[id])
	}
	if o := c.ops[c.ended]; o != nil {
		note(w.ops, c.ended, w.n, *o)
	}
	if e.Kind == trace.RPCRequest {
		clid := uint32(e.Int("client"))
		note(w.versions, clid, w.n, c.version[clid])
	}
	w.client.Event(w.n, e)
	sum, unread := w.client.Sum()
	w.called.put(w.n, called{sum.Calls, sum.Retrans, sum.Refreshes, unread > 0})
	if v, proc, ok := w.client.Last(); ok {
		w.calledBy[v][proc] = append(w.calledBy[v][proc], int32(w.n))
	}
	if s := w.server; s.counts(e.Kind) {
		s.take(e)
		r := s.result()
		w.served.put(w.n, served{r.Net, r.UDP, r.TCP, r.Conns, r.Calls, r.BadFormat, r.BadCreds, r.RC})
		if s.last[0] >= 0 {
			list := &w.servedBy[s.last[0]][s.last[1]]
			*list = append(*list, int32(w.n))
		}
	}
}

// note puts a value into one of many histories.
func note[K comparable, T comparable](all map[K]*history[T], key K, ord int, v T) {
	h := all[key]
	if h == nil {
		h = &history[T]{}
		all[key] = h
	}
	h.put(ord, v)
}

// counted is what was counted until some instant.
type counted struct {
	counts *Counts
	server Server
	client record.Counters
	unread bool
}

// At is the moment now of the story's clock; ord is the last event until then, and was counted. Its texts use the story's At.
func (w *Watch) At(ord int, now time.Duration) *Moment {
	k := &counted{counts: newCounts(w.s, w.s.At)}
	for id, h := range w.xprts {
		if v, ok := h.at(ord); ok {
			k.counts.xprts[id] = &v
		}
	}
	for key, h := range w.ops {
		if v, ok := h.at(ord); ok {
			k.counts.ops[key] = &v
		}
	}
	for clid, h := range w.versions {
		if v, ok := h.at(ord); ok {
			k.counts.version[clid] = v
		}
	}
	s, _ := w.served.at(ord)
	k.server = Server{Net: s.net, UDP: s.udp, TCP: s.tcp, Conns: s.conns, Calls: s.calls, BadFormat: s.badFormat, BadCreds: s.badCreds, RC: s.rc}
	c, _ := w.called.at(ord)
	k.client = record.Counters{Calls: c.calls, Retrans: c.retrans, Refreshes: c.refreshes}
	k.unread = c.unread
	for v := range w.calledBy {
		k.server.Procs[v] = totals(w.servedBy[v], ord)
		k.client.Procs[v] = totals(w.calledBy[v], ord)
	}
	return &Moment{Story: w.s, Ord: ord, Time: now, counted: k}
}

func totals(lists [][]int32, ord int) []int64 {
	sums := make([]int64, len(lists))
	for i, l := range lists {
		sums[i] = int64(upTo(l, ord))
	}
	return sums
}

func (m *Moment) counts() *Counts {
	if m.counted != nil {
		return m.counted.counts
	}
	return Count(m.Story, m.Ord+1)
}

func (m *Moment) server() Server {
	if m.counted != nil {
		return m.counted.server
	}
	return CountServer(m.Story.Log(), m.Ord+1)
}

func (m *Moment) client() (c record.Counters, unread bool) {
	if m.counted != nil {
		return m.counted.client, m.counted.unread
	}
	c, list := (&record.Recording{Log: m.Story.Log()}).CountTo(m.Ord + 1)
	return c, len(list) > 0
}
