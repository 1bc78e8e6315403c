package scene

import (
	"sunscope/core/story"
	"sunscope/viz/scene/face"
)

// drawWire draws the messages on their way: calls and handshakes to the right, what comes back to the left.
func (b *builder) drawWire(p *panels, x *story.Xprt) {
	if p.lanesTo.empty() {
		return
	}
	if b.back {
		b.zoomed(p.lanesTo, lanesWide, lanesHigh, func(r box) { b.tracks(r, b.tr.toServer, true) })
		b.zoomed(p.lanesBack, lanesWide, lanesHigh, func(r box) { b.tracks(r, b.tr.toClient, false) })
		return
	}
	b.say().s(b.tr.wire).phrase(1, Ref{})
	b.zoomed(p.lanesTo, lanesWide, lanesHigh, func(r box) { b.packets(r, story.ToServer) })
	b.zoomed(p.lanesBack, lanesWide, lanesHigh, func(r box) { b.packets(r, story.ToClient) })
}

// The size at which a direction is comfortable.
const (
	lanesWide = 420
	lanesHigh = 110
)

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

// bundle is what is drawn as one signpost: a packet, or several that have no room beside each other.
type bundle struct {
	r       box
	at      int32 // of the first of them in State.Packets
	n       int32
	bytes   int
	from    int  // of one record: where in it the first of the bytes lies
	to      int  // and where the last
	train   bool // they are pieces of one record
	mixed   bool // they are not all of one kind
	ringing bool // one of them is selected
}

// saidPackets is how many packets of a direction the text twin tells one by one.
const saidPackets = 24

// packets places the packets of one direction on as many tracks as there are: the pieces of a record on one track if
// that is possible, each where it hides no other. Those that find no room join the bundle that is in their way.
func (b *builder) packets(r box, dir story.Direction) {
	r.cutTop(captionHeight)
	n, pitch := trackCount(r.h)
	list := b.l.scratch.bundles[:0]
	several, said := b.severalConnections(), 0
	for i := range b.st.Packets {
		p := &b.st.Packets[i]
		if p.Dir != dir {
			continue
		}
		if said++; said <= saidPackets {
			b.packetSaid(p, packetRef(p))
		}
		list = b.place(list, r, n, pitch, int32(i), several)
	}
	b.l.scratch.bundles = list
	if said > saidPackets {
		b.say().s("+").n(said-saidPackets).s(" ").s(b.tr.more).phrase(0, Ref{})
	}
	b.links(list)
	for i := range list {
		b.packet(&list[i], several)
	}
}

func packetRef(p *story.Packet) Ref { return Ref{Kind: RefPacket, Num: int64(p.ID)} }

// severalConnections says whether packets of more than one connection are on their way.
func (b *builder) severalConnections() bool {
	for i := range b.st.Packets {
		if p := &b.st.Packets[i]; p.Xprt != b.st.Packets[0].Xprt {
			return true
		}
	}
	return false
}

// place finds room for packet i. A piece of a record is coupled to the piece before it if that is in its way, so that a
// record becomes a train on one track; others move to another track, and at last into a bundle.
func (b *builder) place(list []bundle, r box, tracks int, pitch float32, i int32, several bool) []bundle {
	p := &b.st.Packets[i]
	body := b.packetBox(r, p, several)
	first := int(p.XID>>24) + int(p.Xprt) // an XID's first byte counts
	if p.XID == 0 {
		first = int(p.ID)
	}
	for try := range tracks {
		body.y = r.y + (float32((first+try)%tracks)+0.5)*pitch - body.h/2
		j := inTheWay(list, body)
		if j < 0 {
			return append(list, bundle{
				r: body, at: i, n: 1, bytes: p.Len.Value, from: p.Offset, to: p.Offset + p.Len.Value,
				train: true, ringing: packetRef(p) == b.v.Selected,
			})
		}
		if o := &list[j]; o.train && sameRecord(&b.st.Packets[o.at], p) {
			b.join(o, p)
			whole := box{min(o.r.x, body.x), o.r.y, max(o.r.right(), body.right()) - min(o.r.x, body.x), o.r.h}
			kept := o.r
			o.r = box{}
			if inTheWay(list, whole) < 0 {
				kept = whole
			}
			o.r = kept
			return list
		}
	}
	best, much := 0, float32(-1000)
	for j := range list {
		o := &list[j]
		if over := min(o.r.right(), body.right()) - max(o.r.x, body.x); over > much {
			best, much = j, over
		}
	}
	b.join(&list[best], p)
	return list
}

// join puts p into a bundle.
func (b *builder) join(o *bundle, p *story.Packet) {
	q := &b.st.Packets[o.at]
	o.n++
	o.bytes += p.Len.Value
	o.train = o.train && sameRecord(q, p)
	o.from, o.to = min(o.from, p.Offset), max(o.to, p.Offset+p.Len.Value)
	o.mixed = o.mixed || q.Kind != p.Kind || q.Lost != p.Lost || q.Retrans != p.Retrans
	o.ringing = o.ringing || packetRef(p) == b.v.Selected
}

// sameRecord says whether two packets carry pieces of one record.
func sameRecord(p, q *story.Packet) bool {
	return p.XID == q.XID && p.XID != 0 && p.Kind == q.Kind && p.Xprt == q.Xprt && !p.Datagram && !q.Datagram
}

// inTheWay is the first bundle that r would touch, -1 without.
func inTheWay(list []bundle, r box) int {
	for i := range list {
		t := &list[i].r
		if r.x < t.right()+2 && t.x < r.right()+2 && r.y < t.bottom() && t.y < r.bottom() {
			return i
		}
	}
	return -1
}

// links ties the pieces of a record together.
func (b *builder) links(list []bundle) {
	for i := range list {
		p := &b.st.Packets[list[i].at]
		for j := i + 1; j < len(list); j++ {
			if q := &b.st.Packets[list[j].at]; sameRecord(p, q) && p.Offset != q.Offset {
				_, _, ink := liveryOf(p, b.backward(p))
				b.line(ink, 1.5, 2, Point{list[i].r.midX(), list[i].r.midY()}, Point{list[j].r.midX(), list[j].r.midY()})
				break
			}
		}
	}
}
