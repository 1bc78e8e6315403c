package lessons

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"sunscope/core/story"
	"sunscope/core/trace"
)

// recorded is a story of trace lines: two sleepers, of whom the first to sleep is woken.
func recorded(t *testing.T) *story.Story {
	t.Helper()
	log := &trace.Log{}
	for i, text := range []string{
		"sunscope_item: task:00000003@00000001 item=read[1]",
		"rpc_task_sleep: task:00000003@00000001 flags=ASYNC|DYNAMIC runstate=RUNNING|ACTIVE status=-11 timeout=0 queue=xprt_backlog",
		"sunscope_item: task:00000004@00000001 item=read[2]",
		"rpc_task_sleep: task:00000004@00000001 flags=ASYNC|DYNAMIC runstate=RUNNING|ACTIVE status=-11 timeout=0 queue=xprt_backlog",
		"rpc_task_wakeup: task:00000003@00000001 flags=ASYNC|DYNAMIC runstate=QUEUED|ACTIVE status=-11 timeout=0 queue=xprt_backlog",
	} {
		var e trace.Event
		require.NoError(t, log.ParseLine("             cat-100     [000] .....     1.00000"+string(rune('0'+i))+": "+text, &e))
		log.Append(&e)
	}
	return story.New(log)
}

func verified(t *testing.T, body string) string {
	t.Helper()
	if err := parse(t, body).Verify(recorded(t)); err != nil {
		return err.Error()
	}
	return ""
}

func TestWhatALessonClaimsIsHeldAgainstTheRun(t *testing.T) {
	for name, c := range map[string]struct{ body, says string }{
		"passage":            {"::: await rpc_task_wakeup\nx\n:::\n", ""},
		"passage never":      {"::: await rpc_task_end\nx\n:::\n", "t.md:6: await rpc_task_end: no event of the run matches"},
		"check":              {"::: check rpc_task_sleep nth=2\n:::\n", ""},
		"check never":        {"::: check rpc_task_sleep nth=3\n:::\n", "t.md:6: check rpc_task_sleep nth=3: does not hold"},
		"not":                {"::: check not rpc_task_end\n:::\n", ""},
		"not, but it does":   {"::: check not rpc_task_wakeup\n:::\n", "does not hold"},
		"order":              {"::: check rpc_task_sleep item=read[1] then rpc_task_wakeup item=read[1]\n:::\n", ""},
		"other order":        {"::: check rpc_task_wakeup then rpc_task_sleep\n:::\n", "does not hold"},
		"quote":              {"```trace\nrpc_task_sleep: task:00000004@00000001 … queue=xprt_backlog\nrpc_task_wakeup: …\n```\n", ""},
		"quote, other order": {"```trace\nrpc_task_wakeup: …\nrpc_task_sleep: …\n```\n", "t.md:8: quoted line rpc_task_sleep: …"},
		"quote, cut short":   {"```trace\nrpc_task_sleep: task:00000004\n```\n", "t.md:7: quoted line"},
		"other code":         {"```\nrpc_nothing\n```\n", ""},
		"question":           {"::: predict q\nask: rpc_task_sleep nth=2\nabout: rpc_task_wakeup\nchoices: read[1], read[2]\n\nx\n:::\n", ""},
		"truth not offered": {"::: predict q\nask: rpc_task_sleep nth=2\nabout: rpc_task_wakeup\nchoices: read[2]\n\nx\n:::\n",
			"t.md:6: predict q: in the run it is read[1], which is not among the choices"},
		"never asked": {"::: predict q\nask: rpc_task_end\nabout: rpc_task_wakeup\nchoices: read[2]\n\nx\n:::\n", "t.md:6: question q: ask: no event"},
	} {
		t.Run(name, func(t *testing.T) {
			says := verified(t, c.body)
			if c.says == "" {
				require.Empty(t, says)
				return
			}
			require.Contains(t, says, c.says)
			require.NotContains(t, strings.TrimSpace(says), "\n", "one fault, one line")
		})
	}
}
