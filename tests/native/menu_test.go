//go:build e2e

package native

import (
	"encoding/json"
	"image"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"sunscope/viz/scene"
)

// kept is what a viewer remembers.
func (v *viewer) kept() map[string]any {
	v.t.Helper()
	data, err := os.ReadFile(filepath.Join(v.dir, "sunscope", "viewer.json"))
	require.NoError(v.t, err)
	var s map[string]any
	require.NoError(v.t, json.Unmarshal(data, &s))
	return s
}

// quit closes the window by its key, and waits until the viewer has ended. It may have gone before the key is released,
// and a display without a window begins anew: that is no error.
func (v *viewer) quit() {
	v.t.Helper()
	_ = exec.Command("xdotool", "key", "ctrl+q").Run()
	done := make(chan error, 1)
	go func() { done <- v.cmd.Wait() }()
	select {
	case err := <-done:
		require.NoError(v.t, err)
	case <-time.After(20 * time.Second):
		require.Fail(v.t, "the viewer did not end")
	}
}

func TestTheMenusAreUsedWithTheKeyboardAlone(t *testing.T) {
	v := start(t, "-size", "1280x800")
	first := v.picture("menus closed")
	v.keys("F10", "Right", "Right")
	open := v.picture("menu open") // and Escape closed it
	require.True(t, differs(t, first, open, image.Rect(90, 40, 340, 300)))
	v.keys("Escape") // the line about the picture
	require.False(t, differs(t, first, v.picture("menu closed again"), picture))
	v.keys("alt+v", "d") // View, Dark
	require.Equal(t, scene.Dark[scene.Panel], v.picture("dark by menu").RGBAAt(5, 400))
	v.keys("Tab", "Tab")
	ringed := v.picture("focus ring")
	v.keys("Escape", "ctrl+k")
	for _, r := range "light theme" {
		name := string(r)
		if r == ' ' {
			name = "space"
		}
		v.keys(name)
	}
	v.keys("Return")
	light := v.picture("light by palette")
	require.Equal(t, scene.Light[scene.Panel], light.RGBAAt(5, 400))
	require.True(t, differs(t, ringed, light, image.Rect(0, 0, 400, 80)))
	require.Empty(t, v.stderr.String())
}

func TestARightClickOnTheStageOpensTheMenuOfTheThing(t *testing.T) {
	v := start(t, "-size", "1280x800", "-theme", "dark")
	v.do("mousemove", "--window", v.window, "600", "155")
	time.Sleep(200 * time.Millisecond)
	v.do("mousedown", "3")
	time.Sleep(120 * time.Millisecond)
	v.do("mouseup", "3")
	time.Sleep(300 * time.Millisecond)
	v.keys("Down", "Return") // select it
	require.Greater(t, colours(v.picture("selected by menu"), image.Rect(0, 450, 374, 800)), 20)
	require.Empty(t, v.stderr.String())
}

func TestWhatWasSetUpComesBackAfterARestart(t *testing.T) {
	dir := t.TempDir()
	v := startIn(t, dir, nil)
	v.keys("t", "L", "l")
	v.do("windowsize", "--sync", v.window, "1000", "700")
	v.do("windowmove", "--sync", v.window, "60", "40")
	time.Sleep(500 * time.Millisecond)
	v.quit()
	s := v.kept()
	require.Equal(t, "dark", s["theme"])
	require.Equal(t, "zh", s["lang"])
	require.Equal(t, true, s["lessonHidden"])
	require.Equal(t, 1000.0, s["window"].(map[string]any)["w"])

	again := startIn(t, dir, nil)
	p := again.picture("after a restart")
	require.Equal(t, image.Pt(1000, 700), p.Rect.Size())
	require.Equal(t, scene.Dark[scene.Panel], p.RGBAAt(5, 3))
	require.Empty(t, again.stderr.String())

	bad := filepath.Join(dir, "sunscope", "viewer.json")
	again.quit()
	require.NoError(t, os.WriteFile(bad, []byte("{"), 0o644))
	third := startIn(t, dir, nil)
	require.Eventually(t, func() bool { return third.stderr.Len() > 0 }, 10*time.Second, 100*time.Millisecond)
	require.Contains(t, third.stderr.String(), "begun with the usual settings")
}

func TestThePointerDragsTheEdgeBetweenLessonAndStage(t *testing.T) {
	v := start(t, "-size", "1280x800")
	before := v.picture("edge before")
	v.do("mousemove", "--window", v.window, "377", "500")
	time.Sleep(150 * time.Millisecond)
	v.do("mousedown", "1")
	for x := 377; x <= 520; x += 20 {
		v.do("mousemove", "--window", v.window, strconv.Itoa(x), "500")
		time.Sleep(50 * time.Millisecond)
	}
	v.do("mouseup", "1")
	after := v.picture("edge after")
	require.True(t, differs(t, before, after, image.Rect(380, 100, 500, 800)))
	require.Equal(t, scene.Light[scene.Panel], after.RGBAAt(500, 795), "the lesson is there now")
}
