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
	ticks   int
	shot    string
	after   int
	live    *live
	keeper  *keeper
	do      string // commands to begin with
	play    bool
	begun   bool
	film    *filming // an animation that is being made; nil: none
	title   string
	full    bool  // the window fills the screen
	done    error // ebiten.Termination, or what went wrong
}

// ticksKept is how many ticks pass until the state is looked at again.
const ticksKept = 120

// show opens the window and returns when it is closed.
func show(d *desk.Desk, s *settings) error {
	g := &game{Desk: d, stage: stage.NewStage(d.Player), scale: 1, shot: s.shot, after: s.after, live: &s.live, keeper: &s.keeper, do: s.do, play: s.play}
	d.Resize(float32(s.width), float32(s.height))
	ebiten.SetWindowTitle("Sunscope")
	ebiten.SetWindowSize(s.width, s.height)
	ebiten.SetWindowSizeLimits(leastWidth, leastHeight, -1, -1)
	ebiten.SetWindowResizingMode(ebiten.WindowResizingModeEnabled)
	ebiten.SetScreenClearedEveryFrame(false)
	ebiten.SetWindowIcon(icons())
	ebiten.SetWindowClosingHandled(true)
	if kept := &s.keeper.saved; !s.given["size"] {
		kept.place()
		g.FullScreen = kept.FullScreen
	}
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
	g.begin()
	g.wanted()
	g.window()
	g.stage.Advance()
	g.Advance(time.Second / time.Duration(ebiten.TPS()))
	return nil
}

// begin does what the command line says, as soon as everything has been read.
func (g *game) begin() {
	if g.begun || g.Loading() {
		return
	}
	g.begun = true
	err := carryOut(g.Desk, g.do)
	if err != nil && g.shot != "" {
		g.done = err // nobody is there to see that the picture is not what was asked for
		return
	}
	g.Say(err)
	if g.play {
		g.Do("play")
	}
}

// carryOut does the commands of -do up to the first that fails.
func carryOut(d *desk.Desk, commands string) error {
	for line := range strings.SplitSeq(commands, ";") {
		if line = strings.TrimSpace(line); line == "" {
			continue
		}
		if err := d.Try(line); err != nil {
			return errors.New("-do: " + err.Error())
		}
	}
	return nil
}

// window brings the window itself up to date: its title, and whether it fills the screen.
func (g *game) window() {
	if title := g.Title(); title != g.title {
		g.title = title
		ebiten.SetWindowTitle(title)
	}
	if g.FullScreen != g.full {
		g.full = g.FullScreen
		ebiten.SetFullscreen(g.full)
	}
	closing := g.Quit() || ebiten.IsWindowBeingClosed()
	if g.keeper.path != "" && (closing || g.ticks%ticksKept == 0) {
		g.Say(g.keeper.keep(g.state()))
	}
	if g.ticks++; closing {
		g.done = ebiten.Termination
	}
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
	if g.Loading() {
		return
	}
	if g.Failed != nil && g.shot != "" {
		g.done = g.Failed
		return
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
	a, p := g.Areas().Stage, g.Areas().Picture
	g.stage.SetRect(float64(p.X), float64(p.Y), float64(p.W), float64(p.H))
	g.stage.SetClip(float64(a.X), float64(a.Y), float64(a.W), float64(a.H))
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
