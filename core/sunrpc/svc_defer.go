package sunrpc

import (
	"strconv"

	"sunscope/core/time"
	"sunscope/core/trace"
	"sunscope/core/xdr"
)

// SvcFaults are what can be wrong with a server's threads.
type SvcFaults struct {
	// Slow makes every procedure take so much longer; its thread sleeps meanwhile.
	Slow time.Duration
	// Dead is how many threads will take up one more call and never come back.
	Dead int
	// Upcall is how long rpc.mountd takes to say whose an address is, when the kernel has to ask.
	Upcall time.Duration
	// NoExports: exportfs -au has emptied the table of exports, so that rpc.mountd knows nobody. It is heeded when the
	// kernel asks, that is after [Server.FlushAuth].
	NoExports bool
	// Unanswered are the XIDs of calls that are to be dropped, once each (svc_drop).
	Unanswered []uint32
}

// ipMap is an entry of the cache auth.unix.ip: what rpc.mountd says of a host. Until it has, calls from there wait.
type ipMap struct {
	host    string
	valid   time.Duration // from when on it is known
	entry   int64
	unknown bool // rpc.mountd has said that it is nobody's
	waiting []*deferral
}

// deferral is a call that has lost its thread (svc_deferred_req).
type deferral struct {
	th   *svcThread // who took it up, for its address
	x    *SvcXprt
	call []byte
	dr   int64
}

// FlushAuth empties the cache auth.unix.ip, as exportfs -f does: the next call of each host makes the kernel ask.
func (srv *Server) FlushAuth() {
	for _, m := range srv.hosts {
		srv.k.emit("...2.", trace.CacheEntryExpired, srv.k.str("auth.unix.ip"), m.entry)
	}
	srv.hosts, srv.asks = nil, true
}

// host finds a host's entry, or makes it and asks.
func (srv *Server) host(host string) *ipMap {
	for _, m := range srv.hosts {
		if m.host == host {
			return m
		}
	}
	k := srv.k
	m := &ipMap{host: host, valid: k.m.Now() + srv.Faults.Upcall, entry: k.str(hexPointer(k.pointer()))}
	srv.hosts = append(srv.hosts, m)
	k.emit("...1.", trace.CacheEntryUpcall, k.str("auth.unix.ip"), m.entry)
	k.m.At(m.valid, func() { srv.revisit(m) })
	return m
}

// known is svcauth_unix_set_client: the thread waits until its caller's address is known, five seconds, or one if no other
// thread is free. Then the call is put aside and its thread is free for another.
func (srv *Server) known(th *svcThread, x *SvcXprt, call []byte, then Step) Step {
	k, host := srv.k, x.remote.Host
	if x.datagrams {
		host = th.addr.Host
	}
	if !srv.asks || x.remote.IsLocal() {
		return then()
	}
	m := srv.host(host)
	left := m.valid - k.m.Now()
	if left <= 0 {
		return then()
	}
	patience := HZ
	if srv.idle(th.pool) != nil {
		patience = 5 * HZ
	}
	k.m.At(k.m.Now()+min(left, patience), func() {
		k.m.Wake(th.Thread, func() Step {
			if k.m.Now() >= m.valid {
				return then()
			}
			return srv.deferCall(th, x, call, m)
		})
	})
	return nil
}

// stranger reports whether rpc.mountd has said that it does not know the host that a call of proc came from; NULL is
// everybody's.
func (srv *Server) stranger(host string, proc uint32) bool {
	for _, m := range srv.hosts {
		if m.host == host {
			return m.unknown && proc != 0
		}
	}
	return false
}

// deferCall is svc_defer, and svc_drop of what the thread had in hand.
func (srv *Server) deferCall(th *svcThread, x *SvcXprt, call []byte, m *ipMap) Step {
	m.waiting = append(m.waiting, &deferral{th: &svcThread{addr: th.addr}, x: x, call: call, dr: srv.k.str(hexPointer(srv.k.pointer()))})
	x.traceRequest(trace.SvcDefer, call)
	x.traceRequest(trace.SvcDrop, call)
	return th.next
}

// revisit is svc_revisit for all calls that waited for an entry: they go through the queue again, if their connection is
// still there.
func (srv *Server) revisit(m *ipMap) {
	k := srv.k
	said := trace.CacheEntryUpdate
	if m.unknown = srv.Faults.NoExports; m.unknown {
		said = trace.CacheEntryMakeNegative
	}
	k.emit("...1.", said, k.str("auth.unix.ip"), m.entry)
	for _, d := range m.waiting {
		if d.x.Dead() {
			d.trace(trace.SvcDeferDrop)
			continue
		}
		d.trace(trace.SvcDeferQueue)
		d.x.deferred = append(d.x.deferred, d)
		d.x.flags |= xptDeferred
		d.x.enqueue("..s2.")
	}
	m.waiting = nil
}

// undefer is svc_deferred_dequeue and svc_deferred_recv.
func (srv *Server) undefer(th *svcThread, x *SvcXprt) Step {
	d := x.deferred[0]
	if x.deferred = x.deferred[1:]; len(x.deferred) == 0 {
		x.flags &^= xptDeferred
	}
	d.trace(trace.SvcDeferRecv)
	th.addr = d.th.addr
	x.received()
	return srv.process(th, x, d.call)
}

//go:noinline
func (d *deferral) trace(kind trace.Kind) {
	k := d.x.srv.k
	k.emit(".....", kind, k.str(d.x.addr()), d.dr, int64(xdr.Word(d.call)))
}

// traceRequest is an event about a call that a thread has in hand.
//
//go:noinline
func (x *SvcXprt) traceRequest(kind trace.Kind, call []byte) {
	k := x.srv.k
	k.emit(".....", kind, int64(xdr.Word(call)), k.str(x.localText), k.str(x.client()), k.str(rqFlags))
}

// busy is what a fault does to a thread that has a call in hand, before it does it.
func (srv *Server) busy(th *svcThread, then Step) Step {
	switch f := &srv.Faults; {
	case f.Dead > 0:
		f.Dead--
		return nil // it is not idle, and nobody wakes it
	case f.Slow > 0:
		srv.k.m.At(srv.k.m.Now()+f.Slow, func() { srv.k.m.Wake(th.Thread, then) })
		return nil
	}
	return then
}

// hexPointer is a pointer in an event that has it as text.
func hexPointer(p int64) string {
	s := strconv.FormatInt(p, 16)
	return "0000000000000000"[len(s):] + s
}
