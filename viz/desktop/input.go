package main

import (
	"errors"
	"io/fs"
	"strconv"

	"github.com/hajimehoshi/ebiten/v2"
	"github.com/hajimehoshi/ebiten/v2/inpututil"
)

// input is what is remembered from one tick to the next.
type input struct {
	x, y  float32
	chars []rune
	keys  []ebiten.Key
}

// poll hands over what pointer, keys and dropped files did in this tick.
func (g *game) poll() {
	g.pollDropped()
	g.pollPointer()
	g.pollKeys()
}

func (g *game) pollPointer() {
	px, py := ebiten.CursorPosition()
	x, y := float32(float64(px)/g.scale), float32(float64(py)/g.scale)
	mine := g.TakesPointer(x, y)
	if x != g.input.x || y != g.input.y {
		g.input.x, g.input.y = x, y
		g.PointerMove(x, y)
		if shape := g.cursor(); shape != ebiten.CursorShape() {
			ebiten.SetCursorShape(shape)
		}
	}
	if mine {
		if inpututil.IsMouseButtonJustPressed(ebiten.MouseButtonLeft) {
			g.PointerDown(x, y)
		}
		if inpututil.IsMouseButtonJustReleased(ebiten.MouseButtonLeft) {
			g.PointerUp(x, y)
		}
		if inpututil.IsMouseButtonJustPressed(ebiten.MouseButtonRight) {
			g.PointerMenu(x, y)
		}
	} else {
		g.stage.PollPointer()
	}
	if _, dy := ebiten.Wheel(); dy != 0 {
		g.Wheel(x, y, float32(-dy))
	}
}

// cursor is what the pointer looks like where it is.
func (g *game) cursor() ebiten.CursorShapeType {
	switch {
	case g.OnSplit():
		return ebiten.CursorShapeEWResize
	case g.OnButton():
		return ebiten.CursorShapePointer
	}
	return ebiten.CursorShapeDefault
}

// plainKeys are the keys that print no character, under the DOM's names.
var plainKeys = [...]struct {
	key  ebiten.Key
	name string
}{
	{ebiten.KeyEnter, "Enter"}, {ebiten.KeyNumpadEnter, "Enter"}, {ebiten.KeyEscape, "Escape"}, {ebiten.KeyTab, "Tab"},
	{ebiten.KeyBackspace, "Backspace"}, {ebiten.KeyDelete, "Delete"}, {ebiten.KeyHome, "Home"}, {ebiten.KeyEnd, "End"},
	{ebiten.KeyPageUp, "PageUp"}, {ebiten.KeyPageDown, "PageDown"},
	{ebiten.KeyArrowLeft, "ArrowLeft"}, {ebiten.KeyArrowRight, "ArrowRight"}, {ebiten.KeyArrowUp, "ArrowUp"}, {ebiten.KeyArrowDown, "ArrowDown"},
	{ebiten.KeyF1, "F1"}, {ebiten.KeyF10, "F10"}, {ebiten.KeyF11, "F11"}, {ebiten.KeyContextMenu, "ContextMenu"},
}

// pollKeys hands over the keys of this tick. Keys that print a character come as that character: what has to be pressed
// for a question mark differs from keyboard to keyboard.
func (g *game) pollKeys() {
	shift := ebiten.IsKeyPressed(ebiten.KeyShift)
	ctrl := ebiten.IsKeyPressed(ebiten.KeyControl) || ebiten.IsKeyPressed(ebiten.KeyMeta)
	alt := ebiten.IsKeyPressed(ebiten.KeyAlt)
	for _, k := range plainKeys {
		if n := inpututil.KeyPressDuration(k.key); n == 1 || n > 24 && n%3 == 0 {
			g.Key(modifiers(ctrl, alt, shift)+k.name, n > 1)
		}
	}
	fresh := false
	g.input.keys = inpututil.AppendJustPressedKeys(g.input.keys[:0])
	for _, k := range g.input.keys {
		fresh = true
		if name := letter(k); name != "" && (ctrl || alt) {
			g.Key(modifiers(ctrl, alt, shift)+name, false)
		}
	}
	g.input.chars = ebiten.AppendInputChars(g.input.chars[:0])
	for _, r := range g.input.chars {
		switch {
		case r == ' ':
			g.Key("Space", !fresh)
		case r > ' ' && r != 0x7f && !ctrl && !alt:
			g.Key(string(r), !fresh)
		}
	}
}

func modifiers(ctrl, alt, shift bool) string {
	text := ""
	if ctrl {
		text = "Ctrl+"
	}
	if alt {
		text += "Alt+"
	}
	if shift {
		text += "Shift+"
	}
	return text
}

// letter is the letter or digit on a key, as the keyboard's layout has it; "" without.
func letter(k ebiten.Key) string {
	name := ebiten.KeyName(k)
	if len(name) == 1 && (name[0] >= 'a' && name[0] <= 'z' || name[0] >= '0' && name[0] <= '9') {
		return name
	}
	return ""
}

// pollDropped opens the file that was dropped on the window.
func (g *game) pollDropped() {
	if dropped := ebiten.DroppedFiles(); dropped != nil {
		g.Say(g.drop(dropped))
	}
}

func (g *game) drop(dropped fs.FS) error {
	list, err := fs.ReadDir(dropped, ".")
	switch {
	case err != nil || len(list) == 0:
		return err
	case len(list) > 1:
		return errors.New(strconv.Itoa(len(list)) + " files were dropped; expected one trace file")
	case list[0].IsDir():
		return errors.New(list[0].Name() + ": a folder; expected a trace file")
	}
	return g.openDropped(dropped, list[0].Name())
}

func (g *game) openDropped(dropped fs.FS, name string) error {
	f, err := dropped.Open(name)
	if err != nil {
		return err
	}
	info, err := f.Stat()
	if err != nil {
		f.Close()
		return err
	}
	return g.OpenReader(name, info.Size(), f)
}
