package desk

import (
	"sunscope/viz/prose"
	"sunscope/viz/scene"
)

// hovered is the line of the open menu under the pointer; -1 is none.
func (d *Desk) hovered(p *popup) int {
	if d.hover.ref.Kind != prose.Act {
		return -1
	}
	id, args := parse(d.hover.ref.Name)
	if id != "popup" {
		return -1
	}
	n, err := number(id, args, "n", len(p.items))
	if err != nil {
		return -1
	}
	return n
}

// hoverPopup chooses the line under the pointer, and opens the menu whose title is under it while another is open.
func (d *Desk) hoverPopup() {
	p := d.popup()
	if p == nil {
		return
	}
	if n := d.hovered(p); n >= 0 {
		p.at = n
	}
	if id, args := parse(d.hover.ref.Name); id == "menubar" && d.menu.open != "" && d.menu.open != args["id"] {
		d.openMenu(args["id"])
	}
}

// pressPopup is a press while a menu is open, or on a menu's title: it reports whether that is all that the press does.
func (d *Desk) pressPopup() bool {
	if id, args := parse(d.hover.ref.Name); d.hover.ref.Kind == prose.Act && id == "menubar" {
		_ = d.doMenu(args)
		d.pressed.ref = act("menubar")
		return true
	}
	p := d.popup()
	if p == nil {
		return false
	}
	if d.hovered(p) >= 0 || p.r.Contains(d.hover.x, d.hover.y) {
		d.touch()
		return true
	}
	d.closeMenu() // beside it: nothing but that happens
	d.closeContext()
	d.pressed.ref = scene.Ref{}
	d.touch()
	return true
}

// releasePopup is a release: on a line of the open menu it does what the line says, whether it was pressed there or on
// the menu's title.
func (d *Desk) releasePopup(pressed scene.Ref) bool {
	p := d.popup()
	if p == nil {
		return pressed == act("menubar")
	}
	if n := d.hovered(p); n >= 0 {
		d.click(d.hover.ref)
	}
	return true
}
