package stage

import (
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"sunscope/core/time"
)

func TestRunningToAConditionStopsWhereItBecomesTrueForwardsAndBackwards(t *testing.T) {
	p := playerOf(t)
	for _, text := range []string{"queue:xprt_backlog", "state:call_reserve", "queue:xprt_backlog=1", "status<0", "task:2", "tasks>=2"} {
		hits := hitsOf(t, p, text)
		do(t, p, "home")
		for _, want := range hits {
			do(t, p, "run-to", "when="+text)
			require.Equal(t, want, p.Instant(), text)
		}
		require.ErrorContains(t, p.Do("run-to", Args{"when": text}), "run-to: after this instant nothing matches")
		require.Equal(t, hits[len(hits)-1], p.Instant())
		do(t, p, "end")
		for i := len(hits) - 1; i >= 0; i-- {
			if hits[i] == p.Instant() {
				continue
			}
			do(t, p, "run-back", "when="+text)
			require.Equal(t, hits[i], p.Instant(), text)
		}
		require.ErrorContains(t, p.Do("run-back", Args{"when": text}), "run-back: before this instant nothing matches")
	}
}

func TestPlayingStopsAtBreakpointsAtEverySpeed(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		p := playerOf(t)
		text := rapid.SampledFrom([]string{"queue:xprt_backlog", "state:call_reserveresult", "queue:xprt_backlog<1", "task:3", "tasks<2"}).Draw(rt, "condition")
		hits := hitsOf(t, p, text)
		do(t, p, "break-add", "when="+text)
		do(t, p, "speed", "value="+rapid.SampledFrom([]string{"0.001", "0.01", "1", "max"}).Draw(rt, "speed"))
		for _, want := range hits {
			do(t, p, "play")
			watchFor(p, 300*time.Second)
			require.Equal(rt, want, p.Instant(), text)
			require.False(rt, p.Playing())
			notes := p.Notes()
			require.Equal(rt, Note{Kind: Stopped, ID: "1", Why: text, Instant: want}, notes[len(notes)-1])
		}
	})
}

func TestRunningStopsAtBreakpointsOnTheWay(t *testing.T) {
	p := playerOf(t)
	do(t, p, "break-add", "when=queue:xprt_backlog>=2")
	do(t, p, "break-add", "when=item:read[2] rpc_task_end")
	require.Len(t, p.Breakpoints(), 2)
	do(t, p, "break-add", "when=queue:xprt_backlog>=2")
	require.Len(t, p.Breakpoints(), 2, "the same once more is the same")
	do(t, p, "run-to", "when=item:read[3] rpc_task_end")
	require.Equal(t, ordinal(t, p, "rpc_task_sleep item=read[3]"), p.Instant())
	do(t, p, "run-to", "when=item:read[3] rpc_task_end")
	require.Equal(t, ordinal(t, p, "rpc_task_end item=read[2]"), p.Instant())
	do(t, p, "run-back", "when=task:1 rpc_task_begin")
	require.Equal(t, ordinal(t, p, "rpc_task_sleep item=read[3]"), p.Instant(), "backwards too")
	do(t, p, "break-drop", "id=1")
	do(t, p, "run-back", "when=task:1 rpc_task_begin")
	require.Zero(t, p.Instant())
	require.ErrorContains(t, p.Do("break-drop", Args{"id": "7"}), "expected the number of a breakpoint")
	do(t, p, "break-drop")
	require.Empty(t, p.Breakpoints())
}

func TestThePageHearsOfBreakpointsAndOfStopping(t *testing.T) {
	p, r := playerOf(t), &Reporter{}
	collect(r, p, 0)
	do(t, p, "break-add", "when=queue:xprt_backlog>=2")
	m := the(t, "state", collect(r, p, time.Second))
	require.Equal(t, "queue:xprt_backlog>=2", m.Get("breaks").([]Message)[0].Get("when"))
	do(t, p, "speed", "value=max")
	do(t, p, "play")
	watchFor(p, time.Second)
	m = the(t, "stopped", collect(r, p, 2*time.Second))
	require.Equal(t, `stopped{id:"1",when:"queue:xprt_backlog>=2",instant:`+itoa(p.Instant())+`,}`, m.fingerprint())
}

func TestALongRunIsRunThroughPieceByPieceAndEscapeEndsIt(t *testing.T) {
	p := long(t, 6000)
	do(t, p, "run-to", "when=tasks<0")
	when, dir := p.RunningTo()
	require.Equal(t, "tasks<0", when)
	require.Equal(t, 1, dir)
	require.Equal(t, -1, p.Instant())
	do(t, p, "key", "key=Escape")
	when, _ = p.RunningTo()
	require.Empty(t, when)
	do(t, p, "end")
	do(t, p, "run-back", "when=rpc_task_begin task:1")
	for range 100 {
		p.Advance(time.Second / 60)
	}
	require.Zero(t, p.Instant())
	do(t, p, "run-to", "when=rpc_task_timeout")
	for range 100 {
		p.Advance(time.Second / 60)
	}
	notes := p.Notes()
	require.Len(t, notes, 1)
	require.Contains(t, notes[0].Why, "after this instant nothing matches")
	require.Zero(t, p.Instant())
}

func TestRunningDoesNotPassAnOpenQuestion(t *testing.T) {
	p := predicting(t)
	do(t, p, "home")
	do(t, p, "run-to", "when=rpc_task_end item:read[3]")
	require.Equal(t, "next", p.Asking())
}
