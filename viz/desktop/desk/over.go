package desk

import (
	"sunscope/viz/prose"
	"sunscope/viz/scene"
	"sunscope/viz/scene/face"
	"sunscope/viz/stage"
)

// layOver lays out what lies on top: the keys, the files to open, a notice, a hint at what is pointed at.
func (d *Desk) layOver() *scene.List {
	s := d.begin(&d.over, d.areas.Window)
	if ref := act("split"); s.hover == ref || d.pressed.ref == ref {
		r := d.areas.Split
		s.fill(Rect{r.X + 2, r.Y, r.W - 4, r.H}, scene.Hover)
	}
	d.layFind(&s)
	if d.modal() { // what lies on top is all that can be pointed at
		s.l.Hits = s.l.Hits[:0]
	}
	popup := d.popup()
	switch {
	case d.browser != nil:
		d.layBrowser(&s)
	case d.chooser != nil:
		d.layChooser(&s)
	case d.Player.Help():
		d.layHelp(&s)
	case d.loading != nil:
		d.layLoading(&s)
	case popup == nil:
		d.layHint(&s)
	}
	if !d.modal() {
		d.layRunning(&s)
	}
	d.layFocus(&s)
	if popup != nil {
		d.layPopups(&s)
	}
	d.layNotice(&s)
	return &d.over
}

// dialog draws a box in the middle of the window, darkens the rest, and returns the box.
func (d *Desk) dialog(s *sheet, w, h float32, title string) Rect {
	all := d.areas.Window
	w, h = min(w, all.W-24), min(h, all.H-24)
	r := Rect{float32(int((all.W - w) / 2)), float32(int((all.H - h) / 2)), w, h}
	s.add(scene.Item{Op: scene.OpRect, W: all.W, H: all.H, Fill: scene.OnMessage, Alpha: 150})
	s.card(r, 12, scene.Panel, scene.InsetEdge)
	s.hit(r, act("box"))
	s.text(r.X+22, r.Y+34, scene.SansBold, 18, scene.Ink, title)
	x := Rect{r.X + r.W - 44, r.Y + 14, 28, 28}
	ink := s.button(x, act("close"), false)
	s.line(ink, 1.5, pt(x.X+9, x.Y+9), pt(x.X+19, x.Y+19))
	s.line(ink, 1.5, pt(x.X+9, x.Y+19), pt(x.X+19, x.Y+9))
	return r
}

// describe is what a command does, in the reader's language, and its keys; "" for one that is not known.
func (d *Desk) describe(id string) (text string, keys []string) {
	if c := own(id); c != nil && c.en != "" {
		return d.either(c.en, c.zh), c.keys
	}
	for _, c := range stage.Commands() {
		if c.ID == id {
			return d.either(c.En, c.Zh), c.Keys
		}
	}
	return "", nil
}

// either is the text in the reader's language.
func (d *Desk) either(en, zh string) string {
	if d.Player.Lang() == "zh" {
		return zh
	}
	return en
}

// layHint says in words what a button does.
func (d *Desk) layHint(s *sheet) {
	if d.hover.ref.Kind != prose.Act || d.pressed.ref != (scene.Ref{}) || d.hover.y >= d.areas.Stage.Y && d.hover.ref != act("split") {
		return
	}
	text := d.hint(d.hover.ref.Name)
	if text == "" {
		return
	}
	w := face.Advance(scene.Sans, 13, text) + 20
	x := d.hover.hit.X + d.hover.hit.W/2 - w/2
	if d.hover.hit.W > 200 {
		x = d.hover.x - w/2
	}
	x = max(6, min(x, d.areas.Window.W-w-6))
	y := d.hover.hit.Y + d.hover.hit.H + 4
	if d.hover.hit.H > barHeight {
		y = d.hover.y + 20
	}
	s.card(Rect{x, y, w, 28}, 6, scene.Ink, scene.NoColor)
	s.text(x+10, y+18.5, scene.Sans, 13, scene.Panel, text)
}

func (d *Desk) hint(id string) string {
	if text := d.words().hints[id]; text != "" {
		return text
	}
	text, keys := d.describe(id)
	if len(keys) > 0 {
		text += " (" + keyName(keys[0]) + ")"
	}
	return text
}

// layNotice shows at the bottom an error, a warning, or what found no room in the strip.
func (d *Desk) layNotice(s *sheet) {
	if d.notice.left <= 0 || d.inStrip {
		return
	}
	all := d.areas.Window
	width := min(all.W-40, 720)
	lines := prose.Wrap(scene.Sans, 14, d.notice.text, width-56)
	if len(lines) > 6 {
		lines = append(lines[:5], lines[5]+" …")
	}
	if len(lines) == 1 {
		width = face.Advance(scene.Sans, 14, lines[0]) + 62
	}
	h := float32(len(lines))*20 + 20
	r := Rect{float32(int((all.W - width) / 2)), all.H - h - 16, width, h}
	edge, at := scene.TroubleText, r.X+44
	if d.notice.calm {
		edge, at = scene.StationEdge, r.X+18
	}
	s.add(scene.Item{Op: scene.OpRect, X: r.X, Y: r.Y, W: r.W, H: r.H, R: 8, Fill: scene.Panel, Stroke: edge, Width: 2})
	s.hit(r, act("dismiss"))
	if !d.notice.calm {
		s.tri(edge, pt(r.X+14, r.Y+28), pt(r.X+23, r.Y+12), pt(r.X+32, r.Y+28))
		s.line(scene.Panel, 2, pt(r.X+23, r.Y+17), pt(r.X+23, r.Y+23))
		s.fill(Rect{r.X + 22, r.Y + 24.5, 2, 2}, scene.Panel)
	}
	for i, l := range lines {
		s.text(at, r.Y+25+float32(i)*20, scene.Sans, 14, scene.Ink, l)
	}
}
