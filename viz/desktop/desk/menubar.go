package desk

import (
	"strings"

	"sunscope/viz/scene"
	"sunscope/viz/scene/face"
	"sunscope/viz/stage"
)

// menubar is the strip's menus: which of them is open, and its lines.
type menubar struct {
	open  string // its id; "" is none
	popup popup
	x     float32 // where its title is
}

// context is the menu of a thing: which one the player says, here is how it is gone through.
type context struct {
	of    scene.Ref
	x, y  float32
	popup popup
}

func (d *Desk) openMenu(id string) {
	d.focus = scene.Ref{}
	for _, t := range titles() {
		if t.id == id {
			d.menu.open, d.menu.popup = id, newPopup(t.items(d))
			d.touch()
		}
	}
}

func (d *Desk) closeMenu() {
	if d.menu.open != "" {
		d.menu = menubar{}
		d.touch()
	}
}

// doMenu opens a menu of the strip, or closes it if it is the one that is open.
func (d *Desk) doMenu(a stage.Args) error {
	if id := a["id"]; id != d.menu.open {
		d.openMenu(id)
	} else {
		d.closeMenu()
	}
	return nil
}

// besideMenu opens the next menu, or with -1 the one before.
func (d *Desk) besideMenu(step int) {
	all := titles()
	for i, t := range all {
		if t.id == d.menu.open {
			d.openMenu(all[(i+step+len(all))%len(all)].id)
			d.menu.popup.move(1)
			return
		}
	}
}

// menuKey is a key while a menu of the strip is open.
func (d *Desk) menuKey(name string) {
	switch name {
	case "Escape", "F10", "Tab", "Shift+Tab":
		d.closeMenu()
		return
	case "ArrowLeft":
		d.besideMenu(-1)
		return
	case "ArrowRight":
		d.besideMenu(1)
		return
	}
	if d.mnemonic(name) {
		return
	}
	if chosen, _ := d.menu.popup.key(name); chosen != "" {
		d.closeMenu()
		d.Do(chosen)
	}
	d.touch()
}

// mnemonic opens the menu whose letter is pressed with Alt.
func (d *Desk) mnemonic(name string) bool {
	letter, ok := strings.CutPrefix(name, "Alt+")
	if !ok {
		return false
	}
	for _, t := range titles() {
		if t.mnemonic == letter {
			d.openMenu(t.id)
			d.menu.popup.move(1)
			return true
		}
	}
	return false
}

// doPopup is a click on a line of the open menu.
func (d *Desk) doPopup(a stage.Args) error {
	p := d.popup()
	n, err := number("popup", a, "n", len(lines(p)))
	if err != nil {
		return err
	}
	chosen := p.items[n].line
	d.closeMenu()
	d.closeContext()
	d.Do(chosen)
	return nil
}

func lines(p *popup) []item {
	if p == nil {
		return nil
	}
	return p.items
}

// popup is the menu that is open, if one is.
func (d *Desk) popup() *popup {
	switch {
	case d.menu.open != "":
		return &d.menu.popup
	case d.contextOpen():
		return &d.context.popup
	}
	return nil
}

// contextOpen reports whether the menu of a thing is open, and brings its lines up to date.
func (d *Desk) contextOpen() bool {
	open, ref, x, y := d.Player.MenuOpen()
	if !open {
		d.context = context{}
		return false
	}
	c := &d.context
	if c.of != ref || c.x != x || c.y != y || c.popup.items == nil {
		*c = context{of: ref, x: x, y: y, popup: newPopup(d.contextItems(ref))}
	}
	return true
}

// contextItems are the lines of the menu of a thing, as the player has them.
func (d *Desk) contextItems(ref scene.Ref) []item {
	var list []item
	for _, e := range d.Player.Menu(ref) {
		list = append(list, item{label: capital(e.Label), key: e.Key, line: line(e.Cmd, e.Args), on: e.On})
	}
	if len(list) == 0 {
		list = d.commandItems("toggle", "palette")
	}
	return list
}

func (d *Desk) closeContext() {
	if open, _, _, _ := d.Player.MenuOpen(); open {
		d.Say(d.Player.Do("menu", stage.Args{"kind": "none"}))
	}
}

// contextKey is a key while the menu of a thing is open.
func (d *Desk) contextKey(name string) {
	switch name {
	case "Escape", "Tab", "Shift+Tab", "ContextMenu", "Shift+F10":
		d.closeContext()
	default:
		if chosen, _ := d.context.popup.key(name); chosen != "" {
			d.closeContext()
			d.Do(chosen)
		}
	}
	d.touch()
}

// layTitles lays out the menus' titles from x on and returns where they end.
func (d *Desk) layTitles(s *sheet, x float32) float32 {
	r := d.areas.Strip
	for _, t := range titles() {
		text := d.either(t.en, t.zh)
		w := face.Advance(scene.Sans, 13.5, text) + 20
		if r.W < 480 {
			w -= 6
		}
		at := Rect{x, r.Y + 2, w, r.H - 4}
		ref := act("menubar id=" + t.id)
		if ref == s.hover || d.menu.open == t.id {
			s.add(scene.Item{Op: scene.OpRect, X: at.X, Y: at.Y, W: at.W, H: at.H, R: 5, Fill: scene.StationLit})
		}
		if d.menu.open == t.id {
			d.menu.x = x
		}
		s.hit(at, ref)
		base := r.Y + r.H/2 + 4.5
		left := x + (w-face.Advance(scene.Sans, 13.5, text))/2
		s.text(left, base, scene.Sans, 13.5, scene.Ink, text)
		if d.Player.Lang() == "en" {
			s.line(scene.InkDim, 1, pt(left, base+2.5), pt(left+face.Advance(scene.Sans, 13.5, text[:1]), base+2.5))
		}
		x += w
	}
	return x
}

// layPopups draws the menu that is open.
func (d *Desk) layPopups(s *sheet) {
	switch {
	case d.menu.open != "":
		below := d.areas.Window
		below.Y = d.areas.Strip.Y + d.areas.Strip.H // the titles stay seen
		below.H -= below.Y
		d.menu.popup.lay(s, below, d.menu.x, below.Y)
	case d.contextOpen():
		a := d.areas.Picture
		d.context.popup.lay(s, d.areas.Window, a.X+d.context.x+2, a.Y+d.context.y+2)
	}
}
