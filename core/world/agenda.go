package world

import "sunscope/core/time"

// agenda is what is to happen: a heap by time, and for the same time by the order of asking. What to do lies beside the
// heap, so that moving an entry moves numbers only, which the garbage collector need not hear of.
type agenda struct {
	first due // earlier than all of the heap, if there is one: most of what is asked for happens next
	some  bool
	heap  []due
	seq   uint64
	what  []func()
	free  []uint32 // places in what
}

type due struct {
	at   time.Duration
	seq  uint64
	what uint32
}

func (a *agenda) add(at time.Duration, f func()) {
	a.seq++
	d := due{at, a.seq, a.place(f)}
	switch {
	case a.some && at >= a.first.at:
		a.push(d)
	case a.some:
		a.push(a.first)
		a.first = d
	case len(a.heap) > 0 && at >= a.heap[0].at:
		a.push(d)
	default:
		a.first, a.some = d, true
	}
}

func (a *agenda) place(f func()) uint32 {
	last := len(a.free) - 1
	if last < 0 {
		a.what = append(a.what, f)
		return uint32(len(a.what) - 1)
	}
	i := a.free[last]
	a.free = a.free[:last]
	a.what[i] = f
	return i
}

// next is when the next thing happens; false when nothing is left.
func (a *agenda) next() (time.Duration, bool) {
	switch {
	case a.some:
		return a.first.at, true
	case len(a.heap) > 0:
		return a.heap[0].at, true
	}
	return 0, false
}

// take takes the next thing off; there must be one.
func (a *agenda) take() (time.Duration, func()) {
	d := a.first
	if !a.some {
		d = a.pop()
	}
	a.some = false
	f := a.what[d.what]
	a.what[d.what] = nil
	a.free = append(a.free, d.what)
	return d.at, f
}

func (a *agenda) push(d due) {
	a.heap = append(a.heap, d)
	i := len(a.heap) - 1
	for up := (i - 1) / 2; i > 0 && d.before(&a.heap[up]); up = (i - 1) / 2 {
		a.heap[i] = a.heap[up]
		i = up
	}
	a.heap[i] = d
}

func (a *agenda) pop() due {
	top, last := a.heap[0], len(a.heap)-1
	d := a.heap[last]
	a.heap = a.heap[:last]
	i := 0
	for child := 1; child < last; child = 2*i + 1 {
		if child+1 < last && a.heap[child+1].before(&a.heap[child]) {
			child++
		}
		if !a.heap[child].before(&d) {
			break
		}
		a.heap[i] = a.heap[child]
		i = child
	}
	if last > 0 {
		a.heap[i] = d
	}
	return top
}

func (d *due) before(o *due) bool { return d.at < o.at || d.at == o.at && d.seq < o.seq }
