package scene

import (
	"slices"

	"sunscope/core/fsm"
	"sunscope/core/story"
	"sunscope/core/trace"
)

// benches are the wait queues that always have a bench, so that a learner sees them empty too.
var benches = [...]fsm.Queue{fsm.XprtBacklog, fsm.XprtSending, fsm.XprtPending, fsm.XprtBinding, fsm.Delay}

const (
	benchRow  = 22
	benchName = 92
)

// drawBenches draws the wait queues: a bench each, its sleepers in the order in which they came.
func (b *builder) drawBenches(r box) {
	if r.empty() {
		return
	}
	row := min(benchRow, (r.h-20)/float32(len(benches)))
	if b.back {
		b.heading(r.x, r.y+14, b.tr.queues)
		for i, q := range benches {
			y := r.y + 20 + float32(i)*row
			b.text(r.x, middle(y+row/2, small), monoDim, string(q))
			b.line(InsetEdge, 1, 0, Point{r.x + benchName, y + row - 1}, Point{r.right(), y + row - 1})
		}
		return
	}
	b.say().s(b.tr.queues).phrase(2, Ref{})
	for i, q := range benches {
		b.bench(box{r.x, r.y + 20 + float32(i)*row, r.w, row}, q)
	}
	b.otherBenches(r, row)
}

// sleepers puts the tasks asleep on q into scratch.tasks, first come first.
func (b *builder) sleepers(q fsm.Queue) []int32 {
	tasks := b.l.scratch.tasks[:0]
	for i := range b.st.Tasks {
		if t := &b.st.Tasks[i]; t.Asleep && t.Queue == q && !t.Finished && b.taskInRoom(t) {
			tasks = append(tasks, int32(i))
		}
	}
	b.l.scratch.tasks = tasks
	st := b.st
	slices.SortFunc(tasks, func(x, y int32) int { return st.Tasks[x].SleepOrder - st.Tasks[y].SleepOrder })
	return tasks
}

func (b *builder) bench(r box, q fsm.Queue) {
	ref := Ref{Kind: RefQueue, Name: string(q)}
	b.hit(r, ref)
	b.ring(r, 4, ref)
	tasks := b.sleepers(q)
	if len(tasks) == 0 {
		return
	}
	b.seats(box{r.x + benchName + 4, r.y, r.w - benchName - 4, r.h}, tasks)
	b.say().s(string(q)).s(": ")
	for n, i := range tasks {
		if n > 0 {
			b.s(", ")
		}
		if n == 20 {
			b.n(len(tasks) - n).s(" ").s(b.tr.more)
			break
		}
		b.name(&b.st.Tasks[i])
	}
	b.phrase(0, ref)
}

// seats draws sleepers in a row. When there are many, as many of the first as possible keep their numbers: it is
// their turn next.
func (b *builder) seats(r box, tasks []int32) {
	x, y := r.x, r.y+r.h/2-1
	total := float32(0)
	for _, i := range tasks {
		total += b.pillWidth(&b.st.Tasks[i]) + 3
	}
	keep := len(tasks)
	if total > r.w {
		each := total / float32(len(tasks))
		keep = min(keep, max(2, int((r.w-motePitch*float32(len(tasks)))/(each-motePitch))))
	}
	for _, i := range tasks[:keep] {
		x += b.pill(&b.st.Tasks[i], x, y, onBench) + 3
	}
	b.motes(box{x, y - 9, r.right() - x, 18}, tasks[keep:], onBench, Left)
}

// otherBenches says in one line who sleeps on queues that have no bench of their own.
func (b *builder) otherBenches(r box, row float32) {
	y := r.y + 20 + float32(len(benches))*row
	if y+row > r.bottom()+2 {
		y = -1
	}
	var shown [4]fsm.Queue
	n := 0
	for i := range b.st.Tasks {
		t := &b.st.Tasks[i]
		if !t.Asleep || t.Finished || slices.Contains(benches[:], t.Queue) || slices.Contains(shown[:n], t.Queue) || n == len(shown) {
			continue
		}
		shown[n] = t.Queue
		n++
		if y < 0 || n > 1 {
			b.say().s(string(t.Queue)).s(": ").n(len(b.sleepers(t.Queue))).phrase(0, Ref{Kind: RefQueue, Name: string(t.Queue)})
			continue
		}
		b.say().s(string(t.Queue)).fit(monoDim, r.w*0.6).put(r.x, middle(y+row/2, small), monoDim)
		w := min(r.w*0.6, 7*float32(len(t.Queue))) + 6
		b.seats(box{r.x + w, y, r.w - w, row}, b.sleepers(t.Queue))
		b.hit(box{r.x, y, r.w, row}, Ref{Kind: RefQueue, Name: string(t.Queue)})
	}
}

// bitNames are the names of rpc_xprt.state's bits, as the kernel's source spells them; the first four are always shown.
var bitNames = [...]struct {
	bit  trace.XprtState
	name string
}{
	{trace.XprtLocked, "XPRT_LOCKED"}, {trace.XprtConnected, "XPRT_CONNECTED"}, {trace.XprtBound, "XPRT_BOUND"},
	{trace.XprtCongested, "XPRT_CONGESTED"}, {trace.XprtConnecting, "XPRT_CONNECTING"}, {trace.XprtCloseWait, "XPRT_CLOSE_WAIT"},
	{trace.XprtBinding, "XPRT_BINDING"}, {trace.XprtClosing, "XPRT_CLOSING"}, {trace.XprtOffline, "XPRT_OFFLINE"},
	{trace.XprtRemove, "XPRT_REMOVE"}, {trace.XprtCwndWait, "XPRT_CWND_WAIT"}, {trace.XprtWriteSpace, "XPRT_WRITE_SPACE"},
	{trace.XprtSndIsCookie, "XPRT_SND_IS_COOKIE"},
}

// drawXprt draws the transport's write lock and state bits.
func (b *builder) drawXprt(r box, x *story.Xprt) {
	if r.empty() {
		return
	}
	row := min(22, r.h)
	if b.back {
		b.text(r.x, middle(r.y+row/2, small), boldWord.in(InkDim), b.tr.writeLock)
		return
	}
	at := r.x + 62
	if x == nil {
		b.text(at, middle(r.y+row/2, small), faint, "–")
		return
	}
	ref := Ref{Kind: RefXprt, Num: int64(x.ID)}
	b.hit(r, ref)
	b.ring(r, 4, ref)
	at = b.lockOwner(at, r.y+row/2, x, ref) + 14
	if x.State.How == story.Unknown {
		b.text(at, middle(r.y+row/2, small), plain, "?")
		return
	}
	if x.Datagrams {
		at = b.credits(at, r.y+row/2, x) + 12
	}
	b.bits(r, at, row, x, ref)
}

// credits shows a congestion window: how many requests are out, and how many may be.
func (b *builder) credits(at, y float32, x *story.Xprt) float32 {
	if x.Cwnd.How == story.Unknown {
		return at
	}
	t := mono
	if x.Cong.Value >= x.Cwnd.Value {
		t.color = TroubleText
	}
	return at + b.say().s("≈ cong ").n(x.Cong.Value).s("/").n(x.Cwnd.Value).put(at, middle(y, small), t)
}

func (b *builder) lockOwner(at, y float32, x *story.Xprt, ref Ref) float32 {
	t := b.st.Task(x.SndTask.Value)
	b.say().s(b.tr.writeLock).s(": ")
	switch {
	case x.SndTask.How == story.Unknown && !x.SndCookie:
		b.s("?").phrase(0, ref)
		return at + b.text(at, middle(y, small), plain, "?")
	case x.SndCookie:
		b.s(b.tr.connectWorker).phrase(0, ref)
		w := b.say().s("≈ ").s(b.tr.connectWorker).put(at+6, middle(y, small), plainInk)
		b.frame(box{at, y - 9, w + 12, 18}, 9, NoColor, Inferred, 1).Dash = 3
		return at + w + 12
	case t != nil:
		b.name(t).phrase(0, ref)
		return at + b.pill(t, at, y, inQueue)
	}
	b.s(b.tr.nobody).phrase(0, ref)
	return at + b.text(at, middle(y, small), plain, b.tr.nobody)
}

// bits spells the state bits: those that are set, and the common ones faintly when they are clear.
func (b *builder) bits(r box, at, row float32, x *story.Xprt, ref Ref) {
	y := r.y + row/2
	for i, n := range bitNames {
		set := x.State.Value&n.bit != 0
		common := i < 4
		if x.Datagrams { // it has no connection: what matters is who may send
			common = common && n.bit != trace.XprtBound || n.bit == trace.XprtCwndWait
			if n.bit == trace.XprtConnected || n.bit == trace.XprtBound {
				continue
			}
		}
		if !set && !common {
			continue
		}
		t := mono.in(InkFaint)
		if set {
			t = style{MonoBold, small, Ink, Left}
			if n.bit == trace.XprtCongested || n.bit == trace.XprtCloseWait || n.bit == trace.XprtCwndWait || n.bit == trace.XprtWriteSpace {
				t.color = TroubleText
			}
		}
		w := float32(len(n.name)) * 6.6
		guess := set && x.State.How == story.Inferred
		if guess {
			w += 10
		}
		if at+w > r.right() {
			at = r.x
			y += 20
			if y+8 > r.bottom() {
				return
			}
		}
		if guess {
			b.text(at, middle(y, small), t, "≈")
			b.text(at+10, middle(y, small), t, n.name)
		} else {
			b.text(at, middle(y, small), t, n.name)
		}
		if !set {
			b.line(InkFaint, 1, 0, Point{at, y}, Point{at + w, y}).Alpha = 90
		}
		at += w + 12
	}
	b.say().s(b.tr.bits).s(": ")
	b.xprtState(x.State.Value).phrase(0, ref)
}

// xprtState adds the set bits as the kernel prints them.
func (b *builder) xprtState(v trace.XprtState) *builder {
	first := true
	for _, n := range bitNames {
		if v&n.bit == 0 {
			continue
		}
		if !first {
			b.s("|")
		}
		b.s(n.name)
		first = false
	}
	if first {
		b.s("0")
	}
	return b
}
