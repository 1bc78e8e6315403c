package scene

import "sunscope/core/fsm"

// station is where a state lies on the map.
type station struct {
	x, y, w, h float32 // centre and size
	dot        bool    // a stop on the line with its name beside it, for states that only look at a result
	big        bool    // a phase of the call; else a state that sorts out how a phase went
	nameX      float32 // of a dot: where its name is
	nameY      float32
	nameAlign  Align
	crowd      box // where the tasks stand that are in it
}

func (s *station) left() Point   { return Point{s.x - s.w/2, s.y} }
func (s *station) right() Point  { return Point{s.x + s.w/2, s.y} }
func (s *station) top() Point    { return Point{s.x, s.y - s.h/2} }
func (s *station) bottom() Point { return Point{s.x, s.y + s.h/2} }
func (s *station) centre() Point { return Point{s.x, s.y} }
func (s *station) box() box      { return box{s.x - s.w/2, s.y - s.h/2, s.w, s.h} }

// geometry is the map on paper.
type geometry struct {
	at   [fsm.StateCount]station
	area box
	// The lines that rails run along, besides the stations themselves.
	spine, bus, again, channel float32
	caption                    Point // of the back channel
	fresh                      box   // where tasks stand that have begun and not run yet
	narrow                     bool
	tight                      bool // there is less room for names than the wide map would like
}

const (
	wideMapMin   = 210
	narrowMapMin = 430
	bigHeight    = 28
	smallHeight  = 22
	dotRadius    = 5
)

// plan places all states in r.
func plan(r box, narrow bool) geometry {
	g := geometry{area: r, narrow: narrow, tight: narrow || r.w < 606}
	if narrow {
		g.planNarrow()
	} else {
		g.planWide()
	}
	return g
}

// put places a station whose name is inside, wide enough for it. side says what x is: Left and Right are its edges.
func (g *geometry) put(s fsm.State, x, y float32, side Align, big bool) {
	info := &fsm.States[s]
	w, h := advance(smallName, info.Name)+18, float32(smallHeight)
	if g.tight && !g.narrow {
		w -= 6
	}
	if big {
		w, h = advance(g.bigName(), info.Name)+24, bigHeight
		if g.tight {
			w -= 6
		}
		if info.Number != "" {
			w += numberWidth(info.Number)
		}
	}
	switch side {
	case Left:
		x += w / 2
	case Right:
		x -= w / 2
	}
	g.at[s] = station{x: x, y: y, w: w, h: h, big: big}
}

// bigName is how the name of a phase is set; a phone has less room for it.
func (g *geometry) bigName() style {
	t := bigName
	if g.tight {
		t.size = 11.5
	}
	return t
}

// numberWidth is the room that the kernel's number of a phase takes before its name.
func numberWidth(number string) float32 { return float32(len(number))*6.6 + 6 }

// stop places a dot on the line, with its name at (nameX, nameY).
func (g *geometry) stop(s fsm.State, x, y, nameX, nameY float32, a Align) {
	g.at[s] = station{x: x, y: y, w: 2 * dotRadius, h: 2 * dotRadius, dot: true, nameX: nameX, nameY: nameY, nameAlign: a}
}

// planWide lays the loop out clockwise: what comes before sending above, from left to right; sending, waiting and
// decoding below, from right to left; binding and connecting as a detour between them.
func (g *geometry) planWide() {
	r := g.area
	k := r.w / 612
	spare := max(0, r.h-wideMapMin)
	x := func(v float32) float32 { return r.x + v*k }
	up := r.y + 42
	mid := up + 78 + 0.44*spare
	low := mid + 52 + 0.26*spare

	g.stop(fsm.RPCPrepareTask, x(0)+14, r.y+8, x(0)+30, middle(r.y+8, small), Left)
	g.put(fsm.CallStart, x(0), up, Left, true)
	g.put(fsm.CallReserve, x(151), up, Center, true)
	g.stop(fsm.CallReserveResult, x(225), up, x(225), middle(up-24, small), Center)
	g.put(fsm.CallRefresh, x(297), up, Center, true)
	g.stop(fsm.CallRefreshResult, x(368), up, x(368), middle(up-24, small), Center)
	g.put(fsm.CallAllocate, x(444), up, Center, true)
	g.put(fsm.CallEncode, r.right(), up, Right, true)
	retry := up + 29
	g.stop(fsm.CallRetryReserve, x(225), retry, x(225)+18, middle(retry, small), Left)

	g.put(fsm.CallBCEncode, x(14), mid, Left, false)
	g.put(fsm.CallBCTransmit, x(168), mid, Center, false)
	g.stop(fsm.CallBCTransmitStatus, x(244), mid, x(244), mid-13, Center)
	g.caption = Point{x(14) + 4, mid - 15}

	g.put(fsm.CallBind, x(358), mid, Center, true)
	g.stop(fsm.CallBindStatus, x(416), mid, x(416), mid-16, Center)
	g.put(fsm.CallConnect, x(482), mid, Center, true)
	g.stop(fsm.CallConnectStatus, x(550), mid, x(550)-4, mid-16, Center)

	g.put(fsm.CallTransmit, r.right(), low, Right, true)
	g.put(fsm.CallTransmitStatus, x(431), low, Center, false)
	g.put(fsm.CallStatus, x(309), low, Center, true)
	g.put(fsm.CallDecode, x(190), low, Center, true)
	g.put(fsm.RPCExitTask, x(14), low, Left, true)

	g.spine = x(612) - 12
	g.bus = mid - 34
	g.again = g.bus - 8
	g.channel = x(309)
	g.crowds(up, mid, low)
}

// crowds gives every state of the wide map the room below it.
func (g *geometry) crowds(up, mid, low float32) {
	for s := range g.at {
		t := &g.at[s]
		if t.dot {
			t.crowd = box{t.x - 24, t.y - 9, 48, 18}
			continue
		}
		floor := g.area.bottom()
		switch {
		case t.y < mid-1:
			floor = g.again - 3
			if t.x < g.channel {
				floor = mid - 30
			}
		case t.y < low-1:
			floor = low - bigHeight/2 - 3
		}
		top := t.y + t.h/2 + 3
		t.crowd = box{t.x - t.w/2 - 9, top, t.w + 18, max(18, floor-top)}
	}
	g.prepareCrowd()
	// The line to call_retry_reserve and its name need the room beside call_reserve.
	r := &g.at[fsm.CallReserve].crowd
	r.x -= 22
	r.w = g.at[fsm.CallRetryReserve].x - 14 - r.x
	s := &g.at[fsm.CallStart].crowd
	s.x, s.w = g.area.x, r.x-3-g.area.x
	g.fresh = box{s.x, s.y + pillPitch, s.w, s.h - pillPitch}
	if g.fresh.h < 1.5*pillPitch { // they would stand on the name of the back channel, or read as if they were of it
		g.fresh = *s
	}
	f := &g.at[fsm.CallRefresh].crowd
	f.x = g.at[fsm.CallRetryReserve].nameX + 88
	f.w, f.h = 62, min(f.h, 18)
}

// planNarrow lays the loop out for a phone: three stations a row, the line snaking down.
func (g *geometry) planNarrow() {
	g.narrow = true
	r := g.area
	k := r.w / 350
	spare := max(0, r.h-narrowMapMin) / 5
	x := func(v float32) float32 { return r.x + v*k }
	a := r.y + 44
	b := a + 98 + spare
	c := b + 80 + spare
	d := c + 64 + spare
	e := d + 62 + spare

	g.stop(fsm.RPCPrepareTask, x(0)+14, r.y+8, x(0)+30, middle(r.y+8, small), Left)
	g.put(fsm.CallStart, x(0), a, Left, true)
	g.put(fsm.CallRefresh, r.right(), a, Right, true)
	first, last := g.at[fsm.CallStart].right().X, g.at[fsm.CallRefresh].left().X
	g.put(fsm.CallReserve, first+0.1*(last-first-60), a, Left, true)
	stop := (g.at[fsm.CallReserve].right().X + last) / 2
	g.stop(fsm.CallReserveResult, stop, a, stop, middle(a-24, small), Center)
	retry := a + 38
	g.stop(fsm.CallRetryReserve, stop, retry, stop, middle(retry+15, small), Center)

	g.stop(fsm.CallRefreshResult, x(350)-24, b-29, x(350)-44, middle(b-29, small), Right)
	g.put(fsm.CallAllocate, r.right(), b, Right, true)
	g.put(fsm.CallEncode, x(0), b, Left, true)

	g.put(fsm.CallBind, r.right(), c, Right, true)
	g.stop(fsm.CallBindStatus, x(252), c, x(252), c-17, Center)
	g.put(fsm.CallConnect, x(183), c, Center, true)
	g.stop(fsm.CallConnectStatus, x(104), c, x(104)-4, c-17, Center)

	g.put(fsm.CallTransmit, x(0), d, Left, true)
	g.put(fsm.CallTransmitStatus, x(178), d, Center, false)
	g.put(fsm.CallStatus, r.right(), d, Right, true)
	g.put(fsm.CallDecode, r.right(), e, Right, true)
	g.put(fsm.RPCExitTask, x(196), e, Center, true)

	f := e + 54
	g.put(fsm.CallBCEncode, x(0), f, Left, false)
	g.put(fsm.CallBCTransmit, r.x+100, f, Left, false)
	g.stop(fsm.CallBCTransmitStatus, r.x+209, f, min(r.x+209, r.right()-56), middle(f+17, small), Center)
	g.caption = Point{x(0), f - 18}

	g.spine = x(0) + 12
	g.bus = c - 34
	g.again = d - 24
	g.channel = x(0) + 30
	g.crowdsNarrow(r.bottom())
}

// prepareCrowd gives those in rpc_prepare_task, who may wait for a slot of their session, the room beside its name.
func (g *geometry) prepareCrowd() {
	t, next := &g.at[fsm.RPCPrepareTask], &g.at[fsm.CallReserveResult]
	from := t.nameX + advance(stopName, fsm.States[fsm.RPCPrepareTask].Name) + 10
	to := next.nameX - advance(stopName, fsm.States[fsm.CallReserveResult].Name)/2 - 10
	t.crowd = box{from, t.y - 9, max(30, to-from), 18}
}

func (g *geometry) crowdsNarrow(bottom float32) {
	for s := range g.at {
		t := &g.at[s]
		if t.dot {
			t.crowd = box{t.x - 24, t.y - 9, 48, 18}
			continue
		}
		top := t.y + t.h/2 + 3
		t.crowd = box{t.x - t.w/2 - 4, top, t.w + 8, 18}
	}
	g.prepareCrowd()
	// Those who wait for a slot or a reply are many: give them what is free.
	r := &g.at[fsm.CallReserve].crowd
	s := &g.at[fsm.CallStart].crowd
	s.x, s.w = g.area.x, 58
	g.fresh = box{s.x, s.y + pillPitch, s.w, 18}
	r.x = s.right() + 3
	r.w = g.at[fsm.CallRetryReserve].x - 44 - r.x
	r.h = g.at[fsm.CallEncode].y - bigHeight/2 - 8 - r.y
	w := &g.at[fsm.CallTransmitStatus].crowd
	w.h = g.at[fsm.RPCExitTask].y - bigHeight/2 - 4 - w.y
}
