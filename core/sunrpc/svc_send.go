package sunrpc

import (
	"sunscope/core/rpcmsg"
	"sunscope/core/trace"
	"sunscope/core/wire"
)

// outgoing is a reply on its way into the socket. Only one thread at a time sends on a connection, or replies would
// run into one another; the others wait (xpt_mutex).
type outgoing struct {
	busy    bool
	waiting []func()
	resume  func() // goes on when the socket has room again
}

// send is svc_send: the whole reply in one record.
func (srv *Server) send(th *svcThread, x *SvcXprt, xid uint32, reply []byte) Step {
	if x.dgram != nil {
		return srv.sendDatagram(th, x, xid, reply)
	}
	if x.out.busy {
		x.out.waiting = append(x.out.waiting, func() {
			srv.k.m.Wake(th.Thread, func() Step { return srv.send(th, x, xid, reply) })
		})
		return nil
	}
	x.out.busy = true
	record := rpcmsg.AppendRecord(nil, reply)
	return srv.push(th, x, xid, record, 0)
}

// push hands the socket what it takes of a record, and waits for room when that was not all.
func (srv *Server) push(th *svcThread, x *SvcXprt, xid uint32, record []byte, sent int) Step {
	n, err := x.sock.Send(record[sent:])
	sent += n
	if err == wire.EAGAIN {
		x.out.resume = func() {
			srv.k.m.Wake(th.Thread, func() Step { return srv.push(th, x, xid, record, sent) })
		}
		return nil
	}
	srv.k.emit(".....", trace.SvcsockTCPSend, x.sockFields(sent)...)
	srv.k.m.Spend(CostAction)
	return func() Step {
		k := srv.k
		k.emit(".....", trace.SvcSend, int64(xid), k.str(x.localText), k.str(x.remoteText), int64(sent),
			k.str("SECURE|USEDEFERRAL|SPLICE_OK|BUSY|DATA"))
		x.sent()
		return srv.recv(th)
	}
}

// sent lets the next thread send.
func (x *SvcXprt) sent() {
	x.out.busy = false
	if len(x.out.waiting) > 0 {
		next := x.out.waiting[0]
		x.out.waiting = x.out.waiting[1:]
		next()
	}
}

// WriteSpace implements wire.Handler (svc_write_space).
func (x *SvcXprt) WriteSpace() {
	x.srv.k.emit("..s2.", trace.SvcsockWriteSpace, x.sockFields(0)...)
	x.out.abandon()
	x.enqueue("..s2.")
}
