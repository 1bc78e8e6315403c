// Package soft draws a mesh as a GPU would, pixel by pixel and slowly: the reference that tests compare with, and look
// at, on machines without a display.
package soft

import (
	"image"
	"image/color"
	"math"

	"sunscope/viz/paint/mesh"
	"sunscope/viz/scene"
)

// Draw is the picture of items on the theme's ground, at scale pixels to a CSS pixel.
func Draw(w, h int, scale float64, theme scene.Theme, items []scene.Item) *image.RGBA {
	var b mesh.Builder
	b.Build(items, &theme, scale, 0, 0)
	return Rasterise(&b, w, h, theme[scene.Ground])
}

// Rasterise draws the triangles as a GPU does: a pixel belongs to a triangle if its middle does, edges that two
// triangles share belong to one of them, and texels are not filtered.
func Rasterise(b *mesh.Builder, w, h int, ground color.RGBA) *image.RGBA {
	dst := image.NewRGBA(image.Rect(0, 0, w, h))
	for i := range dst.Pix {
		dst.Pix[i] = [4]uint8{ground.R, ground.G, ground.B, ground.A}[i%4]
	}
	Onto(dst, b)
	return dst
}

// Onto draws the triangles over what is there; what lies outside dst's bounds is cut off. A mesh that was built for
// another place, or at another scale, comes out there.
func Onto(dst *image.RGBA, b *mesh.Builder) {
	for i := 0; i < len(b.Indices); i += 3 {
		fillTriangle(dst, &b.Atlas, &b.Vertices[b.Indices[i]], &b.Vertices[b.Indices[i+1]], &b.Vertices[b.Indices[i+2]])
	}
}

func fillTriangle(dst *image.RGBA, a *mesh.Atlas, p, q, r *mesh.Vertex) {
	area := cross(p, q, float64(r.DstX), float64(r.DstY))
	if area == 0 {
		return
	}
	if area < 0 {
		q, r, area = r, q, -area
	}
	box := image.Rect(
		int(math.Floor(float64(min(p.DstX, q.DstX, r.DstX)))), int(math.Floor(float64(min(p.DstY, q.DstY, r.DstY)))),
		int(math.Ceil(float64(max(p.DstX, q.DstX, r.DstX)))), int(math.Ceil(float64(max(p.DstY, q.DstY, r.DstY)))),
	).Intersect(dst.Rect)
	for y := box.Min.Y; y < box.Max.Y; y++ {
		for x := box.Min.X; x < box.Max.X; x++ {
			cx, cy := float64(x)+0.5, float64(y)+0.5
			wp, wq, wr := cross(q, r, cx, cy), cross(r, p, cx, cy), cross(p, q, cx, cy)
			if inside(wp, q, r) && inside(wq, r, p) && inside(wr, p, q) {
				blend(dst, a, x, y, p, q, r, wp/area, wq/area, wr/area)
			}
		}
	}
}

func cross(p, q *mesh.Vertex, x, y float64) float64 {
	return (float64(q.DstX)-float64(p.DstX))*(y-float64(p.DstY)) - (float64(q.DstY)-float64(p.DstY))*(x-float64(p.DstX))
}

// inside applies the top-left rule to pixels whose middle is on the edge from p to q.
func inside(w float64, p, q *mesh.Vertex) bool {
	if w != 0 {
		return w > 0
	}
	return (p.DstY == q.DstY && q.DstX > p.DstX) || q.DstY < p.DstY
}

func blend(dst *image.RGBA, a *mesh.Atlas, x, y int, p, q, r *mesh.Vertex, wp, wq, wr float64) {
	mix := func(f func(*mesh.Vertex) float32) float64 {
		return float64(f(p))*wp + float64(f(q))*wq + float64(f(r))*wr
	}
	u := int(math.Floor(mix(func(v *mesh.Vertex) float32 { return v.SrcX })))
	v := int(math.Floor(mix(func(v *mesh.Vertex) float32 { return v.SrcY })))
	w, _ := a.Size()
	mask := float64(a.Pix()[v*w+u]) / 255
	alpha := mask * mix(func(v *mesh.Vertex) float32 { return v.ColorA })
	for c, f := range [...]func(*mesh.Vertex) float32{
		func(v *mesh.Vertex) float32 { return v.ColorR }, func(v *mesh.Vertex) float32 { return v.ColorG },
		func(v *mesh.Vertex) float32 { return v.ColorB }, func(v *mesh.Vertex) float32 { return v.ColorA },
	} {
		i := dst.PixOffset(x, y) + c
		dst.Pix[i] = uint8(math.Min(255, mix(f)*mask*255+float64(dst.Pix[i])*(1-alpha)+0.5))
	}
}

// Difference is by how much two pictures differ: the number of pixels in which some colour is more than slack steps of
// 255 off, and the greatest step. Pictures of different sizes differ everywhere.
func Difference(p, q image.Image, slack int) (pixels, worst int) {
	if p.Bounds().Size() != q.Bounds().Size() {
		return p.Bounds().Dx() * p.Bounds().Dy(), 255
	}
	a, b := p.Bounds().Min, q.Bounds().Min
	for y := range p.Bounds().Dy() {
		for x := range p.Bounds().Dx() {
			c := color.RGBAModel.Convert(p.At(a.X+x, a.Y+y)).(color.RGBA)
			d := color.RGBAModel.Convert(q.At(b.X+x, b.Y+y)).(color.RGBA)
			if step := difference(c, d); step > 0 {
				worst = max(worst, step)
				if step > slack {
					pixels++
				}
			}
		}
	}
	return pixels, worst
}

func difference(p, q color.RGBA) int {
	d := func(a, b uint8) int { return max(int(a)-int(b), int(b)-int(a)) }
	return max(d(p.R, q.R), d(p.G, q.G), d(p.B, q.B), d(p.A, q.A))
}
