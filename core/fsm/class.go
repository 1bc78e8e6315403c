package fsm

import "strings"

// Class is a set of statuses: the condition that an edge puts on tk_status. The zero Class holds none.
type Class struct {
	OK     bool   // zero and above
	Others bool   // every error that is not in Errors nor in Except
	Errors Errors // these errors
	Except Errors
}

// Errors is a set of the errors that have names here, a bit each.
type Errors uint64

// The classes that many rows share.
var (
	ok       = Class{OK: true}
	anyError = Class{Others: true}
	anything = Class{OK: true, Others: true}
	stale    = Class{OK: true, Errors: bitOf(eTIMEDOUT)} // of a credential that has to be looked at again
)

// errs is the class of the given errors, which are positive errnos.
//
//go:noinline
func errs(list ...int32) (c Class) {
	for _, e := range list {
		c.Errors |= bitOf(e)
	}
	return c
}

// otherThan is the class of all errors that none of the given classes lists by name.
func otherThan(classes ...Class) Class {
	c := Class{Others: true}
	for _, x := range classes {
		c.Except |= x.Errors
	}
	return c
}

// Holds reports whether status is in the class.
func (c Class) Holds(status int32) bool {
	if status >= 0 {
		return c.OK
	}
	bit := bitOf(-status)
	return c.Errors&bit != 0 || c.Others && c.Except&bit == 0
}

// String says the class in words: "0 or more, EAGAIN, ENOMEM".
func (c Class) String() string {
	var words []string
	if c.OK {
		words = append(words, "0 or more")
	}
	words = append(words, c.Errors.names()...)
	if c.Others {
		s := "any error"
		if c.Except != 0 {
			s += " but " + strings.Join(c.Except.names(), "/")
		}
		words = append(words, s)
	}
	return strings.Join(words, ", ")
}

// names are the errors' names, the smallest number first.
func (e Errors) names() []string {
	var words []string
	for i := range errnos {
		if e&(1<<i) != 0 {
			words = append(words, errnos[i].name)
		}
	}
	return words
}
