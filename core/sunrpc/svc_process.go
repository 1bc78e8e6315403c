package sunrpc

import (
	"slices"
	"strings"

	"sunscope/core/rpcmsg"
	"sunscope/core/time"
	"sunscope/core/trace"
	"sunscope/core/xdr"
)

// usualReply is how many bytes most replies without data have; memory for more than largeReply is not kept.
const (
	usualReply = 160
	largeReply = 1 << 14
)

// svcCall is a call in a thread's hands (svc_rqst).
type svcCall struct {
	rpcmsg.CallHeader
	service *Service
	name    string             // of the procedure
	args    []byte             // undecoded
	reply   rpcmsg.ReplyHeader // Success until something is wrong
	drop    bool               // no reply can be made
	cached  []byte             // the reply to the same call, earlier
	dup     *dupEntry          // where the reply will be kept
	began   time.Duration
	conn    *SvcXprt // nil for a callback
}

// process is svc_process: decode the header, find the procedure, run it, encode the reply.
func (srv *Server) process(th *svcThread, x *SvcXprt, call []byte) Step {
	if srv.Answer != nil {
		if reply, hangUp, wrong := srv.Answer(call); wrong {
			return srv.answerWrongly(th, x, reply, hangUp)
		}
	}
	k := srv.k
	if len(call) < leastRecord {
		return th.next // a datagram that says nothing
	}
	k.emit(".....", trace.SvcXDRRecvfrom, int64(xdr.Word(call)), k.pointer(), int64(len(call)), 0, 0, 0, int64(len(call)))
	if i := slices.Index(srv.Faults.Unanswered, xdr.Word(call)); i >= 0 {
		srv.Faults.Unanswered = slices.Delete(srv.Faults.Unanswered, i, i+1)
		x.traceRequest(trace.SvcDrop, call)
		return th.next
	}
	return srv.known(th, x, call, func() Step { return srv.perform(th, x, call) })
}

// perform does a call whose caller is known.
func (srv *Server) perform(th *svcThread, x *SvcXprt, call []byte) Step {
	k := srv.k
	host := x.remote.Host
	if x.datagrams {
		host = th.addr.Host
	}
	c := &th.call
	srv.begin(c, call, x, host)
	if c.service.Cached != nil && c.sound() {
		from := x.remote
		if x.datagrams {
			from = th.addr
		}
		srv.lookup(c, x, from)
	}
	if c.drop || c.cached != nil {
		k.m.Spend(CostAction)
		return srv.finish(th, x, call, c)
	}
	k.m.Spend(CostService)
	finish := srv.finish(th, x, call, c)
	if prepare := c.service.Prepare; prepare != nil && c.sound() {
		from := x.remote
		if x.datagrams {
			from = th.addr
		}
		return srv.busy(th, func() Step { return prepare(from, c.Proc, c.args, finish) })
	}
	return srv.busy(th, finish)
}

// finish makes the reply and sends it.
//
//go:noinline
func (srv *Server) finish(th *svcThread, x *SvcXprt, call []byte, c *svcCall) Step {
	k := srv.k
	return func() Step {
		reply, pages := srv.answer(c, th.res)
		if c.cached == nil && cap(reply) <= largeReply {
			th.res = reply[:0]
		}
		if reply == nil {
			x.traceRequest(trace.SvcDrop, call)
			return th.next
		}
		head := int64(len(reply) - pages)
		k.emit(".....", trace.SvcXDRSendto, int64(c.XID), k.pointer(), head, int64(pages), 0, 0, 0, int64(len(reply)))
		k.emit(".....", trace.SvcStatsLatency, int64(c.XID), k.str(x.localText), k.str(x.client()), k.str(c.name),
			(k.m.Now() - c.began).Microseconds())
		k.m.Spend(CostSend)
		return func() Step { return srv.send(th, x, c.XID, reply) }
	}
}

// rqFlags are svc_rqst.rq_flags as events print them.
const rqFlags = "SECURE|USEDEFERRAL|SPLICE_OK|BUSY|DATA"

// answerWrongly sends a reply that the service did not make, or none.
func (srv *Server) answerWrongly(th *svcThread, x *SvcXprt, reply []byte, hangUp bool) Step {
	if hangUp && x.dgram == nil {
		x.flags |= xptClose
		x.enqueue(".....")
	}
	if reply == nil {
		return th.next
	}
	srv.k.m.Spend(CostSend)
	return func() Step { return srv.send(th, x, xdr.Word(reply), reply) }
}

// begin is the first half of svc_process_common, which finds out what is called by host, and what is wrong with the call. x
// is nil for a callback.
func (srv *Server) begin(c *svcCall, msg []byte, x *SvcXprt, host string) {
	k := srv.k
	d := &k.decoder
	d.Reset(msg)
	h, err := rpcmsg.DecodeCall(d)
	*c = svcCall{CallHeader: h, service: srv.services[0], reply: rpcmsg.AcceptedReply(h.XID, rpcmsg.Success), began: k.m.Now(), conn: x}
	if err != nil {
		c.reply, c.drop = notACall(msg, err)
		if c.drop && x != nil {
			x.hangUp()
		}
		return
	}
	c.args = d.Rest()
	s, known := srv.find(h.Prog, h.Vers), false
	c.service = s
	c.name, known = s.ProcName(h.Proc)
	why := authenticate(&h)
	if why == rpcmsg.AuthOK && srv.stranger(host, h.Proc) {
		why = rpcmsg.AuthBadCred
	}
	switch {
	case why != rpcmsg.AuthOK:
		c.reply = rpcmsg.DeniedReply(h.XID, why)
		if x != nil {
			k.emit(".....", trace.SvcAuthenticate, int64(h.XID), k.str(x.localText), k.str(x.client()), k.str("SVC_DENIED"),
				k.str(strings.TrimPrefix(why.String(), "AUTH_")))
		}
	case h.Prog != s.Prog:
		c.reply.Accept = rpcmsg.ProgUnavail
	case h.Vers != s.Vers || s.Off, s.CongCtrl && x != nil && x.datagrams:
		c.reply.Accept = rpcmsg.ProgMismatch
		c.reply.Low, c.reply.High = srv.versions(h.Prog)
	case !known:
		c.reply.Accept = rpcmsg.ProcUnavail
	default:
		addr := "(null)"
		if x != nil {
			addr = x.addr()
		}
		k.emit(".....", trace.SvcProcess, k.str(addr), int64(h.XID), k.str(s.Name), int64(h.Vers), k.str(c.name))
	}
}

// answer is the second half: it runs the procedure, unless something is wrong with the call, and makes the reply, in memory
// that it is given if that will do; nil if there is to be none.
func (srv *Server) answer(c *svcCall, memory []byte) (reply []byte, pages int) {
	if c.drop || c.cached != nil {
		return c.cached, 0
	}
	if memory == nil {
		memory = make([]byte, 0, usualReply)
	}
	e := xdr.Encoder{B: memory}
	if c.sound() {
		d := &srv.k.decoder
		d.Reset(c.args)
		body := xdr.Encoder{B: srv.body[:0]}
		if c.service.ServeConn != nil {
			c.reply.Accept, pages = c.service.ServeConn(c.conn, c.Proc, d, &body)
		} else {
			c.reply.Accept, pages = c.service.Serve(c.Proc, d, &body)
		}
		srv.body = body.B
	}
	rpcmsg.EncodeReply(&e, &c.reply)
	if c.sound() {
		e.B = append(e.B, srv.body...)
	} else {
		pages = 0
	}
	if c.dup != nil {
		c.dup.update(c, e.B)
	}
	return e.B, pages
}

// sound says that nothing is wrong with the call so far.
func (c *svcCall) sound() bool {
	return !c.drop && c.reply.Stat == rpcmsg.MsgAccepted && c.reply.Accept == rpcmsg.Success
}

// find is the service of a program and a version; one of another version if there is none; the first, if there is not even
// that.
func (srv *Server) find(prog, vers uint32) *Service {
	found := srv.services[0]
	for _, s := range srv.services {
		switch {
		case s.Prog == prog && s.Vers == vers && !s.Off:
			return s
		case s.Prog == prog:
			found = s
		}
	}
	return found
}
