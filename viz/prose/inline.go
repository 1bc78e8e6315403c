package prose

import (
	"strings"
	"unicode/utf8"

	"github.com/rivo/uniseg"
	"github.com/yuin/goldmark/ast"

	"sunscope/viz/scene"
	"sunscope/viz/scene/face"
)

// run is a stretch of a paragraph in one style.
type run struct {
	text  string
	font  scene.Font // Sans or SansBold; a code span has its own
	code  bool
	under bool // emphasis
	link  bool
}

// inline collects the runs below a block node.
func (f *flow) inline(n ast.Node, style run) []run {
	var runs []run
	for c := n.FirstChild(); c != nil; c = c.NextSibling() {
		runs = append(runs, f.inlineNode(c, style)...)
	}
	return runs
}

func (f *flow) inlineNode(n ast.Node, style run) []run {
	source := f.lesson.Source
	with := func(text string) []run { style.text = text; return []run{style} }
	switch n := n.(type) {
	case *ast.Text:
		text := string(n.Segment.Value(source))
		switch {
		case n.HardLineBreak():
			text += "\n"
		case n.SoftLineBreak() && !endsWide(text):
			text += " "
		}
		return with(text)
	case *ast.String:
		return with(string(n.Value))
	case *ast.CodeSpan:
		style.code = true
	case *ast.Emphasis:
		if n.Level == 1 {
			style.under = true
		} else {
			style.font = scene.SansBold
		}
	case *ast.Link:
		style.link = true
	case *ast.AutoLink:
		style.link = true
		return with(string(n.Label(source)))
	case *ast.RawHTML:
		return nil
	}
	return f.inline(n, style)
}

// endsWide reports whether a line break after text is no space: Chinese has none between its words.
func endsWide(text string) bool {
	r, _ := utf8.DecodeLastRuneInString(text)
	return r >= 0x2E80
}

// para is a paragraph ready to be broken into lines.
type para struct {
	text string
	runs []run
	ends []int // where in text each run ends
	size float32
}

// line is a stretch of a paragraph's text.
type line struct{ from, to int }

func newPara(runs []run, size float32) *para {
	p := &para{runs: runs, size: size}
	var b strings.Builder
	for i := range runs {
		b.WriteString(runs[i].text)
		p.ends = append(p.ends, b.Len())
	}
	p.text = b.String()
	return p
}

func (p *para) style(i int) (scene.Font, float32) {
	r := &p.runs[i]
	switch {
	case r.code && r.font == scene.SansBold:
		return scene.MonoBold, max(11, p.size*sizeCode/sizeBody)
	case r.code:
		return scene.Mono, max(11, p.size*sizeCode/sizeBody)
	}
	return r.font, p.size
}

// pieces calls do for each run's part of a stretch. before and after are the space that a code span needs there.
func (p *para) pieces(l line, do func(i int, text string, before, after float32)) {
	start := 0
	for i, end := range p.ends {
		from, to := max(start, l.from), min(end, l.to)
		if from < to {
			var before, after float32
			if p.runs[i].code {
				if from == start {
					before = codePad
				}
				if to == end {
					after = codePad
				}
			}
			do(i, p.text[from:to], before, after)
		}
		start = end
	}
}

func (p *para) width(l line) (w float32) {
	p.pieces(l, func(i int, text string, before, after float32) {
		font, size := p.style(i)
		w += before + face.Advance(font, size, text) + after
	})
	return w
}

// breakLines breaks the paragraph where UAX #14 allows it, or anywhere where a word is longer than a line.
func (p *para) breakLines(width float32) []line {
	width = max(width, 1)
	var lines []line
	rest, state := p.text, -1
	now := line{}
	for at := 0; len(rest) > 0; {
		var segment string
		segment, rest, _, state = uniseg.FirstLineSegmentInString(rest, state)
		at += len(segment)
		if p.width(line{now.from, p.trimmed(now.from, at)}) > width {
			if now.to > now.from {
				lines = append(lines, now)
				now = line{now.to, now.to}
			}
			for p.width(line{now.from, p.trimmed(now.from, at)}) > width {
				cut := p.fit(now.from, at, width)
				lines = append(lines, line{now.from, cut})
				now.from = cut
			}
		}
		now.to = at
		if strings.HasSuffix(segment, "\n") {
			lines = append(lines, now)
			now = line{at, at}
		}
	}
	if now.to > now.from {
		lines = append(lines, now)
	}
	for i := range lines {
		lines[i].to = p.trimmed(lines[i].from, lines[i].to)
	}
	return lines
}

// longestWord is the width of the widest stretch that UAX #14 does not break.
func (p *para) longestWord() (w float32) {
	rest, state := p.text, -1
	for at := 0; len(rest) > 0; {
		var segment string
		segment, rest, _, state = uniseg.FirstLineSegmentInString(rest, state)
		w = max(w, p.width(line{at, p.trimmed(at, at+len(segment))}))
		at += len(segment)
	}
	return w
}

// trimmed is where a stretch ends without the white space at its end.
func (p *para) trimmed(from, to int) int {
	return from + len(strings.TrimRight(p.text[from:to], " \n"))
}

// fit is where a stretch must be cut to be no wider than width; at least one rune stays.
func (p *para) fit(from, to int, width float32) int {
	_, n := utf8.DecodeRuneInString(p.text[from:to])
	cut := from + n
	for cut < to {
		_, n := utf8.DecodeRuneInString(p.text[cut:to])
		if p.width(line{from, cut + n}) > width {
			break
		}
		cut += n
	}
	return cut
}

// runs sets a paragraph at the current place.
func (f *flow) runs(runs []run, size, leading float32) {
	p := newPara(runs, size)
	height := size * leading
	for _, l := range p.breakLines(f.w) {
		f.setLine(p, l, f.x, f.y+height*0.5+size*0.36)
		f.y += height
	}
}

// setLine sets one line with its baseline at y.
func (f *flow) setLine(p *para, l line, x, y float32) {
	if f.veiled {
		f.veil(x, y, p.width(l), p.size)
		return
	}
	p.pieces(l, func(i int, text string, before, after float32) {
		font, size := p.style(i)
		r := &p.runs[i]
		w := face.Advance(font, size, text)
		if r.code {
			f.add(scene.Item{Op: scene.OpRect, X: x, Y: y - size*1.02, W: before + w + after, H: size * 1.42, R: 3, Fill: scene.Inset})
		}
		color := scene.Ink
		if r.link {
			color = scene.CallText
		}
		color, alpha := f.ink(color)
		if r.under || r.link {
			f.add(scene.Item{Op: scene.OpLine, Stroke: color, Alpha: alpha, Width: 1, Pts: []scene.Point{{X: x, Y: y + 3}, {X: x + w, Y: y + 3}}})
		}
		f.add(scene.Item{Op: scene.OpText, X: x + before, Y: y, Text: text, Font: font, Size: size, Fill: color, Alpha: alpha})
		x += before + w + after
	})
}

// Wrap breaks a text in one style into lines no wider than width, by the rules of the lesson's text.
func Wrap(font scene.Font, size float32, text string, width float32) []string {
	p := newPara([]run{{text: text, font: font}}, size)
	var lines []string
	for _, l := range p.breakLines(width) {
		lines = append(lines, p.text[l.from:l.to])
	}
	return lines
}
