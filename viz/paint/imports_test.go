package paint_test

import (
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// goFiles calls f with every Go file below root.
func goFiles(t *testing.T, root string, f func(path, text string)) {
	t.Helper()
	n := 0
	require.NoError(t, filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") {
			return err
		}
		text, err := os.ReadFile(path)
		f(path, string(text))
		n++
		return err
	}))
	require.NotZero(t, n)
}

func TestNothingDrawsRoundJointsWithTheVectorPackage(t *testing.T) {
	// In v2.10.0 to v2.10.4 one such call at a fractional place costs up to 600 ms and 227 MB.
	forbidden := []string{"Stroke" + "Circle", "Line" + "JoinRound"}
	for _, root := range []string{"..", "../../wasm"} {
		goFiles(t, root, func(path, text string) {
			for _, word := range forbidden {
				require.NotContains(t, text, word, path)
			}
		})
	}
}

func TestTheMeshKnowsNoGraphicsLibraryAndNothingShapesTextOrFillsPaths(t *testing.T) {
	goFiles(t, ".", func(path, text string) {
		file, err := parser.ParseFile(token.NewFileSet(), path, text, parser.ImportsOnly)
		require.NoError(t, err)
		for _, im := range file.Imports {
			name := strings.Trim(im.Path.Value, `"`)
			if strings.HasPrefix(path, "mesh"+string(filepath.Separator)) {
				require.NotContains(t, name, "ebiten", path)
			}
			require.NotContains(t, name, "ebiten/v2/vector", path)
			require.NotContains(t, name, "ebiten/v2/text", path)
		}
	})
}
