package sunrpc

import (
	"sunscope/core/rpcmsg"
	"sunscope/core/trace"
	"sunscope/core/wire"
	"sunscope/core/xdr"
)

// bcOps are those of a server's transport over a connection that the client has opened (bc_tcp_ops): it is bound and
// connected from birth, and cannot be either again.
type bcOps struct{ tcpOps }

func (bcOps) rpcbind(*Xprt, *Task) {}
func (bcOps) connect(*Xprt, *Task) {}

// close is bc_close: whoever waits for a reply hears that the connection is gone.
func (bcOps) close(x *Xprt) { x.disconnectDone() }

// CreateBack is rpc_create with bc_xprt: a client of a program at the other end of a connection that the other end has
// opened. Its calls must not connect (NOCONNECT). The transport lives as long as the connection, and other clients of it
// share it. slots is how many calls it can have outstanding; 0: tcp_slot_table_entries.
func (k *Kernel) CreateBack(a *CreateArgs, conn *SvcXprt, slots int) *Client {
	x := conn.bc
	if x == nil {
		if slots == 0 {
			slots = k.Knobs.TCPSlots
		}
		x = k.newXprt(wire.Addr{Host: conn.remote.Host}, bcOps{}, slots, slots) // its reference is the connection's
		x.state |= trace.XprtBound | trace.XprtConnected
		x.svc, conn.bc = conn, x
		x.traceState(".....", trace.XprtCreate)
	}
	x.refs++
	args := *a
	args.Server, args.ServerName = x.peer, "(null)"
	return k.newClientOn(&args, x)
}

// Conn is the newest connection from a host; nil if there is none.
func (srv *Server) Conn(host string) *SvcXprt {
	for i := len(srv.conns) - 1; i >= 0; i-- {
		if x := srv.conns[i]; x.remote.Host == host && x.flags&(xptDead|xptClose) == 0 {
			return x
		}
	}
	return nil
}

// Dead says whether the connection is gone (XPT_DEAD).
func (x *SvcXprt) Dead() bool { return x.flags&xptDead != 0 }

// sendCall is bc_send_request: a call goes out as replies do, one at a time. What could not be sent whole is EAGAIN.
func (s *SvcXprt) sendCall(x *Xprt, t *Task, r *Request) Step {
	th := s.srv.k.m.Current()
	return s.locked(th, func() Step {
		x.out.task, x.out.req, x.out.err = t, r, wire.ENOTCONN
		if s.Dead() {
			s.sent()
			return x.out.sent
		}
		record := rpcmsg.AppendRecord(nil, r.call)
		r.xtime = x.k.m.Now()
		return s.push(th, record, 0, func(n int) Step {
			if x.out.err = wire.OK; n < len(record) {
				x.out.err = wire.EAGAIN
			}
			x.k.m.Spend(CostSend)
			s.sent()
			return x.out.sent
		})
	})
}

// callbackReply is receive_cb_reply: the reply to a call of the server's own goes to its task, whose thread is another.
// EAGAIN: nobody waits for it, and it is dropped.
func (s *SvcXprt) callbackReply(msg []byte) wire.Errno {
	x := s.bc
	if x == nil {
		return wire.EAGAIN
	}
	xid := xdr.Word(msg)
	r, status := x.find(xid), int64(0)
	if r == nil {
		status = noSuchCall
	}
	x.k.emit("...1.", trace.XprtLookupRqst, x.peerFields(int64(xid), status)...)
	if r == nil || len(msg) > r.headLen {
		return wire.EAGAIN
	}
	r.rtt = x.k.m.Now() - r.xtime
	x.complete(r, append([]byte(nil), msg...))
	return wire.OK
}

// disconnected is what svc_delete_xprt does for whoever uses the connection: a thread that waits for room in the socket
// goes on, and calls of the server's own fail.
func (s *SvcXprt) disconnected() {
	s.out.abandon()
	for _, lost := range s.users { // call_xpt_users
		lost()
	}
	s.users = nil
	if s.bc != nil {
		s.bc.ops.close(s.bc)
	}
}

// freed is svc_xprt_free's part in the transport for the server's own calls.
func (s *SvcXprt) freed() {
	if x := s.bc; x != nil {
		s.bc = nil
		x.put()
	}
}
