package lessons

import (
	"bytes"
	"strconv"
	"strings"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
)

const fence = ":::"

// kindDirective is the goldmark kind of a ::: block.
var kindDirective = ast.NewNodeKind("SunscopeDirective")

// directive is a ::: block in goldmark's tree: a container whose children are ordinary Markdown.
type directive struct {
	ast.BaseBlock
	name   string // await, predict, check
	arg    string // what follows the name on its line
	line   int
	fields []field // of a predict: its "key: value" lines
	inHead bool    // still reading those
	closed bool
	id     string // of the block, once known
}

type field struct {
	key, value string
	line       int
}

func (d *directive) Kind() ast.NodeKind { return kindDirective }

func (d *directive) Dump(source []byte, level int) {
	ast.DumpHelper(d, source, level, map[string]string{"name": d.name, "arg": d.arg}, nil)
}

// problemsKey is where the directive parser leaves what it finds wrong.
var problemsKey = parser.NewContextKey()

type misplaced struct {
	line int
	what string
}

func complain(pc parser.Context, line int, what string) {
	list, _ := pc.Get(problemsKey).([]misplaced)
	pc.Set(problemsKey, append(list, misplaced{line, what}))
}

// directiveParser finds ::: blocks. They stand at the beginning of a line of the lesson itself, not in lists,
// quotations or each other.
type directiveParser struct{}

func (directiveParser) Trigger() []byte { return []byte{':'} }

func (directiveParser) Open(parent ast.Node, reader text.Reader, pc parser.Context) (ast.Node, parser.State) {
	raw, segment := reader.PeekLine()
	head, ok := bytes.CutPrefix(bytes.TrimSpace(raw), []byte(fence))
	if !ok {
		return nil, parser.NoChildren
	}
	line := lineAt(reader.Source(), segment.Start)
	name, arg, _ := strings.Cut(strings.TrimSpace(string(head)), " ")
	switch {
	case name == "":
		complain(pc, line, fence+" closes nothing: no block is open here")
		return nil, parser.NoChildren
	case parent.Kind() == kindDirective:
		complain(pc, line, fence+" "+name+" stands inside another block: close that one first, with a line "+fence)
		return nil, parser.NoChildren
	case parent.Kind() != ast.KindDocument:
		complain(pc, line, fence+" "+name+" stands inside a list or a quotation: expected at the beginning of a line of its own")
		return nil, parser.NoChildren
	}
	reader.AdvanceToEOL()
	return &directive{name: name, arg: strings.TrimSpace(arg), line: line, inHead: name == "predict"}, parser.NoChildren
}

func (directiveParser) Continue(node ast.Node, reader text.Reader, pc parser.Context) parser.State {
	d := node.(*directive)
	raw, segment := reader.PeekLine()
	content := strings.TrimSpace(string(raw))
	if content == fence && !inCode(pc) {
		d.closed = true
		reader.AdvanceToEOL()
		return parser.Close
	}
	if d.inHead {
		if d.readField(content, lineAt(reader.Source(), segment.Start)) {
			reader.AdvanceToEOL()
			return parser.Continue | parser.NoChildren
		}
		d.inHead = false
	}
	return parser.Continue | parser.HasChildren
}

// readField takes a "key: value" line at the head of a block; the first other line ends the head.
func (d *directive) readField(content string, line int) bool {
	key, value, ok := strings.Cut(content, ":")
	if !ok || key == "" || strings.ContainsAny(key, " \t`*_[") || strings.HasPrefix(content, fence) {
		return false
	}
	d.fields = append(d.fields, field{key, strings.TrimSpace(value), line})
	return true
}

// inCode reports whether a code block is open, in which ::: is only text.
func inCode(pc parser.Context) bool {
	_, ok := pc.LastOpenedBlock().Node.(*ast.FencedCodeBlock)
	return ok
}

func (directiveParser) Close(node ast.Node, _ text.Reader, pc parser.Context) {
	d := node.(*directive)
	if !d.closed {
		complain(pc, d.line, fence+" "+d.name+" is not closed: expected a line "+fence+" after it")
	}
}

func (directiveParser) CanInterruptParagraph() bool { return true }
func (directiveParser) CanAcceptIndentedLine() bool { return false }

// field finds a head line by its key; problems go to fault.
func (d *directive) field(key string, fault func(line int, what string)) (value string, line int) {
	for _, f := range d.fields {
		if f.key == key {
			if f.value == "" {
				fault(f.line, "predict "+d.arg+": "+key+" is empty")
			}
			return f.value, f.line
		}
	}
	fault(d.line, "predict "+d.arg+" lacks a line "+strconv.Quote(key+": …")+": it needs ask, about and choices, then the question")
	return "", d.line
}
