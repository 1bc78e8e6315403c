//go:build linux

package sockets

import (
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
	// The address that was sent to last, as the system wants it.
	to     wire.Addr
	toSock syscall.Sockaddr
}

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

// SendTo implements wire.DatagramSocket.
func (s *datagrams) SendTo(p []byte, to wire.Addr) wire.Errno {
	if s.closed {
		return wire.ENOTCONN
	}
	if to != s.to {
		sa, family, err := sockaddr(to)
		switch {
		case err != wire.OK:
			return err
		case family != s.family:
			return wire.EAFNOSUPPORT
		}
		s.to, s.toSock = to, sa
	}
	err := syscall.Sendto(s.fd, p, 0, s.toSock)
	if err == syscall.EAGAIN {
		s.h.poll.modify(s.fd, s.number, syscall.EPOLLIN|syscall.EPOLLOUT)
	}
	return errno(err)
}

// RecvFrom implements wire.DatagramSocket.
func (s *datagrams) RecvFrom() ([]byte, wire.Addr, wire.Errno) {
	if s.drained || s.closed {
		return nil, wire.Addr{}, wire.EAGAIN
	}
	n, from, err := syscall.Recvfrom(s.fd, s.h.poll.buf[:], 0)
	if err != nil {
		s.drained = err == syscall.EAGAIN
		return nil, wire.Addr{}, wire.EAGAIN
	}
	a := address(from)
	s.to, s.toSock = a, from // most datagrams are answered
	return append([]byte(nil), s.h.poll.buf[:n]...), a, wire.OK
}

// news implements sock.
func (s *datagrams) news(events uint32) {
	if events&syscall.EPOLLOUT != 0 {
		s.h.poll.modify(s.fd, s.number, syscall.EPOLLIN)
		s.handler.WriteSpace()
	}
	if events&(syscall.EPOLLIN|syscall.EPOLLERR) != 0 && !s.closed {
		s.drained = false
		s.handler.DataReady()
	}
}

// Close implements wire.DatagramSocket.
func (s *datagrams) Close() {
	if s.closed {
		return
	}
	s.closed = true
	delete(s.h.poll.socks, s.number)
	s.close()
}

func (s *datagrams) close() { syscall.Close(s.fd) }
