package lessons

import (
	"bytes"
	"strconv"
	"strings"
)

// Problem is one thing that is wrong with a lesson. It prints as one line: file, line, what was read, what was expected.
type Problem struct {
	File string
	Line int
	What string
}

func (p Problem) Error() string { return p.File + ":" + strconv.Itoa(p.Line) + ": " + p.What }

// Problems are all things that are wrong with a lesson, in the order of their lines.
type Problems []Problem

func (ps Problems) Error() string {
	lines := make([]string, len(ps))
	for i, p := range ps {
		lines[i] = p.Error()
	}
	return strings.Join(lines, "\n")
}

// lineAt is the number, from 1, of the line that holds the byte at offset.
func lineAt(source []byte, offset int) int {
	return 1 + bytes.Count(source[:min(offset, len(source))], []byte("\n"))
}
