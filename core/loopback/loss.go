package loopback

import (
	"math/rand/v2"
	"slices"

	"sunscope/core/time"
	"sunscope/core/wire"
)

// Faults are what the ways between hosts do to packets. Each is so many of a hundred, drawn for every packet by itself.
type Faults struct {
	Loss      int           // datagrams that never arrive
	Duplicate int           // datagrams that arrive twice
	Reorder   int           // datagrams that are late, so that later ones overtake them
	Late      time.Duration // how late at most; 0: four times the link's delay, and a millisecond at least
	// Segments are those of TCP that are lost; TCP sends them again. It does not show more of what happens to segments:
	// it puts them in order and takes each once.
	Segments int
	Rand     *rand.Rand // where the draws for datagrams come from; needed when any of them can happen
	SegRand  *rand.Rand // the same for segments
}

// What becomes of one datagram.
type fate struct {
	lost  bool
	late  time.Duration
	twice time.Duration // after the first time; 0: it comes once
}

func (f *Faults) draw(delay time.Duration) (d fate) {
	if f.Loss == 0 && f.Duplicate == 0 && f.Reorder == 0 {
		return d
	}
	most := f.Late
	if most == 0 {
		most = max(4*delay, time.Millisecond)
	}
	// All are drawn every time: one fault more or less leaves the others where they were.
	lost, twice, late := f.Rand.IntN(100), f.Rand.IntN(100), f.Rand.IntN(100)
	by, again := time.Duration(f.Rand.Int64N(int64(most))), time.Duration(f.Rand.Int64N(int64(most)))
	d.lost = lost < f.Loss
	if twice < f.Duplicate {
		d.twice = again + 1
	}
	if late < f.Reorder {
		d.late = by + 1
	}
	return d
}

// wayOut is what a host's outgoing link does to packets, when it is not what all links do.
type wayOut struct {
	loss  int  // percent of datagrams and segments
	lossy bool // loss holds
	slow  time.Duration
	last  time.Duration // when the last segment arrives
}

// Lose makes the outgoing link of a host lose so many of a hundred packets, datagrams and segments alike, as the queueing
// discipline netem does on a real one.
//
//go:noinline
func (n *Net) Lose(host string, percent int) {
	o := n.out[host]
	o.loss, o.lossy = percent, true
	n.out[host] = o
}

// Slow makes packets that leave a host take so much longer than the link's delay.
func (n *Net) Slow(host string, by time.Duration) {
	o := n.out[host]
	o.slow = by
	n.out[host] = o
}

// faults are those of the way out of a host.
func (n *Net) faults(host string) Faults {
	f := n.link.Faults
	if o := n.out[host]; o.lossy {
		f.Loss, f.Segments = o.loss, o.loss
	}
	return f
}

// delay is how long a packet from a host is under way.
func (n *Net) delay(host string) time.Duration { return n.link.Delay + n.out[host].slow }

// The retransmission timeout of TCP: the first of a SYN, and the most (TCP_TIMEOUT_INIT, TCP_RTO_MAX). That of anything
// else begins with retransmit. Each is twice the one before.
const (
	rtoSyn  = time.Second
	rtoMost = 120 * time.Second
)

// segment is one of TCP's, with what happens where it arrives.
type segment struct {
	way     ends
	kind    string
	payload []byte
	arrive  func()
	blob    int64 // payload in the log, once it is there: whoever reads that knows what is sent again by it
	id      int64 // of the packet that carried it last
	hole    *hole // which it fills; nil: none
}

// ends are one direction of a connection.
type ends struct{ src, dst wire.Addr }

// missing is a direction in which a segment was lost. It is the first that waits; what was sent later waits behind it,
// because TCP hands nothing on before it.
type missing struct {
	rto     time.Duration
	since   time.Duration // when the first that waits was sent first
	waiting []segment
}

// givesUp is how long a TCP end sends again before it gives up: as long as fifteen retransmissions take (tcp_retries2).
// TCP_USER_TIMEOUT makes it shorter.
const givesUp = 924600 * time.Millisecond

// lost decides whether a segment is lost. An ACK of its own and a RST are spared: the next segment acknowledges too, and
// nothing would ever repeat a RST.
func (n *Net) lost(s *segment) bool {
	if s.kind == "ACK" || s.kind == "RST" {
		return false
	}
	f := n.faults(s.way.src.Host)
	return f.Segments > 0 && f.SegRand.IntN(100) < f.Segments
}

// lose keeps a segment that was lost, to be sent again when its sender's timer fires.
func (n *Net) lose(s segment) {
	m := &missing{rto: retransmit, since: n.clock.Now(), waiting: []segment{s}}
	if s.kind == "SYN" || s.kind == "SYN-ACK" {
		m.rto = rtoSyn
	}
	n.missing[s.way] = m
	n.rearm(s.way, m)
}

// rearm starts the timer of a direction, which is given up when the connection is, not later than TCP_USER_TIMEOUT says
// (tcp_clamp_rto_to_user_timeout).
func (n *Net) rearm(way ends, m *missing) {
	at := min(n.clock.Now()+m.rto, max(m.since+n.patience(way), n.clock.Now()))
	m.rto = min(2*m.rto, rtoMost)
	n.clock.At(at, func() {
		switch {
		case n.missing[way] != m:
		case n.clock.Now()-m.since >= n.patience(way):
			n.abandon(way)
		default:
			n.sendAgain(way, m)
		}
	})
}

// sendAgain sends what is missing, and what waits behind it once that is through.
func (n *Net) sendAgain(way ends, m *missing) {
	for len(m.waiting) > 0 {
		if n.down || !n.launch(&m.waiting[0]) {
			n.rearm(way, m)
			return
		}
		m.waiting, m.rto, m.since = m.waiting[1:], retransmit, n.clock.Now()
	}
	delete(n.missing, way)
}

// sender is the end of a connection that sends in a direction, nil if it is not known.
func (n *Net) sender(way ends) *socket {
	if s := n.used[[2]wire.Addr{way.src, way.dst}]; s != nil {
		return s
	}
	if s := n.used[[2]wire.Addr{way.dst, way.src}]; s != nil {
		return s.peer
	}
	return nil
}

func (n *Net) patience(way ends) time.Duration {
	if s := n.sender(way); s != nil && s.userTimeout > 0 {
		return s.userTimeout
	}
	return givesUp
}

// abandon is for a direction that nothing has come through for too long: its sender hears ETIMEDOUT.
func (n *Net) abandon(way ends) {
	delete(n.missing, way)
	if s := n.sender(way); s != nil {
		n.hosts[way.src.Host].Softirq(func() { s.reset(wire.ETIMEDOUT) })
	}
}

// forget gives up what a connection would still send again.
func (n *Net) forget(local, remote wire.Addr) {
	way := ends{local, remote}
	delete(n.missing, way)
	n.holes = slices.DeleteFunc(n.holes, func(h *hole) bool { return h.way == way })
}
