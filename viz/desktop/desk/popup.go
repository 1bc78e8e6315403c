package desk

import (
	"strconv"
	"strings"
	"unicode"

	"sunscope/viz/scene"
	"sunscope/viz/scene/face"
)

// item is a line of a menu.
type item struct {
	label string
	key   string
	line  string // the command line that it stands for; "" is a heading
	on    bool   // it is chosen, or switched on
}

// popup is a list of items that is open somewhere in the window.
type popup struct {
	items  []item
	at     int // the chosen line; -1 is none yet
	scroll scrolling
	most   float32
	r      Rect // as laid out last
}

const (
	itemHeight    = 26
	headingHeight = 24
	popupPad      = 6
)

func (it *item) height() float32 {
	if it.line == "" {
		return headingHeight
	}
	return itemHeight
}

func newPopup(items []item) popup { return popup{items: items, at: -1} }

// move chooses the next line that can be chosen, or with -1 the one before, round and round.
func (p *popup) move(step int) {
	n := len(p.items)
	at := p.at
	if at < 0 && step < 0 {
		at = 0
	}
	for range n {
		at = (at + step + n) % n
		if p.items[at].line != "" {
			p.at = at
			return
		}
	}
}

// key is a press of a key; chosen is the command line of the line that was chosen by it.
func (p *popup) key(name string) (chosen string, used bool) {
	switch name {
	case "ArrowDown":
		p.move(1)
	case "ArrowUp":
		p.move(-1)
	case "Home", "PageUp":
		p.at = -1
		p.move(1)
	case "End", "PageDown":
		p.at = 0
		p.move(-1)
	case "Enter", "Space":
		if p.at >= 0 && p.at < len(p.items) {
			return p.items[p.at].line, true
		}
	default:
		return p.letter(name)
	}
	p.show()
	return "", true
}

// letter chooses the next line that begins with a letter; if it is the only one, that is all it takes.
func (p *popup) letter(name string) (chosen string, used bool) {
	text := []rune(typed(name))
	if len(text) != 1 || !unicode.IsLetter(text[0]) && !unicode.IsDigit(text[0]) {
		return "", false
	}
	first, count := -1, 0
	for k := range p.items {
		i := (p.at + 1 + k + len(p.items)) % len(p.items)
		if it := &p.items[i]; it.line != "" && strings.HasPrefix(strings.ToLower(it.label), strings.ToLower(string(text))) {
			if count++; first < 0 {
				first = i
			}
		}
	}
	if count == 0 {
		return "", true
	}
	p.at = first
	p.show()
	if count == 1 {
		return p.items[first].line, true
	}
	return "", true
}

// show scrolls so that the chosen line is seen.
func (p *popup) show() {
	y := float32(0)
	for i := range p.items {
		h := p.items[i].height()
		if i == p.at {
			room := p.r.H - 2*popupPad
			p.scroll.at = max(y+h-room, min(p.scroll.at, max(0, y-headingHeight)))
			p.scroll.at = max(0, min(p.scroll.at, p.most))
		}
		y += h
	}
}

// popupRef is the Ref of a popup's line.
func popupRef(i int) scene.Ref { return act("popup n=" + strconv.Itoa(i)) }

// size is how much room the popup wants.
func (p *popup) size() (w, h float32) {
	for i := range p.items {
		it := &p.items[i]
		wide := face.Advance(scene.Sans, 13.5, it.label) + 52
		if it.key != "" {
			wide += face.Advance(scene.Mono, 12, keyName(it.key)) + 28
		}
		w, h = max(w, wide), h+it.height()
	}
	return max(180, w), h + 2*popupPad
}

// lay draws the popup with its upper left corner at x, y, or as near as that part of the window lets it.
func (p *popup) lay(s *sheet, window Rect, x, y float32) {
	w, h := p.size()
	w, h = min(w, window.W-8), min(h, window.H-4)
	x = max(4, min(x, window.W-w-4))
	y = max(window.Y, min(y, window.Y+window.H-h-4))
	p.r = Rect{float32(int(x)), float32(int(y)), w, h}
	_, all := p.size()
	p.most = max(0, all-h)
	p.scroll.at = min(p.scroll.at, p.most)
	s.add(scene.Item{Op: scene.OpRect, X: p.r.X + 2, Y: p.r.Y + 3, W: w, H: h, R: 8, Fill: scene.OnMessage, Alpha: 60})
	s.card(p.r, 8, scene.Panel, scene.InsetEdge)
	s.hit(p.r, act("box"))
	at := p.r.Y + popupPad - p.scroll.at
	for i := range p.items {
		r := Rect{p.r.X + 4, at, w - 8, p.items[i].height()}
		at += r.H
		if r.Y >= p.r.Y+2 && r.Y+r.H <= p.r.Y+h-2 {
			p.layItem(s, r, i)
		}
	}
	s.more(p.r, p.scroll.at, p.most)
}

// more marks the edges beyond which a list goes on.
func (s *sheet) more(r Rect, at, most float32) {
	x := r.X + r.W - 13
	if at > 0 {
		s.tri(scene.InkDim, pt(x-4, r.Y+11), pt(x, r.Y+5), pt(x+4, r.Y+11))
	}
	if at < most {
		y := r.Y + r.H
		s.tri(scene.InkDim, pt(x-4, y-11), pt(x, y-5), pt(x+4, y-11))
	}
}

func (p *popup) layItem(s *sheet, r Rect, i int) {
	it := &p.items[i]
	if it.line == "" {
		s.line(scene.PanelEdge, 1, pt(r.X+6, r.Y+3.5), pt(r.X+r.W-6, r.Y+3.5))
		s.text(r.X+12, r.Y+18, scene.SansBold, 11.5, scene.InkDim, fit(scene.SansBold, 11.5, it.label, r.W-24))
		return
	}
	if i == p.at {
		s.add(scene.Item{Op: scene.OpRect, X: r.X, Y: r.Y, W: r.W, H: r.H, R: 5, Fill: scene.StationLit, Stroke: scene.Hover, Width: 1})
	}
	s.hit(r, popupRef(i))
	base := r.Y + r.H/2 + 4.5
	if it.on {
		s.line(scene.Ink, 2, pt(r.X+9, base-4), pt(r.X+13, base), pt(r.X+20, base-9))
	}
	room := r.W - 40
	if it.key != "" {
		name := keyName(it.key)
		room -= face.Advance(scene.Mono, 12, name) + 16
		s.add(scene.Item{Op: scene.OpText, X: r.X + r.W - 12, Y: base, Font: scene.Mono, Size: 12, Align: scene.Right, Fill: scene.InkDim, Text: name})
	}
	s.text(r.X+28, base, scene.Sans, 13.5, scene.Ink, fit(scene.Sans, 13.5, it.label, room))
}
