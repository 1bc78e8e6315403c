package desk

import (
	"strconv"

	"sunscope/viz/prose"
	"sunscope/viz/scene"
	"sunscope/viz/scene/face"
	"sunscope/viz/stage"
)

// choice is a line of a chooser.
type choice struct {
	label  string
	detail string // after the label, fainter
	key    string
	group  string // heading above it, if the line before has another
	line   string // the command line that it stands for
	on     bool
}

// chooser is a list that what is typed narrows: the palette, the scenarios.
type chooser struct {
	title  string
	hint   string // in the empty field
	field  field
	fill   func(query string) []choice
	list   []choice
	at     int
	scroll scrolling
	most   float32
	room   float32 // height of the list as laid out last
	tall   float32 // height of all that there was to choose from at first: the dialog is not higher
	text   string  // shown where nothing can be chosen
}

const choiceHeight = 29

// choose opens a chooser.
func (d *Desk) openChooser(c *chooser) {
	d.closeMenu()
	d.closeContext()
	d.browser, d.focus = nil, scene.Ref{}
	c.list = c.fill("")
	c.tall = max(64, c.top(len(c.list)))
	d.chooser = c
	d.touch()
}

// chooserKey is a key while a chooser is open.
func (d *Desk) chooserKey(name string) {
	c := d.chooser
	d.touch()
	switch name {
	case "Escape", "Ctrl+k":
		d.chooser = nil
	case "Enter":
		d.chooseLine(c.at)
	case "ArrowDown", "Tab":
		c.move(1)
	case "ArrowUp", "Shift+Tab":
		c.move(-1)
	case "PageDown":
		c.move(min(8, len(c.list)-1-c.at))
	case "PageUp":
		c.move(-min(8, c.at))
	default:
		was := c.field.String()
		c.field.key(name)
		if now := c.field.String(); now != was {
			c.list, c.at, c.scroll = c.fill(now), 0, scrolling{}
		}
	}
}

func (c *chooser) move(step int) {
	n := len(c.list)
	if n == 0 {
		return
	}
	c.at = (c.at + step + n) % n
	y := c.top(c.at)
	c.scroll.at = max(y+choiceHeight-c.room, min(c.scroll.at, y-headingHeight))
	c.scroll.at = max(0, min(c.scroll.at, c.most))
}

// heads reports whether a heading stands above a line.
func (c *chooser) heads(i int) bool {
	return c.list[i].group != "" && (i == 0 || c.list[i-1].group != c.list[i].group)
}

// top is where a line begins in the whole list.
func (c *chooser) top(i int) float32 {
	y := float32(0)
	for k := range i {
		y += choiceHeight
		if c.heads(k) {
			y += headingHeight
		}
	}
	if i < len(c.list) && c.heads(i) {
		y += headingHeight
	}
	return y
}

// chooseLine does what a line says, and closes the chooser unless that fails.
func (d *Desk) chooseLine(i int) {
	c := d.chooser
	if c == nil || i < 0 || i >= len(c.list) {
		return
	}
	d.chooser = nil
	d.Do(c.list[i].line)
}

func (d *Desk) doChoice(a stage.Args) error {
	if d.chooser == nil {
		return nil
	}
	n, err := number("choice", a, "n", len(d.chooser.list))
	if err == nil {
		d.chooseLine(n)
	}
	return err
}

// layChooser lays the chooser out.
func (d *Desk) layChooser(s *sheet) {
	c := d.chooser
	r := d.dialog(s, 640, min(560, c.tall+112), c.title)
	x, wide := r.X+18, r.W-36
	c.field.lay(s, Rect{x, r.Y + 52, wide, 34}, c.hint)
	list := Rect{x, r.Y + 96, wide, r.H - 96 - 12}
	c.room = list.H
	c.most = max(0, c.top(len(c.list))-list.H)
	c.scroll.at = max(0, min(c.scroll.at, c.most))
	y := list.Y - c.scroll.at
	for i := range c.list {
		if c.heads(i) {
			if y >= list.Y-1 && y+headingHeight <= list.Y+list.H+1 {
				s.text(x+8, y+17, scene.SansBold, 11.5, scene.InkDim, c.list[i].group)
			}
			y += headingHeight
		}
		if y >= list.Y-1 && y+choiceHeight <= list.Y+list.H+1 {
			c.layLine(s, Rect{x, y, wide - 6, choiceHeight}, i)
		}
		y += choiceHeight
	}
	if len(c.list) == 0 {
		text := c.text
		if text == "" {
			text = d.words().none
		}
		for i, l := range prose.Wrap(scene.Sans, 13.5, text, wide-20) {
			s.text(x+10, list.Y+22+float32(i)*20, scene.Sans, 13.5, scene.InkDim, l)
		}
	}
	s.more(Rect{list.X, list.Y, list.W + 14, list.H}, c.scroll.at, c.most)
}

func (c *chooser) layLine(s *sheet, r Rect, i int) {
	ch := &c.list[i]
	ref := act("choice n=" + strconv.Itoa(i))
	if i == c.at || s.hover == ref {
		it := scene.Item{Op: scene.OpRect, X: r.X, Y: r.Y, W: r.W, H: r.H, R: 5, Fill: scene.StationLit}
		if i == c.at {
			it.Stroke, it.Width = scene.Hover, 1.5
		}
		s.add(it)
	}
	s.hit(r, ref)
	base := r.Y + r.H/2 + 4.5
	x, right := r.X+28, r.X+r.W-12
	if ch.on {
		s.line(scene.Ink, 2, pt(r.X+9, base-4), pt(r.X+13, base), pt(r.X+20, base-9))
	}
	if ch.key != "" {
		name := keyName(ch.key)
		w := face.Advance(scene.Mono, 12, name) + 14
		s.card(Rect{right - w, r.Y + 5, w, r.H - 10}, 4, scene.Inset, scene.InsetEdge)
		s.text(right-w+7, base, scene.Mono, 12, scene.Ink, name)
		right -= w + 12
	}
	x += s.text(x, base, scene.Sans, 13.5, scene.Ink, fit(scene.Sans, 13.5, ch.label, right-x)) + 12
	if ch.detail != "" && right-x > 40 {
		s.text(x, base, scene.Sans, 12, scene.InkDim, fit(scene.Sans, 12, ch.detail, right-x))
	}
}
