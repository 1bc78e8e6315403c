//go:build linux

package sockets

import "sunscope/core/time"

// agenda is what is to happen later: a heap by time, and for the same time by the order of asking.
type agenda struct {
	heap []due
	seq  uint64
}

type due struct {
	at  time.Duration
	seq uint64
	f   func()
}

func (d *due) before(o *due) bool { return d.at < o.at || d.at == o.at && d.seq < o.seq }

func (a *agenda) add(at time.Duration, f func()) {
	a.seq++
	a.heap = append(a.heap, due{at, a.seq, f})
	for i := len(a.heap) - 1; i > 0; {
		up := (i - 1) / 2
		if !a.heap[i].before(&a.heap[up]) {
			return
		}
		a.heap[i], a.heap[up] = a.heap[up], a.heap[i]
		i = up
	}
}

// take takes off the first thing that is due by now; nil when there is none.
func (a *agenda) take(now time.Duration) func() {
	if len(a.heap) == 0 || a.heap[0].at > now {
		return nil
	}
	f, last := a.heap[0].f, len(a.heap)-1
	a.heap[0], a.heap[last] = a.heap[last], due{}
	a.heap = a.heap[:last]
	for i := 0; ; {
		child := 2*i + 1
		if child+1 < last && a.heap[child+1].before(&a.heap[child]) {
			child++
		}
		if child >= last || !a.heap[child].before(&a.heap[i]) {
			return f
		}
		a.heap[i], a.heap[child] = a.heap[child], a.heap[i]
		i = child
	}
}
