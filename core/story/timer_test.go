package story

import (
	"testing"

	"github.com/stretchr/testify/require"

	"sunscope/core/fsm"
	"sunscope/core/time"
	"sunscope/core/trace"
)

// Delays are as long as the rule says: in every simulation each of them ends with its timer, unless it is cut short.
func TestADelayEndsWhenItsTimerWasSaidTo(t *testing.T) {
	delays := 0
	for _, name := range []string{"port-unreachable", "reconnect", "udp-loss", "nlm-lock", "path-down"} {
		log := simulation(t, name, 42)
		s := New(log)
		for i := 1; i < s.Len(); i++ {
			if log.KindAt(i) != trace.RPCTaskTimeout {
				continue
			}
			k := s.At(i - 1).Task(s.TaskAt(i))
			if k == nil || k.Queue != fsm.Delay || k.WakeAt == 0 {
				continue
			}
			delays++
			require.InDelta(t, float64(k.WakeAt), float64(log.TimeAt(i)), float64(2*jiffy), "%s: event %d, %s", name, i, k.Action)
			require.Equal(t, RuleDelay, k.WakeRule)
		}
	}
	require.Positive(t, delays)
}

func TestTheWaitAfterATimeoutIsAsLongAsOneBefore(t *testing.T) {
	s := New(recording(t, "09-server-hang-hard-recover"))
	known, major := 0, 0
	for i := range s.Len() {
		st := s.At(i)
		for j := range st.Tasks {
			k := &st.Tasks[j]
			if k.Asleep && k.Retries > 0 && k.WakeAt > 0 {
				known++
				require.Equal(t, RuleRanOut, k.WakeRule)
				require.Greater(t, k.WakeAt-k.SleptAt, time.Second)
			}
			if k.MajorAt > 0 && !k.Finished {
				major++
			}
		}
	}
	require.Positive(t, known)
	require.Positive(t, major)
}
