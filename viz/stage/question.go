package stage

import (
	"errors"
	"slices"

	"sunscope/core/story"
	"sunscope/core/time"
	"sunscope/lessons/grade"
)

// question is a prediction of the lesson with how far the reader has come with it. While it is open, playing and
// stepping stop at the instant at which it is asked. Seeking does not: going to a moment is the reader's own choice.
type question struct {
	grade.Question
	moment  grade.Moment
	fits    bool // the run has its two moments
	asked   bool // the reader was told, and has not left the spot since
	choice  string
	skipped bool
	seen    bool // the reader had been at the deciding event before answering
}

func (q *question) open() bool { return q.fits && q.choice == "" && !q.skipped }

// reset looks for the question in a run. One that does not fit (a lesson's question, while a recording is played)
// stays silent.
func (q *question) reset(s *story.Story) error {
	moment, err := grade.Locate(s, q.Question)
	*q = question{Question: q.Question, moment: moment, fits: err == nil}
	return err
}

// Predict adds a question, or replaces the one with its id; an answer to the very same question is kept. Without a
// run the question waits for one.
func (p *Player) Predict(q grade.Question) error {
	i := slices.IndexFunc(p.questions, func(have *question) bool { return have.ID == q.ID })
	if i >= 0 && same(p.questions[i].Question, q) {
		return nil
	}
	added := &question{Question: q}
	if err := added.reset(p.story); err != nil && p.source.Kind != Nothing {
		return err
	}
	if i >= 0 {
		p.questions[i] = added
	} else {
		p.questions = append(p.questions, added)
	}
	p.touch()
	p.askHere()
	return nil
}

// Choices are what a question offers in the present run: the lesson's choices, or with another seed others among which the
// truth is. Nil if there is no such question, or the run does not have its moments.
func (p *Player) Choices(id string) []string {
	if q := p.question(id); q != nil && q.fits {
		return q.Offered(q.moment)
	}
	return nil
}

// Answer grades a choice. The verdict also goes to the notes.
func (p *Player) Answer(id, choice string) error {
	q := p.question(id)
	if q == nil {
		return errors.New("answer: there is no question " + id)
	}
	v, err := grade.Grade(p.story, q.Question, choice)
	if err != nil {
		return err
	}
	if q.choice == "" {
		q.seen = p.furthest >= v.Instant
	}
	q.choice, q.skipped = choice, false
	p.note(Note{Kind: Graded, ID: id, Verdict: v, Seen: q.seen, Why: p.eventText(v.Instant)})
	p.touch()
	return nil
}

// Skip lets playback pass a question that stays unanswered.
func (p *Player) Skip(id string) error {
	q := p.question(id)
	if q == nil {
		return errors.New("skip: there is no question " + id)
	}
	q.skipped = true
	p.touch()
	return nil
}

// Asking is the id of the open question that is asked at the present instant; "" if there is none.
func (p *Player) Asking() string {
	for _, q := range p.questions {
		if q.open() && q.moment.Ask == p.instant {
			return q.ID
		}
	}
	return ""
}

// askHere notes a question that is asked at the present instant, once per visit.
func (p *Player) askHere() {
	for _, q := range p.questions {
		here := q.open() && q.moment.Ask == p.instant
		if here && !q.asked {
			p.note(Note{Kind: Asked, ID: q.ID})
		}
		q.asked = here
	}
}

// askAgain repeats the question to a reader who wants to go on without answering.
func (p *Player) askAgain() bool {
	id := p.Asking()
	if id != "" {
		p.note(Note{Kind: Asked, ID: id})
		p.touch()
	}
	return id != ""
}

// openBetween is the open question asked first in (from, to]; nil without.
func (p *Player) openBetween(from, to int) *question {
	var first *question
	for _, q := range p.questions {
		if q.open() && q.moment.Ask > from && q.moment.Ask <= to && (first == nil || q.moment.Ask < first.moment.Ask) {
			first = q
		}
	}
	return first
}

// secret is the time from which on the timeline must not tell what happens: an open question asks about it, and the
// reader has not been there yet. 0 is no secret.
func (p *Player) secret() time.Duration {
	first := -1
	for _, q := range p.questions {
		if q.open() && q.moment.About > p.furthest && (first < 0 || q.moment.Ask < first) {
			first = q.moment.Ask
		}
	}
	if first < 0 {
		return 0
	}
	return max(1, p.log().TimeAt(max(first, p.furthest)), p.at)
}

func (p *Player) question(id string) *question {
	for _, q := range p.questions {
		if q.ID == id {
			return q
		}
	}
	return nil
}

func same(a, b grade.Question) bool {
	return a.Ask == b.Ask && a.About == b.About && slices.Equal(a.Choices, b.Choices)
}
