package stage

import (
	"sunscope/core/story"
	"sunscope/core/world"
)

// A fork of a run with more than heavy events would hold the picture up: it is made a piece with each tick, while the
// present run stays on the stage.
const (
	heavy = 25_000
	piece = 1500 // events; some ten milliseconds of a plain machine's time
)

// making is a run that is being made.
type making struct {
	world   *world.World
	run     *run
	parent  *run
	instant func(*run) int
}

// Making is how far a run has come that is being made, in percent of the events of the one that it is a fork of; 0 while
// none is.
func (p *Player) Making() int {
	m := p.making
	if m == nil {
		return 0
	}
	return max(1, min(99, 100*m.run.story.Len()/max(1, m.parent.story.Len())))
}

// begin begins to make a run.
func (p *Player) begin(from Source, parent *run, instant func(*run) int) error {
	r, sc, err := prepare(from)
	if err != nil {
		return err
	}
	w, err := world.New(sc, from.Seed)
	if err != nil {
		return err
	}
	r.story = story.New(w.Log())
	p.making = &making{w, r, parent, instant}
	p.touch()
	return nil
}

// makeOn makes the next piece of a run, and switches to it when it is whole.
func (p *Player) makeOn(events int) {
	m := p.making
	if m == nil {
		return
	}
	log := m.world.Log()
	more, to := true, log.Len()+events
	for more && log.Len() < to {
		more = m.world.Step()
	}
	m.run.story.Extend()
	p.view.Making = p.Making()
	p.touch()
	if more {
		return
	}
	p.making, p.view.Making = nil, 0
	if err := m.world.Err(); err != nil {
		m.run.why = err.Error()
	}
	_ = p.change("fork", func() error {
		p.keep(m.run, m.parent)
		if m.parent == p.runs.now {
			p.arriveIn(m.run, m.instant)
		}
		return nil
	})
}

// arriveIn switches to a fork that was made, and lays the run that it comes from beside it.
func (p *Player) arriveIn(r *run, instant func(*run) int) {
	was := p.runs.now
	p.switchTo(r, instant(r))
	if p.runs.other == nil {
		p.compareWith(was)
	}
}
