package world

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"sunscope/core/nfs"
	"sunscope/core/scenario/yaml"
	"sunscope/core/sunrpc"
	"sunscope/core/time"
	"sunscope/core/trace"
	"sunscope/core/wire"
)

// svcRig is a rig with a mount, whose process calls once the mount is there.
func svcRig(t testing.TB, settings ...string) *rig {
	l := newRig(t, append([]string{"workload.reads", "0"}, settings...)...)
	l.running++
	l.startMount()
	l.finish(100 * time.Millisecond)
	return l
}

// remove asks the server to remove a file that is there, over and over if it must; a test cuts the reply off.
func (l *rig) remove(name string) *ended {
	l.fs.WriteFile(export+"/"+name, 1)
	a := l.args()
	a.Hard, a.ReusePort, a.Timeout = true, true, &sunrpc.Timeout{Init: 2 * time.Second, Max: 2 * time.Second}
	res := nfs.V3[nfs.ProcRemove].Res()
	_, e := l.call(a, 0, sunrpc.Message{Proc: nfs.Call(nfs.ProcRemove), Res: res,
		Args: &nfs.DirOpArgs{What: nfs.DirOp{Dir: l.fs.Handle(export), Name: name}}})
	return e[0]
}

// once calls f at the next event of a kind.
func (l *rig) once(kind trace.Kind, f func()) {
	done := false
	l.Watch(func(e *trace.Event) {
		if e.Kind == kind && !done {
			done = true
			f()
		}
	})
}

func TestACallWhoseReplyIsLostIsNotDoneTwice(t *testing.T) {
	for _, port := range []bool{true, false} {
		l := svcRig(t)
		l.once(trace.SvcXDRSendto, func() { l.at(l.now, func() { l.net.Abort(l.args().Server) }) })
		l.fs.WriteFile(export+"/x", 1)
		a := l.args()
		a.Hard, a.ReusePort = true, port
		_, e := l.call(a, 0, sunrpc.Message{Proc: nfs.Call(nfs.ProcRemove), Res: nfs.V3[nfs.ProcRemove].Res(),
			Args: &nfs.DirOpArgs{What: nfs.DirOp{Dir: l.fs.Handle(export), Name: "x"}}})
		l.finish(time.Minute)
		require.True(t, e[0].over)
		if port {
			require.Equal(t, sunrpc.ReplyCache{Hits: 1, Misses: 1, NoCache: 1}, l.nfsd.srv.RC)
			require.Zero(t, e[0].status, "the reply from the cache")
		} else {
			require.Equal(t, sunrpc.ReplyCache{Misses: 2, NoCache: 1}, l.nfsd.srv.RC, "from another port it is another's call")
			require.Equal(t, int32(-2), e[0].status, "removed twice: ENOENT")
		}
	}
}

func TestACallThatIsBeingDoneIsDroppedWhenItComesAgain(t *testing.T) {
	l := svcRig(t)
	l.nfsd.srv.Faults.Slow = 5 * time.Second
	e := l.remove("x")
	l.finish(time.Minute)
	require.True(t, e.over)
	require.Zero(t, e.status)
	require.Positive(t, l.nfsd.srv.RC.Hits)
	require.Equal(t, l.nfsd.srv.RC.Hits, l.count(trace.SvcDrop))
	require.Equal(t, 1, l.nfsd.srv.RC.Misses)
}

func TestADeadThreadKeepsItsCallForEver(t *testing.T) {
	l := svcRig(t, "server.threads", "2")
	l.nfsd.srv.Faults.Dead = 1
	e := l.remove("x")
	l.finish(30 * time.Second)
	require.False(t, e.over, "the call is being done, and will be for ever")
	require.Greater(t, l.count(trace.SvcDrop), 5)
	_, other := l.call(l.args(), 0, l.getattr())
	l.finish(time.Minute)
	require.Zero(t, other[0].status, "the other thread is there")
	require.True(t, other[0].over)
}

func TestWithoutThreadsNobodyAnswers(t *testing.T) {
	l := svcRig(t, "server.threads", "2")
	l.nfsd.srv.Faults.Dead = 2
	a := l.args()
	a.SoftErr, a.Timeout = true, &sunrpc.Timeout{Init: time.Second, Max: time.Second}
	for range 3 {
		l.call(a, 0, l.getattr())
	}
	_, e := l.call(a, 0, l.getattr())
	l.finish(time.Minute)
	require.True(t, e[0].over)
	require.Equal(t, int32(wire.ETIMEDOUT), e[0].status)
}

func TestACallWaitsUntilItsCallerIsKnown(t *testing.T) {
	l := svcRig(t)
	l.strike(l.now, "upcall", "2s")
	l.finish(l.now + time.Millisecond)
	_, e := l.call(l.args(), 0, l.getattr(), l.getattr())
	l.finish(time.Minute)
	require.InDelta(t, 2, e[0].at.Seconds(), 0.2)
	require.InDelta(t, 2, e[1].at.Seconds(), 0.2, "now it is known")
	require.Equal(t, 1, l.count(trace.CacheEntryUpcall))
	require.Zero(t, l.count(trace.SvcDefer))
}

func TestACallWhoseCallerIsNotKnownSoonIsDeferredAndItsThreadIsFree(t *testing.T) {
	l := svcRig(t)
	start := l.now
	l.strike(l.now, "upcall", "20s")
	l.finish(l.now + time.Millisecond)
	_, e := l.call(l.args(), 0, l.getattr())
	l.finish(time.Minute)
	require.True(t, e[0].over)
	require.Zero(t, e[0].status)
	require.InDelta(t, 20, e[0].at.Seconds(), 0.2)
	require.InDelta(t, 5, l.times(trace.SvcDefer)[0].Seconds(), 0.2, "after five seconds")
	var seen []string
	l.each(func(e *trace.Event) {
		switch e.Kind {
		case trace.CacheEntryUpcall, trace.SvcDefer, trace.SvcDrop, trace.CacheEntryUpdate, trace.SvcDeferQueue, trace.SvcDeferRecv, trace.SvcXDRSendto:
			if e.Time > start {
				seen = append(seen, e.Kind.String())
			}
		}
	})
	require.Equal(t, strings.Fields("cache_entry_upcall svc_defer svc_drop cache_entry_update svc_defer_queue svc_defer_recv svc_xdr_sendto"), seen)
}

func TestADeferredCallDiesWithItsConnection(t *testing.T) {
	l := svcRig(t)
	l.strike(l.now, "upcall", "20s")
	l.finish(l.now + time.Millisecond)
	a := l.args()
	a.Hard = true
	_, e := l.call(a, 0, l.getattr())
	l.at(8*time.Second, func() { l.net.Abort(l.args().Server) })
	l.finish(time.Minute)
	require.True(t, e[0].over)
	require.Equal(t, 1, l.count(trace.SvcDeferDrop), "the first transmission")
}

func TestAPoolOfThreadsServesItsOwnCPU(t *testing.T) {
	sc, err := yaml.Builtin("two-slots")
	require.NoError(t, err)
	for _, kv := range [][2]string{{"server.pools", "2"}, {"server.cpus", "2"}, {"server.threads", "2"}, {"sunrpc.tcp_max_slot_table_entries", "64"}} {
		require.NoError(t, sc.Set(kv[0], kv[1]))
	}
	log, err := Run(sc, 42)
	require.NoError(t, err)
	l := &rig{t: t, World: &World{sim: sim{log: log}}}
	nfsds := map[int32]int32{} // by CPU of the softirq that brought the data
	l.each(func(e *trace.Event) {
		if e.Kind == trace.SvcXprtEnqueue && e.Int("pid") != 0 {
			cpu, pid := int32(e.CPU), int32(e.Int("pid"))
			if was, ok := nfsds[cpu]; ok {
				require.Equal(t, was, pid, "CPU %d has one thread", cpu)
			}
			nfsds[cpu] = pid
		}
	})
	require.Len(t, nfsds, 2)
	require.NotEqual(t, nfsds[2], nfsds[3])
}
