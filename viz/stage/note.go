package stage

import "sunscope/lessons/grade"

// NoteKind says what a Note tells.
type NoteKind uint8

// Asked: playback stands at an open question. Graded: an answer was compared with the run. Warned: what was opened is
// not whole, as Why says. Wanted: whoever shows the stage is to carry out the command ID (wanted.go). Exported: File is to
// be taken away. Stopped: playing has stopped at a breakpoint. WantedFile: a link waits for
// the recording with the hash ID and the name Why. Linked: Why is the fragment of a URL of this moment.
const (
	Asked NoteKind = iota + 1
	Graded
	Warned
	Wanted
	Exported
	Stopped
	WantedFile
	Linked
)

// Note is something that happened at the stage and that whoever shows it should hear of once.
type Note struct {
	Kind    NoteKind
	ID      string // of the question, or of the command
	Verdict grade.Verdict
	Seen    bool   // the reader had already been at the moment that decides
	Instant int    // of Stopped
	Why     string // the deciding event, as the kernel would print it; or a warning
	File    File   // of Exported
}

// mostNotes bounds what is kept for a listener that never comes.
const mostNotes = 64

func (p *Player) note(n Note) {
	if len(p.notes) == mostNotes {
		p.notes = append(p.notes[:0], p.notes[1:]...)
	}
	p.notes = append(p.notes, n)
}

// Notes are the notes since the last call.
func (p *Player) Notes() []Note {
	n := p.notes
	p.notes = nil
	return n
}

func (p *Player) eventText(instant int) string {
	if instant < 0 || instant >= p.story.Len() {
		return ""
	}
	return string(eventText(p.log(), instant))
}
