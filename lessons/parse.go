package lessons

import (
	"path"
	"slices"
	"sort"
	"strconv"
	"strings"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"

	"sunscope/core/story"
	"sunscope/lessons/grade"
)

// directives is what may follow a ":::".
var directives = []string{"await", "predict", "check"}

func markdown() goldmark.Markdown {
	return goldmark.New(
		goldmark.WithExtensions(extension.Table),
		goldmark.WithParserOptions(parser.WithBlockParsers(util.Prioritized(directiveParser{}, 90))),
	)
}

// Parse reads a lesson. file is its name with "lang/slug.md" at the end; the error, if any, is Problems.
func Parse(file string, source []byte) (*Lesson, error) {
	l := &Lesson{File: file, Source: source}
	l.Slug = strings.TrimSuffix(path.Base(file), path.Ext(file))
	l.Lang = path.Base(path.Dir(file))
	p := &parsing{Lesson: l}
	body, problems := readFront(l)
	p.problems = problems
	p.tree(body)
	p.blocks()
	if len(p.problems) == 0 {
		return l, nil
	}
	sort.SliceStable(p.problems, func(i, j int) bool { return p.problems[i].Line < p.problems[j].Line })
	return nil, p.problems
}

type parsing struct {
	*Lesson
	problems Problems
	awaits   int
}

func (p *parsing) fault(line int, what string) {
	p.problems = append(p.problems, Problem{p.File, line, what})
}

// tree runs goldmark over everything after the front matter, with positions that count from the file's beginning.
func (p *parsing) tree(body int) {
	r := text.NewReader(blankedFront(p.Source, body))
	pc := parser.NewContext()
	p.root = markdown().Parser().Parse(r, parser.WithContext(pc))
	list, _ := pc.Get(problemsKey).([]misplaced)
	for _, m := range list {
		p.fault(m.line, m.what)
	}
}

// blankedFront is the file with its front matter turned into spaces, so that goldmark skips it and offsets stay.
func blankedFront(source []byte, body int) []byte {
	blank := slices.Clone(source)
	for i := range blank[:body] {
		if blank[i] != '\n' {
			blank[i] = ' '
		}
	}
	return blank
}

// blocks turns the top of goldmark's tree into the lesson's blocks.
func (p *parsing) blocks() {
	for n := p.root.FirstChild(); n != nil; n = n.NextSibling() {
		d, ok := n.(*directive)
		if !ok {
			p.prose(n)
			continue
		}
		switch d.name {
		case "await":
			p.await(d)
		case "predict":
			p.predict(d)
		case "check":
			p.check(d)
		default:
			p.fault(d.line, "unknown directive "+fence+" "+d.name+": expected one of "+strings.Join(directives, ", "))
		}
	}
}

func (p *parsing) prose(n ast.Node) {
	if last := len(p.Blocks) - 1; last >= 0 && p.Blocks[last].Kind == Prose && adjoining(n) {
		p.Blocks[last].Nodes = append(p.Blocks[last].Nodes, n)
		return
	}
	p.Blocks = append(p.Blocks, Block{Kind: Prose, Line: lineAt(p.Source, n.Pos()), Nodes: []ast.Node{n}})
}

// adjoining reports whether nothing but prose and unseen checks stands between n and the prose before it.
func adjoining(n ast.Node) bool {
	prev := n.PreviousSibling()
	for prev != nil {
		d, ok := prev.(*directive)
		if !ok {
			return true
		}
		if d.name != "check" {
			return false
		}
		prev = prev.PreviousSibling()
	}
	return false
}

func (p *parsing) await(d *directive) {
	p.awaits++
	d.id = "await-" + strconv.Itoa(p.awaits)
	p.predicate(d.line, "await", d.arg)
	if d.ChildCount() == 0 {
		p.fault(d.line, "await "+d.arg+" is empty: expected the passage that waits for the event")
	}
	p.Blocks = append(p.Blocks, Block{Kind: Await, ID: d.id, Line: d.line, When: d.arg, Nodes: children(d)})
}

func (p *parsing) predict(d *directive) {
	if !plainName(d.arg) {
		p.fault(d.line, "predict "+strconv.Quote(d.arg)+": expected a name of small letters, digits and hyphens, such as next-up")
	}
	for _, q := range p.Questions {
		if q.ID == d.arg {
			p.fault(d.line, "predict "+d.arg+" stands twice, first in line "+strconv.Itoa(q.Line))
		}
	}
	before := len(p.problems)
	ask, askLine := d.field("ask", p.fault)
	about, aboutLine := d.field("about", p.fault)
	choices, choicesLine := d.field("choices", p.fault)
	for _, f := range d.fields {
		if !slices.Contains([]string{"ask", "about", "choices"}, f.key) {
			p.fault(f.line, "predict "+d.arg+": unknown line "+strconv.Quote(f.key)+": expected ask, about or choices, and an empty line before the question")
		}
	}
	if d.ChildCount() == 0 {
		p.fault(d.line, "predict "+d.arg+" has no question: expected Markdown after the lines ask, about and choices")
	}
	if len(p.problems) > before {
		return
	}
	p.predicate(askLine, "ask", ask)
	p.predicate(aboutLine, "about", about)
	if len(p.problems) > before {
		return
	}
	q, err := grade.New(d.arg, ask, about, choices)
	if err != nil {
		p.fault(choicesLine, err.Error())
		return
	}
	d.id = d.arg
	p.Questions = append(p.Questions, Question{q, d.line})
	p.Blocks = append(p.Blocks, Block{Kind: Predict, ID: d.id, Line: d.line, Question: &Question{q, d.line}, Nodes: children(d)})
}

// check reads "PREDICATE then PREDICATE …" or "not PREDICATE".
func (p *parsing) check(d *directive) {
	c := Check{Text: d.arg, Line: d.line}
	rest := d.arg
	if after, ok := strings.CutPrefix(rest, "not "); ok {
		c.Not, rest = true, after
	}
	steps := strings.Split(rest, " then ")
	if c.Not && len(steps) > 1 {
		p.fault(d.line, "check "+d.arg+": expected one event after not")
	}
	for _, step := range steps {
		if pred, ok := p.predicate(d.line, "check", strings.TrimSpace(step)); ok {
			c.Then = append(c.Then, pred)
		}
	}
	p.Checks = append(p.Checks, c)
}

func (p *parsing) predicate(line int, what, text string) (story.Predicate, bool) {
	if text == "" {
		p.fault(line, what+": expected an event, such as rpc_task_sleep queue=xprt_backlog")
		return story.Predicate{}, false
	}
	pred, err := story.ParsePredicate(text)
	if err != nil {
		p.fault(line, what+": "+err.Error())
		return pred, false
	}
	return pred, true
}

func children(n ast.Node) []ast.Node {
	var list []ast.Node
	for c := n.FirstChild(); c != nil; c = c.NextSibling() {
		list = append(list, c)
	}
	return list
}

func plainName(s string) bool {
	for _, r := range s {
		if (r < 'a' || r > 'z') && (r < '0' || r > '9') && r != '-' {
			return false
		}
	}
	return s != ""
}
