package scene

import (
	"sunscope/core/story"
	"sunscope/core/time"
)

var (
	title    = style{SansBold, head, InkDim, Left}
	mono     = style{Mono, small, Ink, Left}
	monoDim  = style{Mono, small, InkDim, Left}
	plain    = style{Sans, small, InkDim, Left}
	plainInk = style{Sans, small, Ink, Left}
	boldWord = style{SansBold, small, Ink, Left}
)

const tracking = 0.9 // of titles

// heading sets a title in capitals and returns where it ends.
func (b *builder) heading(x, y float32, s string) float32 {
	w := b.text(x, y, title, s)
	items := b.l.Front
	if b.back {
		items = b.l.Back
	}
	items[len(items)-1].Track = tracking
	n := float32(0)
	for range s {
		n++
	}
	return x + w + n*tracking
}

// pickXprt chooses the transport whose insides are shown: that of what is selected, or else of the peer that most slots are
// in use for.
func (b *builder) pickXprt() *story.Xprt {
	if x := b.selectedXprt(); x != nil {
		return x
	}
	var best *story.Xprt
	most := -1
	for i := range b.st.Xprts {
		x := &b.st.Xprts[i]
		if !b.inRoom(x) || best != nil && samePeer(x, best) {
			continue
		}
		used := 0
		for j := range b.st.Xprts {
			if o := &b.st.Xprts[j]; samePeer(o, x) && b.inRoom(o) {
				used += usedSlots(o)
			}
		}
		if best == nil || best.Callbacks && !x.Callbacks || best.Callbacks == x.Callbacks && used >= most {
			best, most = x, used
		}
	}
	if best == nil {
		return nil
	}
	return b.busiest(best)
}

// busiest chooses among the transports to first's peer: the one that has had slots in use for the longest, so that the
// picture does not jump to another one before it has none; or, without any in use, the one that had some last.
func (b *builder) busiest(first *story.Xprt) *story.Xprt {
	best, inUse := first, usedSlots(first) > 0
	for i := range b.st.Xprts {
		x := &b.st.Xprts[i]
		if x == best || !samePeer(x, first) || !b.inRoom(x) {
			continue
		}
		switch used := usedSlots(x) > 0; {
		case used && (!inUse || x.UsedSince < best.UsedSince), !used && !inUse && x.UsedSince > best.UsedSince:
			best, inUse = x, used
		}
	}
	return best
}

// selectedXprt is the transport of what is selected; nil without.
func (b *builder) selectedXprt() *story.Xprt {
	switch r := b.v.Selected; r.Kind {
	case RefXprt:
		return b.st.Xprt(story.XprtID(r.Num))
	case RefSlot:
		return b.st.Xprt(story.XprtID(r.Num >> 16))
	case RefTask:
		if t := b.st.Task(story.TaskID(r.Num)); t != nil && t.Xprt.How != story.Unknown {
			return b.st.Xprt(t.Xprt.Value)
		}
	}
	return nil
}

func samePeer(x, y *story.Xprt) bool {
	return x.Addr == y.Addr && x.Port == y.Port && x.Callbacks == y.Callbacks
}

func usedSlots(x *story.Xprt) int {
	n := 0
	for i := range x.Slots {
		if x.Slots[i].Task != 0 {
			n++
		}
	}
	return n
}

// drawSlots draws the slot table as bays.
func (b *builder) drawSlots(r box, x *story.Xprt) {
	if r.empty() {
		return
	}
	if b.back {
		b.heading(r.x, r.y+14, b.tr.slots)
		return
	}
	top := r.cutTop(22)
	if x == nil {
		b.text(top.x, r.y+14, faint, b.tr.noXprt)
		return
	}
	b.slotSummary(top, x)
	b.bays(r, x)
}

func (b *builder) slotSummary(top box, x *story.Xprt) {
	used := usedSlots(x)
	c := InkDim
	if x.MaxSlots.How != story.Unknown && used >= x.MaxSlots.Value {
		c = TroubleText
	}
	b.say().n(used).s(" ").s(b.tr.inUse).s(" · max ").most(x).put(top.right(), top.y+14, plain.in(c).to(Right))
	b.say().s(b.tr.slots).s(": ").n(used).s(" ").s(b.tr.inUse).s(", max ").most(x).phrase(2, Ref{Kind: RefXprt, Num: int64(x.ID)})
}

// most adds the size of the slot table, as far as it is known.
func (b *builder) most(x *story.Xprt) *builder {
	switch x.MaxSlots.How {
	case story.Unknown:
		return b.s("?")
	case story.Inferred:
		b.s("≈")
	}
	return b.n(x.MaxSlots.Value)
}

// shownSlots is how many bays there are: those that were seen, and those that a small table is known to have.
func shownSlots(x *story.Xprt) int {
	n := len(x.Slots)
	if x.MaxSlots.How == story.Observed && x.MaxSlots.Value <= 32 {
		n = max(n, x.MaxSlots.Value)
	}
	return n
}

func (b *builder) bays(r box, x *story.Xprt) {
	n := shownSlots(x)
	if n == 0 {
		b.text(r.x, r.y+14, plain, b.tr.free)
		return
	}
	if h := (r.h+6)/float32(n) - 6; h >= 36 {
		h = min(h, 42)
		for i := range n {
			b.bay(box{r.x, r.y + float32(i)*(h+6), r.w, h}, x, i)
		}
		return
	}
	b.smallBays(r, x, n)
}

func slotOf(x *story.Xprt, i int) story.Slot {
	if i < len(x.Slots) {
		return x.Slots[i]
	}
	return story.Slot{}
}

// bay is a slot with room for everything: owner, xid, age, and how far its wait for the reply has come.
func (b *builder) bay(r box, x *story.Xprt, i int) {
	s := slotOf(x, i)
	ref := Ref{Kind: RefSlot, Num: slotNumber(x, i)}
	t := b.st.Task(s.Task)
	if s.Task == 0 || t == nil {
		b.frame(r, 7, NoColor, InsetEdge, 1).Dash = 4
		at := max(r.x+36, b.bayNumber(r, i)+6)
		b.text(at, middle(r.midY(), small), faint, b.tr.free)
		b.hit(r, ref)
		b.ring(r, 7, ref)
		return
	}
	edge, word, ink := b.slotDoes(t, &s)
	it := b.frame(r, 7, Inset, edge, 1.5)
	if s.Handed {
		it.Dash = 4
	}
	b.hit(r, ref)
	b.ring(r, 7, ref)
	at := max(r.x+32, b.bayNumber(r, i)+5)
	left := at + b.pill(t, at, r.midY(), inBay) + 10
	if s.Handed {
		b.text(left, r.midY()-4, mono, "xid ?")
	} else {
		b.say().s("0x").x(s.XID).put(left, r.midY()-4, mono)
	}
	b.say().s(word)
	if t.Ntrans > 2 {
		b.s(" ×").n(t.Ntrans - 1)
	}
	b.s(" · ")
	if sent := t.Ntrans > 0 && !t.Received.Value && s.Sent >= s.Since; sent {
		b.d(max(0, b.now-s.Sent))
	} else if !s.Handed {
		b.s(b.tr.held).s(" ").d(max(0, b.now-s.Since))
	} else {
		b.d(max(0, b.now-s.Since))
	}
	b.fit(plain, r.right()-34-left).put(left, r.midY()+12, plain.in(ink))
	b.timeoutRing(r.right()-20, r.midY(), t)
	b.slotSaid(t, &s, i, word, ref)
}

// bayNumber writes a slot's number, which is ours: no event prints one. In a recording it is marked as inferred.
func (b *builder) bayNumber(r box, i int) (end float32) {
	b.say()
	if b.recording {
		b.s("≈")
	}
	return r.x + 8 + b.s("#").n(i).put(r.x+8, middle(r.midY(), small), numberText)
}

func (b *builder) slotSaid(t *story.Task, s *story.Slot, i int, word string, ref Ref) {
	b.say().s("#").n(i).s(" ").name(t)
	if !s.Handed {
		b.s(" xid 0x").x(s.XID)
	}
	b.s(", ").s(word).phrase(0, ref)
}

func slotNumber(x *story.Xprt, i int) int64 { return int64(x.ID)<<16 | int64(i) }

// slotDoes says in a colour and a word how far the slot's call has come.
func (b *builder) slotDoes(t *story.Task, s *story.Slot) (edge Color, word string, ink Color) {
	switch {
	case s.Handed:
		return Awake, b.tr.handed, Ink
	case t.Ntrans > 1 && !t.Received.Value:
		return Retrans, b.tr.retry, RetransText
	case t.Received.Value:
		return Reply, b.tr.replyIn, ReplyText
	case t.Ntrans > 0:
		return Call, b.tr.sent, CallText
	}
	return InsetEdge, b.tr.notSent, InkDim
}

// timeoutRing shows how much of its sleep's timer (rq_timeout) has passed, and inside it how far the request has come to its
// major timeout (rq_majortimeo). Both are guesses, so they are drawn as such; what nobody knows has no ring.
func (b *builder) timeoutRing(x, y float32, t *story.Task) {
	if t.Asleep && t.WakeAt > t.SleptAt {
		b.dial(x, y, 8, t.SleptAt, t.WakeAt, Retrans)
	}
	if t.MajorAt > t.ReservedAt && t.Ntrans > 0 {
		b.dial(x, y, 4, t.ReservedAt, t.MajorAt, Trouble)
	}
}

// dial is a dashed ring with the part of it filled that has passed.
func (b *builder) dial(x, y, radius float32, from, to time.Duration, c Color) {
	part := float32(b.now-from) / float32(to-from)
	part = max(0, min(part, 1))
	for i := range 8 {
		at := float32(i) / 8
		b.arc(x, y, radius, 1.5, at, at+0.07, Inferred)
	}
	if part > 0.004 {
		b.arc(x, y, radius, 3, 0, part, c)
	}
}

// smallBays is the slot table when there are many: a bay is as large as its owner's pill; or, when there is no room for
// that, a cell of a grid.
func (b *builder) smallBays(r box, x *story.Xprt, n int) {
	const h = 22
	w := float32(42)
	for i := range x.Slots {
		if t := b.st.Task(x.Slots[i].Task); t != nil {
			w = max(w, b.pillWidth(t)+4)
		}
	}
	w = min(w, r.w)
	cols := max(1, int((r.w+4)/(w+4)))
	rows := max(1, int((r.h+4)/(h+4)))
	if n > cols*rows {
		b.slotGrid(r, x, n)
		return
	}
	for i := range n {
		b.smallBay(box{r.x + float32(i%cols)*(w+4), r.y + float32(i/cols)*(h+4), w, h}, x, i)
	}
}

// slotGrid is the slot table when there are hundreds: one bay in full, that of what is selected or else the one that is held
// longest, and a cell for each slot, whose shape and colour say how far its call has come: a ring is not sent yet, a
// square is sent, a triangle was sent again, a disc has its reply, a dot is free.
func (b *builder) slotGrid(r box, x *story.Xprt, n int) {
	if r.h >= 36+24 {
		if i := b.chief(x); i >= 0 {
			b.bay(r.cutTop(36), x, i)
			r.cutTop(6)
		}
	}
	pitch := float32(14)
	for pitch > 6 && grains(r, pitch) < n {
		pitch--
	}
	cols := max(1, int((r.w+2)/pitch))
	show := n
	if grains(r, pitch) < n {
		show, cols = b.rest(r, pitch, n)
	}
	for i := range show {
		b.cell(box{r.x + float32(i%cols)*pitch, r.y + float32(i/cols)*pitch, pitch - 2, pitch - 2}, x, i)
	}
	b.gridSaid(x, n)
}

// chief is the slot that a grid shows in full; -1 if none is in use.
func (b *builder) chief(x *story.Xprt) int {
	best := -1
	for i := range x.Slots {
		s := &x.Slots[i]
		switch {
		case s.Task == 0:
		case b.v.Selected == Ref{Kind: RefTask, Num: int64(s.Task)}, b.v.Selected == Ref{Kind: RefSlot, Num: slotNumber(x, i)}:
			return i
		case best < 0 || s.Since < x.Slots[best].Since:
			best = i
		}
	}
	return best
}

func (b *builder) cell(r box, x *story.Xprt, i int) {
	s := slotOf(x, i)
	ref := Ref{Kind: RefSlot, Num: slotNumber(x, i)}
	t := b.st.Task(s.Task)
	switch {
	case t == nil:
		d := max(2, r.w/3)
		b.fill(box{r.midX() - d/2, r.midY() - d/2, d, d}, d/2, InsetEdge)
	case t.Received.Value:
		b.fill(r, r.w/2, Reply)
	case t.Ntrans > 1:
		b.tri(Retrans, Point{r.x, r.bottom()}, Point{r.midX(), r.y}, Point{r.right(), r.bottom()})
	case t.Ntrans > 0:
		b.fill(r, 1, Call)
	default:
		b.frame(r, r.w/2, NoColor, InkDim, 1.25)
	}
	b.hit(box{r.x - 1, r.y - 1, r.w + 2, r.h + 2}, ref)
	b.ring(r, 2, ref)
}

// gridSaid counts the slots of a grid by how far their calls have come.
func (b *builder) gridSaid(x *story.Xprt, n int) {
	var sent, again, in, waits int
	for i := range x.Slots {
		t := b.st.Task(x.Slots[i].Task)
		switch {
		case t == nil:
		case t.Received.Value:
			in++
		case t.Ntrans > 1:
			again++
		case t.Ntrans > 0:
			sent++
		default:
			waits++
		}
	}
	b.say().n(n).s(": ").s(b.tr.notSent).s(" ").n(waits).s(", ").s(b.tr.sent).s(" ").n(sent).s(", ").s(b.tr.retry).s(" ").n(again)
	b.s(", ").s(b.tr.replyIn).s(" ").n(in).phrase(0, Ref{Kind: RefXprt, Num: int64(x.ID)})
}

func (b *builder) smallBay(r box, x *story.Xprt, i int) {
	s := slotOf(x, i)
	ref := Ref{Kind: RefSlot, Num: slotNumber(x, i)}
	t := b.st.Task(s.Task)
	b.hit(r, ref)
	b.ring(r, 5, ref)
	if t == nil {
		b.frame(r, 5, NoColor, InsetEdge, 1).Dash = 3
		return
	}
	edge, word, _ := b.slotDoes(t, &s)
	b.frame(r, 5, Inset, edge, 1.25)
	w := b.pillWidth(t)
	b.pill(t, r.midX()-w/2, r.midY(), inBay)
	b.slotSaid(t, &s, i, word, ref)
}
