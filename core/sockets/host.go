//go:build linux

package sockets

import (
	"math/rand/v2"
	"os"
	"strconv"
	"strings"
	"sync"
	stdtime "time"

	"sunscope/core/sunrpc"
	"sunscope/core/time"
	"sunscope/core/trace"
	"sunscope/core/wire"
)

// Options are what a host is made from. The zero value will do.
type Options struct {
	Name string // of the machine, as AUTH_SYS credentials and the trace carry it; "": the system's
	// Addr is the address that servers listen on and clients connect from; "": 127.0.0.1. 0.0.0.0 and :: are all
	// addresses of their family.
	Addr string
	// Role is what the trace calls the host: "client" or "server".
	Role string
	// MaxConns is how many connections may be accepted and open; 0: 4096.
	MaxConns int
	// IdleTimeout closes an accepted connection that carries nothing for so long and is not in use; 0: 6 minutes, as
	// svc_conn_age_period. RecordTimeout closes one whose record is not whole so long after it began, or whose client
	// takes no byte of its replies for so long; 0: a minute. Negative: never.
	IdleTimeout, RecordTimeout time.Duration
	// Notice hears in a line of each connection that was closed for one of the limits, in the loop's goroutine.
	Notice func(line string)
	// Observe hears of every event as it happens, in the loop's goroutine; l has its strings. The event is not kept.
	Observe func(l *trace.Log, e *trace.Event)
	// Tap hears of what the sockets send and receive, in the loop's goroutine too.
	Tap func(p *Packet)
}

// Host is this computer, as the engine needs it. All methods but Post and Stop belong to the goroutine of Run, or to
// whoever has not called Run yet.
type Host struct {
	opt     Options
	log     *trace.Log // only its strings
	began   stdtime.Time
	uptime  time.Duration // of the system when the host was made
	now     time.Duration
	timers  agenda
	soft    fifo[func()] // softirqs that are raised
	ready   fifo[*thread]
	current *thread // nil in a softirq
	pids    int32
	pool    pool
	poll    poller
	kernel  *sunrpc.Kernel
	// listeners are by the address that they were asked for with.
	listeners map[wire.Addr]*listener
	conns     conns
	err       error
	nears     map[string]string // addresses of this computer by those of others
	names     [2]trace.Str      // "<idle>", "..s2."
	event     trace.Event

	lock    sync.Mutex // of what follows, which other goroutines touch
	posted  []func()
	stopped bool
	closed  bool
}

var _ sunrpc.Machine = (*Host)(nil)

// New makes a host. Its error is the system's: no more files, no epoll.
func New(opt Options) (*Host, error) {
	if opt.Addr == "" {
		opt.Addr = "127.0.0.1"
	}
	if opt.Name == "" {
		opt.Name, _ = os.Hostname()
	}
	if opt.MaxConns == 0 {
		opt.MaxConns = 4096
	}
	if opt.IdleTimeout == 0 {
		opt.IdleTimeout = 6 * time.Minute
	}
	if opt.RecordTimeout == 0 {
		opt.RecordTimeout = time.Minute
	}
	h := &Host{opt: opt, log: new(trace.Log), listeners: map[wire.Addr]*listener{}, began: stdtime.Now(), uptime: uptime(), pids: int32(os.Getpid()) - 1}
	h.names = [2]trace.Str{h.log.Str("<idle>"), h.log.Str("..s2.")}
	if err := h.poll.open(); err != nil {
		return nil, err
	}
	h.tick()
	h.announce()
	h.kernel = sunrpc.NewKernel(h, h, opt.Addr, opt.Name)
	return h, nil
}

// uptime is how long the system has run, which is the time in the trace files of its kernel; 0 if it does not say.
func uptime() time.Duration {
	text, _ := os.ReadFile("/proc/uptime")
	first, _, _ := strings.Cut(string(text), " ")
	seconds, _ := strconv.ParseFloat(first, 64)
	return time.Duration(seconds * float64(time.Second))
}

func (h *Host) announce() {
	role := h.opt.Role
	if role == "" {
		role = "client"
	}
	h.Emit(".....", trace.Host, int64(h.log.Str(h.opt.Name)), int64(h.log.Str(h.opt.Addr)), 0, 0, int64(h.log.Str(role)))
}

// Kernel is the engine on this host.
func (h *Host) Kernel() *sunrpc.Kernel { return h.kernel }

// Now implements sunrpc.Machine: the system's uptime, as it was when the running step began, or a little earlier if nobody
// observes.
func (h *Host) Now() time.Duration { return h.now }

func (h *Host) tick() { h.now = h.uptime + time.Duration(stdtime.Since(h.began)) }

// step is the beginning of another step, which who watches wants to see. Else the time of the loop's last look at the
// clock will do.
func (h *Host) step() {
	if h.opt.Observe != nil {
		h.tick()
	}
}

// Log implements sunrpc.Machine. The log has strings only: events go to Options.Observe.
func (h *Host) Log() *trace.Log { return h.log }

// Quiet says that events need not be made (sunrpc.NewKernel asks).
func (h *Host) Quiet() bool { return h.opt.Observe == nil }

// Current implements sunrpc.Machine.
func (h *Host) Current() *sunrpc.Thread {
	if h.current == nil {
		return nil
	}
	return &h.current.Thread
}

// Spend implements sunrpc.Machine: real work takes its own time.
func (h *Host) Spend(sunrpc.Cost) {}

// Rand implements sunrpc.Machine: a stream that nobody can foresee.
func (h *Host) Rand(string) *rand.Rand { return rand.New(rand.NewPCG(rand.Uint64(), rand.Uint64())) }

// Fail implements sunrpc.Machine: Run returns err.
func (h *Host) Fail(err error) {
	if h.err == nil {
		h.err = err
	}
}

// At implements sunrpc.Machine.
func (h *Host) At(t time.Duration, f func()) { h.timers.add(t, f) }

// raise has f run as a softirq, after what has been raised before and before any thread goes on.
func (h *Host) raise(f func()) { h.soft.add(f) }

// Emit implements sunrpc.Machine.
func (h *Host) Emit(ctx string, kind trace.Kind, fields ...int64) {
	if h.opt.Observe == nil {
		return
	}
	e := &h.event
	e.Time, e.Kind = h.now, kind
	if t := h.current; t != nil {
		e.Ctx, e.Comm, e.PID = h.log.Str(ctx), t.comm, t.PID
	} else {
		e.Ctx, e.Comm, e.PID = h.names[1], h.names[0], 0
	}
	clear(e.F[copy(e.F[:], fields):])
	h.opt.Observe(h.log, e)
}

// Process starts a thread of that name with main.
func (h *Host) Process(comm string, main func(p *sunrpc.Thread) sunrpc.Step) *sunrpc.Thread {
	t := h.spawn(comm)
	h.wake(t, func() sunrpc.Step { return main(&t.Thread) })
	return &t.Thread
}

// Threads makes threads that sleep, for a server.
func (h *Host) Threads(comm string, n int) (all []*sunrpc.Thread) {
	for range n {
		all = append(all, &h.spawn(comm).Thread)
	}
	return all
}

// Post has f run in the loop, as a softirq does. It may be called from any goroutine.
func (h *Host) Post(f func()) {
	h.lock.Lock()
	defer h.lock.Unlock()
	h.posted = append(h.posted, f)
	h.interrupt()
}

// Stop makes Run return. It may be called from any goroutine.
func (h *Host) Stop() {
	h.lock.Lock()
	defer h.lock.Unlock()
	h.stopped = true
	h.interrupt()
}

// interrupt ends the loop's wait; whoever calls it holds the lock.
func (h *Host) interrupt() {
	if !h.closed {
		h.poll.interrupt()
	}
}

// takePosted raises what others have posted; false: Run is to return.
func (h *Host) takePosted() bool {
	h.lock.Lock()
	defer h.lock.Unlock()
	for _, f := range h.posted {
		h.raise(f)
	}
	h.posted = h.posted[:0]
	return !h.stopped
}
