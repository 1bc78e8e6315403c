package world

import (
	"math/rand/v2"
	"time"

	"sunscope/core/trace"
)

// sim is virtual time: what is to happen, in order. Whatever is asked for the same instant happens in the order in
// which it was asked for, so that a run depends on nothing but its scenario and its seed.
type sim struct {
	now   time.Duration
	first happening // earlier than all of the heap, if its f is not nil: most of what is asked for happens next
	heap  []happening
	seq   uint64
	log   *trace.Log
	seed  uint64
	err   error
	// observe hears of each event, when it is in the log; nil: nobody does.
	observe func(*trace.Event)
}

type happening struct {
	at  time.Duration
	seq uint64
	f   func()
}

// Now implements loopback.Clock.
func (s *sim) Now() time.Duration { return s.now }

// At implements loopback.Clock. An instant that is past counts as now.
func (s *sim) At(t time.Duration, f func()) {
	s.seq++
	h := happening{max(t, s.now), s.seq, f}
	switch {
	case s.first.f != nil && h.at >= s.first.at:
		s.push(h)
	case s.first.f != nil:
		s.push(s.first)
		s.first = h
	case len(s.heap) > 0 && h.at >= s.heap[0].at:
		s.push(h)
	default:
		s.first = h
	}
}

func (s *sim) push(h happening) {
	s.heap = append(s.heap, h)
	for i := len(s.heap) - 1; i > 0; {
		up := (i - 1) / 2
		if !s.less(i, up) {
			return
		}
		s.heap[i], s.heap[up] = s.heap[up], s.heap[i]
		i = up
	}
}

func (s *sim) less(i, j int) bool {
	a, b := &s.heap[i], &s.heap[j]
	return a.at < b.at || a.at == b.at && a.seq < b.seq
}

func (s *sim) pop() happening {
	if h := s.first; h.f != nil {
		s.first.f = nil
		return h
	}
	top, last := s.heap[0], len(s.heap)-1
	s.heap[0] = s.heap[last]
	s.heap[last] = happening{}
	s.heap = s.heap[:last]
	for i := 0; ; {
		child := 2*i + 1
		if child >= last {
			return top
		}
		if child+1 < last && s.less(child+1, child) {
			child++
		}
		if !s.less(child, i) {
			return top
		}
		s.heap[i], s.heap[child] = s.heap[child], s.heap[i]
		i = child
	}
}

// next is when the next thing happens; false when nothing is left.
func (s *sim) next() (time.Duration, bool) {
	switch {
	case s.first.f != nil:
		return s.first.at, true
	case len(s.heap) > 0:
		return s.heap[0].at, true
	}
	return 0, false
}

// step lets the next thing happen; false when nothing is left, or the run has failed.
func (s *sim) step() bool {
	if _, ok := s.next(); !ok || s.err != nil {
		return false
	}
	h := s.pop()
	s.now = h.at
	h.f()
	return s.err == nil
}

// rand is the random stream of that name: adding a stream changes no other.
func (s *sim) rand(name string) *rand.Rand {
	h := uint64(14695981039346656037) // FNV-1a
	for i := range len(name) {
		h = (h ^ uint64(name[i])) * 1099511628211
	}
	return rand.New(rand.NewPCG(s.seed, h))
}
