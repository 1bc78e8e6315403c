package desk

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestInANarrowWindowTheStageHasItsHeightAndIsScrolled(t *testing.T) {
	d, _ := deskOf(t, Options{})
	require.Equal(t, d.Areas().Stage, d.Areas().Picture)
	d.Resize(390, 844)
	d.Pictures()
	a := d.Areas()
	require.Greater(t, a.Picture.H, a.Stage.H)
	require.Equal(t, a.Stage.Y, a.Picture.Y)
	d.Player.Layout(a.Picture.W, a.Picture.H)
	d.Wheel(200, a.Stage.Y+50, 3)
	require.Less(t, d.Areas().Picture.Y, a.Stage.Y)
	d.Wheel(200, a.Stage.Y+50, 1000)
	b := d.Areas()
	require.Equal(t, b.Stage.Y+b.Stage.H, b.Picture.Y+b.Picture.H, "the end of the picture is the end of the scrolling")
	pressKeys(d, "l", "PageUp")
	require.Greater(t, d.Areas().Picture.Y, b.Picture.Y, "without the lesson the keys scroll the stage")
	d.Resize(1440, 900)
	require.Equal(t, d.Areas().Stage, d.Areas().Picture)
}
