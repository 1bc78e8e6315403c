package world

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"sunscope/core/nfs"
	"sunscope/core/rpcmsg"
	"sunscope/core/scenario/yaml"
	"sunscope/core/sunrpc"
	"sunscope/core/time"
	"sunscope/core/trace"
	"sunscope/core/wire"
	"sunscope/core/xdr"
)

// The scenarios S1 to S13 of the facts, state by state. Where they were read from Linux 6.12 and the recordings of 6.1
// show something else, the recordings hold, and the test says so.

// The parts that most walks share.
const (
	begins = "call_start → call_reserve → call_reserveresult(0) → call_refresh → call_refreshresult(0) → call_allocate → call_encode"
	// connects is call_connect on a transport without a socket.
	connects = "call_connect zz xprt_pending <- -EAGAIN → call_connect_status(-EAGAIN)"
	sends    = "call_transmit [send] → call_transmit_status"
	// hears is a reply that comes while the task sleeps.
	hears = " zz xprt_pending <- 0 → cb xprt_timer → call_status(0)"
	ends  = "call_decode → rpc_exit_task"
)

func TestS1TheFirstCallOverTCPConnectsAndTheSecondDoesNot(t *testing.T) {
	l := newRig(t)
	a := l.args()
	a.Hard = true
	_, e := l.call(a, 0, l.getattr(), l.getattr())
	l.finish(time.Minute)
	require.True(t, e[1].over)
	l.requireWalk(1, 1, begins+" → "+connects+" → "+sends+hears+" → "+ends)
	l.requireWalk(1, 2, begins+" → "+sends+hears+" → "+ends)
	require.Equal(t, sunrpc.Counters{RPCCnt: 2, RPCAuthRefresh: 2}, l.k.Counters)
}

// rpcbindOf is a rpcbind that knows version 2 and these programs.
func rpcbindOf(table ...registration) program {
	r := &rpcbind{table: table}
	return program{100000, 2, 2, r.serve}
}

// bindArgs are those of a client that does not know the server's port, with a rpcbind that answers so.
func (l *rig) bindArgs(p program) *sunrpc.CreateArgs {
	startDaemon(l.server, "rpcbind", p).listen(l.net.Host(l.sc.Server.Addr, l.server), wire.Addr{Host: l.sc.Server.Addr, Port: 111})
	a := l.args()
	a.Server.Port, a.Hard = 0, true
	return a
}

func TestS2ATransportWithoutAPortAsksRpcbindFirst(t *testing.T) {
	l := newRig(t)
	a := l.bindArgs(rpcbindOf(registration{nfs.Program, nfs.Version3, "tcp", 2049}))
	_, e := l.call(a, 0, l.fsstat())
	l.finish(time.Minute)
	require.True(t, e[0].over)
	l.requireWalk(1, 1, begins+" → call_bind zz xprt_binding <- 0 → call_bind_status(0) → "+connects+" → "+sends+hears+" → "+ends)
	l.requireWalk(2, 1, begins+" → "+connects+" → "+sends+hears+" → "+ends)
	require.Equal(t, 2, l.k.Counters.RPCCnt, "the question to rpcbind is a call too")
}

func TestS2APingOfAProgramThatIsNotRegisteredFailsAtOnce(t *testing.T) {
	l := newRig(t)
	a := l.bindArgs(rpcbindOf())
	_, e := l.call(a, trace.Soft|trace.SoftConn, sunrpc.Message{Proc: nfs.Null()})
	l.finish(time.Minute)
	require.Equal(t, int32(wire.EOPNOTSUPP), e[0].status)
	l.requireWalk(1, 1, begins+" → call_bind zz xprt_binding <- -EACCES → call_bind_status(-EACCES) [rpcerror -EOPNOTSUPP -EOPNOTSUPP] → rpc_exit_task(-EOPNOTSUPP)")
}

func TestS2AHardCallToAProgramThatIsNotRegisteredAsksEveryThreeSeconds(t *testing.T) {
	l := newRig(t)
	a := l.bindArgs(rpcbindOf())
	l.call(a, 0, l.fsstat())
	l.finish(8 * time.Second)
	const asks = "call_bind zz xprt_binding <- -EACCES → call_bind_status(-EACCES) zz delayq <- -ETIMEDOUT "
	l.requireWalk(1, 1, begins+" → "+asks+"@3s → cb __rpc_atrun(-ETIMEDOUT) → "+asks+"@6s → cb __rpc_atrun(-ETIMEDOUT) → call_bind zz xprt_binding <- -EACCES → call_bind_status(-EACCES) zz delayq")
}

func TestS2ARpcbindWithoutVersionTwoIsTheEndOfTheCall(t *testing.T) {
	l := newRig(t)
	a := l.bindArgs(program{100000, 3, 3, nil})
	_, e := l.call(a, 0, l.fsstat())
	l.finish(time.Minute)
	require.Equal(t, int32(wire.EIO), e[0].status)
	l.requireWalk(1, 1, begins+" → call_bind zz xprt_binding <- -EPROTONOSUPPORT → call_bind_status(-EPROTONOSUPPORT)"+
		" → call_bind zz xprt_binding <- -EPFNOSUPPORT → call_bind_status(-EPFNOSUPPORT) [rpcerror -EIO -EIO] → rpc_exit_task(-EIO)")
}

// ways counts how tasks went on from each wait for the write lock in call_transmit, up to the third action after it.
func ways(t *testing.T, name string, settings ...string) map[string]int {
	sc, err := yaml.Builtin(name)
	require.NoError(t, err)
	for i := 0; i < len(settings); i += 2 {
		require.NoError(t, sc.Set(settings[i], settings[i+1]))
	}
	log, err := Run(sc, 42)
	require.NoError(t, err)
	l := &rig{t: t, World: &World{sim: sim{log: log}}}
	found := map[string]int{}
	for id := range l.tasks() {
		for _, way := range strings.Split(l.walk(id[0], id[1]), " → call_transmit zz xprt_sending ")[1:] {
			way = strings.TrimLeft(strings.ReplaceAll(way, "[send -EAGAIN]", ""), " ") // somebody's attempt, the socket being full
			turns := append(strings.Split(way, " → "), "", "")
			found[strings.TrimSpace(strings.Join(turns[:3], " "))]++
		}
	}
	return found
}

func TestS3ABusyLockIsHandedOverOrItsOwnerSendsForTheOther(t *testing.T) {
	const handed = "<- -EAGAIN call_transmit_status(-EAGAIN) call_transmit"
	const sentFor = "[send] <- 0 call_transmit_status zz xprt_pending <- 0 cb xprt_timer"
	free := ways(t, "two-slots", "sunrpc.tcp_max_slot_table_entries", "64", "client.cpus", "4", "client.threads", "8")
	require.Positive(t, free[sentFor])
	require.Len(t, free, 1, "the owner sends until nothing is left: nobody else ever owns the lock")
	full := ways(t, "slow-link")
	require.Positive(t, full[sentFor], full)
	delete(full, sentFor)
	for way, n := range full {
		require.True(t, strings.HasPrefix(way, handed), "%d times %s", n, way)
	}
	require.NotEmpty(t, full, "a full socket makes the owner let the lock go before everything is sent")
}

func TestS4WithoutRetransmissionNothingIsSentAgainWhileTheConnectionLives(t *testing.T) {
	l := newRig(t)
	var late [][]byte
	p := l.serve(func(_ int, xid uint32) [][]byte { late = append(late, record(success(xid))); return nil })
	a := p.args()
	a.Hard, a.NoRetrans, a.Timeout = true, true, &sunrpc.NFSTCPTimeout
	_, e := l.call(a, 0, noop(0))
	l.at(200*time.Second, func() { _, _ = p.conns[0].Send(late[0]) })
	l.finish(time.Hour)
	require.True(t, e[0].over)
	const waits = "call_transmit_status zz xprt_pending <- -ETIMEDOUT "
	const looks = " → cb xprt_timer(-ETIMEDOUT) → call_status(-ETIMEDOUT)"
	l.requireWalk(1, 1, begins+" → "+connects+" → call_transmit [send] → "+waits+"@1m0s"+looks+" → call_encode → call_transmit → "+
		waits+"@3m0s"+looks+" [major timeout] → call_encode → call_transmit → call_transmit_status"+hears+" → "+ends)
	require.Equal(t, 1, p.calls)
	require.Zero(t, l.k.Counters.RPCRetrans)
}

func TestS5AReplyThatIsLostIsAskedForAgainWithTheSameXID(t *testing.T) {
	l := newRig(t)
	p := l.serve(func(n int, xid uint32) [][]byte {
		if n < 4 {
			return nil
		}
		return [][]byte{record(success(xid))}
	})
	a := p.args()
	a.Hard, a.Timeout = true, &sunrpc.NFSTCPTimeout
	_, e := l.call(a, 0, noop(0))
	l.finish(time.Hour)
	require.Equal(t, int32(0), e[0].status)
	const again = " → call_encode → call_transmit "
	l.requireWalk(1, 1, begins+" → "+connects+" → "+sends+
		" zz xprt_pending <- -ETIMEDOUT @1m0s → cb xprt_timer(-ETIMEDOUT) → call_status(-ETIMEDOUT)"+
		again+"[retransmit 2] [send] → call_transmit_status zz xprt_pending <- -ETIMEDOUT @3m0s → cb xprt_timer(-ETIMEDOUT) → call_status(-ETIMEDOUT) [major timeout]"+
		again+"[retransmit 3] [send] → call_transmit_status zz xprt_pending <- -ETIMEDOUT @4m0s → cb xprt_timer(-ETIMEDOUT) → call_status(-ETIMEDOUT)"+
		again+"[retransmit 4] [send] → call_transmit_status"+hears+" → "+ends)
	require.Equal(t, 3, l.k.Counters.RPCRetrans)
	for _, xid := range p.xids {
		require.Equal(t, p.xids[0], xid)
	}
}

// The major timeout is due at 8.8 s and is noticed when the wait ends in which that falls; the next is due 8.8 s after
// the first was due, not after it was noticed, so it comes with the very next wait.
func TestS6LostRepliesOverUDPDoubleTheWaitAndHalveTheWindow(t *testing.T) {
	l := newRig(t)
	p := l.serve(never)
	a := p.args()
	a.Hard, a.Protocol, a.Timeout = true, sunrpc.UDP, &sunrpc.NFSUDPTimeout
	l.call(a, 0, noop(0))
	l.finish(20 * time.Second)
	ms := time.Millisecond
	require.Equal(t, []time.Duration{0, 1100 * ms, 3300 * ms, 7700 * ms, 16500 * ms, 17600 * ms, 18700 * ms}, l.times(trace.XprtTransmit))
	require.Equal(t, []time.Duration{16500 * ms, 17600 * ms}, l.times(trace.RPCTimeoutStatus))
	require.Equal(t, 6, l.k.Counters.RPCRetrans)
	l.each(func(e *trace.Event) {
		if e.Kind == trace.XprtPutCong {
			require.Equal(t, int64(256), e.Int("cwnd"), "the window begins at its floor")
			require.Zero(t, e.Int("cong"), "a call that is not answered in time gives its credit back")
		}
	})
}

func TestS6ASoftMountOverUDPFailsAtTheMajorTimeout(t *testing.T) {
	l := newRig(t)
	a := l.serve(never).args()
	a.Protocol, a.Timeout = sunrpc.UDP, &sunrpc.NFSUDPTimeout
	_, e := l.call(a, 0, noop(0))
	l.finish(time.Hour)
	const waits = "call_transmit_status zz xprt_pending <- -ETIMEDOUT "
	const looks = " → cb xprt_timer(-ETIMEDOUT) → call_status(-ETIMEDOUT)"
	const again = looks + " → call_encode → call_transmit [retransmit "
	l.requireWalk(1, 1, begins+" → call_connect zz xprt_pending <- 0 → call_connect_status(0) → call_transmit [send] → "+
		waits+"@1.1s"+again+"2] [send] → "+waits+"@3.3s"+again+"3] [send] → "+waits+"@7.7s"+again+"4] [send] → "+
		waits+"@16.5s"+looks+" [major timeout] [rpcerror -EIO -ETIMEDOUT] → rpc_exit_task(-EIO)")
	require.Equal(t, int32(wire.EIO), e[0].status)
	require.Equal(t, 1, l.k.Counters.NetReconn, "a socket for datagrams stands at once: the task is woken with 0, which counts")
}

// breaks is a call that waits for its reply while its connection ends; the server answers only what comes on the next.
func (l *rig) breaks(how func(server wire.Addr)) {
	p := l.serve(func(n int, xid uint32) [][]byte {
		if n == 1 {
			return nil
		}
		return [][]byte{record(success(xid))}
	})
	a := p.args()
	a.Hard = true
	_, e := l.call(a, 0, noop(0))
	l.at(time.Second, func() { how(a.Server) })
	l.finish(time.Minute)
	require.True(l.t, e[0].over)
	require.Len(l.t, p.xids, 2)
	require.Equal(l.t, p.xids[0], p.xids[1], "the same XID")
	require.Equal(l.t, sunrpc.Counters{RPCCnt: 1, RPCRetrans: 1, RPCAuthRefresh: 1}, l.k.Counters)
}

const (
	// lost is a call whose wait for the reply is cut short.
	lost       = begins + " → " + connects + " → " + sends + " zz xprt_pending <- "
	sendsAgain = connects + " → call_transmit [retransmit 2] [send] → call_transmit_status" + hears + " → " + ends
)

func TestS7ACallWhoseServerClosesTheConnectionIsSentAgainOnTheNext(t *testing.T) {
	l := newRig(t)
	l.breaks(l.net.Close)
	l.requireWalk(1, 1, lost+"-ENOTCONN → cb xprt_timer(-ENOTCONN) → call_status(-ENOTCONN) → call_encode → "+sendsAgain)
}

// A reset wakes the task with the socket's error before the transport is closed. The close holds the write lock, and
// until it is done the transport still counts as connected: the task is too early, as in recording 07.
func TestS7AResetIsHeardBeforeTheTransportIsClosed(t *testing.T) {
	l := newRig(t)
	l.breaks(l.net.Reset)
	l.requireWalk(1, 1, lost+"-ECONNRESET → cb xprt_timer(-ECONNRESET) → call_status(-ECONNRESET) → call_encode → call_transmit zz xprt_sending <- -EAGAIN"+
		" → call_transmit_status(-EAGAIN) → call_transmit → call_transmit_status(-ENOTCONN) → call_bind → "+sendsAgain)
}

// nobodyListens is a call to a port that refuses connections.
func nobodyListens(t *testing.T, hard bool, flags trace.TaskFlags) (*rig, *ended) {
	l := newRig(t)
	a := l.args()
	a.Server.Port, a.Hard = 4999, hard
	a.Timeout = &sunrpc.Timeout{Init: 4 * time.Second, Increment: 4 * time.Second, Retries: 1, Max: 8 * time.Second}
	_, e := l.call(a, flags, noop(0))
	l.finish(10 * time.Second)
	return l, e[0]
}

const (
	refused = "call_connect zz xprt_pending <- -ECONNREFUSED → call_connect_status(-ECONNREFUSED)"
	// tries is what a call does every three seconds.
	tries = refused + " zz delayq <- -ETIMEDOUT "
	over  = " → cb __rpc_atrun(-ETIMEDOUT) → call_bind → "
	// tooLate is a connect begun after the major timeout: its wait is over before it begins.
	tooLate = "call_connect → call_connect_status(-ETIMEDOUT) [major timeout]"
)

func TestS8AServerThatRefusesEndsACallThatIsSOFTCONN(t *testing.T) {
	l, e := nobodyListens(t, false, trace.Soft|trace.SoftConn)
	l.requireWalk(1, 1, begins+" → "+refused+" [rpcerror -ECONNREFUSED -ECONNREFUSED] → rpc_exit_task(-ECONNREFUSED)")
	require.Equal(t, int32(wire.ECONNREFUSED), e.status)
}

func TestS8ASoftCallGivesUpAtTheMajorTimeout(t *testing.T) {
	l, e := nobodyListens(t, false, 0)
	l.requireWalk(1, 1, begins+" → "+tries+"@3s"+over+tries+"@6s"+over+tries+"@9s"+over+tooLate+" [rpcerror -EIO -ETIMEDOUT] → rpc_exit_task(-EIO)")
	require.Equal(t, int32(wire.EIO), e.status)
}

func TestS8AHardCallTriesForEver(t *testing.T) {
	l, e := nobodyListens(t, true, 0)
	require.True(t, strings.HasPrefix(l.walk(1, 1), reads(begins+" → "+tries+"@3s"+over+tries+"@6s"+over+tries+"@9s"+over+tooLate+" → call_bind → call_connect")), l.walk(1, 1))
	require.False(t, e.over)
	require.Equal(t, 1, l.count(trace.RPCTimeoutStatus))
}

func TestS9TheSeventeenthCallOverUDPWaitsForASlotAndIsHandedOne(t *testing.T) {
	l := newRig(t)
	a := l.serve(always(success)).args()
	a.Protocol = sunrpc.UDP
	open, process := 17, new(thread)
	ops := &sunrpc.CallOps{DoneName: "lab_done", DoneModule: "lab", Done: func(*sunrpc.Task) {
		if open--; open == 0 {
			l.client.wake(process, l.end)
		}
	}}
	process = l.do(func() sunrpc.Step {
		return l.k.Create(a, func(c *sunrpc.Client, _ int32) sunrpc.Step { return l.burst(c, 17, ops) })
	})
	l.finish(time.Minute)
	require.Zero(t, open)
	waited := strings.Replace(begins, "call_reserve → call_reserveresult(0)", "call_reserve zz xprt_backlog <- -EAGAIN → cb xprt_complete_request_init(-EAGAIN)"+
		" → call_reserveresult(-EAGAIN) → call_retry_reserve → call_reserveresult(0)", 1)
	for pid := range uint32(16) {
		require.NotContains(t, l.walk(1, pid+1), "xprt_backlog")
	}
	require.True(t, strings.HasPrefix(l.walk(1, 17), reads(waited)), l.walk(1, 17))
	xids := map[uint32]bool{}
	l.each(func(e *trace.Event) {
		if e.Kind == trace.XprtReserve {
			xid, _ := e.XID()
			xids[xid] = true
		}
	})
	require.Len(t, xids, 17, "who is handed a slot gets an XID of its own")
}

// burst makes asynchronous calls, all at once; the process then sleeps until somebody wakes it.
func (l *rig) burst(c *sunrpc.Client, n int, ops *sunrpc.CallOps) sunrpc.Step {
	if n == 0 {
		return nil
	}
	return l.k.CallAsync(c, noop(0), 0, ops, func() sunrpc.Step { return l.burst(c, n-1, ops) })
}

// answered is one call to a peer that answers always the same.
func (l *rig) answered(norto bool, reply func(xid uint32) []byte) (*peer, *ended) {
	p := l.serve(always(func(xid uint32) []byte { return record(reply(xid)) }))
	a := p.args()
	a.NoRetrans = norto
	_, e := l.call(a, 0, noop(0))
	l.finish(time.Minute)
	require.True(l.t, e[0].over)
	return p, e[0]
}

// The facts say nothing of retransmissions here; recording 20 shows one for each further try, with ntrans=1: what counts
// is that the task has sent before, not that this request has.
func TestS10ARejectedCredentialIsTriedThreeTimesWithNewXIDs(t *testing.T) {
	l := newRig(t)
	p, e := l.answered(false, func(xid uint32) []byte { return encoded(rpcmsg.DeniedReply(xid, rpcmsg.AuthRejectedCred)) })
	const resends = "call_transmit [retransmit 1] [send] → call_transmit_status"
	afresh := strings.TrimPrefix(begins, "call_start → ")
	l.requireWalk(1, 1, begins+" → "+connects+" → "+sends+hears+" → call_decode → "+
		afresh+" → "+resends+hears+" → call_decode → "+
		afresh+" → "+resends+hears+" → call_decode [rpcerror -EACCES -EACCES] → rpc_exit_task(-EACCES)")
	require.Equal(t, int32(wire.EACCES), e.status)
	require.Len(t, slices.Compact(p.xids), 3)
	require.Equal(t, sunrpc.Counters{RPCCnt: 1, RPCRetrans: 2, RPCAuthRefresh: 3}, l.k.Counters)
}

func TestS11GarbageArgsAreSentThreeTimesWithOneXID(t *testing.T) {
	l := newRig(t)
	p, e := l.answered(false, garbageArgs)
	l.requireWalk(1, 1, begins+" → "+connects+" → "+sends+hears+
		" → call_decode → call_encode → call_transmit [retransmit 2] [send] → call_transmit_status"+hears+
		" → call_decode → call_encode → call_transmit [retransmit 3] [send] → call_transmit_status"+hears+
		" → call_decode [rpcerror -EIO -EIO] → rpc_exit_task(-EIO)")
	require.Equal(t, int32(wire.EIO), e.status)
	require.Len(t, p.xids, 3)
	require.Len(t, slices.Compact(p.xids), 1)
	require.Equal(t, sunrpc.Counters{RPCCnt: 1, RPCRetrans: 2, RPCAuthRefresh: 1, Garbage: 3}, l.k.Counters)
}

// As in recording 15b: a task that is never sent twice looks at the same reply three times.
func TestS11WithoutRetransmissionTheSameReplyIsDecodedThreeTimes(t *testing.T) {
	l := newRig(t)
	p, _ := l.answered(true, garbageArgs)
	const again = " → call_decode → call_encode → call_transmit → call_transmit_status → call_status(0)"
	l.requireWalk(1, 1, begins+" → "+connects+" → "+sends+hears+again+again+" → call_decode [rpcerror -EIO -EIO] → rpc_exit_task(-EIO)")
	require.Equal(t, 1, p.calls)
	require.Equal(t, sunrpc.Counters{RPCCnt: 1, RPCAuthRefresh: 1, Garbage: 3}, l.k.Counters)
}

func encoded(h rpcmsg.ReplyHeader) []byte {
	var e xdr.Encoder
	rpcmsg.EncodeReply(&e, &h)
	return e.B
}

func garbageArgs(xid uint32) []byte { return encoded(rpcmsg.AcceptedReply(xid, rpcmsg.GarbageArgs)) }

// A reply that comes after its task was killed belongs to nobody.
func TestS12ASignalEndsASynchronousTaskAfterItsCallback(t *testing.T) {
	l := newRig(t)
	var reply []byte
	p := l.serve(func(_ int, xid uint32) [][]byte { reply = record(success(xid)); return nil })
	th, e := l.call(p.args(), 0, noop(0))
	l.at(time.Second, func() { l.k.FatalSignal(&th.Thread) })
	l.at(2*time.Second, func() { _, _ = p.conns[0].Send(reply) })
	waiter := l.do(func() sunrpc.Step { return nil }) // keeps the world going until the reply has come
	l.at(3*time.Second, func() { l.client.wake(waiter, l.end) })
	l.finish(time.Minute)
	l.requireWalk(1, 1, begins+" → "+connects+" → "+sends+" zz xprt_pending [signal] <- 0 → cb xprt_timer(0) → rpc_exit_task(-ERESTARTSYS)")
	require.Equal(t, int32(wire.ERESTARTSYS), e[0].status)
	var lookups []int64
	l.each(func(e *trace.Event) {
		if e.Kind == trace.XprtLookupRqst {
			lookups = append(lookups, e.Int("status"))
		}
	})
	require.Equal(t, []int64{-2}, lookups, "ENOENT: counted in bad_xids")
}

func TestS13ATaskThatIsRestartedFromItsDoneHookIsACallOfItsOwn(t *testing.T) {
	l := newRig(t)
	p := l.serve(always(func(xid uint32) []byte { return record(success(xid)) }))
	done := 0
	ops := &sunrpc.CallOps{Prepare: (*sunrpc.Task).CallStart, DoneName: "lab_done", DoneModule: "lab", Done: func(task *sunrpc.Task) {
		if done++; done == 1 {
			task.RestartPrepare()
			task.Delay(5 * time.Second)
		}
	}}
	l.do(func() sunrpc.Step {
		return l.k.Create(p.args(), func(c *sunrpc.Client, _ int32) sunrpc.Step {
			return l.k.RunTask(&sunrpc.Setup{Client: c, Msg: noop(0), Ops: ops}, func(*sunrpc.Task) sunrpc.Step { return l.end() })
		})
	})
	l.finish(time.Minute)
	require.Equal(t, 2, done)
	l.requireWalk(1, 1, "rpc_prepare_task → "+begins+" → "+connects+" → "+sends+hears+" → "+ends+
		" zz delayq <- -ETIMEDOUT @5s → cb __rpc_atrun(-ETIMEDOUT) → rpc_prepare_task → "+begins+" → "+sends+hears+" → "+ends)
	require.Len(t, slices.Compact(p.xids), 2, "with an XID of its own")
	require.Equal(t, sunrpc.Counters{RPCCnt: 2, RPCAuthRefresh: 2}, l.k.Counters, "a second call, no retransmission")
	require.Equal(t, 2, l.count(trace.RPCStatsLatency), "counted once for each pass")
}
