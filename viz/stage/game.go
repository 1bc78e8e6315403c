package stage

import (
	"math"

	"github.com/hajimehoshi/ebiten/v2"
)

// Game is a stage that fills the screen.
type Game struct {
	*Stage

	// Tick is called once a tick, after input and before time passes. The bridge hangs here.
	Tick func() error
}

// NewGame is a game that shows the player's picture. Run it with Run.
func NewGame(p *Player) *Game { return &Game{Stage: NewStage(p)} }

// Run opens the screen and plays until it is closed.
func (g *Game) Run() error {
	ebiten.SetScreenClearedEveryFrame(false)
	return ebiten.RunGameWithOptions(g, &ebiten.RunGameOptions{InitUnfocused: true})
}

// Update is one tick.
func (g *Game) Update() error {
	if g.Tick != nil {
		if err := g.Tick(); err != nil {
			return err
		}
	}
	g.Advance()
	return nil
}

// Draw draws the picture if it changed; the screen keeps what was on it.
func (g *Game) Draw(screen *ebiten.Image) {
	if g.Dirty() {
		g.Stage.Draw(screen)
	}
}

// Layout is not called: LayoutF is.
func (g *Game) Layout(w, h int) (int, int) {
	wf, hf := g.LayoutF(float64(w), float64(h))
	return int(wf), int(hf)
}

// LayoutF makes one pixel of the screen one of the device.
func (g *Game) LayoutF(w, h float64) (float64, float64) {
	scale := ebiten.Monitor().DeviceScaleFactor()
	g.SetScale(scale)
	g.SetRect(0, 0, w, h)
	return math.Ceil(w * scale), math.Ceil(h * scale)
}
