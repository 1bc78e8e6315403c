package build

import (
	"compress/gzip"
	"context"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/andybalholm/brotli"
	"github.com/stretchr/testify/require"
)

// project is a small module that stands in for this one: a viewer that depends on a package of its own.
func project(t *testing.T) string {
	t.Helper()
	root := t.TempDir()
	for name, text := range map[string]string{
		"go.mod":              "module sunscope\n\ngo 1.26\n",
		"go.sum":              "",
		"wasm/viewer/main.go": "package main\n\nimport \"sunscope/part\"\n\nfunc main() { println(part.Word) }\n",
		"part/part.go":        "package part\n\nconst Word = \"one\"\n",
		"part/part_test.go":   "package part\n",
		"apart/apart.go":      "package apart\n",
	} {
		write(t, filepath.Join(root, name), text)
	}
	return root
}

func write(t *testing.T, path, text string) {
	t.Helper()
	require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o755))
	require.NoError(t, os.WriteFile(path, []byte(text), 0o644))
}

func stampOf(t *testing.T, root string, words ...string) string {
	t.Helper()
	files, err := inputs(context.Background(), root, "./wasm/viewer")
	require.NoError(t, err)
	s, err := stamp(root, files, words...)
	require.NoError(t, err)
	return s
}

func TestTheSecondStartBuildsNothingAndSaysSo(t *testing.T) {
	root := project(t)
	var said []string
	b := Builder{Root: root, Cache: t.TempDir(), Say: func(line string) { said = append(said, line) }}

	first, err := b.Viewer(context.Background())
	require.NoError(t, err)
	require.True(t, first.Built)
	require.Contains(t, said[len(said)-1], "Built the viewer in ")

	second, err := b.Viewer(context.Background())
	require.NoError(t, err)
	require.False(t, second.Built)
	require.Equal(t, first.Stamp, second.Stamp)
	require.Equal(t, "The viewer is up to date: nothing to build.", said[len(said)-1])

	write(t, filepath.Join(root, "part/part.go"), "package part\n\nconst Word = \"two\"\n")
	third, err := b.Viewer(context.Background())
	require.NoError(t, err)
	require.True(t, third.Built, "a source of the viewer changed")
	require.NotEqual(t, first.Stamp, third.Stamp)
}

func TestAModuleIsServedInTheSmallestFormThatIsThereAndAccepted(t *testing.T) {
	root := project(t)
	b := Builder{Root: root, Cache: t.TempDir()}
	m, err := b.Viewer(context.Background())
	require.NoError(t, err)
	require.Equal(t, "gzip", m.Best("gzip, deflate, br").Encoding, "brotli is not there yet")

	did, err := m.Compress(context.Background())
	require.NoError(t, err)
	require.True(t, did)
	did, err = m.Compress(context.Background())
	require.NoError(t, err)
	require.False(t, did)

	require.Equal(t, "br", m.Best("gzip, deflate, br").Encoding)
	require.Equal(t, "gzip", m.Best("gzip, br;q=0").Encoding)
	require.Equal(t, "", m.Best("").Encoding)
	want := read(t, m.Best("").Path, nil)
	require.Equal(t, "\x00asm", want[:4])
	require.Equal(t, want, read(t, m.Best("br").Path, func(r io.Reader) io.Reader { return brotli.NewReader(r) }))
	require.Equal(t, want, read(t, m.Best("gzip").Path, func(r io.Reader) io.Reader {
		z, err := gzip.NewReader(r)
		require.NoError(t, err)
		return z
	}))
	require.Equal(t, int64(len(want)), m.Size())
	require.FileExists(t, m.WasmExec())
}

func TestTheBrotliFormIsAsSmallAsBrotliMakesIt(t *testing.T) {
	b := Builder{Root: project(t), Cache: t.TempDir()}
	m, err := b.Viewer(context.Background())
	require.NoError(t, err)
	_, err = m.Compress(context.Background())
	require.NoError(t, err)
	var best strings.Builder
	w := brotli.NewWriterLevel(&best, brotli.BestCompression)
	_, err = io.WriteString(w, read(t, m.Best("").Path, nil))
	require.NoError(t, err)
	require.NoError(t, w.Close())
	require.LessOrEqual(t, size(m.Best("br").Path), int64(best.Len()))
}

func read(t *testing.T, path string, open func(io.Reader) io.Reader) string {
	t.Helper()
	f, err := os.Open(path)
	require.NoError(t, err)
	defer f.Close()
	var r io.Reader = f
	if open != nil {
		r = open(f)
	}
	data, err := io.ReadAll(r)
	require.NoError(t, err)
	return string(data)
}

func TestTheStampIsThatOfWhatTheViewerIsMadeOf(t *testing.T) {
	root := project(t)
	was := stampOf(t, root, "go1")
	require.Equal(t, was, stampOf(t, root, "go1"))
	require.NotEqual(t, was, stampOf(t, root, "go2"), "another Go version")

	write(t, filepath.Join(root, "apart/apart.go"), "package apart\n\nvar X = 1\n")
	write(t, filepath.Join(root, "part/part_test.go"), "package part\n\nvar Y = 1\n")
	require.Equal(t, was, stampOf(t, root, "go1"), "neither tests nor other packages matter")

	write(t, filepath.Join(root, "go.sum"), "\n")
	require.NotEqual(t, was, stampOf(t, root, "go1"), "another version of a dependency")
}

func TestACopyOfTheProjectElsewhereHasTheSameStamp(t *testing.T) {
	require.Equal(t, stampOf(t, project(t)), stampOf(t, project(t)))
}

func TestABrokenSourceIsToldAndNothingIsKept(t *testing.T) {
	root := project(t)
	write(t, filepath.Join(root, "part/part.go"), "package part\n\nconst Word = nothing\n")
	b := Builder{Root: root, Cache: t.TempDir()}
	_, err := b.Viewer(context.Background())
	require.ErrorContains(t, err, "undefined: nothing")
	entries, err := os.ReadDir(b.Cache)
	require.NoError(t, err)
	require.Empty(t, entries)
}

func TestOnlyTheLatestModulesStayInTheCache(t *testing.T) {
	root := project(t)
	b := Builder{Root: root, Cache: t.TempDir()}
	for _, word := range []string{"a", "b", "c", "d"} {
		write(t, filepath.Join(root, "part/part.go"), "package part\n\nconst Word = \""+word+"\"\n")
		_, err := b.Viewer(context.Background())
		require.NoError(t, err)
	}
	entries, err := os.ReadDir(b.Cache)
	require.NoError(t, err)
	require.Len(t, entries, kept)
}

func TestTheProjectIsFoundFromItsSubfolders(t *testing.T) {
	root := project(t)
	found, err := Root(filepath.Join(root, "wasm", "viewer"))
	require.NoError(t, err)
	require.Equal(t, root, found)
	_, err = Root(t.TempDir())
	require.ErrorContains(t, err, "run the command from the project's folder")
}

func TestAcceptEncodingIsRead(t *testing.T) {
	for header, want := range map[string]bool{"br": true, "gzip, br": true, "gzip,br;q=0.5": true, "br;q=0": false, "br; q=0.000": false, "gzip": false, "": false, "brx": false} {
		require.Equal(t, want, accepts(header, "br"), strings.TrimSpace(header))
	}
}
