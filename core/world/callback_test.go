package world

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"sunscope/core/nfs"
	"sunscope/core/scenario"
	"sunscope/core/scenario/yaml"
	"sunscope/core/sunrpc"
	"sunscope/core/time"
	"sunscope/core/trace"
	"sunscope/core/xdr"
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

// A link so slow that replies fill the server's socket: callbacks wait for their turn, and no record runs into another.
func TestRepliesAndCallsOfTheServerNeverRunIntoEachOther(t *testing.T) {
	sc, err := yaml.Builtin("callback-pool")
	require.NoError(t, err)
	for _, kv := range [][2]string{
		{"link.bandwidth", "4000000"}, {"workload.bytes", "131072"}, {"sunrpc.tcp_max_slot_table_entries", "64"},
		{"process.1.do", "sleep 60ms; callback 8; sleep 60ms; callback 8"}, {"callbacks.slots", "8"},
	} {
		require.NoError(t, sc.Set(kv[0], kv[1]))
	}
	sc.Expects = nil
	w, err := New(sc, 42)
	require.NoError(t, err)
	audits := []*sunrpc.Audit{w.kernel.Audit(func(r sunrpc.Rule, what string) { t.Errorf("%s: %s", r, what) }),
		w.nfsd.kernel.Audit(func(r sunrpc.Rule, what string) { t.Errorf("the server's %s: %s", r, what) })}
	for w.Step() {
		for _, a := range audits {
			a.Step()
		}
	}
	require.NoError(t, w.Err())
	l := &rig{t: t, World: w}
	require.Positive(t, l.count(trace.SvcsockWriteSpace), "the server's socket was full")
	reads, waited := 0, time.Duration(0)
	l.each(func(e *trace.Event) {
		if e.Kind == trace.RPCTaskEnd && e.Int("status") == 131072 {
			reads++
		}
	})
	for _, r := range w.back.all {
		require.False(t, r.lost)
		waited = max(waited, r.over-r.began)
	}
	require.Equal(t, 8, reads)
	require.Len(t, w.back.all, 16)
	require.Greater(t, waited, 20*time.Millisecond, "a call waits until a reply is out")
	require.Equal(t, []string{"UP"}, l.pathStates())
}

// caller is a server in the test's hands that sends what it likes to whoever connects.
func caller(t *testing.T, design string, sends ...[]byte) (*rig, *ended) {
	l := newRig(t)
	p := l.serve(func(_ int, xid uint32) [][]byte { return append(append([][]byte(nil), sends...), record(success(xid))) })
	srv := l.k.NewServer([]*sunrpc.Service{cbService()})
	srv.Start([]*sunrpc.Thread{&l.client.spawn("NFSv4 callback").Thread})
	e := new(ended)
	p.client(func(c *sunrpc.Client) sunrpc.Step {
		require.Zero(t, c.SetupBackchannel(sunrpc.Backchannel(slices.Index(scenario.Backchannels, design)), srv, 1))
		return l.calls(c, 0, []sunrpc.Message{noop(0)}, []*ended{e})
	})
	l.finish(time.Minute)
	return l, e
}

func TestACallThatMakesNoSenseIsAnsweredOrForgottenAndTheConnectionLives(t *testing.T) {
	head := func(words ...uint32) (b []byte) {
		for _, w := range words {
			b = xdr.AppendWord(b, w)
		}
		return b
	}
	for what, c := range map[string]struct {
		call    []byte
		answers int
	}{
		"another RPC version": {head(7, 0, 3, cbProgram, 1, 0, 0, 0, 0, 0), 1},
		"another program":     {head(7, 0, 2, 99, 1, 0, 0, 0, 0, 0), 1},
		"another version":     {head(7, 0, 2, cbProgram, 9, 0, 0, 0, 0, 0), 1},
		"another procedure":   {head(7, 0, 2, cbProgram, 1, 9, 0, 0, 0, 0), 1},
		"a long credential":   {head(7, 0, 2, cbProgram, 1, 0, 1, 1<<31, 0, 0), 1},
		"no arguments":        {head(7, 0, 2, cbProgram, 1, 1, 0, 0, 0, 0), 1},
		"more than a page":    {append(head(7, 0, 2, cbProgram, 1, 0, 0, 0, 0, 0), make([]byte, 100_000)...), 1},
		"too short":           {head(7, 0, 2), 0},
		"only a header":       {head(7, 0), 0},
		"no direction":        {head(7, 5, 2, cbProgram), 0},
	} {
		for _, design := range scenario.Backchannels {
			l, e := caller(t, design, record(c.call))
			require.True(t, e.over, what)
			require.Zero(t, e.status, what)
			n := 0
			for id := range l.tasks() {
				if id[0] == trace.NoID {
					n++
				}
			}
			require.Equal(t, c.answers, n, "%s, %s", what, design)
			require.Zero(t, l.count(trace.RPCSocketShutdown)+l.count(trace.XprtDisconnectForce), what)
		}
	}
}
