package story

import "sort"

// Cursor goes to instants of a story independently of the story's own At: a search can fold its way through the run while
// the picture stays where it is.
type Cursor struct {
	s     *Story
	cur   fold
	ready bool // cur holds something
}

// Cursor is a new cursor. It sees what Extend adds later.
func (s *Story) Cursor() *Cursor { return &Cursor{s: s} }

// At is what [Story.At] is. The result is valid and unchanged until the cursor's next At.
func (c *Cursor) At(ordinal int) *State { return c.s.seek(&c.cur, &c.ready, ordinal) }

// seek folds cur to an instant: on from where it is, or from the nearest keyframe. ready: it holds something.
func (s *Story) seek(cur *fold, ready *bool, ordinal int) *State {
	ordinal = max(-1, min(ordinal, s.Len()-1))
	k := sort.Search(len(s.keys), func(i int) bool { return s.keys[i].ord > ordinal }) - 1
	if at := cur.st.Instant; !*ready || at > ordinal || at < s.keys[k].ord {
		cur.copyFrom(s.keys[k].fold)
		*ready = true
	}
	for i := cur.st.Instant + 1; i <= ordinal; i++ {
		cur.apply(i)
	}
	return &cur.st
}
