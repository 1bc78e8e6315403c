package stage

import (
	"image"
	"math"

	"github.com/hajimehoshi/ebiten/v2"

	"sunscope/core/time"
	"sunscope/viz/paint"
)

// Stage puts a Player's picture somewhere on an Ebitengine screen. It draws only when something changed, and so can be
// a part of a larger game: the native viewer's. Lengths are CSS pixels (device-independent ones) unless said otherwise.
type Stage struct {
	Player *Player

	painter    paint.Painter
	x, y, w, h float64
	clip       [4]float64 // x, y, w, h of the part of the screen that the stage is seen through; all 0: the whole
	scale      float64
	drawn      uint64
	stale      bool
	keys       []ebiten.Key
	mouse      mouse
}

// NewStage is a stage for a player. Give it a rectangle before it draws.
func NewStage(p *Player) *Stage { return &Stage{Player: p, scale: 1, stale: true} }

// SetRect places the stage on the screen.
func (s *Stage) SetRect(x, y, w, h float64) {
	if s.w != w || s.h != h {
		s.stale = true
	}
	s.x, s.y, s.w, s.h = x, y, w, h
}

// SetClip says through which part of the screen the stage is seen: its rectangle may be larger, and is scrolled then.
func (s *Stage) SetClip(x, y, w, h float64) {
	if c := [4]float64{x, y, w, h}; s.clip != c {
		s.clip, s.stale = c, true
	}
}

// SetScale says how many device pixels a CSS pixel is.
func (s *Stage) SetScale(scale float64) {
	if scale > 0 && s.scale != scale {
		s.scale, s.stale = scale, true
	}
}

// Contains reports whether a point of the screen lies on the stage.
func (s *Stage) Contains(x, y float64) bool {
	if c := s.clip; c[2] > 0 && (x < c[0] || y < c[1] || x >= c[0]+c[2] || y >= c[1]+c[3]) {
		return false
	}
	return x >= s.x && y >= s.y && x < s.x+s.w && y < s.y+s.h
}

// Advance plays one tick on. A tick that the browser slept through is not made up for.
func (s *Stage) Advance() { s.Player.Advance(time.Second / time.Duration(ebiten.TPS())) }

// Dirty reports whether Draw would draw anything new.
func (s *Stage) Dirty() bool { return s.stale || s.drawn != s.Player.Revision() }

// Redraw makes the next Draw draw even if nothing changed.
func (s *Stage) Redraw() { s.stale = true }

// Draw shows the picture in the stage's rectangle of dst, which may hold other things around it. It costs a copy of the
// background and one call; a caller whose screen keeps what was on it asks Dirty first.
func (s *Stage) Draw(dst *ebiten.Image) {
	at := dst.Bounds().Min
	x, y := at.X+int(math.Round(s.x*s.scale)), at.Y+int(math.Round(s.y*s.scale))
	w, h := int(math.Ceil(s.w*s.scale)), int(math.Ceil(s.h*s.scale))
	room := image.Rect(x, y, x+w, y+h).Intersect(dst.Bounds())
	if c := s.clip; c[2] > 0 {
		left, top := at.X+int(math.Round(c[0]*s.scale)), at.Y+int(math.Round(c[1]*s.scale))
		room = room.Intersect(image.Rect(left, top, left+int(math.Ceil(c[2]*s.scale)), top+int(math.Ceil(c[3]*s.scale))))
	}
	if room.Empty() {
		return
	}
	p := s.Player
	list := p.Layout(float32(s.w), float32(s.h))
	s.drawn, s.stale = p.Revision(), false
	if room != dst.Bounds() {
		dst = dst.SubImage(room).(*ebiten.Image)
	}
	s.painter.DrawAt(dst, list, s.scale, p.Theme(), image.Pt(x, y))
}
