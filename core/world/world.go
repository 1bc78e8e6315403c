package world

import (
	"errors"
	"strconv"

	"sunscope/core/loopback"
	"sunscope/core/nfs"
	"sunscope/core/nlm"
	"sunscope/core/scenario"
	"sunscope/core/sunrpc"
	"sunscope/core/time"
	"sunscope/core/trace"
	"sunscope/core/wire"
)

// longest is how much virtual time a run may take: a workload that has not ended by then never will.
const longest = time.Hour

// most is how many events a run may have. One that has more is going round in circles.
const most = 2_000_000

// World is a simulation under way.
type World struct {
	sim
	netns          // where the client's processes run
	second  *netns // another one on the same machine, for those that are "on B"; nil: there is none
	sc      *scenario.Scenario
	client  *host
	server  *host
	nfsd    *nfsd
	fs      *nfs.FS
	acl     *sunrpc.Client // for NFSACL, after a whole mount
	net     *loopback.Net
	scripts []*script
	watched watching
	orders  []order               // faults that come after so many events, in order
	broken  bool                  // there are or were some
	knobs   scenario.Scenario     // only its Sunrpc: what sysctl shows now
	running int                   // processes that have not ended
	answers map[uint16]*answering // how the servers on these ports answer; only looked up
	mounts  []*mounting           // by processes, whose mount.nfs has not ended
	daemons map[string]*unit      // that scripts start and stop; only looked up
	first   *mounting             // what was mounted at first with NFSv4; nil: nothing
	nlm     *nlm.Host             // the server's lock manager, for the mount that all processes use
	back    *callbackPath         // nil: the server does not call its client
}

// Run simulates sc to its end and returns all events.
func Run(sc *scenario.Scenario, seed uint64) (*trace.Log, error) {
	w, err := New(sc, seed)
	if err != nil {
		return nil, err
	}
	for w.Step() {
	}
	return w.log, w.Err()
}

// New makes a simulation that has not begun.
func New(sc *scenario.Scenario, seed uint64) (*World, error) {
	w, err := hosts(sc, seed)
	if err != nil {
		return nil, err
	}
	w.startWatching()
	w.startMount()
	return w, nil
}

// hosts makes the two machines with the network between them and what runs on the server. Nothing runs on the client yet.
func hosts(sc *scenario.Scenario, seed uint64) (*World, error) {
	if err := sc.Check(); err != nil {
		return nil, err
	}
	w := &World{sim: sim{log: new(trace.Log), seed: seed}, sc: sc, fs: nfs.NewFS(), answers: map[uint16]*answering{}}
	c, s := &sc.Client, &sc.Server
	w.client = newHost(&w.sim, c.Name, c.Addr, 0, c.CPUs, 1000)
	w.client.pool.most = c.Threads
	w.server = newHost(&w.sim, s.Name, s.Addr, c.CPUs, s.CPUs, 800)
	w.server.pool.most = 2
	net := loopback.New(&w.sim, w.log, w.link())
	w.net = net
	w.announce(w.client, "client")
	w.announce(w.server, "server")
	clientNet := net.Host(c.Addr, w.client)
	w.netns = w.newNetns(clientNet, c.Addr, c.Name)
	w.knobs.Sunrpc = sc.Sunrpc
	w.setKnobs(&sc.Sunrpc)
	serverNet := net.Host(s.Addr, w.server)
	w.nfsd = &nfsd{w: w, kernel: sunrpc.NewKernel(w.server, serverNet, s.Addr, s.Name)}
	w.nfsd.kernel.ShareClids(w.kernel)
	w.nfsd.serveLocks(serverNet)
	if s.Second != "" {
		net.Host(s.Second, w.server)
		w.nfsd.kernel.Aliases = []string{s.Second}
	}
	if c.Second != "" {
		b := w.newNetns(net.Host(c.Second, w.client), c.Second, c.Name+"-b")
		b.kernel.ShareModule(w.kernel)
		w.second = &b
	}
	if err := w.startServer(w.nfsd.kernel); err != nil {
		return nil, err
	}
	var mountd *daemon
	if sc.Mount.Full || sc.Mounts() {
		mountd = startDaemon(w.server, "rpc.mountd", w.mountd())
		mountd.answers = w.answering(mountdPort)
		w.serveAt(mountd, serverNet, mountdPort)
	}
	bind, r := w.startRpcbind(serverNet)
	w.control(mountd, bind, r)
	w.startFakeServers(serverNet)
	return w, w.startLocking(bind, r)
}

// announce says which host is which: the trace file of a real machine says so by where it was recorded.
func (w *World) announce(h *host, role string) {
	h.irqCPU = h.cpus[0]
	l := w.log
	h.Emit(".....", trace.Host, int64(l.Str(h.name)), int64(l.Str(h.addr)), int64(h.cpus[0].num),
		int64(h.cpus[len(h.cpus)-1].num), int64(l.Str(role)))
}

// Step lets the next thing happen. It is false when the workload is over and everything that it set off, or when the
// run has failed.
func (w *World) Step() bool {
	if w.running == 0 && w.client.quiet() && w.server.quiet() {
		return false
	}
	if w.now > longest {
		w.err = errors.New("the workload of scenario " + w.sc.Name + " did not end within an hour of virtual time")
		return false
	}
	if w.log.Len() > most {
		w.err = errors.New("the workload of scenario " + w.sc.Name + " did not end within " + strconv.Itoa(most) + " events")
		return false
	}
	more := w.step()
	w.watch()
	return w.obey() || more
}

// Err is why the run failed, if it did.
func (w *World) Err() error { return w.err }

// Log holds the events so far.
func (w *World) Log() *trace.Log { return w.log }

// quiet says that no thread of the host runs or wants to.
func (h *host) quiet() bool {
	for _, c := range h.cpus {
		if c.running != nil {
			return false
		}
	}
	return h.queue.len() == 0 && h.pool.queue.len() == 0
}

func (w *World) startServer(k *sunrpc.Kernel) error {
	w.fs.MakeDir(export)
	w.nfsd.startV4()
	for i := range w.sc.Workload.Reads {
		w.fs.WriteFile("/export/"+fileName(i), w.sc.Workload.Bytes)
	}
	for _, f := range w.sc.Server.Files {
		w.fs.WriteFile(export+"/"+f.Name, f.Size)
	}
	if w.sc.Server.NoNFSD {
		return nil
	}
	srv, errno := k.Serve(w.services(), uint16(w.sc.Mount.Port), w.threads("nfsd", w.sc.Server.Threads))
	w.nfsd.srv = srv
	srv.Answer = w.answering(uint16(w.sc.Mount.Port)).reply
	if n := w.sc.Server.Pools; n > 1 {
		srv.SetPools(n)
	}
	if w.sc.UDP() && errno == wire.OK {
		errno = srv.ServeUDP(uint16(w.sc.Mount.Port))
	}
	if errno != wire.OK {
		return errors.New("the server cannot listen on port " + strconv.Itoa(w.sc.Mount.Port))
	}
	return nil
}

// forking is what a shell takes to start one more process.
const forking = 8 * time.Microsecond

//go:noinline
func fileName(i int) string { return "file" + strconv.Itoa(i+1) }

// startMount runs mount.nfs: it makes the client and pings the server; the readers follow.
func (w *World) startMount() {
	m := &w.sc.Mount
	if m.None {
		w.startScripts(nil)
		w.startFaults()
		return
	}
	to, protocol := w.timeout()
	one := &mounting{w: w, ns: &w.netns, addr: w.sc.Server.Addr, port: uint16(m.Port), mountPort: mountdPort, hard: m.Hard, softErr: m.SoftErr, noPing: m.NoPing, full: m.Full, lock: m.Lock, timeout: to, protocol: protocol}
	if m.Rpcbind {
		one.port = 0
	}
	one.done = func(what string, status int32) sunrpc.Step {
		if status < 0 {
			w.fail(what, status)
			return w.end()
		}
		w.acl, w.nlm = one.acl, one.nlm
		if one.v4 != nil {
			w.first = one
		}
		return w.mounted(one.client)
	}
	w.process("mount.nfs", func(p *thread) sunrpc.Step {
		if minor, ok := w.minor(nil); ok {
			return one.mount4(minor)
		}
		if m.Full {
			return one.askMountd()
		}
		w.handles[""] = w.fs.Handle(export)
		return one.create()
	})
}

// mounted lets the processes begin.
func (w *World) mounted(c *sunrpc.Client) sunrpc.Step {
	w.startCallbacks(c)
	w.startReaders(c)
	w.startScripts(c)
	w.startFaults()
	return w.end()
}

// startReaders starts all readers at once, as a shell does that puts one after the other into the background; which of
// two neighbours is first on a CPU is up to the seed.
func (w *World) startReaders(c *sunrpc.Client) {
	start := w.now + 200*time.Microsecond
	jitter := w.rand("start")
	for i := range w.sc.Workload.Reads {
		at := start + time.Duration(i)*forking + time.Duration(jitter.Int64N(int64(forking)))
		w.running++
		w.sim.At(at, func() {
			w.running--
			w.process("cat", func(p *thread) sunrpc.Step {
				if m := w.first4(); m != nil {
					return w.read4(m, p, i)
				}
				return w.read(c, p, i)
			})
		})
	}
}

// read is a process that reads a file with one READ. The READ is asynchronous, as read-ahead makes it; the process
// sleeps until its page is there.
func (w *World) read(c *sunrpc.Client, p *thread, i int) sunrpc.Step {
	args := nfs.ReadArgs{FH: w.fs.Handle("/export/" + fileName(i)), Count: uint32(w.sc.Workload.Bytes)}
	setup := nfs.ReadSetup(w.kernel, c, &args, "read["+strconv.Itoa(i+1)+"]", func(t *sunrpc.Task) {
		w.client.wake(p, func() sunrpc.Step { return w.readDone("a READ", t.Status()) })
	})
	return w.kernel.RunTask(setup, func(*sunrpc.Task) sunrpc.Step { return nil })
}

func (w *World) readDone(what string, status int32) sunrpc.Step {
	if status < 0 {
		w.fail(what, status)
	}
	w.client.Spend(sunrpc.CostProcess)
	return w.end()
}

// process starts a process of the client.
func (w *World) process(comm string, main func(p *thread) sunrpc.Step) {
	w.running++
	p := w.client.spawn(comm)
	w.client.wake(p, func() sunrpc.Step {
		w.client.Spend(sunrpc.CostProcess)
		return main(p)
	})
}

func (w *World) end() sunrpc.Step {
	w.running--
	return nil
}
