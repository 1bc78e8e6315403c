package stage

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"encoding/xml"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"sunscope/core/record"
)

func played(t *testing.T) *Player {
	t.Helper()
	p := NewPlayer()
	require.NoError(t, p.OpenScenario("two-slots", 42))
	do(t, p, "seek", "instant=229")
	p.Layout(1280, 800)
	return p
}

func TestARunCanBeTakenAwayInEveryFormat(t *testing.T) {
	p := played(t)
	before := twinText(p)
	for _, format := range ExportFormats() {
		f, err := p.Export(format, 0, p.Story().Len())
		require.NoError(t, err, format)
		require.NotEmpty(t, f.Data, format)
		switch format {
		case "svg":
			require.Equal(t, "two-slots-42-229.svg", f.Name)
			requireXML(t, f.Data)
		case "ftrace":
			require.Equal(t, "two-slots-42.txt", f.Name)
			rec, err := record.Read(f.Name, bytes.NewReader(f.Data))
			require.NoError(t, err)
			require.Equal(t, p.Story().Len(), rec.Log.Len())
		case "perfetto":
			require.True(t, json.Valid(f.Data))
		case "csv":
			rows, err := csv.NewReader(bytes.NewReader(f.Data)).ReadAll()
			require.NoError(t, err)
			require.Len(t, rows, 1+len(p.Story().Lanes()))
		case "pcapng":
			require.Equal(t, "\x0a\x0d\x0d\x0a", string(f.Data[:4]))
		default:
			t.Fatal("a format that this test does not know:", format)
		}
		require.Equal(t, 229, p.Instant(), format)
		p.touch()
		require.Equal(t, before, twinText(p), "%s leaves the stage as it was", format)
	}
}

func requireXML(t *testing.T, data []byte) {
	t.Helper()
	d := xml.NewDecoder(bytes.NewReader(data))
	for {
		if _, err := d.Token(); errors.Is(err, io.EOF) {
			return
		} else {
			require.NoError(t, err)
		}
	}
}

func TestAPartOfARunCanBeTakenAway(t *testing.T) {
	p := played(t)
	f, err := p.Export("ftrace", 100, 110)
	require.NoError(t, err)
	require.Contains(t, string(f.Data), "entries-written: 10/10 ")
}

func TestARecordingIsNamedAfterItsFileAndCannotBecomeACapture(t *testing.T) {
	p := recorded(t)
	f, err := p.Export("csv", 0, p.Story().Len())
	require.NoError(t, err)
	require.Equal(t, "trace.csv", f.Name)
	_, err = p.Export("pcapng", 0, p.Story().Len())
	require.ErrorContains(t, err, "carry no bytes")
}

func TestWhatCannotBeExportedIsSaid(t *testing.T) {
	require.ErrorContains(t, doExport(NewPlayer(), Args{"format": "csv"}), "nothing is open")
	require.ErrorContains(t, doExport(NewPlayer(), Args{"format": "png"}), "nothing is open")
	p := played(t)
	for args, says := range map[string]string{
		"format=gif":                    `format="gif": expected svg, ftrace, perfetto, csv, pcapng`,
		"format=csv from=x":             `from="x": expected an ordinal`,
		"format=ftrace from=9 to=9":     "expected a range within 0 to 663",
		"format=ftrace from=0 to=70000": "expected a range",
		"format=ftrace from=-1 to=7":    "expected a range",
	} {
		a := Args{}
		for _, pair := range strings.Fields(args) {
			k, v, _ := strings.Cut(pair, "=")
			a[k] = v
		}
		require.ErrorContains(t, doExport(p, a), says)
	}
	require.Empty(t, p.Notes())
}

func TestAFileGoesOutAsAMessageAndAPictureOfPixelsAsAWish(t *testing.T) {
	p := played(t)
	require.NoError(t, doExport(p, Args{"format": "csv"}))
	require.NoError(t, doExport(p, Args{"format": "webm"}))
	messages := collect(&Reporter{}, p, 0)
	file := the(t, "file", messages)
	require.Equal(t, "two-slots-42.csv", file.Get("name"))
	require.Equal(t, "text/csv", file.Get("media"))
	require.NotEmpty(t, file.Get("data").([]byte))
	require.Equal(t, "export-webm", the(t, "wanted", messages).Get("id"))
}
