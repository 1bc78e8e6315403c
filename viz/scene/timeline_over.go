package scene

import (
	"math"

	"sunscope/core/story"
	"sunscope/core/time"
)

// overColumn is how many pixels a column of the overview has.
const overColumn = 2

// overview is the whole run in columns, kept from frame to frame: it changes only with the run and the width.
type overview struct {
	story    *story.Story
	len      int
	w        float32
	cols     []overCol
	most     int // events in the fullest column
	mostLive int
}

type overCol struct{ events, live int32 }

// overCols are the run's columns for that width.
func (b *builder) overCols(w float32, from, to time.Duration) *overview {
	o := &b.l.scratch.over
	if o.story == b.story && o.len == b.story.Len() && o.w == w {
		return o
	}
	*o = overview{b.story, b.story.Len(), w, o.cols[:0], 1, 1}
	n := max(1, int(w/overColumn))
	was := 0
	for i := range n {
		next := o.len
		if i < n-1 {
			next = b.story.OrdinalAt(from+time.Duration(float64(to-from)*float64(i+1)/float64(n))) + 1
		}
		c := overCol{int32(next - was), int32(b.story.MostLive(was, max(next, was+1)))}
		o.cols = append(o.cols, c)
		o.most, o.mostLive = max(o.most, int(c.events)), max(o.mostLive, int(c.live))
		was = next
	}
	return o
}

// overview draws the whole run as a strip: how much happened, how many tasks were alive, the marked moments, and as a
// frame the piece that the timeline below shows.
func (b *builder) overview(r box, w *window) {
	if r.empty() {
		return
	}
	all := window{plot: r}
	all.from, all.to = b.span0()
	b.text(r.x-b.names, middle(r.midY(), small), faint, b.tr.overview)
	b.fill(r, 3, Inset)
	told := b.told(&all)
	o := b.overCols(r.w, all.from, all.to)
	known := min(len(o.cols), int(math.Ceil(float64(told.plot.w/overColumn))))
	b.overEvents(o, r, known)
	b.overLive(o, r, known)
	if told.to < all.to {
		b.text((told.plot.right()+r.right())/2, middle(r.midY(), 14), style{SansBold, 14, InkFaint, Center}, "?")
	}
	b.overFrame(&all, w, r)
	b.overMarks(&told, r)
	if x := all.x(b.now); x >= r.x-1 && x <= r.right()+1 {
		b.line(Playhead, 1.5, 0, Point{x, r.y - 1}, Point{x, r.bottom() + 1})
	}
	b.hit(box{r.x - 4, r.y - 3, r.w + 8, r.h + 6}, Ref{Kind: RefOverview})
}

// overEvents draws the density of events as bars; neighbours of one height are one bar.
func (b *builder) overEvents(o *overview, r box, known int) {
	height := func(i int) int {
		return int(math.Ceil(float64(r.h-5) * math.Sqrt(float64(o.cols[i].events)/float64(o.most))))
	}
	for i := 0; i < known; {
		j, h := i+1, height(i)
		for j < known && height(j) == h {
			j++
		}
		if h > 0 {
			b.fill(box{r.x + float32(i)*overColumn, r.bottom() - float32(h), float32(j-i) * overColumn, float32(h)}, 0, LaneReady).Alpha = 150
		}
		i = j
	}
}

// overLive draws how many tasks were alive as a line of steps.
func (b *builder) overLive(o *overview, r box, known int) {
	pts := b.l.scratch.steps[:0]
	was := float32(-1)
	for i := range known {
		y := r.bottom() - 1 - (r.h-4)*float32(o.cols[i].live)/float32(o.mostLive)
		if y == was && i < known-1 {
			continue
		}
		x := r.x + float32(i)*overColumn
		if was >= 0 {
			pts = append(pts, Point{x, was})
		}
		pts = append(pts, Point{x, y})
		was = y
	}
	if b.l.scratch.steps = pts; len(pts) > 1 {
		b.line(CallText, 1, 0, pts...)
	}
}

func (b *builder) overMarks(w *window, r box) {
	marks := b.story.Markers()
	for i := 0; i < len(marks) && marks[i].Time <= w.to; {
		n, next := b.bunchFrom(w, i, 7, false)
		b.glyph(markGlyphs[n.kind], n.x, r.y+4, 3)
		i = next
	}
	found := b.v.Found
	for i := 0; i < len(found); {
		t := b.log.TimeAt(int(found[i]))
		if t > w.to {
			return
		}
		x := w.x(t)
		b.fill(box{x - 0.75, r.bottom() - 6, 1.5, 6}, 0, Playhead)
		i = max(i+1, b.foundAt(w.timeAt(x+2)))
	}
}

// overFrame draws the window as a frame with two handles, and veils what is outside of it.
func (b *builder) overFrame(all, w *window, r box) {
	x0, x1 := max(r.x, all.x(w.from)), min(r.right(), all.x(w.to))
	if x1-x0 < 4 { // never so small that it cannot be seen
		mid := max(r.x+2, min((x0+x1)/2, r.right()-2))
		x0, x1 = mid-2, mid+2
	}
	b.fill(box{r.x, r.y, x0 - r.x, r.h}, 0, Panel).Alpha = 150
	b.fill(box{x1, r.y, r.right() - x1, r.h}, 0, Panel).Alpha = 150
	edge := InkFaint
	if b.v.Hover.Kind == RefOverview {
		edge = Ink
	}
	b.frame(box{x0, r.y, x1 - x0, r.h}, 2, NoColor, edge, 1.25)
	for _, x := range [...]float32{x0, x1} {
		b.fill(box{x - 2, r.midY() - 5, 4, 10}, 2, edge)
	}
}
