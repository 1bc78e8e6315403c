package scene

// Heights of the timeline's rows.
const (
	titleHigh  = 29
	legendHigh = 15
	overHigh   = 18
	overGap    = 9 // above the plot: the playhead's head
	marksHigh  = 13
	wayHigh    = 12
	lockHigh   = 13
	lockMost   = 4
)

// How many lanes there is room for at least before a row of another sort takes its place.
const (
	lanesFirst = 5 // the packets' rows and the overview
	lanesMarks = 6
	lanesFew   = 10 // of a run with no more, all are shown
	lanesLock  = 7  // the first write lock
	lanesLocks = 12 // more of them
)

// linePlan is how the timeline divides its room. It depends on the size, and on what the run has at all, never on the
// instant, so that nothing jumps. A row that the room is too low for, or that would stay empty, is an empty box.
type linePlan struct {
	plot, over, marks, locks, lanes box
	ways                            [2]box
	lockRows, legendRows            int
}

// planLine gives each row its place. What fits is tried in the order of how much it tells; the legend grows with it.
func (b *builder) planLine(r box) linePlan {
	var p linePlan
	seen := b.story.Seen()
	limit := b.limit()
	p.legendRows = b.legendRows(&p, r)
	total := float32(max(2, len(b.story.Lanes())))
	try := func(q linePlan, lanes float32) {
		q.legendRows = b.legendRows(&q, r)
		lanes = max(lanes, b.lanesWanted())
		if b.lanesHigh(&q, r) >= min(lanes, total)*b.laneLeast() {
			p = q
		}
	}
	if b.story.Len() > 0 {
		q := p
		q.over.h = overHigh
		try(q, lanesFirst)
	}
	if seenAny(seen.Wires[:], limit) {
		q := p
		q.ways[0].h, q.ways[1].h = wayHigh, wayHigh
		try(q, lanesFirst)
	}
	if seenAny(seen.Marks[:], limit) || len(b.v.Found) > 0 {
		q := p
		q.marks.h = marksHigh
		try(q, lanesMarks)
	}
	for p.lockRows < min(lockMost, b.lockCount()) {
		q := p
		lanes := float32(lanesLock)
		if total <= lanesFew {
			lanes = total
		}
		if q.lockRows++; q.lockRows > 1 {
			lanes = lanesLocks
		}
		try(q, lanes)
		if p.lockRows < q.lockRows {
			break
		}
	}
	b.placeLine(&p, r)
	return p
}

// lanesHigh is the height that is left for the lanes.
func (b *builder) lanesHigh(p *linePlan, r box) float32 {
	h := r.h - titleHigh - float32(p.legendRows)*legendHigh - axis - 8
	h -= p.ways[0].h + p.ways[1].h + p.marks.h + float32(p.lockRows)*lockHigh
	return h - p.over.h - overGap
}

// placeLine stacks the rows.
func (b *builder) placeLine(p *linePlan, r box) {
	in := box{r.x + padding + b.names, r.y + titleHigh, r.w - 2*padding - b.names, r.h - titleHigh - axis - 8}
	in.cutTop(float32(p.legendRows) * legendHigh)
	if p.over.h > 0 {
		p.over = in.cutTop(overHigh)
	}
	in.cutTop(overGap)
	p.plot = in
	p.marks = in.cutTop(p.marks.h)
	for i := range p.ways {
		p.ways[i] = in.cutTop(p.ways[i].h)
	}
	p.locks = in.cutTop(float32(p.lockRows) * lockHigh)
	p.lanes = in
}

// limit is the ordinal, more by one, up to which the timeline tells what happens.
func (b *builder) limit() int32 {
	if b.v.Until > 0 {
		return int32(b.story.OrdinalAt(b.v.Until)) + 1
	}
	return int32(b.story.Len())
}

// seenAny says whether any of those kinds occurs before the limit.
func seenAny(since []int32, limit int32) bool {
	for _, s := range since {
		if s > 0 && s <= limit {
			return true
		}
	}
	return false
}
