package stage

import "sunscope/core/time"

const (
	// longestFrame bounds what one Advance adds, so that a frame that came late does not leap.
	longestFrame = 100 * time.Millisecond
	// A stretch in which nothing happens is hurried through: it takes the reader at most this long, and longer only
	// while something is on the wire to look at.
	quietLimit  = 2 * time.Second
	flightLimit = 8 * time.Second
	// At speed max a run takes about rushTime, but passes at least rushLeast events a second.
	rushTime  = 3 * time.Second
	rushLeast = 2000
)

// Advance plays for dt of the reader's time. It stops by itself at the end of the run and where an open question is
// asked; it never passes such a point.
func (p *Player) Advance(dt time.Duration) {
	dt = min(dt, longestFrame)
	if dt <= 0 {
		return
	}
	p.line.since += dt
	p.makeOn(piece)
	p.countOn()
	p.settleGlide(dt)
	p.holdOn(dt)
	p.searchOn()
	if r := p.stops.runs; !p.runOn() {
		p.note(Note{Kind: Warned, Why: r.none(p, r.text)})
	}
	if !p.playing || p.live.follow && p.instant == p.story.Len()-1 {
		return
	}
	p.touch()
	switch {
	case p.live.follow:
		p.keepUp(dt)
	case p.speed == Max:
		p.rush(dt)
	default:
		p.flow(dt)
	}
	p.keepPlayhead()
	if p.playing && p.instant == p.story.Len()-1 {
		p.caughtUp()
	}
}

// flow moves display time on, event by event: each gap between two events has a pace of its own.
func (p *Player) flow(dt time.Duration) {
	left := float64(dt)
	for left > 0 && p.playing && p.instant < p.story.Len()-1 {
		next := p.log().TimeAt(p.instant + 1)
		pace := p.pace(next)
		if need := (float64(next-p.at) - p.rest) / pace; need <= left {
			left -= max(need, 0)
			p.arrive(max(p.instant+1, p.story.OrdinalAt(next))) // clocks of two CPUs may disagree: never back
			continue
		}
		p.rest += left * pace
		whole := time.Duration(p.rest)
		p.at += whole
		p.rest -= float64(whole)
		left = 0
	}
}

// pace is the speed in the gap before the next event.
func (p *Player) pace(next time.Duration) float64 {
	gap, limit := float64(next-p.gapBegins()), float64(quietLimit)
	if p.live.follow {
		limit = float64(liveQuiet)
	}
	if gap <= float64(p.speed)*limit {
		return float64(p.speed)
	}
	if len(p.State().Packets) > 0 && !p.live.follow {
		limit = float64(flightLimit)
	}
	return max(float64(p.speed), gap/limit)
}

// Hurried reports whether the clock runs faster than its speed just now, because nothing happens for long.
func (p *Player) Hurried() bool {
	if !p.playing || p.speed == Max || p.instant >= p.story.Len()-1 {
		return false
	}
	return p.pace(p.log().TimeAt(p.instant+1)) > float64(p.speed)
}

func (p *Player) gapBegins() time.Duration {
	if p.instant < 0 {
		return p.log().TimeAt(0)
	}
	return p.log().TimeAt(p.instant)
}

// rush passes events by number.
func (p *Player) rush(dt time.Duration) {
	rate := max(rushLeast, float64(p.story.Len())/rushTime.Seconds())
	p.rest += rate * dt.Seconds()
	n := int(p.rest)
	p.rest -= float64(n)
	if n > 0 {
		p.arrive(min(p.instant+n, p.story.Len()-1))
	}
}

// arrive moves forward to the instant, or stops at the first open question on the way.
func (p *Player) arrive(instant int) {
	q := p.openBetween(p.instant, instant)
	if q != nil {
		instant = q.moment.Ask
	}
	if i, which := p.breakBetween(p.instant, instant); i >= 0 {
		p.settle(i)
		p.pause()
		p.stopped(which)
		return
	}
	if q != nil {
		p.settle(instant)
		p.pause()
		return
	}
	rest := p.rest
	p.settle(instant)
	if p.speed == Max {
		p.rest = rest
	}
}

// settle puts the stage at an instant; display time is that event's.
func (p *Player) settle(instant int) {
	instant = max(-1, min(instant, p.story.Len()-1))
	if instant != p.instant {
		p.glide()
	}
	p.instant = instant
	p.stops.runs = running{}
	p.furthest = max(p.furthest, instant)
	p.at, p.rest = p.start(), 0
	if instant >= 0 {
		p.at = p.log().TimeAt(instant)
	}
	p.touch()
	p.askHere()
}

func (p *Player) pause() {
	if p.playing {
		p.playing, p.live.follow = false, false
		p.rest = 0
		p.touch()
	}
}
