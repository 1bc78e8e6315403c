package stage

import (
	"slices"
	"strconv"

	"sunscope/viz/scene"
)

// zooming adds what the timeline can do with the menu's thing.
func (m *menuList) zooming() {
	p, r := m.p, m.ref
	switch r.Kind {
	case scene.RefTimeline:
		if r.Num >= 0 && int(r.Num) < p.story.Len() {
			m.add("zoom", Args{"by": "4", "time": strconv.FormatInt(int64(p.log().TimeAt(int(r.Num))), 10)}, "a closer look here", "在这里放大")
		}
		if p.zoomed() {
			m.add("zoom-all", nil, "the whole run", "整个运行")
		}
		return
	case scene.RefMarker:
		m.add("seek", Args{"instant": strconv.FormatInt(r.Num, 10)}, "go there", "到那里")
	}
	if _, _, ok := p.extentOf(r); ok {
		m.add("zoom-selection", refArgs(r), "fit the timeline to it", "时间线缩放到它")
	}
	if r.Kind == scene.RefTask {
		m.add("lane", Args{"task": strconv.FormatInt(r.Num, 10)}, "put its lane on top", "把它的行放到最上面")
	}
}

// atMoment turns an area of the timeline into the moment under a point of it.
func (p *Player) atMoment(r scene.Ref, x float32) scene.Ref {
	switch r.Kind {
	case scene.RefOverview:
		return scene.Ref{Kind: scene.RefTimeline, Num: int64(p.story.OrdinalAt(p.overTime(x)))}
	case scene.RefTimeline, scene.RefAxis:
		if t, ok := p.timeAt(x); ok {
			return scene.Ref{Kind: scene.RefTimeline, Num: int64(p.story.OrdinalAt(t))}
		}
	case scene.RefLanes:
		return scene.Ref{Kind: scene.RefTimeline, Num: int64(p.instant)}
	}
	return r
}

// doZoomSelection makes the window fit what is selected, or the thing that the arguments name.
func doZoomSelection(p *Player, a Args) error {
	i := slices.Index(kindNames[:], a["kind"])
	if a["kind"] == "" || i <= 0 {
		return p.zoomSelection()
	}
	n, err := strconv.ParseInt(a["num"], 10, 64)
	if err != nil {
		return expected("zoom-selection", "num", a["num"], "a whole number")
	}
	return p.zoomTo(scene.Ref{Kind: scene.RefKind(i), Num: n})
}

// Cursor is what a pointer should look like at a point of the picture.
type Cursor uint8

// The cursors: the usual one, that of things which can be pressed, that of edges which can be moved to the sides, and
// that of what can be moved along.
const (
	CursorPlain Cursor = iota
	CursorPress
	CursorEdge
	CursorMove
)

// CursorAt is the cursor at a point.
func (p *Player) CursorAt(x, y float32) Cursor {
	g := p.line.grip
	if h := p.lineHit(x, y); g == gripNone && h != nil && h.Ref.Kind == scene.RefOverview {
		from, to := p.line.from, p.line.to
		p.line.from, p.line.to = p.Window()
		g = p.gripOver(h, x)
		p.line.from, p.line.to = from, to
	}
	switch {
	case g == gripFrom || g == gripTo:
		return CursorEdge
	case g == gripWindow || g == gripAxis || g == gripLanes:
		return CursorMove
	case p.view.Hover.Kind != scene.RefNone || p.OnTimeline(x, y):
		return CursorPress
	}
	return CursorPlain
}
