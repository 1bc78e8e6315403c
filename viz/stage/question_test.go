package stage

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"sunscope/core/time"
)

// predicting is a player with one question: asked when read[3] has fallen asleep, decided by the next wake-up.
func predicting(t *testing.T) *Player {
	t.Helper()
	p := playerOf(t)
	do(t, p, "predict", "id=next", "ask=rpc_task_sleep queue=xprt_backlog item=read[3]", "about=rpc_task_wakeup queue=xprt_backlog",
		"choices=read[2], read[3]")
	return p
}

func TestAPredictionPausesBeforeItsMoment(t *testing.T) {
	for _, speed := range []string{"0.001", "1", "1000", "max"} {
		p := predicting(t)
		ask := ordinal(t, p, "rpc_task_sleep item=read[3]")
		do(t, p, "speed", "value="+speed)
		do(t, p, "play")
		watchFor(p, 20*time.Second)
		require.Equal(t, ask, p.Instant(), "speed %s", speed)
		require.False(t, p.Playing())
		require.Equal(t, "next", p.Asking())
		require.Equal(t, []Note{{Kind: Asked, ID: "next"}}, p.Notes())
		require.Less(t, p.Furthest(), ordinal(t, p, "rpc_task_wakeup"))
	}
}

func TestAnOpenQuestionHoldsPlayingAndStepping(t *testing.T) {
	p := predicting(t)
	ask := ordinal(t, p, "rpc_task_sleep item=read[3]")
	do(t, p, "seek", "instant="+itoa(ask-1))
	require.Empty(t, p.Notes())
	do(t, p, "step")
	require.Equal(t, []Note{{Kind: Asked, ID: "next"}}, p.Notes())
	for _, cmd := range []string{"step", "play", "toggle", "step-task"} {
		do(t, p, cmd)
		require.Equal(t, ask, p.Instant(), cmd)
		require.False(t, p.Playing(), cmd)
		require.Equal(t, []Note{{Kind: Asked, ID: "next"}}, p.Notes(), "%s asks again", cmd)
	}
}

func TestAnAnswerIsGradedByTheRunAndLetsItGoOn(t *testing.T) {
	p := predicting(t)
	do(t, p, "speed", "value=max")
	do(t, p, "play")
	watchFor(p, time.Second)
	p.Notes()
	do(t, p, "answer", "id=next", "choice=read[3]")
	woken := ordinal(t, p, "rpc_task_wakeup")
	notes := p.Notes()
	require.Len(t, notes, 1)
	require.Equal(t, Graded, notes[0].Kind)
	require.False(t, notes[0].Verdict.Right)
	require.Equal(t, "read[2]", notes[0].Verdict.Truth)
	require.Equal(t, woken, notes[0].Verdict.Instant)
	require.False(t, notes[0].Seen)
	require.Contains(t, notes[0].Why, "rpc_task_wakeup: task:00000002@00000004")
	do(t, p, "play")
	watchFor(p, 5*time.Second)
	require.Equal(t, p.Story().Len()-1, p.Instant())
}

func TestASkippedQuestionIsPassed(t *testing.T) {
	p := predicting(t)
	do(t, p, "speed", "value=max")
	do(t, p, "play")
	watchFor(p, time.Second)
	do(t, p, "skip")
	do(t, p, "step")
	require.Greater(t, p.Instant(), ordinal(t, p, "rpc_task_sleep item=read[3]"))
}

func TestSeekingPastAQuestionIsTheReadersChoiceAndItsAnswerSaysSo(t *testing.T) {
	p := predicting(t)
	do(t, p, "end")
	require.Equal(t, p.Story().Len()-1, p.Instant())
	do(t, p, "answer", "id=next", "choice=read[2]")
	notes := p.Notes()
	require.True(t, notes[len(notes)-1].Seen)
	require.True(t, notes[len(notes)-1].Verdict.Right)
}

func TestGoingBackBeforeAnOpenQuestionAsksItAgain(t *testing.T) {
	p := predicting(t)
	do(t, p, "end")
	do(t, p, "home")
	do(t, p, "speed", "value=max")
	do(t, p, "play")
	watchFor(p, time.Second)
	require.Equal(t, "next", p.Asking())
}

func TestAnAnswerThatIsNoChoiceIsRefused(t *testing.T) {
	p := predicting(t)
	require.Error(t, p.Do("answer", Args{"id": "next", "choice": "read[1]"}))
	require.Empty(t, p.Notes())
}

func TestAQuestionThatDoesNotFitTheRunIsAnErrorAndAbsent(t *testing.T) {
	p := playerOf(t)
	require.ErrorContains(t, p.Do("predict", argsOf([]string{"id=q", "ask=rpc_task_timeout", "about=rpc_task_end", "choices=read[1]"})), "no event of this run")
	require.Error(t, p.Do("answer", Args{"id": "q", "choice": "read[1]"}))
}

func TestAQuestionWaitsForItsRunAndIsSilentInAnother(t *testing.T) {
	p := NewPlayer()
	do(t, p, "predict", "id=next", "ask=rpc_task_sleep item=read[3]", "about=rpc_task_wakeup", "choices=read[2],read[3]")
	p.Show(logOf(t, oneSlot(3)), Source{Kind: Simulation, Name: "three"})
	require.NotNil(t, p.openBetween(-1, p.Story().Len()))
	p.Show(logOf(t, oneSlot(2)), Source{Kind: Simulation, Name: "two"})
	do(t, p, "speed", "value=max")
	do(t, p, "play")
	watchFor(p, time.Second)
	require.Equal(t, p.Story().Len()-1, p.Instant())
	require.Empty(t, p.Notes())
}

func TestTheSameQuestionAgainKeepsItsAnswer(t *testing.T) {
	p := predicting(t)
	do(t, p, "answer", "id=next", "choice=read[2]")
	do(t, p, "predict", "id=next", "ask=rpc_task_sleep queue=xprt_backlog item=read[3]", "about=rpc_task_wakeup queue=xprt_backlog", "choices=read[2], read[3]")
	require.Nil(t, p.openBetween(-1, p.Story().Len()))
	do(t, p, "forget")
	require.Error(t, p.Do("answer", Args{"id": "next", "choice": "read[2]"}))
}

func TestTheTimelineDoesNotTellWhatAnOpenQuestionAsks(t *testing.T) {
	p := predicting(t)
	plain := playerOf(t)
	ask := p.log().TimeAt(ordinal(t, p, "rpc_task_sleep item=read[3]"))
	require.Equal(t, ask, p.secret())
	require.Less(t, len(p.Layout(1200, 800).Front), len(plain.Layout(1200, 800).Front), "what comes after is not drawn")

	do(t, p, "answer", "id=next", "choice=read[2]")
	require.Zero(t, p.secret(), "answered: no secret any more")
	require.Equal(t, plain.Layout(1200, 800).Front, p.Layout(1200, 800).Front)

	p = predicting(t)
	do(t, p, "end")
	do(t, p, "home")
	require.Zero(t, p.secret(), "the reader has been there")

	p = predicting(t)
	do(t, p, "skip", "id=next")
	require.Zero(t, p.secret())
}

func TestTheChoicesShownFollowTheRun(t *testing.T) {
	p := NewPlayer()
	do(t, p, "predict", "id=q", "ask=xprt_lookup_rqst nth=2", "about=rpc_task_run_action action=call_reserveresult", "choices=read[3], read[4], read[8]")
	require.Nil(t, p.Choices("q"), "there is no run yet")
	own := []string{"read[3]", "read[4]", "read[8]"}
	others := 0
	for seed := 42; seed < 60; seed++ {
		do(t, p, "scenario", "name=two-slots", "seed="+itoa(seed))
		offered := p.Choices("q")
		require.Len(t, offered, 3)
		require.Contains(t, offered, p.question("q").moment.Truth, "seed %d", seed)
		if !slices.Equal(own, offered) {
			others++
		}
		state := the(t, "state", collect(&Reporter{}, p, 0))
		require.Equal(t, strings.Join(offered, ","), state.Get("choices").(Message).Get("q"), "the page is told")
		do(t, p, "answer", "id=q", "choice="+p.question("q").moment.Truth)
		notes := p.Notes()
		require.True(t, notes[len(notes)-1].Verdict.Right)
	}
	require.Positive(t, others, "seed 51, for one")
	do(t, p, "scenario", "name=two-slots", "seed=42")
	require.Equal(t, own, p.Choices("q"), "the lesson's own seed shows the lesson's choices")
}
