package world

import (
	"sunscope/core/rpcmsg"
	"sunscope/core/sunrpc"
	"sunscope/core/wire"
	"sunscope/core/xdr"
)

// program answers the calls to one RPC program in user space: rpcbind, mountd.
type program struct {
	prog, vers uint32
	serve      func(proc uint32, args *xdr.Decoder, res *xdr.Encoder) rpcmsg.AcceptStat
}

// daemon is a user process that serves a program over TCP with one thread. The kernel's trace says nothing of it: it
// has sockets, but no svc_xprt.
type daemon struct {
	h       *host
	t       *thread
	program program
	ready   []*daemonConn
}

// daemonConn is one connection to a daemon.
type daemonConn struct {
	d       *daemon
	s       wire.Socket
	records rpcmsg.Records
	queued  bool
	over    bool
}

// startDaemon makes a daemon listen on port of its host.
func startDaemon(h *host, net wire.Network, comm string, port uint16, p program) wire.Errno {
	d := &daemon{h: h, program: p}
	d.t = h.spawn(comm)
	return net.Listen(wire.Addr{Host: h.addr, Port: port}, func(s wire.Socket) wire.Handler {
		return &daemonConn{d: d, s: s}
	})
}

// DataReady implements wire.Handler: the daemon's poll returns.
func (c *daemonConn) DataReady() {
	if c.queued {
		return
	}
	c.queued = true
	d := c.d
	d.ready = append(d.ready, c)
	if len(d.ready) == 1 {
		d.h.wake(d.t, d.next)
	}
}

// StateChange implements wire.Handler.
func (c *daemonConn) StateChange(to wire.SockState) {
	if to == wire.CloseWait {
		c.over = true
		c.DataReady()
	}
}

// WriteSpace implements wire.Handler.
func (c *daemonConn) WriteSpace() {}

// Error implements wire.Handler.
func (c *daemonConn) Error(wire.Errno) { c.over = true }

// next serves the connection that has waited longest.
func (d *daemon) next() sunrpc.Step {
	if len(d.ready) == 0 {
		return nil
	}
	c := d.ready[0]
	c.queued = false
	d.h.Spend(sunrpc.CostReceive)
	return func() sunrpc.Step { return d.serve(c) }
}

// serve reads what has come and answers each whole call.
func (d *daemon) serve(c *daemonConn) sunrpc.Step {
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
			c.answer(call)
		}
	}
	if c.over {
		c.s.Close()
	}
	d.ready = d.ready[1:]
	return d.next
}

// answer sends the reply to one call; what is no call is not answered.
func (c *daemonConn) answer(call []byte) {
	d, p := xdr.NewDecoder(call), &c.d.program
	h, err := rpcmsg.DecodeCall(d)
	if err != nil {
		return
	}
	var body, e xdr.Encoder
	stat := rpcmsg.Success
	switch {
	case h.Prog != p.prog:
		stat = rpcmsg.ProgUnavail
	case h.Vers != p.vers:
		stat = rpcmsg.ProgMismatch
	case h.Proc != 0:
		stat = p.serve(h.Proc, d, &body)
	}
	reply := rpcmsg.AcceptedReply(h.XID, stat)
	reply.Low, reply.High = p.vers, p.vers
	rpcmsg.EncodeReply(&e, &reply)
	if stat == rpcmsg.Success {
		e.B = append(e.B, body.B...)
	}
	c.d.h.Spend(sunrpc.CostSend)
	_, _ = c.s.Send(rpcmsg.AppendRecord(nil, e.B)) // a reply that does not fit is lost, and the client asks again
}

// registration is a line of rpcbind's table.
type registration struct{ prog, vers, prot, port uint32 }

// rpcbind is the program that says on which port another one listens (RFC 1833, version 2: GETPORT).
func rpcbind(table []registration) program {
	const getport = 3
	return program{100000, 2, func(proc uint32, args *xdr.Decoder, res *xdr.Encoder) rpcmsg.AcceptStat {
		if proc != getport {
			return rpcmsg.ProcUnavail
		}
		prog, vers, prot := args.Uint32("prog"), args.Uint32("vers"), args.Uint32("prot")
		if args.Uint32("port"); args.Err() != nil {
			return rpcmsg.GarbageArgs
		}
		port := uint32(0)
		for _, r := range table {
			if r.prog == prog && r.vers == vers && r.prot == prot {
				port = r.port
			}
		}
		res.Uint32(port)
		return rpcmsg.Success
	}}
}
