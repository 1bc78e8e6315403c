package stage

import "strings"

// Key does what a key stands for. Names are those of the DOM's KeyboardEvent.key, "Space" for " ", as KeyName puts them
// together with what is held down. A key that stands for nothing is no error: a reader presses all sorts.
func (p *Player) Key(name string) error {
	if len(name) == 1 && name[0] >= '1' && name[0] <= '9' {
		return p.digit(int(name[0] - '0'))
	}
	id, ok := p.keyCommand(name)
	if !ok {
		return nil
	}
	return p.Do(id, nil)
}

// KeyName is the name of a key together with the keys that were held down: "Ctrl+Shift+z", "Shift+F10", "Shift+ArrowLeft".
// Shift is part of a key that prints a character ("?", "N"), except with Ctrl. On a Mac the command key counts as Ctrl.
func KeyName(key string, ctrl, shift bool) string {
	if key == " " {
		key = "Space"
	}
	prints := len([]rune(key)) == 1
	switch {
	case ctrl && prints && shift:
		return "Ctrl+Shift+" + strings.ToLower(key)
	case ctrl && prints:
		return "Ctrl+" + strings.ToLower(key)
	case ctrl && shift:
		return "Ctrl+Shift+" + key
	case ctrl:
		return "Ctrl+" + key
	case shift && !prints && key != "Space" && key != "Home" && key != "End" && key != "Escape":
		return "Shift+" + key
	}
	return key
}

// KeyCommand is the command that a key stands for.
func KeyCommand(name string) (id string, ok bool) { return keyCommand(commands, name) }

func (p *Player) keyCommand(name string) (id string, ok bool) { return keyCommand(p.table, name) }

func keyCommand(table []Command, name string) (id string, ok bool) {
	if name == " " {
		name = "Space"
	}
	for i := range table {
		for _, k := range table[i].Keys {
			if k == name {
				return table[i].ID, true
			}
		}
	}
	return "", false
}
