package scene

import (
	"sunscope/core/story"
	"sunscope/core/trace"
)

// readRecord is what the client's receive worker read last from a transport's byte stream.
type readRecord struct {
	ord    int
	xid    uint32
	length int // of the message, without its marker
	reply  bool
	late   bool // nobody waits for it, any more or at all
	found  bool
	done   bool // it was read to its end
	stream bool
}

// lastRecord searches the past for the record that was read last.
func (b *builder) lastRecord() readRecord {
	r := readRecord{}
	for i := b.st.Instant; i >= 0 && i > b.st.Instant-lookBack; i-- {
		switch b.log.KindAt(i) {
		case trace.XsStreamReadRequest:
			if r.found {
				return r
			}
			var e trace.Event
			b.log.At(i, &e)
			r = readRecord{ord: i, length: int(e.Int("reclen")), found: true, done: true, stream: true}
			r.xid, _ = e.XID()
		case trace.XprtLookupRqst:
			var e trace.Event
			b.log.At(i, &e)
			xid, _ := e.XID()
			if r.found && xid != r.xid {
				return r
			}
			r.ord, r.xid, r.reply, r.found = i, xid, true, true
			r.late = e.Int("status") < 0
			return r
		}
	}
	return r
}

// drawDemux shows the three words by which the receive path decides what a record is: marker, xid and direction; and
// the way that the record took from there.
func (b *builder) drawDemux(r box, x *story.Xprt) {
	if r.empty() || r.h < 60 {
		return
	}
	if b.back {
		b.frame(r, 8, Inset, InsetEdge, 1)
		b.heading(r.x+11, r.y+18, b.tr.demux)
		return
	}
	if r.h >= 150 {
		b.callbackService(box{r.x + 8, r.bottom() - 30, r.w - 16, 22})
	}
	rec := b.lastRecord()
	if !rec.found {
		b.text(r.x+11, r.y+38, faint, b.tr.noRecord)
		return
	}
	b.say().s(b.tr.demux).s(": xid 0x").x(rec.xid).s(" ")
	if rec.late {
		b.s(b.tr.unknownXID).phrase(2, Ref{})
	} else if rec.reply {
		b.s(b.tr.replyWord).s(" → ").s(b.tr.toTree).phrase(2, Ref{})
	} else {
		b.s(b.tr.callWord).s(" → ").s(b.tr.toCallbacks).phrase(2, Ref{})
	}
	if x != nil && x.Datagrams && rec.reply && !rec.stream { // a datagram is one message: its xid is all that is looked at
		b.hexWord(r.x+9, r.y+36, rec.xid, Ink)
		b.text(r.x+9+11*6.6+6, r.y+36, plain, "xid")
		way := b.say().s("→ ")
		if rec.late {
			way.s(b.tr.unknownXID).fit(plain, r.w-18).put(r.x+9, r.y+53, plain.in(TroubleText))
		} else {
			way.s(b.tr.toTree).fit(plain, r.w-18).put(r.x+9, r.y+53, plain.in(ReplyText))
		}
		return
	}
	b.words(r, rec)
	if r.h >= 150 {
		b.junction(r, rec.reply, rec.late)
	}
}

// words spells the words as they came, byte by byte. The marker and the direction follow from events that do not print
// them, so they are marked as inferred.
func (b *builder) words(r box, rec readRecord) {
	x, y := r.x+9, r.y+36
	step, at := float32(17), r.x+9+11*6.6+6 // beside a word stands what it is
	width := r.right() - 5 - at
	if rec.done {
		b.hexWord(x, y, 0x80000000|uint32(rec.length), InkDim)
	} else {
		b.text(x, y, monoDim, "?? ?? ?? ??")
	}
	b.say().s("≈ ").s(b.tr.record).fit(plain, width).put(at, y, plain)
	b.hexWord(x, y+step, rec.xid, Ink)
	b.text(at, y+step, plain, "xid")
	c, word, dir := ReplyText, b.tr.replyWord, uint32(1)
	if !rec.reply {
		c, word, dir = CallbackText, b.tr.callWord, 0
	}
	b.hexWord(x, y+2*step, dir, c)
	t := style{SansBold, small, c, Left}
	b.say().s("≈ ").s(word).fit(t, width).put(at, y+2*step, t)
}

func (b *builder) hexWord(x, y float32, v uint32, c Color) {
	b.say()
	for shift := 24; shift >= 0; shift -= 8 {
		if shift < 24 {
			b.s(" ")
		}
		by := byte(v >> shift)
		b.l.scratch.buf = append(b.l.scratch.buf, "0123456789abcdef"[by>>4], "0123456789abcdef"[by&15])
	}
	b.put(x, y, mono.in(c))
}

// junction draws a set of points as on a railway: replies go straight to the xid tree, calls branch to the callback list.
func (b *builder) junction(r box, reply, late bool) {
	const run = 36 // of the rails, up to the names of where they lead
	x, y := r.x+14, min(r.bottom()-58, r.y+86)
	var buf [16]Point
	up := rounded(buf[:0], []Point{{x, y}, {x, y + 14}, {x + run, y + 14}}, 12)
	tree, list := Color(RailThin), Color(RailThin)
	width := [2]float32{2, 2}
	if reply {
		tree, width[0] = Reply, 4
	} else {
		list, width[1] = Callback, 4
	}
	var buf2 [16]Point
	down := rounded(buf2[:0], []Point{{x, y}, {x, y + 42}, {x + run, y + 42}}, 22)
	b.line(list, width[1], 4, down...)
	b.line(tree, width[0], 0, up...)
	room := r.right() - 6 - (x + run + 6)
	if late {
		b.say().s(b.tr.unknownXID).fit(plain, room).put(x+run+6, y+18, plain.in(TroubleText))
	} else {
		b.say().s(b.tr.toTree).fit(plain, room).put(x+run+6, y+18, plain.in(pick(reply, ReplyText, InkFaint)))
	}
	b.say().s(b.tr.toCallbacks).fit(plain, room).put(x+run+6, y+46, plain.in(pick(!reply, CallbackText, InkFaint)))
}

func pick(yes bool, a, z Color) Color {
	if yes {
		return a
	}
	return z
}

// callbackService draws the client's callback threads, if there are any: to them go the calls that the points lead to
// the callback list.
func (b *builder) callbackService(r box) {
	for i := range b.st.Threads {
		t := &b.st.Threads[i]
		if !b.callbackThread(t) || !t.Busy && b.anotherServes(i) {
			continue
		}
		ref := threadRef(t)
		b.hit(r, ref)
		b.frame(r, 5, Panel, InsetEdge, 1)
		b.ring(r, 5, ref)
		y := middle(r.midY(), small)
		if !t.Busy {
			b.say().s(b.log.Text(t.Comm)).fit(plain, r.w-12).put(r.x+6, y, plain)
			return
		}
		w := r.w - 12
		b.fill(box{r.x + 3, r.y + 3, r.w - 6, r.h - 6}, 3, Callback)
		b.say().s(b.log.Text(t.Comm)).s(" ").s(b.log.Text(t.Proc)).fit(packetText, w).put(r.midX(), y, packetText.to(Center))
		b.threadSaid(t)
		return
	}
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
