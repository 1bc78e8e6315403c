package scene

import (
	"testing"

	"github.com/stretchr/testify/require"

	"sunscope/core/fsm"
	"sunscope/core/time"
)

func TestAnEmptyBenchSaysWhatOneWaitsForThere(t *testing.T) {
	texts := shown(at(simulated(t, 8), 0, 1060, 900, "en"))
	for _, why := range []string{"for a free slot\n", "for the write lock\n", "for the reply\n", "for rpcbind's answer\n", "for a time to pass\n"} {
		require.Contains(t, texts, why)
	}
}

func TestASleeperSaysWhyHowLongAndUntilWhen(t *testing.T) {
	s := recorded(t, "09-server-hang-hard-recover")
	for i := range s.Len() {
		st := s.At(i)
		for j := range st.Tasks {
			task := &st.Tasks[j]
			if !task.Asleep || task.WakeAt == 0 || task.Queue != fsm.XprtPending || st.Time-task.SleptAt < 100*time.Millisecond || task.Retries == 0 {
				continue
			}
			texts := shown(at(s, i, 1420, 840, "en"))
			require.Contains(t, texts, "for the reply · ")
			require.Contains(t, texts, " / ≈", "until when")
			return
		}
	}
	require.Fail(t, "nobody waits for the second time")
}

// A queue without a bench of its own appears when somebody sleeps there, and nothing else moves for it.
func TestAFurtherQueueAppearsWithoutMovingTheOthers(t *testing.T) {
	s := recorded(t, "26-v41-session-slots")
	i := first(t, s, `rpc_task_sleep queue=xprt_pending`)
	for ; i < s.Len(); i++ {
		if n := sleepersOn(s.At(i).Tasks, fsm.ForeChannel); n > 1 {
			break
		}
	}
	for _, z := range sizes {
		l := at(s, i, z.w, z.h, "en")
		if divide(&View{W: z.w, H: z.h}).bench.empty() {
			continue
		}
		found := false
		for _, h := range l.Hits {
			found = found || h.Ref == Ref{Kind: RefQueue, Name: string(fsm.ForeChannel)}
		}
		require.True(t, found, z.name)
		require.Equal(t, at(s, -1, z.w, z.h, "en").Back, l.Back, z.name)
	}
}

func TestARingShowsHowFarTheTimerHasRun(t *testing.T) {
	s := recorded(t, "09-server-hang-hard-recover")
	rings := func(i int) (n int) {
		for _, it := range at(s, i, 1420, 840, "en").Front {
			if it.Op == OpArc && it.Stroke == Retrans {
				n++
				require.LessOrEqual(t, it.A1, float32(1))
			}
		}
		return n
	}
	most := 0
	for i := 0; i < s.Len(); i += 7 {
		most = max(most, rings(i))
	}
	require.Positive(t, most)
	require.Zero(t, rings(10), "nothing is known yet")
}
