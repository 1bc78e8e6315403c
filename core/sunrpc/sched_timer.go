package sunrpc

import "sunscope/core/time"

// timers are the sleepers of a queue that have a deadline, the earliest first. Who goes to sleep has nearly always the
// latest deadline of all, so that a list, sorted from its end, does better than a heap.
type timers struct {
	list list[*Task]
	seq  uint64
}

// alarm is a sleeper's deadline, and its place among the timers.
type alarm struct {
	deadline time.Duration // 0: none
	seq      uint64        // who came first
	place    node[*Task]
}

func (h *timers) empty() bool { return h.list.first == nil }

// earliest is the next deadline of all; there must be one.
func (h *timers) earliest() time.Duration { return h.list.first.item.alarm.deadline }

func (h *timers) add(t *Task, at time.Duration) {
	h.seq++
	a := &t.alarm
	a.deadline, a.seq, a.place.item = at, h.seq, t
	var later *node[*Task]
	for p := h.list.last; p != nil && p.item.alarm.deadline > at; p = p.prev {
		later = p
	}
	h.list.insert(&a.place, later)
}

// remove takes t off, if it has a deadline.
func (h *timers) remove(t *Task) {
	if t.alarm.deadline == 0 {
		return
	}
	h.list.remove(&t.alarm.place)
	t.alarm.deadline, t.alarm.seq = 0, 0
}

// due are those whose jiffy has come, in the order in which they went to sleep.
func (h *timers) due(now time.Duration) []*Task {
	var due []*Task
	for p := h.list.first; p != nil && jiffyCeil(p.item.alarm.deadline) <= now; p = p.next {
		due = append(due, p.item)
	}
	for i := 1; i < len(due); i++ { // hardly anything is out of order
		for j := i; j > 0 && due[j].alarm.seq < due[j-1].alarm.seq; j-- {
			due[j], due[j-1] = due[j-1], due[j]
		}
	}
	return due
}
