package stage

import "sunscope/core/story"

// hunt holds several conditions against events in their order. A condition that speaks of events is hit by each event that
// it is true of; one that speaks of the state alone is hit where it becomes true.
type hunt struct {
	on   []*matcher
	was  []bool        // by condition: it was true after the event before; only of those that speak of the state alone
	cur  *story.Cursor // nil if no condition speaks of the state
	last int           // the event that was looked at last
}

// How many events one frame looks at, at most: with a look at the events alone, and with the state after each.
const (
	eventsAFrame = 1 << 14
	statesAFrame = 1 << 12
)

func newHunt(s *story.Story, conditions ...*Condition) *hunt {
	h := &hunt{was: make([]bool, len(conditions))}
	for _, c := range conditions {
		h.on = append(h.on, newMatcher(c, s))
		if len(c.levels) > 0 && h.cur == nil {
			h.cur = s.Cursor()
		}
	}
	return h
}

// budget is how many events one frame may look at.
func (h *hunt) budget() int {
	if h.cur != nil {
		return max(1, statesAFrame/(1+len(h.cur.At(h.last).Tasks)/32)) // each look counts tasks, and so does folding
	}
	return eventsAFrame
}

// start places the hunt after an event: the next that it looks at is the one after it.
func (h *hunt) start(instant int) {
	h.last = instant
	if h.cur == nil {
		return
	}
	st := h.cur.At(instant)
	for i, m := range h.on {
		h.was[i] = len(m.pulses) == 0 && m.state(st)
	}
}

// step looks at the next event, and says which condition it hits; -1 none. It does not stop at the end of the story: the
// caller counts.
func (h *hunt) step() (which int) {
	h.last++
	which = -1
	for i, m := range h.on {
		hit := m.event(h.last)
		if len(m.levels) > 0 && (hit || len(m.pulses) == 0) {
			now := m.state(h.cur.At(h.last))
			hit = now && !h.was[i]
			if len(m.pulses) == 0 {
				h.was[i] = now
			}
		}
		if hit && which < 0 {
			which = i
		}
	}
	return which
}

// first is the first hit among the events after from, up to and with to; -1 without.
func (h *hunt) first(from, to int) (instant, which int) {
	if h.last != from {
		h.start(from)
	}
	for h.last < to {
		if w := h.step(); w >= 0 {
			return h.last, w
		}
	}
	return -1, -1
}

// final is the last hit among them.
func (h *hunt) final(from, to int) (instant, which int) {
	instant, which = -1, -1
	h.start(from)
	for h.last < to {
		if w := h.step(); w >= 0 {
			instant, which = h.last, w
		}
	}
	return instant, which
}
