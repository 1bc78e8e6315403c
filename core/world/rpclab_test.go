package world_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"sunscope/core/scenario"
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
