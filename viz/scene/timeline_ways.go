package scene

import (
	"math/bits"

	"sunscope/core/story"
)

const (
	wayLeast = 2  // packets that set out within so many pixels are drawn as one
	wayBack  = 64 // of those that set out before the window, as many are looked at
)

// wayRows draws the packets: each a line from where it sets out to where it arrives, down to the server in one row and
// up to the client in the other.
func (b *builder) wayRows(w *window, p *linePlan) {
	names := [2]string{b.tr.toServer, b.tr.toClient}
	for dir, r := range p.ways {
		if r.empty() {
			continue
		}
		b.text(r.x-b.names, middle(r.midY(), small), faint, names[dir])
		b.line(PanelEdge, 1, 0, Point{r.x, r.bottom() - 0.5}, Point{r.right(), r.bottom() - 0.5})
		told := b.told(w)
		b.ways(&told, r, b.story.Ways(story.Direction(dir)))
	}
}

func (b *builder) ways(w *window, r box, ways story.Ways) {
	b.signed = w.plot.x - 100
	first := ways.From(w.from)
	for i := max(0, first-wayBack); i < first; i++ {
		if s := ways.At(i); s.End > w.from {
			b.way(w, r, s)
		}
	}
	for i := first; i < ways.Len(); {
		s := ways.At(i)
		if s.Start >= w.to {
			return
		}
		j := i + 1
		if end := w.timeAt(w.x(s.Start) + wayLeast); j < ways.Len() && ways.At(j).Start < end {
			j = max(j, ways.From(min(end, w.to)))
			top := bits.Len16(ways.Kinds(i, j)) - 1
			s = ways.At(ways.First(i, 1<<top))
		}
		b.way(w, r, s)
		i = j
	}
}

var wireHues = [story.WireKinds]Color{
	story.WireHandshake: InkDim, story.WireReply: ReplyText, story.WireCall: CallText, story.WireCallback: Callback,
	story.WireRetrans: RetransText, story.WireReset: TroubleText,
}

// way draws one packet's way: dashed if nobody saw the packet, with a cross at its end if it was lost.
func (b *builder) way(w *window, r box, s *story.WireSpan) {
	ref := Ref{Kind: RefPacket, Num: int64(s.Packet)}
	x0, x1 := w.x(s.Start), w.x(s.End)
	y0, y1 := r.y+2, r.bottom()-3
	if s.Dir == story.ToClient {
		y0, y1 = y1, y0
	}
	yAt := func(x float32) float32 { return y0 + (y1-y0)*max(0, min((x-x0)/max(x1-x0, 0.01), 1)) }
	a, z := max(x0, w.plot.x), min(x1, w.plot.right())
	p, q := Point{a, yAt(a)}, Point{z, yAt(z)}
	if x1-x0 < 0.5 {
		p.Y, q.Y = y0, y1
	}
	class := s.Class()
	if ref == b.v.Selected || ref == b.v.Hover {
		b.line(Focus, 4, 0, p, q)
	}
	line := b.line(wireHues[class], 1.25, 0, p, q)
	if s.How == story.Inferred {
		line.Dash = 3
	}
	if least := b.signed + 7; x0 >= w.plot.x && (x0 >= least || class >= story.WireCallback && x0 >= least-3) {
		b.glyph(wayGlyphs[class], x0, y0+(r.midY()-y0)*0.4, 3.2)
		b.signed = x0
	}
	if s.Lost && x1 <= w.plot.right() {
		b.glyph(glyphLost, x1, q.Y, 4)
	}
	b.hit(box{a - 3, r.y, z - a + 6, r.h}, ref)
}
