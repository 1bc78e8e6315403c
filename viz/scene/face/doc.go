// Package face is the project's type: six small fonts inside the program, their measures and their pictures.
//
// Four faces are asked for by name ([Sans], [SansBold], [Mono], [MonoBold]); a rune that the face lacks is taken from
// the next one in its chain, and Chinese from a CJK face, so callers never think about fallback. There is no shaping
// and no hinting: a text is its runes side by side, which is right for Latin labels, kernel names and Chinese, and lets
// one measurement serve the layout, the painter and the SVG.
//
// [Advance] measures, [Raster] draws one glyph, [Has] tells whether a rune exists at all: a rune that no font has would
// be drawn as nothing, so a test walks every lesson and label and asks. When it fails, run subset.sh.
package face

//go:generate ./subset.sh
