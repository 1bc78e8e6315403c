package stage

import (
	"math"

	"sunscope/core/story"
	"sunscope/core/time"
	"sunscope/viz/scene"
)

// grip is what a pointer that is down on the timeline holds.
type grip uint8

const (
	gripNone   grip = iota
	gripThing       // something that lies over the plot: a click selects it, a drag scrubs
	gripWindow      // the overview's frame
	gripFrom        // its left edge
	gripTo          // its right edge
	gripBrush       // the overview beside the frame: a drag draws a new one
	gripAxis        // the times below: a drag shifts the window
	gripLanes       // the names: a drag scrolls the lanes
)

// lineHand is what pointers do on the timeline besides scrubbing.
type lineHand struct {
	grip     grip
	x, y     float32       // where it was gripped
	time     time.Duration // what was there
	from, to time.Duration // the window then
	rows     float64       // how far the lanes are to be scrolled, in rows that are not whole yet
	since    time.Duration // since the last click
	clickX   float32
	clickY   float32
	mid      float32 // between two fingers
	adrift   bool    // the reader looks at another piece of the run than where the playhead is
}

const (
	// edgeReach is how near to an edge of the overview's frame a pointer takes hold of it.
	edgeReach = 7
	// doubleClick is the longest time between the two clicks of one.
	doubleClick = 400 * time.Millisecond
)

// lineAt is which area of the timeline a point lies in, whatever lies over it; RefNone is none of them.
func (p *Player) lineAt(x, y float32) scene.RefKind {
	h := p.lineHit(x, y)
	if h == nil {
		return scene.RefNone
	}
	return h.Ref.Kind
}

func (p *Player) lineHit(x, y float32) *scene.Hit {
	if p.list == nil {
		return nil
	}
	for i := len(p.list.Hits) - 1; i >= 0; i-- {
		h := &p.list.Hits[i]
		switch h.Ref.Kind {
		case scene.RefTimeline, scene.RefOverview, scene.RefAxis, scene.RefLanes:
			if x >= h.X && x < h.X+h.W && y >= h.Y && y < h.Y+h.H {
				return h
			}
		}
	}
	return nil
}

// overTime is the time at a point of the overview.
func (p *Player) overTime(x float32) time.Duration {
	for i := range p.list.Hits {
		if h := &p.list.Hits[i]; h.Ref.Kind == scene.RefOverview && h.W > 0 {
			part := max(0, min((x-h.X)/h.W, 1))
			return p.start() + time.Duration(float64(part)*float64(p.End()-p.start()))
		}
	}
	return p.start()
}

// overX is where a time lies on the overview.
func (p *Player) overX(h *scene.Hit, t time.Duration) float32 {
	whole := float64(max(1, p.End()-p.start()))
	return h.X + h.W*float32(float64(t-p.start())/whole)
}

// takeLine is a press on the timeline, beside the plot where it scrubs at once. It reports whether it took hold.
func (p *Player) takeLine(x, y float32) bool {
	l := &p.line
	h := p.lineHit(x, y)
	if h == nil {
		return false
	}
	l.x, l.y, l.rows = x, y, 0
	l.from, l.to = p.Window()
	switch h.Ref.Kind {
	case scene.RefTimeline:
		l.grip = gripThing
	case scene.RefOverview:
		l.grip, l.time = p.gripOver(h, x), p.overTime(x)
	case scene.RefAxis:
		l.grip = gripAxis
	case scene.RefLanes:
		l.grip = gripLanes
	}
	return true
}

// gripOver is what a press on the overview takes hold of.
func (p *Player) gripOver(h *scene.Hit, x float32) grip {
	from, to := p.overX(h, p.line.from), p.overX(h, p.line.to)
	reach := float32(edgeReach)
	if to-from < 3*edgeReach { // of a small frame the edges are outside
		reach = 0
	}
	switch {
	case x >= from-edgeReach && x <= from+reach && x < (from+to)/2:
		return gripFrom
	case x >= to-reach && x <= to+edgeReach && x > (from+to)/2:
		return gripTo
	case p.zoomed() && x >= from && x <= to:
		return gripWindow
	}
	return gripBrush
}

// dragLine moves what is held to a point.
func (p *Player) dragLine(x, y float32) {
	l := &p.line
	switch l.grip {
	case gripThing:
		p.hand.scrubbing, p.hand.resume = true, p.playing
		p.pause()
		p.scrub(x)
		return
	case gripAxis:
		if w := p.plotWidth(); w > 0 && p.zoomed() {
			p.setWindow(l.from-time.Duration(float64(l.to-l.from)*float64((x-l.x)/w)), l.to-l.from)
		}
	case gripLanes:
		p.dragLanes(y)
		return
	}
	p.dragFrame(p.overTime(x))
	p.drift()
}

// dragFrame moves what is held of the overview's frame to a time.
func (p *Player) dragFrame(t time.Duration) {
	l := &p.line
	least := min(narrowest, p.End()-p.start())
	switch l.grip {
	case gripWindow:
		p.setWindow(l.from+t-l.time, l.to-l.from)
	case gripFrom:
		t = min(t, l.to-least)
		p.setWindow(t, l.to-t)
	case gripTo:
		p.setWindow(l.from, max(t, l.from+least)-l.from)
	case gripBrush:
		p.setWindow(min(t, l.time), max(least, max(t, l.time)-min(t, l.time)))
	}
}

// dragLanes scrolls the lanes by as many rows as the pointer went up or down.
func (p *Player) dragLanes(y float32) {
	l := &p.line
	_, shown := p.list.LaneRows()
	for i := range p.list.Hits {
		if h := &p.list.Hits[i]; h.Ref.Kind == scene.RefLanes && shown > 0 {
			l.rows += float64(l.y-y) * float64(shown) / float64(h.H)
		}
	}
	l.y = y
	n := int(l.rows)
	l.rows -= float64(n)
	p.scrollLanes(n)
}

// releaseLine ends a press on the timeline. A click on the overview goes to that time.
func (p *Player) releaseLine(far bool) {
	g := p.line.grip
	p.line.grip = gripNone
	if !far && g >= gripWindow && g <= gripBrush {
		p.seekTime(p.line.time)
	}
}

// drift notes whether the reader has moved the window away from the playhead: then it stays away until something goes to
// another instant.
func (p *Player) drift() {
	p.line.adrift = p.zoomed() && (p.at < p.view.From || p.at > p.view.To)
}

// plotWidth is how many pixels the window has on the picture.
func (p *Player) plotWidth() float32 {
	for i := range p.list.Hits {
		if h := &p.list.Hits[i]; h.Ref.Kind == scene.RefTimeline {
			return h.W
		}
	}
	return 0
}

// clicked counts a click, and does what two make: on a lane or a packet they show all of it, on a marker its
// surroundings, elsewhere a closer look, and on the overview the whole run.
func (p *Player) clicked(on scene.Ref, x, y float32) {
	l := &p.line
	double := l.since < doubleClick && math.Hypot(float64(x-l.clickX), float64(y-l.clickY)) <= slop
	l.since, l.clickX, l.clickY = 0, x, y
	area := p.lineAt(x, y)
	if !double || area == scene.RefNone && !p.onNames(on, x, y) {
		return
	}
	l.since = doubleClick
	switch area {
	case scene.RefOverview:
		p.zoom(0, 0)
		return
	case scene.RefTimeline:
		if on.Kind == scene.RefTimeline {
			on = p.laneUnder(x, y)
		}
	}
	if on.Kind != scene.RefNone && p.zoomTo(on) == nil {
		p.Select(on)
		return
	}
	if t, ok := p.timeAt(x); ok {
		p.zoom(2, t)
	}
}

// onNames reports whether a point lies on a lane's name.
func (p *Player) onNames(on scene.Ref, x, y float32) bool {
	return on.Kind == scene.RefTask && p.lineAt(x, y) == scene.RefLanes
}

// laneUnder is the task whose lane runs under a point of the plot while it is alive.
func (p *Player) laneUnder(x, y float32) scene.Ref {
	t, ok := p.timeAt(x)
	names := float32(0)
	for i := range p.list.Hits {
		h := &p.list.Hits[i]
		switch {
		case h.Ref.Kind == scene.RefLanes:
			names = h.X
		case h.Ref.Kind == scene.RefTask && h.X == names && y >= h.Y && y < h.Y+h.H:
			if l := p.story.Lane(story.TaskID(h.Ref.Num)); ok && l != nil && t >= l.Start && t <= l.End {
				return h.Ref
			}
		}
	}
	return scene.Ref{}
}
