package sunrpc

import (
	"sunscope/core/rpcmsg"
	"sunscope/core/time"
	"sunscope/core/trace"
	"sunscope/core/wire"
	"sunscope/core/xdr"
)

// Service is a program that the server offers (svc_program).
type Service struct {
	Name string // "nfsd", as the trace prints it
	Prog uint32
	Vers uint32
	Off  bool // the server knows it, and does not offer it (nfsd_vers with NFSD_CLEAR)
	// ProcName names a procedure; false if there is none of that number.
	ProcName func(proc uint32) (string, bool)
	// Cached says of which calls the replies are kept for duplicates (rq_cachetype); nil: of none.
	Cached func(proc uint32, args []byte) bool
	// Serve decodes the arguments, does the work and encodes the results. It returns the accept_stat and how many
	// bytes of the results are file data in pages.
	Serve func(proc uint32, args *xdr.Decoder, res *xdr.Encoder) (stat rpcmsg.AcceptStat, pages int)
	// ServeConn takes the place of Serve for a program that must know over which connection a call came; nil for one that
	// came over a connection of the host's own (a callback).
	ServeConn func(x *SvcXprt, proc uint32, args *xdr.Decoder, res *xdr.Encoder) (stat rpcmsg.AcceptStat, pages int)
	// Prepare, if any, runs in the server's thread before Serve, and may sleep: lockd asks rpc.statd first. from is the
	// caller, args are not decoded yet.
	Prepare func(from wire.Addr, proc uint32, args []byte, then Step) Step
	// CongCtrl: the program is not offered over UDP (vs_need_cong_ctrl).
	CongCtrl bool
}

// Server is a service's threads and sockets (svc_serv with one svc_pool).
type Server struct {
	k         *Kernel
	services  []*Service // the programs; the first gives the server its name
	threads   []*svcThread
	queue     []*SvcXprt // sp_sockets: enqueued, and no idle thread to take them
	log       *trace.Log
	in, body  []byte     // what is being read, and the results that are being encoded
	record    []byte     // a reply on its way into a socket, which copies it
	sockets   []*SvcXprt // sv_permsocks: listeners and datagram sockets
	conns     []*SvcXprt // sv_tempsocks
	stopped   bool
	pools     int        // more than one: each thread and each socket that waits belongs to one
	RC        ReplyCache // statistics
	Faults    SvcFaults
	dup       dupCache
	hosts     []*ipMap   // auth.unix.ip
	asks      bool       // rpc.mountd whose an address is; else everybody is known
	callbacks []*Request // sv_cb_list: calls that came over this host's own connections
	// Answer, if any, may have calls answered wrongly: with a reply of its own, or none. With hangUp the connection is
	// closed.
	Answer func(call []byte) (reply []byte, hangUp, wrong bool)
	// Loop, if any, is what a thread does each time before it looks for work: lockd's looks after locks for which somebody
	// waits. It may sleep, and goes on with then.
	Loop func(then Step) Step
	woke bool // svc_wake_up came while no thread was idle (SP_TASK_PENDING)
}

// svcThread is one nfsd (svc_rqst).
type svcThread struct {
	*Thread
	idle bool
	next Step     // svc_recv
	task *SvcXprt // what the enqueuer gave it
	pool int      // rq_pool
	// victim: it shall end (RQ_VICTIM).
	victim bool
	addr   wire.Addr // rq_addr: who sent the datagram that it serves
	call   svcCall   // what it serves
	res    []byte    // rq_res: the memory of its replies
}

// Serve starts a server for some programs, listening on port of the kernel's host. Its threads are given by the
// machine: they sleep until there is work.
func (k *Kernel) Serve(s []*Service, port uint16, threads []*Thread) (*Server, wire.Errno) {
	srv := &Server{k: k, services: s, log: k.log}
	for _, th := range threads {
		t := &svcThread{Thread: th, idle: true}
		t.next = func() Step { return srv.recv(t) }
		srv.threads = append(srv.threads, t)
	}
	return srv, srv.listen(wire.Addr{Host: anyAddress(k.addr), Port: port})
}

// anyAddress stands for all addresses of addr's family.
//
//go:noinline
func anyAddress(addr string) string {
	if (wire.Addr{Host: addr}).IsIPv6() {
		return "::"
	}
	return "0.0.0.0"
}

// listen makes a listener. Connections come only over the family of the address that the host has.
func (srv *Server) listen(local wire.Addr) wire.Errno {
	k := srv.k
	l := srv.newXprt(local, wire.Addr{}, xptListener|xptChngbuf|xptCacheAuth|xptCongCtrl)
	srv.sockets = append(srv.sockets, l)
	if local.Host != anyAddress(k.addr) {
		return wire.OK
	}
	err := l.open(wire.Addr{Host: k.addr, Port: local.Port})
	for _, also := range k.Aliases {
		l.open(wire.Addr{Host: also, Port: local.Port})
	}
	return err
}

// ServeLocal lets the server take calls over an AF_LOCAL socket too, which no server of the kernel does.
func (srv *Server) ServeLocal(path string) wire.Errno {
	l := srv.newXprt(wire.Addr{Host: path}, wire.Addr{}, xptListener|xptChngbuf|xptCacheAuth|xptCongCtrl)
	srv.sockets = append(srv.sockets, l)
	return l.open(wire.Addr{Host: path})
}

// open makes the listener hear of connections.
func (l *SvcXprt) open(at wire.Addr) wire.Errno {
	srv := l.srv
	l.unlisten = append(l.unlisten, at)
	return srv.k.net.Listen(at, func(s wire.Socket) wire.Handler {
		x := srv.newXprt(s.Local(), s.Remote(), xptTemp|xptCacheAuth|xptCongCtrl)
		x.sock = s
		if srv.stopped { // the handshake was under way when the listener went
			x.flags |= xptDead
			s.Close()
			return x
		}
		x.flags |= xptBusy // until the thread that accepts it is done
		srv.conns = append(srv.conns, x)
		l.accepts = append(l.accepts, x)
		l.flags |= xptConn
		l.enqueue("..s2.")
		return x
	})
}

// SvcXprt is a socket of the server (svc_xprt, svc_sock).
type SvcXprt struct {
	srv           *Server
	sock          wire.Socket
	dgram         wire.DatagramSocket // instead of sock
	datagrams     bool                // it is a datagram socket
	local, remote wire.Addr
	// The addresses as events print them.
	localText, remoteText string
	flags                 svcFlags
	queued                time.Duration
	accepts               []*SvcXprt  // a listener's connections that nobody has accepted yet
	unlisten              []wire.Addr // a listener's addresses; none if nothing can arrive there
	records               rpcmsg.Records
	out                   outgoing
	marked                bool        // the record's marker has been read and traced
	between               bool        // a record is complete and nothing of the next has come
	complete              uint64      // records that were
	pool                  int         // whose threads look after it
	deferred              []*deferral // xpt_deferred
	bc                    *Xprt       // xpt_bc_xprt: the transport for the server's own calls
	id                    uint64      // tells connections apart; 0: nobody has asked yet
	users                 []func()    // xpt_users: who wants to hear of its end
}

// ID is a number that no other connection of the server's host has.
func (x *SvcXprt) ID() uint64 {
	if x.id == 0 {
		x.srv.k.conns++
		x.id = x.srv.k.conns
	}
	return x.id
}

// Remote is the client's address (xpt_remote).
func (x *SvcXprt) Remote() wire.Addr { return x.remote }

// OnClose has f called when the connection is deleted (register_xpt_user).
func (x *SvcXprt) OnClose(f func()) { x.users = append(x.users, f) }

func (srv *Server) newXprt(local, remote wire.Addr, flags svcFlags) *SvcXprt {
	return &SvcXprt{srv: srv, local: local, remote: remote, localText: local.String(), remoteText: remote.String(), flags: flags}
}

// svcFlags are svc_xprt.xpt_flags.
type svcFlags uint16

const (
	xptBusy svcFlags = 1 << iota
	xptConn
	xptClose
	xptData
	xptTemp
	xptDead
	xptChngbuf
	xptDeferred
	xptOld
	xptListener
	xptCacheAuth
	xptLocal
	xptKillTemp
	xptCongCtrl
)

var svcFlagNames = [...]string{
	"XPT_BUSY", "XPT_CONN", "XPT_CLOSE", "XPT_DATA", "XPT_TEMP", "XPT_DEAD", "XPT_CHNGBUF", "XPT_DEFERRED", "XPT_OLD",
	"XPT_LISTENER", "XPT_CACHE_AUTH", "XPT_LOCAL", "XPT_KILL_TEMP", "XPT_CONG_CTRL",
}

// String joins the flags' names as the trace prints them.
func (f svcFlags) String() string {
	s := ""
	for i, name := range svcFlagNames {
		if f&(1<<i) != 0 {
			if s != "" {
				s += "|"
			}
			s += name
		}
	}
	return s
}

// flagText is the flags' text in the log, which is made once.
func (k *Kernel) flagText(f svcFlags) int64 {
	id, ok := k.svcFlags[f]
	if !ok {
		id = k.str(f.String())
		k.svcFlags[f] = id
	}
	return id
}

// fields are server, client and flags as most svc events print them, followed by more fields.
func (x *SvcXprt) fields(more ...int64) []int64 {
	k := x.srv.k
	if k.quiet {
		return k.scratch[:0]
	}
	return append(append(k.scratch[:0], k.str(x.localText), k.str(x.client()), k.flagText(x.flags)), more...)
}

func (x *SvcXprt) client() string {
	if x.flags&xptListener != 0 || x.datagrams {
		return "(einval)"
	}
	return x.remoteText
}

// addr is the client as events print it that take it from the socket's own record, which an unconnected socket leaves
// empty.
func (x *SvcXprt) addr() string {
	if x.datagrams {
		return "uninitialized"
	}
	return x.remoteText
}

// sockFields are what svcsock events print: the client, a result, the flags.
func (x *SvcXprt) sockFields(result int) []int64 {
	k := x.srv.k
	if k.quiet {
		return k.scratch[:0]
	}
	return append(k.scratch[:0], k.str(x.addr()), int64(result), k.flagText(x.flags))
}

// DataReady implements wire.Handler (svc_data_ready).
func (x *SvcXprt) DataReady() {
	x.srv.k.emit("..s2.", trace.SvcsockDataReady, x.sockFields(0)...)
	x.flags |= xptData
	x.enqueue("..s2.")
}

// StateChange implements wire.Handler (svc_tcp_state_change).
func (x *SvcXprt) StateChange(to wire.SockState) {
	k := x.srv.k
	k.emit("..s2.", trace.SvcsockTCPState, k.str(x.remoteText), k.str("CONNECTED"), k.str(to.String()), k.flagText(x.flags))
	if to != wire.Established {
		x.flags |= xptClose
		x.enqueue("..s2.")
	}
}

// Error implements wire.Handler: the state that the socket is in says enough.
func (x *SvcXprt) Error(wire.Errno) {
	x.flags |= xptClose
	x.enqueue("..s2.")
}

// enqueue is svc_xprt_enqueue: a socket with something to do, that no thread has already, goes to an idle thread, or
// waits for one.
func (x *SvcXprt) enqueue(ctx string) {
	if x.flags&xptBusy != 0 || x.flags&(xptConn|xptData|xptClose|xptDeferred) == 0 || x.srv.stopped {
		return
	}
	if x.flags&(xptConn|xptClose|xptDeferred) == 0 && !x.hasRoom() {
		return
	}
	x.flags |= xptBusy
	k, pid := x.srv.k, int64(0)
	x.queued = k.m.Now()
	if m, ok := k.m.(interface{ CPU() int }); ok && x.srv.pools > 1 {
		x.pool = m.CPU() % x.srv.pools
	}
	th := x.srv.idle(x.pool)
	if th != nil {
		pid = int64(th.PID)
	}
	k.emit(ctx, trace.SvcXprtEnqueue, x.fields(pid)...)
	if th == nil {
		x.srv.queue = append(x.srv.queue, x)
		return
	}
	th.idle, th.task = false, x
	k.m.Wake(th.Thread, th.next)
}

// idle finds a thread of a pool that sleeps; the one that was started last is asked first.
func (srv *Server) idle(pool int) *svcThread {
	for i := len(srv.threads) - 1; i >= 0; i-- {
		if th := srv.threads[i]; th.idle && th.pool == pool {
			return th
		}
	}
	return nil
}

// WakeUp is svc_wake_up: a thread that sleeps, or the next one that would, runs its loop again. Quietly is the end of a
// sleep that was limited from the start.
func (srv *Server) WakeUp(quietly bool) {
	th, pid := srv.idle(0), int64(0)
	if th != nil {
		pid = int64(th.PID)
	}
	if !quietly {
		srv.k.emit("...1.", trace.SvcWakeUp, pid)
	}
	if th == nil {
		srv.woke = true
		return
	}
	th.idle = false
	srv.k.m.Wake(th.Thread, th.next)
}

// SetPools divides the threads into n pools (pool_mode percpu). What a CPU receives is work for the pool of that CPU, and
// no other's, if the machine can say which CPU it is.
func (srv *Server) SetPools(n int) {
	srv.pools = n
	for i, th := range srv.threads {
		th.pool = i % n
	}
}

// received is svc_xprt_received: others may have the socket now, and at once if there is more to do.
//
//go:noinline
func (x *SvcXprt) received() {
	x.flags &^= xptBusy
	x.enqueue(".....")
}
