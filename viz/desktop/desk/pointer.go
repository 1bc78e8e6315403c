package desk

import (
	"strconv"

	"sunscope/core/time"
	"sunscope/viz/prose"
	"sunscope/viz/scene"
	"sunscope/viz/stage"
)

// hover is where the pointer is, and on what.
type hover struct {
	x, y float32
	ref  scene.Ref
	hit  Rect // of what it is on, in the window
}

// pressed is what the pointer was pressed on.
type pressed struct {
	ref    scene.Ref
	track  Rect // of the scrub bar, in the bar
	resume bool // it played when scrubbing began
}

// layer is a list with its place in the window.
type layer struct {
	r Rect
	l *scene.List
}

// layers are the lists that answer to a pointer, the top one first. What lies on top of everything hides the rest.
func (d *Desk) layers() []layer {
	if d.modal() {
		return []layer{{d.areas.Window, &d.over}}
	}
	lower, _, _ := d.lower()
	return []layer{{d.areas.Window, &d.over}, {d.areas.Window, &d.edge}, {d.areas.Strip, &d.strip}, {d.areas.Bar, &d.bar}, {d.areas.Below, lower}, {d.areas.Column, &d.column}}
}

// modal reports whether something covers the window and takes all input.
func (d *Desk) modal() bool { return d.browser != nil || d.chooser != nil || d.Player.Help() }

// TakesPointer reports whether the desk, and not the stage, answers to the pointer at a point.
func (d *Desk) TakesPointer(x, y float32) bool {
	return d.modal() || d.popup() != nil || d.pressed.ref != scene.Ref{} || !d.areas.Stage.Contains(x, y) || d.hitAt(x, y).ref != scene.Ref{}
}

func (d *Desk) hitAt(x, y float32) hover {
	for _, l := range d.layers() {
		if !l.r.Contains(x, y) {
			continue
		}
		for i := len(l.l.Hits) - 1; i >= 0; i-- {
			h := &l.l.Hits[i]
			r := Rect{l.r.X + h.X, l.r.Y + h.Y, h.W, h.H}
			if r.Contains(x, y) {
				return hover{x, y, h.Ref, r}
			}
		}
	}
	return hover{x: x, y: y}
}

// PointerMove is a move of the pointer.
func (d *Desk) PointerMove(x, y float32) {
	switch d.pressed.ref {
	case act("scrub"):
		d.scrub(x)
		return
	case act("split"):
		d.setSplit(x)
		return
	}
	was := d.hover
	d.hover = d.hitAt(x, y)
	if d.hover.ref != was.ref {
		d.touch()
		d.hoverPopup()
	}
}

// PointerDown is a press of the left button.
func (d *Desk) PointerDown(x, y float32) {
	d.hover = d.hitAt(x, y)
	d.pressed.ref = d.hover.ref
	d.focus = scene.Ref{}
	d.find.open = d.find.open && (d.hover.ref == act("find") || d.hover.ref == act("box"))
	if d.pressPopup() {
		return
	}
	if d.modal() && d.hover.ref == (scene.Ref{}) {
		d.pressed.ref = act("close") // beside what lies on top
	}
	if d.pressed.ref == act("scrub") {
		d.pressed.resume = d.Player.Playing()
		d.Say(d.Player.Do("pause", nil))
		d.scrub(x)
	}
	d.touch()
}

// PointerUp is its release: on what it was pressed on, a click.
func (d *Desk) PointerUp(x, y float32) {
	ref := d.pressed.ref
	d.pressed.ref = scene.Ref{}
	d.hover = d.hitAt(x, y)
	d.touch()
	switch {
	case ref == scene.Ref{}:
	case ref == act("scrub"):
		if d.pressed.resume && d.Player.Asking() == "" && d.Player.Instant() < d.Player.Story().Len()-1 {
			d.Say(d.Player.Do("play", nil))
		}
	case d.releasePopup(ref):
	case ref == d.hover.ref, ref == act("close") && d.modal() && d.hover.ref == scene.Ref{}:
		d.click(ref)
	}
}

// PointerMenu is a press of the right button outside of the stage: the menu of the thing there, if it is one.
func (d *Desk) PointerMenu(x, y float32) {
	d.hover = d.hitAt(x, y)
	d.touch()
	if p := d.popup(); p != nil {
		if !p.r.Contains(x, y) {
			d.closeMenu()
			d.closeContext()
		}
		return
	}
	if ref := d.hover.ref; !d.modal() && ref.Kind != scene.RefNone && ref.Kind != prose.Act {
		d.Player.OpenMenu(ref, x-d.areas.Picture.X, y-d.areas.Picture.Y)
	}
}

// OnSplit and OnButton report what the pointer is on: the edge that can be dragged, or something that can be pressed.
func (d *Desk) OnSplit() bool { return d.hover.ref == act("split") || d.pressed.ref == act("split") }

// OnButton reports whether the pointer is on something that can be pressed.
func (d *Desk) OnButton() bool { return canFocus(d.hover.ref) && d.hover.ref != act("scrub") }

// scrub goes to the instant under x.
func (d *Desk) scrub(x float32) {
	t := d.pressed.track
	count := d.Player.Story().Len()
	if count == 0 || t.W <= 0 {
		return
	}
	part := max(0, min((x-d.areas.Bar.X-t.X)/t.W, 1))
	instant := int(part*float32(count)+0.5) - 1
	if instant != d.Player.Instant() {
		d.Say(d.Player.Do("seek", stage.Args{"instant": strconv.Itoa(max(-1, min(instant, count-1)))}))
	}
}

// wheelStep is how far one notch of a wheel scrolls.
const wheelStep = 56

// Wheel turns by notches; a positive dy scrolls towards the end.
func (d *Desk) Wheel(x, y, dy float32) {
	moved := false
	switch {
	case d.popup() != nil:
		p := d.popup()
		moved = p.scroll.by(dy*wheelStep, p.most)
	case d.chooser != nil:
		moved = d.chooser.scroll.by(dy*wheelStep, d.chooser.most)
	case d.Player.Help():
		moved = d.keys.scroll.by(dy*wheelStep, d.keys.most)
	case d.browser != nil:
		moved = d.browser.scroll.by(dy*wheelStep, d.browser.most)
	case d.areas.Stage.Contains(x, y):
		pic := d.areas.Picture
		moved = !d.Player.OnTimeline(x-pic.X, y-pic.Y) && d.panBy(dy*wheelStep)
	case d.areas.Column.Contains(x, y):
		moved = d.scroll.by(dy*wheelStep, d.lessonMost())
	case d.areas.Below.Contains(x, y):
		_, s, most := d.lower()
		moved = s.by(dy*wheelStep, *most)
	}
	if moved {
		d.touch()
	}
}

// notice is a line that is shown for a while.
type notice struct {
	text string
	calm bool // no trouble
	left time.Duration
}

const noticeTime = 12 * time.Second
