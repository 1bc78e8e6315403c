package mesh

import (
	"flag"
	"image"
	"image/color"
	"image/png"
	"math"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"sunscope/viz/scene"
)

var update = flag.Bool("update", false, "write the golden pictures instead of comparing with them")

// rasterise draws the triangles as a GPU does: a pixel belongs to a triangle if its middle does, edges that two
// triangles share belong to one of them, and texels are not filtered.
func rasterise(b *Builder, w, h int, ground color.RGBA) *image.RGBA {
	dst := image.NewRGBA(image.Rect(0, 0, w, h))
	for i := range dst.Pix {
		dst.Pix[i] = [4]uint8{ground.R, ground.G, ground.B, ground.A}[i%4]
	}
	for i := 0; i < len(b.Indices); i += 3 {
		fillTriangle(dst, &b.Atlas, &b.Vertices[b.Indices[i]], &b.Vertices[b.Indices[i+1]], &b.Vertices[b.Indices[i+2]])
	}
	return dst
}

func fillTriangle(dst *image.RGBA, a *Atlas, p, q, r *Vertex) {
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

func cross(p, q *Vertex, x, y float64) float64 {
	return (float64(q.DstX)-float64(p.DstX))*(y-float64(p.DstY)) - (float64(q.DstY)-float64(p.DstY))*(x-float64(p.DstX))
}

// inside applies the top-left rule to pixels whose middle is on the edge from p to q.
func inside(w float64, p, q *Vertex) bool {
	if w != 0 {
		return w > 0
	}
	return (p.DstY == q.DstY && q.DstX > p.DstX) || q.DstY < p.DstY
}

func blend(dst *image.RGBA, a *Atlas, x, y int, p, q, r *Vertex, wp, wq, wr float64) {
	mix := func(f func(*Vertex) float32) float64 {
		return float64(f(p))*wp + float64(f(q))*wq + float64(f(r))*wr
	}
	u := int(math.Floor(mix(func(v *Vertex) float32 { return v.SrcX })))
	v := int(math.Floor(mix(func(v *Vertex) float32 { return v.SrcY })))
	w, _ := a.Size()
	mask := float64(a.Pix()[v*w+u]) / 255
	alpha := mask * mix(func(v *Vertex) float32 { return v.ColorA })
	for c, f := range [...]func(*Vertex) float32{
		func(v *Vertex) float32 { return v.ColorR }, func(v *Vertex) float32 { return v.ColorG },
		func(v *Vertex) float32 { return v.ColorB }, func(v *Vertex) float32 { return v.ColorA },
	} {
		i := dst.PixOffset(x, y) + c
		dst.Pix[i] = uint8(math.Min(255, mix(f)*mask*255+float64(dst.Pix[i])*(1-alpha)+0.5))
	}
}

// draw makes the picture of items on the theme's ground.
func draw(w, h int, scale float64, theme scene.Theme, items ...scene.Item) *image.RGBA {
	var b Builder
	b.Build(items, &theme, scale, 0, 0)
	return rasterise(&b, w, h, theme[scene.Ground])
}

// golden compares a picture with the one in testdata. Rounding may differ between machines: by 2 of 255, on one pixel
// in 200.
func golden(t *testing.T, name string, got *image.RGBA) {
	t.Helper()
	path := filepath.Join("testdata", name+".png")
	if *update {
		f, err := os.Create(path)
		require.NoError(t, err)
		require.NoError(t, png.Encode(f, got))
		require.NoError(t, f.Close())
	}
	f, err := os.Open(path)
	require.NoError(t, err, "run go test with -update, and look at the picture")
	defer f.Close()
	want, err := png.Decode(f)
	require.NoError(t, err)
	require.Equal(t, want.Bounds(), got.Bounds())
	off, worst := 0, 0
	for y := range got.Rect.Dy() {
		for x := range got.Rect.Dx() {
			if d := difference(got.RGBAAt(x, y), color.RGBAModel.Convert(want.At(x, y)).(color.RGBA)); d > 0 {
				off, worst = off+1, max(worst, d)
			}
		}
	}
	require.LessOrEqual(t, worst, 2, "%d pixels differ", off)
	require.LessOrEqual(t, off*200, got.Rect.Dx()*got.Rect.Dy())
}

func difference(p, q color.RGBA) int {
	d := func(a, b uint8) int { return max(int(a)-int(b), int(b)-int(a)) }
	return max(d(p.R, q.R), d(p.G, q.G), d(p.B, q.B), d(p.A, q.A))
}
