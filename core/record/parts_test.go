package record

import (
	"bytes"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestARecordingThatEndsEarlyIsReadUpToThere(t *testing.T) {
	zip, text := packed(t, "01-v3-tcp-mount-read"), unpacked(t, "01-v3-tcp-mount-read")
	whole := good(t, "01-v3-tcp-mount-read")
	for _, c := range []struct {
		data []byte
		cut  string
	}{{zip[:len(zip)/2], "the gzip data end early"}, {text[:len(text)/2], "the text ends in the middle of a line"}} {
		rec, err := Read("half", bytes.NewReader(c.data))
		require.NoError(t, err)
		require.Contains(t, rec.Cut, c.cut)
		require.True(t, strings.HasPrefix(rec.Cut, "line "), rec.Cut)
		require.Empty(t, rec.Unparsed)
		require.Greater(t, rec.Log.Len(), whole.Log.Len()/3)
		r := rec.Check()
		require.Empty(t, r.Refused)
		require.NotZero(t, r.Cut)
	}
}

// A recording may begin at any moment: tasks whose beginning it lacks are tolerated, and counted.
func TestTasksMayHaveBegunBeforeTheRecording(t *testing.T) {
	text := string(unpacked(t, "06-slot-contention"))
	lines := strings.SplitAfter(text, "\n")
	before := 0
	for at := 100; at < len(lines); at += 997 {
		rec, err := Read("late", strings.NewReader(strings.Join(lines[at:], "")))
		require.NoError(t, err)
		r := rec.Check()
		for _, refused := range r.Refused {
			t.Errorf("from line %d: %s", at, refused)
		}
		before += r.Before
	}
	require.NotZero(t, before)
}

// Whatever part of a recording is read, what is missing of it is no fault.
func TestAnyPartOfARecordingPasses(t *testing.T) {
	for _, name := range []string{"03-v41-mount-basic", "07-reconnect", "11-signal-kill", "14-autodisconnect"} {
		lines := strings.SplitAfter(string(unpacked(t, name)), "\n")
		for i := range 40 {
			from := i * len(lines) / 41
			to := from + (len(lines)-from)*(i%7+1)/7
			rec, err := Read(name, strings.NewReader(strings.Join(lines[from:to], "")))
			require.NoError(t, err)
			for _, r := range rec.Check().Refused {
				t.Errorf("from line %d to %d: %s", from, to, r)
			}
		}
	}
}
