package stage

import (
	"errors"
	"slices"

	"sunscope/core/story"
)

// Mark says where in the run a watched event first happens.
type Mark struct {
	ID      string
	Instant int // -1: never in this run
}

// watch is an event that the page waits for: a passage of the lesson appears when it has happened.
type watch struct {
	id   string
	when story.Predicate
	mark int
}

func (w *watch) look(s *story.Story) {
	w.mark = -1
	if i, ok := s.Find(w.when, 0); ok {
		w.mark = i
	}
}

// Watch marks the first event that matches the predicate, in this run and in those opened later.
func (p *Player) Watch(id, when string) error {
	if id == "" {
		return errors.New("watch: expected an id")
	}
	pred, err := story.ParsePredicate(when)
	if err != nil {
		return errors.New("watch " + id + ": " + err.Error())
	}
	w := watch{id: id, when: pred}
	w.look(p.story)
	if i := slices.IndexFunc(p.watches, func(have watch) bool { return have.id == id }); i >= 0 {
		p.watches[i] = w
	} else {
		p.watches = append(p.watches, w)
	}
	p.touch()
	return nil
}

// Marks are the watches, in the order in which they were set.
func (p *Player) Marks() []Mark {
	marks := make([]Mark, len(p.watches))
	for i, w := range p.watches {
		marks[i] = Mark{w.id, w.mark}
	}
	return marks
}

// Forget drops all watches and questions: another lesson begins.
func (p *Player) Forget() {
	p.watches, p.questions = nil, nil
	p.history.undo, p.history.redo = nil, nil
	p.touch()
}
