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
	benchMost = 19 // a row for further queues is there if each row has so much
)

// benchRows is how high a row is in r, and whether there is one for further queues below those that are always there.
func benchRows(r box) (row float32, more bool) {
	n := float32(len(benches))
	if h := (r.h - 20) / (n + 1); h >= benchMost {
		return min(benchRow, h), true
	}
	return min(benchRow, (r.h-20)/n), false
}

// drawBenches draws the wait queues: a bench each, its sleepers in the order in which they came.
func (b *builder) drawBenches(r box) {
	if r.empty() {
		return
	}
	row, more := benchRows(r)
	end := r.x + titleWidth(b.tr.queues)
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
	if more {
		b.otherBenches(box{r.x, r.y + 20 + float32(len(benches))*row, r.w, row}, b.tr.moreQueues)
	} else {
		b.otherBenches(box{end + 14, r.y, r.right() - end - 14, 20}, "")
	}
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
	in := box{r.x + benchName + 4, r.y, r.w - benchName - 4, r.h}
	if len(tasks) == 0 {
		if why := b.why(q, fsm.None); advance(faint, why)+8 <= in.w && b.st.Instant >= 0 {
			b.text(in.x+2, middle(in.midY(), small), faint, why)
		}
		return
	}
	own := tasks
	if x := b.selectedXprt(); x != nil && q != fsm.Delay {
		own = tasks[:b.ownFirst(tasks, x)]
		if others := tasks[len(own):]; len(others) > 0 {
			w := min(motePitch*float32(len(others)), 0.3*in.w)
			b.motes(box{in.right() - w, in.midY() - 9, w, 18}, others, onBench, Left)
			in.w -= w + 8
		}
	}
	if len(own) > 0 {
		b.sitting(in, own)
	}
	b.benchSaid(q, tasks, ref)
}

// ownFirst puts the tasks of transport x before those of others, each in the order in which they came, and returns how many
// x has: a wait queue belongs to one transport, and that of the selected one comes first.
func (b *builder) ownFirst(tasks []int32, x *story.Xprt) int {
	own := func(i int32) int {
		if b.st.Tasks[i].Xprt.Value == x.ID {
			return 0
		}
		return 1
	}
	slices.SortStableFunc(tasks, func(i, j int32) int { return own(i) - own(j) })
	n := 0
	for n < len(tasks) && own(tasks[n]) == 0 {
		n++
	}
	return n
}

// sitting draws the sleepers and, if there is room left, what the first of them waits for, how long, and until when.
func (b *builder) sitting(r box, tasks []int32) {
	first := &b.st.Tasks[tasks[0]]
	seats := float32(0)
	for _, i := range tasks {
		seats += b.pillWidth(&b.st.Tasks[i]) + 3
	}
	room := r.w - seats - 10
	for how := range 3 { // the less room, the less is said
		b.say()
		if how == 0 {
			b.s(b.why(first.Queue, first.Action)).s(" · ")
		}
		b.d(b.now - first.SleptAt)
		if first.WakeAt > 0 && how < 2 {
			b.s(" / ≈").d(first.WakeAt - first.SleptAt)
		}
		if w := advanceBytes(plain, b.said()); w <= room {
			b.put(r.right(), middle(r.midY(), small), plain.to(Right))
			r.w -= w + 6
			break
		}
		b.l.scratch.buf = b.l.scratch.buf[:b.start]
	}
	b.seats(r, tasks)
}

// why says what a sleep on q is for; s is the state in which it began, None for any.
func (b *builder) why(q fsm.Queue, s fsm.State) string {
	switch q {
	case fsm.XprtBacklog:
		return b.tr.whySlot
	case fsm.XprtSending:
		return b.tr.whyLock
	case fsm.XprtPending:
		if s == fsm.CallConnect {
			return b.tr.whyConnection
		}
		return b.tr.whyReply
	case fsm.XprtBinding:
		return b.tr.whyPort
	case fsm.Delay:
		return b.tr.whyTime
	case fsm.ForeChannel, fsm.BackChannel, fsm.NFSDCallback:
		return b.tr.whySession
	case fsm.NFS40Slots:
		return b.tr.whyNFS40
	case fsm.NFSClient:
		return b.tr.whyManager
	case fsm.Seqid:
		return b.tr.whySeqid
	case fsm.UnlockIO:
		return b.tr.whyIO
	case fsm.LayoutReturn:
		return b.tr.whyLayout
	case fsm.GSSUpcall, fsm.GSSPipe:
		return b.tr.whyGSS
	}
	return b.tr.whyCaller
}

func (b *builder) benchSaid(q fsm.Queue, tasks []int32, ref Ref) {
	b.say().s(string(q)).s(" (").s(b.why(q, b.st.Tasks[tasks[0]].Action)).s("): ")
	for n, i := range tasks {
		if n > 0 {
			b.s(", ")
		}
		if n == 20 {
			b.n(len(tasks) - n).s(" ").s(b.tr.more)
			break
		}
		t := &b.st.Tasks[i]
		b.name(t).s(" ").d(b.now - t.SleptAt)
		if t.WakeAt > 0 {
			b.s(" / ≈").d(t.WakeAt - t.SleptAt)
		}
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
		w := b.pill(&b.st.Tasks[i], x, y, onBench)
		b.fuse(&b.st.Tasks[i], x, y+pillHeight/2, w)
		x += w + 3
	}
	b.motes(box{x, y - 9, r.right() - x, 18}, tasks[keep:], onBench, Left)
}

// fuse is the line below a sleeper that grows until its timer ends.
func (b *builder) fuse(t *story.Task, x, y, w float32) {
	if t.WakeAt <= t.SleptAt || b.done < 1 {
		return
	}
	part := max(0, min(float32(b.now-t.SleptAt)/float32(t.WakeAt-t.SleptAt), 1))
	if part > 0 {
		b.line(Retrans, 2, 0, Point{x + 5, y}, Point{x + 5 + (w-10)*part, y})
	}
}

// otherBenches is a row for the queues that have no bench of their own, as long as somebody sleeps there.
func (b *builder) otherBenches(r box, name string) {
	var shown [6]fsm.Queue
	n := 0
	for i := range b.st.Tasks {
		t := &b.st.Tasks[i]
		if t.Asleep && !t.Finished && n < len(shown) && !slices.Contains(benches[:], t.Queue) && !slices.Contains(shown[:n], t.Queue) && b.taskInRoom(t) {
			shown[n] = t.Queue
			n++
		}
	}
	if n == 0 {
		if name != "" && b.st.Instant >= 0 {
			b.text(r.x, middle(r.midY(), small), faint, name)
		}
		return
	}
	show := n
	for show > 1 && r.w/float32(show) < 150 {
		show--
	}
	if show < n {
		b.say().s("+").n(n-show).put(r.right(), middle(r.midY(), small), mono.to(Right))
		r.w -= 24
	}
	for i, q := range shown[:n] {
		ref := Ref{Kind: RefQueue, Name: string(q)}
		tasks := b.sleepers(q)
		b.benchSaid(q, tasks, ref)
		if i >= show {
			continue
		}
		cell := r.cutLeft((r.w - float32(show-1-i)*12) / float32(show-i))
		r.cutLeft(12)
		b.hit(cell, ref)
		b.ring(cell, 4, ref)
		w := b.say().s(string(q)).fit(monoDim, cell.w*0.55).put(cell.x, middle(cell.midY(), small), monoDim) + 6
		b.sitting(box{cell.x + w, cell.y, cell.w - w, cell.h}, tasks)
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
		return b.worker(at, y, b.tr.connectWorker)
	case t != nil:
		guess := x.SndTask.How == story.Inferred
		if guess {
			b.s("≈ ")
		}
		b.name(t).phrase(0, ref)
		return b.ownerPill(t, at, y, guess)
	case x.State.How != story.Unknown && x.State.Value&trace.XprtLocked != 0:
		return b.lockedByNoTask(at, y, x, ref)
	}
	b.s(b.tr.nobody).phrase(0, ref)
	return at + b.text(at, middle(y, small), plain, b.tr.nobody)
}

// worker draws a worker that is said to own the write lock, and returns where it ends.
func (b *builder) worker(at, y float32, name string) float32 {
	w := b.say().s("≈ ").s(name).put(at+6, middle(y, small), plainInk)
	b.frame(box{at, y - 9, w + 12, 18}, 9, NoColor, Inferred, 1).Dash = 3
	return at + w + 12
}

// ownerPill draws the task that owns the write lock; dashed, after "≈", if a rule says that it does. Either way it stands in
// the same place.
func (b *builder) ownerPill(t *story.Task, at, y float32, guess bool) float32 {
	if guess {
		b.text(at, middle(y, small), plainInk, "≈")
	}
	i := len(b.l.Front)
	at += 10
	at += b.pill(t, at, y, inQueue)
	if p := &b.l.Front[i]; guess && p.Dash == 0 {
		p.Stroke, p.Width, p.Dash = Inferred, max(p.Width, 1.5), 3
	}
	return at
}

// closeWorker says whether the worker that closes the transport has the write lock: whoever asks for it to be closed sets
// LOCKED for the worker (xprt_force_disconnect), and no task is snd_task.
func closeWorker(x *story.Xprt) bool {
	s := &x.State
	return s.How != story.Unknown && s.Value&trace.XprtLocked != 0 && x.SndTask.Value == 0 && !x.SndCookie &&
		(s.Value&trace.XprtCloseWait != 0 || s.How == story.Inferred && s.Rule == story.RuleClosing)
}

// lockedByNoTask says who has the write lock when its bit is set and no task is said to own it.
func (b *builder) lockedByNoTask(at, y float32, x *story.Xprt, ref Ref) float32 {
	if closeWorker(x) {
		b.s("≈ ").s(b.tr.closeWorker).phrase(0, ref)
		return b.worker(at, y, b.tr.closeWorker)
	}
	b.s("?").phrase(0, ref)
	return at + b.text(at, middle(y, small), plain, "?")
}

// bitsHow is how much is said of the state bits.
type bitsHow uint8

const (
	bitsAll  bitsHow = iota // those that are set, and the common ones faintly when they are clear
	bitsSet                 // those that are set
	bitsBare                // without XPRT_
)

// bits spells the state bits, as much of them as there is room for.
func (b *builder) bits(r box, at, row float32, x *story.Xprt, ref Ref) {
	how := bitsAll
	for ; how < bitsBare; how++ {
		if _, left := b.spell(r, at, row, x, how, false); left == 0 {
			break
		}
	}
	in := r
	if _, left := b.spell(r, at, row, x, how, false); left > 0 {
		in.w -= 24
		_, left = b.spell(in, at, row, x, how, false)
		b.say().s("+").n(left).put(r.right(), middle(r.y+row/2, small), mono.to(Right))
	}
	b.spell(in, at, row, x, how, true)
	b.say().s(b.tr.bits).s(": ")
	b.xprtState(x.State.Value).phrase(0, ref)
}

// spell draws the bits, or only finds out how many have no room, and where the last one ends.
func (b *builder) spell(r box, at, row float32, x *story.Xprt, how bitsHow, draw bool) (end float32, left int) {
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
		if !set && (!common || how > bitsAll) {
			continue
		}
		name := n.name
		if how == bitsBare {
			name = name[len("XPRT_"):]
		}
		w := float32(len(name)) * 6.6
		guess := set && x.State.How == story.Inferred
		if guess {
			w += 10
		}
		if at+w > r.right() && y+28 <= r.bottom() {
			at, y = r.x, y+20
		}
		if at+w > r.right() {
			left++
			continue
		}
		if draw {
			b.bit(at, y, w, name, set, guess, n.bit)
		}
		at += w + 12
	}
	return at, left
}

func (b *builder) bit(at, y, w float32, name string, set, guess bool, bit trace.XprtState) {
	t := mono.in(InkFaint)
	if set {
		t = style{MonoBold, small, Ink, Left}
		if bit == trace.XprtCongested || bit == trace.XprtCloseWait || bit == trace.XprtCwndWait || bit == trace.XprtWriteSpace {
			t.color = TroubleText
		}
	} else {
		b.line(InkFaint, 1, 0, Point{at, y}, Point{at + w, y}).Alpha = 90
	}
	if guess {
		b.text(at, middle(y, small), t, "≈")
		at += 10
	}
	b.text(at, middle(y, small), t, name)
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
