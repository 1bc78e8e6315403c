//go:build e2e

package native

import (
	"image"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// names are what xdotool calls characters that it has other names for.
var names = map[rune]string{' ': "space", ':': "colon", '/': "slash", '-': "minus", '_': "underscore", '.': "period", '<': "less", '=': "equal"}

// types presses the keys of a text.
func (v *viewer) types(text string) {
	v.t.Helper()
	for _, r := range text {
		if name := names[r]; name != "" {
			v.keys(name)
		} else {
			v.keys(string(r))
		}
	}
}

func TestASearchAndAFaultAreMadeWithTheKeyboardAlone(t *testing.T) {
	v := start(t, "-size", "1280x800", "-scenario", "two-slots", "-seed", "42")
	v.keys("Escape")
	before := v.picture("search before")
	v.keys("slash")
	v.types("queue:xprt_backlog")
	v.keys("Return")
	found := v.picture("search found")
	box := image.Rect(820, 84, 1280, 130)
	require.True(t, differs(t, before, found, box), "the search box is there")
	require.True(t, differs(t, before, found, image.Rect(20, 110, 600, 400)), "and the stage stands at the first match")
	v.keys("Escape", "Escape", "Escape")
	v.keys("k")
	panel := v.picture("faults")
	require.True(t, differs(t, found, panel, lesson))
	v.keys("ctrl+k")
	v.types("reset the connection")
	v.keys("Return")
	v.keys("r")
	time.Sleep(500 * time.Millisecond)
	require.True(t, differs(t, panel, v.picture("a fork"), lesson), "the list has two runs")
	require.Empty(t, v.stderr.String())
}

func TestARecordingIsOpenedByTypingItsPath(t *testing.T) {
	v := start(t, "-size", "1280x800")
	data, err := os.ReadFile(filepath.Join(root, "tests/recordings/06-slot-contention/trace.txt.gz"))
	require.NoError(t, err)
	require.NoError(t, os.MkdirAll(filepath.Join(v.dir, "traces"), 0o755))
	require.NoError(t, os.WriteFile(filepath.Join(v.dir, "traces", "monday.txt.gz"), data, 0o644))
	first := v.picture("before opening")
	v.keys("ctrl+o")
	v.types("tra")
	v.keys("Tab")
	v.types("mo")
	v.keys("Tab", "Return")
	time.Sleep(time.Second)
	require.True(t, differs(t, first, v.picture("opened by path"), picture))
	v.quit()
	require.Contains(t, v.kept()["recent"].([]any)[0], "monday.txt.gz")
	require.Empty(t, v.stderr.String())
}
