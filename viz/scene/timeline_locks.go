package scene

import (
	"sort"
	"strings"

	"sunscope/core/story"
	"sunscope/viz/scene/face"
)

// lockCount is how many transports had an owner of their write lock.
func (b *builder) lockCount() (n int) {
	limit := b.limit()
	for i := range b.story.LockLanes() {
		if l := &b.story.LockLanes()[i]; len(l.Spans) > 0 && b.story.LockSpans()[l.Spans[0]].From < limit {
			if n++; n == lockMost {
				return n
			}
		}
	}
	return n
}

// lockRows draws a row for each transport: who owns its write lock. When there are more transports than rows, those that
// are there now come first.
func (b *builder) lockRows(w *window, r box, rows int) {
	if rows == 0 {
		return
	}
	lanes := b.story.LockLanes()
	chosen := b.l.scratch.locks[:0]
	if x := b.pickXprt(); x != nil && int(x.ID) <= len(lanes) && len(lanes[x.ID-1].Spans) > 0 {
		chosen = append(chosen, int32(x.ID)-1)
	}
	for i := range b.st.Xprts {
		if id := b.st.Xprts[i].ID; len(chosen) < rows && int(id) <= len(lanes) && len(lanes[id-1].Spans) > 0 && !hasInt(chosen, int32(id)-1) {
			chosen = append(chosen, int32(id)-1)
		}
	}
	for _, near := range [...]bool{true, false} { // first those that had an owner about the time that is shown
		for i := 0; i < len(lanes) && len(chosen) < rows; i++ {
			if its := lanes[i].Spans; len(its) > 0 && !hasInt(chosen, int32(i)) {
				spans := b.story.LockSpans()
				if !near || spans[its[0]].Start < w.to && spans[its[len(its)-1]].End > w.from {
					chosen = append(chosen, int32(i))
				}
			}
		}
	}
	sortInts(chosen)
	b.l.scratch.locks = chosen
	for n, i := range chosen {
		b.lockRow(w, &lanes[i], box{r.x, r.y + float32(n)*lockHigh, r.w, lockHigh})
	}
}

func hasInt(list []int32, v int32) bool {
	for _, o := range list {
		if o == v {
			return true
		}
	}
	return false
}

func (b *builder) lockRow(w *window, l *story.LockLane, r box) {
	ref := Ref{Kind: RefXprt, Num: int64(l.Xprt)}
	b.lockName(l).fit(faint, b.names-8).put(r.x-b.names, middle(r.midY(), small), faint)
	b.hit(box{r.x - b.names, r.y, b.names - 4, r.h}, ref)
	told := b.told(w)
	w = &told
	spans := b.story.LockSpans()
	for t := w.from; ; {
		i := sort.Search(len(l.Spans), func(k int) bool { return spans[l.Spans[k]].End > t })
		if i == len(l.Spans) || spans[l.Spans[i]].Start >= w.to {
			return
		}
		s := &spans[l.Spans[i]]
		body := box{max(w.plot.x, w.x(max(s.Start, t))), r.y + 1, 0, r.h - 2}
		body.w = min(w.plot.right(), w.x(s.End)) - body.x
		t = s.End
		if body.w < 1.5 { // with what follows in the same pixels: low, for it is not owned all the time
			body = box{body.x, body.y + body.h/4, min(w.plot.right()-body.x, 1.5), body.h / 2}
			t = max(t, w.timeAt(body.right()))
		}
		if body.w <= 0 {
			return
		}
		b.lockSpan(body, s, ref)
	}
}

// lockName puts together which transport's lock it is: by its two ports, or by its socket's file.
func (b *builder) lockName(l *story.LockLane) *builder {
	b.say().s(b.tr.lock).s(" ")
	if strings.HasPrefix(l.Addr, "/") {
		return b.s(l.Addr[strings.LastIndexByte(l.Addr, '/')+1:])
	}
	local := l.Local
	if x := b.st.Xprt(l.Xprt); x != nil && x.Local.How != story.Unknown {
		local = x.Local.Value
	}
	if local != "" {
		b.s(afterColon(local))
	}
	return b.s("→").s(l.Port)
}

// lockSpan draws one owner, with its name if there is room.
func (b *builder) lockSpan(r box, s *story.LockSpan, xprt Ref) {
	ref := xprt
	if s.Task != 0 {
		ref = Ref{Kind: RefTask, Num: int64(s.Task)}
	}
	b.owner(r, s.Task != 0, s.How == story.Inferred)
	if ref == b.v.Selected || ref == b.v.Hover {
		b.ring(r, 2, ref)
	}
	b.hit(box{r.x - 1, r.y - 1, r.w + 2, r.h + 2}, ref)
	if r.w < 12 {
		return
	}
	l := b.story.Lane(s.Task)
	b.say()
	switch {
	case l == nil:
		b.s(b.tr.connectWorker)
	case l.Item != "":
		b.s(short(l.Item))
	default:
		b.n(int(l.PID)).s(" ").s(l.Proc)
	}
	if room := r.w - 7; face.AdvanceBytes(plainInk.font, plainInk.size, b.said()) > room {
		if b.say(); l != nil { // at least whose it is
			b.short(&story.Task{PID: l.PID, Item: story.Fact[string]{Value: l.Item}})
		}
		if w := face.AdvanceBytes(plainInk.font, plainInk.size, b.said()); w == 0 || w > room {
			b.l.scratch.buf = b.l.scratch.buf[:b.start]
			return
		}
	}
	b.put(r.x+4, middle(r.midY(), small), plainInk)
}

// owner draws the body of an owner of a write lock: a task's is filled, the connect worker's a dotted frame. What is
// inferred has a dashed edge.
func (b *builder) owner(r box, task, guess bool) {
	switch {
	case r.w < 4 && task:
		b.fill(r, 0, LaneLock)
	case r.w < 4:
		b.fill(box{r.x, r.midY() - 2, r.w, 4}, 0, LaneReady)
	case task && !guess:
		b.frame(r, 1, LaneLock, RetransText, 1)
	case task:
		b.frame(r, 1, LaneLock, RetransText, 1).Dash = 3
	default:
		b.frame(r, 1, NoColor, LaneReady, 1.25).Dash = 2
	}
}
