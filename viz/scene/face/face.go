package face

import (
	_ "embed"
	"sync"

	"golang.org/x/image/font/sfnt"
	"golang.org/x/image/math/fixed"
)

// Font is one of the four faces.
type Font uint8

// The faces. Bold is a semibold: at 11 to 15 px a full bold clots.
const (
	Sans Font = iota
	SansBold
	Mono
	MonoBold
	fontCount
)

// The files behind the faces; the two CJK files stand behind all four.
const (
	fileSans = iota
	fileSansBold
	fileMono
	fileMonoBold
	fileCJK
	fileCJKBold
	fileCount
)

var (
	//go:embed fonts/sans.otf
	sansOTF []byte
	//go:embed fonts/sans-bold.otf
	sansBoldOTF []byte
	//go:embed fonts/mono.otf
	monoOTF []byte
	//go:embed fonts/mono-bold.otf
	monoBoldOTF []byte
	//go:embed fonts/cjk.otf
	cjkOTF []byte
	//go:embed fonts/cjk-bold.otf
	cjkBoldOTF []byte
	//go:embed fonts/runes.txt
	runes string
)

// chains are, for each face, the files in which a rune is looked for.
var chains = [fontCount][]int{
	Sans:     {fileSans, fileCJK, fileMono},
	SansBold: {fileSansBold, fileCJKBold, fileMonoBold},
	Mono:     {fileMono, fileCJK, fileSans},
	MonoBold: {fileMonoBold, fileCJKBold, fileSansBold},
}

// Files are the fonts' bytes by file name, for pages that show text in the same type.
func Files() map[string][]byte {
	return map[string][]byte{
		"sans.otf": sansOTF, "sans-bold.otf": sansBoldOTF, "mono.otf": monoOTF, "mono-bold.otf": monoBoldOTF,
		"cjk.otf": cjkOTF, "cjk-bold.otf": cjkBoldOTF,
	}
}

// glyph is where a rune of a face is found, and how wide it is in thousandths of the size.
type glyph struct {
	file    uint8
	index   sfnt.GlyphIndex
	advance float32
}

const firstASCII, asciiCount = ' ', '~' - ' ' + 1

// table is everything that is known of the fonts: made once, never changed.
type table struct {
	files [fileCount]*sfnt.Font
	ascii [fontCount][asciiCount]glyph
	other [fontCount]map[rune]glyph
	mark  glyph // what stands for a rune that no file has
}

// The fonts are inside the program: that they parse is a property of the build, which a test holds.
var fonts = sync.OnceValue(func() *table {
	t := &table{}
	for i, data := range [fileCount][]byte{sansOTF, sansBoldOTF, monoOTF, monoBoldOTF, cjkOTF, cjkBoldOTF} {
		f, err := sfnt.Parse(data)
		if err != nil {
			panic("face: embedded font " + string(rune('0'+i)) + ": " + err.Error())
		}
		t.files[i] = f
	}
	var b sfnt.Buffer
	for f := range fontCount {
		t.other[f] = make(map[rune]glyph, len(runes)/2)
		for _, r := range runes {
			t.add(&b, f, r)
		}
	}
	t.mark = t.ascii[Sans]['?'-firstASCII]
	return t
})

// add looks for r along the chain of f and notes where it is.
func (t *table) add(b *sfnt.Buffer, f Font, r rune) {
	for _, file := range chains[f] {
		font := t.files[file]
		index, err := font.GlyphIndex(b, r)
		if err != nil || index == 0 {
			continue
		}
		// At 1000 px to the em a fixed-point advance is the font's own number, exactly.
		adv, err := font.GlyphAdvance(b, index, fixed.I(1000), 0)
		if err != nil {
			continue
		}
		g := glyph{uint8(file), index, float32(adv) / 64000}
		if r >= firstASCII && r <= '~' {
			t.ascii[f][r-firstASCII] = g
		} else {
			t.other[f][r] = g
		}
		return
	}
}

func (t *table) glyph(f Font, r rune) (glyph, bool) {
	if r >= firstASCII && r <= '~' {
		return t.ascii[f][r-firstASCII], true
	}
	g, ok := t.other[f][r]
	if !ok {
		g = t.mark
	}
	return g, ok
}

// Advance is the width of text in the unit of size (CSS pixels, say), as the painter and the SVG set it.
func Advance(f Font, size float32, text string) float32 {
	t := fonts()
	var w float32
	for _, r := range text {
		g, _ := t.glyph(f, r)
		w += g.advance
	}
	return w * size
}

// Fit is the longest beginning of text, in bytes, that is at most width wide.
func Fit(f Font, size float32, text string, width float32) int {
	t := fonts()
	var w float32
	for i, r := range text {
		g, _ := t.glyph(f, r)
		if w += g.advance * size; w > width {
			return i
		}
	}
	return len(text)
}

// Ascent and Descent are how far text of that size reaches above and below its baseline, Chinese included.
func Ascent(f Font, size float32) float32 { return 0.90 * size }

// Descent is how far text reaches below its baseline.
func Descent(f Font, size float32) float32 { return 0.24 * size }

// CapHeight is the height of a capital letter.
func CapHeight(f Font, size float32) float32 { return 0.66 * size }

// Has reports whether some font has the rune.
func Has(r rune) bool {
	_, ok := fonts().glyph(Sans, r)
	return ok
}

// Runes are all runes that Has reports, in order.
func Runes() string { return runes[:len(runes)-1] }
