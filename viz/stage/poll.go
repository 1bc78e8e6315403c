//go:build !js

package stage

import (
	"strings"

	"github.com/hajimehoshi/ebiten/v2"
	"github.com/hajimehoshi/ebiten/v2/inpututil"
)

// mouse is where the native mouse was, to tell moves from rest.
type mouse struct {
	x, y   float64
	inside bool
}

// PollPointer hands the native mouse to the player, if it is on the stage or was pressed there. Positions on the screen
// are divided by scale to become CSS pixels.
func (s *Stage) PollPointer() {
	px, py := ebiten.CursorPosition()
	x, y := float64(px)/s.scale, float64(py)/s.scale
	p, m := s.Player, &s.mouse
	inside := s.Contains(x, y)
	lx, ly := float32(x-s.x), float32(y-s.y)
	if x != m.x || y != m.y {
		p.PointerMove(0, lx, ly)
		if inside {
			ebiten.SetCursorShape(cursorShapes[p.CursorAt(lx, ly)])
		}
	}
	if m.inside && !inside {
		p.PointerLeave()
		ebiten.SetCursorShape(ebiten.CursorShapeDefault)
	}
	m.x, m.y, m.inside = x, y, inside
	if inside && inpututil.IsMouseButtonJustPressed(ebiten.MouseButtonLeft) {
		p.PointerDown(0, lx, ly)
	}
	if inpututil.IsMouseButtonJustReleased(ebiten.MouseButtonLeft) {
		p.PointerUp(0, lx, ly)
	}
	if inside && inpututil.IsMouseButtonJustPressed(ebiten.MouseButtonRight) {
		p.OpenMenuAt(lx, ly)
	}
	if dx, dy := ebiten.Wheel(); inside && (dx != 0 || dy != 0) {
		p.Wheel(lx, ly, dx*100, -dy*100)
	}
}

// PollKeys does what the keys pressed in this tick stand for.
func (s *Stage) PollKeys() error {
	s.keys = inpututil.AppendJustPressedKeys(s.keys[:0])
	for _, k := range s.keys {
		if err := s.Player.Key(keyName(k, down(ebiten.KeyControl) || down(ebiten.KeyMeta), down(ebiten.KeyShift))); err != nil {
			return err
		}
	}
	return nil
}

func down(k ebiten.Key) bool { return ebiten.IsKeyPressed(k) }

// marks are the characters of keys that print no letter or digit, without and with Shift, on a US keyboard.
var marks = map[ebiten.Key][2]string{
	ebiten.KeyEqual: {"=", "+"}, ebiten.KeyMinus: {"-", "_"}, ebiten.KeyNumpadAdd: {"+", "+"}, ebiten.KeyNumpadSubtract: {"-", "-"},
	ebiten.KeySlash: {"/", "?"}, ebiten.KeyBracketLeft: {"[", "{"}, ebiten.KeyBracketRight: {"]", "}"}, ebiten.KeyComma: {",", "<"},
	ebiten.KeyPeriod: {".", ">"}, ebiten.KeySemicolon: {";", ":"}, ebiten.KeyQuote: {"'", "\""}, ebiten.KeyBackslash: {"\\", "|"},
	ebiten.KeySpace: {" ", " "}, ebiten.KeyNumpadEnter: {"Enter", "Enter"},
}

// keyName is the DOM's name of a key, as KeyName has it. Ebitengine's own names are those of KeyboardEvent.code.
func keyName(k ebiten.Key, ctrl, shift bool) string {
	name := k.String()
	switch {
	case marks[k][0] != "" && shift:
		name = marks[k][1]
	case marks[k][0] != "":
		name = marks[k][0]
	case len(name) == 1 && !shift:
		name = strings.ToLower(name)
	case strings.HasPrefix(name, "Digit"):
		if name = name[len("Digit"):]; shift {
			return "" // what it prints depends on the keyboard, and nothing hears to it
		}
	case strings.HasPrefix(name, "Numpad"):
		name = name[len("Numpad"):]
	}
	return KeyName(name, ctrl, shift)
}
