package scene

import (
	"strings"

	"sunscope/core/story"
	"sunscope/core/trace"
)

// The strip of transports beside the client's title: a chip each, with its state as a shape, whose it is, how many of its
// slots are in use and who has its write lock. The more there are, the less each says. One of them is the transport
// whose slots and lock the room shows: see [builder.pickXprt].

// chipText is how much a chip says.
type chipText uint8

const (
	chipLong   chipText = iota // "nfs 10.0.0.1:2049 3/≈16", and the lock's owner
	chipFull                   // without the address
	chipMedium                 // "nfs 3"
	chipSmall                  // "3"
)

const (
	chipHeight = 18
	chipShape  = 18 // what the state's shape takes
	chipGap    = 5
)

// drawXprts draws the strip into r, one line high.
func (b *builder) drawXprts(r box, shown *story.Xprt) {
	list := b.l.scratch.rows[:0]
	for _, callbacks := range [...]bool{false, true} {
		for i := range b.st.Xprts {
			if x := &b.st.Xprts[i]; x.Callbacks == callbacks && b.inRoom(x) {
				list = append(list, int32(i))
			}
		}
	}
	b.l.scratch.rows = list
	if len(list) == 0 {
		return
	}
	b.saidXprts(list, shown)
	if r.w < 2*chipShape {
		return
	}
	how := chipLong
	for ; how < chipSmall; how++ {
		if b.chipsWidth(list, how) <= r.w {
			break
		}
	}
	x, end := r.x, r.right()
	if b.chipsWidth(list, how) > r.w {
		end -= 28
	}
	for n, i := range list {
		xp := &b.st.Xprts[i]
		w := b.chipWidth(xp, how)
		if x+w > end {
			b.say().s("+").n(len(list)-n).put(end+3, middle(r.midY(), small), mono)
			return
		}
		b.chip(box{x, r.midY() - chipHeight/2, w, chipHeight}, xp, how, shown == xp)
		x += w + chipGap
	}
}

func (b *builder) chipsWidth(list []int32, how chipText) float32 {
	w := float32(-chipGap)
	for _, i := range list {
		w += b.chipWidth(&b.st.Xprts[i], how) + chipGap
	}
	return w
}

func (b *builder) chipWidth(x *story.Xprt, how chipText) float32 {
	b.say().chipSays(x, how)
	w := advanceBytes(mono, b.said()) + chipShape + 8
	b.l.scratch.buf = b.l.scratch.buf[:b.start]
	if how <= chipFull && b.lockShown(x) {
		w += 10
		if t := b.st.Task(x.SndTask.Value); t != nil {
			b.say().short(t)
			w += advanceBytes(mono, b.said()) + 2
			b.l.scratch.buf = b.l.scratch.buf[:b.start]
		}
	}
	return w
}

// lockShown says whether the chip has something to say of the write lock.
func (b *builder) lockShown(x *story.Xprt) bool { return x.SndCookie || x.SndTask.Value != 0 }

// chipSays adds a chip's text, without its lock.
func (b *builder) chipSays(x *story.Xprt, how chipText) *builder {
	if how != chipSmall {
		b.program(x)
		if n := b.sibling(x); n > 0 {
			b.s("#").n(n)
		}
	}
	if how == chipLong && x.Addr != "" {
		b.s(" ").s(x.Addr)
	}
	if how <= chipFull && x.Port != "" && x.Port != "0" && !strings.HasPrefix(x.Addr, "/") {
		b.s(":").s(x.Port)
	}
	if how != chipSmall {
		b.s(" ")
	}
	b.n(usedSlots(x))
	if how <= chipFull {
		b.s("/").most(x)
	}
	return b
}

// program adds what is called over the transport.
func (b *builder) program(x *story.Xprt) *builder {
	for i := range b.st.Clients {
		if c := &b.st.Clients[i]; c.Xprt.Value == x.ID && c.Program != "" && !c.Gone {
			return b.s(c.Program)
		}
	}
	for i := range b.st.Xprts { // nconnect: the others of the same client
		o := &b.st.Xprts[i]
		if o == x || o.Addr != x.Addr || o.Port != x.Port || x.Callbacks {
			continue
		}
		for j := range b.st.Clients {
			if c := &b.st.Clients[j]; c.Xprt.Value == o.ID && c.Program != "" && !c.Gone {
				return b.s(c.Program)
			}
		}
	}
	return b.s("xprt")
}

// sibling numbers the transports that have the same peer, from 1; 0 if it is the only one.
func (b *builder) sibling(x *story.Xprt) int {
	n, at := 0, 0
	for i := range b.st.Xprts {
		if o := &b.st.Xprts[i]; o.Addr == x.Addr && o.Port == x.Port && o.Callbacks == x.Callbacks && b.inRoom(o) {
			if n++; o == x {
				at = n
			}
		}
	}
	if n < 2 {
		return 0
	}
	return at
}

func (b *builder) chip(r box, x *story.Xprt, how chipText, shown bool) {
	ref := Ref{Kind: RefXprt, Num: int64(x.ID)}
	edge, width, ink := Color(InsetEdge), float32(1), mono
	if shown {
		edge, width = Awake, 1.75
	}
	if x.Callbacks {
		ink = ink.in(CallbackText)
	}
	b.frame(r, chipHeight/2, Inset, edge, width)
	b.xprtShape(r.x+10, r.midY(), x)
	at := r.x + chipShape
	at += b.say().chipSays(x, how).put(at, middle(r.midY(), small), ink) + 6
	if how <= chipFull && b.lockShown(x) {
		lock := b.fill(box{at, r.midY() - 3.5, 7, 7}, 1, Ink)
		if x.SndTask.How == story.Inferred || x.SndCookie {
			lock.Fill, lock.Stroke, lock.Width = NoColor, Ink, 1.5
		}
		if t := b.st.Task(x.SndTask.Value); t != nil {
			b.say().short(t).put(at+10, middle(r.midY(), small), ink)
		}
	}
	b.hit(r, ref)
	b.ring(r, chipHeight/2, ref)
}

// xprtShape shows a transport's state: a full disc is connected, half a ring connects, an empty ring is not connected, a
// triangle is being closed. What nobody has said is "?".
func (b *builder) xprtShape(x, y float32, xp *story.Xprt) {
	s := xp.State.Value
	switch {
	case xp.State.How == story.Unknown:
		b.text(x, middle(y, small), plain.to(Center), "?")
	case s&(trace.XprtCloseWait|trace.XprtClosing) != 0:
		b.tri(TroubleText, Point{x - 4.5, y - 4}, Point{x + 4.5, y - 4}, Point{x, y + 4.5})
	case s&trace.XprtConnected != 0:
		b.fill(box{x - 4, y - 4, 8, 8}, 4, ReplyText)
	case s&(trace.XprtConnecting|trace.XprtBinding) != 0:
		b.arc(x, y, 3.5, 2, 0, 0.5, CallText)
	default:
		b.frame(box{x - 4, y - 4, 8, 8}, 4, NoColor, InkFaint, 1.5)
	}
}

// saidXprts puts the strip into words.
func (b *builder) saidXprts(list []int32, shown *story.Xprt) {
	b.say().s(b.tr.transports).s(": ").n(len(list)).phrase(2, Ref{})
	for _, i := range list {
		x := &b.st.Xprts[i]
		b.say().program(x)
		if n := b.sibling(x); n > 0 {
			b.s("#").n(n)
		}
		b.s(" ").s(x.Addr)
		if x.Port != "" && !strings.HasPrefix(x.Addr, "/") {
			b.s(":").s(x.Port)
		}
		b.s(", ").xprtState(x.State.Value).s(", ").n(usedSlots(x)).s(" ").s(b.tr.inUse).s(", ").s(b.tr.writeLock).s(": ")
		switch t := b.st.Task(x.SndTask.Value); {
		case x.SndCookie:
			b.s(b.tr.connectWorker)
		case t != nil:
			b.name(t)
		case x.SndTask.How == story.Unknown:
			b.s("?")
		case closeWorker(x):
			b.s("≈ ").s(b.tr.closeWorker)
		case x.State.Value&trace.XprtLocked != 0:
			b.s("?")
		default:
			b.s(b.tr.nobody)
		}
		if x == shown {
			b.s(" · ").s(b.tr.shownHere)
		}
		b.phrase(0, Ref{Kind: RefXprt, Num: int64(x.ID)})
	}
}

// inRoom says whether the transport belongs to the machine whose room is shown; one whose machine is not known does.
func (b *builder) inRoom(x *story.Xprt) bool {
	if b.v.Room == 0 || x.Local.How == story.Unknown {
		return b.v.Room == 0 || !x.Callbacks
	}
	h := b.hostByID(b.v.Room)
	return h == nil || sameHost(x.Local.Value, h.Addr.Value)
}

// taskInRoom says the same of a task.
func (b *builder) taskInRoom(t *story.Task) bool {
	if !b.v.Shows(t.ID) || b.machine && b.callsBack(t) {
		return false // a filter hides it, or it is the server's, and on its map
	}
	if b.v.Room == 0 {
		return true
	}
	x := b.st.Xprt(t.Xprt.Value)
	return x == nil || b.inRoom(x)
}

func sameHost(local, addr string) bool {
	i := strings.LastIndexByte(local, ':')
	return addr == "" || i == len(addr) && local[:i] == addr || local == addr
}

func (b *builder) hostByID(id story.HostID) *story.Host {
	for i := range b.st.Hosts {
		if b.st.Hosts[i].ID == id {
			return &b.st.Hosts[i]
		}
	}
	return nil
}

// rooms are the machines that call others, as far as was seen: if there are several, the reader chooses whose room it is.
func (b *builder) rooms() int {
	n := 0
	for i := range b.st.Hosts {
		if b.st.Hosts[i].Client {
			n++
		}
	}
	return n
}

// drawRooms draws a chip for every machine that calls others, and returns where they end.
func (b *builder) drawRooms(at, right, y float32) float32 {
	for i := range b.st.Hosts {
		h := &b.st.Hosts[i]
		if !h.Client {
			continue
		}
		ref := Ref{Kind: RefHost, Num: int64(h.ID)}
		b.say()
		if h.Name.Value != "" {
			b.fact(h.Name)
		} else {
			b.fact(h.Addr)
		}
		w := advanceBytes(plain, b.said()) + 16
		if at+w > right {
			b.l.scratch.buf = b.l.scratch.buf[:b.start]
			break
		}
		r := box{at, y - 4 - chipHeight/2, w, chipHeight}
		edge, width := Color(InsetEdge), float32(1)
		if b.v.Room == h.ID {
			edge, width = Awake, 1.75
		}
		b.frame(r, 4, NoColor, edge, width)
		b.put(at+8, middle(r.midY(), small), plainInk)
		b.hit(r, ref)
		b.ring(r, 4, ref)
		b.say().s(b.tr.machine).s(": ").fact(h.Addr)
		if b.v.Room == h.ID {
			b.s(" · ").s(b.tr.shownHere)
		}
		b.phrase(0, ref)
		at += w + chipGap
	}
	return at
}
