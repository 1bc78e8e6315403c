//go:build linux

package sockets

import (
	"strconv"

	"sunscope/core/sunrpc"
	"sunscope/core/trace"
)

// thread is the host's own record of a thread.
type thread struct {
	sunrpc.Thread
	next   sunrpc.Step // what it does when it has its next turn
	woken  sunrpc.Step // what it does instead of going to sleep: somebody was faster
	active bool        // it runs, or waits for its turn
	comm   trace.Str
	work   sunrpc.Work // what a kworker is at
	end    sunrpc.Step // what it does when that is over
	// What happens to it as functions that are made once.
	takeWork, workDone sunrpc.Step
}

func (h *Host) spawn(comm string) *thread {
	h.pids++
	t := &thread{Thread: sunrpc.Thread{Comm: comm, PID: h.pids}, comm: h.log.Str(comm)}
	t.State = t
	t.takeWork = func() sunrpc.Step { return h.nextWork(t) }
	t.workDone = func() sunrpc.Step {
		h.traceWork(trace.WorkDone, &t.work)
		return h.nextWork(t)
	}
	return t
}

// Wake implements sunrpc.Machine.
func (h *Host) Wake(t *sunrpc.Thread, s sunrpc.Step) { h.wake(t.State.(*thread), s) }

func (h *Host) wake(t *thread, s sunrpc.Step) {
	if t.active {
		t.woken = s
		return
	}
	t.next, t.active = s, true
	h.ready.add(t)
}

// slice is how many steps a thread takes while others want their turn: one that waits for another goes round and round.
const slice = 16

// run lets t take its turn.
func (h *Host) run(t *thread) {
	h.current = t
	h.step()
	for n := 0; h.err == nil; n++ {
		if n >= slice && !(h.ready.empty() && h.soft.empty()) {
			h.ready.add(t)
			break
		}
		if t.next = t.next(); t.next != nil {
			h.step()
			continue
		}
		if blocked := t.Blocked; !blocked {
			if t.next, t.end = t.end, nil; t.next != nil {
				continue
			}
		}
		t.Blocked = false
		if t.next, t.woken = t.woken, nil; t.next == nil {
			t.active = false
			break
		}
	}
	h.current = nil
}

// pool are the kworker threads that serve the work queues, all of them, in the order of queueing. None of them ever
// waits for anything, so a few are enough.
type pool struct {
	workers int
	idle    []*thread
	queue   fifo[sunrpc.Work]
}

const mostWorkers = 8

// Queue implements sunrpc.Machine (queue_work).
func (h *Host) Queue(w *sunrpc.Work) {
	h.traceWork(trace.WorkQueue, w)
	p := &h.pool
	p.queue.add(*w)
	if n := len(p.idle); n > 0 {
		t := p.idle[n-1]
		p.idle = p.idle[:n-1]
		h.wake(t, t.takeWork)
	} else if p.workers < mostWorkers {
		p.workers++
		t := h.spawn("kworker/u2:" + strconv.Itoa(p.workers))
		h.wake(t, t.takeWork)
	}
}

// nextWork is worker_thread: work while there is some, then sleep.
func (h *Host) nextWork(t *thread) sunrpc.Step {
	p := &h.pool
	if p.queue.empty() {
		p.idle = append(p.idle, t)
		return nil
	}
	t.work = p.queue.take()
	h.traceWork(trace.WorkRun, &t.work)
	t.end = t.workDone
	return t.work.Run
}

func (h *Host) traceWork(kind trace.Kind, w *sunrpc.Work) {
	if h.opt.Observe == nil {
		return
	}
	pid, clid := int64(trace.NoID), int64(trace.NoID)
	if w.Task != nil {
		pid, clid = w.Task.IDs()
	}
	h.Emit(".....", kind, pid, clid, int64(h.log.Str(w.Queue.Name)), int64(h.log.Str(w.Name)))
}
