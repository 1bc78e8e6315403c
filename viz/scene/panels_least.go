package scene

// The least heights of parts; with less they are left out.
const (
	tablesLeast = 140 // slots beside queues
	slotsLeast  = 104 // each alone, as on a phone
	queuesLeast = 176
	workLeast   = 44
	workFull    = 96
	stripLeast  = 104 // wire beside server
	lineLeast   = 112
	lineWants   = 190 // where rooms are stacked
)

// least is the height that the parts need at least.
func (p *panels) least(parts Parts) float32 {
	h, rooms := float32(0), 0
	add := func(v float32) {
		if v > 0 {
			h += v
			rooms++
		}
	}
	add(p.clientLeast(parts))
	if !p.wide {
		wire, server := p.stripLeast(parts)
		if p.narrow {
			add(wire)
			add(server)
		} else {
			add(max(wire, server))
		}
	}
	if parts.any(PartTimeline) {
		add(lineLeast)
	}
	return h + float32(max(0, rooms-1))*gap
}

// clientLeast is the height below which the client would have to leave something out.
func (p *panels) clientLeast(parts Parts) float32 {
	if !parts.any(clientParts) {
		return 0
	}
	h := float32(headHeight + 8)
	if parts.any(PartMap) {
		h += p.mapMin()
	}
	h += p.tablesLeast(parts)
	h += p.workLeast(parts)
	if parts.any(PartCounters) {
		h += p.countersHigh()
	}
	return h
}

// workLeast is what work queues and sessions need at least, workFull what they would like.
func (p *panels) workLeast(parts Parts) float32 { return p.workHigh(parts, workLeast, sessionsLeast) }
func (p *panels) workFull(parts Parts) float32  { return p.workHigh(parts, workFull, sessionsHigh) }

func (p *panels) workHigh(parts Parts, work, sessions float32) float32 {
	if !parts.any(PartWork) {
		work = 0
	}
	if !parts.any(PartSessions) {
		sessions = 0
	}
	if p.narrow {
		return work + sessions
	}
	return max(work, sessions)
}

func (p *panels) tablesLeast(parts Parts) float32 {
	slots, queues := parts.any(PartSlots), parts.any(PartQueues)
	switch {
	case slots && queues && p.narrow:
		return slotsLeast + queuesLeast
	case slots && queues:
		return tablesLeast
	case slots:
		return slotsLeast
	case queues:
		return queuesLeast
	}
	return 0
}

func (p *panels) stripLeast(parts Parts) (wire, server float32) {
	if parts.any(wireParts) {
		wire = stripLeast
	}
	if parts.any(PartServer) {
		server = stripLeast
	}
	return wire, server
}

// share makes three heights fill room: each gets what it needs, then the timeline, the client and the strip what they
// want, and the timeline, or else the client, what is left over.
func share(want, least *[3]float32, room float32) {
	spare := room - least[0] - least[1] - least[2]
	got := *least
	for _, i := range [...]int{2, 0, 1} {
		more := max(0, min(spare, want[i]-least[i]))
		got[i] += more
		spare -= more
	}
	last := 2
	if least[2] == 0 {
		last = 0
	}
	if least[last] == 0 {
		last = 1
	}
	got[last] += max(0, spare)
	*want = got
}
