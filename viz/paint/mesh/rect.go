package mesh

import "sunscope/viz/scene"

// rect draws an OpRect. Its edges lie on whole pixels, so that a hairline is one pixel and not two grey ones. A
// rounded one keeps its size wherever it is, or it would breathe while it travels; one with square corners keeps its
// edges instead, so that neighbours touch.
func (b *Builder) rect(it *scene.Item) {
	s := b.scale
	p := b.at(scene.Point{X: it.X, Y: it.Y})
	x0, y0 := round(p.x), round(p.y)
	x1, y1 := round(p.x+it.W*s), round(p.y+it.H*s)
	if it.R > 0 {
		x1, y1 = x0+round(it.W*s), y0+round(it.H*s)
	}
	if it.W <= 0 || it.H <= 0 {
		return
	}
	x1, y1 = max(x1, x0+1), max(y1, y0+1)
	radius := min(it.R*s, (x1-x0)/2, (y1-y0)/2)
	width := float32(0)
	if it.Stroke != scene.NoColor && it.Width > 0 {
		width = min(max(it.Width*s, 1), (x1-x0)/2, (y1-y0)/2)
	}
	if b.use(it.Fill, it.Alpha) {
		inset := width / 2 // else the fill would shine through the stroke's soft outer edge
		if it.Dash > 0 {
			inset = 0
		}
		b.slice(x0, y0, x1, y1, maskKey{radius: quarter(radius), inset: quarter(inset)})
	}
	if width == 0 || !b.use(it.Stroke, it.Alpha) {
		return
	}
	if it.Dash > 0 {
		b.outline(x0, y0, x1, y1, radius, width)
		b.dashes(width, it.Dash*s)
		return
	}
	b.slice(x0, y0, x1, y1, maskKey{radius: quarter(radius), ring: quarter(width)})
}

// slice stretches a mask over a rectangle: corners texel on pixel, the rest of what is constant along it.
func (b *Builder) slice(x0, y0, x1, y1 float32, k maskKey) {
	if k == (maskKey{}) {
		b.box(x0, y0, x1, y1)
		return
	}
	m := b.Atlas.mask(k)
	if m.w == 0 {
		return
	}
	cell := float32(k.cell())
	cx, cy := min(cell, (x1-x0)/2), min(cell, (y1-y0)/2)
	u0, v0, n := float32(m.x), float32(m.y), float32(m.w)
	xs, us := [4]float32{x0, x0 + cx, x1 - cx, x1}, [4]float32{u0, u0 + cx, u0 + n - cx, u0 + n}
	ys, vs := [4]float32{y0, y0 + cy, y1 - cy, y1}, [4]float32{v0, v0 + cy, v0 + n - cy, v0 + n}
	at := uint32(len(b.Vertices))
	for j := range ys {
		for i := range xs {
			b.vertex(xs[i], ys[j], us[i], vs[j], 1)
		}
	}
	for j := range uint32(3) {
		for i := range uint32(3) {
			empty := xs[i] == xs[i+1] || ys[j] == ys[j+1] || (k.ring > 0 && i == 1 && j == 1)
			if c := at + 4*j + i; !empty {
				b.quad(c, c+1, c+5, c+4)
			}
		}
	}
}

// outline puts the middle of the stroke of a rounded rectangle into b.pts, clockwise from the upper left, closed.
func (b *Builder) outline(x0, y0, x1, y1, radius, width float32) {
	d := width / 2
	x0, y0, x1, y1 = x0+d, y0+d, x1-d, y1-d
	r := max(0, radius-d)
	b.pts = b.pts[:0]
	b.bend(x0+r, y0+r, r, 0.75)
	b.bend(x1-r, y0+r, r, 0)
	b.bend(x1-r, y1-r, r, 0.25)
	b.bend(x0+r, y1-r, r, 0.5)
	b.pts = append(b.pts, b.pts[0])
}

// bend adds a quarter of a circle to b.pts, from that part of a turn on.
func (b *Builder) bend(x, y, r, from float32) {
	n := 1
	if r > 0 {
		n = segments(r, 0.25)
	}
	for i := 0; i <= n; i++ {
		sin, cos := turn(from + 0.25*float32(i)/float32(n))
		b.pts = append(b.pts, point{x + r*sin, y - r*cos})
	}
}
