package scene

import (
	"slices"

	"sunscope/core/story"
)

// Shows reports whether a filter lets a task be shown.
func (v *View) Shows(id story.TaskID) bool { return v.Only.Has(id) }

// TaskSet is a set of tasks. A nil set holds all of them.
type TaskSet struct {
	bits []uint64
	ids  []story.TaskID // ascending
}

// Add puts a task into the set.
func (s *TaskSet) Add(id story.TaskID) {
	if id < 0 || len(s.bits) > 0 && s.Has(id) {
		return
	}
	for int(id)/64 >= len(s.bits) {
		s.bits = append(s.bits, 0)
	}
	s.bits[id/64] |= 1 << (id % 64)
	i, _ := slices.BinarySearch(s.ids, id)
	s.ids = slices.Insert(s.ids, i, id)
}

// Drop takes a task out of the set.
func (s *TaskSet) Drop(id story.TaskID) {
	if i, ok := slices.BinarySearch(s.ids, id); ok {
		s.ids = slices.Delete(s.ids, i, i+1)
		s.bits[id/64] &^= 1 << (id % 64)
	}
}

// Len is how many tasks are in the set.
func (s *TaskSet) Len() int { return len(s.ids) }

// Has reports whether a task is in the set.
func (s *TaskSet) Has(id story.TaskID) bool {
	if s == nil {
		return true
	}
	return id >= 0 && int(id)/64 < len(s.bits) && s.bits[id/64]&(1<<(id%64)) != 0
}

// filteredLanes is chooseLanes under a filter: those that it lets through, around the oldest that lives at the instant or,
// if none does, around the instant; with View.Top from that task on.
func (b *builder) filteredLanes(h float32) float32 {
	ids, rows := b.v.Only.ids, b.l.scratch.rows[:0]
	fit := min(max(1, int(h/rowMin)), len(ids))
	begin := 0
	if b.v.Top > 0 {
		begin, _ = slices.BinarySearch(ids, story.TaskID(b.v.Top))
	} else {
		begin = b.firstFiltered(ids, fit)
	}
	begin = max(0, min(begin, len(ids)-fit))
	for _, id := range ids[begin : begin+fit] {
		rows = append(rows, int32(id)-1)
	}
	b.byClient(rows)
	b.l.scratch.rows = rows
	return min(rowMax, h/float32(max(1, fit)))
}

func (b *builder) firstFiltered(ids []story.TaskID, fit int) int {
	oldest, newest := story.TaskID(0), story.TaskID(0)
	for i := range b.st.Tasks {
		t := &b.st.Tasks[i]
		newest = max(newest, t.ID)
		if oldest == 0 && !t.Finished && b.v.Only.Has(t.ID) {
			oldest = t.ID
		}
	}
	at, _ := slices.BinarySearch(ids, newest+1)
	begin := at - fit*2/3
	if oldest > 0 {
		first, _ := slices.BinarySearch(ids, oldest)
		begin = min(begin, first)
	}
	return begin
}

// filterNote says below the lanes' names that a filter is on, and how many tasks it lets through: whoever misses a task is
// to see why.
func (b *builder) filterNote(r box) {
	if b.v.Only == nil {
		return
	}
	word := "filter "
	if b.v.Lang == "zh" {
		word = "只显示 "
	}
	note := style{SansBold, small, TroubleText, Left}
	b.say().s(word).n(b.v.Only.Len()).s(" / ").n(len(b.story.Lanes()))
	b.fit(note, b.names-12).put(r.x-b.names, r.bottom()+axis-2, note)
	b.say().s(word).n(b.v.Only.Len()).s(" / ").n(len(b.story.Lanes())).phrase(0, Ref{Kind: RefLanes})
}
