package scene

import "sunscope/core/fsm"

// grade is how an edge is drawn.
type grade uint8

const (
	hidden   grade = iota // only while it is lit: a straight line. Errors, and returns that would only add clutter
	mainLine              // the way of a call that meets no trouble
	branch                // a detour
	retrying              // sends the call once more: dashed
)

// route is the way of an edge on paper.
type route struct {
	grade grade
	pts   [5]Point
	n     int
}

func (r *route) path() []Point { return r.pts[:r.n] }

func way(g grade, pts ...Point) route {
	r := route{grade: g, n: len(pts)}
	copy(r.pts[:], pts)
	return r
}

// route finds the way from one state to another. Every pair has one, so an edge is drawn because fsm's table has it,
// and not because this function knows it.
func (g *geometry) route(from, to fsm.State) route {
	a, z := &g.at[from], &g.at[to]
	if g.narrow {
		if r := g.routeNarrow(from, to, a, z); r.n > 0 {
			return r
		}
	} else if r := g.routeWide(from, to, a, z); r.n > 0 {
		return r
	}
	return way(hidden, a.centre(), z.centre())
}

func (g *geometry) routeWide(from, to fsm.State, a, z *station) route {
	enc, tx := &g.at[fsm.CallEncode], &g.at[fsm.CallTransmit]
	switch pair(from, to) {
	case pair(fsm.RPCPrepareTask, fsm.CallStart):
		return way(mainLine, a.centre(), Point{a.x, z.y - z.h/2})
	case pair(fsm.CallStart, fsm.CallReserve), pair(fsm.CallReserve, fsm.CallReserveResult), pair(fsm.CallReserveResult, fsm.CallRefresh),
		pair(fsm.CallRefresh, fsm.CallRefreshResult), pair(fsm.CallRefreshResult, fsm.CallAllocate), pair(fsm.CallAllocate, fsm.CallEncode):
		return way(mainLine, a.right(), z.left())
	case pair(fsm.CallEncode, fsm.CallTransmit):
		return way(mainLine, Point{g.spine, enc.bottom().Y}, Point{g.spine, tx.top().Y})
	case pair(fsm.CallTransmit, fsm.CallTransmitStatus), pair(fsm.CallTransmitStatus, fsm.CallStatus), pair(fsm.CallStatus, fsm.CallDecode),
		pair(fsm.CallDecode, fsm.RPCExitTask):
		return way(mainLine, a.left(), z.right())
	case pair(fsm.CallReserveResult, fsm.CallRetryReserve):
		return way(branch, Point{a.x - 3, a.y}, Point{z.x - 3, z.y})
	case pair(fsm.CallRetryReserve, fsm.CallReserveResult):
		return way(branch, Point{a.x + 3, a.y}, Point{z.x + 3, z.y})
	case pair(fsm.CallEncode, fsm.CallBind), pair(fsm.CallEncode, fsm.CallConnect):
		out := Point{enc.x - 6, enc.bottom().Y}
		return way(branch, out, Point{out.X, g.bus}, Point{z.x, g.bus}, z.top())
	case pair(fsm.CallBind, fsm.CallBindStatus), pair(fsm.CallBindStatus, fsm.CallConnect), pair(fsm.CallConnect, fsm.CallConnectStatus),
		pair(fsm.CallBind, fsm.CallConnect):
		return way(branch, a.right(), z.left())
	case pair(fsm.CallConnectStatus, fsm.CallTransmit), pair(fsm.CallConnect, fsm.CallTransmit):
		return way(branch, a.right(), Point{g.spine, a.y}, Point{g.spine, tx.top().Y})
	case pair(fsm.CallStatus, fsm.CallEncode):
		in := enc.x - 24
		return way(retrying, Point{g.channel, a.top().Y}, Point{g.channel, g.again}, Point{in, g.again}, Point{in, enc.bottom().Y})
	}
	return g.routeBack(from, to, a, z)
}

// routeBack are the ways of the back channel, which look alike on every map.
func (g *geometry) routeBack(from, to fsm.State, a, z *station) route {
	switch pair(from, to) {
	case pair(fsm.CallBCEncode, fsm.CallBCTransmit), pair(fsm.CallBCTransmit, fsm.CallBCTransmitStatus):
		return way(branch, a.right(), z.left())
	case pair(fsm.CallBCTransmitStatus, fsm.RPCExitTask):
		if g.narrow {
			y := a.y - 13
			return way(branch, a.top(), Point{a.x, y}, Point{z.x, y}, z.bottom())
		}
		y := a.y + 20
		return way(branch, a.bottom(), Point{a.x, y}, Point{z.x, y}, z.top())
	}
	return route{}
}

func (g *geometry) routeNarrow(from, to fsm.State, a, z *station) route {
	enc, tx := &g.at[fsm.CallEncode], &g.at[fsm.CallTransmit]
	switch pair(from, to) {
	case pair(fsm.RPCPrepareTask, fsm.CallStart):
		return way(mainLine, a.centre(), Point{a.x, z.y - z.h/2})
	case pair(fsm.CallStart, fsm.CallReserve), pair(fsm.CallReserve, fsm.CallReserveResult), pair(fsm.CallReserveResult, fsm.CallRefresh),
		pair(fsm.CallTransmit, fsm.CallTransmitStatus), pair(fsm.CallTransmitStatus, fsm.CallStatus):
		return way(mainLine, a.right(), z.left())
	case pair(fsm.CallAllocate, fsm.CallEncode), pair(fsm.CallDecode, fsm.RPCExitTask):
		return way(mainLine, a.left(), z.right())
	case pair(fsm.CallRefresh, fsm.CallRefreshResult):
		return way(mainLine, Point{z.x, a.bottom().Y}, z.top())
	case pair(fsm.CallRefreshResult, fsm.CallAllocate):
		return way(mainLine, a.bottom(), Point{a.x, z.top().Y})
	case pair(fsm.CallStatus, fsm.CallDecode):
		return way(mainLine, a.bottom(), Point{a.x, z.top().Y})
	case pair(fsm.CallEncode, fsm.CallTransmit):
		return way(mainLine, Point{g.spine, enc.bottom().Y}, Point{g.spine, tx.top().Y})
	case pair(fsm.CallReserveResult, fsm.CallRetryReserve):
		return way(branch, Point{a.x - 3, a.y}, Point{z.x - 3, z.y})
	case pair(fsm.CallRetryReserve, fsm.CallReserveResult):
		return way(branch, Point{a.x + 3, a.y}, Point{z.x + 3, z.y})
	case pair(fsm.CallEncode, fsm.CallBind), pair(fsm.CallEncode, fsm.CallConnect):
		out := Point{enc.x + 18, enc.bottom().Y}
		return way(branch, out, Point{out.X, g.bus}, Point{z.x, g.bus}, z.top())
	case pair(fsm.CallBind, fsm.CallBindStatus), pair(fsm.CallBindStatus, fsm.CallConnect), pair(fsm.CallConnect, fsm.CallConnectStatus),
		pair(fsm.CallBind, fsm.CallConnect):
		return way(branch, a.left(), z.right())
	case pair(fsm.CallConnectStatus, fsm.CallTransmit), pair(fsm.CallConnect, fsm.CallTransmit):
		return way(branch, a.left(), Point{g.spine, a.y}, Point{g.spine, tx.top().Y})
	case pair(fsm.CallStatus, fsm.CallEncode):
		return way(retrying, a.top(), Point{a.x, g.again}, Point{g.channel, g.again}, Point{g.channel, enc.bottom().Y})
	}
	return g.routeBack(from, to, a, z)
}

func pair(from, to fsm.State) uint16 { return uint16(from)<<8 | uint16(to) }

// rounded appends path with its corners replaced by curves of that radius.
func rounded(dst []Point, path []Point, radius float32) []Point {
	for i, p := range path {
		if i == 0 || i == len(path)-1 {
			dst = append(dst, p)
			continue
		}
		in, out := toward(p, path[i-1], radius), toward(p, path[i+1], radius)
		for j := range 6 {
			t := float32(j) / 5
			u := 1 - t
			dst = append(dst, Point{u*u*in.X + 2*u*t*p.X + t*t*out.X, u*u*in.Y + 2*u*t*p.Y + t*t*out.Y})
		}
	}
	return dst
}

// toward is the point that lies d from p in the direction of q, or halfway if q is nearer.
func toward(p, q Point, d float32) Point {
	dx, dy := q.X-p.X, q.Y-p.Y
	n := sqrt(dx*dx + dy*dy)
	if n == 0 {
		return p
	}
	d = min(d, n/2)
	return Point{p.X + dx/n*d, p.Y + dy/n*d}
}
