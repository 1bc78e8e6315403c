package mesh_test

import (
	"flag"
	"image"
	"image/png"
	"math"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"sunscope/viz/paint/mesh"
	"sunscope/viz/paint/soft"
	"sunscope/viz/scene"
)

var update = flag.Bool("update", false, "write the golden pictures instead of comparing with them")

func TestShapesLookAsTheyAlwaysDid(t *testing.T) {
	for name, scale := range map[string]float64{"shapes-1x": 1, "shapes-1.5x": 1.5, "shapes-2x": 2} {
		w, h := int(math.Ceil(320*scale)), int(math.Ceil(200*scale))
		golden(t, name, soft.Draw(w, h, scale, scene.Light, soft.Shapes()))
	}
	golden(t, "shapes-dark", soft.Draw(320, 200, 1, scene.Dark, soft.Shapes()))
}

// golden compares a picture with the one in testdata. Rounding may differ between machines: by 2 of 255, and by more on
// one pixel in 200.
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
	pixels, worst := soft.Difference(want, got, 2)
	require.LessOrEqual(t, pixels*200, got.Rect.Dx()*got.Rect.Dy(), "worst %d", worst)
}

func TestAPictureIsTheSameAfterTheAtlasGrew(t *testing.T) {
	var b mesh.Builder
	theme := scene.Light
	b.Build(soft.Shapes(), &theme, 1, 0, 0)
	w, h := b.Atlas.Size()
	for size := float32(20); size < 120; size += 4 { // what a long zoom asks for
		b.Build([]scene.Item{{Op: scene.OpText, Text: "xprt_complete_request_init", Size: size, Fill: scene.Ink, Alpha: 255}}, &theme, 1, 0, 0)
	}
	w2, h2 := b.Atlas.Size()
	require.Greater(t, w2*h2, w*h)
	b.Build(soft.Shapes(), &theme, 1, 0, 0)
	golden(t, "shapes-1x", soft.Rasterise(&b, 320, 200, theme[scene.Ground]))
}

func TestAHairlineIsOneFullPixelAndNotTwoGreyOnes(t *testing.T) {
	items := []scene.Item{
		{Op: scene.OpLine, Pts: []scene.Point{{X: 2, Y: 4}, {X: 18, Y: 4}}, Width: 1, Stroke: scene.Ink, Alpha: 255},
		{Op: scene.OpRect, X: 2.3, Y: 7.4, W: 16, H: 10, R: 3, Width: 1, Stroke: scene.Ink, Alpha: 255},
	}
	picture := soft.Draw(20, 20, 1, scene.Light, items)
	count := 0
	for y := range 20 {
		switch picture.RGBAAt(10, y) {
		case scene.Light[scene.Ink]:
			count++
		case scene.Light[scene.Ground]:
		default:
			require.Fail(t, "grey")
		}
	}
	require.Equal(t, 3, count, "the line, and the frame's upper and lower side")
}
