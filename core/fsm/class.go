package fsm

import "strings"

// Class is a set of statuses: the condition that an edge puts on tk_status. The zero Class holds none. It has a bit for
// each error that has a name here (errno.go), one for all other errors, and one for the statuses that are no error.
type Class uint64

// The classes that many rows share.
const (
	ok       Class = 1 << iota // zero and above
	unnamed                    // the errors without names
	anything Class = 1<<(firstErrno+len(errnos)) - 1
	anyError       = anything &^ ok
)

// firstErrno is the bit of errnos[0].
const firstErrno = 2

// classes finds the class of an error below its length.
var classes = func() (t [140]Class) {
	for i := range t {
		t[i] = unnamed
	}
	for i, e := range errnos {
		if int(e.number) < len(t) {
			t[e.number] = 1 << (firstErrno + i)
		}
	}
	return t
}()

// classOf is the smallest class with the status.
func classOf(status int32) Class {
	switch {
	case status >= 0:
		return ok
	case int(-status) < len(classes):
		return classes[-status]
	case status == statusRestartSys:
		return eRESTARTSYS
	}
	return unnamed
}

// Holds reports whether status is in the class.
func (c Class) Holds(status int32) bool { return c&classOf(status) != 0 }

// String says the class in words: "0 or more, EAGAIN, ENOMEM".
func (c Class) String() string {
	var words []string
	if c&ok != 0 {
		words = append(words, "0 or more")
	}
	switch {
	case c&anyError == anyError:
		words = append(words, "any error")
	case c&unnamed != 0:
		words = append(words, "any error but "+(anyError&^c).names("/"))
	case c&anyError != 0:
		words = append(words, c.names(", "))
	}
	return strings.Join(words, ", ")
}

// names are the errors' names, the smallest number first.
func (c Class) names(between string) string {
	var words []string
	for i := range errnos {
		if c>>(firstErrno+i)&1 != 0 {
			words = append(words, errnos[i].name)
		}
	}
	return strings.Join(words, between)
}
