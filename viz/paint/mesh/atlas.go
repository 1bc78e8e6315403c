package mesh

import "image"

// Sizes of the atlas in texels. It grows by doubling; one that is full at maxSize forgets everything and starts again,
// which happens when somebody zooms through dozens of sizes, not while a picture plays.
const (
	firstSize = 512
	maxSize   = 4096
	gap       = 1
)

// Atlas is the one picture that all triangles take their coverage from: a byte of alpha a texel.
type Atlas struct {
	w, h    int
	limit   int // of both; maxSize except in tests
	pix     []byte
	shelves []shelf
	bottom  int // where the next shelf begins
	dirty   image.Rectangle
	full    bool // something did not fit since the last reset

	white   slot
	masks   map[maskKey]slot
	strikes []*strike
}

// slot is a rectangle of the atlas; one of zero width draws nothing.
type slot struct{ x, y, w, h int16 }

// shelf is a row of slots of about the same height.
type shelf struct{ y, h, used int }

// Size is the size in texels.
func (a *Atlas) Size() (w, h int) { return a.w, a.h }

// Pix is the coverage of all texels, row by row.
func (a *Atlas) Pix() []byte { return a.pix }

// TakeDirty is the part that changed since it was last asked for; empty if nothing did.
func (a *Atlas) TakeDirty() image.Rectangle {
	d := a.dirty
	a.dirty = image.Rectangle{}
	return d
}

// reset forgets everything but the size.
func (a *Atlas) reset() {
	if a.limit == 0 {
		a.limit = maxSize
	}
	if a.w == 0 {
		a.w, a.h = min(firstSize, a.limit), min(firstSize, a.limit)
		a.pix = make([]byte, a.w*a.h)
	}
	clear(a.pix)
	a.shelves, a.bottom, a.full = a.shelves[:0], gap, false
	a.masks = map[maskKey]slot{}
	a.strikes = nil
	a.dirty = image.Rect(0, 0, a.w, a.h)
	const n = 3 // sampled in its middle
	a.white = a.place(n, n)
	a.fill(a.white, func(int, int) byte { return 255 })
}

// place finds room for w×h texels and a gap. Without room the slot is empty and the atlas is full.
func (a *Atlas) place(w, h int) slot {
	for {
		if s, ok := a.tryPlace(w+gap, h+gap); ok {
			return slot{int16(s.X), int16(s.Y), int16(w), int16(h)}
		}
		if !a.grow() {
			a.full = true
			return slot{}
		}
	}
}

func (a *Atlas) tryPlace(w, h int) (image.Point, bool) {
	best := -1
	for i := range a.shelves {
		s := &a.shelves[i]
		if s.h >= h && s.h <= h+h/2+4 && a.w-s.used >= w && (best < 0 || s.h < a.shelves[best].h) {
			best = i
		}
	}
	if best < 0 {
		tall := (h + 3) &^ 3
		if a.bottom+tall > a.h || gap+w > a.w {
			return image.Point{}, false
		}
		a.shelves = append(a.shelves, shelf{a.bottom, tall, gap})
		a.bottom += tall
		best = len(a.shelves) - 1
	}
	s := &a.shelves[best]
	s.used += w
	return image.Pt(s.used-w, s.y), true
}

// grow doubles the smaller side. What is placed stays where it is.
func (a *Atlas) grow() bool {
	w, h := a.w, a.h
	if h <= w {
		h *= 2
	} else {
		w *= 2
	}
	if w > a.limit || h > a.limit {
		return false
	}
	pix := make([]byte, w*h)
	for y := range a.h {
		copy(pix[y*w:], a.pix[y*a.w:(y+1)*a.w])
	}
	a.w, a.h, a.pix = w, h, pix
	a.dirty = image.Rect(0, 0, w, h)
	return true
}

// fill writes the texels of s.
func (a *Atlas) fill(s slot, at func(x, y int) byte) {
	if s.w == 0 {
		return
	}
	for y := range int(s.h) {
		row := a.pix[(int(s.y)+y)*a.w+int(s.x):]
		for x := range int(s.w) {
			row[x] = at(x, y)
		}
	}
	a.dirty = a.dirty.Union(image.Rect(int(s.x), int(s.y), int(s.x+s.w), int(s.y+s.h)))
}
