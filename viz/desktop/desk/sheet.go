package desk

import (
	"sunscope/viz/prose"
	"sunscope/viz/scene"
	"sunscope/viz/scene/face"
)

// sheet draws widgets into a list.
type sheet struct {
	l     *scene.List
	hover scene.Ref
}

// begin empties a list and gives it a size.
func (d *Desk) begin(l *scene.List, r Rect) sheet {
	l.W, l.H = r.W, r.H
	l.Back, l.Front, l.Hits = l.Back[:0], l.Front[:0], l.Hits[:0]
	return sheet{l, d.hover.ref}
}

func (s *sheet) add(it scene.Item) {
	if it.Alpha == 0 {
		it.Alpha = 255
	}
	s.l.Front = append(s.l.Front, it)
}

func (s *sheet) fill(r Rect, c scene.Color) {
	s.add(scene.Item{Op: scene.OpRect, X: r.X, Y: r.Y, W: r.W, H: r.H, Fill: c})
}

func (s *sheet) card(r Rect, radius float32, fill, stroke scene.Color) {
	s.add(scene.Item{Op: scene.OpRect, X: r.X, Y: r.Y, W: r.W, H: r.H, R: radius, Fill: fill, Stroke: stroke, Width: 1})
}

func (s *sheet) line(c scene.Color, width float32, pts ...scene.Point) {
	s.add(scene.Item{Op: scene.OpLine, Stroke: c, Width: width, Pts: pts})
}

func (s *sheet) tri(c scene.Color, pts ...scene.Point) {
	s.add(scene.Item{Op: scene.OpTri, Fill: c, Pts: pts})
}

// text sets a line with its baseline at y and returns its width.
func (s *sheet) text(x, y float32, font scene.Font, size float32, c scene.Color, text string) float32 {
	s.add(scene.Item{Op: scene.OpText, X: x, Y: y, Font: font, Size: size, Fill: c, Text: text})
	return face.Advance(font, size, text)
}

// fit is a text cut to a width, with an ellipsis where it was cut.
func fit(font scene.Font, size float32, text string, width float32) string {
	if face.Advance(font, size, text) <= width {
		return text
	}
	return text[:face.Fit(font, size, text, width-face.Advance(font, size, "…"))] + "…"
}

// act is the Ref of a command line.
func act(line string) scene.Ref { return scene.Ref{Kind: prose.Act, Name: line} }

func (s *sheet) hit(r Rect, ref scene.Ref) {
	s.l.Hits = append(s.l.Hits, scene.Hit{X: r.X, Y: r.Y, W: r.W, H: r.H, Ref: ref})
}

// button draws a button's body, makes it a hit, and returns the colour for what stands on it.
func (s *sheet) button(r Rect, ref scene.Ref, strong bool) scene.Color {
	body := scene.Item{Op: scene.OpRect, X: r.X, Y: r.Y, W: r.W, H: r.H, R: 7, Fill: scene.Inset, Stroke: scene.InsetEdge, Width: 1}
	ink := scene.Ink
	if strong {
		body.Fill, body.Stroke, ink = scene.Call, scene.NoColor, scene.OnMessage
	}
	if ref == s.hover {
		body.Stroke, body.Width = scene.Hover, 2
		if !strong {
			body.Fill = scene.StationLit
		}
	}
	s.add(body)
	s.hit(r, ref)
	return ink
}

// label is a button with a word on it.
func (s *sheet) label(r Rect, line, text string) {
	ink := s.button(r, act(line), false)
	s.add(scene.Item{Op: scene.OpText, X: r.X + r.W/2, Y: r.Y + r.H/2 + 4.5, Font: scene.SansBold, Size: 13, Align: scene.Center, Fill: ink, Text: text})
}

func pt(x, y float32) scene.Point { return scene.Point{X: x, Y: y} }
