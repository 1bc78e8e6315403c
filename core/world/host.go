package world

import (
	"math/rand/v2"
	"strconv"

	"sunscope/core/sunrpc"
	"sunscope/core/time"
	"sunscope/core/trace"
)

// host is a machine with virtual CPUs. A thread that can run waits for one of them; its steps take seeded time; a
// softirq borrows a CPU for an instant. It implements sunrpc.Machine.
type host struct {
	*sim
	name    string
	addr    string
	cpus    []*cpu
	queue   fifo[*thread] // threads that want a CPU, longest waiting first
	costs   *rand.Rand
	irq     *rand.Rand
	current *thread // nil in a softirq
	irqCPU  *cpu
	spent   time.Duration
	pids    int32
	pool    workerPool
	frozen  time.Duration // until then it stands still
	names   [2]trace.Str  // "<idle>", "..s2."
	event   trace.Event   // the one that is being logged
}

var _ sunrpc.Machine = (*host)(nil)

// cpu is a virtual CPU with the thread that has it.
type cpu struct {
	num     uint8 // across all hosts, as the trace prints it
	running *thread
	since   time.Duration // when it got the CPU
}

// thread is the machine's own record of a thread.
type thread struct {
	sunrpc.Thread
	cpu    *cpu
	next   sunrpc.Step // what it does when it next has its CPU
	woken  sunrpc.Step // what it does instead of going to sleep: somebody was faster
	active bool        // on a CPU, or waiting for one
	comm   trace.Str
	work   sunrpc.Work // what a kworker is at
	end    sunrpc.Step // what it does when that is over
	// What happens to it as functions that are made once, for they happen all the time.
	begin, stepped func()
	takeWork       sunrpc.Step
	workDone       sunrpc.Step
}

func newHost(s *sim, name, addr string, firstCPU, cpus int, firstPID int32) *host {
	h := &host{sim: s, name: name, addr: addr, costs: s.rand(name + " cost"), irq: s.rand(name + " irq"), pids: firstPID}
	h.names = [2]trace.Str{s.log.Str("<idle>"), s.log.Str("..s2.")}
	for i := range cpus {
		h.cpus = append(h.cpus, &cpu{num: uint8(firstCPU + i)})
	}
	return h
}

// spawn makes a thread that sleeps until it is woken.
//
//go:noinline
func (h *host) spawn(comm string) *thread {
	h.pids++
	t := &thread{Thread: sunrpc.Thread{Comm: comm, PID: h.pids}, comm: h.log.Str(comm)}
	t.State = t
	t.begin = func() {
		t.cpu.since = h.now
		h.run(t)
	}
	t.stepped = func() { h.stepped(t) }
	t.takeWork = func() sunrpc.Step { return h.nextWork(t) }
	t.workDone = func() sunrpc.Step {
		h.traceWork(trace.WorkDone, &t.work)
		return h.nextWork(t)
	}
	t.cpu = h.cpus[int(h.pids)%len(h.cpus)]
	t.CPU = t.cpu.num
	return t
}

// Log implements sunrpc.Machine.
func (h *host) Log() *trace.Log { return h.log }

// Current implements sunrpc.Machine.
func (h *host) Current() *sunrpc.Thread {
	if h.current == nil {
		return nil
	}
	return &h.current.Thread
}

// CPU is which of the host's CPUs runs this.
func (h *host) CPU() int {
	if h.current != nil {
		return int(h.current.CPU - h.cpus[0].num)
	}
	return int(h.irqCPU.num - h.cpus[0].num)
}

// Rand implements sunrpc.Machine.
func (h *host) Rand(name string) *rand.Rand { return h.rand(h.name + " " + name) }

// Fail implements sunrpc.Machine.
func (h *host) Fail(err error) {
	if h.err == nil {
		h.err = err
	}
}

// Emit implements sunrpc.Machine. A softirq prints the thread that it interrupted, or the idle one.
func (h *host) Emit(ctx string, kind trace.Kind, fields ...int64) {
	e := &h.event
	e.Time, e.Kind = h.now, kind
	t := h.current
	if t != nil {
		e.CPU, e.Ctx = t.CPU, h.log.Str(ctx)
	} else {
		e.CPU, e.Ctx = h.irqCPU.num, h.names[1]
		t = h.irqCPU.running
	}
	if t != nil {
		e.Comm, e.PID = t.comm, t.PID
	} else {
		e.Comm, e.PID = h.names[0], 0
	}
	h.log.Put(e, fields)
	if h.observe != nil {
		clear(e.F[copy(e.F[:], fields):])
		h.observe(e)
	}
}

// mark is what a program leaves in the trace that writes to trace_marker.
//
//go:noinline
func (h *host) mark(text string) {
	h.Emit(".....", trace.Note, int64(h.log.Str("tracing_mark_write")), int64(h.log.Str(text)))
}

// At implements sunrpc.Machine: f runs as a softirq of this host.
func (h *host) At(t time.Duration, f func()) {
	h.sim.At(t, func() { h.Softirq(f) })
}

// Softirq implements loopback.Machine: it runs f on some CPU, whatever that CPU is doing.
func (h *host) Softirq(f func()) {
	if h.frozen > h.now {
		h.sim.At(h.frozen, func() { h.Softirq(f) })
		return
	}
	was, wasCPU := h.current, h.irqCPU
	h.current, h.irqCPU = nil, h.cpus[h.irq.IntN(len(h.cpus))]
	f()
	h.current, h.irqCPU = was, wasCPU
}

// Wake implements sunrpc.Machine.
func (h *host) Wake(t *sunrpc.Thread, s sunrpc.Step) { h.wake(t.State.(*thread), s) }

//go:noinline
func (h *host) wake(t *thread, s sunrpc.Step) {
	if t.active {
		t.woken = s
		return
	}
	t.next = s
	t.active = true
	h.place(t)
}

// place gives t a CPU if one is free, the one that it ran on last if possible; else t waits.
func (h *host) place(t *thread) {
	if t.cpu.running == nil {
		h.give(t.cpu, t)
		return
	}
	for _, c := range h.cpus {
		if c.running == nil {
			h.give(c, t)
			return
		}
	}
	h.queue.add(t)
}

// give lets t have c; switching to it takes time.
func (h *host) give(c *cpu, t *thread) {
	c.running, t.cpu, t.CPU = t, c, c.num
	h.sim.At(h.now+h.cost(switching), t.begin)
}

// free gives a CPU that nobody has to the thread that has waited longest.
func (h *host) free(c *cpu) {
	c.running = nil
	if !h.queue.empty() {
		h.give(c, h.queue.take())
	}
}

// run lets t do one step, and the next when the time of this one is over.
func (h *host) run(t *thread) {
	if h.frozen > h.now {
		h.sim.At(h.frozen, func() { h.run(t) })
		return
	}
	step := t.next
	h.current, h.spent = t, h.cost(stepping)
	t.next = step()
	if t.next == nil && !t.Blocked {
		t.next, t.end = t.end, nil
	}
	t.Blocked = false
	h.current = nil
	h.sim.At(h.now+h.spent, t.stepped)
}

// stepped decides what the CPU does after a step: go on with the thread, or let another have its turn.
func (h *host) stepped(t *thread) {
	if t.next == nil {
		t.next, t.woken = t.woken, nil
	}
	switch {
	case t.next == nil:
		t.active = false
		h.free(t.cpu)
	case !h.queue.empty() && h.now-t.cpu.since >= slice:
		h.queue.add(t)
		h.free(t.cpu)
	default:
		h.run(t)
	}
}

// slice is how long a thread keeps its CPU while others want one.
const slice = 20 * time.Microsecond

// span is a range of seeded time.
type span struct{ least, most time.Duration }

// What work costs on a virtual CPU. The figures are those of a plain server of today, in the proportions that the
// recordings show; what matters is their order and that they vary.
var spans = [sunrpc.CostCount]span{
	sunrpc.CostAction:  {1200, 4200},
	sunrpc.CostEncode:  {6000, 14000},
	sunrpc.CostSend:    {18000, 45000},
	sunrpc.CostReceive: {4000, 9000},
	sunrpc.CostWork:    {1500, 4000},
	sunrpc.CostProcess: {3000, 8000},
	sunrpc.CostService: {120000, 420000},
	sunrpc.CostAlloc:   {9000, 22000},
}

var (
	switching = span{1500, 4500} // from one thread to another
	stepping  = span{200, 600}   // the least that a step takes
)

func (h *host) cost(s span) time.Duration {
	return s.least + time.Duration(h.costs.Int64N(int64(s.most-s.least)))
}

// Spend implements sunrpc.Machine.
//
//go:noinline
func (h *host) Spend(c sunrpc.Cost) { h.spent += h.cost(spans[c]) }

// workerPool are the kworker threads that serve a host's unbound work queues, all of them, in the order of queueing.
type workerPool struct {
	most    int
	workers int
	idle    []*thread
	queue   fifo[sunrpc.Work]
	taken   int  // from the queue, ever
	watched bool // somebody looks soon whether the queue moves
}

// mayday is how long work waits while every worker is busy before a rescuer takes it (MAYDAY_INITIAL_TIMEOUT). rpciod and
// xprtiod must get on whatever happens (WQ_MEM_RECLAIM): a task that finds its connection broken goes round and round until
// a work item has taken notice.
const mayday = 10 * time.Millisecond

// watch makes sure that work which is queued gets its turn.
func (h *host) watch() {
	p := &h.pool
	if p.watched {
		return
	}
	p.watched = true
	taken := p.taken
	h.sim.At(h.now+mayday, func() {
		p.watched = false
		if p.queue.empty() {
			return
		}
		if p.taken == taken {
			p.workers++
			t := h.spawn("kworker/R-xprti")
			h.wake(t, t.takeWork)
		}
		h.watch()
	})
}

// Queue implements sunrpc.Machine (queue_work).
func (h *host) Queue(w *sunrpc.Work) {
	h.traceWork(trace.WorkQueue, w)
	p := &h.pool
	p.queue.add(*w)
	switch n := len(p.idle); {
	case n > 0:
		t := p.idle[n-1]
		p.idle = p.idle[:n-1]
		h.wake(t, t.takeWork)
	case p.workers < p.most:
		p.workers++
		t := h.spawn("kworker/u" + strconv.Itoa(2*len(h.cpus)) + ":" + strconv.Itoa(p.workers))
		h.wake(t, t.takeWork)
	default:
		h.watch()
	}
}

// nextWork is worker_thread: work while there is some, then sleep.
func (h *host) nextWork(t *thread) sunrpc.Step {
	p := &h.pool
	if p.queue.empty() {
		p.idle = append(p.idle, t)
		return nil
	}
	p.taken++
	t.work = p.queue.take()
	h.traceWork(trace.WorkRun, &t.work)
	h.Spend(sunrpc.CostWork)
	t.end = t.workDone
	return t.work.Run
}

func (h *host) traceWork(kind trace.Kind, w *sunrpc.Work) {
	pid, clid := int64(trace.NoID), int64(trace.NoID)
	if w.Task != nil {
		pid, clid = w.Task.IDs()
	}
	h.Emit(".....", kind, pid, clid, int64(h.log.Str(w.Queue.Name)), int64(h.log.Str(w.Name)))
}
