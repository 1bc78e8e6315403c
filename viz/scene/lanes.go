package scene

import (
	"sort"

	"sunscope/core/story"
)

const (
	rowMin = 11.5
	rowMax = 24
	// When so many times more tasks are alive than rows with names fit, rows become thin lines without names.
	crowdedFrom = 8
	rowThin     = 3
	// leastSpan is how wide the narrowest span is drawn.
	leastSpan = 1.25
	// All lanes together are drawn in no more than about so many pieces.
	mostPieces = 9000
)

// laneRows draws the tasks' lanes.
func (b *builder) laneRows(w *window, r box) {
	row := b.chooseLanes(w, r.h)
	lanes, rows := b.story.Lanes(), b.l.scratch.rows
	b.clients = severalClients(lanes, rows)
	b.grain = b.grainOf(w)
	for n, i := range rows {
		y := r.y + float32(n)*row
		if b.clients && n > 0 && row >= rowMin && lanes[i].Clid != lanes[rows[n-1]].Clid {
			b.line(PanelEdge, 1, 0, Point{r.x - b.names, y}, Point{r.right(), y})
		}
		b.lane(w, &lanes[i], y, row)
		b.hit(box{r.x - b.names, y, b.names - 4, row}, Ref{Kind: RefTask, Num: int64(lanes[i].Task)})
	}
	b.grain = 0
	b.laneCount(r, row, rows)
	b.filterNote(r)
}

// grainOf is the width below which a lane's spans are merged: a pixel, and more if all that is in the window would be too
// many pieces.
func (b *builder) grainOf(w *window) float32 {
	total := float32(0)
	for _, i := range b.l.scratch.rows {
		spans := b.story.Lanes()[i].Spans
		first := sort.Search(len(spans), func(k int) bool { return spans[k].End > w.from })
		last := sort.Search(len(spans), func(k int) bool { return spans[k].Start >= w.to })
		total += min(float32(last-first), w.plot.w/leastSpan)
	}
	return leastSpan * max(1, total/mostPieces)
}

// laneCount says how many lanes there are if not all are shown, and shows where among them the rows are.
func (b *builder) laneCount(r box, row float32, rows []int32) {
	total := len(b.story.Lanes())
	if len(rows) == 0 || len(rows) >= total {
		return
	}
	y, h := r.y, float32(len(rows))*row
	b.fill(box{r.x - 5, y, 2, h}, 1, Inset)
	from, to := float32(rows[0])/float32(total), float32(rows[len(rows)-1]+1)/float32(total)
	b.fill(box{r.x - 5, y + from*h, 2, max(6, (to-from)*h)}, 1, InkFaint)
	b.say().s(b.tr.lanes).s(": ").n(len(rows)).s(" / ").n(total).phrase(0, Ref{Kind: RefLanes})
	if row >= rowMin || r.h < 4*rowMin {
		return
	}
	lines := [...]int{b.alive(), len(rows)}
	for i, word := range [...]string{b.tr.alive, b.tr.shownRows} {
		b.say().n(lines[i]).s(" ").s(word).fit(plain, b.names-14).put(r.x-b.names, r.y+12+float32(i)*14, plain)
	}
	b.text(r.x-b.names, r.y+12+2*14, faint, b.tr.thinRows)
}

// LaneRows is the first of the timeline's lanes that are shown, and how many are.
func (l *List) LaneRows() (first story.TaskID, shown int) {
	for _, i := range l.scratch.rows {
		if id := story.TaskID(i) + 1; first == 0 || id < first {
			first = id
		}
	}
	return first, len(l.scratch.rows)
}

func (b *builder) alive() (n int) {
	for i := range b.st.Tasks {
		if !b.st.Tasks[i].Finished {
			n++
		}
	}
	return n
}

func severalClients(lanes []story.Lane, rows []int32) bool {
	for _, i := range rows {
		if lanes[i].Clid != lanes[rows[0]].Clid {
			return true
		}
	}
	return false
}

// chooseLanes puts the lanes to be shown into scratch.rows, as indexes into Lanes, and returns the height of a row.
// When there are more than fit, it shows those that live now and fills up with their neighbours: what came just before
// and what comes next. With View.Top it shows those of the window from that task on. The cost depends on what is alive
// and on how many rows there are, not on the length of the recording.
func (b *builder) chooseLanes(w *window, h float32) float32 {
	if b.v.Only != nil {
		return b.filteredLanes(h)
	}
	total := len(b.story.Lanes())
	rows := b.l.scratch.rows[:0]
	fit := max(1, int(h/b.laneLeast()))
	if total <= fit {
		for i := range total {
			rows = append(rows, int32(i))
		}
		b.byClient(rows)
		b.l.scratch.rows = rows
		return min(rowMax, h/float32(max(1, total)))
	}
	row := h / float32(fit)
	if alive := b.alive(); alive >= crowdedFrom*fit {
		row = max(1, min(rowThin, h/float32(alive)))
		fit = max(1, int(h/row))
	}
	if b.v.Top > 0 {
		rows = b.lanesFrom(w, rows, fit)
	} else {
		rows = b.lanesOfNow(w, rows, fit)
		b.withSelected(w, rows)
	}
	if row >= rowMin {
		b.byClient(rows)
	}
	b.l.scratch.rows = rows
	return row
}

// lanesFrom are those of the window from View.Top on; if they are too few, those before as well.
func (b *builder) lanesFrom(w *window, rows []int32, fit int) []int32 {
	top := story.TaskID(b.v.Top)
	for id := top; len(rows) < fit; id++ {
		if id = b.story.NextLane(id, 1, w.from, w.to); id == 0 {
			break
		}
		rows = append(rows, int32(id)-1)
	}
	for id := top - 1; len(rows) < fit; id-- {
		if id = b.story.NextLane(id, -1, w.from, w.to); id == 0 {
			break
		}
		rows = append(rows, int32(id)-1)
	}
	sortInts(rows)
	return rows
}

// lanesOfNow are those alive at the instant, and their neighbours in the window.
func (b *builder) lanesOfNow(w *window, rows []int32, fit int) []int32 {
	newest := story.TaskID(1)
	for i := range b.st.Tasks {
		t := &b.st.Tasks[i]
		newest = max(newest, t.ID)
		if !t.Finished && len(rows) < fit {
			rows = append(rows, int32(t.ID)-1)
		}
	}
	alive := len(rows)
	has := func(i int32) bool {
		at := sort.Search(alive, func(k int) bool { return rows[k] >= i })
		return at < alive && rows[at] == i
	}
	next, last := newest+1, newest
	for len(rows) < fit && (next > 0 || last > 0) {
		if last > 0 {
			if last = b.story.NextLane(last, -1, w.from, w.to); last > 0 {
				if !has(int32(last) - 1) {
					rows = append(rows, int32(last)-1)
				}
				last--
			}
		}
		if next > 0 && len(rows) < fit {
			if next = b.story.NextLane(next, 1, w.from, w.to); next > 0 {
				rows = append(rows, int32(next)-1)
				next++
			}
		}
	}
	sortInts(rows)
	return rows
}

// withSelected gives the selected task's lane a row if it lives in the window: that of the lane next to it.
func (b *builder) withSelected(w *window, rows []int32) {
	id := story.TaskID(b.v.Selected.Num)
	if b.v.Selected.Kind != RefTask || len(rows) == 0 || b.story.Lane(id) == nil || b.story.NextLane(id, 1, w.from, w.to) != id {
		return
	}
	i := min(sort.Search(len(rows), func(k int) bool { return rows[k] >= int32(id)-1 }), len(rows)-1)
	rows[i] = int32(id) - 1
}

// byClient groups rows by the tasks' clients, in the order in which these first appear.
func (b *builder) byClient(rows []int32) {
	lanes := b.story.Lanes()
	for i := 1; i < len(rows); i++ {
		j := i
		for j > 0 && lanes[rows[j-1]].Clid != lanes[rows[i]].Clid {
			j--
		}
		if j == 0 { // the first of its client
			continue
		}
		v := rows[i]
		copy(rows[j+1:i+1], rows[j:i])
		rows[j] = v
	}
}

// sortInts sorts a short list that is nearly in order.
func sortInts(v []int32) {
	for i := 1; i < len(v); i++ {
		for j := i; j > 0 && v[j] < v[j-1]; j-- {
			v[j], v[j-1] = v[j-1], v[j]
		}
	}
}
