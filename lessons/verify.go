package lessons

import (
	"sunscope/core/story"
	"sunscope/lessons/grade"
)

// Verify holds the lesson against a run of its scenario: every passage's event happens, every question has its moments and
// offers the truth among its choices, every quoted trace line is printed, every check is true. The error, if any, is Problems.
func (l *Lesson) Verify(s *story.Story) error {
	var problems Problems
	fault := func(line int, what string) { problems = append(problems, Problem{l.File, line, what}) }
	for _, b := range l.Blocks {
		if b.Kind == Await {
			verifyAwait(s, b, fault)
		}
	}
	for _, q := range l.Questions {
		verifyQuestion(s, q, fault)
	}
	for _, c := range l.Checks {
		verifyCheck(s, c, fault)
	}
	l.verifyQuotes(s, fault)
	if len(problems) == 0 {
		return nil
	}
	return problems
}

func verifyAwait(s *story.Story, b Block, fault func(int, string)) {
	pred, err := story.ParsePredicate(b.When)
	if err != nil {
		fault(b.Line, "await: "+err.Error())
		return
	}
	if _, ok := s.Find(pred, 0); !ok {
		fault(b.Line, "await "+b.When+": no event of the run matches")
	}
}

func verifyQuestion(s *story.Story, q Question, fault func(int, string)) {
	m, err := grade.Locate(s, q.Question)
	if err != nil {
		fault(q.Line, err.Error())
		return
	}
	for _, c := range q.Choices {
		if c == m.Truth {
			return
		}
	}
	fault(q.Line, "predict "+q.ID+": in the run it is "+m.Truth+", which is not among the choices")
}

func verifyCheck(s *story.Story, c Check, fault func(int, string)) {
	from := 0
	for _, pred := range c.Then {
		at, ok := s.Find(pred, from)
		if ok == c.Not {
			fault(c.Line, "check "+c.Text+": does not hold in the run")
			return
		}
		from = at + 1
	}
}
