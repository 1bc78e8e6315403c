package desk

import (
	"strconv"
	"strings"

	"sunscope/viz/scene"
	"sunscope/viz/scene/face"
	"sunscope/viz/stage"
)

const (
	buttonSize = 32
	buttonGap  = 6
)

// layBar lays out the controls: at the left what is played and what changes the window, at the right playback.
func (d *Desk) layBar() *scene.List {
	r := d.areas.Bar
	s := d.begin(&d.bar, r)
	s.fill(Rect{0, 0, r.W, r.H}, scene.Ground)
	s.line(scene.PanelEdge, 1, pt(0, r.H-0.5), pt(r.W, r.H-0.5))
	switch {
	case r.H > barHeight:
		d.layWindow(&s, 10, r.W-10, 0)
		d.layPlayback(&s, 10, r.W-10, barHeight-8)
	default:
		split := max(d.areas.Stage.X, min(380, r.W*0.4))
		d.layWindow(&s, 10, split-10, 0)
		d.layPlayback(&s, split+10, r.W-10, 0)
	}
	return &d.bar
}

// layWindow lays out open, theme, language and keys between two x, and what is played before them.
func (d *Desk) layWindow(s *sheet, x0, x1, top float32) {
	w := d.words()
	y := top + (barHeight-buttonSize)/2
	x := x1
	place := func(width float32) Rect {
		x -= width + buttonGap
		return Rect{x + buttonGap, y, width, buttonSize}
	}
	d.helpSign(s, place(buttonSize))
	lang := "中文"
	if d.Player.Lang() == "zh" {
		lang = "EN"
	}
	s.label(place(44), "lang-next", lang)
	d.themeSign(s, place(buttonSize))
	s.label(place(face.Advance(scene.SansBold, 13, w.open)+20), "open", w.open)
	d.lessonSign(s, place(buttonSize))
	d.layRun(s, x0+4, x-6)
}

// layRun says what is played.
func (d *Desk) layRun(s *sheet, x, right float32) {
	w, from := d.words(), d.Player.Source()
	if right-x < 60 {
		return
	}
	top, below := from.Name, w.seed+" "+strconv.FormatUint(from.Seed, 10)
	switch from.Kind {
	case stage.Nothing:
		return
	case stage.Recording:
		below = w.recording
		if d.Player.Saved() {
			below = w.savedRun
		}
	}
	if growing, following := d.Player.Live(); growing {
		below = w.live
		if following {
			below = w.followed
		}
		s.add(scene.Item{Op: scene.OpArc, X: x + 4, Y: 33, R: 2, Width: 4, A0: 0, A1: 1, Stroke: scene.CallbackText})
		s.text(x, 21, scene.SansBold, 13, scene.Ink, fit(scene.SansBold, 13, top, right-x))
		s.text(x+13, 37, scene.Sans, 11.5, scene.InkDim, fit(scene.Sans, 11.5, below, right-x-13))
		return
	}
	s.text(x, 21, scene.SansBold, 13, scene.Ink, fit(scene.SansBold, 13, top, right-x))
	s.text(x, 37, scene.Sans, 11.5, scene.InkDim, fit(scene.Sans, 11.5, below, right-x))
}

// layPlayback lays out the buttons, the speed, the scrub bar and the clock between two x.
func (d *Desk) layPlayback(s *sheet, x0, x1, top float32) {
	y := top + (barHeight-buttonSize)/2
	x := x0
	place := func(width float32) Rect {
		x += width + buttonGap
		return Rect{x - width - buttonGap, y, width, buttonSize}
	}
	d.sign(s, place(buttonSize), "home", -1, true)
	d.sign(s, place(buttonSize), "back", -1, false)
	d.playSign(s, place(44))
	d.sign(s, place(buttonSize), "step", 1, false)
	d.sign(s, place(buttonSize), "end", 1, true)
	x += 6
	if x1-x < 104+140 { // the scrub bar needs the room
		d.layScrub(s, x+8, x1-8, top)
		return
	}
	d.laySpeed(s, &x, y)
	if x1-x > 104+90 {
		x1 = d.layClock(s, x1, top) - 6
	}
	d.layScrub(s, x+8, x1-8, top)
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

// lessonSign draws the button that hides and shows the lesson: a window with a column.
func (d *Desk) lessonSign(s *sheet, r Rect) {
	ink := s.button(r, act("lesson"), false)
	x, y := r.X+r.W/2, r.Y+r.H/2
	s.add(scene.Item{Op: scene.OpRect, X: x - 9, Y: y - 7, W: 18, H: 14, R: 2.5, Stroke: ink, Width: 1.5})
	s.line(ink, 1.5, pt(x-3, y-7), pt(x-3, y+7))
	if !d.lessonHidden {
		s.fill(Rect{x - 8, y - 6, 5, 12}, ink)
	}
}

// themeSign draws the theme button: a sun, a moon, or a projector's screen.
func (d *Desk) themeSign(s *sheet, r Rect) {
	ink := s.button(r, act("theme-next"), false)
	x, y := r.X+r.W/2, r.Y+r.H/2
	switch d.Player.ThemeName() {
	case "light":
		s.add(scene.Item{Op: scene.OpArc, X: x, Y: y, R: 2, Width: 4, A0: 0, A1: 1, Stroke: ink})
		for _, v := range [...][2]float32{{1, 0}, {0, 1}, {-1, 0}, {0, -1}, {0.71, 0.71}, {-0.71, 0.71}, {0.71, -0.71}, {-0.71, -0.71}} {
			s.line(ink, 1.5, pt(x+v[0]*6.5, y+v[1]*6.5), pt(x+v[0]*9, y+v[1]*9))
		}
	case "dark":
		s.add(scene.Item{Op: scene.OpArc, X: x, Y: y, R: 4, Width: 8, A0: 0, A1: 1, Stroke: ink})
		s.add(scene.Item{Op: scene.OpArc, X: x + 4, Y: y - 3, R: 3.5, Width: 7, A0: 0, A1: 1, Stroke: scene.Inset})
	default:
		s.add(scene.Item{Op: scene.OpRect, X: x - 8, Y: y - 6, W: 16, H: 10, R: 2, Stroke: ink, Width: 1.5})
		s.line(ink, 1.5, pt(x, y+4), pt(x, y+8))
		s.line(ink, 1.5, pt(x-5, y+8), pt(x+5, y+8))
	}
}

func (d *Desk) helpSign(s *sheet, r Rect) {
	ink := s.button(r, act("help"), false)
	s.add(scene.Item{Op: scene.OpText, X: r.X + r.W/2, Y: r.Y + r.H/2 + 5.5, Font: scene.SansBold, Size: 16, Align: scene.Center, Fill: ink, Text: "?"})
}
