package loopback

import "sunscope/core/trace"

// arrival is a segment on its way. Thousands travel in a short run, and one that has arrived is used again.
type arrival struct {
	n      *Net
	to     Machine
	s      segment
	fields [5]int64
	// comes is when it reaches the host; handle is what the host does then.
	comes, handle func()
}

func (n *Net) arrival() *arrival {
	if last := len(n.spare) - 1; last >= 0 {
		a := n.spare[last]
		n.spare = n.spare[:last]
		return a
	}
	a := &arrival{n: n}
	a.comes = func() {
		if !n.meddled(a) {
			a.to.Softirq(a.handle)
		}
	}
	a.handle = a.handled
	return a
}

func (a *arrival) handled() {
	a.n.emit(a.to, "..s2.", trace.WireRecv, a.fields[:]...)
	s, n := a.s, a.n
	a.free()
	if !n.early(&s) {
		s.arrive()
	}
}

func (a *arrival) free() {
	a.to, a.s = nil, segment{}
	a.n.spare = append(a.n.spare, a)
}
