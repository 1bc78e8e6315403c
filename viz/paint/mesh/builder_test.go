package mesh

import (
	"fmt"
	"math"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"sunscope/viz/scene"
	"sunscope/viz/scene/face"
)

// tokens is a busy picture: n pills with a number, a ring and a place on the wire.
func tokens(n int) []scene.Item {
	var items []scene.Item
	for i := range n {
		x, y := float32(20+i%30*30), float32(20+i/30*24)
		items = append(items,
			scene.Item{Op: scene.OpRect, X: x, Y: y, W: 28, H: 18, R: 9, Fill: scene.Call, Stroke: scene.Focus, Width: 1.5, Alpha: 255},
			scene.Item{Op: scene.OpText, X: x + 14, Y: y + 13, Text: fmt.Sprint(i, " 读"), Font: scene.MonoBold, Size: 11,
				Align: scene.Center, Fill: scene.OnMessage, Alpha: 255},
			scene.Item{Op: scene.OpArc, X: x, Y: y, R: 5, Width: 2, A0: 0, A1: float32(i) / float32(n), Stroke: scene.Reply, Alpha: 255},
			scene.Item{Op: scene.OpLine, Pts: []scene.Point{{X: x, Y: y}, {X: x + 20, Y: y + 7}, {X: x + 22, Y: y}}, Width: 1.5, Dash: 4,
				Stroke: scene.Inferred, Alpha: 255},
		)
	}
	return items
}

func TestAPictureThatWasSeenBeforeIsBuiltWithoutAllocating(t *testing.T) {
	var b Builder
	items := tokens(300)
	b.Build(items, &scene.Dark, 1.5, 0, 0)
	b.Atlas.TakeDirty()
	require.Zero(t, testing.AllocsPerRun(20, func() { b.Build(items, &scene.Dark, 1.5, 0, 0) }))
	require.True(t, b.Atlas.TakeDirty().Empty(), "nothing new for the GPU either")
}

func BenchmarkBuild300Tokens(bench *testing.B) {
	var b Builder
	items := tokens(300)
	b.Build(items, &scene.Dark, 1, 0, 0)
	bench.ReportAllocs()
	for bench.Loop() {
		b.Build(items, &scene.Dark, 1, 0, 0)
	}
	bench.ReportMetric(float64(len(b.Indices)/3), "triangles")
}

func TestEveryTriangleTakesItsCoverageFromInsideTheAtlas(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var b Builder
		items := rapid.SliceOfN(anyItem(), 1, 20).Draw(t, "items")
		b.Build(items, &scene.Light, rapid.Float64Range(0.5, 3).Draw(t, "scale"), 0, 0)
		requireSound(t, &b)
	})
}

// requireSound checks what a GPU would stumble over.
func requireSound(t require.TestingT, b *Builder) {
	w, h := b.Atlas.Size()
	require.Zero(t, len(b.Indices)%3)
	for _, i := range b.Indices {
		require.Less(t, int(i), len(b.Vertices))
	}
	for _, v := range b.Vertices {
		require.True(t, v.SrcX >= 0 && v.SrcX <= float32(w) && v.SrcY >= 0 && v.SrcY <= float32(h), "%+v", v)
		for _, f := range []float32{v.DstX, v.DstY, v.ColorR, v.ColorG, v.ColorB, v.ColorA} {
			require.False(t, math.IsNaN(float64(f)) || math.IsInf(float64(f), 0), "%+v", v)
		}
		require.LessOrEqual(t, v.ColorA, float32(1.0001))
		require.LessOrEqual(t, max(v.ColorR, v.ColorG, v.ColorB), v.ColorA+1e-4, "premultiplied")
	}
}

func anyItem() *rapid.Generator[scene.Item] {
	length := rapid.OneOf(rapid.Float32Range(-50, 200), rapid.SampledFrom([]float32{0, 1, 0.25, -1}))
	return rapid.Custom(func(t *rapid.T) scene.Item {
		it := scene.Item{
			Op: scene.Op(rapid.IntRange(0, int(scene.OpText)).Draw(t, "op")),
			X:  length.Draw(t, "x"), Y: length.Draw(t, "y"), W: length.Draw(t, "w"), H: length.Draw(t, "h"),
			R: length.Draw(t, "r"), Width: length.Draw(t, "width"), Dash: length.Draw(t, "dash"),
			A0: rapid.Float32Range(-1, 1).Draw(t, "a0"), A1: rapid.Float32Range(-1, 2).Draw(t, "a1"),
			Fill: scene.Color(rapid.IntRange(0, int(scene.Inferred)).Draw(t, "fill")), Stroke: scene.Color(rapid.IntRange(0, int(scene.Inferred)).Draw(t, "stroke")),
			Alpha: rapid.Uint8().Draw(t, "alpha"), Size: rapid.Float32Range(0, 40).Draw(t, "size"),
			Align: scene.Align(rapid.IntRange(0, 2).Draw(t, "align")), Text: rapid.SampledFrom([]string{"", "read[3]", "槽 \x00\xff"}).Draw(t, "text"),
		}
		for range rapid.IntRange(0, 6).Draw(t, "points") {
			it.Pts = append(it.Pts, scene.Point{X: length.Draw(t, "px"), Y: length.Draw(t, "py")})
		}
		if it.Op == scene.OpTri && len(it.Pts) > 3 {
			it.Pts = it.Pts[:3]
		}
		return it
	})
}

func TestARectangleStaysInItsBounds(t *testing.T) {
	for _, it := range []scene.Item{
		{Op: scene.OpRect, X: 10.4, Y: 5.2, W: 30, H: 17, R: 8.5, Fill: scene.Call, Stroke: scene.Ink, Width: 2, Alpha: 255},
		{Op: scene.OpRect, X: 10.4, Y: 5.2, W: 30, H: 17, Fill: scene.Call, Alpha: 255},
		{Op: scene.OpRect, X: 10, Y: 5, W: 3, H: 40, R: 20, Fill: scene.Call, Alpha: 255},
	} {
		var b Builder
		b.Build([]scene.Item{it}, &scene.Light, 2, 0, 0)
		for _, v := range b.Vertices {
			require.InDelta(t, (it.X+it.W/2)*2, v.DstX, float64(it.W)+0.51)
			require.InDelta(t, (it.Y+it.H/2)*2, v.DstY, float64(it.H)+0.51)
			require.Equal(t, float32(math.Trunc(float64(v.DstX)*2))/2, v.DstX, "whole pixels, or half ones in the middle")
		}
	}
}

func TestARoundedRectangleKeepsItsSizeWhileItTravels(t *testing.T) {
	var b Builder
	for x := float32(0); x < 3; x += 0.07 {
		b.Build([]scene.Item{{Op: scene.OpRect, X: x, Y: x, W: 27.4, H: 18, R: 9, Fill: scene.Call, Alpha: 255}}, &scene.Light, 1, 0, 0)
		require.InDelta(t, 27, b.Vertices[3].DstX-b.Vertices[0].DstX, 0)
		require.InDelta(t, 18, b.Vertices[15].DstY-b.Vertices[0].DstY, 0)
	}
}

func TestNeighboursWithSquareCornersTouch(t *testing.T) {
	var b Builder
	for _, scale := range []float64{1, 1.25, 1.5, 2} {
		b.Build([]scene.Item{
			{Op: scene.OpRect, X: 3.3, Y: 2, W: 7.4, H: 5, Fill: scene.LaneRun, Alpha: 255},
			{Op: scene.OpRect, X: 10.7, Y: 2, W: 9.1, H: 5, Fill: scene.LaneWire, Alpha: 255},
		}, &scene.Light, scale, 0, 0)
		require.InDelta(t, b.Vertices[1].DstX, b.Vertices[4].DstX, 0)
	}
}

func TestTextIsAsWideAsTheLayoutMeasuredIt(t *testing.T) {
	for _, size := range []float32{11, 12.5, 20} {
		text := "call_reserveresult 到 xprt_backlog"
		right := scene.Item{Op: scene.OpText, X: 400, Y: 30, Text: text, Font: scene.Sans, Size: size, Align: scene.Right, Fill: scene.Ink, Alpha: 255}
		var b Builder
		b.Build([]scene.Item{right}, &scene.Light, 1, 0, 0)
		left := b.Vertices[0].DstX
		require.InDelta(t, 400-face.Advance(scene.Sans, size, text), left, 1.5)
		require.Equal(t, 4*(len([]rune(text))-2), len(b.Vertices), "a quad a glyph, none for the two spaces")
	}
}

func TestWhatHasNoColourOrNoOpacityIsNotDrawn(t *testing.T) {
	var b Builder
	for _, it := range tokens(1) {
		faint := it
		faint.Alpha = 0
		plain := it
		plain.Fill, plain.Stroke = scene.NoColor, scene.NoColor
		b.Build([]scene.Item{faint, plain}, &scene.Light, 1, 0, 0)
		require.Empty(t, b.Vertices)
	}
}

func TestAListIsDrawnWhereTheDestinationBegins(t *testing.T) {
	var b, moved Builder
	b.Build(tokens(20), &scene.Light, 1, 0, 0)
	moved.Build(tokens(20), &scene.Light, 1, 300, 40)
	require.Equal(t, b.Indices, moved.Indices)
	for i := range b.Vertices {
		require.InDelta(t, b.Vertices[i].DstX+300, moved.Vertices[i].DstX, 0.01)
		require.InDelta(t, b.Vertices[i].DstY+40, moved.Vertices[i].DstY, 0.01)
	}
}
