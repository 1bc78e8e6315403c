package first

import (
	"fmt"
	"image/color"
	"regexp"
	"strings"

	"sunscope/lessons"
	"sunscope/server/site"
	"sunscope/viz/scene"
)

// A picture within a page can have no style of its own, for the page's policy forbids it, and the server does not know the
// reader's theme. So its colours are variables, one for each role, which the style sheet Colours sets for every theme.

// Inline draws the stage of a lesson before anything has happened as an svg element, without the frame's theme.
func (f *Frames) Inline(l *lessons.Lesson, frame site.Frame) ([]byte, error) {
	frame.Theme = ""
	return f.draw(l, frame, true)
}

// roles is a theme in which each colour is the number of its role.
func roles() scene.Theme {
	var t scene.Theme
	for i := range t {
		t[i] = color.RGBA{R: 0xfe, G: 0xdc, B: uint8(i), A: 255}
	}
	return t
}

var (
	roleColour = regexp.MustCompile(`"#fedc([0-9a-f]{2})"`)
	rootStyle  = regexp.MustCompile(` style="[^"]*"`)
	fontFamily = regexp.MustCompile(` font-family='[^']*'`)
)

// element makes an SVG document in the colours of roles into an element for a page.
func element(svg []byte) []byte {
	text := roleColour.ReplaceAllString(string(svg), `"var(--role-$1)"`)
	text = rootStyle.ReplaceAllString(text, ` aria-hidden="true" preserveAspectRatio="xMidYMin meet"`)
	text = fontFamily.ReplaceAllStringFunc(text, func(family string) string {
		if strings.Contains(family, "monospace") {
			return ` class="mono"`
		}
		return ""
	})
	return []byte(strings.TrimSpace(text))
}

// Colours is the style sheet that gives the roles their colours in every theme, and the picture its type.
func Colours() []byte {
	var b strings.Builder
	b.WriteString("/* The colours of pictures within a page, by role (viz/scene/theme.go). */\n:root {\n")
	for i := range scene.Light {
		fmt.Fprintf(&b, "  --role-%02x: light-dark(%s, %s);\n", i, hex(scene.Light[i]), hex(scene.Dark[i]))
	}
	b.WriteString("}\n:root[data-theme=\"projector\"] {\n")
	for i := range scene.Projector {
		fmt.Fprintf(&b, "  --role-%02x: %s;\n", i, hex(scene.Projector[i]))
	}
	b.WriteString("}\n.first text { font-family: \"Source Sans 3\", \"Noto Sans CJK SC\", sans-serif; font-kerning: none; font-variant-ligatures: none; white-space: pre; }\n" +
		".first .mono { font-family: \"Source Code Pro\", \"Noto Sans CJK SC\", monospace; }\n")
	return []byte(b.String())
}

func hex(c color.RGBA) string { return fmt.Sprintf("#%02x%02x%02x", c.R, c.G, c.B) }
