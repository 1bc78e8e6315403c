package main

import (
	"bytes"
	"image"
	"image/png"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"sunscope/lessons"
	"sunscope/viz/desktop/desk"
)

// exported runs the program with the flags and -o, and returns what it wrote into the file and to standard error.
func exported(t *testing.T, flags ...string) (data []byte, says string, status int) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "out")
	var errs bytes.Buffer
	status = run(append(flags, "-o", file), &errs)
	data, _ = os.ReadFile(file)
	return data, errs.String(), status
}

func TestARunIsWrittenToAFileWithoutAWindow(t *testing.T) {
	for format, begins := range map[string]string{"csv": "task,", "svg": "<svg", "ftrace": "# tracer", "perfetto": `{"displayTimeUnit"`, "pcapng": "\n\r\r\n"} {
		data, says, status := exported(t, "-scenario", "two-slots", "-seed", "42", "-export", format)
		require.Zero(t, status, "%s: %s", format, says)
		require.True(t, strings.HasPrefix(string(data), begins), format)
	}
	data, says, status := exported(t, "-open", "../../tests/recordings/03-v41-mount-basic/trace.txt.gz", "-export", "csv")
	require.Zero(t, status, says)
	require.Contains(t, string(data), "EXCHANGE_ID")
}

func TestPicturesAndAnimationsNeedNoDisplay(t *testing.T) {
	data, says, status := exported(t, "-scenario", "two-slots", "-seed", "42", "-export", "png", "-size", "400x420")
	require.Zero(t, status, says)
	p, err := png.Decode(bytes.NewReader(data))
	require.NoError(t, err)
	require.Equal(t, image.Pt(400, 420), p.Bounds().Size())

	data, says, status = exported(t, "-scenario", "two-slots", "-seed", "42", "-export", "apng", "-size", "400x420", "-events", "200..215")
	require.Zero(t, status, says)
	require.Contains(t, string(data), "acTL")
	require.Greater(t, bytes.Count(data, []byte("fcTL")), 3, "things move")
	_, err = png.Decode(bytes.NewReader(data))
	require.NoError(t, err)
}

func TestCommandsComeBeforeTheExportAndOneThatFailsEndsIt(t *testing.T) {
	at := func(commands string) string {
		data, says, status := exported(t, "-scenario", "two-slots", "-seed", "42", "-export", "svg", "-do", commands)
		require.Zero(t, status, says)
		return string(data)
	}
	require.NotEqual(t, at("seek instant=0"), at("seek instant=0; seek instant=300"))

	data, says, status := exported(t, "-scenario", "two-slots", "-export", "csv", "-do", "step; frobnicate; end")
	require.Equal(t, 1, status)
	require.Empty(t, data)
	require.Equal(t, "sunscope: -do: unknown command \"frobnicate\"\n", says)
}

func TestACommandThatFailsEndsAPictureButNotAWindow(t *testing.T) {
	library, err := lessons.Open()
	require.NoError(t, err)
	d, err := desk.New(library, desk.Options{Scenario: "two-slots", Lang: "en", Theme: "light"})
	require.NoError(t, err)
	var said []string
	d.Complain = func(line string) { said = append(said, line) }
	window := &game{Desk: d, do: "frobnicate"}
	window.begin()
	require.NoError(t, window.done)
	require.Equal(t, []string{"-do: unknown command \"frobnicate\""}, said)

	picture := &game{Desk: d, do: "frobnicate", shot: "x.png"}
	picture.begin()
	require.ErrorContains(t, picture.done, "frobnicate")
	require.Len(t, said, 1, "the program prints it as it ends")
}

func TestWhatCannotBeWrittenIsSaid(t *testing.T) {
	for flags, says := range map[string]string{
		"-export gif": "expected one of svg, ftrace, perfetto, csv, pcapng, png, apng",
		"-scenario two-slots -export csv -events 5..2":                                "expected FIRST..LAST",
		"-scenario two-slots -export csv -events 5..9999":                             "the run has 663 events",
		"-scenario two-slots -export apng -rate 100":                                  "expected 1 to 60",
		"-scenario two-slots":                                                         "expected -export FORMAT",
		"-open ../../tests/recordings/03-v41-mount-basic/trace.txt.gz -export pcapng": "carry no bytes",
	} {
		data, said, status := exported(t, strings.Fields(flags)...)
		require.NotZero(t, status, flags)
		require.Contains(t, said, says, flags)
		require.Empty(t, data, "%s: no file is left", flags)
	}
	var errs bytes.Buffer
	require.Equal(t, 2, run([]string{"-export", "csv"}, &errs))
	require.Contains(t, errs.String(), "expected -o FILE")
}
