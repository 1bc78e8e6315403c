package scene

import "sunscope/core/story"

// scratch is memory that a List brings along from one frame to the next.
type scratch struct {
	b       builder
	buf     []byte // all text of this frame that was put together from parts
	text    string // the same as a string, made once a frame; kept if the next frame says the same
	fixes   []fix
	pts     []Point
	tasks   []int32 // indexes into State.Tasks, for sorting
	rows    []int32
	boxes   []box
	bundles []bundle
	lit     []lit // edges of the map
	taken   story.Taken
	view    View
	backW   float32
	locks   []int32 // indexes into LockLanes
	steps   []Point // of the overview's line
	over    overview
}

// fix notes that a Text still lies in buf. Strings are cut from one conversion at the end of the frame, so that a
// frame's many little numbers cost one allocation.
type fix struct {
	where uint8 // 0 Back, 1 Front, 2 Said
	item  int32
	a, b  int32
}

type box struct{ x, y, w, h float32 }

func (r box) right() float32  { return r.x + r.w }
func (r box) bottom() float32 { return r.y + r.h }
func (r box) midX() float32   { return r.x + r.w/2 }
func (r box) midY() float32   { return r.y + r.h/2 }
func (r box) empty() bool     { return r.w <= 0 || r.h <= 0 }

// inset is r without a margin of d on all sides.
func (r box) inset(d float32) box { return box{r.x + d, r.y + d, r.w - 2*d, r.h - 2*d} }

// cutTop takes h off the top of r.
func (r *box) cutTop(h float32) box {
	top := box{r.x, r.y, r.w, h}
	r.y += h
	r.h -= h
	return top
}

// cutBottom takes h off the bottom of r.
func (r *box) cutBottom(h float32) box {
	r.h -= h
	return box{r.x, r.y + r.h, r.w, h}
}

// cutLeft takes w off the left of r.
func (r *box) cutLeft(w float32) box {
	left := box{r.x, r.y, w, r.h}
	r.x += w
	r.w -= w
	return left
}

// resolve gives every noted item its text.
func (l *List) resolve() {
	s := &l.scratch
	if string(s.buf) != s.text {
		s.text = string(s.buf)
	}
	for _, f := range s.fixes {
		t := s.text[f.a:f.b]
		switch f.where {
		case 0:
			l.Back[f.item].Text = t
		case 1:
			l.Front[f.item].Text = t
		default:
			l.Said[f.item].Text = t
		}
	}
}
