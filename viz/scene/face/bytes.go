package face

import "unicode/utf8"

// AdvanceBytes is Advance for text that is not yet a string.
func AdvanceBytes(f Font, size float32, text []byte) float32 {
	t := fonts()
	var w float32
	for i := 0; i < len(text); {
		if c := text[i]; c >= firstASCII && c <= '~' {
			w += t.ascii[f][c-firstASCII].advance
			i++
			continue
		}
		r, n := utf8.DecodeRune(text[i:])
		g, _ := t.glyph(f, r)
		w += g.advance
		i += n
	}
	return w * size
}

// FitBytes is Fit for text that is not yet a string.
func FitBytes(f Font, size float32, text []byte, width float32) int {
	t := fonts()
	var w float32
	for i := 0; i < len(text); {
		r, n := utf8.DecodeRune(text[i:])
		g, _ := t.glyph(f, r)
		if w += g.advance * size; w > width {
			return i
		}
		i += n
	}
	return len(text)
}
