package build

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestAModuleIsKeptWithoutNamesUnlessTheyAreAskedFor(t *testing.T) {
	root, cache := project(t), t.TempDir()
	write(t, filepath.Join(root, "part/part.go"), "package part\n\nvar Word = tell()\n\n//go:noinline\nfunc tell() string { return \"one\" }\n")
	slim, err := (&Builder{Root: root, Cache: cache}).Viewer(context.Background())
	require.NoError(t, err)
	named, err := (&Builder{Root: root, Cache: cache, Names: true}).Viewer(context.Background())
	require.NoError(t, err)
	require.True(t, named.Built, "the cache has it only without names")
	require.NotEqual(t, slim.Stamp, named.Stamp)
	for m, want := range map[*Module]bool{slim: false, named: true} {
		module, err := os.ReadFile(m.Best("").Path)
		require.NoError(t, err)
		require.Equal(t, want, bytes.Contains(module, []byte("sunscope/part.tell")))
	}
}

func TestAModuleThatCannotBeSlimStaysAsItIsAndTheBuilderSaysSo(t *testing.T) {
	var said string
	b := Builder{Say: func(line string) { said = line }}
	file := filepath.Join(t.TempDir(), "viewer.wasm")
	write(t, file, "\x00asm\x01\x00\x00\x00")
	require.NoError(t, b.slim(file))
	require.Equal(t, "The viewer stays as large as it is: the module was made by an unknown compiler, expected Go 1.26.", said)
	module, err := os.ReadFile(file)
	require.NoError(t, err)
	require.Equal(t, "\x00asm\x01\x00\x00\x00", string(module))
}
