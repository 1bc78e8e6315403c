package world

import (
	"math/rand/v2"

	"sunscope/core/time"
	"sunscope/core/trace"
)

// sim is virtual time: what is to happen, in order. Whatever is asked for the same instant happens in the order in
// which it was asked for, so that a run depends on nothing but its scenario and its seed.
type sim struct {
	now  time.Duration
	todo agenda
	log  *trace.Log
	seed uint64
	err  error
	// observe hears of each event, when it is in the log; nil: nobody does.
	observe func(*trace.Event)
}

// Now implements loopback.Clock.
func (s *sim) Now() time.Duration { return s.now }

// At implements loopback.Clock. An instant that is past counts as now.
//
//go:noinline
func (s *sim) At(t time.Duration, f func()) { s.todo.add(max(t, s.now), f) }

// next is when the next thing happens; false when nothing is left.
func (s *sim) next() (time.Duration, bool) { return s.todo.next() }

// step lets the next thing happen; false when nothing is left, or the run has failed.
func (s *sim) step() bool {
	if _, ok := s.next(); !ok || s.err != nil {
		return false
	}
	at, f := s.todo.take()
	s.now = at
	f()
	return s.err == nil
}

// rand is the random stream of that name: adding a stream changes no other.
//
//go:noinline
func (s *sim) rand(name string) *rand.Rand {
	h := uint64(14695981039346656037) // FNV-1a
	for i := range len(name) {
		h = (h ^ uint64(name[i])) * 1099511628211
	}
	return rand.New(rand.NewPCG(s.seed, h))
}
