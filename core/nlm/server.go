package nlm

import (
	"slices"

	"sunscope/core/time"
)

// How long the server waits (svclock.c, svc.c): before it tells a client again that has not said that it heard, before
// it tries again after a call that failed, and for clients to claim what they had.
const (
	grantAgain = 60 * time.Second // after a GRANTED_MSG was sent
	grantRetry = 10 * time.Second // after one that could not be sent, or whose client is in its own grace period
	Timeout    = 10 * time.Second // nlm_timeout
)

// Block is a LOCK that waits, or whose grant the client has not confirmed (struct nlm_block).
type Block struct {
	Cookie    Cookie // of the call that will tell the client
	Owner     Owner
	Lock      Lock
	Exclusive bool
	Granted   bool // the lock is taken for the client
	Sent      int  // GRANTED calls so far
	at        Range
	when      time.Duration // when it is to be looked at; never: a lock in the way goes first
	busy      bool          // a GRANTED is under way
}

// How much clients can make the server remember: locks of one file, files with locks, and calls that wait.
const (
	mostLocks  = 1024
	mostFiles  = 1024
	mostBlocks = 1024
)

const never = time.Duration(1<<63 - 1)

// Server is what a lock manager knows as a server: the locks and who waits. It reads no clock and sends nothing: now is
// handed in, and [Server.Due] says whom to tell.
type Server struct {
	Table
	blocks   []*Block      // nlm_blocked: in the order in which they came
	graceEnd time.Duration // when the grace period is over
	cookies  uint32
	// Exists says whether a handle is that of a file; nil: every one is.
	Exists func(fh []byte) bool
	// Wake is called when a block has come due (svc_wake_up); nil: nobody is.
	Wake func()
}

// Grace begins a grace period: until it ends only claims of what was held before are heard.
func (s *Server) Grace(until time.Duration) { s.graceEnd = until }

// InGrace says whether the grace period lasts (locks_in_grace).
func (s *Server) InGrace(now time.Duration) bool { return now < s.graceEnd }

// nextCookie is nlmclnt_next_cookie: a counter's bytes as a little-endian kernel has them.
func (s *Server) nextCookie() Cookie {
	if s.cookies == 0 {
		s.cookies = 0x1234
	}
	s.cookies++
	c := s.cookies
	return Cookie{byte(c), byte(c >> 8), byte(c >> 16), byte(c >> 24)}
}

// ownerOf is whose lock it is when a call comes from host.
func ownerOf(host string, l *Lock) Owner { return Owner{host, l.Svid, string(l.Owner)} }

func (s *Server) stale(l *Lock) bool { return s.Exists != nil && !s.Exists(l.FH) }

// Lock is LOCK from a host (nlmsvc_lock). A call that comes again while it waits, or after its grant, finds its block.
func (s *Server) Lock(host string, a *LockArgs, now time.Duration) Status {
	who, at := ownerOf(host, &a.Lock), rangeOf(a.Lock.Off, a.Lock.Len)
	cookie := s.nextCookie() // nlmsvc_create_block makes the call that may become necessary at once
	switch {
	case s.stale(&a.Lock):
		return StaleFH
	case s.InGrace(now) != a.Reclaim:
		return DeniedGracePeriod
	case s.full(a.Lock.FH):
		return DeniedNoLocks
	}
	if s.lock(string(a.Lock.FH), who, a.Exclusive, at) {
		s.forget(who, a.Lock.FH, at)
		return Granted
	}
	if !a.Block {
		return Denied
	}
	if s.find(who, a.Lock.FH, at) == nil {
		if len(s.blocks) >= mostBlocks {
			return DeniedNoLocks
		}
		l := a.Lock
		l.FH, l.Owner = slices.Clone(l.FH), slices.Clone(l.Owner)
		s.blocks = append(s.blocks, &Block{Cookie: cookie, Owner: who, Lock: l, Exclusive: a.Exclusive, at: at, when: never})
	}
	return Blocked
}

// full says that no more can be remembered of a file, or of one more.
func (s *Server) full(fh []byte) bool {
	n := len(s.files[string(fh)])
	return n >= mostLocks || n == 0 && len(s.files) >= mostFiles
}

// find is the block of an owner's range (nlmsvc_lookup_block).
func (s *Server) find(who Owner, fh []byte, at Range) *Block {
	for _, b := range s.blocks {
		if b.Owner == who && b.at == at && string(b.Lock.FH) == string(fh) {
			return b
		}
	}
	return nil
}

// forget takes an owner's block off the list (nlmsvc_unlink_block).
func (s *Server) forget(who Owner, fh []byte, at Range) {
	if b := s.find(who, fh, at); b != nil {
		s.unlink(b)
	}
}

func (s *Server) unlink(b *Block) {
	s.blocks = slices.DeleteFunc(s.blocks, func(o *Block) bool { return o == b })
}

// Unlock is UNLOCK from a host (nlmsvc_unlock). To unlock what is not locked is no mistake.
func (s *Server) Unlock(host string, a *UnlockArgs, now time.Duration) Status {
	switch {
	case s.stale(&a.Lock):
		return StaleFH
	case s.InGrace(now):
		return DeniedGracePeriod
	}
	who, at := ownerOf(host, &a.Lock), rangeOf(a.Lock.Off, a.Lock.Len)
	s.forget(who, a.Lock.FH, at)
	s.free(string(a.Lock.FH), who, at, now)
	return Granted
}

// Cancel is CANCEL from a host (nlmsvc_cancel_blocked). A lock that was taken meanwhile stays: the client unlocks.
func (s *Server) Cancel(host string, a *CancelArgs, now time.Duration) Status {
	if s.InGrace(now) {
		return DeniedGracePeriod
	}
	b := s.find(ownerOf(host, &a.Lock), a.Lock.FH, rangeOf(a.Lock.Off, a.Lock.Len))
	if b == nil {
		return Denied
	}
	s.unlink(b)
	return Granted
}

// Test is TEST from a host (nlmsvc_testlock).
func (s *Server) Test(host string, a *TestArgs, now time.Duration) TestRes {
	r := TestRes{Cookie: a.Cookie}
	switch {
	case s.stale(&a.Lock):
		r.Status = StaleFH
		return r
	case s.InGrace(now):
		r.Status = DeniedGracePeriod
		return r
	}
	h := s.conflict(string(a.Lock.FH), ownerOf(host, &a.Lock), a.Exclusive, rangeOf(a.Lock.Off, a.Lock.Len))
	if h != nil {
		r.Status = Denied
		r.Holder = Holder{Exclusive: h.Exclusive, Svid: h.Owner.Svid, Owner: []byte(h.Owner.Oh), Off: h.At.First}
		if h.At.Last != ^uint64(0) {
			r.Holder.Len = h.At.Last - h.At.First + 1
		}
	}
	return r
}

// LockLocal takes a range for a process of the server itself, unless somebody is in the way.
func (s *Server) LockLocal(process string, fh []byte, exclusive bool, at Range) bool {
	return s.lock(string(fh), Owner{Oh: process}, exclusive, at)
}

// UnlockLocal gives it up.
func (s *Server) UnlockLocal(process string, fh []byte, at Range, now time.Duration) {
	s.free(string(fh), Owner{Oh: process}, at, now)
}

// free gives a range up, and those who wait for any of it have their turn (nlmsvc_notify_blocked).
func (s *Server) free(fh string, who Owner, at Range, now time.Duration) {
	s.unlock(fh, who, at)
	s.Retry(fh, at, now)
}

// Retry is the turn of those who wait for some of a range that may be free.
func (s *Server) Retry(fh string, at Range, now time.Duration) {
	woken := false
	for _, b := range s.blocks {
		if !b.Granted && string(b.Lock.FH) == fh && b.at.overlaps(at) {
			b.when, woken = now, true
		}
	}
	if woken && s.Wake != nil {
		s.Wake()
	}
}

// Due is the blocks whose clients are to be told now (nlmsvc_retry_blocked): those whose lock could be taken just now,
// and those who have been told and have not answered. next is when to look again.
func (s *Server) Due(now time.Duration) (tell []*Block, next time.Duration) {
	next = never
	for _, b := range s.blocks {
		if b.when <= now && !b.busy {
			if !b.Granted {
				b.Granted = s.lock(string(b.Lock.FH), b.Owner, b.Exclusive, b.at)
			}
			b.when = never
			if b.Granted {
				b.busy = true
				b.Sent++
				tell = append(tell, b)
				continue
			}
		}
		next = min(next, b.when)
	}
	return tell, next
}

// Told is nlmsvc_grant_callback: the GRANTED of b has been sent, or could not be. It is told again if no answer comes.
func (s *Server) Told(b *Block, failed bool, now time.Duration) {
	b.busy = false
	b.when = now + grantAgain
	if failed {
		b.when = now + grantRetry
	}
}

// Answered is the client's answer to GRANTED (nlmsvc_grant_reply). Whether it takes the lock or not, there is nothing
// more to tell; only a client in its own grace period is asked again.
func (s *Server) Answered(cookie Cookie, status Status, now time.Duration) {
	for _, b := range s.blocks {
		if string(b.Cookie) != string(cookie) {
			continue
		}
		if status == DeniedGracePeriod {
			b.when = now + grantRetry
		} else {
			s.unlink(b)
		}
		return
	}
}

// FreeAll gives up whatever a host holds or waits for: it has restarted (nlmsvc_free_host_resources).
func (s *Server) FreeAll(host string, now time.Duration) {
	s.blocks = slices.DeleteFunc(s.blocks, func(b *Block) bool { return b.Owner.Host == host })
	s.drop(func(o *Owner) bool { return o.Host == host })
	woken := false
	for _, b := range s.blocks {
		if !b.Granted {
			b.when, woken = now, true
		}
	}
	if woken && s.Wake != nil {
		s.Wake()
	}
}

// Shutdown is the end of the lock manager: clients' locks go with it, the host's own processes keep theirs.
func (s *Server) Shutdown() {
	s.blocks = nil
	s.drop(func(o *Owner) bool { return !o.Local() })
}

// Waiting is the blocks, in the order in which they came.
func (s *Server) Waiting() []*Block { return s.blocks }
