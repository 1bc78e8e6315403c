package scene

import (
	"sunscope/core/fsm"
)

var (
	bigName    = style{SansBold, body, Ink, Center}
	smallName  = style{SansBold, small, InkDim, Center}
	stopName   = style{Sans, small, InkDim, Center}
	numberText = style{Mono, small, InkFaint, Left}
	faint      = style{Sans, small, InkFaint, Left}
)

// drawMap draws the states and the edges between them, the edge taken last, and every task at its state.
func (b *builder) drawMap(r box) {
	if r.empty() {
		return
	}
	g := plan(r, b.v.W < mediumFrom)
	if b.back {
		b.mapBack(&g)
		return
	}
	b.litEdges(&g)
	b.litStations(&g)
	front, fixes := len(b.l.Front), len(b.l.scratch.fixes)
	b.tasksOnMap(&g)
	b.conditions(&g, front, fixes)
}

func (b *builder) mapBack(g *geometry) {
	for _, e := range edges() {
		rt := g.route(e.from, e.to)
		switch rt.grade {
		case mainLine:
			b.rail(&rt, Rail, 6, 0)
			b.chevron(&rt)
		case branch:
			b.rail(&rt, RailThin, 2.5, 0)
		case retrying:
			b.rail(&rt, Retrans, 1.5, 4)
		}
	}
	for s := fsm.RPCPrepareTask; s < fsm.StateCount; s++ {
		b.stationBack(g, s)
	}
	b.text(g.caption.X, g.caption.Y, faint.in(CallbackText), b.tr.backChannel)
}

func (b *builder) rail(rt *route, c Color, width, dash float32) {
	var buf [32]Point
	b.line(c, width, dash, rounded(buf[:0], rt.path(), 14)...)
}

// chevron says in the middle of a rail which way it leads.
func (b *builder) chevron(rt *route) {
	p, q := rt.pts[0], rt.pts[1]
	if dx, dy := q.X-p.X, q.Y-p.Y; dx*dx+dy*dy < 22*22 {
		return
	}
	m := Point{(p.X + q.X) / 2, (p.Y + q.Y) / 2}
	b.head(p, toward(m, q, 3), InkFaint)
}

func (b *builder) stationBack(g *geometry, s fsm.State) {
	info, t := &fsm.States[s], &g.at[s]
	if t.dot {
		b.frame(t.box(), dotRadius, Panel, StationEdge, 2)
		b.text(t.nameX, t.nameY, stopName.to(t.nameAlign), info.Name)
		return
	}
	b.frame(t.box(), t.h/2, Station, StationEdge, 1.25)
	if !t.big {
		b.text(t.x, middle(t.y, small), smallName, info.Name)
		return
	}
	name := g.bigName()
	if info.Number == "" {
		b.text(t.x, middle(t.y, body), name, info.Name)
		return
	}
	side := (t.w - advance(name, info.Name) - numberWidth(info.Number)) / 2
	b.text(t.x-t.w/2+side, middle(t.y, body), numberText, info.Number)
	b.text(t.x+numberWidth(info.Number)/2, middle(t.y, body), name, info.Name)
}

// lookBack bounds how far a frame searches the past for something to show.
const lookBack = 2000

// head is the point of an arrow that comes from p and ends in q.
func (b *builder) head(p, q Point, c Color) {
	back := toward(q, p, 7)
	dx, dy := q.X-back.X, q.Y-back.Y
	b.tri(c, q, Point{back.X - dy*0.6, back.Y + dx*0.6}, Point{back.X + dy*0.6, back.Y - dx*0.6})
}

// leave is where the straight way from a to z crosses the edge of a's box.
func leave(a, z *station) Point {
	dx, dy := z.x-a.x, z.y-a.y
	t := float32(1)
	if dx != 0 {
		t = min(t, (a.w/2+2)/abs(dx))
	}
	if dy != 0 {
		t = min(t, (a.h/2+2)/abs(dy))
	}
	return Point{a.x + dx*t, a.y + dy*t}
}

// litStations outlines the states that threads are inside right now, and makes all of them answer to the pointer.
func (b *builder) litStations(g *geometry) {
	for s := fsm.RPCPrepareTask; s < fsm.StateCount; s++ {
		t := &g.at[s]
		ref := Ref{Kind: RefState, Num: int64(s)}
		r := t.box()
		if b.runningIn(s) {
			if t.dot {
				b.frame(r, dotRadius, StationLit, RailLit, 2)
			} else {
				b.frame(r, t.h/2, NoColor, RailLit, 2)
			}
		}
		b.ring(r, t.h/2, ref)
		b.hit(r.inset(-2), ref)
	}
}

func (b *builder) runningIn(s fsm.State) bool {
	for i := range b.st.Tasks {
		if t := &b.st.Tasks[i]; t.Running && !t.Finished && t.Action == s && b.taskInRoom(t) {
			return true
		}
	}
	return false
}

// tasksOnMap draws the tasks at their stations. Those that have not begun to run have a place of their own as long as
// nobody is at call_start, below which it lies.
func (b *builder) tasksOnMap(g *geometry) {
	starting := false
	for i := range b.st.Tasks {
		starting = starting || whereabouts(&b.st.Tasks[i]) == fsm.CallStart
	}
	for s := fsm.None; s < fsm.StateCount; s++ {
		tasks := b.l.scratch.tasks[:0]
		for i := range b.st.Tasks {
			at := whereabouts(&b.st.Tasks[i])
			if at == fsm.None && starting {
				at = fsm.CallStart
			}
			if at == s && b.taskInRoom(&b.st.Tasks[i]) {
				tasks = append(tasks, int32(i))
			}
		}
		b.l.scratch.tasks = tasks
		where := g.at[s].crowd
		if s == fsm.None {
			where = g.fresh
		}
		b.crowd(where, onMap, Center)
	}
}
