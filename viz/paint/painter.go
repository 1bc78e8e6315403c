package paint

import (
	"image"
	"math"
	"slices"

	"github.com/hajimehoshi/ebiten/v2"

	"sunscope/viz/paint/mesh"
	"sunscope/viz/scene"
)

// Painter draws lists. The zero Painter is ready for use; it holds one background, so a part of the screen that shows
// lists of its own has a Painter of its own.
type Painter struct {
	mesh     mesh.Builder
	vertices []ebiten.Vertex
	pixels   []byte
	atlas    *ebiten.Image
	back     *ebiten.Image
	shown    background
}

// background is what a cached background depends on.
type background struct {
	key   uint64
	w, h  int
	scale float64
	theme scene.Theme
}

// Draw draws l over all of dst: its upper left corner is dst's, scale is the number of pixels of dst to a CSS pixel.
// What lies outside of dst, which may be a part of a larger image, is cut off.
func (p *Painter) Draw(dst *ebiten.Image, l *scene.List, scale float64, theme scene.Theme) {
	p.DrawAt(dst, l, scale, theme, dst.Bounds().Min)
}

// DrawAt is Draw with the list's upper left corner at a point that may lie outside of dst: a picture that is scrolled.
func (p *Painter) DrawAt(dst *ebiten.Image, l *scene.List, scale float64, theme scene.Theme, at image.Point) {
	p.background(l, scale, &theme, dst.Bounds().Max.Sub(at))
	var move ebiten.DrawImageOptions
	move.GeoM.Translate(float64(at.X), float64(at.Y))
	move.Blend = ebiten.BlendCopy
	dst.DrawImage(p.back, &move)
	p.items(dst, l.Front, scale, &theme, at)
}

// Over draws items over what dst holds: a list without a background of its own.
func (p *Painter) Over(dst *ebiten.Image, items []scene.Item, scale float64, theme scene.Theme) {
	p.items(dst, items, scale, &theme, dst.Bounds().Min)
}

// background brings the cached background up to date. It covers dst even where the list does not.
func (p *Painter) background(l *scene.List, scale float64, theme *scene.Theme, room image.Point) {
	w := max(room.X, int(math.Ceil(float64(l.W)*scale)), 1)
	h := max(room.Y, int(math.Ceil(float64(l.H)*scale)), 1)
	want := background{l.BackKey, w, h, scale, *theme}
	if p.back != nil && p.shown == want {
		return
	}
	if p.back == nil || p.shown.w != w || p.shown.h != h {
		if p.back != nil {
			p.back.Deallocate()
		}
		p.back = ebiten.NewImageWithOptions(image.Rect(0, 0, w, h), &ebiten.NewImageOptions{Unmanaged: true})
	}
	p.back.Fill(theme[scene.Ground])
	p.items(p.back, l.Back, scale, theme, image.Point{})
	p.shown = want
}

// items draws items with one call.
func (p *Painter) items(dst *ebiten.Image, items []scene.Item, scale float64, theme *scene.Theme, at image.Point) {
	p.mesh.Build(items, theme, scale, at.X, at.Y)
	p.upload()
	p.vertices = slices.Grow(p.vertices[:0], len(p.mesh.Vertices))
	for i := range p.mesh.Vertices {
		p.vertices = append(p.vertices, ebiten.Vertex(p.mesh.Vertices[i]))
	}
	var how ebiten.DrawTrianglesOptions
	how.ColorScaleMode = ebiten.ColorScaleModePremultipliedAlpha
	dst.DrawTriangles32(p.vertices, p.mesh.Indices, p.atlas, &how)
}

// upload copies what changed of the atlas to the GPU.
func (p *Painter) upload() {
	a := &p.mesh.Atlas
	dirty := a.TakeDirty()
	if dirty.Empty() {
		return
	}
	w, h := a.Size()
	if p.atlas == nil || p.atlas.Bounds().Size() != image.Pt(w, h) {
		if p.atlas != nil {
			p.atlas.Deallocate()
		}
		p.atlas = ebiten.NewImageWithOptions(image.Rect(0, 0, w, h), &ebiten.NewImageOptions{Unmanaged: true})
		dirty = image.Rect(0, 0, w, h)
	}
	p.pixels = slices.Grow(p.pixels[:0], 4*dirty.Dx()*dirty.Dy())
	for y := dirty.Min.Y; y < dirty.Max.Y; y++ {
		for _, v := range a.Pix()[y*w+dirty.Min.X : y*w+dirty.Max.X] {
			p.pixels = append(p.pixels, v, v, v, v)
		}
	}
	p.atlas.SubImage(dirty).(*ebiten.Image).WritePixels(p.pixels)
}
