package scene

import (
	"math/bits"
	"sort"
	"strconv"

	"sunscope/core/story"
	"sunscope/core/time"
)

// bunch is markers that fall so close together that one sign stands for them.
type bunch struct {
	x     float32
	kind  story.MarkerKind // the one that matters most
	ord   int32            // of the first of that kind
	count int
}

// bunchFrom takes the markers from number i on that lie within reach of it, and as far as a count beside the sign
// would reach, and returns the number of the next one.
func (b *builder) bunchFrom(w *window, i int, reach float32, counted bool) (bunch, int) {
	marks := b.story.Markers()
	n := bunch{x: w.x(marks[i].Time), kind: marks[i].Kind, ord: marks[i].Ord, count: 1}
	j := b.markersBefore(w, i, n.x+reach)
	if counted && j-i > 1 {
		j = b.markersBefore(w, i, n.x+reach+4+7*float32(decimals(j-i)+1))
	}
	if n.count = j - i; n.count > 1 {
		n.kind = story.MarkerKind(bits.TrailingZeros16(b.story.MarkersIn(i, j)))
		if k := b.story.NextMarker(int(marks[i].Ord)-1, 1, 1<<n.kind); k >= 0 {
			n.ord = marks[k].Ord
		}
	}
	return n, j
}

// markersBefore is the number of the first marker after i that lies at x or to its right.
func (b *builder) markersBefore(w *window, i int, x float32) int {
	t := min(w.timeAt(x), w.to)
	if x >= w.plot.right() {
		t = w.to + 1
	}
	return max(i+1, b.story.MarkerAt(t))
}

func decimals(n int) (d int) {
	for d = 1; n >= 10; n /= 10 {
		d++
	}
	return d
}

// markers draws the row of the moments worth a mark, and what the search found.
func (b *builder) markers(w *window, r box) {
	b.foundLines(w)
	if r.empty() {
		return
	}
	y := r.midY() - 1
	b.text(r.x-b.names, middle(y, small), faint, b.tr.markers)
	told, free := b.told(w), r.x
	marks := b.story.Markers()
	for i := b.story.MarkerAt(told.from); i < len(marks) && marks[i].Time <= told.to; {
		n, next := b.bunchFrom(&told, i, 11, true)
		ref := Ref{Kind: RefMarker, Num: int64(n.ord)}
		b.glyph(markGlyphs[n.kind], n.x, y, 4.5)
		hit := box{n.x - 6, r.y, 12, r.h}
		if n.count > 1 {
			free = b.bunchCount(&n, w.plot.right(), free, y)
		} else {
			free = n.x + 6
		}
		if ref == b.v.Selected || ref == b.v.Hover {
			b.line(InkDim, 1, 2, Point{n.x, r.bottom()}, Point{n.x, w.plot.bottom()})
		}
		b.ring(box{n.x - 5, y - 5, 10, 10}, 5, ref)
		b.hit(hit, ref)
		i = next
	}
}

// bunchCount writes how many markers a sign stands for: to its right, or at the edge to its left if nothing is there.
// It returns where the next text may begin.
func (b *builder) bunchCount(n *bunch, right, free, y float32) float32 {
	b.say().n(n.count)
	width := advance(plain, "0") * float32(decimals(n.count))
	at := n.x + 8
	if at+width > right {
		if at = n.x - 8 - width; at < free {
			b.l.scratch.buf = b.l.scratch.buf[:b.start]
			return n.x + 6
		}
	}
	b.put(at, middle(y, small), plain)
	return max(n.x+6, at+width+4)
}

// foundLines draws what the search found, each a line down the plot with a ring at its top.
func (b *builder) foundLines(w *window) {
	found, told := b.v.Found, b.told(w)
	for i := b.foundAt(told.from); i < len(found); {
		t := b.log.TimeAt(int(found[i]))
		if t > told.to {
			return
		}
		x := told.x(t)
		next := max(i+1, b.foundAt(told.timeAt(x+3)))
		radius := float32(3)
		if at := b.v.FoundAt; at >= found[i] && at <= found[next-1] {
			radius = 5
		}
		b.line(Playhead, 1, 2, Point{x, w.plot.y + 4}, Point{x, w.plot.bottom()}).Alpha = 190
		b.glyph(glyphMatch, x, w.plot.y+1, radius)
		b.hit(box{x - 5, w.plot.y - 4, 10, 10}, Ref{Kind: RefMarker, Num: int64(found[i])})
		i = next
	}
}

// foundAt is the number of the first match at t or later.
func (b *builder) foundAt(t time.Duration) int {
	found := b.v.Found
	return sort.Search(len(found), func(i int) bool {
		return int(found[i]) < b.story.Len() && b.log.TimeAt(int(found[i])) >= t
	})
}

// sayTimeline puts the timeline into words: which piece of the run it shows, and which marked moments lie around now.
func (b *builder) sayTimeline(w *window) {
	b.say().s(b.tr.timeline).s(": ").at(b.now).phrase(1, Ref{Kind: RefTimeline, Num: int64(b.st.Instant)})
	from, to := b.span0()
	told := b.told(w)
	marks := b.story.Markers()
	i, j := b.story.MarkerAt(told.from), b.story.MarkerAt(told.to+1)
	b.say().s(b.tr.shows).s(" ").at(w.from).s(" – ").at(w.to).s(" / ").d(to - from)
	b.s(" · ").s(b.tr.markers).s(": ").n(max(0, j-i)).phrase(0, Ref{})
	next := b.story.MarkerAt(b.now + 1)
	if next > 0 {
		b.sayMarker(b.tr.before, &marks[next-1])
	}
	if next < len(marks) && (b.v.Until <= 0 || marks[next].Time <= b.v.Until) {
		b.sayMarker(b.tr.after, &marks[next])
	}
}

func (b *builder) sayMarker(word string, m *story.Marker) {
	b.say().s(word).s(": ").s(b.tr.glyphs[markGlyphs[m.Kind]])
	if l := b.story.Lane(m.Task); l != nil {
		b.s(" ").s(l.Label)
	}
	b.s(", ").at(m.Time).phrase(0, Ref{Kind: RefMarker, Num: int64(m.Ord)})
}

// marker says what a marked moment is.
func (in *inspector) marker(ord int) {
	marks := in.s.Markers()
	i := in.s.NextMarker(ord-1, 1, 1<<story.MarkerKinds-1)
	if i < 0 || int(marks[i].Ord) != ord || in.hidden(marks[i].Time) {
		in.event(ord)
		return
	}
	m := &marks[i]
	in.event(ord)
	in.Title = labelsOf(in.lang).glyphs[markGlyphs[m.Kind]] + " · " + in.moment(m.Time)
	in.row(labelsOf(in.lang).markers, strconv.Itoa(i+1)+" / "+strconv.Itoa(len(marks)))
}
