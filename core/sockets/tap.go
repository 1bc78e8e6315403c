//go:build linux

package sockets

import (
	"syscall"
	stdtime "time"

	"sunscope/core/time"
	"sunscope/core/wire"
)

// Packet is what a socket sent or received, as [Options.Tap] hears of it: not what was on the wire, which this program does
// not see, but the bytes that the system took or gave at once, and what it said of the connection. AF_UNIX is left out.
type Packet struct {
	Time     time.Duration // of the system's uptime
	Src, Dst wire.Addr
	Out      bool
	Kind     string // SYN, SYN-ACK, ACK, DATA, FIN, RST or DGRAM
	Bytes    []byte // not kept
}

// tap tells of something on a connection.
func (s *stream) tap(out bool, kind string, b []byte) {
	if s.h.opt.Tap == nil || s.unix {
		return
	}
	s.h.tap(s.local, s.remote, out, kind, b)
}

// tapOpened tells of a handshake: of a client's SYN, of what answered it, or of all of it.
func (s *stream) tapOpened() {
	s.tap(false, "SYN", nil)
	s.tap(true, "SYN-ACK", nil)
	s.tap(false, "ACK", nil)
}

// tapEnd tells of our FIN, once.
func (s *stream) tapEnd() {
	if !s.tapped && s.state != wire.SynSent && s.fd >= 0 && !s.broken {
		s.tapped = true
		s.tap(true, "FIN", nil)
	}
}

// tapReset tells of a RST, if that is why.
func (s *stream) tapReset(why wire.Errno) {
	s.broken = why != wire.ECONNABORTED // which is our own doing: the system says goodbye
	if why == wire.ECONNRESET || why == wire.ECONNREFUSED || why == wire.EPIPE {
		s.tap(false, "RST", nil)
	}
}

// tap tells of datagrams of size bytes each, but for the last.
func (s *datagrams) tap(out bool, peer wire.Addr, b []byte, size int) {
	if s.h.opt.Tap == nil {
		return
	}
	local := s.local
	if local.Host == "0.0.0.0" || local.Host == "::" {
		local.Host = s.h.near(peer, s.family)
	}
	for first := true; first || len(b) > 0; first = false {
		n := min(size, len(b))
		s.h.tap(local, peer, out, "DGRAM", b[:n])
		b = b[n:]
	}
}

func (h *Host) tap(local, remote wire.Addr, out bool, kind string, b []byte) {
	p := Packet{Time: h.uptime + time.Duration(stdtime.Since(h.began)), Src: local, Dst: remote, Out: out, Kind: kind, Bytes: b}
	if !out {
		p.Src, p.Dst = p.Dst, p.Src
	}
	h.opt.Tap(&p)
}

// near is the address of this computer from which it talks to another.
func (h *Host) near(peer wire.Addr, family int) string {
	if host := h.nears[peer.Host]; host != "" {
		return host
	}
	host := "0.0.0.0"
	sa, _, err := sockaddr(peer)
	fd, err2 := newSocket(wire.Addr{}, family, syscall.SOCK_DGRAM)
	if err2 == wire.OK {
		if err == wire.OK && syscall.Connect(fd, sa) == nil { // sends nothing
			host = localAddr(fd).Host
		}
		syscall.Close(fd)
	}
	if h.nears == nil || len(h.nears) >= 4096 {
		h.nears = map[string]string{}
	}
	h.nears[peer.Host] = host
	return host
}
