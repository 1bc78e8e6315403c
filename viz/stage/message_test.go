package stage

import (
	"testing"

	"github.com/stretchr/testify/require"

	"sunscope/core/time"
)

func types(messages []Message) []string {
	var all []string
	for _, m := range messages {
		all = append(all, m.Type)
	}
	return all
}

func the(t *testing.T, kind string, messages []Message) Message {
	t.Helper()
	for _, m := range messages {
		if m.Type == kind {
			return m
		}
	}
	require.Fail(t, "no "+kind+" message", "%v", types(messages))
	return Message{}
}

// collect draws and tells, as one tick does.
func collect(r *Reporter, p *Player, now time.Duration) []Message {
	p.Layout(1200, 800)
	return r.Collect(p, now)
}

func TestThePageIsToldReadyFirstAndThenOnlyWhatChanged(t *testing.T) {
	p, r := playerOf(t), &Reporter{}
	require.Equal(t, []string{"ready", "state", "inspect", "life", "twin"}, types(collect(r, p, 0)))
	for now := time.Duration(0); now < 3*time.Second; now += 16 * time.Millisecond {
		require.Empty(t, collect(r, p, now), "nothing changed")
	}
	do(t, p, "theme", "value=dark")
	state := the(t, "state", collect(r, p, 3*time.Second))
	require.Equal(t, "dark", state.Get("theme"))
}

func TestAStateSaysWhereTheRunStands(t *testing.T) {
	p, r := playerOf(t), &Reporter{}
	do(t, p, "watch", "id=asleep", "when=rpc_task_sleep")
	do(t, p, "watch", "id=never", "when=rpc_task_timeout")
	do(t, p, "seek", "instant=7")
	do(t, p, "select", "kind=queue", "name=xprt_backlog")
	m := the(t, "state", collect(r, p, 0))
	for name, want := range map[string]any{
		"source": "simulation", "name": "one-slot", "seed": "1", "instant": 7, "count": p.Story().Len(), "furthest": 7,
		"time": int64(p.Time()), "start": int64(time.Second), "end": int64(p.End()), "playing": false, "asking": "",
	} {
		require.Equal(t, want, m.Get(name), name)
	}
	marks := m.Get("marks").(Message)
	require.Equal(t, ordinal(t, p, "rpc_task_sleep"), marks.Get("asleep"))
	require.Equal(t, -1, marks.Get("never"))
	require.Equal(t, "queue", m.Get("selected").(Message).Get("kind"))
	require.Equal(t, "xprt_backlog", m.Get("selected").(Message).Get("name"))
}

func TestTheTwinComesAtMostTwiceASecondAndEndsUpToDate(t *testing.T) {
	p, r := playerOf(t), &Reporter{}
	do(t, p, "speed", "value=0.001")
	do(t, p, "play")
	var twins, states int
	var last Message
	for frame := range 120 {
		p.Advance(time.Second / 60)
		for _, m := range collect(r, p, time.Duration(frame)*time.Second/60) {
			switch m.Type {
			case "twin":
				twins++
				last = m
			case "state":
				states++
			}
		}
	}
	require.LessOrEqual(t, twins, 4)
	require.LessOrEqual(t, states, 62)
	require.Greater(t, states, 30)
	do(t, p, "pause")
	late := collect(r, p, 10*time.Second)
	if len(late) > 0 && late[len(late)-1].Type == "twin" {
		last = late[len(late)-1]
	}
	require.Equal(t, twinOf(p.Said()).fingerprint(), last.fingerprint())
}

func TestWhatIsHeldBackIsToldLater(t *testing.T) {
	p, r := playerOf(t), &Reporter{}
	collect(r, p, 0)
	do(t, p, "seek", "instant=8")
	require.NotContains(t, types(collect(r, p, 100*time.Millisecond)), "twin")
	require.Contains(t, types(collect(r, p, 600*time.Millisecond)), "twin")
}

func TestTheTwinSaysEverythingHoweverSmallThePictureIs(t *testing.T) {
	p := playerOf(t)
	do(t, p, "seek", "instant=8")
	p.Layout(1600, 1280)
	whole := twinOf(p.Said()).fingerprint()
	require.Contains(t, whole, "xprt_backlog")
	small := p.Layout(300, 200)
	require.Less(t, len(small.Said), len(p.Said()), "a small picture shows less")
	require.Equal(t, whole, twinOf(p.Said()).fingerprint())
	do(t, p, "parts", "value=timeline")
	p.Layout(300, 200)
	require.Equal(t, whole, twinOf(p.Said()).fingerprint(), "whatever parts of it are shown")
}

func TestQuestionsAndVerdictsReachThePage(t *testing.T) {
	p, r := predicting(t), &Reporter{}
	do(t, p, "speed", "value=max")
	do(t, p, "play")
	watchFor(p, time.Second)
	messages := collect(r, p, 0)
	require.Equal(t, "next", the(t, "asked", messages).Get("id"))
	require.Equal(t, "next", the(t, "state", messages).Get("asking"))
	do(t, p, "answer", "id=next", "choice=read[2]")
	m := the(t, "graded", collect(r, p, time.Second))
	require.Equal(t, true, m.Get("right"))
	require.Equal(t, "read[2]", m.Get("truth"))
	require.Equal(t, ordinal(t, p, "rpc_task_wakeup"), m.Get("instant"))
	require.Contains(t, m.Get("why"), "rpc_task_wakeup: task:00000002@00000004")
}

func TestAMessageIsCarriedOut(t *testing.T) {
	p := playerOf(t)
	require.NoError(t, p.Receive(map[string]any{"v": 1.0, "cmd": "seek", "instant": 5.0}))
	require.Equal(t, 5, p.Instant())
	require.NoError(t, p.Receive(map[string]any{"v": 1.0, "cmd": "seek", "time": 1000007000.0}))
	require.Equal(t, 3, p.Instant())
	require.NoError(t, p.Receive(map[string]any{"v": 1.0, "cmd": "speed", "value": 0.01}))
	require.Equal(t, "0.01", p.Speed().String())
}

func TestAMessageThatBreaksTheContractIsRefused(t *testing.T) {
	type object struct{}
	for _, c := range []struct {
		message map[string]any
		want    string
	}{
		{map[string]any{"cmd": "play"}, "speaks version 1 of the bridge; the message says v=nothing"},
		{map[string]any{"v": 2.0, "cmd": "play"}, "v=2"},
		{map[string]any{"v": "1", "cmd": "play"}, "v=1"},
		{map[string]any{"v": 1.0}, "expected cmd"},
		{map[string]any{"v": 1.0, "cmd": 7.0}, "expected cmd"},
		{map[string]any{"v": 1.0, "cmd": "explode"}, `unknown command "explode"`},
		{map[string]any{"v": 1.0, "cmd": "seek", "instant": object{}}, "seek: instant: expected a string, a number"},
		{map[string]any{"v": 1.0, "cmd": "seek", "instant": 2.5}, "expected an ordinal"},
		{map[string]any{"v": 1.0, "cmd": "recording", "name": "x", "data": "text"}, "expected an ArrayBuffer for data"},
		{map[string]any{"v": 1.0, "cmd": "lang", "value": []byte("en")}, "expected an ArrayBuffer for data"},
	} {
		p := playerOf(t)
		before := p.Snapshot()
		err := p.Receive(c.message)
		require.ErrorContains(t, err, c.want)
		require.Equal(t, before, p.Snapshot())
		require.Equal(t, err.Error(), Trouble(err).Get("message"))
	}
}

func TestWhatOnlyThePageCanDoIsPassedOnToIt(t *testing.T) {
	p := NewPlayer()
	var r Reporter
	r.Collect(p, 0)
	require.NoError(t, p.Key("l"))
	got := r.Collect(p, time.Second)
	require.Equal(t, Message{"wanted", []Field{{"id", "lesson"}}}, got[0])
}

func TestThePageHearsOfEveryScenarioWithItsTitle(t *testing.T) {
	list := ready().Get("scenarios").([]Message)
	require.Len(t, list, len(Scenarios()))
	for _, m := range list {
		require.NotEmpty(t, m.Get("title"), m.Get("name"))
	}
}

func TestNoMessageHasAFieldThatHidesItsTypeOrVersion(t *testing.T) {
	for kind := Asked; kind <= Stopped+4; kind++ {
		m := Note{Kind: kind}.message()
		require.Nil(t, m.Get("type"), m.Type)
		require.Nil(t, m.Get("v"), m.Type)
	}
}
