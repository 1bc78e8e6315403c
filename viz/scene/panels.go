package scene

// Widths at which the stage changes its shape. Below medium it is a phone in portrait: rooms stacked.
const (
	wideFrom   = 940
	mediumFrom = 600
	margin     = 10
	gap        = 10
	padding    = 14
)

// panels are the rooms of a view, and the areas inside the client's. An empty box is not shown.
type panels struct {
	client, wire, server, line       box
	stateMap, slots, bench, work     box
	xprt, demux, counters            box
	wide, narrow                     bool
	lanesTo, lanesBack, svc, threads box
}

// PreferredHeight is a height at which a view of that width shows everything comfortably.
func PreferredHeight(w float32) float32 {
	switch {
	case w >= wideFrom:
		return max(720, 0.8*w)
	case w >= mediumFrom:
		return 1000
	}
	return 1500
}

func (p Parts) any(q Parts) bool { return p&q != 0 }

// divide finds the rooms of a view. It looks at the view only, never at the state, so that nothing jumps.
func divide(v *View) panels {
	parts := v.Parts
	if parts == 0 {
		parts = AllParts
	}
	p := panels{wide: v.W >= wideFrom, narrow: v.W < mediumFrom}
	all := box{0, 0, v.W, v.H}.inset(margin)
	switch {
	case p.wide:
		p.sideBySide(all, parts)
	default:
		p.stacked(all, parts)
	}
	p.client = p.inClient(p.client, parts)
	p.inWire(parts)
	p.inServer(parts)
	return p
}

const clientParts = PartMap | PartSlots | PartQueues | PartWork

// sideBySide is the wide stage: client, wire and server in a row, the timeline below.
func (p *panels) sideBySide(all box, parts Parts) {
	if parts.any(PartTimeline) {
		h := max(150, min(0.27*all.h, 300))
		if !parts.any(AllParts &^ PartTimeline) {
			h = all.h
		}
		p.line = all.cutBottom(h)
		all.cutBottom(gap)
	}
	var weights [3]float32
	if parts.any(clientParts) {
		weights[0] = 656
	}
	if parts.any(PartWire | PartDemux) {
		weights[1] = 172
	}
	if parts.any(PartServer | PartCounters) {
		weights[2] = 192
	}
	into := [3]*box{&p.client, &p.wire, &p.server}
	total, n := float32(0), 0
	for _, w := range weights {
		if w > 0 {
			total += w
			n++
		}
	}
	room := all.w - float32(n-1)*gap
	for i, w := range weights {
		if w > 0 {
			*into[i] = all.cutLeft(room * w / total)
			all.cutLeft(gap)
		}
	}
}

// stacked is the medium and the narrow stage: client, then wire and server, then the timeline.
func (p *panels) stacked(all box, parts Parts) {
	wire, server := parts.any(PartWire|PartDemux), parts.any(PartServer|PartCounters)
	want := [3]float32{}
	if parts.any(clientParts) {
		want[0] = p.clientWants(parts)
	}
	if wire || server {
		want[1] = 168
		if p.narrow {
			want[1] = 0
			if wire {
				want[1] += 206
			}
			if server {
				want[1] += 216
			}
		}
	}
	if parts.any(PartTimeline) {
		want[2] = 190
	}
	p.shrink(&want, all.h-2*gap)
	if want[0] > 0 {
		p.client = all.cutTop(want[0])
		all.cutTop(gap)
	}
	if want[1] > 0 {
		mid := all.cutTop(want[1])
		all.cutTop(gap)
		p.middle(mid, wire, server)
	}
	if want[2] > 0 {
		p.line = all
	}
}

func (p *panels) clientWants(parts Parts) float32 {
	h := float32(30)
	if parts.any(PartMap) {
		h += 300
		if p.narrow {
			h += 150
		}
	}
	if parts.any(PartSlots | PartQueues) {
		h += 190
		if p.narrow && parts.any(PartSlots) && parts.any(PartQueues) {
			h += 130
		}
	}
	if parts.any(PartWork) {
		h += 100
	}
	return h
}

// shrink makes heights fit: first the client gives way, down to what it needs, then the timeline, then the strip
// between them. What is left over goes to the timeline.
func (p *panels) shrink(want *[3]float32, room float32) {
	for _, step := range [...]struct {
		i     int
		least float32
	}{{0, p.clientLeast()}, {2, 170}, {1, 104}, {2, 100}, {0, 200}, {1, 0}, {2, 0}, {0, 0}} {
		over := want[0] + want[1] + want[2] - room
		if over <= 0 {
			break
		}
		want[step.i] -= max(0, min(over, want[step.i]-step.least))
	}
	if spare := room - want[0] - want[1] - want[2]; spare > 0 {
		i := 2
		if want[2] == 0 {
			i = 0
		}
		want[i] += spare
	}
}

// clientLeast is the height below which the client would have to leave something out besides the work queues.
func (p *panels) clientLeast() float32 {
	if p.narrow {
		return headHeight + 8 + narrowMapMin + 300
	}
	return headHeight + 8 + wideMapMin + 140
}

// middle divides the strip between client and timeline among wire and server.
func (p *panels) middle(mid box, wire, server bool) {
	switch {
	case wire && server && p.narrow:
		p.wire = mid.cutTop((mid.h - gap) * 0.48)
		mid.cutTop(gap)
		p.server = mid
	case wire && server:
		p.wire = mid.cutLeft((mid.w - gap) * 0.52)
		mid.cutLeft(gap)
		p.server = mid
	case wire:
		p.wire = mid
	default:
		p.server = mid
	}
}

// headHeight is what a room's title takes.
const headHeight = 34

// inClient divides the client among map, slots, queues and work queues. What does not fit is left out, the work
// queues first.
func (p *panels) inClient(c box, parts Parts) box {
	if c.empty() {
		return c
	}
	in := box{c.x + padding, c.y + headHeight, c.w - 2*padding, c.h - headHeight - 8}
	mapMin, tables, work := p.mapMin(), float32(0), float32(0)
	if !parts.any(PartMap) {
		mapMin = 0
	}
	if parts.any(PartSlots | PartQueues) {
		tables = 140
		if p.narrow && parts.any(PartSlots) && parts.any(PartQueues) {
			tables = 300
		}
	}
	if parts.any(PartWork) {
		work = 96
		if in.h-mapMin-tables < 96 {
			work = 44
		}
	}
	if spare := in.h - mapMin - tables - work; spare < 0 {
		work = 0
	}
	if spare := in.h - mapMin - tables - work; spare < 0 && mapMin > 0 {
		tables = max(0, tables+spare)
	} else if mapMin > 0 {
		tables += min(34, 0.5*spare)
	}
	if mapMin == 0 && tables > 0 {
		tables = in.h - work
	}
	if mapMin == 0 && tables == 0 {
		work = in.h
	}
	p.work = in.cutBottom(work)
	low := in.cutBottom(tables)
	p.tables(low, parts)
	if parts.any(PartMap) {
		p.stateMap = in
	}
	return c
}

// tables divides the area below the map among slots and queues.
func (p *panels) tables(low box, parts Parts) {
	slots, queues := parts.any(PartSlots), parts.any(PartQueues)
	if queues {
		h := float32(26)
		if p.narrow {
			h = 66
		}
		p.xprt = low.cutBottom(min(h, low.h/3))
	}
	switch {
	case slots && queues && p.narrow:
		p.slots = low.cutTop(min(118, low.h*0.46))
		p.bench = low
	case slots && queues:
		p.slots = low.cutLeft(min(0.38*low.w, 250))
		low.cutLeft(18)
		p.bench = low
	case slots:
		p.slots = low
	default:
		p.bench = low
	}
}

func (p *panels) mapMin() float32 {
	if p.narrow {
		return narrowMapMin
	}
	return wideMapMin
}

// inWire divides the wire among its two directions and the demultiplexer.
func (p *panels) inWire(parts Parts) {
	if p.wire.empty() {
		return
	}
	in := box{p.wire.x + padding, p.wire.y + headHeight, p.wire.w - 2*padding, p.wire.h - headHeight - 12}
	if parts.any(PartDemux) {
		switch {
		case !parts.any(PartWire):
			p.demux = in
			return
		case p.wide:
			p.demux = in.cutBottom(min(190, 0.46*in.h))
			in.cutBottom(12)
		default:
			w := min(170, in.w*0.46)
			p.demux = box{in.right() - w, in.y, w, in.h}
			in.w -= w + 14
		}
	}
	half := (in.h - 8) / 2
	p.lanesTo = in.cutTop(half)
	in.cutTop(8)
	p.lanesBack = in
}

// inServer divides the server among its transports, its threads and the counters.
func (p *panels) inServer(parts Parts) {
	if p.server.empty() {
		return
	}
	in := box{p.server.x + padding, p.server.y + headHeight, p.server.w - 2*padding, p.server.h - headHeight - 12}
	if parts.any(PartCounters) {
		switch {
		case !parts.any(PartServer):
			p.counters = in
			return
		case p.wide:
			p.counters = in.cutBottom(112)
			in.cutBottom(8)
		default:
			w := min(150, in.w*0.44)
			if in.h >= 120 || p.narrow {
				p.counters = box{in.right() - w, in.y, w, in.h}
				in.w -= w + 14
			}
		}
	}
	p.svc = in.cutTop(min(66, 0.4*in.h))
	in.cutTop(6)
	p.threads = in
}
