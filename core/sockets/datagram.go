//go:build linux

package sockets

import (
	"encoding/binary"
	"syscall"

	"sunscope/core/wire"
)

// datagrams is an unconnected UDP socket.
type datagrams struct {
	h       *Host
	fd      int
	family  int
	number  uint64
	handler wire.DatagramHandler
	local   wire.Addr
	inode   int64
	drained bool // there is nothing to read, until the system says so
	closed  bool
	// The address that was heard of or sent to last, and as the system has it.
	peer     wire.Addr
	peerSock syscall.Sockaddr
	out      datagramsOut
	in       []byte // datagrams of inSize bytes that were read at once, from peer; the last may be shorter
	inSize   int
}

// datagramsOut are datagrams that are sent at once, by one system call through the network stack (UDP_SEGMENT): all to one
// address, all of one size but the last, which may be shorter.
type datagramsOut struct {
	to     wire.Addr // to which the last send was a success, so that others may wait
	sock   syscall.Sockaddr
	bytes  []byte
	size   int
	n      int
	ended  bool // the last one was shorter
	dirty  bool // the socket is in the poller's list
	full   bool // the system takes nothing until it says so
	oob    []byte
	single bool // the system, or the way to that address, does not know it
}

const (
	udpSegment  = 103 // UDP_SEGMENT
	udpGRO      = 104 // UDP_GRO
	mostAtOnce  = 64  // UDP_MAX_SEGMENTS
	mostInBurst = 60000
)

var _ wire.DatagramSocket = (*datagrams)(nil)

// Datagram implements wire.Network.
func (h *Host) Datagram(local wire.Addr, handler wire.DatagramHandler) (wire.DatagramSocket, wire.Errno) {
	_, family, err := sockaddr(local)
	if err != wire.OK {
		return nil, err
	}
	fd, err := newSocket(local, family, syscall.SOCK_DGRAM)
	if err != wire.OK {
		return nil, err
	}
	s := &datagrams{h: h, fd: fd, family: family, handler: handler, local: localAddr(fd), inode: inode(fd)}
	_ = syscall.SetsockoptInt(fd, syscall.IPPROTO_UDP, udpGRO, 1) // before Linux 5.0 each datagram is read by itself
	number, failed := h.poll.add(fd, syscall.EPOLLIN, s)
	if failed != nil {
		syscall.Close(fd)
		return nil, errno(failed)
	}
	s.number = number
	return s, wire.OK
}

// Local implements wire.DatagramSocket.
func (s *datagrams) Local() wire.Addr { return s.local }

// Inode implements wire.DatagramSocket.
func (s *datagrams) Inode() int64 { return s.inode }

// SendTo implements wire.DatagramSocket. To an address that has taken one already it says OK before the datagram is out;
// an error that comes then is that of a datagram lost on its way.
func (s *datagrams) SendTo(p []byte, to wire.Addr) wire.Errno {
	o := &s.out
	switch {
	case s.closed:
		return wire.ENOTCONN
	case len(p) > wire.MaxDatagram:
		return wire.EMSGSIZE
	}
	if o.n > 0 && !o.fits(p, to) {
		s.flush()
	}
	if o.full {
		return wire.EAGAIN
	}
	if o.n == 0 && (o.single || to != o.to || len(p) == 0) {
		return s.sendNow(p, to)
	}
	if o.n == 0 {
		o.size, o.bytes = len(p), o.bytes[:0]
	}
	o.bytes, o.ended = append(o.bytes, p...), len(p) < o.size
	o.n++
	s.h.poll.unsent += burst / datagramBurst
	if !o.dirty {
		o.dirty = true
		s.h.poll.dirty = append(s.h.poll.dirty, s)
	}
	return wire.OK
}

// fits says whether p can go with those that wait.
func (o *datagramsOut) fits(p []byte, to wire.Addr) bool {
	return to == o.to && !o.ended && len(p) > 0 && len(p) <= o.size && o.n < mostAtOnce && len(o.bytes)+len(p) <= mostInBurst
}

// sendNow sends a single datagram.
func (s *datagrams) sendNow(p []byte, to wire.Addr) wire.Errno {
	o := &s.out
	if to != o.to || o.sock == nil {
		if to != s.peer {
			sa, family, err := sockaddr(to)
			switch {
			case err != wire.OK:
				return err
			case family != s.family:
				return wire.EAFNOSUPPORT
			}
			s.peer, s.peerSock = to, sa
		}
		o.to, o.sock, o.single = to, s.peerSock, false
	}
	err := syscall.Sendto(s.fd, p, 0, o.sock)
	if err != nil {
		o.to = wire.Addr{}
	} else {
		s.tap(true, to, p, len(p))
	}
	if err == syscall.EAGAIN {
		s.h.poll.modify(s.fd, s.number, syscall.EPOLLIN|syscall.EPOLLOUT)
	}
	return errno(err)
}

// flush sends the datagrams that wait.
func (s *datagrams) flush() {
	o := &s.out
	o.dirty = false
	if o.n == 0 || s.closed || o.full {
		return
	}
	var err error
	if o.n > 1 {
		if _, err = syscall.SendmsgN(s.fd, o.bytes, o.segments(), o.sock, 0); err == nil {
			s.tap(true, o.to, o.bytes, o.size)
		}
	}
	switch {
	case err == syscall.EAGAIN:
		o.full = true
		s.h.poll.modify(s.fd, s.number, syscall.EPOLLIN|syscall.EPOLLOUT)
		return
	case err != nil || o.n == 1:
		o.single = err != nil
		err = s.sendEach()
	}
	o.n = 0
	if err != nil {
		o.to = wire.Addr{}
	}
}

// sendEach sends them one by one.
func (s *datagrams) sendEach() (err error) {
	o := &s.out
	for rest := o.bytes; len(rest) > 0 && err == nil; {
		n := min(o.size, len(rest))
		if err = syscall.Sendto(s.fd, rest[:n], 0, o.sock); err == nil {
			s.tap(true, o.to, rest[:n], n)
		}
		rest = rest[n:]
	}
	return err
}

// segments is the control message that says where a datagram ends.
func (o *datagramsOut) segments() []byte {
	if o.oob == nil {
		o.oob = make([]byte, syscall.CmsgSpace(2))
		if syscall.SizeofCmsghdr == 16 {
			binary.NativeEndian.PutUint64(o.oob, uint64(syscall.CmsgLen(2)))
		} else {
			binary.NativeEndian.PutUint32(o.oob, uint32(syscall.CmsgLen(2)))
		}
		binary.NativeEndian.PutUint32(o.oob[syscall.SizeofCmsghdr-8:], syscall.IPPROTO_UDP)
		binary.NativeEndian.PutUint32(o.oob[syscall.SizeofCmsghdr-4:], udpSegment)
	}
	binary.NativeEndian.PutUint16(o.oob[syscall.SizeofCmsghdr:], uint16(o.size))
	return o.oob
}

// RecvFrom implements wire.DatagramSocket.
func (s *datagrams) RecvFrom() ([]byte, wire.Addr, wire.Errno) {
	if len(s.in) == 0 && !s.read() {
		return nil, wire.Addr{}, wire.EAGAIN
	}
	n := min(s.inSize, len(s.in))
	p := s.in[:n:n]
	s.in = s.in[n:]
	return p, s.peer, wire.OK
}

// read takes a datagram, or several from one sender that the system has put together. False: there is none.
func (s *datagrams) read() bool {
	if s.drained || s.closed {
		return false
	}
	var oob [64]byte
	n, oobn, _, from, err := syscall.Recvmsg(s.fd, s.h.poll.buf[:], oob[:], 0)
	if err != nil {
		s.drained = err == syscall.EAGAIN
		return false
	}
	s.heard(from)
	s.in, s.inSize = append([]byte(nil), s.h.poll.buf[:n]...), n
	if oobn > 0 {
		if size := gro(oob[:oobn]); size > 0 {
			s.inSize = size
		}
	}
	s.tap(false, s.peer, s.in, s.inSize)
	return true
}

// heard notes whose the datagram is: most are answered.
func (s *datagrams) heard(from syscall.Sockaddr) {
	switch a := from.(type) {
	case *syscall.SockaddrInet4:
		if b, ok := s.peerSock.(*syscall.SockaddrInet4); ok && a.Addr == b.Addr && a.Port == b.Port {
			return
		}
	case *syscall.SockaddrInet6:
		if b, ok := s.peerSock.(*syscall.SockaddrInet6); ok && a.Addr == b.Addr && a.Port == b.Port && a.ZoneId == b.ZoneId {
			return
		}
	}
	s.peer, s.peerSock = address(from), from
}

// gro is the size of the datagrams that were put together; 0: it was one.
func gro(oob []byte) int {
	all, err := syscall.ParseSocketControlMessage(oob)
	if err != nil {
		return 0
	}
	for _, m := range all {
		if m.Header.Level == syscall.IPPROTO_UDP && m.Header.Type == udpGRO && len(m.Data) >= 4 {
			return int(binary.NativeEndian.Uint32(m.Data))
		}
	}
	return 0
}

// news implements sock.
func (s *datagrams) news(events uint32) {
	if events&syscall.EPOLLOUT != 0 {
		s.h.poll.modify(s.fd, s.number, syscall.EPOLLIN)
		s.out.full = false
		s.flush()
		s.handler.WriteSpace()
	}
	if events&(syscall.EPOLLIN|syscall.EPOLLERR) != 0 && !s.closed {
		s.drained = false
		s.handler.DataReady()
	}
}

// Close implements wire.DatagramSocket. What the system does not take any more is lost.
func (s *datagrams) Close() {
	if s.closed {
		return
	}
	s.flush()
	s.closed = true
	delete(s.h.poll.socks, s.number)
	s.close()
}

func (s *datagrams) close() { syscall.Close(s.fd) }
