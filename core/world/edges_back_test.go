package world

import (
	"strings"
	"testing"

	"sunscope/core/fsm"
	"sunscope/core/nfs"
	"sunscope/core/sunrpc"
	"sunscope/core/time"
	"sunscope/core/trace"
	"sunscope/core/wire"
)

// backCases: replies to calls of the server's own, each in some schedule of at most 60.
func backCases(add adder) {
	back := func(what, edges string, run func(l *rig, i int)) {
		add(what, edges, func(t testing.TB) map[string]int {
			took := map[string]int{}
			for i := range 60 {
				l := backRig(t, "pool", "callbacks.slots", "4", "server.threads", "8", "client.cpus", "4", "client.threads", "8")
				l.k.Took = func(_ *sunrpc.Task, e *fsm.Edge) { took[e.ID]++ }
				run(l, i)
				l.finish(10 * time.Second)
				if enough(took, edges) {
					t.Logf("taken in schedule %d", i)
					break
				}
			}
			return took
		})
	}
	back("there is no memory to send the reply to a callback", "call_bc_transmit_status.nomem", func(l *rig, _ int) {
		l.k.Inject(sunrpc.Sendmsg, wire.ENOBUFS, 100, 1)
		l.callback(time.Second, 1)
	})
	// Others send while the callback's thread is held up on its way to the lock.
	held := func(action string) func(l *rig, i int) {
		return func(l *rig, i int) {
			done := false
			l.Watch(func(e *trace.Event) {
				if e.Kind == trace.RPCTaskRunAction && !done && e.Text(l.log, "action") == action {
					done = true
					for range 4 {
						l.at(l.now, l.nullAsync)
					}
					l.client.spent += time.Duration(20+10*i) * time.Microsecond
				}
			})
			l.callback(time.Second, 1)
		}
	}
	back("another task sends the reply before its own has turned to sending", "call_bc_encode.sent call_bc_transmit.transmitted", held("call_bc_encode"))
}

// enough says that all of the edges have been taken.
func enough(took map[string]int, edges string) bool {
	for _, id := range strings.Fields(edges) {
		if took[id] == 0 {
			return false
		}
	}
	return true
}

// nullAsync is a process that makes a call and does not wait.
func (l *rig) nullAsync() {
	l.do(func() sunrpc.Step {
		setup := &sunrpc.Setup{Client: l.back.mount, Msg: sunrpc.Message{Proc: nfs.Null()}, Flags: trace.Async}
		return l.k.RunTask(setup, func(*sunrpc.Task) sunrpc.Step { return l.end() })
	})
}
