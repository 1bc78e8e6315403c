package grade

import (
	"cmp"
	"errors"
	"slices"
	"strings"

	"sunscope/core/story"
	"sunscope/core/trace"
)

// Question is a prediction that a lesson asks for.
type Question struct {
	ID      string
	Ask     string   // predicate: at its first match the question is asked
	About   string   // predicate: its first match after that decides
	Choices []string // workload items to choose from
}

// Moment is where a question lies in a run.
type Moment struct {
	Ask   int    // ordinal at which it is asked
	About int    // ordinal of the event that decides
	Truth string // the workload item that event is about
}

// Verdict is the outcome of an answer.
type Verdict struct {
	Right   bool
	Truth   string
	Instant int // ordinal of the event that decided
}

// New makes a question of the three lines that a lesson gives: two predicates and choices separated by commas.
func New(id, ask, about, choices string) (Question, error) {
	q := Question{ID: strings.TrimSpace(id), Ask: ask, About: about}
	if q.ID == "" {
		return q, errors.New("a question needs an id")
	}
	for _, c := range strings.Split(choices, ",") {
		c = strings.TrimSpace(c)
		switch {
		case c == "":
			return q, q.fault("choices: expected workload items separated by commas, such as read[1], read[2]")
		case slices.Contains(q.Choices, c):
			return q, q.fault("choices: " + c + " stands there twice")
		}
		q.Choices = append(q.Choices, c)
	}
	for _, p := range []struct{ field, text string }{{"ask", ask}, {"about", about}} {
		if _, err := story.ParsePredicate(p.text); err != nil {
			return q, q.fault(p.field + ": " + err.Error())
		}
	}
	return q, nil
}

// Locate finds where in the run the question is asked and decided. It fails if one of the predicates never holds, if
// the deciding event is not about a workload item, or if a choice is not a workload item of this run.
func Locate(s *story.Story, q Question) (Moment, error) {
	var m Moment
	ask, err := story.ParsePredicate(q.Ask)
	if err != nil {
		return m, q.fault("ask: " + err.Error())
	}
	about, err := story.ParsePredicate(q.About)
	if err != nil {
		return m, q.fault("about: " + err.Error())
	}
	var ok bool
	if m.Ask, ok = s.Find(ask, 0); !ok {
		return m, q.fault("ask: no event of this run matches " + q.Ask)
	}
	if m.About, ok = s.Find(about, m.Ask+1); !ok {
		return m, q.fault("about: no event after the question is asked matches " + q.About)
	}
	if m.Truth = s.Item(m.About); m.Truth == "" {
		return m, q.fault("about: the event that " + q.About + " finds is not about a workload item")
	}
	items := Items(s.Log())
	for _, c := range q.Choices {
		if !slices.Contains(items, c) {
			return m, q.fault("choices: " + c + " is not a workload item of this run, which has " + some(items))
		}
	}
	return m, nil
}

// Offered are the choices to show in a run. They are the lesson's as long as the truth is one of them. Another seed may
// make something else true: then that takes the place of the last choice, and the order of their numbers gives nothing away.
func (q Question) Offered(m Moment) []string {
	if m.Truth == "" || len(q.Choices) == 0 || slices.Contains(q.Choices, m.Truth) {
		return q.Choices
	}
	offered := slices.Clone(q.Choices)
	offered[len(offered)-1] = m.Truth
	slices.SortFunc(offered, compareItems)
	return offered
}

// compareItems orders read[2] before read[10].
func compareItems(a, b string) int {
	nameA, numA, _ := strings.Cut(a, "[")
	nameB, numB, _ := strings.Cut(b, "[")
	return cmp.Or(cmp.Compare(nameA, nameB), cmp.Compare(len(numA), len(numB)), cmp.Compare(numA, numB))
}

// Grade says whether choice is what happens in the run. A choice that the question does not offer is an error, not
// a wrong answer.
func Grade(s *story.Story, q Question, choice string) (Verdict, error) {
	m, err := Locate(s, q)
	if err != nil {
		return Verdict{}, err
	}
	if offered := q.Offered(m); !slices.Contains(offered, choice) {
		return Verdict{}, q.fault(choice + " is not among the choices " + some(offered))
	}
	return Verdict{Right: choice == m.Truth, Truth: m.Truth, Instant: m.About}, nil
}

// Items lists the workload items of a run in the order in which they became tasks.
func Items(log *trace.Log) []string {
	var items []string
	var e trace.Event
	for i := range log.Len() {
		if log.KindAt(i) != trace.Item {
			continue
		}
		log.At(i, &e)
		if item := e.Text(log, "item"); !slices.Contains(items, item) {
			items = append(items, item)
		}
	}
	return items
}

// fault names the question in every error, so that an author finds the block.
func (q Question) fault(what string) error {
	return errors.New("question " + q.ID + ": " + what)
}

// some lists names for an error line, shortened so that the line stays one.
func some(names []string) string {
	const most = 12
	if len(names) == 0 {
		return "none"
	}
	if len(names) <= most {
		return strings.Join(names, ", ")
	}
	return strings.Join(names[:most], ", ") + " and more"
}
