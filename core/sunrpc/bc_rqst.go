package sunrpc

import (
	"sunscope/core/rpcmsg"
	"sunscope/core/trace"
	"sunscope/core/wire"
)

// Backchannel is how a transport finds a place for a call that arrives on it: as Linux does it, as it did it, and as it
// might have been done. The receive worker reads marker, XID and direction of every record first; replies go to the XID
// tree, and calls never look there.
type Backchannel uint8

// The designs.
const (
	// BCPool is Linux 6: requests made in advance, more of them while there is demand, up to 64 (BC_MAX_SLOTS); beyond
	// that the connection is shut down.
	BCPool Backchannel = iota
	// BCPool36 is Linux 3.6: requests made in advance; when all are used the connection is closed.
	BCPool36
	// BCSlot takes a slot of the fore channel, if one is free; if not, the call is dropped.
	BCSlot
	// BCAtomic allocates a request without sleeping; if there is no memory for it, the call is dropped.
	BCAtomic
)

// bcMaxSlots is BC_MAX_SLOTS; bcMaxPayload is how much of a call a request's one page holds.
const (
	bcMaxSlots   = 64
	bcMaxPayload = 4096
)

// backchannel is what a transport needs to be called (rpc_xprt.bc_*).
type backchannel struct {
	design     Backchannel
	serv       *Server    // bc_serv
	list       []*Request // bc_pa_list
	allocMax   int        // bc_alloc_max: as many are kept
	slots      int        // bc_slot_count: on the list, and taken off it and not processed yet
	fore, busy int        // fore-channel slots that calls hold; calls that are not over
}

// SetupBackchannel is xprt_setup_backchannel for n requests, with the service that answers (bc_serv). EPROTONOSUPPORT: only TCP
// has a back channel.
func (c *Client) SetupBackchannel(design Backchannel, srv *Server, n int) wire.Errno {
	x := c.xprt
	if _, tcp := x.ops.(tcpOps); !tcp {
		return wire.EPROTONOSUP
	}
	n = min(n, bcMaxSlots)
	b := &backchannel{design: design, serv: srv, allocMax: n, slots: n}
	for range n {
		b.list = append(b.list, &Request{})
	}
	x.bc = b
	return wire.OK
}

// CloseBackchannel ends it: a call that arrives now breaks the connection.
func (c *Client) CloseBackchannel() { c.xprt.bc = nil }

// lookup is xprt_lookup_bc_request: a request for the call that begins to arrive; nil if there is none.
func (b *backchannel) lookup(x *Xprt) (r *Request) {
	design := b.design
	if x.k.broken(CallbackTakesSlot) {
		design = BCSlot
	}
	switch design {
	case BCSlot:
		if r, _, _ = x.takeSlot(); r != nil {
			b.fore++
		}
	case BCAtomic:
		if _, fails := x.k.fails(GrowSlots); !fails {
			r = &Request{}
		}
	default:
		if len(b.list) == 0 && b.design == BCPool && b.slots < bcMaxSlots {
			x.k.m.Spend(CostAlloc)
			b.list = append(b.list, &Request{})
			b.slots++
		}
		if len(b.list) > 0 {
			r = b.list[0] // it stays there until the call is complete
		}
	}
	if r != nil {
		*r = Request{xprt: x, bc: b, xid: x.sock.in.records.Recv.XID, cookie: x.cookie}
	}
	return r
}

// readCall is the beginning of a call (xs_read_stream_call), or of what is neither a call nor a reply, which is skipped.
func (x *Xprt) readCall() Step {
	in := &x.sock.in
	switch {
	case in.records.Recv.CallDir != rpcmsg.Call:
		in.records.Skip()
		return in.read
	case x.bc == nil:
		return x.receiveStop()
	}
	in.call = x.bc.lookup(x)
	x.k.m.Spend(CostReceive)
	if in.call != nil {
		in.records.Limit(bcMaxPayload)
		return in.read
	}
	in.records.Skip()
	switch x.bc.design {
	case BCPool:
		x.printk("Callback slot table overflowed")
		return x.receiveStop()
	case BCPool36:
		x.printk("Callback slot table overflowed")
		x.forceDisconnect()
	default:
		x.printk("RPC: no rpc_rqst for a callback, which is dropped")
	}
	return in.read
}

//go:noinline
func (x *Xprt) printk(line string) {
	x.k.emit(".....", trace.Printk, trace.NoID, trace.NoID, x.k.str(line))
}

// completeCall is xprt_complete_bc_request: the call waits for a thread of its service.
func (x *Xprt) completeCall(r *Request, call []byte) {
	b := r.bc
	if b.design <= BCPool36 {
		b.list = b.list[1:]
	}
	r.reply = call
	b.busy++
	x.refs++
	b.serv.callbacks = append(b.serv.callbacks, r)
	if th := b.serv.idle(0); th != nil {
		th.idle = false
		x.k.m.Wake(th.Thread, th.next)
	}
}

// free is xprt_free_bc_request: as many requests are kept as were made in advance.
func (b *backchannel) free(r *Request) {
	x := r.xprt
	switch {
	case b.design == BCSlot:
		b.fore--
		x.freeSlot(r)
	case b.design <= BCPool36 && len(b.list) < b.allocMax:
		*r = Request{}
		b.list = append(b.list, r)
		b.slots++
	}
	b.busy--
	x.put()
}

// put is xprt_put for whoever is not a client.
//
//go:noinline
func (x *Xprt) put() {
	if x.refs--; x.refs == 0 {
		x.endWork = Work{Queue: x.k.events, Name: "xprt_destroy_cb", Run: x.destroy}
		x.k.m.Queue(&x.endWork)
	}
}

// processCallback is svc_process_bc: as svc_process, but the reply is sent by a task of the client's own machinery, in
// this thread.
func (srv *Server) processCallback(th *svcThread) Step {
	r := srv.callbacks[0]
	srv.callbacks = srv.callbacks[1:]
	k := srv.k
	c := &th.call
	srv.begin(c, r.reply, nil, "")
	k.m.Spend(CostService)
	serve := func() Step {
		reply, _ := srv.answer(c, nil)
		r.bc.slots--
		if reply == nil {
			r.bc.free(r)
			return th.next
		}
		r.call = reply
		return k.runBCTask(r, func(*Task) Step { return th.next })
	}
	return srv.busy(th, func() Step {
		if c.service.Prepare != nil && c.sound() {
			return c.service.Prepare(r.xprt.peer, c.Proc, c.args, serve)
		}
		return serve()
	})
}
