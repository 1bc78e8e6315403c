package mesh

import (
	"math"

	"sunscope/viz/scene"
)

// turn is the sine and cosine of a part of a full turn.
func turn(a float32) (sin, cos float32) {
	s, c := math.Sincos(2 * math.Pi * float64(a))
	return float32(s), float32(c)
}

// segments is how many straight pieces stand for a part of a circle of radius r so that none is off by more than a
// tenth of a pixel.
func segments(r, part float32) int {
	step := 2 * math.Acos(1-0.1/math.Max(float64(r), 0.5))
	return max(1, int(math.Ceil(2*math.Pi*float64(part)/step)))
}

// arc draws an OpArc: rows of a stroke whose normals are the radii.
func (b *Builder) arc(it *scene.Item) {
	part := min(it.A1-it.A0, 1)
	if it.R <= 0 || it.Width <= 0 || part <= 0 || !b.use(it.Stroke, it.Alpha) {
		return
	}
	p, r := b.at(scene.Point{X: it.X, Y: it.Y}), it.R*b.scale
	f := profileOf(min(it.Width*b.scale, 2*r))
	f.outer = min(f.outer, r+f.inner+2*soft)
	n, whole := segments(r+f.outer, part), part > 0.9999
	edge := soft / (2 * math.Pi * r) // half a pixel along the ring
	last := none
	if !whole {
		last = b.spoke(p, r, it.A0-edge, f, 0)
		edge = min(edge, part/2)
	} else {
		edge = 0
	}
	for i := 0; i <= n; i++ {
		a := it.A0 + edge + (part-2*edge)*float32(i)/float32(n)
		last = b.link(last, b.spoke(p, r, a, f, f.part))
	}
	if !whole {
		b.link(last, b.spoke(p, r, it.A0+part+soft/(2*math.Pi*r), f, 0))
	}
}

// spoke is the row of a ring at part a of a turn.
func (b *Builder) spoke(p point, r, a float32, f profile, part float32) uint32 {
	sin, cos := turn(a)
	i := b.solid(p.x+sin*max(0, r-f.outer), p.y-cos*max(0, r-f.outer), 0)
	b.solid(p.x+sin*max(0, r-f.inner), p.y-cos*max(0, r-f.inner), part)
	b.solid(p.x+sin*(r+f.inner), p.y-cos*(r+f.inner), part)
	b.solid(p.x+sin*(r+f.outer), p.y-cos*(r+f.outer), 0)
	if r-f.inner <= 0 { // a disc: no hole in the middle for the edge to run into
		b.Vertices[i] = b.Vertices[i+1]
	}
	return i
}

// tri draws an OpTri: the triangle half a pixel smaller, and a soft edge around it.
func (b *Builder) tri(it *scene.Item) {
	if len(it.Pts) != 3 || !b.use(it.Fill, it.Alpha) {
		return
	}
	p := [3]point{b.at(it.Pts[0]), b.at(it.Pts[1]), b.at(it.Pts[2])}
	area := (p[1].x-p[0].x)*(p[2].y-p[0].y) - (p[1].y-p[0].y)*(p[2].x-p[0].x)
	if area < 0 {
		p[1], p[2], area = p[2], p[1], -area
	}
	if area < 0.01 {
		return
	}
	at := uint32(len(b.Vertices))
	for i := range p {
		ox, oy := corner(p[(i+2)%3], p[i], p[(i+1)%3])
		b.solid(p[i].x-ox, p[i].y-oy, 1)
		b.solid(p[i].x+ox, p[i].y+oy, 0)
	}
	b.triangle(at, at+2, at+4)
	for i := range uint32(3) {
		j := (i + 1) % 3
		b.quad(at+2*i, at+2*i+1, at+2*j+1, at+2*j)
	}
}

// corner is the way from a corner of a triangle to that of one whose edges lie half a pixel further out.
func corner(before, p, after point) (x, y float32) {
	dx, dy, _ := direction(before, p)
	ex, ey, _ := direction(p, after)
	// The outward normals of a triangle that goes clockwise on screen are (dy, -dx) and (ey, -ex).
	k := soft / max(0.1, 1+dx*ex+dy*ey)
	return (dy + ey) * k, -(dx + ex) * k
}
