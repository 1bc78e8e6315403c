package lessons

import (
	"strings"

	"github.com/yuin/goldmark/ast"

	"sunscope/core/story"
	"sunscope/core/trace"
)

// traceFence marks a code block that quotes the kernel's trace: "```trace". Its lines must occur in the run, one after the
// other; … in a line stands for anything.
const traceFence = "trace"

// elision is what a quoted line leaves out.
const elision = "…"

// verifyQuotes holds the lesson's quoted trace lines against the run.
func (l *Lesson) verifyQuotes(s *story.Story, fault func(int, string)) {
	_ = ast.Walk(l.root, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		code, ok := n.(*ast.FencedCodeBlock)
		if !ok || !entering || string(code.Language(l.Source)) != traceFence {
			return ast.WalkContinue, nil
		}
		at := 0
		for i := range code.Lines().Len() {
			segment := code.Lines().At(i)
			line := strings.TrimSpace(string(segment.Value(l.Source)))
			if line == "" {
				continue
			}
			if at = occursAfter(s.Log(), line, at); at == 0 {
				fault(lineAt(l.Source, segment.Start), "quoted line "+line+": no event of the run prints it, in this order")
				break
			}
		}
		return ast.WalkSkipChildren, nil
	})
}

// occursAfter finds the first event from on that prints the line, and returns the ordinal after it; 0 if none does.
func occursAfter(log *trace.Log, line string, from int) int {
	var e trace.Event
	var text []byte
	for i := from; i < log.Len(); i++ {
		log.At(i, &e)
		text = log.AppendEventText(text[:0], &e)
		if fits(string(text), line) {
			return i + 1
		}
	}
	return 0
}

// fits compares an event's text with a quoted line.
func fits(text, line string) bool {
	parts := strings.Split(line, elision)
	last := len(parts) - 1
	rest, ok := strings.CutPrefix(text, parts[0])
	if !ok {
		return false
	}
	if last == 0 {
		return rest == ""
	}
	for _, part := range parts[1:last] {
		_, after, ok := strings.Cut(rest, part)
		if !ok {
			return false
		}
		rest = after
	}
	return strings.HasSuffix(rest, parts[last])
}
