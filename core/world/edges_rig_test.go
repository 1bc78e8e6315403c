package world

import (
	"os"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"sunscope/core/fsm"
	"sunscope/core/nfs"
	"sunscope/core/rpcmsg"
	"sunscope/core/sunrpc"
	"sunscope/core/time"
	"sunscope/core/trace"
	"sunscope/core/wire"
)

// edgeRig is a rig that notes the edges that its tasks take.
type edgeRig struct {
	*rig
	p      *peer
	took   map[string]int
	before map[string]func() // called when a task of client 1 enters a state for the first time
	after  map[string]func() // called while it is in there
	moment func(*trace.Event)
	asleep map[[2]int64]time.Duration // since when a task sleeps on delayq
	slept  map[[2]int64]time.Duration // and how long it has, in the state that it is in
	x      *sunrpc.Xprt
	c      *sunrpc.Client
}

// short is a timeout that has passed soon: the minor one after 101 ms, and the major one with it.
var short = sunrpc.Timeout{Init: 101 * time.Millisecond, Max: 101 * time.Millisecond}

func newEdgeRig(t testing.TB, seed uint64, settings ...string) *edgeRig {
	settings = append([]string{"sunrpc.tcp_max_slot_table_entries", "65536"}, settings...)
	l := &edgeRig{rig: newSeededRig(t, seed, settings...), took: map[string]int{}, before: map[string]func(){}, after: map[string]func(){},
		asleep: map[[2]int64]time.Duration{}, slept: map[[2]int64]time.Duration{}}
	l.k.Took = func(task *sunrpc.Task, e *fsm.Edge) {
		l.took[e.ID]++
		pid, clid := task.IDs()
		if d := l.slept[[2]int64{pid, clid}]; d > 0 && e.To != fsm.RPCExitTask {
			requireDelay(t, e.ID, d)
		}
		delete(l.slept, [2]int64{pid, clid})
	}
	l.p = l.serve(always(func(xid uint32) []byte { return record(success(xid)) }))
	startDaemon(l.server, "rpcbind", rpcbindOf(registration{nfs.Program, nfs.Version3, "tcp", peerPort})).
		listen(l.net.Host(l.sc.Server.Addr, l.server), wire.Addr{Host: l.sc.Server.Addr, Port: 111})
	l.Watch(func(e *trace.Event) {
		if l.moment != nil {
			l.moment(e)
		}
		l.noteDelay(e)
		if _, clid, ok := e.Task(); e.Kind != trace.RPCTaskRunAction || !ok || clid != 1 {
			return
		}
		action := e.Text(l.log, "action")
		if f := l.before[action]; f != nil {
			delete(l.before, action)
			f()
		}
		if f := l.after[action]; f != nil {
			delete(l.after, action)
			l.at(l.now, f)
		}
	})
	return l
}

// factDelays are the delays that the facts give for transitions, by the edges that stand for them.
var factDelays = sync.OnceValue(func() map[string]time.Duration {
	b, err := os.ReadFile("../../tests/fsm-rows.txt")
	if err != nil {
		panic(err)
	}
	delays := map[string]time.Duration{}
	for _, line := range strings.Split(string(b), "\n") {
		f := strings.Split(line, " | ")
		for text, d := range map[string]time.Duration{"HZ/4": time.Second / 4, "HZ/16": time.Second / 16, "3s": 3 * time.Second, "5s": 5 * time.Second} {
			if len(f) == 4 && strings.Contains(f[2]+";", "delay "+text+";") {
				for _, id := range strings.Fields(f[3]) {
					delays[id] = d
				}
			}
		}
	}
	return delays
})

// requireDelay holds a sleep on delayq against the facts: timers go by jiffies, and what follows takes a while to run.
func requireDelay(t testing.TB, id string, d time.Duration) {
	want, known := factDelays()[id]
	require.True(t, known, "%s: a delay of %v", id, d)
	require.GreaterOrEqual(t, d, want, id)
	require.Less(t, d, want+2*sunrpc.Jiffy+time.Millisecond, "%s: a delay of %v, and that in jiffies", id, want)
}

// noteDelay remembers how long tasks sleep on delayq.
func (l *edgeRig) noteDelay(e *trace.Event) {
	if e.Kind != trace.RPCTaskSleep && e.Kind != trace.RPCTaskWakeup || e.Text(l.log, "queue") != string(fsm.Delay) {
		return
	}
	pid, clid, _ := e.Task()
	id := [2]int64{int64(pid), int64(clid)}
	if e.Kind == trace.RPCTaskSleep {
		l.asleep[id] = l.now
	} else {
		l.slept[id] = l.now - l.asleep[id]
	}
}

// fin is what the client's transport hears when the server closes the connection.
func (l *edgeRig) fin() { l.x.StateChange(wire.CloseWait) }

// patience is which of a task's flags say how it takes a major timeout.
type patience struct {
	name     string
	hard     bool
	softErr  bool
	softConn bool
}

var (
	hard     = patience{name: "", hard: true}
	softConn = patience{name: "softconn", hard: true, softConn: true}
	timeout  = patience{name: "timeout", softErr: true}
	soft     = patience{name: "soft"}
	all      = []patience{hard, softConn, timeout, soft}
	unlessSC = []patience{hard, timeout, soft}
	noSC     = patience{hard: true, softConn: true} // where a SOFTCONN call ends at once
)

// client makes client 1, with its transport, of the peer, and runs main with it.
func (l *edgeRig) client(change func(*sunrpc.CreateArgs), main func(*sunrpc.Client) sunrpc.Step) {
	a := l.p.args()
	a.Flavor = rpcmsg.AuthUnix
	if change != nil {
		change(a)
	}
	l.do(func() sunrpc.Step {
		x, err := l.k.CreateTransport(a)
		require.Equal(l.t, wire.OK, err)
		l.x = x
		return l.k.CreateXprt(a, x, func(c *sunrpc.Client, _ int32) sunrpc.Step {
			l.c = c
			return main(c)
		})
	})
}

// one is a client that makes one call.
func (l *edgeRig) one(p patience, change func(*sunrpc.CreateArgs), m sunrpc.Message, flags trace.TaskFlags) {
	if p.softConn {
		flags |= trace.SoftConn
	}
	l.client(func(a *sunrpc.CreateArgs) {
		a.Hard, a.SoftErr = p.hard, p.softErr
		if change != nil {
			change(a)
		}
	}, func(c *sunrpc.Client) sunrpc.Step {
		return l.k.CallSync(c, m, flags, func(int32) sunrpc.Step { return l.end() })
	})
}

// late lets the next major timeout pass while the credential is looked for.
func (l *edgeRig) late() { l.k.Inject(sunrpc.RefreshCred, wire.ETIMEDOUT, 100, 1) }

// again is a client that makes one call at once, and one that is looked at when it is a second.
func (l *edgeRig) again(p patience, change func(*sunrpc.CreateArgs), ready func(), m sunrpc.Message, flags trace.TaskFlags) {
	if p.softConn {
		flags |= trace.SoftConn
	}
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
		l.rig.client.wake(me, func() sunrpc.Step {
			return l.k.CallSync(l.c, m, flags, func(int32) sunrpc.Step { return l.end() })
		})
	})
}

// patiently is the same for calls of several kinds of patience.
func patiently(run func(*edgeRig, patience), ps ...patience) func(testing.TB) map[string]int {
	return func(t testing.TB) map[string]int {
		took := map[string]int{}
		for _, p := range ps {
			l := newEdgeRig(t, 42)
			run(l, p)
			l.finish(30 * time.Second)
			add(took, l.took)
		}
		return took
	}
}

func add(to, from map[string]int) {
	for id, n := range from {
		to[id] += n
	}
}

// inTime is when the major timeout of a call has passed that began at an instant, and the timer of its sleep has not
// fired yet: timers go by jiffies.
func inTime(begin time.Duration) time.Duration { return begin + 102500*time.Microsecond }

func unbound(a *sunrpc.CreateArgs) { a.Server.Port = 0 }

// hooked is a client with one call whose caller has hooks.
func (l *edgeRig) hooked(change func(*sunrpc.CreateArgs), ops *sunrpc.CallOps) {
	ops.DoneName, ops.DoneModule = "lab_done", "lab"
	if ops.Prepare == nil {
		ops.Prepare = (*sunrpc.Task).CallStart
	}
	l.client(func(a *sunrpc.CreateArgs) {
		a.Hard = true
		if change != nil {
			change(a)
		}
	}, func(c *sunrpc.Client) sunrpc.Step {
		return l.k.RunTask(&sunrpc.Setup{Client: c, Msg: noop(0), Ops: ops}, func(*sunrpc.Task) sunrpc.Step { return l.end() })
	})
}

// once is a Done hook that does something the first time.
func once(f func(*sunrpc.Task)) *sunrpc.CallOps {
	done := false
	return &sunrpc.CallOps{Done: func(t *sunrpc.Task) {
		if !done {
			done = true
			f(t)
		}
	}}
}

// plainly runs a rig for an edge case.
func plainly(run func(*edgeRig), settings ...string) func(testing.TB) map[string]int {
	return func(t testing.TB) map[string]int {
		l := newEdgeRig(t, 42, settings...)
		run(l)
		l.finish(30 * time.Second)
		return l.took
	}
}

// answers makes the peer answer so, the first time, and well from then on.
func (l *edgeRig) answers(first func(xid uint32) []byte) {
	well := l.p.answer
	l.p.answer = func(n int, xid uint32) [][]byte {
		l.p.answer = well
		return [][]byte{record(first(xid))}
	}
}

func denied(why rpcmsg.AuthStat) func(uint32) []byte {
	return func(xid uint32) []byte { return encoded(rpcmsg.DeniedReply(xid, why)) }
}

func oneway() sunrpc.Message {
	return sunrpc.Message{Proc: &sunrpc.Proc{Num: 8, Name: "ONEWAY"}}
}
