package world

import (
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"sunscope/core/scenario"
	"sunscope/core/scenario/yaml"
	"sunscope/core/trace"
)

// commanded runs a built-in scenario with commands. A run that does not come to its end is no error: it is broken on purpose.
func commanded(t require.TestingT, name string, seed uint64, commands ...scenario.Command) *trace.Log {
	sc, err := yaml.Builtin(name)
	require.NoError(t, err)
	sc, err = sc.With(commands)
	require.NoError(t, err)
	log, _ := Run(sc, seed)
	require.NotNil(t, log)
	return log
}

// line is an event as a trace file has it.
func line(log *trace.Log, i int) string {
	var e trace.Event
	log.At(i, &e)
	return string(log.AppendText(nil, &e))
}

// findEvent is the ordinal of the first event from an ordinal on whose text holds all words; -1 if there is none.
func findEvent(log *trace.Log, from int, words ...string) int {
next:
	for i := from; i < log.Len(); i++ {
		text := line(log, i)
		for _, w := range words {
			if !strings.Contains(text, w) {
				continue next
			}
		}
		return i
	}
	return -1
}

// someFaults are commands of every kind that any scenario may be given.
var someFaults = []string{
	"drop", "reset", "abort", "close", "refuse", "unreachable", "linkdown", "filter", "loss 30", "delay 3ms client", "slow 5ms",
	"dead 1", "upcall 10ms", "exportfs off", "kill cat", "nomem 20", "fail rpc_malloc ENOMEM 50 3", "answer 2049 silent",
	"set sunrpc.tcp_slot_table_entries 4", "set link.delay 7ms", "set link.bandwidth 1000000", "set link.segment_loss 20",
	"set server.threads 1", "set server.threads 20", "freeze 50ms", "restart 30ms", "callback 3", "recall f04.1",
	"recall-slots 2", "unanswered 0x12345678",
}

func TestTheEventsBeforeACommandAreThoseOfTheRunWithoutIt(t *testing.T) {
	plain := map[string]*trace.Log{}
	var names []string
	for _, name := range yaml.Builtins() {
		if log := commanded(t, name, 42); log.Len() < 30_000 { // the long ones are no other than the rest
			names, plain[name] = append(names, name), log
		}
	}
	require.Greater(t, len(names), 30)
	rapid.Check(t, func(t *rapid.T) {
		name := rapid.SampledFrom(names).Draw(t, "scenario")
		log := plain[name]
		at := rapid.IntRange(0, log.Len()-1).Draw(t, "instant")
		do := rapid.SampledFrom(someFaults).Draw(t, "fault")
		if i := findEvent(log, max(0, at-30), "sunscope_wire_send"); rapid.Bool().Draw(t, "of a packet") && i >= 0 {
			var e trace.Event
			log.At(i, &e)
			at = i
			do = "packet " + strconv.FormatInt(e.F[0], 10) + " " + rapid.SampledFrom([]string{"drop", "delay 3ms", "duplicate"}).Draw(t, "what")
		}
		forked := commanded(t, name, 42, scenario.Command{At: at, Do: do})
		require.Greater(t, forked.Len(), at)
		for i := range at + 1 {
			var want, got trace.Event
			log.At(i, &want)
			forked.At(i, &got)
			if want != got {
				require.Equal(t, line(log, i), line(forked, i), "event %d of %s, %s after %d", i, name, do, at)
				require.Equal(t, want, got)
			}
		}
		applied := findEvent(forked, at+1, "sunscope_fault", "kind="+strings.Fields(do)[0])
		require.Greater(t, applied, at, "the fault is applied, and says so")
		for i := at + 1; i < applied; i++ {
			require.Equal(t, line(log, i), line(forked, i), "what was under way at the instant comes to its end")
		}
	})
}
