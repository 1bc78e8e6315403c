package desk

// Rect is an area of the window in CSS pixels.
type Rect struct{ X, Y, W, H float32 }

// Contains reports whether a point lies in the area.
func (r Rect) Contains(x, y float32) bool {
	return x >= r.X && y >= r.Y && x < r.X+r.W && y < r.Y+r.H
}

// Areas are the parts of the window. An area without width is not shown.
type Areas struct {
	Window Rect
	Bar    Rect // controls
	Column Rect // lesson
	Below  Rect // inspector, below the lesson
	Stage  Rect
}

const (
	barHeight = 48
	// A window narrower than columnFrom has no room for a lesson beside the stage.
	columnFrom  = 720
	columnLeast = 300
	columnMost  = 430
)

// Resize lays the window out for a size.
func (d *Desk) Resize(w, h float32) {
	column := float32(0)
	if w >= columnFrom {
		column = float32(int(max(columnLeast, min(w*0.295, columnMost))))
	}
	a := Areas{
		Window: Rect{0, 0, w, h},
		Bar:    Rect{0, 0, w, barHeight},
		Column: Rect{0, barHeight, column, max(0, h-barHeight)},
		Stage:  Rect{column, barHeight, w - column, max(0, h-barHeight)},
	}
	if d.inspecting() {
		if column == 0 { // then it takes the lower part of the stage
			below := a.Stage.H * 0.4
			a.Stage.H -= below
			a.Below = Rect{0, a.Stage.Y + a.Stage.H, w, below}
		} else {
			below := float32(int(a.Column.H * 0.5))
			a.Column.H -= below
			a.Below = Rect{0, a.Column.Y + a.Column.H, column, below}
		}
	}
	if a != d.areas {
		d.areas = a
		d.touch()
	}
}

// Areas are the parts of the window as they were laid out last.
func (d *Desk) Areas() Areas { return d.areas }
