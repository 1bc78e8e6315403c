package scene

import (
	"strings"

	"sunscope/core/story"
	"sunscope/viz/scene/face"
)

// drawServer draws the server's transports, with the calls that no thread has read yet, and its threads.
func (b *builder) drawServer(p *panels) {
	if p.svc.empty() || b.back {
		return
	}
	b.say().s(b.tr.server).phrase(1, Ref{})
	b.svcXprts(p.svc)
	b.serverThreads(p.threads)
}

func (b *builder) svcXprts(r box) {
	b.text(r.x, r.y+10, monoDim, "svc_xprt")
	in := box{r.x, r.y + 16, r.w, r.h - 16}
	shown := 0
	for i := range b.st.SvcXprts {
		x := &b.st.SvcXprts[i]
		if x.Listener || (len(x.Pending) == 0 && !x.Queued && i < b.lastConnection()) {
			continue
		}
		if in.h < 22 {
			break
		}
		b.svcXprt(box{in.x, in.y, in.w, 22}, x)
		in.cutTop(26)
		shown++
	}
	if shown == 0 {
		b.text(in.x, in.y+12, faint, "–")
	}
}

// lastConnection is the index of the connection that was accepted last.
func (b *builder) lastConnection() int {
	for i := len(b.st.SvcXprts) - 1; i > 0; i-- {
		if !b.st.SvcXprts[i].Listener {
			return i
		}
	}
	return 0
}

// noPeer is what the kernel prints as the client of a socket that has none: one for datagrams.
const noPeer = "(einval)"

func (b *builder) svcXprt(r box, x *story.SvcXprt) {
	edge := Color(InsetEdge)
	if x.Queued {
		edge = Call
	}
	b.frame(r, 6, Inset, edge, 1)
	b.say()
	if x.Remote == noPeer {
		b.s("udp ").s(afterColon(x.Local))
	} else {
		b.s(afterColon(x.Remote))
	}
	at := r.x + 8 + b.fit(monoDim, 60).put(r.x+8, middle(r.midY(), small), monoDim) + 8
	for i, xid := range x.Pending {
		limit := r.right() - 4
		if i < len(x.Pending)-1 {
			limit -= 30 // for the number of the others
		}
		next := b.callChip(at, r.midY(), xid, limit)
		if next == at {
			b.say().s("+").n(len(x.Pending)-i).fit(mono, r.right()-4-at).put(at, middle(r.midY(), small), mono)
			break
		}
		at = next + 4
	}
	b.say().s("svc_xprt ").s(x.Remote)
	if x.Queued {
		b.s(", ").s(b.tr.queued)
	}
	if n := len(x.Pending); n > 0 {
		b.s(", ").n(n).s(" ").s(b.tr.pending)
	}
	b.phrase(0, Ref{})
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
	b.say().s("nfsd: ").n(busy).s(" ").s(b.tr.busy).s(" · ").n(all).s(" ").s(b.tr.seen).fit(plain, r.w).put(head.x, head.y+10, plain)
	b.say().s("nfsd ").s(b.tr.threads).s(": ").n(busy).s(" ").s(b.tr.busy).s(", ").n(all).s(" ").s(b.tr.seen).phrase(2, Ref{})
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
