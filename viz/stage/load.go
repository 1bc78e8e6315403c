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
	hash  string
	why   string // it is not whole, as this says; "" if it is
}

// Load reads a recording, gzip or not. An error is one line.
func Load(name string, r io.Reader) (*Loaded, error) {
	sum := newSHA256()
	r = io.TeeReader(r, sum)
	rec, err := record.Read(name, r)
	if err != nil {
		return nil, oneLine(err)
	}
	if rec.Log.Len() == 0 {
		return nil, errors.New(name + ": the recording holds no event")
	}
	if _, err := io.Copy(io.Discard, r); err != nil { // what may follow the text belongs to the file
		return nil, oneLine(err)
	}
	l := &Loaded{name: name, story: story.New(rec.Log), hash: hashText(sum.Sum())}
	switch {
	case rec.Cut != "":
		l.why = name + ": " + rec.Cut + "; shown up to there"
	case len(rec.Unparsed) > 0:
		l.why = name + ": " + strconv.Itoa(len(rec.Unparsed)) + " lines are no events and are left out; the first: " + clip(rec.Unparsed[0].String())
	}
	return l, nil
}

// ShowLoaded shows a recording from its beginning. One that ends in the middle is shown up to there, and one with lines
// that are no events without them; a note says so. If a link waits for a recording, its moment is shown, and another
// recording is refused.
func (p *Player) ShowLoaded(l *Loaded) error {
	return p.change("recording", func() error { return p.showLoaded(l) })
}

func (p *Player) showLoaded(l *Loaded) error {
	if err := p.refuses(l.name, l.hash); err != nil {
		return err
	}
	p.runs = runs{made: p.runs.made}
	p.showStory(l.story, Source{Kind: Recording, Name: l.name, Hash: l.hash})
	p.lookClose()
	if w := p.waiting; w != nil {
		p.waiting = nil
		_ = p.goLinked(w)
	}
	if l.why != "" {
		p.note(Note{Kind: Warned, Why: l.why})
	}
	return nil
}
