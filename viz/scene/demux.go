package scene

import "sunscope/core/story"

// drawDemux draws what a transport's receiver does with a record: the words that it reads, the points that they set, and
// where the points lead: to the receive tree, to the callback list, or to nobody.
func (b *builder) drawDemux(p *panels, x *story.Xprt) {
	r := p.demux
	if r.empty() || r.h < demuxLeast {
		return
	}
	if b.back {
		b.frame(r, 8, Inset, InsetEdge, 1)
		b.heading(r.x+11, r.y+18, b.tr.demux)
		return
	}
	in := box{r.x + 9, r.y + 24, r.w - 15, r.h - 29}
	rd, x := b.readShown(x)
	b.demuxHead(r, x)
	b.demuxSaid(rd)
	high := float32(300)
	with := p.callbacks.empty() && p.withCallbacks && b.hasCallbacks()
	if with {
		high = 440
	}
	b.zoomed(in, 220, high, func(in box) { b.demuxParts(in, x, rd, with) })
}

// demuxParts lays out what the demultiplexer shows, as its room allows.
func (b *builder) demuxParts(in box, x *story.Xprt, rd *story.Read, callbacks bool) {
	if callbacks && in.h >= 230 {
		h := min(b.callbacksHigh(), in.h-150)
		b.callbacks(in.cutBottom(h), true)
		in.cutBottom(6)
	}
	switch {
	case in.w >= 2*pointsWidth && in.h >= pointsHigh:
		left := box{in.x, in.y, wordsWidth, in.h}
		right := box{in.x + wordsWidth + 8, in.y, min(in.w-wordsWidth-8, 260), pointsHigh}
		b.recordWords(left, rd)
		b.switches(right, rd)
		in.cutTop(pointsHigh + 6)
		b.tree(in, x, rd)
	case in.h >= wordsHigh+pointsHigh:
		b.recordWords(in, rd)
		in.cutTop(wordsHigh)
		b.switches(in, rd)
		in.cutTop(pointsHigh + 4)
		b.tree(in, x, rd)
	case in.h >= wordsHigh+16:
		b.recordWords(in, rd)
		b.wayOut(in.x, in.y+wordsHigh+8, in.w, rd)
	case in.h >= 46:
		b.recordWords(in, rd)
	default:
		b.wayOut(in.x, in.y+10, in.w, rd)
	}
}

// The room that the parts of the demultiplexer need.
const (
	demuxLeast  = 50
	wordsHigh   = 54
	wordsWidth  = 150
	pointsHigh  = 66
	pointsWidth = 160
)

// readShown is the transport whose receiver is shown, and what it read last: the selected one's, or else that of the client
// that read last.
func (b *builder) readShown(x *story.Xprt) (*story.Read, *story.Xprt) {
	if s := b.selectedXprt(); s != nil {
		return b.st.ReadOf(s.ID), s
	}
	var best *story.Read
	for i := range b.st.Reads {
		rd := &b.st.Reads[i]
		if t := b.st.Xprt(rd.Xprt); t != nil && !t.Callbacks && b.inRoom(t) && (best == nil || rd.Ord > best.Ord) {
			best = rd
		}
	}
	if best == nil {
		return nil, x
	}
	return best, b.st.Xprt(best.Xprt)
}

// demuxHead says whose receiver it is.
func (b *builder) demuxHead(r box, x *story.Xprt) {
	at := r.x + 11 + titleWidth(b.tr.demux) + 8
	if x == nil || r.right()-8-at < 24 {
		return
	}
	ref := Ref{Kind: RefRead, Num: int64(x.ID)}
	b.hit(box{r.x + 6, r.y + 4, r.w - 12, 18}, ref)
	b.say().xprtName(x).fit(monoDim, r.right()-8-at).put(r.right()-8, r.y+18, monoDim.to(Right))
}

// xprtName adds a short name of a transport: its local port, or else its peer's.
func (b *builder) xprtName(x *story.Xprt) *builder {
	switch {
	case x.Datagrams:
		return b.s("udp ").s(x.Port)
	case len(x.Addr) > 0 && x.Addr[0] == '/':
		return b.s("local")
	case x.Local.How != story.Unknown:
		return b.s(":").s(afterColon(x.Local.Value))
	}
	return b.s(x.Port)
}

func (b *builder) demuxSaid(rd *story.Read) {
	if rd == nil {
		return
	}
	b.say().s(b.tr.demux).s(": xid 0x").x(rd.XID).s(" ")
	word, way := b.wayWords(rd.To)
	b.s(word).s(" → ").s(way)
	if t := b.st.Task(rd.Task); t != nil && rd.To == story.ToTree {
		b.s(", ").name(t)
	}
	b.phrase(2, readRef(rd))
	b.say()
	for i, n := range rd.Counts {
		if i > 0 {
			b.s(", ")
		}
		_, way := b.wayWords(story.ReadTo(i))
		b.s(way).s(" ").n(n)
	}
	b.phrase(0, readRef(rd))
}

func readRef(rd *story.Read) Ref { return Ref{Kind: RefRead, Num: int64(rd.Xprt)} }

// wayWords are the direction that a record of that kind said, and where it goes.
func (b *builder) wayWords(to story.ReadTo) (word, way string) {
	switch to {
	case story.ToCallbacks:
		return b.tr.callWord, b.tr.toCallbacks
	case story.ToNobody:
		return b.tr.replyWord, b.tw().toNobody
	}
	return b.tr.replyWord, b.tr.toTree
}

// wayColors are the colours of a way out as a line and as text.
func wayColors(to story.ReadTo) (line, text Color) {
	switch to {
	case story.ToCallbacks:
		return Callback, CallbackText
	case story.ToNobody:
		return Trouble, TroubleText
	}
	return Reply, ReplyText
}

// wayOut says in one line where the record went.
func (b *builder) wayOut(x, y, w float32, rd *story.Read) {
	if rd == nil {
		b.say().s(b.tr.noRecord).fit(faint, w).put(x, y, faint)
		return
	}
	_, ink := wayColors(rd.To)
	word, way := b.wayWords(rd.To)
	t := style{SansBold, small, ink, Left}
	b.say().s(word).s(" → ").s(way).fit(t, w).put(x, y, t)
	b.hit(box{x, y - 12, w, 17}, readRef(rd))
}

// recordWords spells the words as they came, byte by byte, each with what it is. Where the bytes are not known the marker
// and the direction follow from events that do not print them, so they are marked as inferred.
func (b *builder) recordWords(r box, rd *story.Read) {
	if rd == nil {
		b.say().s(b.tr.noRecord).fit(faint, r.w).put(r.x, r.y+12, faint)
		return
	}
	ref := readRef(rd)
	b.hit(box{r.x - 3, r.y, r.w, wordsHigh - 2}, ref)
	b.ring(box{r.x - 3, r.y + 1, min(r.w, wordsWidth), wordsHigh - 4}, 4, ref)
	y, at := r.y+12, r.x+11*6.6+6 // beside a word stands what it is
	width := r.right() - at
	if rd.Datagram {
		b.say().s(b.tw().noMarker).fit(faint, r.w).put(r.x, y, faint)
	} else {
		b.markerWord(r.x, at, y, width, rd)
	}
	b.hexWord(r.x, y+17, rd.XID, Ink)
	b.say().s("xid")
	if t := b.st.Task(rd.Task); t != nil {
		b.s(" ").short(t)
	}
	b.fit(plain, width).put(at, y+17, plain)
	_, ink := wayColors(rd.To)
	word, _ := b.wayWords(rd.To)
	b.hexWord(r.x, y+34, rd.Dir.Value, ink)
	t := style{SansBold, small, ink, Left}
	b.say().guess(rd.Dir.How).s(word).fit(t, width).put(at, y+34, t)
}

// guess adds the mark of what is inferred.
func (b *builder) guess(how story.How) *builder {
	if how == story.Inferred {
		b.s("≈ ")
	}
	return b
}

func (b *builder) markerWord(x, at, y, width float32, rd *story.Read) {
	if rd.Marker.How == story.Unknown {
		b.text(x, y, monoDim, "?? ?? ?? ??")
		b.say().s(b.tw().marker).fit(plain, width).put(at, y, plain)
		return
	}
	m := rd.Marker.Value
	b.hexWord(x, y, m, InkDim)
	b.say().guess(rd.Marker.How).n(int(m & 0x7fffffff)).s(" B")
	if m>>31 == 0 {
		b.s(", ").s(b.tw().goesOn)
	} else if width > 90 {
		b.s(", ").s(b.tw().last)
	}
	b.fit(plain, width).put(at, y, plain)
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

// switches draws the two decisions as points on a railway. The direction word sets the first: a CALL leaves the line for
// the callback list. A REPLY goes on to the second, which an XID that nobody waits for sets; what is left runs into the tree.
func (b *builder) switches(r box, rd *story.Read) {
	ways := [...]story.ReadTo{story.ToCallbacks, story.ToNobody, story.ToTree}
	x, to := r.x+7, len(ways)
	for i, w := range ways {
		if rd != nil && rd.To == w {
			to = i
		}
	}
	for i := range ways { // first the rails that were not taken
		if i != to {
			b.branch(x, r.y, i, 2, Rail, 4)
		}
	}
	b.line(Rail, 2, 0, Point{x, r.y}, Point{x, r.y + pointsPitch + 6})
	if to < len(ways) {
		lit, _ := wayColors(ways[to])
		b.line(lit, 4, 0, Point{x, r.y - 1}, Point{x, r.y + 6 + float32(min(to, 1))*pointsPitch})
		b.branch(x, r.y, to, 4, lit, 0)
	}
	for i := range ways[:2] { // the points themselves: bright where the record came by
		y := r.y + 6 + float32(i)*pointsPitch
		b.frame(box{x - 4, y - 4, 8, 8}, 4, pick(to < len(ways) && i <= to, RailLit, Station), StationEdge, 1.25)
	}
	for i, w := range ways {
		_, ink := wayColors(w)
		y := r.y + pointsFirst + float32(i)*pointsPitch
		b.wayRow(box{x + 24, y - 9, r.right() - x - 24, 18}, w, rd, ink)
	}
}

const (
	pointsPitch = 20
	pointsFirst = 16 // of the first way out, below the top
)

// branch draws the rail from the i-th points to where they lead; the last runs on from the second.
func (b *builder) branch(x, top float32, i int, width float32, c Color, dash float32) {
	var buf [16]Point
	y := top + pointsFirst + float32(i)*pointsPitch
	from := top + 6 + float32(min(i, 1))*pointsPitch
	b.line(c, width, dash, rounded(buf[:0], []Point{{x, from}, {x, y}, {x + 18, y}}, 9)...)
}

// wayRow names where a way leads and how many records took it.
func (b *builder) wayRow(r box, to story.ReadTo, rd *story.Read, ink Color) {
	taken := rd != nil && rd.To == to
	t := plain.in(InkFaint)
	if taken {
		t = style{SansBold, small, ink, Left}
	}
	y, right := middle(r.midY(), small), r.right()
	if rd != nil {
		b.say().n(rd.Counts[to])
		w := b.put(right, y, mono.in(pick(taken, Ink, InkFaint)).to(Right))
		right -= w + 6
	}
	word, way := b.wayWords(to)
	if to == story.ToNobody && r.w < 150 {
		way = b.tw().nobody
	}
	b.say()
	if taken {
		b.s("▶ ")
	}
	if r.w > 140 && to != story.ToNobody {
		b.s(word).s(" → ")
	}
	b.s(way).fit(t, right-r.x).put(r.x, y, t)
}

func pick(yes bool, a, z Color) Color {
	if yes {
		return a
	}
	return z
}
