package scene

import (
	"sunscope/core/story"
)

// servedCalls draws the calls that nfsd answered last, the newest first. They stand for the reply cache, which no event
// tells: a call that was answered more than once came again, and the cache, or another go at it, gave the answer.
func (b *builder) servedCalls(r box) {
	b.line(InsetEdge, 1, 0, Point{r.x, r.y}, Point{r.right(), r.y})
	b.say().s("≈ ").s(b.tw().replyCache).fit(boldDim, r.w).put(r.x, r.y+14, boldDim)
	r.cutTop(20)
	for i := range b.st.Sessions {
		if s := &b.st.Sessions[i]; !s.V40 && s.Made && !s.Gone && len(s.Slots) > 0 && r.h >= 36 {
			b.slotReplies(r.cutTop(20), s)
		}
	}
	if len(b.st.Served) == 0 {
		b.text(r.x, r.y+11, faint, "–")
		return
	}
	again := 0
	for i := range b.st.Served {
		if b.st.Served[i].Times > 1 {
			again++
		}
	}
	b.say().s(b.tw().replyCache).s(": ").n(len(b.st.Served)).s(", ").n(again).s(" ").s(b.tw().cameAgain).phrase(2, Ref{})
	for i := len(b.st.Served) - 1; i >= 0 && r.h >= 15; i-- {
		b.servedRow(r.cutTop(16), &b.st.Served[i])
	}
}

func (b *builder) servedRow(r box, s *story.Served) {
	ref := Ref{Kind: RefServed, Num: int64(s.XID)}
	b.hit(r, ref)
	b.ring(r, 3, ref)
	y, t := r.y+12, plain
	right := r.right()
	if s.Times > 1 {
		t = style{SansBold, small, RetransText, Left}
		b.say().s("×").n(s.Times)
		right -= b.put(right, y, t.to(Right)) + 6
	} else if r.w > 120 {
		b.say().d(s.Took)
		right -= b.put(right, y, faint.to(Right)) + 6
	}
	b.say().s("✓ ").s(b.log.Text(s.Proc))
	if task := b.st.Task(s.Task); task != nil {
		b.s(" ").short(task)
	}
	if right-r.x > 150 {
		b.s(" 0x").x(s.XID)
	}
	b.fit(t, right-r.x).put(r.x, y, t)
	if s.Times > 1 {
		b.say().s(b.log.Text(s.Proc)).s(" 0x").x(s.XID).s(" ×").n(s.Times).phrase(0, ref)
	}
}

// slotReplies draws a session's slots as the server has them: one reply is kept for each, that of the sequence number which
// stands in it; while a slot is in use the call with that number is not answered yet.
func (b *builder) slotReplies(r box, s *story.Session) {
	ref := Ref{Kind: RefSession, Num: int64(s.ID)}
	b.hit(r, ref)
	y := r.y + 12
	at := r.x + b.say().s(b.tw().slots).fit(plain, r.w).put(r.x, y, plain) + 6
	for i := range s.Slots {
		slot := &s.Slots[i]
		b.say().n(int(slot.Seq.Value))
		w := max(20, advanceBytes(mono, b.said())+8)
		if at+w > r.right()-24 && i < len(s.Slots)-1 || at+w > r.right() {
			b.l.scratch.buf = b.l.scratch.buf[:b.start]
			b.say().s("+").n(len(s.Slots)-i).put(at, y, mono)
			return
		}
		cell, ink := box{at, r.y, w, 16}, Color(InkDim)
		if slot.Task != 0 {
			b.fill(cell, 3, Call)
			ink = OnMessage
		} else {
			b.frame(cell, 3, NoColor, InsetEdge, 1)
		}
		b.say().n(int(slot.Seq.Value)).put(cell.midX(), y, mono.in(ink).to(Center))
		if t := b.st.Task(slot.Task); t != nil {
			b.hit(cell, taskRef(t))
		}
		at += w + 3
	}
}
