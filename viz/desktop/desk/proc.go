package desk

import (
	"strings"

	"sunscope/viz/prose"
	"sunscope/viz/scene"
	"sunscope/viz/scene/face"
	"sunscope/viz/stage"
)

// follow shows the tab that the reader has just asked for: what was selected, or the /proc view when it was opened.
func (t *inspecting) follow(selected scene.Ref, proc bool) {
	switch {
	case proc && !t.hadProc:
		t.proc = true
	case selected != t.of && selected.Kind != scene.RefNone, !proc:
		t.proc = false
	case proc && selected.Kind == scene.RefNone:
		t.proc = true
	}
	t.hadProc = proc
}

// showTab is a click on one of the two tabs.
func (d *Desk) showTab(a stage.Args) error {
	on := a["value"] == "proc"
	if on && !d.Player.ProcOpen() {
		return d.Player.Do("proc", nil)
	}
	d.inspect.proc, d.inspect.scroll = on, scrolling{}
	d.touch()
	return nil
}

// tabs are the two at the right of the title.
func (p *page) tabs(r Rect) (left float32) {
	x := r.W - inspectorPad - 34
	for _, tab := range [...]struct{ value, text string }{{"proc", "/proc"}, {"inspector", p.w.inspector}} {
		w := face.Advance(scene.SansBold, 12, tab.text) + 14
		x -= w
		at := Rect{x, 8, w, 24}
		ref := act("tab value=" + tab.value)
		ink := scene.InkDim
		on := (tab.value == "proc") == p.d.inspect.proc
		if on || p.hover == ref {
			ink = scene.Ink
		}
		p.text(x+7, 24, scene.SansBold, 12, ink, tab.text)
		if on {
			p.fill(Rect{x + 4, 30, w - 8, 3}, scene.Focus)
		}
		p.hit(at, ref)
	}
	return x
}

const (
	procSize = 11
	procLine = 16
)

// files is the /proc view: the lines as they would be printed, broken where they are too long. Changed words stand on a
// ground of their own with a line below, what is inferred has a dashed line; a mark in the margin says which lines changed.
func (p *page) files(sections []stage.ProcSection) {
	if len(sections) == 0 {
		p.paragraph(scene.Sans, 12.5, scene.InkDim, p.w.counting)
	}
	p.changed(sections)
	for i := range sections {
		s := &sections[i]
		p.y += 22
		p.text(p.x, p.y-6, scene.SansBold, 12, scene.InkDim, fit(scene.SansBold, 12, s.Name, p.wide))
		for k := range s.Lines {
			p.file(&s.Lines[k])
		}
	}
}

// changed names the files in which something has changed: that may be out of sight.
func (p *page) changed(sections []stage.ProcSection) {
	text := ""
	for i := range sections {
		for k := range sections[i].Lines {
			if l := &sections[i].Lines[k]; l.Gone || len(l.Changed) > 0 {
				name, _, _ := strings.Cut(sections[i].Name, " ")
				for _, common := range [...]string{"/sys/kernel/debug/sunrpc/", "/proc/net/rpc/", "/proc/self/"} {
					name = strings.TrimPrefix(name, common)
				}
				text += ", " + name
				break
			}
		}
	}
	if text != "" {
		p.paragraph(scene.Sans, 12, scene.Ink, "• "+p.w.changed+" "+text[2:])
	}
}

// seen says whether a line at the pen can be seen.
func (p *page) seen() bool { return p.y > 0 && p.y < p.d.areas.Below.H }

func (p *page) file(l *stage.ProcLine) {
	const margin = 12
	if l.Note {
		for _, t := range prose.Wrap(scene.Sans, procSize, strings.TrimPrefix(l.Text, "# "), p.wide-margin) {
			if p.seen() {
				p.text(p.x+margin, p.y+12, scene.Sans, procSize, scene.InkFaint, t)
			}
			p.y += procLine - 1
		}
		return
	}
	if mark := p.margin(l); mark != "" && p.seen() {
		p.text(p.x, p.y+12, scene.Mono, procSize, scene.Ink, mark)
	}
	char := face.Advance(scene.Mono, procSize, "0")
	most := max(20, int((p.wide-margin)/char))
	for from := 0; ; {
		to := broken(l.Text, from, most)
		if p.seen() {
			p.piece(l, from, to, p.x+margin, char)
		}
		p.y += procLine
		if from = to; from >= len(l.Text) {
			return
		}
		for from < len(l.Text) && l.Text[from] == ' ' {
			from++
		}
	}
}

// margin is what the margin says of a line: • something in it has changed, + it is new, − it is gone.
func (p *page) margin(l *stage.ProcLine) string {
	switch {
	case l.Gone:
		return "−"
	case len(l.Changed) == 1 && l.Changed[0].From == 0 && l.Changed[0].To == len(l.Text):
		return "+"
	case len(l.Changed) > 0:
		return "•"
	}
	return ""
}

// broken is where a line of at most so many characters ends: at a blank, if there is one.
func broken(text string, from, most int) int {
	if len(text)-from <= most {
		return len(text)
	}
	for to := from + most; to > from+most/2; to-- {
		if text[to] == ' ' {
			return to
		}
	}
	return from + most
}

// piece sets a part of a line.
func (p *page) piece(l *stage.ProcLine, from, to int, x, char float32) {
	at := func(s stage.Stretch) (left, width float32, ok bool) {
		a, b := max(s.From, from), min(s.To, to)
		return x + float32(a-from)*char, float32(b-a) * char, b > a
	}
	for _, s := range l.Changed {
		if left, width, ok := at(s); ok {
			p.add(scene.Item{Op: scene.OpRect, X: left - 1, Y: p.y + 1, W: width + 2, H: procLine - 1, R: 2, Fill: scene.StationLit})
			p.line(scene.Hover, 1.5, pt(left, p.y+procLine-1.5), pt(left+width, p.y+procLine-1.5))
		}
	}
	for _, s := range l.Guessed {
		if left, width, ok := at(s); ok {
			p.add(scene.Item{Op: scene.OpLine, Stroke: scene.Inferred, Width: 1, Dash: 2, Pts: []scene.Point{pt(left, p.y+procLine-0.5), pt(left+width, p.y+procLine-0.5)}})
		}
	}
	ink := scene.Ink
	if l.Gone {
		ink = scene.InkFaint
		p.line(scene.InkFaint, 1, pt(x, p.y+8.5), pt(x+float32(to-from)*char, p.y+8.5))
	}
	if text := l.Text[from:to]; strings.TrimSpace(text) != "" {
		p.text(x, p.y+12, scene.Mono, procSize, ink, text)
	}
}
