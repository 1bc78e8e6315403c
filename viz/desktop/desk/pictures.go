package desk

import (
	"sunscope/viz/prose"
	"sunscope/viz/scene"
)

// Picture is a list with its place in the window.
type Picture struct {
	At   Rect
	List *scene.List
	Same bool // as when it was last asked for, and nothing was drawn over it since
}

// drawn is what the window shows.
type drawn struct {
	redraw, player uint64
	column         columnKey
	over           bool // something lay on top
}

// columnKey is everything that the lesson's picture depends on.
type columnKey struct {
	page   *prose.Page
	told   uint64
	scroll float32
	hover  scene.Ref
	at     Rect
	theme  string
}

// Dirty reports whether anything changed since Pictures was last asked for. While it did not, nothing need be drawn.
func (d *Desk) Dirty() bool {
	return d.drawn.redraw != d.redraw || d.drawn.player != d.Player.Revision()
}

// Redraw makes everything dirty: the window lost what was on it.
func (d *Desk) Redraw() {
	d.drawn.column = columnKey{}
	d.touch()
}

// Pictures lays everything out: what surrounds the stage, and what lies on top of it all, or a nil List.
// The lists are valid until the next call.
func (d *Desk) Pictures() (around []Picture, over Picture) {
	d.Resize(d.areas.Window.W, d.areas.Window.H) // the inspector may have come or gone
	d.drawn.redraw, d.drawn.player = d.redraw, d.Player.Revision()
	around = append(around, Picture{At: d.areas.Strip, List: d.layStrip()}, Picture{At: d.areas.Bar, List: d.layBar()})
	if d.areas.Column.W > 0 {
		around = append(around, d.layColumn())
	}
	if d.areas.Below.W > 0 {
		around = append(around, Picture{At: d.areas.Below, List: d.layLower()})
	}
	d.laySplit()
	l := d.layOver()
	d.drawn.over = len(l.Front) > 0
	if d.drawn.over {
		over = Picture{At: d.areas.Window, List: l}
	}
	return around, over
}

func (d *Desk) layColumn() Picture {
	v := d.lessonView()
	key := columnKey{d.page, d.told, v.Scroll, scene.Ref{}, d.areas.Column, d.Player.ThemeName()}
	if d.areas.Column.Contains(d.hover.x, d.hover.y) && !d.modal() {
		key.hover = d.hover.ref
	}
	v.Hover = key.hover
	same := key == d.drawn.column && !d.drawn.over
	d.drawn.column = key
	page := d.page.Layout(v)
	s := d.begin(&d.column, d.areas.Column)
	s.fill(Rect{0, 0, d.areas.Column.W, d.areas.Column.H}, scene.Panel)
	d.column.Front = append(d.column.Front, page.Front...)
	d.column.Hits = append(d.column.Hits, page.Hits...)
	s.line(scene.PanelEdge, 1, pt(d.areas.Column.W-0.5, 0), pt(d.areas.Column.W-0.5, d.areas.Column.H))
	s.scrollMark(d.areas.Column, v.Scroll, d.lessonMost())
	return Picture{At: d.areas.Column, List: &d.column, Same: same}
}

// laySplit makes the edge between column and stage answer to the pointer.
func (d *Desk) laySplit() {
	s := d.begin(&d.edge, d.areas.Window)
	if d.areas.Split.W > 0 {
		s.hit(d.areas.Split, act("split"))
	}
}

// scrollMark shows at the right edge which part of a column is seen.
func (s *sheet) scrollMark(r Rect, at, most float32) {
	if most <= 0 {
		return
	}
	track := r.H - 8
	h := max(24, track*r.H/(r.H+most))
	y := 4 + (track-h)*at/most
	s.add(scene.Item{Op: scene.OpRect, X: r.W - 9, Y: y, W: 5, H: h, R: 2.5, Fill: scene.InkFaint, Alpha: 110})
}
