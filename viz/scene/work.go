package scene

import "sunscope/core/story"

// workQueues are the client's work queues that always have a row.
var workQueues = [...]string{"rpciod", "xprtiod", "nfsiod"}

const workName = 76

// drawWork draws the work queues: what runs on each, and what waits for a worker.
func (b *builder) drawWork(r box) {
	if r.empty() {
		return
	}
	flat := r.h < 90
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
	x, y := r.x+workName, r.midY()
	if q == nil || len(q.Running)+len(q.Waiting) == 0 {
		switch {
		case b.st.Instant < 0:
			b.text(x, middle(y, small), faint, "–")
		case !b.recording:
			b.text(x, middle(y, small), faint, b.tr.idle)
		case q == nil:
			b.text(x, middle(y, small), faint, "?")
		default:
			b.text(r.x+workName-12, middle(y, small), faint, "≈")
			b.text(x, middle(y, small), faint, b.tr.idle)
		}
		return
	}
	if q.How == story.Inferred {
		b.text(r.x+workName-12, middle(y, small), faint, "≈")
	}
	edge := r.right() - 6
	if len(q.Running)+len(q.Waiting) > 1 {
		edge -= 30 // for the number of those that have no room
	}
	for i := range q.Running {
		x = b.workItem(x, y, edge, &q.Running[i], true) + 6
	}
	for i := range q.Waiting {
		if x > edge-40 && (i < len(q.Waiting)-1 || x > edge) {
			b.say().s("+").n(len(q.Waiting)-i).put(x, middle(y, small), mono)
			break
		}
		x = b.workItem(x, y, edge, &q.Waiting[i], false) + 6
	}
	b.workSaid(q, ref)
}

// workItem draws one item: a task's pill, or the name of a transport's worker; a bright triangle says that it runs.
func (b *builder) workItem(x, y, right float32, w *story.Work, runs bool) float32 {
	if x > right-40 {
		return x
	}
	if runs {
		b.tri(RailLit, Point{x, y - 5}, Point{x + 8, y}, Point{x, y + 5})
		x += 12
	}
	if t := b.st.Task(w.Task); t != nil {
		return x + b.pill(t, x, y, inQueue)
	}
	t := mono
	if !runs {
		t = monoDim
	}
	return x + b.say().s(w.What).fit(t, right-x).put(x, middle(y, small), t)
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
