package stage

import (
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"sunscope/core/story"
	"sunscope/core/time"
	"sunscope/viz/scene"
)

// areaOf is where the picture has an area of the timeline.
func areaOf(t *testing.T, p *Player, k scene.RefKind) scene.Hit {
	t.Helper()
	for _, h := range p.Layout(1200, 900).Hits {
		if h.Ref.Kind == k {
			return h
		}
	}
	require.Fail(t, "no such area", "%d", k)
	return scene.Hit{}
}

func (p *Player) drag(x0, y0, x1, y1 float32) {
	p.PointerDown(1, x0, y0)
	p.PointerMove(1, (x0+x1)/2, (y0+y1)/2)
	p.PointerMove(1, x1, y1)
	p.PointerUp(1, x1, y1)
	p.Layout(1200, 900)
}

// nearly compares two times of a run to a hundredth of it.
func nearly(t *testing.T, p *Player, want, got time.Duration) {
	t.Helper()
	require.InDelta(t, float64(want), float64(got), float64(p.End()-p.Start())/100)
}

func TestADragAcrossTheOverviewMakesAWindowAndItsFrameCanBeMovedAndResized(t *testing.T) {
	p := recorded(t)
	do(t, p, "zoom-all")
	o := areaOf(t, p, scene.RefOverview)
	at := func(part float32) float32 { return o.X + part*o.W }
	when := func(part float64) time.Duration {
		return p.Start() + time.Duration(part*float64(p.End()-p.Start()))
	}
	y := o.Y + o.H/2
	p.drag(at(0.2), y, at(0.4), y)
	from, to := p.Window()
	nearly(t, p, when(0.2), from)
	nearly(t, p, when(0.4), to)
	p.drag(at(0.3), y, at(0.5), y)
	from, to = p.Window()
	nearly(t, p, when(0.4), from)
	nearly(t, p, when(0.6), to)
	p.drag(at(0.6), y, at(0.8), y)
	from, to = p.Window()
	nearly(t, p, when(0.4), from)
	nearly(t, p, when(0.8), to)
	p.drag(at(0.4), y, at(0.1), y)
	from, _ = p.Window()
	nearly(t, p, when(0.1), from)
	require.Equal(t, -1, p.Instant(), "the playhead stayed where it was")
}

func TestAClickOnTheOverviewGoesThereAndTwoShowTheWholeRun(t *testing.T) {
	p := recorded(t)
	o := areaOf(t, p, scene.RefOverview)
	x, y := o.X+o.W*0.7, o.Y+o.H/2
	click := func() {
		p.PointerDown(1, x, y)
		p.PointerUp(1, x, y)
		p.Layout(1200, 900)
	}
	require.True(t, p.zoomed())
	click()
	nearly(t, p, p.Start()+(p.End()-p.Start())*7/10, p.Time())
	require.True(t, p.zoomed())
	click()
	require.False(t, p.zoomed())
	p.Advance(time.Second / 20)
	do(t, p, "zoom", "by=4")
	for range 12 {
		p.Advance(time.Second / 20)
	}
	click()
	require.True(t, p.zoomed(), "too late for a double click")
}

func TestTheWindowStaysWhereTheReaderPutItUntilSomethingMovesThePlayhead(t *testing.T) {
	p := recorded(t)
	do(t, p, "play")
	from, to := p.Window()
	far := p.Start() + 9*time.Second
	do(t, p, "window", "from="+strconv.Itoa(int(far)), "to="+strconv.Itoa(int(far+time.Second/2)))
	p.Advance(time.Second / 60)
	now, _ := p.Window()
	require.Equal(t, far, now, "playing on does not take it back")
	do(t, p, "step")
	now, _ = p.Window()
	require.LessOrEqual(t, now, to)
	require.Less(t, p.Time()-from, to)
}

func TestZoomSelectionFitsATask(t *testing.T) {
	p := recorded(t)
	do(t, p, "select", "kind=state", "name=call_bind")
	require.ErrorContains(t, p.Do("zoom-selection", nil), "select a task")
	l := p.Story().Lanes()[40]
	p.Select(scene.Ref{Kind: scene.RefTask, Num: int64(l.Task)})
	do(t, p, "zoom-selection")
	from, to := p.Window()
	require.Less(t, from, l.Start)
	require.Greater(t, to, l.End)
	require.Less(t, to-from, (l.End-l.Start)*5/4)
	shown := false
	for _, h := range p.Layout(1200, 900).Hits {
		shown = shown || h.Ref == p.Selected() && h.H < 30 && h.Y > 500
	}
	require.True(t, shown, "its lane is on the picture")
}

func TestADoubleClickOnALanesNameZoomsToIt(t *testing.T) {
	p := recorded(t)
	do(t, p, "seek", "instant=9000")
	names := areaOf(t, p, scene.RefLanes)
	var row scene.Hit
	for _, h := range p.Layout(1200, 900).Hits {
		if h.Ref.Kind == scene.RefTask && h.X == names.X && h.Y >= names.Y {
			row = h
			break
		}
	}
	for range 2 {
		p.PointerDown(1, row.X+5, row.Y+row.H/2)
		p.PointerUp(1, row.X+5, row.Y+row.H/2)
	}
	require.Equal(t, row.Ref, p.Selected())
	from, to := p.Window()
	l := p.Story().Lane(story.TaskID(row.Ref.Num))
	require.LessOrEqual(t, from, l.Start)
	require.GreaterOrEqual(t, to, l.End)
}

func TestMarkersAreGoneToInOrderAndByKind(t *testing.T) {
	p := recorded(t)
	marks := p.Story().Markers()
	require.NotEmpty(t, marks)
	nothing := func(cmd, where string) {
		p.Notes()
		do(t, p, cmd)
		require.Contains(t, p.Notes()[0].Why, where)
	}
	nothing("prev-marker", "before this moment")
	do(t, p, "next-marker")
	require.Equal(t, int(marks[0].Ord), p.Instant())
	for range marks[1:] {
		require.NoError(t, p.Key("m"))
	}
	require.Equal(t, int(marks[len(marks)-1].Ord), p.Instant())
	nothing("next-marker", "after this moment")
	require.NoError(t, p.Key("M"))
	require.Equal(t, int(marks[len(marks)-2].Ord), p.Instant())
	do(t, p, "home")
	do(t, p, "next-marker", "kind=connect")
	require.Equal(t, "rpc_socket_state_change", p.log().KindAt(p.Instant()).String())
	require.ErrorContains(t, p.Do("next-marker", Args{"kind": "earthquake"}), `kind="earthquake": expected some of fault,error`)
}

func TestAClickOnAMarkerGoesThereAndSaysWhatItIs(t *testing.T) {
	p := recorded(t)
	do(t, p, "zoom-all")
	x, y := spot(t, p, kind(scene.RefMarker))
	p.PointerDown(1, x, y)
	p.PointerUp(1, x, y)
	require.Equal(t, scene.RefMarker, p.Selected().Kind)
	require.Equal(t, int(p.Selected().Num), p.Instant())
	require.NotEmpty(t, p.Inspection().Rows)
}

func TestLanesScrollByKeysWheelAndDragAndStopAtTheEnds(t *testing.T) {
	p := recorded(t)
	do(t, p, "zoom-all")
	names := areaOf(t, p, scene.RefLanes)
	top := func() story.TaskID { first, _ := p.Layout(1200, 900).LaneRows(); return first }
	was := top()
	require.NoError(t, p.Key("ArrowDown"))
	require.Equal(t, was+1, top())
	require.NoError(t, p.Key("ArrowUp"))
	require.Equal(t, was, top())
	p.Wheel(names.X+5, names.Y+5, 0, 120)
	require.Equal(t, was+3, top())
	require.True(t, p.OnTimeline(names.X+5, names.Y+5), "the page does not scroll")
	p.drag(names.X+5, names.Y+names.H-3, names.X+5, names.Y+3)
	require.Greater(t, top(), was+5)
	p.scrollLanes(-1000)
	require.Equal(t, story.TaskID(1), top())
	p.scrollLanes(1000)
	_, shown := p.Layout(1200, 900).LaneRows()
	require.Equal(t, story.TaskID(len(p.Story().Lanes())-shown+1), top())
	do(t, p, "lane", "task=7")
	require.Equal(t, story.TaskID(7), top())
	do(t, p, "zoom-all")
	require.Zero(t, p.view.Top)
}

func TestADragThatBeginsOnAPacketScrubs(t *testing.T) {
	p := recorded(t)
	do(t, p, "seek", "instant=9000")
	line := areaOf(t, p, scene.RefTimeline)
	for _, h := range p.Layout(1200, 900).Hits {
		if h.Ref.Kind != scene.RefPacket || h.Y < line.Y {
			continue
		}
		x, y := h.X+h.W/2, h.Y+h.H/2
		if p.hitAt(x, y) != h.Ref {
			continue
		}
		p.drag(x, y, line.X+line.W/4, y)
		from, to := p.Window()
		nearly(t, p, from+(to-from)/4, p.Time())
		require.Zero(t, p.Selected())
		return
	}
	require.Fail(t, "no packet on the timeline")
}

func TestThePointerShowsWhatItWouldTakeHoldOf(t *testing.T) {
	p := recorded(t)
	do(t, p, "zoom-all")
	o := areaOf(t, p, scene.RefOverview)
	y := o.Y + o.H/2
	p.drag(o.X+o.W*0.2, y, o.X+o.W*0.4, y)
	require.Equal(t, CursorEdge, p.CursorAt(o.X+o.W*0.2, y))
	require.Equal(t, CursorEdge, p.CursorAt(o.X+o.W*0.4, y))
	require.Equal(t, CursorMove, p.CursorAt(o.X+o.W*0.3, y))
	require.Equal(t, CursorPress, p.CursorAt(o.X+o.W*0.7, y))
	require.Equal(t, CursorPlain, p.CursorAt(-5, -5))
}

func TestTheMenuOfAThingOnTheTimelineShowsAllOfIt(t *testing.T) {
	p := recorded(t)
	l := p.Story().Lanes()[40]
	for _, e := range p.Menu(scene.Ref{Kind: scene.RefTask, Num: int64(l.Task)}) {
		if e.Cmd == "zoom-selection" {
			require.NoError(t, p.Do(e.Cmd, e.Args))
			from, to := p.Window()
			require.Less(t, from, l.Start)
			require.Greater(t, to, l.End)
			require.Zero(t, p.Selected(), "what is selected stays")
			return
		}
	}
	require.Fail(t, "the menu has no such line")
}

func TestAMenuOnTheOverviewIsThatOfTheMomentThere(t *testing.T) {
	p := recorded(t)
	o := areaOf(t, p, scene.RefOverview)
	p.OpenMenuAt(o.X+o.W/2, o.Y+o.H/2)
	open, ref, _, _ := p.MenuOpen()
	require.True(t, open)
	require.Equal(t, scene.RefTimeline, ref.Kind)
	nearly(t, p, p.Start()+(p.End()-p.Start())/2, p.log().TimeAt(int(ref.Num)))
}

func TestTwoFingersOnTheTimesBelowPinchAndTakeTheWindowAlong(t *testing.T) {
	p := recorded(t)
	do(t, p, "zoom-all")
	a := areaOf(t, p, scene.RefAxis)
	y := a.Y + a.H/2
	p.PointerDown(1, a.X+a.W*0.4, y)
	p.PointerDown(2, a.X+a.W*0.6, y)
	p.PointerMove(2, a.X+a.W*0.8, y)
	p.Layout(1200, 900)
	from, to := p.Window()
	nearly(t, p, (p.End()-p.Start())/2, to-from)
	p.PointerMove(1, a.X+a.W*0.3, y)
	p.PointerMove(2, a.X+a.W*0.7, y)
	p.Layout(1200, 900)
	later, _ := p.Window()
	require.Greater(t, later, from, "both fingers went left: what comes next is shown")
	p.PointerUp(1, a.X, y)
	p.PointerUp(2, a.X, y)
	require.Equal(t, gripNone, p.line.grip)
}

func TestASavedMomentKeepsTheWindowAndTheLanes(t *testing.T) {
	p := recorded(t)
	do(t, p, "zoom-all")
	do(t, p, "lane", "task=40")
	moment := p.Snapshot()
	do(t, p, "zoom-all")
	require.NoError(t, p.Restore(moment))
	top, _ := p.Layout(1200, 900).LaneRows()
	require.Equal(t, story.TaskID(40), top)
	require.ErrorContains(t, p.Restore(strings.Replace(moment, "0,0,40", "0,0,x", 1)), "window")
	require.ErrorContains(t, p.Restore(strings.Replace(moment, "0,0,40", "0,0,-1", 1)), "window")
}
