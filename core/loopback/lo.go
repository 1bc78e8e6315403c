package loopback

import (
	"strings"

	"sunscope/core/time"
	"sunscope/core/wire"
)

// loopback is the address by which every host knows itself. Inside the network it has the host's own address behind it,
// or all hosts would share their ports.
const loopback = "127.0.0.1"

// loDelay is how long a segment takes from a host to itself: so little that a connection may stand before connect has
// returned (recording 19: a task that it wakes on another CPU finds the write lock still taken). Nothing is lost on that
// way, and no card sees it: there is no event of it either.
const loDelay = time.Microsecond

// inside is an address as the network knows it.
//
//go:noinline
func (h *Host) inside(a wire.Addr) wire.Addr {
	if a.Host == loopback {
		a.Host = loopback + "%" + h.addr
	}
	return a
}

// outside is an address as the host knows it.
//
//go:noinline
func outside(a wire.Addr) wire.Addr {
	if isLo(a) {
		a.Host = loopback
	}
	return a
}

func isLo(a wire.Addr) bool { return strings.HasPrefix(a.Host, loopback+"%") }

// loop carries a segment from a host to itself.
func (n *Net) loop(host string, arrive func()) {
	m := n.hosts[strings.TrimPrefix(host, loopback+"%")]
	n.clock.At(n.clock.Now()+loDelay, func() { m.Softirq(arrive) })
}
