package grade

import (
	"testing"

	"github.com/stretchr/testify/require"

	"sunscope/core/scenario/yaml"
	"sunscope/core/story"
	"sunscope/core/trace"
	"sunscope/core/world"
)

// The truth is not written down anywhere: whatever the seed makes of the order on the bench, the grade follows it.
func TestInEveryRunTheSlotGoesToWhoeverSatDownFirst(t *testing.T) {
	sc, err := yaml.Builtin("two-slots")
	require.NoError(t, err)
	truths := map[string]bool{}
	for seed := range uint64(30) {
		log, err := world.Run(sc, seed)
		require.NoError(t, err)
		s := story.New(log)
		q := question(t, "rpc_task_sleep queue=xprt_backlog nth=6", "rpc_task_wakeup queue=xprt_backlog",
			"read[1], read[2], read[3], read[4], read[5], read[6], read[7], read[8]")
		first := firstSleeper(t, s)
		v, err := Grade(s, q, first)
		require.NoError(t, err)
		require.True(t, v.Right, "seed %d: %s sat down first, but it was %s", seed, first, v.Truth)
		truths[v.Truth] = true
	}
	require.Greater(t, len(truths), 1, "other seeds, other orders")
}

func firstSleeper(t *testing.T, s *story.Story) string {
	t.Helper()
	log := s.Log()
	var e trace.Event
	for i := range log.Len() {
		log.At(i, &e)
		if e.Kind == trace.RPCTaskSleep && e.Text(log, "queue") == "xprt_backlog" {
			return s.Item(i)
		}
	}
	require.Fail(t, "nobody slept on the backlog")
	return ""
}
