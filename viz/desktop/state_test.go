package main

import (
	"bytes"
	"image/color"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"sunscope/viz/desktop/desk"
)

// configured points the system's folder for settings to one of the test's.
func configured(t *testing.T) (file string) {
	t.Helper()
	dir := t.TempDir()
	t.Setenv("XDG_CONFIG_HOME", dir)
	t.Setenv("HOME", dir)
	t.Setenv("AppData", dir)
	file, err := statePath()
	require.NoError(t, err)
	require.True(t, strings.HasPrefix(file, dir))
	return file
}

func TestWhatIsKeptComesBack(t *testing.T) {
	k := keeper{path: configured(t)}
	require.NoError(t, k.read(), "the first start has no file")
	was := &state{Version: stateVersion, Window: &placed{"HDMI-1", 10, 20, 1000, 700}, Maximized: true,
		Kept: desk.Kept{Theme: "dark", Lang: "zh", Split: 333, LessonHidden: true, Recent: []string{"/a/trace.txt.gz"}}}
	require.NoError(t, k.keep(was))
	again := keeper{path: k.path}
	require.NoError(t, again.read())
	require.Equal(t, *was, again.saved)

	before, err := os.Stat(k.path)
	require.NoError(t, err)
	require.NoError(t, os.Chmod(k.path, 0o400))
	require.NoError(t, k.keep(was), "what did not change is not written")
	after, err := os.Stat(k.path)
	require.NoError(t, err)
	require.Equal(t, before.ModTime(), after.ModTime())
}

func TestABadFileIsPutAsideAndTheViewerBeginsAsUsual(t *testing.T) {
	for text, want := range map[string]string{
		"{":                              "not the state of a viewer",
		"[1,2]":                          "not the state of a viewer",
		`{"version":2,"theme":"dark"}`:   "version 2; expected version 1",
		`{"version":1,"theme":"pink"}`:   "expected light, dark or projector",
		`{"version":1,"lang":"fr"}`:      "expected en or zh",
		`{"version":1,"split":-4}`:       "expected a width",
		`{"version":1,"window":{"w":5}}`: "expected a size of at least",
	} {
		k := keeper{path: configured(t)}
		require.NoError(t, os.MkdirAll(filepath.Dir(k.path), 0o755))
		require.NoError(t, os.WriteFile(k.path, []byte(text), 0o644))
		err := k.read()
		require.ErrorContains(t, err, want, text)
		require.NotContains(t, err.Error(), "\n")
		require.Equal(t, state{}, k.saved)
		require.NoError(t, k.keep(&state{Version: stateVersion}))
		aside, err := os.ReadFile(k.path + ".bad")
		require.NoError(t, err)
		require.Equal(t, text, string(aside))
	}
}

func TestTheCommandLineWinsOverWhatIsKept(t *testing.T) {
	k := keeper{path: configured(t)}
	require.NoError(t, k.write(&state{Version: stateVersion, Window: &placed{"", 0, 0, 1111, 777}, Kept: desk.Kept{Theme: "dark", Lang: "zh"}}))
	var stderr bytes.Buffer
	for line, want := range map[string][]any{
		"":                          {"dark", "zh", 1111},
		"-theme projector -lang en": {"projector", "en", 1111},
		"-size 900x600":             {"dark", "zh", 900},
		"-no-state":                 {"light", "en", 1440},
		"-screenshot x.png":         {"light", "en", 1440},
	} {
		s, err := parse(strings.Fields(line), &stderr)
		require.NoError(t, err)
		require.NoError(t, s.recall())
		require.Equal(t, want, []any{s.desk.Theme, s.desk.Lang, s.width}, line)
		require.Equal(t, strings.HasPrefix(line, "-no") || strings.HasPrefix(line, "-scr"), s.keeper.path == "", line)
	}
}

func TestAFolderThatCannotBeWrittenIsSaidOnce(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	require.NoError(t, os.WriteFile(file, nil, 0o644))
	k := keeper{path: filepath.Join(file, "sunscope", "viewer.json")}
	require.Error(t, k.keep(&state{Version: stateVersion}))
	require.Empty(t, k.path)
}

func TestTheIconHasTransparentCornersAndAnOrangeMiddle(t *testing.T) {
	for _, p := range icons() {
		n := p.Bounds().Dx()
		require.Equal(t, color.RGBA{}, p.At(0, 0))
		r, g, b, _ := p.At(n/2, n/2).RGBA()
		require.True(t, r > g && g > b, "%d", n)
	}
}
