package story

import (
	"sort"

	"sunscope/core/time"
)

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

// LockLanes lists the write locks of the transports, by XprtID; one without spans was never taken.
func (s *Story) LockLanes() []LockLane { return s.rec.xlocks }

// NextLane is the first task from id on that is alive at some moment from begin to end, or with dir < 0 the last one
// down from id; 0 if there is none. It costs the same however long the run is.
func (s *Story) NextLane(id TaskID, dir int, begin, end time.Duration) TaskID {
	lanes, i := s.rec.lanes, 0
	last := sort.Search(len(lanes), func(i int) bool { return lanes[i].Start > end }) - 1
	if dir < 0 {
		i = s.rec.until.prev(min(int(id)-1, last), int64(begin))
	} else if i = s.rec.until.next(int(id)-1, int64(begin)); i > last {
		return 0
	}
	return TaskID(i + 1) // 0 without
}

// MostLive is how many tasks were alive at most from event i up to, not with, j, counted in blocks of events.
func (s *Story) MostLive(i, j int) int {
	if i >= j {
		return 0
	}
	return int(max(0, s.rec.most.most(i>>blockBits, (j-1)>>blockBits+1)))
}

// Ways are the packets of one direction, in the order in which they set out.
type Ways struct {
	wires []WireSpan
	list  *wayList
}

// Ways are the packets that go in that direction.
func (s *Story) Ways(dir Direction) Ways { return Ways{s.rec.wires, &s.rec.ways[dir]} }

// Len is how many there are.
func (w Ways) Len() int { return len(w.list.index) }

// At is packet number i of this direction.
func (w Ways) At(i int) *WireSpan { return &w.wires[w.list.index[i]] }

// From is the number of the first one that sets out at t or later.
func (w Ways) From(t time.Duration) int {
	return sort.Search(len(w.list.index), func(i int) bool { return w.At(i).Start >= t })
}

// Kinds is the set of the kinds, a bit each, of those from i up to, not with, j.
func (w Ways) Kinds(i, j int) uint16 { return w.list.kinds.in(i, j) }

// First is the first one from i on of one of the kinds; -1 if there is none.
func (w Ways) First(i int, kinds uint16) int { return w.list.kinds.first(i, kinds) }
