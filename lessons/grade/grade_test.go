package grade

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"sunscope/core/story"
	"sunscope/core/trace"
)

// oneSlot is a run in which three reads want the only slot: read[1] has it, the others sleep on the backlog, and
// read[2], which slept first, is handed the slot.
const oneSlot = `
fio-1 [000] ..... 1.000000: rpc_task_begin: task:00000001@00000004 flags=MOVEABLE runstate=ACTIVE status=0 action=0x0
fio-1 [000] ..... 1.000001: sunscope_item: task:00000001@00000004 item=read[1]
fio-1 [000] ..... 1.000002: rpc_task_run_action: task:00000001@00000004 flags=MOVEABLE runstate=RUNNING|ACTIVE status=0 action=call_start [sunrpc]
fio-1 [000] ..... 1.000003: rpc_task_run_action: task:00000001@00000004 flags=MOVEABLE runstate=RUNNING|ACTIVE status=0 action=call_reserve [sunrpc]
fio-1 [000] ..... 1.000004: xprt_reserve: task:00000001@00000004 xid=0x01000000
fio-2 [001] ..... 1.000010: rpc_task_begin: task:00000002@00000004 flags=MOVEABLE runstate=ACTIVE status=0 action=0x0
fio-2 [001] ..... 1.000011: sunscope_item: task:00000002@00000004 item=read[2]
fio-2 [001] ..... 1.000012: rpc_task_run_action: task:00000002@00000004 flags=MOVEABLE runstate=RUNNING|ACTIVE status=0 action=call_reserve [sunrpc]
fio-2 [001] ..... 1.000013: rpc_task_sleep: task:00000002@00000004 flags=MOVEABLE runstate=RUNNING|ACTIVE status=-11 timeout=0 queue=xprt_backlog
fio-3 [001] ..... 1.000020: rpc_task_begin: task:00000003@00000004 flags=MOVEABLE runstate=ACTIVE status=0 action=0x0
fio-3 [001] ..... 1.000021: sunscope_item: task:00000003@00000004 item=read[3]
fio-3 [001] ..... 1.000022: rpc_task_run_action: task:00000003@00000004 flags=MOVEABLE runstate=RUNNING|ACTIVE status=0 action=call_reserve [sunrpc]
fio-3 [001] ..... 1.000023: rpc_task_sleep: task:00000003@00000004 flags=MOVEABLE runstate=RUNNING|ACTIVE status=-11 timeout=0 queue=xprt_backlog
fio-1 [000] ..... 1.000100: rpc_task_wakeup: task:00000002@00000004 flags=MOVEABLE runstate=QUEUED|ACTIVE status=0 timeout=0 queue=xprt_backlog
fio-2 [001] ..... 1.000110: rpc_task_run_action: task:00000002@00000004 flags=MOVEABLE runstate=RUNNING|ACTIVE status=0 action=call_reserveresult [sunrpc]
svc-9 [000] ..... 1.000120: svc_wake_up: pid=7
`

func storyOf(t *testing.T, text string) *story.Story {
	t.Helper()
	var log trace.Log
	for line := range strings.Lines(strings.TrimSpace(text)) {
		var e trace.Event
		require.NoError(t, log.ParseLine(strings.TrimSuffix(line, "\n"), &e))
		log.Append(&e)
	}
	return story.New(&log)
}

func question(t *testing.T, ask, about, choices string) Question {
	t.Helper()
	q, err := New("next", ask, about, choices)
	require.NoError(t, err)
	return q
}

const (
	askAtThirdSleep = "rpc_task_sleep queue=xprt_backlog item=read[3]"
	whoWakes        = "rpc_task_wakeup queue=xprt_backlog"
)

func TestTheTruthIsWhatHappensFirstAfterTheQuestion(t *testing.T) {
	s := storyOf(t, oneSlot)
	q := question(t, askAtThirdSleep, whoWakes, "read[2], read[3]")

	v, err := Grade(s, q, "read[2]")
	require.NoError(t, err)
	require.Equal(t, Verdict{Right: true, Truth: "read[2]", Instant: 13}, v)

	v, err = Grade(s, q, "read[3]")
	require.NoError(t, err)
	require.Equal(t, Verdict{Right: false, Truth: "read[2]", Instant: 13}, v)
}

func TestAnEventBeforeTheQuestionDoesNotDecideIt(t *testing.T) {
	s := storyOf(t, oneSlot)
	q := question(t, askAtThirdSleep, "rpc_task_run_action", "read[1], read[2]")
	m, err := Locate(s, q)
	require.NoError(t, err)
	require.Equal(t, Moment{Ask: 12, About: 14, Truth: "read[2]"}, m, "the first step after the third read fell asleep")
}

func TestAQuestionThatDoesNotFitTheRunIsRefusedInOneLine(t *testing.T) {
	for name, c := range map[string]struct{ ask, about, choices, want string }{
		"never asked":       {"rpc_task_sleep queue=delayq", whoWakes, "read[1]", "question next: ask: no event of this run matches rpc_task_sleep queue=delayq"},
		"never decided":     {whoWakes, "rpc_task_sleep", "read[1]", "question next: about: no event after the question is asked matches rpc_task_sleep"},
		"decided too early": {"svc_wake_up", whoWakes, "read[1]", "question next: about: no event after"},
		"no item":           {askAtThirdSleep, "svc_wake_up", "read[1]", "is not about a workload item"},
		"unknown choice":    {askAtThirdSleep, whoWakes, "read[2], read[9]", "choices: read[9] is not a workload item of this run, which has read[1], read[2], read[3]"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := Locate(storyOf(t, oneSlot), question(t, c.ask, c.about, c.choices))
			require.ErrorContains(t, err, c.want)
			require.NotContains(t, err.Error(), "\n")
		})
	}
}

func TestAChoiceThatIsNotOfferedIsNoAnswer(t *testing.T) {
	s := storyOf(t, oneSlot)
	_, err := Grade(s, question(t, askAtThirdSleep, whoWakes, "read[2], read[3]"), "read[1]")
	require.EqualError(t, err, "question next: read[1] is not among the choices read[2], read[3]")
}

func TestAMalformedQuestionSaysWhichLineIsWrong(t *testing.T) {
	for _, c := range []struct{ id, ask, about, choices, want string }{
		{" ", whoWakes, whoWakes, "read[1]", "a question needs an id"},
		{"q", "no_such_event", whoWakes, "read[1]", "question q: ask: "},
		{"q", whoWakes, "rpc_task_sleep colour=red", "read[1]", "question q: about: "},
		{"q", whoWakes, whoWakes, "read[1],,read[2]", "question q: choices: "},
		{"q", whoWakes, whoWakes, "read[1], read[1]", "question q: choices: read[1] stands there twice"},
	} {
		_, err := New(c.id, c.ask, c.about, c.choices)
		require.ErrorContains(t, err, c.want)
	}
}

func TestItemsComeInTheOrderOfTheirTasks(t *testing.T) {
	require.Equal(t, []string{"read[1]", "read[2]", "read[3]"}, Items(storyOf(t, oneSlot).Log()))
	require.Empty(t, Items(&trace.Log{}))
}

func TestTheTruthTakesTheLastChoicesPlaceIfItIsNotOffered(t *testing.T) {
	q := Question{ID: "q", Choices: []string{"read[3]", "read[10]", "read[8]"}}
	require.Equal(t, q.Choices, q.Offered(Moment{Truth: "read[10]"}), "as the lesson has them")
	require.Equal(t, []string{"read[3]", "read[9]", "read[10]"}, q.Offered(Moment{Truth: "read[9]"}), "in the order of their numbers")
	require.Equal(t, []string{"read[2]", "read[3]", "read[10]"}, q.Offered(Moment{Truth: "read[2]"}))
	require.Equal(t, []string{"read[3]", "read[10]", "read[8]"}, q.Choices, "the lesson's own stay")
}
