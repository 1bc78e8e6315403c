package face

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode"

	"github.com/stretchr/testify/require"
)

func TestEveryRuneOfEveryLessonHasAGlyph(t *testing.T) {
	read := 0
	for _, root := range []string{"../../../lessons", "../../../viz", "../../../web"} {
		_ = filepath.WalkDir(root, func(path string, d os.DirEntry, err error) error {
			if err != nil || d.IsDir() || !shown(path) {
				return nil
			}
			text, err := os.ReadFile(path)
			require.NoError(t, err)
			read++
			require.Emptyf(t, missing(string(text)), "%s: run viz/scene/face/subset.sh", path)
			return nil
		})
	}
	require.NotZero(t, read)
}

// shown says whether a file holds text that people see. In Go files comments count too: harmless.
func shown(path string) bool {
	switch filepath.Ext(path) {
	case ".md":
		return !strings.Contains(path, "fonts/")
	case ".go":
		return !strings.HasSuffix(path, "_test.go")
	}
	return false
}

func missing(text string) []string {
	var lacks []string
	for _, r := range text {
		if !unicode.IsControl(r) && !Has(r) {
			lacks = append(lacks, string(r))
		}
	}
	return lacks
}

func TestARuneWithoutGlyphIsFound(t *testing.T) {
	require.Equal(t, []string{"\U0001F41F"}, missing("fish 鱼"[:5]+"\U0001F41F"))
}

func TestARuneOfTheListIsInAFont(t *testing.T) {
	for _, r := range Runes() {
		require.True(t, Has(r), "%q", r)
	}
}

func TestKernelNamesAreOfOneWidthInMono(t *testing.T) {
	want := Advance(Mono, 12, "m")
	require.InDelta(t, 7.2, want, 0.01)
	for r := rune('!'); r <= '~'; r++ {
		require.Equal(t, want, Advance(Mono, 12, string(r)))
	}
}

func TestChineseIsAsWideAsItIsHigh(t *testing.T) {
	require.InDelta(t, 28, Advance(Sans, 14, "时间"), 0.001)
	require.InDelta(t, 28, Advance(MonoBold, 14, "时间"), 0.001)
}

func TestFitKeepsWhatFits(t *testing.T) {
	text := "call_reserveresult"
	n := Fit(Sans, 12, text, 60)
	require.LessOrEqual(t, Advance(Sans, 12, text[:n]), float32(60))
	require.Greater(t, Advance(Sans, 12, text[:n+1]), float32(60))
	require.Equal(t, len(text), Fit(Sans, 12, text, 600))
}

func TestAGlyphIsDrawnWhereItIsMeasured(t *testing.T) {
	for f := range fontCount {
		for _, r := range "Hg_→时" {
			mask, left, top, adv := Raster(f, 24, r)
			require.NotNil(t, mask, "%q", r)
			require.InDelta(t, Advance(f, 24, string(r)), adv, 0.001)
			ink := 0
			for _, a := range mask.Pix {
				ink += int(a)
			}
			require.Greater(t, ink, 255*10, "%q has ink", r)
			require.GreaterOrEqual(t, float32(left), float32(-3))
			require.LessOrEqual(t, float32(left+mask.Rect.Dx()), adv+3)
			require.GreaterOrEqual(t, float32(top), -Ascent(f, 24)-2)
			require.LessOrEqual(t, float32(top+mask.Rect.Dy()), Descent(f, 24)+2)
		}
	}
}

func TestASpaceHasWidthAndNoInk(t *testing.T) {
	mask, _, _, adv := Raster(Sans, 20, ' ')
	require.Nil(t, mask)
	require.Positive(t, adv)
}

func BenchmarkAdvance(b *testing.B) {
	for b.Loop() {
		Advance(Sans, 12, "call_transmit_status")
	}
}
