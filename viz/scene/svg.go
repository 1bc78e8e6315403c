package scene

import (
	"math"
	"strconv"
	"strings"

	"sunscope/viz/scene/face"
)

// svgFonts are the families that set text in an SVG: the project's own where the page offers them (see face.Files), or
// else what comes nearest.
var svgFonts = [...]string{
	face.Sans:     `"Sunscope Sans","Sunscope CJK","Source Sans 3","Noto Sans CJK SC",sans-serif`,
	face.SansBold: `"Sunscope Sans","Sunscope CJK","Source Sans 3","Noto Sans CJK SC",sans-serif`,
	face.Mono:     `"Sunscope Mono","Sunscope CJK","Source Code Pro","Noto Sans CJK SC",monospace`,
	face.MonoBold: `"Sunscope Mono","Sunscope CJK","Source Code Pro","Noto Sans CJK SC",monospace`,
}

// AppendSVG adds the picture as an SVG document. Each text carries its measured length, so that it takes the same room
// with whatever font a viewer has.
func AppendSVG(dst []byte, l *List, theme Theme) []byte {
	w := svg{dst, &theme}
	w.s(`<svg xmlns="http://www.w3.org/2000/svg" width="`).f(l.W).s(`" height="`).f(l.H)
	w.s(`" viewBox="0 0 `).f(l.W).s(" ").f(l.H).s(`" style="font-kerning:none;font-variant-ligatures:none;white-space:pre">`)
	for i := range l.Back {
		w.item(&l.Back[i])
	}
	for i := range l.Front {
		w.item(&l.Front[i])
	}
	w.s("</svg>\n")
	return w.b
}

type svg struct {
	b     []byte
	theme *Theme
}

func (w *svg) s(text string) *svg { w.b = append(w.b, text...); return w }

// f adds a number with at most two digits behind the point.
func (w *svg) f(v float32) *svg {
	w.b = strconv.AppendFloat(w.b, math.Round(float64(v)*100)/100, 'f', -1, 64)
	return w
}

func (w *svg) attr(name string, v float32) *svg { return w.s(" ").s(name).s(`="`).f(v).s(`"`) }

// paint adds a colour attribute.
func (w *svg) paint(name string, c Color) *svg {
	w.s(" ").s(name).s(`="`)
	if c == NoColor {
		return w.s(`none"`)
	}
	v := w.theme[c]
	w.s("#")
	for _, by := range [...]uint8{v.R, v.G, v.B} {
		w.b = append(w.b, "0123456789abcdef"[by>>4], "0123456789abcdef"[by&15])
	}
	return w.s(`"`)
}

func (w *svg) stroke(it *Item) *svg {
	if it.Stroke == NoColor || it.Width == 0 {
		return w
	}
	w.paint("stroke", it.Stroke).attr("stroke-width", it.Width)
	if it.Dash > 0 {
		w.s(` stroke-dasharray="`).f(it.Dash).s(`"`)
	}
	return w
}

func (w *svg) end(it *Item) {
	if it.Alpha < 255 {
		w.attr("opacity", float32(it.Alpha)/255)
	}
	w.s("/>")
}

func (w *svg) item(it *Item) {
	switch it.Op {
	case OpRect:
		w.rect(it)
	case OpLine:
		w.s(`<polyline fill="none" stroke-linejoin="round" points="`).path(it.Pts).s(`"`)
		w.stroke(it).end(it)
	case OpTri:
		w.s(`<polygon points="`).path(it.Pts).s(`"`).paint("fill", it.Fill).end(it)
	case OpArc:
		w.arc(it)
	case OpText:
		w.text(it)
	}
}

// rect draws the stroke inside the edge, as the painter does.
func (w *svg) rect(it *Item) {
	d := float32(0)
	if it.Stroke != NoColor {
		d = it.Width / 2
	}
	w.s("<rect").attr("x", it.X+d).attr("y", it.Y+d).attr("width", max(0, it.W-2*d)).attr("height", max(0, it.H-2*d))
	if it.R > 0 {
		w.attr("rx", max(0, it.R-d))
	}
	w.paint("fill", it.Fill).stroke(it).end(it)
}

func (w *svg) path(pts []Point) *svg {
	for i, p := range pts {
		if i > 0 {
			w.s(" ")
		}
		w.f(p.X).s(",").f(p.Y)
	}
	return w
}

func (w *svg) arc(it *Item) {
	if it.A1-it.A0 >= 0.9999 {
		w.s("<circle").attr("cx", it.X).attr("cy", it.Y).attr("r", it.R).s(` fill="none"`).stroke(it).end(it)
		return
	}
	x0, y0 := turn(it, it.A0)
	x1, y1 := turn(it, it.A1)
	large := " 0 0 1 "
	if it.A1-it.A0 > 0.5 {
		large = " 0 1 1 "
	}
	w.s(`<path fill="none" d="M`).f(x0).s(" ").f(y0).s("A").f(it.R).s(" ").f(it.R).s(large).f(x1).s(" ").f(y1).s(`"`).stroke(it).end(it)
}

// turn is the point of the ring at part a of a full turn, clockwise from the top.
func turn(it *Item, a float32) (x, y float32) {
	sin, cos := math.Sincos(2 * math.Pi * float64(a))
	return it.X + it.R*float32(sin), it.Y - it.R*float32(cos)
}

func (w *svg) text(it *Item) {
	if it.Text == "" {
		return
	}
	anchor := [...]string{Left: "start", Center: "middle", Right: "end"}
	w.s("<text").attr("x", it.X).attr("y", it.Y).attr("font-size", it.Size).s(` font-family='`).s(svgFonts[it.Font]).s(`'`)
	if it.Font == SansBold || it.Font == MonoBold {
		w.s(` font-weight="600"`)
	}
	if it.Track != 0 {
		w.attr("letter-spacing", it.Track)
	} else {
		w.attr("textLength", face.Advance(it.Font, it.Size, it.Text)).s(` lengthAdjust="spacingAndGlyphs"`)
	}
	w.s(` text-anchor="`).s(anchor[it.Align]).s(`"`).paint("fill", it.Fill)
	if it.Alpha < 255 {
		w.attr("opacity", float32(it.Alpha)/255)
	}
	w.s(">").s(escape.Replace(it.Text)).s("</text>")
}

var escape = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;")
