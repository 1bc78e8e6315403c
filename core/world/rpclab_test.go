package world_test

import (
	"os"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"

	"sunscope/core/record"
	"sunscope/core/scenario"
	"sunscope/core/scenario/yaml"
	"sunscope/core/time"
	"sunscope/core/trace"
)

// inLab is a world in which one process loads rpclab modules, and faults happen if there are any.
func inLab(t testing.TB, do string, settings ...string) *scenario.Scenario {
	return twoSlots(t, append([]string{"workload.reads", "0", "mount.noping", "true", "process.1.name", "insmod", "process.1.do", do}, settings...)...)
}

// begun is when each task began, by its number.
func begun(l *trace.Log) (at []time.Duration) {
	each(l, func(_ int, e *trace.Event) {
		if e.Kind == trace.RPCTaskBegin {
			at = append(at, e.Time)
		}
	})
	return at
}

// ends are the statuses with which tasks ended.
func ends(l *trace.Log) (status []int64) {
	each(l, func(_ int, e *trace.Event) {
		if e.Kind == trace.RPCTaskEnd {
			status = append(status, e.F[4])
		}
	})
	return status
}

func TestRoundsOfCallsBeginAGapApartWhetherOrNotTheLastOneIsOver(t *testing.T) {
	at := begun(run(t, inLab(t, "rpclab nreq=3 rounds=2 gap=1ms", "link.delay", "5ms"), 1))
	require.Len(t, at, 6)
	require.GreaterOrEqual(t, at[3]-at[2], time.Millisecond)
	require.Less(t, at[3]-at[2], 2*time.Millisecond)
}

func TestAModuleIsUnloadedWhenItsCallsAreOver(t *testing.T) {
	for _, proto := range []string{"tcp", "udp"} {
		open, down := 0, 0
		each(run(t, inLab(t, "rpclab nreq=5 timer=-1 proto="+proto+"; rpclab nreq=2 proto="+proto), 1), func(_ int, e *trace.Event) {
			switch e.Kind {
			case trace.RPCTaskBegin:
				open++
			case trace.RPCTaskCallDone:
				open--
			case trace.RPCClntShutdown:
				require.Zero(t, open)
				down++
			}
		})
		require.Equal(t, 2, down)
	}
}

func TestKilledCallsAllEndWithERESTARTSYSAndNoneAnswersAfterwards(t *testing.T) {
	l := run(t, inLab(t, "rpclab nreq=9 kill=1ms", "link.delay", "5ms"), 1)
	require.Len(t, ends(l), 9)
	for _, status := range ends(l) {
		require.EqualValues(t, -512, status)
	}
}

// lasted is how long the run took from its first task's begin to its last one's end.
func lasted(l *trace.Log) time.Duration {
	var first, last time.Duration
	each(l, func(_ int, e *trace.Event) {
		switch {
		case e.Kind == trace.RPCTaskBegin && first == 0:
			first = e.Time
		case e.Kind == trace.RPCTaskEnd:
			last = e.Time
		}
	})
	return last - first
}

func same(status int64, n int) (all []int64) {
	for range n {
		all = append(all, status)
	}
	return all
}

// What each obstacle does to calls with each flag; the figures are those of recordings 24, 25 and 29.
func TestAnObstacleEndsACallAsItsFlagsSay(t *testing.T) {
	for _, c := range []struct {
		fault, do string
		status    int64
		least     time.Duration // that it takes
		most      time.Duration
	}{
		{"unreachable", "proto=tcp flags=SOFTCONN", -113, 0, time.Second},
		{"unreachable", "proto=udp flags=SOFTCONN", -113, 0, time.Second},
		{"linkdown", "proto=tcp flags=SOFTCONN", -101, 0, time.Second},
		{"linkdown", "proto=udp flags=SOFTCONN", -101, 0, time.Second},
		{"filter", "proto=udp flags=SOFTCONN", -1, 0, time.Second},
		{"refuse", "proto=tcp flags=SOFTCONN", -111, 0, time.Second},
		{"unreachable", "proto=tcp timeo=600ms retrans=2", -5, 3 * time.Second, 4 * time.Second},
		{"unreachable", "proto=udp timeo=600ms retrans=2", -5, 3 * time.Second, 4 * time.Second},
		{"filter", "proto=udp timeo=600ms retrans=2 flags=TIMEOUT", -110, 3 * time.Second, 4 * time.Second},
		{"filter", "proto=tcp timeo=600ms retrans=2 flags=TIMEOUT", -110, 2400 * time.Millisecond, 3 * time.Second},
		{"refuse", "proto=tcp timeo=600ms retrans=2", -5, 3 * time.Second, 4 * time.Second},
		{"filter", "proto=tcp timeo=600ms retrans=2 create=SOFTERR", -110, 2400 * time.Millisecond, 3 * time.Second},
		{"filter", "proto=tcp timeo=600ms retrans=2 create=HARDRTRY kill=100s", -512, 99 * time.Second, 101 * time.Second},
		{"restore", "proto=tcp flags=NOCONNECT", -107, 0, time.Second},
		{"restore", "proto=udp flags=NOCONNECT", -107, 0, time.Second},
		{"restore", "proto=tcp flags=NO_RETRANS_TIMEOUT pad=1800", 0, 0, time.Second},
	} {
		for seed := range uint64(5) {
			l := run(t, inLab(t, "rpclab nreq=2 "+c.do, "process.1.at", "1ms", "fault.1.at", "0s", "fault.1.do", c.fault), seed)
			require.Equal(t, same(c.status, 2), ends(l), "%s: %s", c.fault, c.do)
			require.GreaterOrEqual(t, lasted(l), c.least, "%s: %s", c.fault, c.do)
			require.Less(t, lasted(l), c.most, "%s: %s", c.fault, c.do)
		}
	}
}

// The calls of each module end as those of the recording's do, with the same flags and the same errors.
func TestTheCallsOfAScenarioEndAsTheRecordingsDo(t *testing.T) {
	for name, recording := range map[string]string{"killall": "24-killall", "task-flags": "25-task-flags", "unreachable": "29-unreachable-route"} {
		sc, err := yaml.Builtin(name)
		require.NoError(t, err)
		want := endings(recorded(t, recording))
		require.NotEmpty(t, want)
		for seed := range uint64(6) {
			require.Equal(t, want, endings(run(t, sc, seed)), "%s, seed %d", name, seed)
		}
	}
}

// endings are, client by client, with which flags and which status its calls ended, and how many did so.
func endings(l *trace.Log) (all []map[string]int) {
	each(l, func(_ int, e *trace.Event) {
		switch e.Kind {
		case trace.RPCClntNew:
			if e.Text(l, "program") == "rpclab" {
				all = append(all, map[string]int{})
			}
		case trace.RPCTaskEnd:
			flags := trace.TaskFlags(e.F[2]) &^ trace.Sent // whether it was sent before it ended is a matter of time
			all[len(all)-1][flags.String()+" "+strconv.Itoa(int(e.F[4]))]++
		}
	})
	return all
}

func recorded(t *testing.T, name string) *trace.Log {
	f, err := os.Open("../../tests/recordings/" + name + "/trace.txt.gz")
	require.NoError(t, err)
	defer f.Close()
	r, err := record.Read(name, f)
	require.NoError(t, err)
	return r.Log
}

// Hard calls go on for ever, and succeed when the obstacle is gone: the next attempt comes within three seconds, or when the
// connection that waits gets its SYN through.
func TestHardCallsOutliveEveryObstacle(t *testing.T) {
	for bad, good := range map[string]string{"unreachable": "reachable", "linkdown": "linkup", "filter": "unfilter", "refuse": "accept"} {
		for _, proto := range []string{"tcp", "udp"} {
			l := run(t, inLab(t, "null 4", "mount.hard", "true", "mount.proto", proto, "process.1.at", "1ms", "fault.1.at", "0s", "fault.1.do", bad,
				"fault.2.at", "200s", "fault.2.do", good), 3)
			require.Equal(t, same(0, 4), ends(l), "%s over %s", bad, proto)
			if bad != "refuse" || proto == "tcp" {
				require.Greater(t, lasted(l), 199*time.Second, "%s over %s", bad, proto)
				require.Less(t, lasted(l), 300*time.Second, "%s over %s", bad, proto)
			}
		}
	}
}

func TestAConnectThatNobodyAnswersIsTriedAgainAfterItsUserTimeout(t *testing.T) {
	var failed, connects []time.Duration
	each(run(t, inLab(t, "null 1", "mount.hard", "true", "process.1.at", "1ms", "fault.1.at", "0s", "fault.1.do", "filter",
		"fault.2.at", "200s", "fault.2.do", "unfilter"), 3), func(_ int, e *trace.Event) {
		switch e.Kind {
		case trace.RPCSocketError:
			require.EqualValues(t, -110, e.F[0])
			failed = append(failed, e.Time)
		case trace.RPCSocketConnect:
			connects = append(connects, e.Time)
		}
	})
	require.Len(t, failed, 1)
	require.Len(t, connects, 2)
	require.Equal(t, 180*time.Second, (failed[0] - connects[0]).Round(time.Millisecond))
}

// While one task's thread sends another's request, the other may be killed: it waits until its buffer is no longer used.
func TestAKilledTaskKeepsItsSlotWhileAnotherThreadSendsItsCall(t *testing.T) {
	waited := 0
	for seed := range uint64(40) {
		l := run(t, inLab(t, "rpclab nreq=20 kill=10500us", "link.delay", "5ms", "sunrpc.tcp_max_slot_table_entries", "64"), seed)
		require.Len(t, ends(l), 20)
		waited += pinned(t, l)
	}
	require.NotZero(t, waited, "no seed shows a send that ends after its task has")
}

// pinned counts sends that end after rpc_task_end of their task. None may end after the task has given its slot up.
func pinned(t *testing.T, l *trace.Log) (n int) {
	const ended, released = 1, 2
	over := map[uint32]int{}
	each(l, func(_ int, e *trace.Event) {
		pid, _, _ := e.Task()
		switch {
		case e.Kind == trace.RPCTaskEnd:
			over[pid] = ended
		case e.Kind == trace.XprtReleaseXprt && over[pid] == ended:
			over[pid] = released
		case e.Kind == trace.XprtTransmit && over[pid] != 0:
			require.Equal(t, ended, over[pid], "task %d has no slot any more", pid)
			n++
		}
	})
	return n
}

func TestWithoutARouteRpcbindIsAskedEveryFiveSeconds(t *testing.T) {
	var asked []time.Duration
	l := run(t, inLab(t, "null 1", "mount.hard", "true", "mount.rpcbind", "true", "process.1.at", "1ms", "fault.1.at", "0s", "fault.1.do", "unreachable",
		"fault.2.at", "12s", "fault.2.do", "reachable"), 3)
	each(l, func(_ int, e *trace.Event) {
		if e.Kind == trace.RpcbGetport {
			asked = append(asked, e.Time.Round(time.Second))
		}
	})
	require.Equal(t, []time.Duration{0, 5 * time.Second, 10 * time.Second, 15 * time.Second}, asked)
	require.EqualValues(t, 0, ends(l)[len(ends(l))-1])
}
