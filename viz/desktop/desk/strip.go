package desk

import (
	"path/filepath"
	"strconv"

	"sunscope/viz/scene"
	"sunscope/viz/stage"
)

const signSize = 26

// layStrip lays out the uppermost line of the window: the menus, what is played, and what changes the window.
func (d *Desk) layStrip() *scene.List {
	r := d.areas.Strip
	s := d.begin(&d.strip, r)
	s.fill(Rect{0, 0, r.W, r.H}, scene.Panel)
	s.line(scene.PanelEdge, 1, pt(0, r.H-0.5), pt(r.W, r.H-0.5))
	left := d.layTitles(&s, 4)
	x := r.W - 6
	place := func(width float32) Rect {
		x -= width
		return Rect{x + 2, r.Y + (r.H-signSize)/2, width - 4, signSize}
	}
	room := x - left
	for _, sign := range d.signs() {
		if room -= sign.w; room < 0 {
			break
		}
		sign.lay(&s, place(sign.w))
	}
	if d.inStrip = d.layTold(&s, left+14, x-10); !d.inStrip {
		d.layRun(&s, left+14, x-10)
	}
	return &d.strip
}

// sign is a small button of the strip; the first ones are those that a narrow window keeps.
type sign struct {
	w   float32
	lay func(*sheet, Rect)
}

func (d *Desk) signs() []sign {
	lang := "中文"
	if d.Player.Lang() == "zh" {
		lang = "EN"
	}
	return []sign{
		{signSize + 4, d.helpSign}, {signSize + 4, d.paletteSign}, {signSize + 4, d.lessonSign}, {signSize + 4, d.themeSign},
		{44, func(s *sheet, r Rect) { s.label(r, "lang-next", lang) }},
		{signSize + 4, d.openSign},
	}
}

// layTold says what there is to tell in the place of what is played, where it covers nothing; it is false without, and
// where the room is too small for it.
func (d *Desk) layTold(s *sheet, left, right float32) bool {
	if d.notice.left <= 0 || !d.notice.calm {
		return false
	}
	wide := advanceOf(scene.SansBold, 13, d.notice.text) + 20
	if wide > right-left {
		return false
	}
	r := Rect{right - wide, (d.areas.Strip.H - signSize) / 2, wide, signSize}
	s.card(r, 7, scene.Inset, scene.StationEdge)
	s.hit(r, act("dismiss"))
	s.text(r.X+10, d.areas.Strip.H/2+4.5, scene.SansBold, 13, scene.Ink, d.notice.text)
	return true
}

// layRun says what is played, at the right end of its room.
func (d *Desk) layRun(s *sheet, left, right float32) {
	from := d.Player.Source()
	if right-left < 90 || from.Kind == stage.Nothing {
		return
	}
	about := d.about()
	base := d.areas.Strip.H/2 + 4.5
	name := fit(scene.SansBold, 13, d.name(), right-left)
	wide := advanceOf(scene.SansBold, 13, name)
	about = fit(scene.Sans, 12, about, max(0, right-left-wide-26))
	total := wide
	if about != "…" {
		total += 10 + advanceOf(scene.Sans, 12, about)
	}
	growing, _ := d.Player.Live()
	if growing {
		total += 14
	}
	x := right - total
	if growing {
		s.add(scene.Item{Op: scene.OpArc, X: x + 4, Y: base - 4.5, R: 2, Width: 4, A0: 0, A1: 1, Stroke: scene.CallbackText})
		x += 14
	}
	x += s.text(x, base, scene.SansBold, 13, scene.Ink, name) + 10
	if about != "…" {
		s.text(x, base, scene.Sans, 12, scene.InkDim, about)
	}
}

// name is what is played. Recordings are often called alike, and their folders say which is which.
func (d *Desk) name() string {
	from := d.Player.Source()
	if from.Kind == stage.Recording && filepath.Base(d.path) == from.Name {
		return filepath.Base(filepath.Dir(d.path)) + "/" + from.Name
	}
	return from.Name
}

// about says what kind of run is played.
func (d *Desk) about() string {
	w, from := d.words(), d.Player.Source()
	switch growing, following := d.Player.Live(); {
	case growing && following:
		return w.followed
	case growing:
		return w.live
	case from.Kind == stage.Recording && d.Player.Saved():
		return w.savedRun
	case from.Kind == stage.Recording:
		return w.recording
	}
	return w.seed + " " + strconv.FormatUint(from.Seed, 10)
}

// Title is what the window is called.
func (d *Desk) Title() string {
	if from := d.Player.Source(); from.Kind != stage.Nothing {
		return d.name() + " (" + d.about() + ") - Sunscope"
	}
	return "Sunscope"
}

// openSign draws a folder.
func (d *Desk) openSign(s *sheet, r Rect) {
	ink := s.button(r, act("show-scenarios"), false)
	x, y := r.X+r.W/2, r.Y+r.H/2
	s.add(scene.Item{Op: scene.OpRect, X: x - 8, Y: y - 6, W: 7, H: 4, R: 1, Fill: ink})
	s.add(scene.Item{Op: scene.OpRect, X: x - 8, Y: y - 4, W: 16, H: 10, R: 1.5, Stroke: ink, Width: 1.5})
}

// paletteSign draws a magnifying glass.
func (d *Desk) paletteSign(s *sheet, r Rect) {
	ink := s.button(r, act("palette"), false)
	x, y := r.X+r.W/2, r.Y+r.H/2
	s.add(scene.Item{Op: scene.OpArc, X: x - 2, Y: y - 2, R: 5, Width: 1.8, A0: 0, A1: 1, Stroke: ink})
	s.line(ink, 2, pt(x+2, y+2), pt(x+7, y+7))
}

// lessonSign draws the button that hides and shows the lesson: a window with a column.
func (d *Desk) lessonSign(s *sheet, r Rect) {
	ink := s.button(r, act("lesson"), false)
	x, y := r.X+r.W/2, r.Y+r.H/2
	s.add(scene.Item{Op: scene.OpRect, X: x - 8, Y: y - 6, W: 16, H: 12, R: 2, Stroke: ink, Width: 1.5})
	s.line(ink, 1.5, pt(x-3, y-6), pt(x-3, y+6))
	if !d.lessonHidden {
		s.fill(Rect{x - 7, y - 5, 4, 10}, ink)
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
			s.line(ink, 1.5, pt(x+v[0]*6, y+v[1]*6), pt(x+v[0]*8.5, y+v[1]*8.5))
		}
	case "dark":
		s.add(scene.Item{Op: scene.OpArc, X: x, Y: y, R: 3.5, Width: 7, A0: 0, A1: 1, Stroke: ink})
		s.add(scene.Item{Op: scene.OpArc, X: x + 3.5, Y: y - 2.5, R: 3, Width: 6, A0: 0, A1: 1, Stroke: scene.Inset})
	default:
		s.add(scene.Item{Op: scene.OpRect, X: x - 8, Y: y - 6, W: 16, H: 10, R: 2, Stroke: ink, Width: 1.5})
		s.line(ink, 1.5, pt(x, y+4), pt(x, y+7))
		s.line(ink, 1.5, pt(x-5, y+7), pt(x+5, y+7))
	}
}

func (d *Desk) helpSign(s *sheet, r Rect) {
	ink := s.button(r, act("help"), false)
	s.add(scene.Item{Op: scene.OpText, X: r.X + r.W/2, Y: r.Y + r.H/2 + 5, Font: scene.SansBold, Size: 15, Align: scene.Center, Fill: ink, Text: "?"})
}
