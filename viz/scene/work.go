package scene

import "sunscope/core/story"

// workQueues are the client's work queues that always have a row.
var workQueues = [...]string{"rpciod", "xprtiod", "nfsiod"}

const (
	workName = 76 // what a queue's name takes
	workFlat = 90 // below this height the queues stand side by side
)

// drawWork draws the work queues: what runs on each, and what waits for a worker.
func (b *builder) drawWork(r box) {
	if r.empty() {
		return
	}
	flat := r.h < workFlat
	if b.back {
		b.heading(r.x, r.y+14, b.tr.work)
	}
	for i, name := range workQueues {
		row := box{r.x, r.y + 22 + float32(i)*24, r.w, 21}
		if flat {
			w := (r.w - 16) / 3
			row = box{r.x + float32(i)*(w+8), r.y + 20, w, 21}
		}
		if b.back {
			b.fill(row, 5, Inset)
			b.text(row.x+9, middle(row.midY(), small), mono, name)
			continue
		}
		b.workRow(row, name)
	}
}

func (b *builder) workQueue(name string) *story.WorkQueue {
	for i := range b.st.WorkQueues {
		if b.st.WorkQueues[i].Name == name {
			return &b.st.WorkQueues[i]
		}
	}
	return nil
}

func (b *builder) workRow(r box, name string) {
	ref := Ref{Kind: RefWorkQueue, Name: name}
	b.hit(r, ref)
	b.ring(r, 5, ref)
	q := b.workQueue(name)
	left := float32(workName)
	if r.w < 150 {
		left = advance(mono, name) + 24
	}
	x, y := r.x+left, r.midY()
	if q == nil || len(q.Running)+len(q.Waiting) == 0 {
		switch {
		case b.st.Instant < 0:
			b.text(x, middle(y, small), faint, "–")
		case !b.recording:
			b.text(x, middle(y, small), faint, b.tr.idle)
		case q == nil:
			b.text(x, middle(y, small), faint, "?")
		default:
			b.text(x-12, middle(y, small), faint, "≈")
			b.text(x, middle(y, small), faint, b.tr.idle)
		}
		return
	}
	if q.How == story.Inferred {
		b.text(x-12, middle(y, small), faint, "≈")
	}
	b.workItems(x, y, r, q)
	b.workSaid(q, ref)
}

// workItems draws what runs, then what waits, as far as there is room; then how many more there are.
func (b *builder) workItems(x, y float32, r box, q *story.WorkQueue) {
	n := len(q.Running) + len(q.Waiting)
	for i := range n {
		runs := i < len(q.Running)
		var w *story.Work
		if runs {
			w = &q.Running[i]
		} else {
			w = &q.Waiting[i-len(q.Running)]
		}
		edge := r.right() - 6
		if i < n-1 {
			edge -= 30 // for the number of those that have no room
		}
		need := float32(40)
		if t := b.st.Task(w.Task); t != nil {
			need = b.pillWidth(t)
		}
		if runs {
			need += 12
		}
		if x+need > edge {
			b.say().s("+").n(n-i).put(x, middle(y, small), mono)
			return
		}
		x = b.workItem(x, y, edge, w, runs) + 8
	}
}

// workItem draws one item: a task's pill, or the name of a transport's worker; a bright triangle says that it runs, and
// behind it is on which CPU.
func (b *builder) workItem(x, y, right float32, w *story.Work, runs bool) float32 {
	if runs {
		b.tri(RailLit, Point{x, y - 5}, Point{x + 8, y}, Point{x, y + 5})
		x += 12
	}
	if t := b.st.Task(w.Task); t != nil {
		x += b.pill(t, x, y, inQueue)
	} else {
		t := mono
		if !runs {
			t = monoDim
		}
		x += b.say().s(w.What).fit(t, right-x).put(x, middle(y, small), t)
	}
	if !runs {
		return x
	}
	b.say().s("cpu").n(int(w.CPU))
	if width := advanceBytes(faint, b.said()); x+4+width <= right {
		return x + 4 + b.put(x+4, middle(y, small), faint)
	}
	b.l.scratch.buf = b.l.scratch.buf[:b.start]
	return x
}

func (b *builder) workSaid(q *story.WorkQueue, ref Ref) {
	b.say().s(q.Name).s(": ")
	if len(q.Running) > 0 {
		b.works(q.Running)
		b.s(" ").s(b.tr.runs)
	}
	if len(q.Waiting) > 0 {
		if len(q.Running) > 0 {
			b.s("; ")
		}
		b.works(q.Waiting)
		b.s(" ").s(b.tr.waits)
	}
	b.phrase(0, ref)
}

func (b *builder) works(list []story.Work) {
	for i := range list {
		if i > 0 {
			b.s(", ")
		}
		if i == 12 {
			b.n(len(list) - i).s(" ").s(b.tr.more)
			return
		}
		if t := b.st.Task(list[i].Task); t != nil {
			b.name(t)
		} else {
			b.s(list[i].What)
		}
	}
}
