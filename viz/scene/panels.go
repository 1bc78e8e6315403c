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
	xprt, demux, counters, sessions  box
	wide, narrow                     bool
	lanesTo, lanesBack, svc, threads box
	callbacks, low                   box
	withCallbacks                    bool // the demultiplexer shows the callbacks as well
}

// PreferredHeight is a height at which a view of that width shows everything comfortably.
func PreferredHeight(w float32) float32 {
	switch {
	case w >= wideFrom:
		return max(720, 0.8*w)
	case w >= mediumFrom:
		return 1160
	}
	return 1900
}

func (p Parts) any(q Parts) bool { return p&q != 0 }

// divide finds the rooms of a view. It looks at the view only, never at the state, so that nothing jumps.
func divide(v *View) panels {
	parts := v.Parts
	if parts == 0 {
		parts = AllParts&^PartSessions | v.has
	}
	p := panels{wide: v.W >= wideFrom, narrow: v.W < mediumFrom}
	all := box{0, 0, v.W, v.H}.inset(margin)
	for _, drop := range [...]Parts{PartCounters, PartSessions, PartWork, PartDemux | PartCallbacks, PartServer, PartQueues, PartWire, PartSlots, PartTimeline} {
		if p.least(parts) <= all.h || parts&^drop == 0 {
			break
		}
		parts &^= drop
	}
	if p.wide {
		p.sideBySide(all, parts)
	} else {
		p.stacked(all, parts)
	}
	p.inClient(parts)
	p.inWire(parts)
	p.inServer(parts)
	return p
}

const clientParts = PartMap | PartSlots | PartQueues | PartWork | PartCounters | PartSessions

// sideBySide is the wide stage: client, wire and server in a row, the timeline below.
func (p *panels) sideBySide(all box, parts Parts) {
	if parts.any(PartTimeline) {
		h := max(lineLeast, min(0.29*all.h, 340, all.h-gap-p.clientLeast(parts)-40))
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
	if parts.any(wireParts) {
		weights[1] = 172
	}
	if parts.any(PartServer) {
		weights[2] = 192
	}
	p.wider(&weights, all.w)
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
	wire, server := p.stripLeast(parts)
	strip, gaps := max(wire, server), float32(2*gap)
	if p.narrow && wire > 0 && server > 0 {
		strip = wire + gap + server
	}
	least := [3]float32{p.clientLeast(parts), strip, 0}
	want := [3]float32{p.clientWants(parts), p.stripWants(parts), 0}
	if parts.any(PartTimeline) {
		least[2], want[2] = lineLeast, lineWants
	}
	for _, h := range least {
		if h == 0 {
			gaps -= gap
		}
	}
	share(&want, &least, all.h-max(0, gaps))
	into := [3]*box{&p.client, nil, &p.line}
	for i, h := range want {
		if h <= 0 {
			continue
		}
		room := all.cutTop(h)
		all.cutTop(gap)
		if into[i] != nil {
			*into[i] = room
		} else {
			p.middle(room, wire, server)
		}
	}
}

func (p *panels) clientWants(parts Parts) float32 {
	h := p.clientLeast(parts)
	if parts.any(PartMap) {
		h += 70
	}
	if h > 0 && parts.any(PartSlots|PartQueues) {
		h += 34
	}
	h += p.workFull(parts) - p.workLeast(parts)
	return h
}

// middle divides the strip between client and timeline among wire and server.
func (p *panels) middle(mid box, wire, server float32) {
	switch {
	case wire > 0 && server > 0 && p.narrow:
		p.wire = mid.cutTop((mid.h - gap) * wire / (wire + server))
		mid.cutTop(gap)
		p.server = mid
	case wire > 0 && server > 0:
		p.wire = mid.cutLeft((mid.w - gap) * 0.52)
		mid.cutLeft(gap)
		p.server = mid
	case wire > 0:
		p.wire = mid
	default:
		p.server = mid
	}
}

// headHeight is what a room's title takes.
const headHeight = 34

// inClient divides the client among map, slots, queues, work queues and counters.
func (p *panels) inClient(parts Parts) {
	c := p.client
	if c.empty() {
		return
	}
	in := box{c.x + padding, c.y + headHeight, c.w - 2*padding, c.h - headHeight - 8}
	spare := max(0, c.h-p.clientLeast(parts))
	if parts.any(PartCounters) {
		p.counters = in.cutBottom(p.countersHigh())
	}
	tables, work := p.tablesLeast(parts), p.workLeast(parts)
	if more := p.workFull(parts) - work; more > 0 && spare >= more+20 {
		work, spare = work+more, spare-more
	}
	switch {
	case parts.any(PartMap) && tables > 0:
		tables += min(34, 0.5*spare)
	case tables > 0:
		tables = in.h - work
	case !parts.any(PartMap) && work > 0:
		work = in.h
	}
	p.lowest(in.cutBottom(work), parts)
	p.tables(in.cutBottom(tables), parts)
	if parts.any(PartMap) {
		p.stateMap = in
	}
}

// lowest divides the area below the tables among work queues and sessions: side by side, on a phone one above the other.
func (p *panels) lowest(low box, parts Parts) {
	work, sessions := parts.any(PartWork), parts.any(PartSessions)
	switch {
	case work && sessions && p.narrow:
		p.work = low.cutTop(low.h - min(sessionsHigh, 0.5*low.h))
		p.sessions = low
	case work && sessions:
		part := float32(0.44)
		if low.h < workFlat {
			part = 0.6 // its three rows stand side by side
		}
		p.work = low.cutLeft(part * low.w)
		low.cutLeft(18)
		p.sessions = low
	case sessions:
		p.sessions = low
	default:
		p.work = low
	}
}

// tables divides the area below the map among slots and queues.
func (p *panels) tables(low box, parts Parts) {
	slots, queues := parts.any(PartSlots), parts.any(PartQueues)
	if queues {
		h := float32(26)
		if p.narrow {
			h = 48
		}
		p.xprt = low.cutBottom(h)
	}
	switch {
	case slots && queues && p.narrow:
		p.slots = low.cutTop(slotsLeast + 0.4*(low.h-slotsLeast-queuesLeast+48))
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
