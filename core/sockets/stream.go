//go:build linux

package sockets

import (
	"syscall"

	"sunscope/core/time"
	"sunscope/core/wire"
)

// OutLimit is how many bytes a socket takes before the system has taken any of them.
const OutLimit = 1 << 18

// stream is a TCP or AF_UNIX connection.
type stream struct {
	h             *Host
	fd            int
	number        uint64 // the poller's
	handler       wire.Handler
	state         wire.SockState
	local, remote wire.Addr
	inode         int64
	unix, server  bool

	in      []byte // read, and not yet wanted
	room    []byte // where that lies
	drained bool   // there is nothing to read, until the system says so
	hup     bool   // behind what there is to read stands the end
	ended   bool   // the other end's FIN has been heard of
	ending  bool   // it has come, and the handler is about to hear of it
	out     []byte // to be written
	written int    // of it
	dirty   bool   // it is in the poller's list
	full    bool   // the system takes nothing until it says so
	starved bool   // WriteSpace is owed
	fin     bool   // when all is written, so is FIN
	tapped  bool   // the tap has heard of our FIN
	broken  bool   // it was reset
	closed  bool
	guarded
}

var _ wire.Socket = (*stream)(nil)

// watch lets the poller have an eye on the socket.
func (s *stream) watch() wire.Errno {
	const events = syscall.EPOLLIN | syscall.EPOLLOUT | syscall.EPOLLRDHUP
	var err error
	s.number, err = s.h.poll.add(s.fd, events, s)
	return errno(err)
}

// State implements wire.Socket.
func (s *stream) State() wire.SockState { return s.state }

// Local implements wire.Socket.
func (s *stream) Local() wire.Addr { return s.local }

// Remote implements wire.Socket.
func (s *stream) Remote() wire.Addr { return s.remote }

// Inode implements wire.Socket.
func (s *stream) Inode() int64 { return s.inode }

// SetUserTimeout implements wire.Socket.
func (s *stream) SetUserTimeout(d time.Duration) {
	const userTimeout = 18 // TCP_USER_TIMEOUT
	if !s.unix && s.fd >= 0 {
		_ = syscall.SetsockoptInt(s.fd, syscall.IPPROTO_TCP, userTimeout, int(d.Milliseconds()))
	}
}

// Send implements wire.Socket. A server's reply is taken whole, so that no thread ever waits for a client that does not
// read; Room tells the server in time.
func (s *stream) Send(p []byte) (int, wire.Errno) {
	if s.closed || s.fin || s.state != wire.Established && s.state != wire.CloseWait {
		return 0, wire.EPIPE
	}
	n := len(p)
	if !s.server {
		n = min(n, max(0, OutLimit-s.unwritten()))
	}
	if s.out == nil {
		s.out = s.h.poll.outRoom()
	}
	s.out = append(s.out, p[:n]...)
	s.h.poll.unsent++
	if !s.dirty && !s.full {
		s.dirty = true
		s.h.poll.dirty = append(s.h.poll.dirty, s)
	}
	if n < len(p) {
		s.starved = true
		return n, wire.EAGAIN
	}
	return n, wire.OK
}

func (s *stream) unwritten() int { return len(s.out) - s.written }

// Room says whether a server should take up another call from this connection; if not, WriteSpace follows.
func (s *stream) Room() bool {
	if s.unwritten() < OutLimit {
		return true
	}
	s.starved = true
	return false
}

// flush writes as much as the system takes.
func (s *stream) flush() {
	s.dirty = false
	for !s.closed && s.written < len(s.out) {
		n, err := syscall.Write(s.fd, s.out[s.written:])
		if err == syscall.EAGAIN {
			s.full = true
			break
		}
		if err == syscall.EINTR {
			continue
		}
		if err != nil {
			s.reset(errno(err))
			return
		}
		s.tap(true, "DATA", s.out[s.written:s.written+n])
		s.written += n
		s.heard, s.stuck = s.h.now, 0
	}
	switch {
	case s.written == len(s.out):
		s.h.poll.keepOut(s.out)
		s.out, s.written = nil, 0
		if s.fin && !s.closed {
			_ = syscall.Shutdown(s.fd, syscall.SHUT_WR)
			s.tapEnd()
		}
	case s.written > OutLimit:
		s.out = append([]byte(nil), s.out[s.written:]...)
		s.written = 0
	}
	if s.starved && s.unwritten() <= OutLimit*2/3 && !s.closed {
		s.starved = false
		s.h.raise(s.writeSpace)
	}
}

func (s *stream) writeSpace() {
	if !s.closed {
		s.handler.WriteSpace()
	}
}

// Recv implements wire.Socket. It reads as much as there is at once, so that the next calls cost nothing.
func (s *stream) Recv(p []byte) (int, wire.Errno) {
	if len(s.in) > 0 {
		n := copy(p, s.in)
		if s.in = s.in[n:]; len(s.in) == 0 {
			s.forget()
		}
		return n, wire.OK
	}
	if s.ended {
		return 0, wire.OK
	}
	if s.drained || s.closed || s.fd < 0 || s.state == wire.SynSent || s.state == wire.Close {
		return 0, wire.EAGAIN
	}
	buf := s.h.poll.buf[:]
	if len(p) >= len(buf) {
		buf = p
	}
	n, err := syscall.Read(s.fd, buf)
	switch {
	case err == syscall.EAGAIN || err == syscall.EINTR:
		s.drained = err == syscall.EAGAIN
		return 0, wire.EAGAIN
	case err != nil:
		s.h.raise(func() { s.reset(errno(err)) })
		s.drained = true
		return 0, wire.EAGAIN
	case n == 0:
		s.drained = true
		s.end()
		return 0, wire.EAGAIN
	}
	s.tap(false, "DATA", buf[:n])
	s.drained = n < len(buf) && !s.hup // epoll(7): what comes later is news
	if len(p) >= len(buf) {
		return n, wire.OK
	}
	m := copy(p, buf[:n])
	if m < n {
		s.room = s.h.poll.room()
		s.in = append(s.room[:0], buf[m:n]...)
	}
	return m, wire.OK
}

// forget gives the memory back in which unwanted bytes lay.
func (s *stream) forget() {
	if s.room != nil {
		s.h.poll.spare = append(s.h.poll.spare, s.room)
	}
	s.in, s.room = nil, nil
}

// end has the handler hear, in a softirq, that the other end has sent FIN. Until then there seems to be nothing to read.
func (s *stream) end() {
	if s.ending {
		return
	}
	s.ending = true
	s.tap(false, "FIN", nil)
	s.h.raise(func() {
		if s.closed {
			return
		}
		s.ended = true
		switch s.state {
		case wire.Established:
			s.change(wire.CloseWait)
			if !s.closed {
				s.handler.DataReady()
			}
		case wire.FinWait1, wire.FinWait2:
			s.change(wire.Close)
		}
	})
}

func (s *stream) change(to wire.SockState) {
	s.state = to
	if !s.closed {
		s.handler.StateChange(to)
	}
}

// news implements sock.
func (s *stream) news(events uint32) {
	const gone = syscall.EPOLLERR | syscall.EPOLLHUP
	if s.state == wire.SynSent {
		if events&(syscall.EPOLLOUT|gone) == 0 {
			return
		}
		if !s.connected() {
			return
		}
	}
	if events&syscall.EPOLLERR != 0 {
		if why, _ := syscall.GetsockoptInt(s.fd, syscall.SOL_SOCKET, syscall.SO_ERROR); why != 0 {
			s.reset(-wire.Errno(why))
			return
		}
	}
	if events&syscall.EPOLLOUT != 0 && s.full {
		s.full = false
		s.flush()
	}
	if events&(syscall.EPOLLIN|syscall.EPOLLRDHUP|gone) != 0 && !s.closed && s.state != wire.Close {
		s.arrived(events)
	}
}

// connected is the end of a handshake; false if it has failed.
func (s *stream) connected() bool {
	why, err := syscall.GetsockoptInt(s.fd, syscall.SOL_SOCKET, syscall.SO_ERROR)
	if err == nil && why != 0 {
		s.reset(-wire.Errno(why))
		return false
	}
	s.local = localAddr(s.fd)
	s.tap(false, "SYN-ACK", nil)
	s.tap(true, "ACK", nil)
	s.change(wire.Established)
	return !s.closed
}

// arrived hears that there is something to read, were it only the end.
func (s *stream) arrived(events uint32) {
	s.drained, s.heard = false, s.h.now
	s.hup = s.hup || events&(syscall.EPOLLRDHUP|syscall.EPOLLHUP) != 0
	if events&(syscall.EPOLLRDHUP|syscall.EPOLLHUP) != 0 && len(s.in) == 0 {
		var one [1]byte
		if n, _, err := syscall.Recvfrom(s.fd, one[:], syscall.MSG_PEEK); n == 0 && err == nil {
			s.drained = true
			s.end()
			return
		}
	}
	s.handler.DataReady()
}

// reset is the connection's violent end.
func (s *stream) reset(why wire.Errno) {
	if s.closed || s.state == wire.Close {
		return
	}
	s.tapReset(why)
	s.change(wire.Close)
	if !s.closed {
		s.handler.Error(why)
	}
}

// Shutdown implements wire.Socket. What the handler hears of it here it hears in the kernel too, in the thread that calls.
func (s *stream) Shutdown() {
	switch {
	case s.fd < 0 || s.closed || s.fin:
		return
	case s.state == wire.SynSent:
		s.state = wire.Close
		return
	case s.state == wire.Established && !s.unix:
		s.change(wire.FinWait1)
	case s.state == wire.CloseWait && !s.unix:
		s.change(wire.LastAck)
		s.h.raise(func() {
			if s.state == wire.LastAck {
				s.change(wire.Close)
			}
		})
	case s.state != wire.Established && s.state != wire.CloseWait:
		return
	}
	s.fin = true
	if !s.dirty && !s.full {
		s.flush()
	}
}

// Close implements wire.Socket. What the system does not take any more is lost.
func (s *stream) Close() {
	if s.closed {
		return
	}
	if s.state == wire.Established || s.state == wire.CloseWait {
		s.starved = false
		s.flush()
	}
	s.tapEnd()
	s.closed = true
	if s.fd < 0 {
		return
	}
	delete(s.h.poll.socks, s.number)
	if s.server {
		s.h.conns.remove(s)
	}
	s.close()
	s.forget()
	s.out, s.written = nil, 0
}

func (s *stream) close() { syscall.Close(s.fd) }
