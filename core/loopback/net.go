package loopback

import (
	"sunscope/core/time"
	"sunscope/core/trace"
	"sunscope/core/wire"
)

// Clock is virtual time as the simulation keeps it.
type Clock interface {
	Now() time.Duration
	// At calls f when it is t; calls for the same t come in the order in which they were asked for.
	At(t time.Duration, f func())
}

// Link describes one direction between two hosts.
type Link struct {
	Delay     time.Duration // of propagation
	Bandwidth int64         // bytes a second; 0: unlimited
	Faults    Faults        // what it does to packets
}

// Machine is a host's computer: it logs what its network card does, and handles what arrives in a softirq.
type Machine interface {
	Emit(ctx string, kind trace.Kind, fields ...int64)
	Softirq(f func())
}

// Net is the network of one simulation.
type Net struct {
	clock  Clock
	log    *trace.Log
	hosts  map[string]Machine // only looked up
	link   Link
	free   map[string]time.Duration // when a host's outgoing link has sent what it was given; only looked up
	lists  map[wire.Addr]func(wire.Socket) wire.Handler
	dgrams map[wire.Addr]*datagramSocket // only looked up
	packet int64
	inode  int64

	down    bool     // Drop was called
	held    []func() // segments that wait to be sent again
	conns   []*socket
	names   map[wire.Addr]int64 // texts of addresses in the log; only looked up
	scratch [trace.MaxFields]int64
	spare   []*arrival
	refused map[wire.Addr]func(wire.Socket) wire.Handler

	out       map[string]wayOut                        // by host; only looked up
	missing   map[ends]*missing                        // only looked up
	used      map[[2]wire.Addr]*socket                 // the latest connection from one address to another; only looked up
	obstacles map[string]*obstacles                    // by host; only looked up
	locals    map[place]func(wire.Socket) wire.Handler // only looked up
	marks     map[int64]mark                           // by packet; only looked up
	holes     []*hole
}

// MSS is the largest number of payload bytes of a segment: Ethernet's 1500 less IP and TCP headers with timestamps.
const MSS = 1448

// SendBuffer is how many bytes a socket takes before the network has carried any away.
const SendBuffer = 1 << 18

// New makes a network in which every pair of hosts is joined by such a link in each direction.
func New(clock Clock, log *trace.Log, link Link) *Net {
	return &Net{
		clock: clock, log: log, link: link, hosts: map[string]Machine{},
		free: map[string]time.Duration{}, lists: map[wire.Addr]func(wire.Socket) wire.Handler{},
		dgrams: map[wire.Addr]*datagramSocket{}, inode: 20000, names: map[wire.Addr]int64{},
		refused: map[wire.Addr]func(wire.Socket) wire.Handler{}, used: map[[2]wire.Addr]*socket{},
		out: map[string]wayOut{}, missing: map[ends]*missing{}, obstacles: map[string]*obstacles{},
		locals: map[place]func(wire.Socket) wire.Handler{},
	}
}

// Host joins a machine to the network under an address.
func (n *Net) Host(addr string, m Machine) *Host {
	n.hosts[addr] = m
	return &Host{net: n, addr: addr}
}

// Host is one host's wire.Network.
type Host struct {
	net  *Net
	addr string
}

var _ wire.Network = (*Host)(nil)

// Listen implements wire.Network.
func (h *Host) Listen(local wire.Addr, accept func(wire.Socket) wire.Handler) wire.Errno {
	if local.IsLocal() {
		h.net.locals[place{h.addr, local.Host}] = accept
		return wire.OK
	}
	local = h.inside(local)
	if _, taken := h.net.lists[local]; taken {
		return wire.EADDRINUSE
	}
	h.net.lists[local] = accept
	return wire.OK
}

// Unlisten implements wire.Network.
func (h *Host) Unlisten(local wire.Addr) {
	delete(h.net.locals, place{h.addr, local.Host})
	local = h.inside(local)
	delete(h.net.lists, local)
	delete(h.net.refused, local)
}

// Connect implements wire.Network: SYN, SYN-ACK and ACK travel as segments, so it takes a round trip. Between the same
// two addresses there is one connection at a time, and none for a minute after one that this end closed. A host that
// finds no way to send the SYN leaves the socket bound to its port, and to nothing else.
func (h *Host) Connect(local, remote wire.Addr, handler wire.Handler) (wire.Socket, wire.Errno) {
	if remote.IsLocal() {
		return h.connectLocal(remote.Host, handler)
	}
	n := h.net
	if remote = h.inside(remote); isLo(remote) {
		local.Host = remote.Host
	}
	n.inode++
	s := &socket{net: n, local: local, remote: remote, handler: handler, state: wire.SynSent, inode: n.inode}
	if err := n.route(h.addr); err != wire.OK && !isLo(remote) {
		s.local.Host, s.remote, s.state = "0.0.0.0", wire.Addr{Host: "0.0.0.0"}, wire.Close
		return s, err
	}
	pair := [2]wire.Addr{local, remote}
	if old := n.used[pair]; old != nil && old.inUse(n.clock.Now()) {
		s.state = wire.Close
		return s, wire.EADDRNOTAVAIL
	}
	n.used[pair] = s
	n.forget(local, remote)
	n.forget(remote, local)
	n.send(local, remote, "SYN", nil, func() { n.synArrives(s, local, remote) })
	return s, wire.EINPROGRESS
}

// synArrives answers a SYN. One whose sender has given up meanwhile would only lead to a RST from there.
func (n *Net) synArrives(c *socket, client, server wire.Addr) {
	accept, ok := n.lists[server]
	if !ok {
		n.send(server, client, "RST", nil, func() { c.reset(wire.ECONNREFUSED) })
		return
	}
	if c.state != wire.SynSent {
		return
	}
	n.inode++
	s := &socket{net: n, local: server, remote: client, state: wire.SynRecv, inode: n.inode, peer: c}
	c.peer = s
	n.conns = append(n.conns, c)
	n.send(s.local, s.remote, "SYN-ACK", nil, func() {
		if c.closed || c.state != wire.SynSent { // it has given up meanwhile
			n.send(client, server, "RST", nil, func() { s.reset(wire.ECONNRESET) })
			return
		}
		c.change(wire.Established)
		n.send(c.local, c.remote, "ACK", nil, func() {
			s.state = wire.Established
			s.handler = accept(s)
			if len(s.in) > 0 {
				s.handler.DataReady()
			}
		})
	})
}

// send puts one segment on the link and calls arrive at the other end.
func (n *Net) send(src, dst wire.Addr, kind string, payload []byte, arrive func()) {
	if isLo(src) {
		n.loop(src.Host, arrive)
		return
	}
	if n.holds() {
		n.hold(func() { n.send(src, dst, kind, payload, arrive) })
		return
	}
	s := segment{way: ends{src, dst}, kind: kind, payload: payload, arrive: arrive}
	if m := n.missing[s.way]; m != nil {
		m.waiting = append(m.waiting, s)
	} else if !n.launch(&s) {
		n.lose(s)
	}
}

// launch puts a segment on the link once; false if it is lost on the way, or does not even leave the host.
func (n *Net) launch(s *segment) bool {
	if n.stuck(s.way.src.Host, s.way.dst.Host) {
		return false
	}
	n.packet++
	s.id = n.packet
	const headers = 66 // Ethernet, IP and TCP with timestamps
	src, dst, id, size := s.way.src, s.way.dst, n.packet, int64(len(s.payload))
	here, lost := n.hosts[src.Host], n.lost(s)
	to, ok := n.hosts[dst.Host]
	left := n.leaves(src.Host, len(s.payload)+headers)
	o := n.out[src.Host]
	at := max(left+n.link.Delay+o.slow, o.last) // a segment overtakes none
	if o != (wayOut{}) {
		o.last = at
		n.out[src.Host] = o
	}
	srcs, dsts, kinds := n.str(src), n.str(dst), int64(n.log.Str(s.kind))
	if s.blob == 0 {
		s.blob = int64(n.log.Blob(s.payload))
	}
	n.emit(here, ".....", trace.WireSend, id, srcs, dsts, kinds, size, int64(at), s.blob)
	if lost || !ok { // to a host that is not there nothing gets
		n.clock.At(left, func() { here.Softirq(func() { n.fault(here, "LOST", id) }) })
		return false
	}
	a := n.arrival()
	a.to, a.s, a.fields = to, *s, [...]int64{id, srcs, dsts, kinds, size}
	n.clock.At(at, a.comes)
	return true
}

// leaves gives bytes to a host's outgoing link, and says when the last of them is on its way.
func (n *Net) leaves(host string, bytes int) time.Duration {
	at := max(n.clock.Now(), n.free[host])
	if n.link.Bandwidth > 0 {
		at += time.Duration(int64(bytes) * int64(time.Second) / n.link.Bandwidth)
	}
	n.free[host] = at
	return at
}
