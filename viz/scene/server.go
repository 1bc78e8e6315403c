package scene

import (
	"slices"
	"strings"

	"sunscope/core/story"
	"sunscope/core/trace"
	"sunscope/viz/scene/face"
)

// drawServer draws the server's transports with the calls that no thread has read yet, its threads, its end of the back
// channel and the calls that it answered last.
func (b *builder) drawServer(p *panels) {
	if p.svc.empty() || b.back {
		return
	}
	b.say().s(b.tr.server).phrase(1, Ref{})
	b.zoomed(p.svc, 240, 91, b.svcXprts)
	b.zoomed(p.threads, 240, 130, b.serverThreads)
	if !p.low.empty() {
		b.zoomed(p.low, 240, 300, b.backAndReplies)
	}
}

// backAndReplies draws the server's end of the back channel, if it was seen to have one, and the calls it answered last.
func (b *builder) backAndReplies(low box) {
	if b.hasBackChannel() && low.h >= 60 {
		h := min(low.h, 23+littleMap+19*float32(min(2, max(1, len(b.st.BackChannels))))+34)
		if low.h-h < 40 {
			h = low.h
		}
		b.backMachine(low.cutTop(h))
	}
	if low.h >= 40 {
		low.cutTop(4)
		b.servedCalls(low)
	}
}

// hostShown is the machine that a room stands for, and by which of its addresses: the server's is the one that x goes to.
func (b *builder) hostShown(server bool, x *story.Xprt) (*story.Host, story.Fact[string]) {
	h := b.host(server)
	if h == nil || !server || x == nil || x.Addr == "" || x.Addr[0] == '/' || x.Addr == "127.0.0.1" || x.Callbacks || x.Addr == h.Addr.Value {
		if h == nil {
			return nil, story.Fact[string]{}
		}
		return h, h.Addr
	}
	for i := range b.st.Hosts {
		if o := &b.st.Hosts[i]; o.Server && o.Addr.Value == x.Addr {
			return o, o.Addr
		}
	}
	return h, story.Fact[string]{Value: x.Addr, How: story.Inferred, Rule: story.RuleSvcAddress}
}

const socketRow = 25

// svcXprts draws the sockets: first those on which something waits, then the newest.
func (b *builder) svcXprts(r box) {
	at := r.x + b.text(r.x, r.y+10, monoDim, "svc_xprt") + 8
	n := 0
	for i := range b.st.SvcXprts {
		if !b.st.SvcXprts[i].AtClient.Value {
			n++
		}
	}
	if n > 0 {
		b.say().n(n).fit(faint, r.right()-at).put(r.right(), r.y+10, faint.to(Right))
	}
	in := box{r.x, r.y + 16, r.w, r.h - 16}
	rows := int((in.h + 3) / socketRow)
	shown := 0
	for pass := range 3 {
		for i := len(b.st.SvcXprts) - 1; i >= 0 && shown < rows; i-- {
			x := &b.st.SvcXprts[i]
			if x.AtClient.Value || socketRank(x) != pass {
				continue
			}
			b.svcXprt(box{in.x, in.y + float32(shown)*socketRow, in.w, 22}, x)
			shown++
		}
	}
	if shown == 0 && in.h >= 14 {
		b.text(in.x, in.y+12, faint, "–")
	}
}

// socketRank is the turn of a socket in the list: one that has something to do, another connection, a listener.
func socketRank(x *story.SvcXprt) int {
	switch {
	case x.Queued || len(x.Pending) > 0:
		return 0
	case !x.Listener:
		return 1
	}
	return 2
}

func svcRef(x *story.SvcXprt) Ref {
	return Ref{Kind: RefSvcXprt, Name: x.Local, Num: int64(portOf(x.Remote))}
}

// portOf is the number after an address's last colon, 0 without.
func portOf(addr string) int {
	n := 0
	for _, c := range []byte(afterColon(addr)) {
		if c < '0' || c > '9' {
			return 0
		}
		n = n*10 + int(c-'0')
	}
	return n
}

// svcFlags are the flags of svc_xprt that change as it works; the others say what kind it is.
var svcFlags = [...]string{"BUSY", "CONN", "CLOSE", "DATA", "DETACHED", "DEAD", "CHNGBUF", "DEFERRED", "OLD", "KILL_TEMP"}

// changing adds the flags of x that change, without their prefix.
func (b *builder) changing(x *story.SvcXprt) *builder {
	flags, n := b.log.Text(x.Flags), 0
	for len(flags) > 0 {
		flag, rest, _ := strings.Cut(flags, "|")
		flags = rest
		name := strings.TrimPrefix(flag, "XPT_")
		if !slices.Contains(svcFlags[:], name) {
			continue
		}
		if n > 0 {
			b.s("|")
		}
		b.s(name)
		n++
	}
	return b
}

// noPeer is what the kernel prints as the client of a socket that has none: one for datagrams.
const noPeer = "(einval)"

// svcXprt draws a socket: whose it is, the calls that wait on it, and its flags.
func (b *builder) svcXprt(r box, x *story.SvcXprt) {
	edge := Color(InsetEdge)
	if x.Queued {
		edge = Call
	}
	ref := svcRef(x)
	b.hit(r, ref)
	b.frame(r, 6, Inset, edge, 1)
	b.ring(r, 6, ref)
	b.say()
	switch {
	case x.Listener:
		b.s(b.tw().listens).s(" ").s(afterColon(x.Local))
	case x.Remote == noPeer:
		b.s("udp ").s(afterColon(x.Local))
	default:
		b.s(afterColon(x.Remote))
	}
	y := middle(r.midY(), small)
	at := r.x + 8 + b.fit(monoDim, 86).put(r.x+8, y, monoDim) + 8
	for i, xid := range x.Pending {
		limit := r.right() - 4
		if i < len(x.Pending)-1 {
			limit -= 30 // for the number of the others
		}
		next := b.callChip(at, r.midY(), xid, limit)
		if next == at {
			b.say().s("+").n(len(x.Pending)-i).fit(mono, r.right()-4-at).put(at, y, mono)
			at = r.right()
			break
		}
		at = next + 4
	}
	if room := r.right() - 6 - at; room > 30 && x.Expected.How != story.Unknown {
		b.arrived(r, x)
		b.say().bytes(x.Received).s(" ").s(b.tw().of).s(" ").bytes(x.Expected.Value).fit(plain, room).put(r.right()-6, y, plain.to(Right))
	} else if room > 30 {
		b.say().changing(x).fit(faint, room).put(r.right()-6, y, faint.to(Right))
	}
	b.svcSaid(x)
}

// arrived marks at the lower edge of a socket's row how much of the record that is being read is there.
func (b *builder) arrived(r box, x *story.SvcXprt) {
	if x.Expected.Value <= 0 {
		return
	}
	part := min(1, float32(x.Received)/float32(x.Expected.Value))
	b.fill(box{r.x + 4, r.bottom() - 4, r.w - 8, 2}, 0, InsetEdge)
	b.fill(box{r.x + 4, r.bottom() - 4, (r.w - 8) * part, 2}, 0, Call)
}

func (b *builder) svcSaid(x *story.SvcXprt) {
	b.say().s("svc_xprt ")
	if x.Listener {
		b.s(b.tw().listens).s(" ").s(x.Local)
	} else if x.Remote == noPeer {
		b.s("udp ").s(x.Local)
	} else {
		b.s(x.Remote)
	}
	if x.Expected.How != story.Unknown {
		b.s(", ").bytes(x.Received).s(" ").s(b.tw().of).s(" ").bytes(x.Expected.Value)
	}
	if x.Queued {
		b.s(", ").s(b.tr.queued)
	}
	if n := len(x.Pending); n > 0 {
		b.s(", ").n(n).s(" ").s(b.tr.pending)
	}
	b.phrase(0, svcRef(x))
}

// afterColon is the port of an address.
func afterColon(addr string) string { return addr[strings.LastIndexByte(addr, ':')+1:] }

// callChip draws a call at the server: a blue block with the name of its task, as far as its xid tells.
func (b *builder) callChip(x, y float32, xid uint32, right float32) float32 {
	t := b.taskOfXID(xid)
	b.say()
	if t != nil {
		b.short(t)
	} else {
		b.s("?")
	}
	w := face.AdvanceBytes(pillText.font, pillText.size, b.said()) + 12
	if x+w > right {
		b.l.scratch.buf = b.l.scratch.buf[:b.start]
		return x
	}
	b.fill(box{x, y - 8, w, 16}, 3, Call)
	b.put(x+w/2, middle(y, small), pillText.in(OnMessage))
	if t != nil {
		b.hit(box{x, y - 8, w, 16}, taskRef(t))
	}
	return x + w
}

func (b *builder) taskOfXID(xid uint32) *story.Task {
	for i := range b.st.Tasks {
		if t := &b.st.Tasks[i]; t.XID == xid && !t.Finished && t.Slot >= 0 {
			return t
		}
	}
	return nil
}

const threadRow = 25

// serverThreads draws the threads: the busy ones first, then as many idle ones as there is room for.
func (b *builder) serverThreads(r box) {
	busy, all := 0, 0
	for i := range b.st.Threads {
		if t := &b.st.Threads[i]; !b.callbackThread(t) {
			all++
			if t.Busy {
				busy++
			}
		}
	}
	head := r.cutTop(18)
	b.say().services().s(": ").n(busy).s(" ").s(b.tr.busy).s(" · ").n(all).s(" ").s(b.tr.seen).fit(plain, r.w).put(head.x, head.y+10, plain)
	b.say().services().s(" ").s(b.tr.threads).s(": ").n(busy).s(" ").s(b.tr.busy).s(", ").n(all).s(" ").s(b.tr.seen).phrase(2, Ref{})
	rows := int((r.h + 3) / threadRow)
	for i := range b.st.Threads {
		if t := &b.st.Threads[i]; t.Busy && !b.callbackThread(t) {
			b.threadSaid(t)
		}
	}
	if rows < 2 {
		b.threadCells(r)
		return
	}
	pitch := max(threadRow, min(34, (r.h+3)/float32(max(1, all))))
	idle := max(0, rows-busy)
	n := 0
	for i := range b.st.Threads {
		t := &b.st.Threads[i]
		if b.callbackThread(t) {
			continue
		}
		if !t.Busy {
			if idle == 0 {
				continue
			}
			idle--
		}
		if n == rows {
			break
		}
		b.thread(box{r.x, r.y + float32(n)*pitch, r.w, pitch - 5}, t, i)
		n++
	}
	r.cutTop(float32(n) * pitch)
	b.userSpace(r)
}

// services adds the names of the threads that serve calls: "nfsd, lockd".
func (b *builder) services() *builder {
	var names [4]trace.Str
	n := 0
	for i := range b.st.Threads {
		t := &b.st.Threads[i]
		if b.callbackThread(t) || slices.Contains(names[:n], t.Comm) || n == len(names) {
			continue
		}
		if n > 0 {
			b.s(", ")
		}
		b.s(b.log.Text(t.Comm))
		names[n] = t.Comm
		n++
	}
	if n == 0 {
		b.s("nfsd")
	}
	return b
}

// threadCells draws the threads side by side where there is no room for rows: a filled cell serves a call.
func (b *builder) threadCells(r box) {
	x := r.x
	for i := range b.st.Threads {
		t := &b.st.Threads[i]
		if b.callbackThread(t) {
			continue
		}
		cell := box{x, r.y + 1, 32, 18}
		if cell.right() > r.right() {
			b.say().s("+").n(len(b.st.Threads)-i).put(min(x, r.right()-20), middle(cell.midY(), small), mono)
			return
		}
		b.hit(cell, threadRef(t))
		b.ring(cell, 4, threadRef(t))
		if t.Busy {
			b.fill(cell, 4, Call)
			b.say()
			if task := b.st.Task(t.Task); task != nil {
				b.short(task)
			} else {
				b.s("?")
			}
			b.fit(pillText, 28).put(cell.midX(), middle(cell.midY(), small), pillText.in(OnMessage))
		} else {
			b.frame(cell, 4, NoColor, InsetEdge, 1)
		}
		x += 36
	}
}

func threadRef(t *story.Thread) Ref { return Ref{Kind: RefThread, Num: int64(t.PID)} }

func (b *builder) thread(r box, t *story.Thread, i int) {
	ref := threadRef(t)
	b.hit(r, ref)
	b.fill(r, 5, Inset)
	b.ring(r, 5, ref)
	y := middle(r.midY(), small)
	at := r.x + 8 + b.say().s(b.log.Text(t.Comm)).s("/").n(i).fit(monoDim, 62).put(r.x+8, y, monoDim) + 8
	if !t.Busy {
		b.text(at, y, faint, b.tr.idle)
		if r.right()-at > 90 && b.now > t.Since {
			b.say().d(b.now-t.Since).put(r.right()-6, y, faint.to(Right))
		}
		return
	}
	proc := b.log.Text(t.Proc)
	b.say().s(proc)
	if task := b.st.Task(t.Task); task != nil {
		b.s(" ").short(task)
	}
	w := face.AdvanceBytes(packetText.font, packetText.size, b.said()) + 12
	w = min(w, r.right()-at-6)
	b.fill(box{at, r.midY() - 8, w, 16}, 3, Call)
	b.fit(packetText, w-8).put(at+w/2, y, packetText.to(Center))
	if left := at + w + 6; r.right()-left > 44 {
		b.say().d(max(0, b.now-t.Since)).put(r.right()-6, y, plain.to(Right))
	}
}

func (b *builder) threadSaid(t *story.Thread) {
	b.say().s(b.log.Text(t.Comm)).s("-").n(int(t.PID)).s(" ").s(b.tr.serves).s(" ").s(b.log.Text(t.Proc))
	if task := b.st.Task(t.Task); task != nil {
		b.s(" ").name(task)
	}
	b.s(" 0x").x(t.XID).phrase(0, threadRef(t))
}
