package fsm

import (
	"slices"
	"strings"
)

// Class is a set of statuses: the condition that an edge puts on tk_status. The zero Class holds none.
type Class struct {
	OK     bool    // zero and above
	Errors []int32 // these errors, given as positive errno
	Others bool    // every error that is not in Errors nor in Except
	Except []int32
}

// The classes that many rows share.
var (
	ok       = Class{OK: true}
	anyError = Class{Others: true}
	anything = Class{OK: true, Others: true}
)

// errs is the class of the given errors.
func errs(list ...int32) Class { return Class{Errors: list} }

// otherThan is the class of all errors that none of the given classes lists by name.
func otherThan(classes ...Class) Class {
	c := Class{Others: true}
	for _, x := range classes {
		c.Except = append(c.Except, x.Errors...)
	}
	return c
}

// Holds reports whether status is in the class.
func (c Class) Holds(status int32) bool {
	if status >= 0 {
		return c.OK
	}
	return slices.Contains(c.Errors, -status) || c.Others && !slices.Contains(c.Except, -status)
}

// String says the class in words: "0 or more, EAGAIN, ENOMEM".
func (c Class) String() string {
	var words []string
	if c.OK {
		words = append(words, "0 or more")
	}
	for _, e := range c.Errors {
		words = append(words, errnoNames[e])
	}
	if c.Others {
		s := "any error"
		for i, e := range c.Except {
			if i == 0 {
				s = "any error but "
			} else {
				s += "/"
			}
			s += errnoNames[e]
		}
		words = append(words, s)
	}
	return strings.Join(words, ", ")
}
