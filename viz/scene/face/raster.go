package face

import (
	"image"
	"image/draw"

	"golang.org/x/image/font/sfnt"
	"golang.org/x/image/math/fixed"
	"golang.org/x/image/vector"
)

// Raster draws one rune at px pixels to the em. The mask's upper left corner belongs at (x+left, y+top) when the pen
// stands at whole pixels (x, y) on the baseline (top is negative for what rises above it), and the pen then moves by
// advance. A rune without ink, such as a space, has a nil mask; one that no font has is drawn as "?".
func Raster(f Font, px float32, r rune) (mask *image.Alpha, left, top int, advance float32) {
	t := fonts()
	g, _ := t.glyph(f, r)
	advance = g.advance * px
	var b sfnt.Buffer
	segs, err := t.files[g.file].LoadGlyph(&b, g.index, fixed.Int26_6(px*64+0.5), nil)
	if err != nil || len(segs) == 0 {
		return nil, 0, 0, advance
	}
	box := segs.Bounds()
	left, top = box.Min.X.Floor(), box.Min.Y.Floor()
	w, h := box.Max.X.Ceil()-left, box.Max.Y.Ceil()-top
	if w <= 0 || h <= 0 {
		return nil, 0, 0, advance
	}
	z := vector.NewRasterizer(w, h)
	z.DrawOp = draw.Src
	trace(z, segs, float32(left), float32(top))
	mask = image.NewAlpha(image.Rect(0, 0, w, h))
	z.Draw(mask, mask.Bounds(), image.Opaque, image.Point{})
	return mask, left, top, advance
}

// trace hands the outline to the rasterizer, moved so that (left, top) is its origin.
func trace(z *vector.Rasterizer, segs sfnt.Segments, left, top float32) {
	at := func(p fixed.Point26_6) (float32, float32) { return float32(p.X)/64 - left, float32(p.Y)/64 - top }
	open := false
	for i := range segs {
		s := &segs[i]
		ax, ay := at(s.Args[0])
		bx, by := at(s.Args[1])
		cx, cy := at(s.Args[2])
		switch s.Op {
		case sfnt.SegmentOpMoveTo:
			if open {
				z.ClosePath()
			}
			open = true
			z.MoveTo(ax, ay)
		case sfnt.SegmentOpLineTo:
			z.LineTo(ax, ay)
		case sfnt.SegmentOpQuadTo:
			z.QuadTo(ax, ay, bx, by)
		case sfnt.SegmentOpCubeTo:
			z.CubeTo(ax, ay, bx, by, cx, cy)
		}
	}
	if open {
		z.ClosePath()
	}
}
