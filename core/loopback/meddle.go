package loopback

import (
	"slices"

	"sunscope/core/time"
	"sunscope/core/wire"
)

// mark is what is to become of one packet where it would arrive.
type mark struct {
	do    string
	delay time.Duration
}

// hole is a place in the stream of one direction at which a segment is missing that had left already: what was sent
// behind it arrives, and TCP keeps that until the hole is filled.
type hole struct {
	way     ends
	id      int64    // the packet that did not come
	waiting []func() // what has come behind it
}

// Meddle does something to one packet that has not arrived yet: "drop" loses it, "delay" brings it later, "duplicate"
// brings it a second time after the delay of the link. TCP takes a segment once, and an ACK or a RST is never missed: what
// is meant for these does nothing.
func (n *Net) Meddle(packet int64, do string, delay time.Duration) {
	if n.marks == nil {
		n.marks = map[int64]mark{}
	}
	n.marks[packet] = mark{do, delay}
}

// take is the mark of a packet; "" without.
//
//go:noinline
func (n *Net) take(packet int64) mark {
	m := n.marks[packet]
	delete(n.marks, packet)
	return m
}

// meddled says whether a segment does not arrive as it would have.
func (n *Net) meddled(a *arrival) bool {
	if len(n.marks) == 0 {
		return false
	}
	m, s, to := n.take(a.fields[0]), a.s, a.to
	if m.do == "" || m.do == "duplicate" || s.kind == "ACK" || s.kind == "RST" {
		return false
	}
	if s.hole == nil {
		s.hole = &hole{way: s.way, id: s.id}
		n.holes = append(n.holes, s.hole)
	}
	if m.do == "delay" {
		a.s = s
		n.clock.At(n.clock.Now()+m.delay, a.comes)
		return true
	}
	id := s.id
	a.free()
	to.Softirq(func() { n.fault(to, "LOST", id) })
	missing := n.missing[s.way]
	if missing == nil {
		n.lose(s)
		return true
	}
	i := 0
	for i < len(missing.waiting) && missing.waiting[i].hole != nil && missing.waiting[i].hole.id < s.hole.id {
		i++
	}
	missing.waiting = slices.Insert(missing.waiting, i, s)
	return true
}

// early says whether a segment that has come must wait for one before it, or has filled a hole and was handed on with
// what waited.
func (n *Net) early(s *segment) bool {
	if len(n.holes) == 0 {
		return false
	}
	id, all := s.id, []func(){s.arrive}
	if s.hole != nil {
		id = s.hole.id
		all = append(all, s.hole.waiting...)
		n.holes = slices.DeleteFunc(n.holes, func(h *hole) bool { return h == s.hole })
	}
	var before *hole
	for _, h := range n.holes {
		if h.way == s.way && h.id < id && (before == nil || h.id > before.id) {
			before = h
		}
	}
	if before != nil {
		before.waiting = append(before.waiting, all...)
		return true
	}
	for _, arrive := range all {
		arrive()
	}
	return true
}

// meddledDatagram says whether a datagram does not arrive as it would have.
func (n *Net) meddledDatagram(d datagram, to wire.Addr, id int64) bool {
	if len(n.marks) == 0 {
		return false
	}
	m, at := n.take(id), n.clock.Now()
	here, there := n.hosts[d.from.Host], n.hosts[to.Host]
	switch m.do {
	case "drop":
		there.Softirq(func() { n.fault(there, "LOST", id) })
		return true
	case "delay":
		n.deliver(d, to, id, at+m.delay)
		return true
	case "duplicate":
		at += n.delay(d.from.Host) + 1
		here.Softirq(func() {
			n.fault(here, "DUPLICATE", id)
			n.deliver(d, to, n.sayDatagram(d, to, at), at)
		})
	}
	return false
}

// Relink changes what joins the hosts, as tc does on a running machine. What is under way is not touched, and no segment
// overtakes one. What Lose and Slow have said no longer holds.
func (n *Net) Relink(l Link) {
	now := n.clock.Now()
	for host := range n.hosts {
		o := n.out[host]
		n.out[host] = wayOut{last: max(o.last, max(now, n.free[host])+n.link.Delay+o.slow)}
	}
	l.Faults.Rand, l.Faults.SegRand = n.link.Faults.Rand, n.link.Faults.SegRand
	n.link = l
}
