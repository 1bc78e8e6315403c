package lessons

import (
	"strconv"
	"strings"

	"github.com/yuin/goldmark/ast"
	extast "github.com/yuin/goldmark/extension/ast"

	"sunscope/core/story"
	"sunscope/lessons/grade"
)

// Lesson is one lesson in one language.
type Lesson struct {
	Slug     string // file name without its ending; the same in every language
	Lang     string // "en", "zh"
	File     string // for messages: "lessons/en/next-slot.md"
	Title    string
	Summary  string // one sentence for the list of lessons; may be empty
	Scenario string
	Seed     uint64
	Order    int

	Blocks    []Block
	Questions []Question // the Predict blocks' questions, in order
	Checks    []Check

	// Source is the whole file; the goldmark nodes' segments are offsets into it.
	Source []byte
	root   ast.Node
	lines  map[string]int // of the front matter, by key
}

// BlockKind says what a block is tied to.
type BlockKind uint8

// Prose stands for itself; an Await block waits for an event; a Predict block asks a question.
const (
	Prose BlockKind = iota
	Await
	Predict
)

// Block is a stretch of a lesson. Its Nodes are goldmark block nodes: for Prose a run of siblings, for the others the
// content between the markers.
type Block struct {
	Kind     BlockKind
	ID       string // of an Await "await-1" and so on, of a Predict its own name; the same in every language
	Line     int    // where it begins in the file, from 1
	When     string // of an Await: the event predicate
	Question *Question
	Nodes    []ast.Node
}

// Question is a prediction as grade knows it, with its place in the file.
type Question struct {
	grade.Question
	Line int
}

// Check is a claim about the run: events that happen one after the other, or one that never happens.
type Check struct {
	Text string
	Line int
	Not  bool // the one predicate must match nowhere
	Then []story.Predicate
}

// parts is 1 for the kinds of nodes whose children are paragraphs too; inline text differs between languages.
var parts = map[ast.NodeKind]int{ast.KindList: 1, ast.KindBlockquote: 1, extast.KindTable: 1}

// Shape lists what must be the same in every language of a lesson: blocks with their events and questions, the kinds of
// paragraphs in each, and checks.
func (l *Lesson) Shape() []string {
	var shape []string
	for _, b := range l.Blocks {
		for _, n := range b.Nodes {
			shape = append(shape, n.Kind().String()+" of "+strconv.Itoa(n.ChildCount()*parts[n.Kind()]))
		}
		switch b.Kind {
		case Await:
			shape = append(shape, "await "+b.When)
		case Predict:
			q := b.Question
			shape = append(shape, "predict "+q.ID+" ask "+q.Ask+" about "+q.About+" choices "+strings.Join(q.Choices, ", "))
		}
	}
	for _, c := range l.Checks {
		shape = append(shape, "check "+c.Text)
	}
	return shape
}
