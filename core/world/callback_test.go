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
)

// backRig is a rig whose client has mounted, with a back channel.
func backRig(t testing.TB, design string, settings ...string) *rig {
	l := newRig(t, append([]string{"backchannel", design, "workload.reads", "0"}, settings...)...)
	l.running++ // somebody is there
	l.startMount()
	l.finish(100 * time.Millisecond)
	return l
}

// calls lets the server call its client n times when it is at.
func (l *rig) callback(at time.Duration, n int) {
	l.server.At(at, func() { l.back.recall(n) })
}

// bcWalk is what the n-th task without a client does.
func (l *rig) bcWalk(n uint32) string { return l.walk(trace.NoID, n) }

const bcReply = "call_bc_encode → call_bc_transmit [send] → call_bc_transmit_status → rpc_exit_task"

func TestS14ACallbackIsAnsweredOnTheConnectionThatTheClientHasOpened(t *testing.T) {
	l := backRig(t, "pool")
	l.callback(time.Second, 1)
	l.finish(time.Minute)
	require.Equal(t, bcReply, l.bcWalk(1))
	require.Equal(t, "UP", l.back.state)
	var seen []string
	l.each(func(e *trace.Event) {
		if e.Time < time.Second {
			return
		}
		switch e.Kind {
		case trace.XsDataReady, trace.XsStreamReadRequest, trace.SvcProcess, trace.XprtReserveXprt, trace.XprtTransmit, trace.XprtReleaseXprt, trace.XprtLookupRqst:
			seen = append(seen, e.Kind.String()+l.who(e))
		}
	})
	require.Equal(t, []string{
		"xprt_reserve_xprt of 2", "xprt_transmit of 2", "xprt_release_xprt of 2", "xs_data_ready", "xs_stream_read_request", "svc_process",
		"xprt_reserve_xprt", "xprt_transmit", "xprt_release_xprt", "xprt_release_xprt", "xprt_lookup_rqst", "xprt_release_xprt of 2",
	}, seen)
	require.Equal(t, 1, l.count(trace.RPCClntNew)-1, "one client for the mount and one for the callbacks")
}

// who is the client whose task it is.
func (l *rig) who(e *trace.Event) string {
	if _, clid, ok := e.Task(); ok && clid != trace.NoID {
		return " of " + string(rune('0'+clid))
	}
	return ""
}

func TestS15TheServersCallGoesThroughTheSameStatesAndNeverConnects(t *testing.T) {
	l := backRig(t, "pool")
	l.callback(time.Second, 1)
	l.finish(time.Minute)
	l.requireWalk(2, 1, "rpc_prepare_task → "+begins+" → "+sends+hears+" → "+ends)
}

func TestS15ASecondCallWaitsForTheSlotOfTheSession(t *testing.T) {
	l := backRig(t, "pool")
	l.callback(time.Second, 2)
	l.finish(time.Minute)
	const waits = "rpc_prepare_task zz Backchannel slot table <- 0 → "
	l.requireWalk(2, 1, "rpc_prepare_task → "+begins+" → "+sends+hears+" → "+ends)
	l.requireWalk(2, 2, waits+"rpc_prepare_task → "+begins+" → "+sends+hears+" → "+ends)
}

func TestS15ALostConnectionEndsACallThatWaitsForItsAnswer(t *testing.T) {
	l := backRig(t, "pool")
	l.at(time.Second, l.net.Drop)
	l.callback(time.Second, 1)
	l.at(2*time.Second, func() { l.net.Restore(); l.net.Abort(l.args().Server) })
	l.finish(time.Minute)
	const gone = " zz xprt_pending <- -ENOTCONN → cb xprt_timer(-ENOTCONN) → call_status(-ENOTCONN) → call_encode → call_connect [rpcerror -ENOTCONN -ENOTCONN] → rpc_exit_task(-ENOTCONN)"
	l.requireWalk(2, 1, "rpc_prepare_task → "+begins+" → "+sends+gone)
	require.Equal(t, "DOWN", l.back.state, "the client has not connected again")
	require.True(t, l.back.all[0].lost)
	require.Equal(t, []string{"UP", "FAULT", "UNKNOWN", "DOWN"}, l.pathStates())
}

// pathStates are what the server has said of the way to its client.
func (l *rig) pathStates() (states []string) {
	l.each(func(e *trace.Event) {
		if e.Kind == trace.Note && e.Text(l.log, "event") == "nfsd_cb_state" {
			_, state, _ := strings.Cut(e.Text(l.log, "text"), "state=")
			states = append(states, state)
		}
	})
	return states
}

func TestACallbackThatNobodyAnswersIsMadeAgainUntilTheLeaseIsOver(t *testing.T) {
	l := backRig(t, "pool")
	l.at(time.Second, l.net.Drop)
	l.callback(time.Second, 1)
	l.finish(time.Hour)
	r := l.back.all[0]
	require.True(t, r.lost)
	require.InDelta(t, 91, r.over.Seconds(), 10)
	require.Equal(t, 10, r.tries)
}

func TestACallBreaksAConnectionWithoutABackChannel(t *testing.T) {
	l := backRig(t, "pool")
	l.client.At(time.Millisecond, func() { l.back.mount.CloseBackchannel() })
	l.callback(time.Second, 1)
	l.finish(time.Minute)
	require.True(t, l.back.all[0].lost)
	require.Zero(t, l.count(trace.SvcProcess)-1)
}

// design is what a run with one of the four designs came to.
type design struct {
	lost, dropped int // callbacks given up; calls that arrived and were not served
	breaks        int // connections that the client gave up
	worst         time.Duration
}

func runDesign(t *testing.T, name string, seed uint64, settings ...string) (d design) {
	sc, err := yaml.Builtin(name)
	require.NoError(t, err)
	for i := 0; i < len(settings); i += 2 {
		require.NoError(t, sc.Set(settings[i], settings[i+1]))
	}
	w, err := New(sc, seed)
	require.NoError(t, err)
	audit := w.kernel.Audit(func(r sunrpc.Rule, what string) { t.Errorf("%s, seed %d: %s: %s", name, seed, r, what) })
	back := w.nfsd.kernel.Audit(func(r sunrpc.Rule, what string) { t.Errorf("%s, seed %d: the server's %s: %s", name, seed, r, what) })
	w.Watch(func(e *trace.Event) {
		audit.Event(e)
		switch {
		case e.Kind == trace.Printk:
			d.dropped++
		case e.Kind == trace.RPCSocketShutdown, e.Kind == trace.RPCSocketClose:
			d.breaks++
		}
	})
	for w.Step() {
		audit.Step()
		back.Step()
	}
	require.NoError(t, w.Err())
	require.NotEmpty(t, w.back.all)
	for _, r := range w.back.all {
		if r.lost {
			d.lost++
		}
		d.worst = max(d.worst, r.over-r.began)
	}
	return d
}

func TestTheFourDesignsDifferWhenAllSlotsAreUsed(t *testing.T) {
	for _, seed := range []uint64{1, 2, 3, 42} {
		pool := runDesign(t, "callback-pool", seed)
		require.Zero(t, pool.dropped+pool.breaks+pool.lost, "the pool has room beside the slots")
		require.Less(t, pool.worst, 10*time.Millisecond)

		slot := runDesign(t, "callback-slot", seed)
		require.Positive(t, slot.dropped, "no slot was free")
		require.Zero(t, slot.breaks+slot.lost, "the connection lives, and the server calls again")
		require.Greater(t, slot.worst, 9*time.Second)

		atomic := runDesign(t, "callback-atomic", seed)
		require.Zero(t, atomic.breaks+atomic.lost)
		require.Equal(t, 2, atomic.dropped, "there was no memory for them")
		require.Greater(t, atomic.worst, 9*time.Second, "each drop costs a tenth of the lease")
		plenty := runDesign(t, "callback-atomic", seed, "fault.1.do", "fail xprt_dynamic_alloc_slot ENOMEM 0")
		require.Zero(t, plenty.dropped, "with memory nothing is dropped")
		require.Less(t, plenty.worst, 10*time.Millisecond)

		old := runDesign(t, "callback-pool36", seed)
		require.Positive(t, old.breaks, "a pool that does not grow costs the connection")
		require.Less(t, old.worst, time.Second, "but nobody waits for a timeout")
	}
}

func TestAPoolThatIsAsLargeAsTheSessionNeverOverflows(t *testing.T) {
	d := runDesign(t, "callback-pool36", 42, "callbacks.prealloc", "4")
	require.Zero(t, d.dropped+d.breaks+d.lost)
	d = runDesign(t, "callback-pool36", 42, "callbacks.slots", "1")
	require.Zero(t, d.dropped+d.breaks+d.lost)
}

func TestThePoolGrowsTo64AndNoFurther(t *testing.T) {
	d := runDesign(t, "callback-pool", 42, "callbacks.slots", "64", "process.1.do", "callback 64")
	require.Zero(t, d.dropped+d.breaks+d.lost)
	d = runDesign(t, "callback-pool", 42, "callbacks.slots", "200", "process.1.do", "callback 200")
	require.Positive(t, d.dropped)
	require.Positive(t, d.breaks)
}

func TestACallbackInASlotKeepsTheClientsOwnCallsWaiting(t *testing.T) {
	for design, waits := range map[string]int{"slot": 1, "pool": 0} {
		l := backRig(t, design, "callbacks.slots", "2")
		in := 0
		l.Watch(func(e *trace.Event) {
			if e.Kind != trace.XsStreamReadRequest || e.Time < time.Second {
				return
			}
			if in++; in == 2 { // both calls are there
				l.at(l.now, func() { l.null() })
			}
		})
		l.callback(time.Second, 2)
		l.finish(2 * time.Second)
		require.Equal(t, waits, l.sleeps("xprt_backlog"), design)
		require.False(t, l.back.all[0].lost)
	}
}

// null is a process that calls procedure 0 over the mount.
func (l *rig) null() {
	l.do(func() sunrpc.Step {
		return l.k.CallSync(l.back.mount, sunrpc.Message{Proc: nfs.Null()}, 0, func(int32) sunrpc.Step { return l.end() })
	})
}

// sleeps is how often a task has slept on a queue.
func (l *rig) sleeps(queue string) (n int) {
	l.each(func(e *trace.Event) {
		if e.Kind == trace.RPCTaskSleep && e.Text(l.log, "queue") == queue {
			n++
		}
	})
	return n
}
