package scene

import (
	"sunscope/core/story"
	"sunscope/core/time"
	"sunscope/viz/scene/face"
)

// backward says whether a packet goes over a transport on which the server calls.
func (b *builder) backward(p *story.Packet) bool {
	x := b.st.Xprt(p.Xprt)
	return x != nil && x.Callbacks
}

var packetText = style{SansBold, small, OnMessage, Left}

// wideAt is how many bytes make a packet as wide as any is drawn.
const wideAt = 16 << 10

// packetBox is where a packet is on its way across r, from left to right or back; its y is still open. It is as wide as
// its name needs, and wider the more bytes it has.
func (b *builder) packetBox(r box, p *story.Packet, several bool) box {
	b.packetWord(p, several)
	w := face.AdvanceBytes(packetText.font, packetText.size, b.said()) + 20
	b.l.scratch.buf = b.l.scratch.buf[:b.start]
	most := 0.6 * r.w
	w = min(max(w, 24+(most-24)*min(1, float32(p.Len.Value)/wideAt)), r.w)
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

// packetWord puts together what a packet is called: its kind and whose it is; and if packets of several connections are on
// their way, which it belongs to.
func (b *builder) packetWord(p *story.Packet, several bool) *builder {
	b.say()
	if p.Lost != "" {
		b.s("✗ ")
	} else if b.overtakes(p) {
		b.s("↕ ")
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
	if several {
		if x := b.st.Xprt(p.Xprt); x != nil {
			b.s(" ").xprtName(x)
		}
	}
	return b
}

// crowdedWire is with how many packets on their way nobody looks any more which overtakes which.
const crowdedWire = 64

// overtakes says whether a datagram arrives before one that was sent earlier between the same two sockets.
func (b *builder) overtakes(p *story.Packet) bool {
	if !p.Datagram || p.Arrives.How != story.Observed || len(b.st.Packets) > crowdedWire {
		return false
	}
	for i := range b.st.Packets {
		q := &b.st.Packets[i]
		if q.Dir == p.Dir && q.Src == p.Src && q.Dst == p.Dst && q.Lost == "" && q.SentOrd < p.SentOrd && q.Arrives.Value > p.Arrives.Value {
			return true
		}
	}
	return false
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

// packet draws a bundle as a signpost that points where it goes. Several are drawn as a pile with their number.
func (b *builder) packet(g *bundle, several bool) {
	p, r := &b.st.Packets[g.at], g.r
	ref := packetRef(p)
	fill, edge, ink := liveryOf(p, b.backward(p))
	if g.n > 1 && !g.train {
		back := box{r.x + 3, r.y - 3, r.w - 6, 8}
		b.frame(back, 3, Panel, pick(edge == NoColor, fill, edge), 1.25)
	}
	b.hit(r, ref)
	if g.ringing {
		b.ring(r, 4, b.v.Selected)
	} else {
		b.ring(r, 4, ref)
	}
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
	switch {
	case g.train:
		b.portion(bodyBox, p, g, ink)
		b.packetWord(p, several)
	case g.mixed:
		b.say()
	default:
		b.say().s(p.Kind)
	}
	if g.n > 1 {
		b.s(" ×").n(int(g.n))
	}
	if room := bodyBox.w - 8; g.n > 1 && g.train && advanceBytes(packetText, b.said()) > room {
		b.l.scratch.buf = b.l.scratch.buf[:b.start]
		if t := b.st.Task(p.Task); t != nil {
			b.short(t)
		}
		b.s(" ×").n(int(g.n))
	}
	if r.w > 110 && g.bytes > 0 {
		b.s(" · ").bytes(g.bytes)
	}
	b.fit(packetText, bodyBox.w-8).put(bodyBox.midX(), middle(r.midY(), small), packetText.in(ink).to(Center))
}

// portion marks at the lower edge of pieces of a record which part of the record they are.
func (b *builder) portion(r box, p *story.Packet, g *bundle, ink Color) {
	if p.Datagram || p.RecordLen <= g.to-g.from || r.w < 24 {
		return
	}
	line := box{r.x + 4, r.bottom() - 3.5, r.w - 8, 2}
	b.fill(line, 0, ink).Alpha = 60
	scale := line.w / float32(p.RecordLen)
	from := min(float32(g.from)*scale, line.w-2)
	b.fill(box{line.x + from, line.y, max(2, min(float32(g.to-g.from)*scale, line.w-from)), line.h}, 0, ink)
}

// bytes adds a number of bytes in the unit that suits it.
func (b *builder) bytes(n int) *builder {
	switch {
	case n >= 10<<20:
		return b.n(n >> 20).s(" MB")
	case n >= 10<<10:
		return b.n(n >> 10).s(" KB")
	}
	return b.n(n).s(" B")
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
	if p.Len.How != story.Unknown && p.Len.Value > 0 {
		b.s(", ").bytes(p.Len.Value)
		if p.RecordLen > p.Len.Value && !p.Datagram {
			b.s(" @").n(p.Offset).s(" / ").bytes(p.RecordLen)
		}
	}
	if b.overtakes(p) {
		b.s(", ").s(b.tw().overtakes)
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
