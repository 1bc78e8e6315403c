package desk

import (
	"sunscope/viz/prose"
	"sunscope/viz/scene"
	"sunscope/viz/scene/face"
)

func advanceOf(font scene.Font, size float32, text string) float32 {
	return face.Advance(font, size, text)
}

// stop is something that Tab goes to.
type stop struct {
	ref scene.Ref
	at  Rect
	in  Rect // the part of the window that it is in, and cut off by
}

// stops are what Tab goes through, in order: strip, controls, lesson, inspector, and what a dialog holds if one is open.
func (d *Desk) stops() []stop {
	var list []stop
	seen := map[scene.Ref]bool{}
	add := func(in Rect, hits []scene.Hit, dx, dy float32) {
		for _, h := range hits {
			if seen[h.Ref] || !canFocus(h.Ref) {
				continue
			}
			seen[h.Ref] = true
			list = append(list, stop{h.Ref, Rect{in.X + h.X + dx, in.Y + h.Y + dy, h.W, h.H}, in})
		}
	}
	if d.modal() {
		add(d.areas.Window, d.over.Hits, 0, 0)
		return list
	}
	a := &d.areas
	add(a.Strip, d.strip.Hits, 0, 0)
	add(a.Bar, d.bar.Hits, 0, 0)
	if a.Column.W > 0 {
		add(a.Column, d.page.Stops(d.lessonView()), 0, -d.scroll.at)
	}
	if a.Split.W > 0 {
		add(a.Window, d.edge.Hits, 0, 0)
	}
	if a.Below.W > 0 {
		lower, _, _ := d.lower()
		add(a.Below, lower.Hits, 0, 0)
	}
	add(a.Window, d.over.Hits, 0, 0)
	return list
}

// canFocus reports whether something that can be pointed at can also be pressed.
func canFocus(ref scene.Ref) bool {
	if ref.Kind != prose.Act {
		return ref.Kind != scene.RefNone
	}
	switch id, args := parse(ref.Name); id {
	case "clock", "speed-text", "box":
		return false
	case "field":
		return args["n"] != ""
	}
	return true
}

// moveFocus goes to the next stop, or with -1 to the one before. Behind the last one nothing has the focus: the keys are
// the stage's again.
func (d *Desk) moveFocus(step int) {
	list := d.stops()
	at := -1
	for i := range list {
		if list[i].ref == d.focus {
			at = i
		}
	}
	switch {
	case at < 0 && step < 0:
		at = len(list)
	}
	at += step
	d.touch()
	if at < 0 || at >= len(list) {
		if d.focus = (scene.Ref{}); d.modal() && len(list) > 0 {
			d.focus = list[(at+len(list))%len(list)].ref
		}
		return
	}
	d.focus = list[at].ref
	d.showFocus(&list[at])
}

// showFocus scrolls so that what has the focus is seen.
func (d *Desk) showFocus(s *stop) {
	var to *scrolling
	most := float32(0)
	switch s.in {
	case d.areas.Column:
		to, most = &d.scroll, d.lessonMost()
	case d.areas.Below:
		_, s, m := d.lower()
		to, most = s, *m
	default:
		return
	}
	const spare = 44 // the inspector's title
	dy := float32(0)
	if over := s.in.Y + spare - s.at.Y; over > 0 {
		dy = -over
	} else if over := s.at.Y + s.at.H + 12 - s.in.Y - s.in.H; over > 0 {
		dy = over
	}
	to.by(dy, most)
}

// focused finds what has the focus; it may have gone.
func (d *Desk) focused() *stop {
	if d.focus == (scene.Ref{}) {
		return nil
	}
	for _, s := range d.stops() {
		if s.ref == d.focus {
			return &s
		}
	}
	return nil
}

// focusKey is a key that means what has the focus: it reports whether it did.
func (d *Desk) focusKey(name string) bool {
	switch name {
	case "Tab":
		d.moveFocus(1)
		return true
	case "Shift+Tab":
		d.moveFocus(-1)
		return true
	}
	s := d.focused()
	if s == nil {
		d.focus = scene.Ref{}
		return false
	}
	switch name {
	case "Enter", "Space":
		switch s.ref {
		case act("scrub"), act("split"):
			return name == "Enter"
		}
		d.click(s.ref)
	case "ArrowLeft", "ArrowRight":
		if s.ref != act("split") {
			return false
		}
		by := float32(24)
		if name == "ArrowLeft" {
			by = -by
		}
		d.setSplit(d.areas.Stage.X + by)
	case "Escape":
		d.focus = scene.Ref{}
	case "ContextMenu", "Shift+F10":
		if s.ref.Kind == prose.Act {
			return false
		}
		d.Player.OpenMenu(s.ref, s.at.X-d.areas.Picture.X, s.at.Y+s.at.H-d.areas.Picture.Y)
	default:
		return false
	}
	d.touch()
	return true
}

// layFocus draws the ring around what has the focus.
func (d *Desk) layFocus(s *sheet) {
	f := d.focused()
	if f == nil {
		return
	}
	r := f.at
	if f.ref == act("split") {
		r = Rect{r.X + 1, r.Y + 1, r.W - 2, r.H - 2}
	} else {
		r = Rect{r.X - 3, r.Y - 3, r.W + 6, r.H + 6}
	}
	top, bottom := max(r.Y, f.in.Y, 1), min(r.Y+r.H, f.in.Y+f.in.H)
	left, right := max(r.X, f.in.X, 1), min(r.X+r.W, f.in.X+f.in.W-1)
	if bottom <= top || right <= left {
		return
	}
	s.add(scene.Item{Op: scene.OpRect, X: left, Y: top, W: right - left, H: bottom - top, R: 7, Stroke: scene.Panel, Width: 4})
	s.add(scene.Item{Op: scene.OpRect, X: left, Y: top, W: right - left, H: bottom - top, R: 7, Stroke: scene.Focus, Width: 2})
}
