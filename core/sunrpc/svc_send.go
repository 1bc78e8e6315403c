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
	return x.locked(th.Thread, func() Step {
		srv.record = rpcmsg.AppendRecord(srv.record[:0], reply)
		return x.push(th.Thread, srv.record, 0, func(sent int) Step {
			k := srv.k
			k.emit(".....", trace.SvcsockTCPSend, x.sockFields(sent)...)
			k.m.Spend(CostAction)
			return func() Step {
				k.emit(".....", trace.SvcSend, int64(xid), k.str(x.localText), k.str(x.remoteText), int64(sent),
					k.str(rqFlags))
				x.sent()
				return srv.recv(th)
			}
		})
	})
}

// locked goes on with then, which sends, as soon as no other thread does (xpt_mutex).
//
//go:noinline
func (x *SvcXprt) locked(th *Thread, then Step) Step {
	if x.out.busy {
		th.Blocked = true
		x.out.waiting = append(x.out.waiting, func() {
			x.srv.k.m.Wake(th, func() Step { return x.locked(th, then) })
		})
		return nil
	}
	x.out.busy = true
	return then()
}

// push hands the socket what it takes of a record, and waits for room when that was not all. then hears how much of it is
// out.
//
//go:noinline
func (x *SvcXprt) push(th *Thread, record []byte, sent int, then func(int) Step) Step {
	n, err := x.sock.Send(record[sent:])
	sent += n
	if err == wire.EAGAIN {
		th.Blocked = true
		record = append([]byte(nil), record...) // the next reply is made where this one was
		x.out.resume = func() {
			x.srv.k.m.Wake(th, func() Step { return x.push(th, record, sent, then) })
		}
		return nil
	}
	return then(sent)
}

// sent lets the next thread send.
//
//go:noinline
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
