package soft

import (
	"math"

	"sunscope/viz/scene"
)

// Shapes is one of everything that can be drawn, on 320×200 CSS pixels.
func Shapes() []scene.Item {
	at := func(xy ...float32) (pts []scene.Point) {
		for i := 0; i < len(xy); i += 2 {
			pts = append(pts, scene.Point{X: xy[i], Y: xy[i+1]})
		}
		return pts
	}
	wave := at()
	for i := range 33 {
		wave = append(wave, scene.Point{X: 120 + 3*float32(i), Y: 130 + 12*float32(math.Sin(float64(i)/3))})
	}
	items := []scene.Item{
		{Op: scene.OpRect, X: 8, Y: 8, W: 96, H: 64, R: 8, Fill: scene.Panel, Stroke: scene.PanelEdge, Width: 1},
		{Op: scene.OpRect, X: 16.3, Y: 16.4, W: 40, H: 18, R: 9, Fill: scene.Call},
		{Op: scene.OpRect, X: 60, Y: 16, W: 36, H: 19, R: 9.5, Fill: scene.Asleep, Stroke: scene.Focus, Width: 2},
		{Op: scene.OpRect, X: 16, Y: 42, W: 40, H: 20, R: 5, Stroke: scene.Inferred, Width: 1, Dash: 3},
		{Op: scene.OpRect, X: 60, Y: 42, W: 36, H: 20, Fill: scene.Trouble, Alpha: 128},
		{Op: scene.OpRect, X: 98, Y: 42, W: 0.3, H: 20, Fill: scene.Ink},
		{Op: scene.OpLine, Pts: at(116, 16, 180, 16), Stroke: scene.Rail, Width: 1},
		{Op: scene.OpLine, Pts: at(116, 22, 180, 22), Stroke: scene.Rail, Width: 3, Dash: 6},
		{Op: scene.OpLine, Pts: at(116, 30, 180, 44), Stroke: scene.Ink, Width: 1},
		{Op: scene.OpLine, Pts: at(116, 60, 140, 36, 164, 60, 180, 60, 180, 34), Stroke: scene.Call, Width: 5},
		{Op: scene.OpLine, Pts: at(190, 60, 200, 12, 206, 60), Stroke: scene.Callback, Width: 6},
		{Op: scene.OpLine, Pts: at(220, 16, 250, 16, 250, 46, 220, 46, 220, 16), Stroke: scene.Retrans, Width: 4},
		{Op: scene.OpLine, Pts: wave, Stroke: scene.RailLit, Width: 3},
		{Op: scene.OpLine, Pts: wave, Stroke: scene.Ink, Width: 1, Dash: 5},
		{Op: scene.OpArc, X: 30, Y: 110, R: 16, Width: 4, A0: 0, A1: 1, Stroke: scene.InsetEdge},
		{Op: scene.OpArc, X: 30, Y: 110, R: 16, Width: 4, A0: 0, A1: 0.3, Stroke: scene.Reply},
		{Op: scene.OpArc, X: 75, Y: 110, R: 12, Width: 24, A0: 0, A1: 1, Stroke: scene.Awake},
		{Op: scene.OpArc, X: 75, Y: 110, R: 4, Width: 1.5, A0: 0.5, A1: 0.9, Stroke: scene.AwakeInk},
		{Op: scene.OpTri, Pts: at(270, 16, 300, 26, 270, 36), Fill: scene.Call},
		{Op: scene.OpTri, Pts: at(270, 60, 290, 60, 280, 44), Fill: scene.Playhead},
		{Op: scene.OpText, X: 8, Y: 152, Text: "call_reserveresult", Font: scene.Mono, Size: 12, Fill: scene.Ink},
		{Op: scene.OpText, X: 160, Y: 166, Text: "Who gets the next slot?", Font: scene.SansBold, Size: 16, Align: scene.Center, Fill: scene.Ink},
		{Op: scene.OpText, X: 312, Y: 186, Text: "XPRT_CONGESTED", Font: scene.MonoBold, Size: 11, Align: scene.Right, Fill: scene.TroubleText},
		{Op: scene.OpText, X: 8, Y: 186, Text: "谁得到下一个槽位？", Font: scene.Sans, Size: 13, Fill: scene.InkDim},
		{Op: scene.OpText, X: 240, Y: 130, Text: "SLOT TABLE", Font: scene.SansBold, Size: 11, Track: 1.2, Fill: scene.InkFaint},
	}
	for i := range items {
		if items[i].Alpha == 0 {
			items[i].Alpha = 255
		}
	}
	return items
}
