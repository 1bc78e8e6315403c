package desk

import (
	"errors"
	"strconv"

	"sunscope/viz/prose"
	"sunscope/viz/scene"
	"sunscope/viz/scene/face"
	"sunscope/viz/stage"
)

// docked is a panel beside the stage, where the inspector is else: what can be broken, the runs that were made.
type docked struct {
	which  string // id of the panel; "" is none
	list   scene.List
	scroll scrolling
	most   float32
	found  breakable
	proc   bool // the /proc view was open
}

// panel is one that can be docked.
type panel struct {
	id     string
	en, zh string
	lay    func(*page)
}

func panels() []panel {
	return []panel{
		{"faults", "Break", "故障", (*page).faults},
		{"runs", "Runs", "运行", (*page).runs},
		{"breaks", "Stops", "断点", (*page).breakpoints},
	}
}

// doPanel shows a docked panel; if it is shown already, it goes.
func (d *Desk) doPanel(a stage.Args) error {
	which := a["which"]
	known := which == ""
	for _, p := range panels() {
		known = known || p.id == which
	}
	if !known {
		return errors.New("panel: which=" + strconv.Quote(which) + ": expected faults, runs or breaks")
	}
	if d.dock.which == which {
		which = ""
	}
	d.dock.which, d.dock.scroll = which, scrolling{}
	d.touch()
	d.Resize(d.areas.Window.W, d.areas.Window.H)
	return nil
}

// followProc gives the room to the /proc view when it was opened while a panel is docked.
func (d *Desk) followProc() {
	open := d.Player.ProcOpen()
	if open && !d.dock.proc {
		d.dock.which = ""
	}
	d.dock.proc = open
}

// lower is what is below the lesson: a docked panel or the inspector.
func (d *Desk) lower() (l *scene.List, s *scrolling, most *float32) {
	if d.dock.which != "" {
		return &d.dock.list, &d.dock.scroll, &d.dock.most
	}
	return &d.inspect.list, &d.inspect.scroll, &d.inspect.most
}

// layLower lays it out.
func (d *Desk) layLower() *scene.List {
	if d.dock.which == "" {
		return d.layInspector()
	}
	r := d.areas.Below
	s := d.begin(&d.dock.list, r)
	s.fill(Rect{0, 0, r.W, r.H}, scene.Panel)
	p := page{sheet: &s, d: d, w: d.words(), x: inspectorPad, y: 50 - d.dock.scroll.at, wide: r.W - 2*inspectorPad}
	for _, which := range panels() {
		if which.id == d.dock.which {
			which.lay(&p)
		}
	}
	d.dock.most = max(0, p.y+d.dock.scroll.at+inspectorPad-r.H)
	d.dock.scroll.at = min(d.dock.scroll.at, d.dock.most)
	p.dockTabs(r)
	s.scrollMark(r, d.dock.scroll.at, d.dock.most)
	return &d.dock.list
}

// dockTabs is the head of a docked panel: which ones there are.
func (p *page) dockTabs(r Rect) {
	p.fill(Rect{0, 0, r.W, 38}, scene.Panel)
	p.hit(Rect{0, 0, r.W, 38}, scene.Ref{})
	p.fill(Rect{0, 0, r.W, 2}, scene.Focus)
	p.line(scene.PanelEdge, 1, pt(r.W-0.5, 0), pt(r.W-0.5, r.H))
	p.line(scene.PanelEdge, 1, pt(0, 38.5), pt(r.W, 38.5))
	x := float32(inspectorPad - 8)
	tab := func(line, text string, on bool) {
		w := face.Advance(scene.SansBold, 14, text) + 16
		ink := scene.InkDim
		if on {
			ink = scene.Ink
			p.fill(Rect{x + 4, 35, w - 8, 3}, scene.CallText)
		}
		if p.hover == act(line) {
			p.add(scene.Item{Op: scene.OpRect, X: x, Y: 7, W: w, H: 26, R: 5, Fill: scene.StationLit})
		}
		p.text(x+8, 25, scene.SansBold, 14, ink, text)
		p.hit(Rect{x, 5, w, 30}, act(line))
		x += w
	}
	for _, which := range panels() {
		line := "panel which=" + which.id
		if which.id == p.d.dock.which {
			line = "box" // it is where one is
		}
		tab(line, p.d.either(which.en, which.zh), which.id == p.d.dock.which)
	}
	if p.d.inspecting() {
		tab("panel", p.d.either("Inspector", "查看"), false)
	}
	p.cross(Rect{r.W - inspectorPad - 26, 8, 26, 24}, "panel")
}

// cross is a button that closes something, or takes it away.
func (s *sheet) cross(r Rect, line string) {
	ink := s.button(r, act(line), false)
	x, y := r.X+r.W/2, r.Y+r.H/2
	s.line(ink, 1.5, pt(x-4.5, y-4.5), pt(x+4.5, y+4.5))
	s.line(ink, 1.5, pt(x-4.5, y+4.5), pt(x+4.5, y-4.5))
}

// choose is a line that can be pressed: its text wraps.
func (p *page) option(line, text string) {
	lines := prose.Wrap(scene.Sans, 13, text, p.wide-24)
	h := float32(len(lines))*18 + 10
	ink := p.button(Rect{p.x, p.y, p.wide, h}, act(line), false)
	for i, l := range lines {
		p.text(p.x+12, p.y+19+float32(i)*18, scene.Sans, 13, ink, l)
	}
	p.y += h + 5
}

// chips are small buttons in a row that wraps.
type chips struct {
	*page
	x float32
}

func (p *page) chips() *chips { return &chips{p, p.x} }

func (c *chips) add(line, text string, on bool) {
	w := face.Advance(scene.Mono, 12, text) + 18
	if c.x+w > c.page.x+c.wide && c.x > c.page.x {
		c.x = c.page.x
		c.y += 30
	}
	ink := c.button(Rect{c.x, c.y, w, 25}, act(line), on)
	c.text(c.x+9, c.y+17, scene.Mono, 12, ink, text)
	c.x += w + 5
}

func (c *chips) end() { c.y += 34 }
