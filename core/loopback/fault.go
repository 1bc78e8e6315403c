package loopback

import (
	"sunscope/core/time"
	"sunscope/core/wire"
)

// retransmit is how long a TCP end waits before it sends again what was lost: the first retransmission timeout of a
// connection whose round trips are short.
const retransmit = 200 * time.Millisecond

// Drop makes every link lose everything, until Restore. TCP keeps what it sends and sends it again afterwards.
func (n *Net) Drop() { n.down = true }

// Restore ends Drop. What was lost is sent again when the ends' timers fire, in the order in which it was sent first.
func (n *Net) Restore() {
	if !n.down {
		return
	}
	n.down = false
	n.clock.At(n.clock.Now()+retransmit, func() {
		held := n.held
		n.held = nil
		for _, again := range held {
			again()
		}
	})
}

// hold keeps a segment back while links are down, and while older ones wait to be sent again.
func (n *Net) hold(again func()) bool {
	if !n.holds() {
		return false
	}
	n.held = append(n.held, again)
	return true
}

func (n *Net) holds() bool { return n.down || len(n.held) > 0 }

// Reset breaks every connection to a server's port: both ends hear ECONNRESET.
func (n *Net) Reset(server wire.Addr) {
	for _, c := range n.connections(server) {
		peer := c.peer
		c.reset(wire.ECONNRESET)
		peer.reset(wire.ECONNRESET)
	}
}

// Abort makes the client's end give every connection to a port up, as an administrator's "ss -K" does: it hears
// ECONNABORTED, the server ECONNRESET.
func (n *Net) Abort(server wire.Addr) {
	for _, c := range n.connections(server) {
		peer := c.peer
		c.reset(wire.ECONNABORTED)
		n.send(c.local, c.remote, "RST", nil, func() { peer.reset(wire.ECONNRESET) })
	}
}

// Close makes the server's end close every connection to a port, as a server that stops does.
func (n *Net) Close(server wire.Addr) {
	for _, c := range n.connections(server) {
		c.peer.Shutdown()
	}
}

// connections are the clients' ends of established connections to a port; those that are over are forgotten.
//
//go:noinline
func (n *Net) connections(server wire.Addr) (found []*socket) {
	live := n.conns[:0]
	for _, c := range n.conns {
		if c.closed || c.state == wire.Close {
			continue
		}
		live = append(live, c)
		if c.remote == server && c.state == wire.Established {
			found = append(found, c)
		}
	}
	n.conns = live
	return found
}

// Refuse makes a port answer with RST, until Accept.
func (n *Net) Refuse(server wire.Addr) {
	if accept, ok := n.lists[server]; ok {
		n.refused[server] = accept
		delete(n.lists, server)
	}
}

// Accept ends Refuse.
func (n *Net) Accept(server wire.Addr) {
	if accept, ok := n.refused[server]; ok {
		n.lists[server] = accept
		delete(n.refused, server)
	}
}
