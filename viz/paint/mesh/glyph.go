package mesh

import "sunscope/viz/scene/face"

// strike is a face at one size in pixels.
type strike struct {
	font  face.Font
	key   int32 // size in sixteenths of a pixel
	px    float32
	ascii [128]glyph
	other map[rune]*glyph
}

// glyph is a rune of a strike. Its mask belongs at (pen+left, baseline+top).
type glyph struct {
	known     bool
	left, top int16
	advance   float32
	slot      slot
}

const sixteenths = 16

// strikeOf is the face at a size. There are a handful in a picture, so a list is as good as a map.
func (a *Atlas) strikeOf(f face.Font, px float32) *strike {
	key := int32(px*sixteenths + 0.5)
	for _, s := range a.strikes {
		if s.key == key && s.font == f {
			return s
		}
	}
	s := &strike{font: f, key: key, px: float32(key) / sixteenths, other: map[rune]*glyph{}}
	a.strikes = append(a.strikes, s)
	return s
}

func (a *Atlas) glyph(s *strike, r rune) *glyph {
	if r >= 0 && int(r) < len(s.ascii) {
		g := &s.ascii[r]
		if !g.known {
			a.raster(s, r, g)
		}
		return g
	}
	g := s.other[r]
	if g == nil {
		g = &glyph{}
		a.raster(s, r, g)
		s.other[r] = g
	}
	return g
}

func (a *Atlas) raster(s *strike, r rune, g *glyph) {
	mask, left, top, advance := face.Raster(s.font, s.px, r)
	*g = glyph{known: true, left: int16(left), top: int16(top), advance: advance}
	if mask == nil {
		return
	}
	g.slot = a.place(mask.Rect.Dx(), mask.Rect.Dy())
	a.fill(g.slot, func(x, y int) byte { return mask.Pix[y*mask.Stride+x] })
}
