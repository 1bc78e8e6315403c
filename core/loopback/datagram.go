package loopback

import (
	"strconv"

	"sunscope/core/time"
	"sunscope/core/trace"
	"sunscope/core/wire"
)

// The buffers of a datagram socket in bytes (net.core.wmem_default and rmem_default): what has not left yet, and what
// has arrived and nobody has read. A datagram that finds the second one full is lost.
const (
	DatagramSendBuffer = 212992
	DatagramRecvBuffer = 212992
)

// datagramSocket is an unconnected UDP socket.
type datagramSocket struct {
	net     *Net
	local   wire.Addr
	handler wire.DatagramHandler
	inode   int64
	leaving int // bytes that the network card has not sent yet
	waiting int // bytes in in
	in      []datagram
	closed  bool
}

type datagram struct {
	from    wire.Addr
	payload []byte
}

// Datagram implements wire.Network.
func (h *Host) Datagram(local wire.Addr, handler wire.DatagramHandler) (wire.DatagramSocket, wire.Errno) {
	n := h.net
	if _, taken := n.dgrams[local]; taken {
		return nil, wire.EADDRINUSE
	}
	n.inode++
	s := &datagramSocket{net: n, local: local, handler: handler, inode: n.inode}
	n.dgrams[local] = s
	return s, wire.OK
}

func (s *datagramSocket) Local() wire.Addr { return s.local }
func (s *datagramSocket) Inode() int64     { return s.inode }

// Close implements wire.DatagramSocket.
func (s *datagramSocket) Close() {
	if s.closed {
		return
	}
	s.closed, s.in = true, nil
	delete(s.net.dgrams, s.local)
}

// SendTo implements wire.DatagramSocket.
func (s *datagramSocket) SendTo(p []byte, to wire.Addr) wire.Errno {
	switch {
	case s.closed:
		return wire.ENOTCONN
	case len(p) > wire.MaxDatagram:
		return wire.EMSGSIZE
	case s.leaving > 0 && s.leaving+len(p) > DatagramSendBuffer:
		return wire.EAGAIN
	}
	if err := s.net.sendmsg(s.local.Host); err != wire.OK {
		return err
	}
	s.net.sendDatagram(s, to, append([]byte(nil), p...))
	return wire.OK
}

// RecvFrom implements wire.DatagramSocket.
func (s *datagramSocket) RecvFrom() ([]byte, wire.Addr, wire.Errno) {
	if len(s.in) == 0 {
		return nil, wire.Addr{}, wire.EAGAIN
	}
	d := s.in[0]
	s.in = s.in[1:]
	s.waiting -= len(d.payload)
	return d.payload, d.from, wire.OK
}

// onTheWire is how many bytes a datagram takes with its headers, fragments included.
func onTheWire(payload int) int {
	const frame, mtu, udp = 34, 1480, 8 // Ethernet and IP; what an IP packet carries on Ethernet
	fragments := (payload + udp + mtu - 1) / mtu
	return payload + udp + frame*fragments
}

// sendDatagram puts one datagram on the link. What a fault does to it is an event of its own, once it has left the
// sender; a duplicate is a packet with a number of its own from there on.
func (n *Net) sendDatagram(s *datagramSocket, to wire.Addr, payload []byte) {
	faults, delay := n.faults(s.local.Host), n.delay(s.local.Host)
	fate := faults.draw(delay)
	_, there := n.hosts[to.Host]
	fate.lost = fate.lost || n.stuck(s.local.Host, to.Host) || !there
	left := n.leaves(s.local.Host, onTheWire(len(payload)))
	at := left + delay + fate.late
	d := datagram{s.local, payload}
	id := n.sayDatagram(d, to, at)
	here := n.hosts[s.local.Host]
	s.leaving += len(payload)
	n.clock.At(left, func() {
		s.leaving -= len(payload)
		here.Softirq(func() {
			if fate.lost {
				n.fault(here, "LOST", id)
			} else if fate.twice > 0 {
				n.fault(here, "DUPLICATE", id)
				n.deliver(d, to, n.sayDatagram(d, to, at+fate.twice), at+fate.twice)
			}
			if !s.closed {
				s.handler.WriteSpace()
			}
		})
	})
	if !fate.lost {
		n.deliver(d, to, id, at)
	}
}

// sayDatagram logs that a datagram sets out, and returns its number.
func (n *Net) sayDatagram(d datagram, to wire.Addr, arrives time.Duration) int64 {
	n.packet++
	n.hosts[d.from.Host].Emit(".....", trace.WireSend, n.packet, int64(n.log.Str(d.from.String())), int64(n.log.Str(to.String())),
		int64(n.log.Str("DGRAM")), int64(len(d.payload)), int64(arrives), int64(n.log.Str(string(d.payload))))
	return n.packet
}

// deliver lets a datagram arrive.
func (n *Net) deliver(d datagram, to wire.Addr, id int64, at time.Duration) {
	there := n.hosts[to.Host]
	n.clock.At(at, func() {
		if n.meddledDatagram(d, to, id) {
			return
		}
		there.Softirq(func() {
			there.Emit("..s2.", trace.WireRecv, id, int64(n.log.Str(d.from.String())), int64(n.log.Str(to.String())),
				int64(n.log.Str("DGRAM")), int64(len(d.payload)))
			n.datagramArrives(there, id, to, d)
		})
	})
}

// fault says what the network did to a packet: the event names it as the wire events do.
func (n *Net) fault(m Machine, kind string, packet int64) {
	m.Emit("..s2.", trace.Fault, int64(n.log.Str(kind)), int64(n.log.Str("packet="+strconv.FormatInt(packet, 10))))
}

// datagramArrives gives a datagram to the socket on its port. Nobody hears of one that no socket takes: an unconnected
// socket is told nothing of ICMP's answers. The event is for who watches.
func (n *Net) datagramArrives(m Machine, id int64, to wire.Addr, d datagram) {
	s, ok := n.dgrams[to]
	if !ok {
		n.fault(m, "NOPORT", id)
		return
	}
	if s.waiting > 0 && s.waiting+len(d.payload) > DatagramRecvBuffer {
		n.fault(m, "OVERFLOW", id)
		return
	}
	s.in = append(s.in, d)
	s.waiting += len(d.payload)
	s.handler.DataReady()
}
