//go:build e2e

package native

import (
	"errors"
	"fmt"
	"image"
	"math"
	"os"
	"runtime"
	"strconv"
	"testing"
	"time"

	"github.com/hajimehoshi/ebiten/v2"
	"github.com/stretchr/testify/require"

	"sunscope/core/scenario/yaml"
	"sunscope/core/world"
	"sunscope/viz/paint"
	"sunscope/viz/paint/soft"
	"sunscope/viz/scene"
	"sunscope/viz/stage"
)

// measured is what was seen in the window before the tests.
var measured struct {
	tokens, stage, idle cost
	alive               int // tasks on the stage
	idleDraws           int // frames without a change in which something was drawn
	pictures            map[string]*image.RGBA
}

// cost is what frames cost, Ebitengine's own share included.
type cost struct {
	allocs float64 // a frame
	draw   time.Duration
}

func (c cost) String() string { return fmt.Sprintf("%.0f allocations, %v in Draw", c.allocs, c.draw) }

func TestMain(m *testing.M) {
	code := 1
	if err := measure(); err != nil {
		fmt.Fprintln(os.Stderr, "native tests:", err)
	} else {
		code = withViewer(m.Run)
	}
	os.Exit(code)
}

const (
	warmUp = 90  // frames until slices and atlas have their size
	frames = 120 // that are measured
)

// bench is a game that goes through its scenes, one after the other.
type bench struct {
	scenes []*benchScene
	at     int
}

// benchScene is something to be drawn for a while.
type benchScene struct {
	update func()
	draw   func(*ebiten.Image)
	cost   *cost

	frame  int
	before runtime.MemStats
	spent  time.Duration
}

func (b *bench) Layout(int, int) (int, int) { return 1280, 800 }

func (b *bench) Update() error {
	if b.at == len(b.scenes) {
		return ebiten.Termination
	}
	b.scenes[b.at].update()
	return nil
}

func (b *bench) Draw(screen *ebiten.Image) {
	if b.at == len(b.scenes) {
		return
	}
	s := b.scenes[b.at]
	begin := time.Now()
	s.draw(screen)
	s.spent += time.Since(begin)
	if s.frame++; s.frame == warmUp {
		s.spent = 0
		runtime.GC()
		runtime.ReadMemStats(&s.before)
	}
	if s.frame == warmUp+frames {
		var after runtime.MemStats
		runtime.ReadMemStats(&after)
		*s.cost = cost{float64(after.Mallocs-s.before.Mallocs) / frames, s.spent / frames}
		b.at++
	}
}

// measure opens a window and draws in it.
func measure() error {
	crowd, err := crowdedStage()
	if err != nil {
		return err
	}
	ebiten.SetWindowSize(1280, 800)
	ebiten.SetScreenClearedEveryFrame(false)
	return ebiten.RunGame(&bench{scenes: []*benchScene{tokenScene(), crowdScene(crowd), idleScene(crowd), pictureScene()}})
}

// tokenScene moves 300 pills with a number and a clock around.
func tokenScene() *benchScene {
	var painter paint.Painter
	list := scene.List{W: 1280, H: 800, BackKey: 1, Back: soft.Shapes()}
	names := make([]string, 300)
	for i := range names {
		names[i] = strconv.Itoa(i)
	}
	step := 0.0
	update := func() {
		step += 0.01
		list.Front = list.Front[:0]
		for i, name := range names {
			x := float32(600 + 560*math.Sin(step+float64(i)))
			y := float32(20 + 2.5*float64(i))
			list.Front = append(list.Front,
				scene.Item{Op: scene.OpRect, X: x, Y: y, W: 30, H: 18, R: 9, Fill: scene.Call, Stroke: scene.Focus, Width: 1.5, Alpha: 255},
				scene.Item{Op: scene.OpText, X: x + 15, Y: y + 13, Text: name, Font: scene.MonoBold, Size: 11, Align: scene.Center, Fill: scene.OnMessage, Alpha: 255},
				scene.Item{Op: scene.OpArc, X: x + 40, Y: y + 9, R: 6, Width: 2, A0: 0, A1: float32(i) / 300, Stroke: scene.Reply, Alpha: 255})
		}
	}
	return &benchScene{update: update, draw: func(screen *ebiten.Image) { painter.Draw(screen, &list, 1, scene.Dark) }, cost: &measured.tokens}
}

// crowdedStage is a run of some 300 READs at a moment at which all of them are alive.
func crowdedStage() (*stage.Stage, error) {
	sc, err := yaml.Builtin("two-slots")
	if err != nil {
		return nil, err
	}
	sc.Workload.Reads, sc.Client.Threads = 304, 16
	log, err := world.Run(sc, 1)
	if err != nil {
		return nil, err
	}
	p := stage.NewPlayer()
	p.Show(log, stage.Source{Kind: stage.Simulation, Name: "crowd"})
	s := stage.NewStage(p)
	s.SetRect(0, 0, 1280, 800)
	if err := p.Do("seek", stage.Args{"event": "rpc_task_sleep queue=xprt_backlog nth=302"}); err != nil {
		return nil, err
	}
	for _, t := range p.State().Tasks {
		if !t.Finished {
			measured.alive++
		}
	}
	if err := errors.Join(p.Do("speed", stage.Args{"value": "0.001"}), p.Do("play", nil)); err != nil {
		return nil, err
	}
	return s, nil
}

func crowdScene(s *stage.Stage) *benchScene {
	return &benchScene{update: s.Advance, draw: func(screen *ebiten.Image) { s.Draw(screen) }, cost: &measured.stage}
}

// idleScene is a game as the page's and the desk's: it draws what changed, and here nothing does.
func idleScene(s *stage.Stage) *benchScene {
	n := 0
	update := func() {
		if n++; n == 1 {
			_ = s.Player.Do("pause", nil)
		}
		s.Advance()
	}
	draw := func(screen *ebiten.Image) {
		if s.Dirty() {
			s.Draw(screen)
			if n > warmUp {
				measured.idleDraws++
			}
		}
	}
	return &benchScene{update: update, draw: draw, cost: &measured.idle}
}

// pictureScene reads back what the GPU makes of every shape.
func pictureScene() *benchScene {
	measured.pictures = map[string]*image.RGBA{}
	draw := func(*ebiten.Image) {
		if len(measured.pictures) > 0 {
			return
		}
		for name, c := range shapeCases {
			var painter paint.Painter
			w, h := int(320*c.scale), int(200*c.scale)
			big := ebiten.NewImage(w+60, h+40)
			at := image.Rect(30, 20, 30+w, 20+h)
			painter.Draw(big.SubImage(at).(*ebiten.Image), &scene.List{W: 320, H: 200, Front: soft.Shapes()}, c.scale, c.theme)
			picture := image.NewRGBA(image.Rect(0, 0, w, h))
			big.SubImage(at).(*ebiten.Image).ReadPixels(picture.Pix)
			measured.pictures[name] = picture
		}
	}
	return &benchScene{update: func() {}, draw: draw, cost: new(cost)}
}

var shapeCases = map[string]struct {
	scale float64
	theme scene.Theme
}{"light": {1, scene.Light}, "dark, 1.5 pixels to one": {1.5, scene.Dark}, "projector, 2 pixels to one": {2, scene.Projector}}

func TestAFrameOf300TokensAllocatesAtMost200Times(t *testing.T) {
	t.Logf("300 tokens: %v", measured.tokens)
	t.Logf("a stage with %d tasks: %v", measured.alive, measured.stage)
	require.GreaterOrEqual(t, measured.alive, 300)
	require.Positive(t, measured.tokens.allocs)
	require.LessOrEqual(t, measured.tokens.allocs, 200.0)
	require.LessOrEqual(t, measured.stage.allocs, 200.0)
}

func TestNothingIsDrawnInTheWindowWhileNothingChanges(t *testing.T) {
	t.Logf("idle: %v", measured.idle)
	require.Zero(t, measured.idleDraws)
	require.Less(t, measured.idle.allocs, measured.stage.allocs)
}

func TestTheGPUDrawsWhatTheReferenceDraws(t *testing.T) {
	require.Len(t, measured.pictures, len(shapeCases))
	for name, c := range shapeCases {
		got := measured.pictures[name]
		keep(t, "shapes "+name, got)
		want := soft.Draw(got.Rect.Dx(), got.Rect.Dy(), c.scale, c.theme, soft.Shapes())
		pixels, worst := soft.Difference(want, got, 2)
		t.Logf("%s: %d pixels differ by more than rounding, by at most %d", name, pixels, worst)
		require.LessOrEqual(t, pixels*200, got.Rect.Dx()*got.Rect.Dy(), name)
	}
}
