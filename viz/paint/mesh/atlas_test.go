package mesh

import (
	"image"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"sunscope/viz/scene"
)

func TestSlotsNeitherTouchNorLeaveTheAtlas(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a := Atlas{limit: 256}
		a.reset()
		var taken []image.Rectangle
		for range rapid.IntRange(1, 200).Draw(t, "n") {
			s := a.place(rapid.IntRange(1, 60).Draw(t, "w"), rapid.IntRange(1, 60).Draw(t, "h"))
			if s.w == 0 {
				require.True(t, a.full)
				continue
			}
			r := image.Rect(int(s.x), int(s.y), int(s.x+s.w), int(s.y+s.h))
			require.True(t, r.In(image.Rect(0, 0, a.w, a.h)))
			for _, o := range taken {
				require.True(t, r.Inset(-gap).Intersect(o).Empty(), "%v and %v", r, o)
			}
			taken = append(taken, r)
		}
	})
}

func TestAnAtlasThatGrowsKeepsWhatItHolds(t *testing.T) {
	a := Atlas{limit: 1024}
	a.reset()
	s := a.place(5, 5)
	a.fill(s, func(x, y int) byte { return byte(1 + x + 5*y) })
	for a.w*a.h == firstSize*firstSize {
		a.place(100, 100)
	}
	for y := range 5 {
		for x := range 5 {
			require.Equal(t, byte(1+x+5*y), a.pix[(int(s.y)+y)*a.w+int(s.x)+x])
		}
	}
}

func TestAFullAtlasForgetsOldSizesAndDrawsOn(t *testing.T) {
	var b Builder
	b.Atlas.limit = 256
	for size := float32(11); size < 60; size++ {
		b.Build([]scene.Item{{Op: scene.OpText, Y: 50, Text: "call_transmit", Size: size, Fill: scene.Ink, Alpha: 255}}, &scene.Light, 1, 0, 0)
		require.Len(t, b.Vertices, 4*len("call_transmit"), "every glyph is there at size %v", size)
		requireSound(t, &b)
	}
	w, h := b.Atlas.Size()
	require.LessOrEqual(t, max(w, h), 256)
	b.Build(tokens(50), &scene.Light, 1, 0, 0)
	requireSound(t, &b)
}

func TestOnlyWhatIsNewIsToBeUploaded(t *testing.T) {
	var b Builder
	b.Build([]scene.Item{{Op: scene.OpText, Text: "a", Size: 12, Fill: scene.Ink, Alpha: 255}}, &scene.Light, 1, 0, 0)
	require.Equal(t, image.Rect(0, 0, firstSize, firstSize), b.Atlas.TakeDirty())
	b.Build([]scene.Item{{Op: scene.OpText, Text: "ab", Size: 12, Fill: scene.Ink, Alpha: 255}}, &scene.Light, 1, 0, 0)
	dirty := b.Atlas.TakeDirty()
	require.False(t, dirty.Empty())
	require.LessOrEqual(t, dirty.Dx()*dirty.Dy(), 12*12)
}

func TestAMaskCoversAsMuchAsItsShape(t *testing.T) {
	const r, n = 9.0, 20
	var disc, ring float64
	for y := range n {
		for x := range n {
			c := coverage(x, y, n, r, 0)
			disc += c
			ring += c - coverage(x, y, n, r, 2)
		}
	}
	square := float64(n * n)
	require.InDelta(t, square-(4-3.14159)*r*r, disc, 1)
	inner := float64((n - 4) * (n - 4))
	require.InDelta(t, disc-(inner-(4-3.14159)*(r-2)*(r-2)), ring, 1)
}
