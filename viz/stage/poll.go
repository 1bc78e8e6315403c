//go:build !js

package stage

import (
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
	}
	if m.inside && !inside {
		p.PointerLeave()
	}
	m.x, m.y, m.inside = x, y, inside
	if inside && inpututil.IsMouseButtonJustPressed(ebiten.MouseButtonLeft) {
		p.PointerDown(0, lx, ly)
	}
	if inpututil.IsMouseButtonJustReleased(ebiten.MouseButtonLeft) {
		p.PointerUp(0, lx, ly)
	}
	if dx, dy := ebiten.Wheel(); inside && (dx != 0 || dy != 0) {
		p.Wheel(lx, ly, dx*100, -dy*100)
	}
}

// PollKeys does what the keys pressed in this tick stand for.
func (s *Stage) PollKeys() error {
	s.keys = inpututil.AppendJustPressedKeys(s.keys[:0])
	for _, k := range s.keys {
		if err := s.Player.Key(keyName(k, ebiten.IsKeyPressed(ebiten.KeyShift))); err != nil {
			return err
		}
	}
	return nil
}

// keyNames are the DOM's names of the keys that stand for something, without and with Shift.
var keyNames = map[ebiten.Key][2]string{
	ebiten.KeySpace: {"Space", "Space"}, ebiten.KeyHome: {"Home", "Home"}, ebiten.KeyEnd: {"End", "End"},
	ebiten.KeyArrowLeft: {"ArrowLeft", "Shift+ArrowLeft"}, ebiten.KeyArrowRight: {"ArrowRight", "Shift+ArrowRight"},
	ebiten.KeyEscape: {"Escape", "Escape"}, ebiten.KeyEqual: {"=", "+"}, ebiten.KeyMinus: {"-", "_"},
	ebiten.KeyNumpadAdd: {"+", "+"}, ebiten.KeyNumpadSubtract: {"-", "-"}, ebiten.KeySlash: {"/", "?"},
	ebiten.KeyBracketLeft: {"[", "{"}, ebiten.KeyBracketRight: {"]", "}"}, ebiten.KeyDigit0: {"0", ")"}, ebiten.KeyS: {"s", "S"},
}

func keyName(k ebiten.Key, shift bool) string {
	if shift {
		return keyNames[k][1]
	}
	return keyNames[k][0]
}
