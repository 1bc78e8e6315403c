package loopback

import (
	"strconv"

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

// sendDatagram puts one datagram on the link. What a fault does to it is an event of its own.
func (n *Net) sendDatagram(s *datagramSocket, to wire.Addr, payload []byte) {
	n.packet++
	id, kind := n.packet, int64(n.log.Str("DGRAM"))
	srcs, dsts := int64(n.log.Str(s.local.String())), int64(n.log.Str(to.String()))
	faults, delay := n.faults(s.local.Host), n.delay(s.local.Host)
	fate := faults.draw(delay)
	fate.lost = fate.lost || n.down
	left := n.leaves(s.local.Host, onTheWire(len(payload)))
	at := left + delay + fate.late
	here := n.hosts[s.local.Host]
	here.Emit(".....", trace.WireSend, id, srcs, dsts, kind, int64(len(payload)), int64(at), int64(n.log.Str(string(payload))))
	s.leaving += len(payload)
	n.clock.At(left, func() {
		s.leaving -= len(payload)
		here.Softirq(func() {
			if fate.lost {
				n.fault(here, "LOST", id)
			}
			if !s.closed {
				s.handler.WriteSpace()
			}
		})
	})
	there, ok := n.hosts[to.Host]
	if !ok || fate.lost {
		return
	}
	arrive := func() {
		there.Softirq(func() {
			there.Emit("..s2.", trace.WireRecv, id, srcs, dsts, kind, int64(len(payload)))
			n.datagramArrives(there, id, to, datagram{s.local, payload})
		})
	}
	n.clock.At(at, arrive)
	if fate.twice > 0 {
		n.clock.At(at+fate.twice, func() {
			there.Softirq(func() { n.fault(there, "DUPLICATE", id) })
			arrive()
		})
	}
}

// fault says what the network did to a packet: the event names it as the wire events do.
func (n *Net) fault(m Machine, kind string, packet int64) {
	m.Emit("..s2.", trace.Fault, int64(n.log.Str(kind)), int64(n.log.Str("packet="+strconv.FormatInt(packet, 10))))
}

// datagramArrives gives a datagram to the socket on its port. Nobody hears of one that no socket takes: an unconnected
// socket is told nothing of ICMP's answers.
func (n *Net) datagramArrives(m Machine, id int64, to wire.Addr, d datagram) {
	s, ok := n.dgrams[to]
	if !ok {
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
