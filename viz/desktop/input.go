package main

import (
	"errors"
	"io"
	"io/fs"

	"github.com/hajimehoshi/ebiten/v2"
	"github.com/hajimehoshi/ebiten/v2/inpututil"
)

// input is what is remembered from one tick to the next.
type input struct {
	x, y  float32
	chars []rune
}

// poll hands over what pointer, keys and dropped files did in this tick.
func (g *game) poll() {
	g.pollDropped()
	g.pollPointer()
	if g.Typing() {
		g.pollTyping()
		return
	}
	if !g.pollOwnKeys() {
		g.Say(g.stage.PollKeys())
	}
}

func (g *game) pollPointer() {
	px, py := ebiten.CursorPosition()
	x, y := float32(float64(px)/g.scale), float32(float64(py)/g.scale)
	mine := g.TakesPointer(x, y)
	if x != g.input.x || y != g.input.y {
		g.input.x, g.input.y = x, y
		g.PointerMove(x, y)
	}
	if mine {
		if inpututil.IsMouseButtonJustPressed(ebiten.MouseButtonLeft) {
			g.PointerDown(x, y)
		}
		if inpututil.IsMouseButtonJustReleased(ebiten.MouseButtonLeft) {
			g.PointerUp(x, y)
		}
	} else {
		g.stage.PollPointer()
	}
	if _, dy := ebiten.Wheel(); dy != 0 {
		g.Wheel(x, y, float32(-dy))
	}
}

func pressed(k ebiten.Key) bool { return inpututil.IsKeyJustPressed(k) }

// held is pressed, and again and again while the key stays down.
func held(k ebiten.Key) bool {
	n := inpututil.KeyPressDuration(k)
	return n == 1 || n > 24 && n%3 == 0
}

// pollTyping is input while a file is chosen.
func (g *game) pollTyping() {
	g.input.chars = ebiten.AppendInputChars(g.input.chars[:0])
	g.Type(string(g.input.chars))
	switch {
	case held(ebiten.KeyBackspace):
		g.Backspace()
	case pressed(ebiten.KeyEnter), pressed(ebiten.KeyNumpadEnter):
		g.Enter()
	case pressed(ebiten.KeyEscape):
		g.Escape()
	case held(ebiten.KeyArrowDown):
		g.ScrollList(1)
	case held(ebiten.KeyArrowUp):
		g.ScrollList(-1)
	}
}

// ownKeys are keys that stand for commands of the desk.
var ownKeys = [...]struct {
	key     ebiten.Key
	command string
}{{ebiten.KeyO, "open"}, {ebiten.KeyT, "theme-next"}, {ebiten.KeyL, "lang-next"}, {ebiten.KeyS, "skip"}, {ebiten.KeyP, "picture"}}

// pollOwnKeys does what keys stand for that the player does not know; it reports whether one was pressed.
func (g *game) pollOwnKeys() bool {
	for _, own := range ownKeys {
		if pressed(own.key) {
			g.Do(own.command)
			return true
		}
	}
	for n := 1; n <= 9; n++ {
		if pressed(ebiten.KeyDigit0 + ebiten.Key(n)) {
			g.AnswerAsked(n)
			return true
		}
	}
	switch {
	case pressed(ebiten.KeyEscape):
		g.Escape()
	case held(ebiten.KeyArrowDown):
		g.ScrollLesson(0.12)
	case held(ebiten.KeyArrowUp):
		g.ScrollLesson(-0.12)
	case held(ebiten.KeyPageDown):
		g.ScrollLesson(0.85)
	case held(ebiten.KeyPageUp):
		g.ScrollLesson(-0.85)
	default:
		return false
	}
	return true
}

// pollDropped opens the first file that was dropped on the window.
func (g *game) pollDropped() {
	dropped := ebiten.DroppedFiles()
	if dropped == nil {
		return
	}
	list, err := fs.ReadDir(dropped, ".")
	switch {
	case err != nil:
		g.Say(err)
	case len(list) == 0:
	case list[0].IsDir():
		g.Say(errors.New(list[0].Name() + ": a folder; expected a trace file"))
	default:
		g.Say(g.openDropped(dropped, list[0].Name()))
	}
}

func (g *game) openDropped(dropped fs.FS, name string) error {
	f, err := dropped.Open(name)
	if err != nil {
		return err
	}
	defer f.Close()
	data, err := io.ReadAll(f)
	if err != nil {
		return err
	}
	return g.OpenBytes(name, data)
}
