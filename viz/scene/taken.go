package scene

import (
	"sunscope/core/fsm"
	"sunscope/core/story"
	"sunscope/core/trace"
)

// What the map says of the steps that were taken: the last one of all and the last one of the selected task are lit, and
// carry the condition that the task met, in the kernel's terms; the ways off the rails that were taken just before are
// drawn faintly, for fsm's table has ten times as many edges as the map has rails.

// trail is how many of the last steps are drawn faintly where they left the rails.
const trail = 10

// litEdges draws the steps that were taken, and notes which of them get a label: see [builder.conditions].
func (b *builder) litEdges(g *geometry) {
	c := &b.l.scratch
	c.lit = c.lit[:0]
	var seen [trail]uint16
	n := 0
	for i := b.st.Instant; i >= 0 && i > b.st.Instant-lookBack && n < trail; i-- {
		if b.log.KindAt(i) != trace.RPCTaskRunAction || !b.story.Taken(i, &c.taken) {
			continue
		}
		from, to := c.taken.Step.From, c.taken.Step.To
		p := pair(from, to)
		seen[n] = p
		if n++; n == 1 {
			b.litEdge(g, i)
			continue
		}
		if !contains(seen[:n-1], p) && from != to {
			b.faintEdge(g, from, to)
		}
	}
	if b.v.Selected.Kind == RefTask {
		id := story.TaskID(b.v.Selected.Num)
		for before := b.st.Instant + 1; ; {
			i, ok := b.story.TaskStep(id, before, -1)
			if !ok || before-i > 40*lookBack {
				return
			}
			if before = i; b.story.Taken(i, &c.taken) {
				if len(c.lit) == 0 || c.lit[0].ord != i {
					b.litEdge(g, i)
				}
				return
			}
		}
	}
}

func contains(list []uint16, p uint16) bool {
	for _, q := range list {
		if q == p {
			return true
		}
	}
	return false
}

// lit is an edge that is lit: its step ended at event ord.
type lit struct {
	ord  int
	path [12]Point
	n    int
}

// litEdge lights the edge of the step in scratch.taken, which ended at event ord.
func (b *builder) litEdge(g *geometry, ord int) {
	from, to := b.l.scratch.taken.Step.From, b.l.scratch.taken.Step.To
	if from == to {
		return
	}
	rt := g.route(from, to)
	it := lit{ord: ord}
	if rt.grade == hidden {
		path := bow(it.path[:0], leave(&g.at[from], &g.at[to]), leave(&g.at[to], &g.at[from]))
		it.n = len(path)
		b.line(RailLit, 2, 5, path...)
		b.head(path[len(path)-2], path[len(path)-1], RailLit)
	} else {
		var buf [32]Point
		path := rounded(buf[:0], rt.path(), 14)
		it.n = copy(it.path[:], rt.path())
		b.line(RailLit, 2.5, 0, path...)
		b.head(path[len(path)-2], path[len(path)-1], RailLit)
	}
	b.l.scratch.lit = append(b.l.scratch.lit, it)
}

// faintEdge shows a way off the rails that somebody took a little earlier.
func (b *builder) faintEdge(g *geometry, from, to fsm.State) {
	if g.route(from, to).grade != hidden {
		return
	}
	var buf [12]Point
	path := bow(buf[:0], leave(&g.at[from], &g.at[to]), leave(&g.at[to], &g.at[from]))
	b.line(InkFaint, 1, 3, path...).Alpha = 150
	b.head(path[len(path)-2], path[len(path)-1], InkFaint)
}

// bow is a curved way from p to q: it keeps off what lies straight between them, and the way back is another one.
func bow(dst []Point, p, q Point) []Point {
	dx, dy := q.X-p.X, q.Y-p.Y
	n := sqrt(dx*dx + dy*dy)
	if n == 0 {
		return append(dst, p, q)
	}
	off := min(26, 0.16*n)
	c := Point{(p.X+q.X)/2 - dy/n*off, (p.Y+q.Y)/2 + dx/n*off}
	for i := range 9 {
		t := float32(i) / 8
		u := 1 - t
		dst = append(dst, Point{u*u*p.X + 2*u*t*c.X + t*t*q.X, u*u*p.Y + 2*u*t*c.Y + t*t*q.Y})
	}
	return dst
}

// conditions writes at the lit edges which condition was taken. It comes last, when the map is full: a label that finds
// no free place is left to the text twin.
func (b *builder) conditions(g *geometry, front, fixes int) {
	c := &b.l.scratch
	if len(c.lit) == 0 {
		return
	}
	b.obstacles(g, front, fixes)
	for i := range c.lit {
		it := &c.lit[i]
		if !b.story.Taken(it.ord, &c.taken) {
			continue
		}
		ref := Ref{Kind: RefState, Num: int64(c.taken.Step.From)}
		b.saidTaken(&c.taken, ref)
		if b.say().condition(&c.taken); len(b.said()) == 0 {
			continue
		}
		b.fit(mono, min(250, 0.6*g.area.w))
		r, ok := b.freePlace(g, it, advanceBytes(mono, b.said())+12)
		if !ok {
			c.buf = c.buf[:b.start]
			continue
		}
		b.frame(r, 5, Panel, RailLit, 1)
		b.put(r.x+6, middle(r.midY(), small), mono)
		b.hit(r, ref)
		c.boxes = append(c.boxes, r)
	}
}

// saidTaken puts the step into words.
func (b *builder) saidTaken(t *story.Taken, ref Ref) {
	b.say()
	if task := b.st.Task(t.Task); task != nil {
		b.name(task).s(": ")
	}
	b.s(t.Step.From.String()).s(" → ").s(t.Step.To.String())
	if n := len(b.said()); true {
		b.s(": ")
		if m := len(b.said()); len(b.condition(t).said()) == m {
			b.l.scratch.buf = b.l.scratch.buf[:b.start+n]
		}
	}
	if t.Edge != nil && b.v.Lang != "zh" {
		b.s(" (").s(t.Edge.When).s(")")
	}
	b.phrase(0, ref)
}

// condition adds what the task met on its way, as the kernel's source would ask for it: "tk_status == -ETIMEDOUT".
func (b *builder) condition(t *story.Taken) *builder {
	e, st := t.Edge, &t.Step
	if e == nil {
		return b
	}
	from := len(b.said())
	and := func() *builder {
		if len(b.said()) > from {
			b.s(" && ")
		}
		return b
	}
	if e.Killed {
		return b.s("RPC_SIGNALLED(task)")
	}
	if !e.Entry.Any() && st.Entry != 0 {
		and().s("tk_status == ").status(st.Entry)
	}
	flags := e.Flags | e.AnyFlags&st.Flags | e.NextFlags
	for _, f := range flagNames {
		if flags&f.bit != 0 {
			and().s(f.name)
		} else if e.NoFlags&f.bit != 0 {
			and().s("!").s(f.name)
		}
	}
	if len(st.Sleeps) > 0 {
		and().s(string(st.Sleeps[0].Queue)).s(" → ").status(st.Sleeps[0].Wake)
	} else if e.Exit == fsm.ExitResult && st.Exit != 0 {
		and().s("tk_status = ").status(st.Exit)
	}
	if st.Run&trace.NeedXmit != 0 && e.NextNoRun&trace.NeedXmit == 0 && len(b.said()) == from {
		b.s("RPC_TASK_NEED_XMIT")
	} else if st.Run&trace.NeedXmit == 0 && e.NextNoRun&trace.NeedXmit != 0 && len(b.said()) == from {
		b.s("!RPC_TASK_NEED_XMIT")
	}
	if len(b.said()) == from && !e.Entry.Any() && !st.RPCError {
		b.s("tk_status == ").status(st.Entry)
	}
	if st.RPCError {
		and().s("rpc_call_rpcerror(").status(st.ErrStatus).s(")")
	}
	return b
}

// flagNames are the task flags that conditions ask for, as the kernel's source spells them.
var flagNames = [...]struct {
	bit  trace.TaskFlags
	name string
}{
	{trace.SoftConn, "RPC_TASK_SOFTCONN"}, {trace.Timeout, "RPC_TASK_TIMEOUT"}, {trace.Soft, "RPC_TASK_SOFT"},
	{trace.NoConnect, "RPC_TASK_NOCONNECT"}, {trace.Sent, "RPC_TASK_SENT"}, {trace.NoRTO, "RPC_TASK_NO_RETRANS_TIMEOUT"},
	{trace.Moveable, "RPC_TASK_MOVEABLE"},
}

// status adds a status as the kernel's source would: "0", "-ETIMEDOUT", "4096".
func (b *builder) status(v int32) *builder {
	if name, ok := errorName(-v); ok {
		return b.s("-").s(name)
	}
	return b.n(int(v))
}

// obstacles collects in scratch.boxes what a label on the map must not cover: the stations and their names, and what was
// drawn since item front and text fixes.
func (b *builder) obstacles(g *geometry, front, fixes int) {
	c := &b.l.scratch
	c.boxes = c.boxes[:0]
	for s := fsm.RPCPrepareTask; s < fsm.StateCount; s++ {
		t := &g.at[s]
		c.boxes = append(c.boxes, t.box())
		if t.dot {
			c.boxes = append(c.boxes, textBox(t.nameX, t.nameY, advance(stopName, fsm.States[s].Name), t.nameAlign))
		}
	}
	c.boxes = append(c.boxes, textBox(g.caption.X, g.caption.Y, advance(faint, b.tr.backChannel), Left))
	for i := front; i < len(b.l.Front); i++ {
		if it := &b.l.Front[i]; it.Op == OpRect {
			c.boxes = append(c.boxes, box{it.X, it.Y, it.W, it.H})
		}
	}
	for _, f := range c.fixes[fixes:] {
		if f.where == 1 {
			it := &b.l.Front[f.item]
			t := style{it.Font, it.Size, it.Fill, it.Align}
			c.boxes = append(c.boxes, textBox(it.X, it.Y, advanceBytes(t, c.buf[f.a:f.b]), it.Align))
		}
	}
}

// textBox is the box that small text takes whose baseline is at y.
func textBox(x, y, w float32, a Align) box {
	switch a {
	case Center:
		x -= w / 2
	case Right:
		x -= w
	}
	return box{x, y - 10, w, 13}
}

// freePlace finds a place for a label of width w beside the lit edge.
func (b *builder) freePlace(g *geometry, it *lit, w float32) (box, bool) {
	const h, off = 17, 5
	for _, part := range [...]float32{0.5, 0.35, 0.65, 0.2, 0.8, 0.05, 0.95} {
		p := along(it.path[:it.n], part)
		for _, r := range [...]box{
			{p.X - w/2, p.Y + off, w, h}, {p.X - w/2, p.Y - off - h, w, h}, {p.X + off, p.Y - h/2, w, h}, {p.X - off - w, p.Y - h/2, w, h},
			{p.X - 12, p.Y + off, w, h}, {p.X + 12 - w, p.Y + off, w, h}, {p.X - 12, p.Y - off - h, w, h}, {p.X + 12 - w, p.Y - off - h, w, h},
			{p.X - w/2, p.Y + off + h, w, h}, {p.X - w/2, p.Y - off - 2*h, w, h}, {p.X - w/2, p.Y + off + 2*h, w, h},
		} {
			if r.x >= g.area.x-4 && r.right() <= g.area.right()+4 && r.y >= g.area.y-2 && r.bottom() <= g.area.bottom() && !b.taken(r) {
				return r, true
			}
		}
	}
	return box{}, false
}

// taken says whether r meets anything in scratch.boxes.
func (b *builder) taken(r box) bool {
	for _, o := range b.l.scratch.boxes {
		if r.x < o.right()+2 && o.x < r.right()+2 && r.y < o.bottom()+1 && o.y < r.bottom()+1 {
			return true
		}
	}
	return false
}

// along is the point at that part of a path's length.
func along(path []Point, part float32) Point {
	total := float32(0)
	for i := 1; i < len(path); i++ {
		total += dist(path[i-1], path[i])
	}
	left := part * total
	for i := 1; i < len(path); i++ {
		d := dist(path[i-1], path[i])
		if left <= d && d > 0 {
			t := left / d
			return Point{lerp(path[i-1].X, path[i].X, t), lerp(path[i-1].Y, path[i].Y, t)}
		}
		left -= d
	}
	return path[len(path)-1]
}

func dist(p, q Point) float32 {
	dx, dy := q.X-p.X, q.Y-p.Y
	return sqrt(dx*dx + dy*dy)
}
