package desk

import (
	"bytes"
	"compress/gzip"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"sunscope/viz/stage"
)

func TestAFileIsChosenFromTheListOrByItsPath(t *testing.T) {
	t.Chdir("../../../tests")
	d, complaints := deskOf(t, Options{})
	pressKeys(d, "Ctrl+o")
	require.Contains(t, said(d), "recordings")
	typeKeys(d, "recor")
	require.NotContains(t, said(d), "browser\n")
	pressKeys(d, "Enter")
	require.Contains(t, said(d), "06-slot-contention")
	typeKeys(d, "06")
	press(t, d, "pick n=0")
	require.Contains(t, said(d), "trace.txt.gz")
	pressKeys(d, "Backspace")
	require.Contains(t, said(d), "03-v41-mount-basic", "the folder above")
	typeKeys(d, "06-slot-contention/trace.txt.gz")
	pressKeys(d, "Enter")
	require.Nil(t, d.browser)
	require.Equal(t, "trace.txt.gz", d.Player.Source().Name)
	require.Empty(t, *complaints)

	pressKeys(d, "Ctrl+o")
	require.Contains(t, said(d), "06-slot-contention/trace.txt.gz", "it is one of the recent ones")
	pressKeys(d, "ArrowDown", "ArrowDown", "Enter")
	require.Nil(t, d.browser)
	pressKeys(d, "Ctrl+o")
	press(t, d, "return")
	require.Equal(t, stage.Simulation, d.Player.Source().Kind)
	require.Empty(t, *complaints)
}

func TestTabCompletesAPathAsFarAsItIsClear(t *testing.T) {
	root := t.TempDir()
	for _, dir := range []string{"traces/monday", "traces/tuesday", "other"} {
		require.NoError(t, os.MkdirAll(filepath.Join(root, dir), 0o755))
	}
	for _, file := range []string{"traces/monday/run-one.txt", "traces/monday/run-two.txt", ".hidden"} {
		require.NoError(t, os.WriteFile(filepath.Join(root, file), nil, 0o644))
	}
	t.Chdir(root)
	d, complaints := deskOf(t, Options{})
	typed := func() string { return d.browser.field.String() }
	pressKeys(d, "Ctrl+o")
	require.NotContains(t, said(d), ".hidden")
	typeKeys(d, "t")
	pressKeys(d, "Tab")
	require.Equal(t, "traces/", typed())
	typeKeys(d, "m")
	pressKeys(d, "Tab")
	require.Equal(t, "traces/monday/", typed())
	pressKeys(d, "Tab")
	require.Equal(t, "traces/monday/run-", typed())
	require.Contains(t, said(d), "run-two.txt")
	typeKeys(d, "x")
	require.Contains(t, said(d), "nothing here fits")
	pressKeys(d, "Enter")
	require.Len(t, *complaints, 1)
	require.Contains(t, (*complaints)[0], "run-x: no such file")
	pressKeys(d, "Escape", "Ctrl+w", "Ctrl+w", "Tab", "Ctrl+u")
	require.Empty(t, typed())
	typeKeys(d, ".h")
	require.Contains(t, said(d), ".hidden")
	pressKeys(d, "Ctrl+u")
	typeKeys(d, root+"/tr")
	pressKeys(d, "Enter")
	require.Contains(t, said(d), "tuesday")
}

func TestTheTextOfAFieldIsEditedAtItsCaret(t *testing.T) {
	var f field
	for _, key := range []string{"a", "b", "Space", "c", "ArrowLeft", "ArrowLeft", "d", "Home", "x", "Delete", "End", "Backspace", "é", "ArrowRight", "ArrowUp"} {
		f.key(key)
	}
	require.Equal(t, "xbd é", f.String())
	f.set("/one/two three")
	f.key("Ctrl+w")
	require.Equal(t, "/one/two ", f.String())
	f.key("Ctrl+w")
	require.Equal(t, "/one/", f.String())
	f.key("Ctrl+a")
	f.key("Delete")
	f.key("Ctrl+u")
	require.Equal(t, "one/", f.String())
	require.False(t, f.key("F5"))
}

// slow is a recording that comes piece by piece, when the test says so.
type slow struct {
	pieces chan []byte
	rest   []byte
	closed chan bool
}

func (s *slow) Read(p []byte) (int, error) {
	if len(s.rest) == 0 {
		s.rest = <-s.pieces
		if s.rest == nil {
			return 0, io.EOF
		}
	}
	n := copy(p, s.rest)
	s.rest = s.rest[n:]
	return n, nil
}

func (s *slow) Close() error { close(s.closed); return nil }

func kernelText(t *testing.T) []byte {
	t.Helper()
	data, err := os.ReadFile(recording)
	require.NoError(t, err)
	z, err := gzip.NewReader(bytes.NewReader(data))
	require.NoError(t, err)
	text, err := io.ReadAll(z)
	require.NoError(t, err)
	return text
}

func TestALargeRecordingIsReadWhileTheWindowGoesOn(t *testing.T) {
	d, complaints := deskOf(t, Options{})
	d.patience = 0
	text := kernelText(t)
	from := &slow{pieces: make(chan []byte), closed: make(chan bool)}
	require.NoError(t, d.OpenReader("big.txt", int64(len(text)), from))
	require.True(t, d.Loading())
	from.pieces <- text[:len(text)/2]
	require.Eventually(t, func() bool { d.Advance(1); return d.loading.shown > 0 }, 10*time.Second, time.Millisecond)
	require.Contains(t, said(d), "Reading big.txt")
	d.Do("step")
	require.Equal(t, stage.Source{Kind: stage.Simulation, Name: "two-slots", Seed: 42}, d.Player.Source())
	require.Equal(t, 0, d.Player.Instant(), "the run that is there can be used meanwhile")

	go func() { from.pieces <- text[len(text)/2:]; close(from.pieces) }()
	require.Eventually(t, func() bool { d.Advance(1); return !d.Loading() }, 10*time.Second, time.Millisecond)
	require.Equal(t, stage.Recording, d.Player.Source().Kind)
	require.Equal(t, 19381, d.Player.Story().Len())
	require.Empty(t, *complaints)
	<-from.closed
}

func TestReadingIsGivenUpWithEscapeAndNothingIsLost(t *testing.T) {
	d, complaints := deskOf(t, Options{})
	d.patience = 0
	from := &slow{pieces: make(chan []byte), closed: make(chan bool)}
	require.NoError(t, d.OpenReader("big.txt", 1e6, from))
	d.Do("step")
	pressKeys(d, "Escape")
	require.False(t, d.Loading())
	close(from.pieces)
	<-from.closed
	d.Advance(1)
	require.Equal(t, "two-slots", d.Player.Source().Name)
	require.Equal(t, 0, d.Player.Instant())
	require.Empty(t, *complaints)
}

func TestALargeFileThatIsNoRecordingChangesNothingAndSaysWhy(t *testing.T) {
	d, complaints := deskOf(t, Options{})
	d.patience = 0
	require.NoError(t, d.OpenReader("diary.txt", 100, io.NopCloser(strings.NewReader("dear diary,\nno trace today\n"))))
	require.Eventually(t, func() bool { d.Advance(1); return !d.Loading() }, 10*time.Second, time.Millisecond)
	require.Len(t, *complaints, 1)
	require.Contains(t, (*complaints)[0], "diary.txt: not an ftrace recording: line 1")
	require.Equal(t, "two-slots", d.Player.Source().Name)
	require.Error(t, d.Failed)
}
