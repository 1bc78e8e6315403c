package main

import (
	"errors"
	"image"
	"image/png"
	"math"
	"os"
	"strconv"
	"strings"

	"github.com/hajimehoshi/ebiten/v2"

	"sunscope/core/time"
	"sunscope/viz/desktop/desk"
	"sunscope/viz/paint"
	"sunscope/viz/stage"
)

// game is the desk in an Ebitengine window.
type game struct {
	*desk.Desk
	stage   *stage.Stage
	painter paint.Painter
	scale   float64
	size    image.Point // of the screen, in pixels
	input   input
	frames  int
	shot    string
	after   int
	live    *live
	done    error // ebiten.Termination, or what went wrong
}

// show opens the window and returns when it is closed.
func show(d *desk.Desk, s *settings) error {
	g := &game{Desk: d, stage: stage.NewStage(d.Player), scale: 1, shot: s.shot, after: s.after, live: &s.live}
	if s.play {
		d.Do("play")
	}
	ebiten.SetWindowTitle("Sunscope")
	ebiten.SetWindowSize(s.width, s.height)
	ebiten.SetWindowSizeLimits(leastWidth, leastHeight, -1, -1)
	ebiten.SetWindowResizingMode(ebiten.WindowResizingModeEnabled)
	ebiten.SetScreenClearedEveryFrame(false)
	err := ebiten.RunGame(g)
	if err != nil && strings.Contains(err.Error(), "no window system") {
		return errors.New("no window system is available; on a machine without a display run it under xvfb-run")
	}
	return err
}

// Update is one tick.
func (g *game) Update() error {
	if g.done != nil {
		return g.done
	}
	g.poll()
	g.live.feed(g.Desk)
	g.stage.Advance()
	g.Advance(time.Second / time.Duration(ebiten.TPS()))
	return nil
}

// Draw draws what changed; the screen keeps the rest.
func (g *game) Draw(screen *ebiten.Image) {
	if size := screen.Bounds().Size(); size != g.size {
		g.size = size
		g.Redraw()
	}
	if g.Dirty() || g.stage.Dirty() {
		g.paint(screen)
	}
	if g.Shoot() {
		g.picture(screen)
	}
	g.frames++
	if g.shot != "" && g.frames >= g.after && g.done == nil {
		if g.done = save(g.shot, screen); g.done == nil {
			g.done = ebiten.Termination
		}
	}
}

// paint draws what surrounds the stage, the stage, and what lies on top.
func (g *game) paint(screen *ebiten.Image) {
	theme := g.Player.Theme()
	around, over := g.Pictures()
	for _, p := range around {
		if !p.Same {
			g.painter.Over(g.part(screen, p.At), p.List.Front, g.scale, theme)
		}
	}
	a := g.Areas().Stage
	g.stage.SetRect(float64(a.X), float64(a.Y), float64(a.W), float64(a.H))
	g.stage.SetScale(g.scale)
	g.stage.Draw(screen)
	if over.List != nil {
		g.painter.Over(g.part(screen, over.At), over.List.Front, g.scale, theme)
	}
}

// part is an area of the screen: what is drawn into it is cut off at its edges.
func (g *game) part(screen *ebiten.Image, r desk.Rect) *ebiten.Image {
	px := func(v float32) int { return int(math.Round(float64(v) * g.scale)) }
	return screen.SubImage(image.Rect(px(r.X), px(r.Y), px(r.X+r.W), px(r.Y+r.H))).(*ebiten.Image)
}

// Layout is not called: LayoutF is.
func (g *game) Layout(w, h int) (int, int) {
	wf, hf := g.LayoutF(float64(w), float64(h))
	return int(wf), int(hf)
}

// LayoutF makes one pixel of the screen one of the device.
func (g *game) LayoutF(w, h float64) (float64, float64) {
	if scale := ebiten.Monitor().DeviceScaleFactor(); scale != g.scale {
		g.scale = scale
		g.Redraw()
	}
	g.Resize(float32(w), float32(h))
	return math.Ceil(w * g.scale), math.Ceil(h * g.scale)
}

// picture saves the window under the first free name.
func (g *game) picture(screen *ebiten.Image) {
	for n := 1; ; n++ {
		name := "sunscope-" + strconv.Itoa(n) + ".png"
		if _, err := os.Stat(name); err == nil {
			continue
		}
		if err := save(name, screen); err != nil {
			g.Say(err)
		} else {
			g.Tell(g.Saved(name))
		}
		return
	}
}

// save writes the screen as a PNG file.
func save(path string, screen *ebiten.Image) error {
	b := screen.Bounds()
	picture := image.NewRGBA(image.Rect(0, 0, b.Dx(), b.Dy()))
	screen.ReadPixels(picture.Pix)
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	if err := png.Encode(f, picture); err != nil {
		f.Close()
		return err
	}
	return f.Close()
}
