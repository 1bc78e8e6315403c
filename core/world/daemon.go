package world

import (
	"slices"

	"sunscope/core/rpcmsg"
	"sunscope/core/sunrpc"
	"sunscope/core/time"
	"sunscope/core/wire"
	"sunscope/core/xdr"
)

// program answers the calls to one RPC program in user space: rpcbind, mountd.
type program struct {
	prog, low, high uint32 // and the versions from low to high
	serve           func(vers, proc uint32, args *xdr.Decoder, res *xdr.Encoder) rpcmsg.AcceptStat
}

// daemon is a user process that serves a program with one thread. The kernel's trace says nothing of it: it has sockets,
// but no svc_xprt.
type daemon struct {
	h       *host
	t       *thread
	program program
	delay   time.Duration // before it answers: it has other things to do
	ready   []source
	answers *answering    // nil: well
	fake    bool          // it closes its end of a connection that the client has closed only when the next one comes
	half    []*daemonConn // those that it has not closed yet
	opens   []func()      // what it listens to and takes datagrams on, to be opened when it starts
	conns   []*daemonConn // that are open
	closes  []func()      // what is open beside them
	down    bool
}

// source is a socket of a daemon's.
type source interface {
	// read answers every call that has come whole.
	read()
	// taken says that the socket may be put into line again.
	taken()
}

// startDaemon makes a daemon without sockets.
//
//go:noinline
func startDaemon(h *host, comm string, p program) *daemon {
	d := &daemon{h: h, program: p}
	d.t = h.spawn(comm)
	return d
}

// listen makes the daemon listen: on a port of its host, or on a path.
//
//go:noinline
func (d *daemon) listen(net wire.Network, at wire.Addr) {
	d.opened(func() {
		net.Listen(at, d.accept)
		d.closes = append(d.closes, func() { net.Unlisten(at) })
	})
}

func (d *daemon) accept(s wire.Socket) wire.Handler {
	for _, c := range d.half {
		c.over = true
		c.DataReady()
	}
	d.half = nil
	c := &daemonConn{d: d, s: s}
	if d.down { // it has gone while the handshake was under way
		s.Close()
		return c
	}
	d.conns = append(d.conns, c)
	return c
}

// bind makes the daemon take datagrams to a port of its host.
//
//go:noinline
func (d *daemon) bind(net wire.Network, at wire.Addr) {
	d.opened(func() {
		p := &daemonPost{d: d}
		p.s, _ = net.Datagram(at, p)
		d.closes = append(d.closes, p.s.Close)
	})
}

// poll returns for a socket on which something has come.
//
//go:noinline
func (d *daemon) poll(s source) {
	d.ready = append(d.ready, s)
	if len(d.ready) == 1 {
		d.h.wake(d.t, d.next)
	}
}

// next serves the socket that has waited longest.
func (d *daemon) next() sunrpc.Step {
	if len(d.ready) == 0 {
		return nil
	}
	s := d.ready[0]
	s.taken()
	if _, back := s.(starting); d.down && !back {
		d.ready = d.ready[1:]
		return d.next
	}
	d.h.Spend(sunrpc.CostReceive)
	serve := func() sunrpc.Step {
		s.read()
		d.ready = d.ready[1:]
		return d.next
	}
	if d.delay == 0 {
		return serve
	}
	d.h.sim.At(d.h.now+d.delay, func() { d.h.wake(d.t, serve) })
	return nil
}

// answer is the reply to one call; none to what is no call. With hangUp the connection is to be closed.
func (d *daemon) answer(call []byte) (reply []byte, hangUp bool) {
	if reply, hangUp, wrong := d.answers.reply(call); wrong {
		d.h.Spend(sunrpc.CostSend)
		return reply, hangUp
	}
	in, p := xdr.NewDecoder(call), &d.program
	h, err := rpcmsg.DecodeCall(in)
	if err != nil {
		return nil, false
	}
	var body, e xdr.Encoder
	stat := rpcmsg.Success
	switch {
	case h.Prog != p.prog:
		stat = rpcmsg.ProgUnavail
	case h.Vers < p.low || h.Vers > p.high:
		stat = rpcmsg.ProgMismatch
	case h.Proc != 0:
		stat = p.serve(h.Vers, h.Proc, in, &body)
	}
	head := rpcmsg.AcceptedReply(h.XID, stat)
	head.Low, head.High = p.low, p.high
	rpcmsg.EncodeReply(&e, &head)
	if stat == rpcmsg.Success {
		e.B = append(e.B, body.B...)
	}
	d.h.Spend(sunrpc.CostSend)
	return e.B, false
}

// daemonConn is one connection to a daemon.
type daemonConn struct {
	d       *daemon
	s       wire.Socket
	records rpcmsg.Records
	queued  bool
	over    bool
}

// DataReady implements wire.Handler: the daemon's poll returns.
func (c *daemonConn) DataReady() {
	if !c.queued {
		c.queued = true
		c.d.poll(c)
	}
}

// StateChange implements wire.Handler.
func (c *daemonConn) StateChange(to wire.SockState) {
	if to == wire.CloseWait {
		if c.d.fake {
			c.d.half = append(c.d.half, c)
			return
		}
		c.over = true
		c.DataReady()
	}
}

// WriteSpace implements wire.Handler.
func (c *daemonConn) WriteSpace() {}

// Error implements wire.Handler.
func (c *daemonConn) Error(wire.Errno) { c.over = true }

func (c *daemonConn) taken() { c.queued = false }

func (c *daemonConn) read() {
	var buf [4096]byte
	for {
		n, err := c.s.Recv(buf[:])
		if err != wire.OK || n == 0 {
			break
		}
		for p := buf[:n]; ; {
			call, err := c.records.Next(&p)
			if err != nil || call == nil {
				break
			}
			reply, hangUp := c.d.answer(call)
			c.over = c.over || hangUp
			if reply != nil {
				_, _ = c.s.Send(rpcmsg.AppendRecord(nil, reply)) // one that does not fit is lost, and the client asks again
			}
		}
	}
	if c.over {
		c.s.Close()
		if i := slices.Index(c.d.conns, c); i >= 0 {
			c.d.conns = slices.Delete(c.d.conns, i, i+1)
		}
	}
}

// daemonPost is a daemon's datagram socket.
type daemonPost struct {
	d      *daemon
	s      wire.DatagramSocket
	queued bool
}

// DataReady implements wire.DatagramHandler: the daemon's poll returns.
func (p *daemonPost) DataReady() {
	if !p.queued {
		p.queued = true
		p.d.poll(p)
	}
}

// WriteSpace implements wire.DatagramHandler.
func (p *daemonPost) WriteSpace() {}

func (p *daemonPost) taken() { p.queued = false }

func (p *daemonPost) read() {
	for {
		call, from, err := p.s.RecvFrom()
		if err != wire.OK {
			return
		}
		if reply, _ := p.d.answer(call); reply != nil {
			_ = p.s.SendTo(reply, from) // the same holds for a datagram
		}
	}
}
