package story

import "sunscope/core/trace"

// Predicate is a condition on an event, as [trace.ParsePredicate] reads it.
type Predicate = trace.Predicate

// ParsePredicate reads a predicate. Its errors name the word that is wrong, and what it may have been meant to be.
func ParsePredicate(text string) (Predicate, error) { return trace.ParsePredicate(text) }

// matches is Matches without nth.
func (s *Story) matches(p *Predicate, ordinal int, e *trace.Event) bool {
	return p.Holds(s.src.log, ordinal, e, s.Item)
}

// Matches says whether the predicate holds for the event.
func (s *Story) Matches(p Predicate, ordinal int) bool {
	var e trace.Event
	if ordinal < 0 || ordinal >= s.Len() || !s.matches(&p, ordinal, &e) {
		return false
	}
	return p.Nth() == 0 || s.nth(&p) == ordinal
}

// nth is the ordinal of the p.Nth()-th match, or -1.
func (s *Story) nth(p *Predicate) int {
	var e trace.Event
	left := p.Nth()
	for i := range s.Len() {
		if s.matches(p, i, &e) {
			if left--; left == 0 {
				return i
			}
		}
	}
	return -1
}

// Find is the first event at or after from for which the predicate holds.
func (s *Story) Find(p Predicate, from int) (ordinal int, ok bool) {
	if p.Nth() > 0 {
		i := s.nth(&p)
		return i, i >= 0 && i >= from
	}
	var e trace.Event
	for i := max(from, 0); i < s.Len(); i++ {
		if s.matches(&p, i, &e) {
			return i, true
		}
	}
	return -1, false
}

// FindBack is the last event at or before from for which the predicate holds.
func (s *Story) FindBack(p Predicate, from int) (ordinal int, ok bool) {
	if p.Nth() > 0 {
		i := s.nth(&p)
		return i, i >= 0 && i <= from
	}
	var e trace.Event
	for i := min(from, s.Len()-1); i >= 0; i-- {
		if s.matches(&p, i, &e) {
			return i, true
		}
	}
	return -1, false
}
