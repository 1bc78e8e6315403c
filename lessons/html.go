package lessons

import (
	"bytes"
	"html"
	"strings"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/renderer"
	gmhtml "github.com/yuin/goldmark/renderer/html"
	"github.com/yuin/goldmark/util"
)

// Words are what the page says in a lesson besides the lesson itself, in the lesson's language.
type Words struct {
	Predict string // heading of a question
	Answer  string // button
	Skip    string // button
}

// HTML is the lesson's text for a page. A passage that waits is
//
//	<section class="await" id="await-1" data-await="PREDICATE">
//
// and a question a form with a fieldset of radio buttons, whose moments and choices are data attributes; the page's script
// brings both to life. Without the script all text is there to read.
func (l *Lesson) HTML(w Words) []byte {
	r := renderer.NewRenderer(renderer.WithNodeRenderers(
		util.Prioritized(gmhtml.NewRenderer(), 1000),
		util.Prioritized(extension.NewTableHTMLRenderer(), 500),
		util.Prioritized(&directiveHTML{l, w}, 100),
	))
	var b bytes.Buffer
	if err := r.Render(&b, l.Source, l.root); err != nil {
		panic("lessons: writing to memory failed: " + err.Error()) // a bytes.Buffer does not fail
	}
	return b.Bytes()
}

type directiveHTML struct {
	lesson *Lesson
	words  Words
}

func (h *directiveHTML) RegisterFuncs(reg renderer.NodeRendererFuncRegisterer) {
	reg.Register(kindDirective, h.render)
	reg.Register(ast.KindRawHTML, drop)
	reg.Register(ast.KindHTMLBlock, drop)
}

// drop leaves raw HTML out without a trace; goldmark by itself would leave a comment.
func drop(util.BufWriter, []byte, ast.Node, bool) (ast.WalkStatus, error) {
	return ast.WalkSkipChildren, nil
}

func (h *directiveHTML) render(w util.BufWriter, _ []byte, n ast.Node, entering bool) (ast.WalkStatus, error) {
	d := n.(*directive)
	switch d.name {
	case "await":
		h.await(w, d, entering)
	case "predict":
		h.predict(w, d, entering)
	default:
		return ast.WalkSkipChildren, nil
	}
	return ast.WalkContinue, nil
}

func (h *directiveHTML) await(w util.BufWriter, d *directive, entering bool) {
	if !entering {
		w.WriteString("</div>\n</section>\n")
		return
	}
	w.WriteString(`<section class="await"` + attr("id", d.id) + attr("data-await", d.arg) + ">\n<div class=\"passage\">\n")
}

func (h *directiveHTML) predict(w util.BufWriter, d *directive, entering bool) {
	q := h.lesson.question(d.id)
	if q == nil {
		return
	}
	if entering {
		w.WriteString(`<form class="predict"` + attr("id", "predict-"+q.ID) + attr("data-predict", q.ID) +
			attr("data-ask", q.Ask) + attr("data-about", q.About) + attr("data-choices", strings.Join(q.Choices, ",")) + ">\n" +
			"<fieldset>\n<legend>" + html.EscapeString(h.words.Predict) + "</legend>\n<div class=\"question\"" + attr("id", "question-"+q.ID) + ">\n")
		return
	}
	w.WriteString("</div>\n<div class=\"choices\" role=\"radiogroup\"" + attr("aria-labelledby", "question-"+q.ID) + ">\n")
	for _, c := range q.Choices {
		w.WriteString(`<label><input type="radio" required` + attr("name", q.ID) + attr("value", c) + "><span>" + html.EscapeString(c) + "</span></label>\n")
	}
	w.WriteString("</div>\n<div class=\"answer\"><button type=\"submit\" class=\"strong\">" + html.EscapeString(h.words.Answer) +
		"</button> <button type=\"button\" class=\"skip\">" + html.EscapeString(h.words.Skip) +
		"</button></div>\n</fieldset>\n<div class=\"verdict\" role=\"status\"></div>\n</form>\n")
}

func (l *Lesson) question(id string) *Question {
	for i := range l.Questions {
		if l.Questions[i].ID == id {
			return &l.Questions[i]
		}
	}
	return nil
}

func attr(name, value string) string { return " " + name + `="` + html.EscapeString(value) + `"` }
