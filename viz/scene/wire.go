package scene

import (
	"sunscope/core/story"
	"sunscope/core/time"
	"sunscope/viz/scene/face"
)

// drawWire draws the messages on their way: calls and handshakes to the right, what comes back to the left.
func (b *builder) drawWire(p *panels, x *story.Xprt) {
	if p.lanesTo.empty() {
		return
	}
	if b.back {
		b.tracks(p.lanesTo, b.tr.toServer, true)
		b.tracks(p.lanesBack, b.tr.toClient, false)
		return
	}
	b.say().s(b.tr.wire).phrase(1, Ref{})
	b.packets(p.lanesTo, story.ToServer)
	b.packets(p.lanesBack, story.ToClient)
}

const captionHeight = 18

func (b *builder) tracks(r box, caption string, right bool) {
	if right {
		b.text(r.right(), r.y+12, plain.to(Right), caption)
		w := face.Advance(plain.font, plain.size, caption)
		b.arrow(Point{r.right() - w - 30, r.y + 8}, Point{r.right() - w - 8, r.y + 8})
	} else {
		w := b.text(r.x, r.y+12, plain, caption)
		b.arrow(Point{r.x + w + 30, r.y + 8}, Point{r.x + w + 8, r.y + 8})
	}
	r.cutTop(captionHeight)
	n, pitch := trackCount(r.h)
	for i := range n {
		y := r.y + (float32(i)+0.5)*pitch
		b.fill(box{r.x, y - 4, r.w, 8}, 4, Inset)
		b.line(InsetEdge, 1, 3, Point{r.x + 6, y}, Point{r.right() - 6, y})
	}
}

func (b *builder) arrow(p, q Point) {
	b.line(InkFaint, 1.25, 0, p, q)
	b.head(p, q, InkFaint)
}

// trackCount is how many tracks there are in that height, and how far apart.
func trackCount(h float32) (n int, pitch float32) {
	n = max(1, min(4, int((h+2)/21)))
	return n, min(46, h/float32(n))
}

// packets places the packets of one direction on as many tracks as there are, each on the first where it hides no
// other; one for which there is none shrinks to a mark.
func (b *builder) packets(r box, dir story.Direction) {
	r.cutTop(captionHeight)
	n, pitch := trackCount(r.h)
	taken := b.l.scratch.boxes[:0]
	for i := range b.st.Packets {
		p := &b.st.Packets[i]
		if p.Dir != dir {
			continue
		}
		body := b.packetBox(r, p)
		free := false
		for try := range n {
			body.y = r.y + (float32((int(p.ID)+try)%n)+0.5)*pitch - body.h/2
			if free = !overlapsAny(taken, body); free {
				break
			}
		}
		if free {
			taken = append(taken, body)
		}
		b.packet(body, p, free)
	}
	b.l.scratch.boxes = taken
}

func overlapsAny(taken []box, r box) bool {
	for _, t := range taken {
		if r.x < t.right()+2 && t.x < r.right()+2 && r.y < t.bottom() && t.y < r.bottom() {
			return true
		}
	}
	return false
}

var packetText = style{SansBold, small, OnMessage, Left}

// packetBox is where a packet is on its way across r, from left to right or back; its y is still open.
func (b *builder) packetBox(r box, p *story.Packet) box {
	b.packetWord(p)
	w := face.AdvanceBytes(packetText.font, packetText.size, b.said()) + 20
	b.l.scratch.buf = b.l.scratch.buf[:b.start]
	w = min(w, r.w)
	t, _ := b.travelled(p)
	if b.v.Reduced && p.Lost == "" {
		t = 0.5
	}
	if p.Dir == story.ToClient {
		t = 1 - t
	}
	return box{r.x + t*(r.w-w), 0, w, 19}
}

// travelled is the part of its way that a packet has behind it. Only a simulation says beforehand when a packet will
// arrive; for a recording it is known from what came later, which is a reading of the recording, so it is inferred.
func (b *builder) travelled(p *story.Packet) (part float32, how story.How) {
	arrives, how := p.Arrives.Value, p.Arrives.How
	if p.Lost != "" {
		return fraction(p.LostAt, p.SentAt, arrives), how
	}
	if how == story.Unknown {
		spans := b.story.WireSpans()
		i := int(p.ID) - 1
		if i < 0 || i >= len(spans) || spans[i].Packet != p.ID || spans[i].Open {
			return 0.5, story.Unknown
		}
		arrives, how = spans[i].End, story.Inferred
	}
	return fraction(b.now, p.SentAt, arrives), how
}

// fraction is how much of the time from a to z has passed at t, between 0 and 1.
func fraction(t, a, z time.Duration) float32 {
	if z <= a {
		return 1
	}
	return max(0, min(float32(t-a)/float32(z-a), 1))
}

// packetWord puts together what a packet is called: its kind and whose it is.
func (b *builder) packetWord(p *story.Packet) *builder {
	b.say()
	if p.Lost != "" {
		b.s("✗ ")
	}
	b.s(p.Kind)
	if t := b.st.Task(p.Task); t != nil {
		b.s(" ").short(t)
	} else if p.XID != 0 {
		b.s(" ?")
	}
	if p.Retrans {
		b.s(" ×2")
	}
	if p.Duplicate {
		b.s(" ").s(b.tr.copied)
	}
	return b
}

// liveryOf is a packet's colours: filled if it was observed, outlined if it is inferred.
func liveryOf(p *story.Packet, callbacks bool) (fill, edge, ink Color) {
	fill, ink = InsetEdge, Ink
	text := InkDim
	switch {
	case p.Retrans:
		fill, ink, text = Retrans, OnMessage, RetransText
	case p.Kind == "RST":
		fill, ink, text = Trouble, OnMessage, TroubleText
	case p.Kind == "CALL" && (callbacks || p.Dir == story.ToClient), p.Kind == "REPLY" && (callbacks || p.Dir == story.ToServer):
		fill, ink, text = Callback, OnMessage, CallbackText
	case p.Kind == "CALL":
		fill, ink, text = Call, OnMessage, CallText
	case p.Kind == "REPLY":
		fill, ink, text = Reply, OnMessage, ReplyText
	case p.Kind == "DATA" && p.Dir == story.ToClient:
		fill, ink, text = Reply, OnMessage, ReplyText
	case p.Kind == "DATA":
		fill, ink, text = Call, OnMessage, CallText
	}
	if p.Lost != "" {
		return Panel, Trouble, TroubleText
	}
	if p.How == story.Inferred {
		return Panel, fill, text
	}
	return fill, NoColor, ink
}

// packet draws one as a signpost that points where it goes.
func (b *builder) packet(r box, p *story.Packet, whole bool) {
	ref := Ref{Kind: RefPacket, Num: int64(p.ID)}
	x := b.st.Xprt(p.Xprt)
	fill, edge, ink := liveryOf(p, x != nil && x.Callbacks)
	b.packetSaid(p, ref)
	if !whole {
		m := box{r.midX() - 4, r.y - 5, 8, 6}
		b.frame(m, 2, fill, edge, 1.25)
		b.ring(m, 2, ref)
		b.hit(m.inset(-2), ref)
		return
	}
	b.hit(r, ref)
	b.ring(r, 4, ref)
	tip := float32(7)
	bodyBox := box{r.x, r.y, r.w - tip, r.h}
	a, z := Point{r.right() - tip, r.y}, Point{r.right(), r.midY()}
	if p.Dir == story.ToClient {
		bodyBox.x += tip
		a, z = Point{r.x + tip, r.y}, Point{r.x, r.midY()}
	}
	c := Point{a.X, r.bottom()}
	if p.How == story.Inferred || p.Lost != "" {
		b.frame(bodyBox, 3, fill, edge, 1.25).Dash = 3
		b.line(edge, 1.25, 3, a, z, c)
	} else {
		b.fill(bodyBox, 3, fill)
		b.tri(fill, a, z, c)
	}
	b.packetWord(p).fit(packetText, bodyBox.w-8).put(bodyBox.midX(), middle(r.midY(), small), packetText.in(ink).to(Center))
}

func (b *builder) packetSaid(p *story.Packet, ref Ref) {
	b.say().s(p.Kind)
	if t := b.st.Task(p.Task); t != nil {
		b.s(" ").name(t)
	}
	if p.XID != 0 {
		b.s(" xid 0x").x(p.XID)
	}
	if p.Dir == story.ToServer {
		b.s(" → ").s(b.tr.toServer)
	} else {
		b.s(" → ").s(b.tr.toClient)
	}
	if p.Duplicate {
		b.s(", ").s(b.tr.copied)
	}
	if p.Lost != "" {
		b.s(", ").s(b.tr.whyLost(p)).phrase(0, ref)
		return
	}
	part, how := b.travelled(p)
	if how != story.Unknown {
		b.s(", ")
		if how == story.Inferred {
			b.s("≈")
		}
		b.n(int(part*100 + 0.5)).s(" %")
	}
	b.phrase(0, ref)
}

// whyLost is what became of a packet that nobody gets.
func (l *labels) whyLost(p *story.Packet) string {
	switch p.Lost {
	case "OVERFLOW":
		return l.overflow
	case "NOPORT":
		return l.noPort
	}
	return l.lost
}
