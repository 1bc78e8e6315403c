//go:build linux

package sockets

import (
	"strconv"
	stdtime "time"

	"sunscope/core/time"
	"sunscope/core/wire"
)

// guarded is what the limits need to know of an accepted connection.
type guarded struct {
	older, newer *stream       // its neighbours in conns
	heard        time.Duration // when a byte last came, or was last taken
	record       uint64        // the records that had come when the guard came by
	begun, stuck time.Duration // since when the guard sees the next one half, and replies that nobody takes; 0: neither
}

// conns are the accepted connections that are open (sv_tempsocks), from the oldest to the newest.
type conns struct {
	n              int
	oldest, newest *stream
	guarding       bool
}

func (c *conns) add(s *stream) {
	if s.older = c.newest; s.older == nil {
		c.oldest = s
	} else {
		s.older.newer = s
	}
	c.newest = s
	c.n++
	s.h.guard()
}

func (c *conns) remove(s *stream) {
	if s.older == nil {
		c.oldest = s.newer
	} else {
		s.older.newer = s.newer
	}
	if s.newer == nil {
		c.newest = s.older
	} else {
		s.newer.older = s.older
	}
	s.older, s.newer = nil, nil
	c.n--
}

// makeRoom closes the oldest accepted connection if there are too many (svc_check_conn_limits).
func (h *Host) makeRoom() {
	if h.conns.n < h.opt.MaxConns {
		return
	}
	for s := h.conns.oldest; s != nil; s = s.newer {
		if s.state == wire.Established {
			s.evict("it was the oldest of "+strconv.Itoa(h.opt.MaxConns)+" connections, and another has come", wire.ECONNABORTED)
			return
		}
	}
}

// guard has the connections looked at four times in the shortest of the time-outs while there are any.
func (h *Host) guard() {
	most := min(abs(h.opt.IdleTimeout), abs(h.opt.RecordTimeout))
	if h.conns.guarding || most == never {
		return
	}
	h.conns.guarding = true
	h.At(h.now+max(most/4, time.Millisecond), func() {
		h.conns.guarding = false
		for s := h.conns.oldest; s != nil; s = s.newer {
			s.check()
		}
		if h.conns.n > 0 {
			h.guard()
		}
	})
}

const never = time.Duration(1<<63 - 1)

func abs(d time.Duration) time.Duration {
	if d < 0 {
		return never
	}
	return d
}

// check closes the connection if its client keeps it for nothing (svc_age_temp_xprts), or lets the server wait.
func (s *stream) check() {
	x, ok := s.handler.(interface {
		Receiving() (complete uint64, half bool)
		InUse() bool
	})
	if !ok || s.closed || s.state != wire.Established && s.state != wire.CloseWait {
		return
	}
	now, opt := s.h.now, &s.h.opt
	complete, half := x.Receiving()
	if !half || complete != s.record {
		s.record, s.begun = complete, 0
	}
	if half && s.begun == 0 {
		s.begun = now
	}
	if s.unwritten() > 0 && s.stuck == 0 {
		s.stuck = now
	}
	switch {
	case s.unwritten() > 0 && now-s.stuck >= abs(opt.RecordTimeout):
		s.evict("its client took nothing of the replies for "+text(opt.RecordTimeout), wire.ETIMEDOUT)
	case half && s.unwritten() == 0 && now-s.begun >= abs(opt.RecordTimeout): // else it is this end that does not read
		s.evict("a record was not whole after "+text(opt.RecordTimeout), wire.ETIMEDOUT)
	case now-s.heard >= abs(opt.IdleTimeout) && !half && s.unwritten() == 0 && !x.InUse():
		s.evict("it was idle for "+text(opt.IdleTimeout), wire.ETIMEDOUT)
	}
}

func text(d time.Duration) string { return stdtime.Duration(d).String() }

// evict ends a connection and says why.
func (s *stream) evict(why string, errno wire.Errno) {
	if s.h.opt.Notice != nil {
		from := s.remote.String()
		if s.unix {
			from = "AF_LOCAL"
		}
		s.h.opt.Notice("connection from " + from + " closed: " + why)
	}
	s.reset(errno)
}
