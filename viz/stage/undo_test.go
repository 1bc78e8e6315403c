package stage

import (
	"reflect"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"sunscope/core/time"
	"sunscope/viz/scene"
)

// picture is everything that is seen, as one comparable value.
func picture(p *Player) []scene.Item {
	p.view.Glide = scene.Glide{}
	p.touch()
	p.Layout(1200, 800)
	l := scene.Layout(p.story, p.State(), &p.view) // its own memory
	return append(l.Back, l.Front...)
}

// undoable are commands that can be taken back; each works in a run of three reads and one slot.
var undoable = []string{
	"step", "back", "step-task", "back-task", "end", "home", "seek instant=7", "seek instant=12", "seek time=1020000000", "select kind=task num=2",
	"select kind=queue name=xprt_backlog", "select kind=state name=call_reserve", "deselect", "zoom by=4", "zoom-out", "zoom-all", "pan by=0.25", "theme value=dark",
	"theme value=light", "lang value=zh", "lang value=en", "motion value=reduced", "parts value=map,timeline", "parts value=all", "focus part=slots", "follow num=2",
	"filter text=task:2", "filter text=", "break-add when=queue:xprt_backlog", "break-add when=status<0", "break-drop", "faster", "slower", "find text=status<0",
	"run-to when=task:3", "scenario name=two-slots seed=42",
}

// drawChange does one of the changes, if it can be done here.
func drawChange(rt *rapid.T, p *Player) string {
	text := rapid.SampledFrom(undoable).Draw(rt, "command")
	id, args := split(text)
	_ = p.Do(id, args)
	return id
}

func split(text string) (id string, a Args) {
	a = Args{}
	for i, w := range splitAt(text) {
		if i == 0 {
			id = w
			continue
		}
		k := slices.Index([]byte(w), '=')
		a[w[:k]] = w[k+1:]
	}
	return id, a
}

func splitAt(text string) (words []string) {
	begin := 0
	for i := range len(text) + 1 {
		if i == len(text) || text[i] == ' ' {
			words = append(words, text[begin:i])
			begin = i + 1
		}
	}
	return words
}

func TestUndoTakesBackWhateverWasDoneAndRedoDoesItAgain(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		p := playerOf(t)
		for range rapid.IntRange(0, 6).Draw(rt, "before") {
			drawChange(rt, p)
		}
		before, seen := p.moment(), picture(p)
		p.history.undo = nil
		n := rapid.IntRange(1, 8).Draw(rt, "changes")
		for range n {
			drawChange(rt, p)
		}
		after, seenAfter := p.moment(), picture(p)
		taken := 0
		for p.Do("undo", nil) == nil {
			taken++
		}
		require.LessOrEqual(rt, taken, n)
		now := p.moment()
		require.True(rt, now.same(&before), "undo after do is where it was: %+v %+v", now, before)
		require.True(rt, reflect.DeepEqual(seen, picture(p)))
		for range taken {
			require.NoError(rt, p.Do("redo", nil))
		}
		require.Error(rt, p.Do("redo", nil))
		now = p.moment()
		require.True(rt, now.same(&after))
		require.True(rt, reflect.DeepEqual(seenAfter, picture(p)))
	})
}

func TestStepsAreTakenBackTogetherAndSoIsPlaying(t *testing.T) {
	p := playerOf(t)
	do(t, p, "seek", "instant=5")
	for range 6 {
		do(t, p, "step")
	}
	do(t, p, "play")
	watchFor(p, 300*time.Millisecond)
	do(t, p, "pause")
	played := p.Instant()
	require.Greater(t, played, 11)
	do(t, p, "key", "key=Ctrl+z")
	require.Equal(t, 11, p.Instant(), "where playing began")
	do(t, p, "key", "key=Ctrl+z")
	require.Equal(t, 5, p.Instant(), "all steps in a row")
	do(t, p, "key", "key=Ctrl+z")
	require.Equal(t, -1, p.Instant())
	require.ErrorContains(t, p.Do("undo", nil), "nothing to take back")
	for range 3 {
		do(t, p, "key", "key=Ctrl+y")
	}
	require.Equal(t, played, p.Instant())
	do(t, p, "undo")
	do(t, p, "theme", "value=dark")
	require.ErrorContains(t, p.Do("redo", nil), "nothing was taken back", "something new was done")
}

func TestAnOpenedRunIsTakenBack(t *testing.T) {
	p := playerOf(t)
	do(t, p, "seek", "instant=9")
	do(t, p, "select", "kind=task", "num=2")
	old := p.Story()
	do(t, p, "scenario", "name=two-slots", "seed=42")
	do(t, p, "end")
	do(t, p, "undo")
	do(t, p, "undo")
	require.Same(t, old, p.Story())
	require.Equal(t, "one-slot", p.Source().Name)
	require.Equal(t, 9, p.Instant())
	require.Equal(t, int64(2), p.Selected().Num)
	do(t, p, "redo")
	require.Equal(t, "two-slots", p.Source().Name)
}

func TestADragOfThePlayheadIsTakenBackAtOnce(t *testing.T) {
	p := playerOf(t)
	do(t, p, "seek", "instant=3")
	l := p.Layout(1200, 800)
	i := slices.IndexFunc(l.Hits, func(h scene.Hit) bool { return h.Ref.Kind == scene.RefTimeline })
	h := l.Hits[i]
	p.PointerDown(1, h.X+h.W/2, h.Y+2)
	for k := range 20 {
		p.PointerMove(1, h.X+h.W/2+float32(10*k), h.Y+2)
	}
	p.PointerUp(1, h.X+h.W/2+190, h.Y+2)
	require.NotEqual(t, 3, p.Instant())
	do(t, p, "undo")
	require.Equal(t, 3, p.Instant())
}

func TestThePastIsBounded(t *testing.T) {
	p := playerOf(t)
	for i := range 3 * mostChanges {
		do(t, p, "seek", "instant="+itoa(1+i%2))
	}
	require.Len(t, p.history.undo, mostChanges)
	for seed := range 8 {
		do(t, p, "scenario", "name=slot-contention", "seed="+itoa(seed))
		require.LessOrEqual(t, p.pastEvents(), mostInMemory)
	}
}

func TestTheFirstRunIsNoChange(t *testing.T) {
	p := NewPlayer()
	do(t, p, "scenario", "name=two-slots", "seed=42")
	require.False(t, p.CanUndo(), "before it there was nothing to return to")
	do(t, p, "seek", "instant=5")
	require.True(t, p.CanUndo())
	do(t, p, "forget")
	require.False(t, p.CanUndo(), "another lesson begins")
}
