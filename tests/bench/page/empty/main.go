//go:build js

// The least that an Ebitengine page can be: a game that draws nothing, and marks its first frame as the lesson's page does.
package main

import (
	"syscall/js"

	"github.com/hajimehoshi/ebiten/v2"
)

type game struct{ drawn bool }

// Update implements ebiten.Game; nothing changes.
func (g *game) Update() error { return nil }

// Draw implements ebiten.Game: it draws nothing and marks the first frame.
func (g *game) Draw(*ebiten.Image) {
	if !g.drawn {
		g.drawn = true
		js.Global().Get("performance").Call("mark", "stage")
	}
}

// Layout implements ebiten.Game: a pixel of the page is one of the game.
func (g *game) Layout(w, h int) (int, int) { return w, h }

func main() {
	if err := ebiten.RunGame(&game{}); err != nil {
		panic(err)
	}
}
