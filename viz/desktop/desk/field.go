package desk

import (
	"sunscope/viz/scene"
	"sunscope/viz/scene/face"
)

// field is a line of text that is being typed.
type field struct {
	text  []rune
	caret int
}

// String is what has been typed.
func (f *field) String() string { return string(f.text) }

// set puts a text in, with the caret behind it.
func (f *field) set(text string) {
	f.text = []rune(text)
	f.caret = len(f.text)
}

// insert types at the caret.
func (f *field) insert(text string) {
	r := []rune(text)
	f.text = append(f.text[:f.caret:f.caret], append(r, f.text[f.caret:]...)...)
	f.caret += len(r)
}

// key is a press of a key; it reports whether the field has a use for it.
func (f *field) key(name string) bool {
	switch name {
	case "ArrowLeft":
		f.caret = max(0, f.caret-1)
	case "ArrowRight":
		f.caret = min(len(f.text), f.caret+1)
	case "Home", "Ctrl+a":
		f.caret = 0
	case "End", "Ctrl+e":
		f.caret = len(f.text)
	case "Backspace":
		if f.caret > 0 {
			f.text = append(f.text[:f.caret-1], f.text[f.caret:]...)
			f.caret--
		}
	case "Delete":
		if f.caret < len(f.text) {
			f.text = append(f.text[:f.caret], f.text[f.caret+1:]...)
		}
	case "Ctrl+Backspace", "Ctrl+w":
		from := f.wordBefore()
		f.text = append(f.text[:from], f.text[f.caret:]...)
		f.caret = from
	case "Ctrl+u":
		f.text, f.caret = f.text[f.caret:], 0
	default:
		text := typed(name)
		f.insert(text)
		return text != ""
	}
	return true
}

// wordBefore is where the word before the caret begins; a path's folders are words.
func (f *field) wordBefore() int {
	ends := func(r rune) bool { return r == ' ' || r == '/' || r == '\\' || r == '=' }
	at := f.caret
	for at > 0 && ends(f.text[at-1]) {
		at--
	}
	for at > 0 && !ends(f.text[at-1]) {
		at--
	}
	return at
}

// lay draws the field; hint is shown while nothing was typed. What does not fit is cut off before the caret.
func (f *field) lay(s *sheet, r Rect, hint string) {
	s.add(scene.Item{Op: scene.OpRect, X: r.X, Y: r.Y, W: r.W, H: r.H, R: 6, Fill: scene.Inset, Stroke: scene.Focus, Width: 1.5})
	base := r.Y + r.H/2 + 4.5
	caret := r.X + 10
	if len(f.text) == 0 {
		s.text(caret+4, base, scene.Sans, 13.5, scene.InkFaint, fit(scene.Sans, 13.5, hint, r.W-24))
	} else {
		before := tail(string(f.text[:f.caret]), r.W-24)
		caret += s.text(caret, base, scene.Mono, 13, scene.Ink, before)
		after := string(f.text[f.caret:])
		s.text(caret, base, scene.Mono, 13, scene.Ink, fit(scene.Mono, 13, after, max(0, r.X+r.W-10-caret)))
	}
	s.line(scene.Focus, 1.5, pt(caret+0.5, r.Y+6), pt(caret+0.5, r.Y+r.H-6))
}

// tail is the end of a text that is too long.
func tail(text string, width float32) string {
	if face.Advance(scene.Mono, 13, text) <= width {
		return text
	}
	for runes := []rune(text); len(runes) > 0; {
		runes = runes[1:]
		if short := "…" + string(runes); face.Advance(scene.Mono, 13, short) <= width {
			return short
		}
	}
	return ""
}
