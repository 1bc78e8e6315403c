package stage

// Some commands are for whoever shows the stage: a page or the native viewer hides the lesson's text, or shows a panel of
// its own. The player only passes the wish on, as a Note of the kind Wanted, so that such a command has an id, a key and a
// place in the help like every other, and its key works inside the picture as well.

// wish is a command that the player passes on.
func wish(id, key, en, zh string) Command {
	return Command{id, "", []string{key}, en, zh, func(p *Player, _ Args) error {
		p.note(Note{Kind: Wanted, ID: id})
		p.touch()
		return nil
	}}
}
