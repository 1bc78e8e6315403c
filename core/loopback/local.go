package loopback

import (
	"sunscope/core/time"
	"sunscope/core/wire"
)

// place is an AF_LOCAL socket's name: a path on one host.
type place struct{ host, path string }

// localSocket is one end of an AF_LOCAL stream. Nothing lies between the ends: what one sends the other has at once, and
// hears of it in the sender's thread. No event of the network tells of it.
type localSocket struct {
	peer    *localSocket
	handler wire.Handler
	state   wire.SockState
	inode   int64
	in      []byte
	starved bool
	closed  bool
	ended   bool // the other end is shut down
}

func (h *Host) connectLocal(path string, handler wire.Handler) (wire.Socket, wire.Errno) {
	n := h.net
	n.inode++
	s := &localSocket{handler: handler, state: wire.Close, inode: n.inode}
	accept, ok := n.locals[place{h.addr, path}]
	if !ok {
		return s, wire.ENOENT
	}
	n.inode++
	s.state = wire.Established
	s.peer = &localSocket{peer: s, state: wire.Established, inode: n.inode}
	s.peer.handler = accept(s.peer)
	return s, wire.OK
}

func (s *localSocket) State() wire.SockState { return s.state }
func (s *localSocket) Inode() int64          { return s.inode }

// Local and Remote are empty: as the kernel's trace has it, an AF_LOCAL socket has no address.
func (s *localSocket) Local() wire.Addr  { return wire.Addr{Host: "0.0.0.0"} }
func (s *localSocket) Remote() wire.Addr { return wire.Addr{Host: "0.0.0.0"} }

// Send implements wire.Socket.
func (s *localSocket) Send(p []byte) (int, wire.Errno) {
	if s.peer == nil || s.closed || s.ended || s.peer.closed {
		return 0, wire.EPIPE
	}
	n := min(len(p), SendBuffer-len(s.peer.in))
	s.peer.in = append(s.peer.in, p[:n]...)
	if n > 0 {
		s.peer.handler.DataReady()
	}
	if n < len(p) {
		s.starved = true
		return n, wire.EAGAIN
	}
	return n, wire.OK
}

// Recv implements wire.Socket.
func (s *localSocket) Recv(p []byte) (int, wire.Errno) {
	if len(s.in) == 0 {
		if s.ended {
			return 0, wire.OK
		}
		return 0, wire.EAGAIN
	}
	n := copy(p, s.in)
	s.in = append(s.in[:0], s.in[n:]...)
	if o := s.peer; o.starved && len(s.in) <= SendBuffer*2/3 && !o.closed {
		o.starved = false
		o.handler.WriteSpace()
	}
	return n, wire.OK
}

// Shutdown implements wire.Socket.
func (s *localSocket) Shutdown() {
	if o := s.peer; o != nil && !o.ended {
		o.ended = true
		if !o.closed {
			o.handler.StateChange(wire.CloseWait)
		}
	}
}

// SetUserTimeout implements wire.Socket: nothing is ever lost on the way.
func (s *localSocket) SetUserTimeout(time.Duration) {}

// Close implements wire.Socket.
func (s *localSocket) Close() {
	s.closed = true
	s.Shutdown()
}
