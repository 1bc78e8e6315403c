package desk

import (
	"strconv"
	"strings"

	"sunscope/viz/prose"
	"sunscope/viz/scene"
	"sunscope/viz/scene/face"
	"sunscope/viz/stage"
)

// finding is the search above the stage. It is open while something is typed into it, and seen as long as there is a
// search.
type finding struct {
	open   bool
	field  field
	failed string // why the last search found nothing
}

// openFind opens the search box.
func (d *Desk) openFind() {
	d.closeMenu()
	d.closeContext()
	d.focus = scene.Ref{}
	d.find.open = true
	d.find.field.set(d.Player.Found().Text)
	d.touch()
}

// doFind searches for a text; without one it opens the box for it.
func (d *Desk) doFind(a stage.Args) error {
	text := strings.TrimSpace(a["text"])
	if text == "" {
		d.openFind()
		return nil
	}
	d.find.field.set(text)
	err := d.Player.Do("find", stage.Args{"text": text})
	if d.find.failed = ""; err != nil {
		d.find.failed = err.Error()
	}
	return err
}

// findKey is a key while something is typed into the box; it is false for one that is none of the box's.
func (d *Desk) findKey(name string) bool {
	f := &d.find
	switch name {
	case "Escape":
		f.open = false
		if d.Player.Found().Text == "" || f.failed != "" {
			d.endFind()
		}
	case "Enter":
		d.searchOn(1)
	case "Shift+Enter":
		d.searchOn(-1)
	case "Tab", "Shift+Tab":
		f.open = false
		return false
	case "ArrowUp", "ArrowDown", "PageUp", "PageDown":
		return false
	default:
		if !f.field.key(name) {
			return false
		}
		f.failed = ""
	}
	d.touch()
	return true
}

// searchOn begins the search for what was typed, or goes on with it.
func (d *Desk) searchOn(dir int) {
	text := strings.TrimSpace(d.find.field.String())
	switch {
	case text == "":
		d.endFind()
	case text != d.Player.Found().Text:
		if err := d.doFind(stage.Args{"text": text}); err == nil {
			d.find.open = true
		}
	case dir < 0:
		d.Do("find-prev")
	default:
		d.Do("find-next")
	}
	d.takeStock()
}

// endFind closes the box and forgets the search.
func (d *Desk) endFind() {
	d.find = finding{}
	d.Say(d.Player.Do("find-clear", nil))
	d.touch()
}

// count says how the search stands: "3 of 17".
func (d *Desk) count() string {
	f := d.Player.Found()
	if f.Text == "" {
		return ""
	}
	of := strconv.Itoa(f.Count)
	if f.Seen < d.Player.Story().Len() {
		of += "+"
	}
	if f.Index < 0 {
		return of
	}
	return strconv.Itoa(f.Index+1) + " / " + of
}

const (
	findHigh   = 44
	findField  = 320 // how wide the field is at most
	findSigns  = 98  // the arrows and the cross
	findCount  = 84
	helpPitch  = 16
	helpBeside = 440 // least room for the help beside the field
)

func (d *Desk) findShown() bool { return d.find.open || d.Player.Found().Text != "" }

// findHelp says what is understood, or why the search failed, and whether there is room for it beside the field.
func (d *Desk) findHelp(width float32) (lines []string, beside bool) {
	text := d.words().searchHelp
	if d.find.failed != "" {
		text = d.find.failed
	} else if !d.find.open {
		return nil, true
	}
	if room := width - findField - findCount - findSigns - 40; room >= helpBeside {
		if lines = prose.Wrap(scene.Sans, 12, text, room); len(lines) <= 2 {
			return lines, true
		}
	}
	return prose.Wrap(scene.Sans, 12, text, width-28), false
}

// findHeight is how much of the stage's height the search takes.
func (d *Desk) findHeight(width float32) float32 {
	if lines, beside := d.findHelp(width); !beside {
		return findHigh + float32(len(lines))*helpPitch + 6
	}
	return findHigh
}

// layFind draws the search in a row of its own above the stage, so that it covers nothing.
func (d *Desk) layFind(s *sheet) {
	r := d.areas.Find
	if r.W == 0 || !d.findShown() {
		return
	}
	f := &d.find
	s.fill(r, scene.Panel)
	s.line(scene.PanelEdge, 1, pt(r.X, r.Y+r.H-0.5), pt(r.X+r.W, r.Y+r.H-0.5))
	s.hit(r, act("box"))
	at := Rect{r.X + 10, r.Y + 7, min(findField, r.W-findCount-findSigns-24), 30}
	x := at.X + at.W + findCount + 6
	place := func() Rect { x += 31; return Rect{x - 31, r.Y + 8, 28, 28} }
	s.text(at.X+at.W+8, r.Y+26, scene.Mono, 12, scene.InkDim, fit(scene.Mono, 12, d.count(), findCount-4))
	s.arrow(place(), "find-prev", -1)
	s.arrow(place(), "find-next", 1)
	s.cross(place(), "end-find")
	s.hit(at, act("find"))
	if f.open {
		f.field.lay(s, at, d.either("Search", "查找"))
	} else {
		s.card(at, 6, scene.Inset, scene.InsetEdge)
		s.text(at.X+10, at.Y+19.5, scene.Mono, 13, scene.Ink, fit(scene.Mono, 13, d.Player.Found().Text, at.W-20))
	}
	d.layFindHelp(s, r, x+8)
}

// layFindHelp writes the help from x on, or below the field.
func (d *Desk) layFindHelp(s *sheet, r Rect, x float32) {
	color := scene.InkDim
	if d.find.failed != "" {
		color = scene.TroubleText
	}
	lines, beside := d.findHelp(r.W)
	y := r.Y + findHigh + 11
	if !beside {
		x = r.X + 14
	} else if y = r.Y + 18; len(lines) == 1 {
		y = r.Y + 26
	}
	for i, l := range lines {
		s.text(x, y+float32(i)*helpPitch, scene.Sans, 12, color, l)
	}
}

// arrow is a button that points up or down.
func (s *sheet) arrow(r Rect, line string, dir float32) {
	ink := s.button(r, act(line), false)
	x, y := r.X+r.W/2, r.Y+r.H/2
	s.line(ink, 2, pt(x-5, y-dir*2.5), pt(x, y+dir*3), pt(x+5, y-dir*2.5))
}

// layRunning says that the stage runs to a condition, which may take a while.
func (d *Desk) layRunning(s *sheet) {
	when, dir := d.Player.RunningTo()
	if when == "" {
		return
	}
	text := d.either("Running to ", "运行到 ") + when
	if dir < 0 {
		text = d.either("Running back to ", "向后运行到 ") + when
	}
	text += d.either(" … Esc ends it", " … 按 Esc 结束")
	a := d.areas.Stage
	text = fit(scene.SansBold, 13, text, a.W-60)
	w := face.Advance(scene.SansBold, 13, text) + 32
	r := Rect{a.X + (a.W-w)/2, a.Y + 8, w, 30}
	s.card(r, 15, scene.Panel, scene.Focus)
	s.text(r.X+16, r.Y+20, scene.SansBold, 13, scene.Ink, text)
}

// breaks is the panel of conditions at which playing stops.
func (p *page) breakpoints() {
	list := p.d.Player.Breakpoints()
	if len(list) == 0 {
		p.paragraph(scene.Sans, 13, scene.InkDim, p.d.either("Playing and running stop nowhere by themselves yet.", "播放时还没有会自动停下的条件。"))
	}
	for _, b := range list {
		p.card(Rect{p.x, p.y, p.wide, 34}, 7, scene.Inset, scene.InsetEdge)
		p.add(scene.Item{Op: scene.OpRect, X: p.x + 12, Y: p.y + 12, W: 10, H: 10, R: 2, Fill: scene.TroubleText})
		p.text(p.x+30, p.y+21.5, scene.Mono, 12.5, scene.Ink, fit(scene.Mono, 12.5, b.When, p.wide-76))
		p.cross(Rect{p.x + p.wide - 34, p.y + 4, 28, 26}, "break-drop id="+strconv.Itoa(b.ID))
		p.y += 40
	}
	p.y += 4
	p.option("ask-break id=break-add", p.d.either("Stop where … becomes true", "在……成立之处停下"))
	p.option("ask-break id=run-to", p.d.either("Run on to where … becomes true", "运行到……成立之处"))
	p.option("ask-break id=run-back", p.d.either("Run back to where … became true", "向后运行到……成立之处"))
	if len(list) > 1 {
		p.option("break-drop", p.d.either("Drop all", "全部删除"))
	}
	p.y += 6
	p.paragraph(scene.Sans, 12.5, scene.InkDim, p.w.searchHelp)
}

// askCondition asks for the condition of a command.
func (d *Desk) askCondition(id string) {
	text, _ := d.describe(id)
	d.prompt(capital(text), d.words().searchHelp, id, nil, "when")
}

// doCondition carries a command out that takes a condition; without one it asks for it.
func doCondition(id string) func(*Desk, stage.Args) error {
	return func(d *Desk, a stage.Args) error {
		if strings.TrimSpace(a["when"]) == "" {
			d.askCondition(id)
			return nil
		}
		return d.Player.Do(id, a)
	}
}
