package scene

import (
	"fmt"
	"image/color"
	"math"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"sunscope/core/scenario/yaml"
	"sunscope/core/story"
	"sunscope/core/world"
	"sunscope/viz/scene/face"
)

var scenarioStories = map[string]*story.Story{}

// scenarioStory is the story of a built-in scenario with settings; it is simulated once.
func scenarioStory(t *testing.T, name string, settings ...string) *story.Story {
	id := name + fmt.Sprint(settings)
	if s := scenarioStories[id]; s != nil {
		return s
	}
	sc, err := yaml.Builtin(name)
	require.NoError(t, err)
	for i := 0; i < len(settings); i += 2 {
		require.NoError(t, sc.Set(settings[i], settings[i+1]))
	}
	log, err := world.Run(sc, 42)
	require.NoError(t, err)
	s := story.New(log)
	scenarioStories[id] = s
	return s
}

// allRecordings names the committed recordings of a real kernel.
func allRecordings(t *testing.T) []string {
	dirs, err := filepath.Glob("../../tests/recordings/[0-9]*")
	require.NoError(t, err)
	require.GreaterOrEqual(t, len(dirs), 35)
	for i := range dirs {
		dirs[i] = filepath.Base(dirs[i])
	}
	return dirs
}

// pictures lays out many instants of simulations and recordings at all sizes and hands them to check.
func pictures(t *testing.T, check func(t *testing.T, what string, l *List)) {
	stories := map[string]*story.Story{
		"eight reads": simulated(t, 8), "forty reads": simulated(t, 40),
		"recording 06": recorded(t, "06-slot-contention"), "recording 03": recorded(t, "03-v41-mount-basic"),
	}
	few := map[string]bool{}
	for _, name := range yaml.Builtins() {
		stories[name], few[name] = scenarioStory(t, name), true
	}
	for _, name := range allRecordings(t) {
		if id := "recording " + name; stories["recording "+name[:2]] == nil {
			stories[id], few[id] = recorded(t, name), true
		}
	}
	stories["lossy udp"] = scenarioStory(t, "udp-window", "link.loss", "15", "link.duplicate", "20", "link.reorder", "20")
	for name, s := range stories {
		t.Run(name, func(t *testing.T) {
			step := max(1, s.Len()/50)
			if few[name] {
				step = max(1, s.Len()/6)
			}
			for i := -1; i < s.Len(); i += step {
				lang := [...]string{"en", "zh"}[i&1]
				for _, z := range sizes {
					check(t, fmt.Sprintf("%s, event %d, %s", z.name, i, lang), at(s, i, z.w, z.h, lang))
				}
			}
		})
	}
}

// All checks look at each picture while it is there: laying it out takes as long as they do.
func TestTheTextOfEveryPictureCanBeRead(t *testing.T) {
	pictures(t, func(t *testing.T, what string, l *List) {
		overlapsNothing(t, what, l)
		staysInItsRoom(t, what, l)
		isLargeAndHasGlyphs(t, what, l)
		hasContrast(t, what, l)
	})
}

func overlapsNothing(t *testing.T, what string, l *List) {
	var texts []Item
	for _, it := range items(l) {
		if it.Op == OpText && it.Text != "" {
			texts = append(texts, it)
		}
	}
	for i := range texts {
		a := extent(&texts[i])
		for j := range i {
			b := extent(&texts[j])
			if a.x < b.right()-0.5 && b.x < a.right()-0.5 && a.y < b.bottom()-0.5 && b.y < a.bottom()-0.5 {
				require.Failf(t, "texts overlap", "%s: %q at %.0f,%.0f and %q at %.0f,%.0f",
					what, texts[i].Text, texts[i].X, texts[i].Y, texts[j].Text, texts[j].X, texts[j].Y)
			}
		}
	}
}

func staysInItsRoom(t *testing.T, what string, l *List) {
	var rooms []box
	for _, it := range l.Back {
		if it.Op == OpRect && it.Fill == Panel && it.Stroke == PanelEdge {
			rooms = append(rooms, box{it.X, it.Y, it.W, it.H})
		}
	}
	for _, it := range items(l) {
		if it.Op != OpText {
			continue
		}
		e := extent(&it)
		inside := false
		for _, r := range rooms {
			inside = inside || e.x >= r.x+3 && e.right() <= r.right()-3 && e.y >= r.y+2 && e.bottom() <= r.bottom()-1
		}
		require.Truef(t, inside, "%s: %q at %.0f…%.0f, %.0f…%.0f", what, it.Text, e.x, e.right(), e.y, e.bottom())
	}
}

func TestWhatTheDemultiplexerSaysStaysInItsBox(t *testing.T) {
	s := simulated(t, 8)
	for w := float32(320); w < 1500; w += 20 {
		for _, lang := range []string{"en", "zh"} {
			v := &View{W: w, H: 1500, Lang: lang}
			p := divide(v)
			require.False(t, p.demux.empty(), "%.0f", w)
			for _, it := range at(s, 400, w, 1500, lang).Front {
				e := extent(&it)
				if it.Op == OpText && e.x >= p.demux.x && e.x < p.demux.right() && e.y >= p.demux.y && e.y < p.demux.bottom() {
					require.LessOrEqualf(t, e.right(), p.demux.right()-4, "%.0f wide, %s: %q", w, lang, it.Text)
				}
			}
		}
	}
}

func isLargeAndHasGlyphs(t *testing.T, what string, l *List) {
	for _, it := range items(l) {
		if it.Op != OpText {
			continue
		}
		require.GreaterOrEqual(t, it.Size, float32(11), "%s: %q", what, it.Text)
		for _, r := range it.Text {
			require.Truef(t, face.Has(r), "%s: %q in %q", what, r, it.Text)
		}
	}
}

// luminance is the relative luminance of WCAG 2.
func luminance(c color.RGBA) float64 {
	lin := func(v uint8) float64 {
		s := float64(v) / 255
		if s <= 0.04045 {
			return s / 12.92
		}
		return math.Pow((s+0.055)/1.055, 2.4)
	}
	return 0.2126*lin(c.R) + 0.7152*lin(c.G) + 0.0722*lin(c.B)
}

func contrast(a, b color.RGBA) float64 {
	x, y := luminance(a), luminance(b)
	return (max(x, y) + 0.05) / (min(x, y) + 0.05)
}

func TestContrastIsMeasuredAsTheStandardDoes(t *testing.T) {
	require.InDelta(t, 21, contrast(rgb(0), rgb(0xffffff)), 0.01)
	require.InDelta(t, 4.54, contrast(rgb(0x767676), rgb(0xffffff)), 0.01)
}

// behind is the colour under a point, as far as filled rectangles drawn before item n say.
func behind(all []Item, n int, x, y float32, theme *Theme) color.RGBA {
	c := theme[Ground]
	for _, it := range all[:n] {
		if it.Op != OpRect || it.Fill == NoColor || x < it.X || x > it.X+it.W || y < it.Y || y > it.Y+it.H {
			continue
		}
		f, a := theme[it.Fill], float64(it.Alpha)/255
		mix := func(under, over uint8) uint8 { return uint8(float64(under)*(1-a) + float64(over)*a) }
		c = color.RGBA{mix(c.R, f.R), mix(c.G, f.G), mix(c.B, f.B), 255}
	}
	return c
}

func hasContrast(t *testing.T, what string, l *List) {
	themes := map[string]*Theme{"dark": &Dark, "light": &Light, "projector": &Projector}
	all := items(l)
	for n, it := range all {
		if it.Op != OpText || it.Text == "" {
			continue
		}
		e := extent(&it)
		for name, theme := range themes {
			bg := behind(all, n, e.midX(), e.midY(), theme)
			require.GreaterOrEqualf(t, contrast(theme[it.Fill], bg), 4.5, "%s, %s: %q, colour %d", name, what, it.Text, it.Fill)
		}
	}
}
