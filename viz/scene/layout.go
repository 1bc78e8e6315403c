package scene

import (
	"math"
	"strings"

	"sunscope/core/fsm"
	"sunscope/core/story"
	"sunscope/core/time"
)

// Layout draws the state st of story s as view v asks for it. It is a pure function: the same state and view give the
// same List. st must be s.At(st.Instant).
func Layout(s *story.Story, st *story.State, v *View) *List {
	l := &List{}
	LayoutInto(l, s, st, v)
	return l
}

// LayoutInto is Layout into a List that was used before, and takes its memory over: a stage that draws frame after
// frame allocates next to nothing. Strings of the frame before stay valid; slices do not.
func LayoutInto(l *List, s *story.Story, st *story.State, v *View) {
	l.scratch.view = *v
	if v = &l.scratch.view; s.HasSessions() || s.HasPlots() {
		v.has = PartSessions
	}
	key := v.backKey()
	keep := l.BackKey == key && len(l.Back) > 0
	l.W, l.H, l.BackKey = v.W, v.H, key
	l.Front, l.Hits, l.Said, l.Places = l.Front[:0], l.Hits[:0], l.Said[:0], l.Places[:0]
	c := &l.scratch
	c.buf, c.fixes, c.pts = c.buf[:0], c.fixes[:0], c.pts[:0]
	b := &c.b
	*b = builder{l: l, v: v, st: st, story: s, log: s.Log(), tr: labelsOf(v.Lang), now: max(v.Now, st.Time), done: v.Glide.done()}
	b.recording = s.Recording()
	if v.Reduced {
		b.done = 1
	}
	if s.Len() > 0 {
		b.origin = b.log.TimeAt(0)
		b.now = min(b.now, max(st.Time, b.nextTime()))
	}
	p := divide(v)
	if !keep {
		l.Back = l.Back[:0]
		b.back = true
		b.picture(&p, nil)
		b.back = false
	}
	b.picture(&p, b.pickXprt())
	l.resolve()
	*b = builder{}
}

// nextTime is the time of the event after the instant: what is shown between two events ends there.
func (b *builder) nextTime() time.Duration {
	if i := b.st.Instant + 1; i < b.story.Len() {
		return b.log.TimeAt(i)
	}
	return b.log.TimeAt(b.story.Len() - 1)
}

// picture draws all rooms, either what stays or what happens.
func (b *builder) picture(p *panels, x *story.Xprt) {
	b.machine = !p.low.empty()
	if b.back {
		b.fill(box{0, 0, b.v.W, b.v.H}, 0, Ground)
	}
	b.drawHeads(p, x)
	b.saidTasks(p)
	b.zoomed(p.stateMap, 700, 300, b.drawMap)
	b.zoomed(p.slots, 300, 190, func(r box) { b.drawSlots(r, x) })
	b.zoomed(p.bench, 420, 190, b.drawBenches)
	b.drawXprt(p.xprt, x)
	b.zoomed(p.work, 560, 110, b.drawWork)
	b.drawSessions(p.sessions, x)
	b.drawWire(p, x)
	b.drawDemux(p, x)
	b.drawCallbacks(p)
	b.drawServer(p)
	b.drawCounters(p.counters, x)
	b.drawTimeline(p.line)
}

// drawHeads draws the rooms' walls and titles, and whose rooms they are.
func (b *builder) drawHeads(p *panels, x *story.Xprt) {
	rooms := [...]struct {
		r    box
		name string
	}{{p.client, b.tr.client}, {p.wire, b.tr.wire}, {p.server, b.tr.server}, {p.line, ""}}
	for i, room := range rooms {
		if room.r.empty() {
			continue
		}
		if b.back {
			b.frame(room.r, 10, Panel, PanelEdge, 1)
			if room.name != "" {
				b.heading(room.r.x+padding, room.r.y+23, room.name)
			}
			continue
		}
		if room.name == "" {
			continue
		}
		at := room.r.x + padding + titleWidth(room.name) + 12
		b.headText(i, at, room.r.right()-padding-at, room.r.y+23, x)
	}
}

func titleWidth(s string) float32 {
	w, n := float32(0), float32(0)
	for range s {
		n++
	}
	w = advance(title, s)
	return w + n*tracking
}

// headText says which machine or connection a room stands for.
func (b *builder) headText(room int, at, width, y float32, x *story.Xprt) {
	switch room {
	case 0, 2:
		end := at + width
		if room == 0 && b.rooms() > 1 {
			at = b.drawRooms(at, end, y) + 8
		} else if h, addr := b.hostShown(room == 2, x); h != nil {
			b.say()
			b.fact(h.Name)
			if h.Name.How != story.Unknown && addr.How != story.Unknown {
				b.s(" · ")
			}
			at += b.fact(addr).fit(plain, width).put(at, y, plain) + 14
		}
		if room == 0 {
			b.drawXprts(box{at, y - 4 - chipHeight/2, end - at, chipHeight}, x)
		}
	case 1:
		if x == nil {
			return
		}
		b.say()
		switch {
		case x.Datagrams:
			b.s("UDP ")
		case strings.HasPrefix(x.Addr, "/"):
			b.s(x.Addr).fit(monoDim, width).put(at, y, monoDim)
			return
		}
		if x.Local.How != story.Unknown {
			b.s(afterColon(x.Local.Value)).s("→")
		}
		b.s(x.Port).fit(monoDim, width).put(at, y, monoDim)
	}
}

func (b *builder) host(server bool) *story.Host {
	var second *story.Host
	for i := range b.st.Hosts {
		h := &b.st.Hosts[i]
		if h.Server == server {
			return h
		}
		if second == nil && !server && h.Client {
			second = h // it is a server as well: of callbacks
		}
	}
	return second
}

// fact adds a fact's value, marked if it is inferred; nothing if it is unknown.
func (b *builder) fact(f story.Fact[string]) *builder {
	if f.How == story.Inferred {
		b.s("≈")
	}
	return b.s(f.Value)
}

// backKey is equal for views whose List has the same Back.
func (v *View) backKey() uint64 {
	h := uint64(14695981039346656037)
	mix := func(n uint64) { h = (h ^ n) * 1099511628211 }
	mix(uint64(math.Float32bits(v.W)))
	mix(uint64(math.Float32bits(v.H)))
	mix(uint64(v.Parts))
	mix(uint64(v.has))
	for i := range len(v.Lang) {
		mix(uint64(v.Lang[i]))
	}
	return h
}

// saidTasks puts every live task into words.
func (b *builder) saidTasks(p *panels) {
	if b.back || p.client.empty() {
		return
	}
	b.say().s(b.tr.client)
	if h := b.host(false); h != nil {
		b.s(" ").s(h.Name.Value)
	}
	b.phrase(1, Ref{})
	n := 0
	for i := range b.st.Tasks {
		t := &b.st.Tasks[i]
		if t.Finished || !b.v.Shows(t.ID) || b.machine && b.callsBack(t) {
			continue
		}
		n++
		b.say()
		b.sayTask(t)
		b.phrase(0, taskRef(t))
	}
	if n == 0 {
		b.say().s(b.tr.noTasks).phrase(0, Ref{})
	}
}

// sayTask adds what a task does: "read[3] (task 9): asleep on xprt_backlog since 1.20 ms".
func (b *builder) sayTask(t *story.Task) {
	if t.Item.Value != "" {
		b.s(t.Item.Value).s(" (").s(b.tr.task).s(" ").n(int(t.PID)).s(")")
	} else {
		b.name(t)
	}
	b.s(": ")
	switch {
	case t.Finished:
		b.s(b.tr.finished).s(", tk_status ").s(statusText(t.Final))
		return
	case t.Asleep:
		b.s(b.tr.asleepOn).s(" ").s(string(t.Queue)).s(" ").s(b.tr.since).s(" ").d(b.now - t.SleptAt)
	case t.Action == fsm.None:
		b.s(b.tr.begun)
	case t.Running:
		b.s(b.tr.running).s(" ").s(t.Action.String())
	default:
		b.s(b.tr.ready).s(", ").s(t.Action.String())
	}
	if t.Received.Value {
		b.s(", ").s(b.tr.replyIn)
	}
}
