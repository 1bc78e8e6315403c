package scene

import "sort"

const (
	rowMin = 13
	rowMax = 24
)

// chooseLanes puts the lanes to be shown into scratch.rows, as indexes into Lanes, and returns the height of a row.
// When there are more than fit, it shows those that live now and fills up with their neighbours: what came just before
// and what comes next. The cost depends on what is alive, not on the length of the recording.
func (b *builder) chooseLanes(h float32) float32 {
	total := len(b.story.Lanes())
	rows := b.l.scratch.rows[:0]
	fit := max(1, int(h/rowMin))
	if total <= fit {
		for i := range total {
			rows = append(rows, int32(i))
		}
		b.l.scratch.rows = rows
		return min(rowMax, h/float32(max(1, total)))
	}
	newest := int32(0)
	for i := range b.st.Tasks {
		t := &b.st.Tasks[i]
		newest = max(newest, int32(t.ID)-1)
		if !t.Finished && len(rows) < fit {
			rows = append(rows, int32(t.ID)-1)
		}
	}
	rows = fillUp(rows, newest, int32(total), fit)
	b.l.scratch.rows = rows
	return h / float32(fit)
}

// fillUp adds lanes around the newest one until there are fit, keeping rows ascending.
func fillUp(rows []int32, newest, total int32, fit int) []int32 {
	alive := len(rows)
	has := func(i int32) bool {
		at := sort.Search(alive, func(k int) bool { return rows[k] >= i })
		return at < alive && rows[at] == i
	}
	next, last := newest+1, newest
	for len(rows) < fit && (next < total || last >= 0) {
		if last >= 0 {
			if !has(last) {
				rows = append(rows, last)
			}
			last--
		}
		if next < total && len(rows) < fit {
			rows = append(rows, next)
			next++
		}
	}
	sortInts(rows)
	return rows
}

// sortInts sorts a short list that is nearly in order.
func sortInts(v []int32) {
	for i := 1; i < len(v); i++ {
		for j := i; j > 0 && v[j] < v[j-1]; j-- {
			v[j], v[j-1] = v[j-1], v[j]
		}
	}
}
