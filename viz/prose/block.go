package prose

import (
	"strconv"
	"strings"

	"github.com/yuin/goldmark/ast"
	extast "github.com/yuin/goldmark/extension/ast"

	"sunscope/viz/scene"
	"sunscope/viz/scene/face"
)

func (f *flow) blocks(nodes []ast.Node) {
	for _, n := range nodes {
		f.block(n)
	}
}

func (f *flow) children(n ast.Node) {
	for c := n.FirstChild(); c != nil; c = c.NextSibling() {
		f.block(c)
	}
}

// block sets one block of Markdown.
func (f *flow) block(n ast.Node) {
	switch n := n.(type) {
	case *ast.Heading:
		f.heading(n)
	case *ast.Paragraph:
		f.space(paragraph)
		f.runs(f.inline(n, run{}), sizeBody, f.leading)
	case *ast.TextBlock: // an item of a list without blank lines
		f.space(4)
		f.runs(f.inline(n, run{}), sizeBody, f.leading)
	case *ast.List:
		f.list(n)
	case *ast.Blockquote:
		f.quote(n)
	case *ast.FencedCodeBlock:
		f.code(n)
	case *ast.CodeBlock:
		f.code(n)
	case *ast.ThematicBreak:
		f.atLeast(16)
		f.space(16)
		f.add(scene.Item{Op: scene.OpLine, Stroke: scene.PanelEdge, Width: 1, Pts: []scene.Point{{X: f.x, Y: f.y}, {X: f.x + f.w, Y: f.y}}})
	case *ast.HTMLBlock: // left out, as on the page
	case *extast.Table:
		f.table(n)
	default:
		f.children(n)
	}
}

func (f *flow) heading(n *ast.Heading) {
	size := float32(sizeSub)
	if n.Level <= 2 {
		size = sizeHead
		if !f.fresh {
			f.atLeast(18)
		}
	}
	beside := float32(0)
	if f.fresh {
		beside = f.beside
	}
	f.space(8)
	f.w -= beside
	f.runs(f.inline(n, run{font: scene.SansBold}), size, 1.3)
	f.w += beside
}

func (f *flow) list(n *ast.List) {
	number := n.Start
	for c := n.FirstChild(); c != nil; c = c.NextSibling() {
		f.atLeast(4)
		f.space(0)
		color, alpha := f.ink(scene.InkDim)
		middle := f.y + sizeBody*f.leading*0.5
		if n.IsOrdered() {
			f.number(number, middle+sizeBody*0.36)
			number++
		} else {
			f.add(scene.Item{Op: scene.OpRect, X: f.x + 5, Y: middle - 2, W: 5, H: 5, R: 2.5, Fill: color, Alpha: alpha})
		}
		f.indent(listIndent, func() { f.children(c) })
		if !n.IsTight {
			f.atLeast(8)
		}
	}
	f.atLeast(paragraph)
}

// number stands before an item of an ordered list.
func (f *flow) number(n int, y float32) {
	if f.veiled {
		return
	}
	color, alpha := f.ink(scene.InkDim)
	f.add(scene.Item{Op: scene.OpText, X: f.x + listIndent - 6, Y: y, Text: strconv.Itoa(n) + ".",
		Align: scene.Right, Size: sizeBody, Fill: color, Alpha: alpha})
}

func (f *flow) quote(n *ast.Blockquote) {
	f.space(0)
	top := f.y
	f.indent(16, func() { f.children(n) })
	color, alpha := f.ink(scene.InsetEdge)
	f.add(scene.Item{Op: scene.OpRect, X: f.x, Y: top, W: 3, H: f.y - top, R: 1.5, Fill: color, Alpha: alpha})
	f.atLeast(paragraph)
}

// code sets a code block. Its lines are too long for a column as a rule: they go on, further in.
func (f *flow) code(n ast.Node) {
	f.space(paragraph)
	const pad, height = 10, sizeBlock * 1.5
	at := len(f.items)
	f.add(scene.Item{})
	top := f.y
	f.y += pad
	for i := range n.Lines().Len() {
		segment := n.Lines().At(i)
		text := strings.ReplaceAll(strings.TrimRight(string(segment.Value(f.lesson.Source)), "\n"), "\t", "    ")
		p := newPara([]run{{text: text, font: scene.Mono}}, sizeBlock)
		in := float32(0)
		for first := true; first || p.text != ""; first = false {
			lines := p.breakLines(f.w - 2*pad - in)
			if len(lines) == 0 {
				f.y += height
				break
			}
			f.codeLine(f.x+pad+in, f.y+height*0.72, p.text[:lines[0].to])
			f.y += height
			in = 2 * face.Advance(scene.Mono, sizeBlock, " ")
			p = newPara([]run{{text: strings.TrimLeft(p.text[lines[0].to:], " "), font: scene.Mono}}, sizeBlock)
		}
	}
	f.y += pad
	f.items[at] = scene.Item{Op: scene.OpRect, X: f.x, Y: top, W: f.w, H: f.y - top, R: 6, Fill: scene.Inset, Alpha: 255}
}

func (f *flow) codeLine(x, y float32, text string) {
	if f.veiled {
		f.veil(x, y, face.Advance(scene.Mono, sizeBlock, text), sizeBlock)
		return
	}
	color, alpha := f.ink(scene.InkDim)
	f.add(scene.Item{Op: scene.OpText, X: x, Y: y, Text: text, Font: scene.Mono, Size: sizeBlock, Fill: color, Alpha: alpha})
}
