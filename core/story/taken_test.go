package story

import (
	"testing"

	"github.com/stretchr/testify/require"

	"sunscope/core/fsm"
	"sunscope/core/trace"
)

func TestAStepIsTheRowOfTheTableThatItMet(t *testing.T) {
	s := newScript(t)
	s.by("dd-7", begin("00000001@00000002"), run("00000001@00000002", "call_start"), run("00000001@00000002", "call_reserve"),
		sleepOn("00000001@00000002", "xprt_backlog"))
	s.by("dd-8", wakeOn("00000001@00000002", "xprt_backlog"))
	s.by("dd-7", run("00000001@00000002", "xprt_complete_request_init"),
		taskLine("rpc_task_run_action", "00000001@00000002", "RUNNING|ACTIVE", "status=-11 action=call_reserveresult [sunrpc]"))
	st := s.story()
	var step Taken
	require.False(t, st.Taken(1, &step), "nothing was before call_start")
	require.True(t, st.Taken(2, &step))
	require.Equal(t, fsm.CallStart, step.Step.From)
	require.Equal(t, fsm.CallReserve, step.Step.To)
	require.NotNil(t, step.Edge)
	require.False(t, st.Taken(5, &step), "a callback is no state")
	require.True(t, st.Taken(6, &step))
	require.Equal(t, fsm.CallReserve, step.Step.From)
	require.Equal(t, []fsm.Slept{{Queue: fsm.XprtBacklog, Status: -11, Wake: -11, Callback: fsm.XprtCompleteRequestInit}}, step.Step.Sleeps)
	require.Equal(t, int32(-11), step.Step.Exit)
	require.False(t, st.Taken(-1, &step))
	require.False(t, st.Taken(99, &step))
}

// A recording that agrees with the map agrees with it here too: nearly every step that was seen whole has its row.
func TestTheStepsOfRecordingsHaveTheirRows(t *testing.T) {
	for _, name := range []string{"01-v3-tcp-mount-read", "06-slot-contention", "03-v41-mount-basic"} {
		s := New(recording(t, name))
		var step Taken
		steps, without := 0, 0
		for i := range s.Len() {
			if s.src.log.KindAt(i) != trace.RPCTaskRunAction || !s.Taken(i, &step) {
				continue
			}
			steps++
			if step.Edge == nil {
				without++
				t.Logf("%s: event %d: %s → %s, %+v", name, i, step.Step.From, step.Step.To, step.Step)
			}
		}
		require.Greater(t, steps, 100, name)
		require.Zero(t, without, name)
	}
}

func TestLookingAtAStepAllocatesNothing(t *testing.T) {
	s := New(recording(t, "06-slot-contention"))
	var step Taken
	require.Zero(t, testing.AllocsPerRun(20, func() {
		for i := s.Len() - 500; i < s.Len(); i++ {
			s.Taken(i, &step)
		}
	}))
}
