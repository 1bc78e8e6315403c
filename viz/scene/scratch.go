package scene

import (
	"unsafe"

	"sunscope/core/story"
)

// scratch is memory that a List brings along from one frame to the next.
type scratch struct {
	b       builder
	buf     []byte    // all text of this frame that was put together from parts
	text    string    // the same as a string; kept if the next frame says the same
	spare   [2][]byte // memory of the texts before the last one: nobody reads them any more
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

// fix notes that a Text still lies in buf. Strings are cut from all of it at the end of the frame, so that a frame's many
// little numbers cost nothing.
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
		s.convert()
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

// convert makes buf the text of this frame, without a copy: buf becomes the string's memory and is written to again when
// two further frames have had texts of their own, for the strings of the frame before must stay. What stays on the
// background lasts longer, and is copied.
func (s *scratch) convert() {
	for i := range s.fixes {
		if s.fixes[i].where == 0 {
			s.text = string(s.buf)
			return
		}
	}
	s.text = unsafe.String(unsafe.SliceData(s.buf), len(s.buf))
	s.buf, s.spare[0], s.spare[1] = s.spare[0], s.spare[1], s.buf
}
