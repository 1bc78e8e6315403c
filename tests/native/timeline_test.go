//go:build e2e

package native

import (
	"image"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// drag presses the mouse at a point of the window, moves it to another and lets go.
func (v *viewer) drag(x0, y0, x1, y1 int) {
	v.t.Helper()
	at := func(x, y int) {
		v.do("mousemove", "--window", v.window, strconv.Itoa(x), strconv.Itoa(y))
		time.Sleep(120 * time.Millisecond)
	}
	at(x0, y0)
	v.do("mousedown", "1")
	time.Sleep(120 * time.Millisecond)
	at((x0+x1)/2, y0)
	at(x1, y1)
	v.do("mouseup", "1")
	time.Sleep(200 * time.Millisecond)
}

func TestADragOnTheOverviewChoosesWhatTheTimelineShowsAndKeysGoToMarkers(t *testing.T) {
	file, err := filepath.Abs(filepath.Join(root, "tests/recordings/07-reconnect/trace.txt.gz"))
	require.NoError(t, err)
	v := start(t, "-size", "1440x900", "-open", file)
	plot := image.Rect(170, 745, 1410, 865)
	v.keys("0")
	whole := v.picture("timeline whole")
	v.drag(500, 703, 700, 703)
	piece := v.picture("timeline piece")
	require.True(t, differs(t, whole, piece, plot), "below is a piece of the run")
	require.True(t, differs(t, whole, piece, image.Rect(490, 690, 510, 716)), "the frame begins where the drag began")
	require.True(t, differs(t, whole, piece, image.Rect(690, 690, 710, 716)), "and ends where it ended")
	v.drag(600, 703, 900, 703)
	require.True(t, differs(t, piece, v.picture("timeline moved"), plot), "the frame moves")
	v.keys("m")
	marked := v.picture("timeline marked")
	v.keys("m")
	next := v.picture("timeline next")
	require.True(t, differs(t, marked, next, image.Rect(600, 0, 1440, 76)), "to the next marker")
	v.keys("shift+m")
	require.False(t, differs(t, marked, v.picture("timeline back"), image.Rect(600, 0, 1440, 76)), "and back")
}
