package world_test

import (
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"

	"sunscope/core/fsm"
	"sunscope/core/scenario"
	"sunscope/core/scenario/yaml"
	"sunscope/core/trace"
	"sunscope/core/world"
)

func twoSlots(t testing.TB, settings ...string) *scenario.Scenario {
	sc, err := yaml.Builtin("two-slots")
	require.NoError(t, err)
	for i := 0; i < len(settings); i += 2 {
		require.NoError(t, sc.Set(settings[i], settings[i+1]))
	}
	return sc
}

func run(t testing.TB, sc *scenario.Scenario, seed uint64) *trace.Log {
	log, err := world.Run(sc, seed)
	require.NoError(t, err)
	return log
}

// each calls f with every event.
func each(l *trace.Log, f func(i int, e *trace.Event)) {
	var e trace.Event
	for i := range l.Len() {
		l.At(i, &e)
		f(i, &e)
	}
}

// asleepOn reports whether e is a sleep on q.
func asleepOn(l *trace.Log, e *trace.Event, q fsm.Queue) bool {
	return e.Kind == trace.RPCTaskSleep && e.Text(l, "queue") == string(q)
}

func TestTwoReadsGetSlotsAndSixSleepOnTheBacklog(t *testing.T) {
	l := run(t, twoSlots(t), 42)
	reserved, slept := 0, 0
	each(l, func(_ int, e *trace.Event) {
		if e.Kind == trace.XprtReserve && slept == 0 {
			reserved++
		}
		if asleepOn(l, e, fsm.XprtBacklog) {
			slept++
		}
	})
	require.Equal(t, 3, reserved, "the mount's ping, read[1] and read[2]")
	require.Equal(t, 6, slept)
}

func TestSleepersOfTheBacklogAreServedInTheOrderInWhichTheyCame(t *testing.T) {
	for seed := range uint64(20) {
		l := run(t, twoSlots(t), seed)
		var slept, woken []uint32
		each(l, func(_ int, e *trace.Event) {
			pid, _, _ := e.Task()
			if asleepOn(l, e, fsm.XprtBacklog) {
				slept = append(slept, pid)
			}
			if e.Kind == trace.RPCTaskWakeup && e.Text(l, "queue") == string(fsm.XprtBacklog) {
				woken = append(woken, pid)
			}
		})
		require.Equal(t, slept, woken, "seed %d", seed)
	}
}

func TestAFreedSlotIsHandedOverByTheTaskThatEnds(t *testing.T) {
	l := run(t, twoSlots(t), 42)
	var ended uint32
	each(l, func(i int, e *trace.Event) {
		if e.Kind == trace.RPCTaskCallDone {
			ended, _, _ = e.Task()
		}
		if e.Kind == trace.RPCTaskWakeup && e.Text(l, "queue") == string(fsm.XprtBacklog) {
			require.NotZero(t, ended, "event %d: woken before anybody ended", i)
			require.Equal(t, int64(-11), e.Int("status"), "the status stays -EAGAIN")
		}
	})
}

// Under every seed and every schedule: what the engine may never do.
func TestInvariantsHoldUnderManySeeds(t *testing.T) {
	for seed := range uint64(150) {
		settings := []string{
			"workload.reads", strconv.Itoa(1 + int(seed%23)),
			"sunrpc.tcp_max_slot_table_entries", strconv.Itoa(2 + int(seed%4)),
			"link.delay", []string{"0s", "20us", "500us", "3ms"}[seed%4],
			"client.cpus", strconv.Itoa(1 + int(seed%3)), "client.threads", strconv.Itoa(1 + int(seed%5)),
			"server.threads", strconv.Itoa(1 + int(seed%6)), "workload.bytes", strconv.Itoa(1 + int(seed*37%4096)),
		}
		checkInvariants(t, twoSlots(t, settings...), seed)
	}
}

func checkInvariants(t *testing.T, sc *scenario.Scenario, seed uint64) {
	l := run(t, sc, seed)
	xids, held, ended := map[uint32]bool{}, map[uint32]bool{}, 0
	var last trace.Event
	each(l, func(i int, e *trace.Event) {
		require.GreaterOrEqual(t, e.Time, last.Time, "seed %d event %d: time goes back", seed, i)
		pid, _, _ := e.Task()
		switch e.Kind {
		case trace.XprtReserve:
			xid, _ := e.XID()
			require.False(t, xids[xid], "seed %d event %d: XID %08x twice", seed, i, xid)
			xids[xid], held[pid] = true, true
			require.LessOrEqual(t, len(held), sc.Sunrpc.TCPMaxSlots, "seed %d event %d: slots", seed, i)
		case trace.RPCTaskCallDone:
			delete(held, pid)
		case trace.RPCTaskEnd:
			ended++
			require.GreaterOrEqual(t, e.Int("status"), int64(0), "seed %d event %d", seed, i)
		case trace.XprtLookupRqst:
			require.Zero(t, e.Int("status"), "seed %d event %d: a reply that nobody waits for", seed, i)
		}
		last = *e
	})
	require.Equal(t, sc.Workload.Reads+1, ended, "seed %d: every call ends, the ping too", seed)
}

func TestOneTasksThreadSendsAnothersCall(t *testing.T) {
	for seed := range uint64(100) {
		l := run(t, twoSlots(t, "sunrpc.tcp_max_slot_table_entries", "8"), seed)
		running := map[int32]uint32{}
		found := false
		each(l, func(_ int, e *trace.Event) {
			pid, _, _ := e.Task()
			if e.Kind == trace.RPCTaskRunAction {
				running[e.PID] = pid
			}
			found = found || e.Kind == trace.XprtTransmit && running[e.PID] != pid
		})
		if found {
			return
		}
	}
	t.Fatal("under none of 100 seeds did the owner of the write lock send somebody else's call")
}

// The recordings have 216 such walks: the sender loses its CPU right after sending.
func TestAReplyMayBeFoundBeforeItsSenderLooksForIt(t *testing.T) {
	for seed := range uint64(100) {
		l := run(t, twoSlots(t, "link.delay", "0s", "link.bandwidth", "0", "client.cpus", "1", "client.threads", "16",
			"workload.reads", "64", "sunrpc.tcp_max_slot_table_entries", "64"), seed)
		found, sent := false, map[uint32]bool{}
		each(l, func(_ int, e *trace.Event) {
			pid, _, _ := e.Task()
			if e.Kind == trace.RPCTaskRunAction && e.Text(l, "action") == "call_status" && !sent[pid] {
				found = true
			}
			if asleepOn(l, e, fsm.XprtPending) {
				sent[pid] = true
			}
		})
		if found {
			return
		}
	}
	t.Fatal("under none of 100 seeds did a task find its reply without waiting")
}

func TestAnImpossibleScenarioIsRefused(t *testing.T) {
	sc := twoSlots(t)
	sc.Sunrpc.TCPMaxSlots = 1
	_, err := world.Run(sc, 1)
	require.EqualError(t, err, `sunrpc.tcp_max_slot_table_entries: expected a whole number from 2 to 65536, not "1"`)
}

// A simulated call, from rpc_task_begin to the release of its slot, server and network included.
func BenchmarkSimulatedCall(b *testing.B) {
	const calls = 200
	sc := twoSlots(b, "workload.reads", strconv.Itoa(calls))
	b.ReportAllocs()
	events := 0
	for b.Loop() {
		log, err := world.Run(sc, 42)
		require.NoError(b, err)
		events = log.Len()
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/calls, "ns/call")
	b.ReportMetric(float64(events)/calls, "events/call")
}

func TestAMountThatDoesNotKnowThePortAsksRpcbindForIt(t *testing.T) {
	l := run(t, twoSlots(t, "mount.rpcbind", "true"), 42)
	var port int64
	slept := false
	each(l, func(_ int, e *trace.Event) {
		if e.Kind == trace.RpcbSetport {
			require.Zero(t, e.Int("status"))
			port = e.Int("port")
		}
		slept = slept || asleepOn(l, e, fsm.XprtBinding)
	})
	require.Equal(t, int64(2049), port)
	require.True(t, slept)
}

func TestAWholeMountMakesTheCallsOfARealOne(t *testing.T) {
	sc, err := yaml.Builtin("slot-contention")
	require.NoError(t, err)
	var asked []string
	l := run(t, sc, 42)
	each(l, func(_ int, e *trace.Event) {
		if e.Kind == trace.RPCRequest && len(asked) < 10 {
			asked = append(asked, e.Text(l, "prog")+" "+e.Text(l, "proc"))
		}
	})
	require.Equal(t, []string{
		"mount NULL", "mount MOUNT", "nfs NULL", "rpcbind GETPORT", "nfs FSINFO", "nfs PATHCONF", "nfs GETATTR",
		"nfsacl NULL", "nfs FSINFO", "nfs GETATTR",
	}, asked, "in the order of recording 06")
}

func TestEveryByteThatIsWrittenCanBeReadBack(t *testing.T) {
	sc := twoSlots(t, "workload.reads", "0", "mount.rsize", "32768",
		"process.1.name", "dd", "process.1.count", "3", "process.1.do", "create f$; write f$ 3 9000; commit f$; read f$ 3 9000; remove f$; lookup f$")
	l := run(t, sc, 7)
	ends := map[int64]int{}
	each(l, func(_ int, e *trace.Event) {
		if e.Kind == trace.RPCTaskEnd {
			ends[e.Int("status")]++
		}
	})
	require.Equal(t, map[int64]int{0: 1 + 3*3, 9000: 3 * 6, -2: 3}, ends, "the ping, CREATE, COMMIT and REMOVE; WRITEs and READs; and LOOKUPs of what is gone")
}

func TestEveryScenarioEndsUnderEverySeed(t *testing.T) {
	for _, name := range yaml.Builtins() {
		sc, err := yaml.Builtin(name)
		require.NoError(t, err)
		for seed := range uint64(6) {
			_, err := world.Run(sc, seed)
			require.NoError(t, err, "%s, seed %d", name, seed)
		}
	}
}

// Faults at every instant of a busy connection: whatever it was in the middle of, the next one begins with a whole
// record, and no WRITE is lost.
func TestAConnectionThatBreaksAtAnyInstantLosesNothing(t *testing.T) {
	for ms := range 60 {
		at := strconv.Itoa(10+ms/4) + "." + strconv.Itoa(ms%4*25) + "ms"
		sc := twoSlots(t, "workload.reads", "0", "mount.rsize", "32768", "sunrpc.tcp_max_slot_table_entries", "64",
			"mount.timeo", "1s", "process.1.name", "dd", "process.1.count", "2", "process.1.do", "create f$; write f$ 24 32768",
			"fault.1.at", at, "fault.1.do", "reset", "fault.2.at", "20ms", "fault.2.do", "abort")
		l := run(t, sc, uint64(ms))
		written := 0
		each(l, func(_ int, e *trace.Event) {
			if e.Kind == trace.RPCTaskEnd && e.Int("status") == 32768 {
				written++
			}
		})
		require.Equal(t, 48, written, "reset at %s", at)
	}
}

func TestPrioritiesTakeTurnsOnTheBacklog(t *testing.T) {
	sc, err := yaml.Builtin("priorities")
	require.NoError(t, err)
	l := run(t, sc, 42)
	rank := map[uint32]int{}
	var woken []int
	each(l, func(_ int, e *trace.Event) {
		pid, _, _ := e.Task()
		if e.Kind == trace.RPCTaskBegin {
			rank[pid] = int(pid-1) % 3
		}
		if e.Kind == trace.RPCTaskWakeup && e.Text(l, "queue") == string(fsm.XprtBacklog) && len(woken) < 10 {
			woken = append(woken, rank[pid])
		}
	})
	require.Equal(t, []int{0, 0, 0, 0, 0, 1, 1, 1, 2, 2}, woken, "five HIGH, three NORMAL, two LOW, as in recording 23")
}
