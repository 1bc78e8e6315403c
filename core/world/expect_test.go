package world_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"sunscope/core/scenario/yaml"
	"sunscope/core/trace"
	"sunscope/core/world"
)

func TestEveryScenarioMeetsItsExpectations(t *testing.T) {
	for _, name := range yaml.Builtins() {
		sc, err := yaml.Builtin(name)
		require.NoError(t, err)
		for _, seed := range []uint64{1, 2, 42} {
			for _, u := range world.Expectations(sc, run(t, sc, seed)) {
				t.Errorf("seed %d: %v", seed, u)
			}
		}
	}
}

// Each of these is not so of two-slots, and each is said in its own words.
func TestAnExpectationThatIsNotMetSaysWhatHappened(t *testing.T) {
	for _, c := range []struct{ settings, want string }{
		{"event=rpc_task_sleep queue=xprt_backlog|count=5", "expected event rpc_task_sleep queue=xprt_backlog, 5 times; it happened 6 times, first at event "},
		{"event=rpc_task_sleep queue=xprt_backlog|count=0", "never; it happened 6 times"},
		{"event=rpc_task_sleep queue=xprt_backlog|count=7..9", "7 to 9 times; it happened 6 times"},
		{"event=rpc_task_sleep queue=xprt_backlog|count=at most 5", "at most 5 times; it happened 6 times"},
		{"event=rpc_task_sleep queue=delayq", "at least once; it never happened (rpc_task_sleep with any fields: "},
		{"event=rpc_task_end item=read[9]", "it never happened (rpc_task_end with any fields: 10)"},
		{"event=rpc_task_end item=read[3] nth=2", "it never happened"},
		{"edge=call_status -> call_encode", "expected edge call_status -> call_encode, at least once; it never happened; tasks left call_status 10 times"},
		{"process=cat2|status=EIO", "expected process cat2: last call ends with EIO; the last call of cat2[1] ended with -2 (ENOENT)"},
	} {
		sc := twoSlots(t, "process.1.name", "cat2", "process.1.at", "100ms", "process.1.do", "lookup nofile")
		sc.Expects = nil
		for _, kv := range strings.Split(c.settings, "|") {
			key, value, _ := strings.Cut(kv, "=")
			require.NoError(t, sc.Set("expect.1."+key, value))
		}
		unmet := world.Expectations(sc, run(t, sc, 42))
		require.Len(t, unmet, 1, c.settings)
		require.Contains(t, unmet[0].Error(), c.want)
	}
}

func TestAnExpectationIsMetByEventsItemsEdgesAndProcesses(t *testing.T) {
	sc := twoSlots(t, "process.1.name", "cat2", "process.1.do", "lookup nofile")
	sc.Expects = nil
	for i, kv := range []string{
		"event|rpc_task_end item=read[3] status=1024", "edge|call_status -> call_decode", "process|cat2", "event|rpc_task_sleep queue=xprt_backlog nth=3",
	} {
		key, value, _ := strings.Cut(kv, "|")
		k := "expect." + string(rune('1'+i)) + "."
		require.NoError(t, sc.Set(k+key, value))
		if key == "process" {
			require.NoError(t, sc.Set(k+"status", "ENOENT"))
		}
	}
	require.Empty(t, world.Expectations(sc, run(t, sc, 42)))
}

// when is the fault of a run of two-slots on a condition, and the instant at which it struck.
func when(t *testing.T, condition, after, do string, seed uint64, settings ...string) (*trace.Log, int) {
	sc := twoSlots(t, append([]string{"fault.1.when", condition, "fault.1.at", after, "fault.1.do", do}, settings...)...)
	l := run(t, sc, seed)
	struck := -1
	each(l, func(i int, e *trace.Event) {
		if e.Kind == trace.Fault {
			require.Equal(t, -1, struck, "it strikes once")
			struck = i
		}
	})
	return l, struck
}

func TestAFaultStrikesWhenItsConditionHoldsForTheNthTime(t *testing.T) {
	for seed := range uint64(5) {
		l, struck := when(t, "rpc_task_sleep queue=xprt_backlog nth=3", "0s", "reset", seed)
		require.NotEqual(t, -1, struck)
		slept := 0
		var at, faultAt int64
		each(l, func(i int, e *trace.Event) {
			if asleepOn(l, e, "xprt_backlog") && i < struck {
				if slept++; slept == 3 {
					at = int64(e.Time)
				}
			}
			if i == struck {
				faultAt = int64(e.Time)
			}
		})
		require.GreaterOrEqual(t, slept, 3)
		require.Equal(t, at, faultAt, "at that very instant")
	}
}

func TestAConditionMaySpeakOfTheMountOfItemsAndBeFollowedByATime(t *testing.T) {
	l, struck := when(t, "rpc_task_run_action action=call_status", "1ms", "reset", 42)
	require.NotEqual(t, -1, struck, "the mount's ping runs call_status before the mount is there")
	var first int64
	var e trace.Event
	each(l, func(i int, e *trace.Event) {
		if first == 0 && e.Kind == trace.RPCTaskRunAction && e.Text(l, "action") == "call_status" {
			first = int64(e.Time)
		}
	})
	l.At(struck, &e)
	require.Equal(t, int64(1e6), int64(e.Time)-first)
	_, struck = when(t, "rpc_task_end item=read[3]", "0s", "reset", 42)
	require.NotEqual(t, -1, struck)
	_, struck = when(t, "rpc_task_end item=read[9]", "0s", "reset", 42)
	require.Equal(t, -1, struck, "there is no such item: nothing happens")
}

func TestAConditionMakesARunNoLessRepeatable(t *testing.T) {
	a, _ := when(t, "xprt_transmit nth=4", "0s", "reset", 7)
	b, _ := when(t, "xprt_transmit nth=4", "0s", "reset", 7)
	require.Equal(t, a.Bytes(), b.Bytes())
}

// A sysctl holds for transports that are made afterwards: the mount keeps its two slots, the module loaded later has
// three.
func TestAKnobThatIsTurnedAffectsOnlyTransportsMadeAfterwards(t *testing.T) {
	for _, how := range [][]string{
		{"fault.1.at", "0s", "fault.1.do", "set sunrpc.tcp_max_slot_table_entries 3"},
		{"process.2.name", "sysctl", "process.2.do", "set sunrpc.tcp_max_slot_table_entries 3"},
	} {
		sc := twoSlots(t, append([]string{"process.1.name", "insmod", "process.1.at", "1s", "process.1.do", "rpclab proto=tcp nreq=9"}, how...)...)
		sc.Expects = nil
		l := run(t, sc, 42)
		held, most := map[int]map[uint32]bool{1: {}, 2: {}}, map[int]int{}
		each(l, func(_ int, e *trace.Event) {
			pid, clid, _ := e.Task()
			switch e.Kind {
			case trace.XprtReserve:
				held[int(clid)][pid] = true
				most[int(clid)] = max(most[int(clid)], len(held[int(clid)]))
			case trace.RPCTaskCallDone:
				delete(held[int(clid)], pid)
			}
		})
		require.Equal(t, map[int]int{1: 2, 2: 3}, most)
	}
}
