package mesh

import (
	"math"

	"sunscope/viz/scene"
)

// Vertex is a corner of a triangle: its place in the destination in pixels, its place in the atlas in texels, and its
// colour, premultiplied, 1 being full. It has the fields of an Ebitengine vertex and so converts to one.
type Vertex struct {
	DstX, DstY                         float32
	SrcX, SrcY                         float32
	ColorR, ColorG, ColorB, ColorA     float32
	Custom0, Custom1, Custom2, Custom3 float32
}

// Builder turns items into triangles. The zero Builder is ready for use; its atlas and its slices live as long as it.
type Builder struct {
	Atlas    Atlas
	Vertices []Vertex // of the last Build, valid until the next
	Indices  []uint32 // three a triangle

	theme  *scene.Theme
	scale  float32
	ox, oy float32 // where the list's corner lies in the destination
	color  rgba    // of what is being drawn
	pts    []point
	dash   []point
}

type rgba struct{ r, g, b, a float32 }

type point struct{ x, y float32 }

// Build makes the triangles of items: scale device pixels to a CSS pixel, with the list's upper left corner at pixel
// (x, y) of the destination. The slices are the Builder's own.
func (b *Builder) Build(items []scene.Item, theme *scene.Theme, scale float64, x, y int) {
	if b.Atlas.w == 0 {
		b.Atlas.reset()
	}
	b.theme, b.scale, b.ox, b.oy = theme, float32(scale), float32(x), float32(y)
	b.build(items)
	if b.Atlas.full { // of sizes that are no longer shown, as a rule
		b.Atlas.reset()
		b.build(items)
	}
	b.theme = nil
}

func (b *Builder) build(items []scene.Item) {
	b.Vertices, b.Indices = b.Vertices[:0], b.Indices[:0]
	for i := range items {
		b.item(&items[i])
	}
}

func (b *Builder) item(it *scene.Item) {
	if it.Alpha == 0 {
		return
	}
	switch it.Op {
	case scene.OpRect:
		b.rect(it)
	case scene.OpLine:
		b.polyline(it)
	case scene.OpArc:
		b.arc(it)
	case scene.OpTri:
		b.tri(it)
	case scene.OpText:
		b.text(it)
	}
}

// use sets the colour; false means that there is nothing to draw.
func (b *Builder) use(c scene.Color, alpha uint8) bool {
	if c == scene.NoColor {
		return false
	}
	v, k := b.theme[c], float32(alpha)/(255*255)
	b.color = rgba{float32(v.R) * k, float32(v.G) * k, float32(v.B) * k, float32(v.A) * k}
	return v.A > 0
}

// at is where a point of the list lies in the destination.
func (b *Builder) at(p scene.Point) point { return point{b.ox + p.X*b.scale, b.oy + p.Y*b.scale} }

func round(v float32) float32 { return float32(math.Floor(float64(v) + 0.5)) }

// vertex adds one with that part of the colour.
func (b *Builder) vertex(x, y, u, v, part float32) {
	c := &b.color
	b.Vertices = append(b.Vertices, Vertex{
		DstX: x, DstY: y, SrcX: u, SrcY: v, ColorR: c.r * part, ColorG: c.g * part, ColorB: c.b * part, ColorA: c.a * part,
	})
}

// solid adds a vertex on the white spot and returns its index.
func (b *Builder) solid(x, y, part float32) uint32 {
	w := b.Atlas.white
	b.vertex(x, y, float32(w.x)+float32(w.w)/2, float32(w.y)+float32(w.h)/2, part)
	return uint32(len(b.Vertices) - 1)
}

func (b *Builder) triangle(i, j, k uint32) { b.Indices = append(b.Indices, i, j, k) }

// quad joins four vertices that go around.
func (b *Builder) quad(i, j, k, l uint32) { b.Indices = append(b.Indices, i, j, k, i, k, l) }

// box fills whole pixels with the colour.
func (b *Builder) box(x0, y0, x1, y1 float32) {
	i := b.solid(x0, y0, 1)
	b.solid(x1, y0, 1)
	b.solid(x1, y1, 1)
	b.solid(x0, y1, 1)
	b.quad(i, i+1, i+2, i+3)
}
