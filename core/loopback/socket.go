package loopback

import (
	"sunscope/core/time"
	"sunscope/core/wire"
)

// socket is one end of a connection.
type socket struct {
	net           *Net
	local, remote wire.Addr
	handler       wire.Handler
	peer          *socket
	state         wire.SockState
	inode         int64
	in            []byte // arrived and not yet received
	room          []byte // the memory in which in lies, from its beginning
	flying        int    // sent and not yet arrived: what fills the send buffer
	starved       bool   // a Send was cut short: WriteSpace is owed
	ended         bool   // the other end sent FIN
	closed        bool
	userTimeout   time.Duration // TCP_USER_TIMEOUT; 0: none
	lingers       time.Duration // TIME_WAIT: until when nobody may connect between the same addresses
}

// timeWait is how long the addresses of a connection stay taken at the end that closed it first (TCP_TIMEWAIT_LEN).
const timeWait = 60 * time.Second

// privileged are the ports below this. A socket that connects from one has been bound to it by name, and then Linux lets the
// next connection take over from one in TIME_WAIT, by its timestamps: recording 14 connects from port 1013 twenty seconds
// after it has closed a connection from there.
const privileged = 1024

// inUse says whether the connection keeps others from connecting between the same addresses.
func (s *socket) inUse(now time.Duration) bool {
	switch {
	case s.state == wire.Close:
		return now < s.lingers && s.local.Port >= privileged
	case s.state == wire.SynSent:
		return !s.closed
	}
	return true
}

func (s *socket) State() wire.SockState { return s.state }
func (s *socket) Local() wire.Addr      { return outside(s.local) }
func (s *socket) Remote() wire.Addr     { return outside(s.remote) }
func (s *socket) Inode() int64          { return s.inode }

//go:noinline
func (s *socket) change(to wire.SockState) {
	s.state = to
	if !s.closed && s.handler != nil {
		s.handler.StateChange(to)
	}
}

// Send implements wire.Socket; what it takes is cut into segments at once.
func (s *socket) Send(p []byte) (int, wire.Errno) {
	if s.state != wire.Established && s.state != wire.CloseWait {
		return 0, wire.EPIPE
	}
	sent := 0
	for sent < len(p) {
		room := min(SendBuffer-s.flying, MSS, len(p)-sent)
		if room <= 0 {
			s.starved = true
			return sent, wire.EAGAIN
		}
		s.segment(p[sent : sent+room])
		sent += room
	}
	return sent, wire.OK
}

func (s *socket) segment(p []byte) {
	payload := append([]byte(nil), p...)
	s.flying += len(payload)
	s.net.send(s.local, s.remote, "DATA", payload, func() {
		s.peer.arrived(payload)
		s.flying -= len(payload)
		if s.starved && s.flying <= SendBuffer*2/3 && !s.closed {
			s.starved = false
			s.handler.WriteSpace()
		}
	})
}

func (s *socket) arrived(payload []byte) {
	if s.closed {
		return
	}
	if len(s.in)+len(payload) > cap(s.in) {
		s.room = append(make([]byte, 0, 2*(len(s.in)+len(payload))), s.in...)
		s.in = s.room
	}
	s.in = append(s.in, payload...)
	if s.handler != nil {
		s.handler.DataReady()
	}
}

// Recv implements wire.Socket.
func (s *socket) Recv(p []byte) (int, wire.Errno) {
	if len(s.in) == 0 {
		if s.ended {
			return 0, wire.OK
		}
		return 0, wire.EAGAIN
	}
	n := copy(p, s.in)
	if s.in = s.in[n:]; len(s.in) == 0 {
		s.in, s.room = s.room[:0], s.room[:0]
	}
	return n, wire.OK
}

// reset is what a RST from the other end does.
func (s *socket) reset(why wire.Errno) {
	if s.state == wire.Close {
		return
	}
	s.net.forget(s.local, s.remote)
	s.change(wire.Close)
	if !s.closed && s.handler != nil {
		s.handler.Error(why)
	}
}

// Shutdown implements wire.Socket.
func (s *socket) Shutdown() {
	switch s.state {
	case wire.Established:
		s.change(wire.FinWait1)
	case wire.CloseWait:
		s.change(wire.LastAck)
	case wire.SynSent: // it is as if it never had tried (tcp_disconnect), but for its port
		s.net.forget(s.local, s.remote)
		s.state, s.local.Host, s.remote.Port = wire.Close, "0.0.0.0", 0
		return
	default:
		return
	}
	s.net.send(s.local, s.remote, "FIN", nil, func() { s.peer.finArrives() })
}

// finArrives is the other end's FIN: the end of the stream is data too, to whoever reads it.
func (s *socket) finArrives() {
	s.ended = true
	switch s.state {
	case wire.Established:
		s.change(wire.CloseWait)
		if !s.closed && s.handler != nil {
			s.handler.DataReady()
		}
	case wire.FinWait1, wire.FinWait2:
		s.lingers = s.net.clock.Now() + timeWait
		s.change(wire.Close)
		s.peer.change(wire.Close)
	}
}

// Close implements wire.Socket.
func (s *socket) Close() {
	s.Shutdown()
	s.closed = true
}
