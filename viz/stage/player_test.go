package stage

import (
	"fmt"
	"reflect"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"sunscope/core/story"
	"sunscope/core/time"
	"sunscope/core/trace"
	"sunscope/viz/scene"
)

func TestARunOpensBeforeItsFirstEvent(t *testing.T) {
	p := playerOf(t)
	require.Equal(t, -1, p.Instant())
	require.False(t, p.Playing())
	require.Equal(t, p.Start(), p.Time())
}

func TestSteppingBackAfterPlayingGivesTheStateThatWasThere(t *testing.T) {
	p := playerOf(t)
	var before []*story.State
	for range 12 {
		do(t, p, "step")
		before = append(before, copyOf(p.State()))
	}
	do(t, p, "play")
	watchFor(p, time.Second)
	do(t, p, "seek", "instant=12")
	for i := 11; i >= 0; i-- {
		do(t, p, "back")
		require.Equal(t, i, p.Instant())
		require.Equal(t, before[i], copyOf(p.State()), "at instant %d", i)
	}
}

// copyOf keeps what the next At may overwrite.
func copyOf(s *story.State) *story.State {
	c := *s
	c.Tasks = append([]story.Task(nil), s.Tasks...)
	c.Xprts = append([]story.Xprt(nil), s.Xprts...)
	for i := range c.Xprts {
		x := &c.Xprts[i]
		x.Slots = append([]story.Slot(nil), x.Slots...)
		x.XmitQueue = append([]story.TaskID(nil), x.XmitQueue...)
		x.RecvQueue = append([]story.TaskID(nil), x.RecvQueue...)
	}
	c.Clients = append([]story.Client(nil), s.Clients...)
	c.Packets = append([]story.Packet(nil), s.Packets...)
	c.Threads = append([]story.Thread(nil), s.Threads...)
	c.Hosts = append([]story.Host(nil), s.Hosts...)
	return &c
}

func TestPlayingPassesEventsWhenTheirTimeComes(t *testing.T) {
	p := playerOf(t)
	do(t, p, "speed", "value=0.001")
	do(t, p, "play")
	p.Advance(9 * time.Millisecond) // 9 µs of the run: the events at 0, 1, 2 and 3 µs
	require.Equal(t, 3, p.Instant())
	require.Equal(t, p.Start()+9*time.Microsecond, p.Time())
	p.Advance(1 * time.Millisecond)
	require.Equal(t, 4, p.Instant(), "the second task begins at 10 µs")
}

func TestHowTimeIsCutIntoFramesMakesNoDifference(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		frames := rapid.SliceOfN(rapid.IntRange(1, 90_000), 1, 40).Draw(rt, "frames of µs")
		speed := rapid.SampledFrom([]string{"0.001", "0.01", "0.02", "1"}).Draw(rt, "speed")
		cut, whole := playerOf(t), playerOf(t)
		for _, p := range []*Player{cut, whole} {
			do(t, p, "speed", "value="+speed)
			do(t, p, "play")
		}
		var sum time.Duration
		for _, us := range frames {
			cut.Advance(time.Duration(us) * time.Microsecond)
			sum += time.Duration(us) * time.Microsecond
		}
		for sum > 0 {
			whole.Advance(min(sum, longestFrame))
			sum -= longestFrame
		}
		require.InDelta(rt, float64(whole.Time()), float64(cut.Time()), 2000, "nanoseconds")
		require.Equal(rt, whole.Playing(), cut.Playing())
	})
}

func TestPausedAndIdleNothingChanges(t *testing.T) {
	p := playerOf(t)
	do(t, p, "seek", "instant=5")
	before := p.Revision()
	p.Advance(time.Second)
	require.Equal(t, before, p.Revision())
	require.Equal(t, 5, p.Instant())
}

func TestALateFrameDoesNotLeap(t *testing.T) {
	late, bounded := playerOf(t), playerOf(t)
	for _, p := range []*Player{late, bounded} {
		do(t, p, "speed", "value=0.001")
		do(t, p, "play")
	}
	late.Advance(time.Hour)
	bounded.Advance(longestFrame)
	require.Equal(t, bounded.Time(), late.Time())
	require.Less(t, late.Instant(), late.Story().Len()-1)
}

func TestSpeedMaxReachesTheEndAndNoFrameIsTooLong(t *testing.T) {
	p := NewPlayer()
	p.Show(logOf(t, oneSlot(2000)), Source{Kind: Recording, Name: "long"})
	do(t, p, "speed", "value=max")
	do(t, p, "play")
	last, longest := -1, 0
	for frames := 0; p.Playing(); frames++ {
		p.Advance(time.Second / 60)
		longest = max(longest, p.Instant()-last)
		last = p.Instant()
		require.Less(t, frames, 600, "still playing after ten seconds")
	}
	require.Equal(t, p.Story().Len()-1, p.Instant())
	require.Less(t, longest, p.Story().Len()/50)
}

func TestAtTheEndPlaybackStopsAndPlayBeginsAgain(t *testing.T) {
	p := playerOf(t)
	do(t, p, "end")
	require.Equal(t, p.Story().Len()-1, p.Instant())
	do(t, p, "step")
	require.Equal(t, p.Story().Len()-1, p.Instant())
	do(t, p, "play")
	require.True(t, p.Playing())
	require.Equal(t, -1, p.Instant())
}

func TestAStretchInWhichNothingHappensIsHurriedThrough(t *testing.T) {
	p := playerOf(t)
	do(t, p, "speed", "value=0.001")
	do(t, p, "seek", "event=rpc_task_run_action action=call_reserveresult")
	at := p.Instant()
	do(t, p, "play")
	p.Advance(time.Millisecond)
	require.True(t, p.Hurried(), "the next event is 20 ms away: 20 s at this speed")
	watchFor(p, quietLimit+100*time.Millisecond)
	require.Greater(t, p.Instant(), at)
}

func TestSeekingToATimeStandsBetweenTwoEvents(t *testing.T) {
	p := playerOf(t)
	do(t, p, "seek", "time=1000007000")
	require.Equal(t, 3, p.Instant())
	require.Equal(t, time.Second+7*time.Microsecond, p.Time())
	do(t, p, "back")
	require.Equal(t, 2, p.Instant())
	require.Equal(t, time.Second+2*time.Microsecond, p.Time())
}

func TestSeekingAcceptsWhatAPageSendsAndNothingElse(t *testing.T) {
	p := playerOf(t)
	do(t, p, "seek", "time=1e9")
	require.Equal(t, 0, p.Instant())
	for _, bad := range []string{"instant=99999", "instant=-2", "instant=x", "time=NaN", "time=soon", "event=nonsense here", "event=rpc_task_timeout", "nothing=1"} {
		at := p.Instant()
		require.Error(t, p.Do("seek", argsOf([]string{bad})), bad)
		require.Equal(t, at, p.Instant())
	}
}

func TestATaskIsSelectedByTheNumbersThatTheKernelPrints(t *testing.T) {
	p := NewPlayer()
	do(t, p, "scenario", "name=two-slots", "seed=42")
	lanes := p.Story().Lanes()
	l := &lanes[len(lanes)-1]
	for _, task := range []string{fmt.Sprintf("%d", l.PID), fmt.Sprintf("%d@%x", l.PID, l.Clid), fmt.Sprintf("%08x@%08x", l.PID, l.Clid)} {
		do(t, p, "deselect")
		do(t, p, "select", "task="+task)
		require.Equal(t, scene.Ref{Kind: scene.RefTask, Num: int64(l.Task)}, p.Selected(), task)
	}
}

func TestATaskStepStaysWithTheSelectedTask(t *testing.T) {
	p := playerOf(t)
	do(t, p, "select", "item=read[2]")
	var seen []string
	for range 4 {
		do(t, p, "step-task")
		var e trace.Event
		p.log().At(p.Instant(), &e)
		pid, _, _ := e.Task()
		require.EqualValues(t, 2, pid)
		seen = append(seen, e.Kind.String())
	}
	require.Equal(t, []string{"rpc_task_begin", "rpc_task_run_action", "rpc_task_run_action", "rpc_task_sleep"}, seen)
	at := p.Instant()
	do(t, p, "step-task")
	do(t, p, "back-task")
	require.Equal(t, at, p.Instant())
}

func TestTheFurthestInstantIsRemembered(t *testing.T) {
	p := playerOf(t)
	do(t, p, "seek", "instant=9")
	do(t, p, "home")
	require.Equal(t, 9, p.Furthest())
}

func TestOpeningARunKeepsHowItIsLookedAt(t *testing.T) {
	p := playerOf(t)
	do(t, p, "theme", "value=dark")
	do(t, p, "lang", "value=zh")
	do(t, p, "select", "kind=task", "num=1")
	do(t, p, "watch", "id=asleep", "when=rpc_task_sleep")
	p.Show(logOf(t, oneSlot(2)), Source{Kind: Recording, Name: "other"})
	require.Equal(t, "dark", p.ThemeName())
	require.Equal(t, "zh", p.Lang())
	require.Zero(t, p.Selected(), "it spoke of the old run")
	require.Equal(t, []Mark{{"asleep", ordinal(t, p, "rpc_task_sleep")}}, p.Marks())
}

func TestAWatchSaysWhereItsEventIsOrThatItNeverIs(t *testing.T) {
	p := playerOf(t)
	do(t, p, "watch", "id=a", "when=rpc_task_sleep queue=xprt_backlog item=read[3]")
	do(t, p, "watch", "id=b", "when=rpc_task_timeout")
	require.Equal(t, []Mark{{"a", ordinal(t, p, "rpc_task_sleep item=read[3]")}, {"b", -1}}, p.Marks())
	require.Error(t, p.Do("watch", Args{"id": "c", "when": "no_such_event"}))
	require.Len(t, p.Marks(), 2)
}

func TestEveryCommandSaysWhatItDoesInBothLanguages(t *testing.T) {
	ids, keys := map[string]bool{}, map[string]bool{}
	for _, c := range Commands() {
		require.False(t, ids[c.ID], c.ID)
		ids[c.ID] = true
		require.NotEmpty(t, c.En, c.ID)
		require.NotEmpty(t, c.Zh, c.ID)
		for _, k := range c.Keys {
			require.False(t, keys[k], k)
			keys[k] = true
			id, ok := KeyCommand(k)
			require.True(t, ok)
			require.Equal(t, c.ID, id)
		}
	}
}

func TestAnUnknownCommandOrABadArgumentChangesNothing(t *testing.T) {
	for _, c := range []struct {
		id   string
		args []string
		want string
	}{
		{"explode", nil, `unknown command "explode"`},
		{"speed", []string{"value=fast"}, `speed "fast": expected a number from 0.001 to 1000, or max`},
		{"speed", []string{"value=NaN"}, "expected a number"},
		{"theme", []string{"value=pink"}, "expected light, dark or projector"},
		{"lang", []string{"value=fr"}, "expected en or zh"},
		{"motion", []string{"value=some"}, "expected full or reduced"},
		{"select", []string{"kind=ghost"}, "expected task, packet"},
		{"select", []string{"kind=task", "num=x"}, "expected a whole number"},
		{"select", []string{"item=read[77]"}, "no such workload item"},
		{"select", []string{"task=seven"}, "expected a task's number such as 14"},
		{"select", []string{"task=14@77"}, "this run has no such task"},
		{"zoom", []string{"by=-1"}, "expected a factor"},
		{"pan", []string{"by=much"}, "expected a part of the window's width"},
		{"parts", []string{"value=everything"}, "expected all"},
		{"scenario", []string{"name=two-slots", "seed=-1"}, "expected a number from 0"},
		{"scenario", []string{"name=no-such-thing"}, "no-such-thing"},
		{"recording", []string{"name=x"}, "expected data"},
		{"answer", []string{"id=q", "choice=read[1]"}, "there is no question q"},
		{"skip", []string{"id=q"}, "there is no question q"},
		{"restore", []string{"value=v=7"}, "version"},
	} {
		p := playerOf(t)
		do(t, p, "seek", "instant=7")
		before, snap := p.Revision(), p.Snapshot()
		err := p.Do(c.id, argsOf(c.args))
		require.ErrorContains(t, err, c.want, c.id)
		require.NotContains(t, err.Error(), "\n")
		require.Equal(t, before, p.Revision(), c.id)
		require.Equal(t, snap, p.Snapshot(), c.id)
	}
}

func TestKeysDoWhatTheyDoInThePage(t *testing.T) {
	p := playerOf(t)
	for _, c := range []struct {
		key     string
		instant int
	}{{"ArrowRight", 0}, {"ArrowRight", 1}, {"ArrowLeft", 0}, {"End", p.Story().Len() - 1}, {"Home", -1}, {"Shift+ArrowRight", 0}, {"F7", 0}, {"Tab", 0}} {
		do(t, p, "key", "key="+c.key)
		require.Equal(t, c.instant, p.Instant(), c.key)
	}
	do(t, p, "key", "key= ")
	require.True(t, p.Playing())
	speed := p.Speed()
	do(t, p, "key", "key=+")
	require.Greater(t, p.Speed(), speed)
	do(t, p, "key", "key=?")
	require.True(t, p.Help())
	do(t, p, "key", "key=Escape")
	require.False(t, p.Help())
}

func TestSpeedsClimbOneLadderUpAndDown(t *testing.T) {
	p := playerOf(t)
	do(t, p, "speed", "value=0.003")
	do(t, p, "faster")
	require.Equal(t, "0.005", p.Speed().String())
	do(t, p, "slower")
	do(t, p, "slower")
	do(t, p, "slower")
	do(t, p, "slower")
	require.Equal(t, "0.001", p.Speed().String())
	for range ladder {
		do(t, p, "faster")
	}
	require.Equal(t, "max", p.Speed().String())
	do(t, p, "slower")
	require.Equal(t, "10", p.Speed().String())
}

func TestAPlayerWithoutARunIsEmptyAndDoesNotPanic(t *testing.T) {
	for _, c := range Commands() {
		p := NewPlayer()
		_ = p.Do(c.ID, nil)
		p.Advance(time.Second)
		require.NotNil(t, p.Layout(800, 600), c.ID)
		require.Equal(t, -1, p.Instant(), c.ID)
	}
	require.Error(t, NewPlayer().Do("play", nil))
}

func TestTwoPlayersWithTheSameCommandsAreTheSame(t *testing.T) {
	a, b := playerOf(t), playerOf(t)
	for _, p := range []*Player{a, b} {
		do(t, p, "speed", "value=0.01")
		do(t, p, "play")
		watchFor(p, 700*time.Millisecond)
		do(t, p, "select", "kind=task", "num=2")
	}
	require.Equal(t, a.Snapshot(), b.Snapshot())
	require.True(t, reflect.DeepEqual(a.Layout(800, 600), b.Layout(800, 600)))
}
