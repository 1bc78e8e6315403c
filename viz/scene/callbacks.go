package scene

import (
	"strings"

	"sunscope/core/story"
	"sunscope/viz/scene/face"
)

// Parts of a Place in the wire's and the server's rooms; see task.go for those of the client's.
const (
	inTree   uint8 = 32 + iota // the receive tree
	inAnswer                   // beside the callback that it answers
	inBack                     // on the server's own state map
)

// drawCallbacks draws the client's end of the back channel in a room of its own.
func (b *builder) drawCallbacks(p *panels) {
	r := p.callbacks
	if r.empty() || r.h < 40 {
		return
	}
	if b.back {
		b.frame(r, 8, Inset, InsetEdge, 1)
		return
	}
	b.zoomed(box{r.x + 9, r.y + 4, r.w - 15, r.h - 8}, 240, 170, func(in box) { b.callbacks(in, false) })
}

// hasCallbacks says whether anything was seen of a callback service so far.
func (b *builder) hasCallbacks() bool {
	if len(b.st.Callbacks) > 0 {
		return true
	}
	for i := range b.st.Threads {
		if b.callbackThread(&b.st.Threads[i]) {
			return true
		}
	}
	return false
}

// callbacksHigh is the height that the callback service needs to show all that it has, within limits.
func (b *builder) callbacksHigh() float32 {
	h, done := float32(24), 0
	if n := b.clientSockets(); n > 0 {
		h += 22 * float32(n)
	} else {
		h += 38
	}
	for i := range b.st.Threads {
		if b.callbackThread(&b.st.Threads[i]) {
			h += 20
		}
	}
	for i := range b.st.Callbacks {
		if c := &b.st.Callbacks[i]; c.Stage == story.CallbackDone {
			done++
		} else if c.Told > 0 {
			h += 16
		}
	}
	return max(100, min(h+16*float32(min(done, 2)), 138))
}

func callbackRef(c *story.Callback) Ref { return Ref{Kind: RefCallback, Num: int64(c.XID)} }

// callbacks draws the requests that are kept for callbacks, the list on which those lie that were read, the threads that
// serve them, and what became of the last ones.
func (b *builder) callbacks(r box, ruled bool) {
	if ruled {
		b.line(InsetEdge, 1, 0, Point{r.x, r.y}, Point{r.right(), r.y})
	}
	b.say().s(b.tw().callbacks).put(r.x, r.y+14, style{SansBold, small, InkDim, Left})
	b.say().s(b.tw().callbacks).phrase(2, Ref{})
	r.cutTop(20)
	if !b.hasCallbacks() {
		b.say().s(b.tw().noCallbacks).fit(faint, r.w).put(r.x, r.y+11, faint)
		return
	}
	for i := range b.st.Callbacks {
		b.callbackSaid(&b.st.Callbacks[i])
	}
	if b.clientSockets() > 0 {
		b.clientSocketRows(&r)
	} else {
		if r.h >= 58 {
			b.callbackPool(r.cutTop(18))
		}
		if r.h >= 36 {
			b.callbackList(r.cutTop(20))
		}
	}
	b.callbackThreads(r)
}

// clientSockets is how many sockets of its own the client has for calls from the server: NFSv4.0 and lockd have them.
func (b *builder) clientSockets() int {
	n := 0
	for i := range b.st.SvcXprts {
		if b.st.SvcXprts[i].AtClient.Value {
			n++
		}
	}
	return n
}

// clientSocketRows draws them, the busiest first, and leaves room for a thread.
func (b *builder) clientSocketRows(r *box) {
	for pass := range 3 {
		for i := len(b.st.SvcXprts) - 1; i >= 0; i-- {
			x := &b.st.SvcXprts[i]
			if !x.AtClient.Value || socketRank(x) != pass || r.h < 44 || pass == 2 && r.h < 90 {
				continue
			}
			row := r.cutTop(22)
			b.svcXprt(box{row.x - 3, row.y, row.w + 3, 19}, x)
		}
	}
}

// callbackPool shows the requests of bc_pa_list: each callback holds one from its first byte until its answer is sent.
func (b *builder) callbackPool(r box) {
	held := 0
	for i := range b.st.Callbacks {
		if c := &b.st.Callbacks[i]; c.Stage != story.CallbackDone && c.Xprt.How != story.Unknown {
			held++
		}
	}
	y := r.y + 12
	at := r.x + b.say().s(b.tw().pool).fit(plain, r.w).put(r.x, y, plain) + 8
	b.hit(r, Ref{Kind: RefCallbackPool})
	for i := 0; i < max(1, held) && at+11 < r.right()-46; i++ {
		cell := box{at, r.y + 3, 9, 10}
		if i < held {
			b.fill(cell, 2, Callback)
		} else {
			b.frame(cell, 2, NoColor, Inferred, 1).Dash = 2
		}
		at += 12
	}
	b.say().s("≈ ").n(held).s(" ").s(b.tw().held).fit(plain, r.right()-at).put(at+2, y, plain)
	b.say().s(b.tw().pool).s(": ≈ ").n(held).s(" ").s(b.tw().held).phrase(0, Ref{Kind: RefCallbackPool})
}

// callbackList shows the callbacks that were read and that no thread has taken yet.
func (b *builder) callbackList(r box) {
	y := r.y + 13
	at := r.x + b.say().s(b.tw().list).fit(plain, r.w).put(r.x, y, plain) + 8
	n, shown := 0, 0
	for i := range b.st.Callbacks {
		c := &b.st.Callbacks[i]
		if c.Stage > story.CallbackListed {
			continue
		}
		n++
		if w := b.callbackChip(box{at, r.y, r.right() - at - 26, 18}, c); w > 0 {
			at += w + 4
			shown++
		}
	}
	switch {
	case n == 0:
		b.say().s(b.tw().empty).fit(faint, r.right()-at).put(at, y, faint)
	case n > shown:
		b.say().s("+").n(n-shown).put(r.right(), y, mono.to(Right))
	}
}

// callbackChip draws a callback's name on the callbacks' colour, dashed while its bytes are still being read; it takes at
// most the width of r and returns what it took, 0 if there was no room.
func (b *builder) callbackChip(r box, c *story.Callback) float32 {
	b.say().s(callbackName(c))
	w := min(face.AdvanceBytes(packetText.font, packetText.size, b.said())+10, r.w)
	if w < 34 {
		b.l.scratch.buf = b.l.scratch.buf[:b.start]
		return 0
	}
	chip := box{r.x, r.y + 1, w, 16}
	ink := Color(OnMessage)
	if c.Stage == story.CallbackRead {
		ink = CallbackText
		b.frame(chip, 3, NoColor, Callback, 1.25).Dash = 3
	} else {
		b.fill(chip, 3, Callback)
	}
	b.fit(packetText, w-6).put(chip.midX(), middle(chip.midY(), small), packetText.in(ink).to(Center))
	b.hit(chip, callbackRef(c))
	b.ring(chip, 3, callbackRef(c))
	return w
}

// callbackName is what a callback is called: its operation, or as long as nobody tells it, what the message is.
func callbackName(c *story.Callback) string {
	if c.Op.How != story.Unknown {
		return c.Op.Value
	}
	return "CALL"
}

// callbackThreads draws each thread of the callback service with what it serves, and below it what was told of it; then the
// callbacks that ended last.
func (b *builder) callbackThreads(r box) {
	for i := range b.st.Threads {
		t := &b.st.Threads[i]
		if r.h < 19 {
			return
		}
		if !b.callbackThread(t) || !t.Busy && r.h < 58 && b.anotherServes(i) {
			continue
		}
		row := r.cutTop(20)
		b.callbackThreadRow(box{row.x - 3, row.y, row.w + 3, 18}, t)
		if c := b.servedBy(t); c != nil && c.Told > 0 && r.h >= 15 {
			b.callbackResults(r.cutTop(16), c)
		}
	}
	for i := len(b.st.Callbacks) - 1; i >= 0 && r.h >= 15; i-- {
		if c := &b.st.Callbacks[i]; c.Stage == story.CallbackDone {
			b.callbackDone(r.cutTop(16), c)
		}
	}
}

func (b *builder) servedBy(t *story.Thread) *story.Callback {
	for i := range b.st.Callbacks {
		if c := &b.st.Callbacks[i]; c.Thread == t.PID && (c.Stage == story.CallbackServed || c.Stage == story.CallbackAnswering) {
			return c
		}
	}
	return nil
}

// callbackThreadRow draws a thread: idle, or with the callback that it serves.
func (b *builder) callbackThreadRow(r box, t *story.Thread) {
	ref := threadRef(t)
	b.hit(r, ref)
	b.frame(r, 5, Panel, InsetEdge, 1)
	b.ring(r, 5, ref)
	y := middle(r.midY(), small)
	c := b.servedBy(t)
	if c == nil && t.Busy {
		b.fill(box{r.x + 3, r.y + 3, r.w - 6, r.h - 6}, 3, Callback)
		b.say().s(b.log.Text(t.Proc)).s(" · ").s(b.log.Text(t.Comm)).fit(packetText, r.w-14).put(r.midX(), y, packetText.to(Center))
		b.threadSaid(t)
		return
	}
	if c == nil {
		b.say().s(b.log.Text(t.Comm)).s("  ").s(b.tr.idle).fit(plain, r.w-12).put(r.x+6, y, plain)
		return
	}
	at := r.x + 4
	at += b.callbackChip(box{at, r.y, r.w - 8, 18}, c) + 6
	if answer := b.st.Task(c.Answer); answer != nil && r.right()-at > 40 {
		at += b.pill(answer, at, r.midY(), inAnswer) + 6
	}
	if r.right()-at > 46 {
		b.say().d(max(0, b.now-c.Since)).fit(plain, r.right()-at-6).put(r.right()-6, y, plain.to(Right))
	}
	b.threadSaid(t)
}

// callbackResults are the operations with their results, as far as they were told.
func (b *builder) callbackResults(r box, c *story.Callback) {
	b.say()
	for i := range c.Ops[:c.Told] {
		if i > 0 {
			b.s(" · ")
		}
		b.s(strings.TrimPrefix(c.Ops[i].Name, "CB_")).s(" ").s(c.Ops[i].Result)
	}
	b.fit(plain, r.w).put(r.x, r.y+12, plain)
}

func (b *builder) callbackDone(r box, c *story.Callback) {
	b.hit(r, callbackRef(c))
	b.ring(r, 4, callbackRef(c))
	b.say().s("✓ ").s(callbackName(c))
	if c.Told > 0 {
		b.s(" ").s(c.Ops[c.Told-1].Result)
	}
	b.fit(faint, r.w).put(r.x, r.y+12, faint)
}

func (b *builder) callbackSaid(c *story.Callback) {
	b.say().s(callbackName(c)).s(" 0x").x(c.XID).s(": ")
	switch c.Stage {
	case story.CallbackRead:
		b.s(b.tw().reads)
	case story.CallbackListed:
		b.s(b.tw().list)
	case story.CallbackServed:
		b.s(b.tr.serves)
	case story.CallbackAnswering:
		b.s(b.tw().answers)
	default:
		b.s(b.tw().over)
	}
	for i := range c.Ops[:c.Told] {
		b.s(", ").s(c.Ops[i].Name).s(" ").s(c.Ops[i].Result)
	}
	b.phrase(0, callbackRef(c))
}

// callbackThread says whether a thread serves callbacks: it is the client's, though it is a server's thread.
func (b *builder) callbackThread(t *story.Thread) bool {
	return t.AtClient.Value || strings.HasPrefix(t.Service, "NFSv4 callback") || strings.HasPrefix(b.log.Text(t.Comm), "NFSv4 callback")
}

// anotherServes says whether a callback thread other than thread i is busy.
func (b *builder) anotherServes(i int) bool {
	for j := range b.st.Threads {
		if t := &b.st.Threads[j]; j != i && t.Busy && b.callbackThread(t) {
			return true
		}
	}
	return false
}
