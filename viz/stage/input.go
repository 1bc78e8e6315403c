package stage

import (
	"math"

	"sunscope/core/time"
	"sunscope/viz/scene"
)

// slop is how far a pointer may wander between press and release and still be a click, in CSS pixels.
const slop = 6

// finger is a pointer that is down.
type finger struct {
	id     int
	x, y   float32
	x0, y0 float32
	on     scene.Ref // what it was pressed on
	far    bool      // it moved: not a click any more
	touch  bool
	held   time.Duration // how long it has rested where it was pressed
}

// hand is what pointers are doing.
type hand struct {
	fingers   []finger
	scrubbing bool
	resume    bool    // it played when scrubbing began
	spread    float64 // distance of two fingers on the timeline
}

// OnTimeline reports whether a point lies on the timeline: there dragging scrubs and the wheel zooms, elsewhere both
// are left to the page.
func (p *Player) OnTimeline(x, y float32) bool {
	at := p.lineAt(x, y)
	if at != scene.RefLanes {
		return at != scene.RefNone
	}
	_, shown := p.list.LaneRows() // names only scroll if there are more of them
	return shown < len(p.story.Lanes())
}

// PointerDown is a press at a point of the picture, in CSS pixels.
func (p *Player) PointerDown(id int, x, y float32) {
	h := &p.hand
	p.closeMenu()
	if len(h.fingers) == 0 {
		p.grab()
	}
	on := p.hitAt(x, y)
	h.fingers = append(h.fingers, finger{id: id, x: x, y: y, x0: x, y0: y, on: on})
	switch {
	case len(h.fingers) == 2 && (h.scrubbing || p.line.grip != gripNone):
		h.spread, p.line.mid, p.line.grip = h.distance(), h.middle(), gripNone
	case len(h.fingers) == 1 && on.Kind == scene.RefTimeline:
		h.scrubbing, h.resume = true, p.playing
		p.pause()
		p.scrub(x)
	case len(h.fingers) == 1:
		p.takeLine(x, y)
	}
}

// PointerIsTouch says that a pointer is a finger: held still, it asks for the menu.
func (p *Player) PointerIsTouch(id int) {
	if f := p.hand.finger(id); f != nil {
		f.touch = true
	}
}

// longPress is how long a finger rests until it asks for the menu.
const longPress = 500 * time.Millisecond

// holdOn lets time pass for a finger that rests.
func (p *Player) holdOn(dt time.Duration) {
	h := &p.hand
	if len(h.fingers) != 1 || h.fingers[0].far || !h.fingers[0].touch {
		return
	}
	f := &h.fingers[0]
	if f.held += dt; f.held >= longPress {
		f.far = true // its release is no click
		p.OpenMenuAt(f.x, f.y)
	}
}

// PointerMove is a move of a pointer, pressed or not.
func (p *Player) PointerMove(id int, x, y float32) {
	h := &p.hand
	f := h.finger(id)
	if f == nil {
		p.setHover(p.hitAt(x, y))
		return
	}
	f.x, f.y = x, y
	f.far = f.far || math.Hypot(float64(x-f.x0), float64(y-f.y0)) > slop
	switch {
	case h.spread > 0 && len(h.fingers) == 2:
		p.pinch()
	case h.scrubbing && len(h.fingers) == 1:
		p.scrub(x)
	case p.line.grip != gripNone && len(h.fingers) == 1 && f.far:
		p.dragLine(x, y)
	}
}

// PointerUp is a release: where it was pressed, a click.
func (p *Player) PointerUp(id int, x, y float32) {
	h := &p.hand
	f := h.finger(id)
	if f == nil {
		return
	}
	clicked := !f.far && !h.scrubbing && len(h.fingers) == 1
	on, still := f.on, !f.far && len(h.fingers) == 1
	p.releaseLine(f.far)
	h.drop(id)
	kind := "scrub"
	if clicked && p.hitAt(x, y) == on {
		p.choose(on)
		kind = "select"
	}
	p.letGo()
	if still {
		p.clicked(on, x, y)
	}
	if len(h.fingers) == 0 {
		p.letGoOf(kind)
	}
}

// PointerCancel forgets a pointer: the page took it, to scroll.
func (p *Player) PointerCancel(id int) {
	p.hand.drop(id)
	p.line.grip = gripNone
	p.letGo()
}

// PointerLeave is a pointer that left the picture.
func (p *Player) PointerLeave() { p.setHover(scene.Ref{}) }

// Wheel turns at a point; positive dy is towards the reader. On the timeline it zooms, and sideways it pans.
func (p *Player) Wheel(x, y float32, dx, dy float64) {
	if !p.OnTimeline(x, y) {
		return
	}
	_ = p.change("zoom", func() error { p.wheel(x, y, dx, dy); return nil })
}

func (p *Player) wheel(x, y float32, dx, dy float64) {
	area := p.lineAt(x, y)
	switch {
	case math.Abs(dx) > math.Abs(dy):
		p.panBy(math.Max(-0.5, math.Min(dx/400, 0.5)))
		return
	case area == scene.RefLanes:
		p.line.rows += math.Max(-4, math.Min(dy/40, 4)) * float64(p.pageOfLanes())
		n := int(p.line.rows)
		p.line.rows -= float64(n)
		p.scrollLanes(n)
		return
	}
	t, ok := p.timeAt(x)
	if area == scene.RefOverview {
		t = p.overTime(x)
	}
	if ok && dy != 0 {
		p.zoom(math.Exp(-math.Max(-1, math.Min(dy/300, 1))), t)
		p.drift()
	}
}

func (p *Player) scrub(x float32) {
	if t, ok := p.timeAt(x); ok {
		p.seekTime(t)
	}
}

// letGo ends a gesture when its last finger is up.
func (p *Player) letGo() {
	h := &p.hand
	if len(h.fingers) < 2 {
		h.spread = 0
	}
	if len(h.fingers) > 0 || !h.scrubbing {
		return
	}
	h.scrubbing = false
	p.follow()
	if h.resume && p.Asking() == "" && p.instant < p.story.Len()-1 {
		p.play()
	}
}

// pinch zooms about the middle of two fingers.
func (p *Player) pinch() {
	h := &p.hand
	now := h.distance()
	if t, ok := p.timeAt((h.fingers[0].x + h.fingers[1].x) / 2); ok && now > 8 {
		p.zoom(now/h.spread, t)
		h.spread = now
		if w := p.plotWidth(); w > 0 { // two fingers that go sideways take the window along
			p.pan(float64((p.line.mid - h.middle()) / w))
		}
		p.line.mid = h.middle()
	}
}

func (h *hand) distance() float64 {
	a, b := h.fingers[0], h.fingers[1]
	return math.Hypot(float64(a.x-b.x), float64(a.y-b.y))
}

func (h *hand) middle() float32 { return (h.fingers[0].x + h.fingers[1].x) / 2 }

func (h *hand) finger(id int) *finger {
	for i := range h.fingers {
		if h.fingers[i].id == id {
			return &h.fingers[i]
		}
	}
	return nil
}

func (h *hand) drop(id int) {
	for i := range h.fingers {
		if h.fingers[i].id == id {
			h.fingers = append(h.fingers[:i], h.fingers[i+1:]...)
			return
		}
	}
}

func (p *Player) setHover(r scene.Ref) {
	if r.Kind == scene.RefTimeline || r.Kind == scene.RefLanes || r.Kind == scene.RefAxis {
		r = scene.Ref{} // the timeline is under the pointer all the time; it lights up nothing
	}
	if p.view.Hover != r {
		p.view.Hover = r
		p.touch()
	}
}

// hitAt is what lies at a point of the picture that was shown last.
func (p *Player) hitAt(x, y float32) scene.Ref {
	if p.list == nil {
		return scene.Ref{}
	}
	for i := len(p.list.Hits) - 1; i >= 0; i-- {
		h := &p.list.Hits[i]
		if x >= h.X && x < h.X+h.W && y >= h.Y && y < h.Y+h.H {
			return h.Ref
		}
	}
	return scene.Ref{}
}
