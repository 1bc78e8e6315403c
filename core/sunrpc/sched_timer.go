package sunrpc

import "sunscope/core/time"

// timers are the sleepers of a queue that have a deadline: a heap with the earliest on top.
type timers struct {
	heap []*Task
	seq  uint64
}

// alarm is a sleeper's deadline, and its place among the timers.
type alarm struct {
	deadline time.Duration // 0: none
	seq      uint64        // who came first
	index    int           // in the heap
}

func (h *timers) add(t *Task, at time.Duration) {
	h.seq++
	t.alarm = alarm{deadline: at, seq: h.seq, index: len(h.heap)}
	h.heap = append(h.heap, t)
	h.up(t.alarm.index)
}

// remove takes t off, if it has a deadline.
func (h *timers) remove(t *Task) {
	if t.alarm.deadline == 0 {
		return
	}
	i, last := t.alarm.index, len(h.heap)-1
	t.alarm = alarm{}
	moved := h.heap[last]
	h.heap[last] = nil
	h.heap = h.heap[:last]
	if i == last {
		return
	}
	h.put(i, moved)
	h.up(i)
	h.down(moved.alarm.index)
}

// due are those whose jiffy has come, in the order in which they went to sleep.
func (h *timers) due(now time.Duration) []*Task {
	var due []*Task
	h.collect(0, now, &due)
	for i := 1; i < len(due); i++ { // hardly anything is out of order
		for j := i; j > 0 && due[j].alarm.seq < due[j-1].alarm.seq; j-- {
			due[j], due[j-1] = due[j-1], due[j]
		}
	}
	return due
}

func (h *timers) collect(i int, now time.Duration, due *[]*Task) {
	if i >= len(h.heap) || jiffyCeil(h.heap[i].alarm.deadline) > now {
		return
	}
	*due = append(*due, h.heap[i])
	h.collect(2*i+1, now, due)
	h.collect(2*i+2, now, due)
}

func (h *timers) put(i int, t *Task) { h.heap[i], t.alarm.index = t, i }

func (h *timers) less(i, j int) bool {
	a, b := &h.heap[i].alarm, &h.heap[j].alarm
	return a.deadline < b.deadline || a.deadline == b.deadline && a.seq < b.seq
}

func (h *timers) swap(i, j int) {
	a, b := h.heap[i], h.heap[j]
	h.put(i, b)
	h.put(j, a)
}

func (h *timers) up(i int) {
	for i > 0 && h.less(i, (i-1)/2) {
		h.swap(i, (i-1)/2)
		i = (i - 1) / 2
	}
}

func (h *timers) down(i int) {
	for {
		child := 2*i + 1
		if child+1 < len(h.heap) && h.less(child+1, child) {
			child++
		}
		if child >= len(h.heap) || !h.less(child, i) {
			return
		}
		h.swap(i, child)
		i = child
	}
}
