package stage

// Key does what a key stands for. Names are those of the DOM's KeyboardEvent.key, "Space" for " ", with "Shift+" before
// keys that do not print a character. A key that stands for nothing is no error: a reader presses all sorts.
func (p *Player) Key(name string) error {
	id, ok := KeyCommand(name)
	if !ok {
		return nil
	}
	return p.Do(id, nil)
}

// KeyCommand is the command that a key stands for.
func KeyCommand(name string) (id string, ok bool) {
	if name == " " {
		name = "Space"
	}
	for i := range commands {
		for _, k := range commands[i].Keys {
			if k == name {
				return commands[i].ID, true
			}
		}
	}
	return "", false
}
