package desk

import "strings"

// Key is a press of a key, by the DOM's name of it: "ArrowLeft", "?", "Ctrl+k", "Shift+F10". Keys that print a
// character come under that character, whatever has to be held down for it, so that every keyboard's layout works.
// again: the key stays down, and its press is repeated.
func (d *Desk) Key(name string, again bool) {
	switch {
	case name == "Ctrl+s", name == "F11", name == "Ctrl+q": // whatever lies over the window
		if !again {
			d.Do(ownKey(name))
		}
	case d.browser != nil:
		d.browserKey(name)
	case d.chooser != nil:
		d.chooserKey(name)
	case d.menu.open != "":
		d.menuKey(name)
	case d.contextOpen():
		d.contextKey(name)
	case d.find.open && d.findKey(name):
	case d.Player.Help() && d.helpKey(name):
	case again && !repeats(name):
	case d.mnemonic(name), d.focusKey(name):
	default:
		d.plainKey(name)
	}
}

// repeats reports whether a key that stays down does its work again and again.
func repeats(name string) bool {
	switch name {
	case "+", "=", "-", "_", "[", "]", ".", ",", "n", "N":
		return true
	}
	return strings.Contains(name, "Arrow") || strings.HasPrefix(name, "Page") || strings.HasSuffix(name, "Tab")
}

// plainKey is a key while nothing lies over the window.
func (d *Desk) plainKey(name string) {
	if len(name) == 1 && name >= "1" && name <= "9" && d.AnswerAsked(int(name[0]-'0')) {
		return
	}
	if id := ownKey(name); id != "" {
		d.Do(id)
		return
	}
	if d.areas.Column.W == 0 && d.panMost() == 0 && name != "Escape" {
		d.playerKey(name) // there is nothing else that the arrows could scroll
		return
	}
	switch name {
	case "Escape":
		d.Escape()
	case "ArrowDown":
		d.ScrollLesson(0.12)
	case "ArrowUp":
		d.ScrollLesson(-0.12)
	case "PageDown":
		d.ScrollLesson(0.85)
	case "PageUp":
		d.ScrollLesson(-0.85)
	default:
		d.playerKey(name)
	}
}

func (d *Desk) playerKey(name string) {
	d.Say(d.Player.Key(name))
	d.touch()
	d.takeStock()
}

// helpKey scrolls the sheet of keys.
func (d *Desk) helpKey(name string) bool {
	by := map[string]float32{"ArrowDown": 40, "ArrowUp": -40, "PageDown": 400, "PageUp": -400, "Space": 400, "Home": -1e6, "End": 1e6}[name]
	if by != 0 && d.keys.scroll.by(by, d.keys.most) {
		d.touch()
	}
	return by != 0
}

// typed is the character that a key prints; "" for a key that prints none.
func typed(name string) string {
	if name == "Space" {
		return " "
	}
	if r := []rune(name); len(r) == 1 && r[0] >= ' ' {
		return name
	}
	return ""
}
