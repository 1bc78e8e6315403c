package main

import (
	"image"

	"sunscope/viz/paint/soft"
	"sunscope/viz/scene"
)

// icons are the window's icon in the sizes that window systems ask for: a sun behind a ring of call and reply.
func icons() []image.Image {
	var list []image.Image
	for _, size := range []int{16, 32, 48, 128} {
		list = append(list, icon(size))
	}
	return list
}

func icon(size int) image.Image {
	items := []scene.Item{
		{Op: scene.OpRect, X: 0, Y: 0, W: 64, H: 64, R: 14, Fill: scene.Station, Alpha: 255},
		{Op: scene.OpArc, X: 32, Y: 32, R: 22, Width: 6, A0: 0.04, A1: 0.46, Stroke: scene.Call, Alpha: 255},
		{Op: scene.OpArc, X: 32, Y: 32, R: 22, Width: 6, A0: 0.54, A1: 0.96, Stroke: scene.Reply, Alpha: 255},
		{Op: scene.OpArc, X: 32, Y: 32, R: 5.5, Width: 11, A0: 0, A1: 1, Stroke: scene.Callback, Alpha: 255},
	}
	picture := soft.Draw(size, size, float64(size)/64, scene.Dark, items)
	return rounded(picture)
}

// rounded makes what lies outside of the icon's rounded corners transparent.
func rounded(p *image.RGBA) image.Image {
	n := p.Rect.Dx()
	r := n * 14 / 64
	for y := range n {
		for x := range n {
			cx, cy := max(r-x, x-(n-1-r), 0), max(r-y, y-(n-1-r), 0)
			if cx*cx+cy*cy > r*r {
				i := p.PixOffset(x, y)
				clear(p.Pix[i : i+4])
			}
		}
	}
	return p
}
