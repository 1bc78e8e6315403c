//go:build linux

package sockets

import (
	"syscall"

	"sunscope/core/time"
	"sunscope/core/wire"
)

var _ wire.Network = (*Host)(nil)

// Connect implements wire.Network. Whatever goes wrong with the connection itself, even at once, the handler hears of;
// only a port that cannot be had or a missing route is an answer.
func (h *Host) Connect(local, remote wire.Addr, handler wire.Handler) (wire.Socket, wire.Errno) {
	s := &stream{h: h, fd: -1, handler: handler, state: wire.Close, local: wire.Addr{Host: "0.0.0.0"}, remote: wire.Addr{Host: "0.0.0.0"}}
	sa, family, err := sockaddr(remote)
	if err != wire.OK {
		return s, err
	}
	if s.unix = family == syscall.AF_UNIX; s.unix {
		local = wire.Addr{}
	} else {
		s.remote = remote
	}
	if s.fd, err = newSocket(local, family, syscall.SOCK_STREAM); err != wire.OK {
		return s, err
	}
	s.inode = inode(s.fd)
	err = errno(syscall.Connect(s.fd, sa))
	s.local = localAddr(s.fd)
	switch {
	case err == wire.OK && s.unix:
		s.state = wire.Established
		return s, s.watch()
	case err == wire.OK || err == wire.EINPROGRESS:
		s.state = wire.SynSent
		s.tap(true, "SYN", nil)
		if err := s.watch(); err != wire.OK {
			return s, err
		}
		return s, wire.EINPROGRESS
	case err == wire.ECONNREFUSED && !s.unix:
		s.state = wire.SynSent
		s.tap(true, "SYN", nil)
		h.raise(func() { s.reset(err) })
		return s, wire.EINPROGRESS
	}
	return s, err
}

// listener is a listening socket.
type listener struct {
	h      *Host
	fd     int
	number uint64
	accept func(wire.Socket) wire.Handler
	bound  wire.Addr
}

// Listen implements wire.Network. A path whose socket nobody listens on any more is taken over.
func (h *Host) Listen(local wire.Addr, accept func(wire.Socket) wire.Handler) wire.Errno {
	_, family, err := sockaddr(local)
	if err != wire.OK {
		return err
	}
	fd, err := newSocket(local, family, syscall.SOCK_STREAM)
	if err == wire.EADDRINUSE && local.IsLocal() && abandoned(local.Host) {
		_ = syscall.Unlink(local.Host)
		fd, err = newSocket(local, family, syscall.SOCK_STREAM)
	}
	if err != wire.OK {
		return err
	}
	l := &listener{h: h, fd: fd, accept: accept, bound: localAddr(fd)}
	failed := syscall.Listen(fd, backlog)
	if failed == nil {
		l.number, failed = h.poll.add(fd, syscall.EPOLLIN, l)
	}
	if failed != nil {
		syscall.Close(fd)
		return errno(failed)
	}
	if local.IsLocal() {
		_ = syscall.Chmod(local.Host, 0o666)
	}
	h.listeners[local] = l
	return wire.OK
}

// backlog is how many connections may wait to be accepted; the system has a limit of its own.
const backlog = 4096

// abandoned says that a path is a socket to which nobody can connect.
func abandoned(path string) bool {
	fd, err := newSocket(wire.Addr{}, syscall.AF_UNIX, syscall.SOCK_STREAM)
	if err != wire.OK {
		return false
	}
	defer syscall.Close(fd)
	return syscall.Connect(fd, &syscall.SockaddrUnix{Name: path}) == syscall.ECONNREFUSED
}

// Unlisten implements wire.Network.
func (h *Host) Unlisten(local wire.Addr) {
	l := h.listeners[local]
	if l == nil {
		return
	}
	delete(h.listeners, local)
	delete(h.poll.socks, l.number)
	l.close()
	if local.IsLocal() {
		_ = syscall.Unlink(local.Host)
	}
}

// Listening is where the last listener that was asked for as local listens: with the port that the system has chosen if
// local's was 0.
func (h *Host) Listening(local wire.Addr) (wire.Addr, bool) {
	l := h.listeners[local]
	if l == nil {
		return wire.Addr{}, false
	}
	return l.bound, true
}

func (l *listener) close() { syscall.Close(l.fd) }

// batch is how many connections are accepted before others have their turn.
const batch = 64

// breath is how long nobody is accepted when the system has no more files.
const breath = 50 * time.Millisecond

// news implements sock.
func (l *listener) news(uint32) {
	for range batch {
		fd, sa, err := syscall.Accept4(l.fd, syscall.SOCK_NONBLOCK|syscall.SOCK_CLOEXEC)
		switch err {
		case nil:
			l.accepted(fd, sa)
		case syscall.EMFILE, syscall.ENFILE, syscall.ENOBUFS, syscall.ENOMEM:
			l.h.At(l.h.now+breath, l.again)
			return
		case syscall.ECONNABORTED, syscall.EINTR:
		default:
			return
		}
	}
	l.h.raise(l.again)
}

func (l *listener) again() {
	if l.h.poll.socks[l.number] == sock(l) {
		l.news(0)
	}
}

func (l *listener) accepted(fd int, sa syscall.Sockaddr) {
	h := l.h
	s := &stream{h: h, fd: fd, state: wire.Established, local: localAddr(fd), remote: address(sa), inode: inode(fd), server: true, guarded: guarded{heard: h.now}}
	_, s.unix = sa.(*syscall.SockaddrUnix)
	if !s.unix {
		_ = syscall.SetsockoptInt(fd, syscall.IPPROTO_TCP, syscall.TCP_NODELAY, 1)
	}
	s.tapOpened()
	h.makeRoom()
	h.conns.add(s)
	s.handler = l.accept(s)
	if s.watch() != wire.OK {
		h.raise(func() { s.reset(wire.ENOBUFS) })
	}
}
