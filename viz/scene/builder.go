package scene

import (
	"strconv"

	"sunscope/core/story"
	"sunscope/core/time"
	"sunscope/core/trace"
	"sunscope/viz/scene/face"
)

// builder draws one frame into a List.
type builder struct {
	l      *List
	v      *View
	st     *story.State
	story  *story.Story
	log    *trace.Log
	tr     *labels
	now    time.Duration
	origin time.Duration // time of the first event: what people see as 0
	back   bool          // items go into Back
	start  int           // where in buf the text under construction begins
	parts  Parts
	// recording: no event of ours is among the first ones, so that nobody tells what the kernel's events leave out.
	recording bool
	done      float32 // of the glide
	names     float32 // width of the timeline's column of names
	clients   bool    // the timeline's lanes are of several clients
	grain     float32 // least width of what a lane draws
	signed    float32 // where the last packet's way got its sign
	machine   bool    // the server's callback client has a map of its own
	zoom      zoom
}

// Sizes of type. Nothing is smaller than small.
const (
	small = 11
	body  = 12.5
	head  = 12
)

func (b *builder) add(it Item) *Item {
	if it.Alpha == 0 {
		it.Alpha = 255
	}
	if b.back {
		b.l.Back = append(b.l.Back, it)
		return &b.l.Back[len(b.l.Back)-1]
	}
	b.l.Front = append(b.l.Front, it)
	return &b.l.Front[len(b.l.Front)-1]
}

func (b *builder) fill(r box, radius float32, c Color) *Item {
	return b.add(Item{Op: OpRect, X: r.x, Y: r.y, W: r.w, H: r.h, R: radius, Fill: c})
}

func (b *builder) frame(r box, radius float32, fill, stroke Color, width float32) *Item {
	return b.add(Item{Op: OpRect, X: r.x, Y: r.y, W: r.w, H: r.h, R: radius, Fill: fill, Stroke: stroke, Width: width})
}

func (b *builder) line(c Color, width, dash float32, pts ...Point) *Item {
	return b.add(Item{Op: OpLine, Stroke: c, Width: width, Dash: dash, Pts: b.points(pts)})
}

func (b *builder) tri(c Color, p, q, r Point) {
	b.add(Item{Op: OpTri, Fill: c, Pts: b.points([]Point{p, q, r})})
}

// arc is a ring segment in turns, clockwise from the top.
func (b *builder) arc(x, y, radius, width, from, to float32, c Color) *Item {
	return b.add(Item{Op: OpArc, X: x, Y: y, R: radius, Width: width, A0: from, A1: to, Stroke: c})
}

// points copies pts into memory that lives as long as the List. Back keeps its own: it outlives the frame.
func (b *builder) points(pts []Point) []Point {
	if b.back {
		return append([]Point(nil), pts...)
	}
	s := &b.l.scratch
	n := len(s.pts)
	s.pts = append(s.pts, pts...)
	return s.pts[n:len(s.pts):len(s.pts)]
}

// style is a way to set text.
type style struct {
	font  Font
	size  float32
	color Color
	align Align
}

func (t style) in(c Color) style { t.color = c; return t }
func (t style) to(a Align) style { t.align = a; return t }

// text sets a text that is a constant.
func (b *builder) text(x, y float32, t style, s string) float32 {
	b.add(Item{Op: OpText, X: x, Y: y, Fill: t.color, Font: t.font, Size: t.size, Align: t.align, Text: s})
	return face.Advance(t.font, t.size, s)
}

// say begins a text that is put together from parts; s, n, d, … add to it and put or phrase ends it.
func (b *builder) say() *builder { b.start = len(b.l.scratch.buf); return b }

func (b *builder) s(text string) *builder {
	b.l.scratch.buf = append(b.l.scratch.buf, text...)
	return b
}

func (b *builder) n(v int) *builder {
	b.l.scratch.buf = strconv.AppendInt(b.l.scratch.buf, int64(v), 10)
	return b
}

// x adds v as eight hexadecimal digits, as xids are printed.
func (b *builder) x(v uint32) *builder {
	buf := b.l.scratch.buf
	for shift := 28; shift >= 0; shift -= 4 {
		buf = append(buf, "0123456789abcdef"[v>>shift&15])
	}
	b.l.scratch.buf = buf
	return b
}

// d adds a duration in the unit that suits it.
func (b *builder) d(v time.Duration) *builder {
	b.l.scratch.buf = appendDuration(b.l.scratch.buf, v)
	return b
}

// at adds a moment: the time since the story's first event.
func (b *builder) at(t time.Duration) *builder {
	b.l.scratch.buf = appendMillis(b.l.scratch.buf, t-b.origin)
	return b
}

// said is the text under construction.
func (b *builder) said() []byte { return b.l.scratch.buf[b.start:] }

// fit shortens the text under construction to what fits into width.
func (b *builder) fit(t style, width float32) *builder {
	if face.AdvanceBytes(t.font, t.size, b.said()) <= width {
		return b
	}
	n := face.FitBytes(t.font, t.size, b.said(), width-face.Advance(t.font, t.size, "…"))
	b.l.scratch.buf = append(b.l.scratch.buf[:b.start+n], "…"...)
	return b
}

// put sets the text that was put together and returns its width.
func (b *builder) put(x, y float32, t style) float32 {
	w := face.AdvanceBytes(t.font, t.size, b.said())
	b.add(Item{Op: OpText, X: x, Y: y, Fill: t.color, Font: t.font, Size: t.size, Align: t.align})
	where, item := uint8(1), len(b.l.Front)-1
	if b.back {
		where, item = 0, len(b.l.Back)-1
	}
	b.note(where, item)
	return w
}

func (b *builder) note(where uint8, item int) {
	s := &b.l.scratch
	s.fixes = append(s.fixes, fix{where, int32(item), int32(b.start), int32(len(s.buf))})
}

// phrase adds the text that was put together to the text twin.
func (b *builder) phrase(level int, r Ref) {
	b.l.Said = append(b.l.Said, Phrase{Level: level, Ref: r})
	b.note(2, len(b.l.Said)-1)
}

func (b *builder) hit(r box, ref Ref) {
	b.l.Hits = append(b.l.Hits, Hit{r.x, r.y, r.w, r.h, ref})
}

// ring draws the mark of what is selected or pointed at around r.
func (b *builder) ring(r box, radius float32, ref Ref) {
	switch ref {
	case b.v.Selected:
		b.frame(r.inset(-3), radius+3, NoColor, Focus, 2)
	case b.v.Hover:
		b.frame(r.inset(-2), radius+2, NoColor, Hover, 1.5)
	}
}

// middle is the baseline that centres capitals of that size on y.
func middle(y, size float32) float32 { return y + 0.33*size }

func advance(t style, s string) float32 { return face.Advance(t.font, t.size, s) }

func advanceBytes(t style, s []byte) float32 { return face.AdvanceBytes(t.font, t.size, s) }
