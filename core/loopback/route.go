package loopback

import (
	"sunscope/core/time"
	"sunscope/core/wire"
)

// obstacles are what keeps a host from sending.
type obstacles struct {
	noRoute  bool // its routing table says "unreachable"
	linkDown bool // its network card is switched off
	filter   bool // its packet filter drops what it sends
}

// Unreachable puts a route of the type "unreachable" into a host's table, or takes it out again.
func (n *Net) Unreachable(host string, on bool) {
	n.obstruct(host, func(o *obstacles) { o.noRoute = on })
}

// LinkDown switches a host's network card off, or on again.
func (n *Net) LinkDown(host string, on bool) {
	n.obstruct(host, func(o *obstacles) { o.linkDown = on })
}

// Filter makes a packet filter in a host's output hook drop everything, or nothing any more.
func (n *Net) Filter(host string, on bool) { n.obstruct(host, func(o *obstacles) { o.filter = on }) }

//go:noinline
func (n *Net) obstruct(host string, change func(*obstacles)) {
	o := n.obstacles[host]
	if o == nil {
		o = new(obstacles)
		n.obstacles[host] = o
	}
	change(o)
}

// route is what looking for a way out of a host says: connect and sendmsg fail with it at once.
//
//go:noinline
func (n *Net) route(host string) wire.Errno {
	switch o := n.obstacles[host]; {
	case o == nil:
	case o.linkDown:
		return wire.ENETUNREACH
	case o.noRoute:
		return wire.EHOSTUNREACH
	}
	return wire.OK
}

// sendmsg is what sending a datagram says. The filter's verdict comes back to the sender; TCP does not look at it.
func (n *Net) sendmsg(host string) wire.Errno {
	if err := n.route(host); err != wire.OK {
		return err
	}
	if o := n.obstacles[host]; o != nil && o.filter {
		return wire.EPERM
	}
	return wire.OK
}

// stuck says whether no packet gets from one host to the other now.
func (n *Net) stuck(from, to string) bool {
	return n.down || n.sendmsg(from) != wire.OK || n.route(to) == wire.ENETUNREACH
}

// SetUserTimeout implements wire.Socket.
func (s *socket) SetUserTimeout(d time.Duration) {
	s.userTimeout = d
	s.net.clock.At(s.net.clock.Now()+d, func() {
		if s.closed || s.state != wire.SynSent {
			return
		}
		s.net.hosts[s.local.Host].Softirq(func() { s.reset(wire.ETIMEDOUT) })
	})
}
