package scene

import (
	"sunscope/core/story"
)

const (
	legendLines = 1  // besides the one of the title, in a narrow picture
	legendMore  = 40 // for the number of those that found no room
)

// legendPen sets the legend's entries one beside the other; without draw it only counts lines.
type legendPen struct {
	b           *builder
	x, y        float32
	left, right float32
	lines       int
	draw        bool
	most        int  // lines besides the one of the title; 0 is as many as it takes
	hidden      int  // entries that found no room
	tell        bool // write the words only, for the text
}

// next makes room for an entry and writes its word; its sample belongs at x, y.
func (p *legendPen) next(word string) (x, y float32, draw bool) {
	if p.tell {
		if p.hidden++; p.hidden > 1 {
			p.b.s(",")
		}
		p.b.s(" ").s(word)
		return 0, 0, false
	}
	w := 21 + advance(plain, word)
	if p.most > 0 && (p.hidden > 0 || p.lines == p.most && p.x+w > p.right-legendMore) {
		p.hidden++
		return 0, 0, false
	}
	if p.x > p.left && p.x+w > p.right {
		p.x, p.y = p.left, p.y+legendHigh
		p.lines++
	}
	x, y = p.x, p.y
	p.x += w + 13
	if p.draw {
		p.b.text(x+21, y+4, plain, word)
	}
	return x + 8, y, p.draw
}

// legendRows is how many lines the legend takes besides the one of the title.
func (b *builder) legendRows(p *linePlan, r box) int {
	pen := b.legendPen(r)
	b.legendEntries(&pen, p)
	if b.v.W < mediumFrom {
		return min(pen.lines, legendLines)
	}
	return pen.lines
}

func (b *builder) legendPen(r box) legendPen {
	pen := legendPen{b: b, x: r.x + padding + b.names, y: r.y + 18, right: r.right() - padding + 8}
	pen.left = pen.x
	if b.v.W < mediumFrom { // every line below the title from edge to edge
		pen.left = r.x + padding
	}
	return pen
}

// legend explains all colours and patterns that the run's timeline has.
func (b *builder) legend(p *linePlan, r box) {
	pen := b.legendPen(r)
	if b.v.W < mediumFrom {
		count := pen
		if b.legendEntries(&count, p); count.lines > legendLines {
			pen.most = legendLines
		}
	}
	pen.draw = true
	b.legendEntries(&pen, p)
	if pen.hidden > 0 {
		b.moreLegend(&pen, p)
	}
}

// moreLegend says how many signs found no room. It leads to all of them, which also stand in the text.
func (b *builder) moreLegend(pen *legendPen, p *linePlan) {
	ref := Ref{Kind: RefLegend}
	area := box{pen.x, pen.y - 12, legendMore, 24}
	b.frame(box{area.x, pen.y - 7, legendMore - 6, 15}, 7, Inset, InsetEdge, 1)
	b.say().s("+").n(pen.hidden).put(pen.x+legendMore/2-3, pen.y+4, style{plain.font, plain.size, plain.color, Center})
	b.ring(box{area.x, pen.y - 7, legendMore - 6, 15}, 7, ref)
	b.hit(area, ref)
	b.say().s(b.tr.legend).s(":")
	tell := legendPen{b: b, tell: true}
	b.legendEntries(&tell, p)
	b.phrase(0, ref)
}

// legend lists all signs of the run's timeline, with the moments from which on there are such.
func (in *inspector) legend() {
	tr, seen := labelsOf(in.lang), in.s.Seen()
	in.Title = tr.legend
	add := func(word string, since int32) {
		if since > 0 && int(since) <= in.log.Len() {
			in.row(word, in.moment(in.log.TimeAt(int(since)-1)))
		}
	}
	for k, since := range seen.Spans {
		add(tr.spanKinds[k], since)
	}
	for k, since := range seen.Ticks {
		add(tr.tickKinds[k], since)
	}
	for k, since := range seen.Wires {
		add(tr.glyphs[wayGlyphs[k]], since)
	}
	for k, since := range seen.Marks {
		add(tr.glyphs[markGlyphs[k]], since)
	}
	add(tr.owns, seen.Owner)
	add(tr.connectWorker, seen.Worker)
}

func (b *builder) legendEntries(p *legendPen, plan *linePlan) {
	if b.besideLegend(p) && b.v.W < mediumFrom {
		return // lanes need the room
	}
	seen, limit := b.story.Seen(), b.limit()
	has := func(since int32) bool { return since > 0 && since <= limit }
	for k, since := range seen.Spans {
		if has(since) {
			if x, y, draw := p.next(b.tr.spanKinds[k]); draw {
				b.span(box{x - 8, y - 5.5, 16, 11}, story.SpanKind(k))
			}
		}
	}
	for k, since := range seen.Ticks {
		if has(since) && k < int(story.TickRetrans) {
			if x, y, draw := p.next(b.tr.tickKinds[k]); draw {
				b.tick(x, y, 8, story.TickKind(k))
			}
		}
	}
	for g, word := range b.tr.glyphs {
		if b.glyphShown(glyph(g), seen, plan, limit) {
			if x, y, draw := p.next(word); draw {
				b.glyph(glyph(g), x, y, 4.5)
			}
		}
	}
	if plan.lockRows > 0 && has(seen.Owner) {
		if x, y, draw := p.next(b.tr.owns); draw {
			b.owner(box{x - 8, y - 5.5, 16, 11}, true, false)
		}
	}
	if plan.lockRows > 0 && has(seen.Worker) {
		if x, y, draw := p.next(b.tr.connectWorker); draw {
			b.owner(box{x - 8, y - 5.5, 16, 11}, false, false)
		}
	}
	if has(seen.Guess) && (plan.lockRows > 0 || plan.ways[0].h > 0) {
		if x, y, draw := p.next(b.tr.inferred); draw {
			b.line(InkDim, 1.5, 3, Point{x - 8, y}, Point{x + 8, y})
		}
	}
	if plan.over.h > 0 {
		if x, y, draw := p.next(b.tr.eventCount); draw {
			b.fill(box{x - 6, y - 1, 4, 6}, 0, LaneReady)
			b.fill(box{x - 2, y - 5, 4, 10}, 0, LaneReady)
			b.fill(box{x + 2, y + 1, 4, 4}, 0, LaneReady)
		}
		if x, y, draw := p.next(b.tr.aliveCount); draw {
			b.line(CallText, 1.5, 0, Point{x - 8, y + 3}, Point{x - 2, y + 3}, Point{x - 2, y - 3}, Point{x + 8, y - 3})
		}
	}
}

// glyphShown says whether the run's timeline has that sign anywhere.
func (b *builder) glyphShown(g glyph, seen *story.Seen, plan *linePlan, limit int32) bool {
	has := func(since int32) bool { return since > 0 && since <= limit }
	if g == glyphMatch {
		return len(b.v.Found) > 0
	}
	marks := plan.marks.h > 0 || plan.over.h > 0
	for k, its := range markGlyphs {
		if its == g && marks && has(seen.Marks[k]) {
			return true
		}
	}
	for k, its := range wayGlyphs {
		if its == g && plan.ways[0].h > 0 && has(seen.Wires[k]) {
			return true
		}
	}
	return g == glyphRetrans && has(seen.Ticks[story.TickRetrans]) || g == glyphError && has(seen.Ticks[story.TickError])
}
