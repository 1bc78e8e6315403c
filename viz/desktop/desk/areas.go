package desk

import "sunscope/viz/scene"

// Rect is an area of the window in CSS pixels.
type Rect struct{ X, Y, W, H float32 }

// Contains reports whether a point lies in the area.
func (r Rect) Contains(x, y float32) bool {
	return x >= r.X && y >= r.Y && x < r.X+r.W && y < r.Y+r.H
}

func (r Rect) cutBottom(h float32) (rest, cut Rect) {
	cut = Rect{r.X, r.Y + r.H - h, r.W, h}
	r.H -= h
	return r, cut
}

// Areas are the parts of the window. An area without width is not shown.
type Areas struct {
	Window Rect
	Strip  Rect // menus
	Bar    Rect // controls of playback
	Column Rect // lesson
	Below  Rect // inspector, below the lesson
	Split  Rect // the edge between column and stage, to be dragged
	Find   Rect // the search, above the stage
	Stage  Rect
	// Picture is where the stage's picture lies: in a narrow window it is higher than Stage, which shows a part of it.
	Picture Rect
}

const (
	stripHeight = 32
	barHeight   = 46
	// A window narrower than twoRowsFrom has no room for all controls in a row.
	twoRowsFrom = 640
	// A window narrower than columnFrom has no room for a lesson beside the stage: it goes below.
	columnFrom  = 720
	columnLeast = 240
	columnMost  = 430 // unless the reader drags the edge further
	stageLeast  = 360
	splitWidth  = 7
)

// Resize lays the window out for a size.
func (d *Desk) Resize(w, h float32) {
	bar := float32(barHeight)
	if w < twoRowsFrom {
		bar = 2*barHeight - 6
	}
	top := stripHeight + bar
	a := Areas{Window: Rect{0, 0, w, h}, Strip: Rect{0, 0, w, stripHeight}, Bar: Rect{0, stripHeight, w, bar}}
	rest := Rect{0, top, w, max(0, h-top)}
	lesson, below := !d.lessonHidden, d.inspecting() || d.dock.which != ""
	switch {
	case !lesson && !below:
		a.Stage = rest
	case w >= columnFrom:
		d.beside(&a, rest, lesson, below)
	default:
		a.Stage, a.Column = rest.cutBottom(float32(int(rest.H * 0.42)))
		if below { // one of the two at a time
			a.Below, a.Column = a.Column, Rect{}
		}
	}
	if d.findShown() {
		high := min(d.findHeight(a.Stage.W), a.Stage.H)
		a.Find = Rect{a.Stage.X, a.Stage.Y, a.Stage.W, high}
		a.Stage.Y += high
		a.Stage.H -= high
	}
	d.picture(&a)
	if a != d.areas {
		d.areas = a
		d.touch()
	}
}

// picture gives the stage's picture its room. Where it has less width than a lesson beside it needs, it gets the height that
// it wants, and is scrolled.
func (d *Desk) picture(a *Areas) {
	a.Picture = a.Stage
	if a.Window.W < columnFrom {
		a.Picture.H = max(a.Stage.H, scene.PreferredHeight(a.Stage.W))
	}
	d.pan.at = max(0, min(d.pan.at, a.Picture.H-a.Stage.H))
	a.Picture.Y -= float32(int(d.pan.at))
}

// panMost is how far the stage's picture can be scrolled.
func (d *Desk) panMost() float32 { return max(0, d.areas.Picture.H-d.areas.Stage.H) }

// panBy scrolls the stage's picture; it is false if there is nothing more to be seen there.
func (d *Desk) panBy(dy float32) bool {
	if !d.pan.by(dy, d.panMost()) {
		return false
	}
	d.Resize(d.areas.Window.W, d.areas.Window.H)
	return true
}

// beside divides a wide window: lesson and inspector share a column beside the stage.
func (d *Desk) beside(a *Areas, rest Rect, lesson, below bool) {
	width := d.columnWidth(rest.W)
	column := Rect{0, rest.Y, width, rest.H}
	a.Stage = Rect{width, rest.Y, rest.W - width, rest.H}
	a.Split = Rect{width - splitWidth/2, rest.Y, splitWidth, rest.H}
	switch {
	case lesson && below:
		a.Column, a.Below = column.cutBottom(float32(int(column.H * 0.5)))
	case lesson:
		a.Column = column
	default:
		a.Below = column
	}
}

// columnWidth is the width of the column in a window: what the reader chose, as far as there is room.
func (d *Desk) columnWidth(w float32) float32 {
	width := max(300, min(w*0.295, columnMost))
	if d.split > 0 {
		width = d.split
	}
	return float32(int(max(columnLeast, min(width, w-stageLeast))))
}

// setSplit lets the column end at x; 0 is the usual place.
func (d *Desk) setSplit(x float32) {
	if x > 0 {
		x = max(columnLeast, min(x, d.areas.Window.W-stageLeast))
	}
	if d.split != x {
		d.split = x
		d.touch()
		d.Resize(d.areas.Window.W, d.areas.Window.H)
	}
}

// Areas are the parts of the window as they were laid out last.
func (d *Desk) Areas() Areas { return d.areas }
