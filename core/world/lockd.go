package world

import (
	"errors"
	"strconv"

	"sunscope/core/nlm"
	"sunscope/core/rpcmsg"
	"sunscope/core/scenario"
	"sunscope/core/sunrpc"
	"sunscope/core/wire"
	"sunscope/core/xdr"
)

// lockd is the lock manager of the server or of a network namespace of the client, which runs as long as a mount or nfsd
// needs it.
type lockd struct {
	w      *World
	h      *host
	kernel *sunrpc.Kernel
	net    wire.Network
	addr   string
	l      *nlm.Lockd
	srv    *sunrpc.Server // nil: it does not run
	users  int            // nlmsvc_users
}

// newLockd makes a lock manager, which does not run yet.
func (w *World) newLockd(h *host, k *sunrpc.Kernel, net wire.Network, addr, nodename string) *lockd {
	l := nlm.New(k, h, nodename)
	l.Exists = func([]byte) bool { return false } // who exports nothing has no files to lock
	return &lockd{w: w, h: h, kernel: k, net: net, addr: addr, l: l}
}

// serveLocks makes the server's.
func (n *nfsd) serveLocks(net wire.Network) {
	w := n.w
	n.lockd = w.newLockd(w.server, n.kernel, net, w.sc.Server.Addr, w.sc.Server.Name)
	n.lockd.l.Exists = func(fh []byte) bool {
		_, status := w.fs.Stat(fh)
		return status == 0
	}
}

// ports are such as nobody has: the lock manager has others each time.
func (d *lockd) ports() func() uint16 {
	whose := d.addr + " "
	if d.h == d.w.server {
		whose = ""
	}
	ports := d.w.rand(whose + "lockd ports at " + d.w.now.String())
	return func() uint16 { return uint16(32768 + ports.IntN(28232)) }
}

// up is lockd_up: the lock manager runs from now on, if it does not already.
func (d *lockd) up(failed func(int32) sunrpc.Step, then sunrpc.Step) sunrpc.Step {
	if d.users++; d.users > 1 {
		return then()
	}
	d.srv = d.kernel.NewServer(d.l.Services())
	d.l.Grace(d.w.now + d.w.sc.Server.LockGrace())
	d.l.Start(d.srv)
	d.srv.Start(d.threads())
	both := []sunrpc.Protocol{sunrpc.UDP, sunrpc.TCP}
	return bringUp(d.srv, sockets(both, d.ports()), failed, then)
}

func (d *lockd) threads() []*sunrpc.Thread { return []*sunrpc.Thread{&d.h.spawn("lockd").Thread} }

// hasRun is for a lock manager that has run for so long that its grace period is over, and that rpcbind knows.
func (d *lockd) hasRun(r *rpcbind) error {
	d.users = 1
	port := d.ports()
	tcp, udp := port(), port()
	srv, err := d.kernel.Serve(d.l.Services(), tcp, d.threads())
	if err == wire.OK {
		err = srv.ServeUDP(udp)
	}
	if err != wire.OK {
		return errors.New("the lock manager cannot listen on port " + strconv.Itoa(int(tcp)))
	}
	d.srv = srv
	d.l.Start(srv)
	if r != nil {
		for _, vers := range [...]uint32{1, 3, 4} {
			r.add(nlm.Program, vers, tcp, "tcp")
			r.add(nlm.Program, vers, udp, "udp")
		}
	}
	return nil
}

// down is lockd_down: who needed the lock manager does not any more.
func (d *lockd) down(then sunrpc.Step) sunrpc.Step {
	if d.users--; d.users > 0 {
		return then
	}
	srv := d.srv
	d.users, d.srv = 0, nil
	if srv == nil {
		return then
	}
	return d.l.Stop(func() sunrpc.Step { return srv.Stop(then) })
}

// statdPort is where an rpc.statd listens.
const statdPort = 32765

// startLocking starts what lock managers need of their machines: rpcbind on the client too, and an rpc.statd on each.
func (w *World) startLocking(bind *daemon, r *rpcbind) error {
	if !w.sc.Locks() {
		return nil
	}
	d := w.nfsd.lockd
	if bind != nil {
		bind.listen(d.net, wire.Addr{Host: lo, Port: 111})
	}
	if !w.sc.Server.NoStatd {
		d.statd(r)
	}
	w.lockd.helpers()
	if w.second != nil {
		w.second.lockd.helpers()
	}
	if w.sc.Server.NoNFSD {
		return nil
	}
	w.nfsd.locks = true
	return d.hasRun(r)
}

// helpers starts the client's daemons.
func (d *lockd) helpers() {
	r := &rpcbind{host: d.addr}
	bind := startDaemon(d.h, "rpcbind", program{100000, 2, 4, r.serve})
	for _, at := range []wire.Addr{{Host: d.addr, Port: 111}, {Host: lo, Port: 111}, {Host: "/var/run/rpcbind.sock"}} {
		bind.listen(d.net, at)
	}
	d.statd(r)
}

// lo is the address by which a host knows itself.
const lo = "127.0.0.1"

// statd starts a machine's status monitor. Whom it watches it writes down, and tells after a restart; machines do not
// restart here, so it answers, and that is all.
func (d *lockd) statd(r *rpcbind) {
	const state = 3 // odd: the host is up
	daemon := startDaemon(d.h, "rpc.statd", program{nlm.StatProgram, nlm.StatVersion, nlm.StatVersion,
		func(_, proc uint32, args *xdr.Decoder, res *xdr.Encoder) rpcmsg.AcceptStat {
			var a, b nlm.Message
			switch proc {
			case nlm.StatMon:
				a, b = new(nlm.MonArgs), &nlm.MonRes{State: state}
			case nlm.StatUnmon:
				a, b = new(nlm.UnmonArgs), &nlm.UnmonRes{State: state}
			default:
				return rpcmsg.ProcUnavail
			}
			if a.Decode(args); args.Err() != nil {
				return rpcmsg.GarbageArgs
			}
			b.Encode(res)
			return rpcmsg.Success
		}})
	daemon.listen(d.net, wire.Addr{Host: lo, Port: statdPort})
	if r != nil {
		r.add(nlm.StatProgram, nlm.StatVersion, statdPort, "tcp")
	}
}

// withLockd is the part of a mount that concerns locks (nlmclnt_init): the lock manager runs, and knows the server.
func (m *mounting) withLockd(then sunrpc.Step) sunrpc.Step {
	if !m.lock {
		return then()
	}
	d := m.ns.lockd
	failed := func(status int32) sunrpc.Step { return m.giveUp("lockd", status) }
	return d.up(failed, func() sunrpc.Step {
		return d.l.Connect(m.addr, m.addr, func(h *nlm.Host, status int32) sunrpc.Step {
			m.nlm = h
			if status < 0 {
				return failed(status)
			}
			return then()
		})
	})
}

// withoutLockd is the end of that (nlmclnt_done).
func (m *mounting) withoutLockd(then sunrpc.Step) sunrpc.Step {
	h := m.nlm
	if h == nil {
		return then
	}
	m.nlm = nil
	d := m.ns.lockd
	return d.l.Disconnect(h, func() sunrpc.Step { return d.down(then) })
}

// host is the server's lock manager as the script's mount has it; nil for a mount with nolock.
func (s *script) nlm() *nlm.Host {
	if n := len(s.mine); n > 0 {
		return s.mine[n-1].nlm
	}
	return s.w.nlm
}

// lock is the operations lock and trylock: fcntl(2) with F_SETLKW and with F_SETLK, for the whole file. Without a lock
// manager the lock is nobody else's business.
func (s *script) lock(op *scenario.Op) sunrpc.Step {
	h := s.nlm()
	if h == nil || s.locks[op.Path] != nil {
		return s.next
	}
	r := &nlm.Request{Process: strconv.Itoa(int(s.p.PID)), FH: s.handle(op.Path), Exclusive: true, Item: s.item(op)}
	return h.Lock(r, op.Verb == "lock", func(status int32) sunrpc.Step {
		if status == 0 {
			if s.locks == nil {
				s.locks = map[string]*nlm.Request{}
			}
			s.locks[op.Path] = r
			s.locked = append(s.locked, op.Path)
		}
		return s.next
	})
}

// unlock is the operation of that name.
func (s *script) unlock(path string) sunrpc.Step {
	r, h := s.locks[path], s.nlm()
	if r == nil || h == nil {
		return s.next
	}
	r.Item = s.item(&scenario.Op{Verb: "unlock"})
	delete(s.locks, path)
	return h.Unlock(r, func(int32) sunrpc.Step { return s.next })
}

// leave gives up what a process still has locked when it ends; nil if there is nothing.
func (s *script) leave() sunrpc.Step {
	for len(s.locked) > 0 {
		path := s.locked[0]
		s.locked = s.locked[1:]
		if s.locks[path] != nil {
			return func() sunrpc.Step { return s.unlock(path) }
		}
	}
	return nil
}

// hold is the operation of that name: a process on the server locks a whole file for a while, unless somebody else has it.
// The script goes on at once.
func (s *script) hold(op *scenario.Op) sunrpc.Step {
	w := s.w
	path := export + "/" + op.Path
	if w.fs.Handle(path) == nil {
		w.fs.WriteFile(path, 0)
	}
	fh, l, all := w.fs.Handle(path), w.nfsd.lockd.l, nlm.Range{Last: ^uint64(0)}
	w.running++
	p := w.server.spawn(s.name)
	w.server.wake(p, func() sunrpc.Step {
		w.server.Spend(sunrpc.CostProcess)
		name := s.name + strconv.Itoa(int(p.PID))
		had := l.LockLocal(name, fh, true, all)
		w.sim.At(w.now+op.For, func() {
			w.server.wake(p, func() sunrpc.Step {
				if had {
					l.UnlockLocal(name, fh, all, w.now)
				}
				return w.end()
			})
		})
		return nil
	})
	return s.next
}
