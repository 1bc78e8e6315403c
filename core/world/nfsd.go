package world

import (
	"slices"
	"strconv"

	"sunscope/core/nfs"
	"sunscope/core/nfs4"
	nfsd4 "sunscope/core/nfs4/nfsd"
	"sunscope/core/nlm"
	"sunscope/core/rpcmsg"
	"sunscope/core/scenario"
	"sunscope/core/sunrpc"
	"sunscope/core/wire"
	"sunscope/core/xdr"
)

// nfsd is the server's NFS service, which can be stopped and started again, with the lock manager in its train.
type nfsd struct {
	w      *World
	kernel *sunrpc.Kernel
	srv    *sunrpc.Server // nil: it does not run
	lockd  *lockd
	locks  bool // it needs the lock manager
	v4     *nfsd4.Server
}

// startV4 makes the state of NFSv4, whose root is the export.
func (n *nfsd) startV4() {
	v4 := nfs4.NewServer(n.w.fs)
	v4.Root = n.w.fs.Handle(export)
	if d := n.w.sc.Server.Lease; d > 0 {
		v4.Lease = d
	}
	if d := n.w.sc.Server.Grace; d > 0 {
		v4.Grace = d
	}
	if n.w.sc.Server.Layouts {
		v4.LayoutType, v4.LayoutBody = nfs4.FlexFiles, make([]byte, 20) // ff_layout4 without mirrors, RFC 8435 §5.1
	}
	n.v4 = nfsd4.New(n.kernel, n.w.server, v4)
	n.shareLocks(&n.lockd.l.Server)
}

// shareLocks lets NFSv4 see the locks of the server's processes and of NLM, and these see NFSv4's: for the kernel they are all
// POSIX locks of one inode (i_flctx).
func (n *nfsd) shareLocks(l *nlm.Server) {
	l.Elsewhere = func(fh string, exclusive bool, at nlm.Range) *nlm.Held {
		d := n.v4.Locked(fh, exclusive, at.First, at.Last)
		if d == nil {
			return nil
		}
		return &nlm.Held{Exclusive: d.Type == 2, At: nlm.Range{First: d.Offset, Last: d.Last()}} // WRITE_LT
	}
	l.Freed = n.v4.Unlocked
	n.v4.V4.Others = func(fh string, write bool, first, last uint64) *nfs4.Denied {
		h := l.Conflict(fh, write, nlm.Range{First: first, Last: last})
		if h == nil {
			return nil
		}
		return nfs4.DeniedBy(h.Exclusive, h.At.First, h.At.Last)
	}
	n.v4.V4.Freed = func(fh string) { l.Retry(fh, nlm.Range{Last: ^uint64(0)}, n.w.now) }
}

// services are the programs of nfsd, over the world's file system.
func (w *World) services() []*sunrpc.Service {
	service := nfs.Service(w.fs)
	serve := service.Serve
	service.Serve = func(proc uint32, args *xdr.Decoder, res *xdr.Encoder) (rpcmsg.AcceptStat, int) {
		w.fs.Now = w.now
		return serve(proc, args, res)
	}
	return []*sunrpc.Service{service, w.nfsd.v4.Service(), nfs.ACLService(w.fs)}
}

// threads makes threads of the server.
//
//go:noinline
func (w *World) threads(comm string, n int) (all []*sunrpc.Thread) {
	for range n {
		all = append(all, &w.server.spawn(comm).Thread)
	}
	return all
}

// command is the operation nfsd: it runs rpc.nfsd on the server, with so many threads, and lets done hear of its end. None
// is the end of the service. As nfsd-u it serves datagrams too.
func (n *nfsd) command(op *scenario.Op, done func(status int32)) {
	p := n.w.server.spawn("rpc.nfsd")
	n.w.server.wake(p, func() sunrpc.Step {
		n.w.server.Spend(sunrpc.CostProcess)
		end := func(status int32) sunrpc.Step {
			done(status)
			return nil
		}
		switch {
		case op.N == 0 && n.srv != nil:
			return n.stop(end)
		case op.N > 0 && n.srv == nil:
			return n.start(op, end)
		}
		return end(0)
	})
}

// stop is the end of the service, and then of the lock manager.
func (n *nfsd) stop(end func(int32) sunrpc.Step) sunrpc.Step {
	srv, locks := n.srv, n.locks
	n.srv, n.locks = nil, false
	over := func() sunrpc.Step { return end(0) }
	return srv.Stop(func() sunrpc.Step {
		n.v4.Stop()
		if !locks {
			return over()
		}
		return n.lockd.down(over)
	})
}

// start brings the service up as the kernel does: its sockets one after the other, each with its programs registered
// first; then the lock manager's; the threads last.
func (n *nfsd) start(op *scenario.Op, end func(int32) sunrpc.Step) sunrpc.Step {
	threads, udp, off, port := op.N, op.Verb == "nfsd-u", op.Without, uint16(n.w.sc.Mount.Port)
	if op.Port != 0 {
		port = uint16(op.Port)
	}
	n.v4.Start()
	n.v4.V4.Off = [2]bool{slices.Contains(off, "4.0"), slices.Contains(off, "4.1")}
	order := []sunrpc.Protocol{sunrpc.TCP}
	if udp {
		order = append(order, sunrpc.UDP)
	}
	n.srv = n.kernel.NewServer(offered(n.w.services(), off))
	v3 := !slices.Contains(off, "3")
	n.srv.Answer = n.w.answering(port).reply
	failed := func(status int32) sunrpc.Step { return n.stop(func(int32) sunrpc.Step { return end(status) }) }
	return bringUp(n.srv, sockets(order, func() uint16 { return port }), failed, func() sunrpc.Step {
		run := func() sunrpc.Step {
			n.srv.Start(n.w.threads("nfsd", threads))
			return end(0)
		}
		if !v3 {
			return run() // NFSv4 has its locks in itself (nfsd_needs_lockd)
		}
		n.locks = true
		return n.lockd.up(failed, run)
	})
}

// offered marks the programs whose version of NFS is off. NFSACL goes with version 3.
func offered(all []*sunrpc.Service, off []string) []*sunrpc.Service {
	for _, s := range all {
		s.Off = slices.Contains(off, strconv.Itoa(int(s.Vers)))
	}
	return all
}

// sockets are one for each protocol over IPv4, then the same over IPv6.
//
//go:noinline
func sockets(order []sunrpc.Protocol, port func() uint16) (all []sunrpc.SvcSocket) {
	for _, ipv6 := range [...]bool{false, true} {
		for _, p := range order {
			all = append(all, sunrpc.SvcSocket{Protocol: p, IPv6: ipv6, Port: port()})
		}
	}
	return all
}

// bringUp binds a server and makes its sockets. Where rpcbind does not know of IPv6, the sockets for it are left out.
func bringUp(srv *sunrpc.Server, all []sunrpc.SvcSocket, failed func(int32) sunrpc.Step, then func() sunrpc.Step) sunrpc.Step {
	var next func(i int) sunrpc.Step
	next = func(i int) sunrpc.Step {
		if i == len(all) {
			return then()
		}
		return srv.AddSocket(all[i], func(status int32) sunrpc.Step {
			if status < 0 && (!all[i].IPv6 || status != int32(wire.EAFNOSUPPORT)) {
				return failed(status)
			}
			return next(i + 1)
		})
	}
	return srv.Bind(func(status int32) sunrpc.Step {
		if status < 0 {
			return failed(status)
		}
		return next(0)
	})
}

// callBack has the server call its client: as often as the operation says, or to get a file back.
func (w *World) callBack(op *scenario.Op) {
	switch {
	case op.Verb == "recall":
		w.nfsd.recall(op.Path)
	case op.Verb == "recall-slots":
		if !w.nfsd.v4.RecallSlots(uint32(op.N)) {
			w.server.mark("recall-slots does nothing: no client has a session")
		}
	case w.back != nil:
		w.back.recall(op.N)
	default:
		w.server.mark("callback does nothing: the server has no way back to its client")
	}
}

// recall is a program on the server that uses a file: clients that have a delegation or a layout of it are called back.
func (n *nfsd) recall(path string) {
	if fh := n.w.fs.Handle(export + "/" + path); fh != nil {
		n.v4.Recall(fh)
		n.v4.RecallLayouts(fh)
		return
	}
	n.w.server.mark("recall does nothing: there is no file " + path)
}
