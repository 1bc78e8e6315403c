package nlm

import (
	"slices"

	"sunscope/core/sunrpc"
	"sunscope/core/time"
	"sunscope/core/wire"
)

// Lockd is a host's lock manager, for both directions: it serves other hosts' locks on files of this one, and makes the
// calls for locks of this host's processes on files of others. There is one for all of the host's mounts and exports.
type Lockd struct {
	Server
	k     *sunrpc.Kernel
	m     sunrpc.Machine
	node  string // utsname()->nodename
	state int32  // nsm_local_state: what rpc.statd said last
	srv   *sunrpc.Server
	hosts []*Host   // nlm_server_hosts and nlm_client_hosts
	nsms  []*nsm    // nsm_handles
	waits []*waiter // this host's processes that wait for a GRANTED
	// Of the call that is being served: there is one thread.
	from   string
	denied bool // its host cannot be monitored
}

// New makes the lock manager of a kernel's host. It serves nobody until [Lockd.Start].
func New(k *sunrpc.Kernel, m sunrpc.Machine, node string) *Lockd {
	return &Lockd{k: k, m: m, node: node}
}

// Start joins the lock manager to the server that has its [Lockd.Services], whose thread then looks after those who wait.
func (l *Lockd) Start(srv *sunrpc.Server) {
	l.srv = srv
	l.Wake = func() { srv.WakeUp(false) }
	srv.Loop = l.loop
}

// Stop is what lockd does when nobody needs it any more (nlm_shutdown_hosts): clients' locks go, and so does what it
// knows of other hosts. Called from a thread, it returns what that does next.
func (l *Lockd) Stop(then sunrpc.Step) sunrpc.Step {
	l.Shutdown()
	l.srv, l.Wake = nil, nil
	all := slices.Clone(l.hosts)
	for _, h := range all {
		h.closeClient()
	}
	var next func(i int) sunrpc.Step
	next = func(i int) sunrpc.Step {
		if i == len(all) {
			return then()
		}
		return l.destroy(all[i], func() sunrpc.Step { return next(i + 1) })
	}
	return next(0)
}

// loop is nlmsvc_retry_blocked: it tells those whose turn it is, and sees to it that it runs again in time.
func (l *Lockd) loop(then sunrpc.Step) sunrpc.Step {
	now := l.m.Now()
	tell, next := l.Due(now)
	if srv := l.srv; next != never && srv != nil {
		l.m.At(next, func() {
			if l.srv == srv {
				srv.WakeUp(true)
			}
		})
	}
	var tellNext func(i int) sunrpc.Step
	tellNext = func(i int) sunrpc.Step {
		if i == len(tell) {
			return then()
		}
		return l.tell(tell[i], func() sunrpc.Step { return tellNext(i + 1) })
	}
	return tellNext(0)
}

// Host is another host as this one's lock manager knows it (nlm_host): once for the calls to its server, once more for the
// answers and callbacks to its clients.
type Host struct {
	l      *Lockd
	addr   string
	server bool // it is a client of ours (h_server)
	nsm    *nsm
	clnt   *sunrpc.Client
	pids   int32 // h_pidcount
	owners []*owner
}

// The waits of a lock manager's own clients: ten seconds, then twenty, and so on for a minute (nlm_bind_host).
var callTimeout = sunrpc.Timeout{Init: Timeout, Increment: Timeout, Max: 6 * Timeout, Retries: 5}

// host finds a host, or makes it (nlm_lookup_host). name is what it is called if nobody has named it before.
func (l *Lockd) host(addr, name string, server bool) *Host {
	for _, h := range l.hosts {
		if h.addr == addr && h.server == server {
			return h
		}
	}
	h := &Host{l: l, addr: addr, server: server, nsm: l.nsm(addr, name)}
	l.hosts = append(l.hosts, h)
	return h
}

// bind gives the host a client, if it has none yet (nlm_bind_host). Its port is asked for, and asked for again whenever
// nobody listens there any more. Calls that grant a lock are soft: the lock manager repeats them itself.
func (h *Host) bind(then func(*sunrpc.Client, int32) sunrpc.Step) sunrpc.Step {
	if h.clnt != nil {
		return then(h.clnt, 0)
	}
	return h.l.k.Create(&sunrpc.CreateArgs{
		Program: Name, Prog: Program, Vers: Version, Server: wire.Addr{Host: h.addr}, ServerName: h.nsm.name, Protocol: sunrpc.TCP,
		Timeout: &callTimeout, Flavor: flavor, NoPing: true, AutoBind: true, ReusePort: true, Hard: !h.server,
	}, func(c *sunrpc.Client, status int32) sunrpc.Step {
		h.clnt = c
		return then(c, status)
	})
}

func (h *Host) closeClient() {
	if h.clnt != nil {
		h.clnt.Shutdown()
		h.clnt = nil
	}
}

// destroy is nlm_destroy_host: the last one that knows the host by its address has it watched no longer.
func (l *Lockd) destroy(h *Host, then sunrpc.Step) sunrpc.Step {
	l.hosts = slices.DeleteFunc(l.hosts, func(o *Host) bool { return o == h })
	end := func() sunrpc.Step {
		h.closeClient()
		return then()
	}
	if h.nsm.refs--; h.nsm.refs > 0 {
		return end
	}
	l.nsms = slices.DeleteFunc(l.nsms, func(o *nsm) bool { return o == h.nsm })
	return l.unmonitor(h.nsm, end)
}

func (l *Lockd) after(d time.Duration, f func()) { l.m.At(l.m.Now()+d, f) }
