package world

import (
	"runtime"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"sunscope/core/scenario"
	"sunscope/core/scenario/yaml"
	"sunscope/core/time"
)

// outstanding is a scenario with many NULL calls on their way at once over one connection, round after round.
func outstanding(tb testing.TB, tasks, rounds int) *scenario.Scenario {
	sc, err := yaml.Builtin("two-slots")
	require.NoError(tb, err)
	for key, value := range map[string]string{
		"workload.reads": "0", "sunrpc.tcp_max_slot_table_entries": "65536",
		"process.1.name": "calls", "process.1.count": "1",
		"process.1.do": strings.TrimSuffix(strings.Repeat("null "+strconv.Itoa(tasks)+"; ", rounds), "; "),
	} {
		require.NoError(tb, sc.Set(key, value))
	}
	return sc
}

// What a call costs, from rpc_task_begin to its release, server and network and all events included. It should not
// depend on how many others are outstanding.
func BenchmarkCall(b *testing.B) {
	for _, tasks := range []int{10, 1000, 10000} {
		b.Run(strconv.Itoa(tasks)+"-outstanding", func(b *testing.B) {
			calls := max(tasks, 10000)
			sc := outstanding(b, tasks, calls/tasks)
			b.ReportAllocs()
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			events := 0
			for b.Loop() {
				log, err := Run(sc, 42)
				require.NoError(b, err)
				events = log.Len()
			}
			runtime.ReadMemStats(&after)
			n := float64(b.N) * float64(calls)
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/n, "ns/call")
			b.ReportMetric(n/b.Elapsed().Seconds(), "calls/s")
			b.ReportMetric(float64(after.Mallocs-before.Mallocs)/n, "allocs/call")
			b.ReportMetric(float64(events)/float64(calls), "events/call")
		})
	}
}

// What a task takes of memory while it waits for its reply: task, slot, encoded call and places in the queues, without
// the events.
func BenchmarkMemoryOfAWaitingTask(b *testing.B) {
	const tasks = 10000
	sc := outstanding(b, tasks, 1)
	require.NoError(b, sc.Set("fault.1.at", "1ms"))
	require.NoError(b, sc.Set("fault.1.do", "drop"))
	for b.Loop() {
		var before, after runtime.MemStats
		w, err := New(sc, 42)
		require.NoError(b, err)
		runtime.GC()
		runtime.ReadMemStats(&before)
		for at, ok := w.next(); ok && at < 5*time.Second && w.Step(); at, ok = w.next() {
		}
		runtime.GC()
		runtime.ReadMemStats(&after)
		log := len(w.Log().Bytes()) + 4*w.Log().Len()
		b.ReportMetric((float64(after.HeapAlloc)-float64(before.HeapAlloc)-float64(log))/tasks, "B/task")
		runtime.KeepAlive(w)
	}
}
