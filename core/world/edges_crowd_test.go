package world

import (
	"slices"
	"strings"
	"testing"

	"sunscope/core/sunrpc"
	"sunscope/core/time"
	"sunscope/core/trace"
)

// crowd makes n asynchronous calls of client 1 at once, and ends when the last of them is over.
func (l *edgeRig) crowd(c *sunrpc.Client, n int, flags trace.TaskFlags) sunrpc.Step {
	me, left := l.rig.client.current, n
	ops := &sunrpc.CallOps{DoneName: "lab_done", DoneModule: "lab", Release: func(*sunrpc.Task) {
		if left--; left == 0 {
			l.rig.client.wake(me, l.end)
		}
	}}
	var next func(i int) sunrpc.Step
	next = func(i int) sunrpc.Step {
		if i == n {
			return nil
		}
		return l.k.CallAsync(c, noop(0), flags, ops, func() sunrpc.Step { return next(i + 1) })
	}
	return next(0)
}

// many is a client that makes n calls at once.
func (l *edgeRig) many(p patience, change func(*sunrpc.CreateArgs), n int) {
	l.client(func(a *sunrpc.CreateArgs) {
		a.Hard, a.SoftErr = p.hard, p.softErr
		if change != nil {
			change(a)
		}
	}, func(c *sunrpc.Client) sunrpc.Step { return l.crowd(c, n, 0) })
}

// manyAgain makes one call, and n at once when it is a second.
func (l *edgeRig) manyAgain(p patience, change func(*sunrpc.CreateArgs), ready func(), n int) {
	var me *thread
	l.client(func(a *sunrpc.CreateArgs) {
		a.Hard, a.SoftErr, a.Timeout = p.hard, p.softErr, &short
		if change != nil {
			change(a)
		}
	}, func(c *sunrpc.Client) sunrpc.Step {
		me = l.rig.client.current
		return l.k.CallSync(c, noop(0), 0, func(int32) sunrpc.Step { return nil })
	})
	l.at(time.Second, func() {
		ready()
		l.rig.client.wake(me, func() sunrpc.Step { return l.crowd(l.c, n, 0) })
	})
}

// somewhere tries one schedule after the other until the edges have been taken.
func somewhere(tries int, edges string, run func(l *edgeRig, i int), settings ...string) func(testing.TB) map[string]int {
	return func(t testing.TB) map[string]int {
		took := map[string]int{}
		for i := range tries {
			l := newEdgeRig(t, uint64(42+i), settings...)
			run(l, i)
			l.finish(30 * time.Second)
			add(took, l.took)
			if !slices.ContainsFunc(strings.Fields(edges), func(id string) bool { return took[id] == 0 }) {
				t.Logf("taken in schedule %d", i)
				break
			}
		}
		return took
	}
}

// hold keeps the CPU from going on with the thread that runs now, as an interrupt does or a hypervisor.
func (l *edgeRig) hold(d time.Duration) { l.rig.client.spent += d }

// call starts a process that makes one call of client 1.
func (l *edgeRig) call(flags trace.TaskFlags) {
	l.do(func() sunrpc.Step {
		return l.k.CallSync(l.c, noop(0), flags, func(int32) sunrpc.Step { return l.end() })
	})
}

// silent makes the peer answer nothing for a while.
func (l *edgeRig) silent(until time.Duration) {
	well := l.p.answer
	l.p.answer = never
	l.sim.At(until, func() { l.p.answer = well })
}

// replyAt makes the peer answer the next call at an instant, and the following ones at once.
func (l *edgeRig) replyAt(at time.Duration, reply func(xid uint32) []byte) {
	well := l.p.answer
	l.p.answer = func(_ int, xid uint32) [][]byte {
		l.p.answer = well
		l.sim.At(at, func() { _, _ = l.p.conns[len(l.p.conns)-1].Send(record(reply(xid))) })
		return nil
	}
}
