package stage

import (
	"errors"
	"io"
	"strconv"

	"sunscope/core/record"
	"sunscope/core/story"
)

// Loaded is a recording that was read and is ready to be shown. It belongs to no player yet: another goroutine may read a
// large one while the present run is looked at.
type Loaded struct {
	name  string
	story *story.Story
	why   string // it is not whole, as this says; "" if it is
}

// Load reads a recording, gzip or not. An error is one line.
func Load(name string, r io.Reader) (*Loaded, error) {
	rec, err := record.Read(name, r)
	if err != nil {
		return nil, oneLine(err)
	}
	if rec.Log.Len() == 0 {
		return nil, errors.New(name + ": the recording holds no event")
	}
	l := &Loaded{name: name, story: story.New(rec.Log)}
	switch {
	case rec.Cut != "":
		l.why = name + ": " + rec.Cut + "; shown up to there"
	case len(rec.Unparsed) > 0:
		l.why = name + ": " + strconv.Itoa(len(rec.Unparsed)) + " lines are no events and are left out; the first: " + clip(rec.Unparsed[0].String())
	}
	return l, nil
}

// ShowLoaded shows a recording from its beginning. One that ends in the middle is shown up to there, and one with lines
// that are no events without them; a note says so.
func (p *Player) ShowLoaded(l *Loaded) {
	p.runs = runs{made: p.runs.made}
	p.showStory(l.story, Source{Kind: Recording, Name: l.name})
	p.lookClose()
	if l.why != "" {
		p.note(Note{Kind: Warned, Why: l.why})
	}
}
