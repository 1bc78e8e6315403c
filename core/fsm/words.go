package fsm

// Taken finds the edge that s took; nil if the map has none. It is [Check] for those who do not ask why not.
func Taken(s *Step) *Edge {
	if s.From >= StateCount || s.To >= StateCount {
		return nil
	}
	for _, e := range between[s.From][s.To] {
		if e.takes(s) {
			return e
		}
	}
	return nil
}

// Any reports whether the class puts no condition on a status.
func (c Class) Any() bool { return c == anything }

// ErrnoName is the name of a positive errno that the map speaks of: "ETIMEDOUT" of 110.
func ErrnoName(errno int32) (name string, ok bool) { return errnoName(errno) }
