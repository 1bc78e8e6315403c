package scene

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"sunscope/core/story"
)

// The parts of the wire's and the server's rooms are shown alone, and together, in all sizes: no text may cover another or
// leave the picture.
func TestPartsThatAreShownAloneFitTheirRoom(t *testing.T) {
	parts := []Parts{PartWire, PartDemux, PartCallbacks, PartServer, PartWire | PartDemux, PartDemux | PartCallbacks,
		PartWire | PartCallbacks, PartWire | PartDemux | PartCallbacks | PartServer}
	shapes := [][2]float32{{1060, 620}, {1420, 860}, {680, 420}, {800, 300}, {390, 844}, {390, 420}, {340, 300}, {390, 180}}
	for _, name := range []string{"deleg-recall", "v40-callback", "lock-granted", "slow-link", "session-slots", "callback-pool", "path-down", "udp-loss"} {
		s := scenarioStory(t, name)
		for i := -1; i < s.Len(); i += max(1, s.Len()/11) {
			st := s.At(i)
			for _, p := range parts {
				for _, z := range shapes {
					lang := [...]string{"en", "zh"}[i&1]
					l := Layout(s, st, &View{W: z[0], H: z[1], Lang: lang, Now: st.Time, Parts: p})
					fits(t, fmt.Sprintf("%s, event %d, parts %d, %.0f×%.0f", name, i, p, z[0], z[1]), l)
				}
			}
		}
	}
}

// fits holds the texts of a picture to its edges and to each other.
func fits(t *testing.T, what string, l *List) {
	var texts []Item
	for _, it := range items(l) {
		if it.Op == OpText && it.Text != "" {
			texts = append(texts, it)
		}
	}
	for i := range texts {
		a := extent(&texts[i])
		require.Truef(t, a.x >= margin && a.right() <= l.W-margin && a.y >= margin && a.bottom() <= l.H-margin, "%s: %q at %.0f…%.0f, %.0f…%.0f", what, texts[i].Text, a.x, a.right(), a.y, a.bottom())
		for j := range i {
			z := extent(&texts[j])
			if a.x < z.right()-0.5 && z.x < a.right()-0.5 && a.y < z.bottom()-0.5 && z.y < a.bottom()-0.5 {
				require.Failf(t, "texts overlap", "%s: %q and %q at %.0f,%.0f", what, texts[i].Text, texts[j].Text, texts[j].X, texts[j].Y)
			}
		}
	}
}

func TestAPartShownAloneIsDrawnLarger(t *testing.T) {
	s := simulated(t, 8)
	i := readingOf(t, s, story.ToTree)
	st := s.At(i)
	v := View{W: 1060, H: 620, Lang: "en", Now: st.Time, Parts: PartDemux}
	l := Layout(s, st, &v)
	largest := float32(0)
	for _, it := range l.Front {
		if it.Op == OpText {
			largest = max(largest, it.Size)
		}
	}
	require.InDelta(t, 11*1.75, largest, 0.1)
	for _, h := range l.Hits {
		require.True(t, h.X >= 0 && h.Y >= 0 && h.X+h.W <= v.W && h.Y+h.H <= v.H, "%v", h)
	}
	z := zoom{1.75, 30, 40}
	x, y := z.from(z.at(100, 200))
	require.InDelta(t, 100, x, 0.01)
	require.InDelta(t, 200, y, 0.01)
	before := append([]Place(nil), l.Places...)
	v.Glide.Start(l, GlideTime)
	require.Equal(t, before, Layout(s, st, &v).Places, "what stays where it was does not move at a glide's beginning")
}
