package sunrpc

import (
	"sunscope/core/time"
	"sunscope/core/trace"
	"sunscope/core/wire"
)

// Protocol is a kind of transport, with its number in IP (xprt_class.ident). The zero value stands for TCP.
type Protocol uint16

// The protocols.
const (
	TCP   Protocol = 6
	UDP   Protocol = 17
	Local Protocol = 257 // AF_LOCAL has no number in IP; this one is the kernel's own (XPRT_TRANSPORT_LOCAL)
)

// xprtOps is what kinds of transport do each in its own way (rpc_xprt_ops). What all do alike are methods of Xprt.
type xprtOps interface {
	// timeout is the policy of a client that names none.
	timeout() Timeout
	// traceReserve and traceRelease are the events of reserve_xprt and release_xprt: t got the write lock; t let it
	// go, or never had it. A nil t is the connect worker.
	traceReserve(x *Xprt, t *Task)
	traceRelease(x *Xprt, t *Task)
	// send hands r to the socket (send_request).
	send(x *Xprt, r *Request) wire.Errno
	// waitUntil is when the wait for r's reply ends without one (wait_for_reply_request).
	waitUntil(r *Request) time.Duration
	// timer hears that it has ended so (timer).
	timer(x *Xprt, r *Request)
	// releaseRequest takes back what r holds besides its slot (release_request).
	releaseRequest(x *Xprt, r *Request)
	// rpcbind asks for the port; t sleeps meanwhile, if that takes time (rpcbind).
	rpcbind(x *Xprt, t *Task)
	// connect starts connecting for t, which owns the write lock (connect).
	connect(x *Xprt, t *Task)
	// close gives the socket up (close).
	close(x *Xprt)
}

// CreateTransport is xprt_create_transport: EIO for a protocol that no class of transports has. Whoever asked holds the
// transport, until CreateXprt takes it.
func (k *Kernel) CreateTransport(a *CreateArgs) (*Xprt, wire.Errno) {
	switch a.Protocol {
	case 0, TCP, UDP, Local:
		return k.createTransport(a), wire.OK
	}
	return nil, wire.EIO
}

func (k *Kernel) createTransport(a *CreateArgs) *Xprt {
	switch a.Protocol {
	case UDP:
		return k.newUDP(a.Server, !a.NonPriv)
	case Local:
		return k.newLocal(a.Server)
	}
	x := k.newTCP(a.Server, !a.NonPriv)
	x.sock.reuse = a.ReusePort
	return x
}

// tcpOps are a stream's: records, a wait that the major timeout cuts short, no congestion window (xs_tcp_ops).
type tcpOps struct{}

func (tcpOps) timeout() Timeout { return TCPTimeout }

func (tcpOps) traceReserve(x *Xprt, t *Task) {
	if x.k.quiet {
		return
	}
	x.k.emit("...1.", trace.XprtReserveXprt, x.lockFields(t)...)
}

func (tcpOps) traceRelease(x *Xprt, t *Task) {
	if x.k.quiet {
		return
	}
	x.k.emit("...1.", trace.XprtReleaseXprt, x.lockFields(t)...)
}

func (tcpOps) send(x *Xprt, r *Request) wire.Errno { return x.sendRecord(r) }
func (tcpOps) waitUntil(r *Request) time.Duration  { return r.waitUntil() }
func (tcpOps) timer(*Xprt, *Request)               {}
func (tcpOps) releaseRequest(*Xprt, *Request)      {}
func (tcpOps) rpcbind(x *Xprt, t *Task)            { x.getport(t) }
func (tcpOps) connect(x *Xprt, t *Task)            { x.startConnect(t) }
func (tcpOps) close(x *Xprt)                       { x.shutdownTCP() }
