package stage

import (
	"testing"

	"github.com/stretchr/testify/require"

	"sunscope/core/time"
	"sunscope/viz/scene"
)

// spot is the middle of the area of the first thing that wanted accepts.
func spot(t *testing.T, p *Player, wanted func(scene.Ref) bool) (x, y float32) {
	t.Helper()
	for _, h := range p.Layout(1200, 800).Hits {
		x, y := h.X+h.W/2, h.Y+h.H/2
		if wanted(h.Ref) && p.hitAt(x, y) == h.Ref {
			return x, y
		}
	}
	require.Fail(t, "nothing of that kind on the picture")
	return 0, 0
}

func kind(k scene.RefKind) func(scene.Ref) bool {
	return func(r scene.Ref) bool { return r.Kind == k }
}

// axis is a row of the timeline: its left end, its width, and a height at which to touch it.
func axis(t *testing.T, p *Player) (x, w, y float32) {
	t.Helper()
	_, y = spot(t, p, kind(scene.RefTimeline))
	for _, h := range p.Layout(1200, 800).Hits {
		if h.Ref.Kind == scene.RefTimeline {
			return h.X, h.W, y
		}
	}
	return 0, 0, 0
}

func TestAClickSelectsWhatLiesUnderIt(t *testing.T) {
	p := playerOf(t)
	do(t, p, "seek", "instant=8")
	x, y := spot(t, p, kind(scene.RefTask))
	p.PointerDown(1, x, y)
	require.Zero(t, p.Selected(), "not before the release")
	p.PointerUp(1, x+1, y)
	require.Equal(t, scene.RefTask, p.Selected().Kind)
}

func TestADragIsNoClick(t *testing.T) {
	p := playerOf(t)
	do(t, p, "seek", "instant=8")
	x, y := spot(t, p, kind(scene.RefTask))
	p.PointerDown(1, x, y)
	p.PointerMove(1, x, y+30)
	p.PointerMove(1, x, y)
	p.PointerUp(1, x, y)
	require.Zero(t, p.Selected())
	p.PointerDown(2, x, y)
	p.PointerCancel(2)
	p.PointerUp(2, x, y)
	require.Zero(t, p.Selected(), "the page took the pointer to scroll")
}

func TestAPointerThatOnlyMovesHovers(t *testing.T) {
	p := playerOf(t)
	do(t, p, "seek", "instant=8")
	x, y := spot(t, p, kind(scene.RefTask))
	p.PointerMove(1, x, y)
	require.Equal(t, scene.RefTask, p.view.Hover.Kind)
	before := p.Revision()
	p.PointerMove(1, x+0.5, y)
	require.Equal(t, before, p.Revision(), "still the same thing: nothing to draw")
	p.PointerLeave()
	require.Zero(t, p.view.Hover)
}

func TestDraggingAlongTheTimelineScrubs(t *testing.T) {
	p := playerOf(t)
	x, w, y := axis(t, p)
	p.PointerDown(1, x, y)
	require.Equal(t, p.Start(), p.Time())
	half := p.Start() + (p.End()-p.Start())/2
	p.PointerMove(1, x+w/2, y-300)
	require.InDelta(t, float64(half), float64(p.Time()), float64(time.Millisecond), "also when the pointer strays upwards")
	p.PointerMove(1, x+3*w, y)
	require.Equal(t, p.Story().Len()-1, p.Instant())
	p.PointerUp(1, x+3*w, y)
	require.False(t, p.Playing())
	require.Zero(t, p.Selected())
}

func TestScrubbingWhilePlayingPlaysOnFromThere(t *testing.T) {
	p := playerOf(t)
	do(t, p, "play")
	x, w, y := axis(t, p)
	p.PointerDown(1, x+w/2, y)
	require.False(t, p.Playing())
	p.PointerUp(1, x+w/2, y)
	require.True(t, p.Playing())
}

func TestTheWheelZoomsAboutThePointer(t *testing.T) {
	p := playerOf(t)
	x, w, y := axis(t, p)
	at, _ := p.timeAt(x + w/4)
	p.Wheel(x+w/4, y, 0, -120)
	from, to := p.Window()
	require.Less(t, to-from, p.End()-p.Start())
	p.Layout(1200, 800)
	again, _ := p.timeAt(x + w/4)
	require.InDelta(t, float64(at), float64(again), 1000, "the time under the pointer stays there")
	for range 20 {
		p.Wheel(x+w/4, y, 0, 120)
	}
	from, to = p.Window()
	require.Equal(t, [2]time.Duration{p.Start(), p.End()}, [2]time.Duration{from, to})
}

func TestTheWheelElsewhereIsLeftToThePage(t *testing.T) {
	p := playerOf(t)
	p.Layout(1200, 800)
	before := p.Revision()
	p.Wheel(-5, -5, 0, -120)
	require.Equal(t, before, p.Revision())
	require.False(t, p.OnTimeline(-5, -5))
}

func TestTwoFingersPinchTheTimeline(t *testing.T) {
	p := playerOf(t)
	x, w, y := axis(t, p)
	p.PointerDown(1, x+w*0.4, y)
	p.PointerDown(2, x+w*0.6, y)
	p.PointerMove(2, x+w*0.8, y)
	from, to := p.Window()
	require.InDelta(t, float64(p.End()-p.Start())/2, float64(to-from), float64(100*time.Microsecond))
	p.PointerUp(1, x, y)
	p.PointerUp(2, x, y)
	require.False(t, p.hand.scrubbing)
}

func TestTheZoomedTimelineFollowsThePlayhead(t *testing.T) {
	p := playerOf(t)
	do(t, p, "zoom", "by=8")
	do(t, p, "speed", "value=0.02")
	do(t, p, "play")
	for p.Playing() {
		p.Advance(time.Second / 60)
		from, to := p.Window()
		require.GreaterOrEqual(t, p.Time(), from)
		require.LessOrEqual(t, p.Time(), to)
	}
	do(t, p, "home")
	from, _ := p.Window()
	require.Equal(t, p.Start(), from)
}

func TestTheWindowNeverLeavesTheRun(t *testing.T) {
	p := playerOf(t)
	for range 60 {
		do(t, p, "zoom-in")
	}
	from, to := p.Window()
	require.Equal(t, narrowest, to-from)
	do(t, p, "pan", "by=-900")
	from, _ = p.Window()
	require.Equal(t, p.Start(), from)
	for range 600 {
		do(t, p, "pan", "by=900")
	}
	_, to = p.Window()
	require.Equal(t, p.End(), to)
	do(t, p, "zoom-all")
	require.False(t, p.zoomed())
}
