package desk

import (
	"strconv"
	"strings"

	"sunscope/viz/scene"
)

const (
	buttonSize = 32
	buttonGap  = 6
)

// layBar lays out the controls of playback; in a narrow window in two rows.
func (d *Desk) layBar() *scene.List {
	r := d.areas.Bar
	s := d.begin(&d.bar, r)
	s.fill(Rect{0, 0, r.W, r.H}, scene.Ground)
	s.line(scene.PanelEdge, 1, pt(0, r.H-0.5), pt(r.W, r.H-0.5))
	x := d.layButtons(&s, 10)
	switch {
	case r.H > barHeight:
		d.laySpeed(&s, &x, (barHeight-buttonSize)/2)
		left := float32(18)
		right := r.W - 10
		if r.W > 360 {
			right = d.layClock(&s, right, barHeight-6) - 6
		}
		d.layScrub(&s, left, right-8, barHeight-6)
	default:
		d.laySpeed(&s, &x, (barHeight-buttonSize)/2)
		d.layScrub(&s, x+18, d.layClock(&s, r.W-12, 0)-18, 0)
	}
	return &d.bar
}

// layButtons lays out the buttons and returns where they end.
func (d *Desk) layButtons(s *sheet, x float32) float32 {
	const y = (barHeight - buttonSize) / 2
	place := func(width float32) Rect {
		x += width + buttonGap
		return Rect{x - width - buttonGap, y, width, buttonSize}
	}
	d.sign(s, place(buttonSize), "home", -1, true)
	d.sign(s, place(buttonSize), "back", -1, false)
	d.playSign(s, place(44))
	d.sign(s, place(buttonSize), "step", 1, false)
	d.sign(s, place(buttonSize), "end", 1, true)
	return x + 6
}

// sign draws a step or an end button: a triangle, with a bar before it at an end.
func (d *Desk) sign(s *sheet, r Rect, line string, dir float32, end bool) {
	ink := s.button(r, act(line), false)
	x, y := r.X+r.W/2, r.Y+r.H/2
	if end {
		x -= dir
		s.line(ink, 2, pt(x+dir*6, y-6), pt(x+dir*6, y+6))
	} else {
		s.line(ink, 2, pt(x-dir*6, y-6), pt(x-dir*6, y+6))
		x += dir * 2
	}
	s.tri(ink, pt(x-dir*4, y-6), pt(x+dir*5, y), pt(x-dir*4, y+6))
}

func (d *Desk) playSign(s *sheet, r Rect) {
	ink := s.button(r, act("toggle"), true)
	x, y := r.X+r.W/2, r.Y+r.H/2
	if d.Player.Playing() {
		s.fill(Rect{x - 6, y - 7, 4, 14}, ink)
		s.fill(Rect{x + 2, y - 7, 4, 14}, ink)
		return
	}
	s.tri(ink, pt(x-5, y-8), pt(x+8, y), pt(x-5, y+8))
}

func (d *Desk) laySpeed(s *sheet, x *float32, y float32) {
	minus := Rect{*x, y + 4, 24, 24}
	text := Rect{*x + 24, y, 56, buttonSize}
	plus := Rect{*x + 80, y + 4, 24, 24}
	*x += 104
	ink := s.button(minus, act("slower"), false)
	s.line(ink, 2, pt(minus.X+8, y+16), pt(minus.X+16, y+16))
	ink = s.button(plus, act("faster"), false)
	s.line(ink, 2, pt(plus.X+8, y+16), pt(plus.X+16, y+16))
	s.line(ink, 2, pt(plus.X+12, y+12), pt(plus.X+12, y+20))
	color := scene.Ink
	if d.Player.Hurried() {
		color = scene.CallbackText
	}
	s.add(scene.Item{Op: scene.OpText, X: text.X + text.W/2, Y: y + 20.5, Font: scene.Mono, Size: 12, Align: scene.Center, Fill: color, Text: ratio(d.Player.Speed())})
	s.hit(text, act("speed-text"))
}

// layClock sets the time and the instant, and returns where they begin.
func (d *Desk) layClock(s *sheet, right, top float32) float32 {
	const width = 104
	p := d.Player
	count := p.Story().Len()
	clock, place := "", ""
	if count > 0 {
		clock = duration(p.Time() - p.Start())
		place = strconv.Itoa(p.Instant()+1) + " / " + strconv.Itoa(count)
	}
	s.add(scene.Item{Op: scene.OpText, X: right, Y: top + 21, Font: scene.MonoBold, Size: 13, Align: scene.Right, Fill: scene.Ink, Text: clock})
	s.add(scene.Item{Op: scene.OpText, X: right, Y: top + 37, Font: scene.Mono, Size: 11.5, Align: scene.Right, Fill: scene.InkDim, Text: place})
	s.hit(Rect{right - width, top, width, barHeight}, act("clock"))
	return right - width
}

// layScrub draws the scrub bar: its length is the run's events, its ticks the moments that the lesson speaks of.
func (d *Desk) layScrub(s *sheet, x0, x1, top float32) {
	w := x1 - x0
	if w < 30 {
		return
	}
	const h = 6
	y := top + barHeight/2
	p := d.Player
	count := p.Story().Len()
	at := func(instant int) float32 { return x0 + w*float32(instant+1)/float32(max(count, 1)) }
	s.add(scene.Item{Op: scene.OpRect, X: x0, Y: y - h/2, W: w, H: h, R: h / 2, Fill: scene.Rail})
	if count == 0 {
		return
	}
	s.add(scene.Item{Op: scene.OpRect, X: x0, Y: y - h/2, W: max(h, at(p.Instant())-x0), H: h, R: h / 2, Fill: scene.Call})
	if !d.progress.Away {
		for _, m := range p.Marks() {
			if m.Instant < 0 {
				continue
			}
			color, up := scene.InkDim, float32(9)
			if strings.HasPrefix(m.ID, askMark) {
				color, up = scene.CallbackText, 12
			}
			s.line(color, 2, pt(at(m.Instant), y-up), pt(at(m.Instant), y-h/2-1))
		}
	}
	area := Rect{x0, top, w, barHeight}
	ref := act("scrub")
	r := float32(7)
	if s.hover == ref || d.pressed.ref == ref {
		r = 8.5
	}
	s.add(scene.Item{Op: scene.OpRect, X: at(p.Instant()) - r, Y: y - r, W: 2 * r, H: 2 * r, R: r, Fill: scene.Panel, Stroke: scene.Focus, Width: 2})
	s.hit(Rect{area.X - 8, area.Y, area.W + 16, area.H}, ref)
	d.pressed.track = area
}
