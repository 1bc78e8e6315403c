package prose

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"sunscope/lessons"
	"sunscope/viz/scene"
	"sunscope/viz/scene/face"
)

var update = flag.Bool("update", false, "write the golden texts instead of comparing with them")

// pageOf is a page of a lesson in testdata.
func pageOf(t testing.TB, name string) *Page {
	t.Helper()
	source, err := os.ReadFile(filepath.Join("testdata", name))
	require.NoError(t, err)
	l, err := lessons.Parse("testdata/"+name, source)
	require.NoError(t, err)
	return New(l)
}

// golden compares a list, as text, with a file in testdata.
func golden(t *testing.T, name string, l *scene.List) {
	t.Helper()
	path := filepath.Join("testdata", name+".golden")
	got := describe(l)
	if *update {
		require.NoError(t, os.WriteFile(path, []byte(got), 0o644))
	}
	want, err := os.ReadFile(path)
	require.NoError(t, err, "run go test with -update, and read the file")
	require.Equal(t, string(want), got)
}

// describe is a line for each item and each hit.
func describe(l *scene.List) string {
	var b strings.Builder
	fonts := [...]string{"sans", "bold", "mono", "mono-bold"}
	for _, it := range l.Front {
		switch it.Op {
		case scene.OpText:
			grey := ""
			if it.Alpha < 255 {
				grey = " grey"
			}
			fmt.Fprintf(&b, "%4.0f %4.0f  %s %v%s %q\n", it.X, it.Y, fonts[it.Font], it.Size, grey, it.Text)
		case scene.OpRect:
			fmt.Fprintf(&b, "%4.0f %4.0f  rect %.0f×%.0f\n", it.X, it.Y, it.W, it.H)
		case scene.OpLine:
			fmt.Fprintf(&b, "%4.0f %4.0f  line to %.0f,%.0f\n", it.Pts[0].X, it.Pts[0].Y, it.Pts[len(it.Pts)-1].X, it.Pts[len(it.Pts)-1].Y)
		}
	}
	for _, h := range l.Hits {
		fmt.Fprintf(&b, "%4.0f %4.0f  hit %.0f×%.0f %s\n", h.X, h.Y, h.W, h.H, h.Ref.Name)
	}
	return b.String()
}

// right is where an item of text ends.
func right(it *scene.Item) float32 { return it.X + face.Advance(it.Font, it.Size, it.Text) }

func texts(l *scene.List) string {
	var b strings.Builder
	for _, it := range l.Front {
		if it.Op == scene.OpText {
			b.WriteString(it.Text)
		}
	}
	return b.String()
}
