package story

import (
	"sort"

	"sunscope/core/time"
	"sunscope/core/trace"
)

// Story is the fold of a log: the state at any instant, and what the events are about. It reads the log and does not
// change it. Use it from one goroutine at a time.
type Story struct {
	src       *source
	front     fold // after the last event that Extend has seen
	rec       recorder
	keys      []keyframe // ascending; the first is before all events
	since     int        // bytes of events since the last keyframe
	cur       fold       // what At gave out last
	ready     bool       // cur holds something
	simulated bool       // the log has events of ours
}

// keyframe is a copy of the fold after event ord.
type keyframe struct {
	ord  int
	fold *fold
}

// There is a keyframe once the events since the last one weigh twice what it does, so that keyframes take about half the
// memory of the log. With very many tasks alive that would be seldom: going to an instant folds mostBetween events at most.
const (
	minKeyframe = 64
	mostBetween = 24_000
	eventWeight = 40 // bytes
)

// New folds the log, which may grow later: see Extend.
func New(log *trace.Log) *Story {
	s := &Story{src: &source{log: log}}
	s.front.src = s.src
	s.front.rec = &s.rec
	s.front.st.Instant = -1
	s.keys = []keyframe{{-1, s.keep()}}
	s.Extend()
	return s
}

func (s *Story) keep() *fold {
	k := &fold{}
	k.copyFrom(&s.front)
	return k
}

// Extend folds the events that were appended to the log since New or the last Extend. States of earlier instants
// stay what they were.
func (s *Story) Extend() {
	n := s.src.log.Len()
	for i := s.Len(); i < n; i++ {
		s.front.apply(i)
		s.simulated = s.simulated || s.front.e.Kind >= trace.Item
		s.since += eventWeight
		last := s.keys[len(s.keys)-1].ord
		if i-last >= minKeyframe && s.since >= min(2*s.front.weight(), mostBetween*eventWeight) {
			s.keys = append(s.keys, keyframe{i, s.keep()})
			s.since = 0
		}
	}
	s.rec.finish(&s.front)
}

// Log is the log that the story is of.
func (s *Story) Log() *trace.Log { return s.src.log }

// Len is the number of events folded: instants go from -1, before the first event, to Len()-1.
func (s *Story) Len() int { return s.front.st.Instant + 1 }

// At is the state after event ordinal; -1 is before all events, and what lies outside is taken as the nearest end.
// The result is valid and unchanged until the next At.
func (s *Story) At(ordinal int) *State { return s.seek(&s.cur, &s.ready, ordinal) }

// OrdinalAt is the last event at or before t, -1 if there is none.
func (s *Story) OrdinalAt(t time.Duration) int {
	log := s.src.log
	return sort.Search(s.Len(), func(i int) bool { return log.TimeAt(i) > t }) - 1
}

// TaskAt is the task that an event is about: the one that it names, or the one whose XID it prints or carries.
// 0 is none.
func (s *Story) TaskAt(ordinal int) TaskID {
	if ordinal < 0 || ordinal >= len(s.rec.about) {
		return 0
	}
	return s.rec.about[ordinal]
}

// TaskEvents lists the ordinals of the events about a task, ascending. The list is the story's own: do not change it.
func (s *Story) TaskEvents(id TaskID) []int32 {
	if id < 1 || int(id) > len(s.rec.events) {
		return nil
	}
	return s.rec.events[id-1]
}

// TaskStep is the next rpc_task_run_action of a task after ordinal from, or with dir < 0 the last one before it.
func (s *Story) TaskStep(id TaskID, from, dir int) (ordinal int, ok bool) {
	evs, log := s.TaskEvents(id), s.src.log
	if dir < 0 {
		for i := sort.Search(len(evs), func(i int) bool { return int(evs[i]) >= from }) - 1; i >= 0; i-- {
			if log.KindAt(int(evs[i])) == trace.RPCTaskRunAction {
				return int(evs[i]), true
			}
		}
		return 0, false
	}
	for i := sort.Search(len(evs), func(i int) bool { return int(evs[i]) > from }); i < len(evs); i++ {
		if log.KindAt(int(evs[i])) == trace.RPCTaskRunAction {
			return int(evs[i]), true
		}
	}
	return 0, false
}

// Item is the workload item of the event's task ("read[3]"); "" without task or item.
func (s *Story) Item(ordinal int) string {
	id := s.TaskAt(ordinal)
	if id == 0 {
		return ""
	}
	return s.rec.lanes[id-1].Item
}

// Recording says whether the story is told by a kernel's events alone. In a simulation events of ours tell besides
// what no tracepoint does: work queues, packets, which task does what.
func (s *Story) Recording() bool { return !s.simulated }
