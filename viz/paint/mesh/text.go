package mesh

import "sunscope/viz/scene"

// text draws an OpText. Every glyph stands on a whole pixel, so that its mask is drawn as it was rasterised.
func (b *Builder) text(it *scene.Item) {
	if it.Text == "" || it.Size <= 0 || !b.use(it.Fill, it.Alpha) {
		return
	}
	s := b.Atlas.strikeOf(it.Font, it.Size*b.scale)
	p := b.at(scene.Point{X: it.X, Y: it.Y})
	track := it.Track * b.scale
	switch it.Align {
	case scene.Center:
		p.x -= b.measure(s, it.Text, track) / 2
	case scene.Right:
		p.x -= b.measure(s, it.Text, track)
	}
	pen, base := p.x, round(p.y)
	for _, r := range it.Text {
		g := b.Atlas.glyph(s, r)
		if g.slot.w > 0 {
			b.sprite(g.slot, round(pen)+float32(g.left), base+float32(g.top))
		}
		pen += g.advance + track
	}
}

func (b *Builder) measure(s *strike, text string, track float32) (w float32) {
	for _, r := range text {
		w += b.Atlas.glyph(s, r).advance + track
	}
	return w
}

// sprite draws a slot of the atlas with its upper left corner at a pixel.
func (b *Builder) sprite(s slot, x, y float32) {
	u, v, w, h := float32(s.x), float32(s.y), float32(s.w), float32(s.h)
	i := uint32(len(b.Vertices))
	b.vertex(x, y, u, v, 1)
	b.vertex(x+w, y, u+w, v, 1)
	b.vertex(x+w, y+h, u+w, v+h, 1)
	b.vertex(x, y+h, u, v+h, 1)
	b.quad(i, i+1, i+2, i+3)
}
