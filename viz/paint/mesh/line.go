package mesh

import (
	"math"

	"sunscope/viz/scene"
)

// polyline draws an OpLine.
func (b *Builder) polyline(it *scene.Item) {
	if len(it.Pts) < 2 || it.Width <= 0 || !b.use(it.Stroke, it.Alpha) {
		return
	}
	b.pts = b.pts[:0]
	for _, p := range it.Pts {
		b.pts = append(b.pts, b.at(p))
	}
	width := it.Width * b.scale
	if len(b.pts) == 2 {
		width = b.snap(width)
	}
	if it.Dash > 0 {
		b.dashes(width, it.Dash*b.scale)
		return
	}
	b.stroke(b.pts, width)
}

// snap puts a level or upright line onto whole pixels and returns its width in whole pixels.
func (b *Builder) snap(width float32) float32 {
	p, q := &b.pts[0], &b.pts[1]
	if p.x != q.x && p.y != q.y {
		return width
	}
	whole := max(1, round(width))
	if p.x == q.x {
		p.x = round(p.x-whole/2) + whole/2
		q.x = p.x
	} else {
		p.y = round(p.y-whole/2) + whole/2
		q.y = p.y
	}
	return whole
}

// dashes strokes b.pts with dashes and gaps of that length.
func (b *Builder) dashes(width, length float32) {
	length = max(length, 1)
	on, left := true, length
	b.dash = append(b.dash[:0], b.pts[0])
	for i := 1; i < len(b.pts); i++ {
		p, q := b.pts[i-1], b.pts[i]
		dx, dy, n := direction(p, q)
		for at := float32(0); n > 0; {
			if n-at < left {
				left -= n - at
				break
			}
			at += left
			left = length
			p = point{b.pts[i-1].x + dx*at, b.pts[i-1].y + dy*at}
			if on {
				b.dash = append(b.dash, p)
				b.stroke(b.dash, width)
			}
			on = !on
			b.dash = append(b.dash[:0], p)
		}
		if on {
			b.dash = append(b.dash, q)
		}
	}
	if on {
		b.stroke(b.dash, width)
	}
}

// soft is half the width of the soft edge.
const soft = 0.5

// profile is the cross-section of a stroke: full up to inner from its middle, nothing from outer on.
type profile struct{ inner, outer, part float32 }

func profileOf(width float32) profile {
	return profile{max(0, width/2-soft), max(1, width/2+soft), min(1, width)}
}

// sharp is the cosine of the turn from which on a joint is round; gentler ones are mitred, which looks the same.
const sharp = 0.6

// stroke draws the line through pts, with round joints and blunt ends. A line that ends where it began is closed.
func (b *Builder) stroke(pts []point, width float32) {
	pts = distinct(pts)
	if len(pts) < 2 {
		return
	}
	f := profileOf(width)
	closed := len(pts) > 3 && near(pts[0], pts[len(pts)-1])
	dx, dy, n := direction(pts[0], pts[1])
	var last uint32
	if closed {
		px, py, _ := direction(pts[len(pts)-2], pts[0])
		last = b.joint(b.noRow(), pts[0], px, py, dx, dy, f)
	} else {
		e := min(soft, n/2)
		last = b.row(pts[0].x-dx*soft, pts[0].y-dy*soft, -dy, dx, f, 0)
		last = b.link(last, b.row(pts[0].x+dx*e, pts[0].y+dy*e, -dy, dx, f, f.part))
	}
	for i := 1; i < len(pts)-1; i++ {
		ex, ey, m := direction(pts[i], pts[i+1])
		last = b.joint(last, pts[i], dx, dy, ex, ey, f)
		dx, dy, n = ex, ey, m
	}
	end := pts[len(pts)-1]
	if closed {
		ex, ey, _ := direction(pts[0], pts[1])
		b.joint(last, end, dx, dy, ex, ey, f)
		return
	}
	e := min(soft, n/2)
	last = b.link(last, b.row(end.x-dx*e, end.y-dy*e, -dy, dx, f, f.part))
	b.link(last, b.row(end.x+dx*soft, end.y+dy*soft, -dy, dx, f, 0))
}

// none says that no row goes before.
const none = ^uint32(0)

func (b *Builder) noRow() uint32 { return none }

// joint leads the stroke from direction d into direction e at p and returns the row that goes on.
func (b *Builder) joint(last uint32, p point, dx, dy, ex, ey float32, f profile) uint32 {
	cos := dx*ex + dy*ey
	if cos > sharp {
		k := 1 / (1 + cos)
		return b.link(last, b.row(p.x, p.y, -(dy+ey)*k, (dx+ex)*k, f, f.part))
	}
	b.link(last, b.row(p.x, p.y, -dy, dx, f, f.part))
	b.knee(p, dx, dy, ex, ey, f)
	return b.row(p.x, p.y, -ey, ex, f, f.part)
}

// knee fills the outer side of a sharp joint with a piece of a disc.
func (b *Builder) knee(p point, dx, dy, ex, ey float32, f profile) {
	side := float32(1) // the outer side is to the left of the way if it turns right
	if dx*ey-dy*ex > 0 {
		side = -1
	}
	from := math.Atan2(float64(dx*side), float64(-dy*side))
	by := math.Acos(float64(max(-1, min(dx*ex+dy*ey, 1)))) * float64(-side)
	n := 1 + int(math.Abs(by)/0.35)
	middle := b.solid(p.x, p.y, f.part)
	for i := 0; i <= n; i++ {
		s, c := math.Sincos(from + by*float64(i)/float64(n))
		b.solid(p.x+f.inner*float32(c), p.y+f.inner*float32(s), f.part)
		o := b.solid(p.x+f.outer*float32(c), p.y+f.outer*float32(s), 0)
		if i > 0 {
			b.triangle(middle, o-3, o-1)
			b.quad(o-3, o-2, o, o-1)
		}
	}
}

// row adds a cross-section of a stroke at (x, y) with normal (nx, ny) and returns its first vertex.
func (b *Builder) row(x, y, nx, ny float32, f profile, part float32) uint32 {
	i := b.solid(x-nx*f.outer, y-ny*f.outer, 0)
	b.solid(x-nx*f.inner, y-ny*f.inner, part)
	b.solid(x+nx*f.inner, y+ny*f.inner, part)
	b.solid(x+nx*f.outer, y+ny*f.outer, 0)
	return i
}

// link joins two rows and returns the second. A stroke of at most a pixel has no full part between its soft edges.
func (b *Builder) link(i, j uint32) uint32 {
	if i != none {
		for k := range uint32(3) {
			b.quad(i+k, i+k+1, j+k+1, j+k)
		}
	}
	return j
}

func direction(p, q point) (dx, dy, n float32) {
	dx, dy = q.x-p.x, q.y-p.y
	n = float32(math.Sqrt(float64(dx*dx + dy*dy)))
	if n == 0 {
		return 0, 0, 0
	}
	return dx / n, dy / n, n
}

func near(p, q point) bool {
	dx, dy := p.x-q.x, p.y-q.y
	return dx*dx+dy*dy < 1e-4
}

// distinct drops points that lie on the one before, in place.
func distinct(pts []point) []point {
	n := 1
	for _, p := range pts[1:] {
		if !near(p, pts[n-1]) {
			pts[n] = p
			n++
		}
	}
	return pts[:n]
}
