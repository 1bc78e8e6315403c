//go:build e2e

package native

import (
	"image"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"sunscope/viz/paint/soft"
	"sunscope/viz/scene"
)

// The parts of a window of 1280×800.
var (
	lesson  = image.Rect(0, 80, 374, 800)
	picture = image.Rect(382, 80, 1280, 800)
	scrub   = image.Rect(340, 34, 1160, 76)
)

func part(p *image.RGBA, r image.Rectangle) image.Image { return p.SubImage(r) }

func differs(t *testing.T, a, b *image.RGBA, in image.Rectangle) bool {
	t.Helper()
	pixels, _ := soft.Difference(part(a, in), part(b, in), 2)
	return pixels > 20
}

func TestTheWindowShowsLessonAndStageAndPlays(t *testing.T) {
	v := start(t, "-size", "1280x800")
	first := v.picture("first")
	require.Greater(t, colours(first, lesson), 40, "text with its soft edges")
	require.Greater(t, colours(first, picture), 80)

	v.keys("Right", "Right", "Right", "Right", "Right", "Right")
	stepped := v.picture("stepped")
	require.True(t, differs(t, first, stepped, picture))
	require.True(t, differs(t, first, stepped, scrub))

	v.keys("Left", "Left", "Left", "Left", "Left", "Left")
	time.Sleep(time.Second) // until what glides has arrived
	require.False(t, differs(t, first, v.picture("back"), picture), "stepping back shows what was there")

	v.keys("space")
	time.Sleep(3 * time.Second)
	one := v.picture("playing one")
	time.Sleep(2 * time.Second)
	require.True(t, differs(t, one, v.picture("playing two"), picture), "two instants differ")
}

func TestTheMousePressesButtonsAndSelects(t *testing.T) {
	v := start(t, "-size", "1280x800", "-theme", "dark")
	dark := v.picture("dark")
	require.Equal(t, scene.Dark[scene.Panel], dark.RGBAAt(5, 400))
	v.click(900, 55) // the middle of the scrub bar
	scrubbed := v.picture("scrubbed")
	require.True(t, differs(t, dark, scrubbed, picture))
	v.click(600, 155) // a station of the map
	selected := v.picture("selected")
	require.True(t, differs(t, scrubbed, selected, image.Rect(0, 430, 376, 800)), "the inspector is below the lesson")
	v.keys("t", "t")
	require.Equal(t, scene.Light[scene.Panel], v.picture("light").RGBAAt(5, 400), "after dark comes projector, then light")
}

func TestTheSameWindowSpeaksChinese(t *testing.T) {
	v := start(t, "-size", "1024x768", "-lang", "zh")
	zh := v.picture("zh")
	require.Greater(t, colours(zh, image.Rect(0, 80, 290, 768)), 40)
	v.keys("L")
	require.True(t, differs(t, zh, v.picture("en"), image.Rect(0, 80, 290, 768)))
}

func TestTheLessonMakesRoomForTheStageAndComesBack(t *testing.T) {
	v := start(t, "-size", "1280x800", "-scenario", "two-slots", "-seed", "7")
	v.keys("Escape") // the line that says how the lesson comes back
	alone := v.picture("stage alone")
	v.keys("l")
	beside := v.picture("lesson back")
	require.True(t, differs(t, alone, beside, lesson))
	require.Greater(t, colours(beside, lesson), 40, "text with its soft edges")
	v.keys("l", "Escape")
	require.False(t, differs(t, alone, v.picture("stage alone again"), picture))
}

func TestTheWindowOfAPhoneIsWideEnough(t *testing.T) {
	v := start(t, "-size", "390x844")
	first := v.picture("phone")
	require.Equal(t, image.Pt(390, 844), first.Rect.Size())
	v.keys("Right", "Right", "Right", "Right")
	require.True(t, differs(t, first, v.picture("phone stepped"), image.Rect(0, 125, 390, 530)))
}

func TestARecordingOpensAndPlays(t *testing.T) {
	file, err := filepath.Abs(filepath.Join(root, "tests/recordings/06-slot-contention/trace.txt.gz"))
	require.NoError(t, err)
	v := start(t, "-size", "1280x800", "-open", file)
	before := v.picture("recording")
	v.click(880, 55)
	middle := v.picture("recording middle")
	require.True(t, differs(t, before, middle, picture))
	v.keys("space")
	time.Sleep(3 * time.Second)
	require.True(t, differs(t, middle, v.picture("recording playing"), picture))
	require.Empty(t, v.stderr.String())
}

func TestAPictureIsTakenAfterSoManyFrames(t *testing.T) {
	file := filepath.Join(t.TempDir(), "shot.png")
	var pictures []*image.RGBA
	for _, after := range []string{"20", "300"} {
		cmd := exec.Command(program, "-size", "1280x800", "-play", "-screenshot", file, "-after", after)
		out, err := cmd.CombinedOutput()
		require.NoError(t, err, "%s", out)
		require.Empty(t, string(out))
		p, err := read(file)
		require.NoError(t, err)
		require.Equal(t, image.Pt(1280, 800), p.Rect.Size())
		pictures = append(pictures, p)
	}
	require.True(t, differs(t, pictures[0], pictures[1], picture))
}

func TestAWindowTooSmallForTheControlsIsRefusedWithOneLine(t *testing.T) {
	out, err := exec.Command(program, "-size", "300x844").CombinedOutput()
	var exit *exec.ExitError
	require.ErrorAs(t, err, &exit)
	require.Equal(t, 2, exit.ExitCode())
	require.Equal(t, "sunscope: -size \"300x844\": expected WIDTHxHEIGHT, at least 320x400\n", string(out))
}

func TestABadFileEndsTheProgramWithOneLine(t *testing.T) {
	file := filepath.Join(t.TempDir(), "notes.txt")
	require.NoError(t, os.WriteFile(file, []byte("no trace at all\n"), 0o644))
	out, err := exec.Command(program, "-open", file).CombinedOutput()
	var exit *exec.ExitError
	require.ErrorAs(t, err, &exit)
	require.Equal(t, 1, exit.ExitCode())
	require.Equal(t, 1, strings.Count(string(out), "\n"), "%s", out)
	require.Contains(t, string(out), "notes.txt")
}

func TestWithoutADisplayOneLineSaysSo(t *testing.T) {
	cmd := exec.Command(program)
	for _, e := range os.Environ() {
		if !strings.HasPrefix(e, "DISPLAY=") && !strings.HasPrefix(e, "WAYLAND_DISPLAY=") {
			cmd.Env = append(cmd.Env, e)
		}
	}
	out, err := cmd.CombinedOutput()
	var exit *exec.ExitError
	require.ErrorAs(t, err, &exit)
	require.Equal(t, 1, exit.ExitCode())
	require.Equal(t, 1, strings.Count(string(out), "\n"), "%s", out)
	require.Contains(t, string(out), "no window system")
	require.Contains(t, string(out), "xvfb-run")
}
