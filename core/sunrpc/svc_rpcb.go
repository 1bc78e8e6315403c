package sunrpc

import (
	"sunscope/core/trace"
	"sunscope/core/wire"
)

// SvcSocket is a socket that a service is to have: a listener or one for datagrams, on all addresses of a family.
type SvcSocket struct {
	Protocol Protocol
	IPv6     bool
	Port     uint16
}

func (s SvcSocket) family() string {
	if s.IPv6 {
		return "AF_INET6"
	}
	return "AF_INET"
}

// NewServer makes a server of some programs (svc_create). It has no sockets and no threads yet.
func (k *Kernel) NewServer(s []*Service) *Server {
	return &Server{k: k, services: s, log: k.log}
}

// Bind is svc_bind: the server will tell rpcbind of its programs, and begins by taking off what an earlier one may have
// left there. It is called from a thread, whose next step it returns; then hears 0 or why rpcbind is out of reach.
func (srv *Server) Bind(then func(int32) Step) Step {
	return srv.k.rpcbCreateLocal(func(status int32) Step {
		if status < 0 {
			return then(status)
		}
		return srv.unregister(0, func() Step { return then(0) })
	})
}

// AddSocket is svc_create_xprt: the socket's programs are registered, and it is open. If one of them is not registered the
// socket is not made, and then hears why.
func (srv *Server) AddSocket(s SvcSocket, then func(int32) Step) Step {
	return srv.register(s, 0, func(status int32) Step {
		if status < 0 {
			return then(status)
		}
		return then(int32(srv.open(s)))
	})
}

// register is svc_register, from the i-th program on. Programs that need to be told of congestion (vs_need_cong_ctrl) are
// not offered over UDP.
func (srv *Server) register(s SvcSocket, i int, then func(int32) Step) Step {
	k := srv.k
	if i == len(srv.services) {
		return then(0)
	}
	p := srv.services[i]
	if p.Off || p.CongCtrl && s.Protocol == UDP {
		return srv.register(s, i+1, then)
	}
	return k.rpcbV4Register(p.Prog, p.Vers, netid(s.Protocol, s.IPv6), s.Port, func(status int32) Step {
		done := func(status int32) Step {
			k.emit(".....", trace.SvcRegister, k.str(p.Name), int64(p.Vers), k.str(netid(s.Protocol, false)), int64(s.Port),
				k.str(s.family()), int64(status))
			if status < 0 {
				return then(status)
			}
			return srv.register(s, i+1, then)
		}
		switch {
		case status != int32(wire.EPROTONOSUP):
			return done(status)
		case s.IPv6:
			return done(int32(wire.EAFNOSUPPORT)) // version 2 has no words for it
		}
		return k.rpcbRegister(p.Prog, p.Vers, s.Protocol, s.Port, done)
	})
}

// unregister is svc_unregister, from the i-th program on.
func (srv *Server) unregister(i int, then func() Step) Step {
	k := srv.k
	if i == len(srv.services) {
		return then()
	}
	p := srv.services[i]
	done := func(status int32) Step {
		k.emit(".....", trace.SvcUnregister, k.str(p.Name), int64(p.Vers), int64(status))
		return srv.unregister(i+1, then)
	}
	return k.rpcbV4Register(p.Prog, p.Vers, "", 0, func(status int32) Step {
		if status == int32(wire.EPROTONOSUP) {
			return k.rpcbRegister(p.Prog, p.Vers, 0, 0, done)
		}
		return done(status)
	})
}

// open makes the socket (svc_create_socket).
func (srv *Server) open(s SvcSocket) (err wire.Errno) {
	k, local := srv.k, wire.Addr{Host: "0.0.0.0", Port: s.Port}
	if s.IPv6 {
		local.Host = "::"
	}
	kind, suffix := "STREAM", " (listener)"
	if s.Protocol == UDP {
		kind, suffix = "DGRAM", ""
		err = srv.bind(local)
	} else {
		err = srv.listen(local)
	}
	k.emit(".....", trace.SvcsockNewSocket, k.str(kind), k.str(s.family()), k.str(suffix))
	x := srv.sockets[len(srv.sockets)-1]
	if x.flags |= xptData; x.flags&xptListener != 0 {
		x.flags = x.flags&^xptData | xptConn
	}
	x.enqueue(".....")
	return err
}

// Start gives the server its threads: they begin with what waits already.
func (srv *Server) Start(threads []*Thread) {
	for _, th := range threads {
		t := &svcThread{Thread: th}
		t.next = func() Step { return srv.recv(t) }
		srv.threads = append(srv.threads, t)
		srv.k.m.Wake(th, t.next)
	}
}

// Retire lets n threads end (svc_set_num_threads): those that sleep at once, the others when they have done what they are at.
func (srv *Server) Retire(n int) {
	for i := len(srv.threads) - 1; i >= 0 && n > 0; i-- {
		if th := srv.threads[i]; !th.victim {
			th.victim, n = true, n-1
			if th.idle {
				srv.threads = append(srv.threads[:i], srv.threads[i+1:]...)
			}
		}
	}
}

// Stop is the way to svc_destroy: no socket is left, no thread takes up anything more, rpcbind forgets the programs. A call
// that a thread has in hand is answered if its connection still stands.
func (srv *Server) Stop(then func() Step) Step {
	srv.Close()
	k := srv.k
	leave := func(int32) Step {
		return srv.unregister(0, func() Step {
			k.rpcbPutLocal()
			return then()
		})
	}
	if k.rpcb.users == 0 {
		return k.rpcbCreateLocal(leave) // it has run since before the events began
	}
	return leave(0)
}

// delete is svc_delete_xprt.
func (x *SvcXprt) delete() {
	k := x.srv.k
	x.flags |= xptDead
	k.emit(".....", trace.SvcXprtDetach, x.fields()...)
	switch {
	case x.dgram != nil:
		x.dgram.Close()
	case x.sock != nil:
		x.sock.Close()
		x.disconnected()
		x.freed()
	default:
		for _, at := range x.unlisten {
			k.net.Unlisten(at)
		}
	}
	k.emit(".....", trace.SvcXprtFree, x.fields()...)
	k.m.Spend(CostAction)
}

func without(all []*SvcXprt, x *SvcXprt) []*SvcXprt {
	for i, o := range all {
		if o == x {
			return append(all[:i], all[i+1:]...)
		}
	}
	return all
}
