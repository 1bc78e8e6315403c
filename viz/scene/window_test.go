package scene

import (
	"testing"

	"github.com/stretchr/testify/require"

	"sunscope/core/story"
)

func TestACongestionWindowHasAPlot(t *testing.T) {
	s := scenarioStory(t, "udp-window")
	i := s.Len() - 10
	st := s.At(i)
	x := &st.Xprts[0]
	for j := range st.Xprts {
		if st.Xprts[j].Datagrams {
			x = &st.Xprts[j]
		}
	}
	p := s.Plot(x.ID)
	require.NotNil(t, p)
	require.Greater(t, len(p.Cwnd), 5, "it grows")
	require.NotEmpty(t, p.RTT)
	for k := 1; k < len(p.Cwnd); k++ {
		require.NotEqual(t, p.Cwnd[k-1].Value, p.Cwnd[k].Value, "only changes are kept")
		require.LessOrEqual(t, p.Cwnd[k-1].At, p.Cwnd[k].At)
	}
	for _, z := range []size{{"wide", 1420, 840}, {"lesson", 960, 840}} {
		l := Layout(s, st, &View{W: z.w, H: z.h, Lang: "en", Now: st.Time, Selected: Ref{Kind: RefXprt, Num: int64(x.ID)}})
		require.Contains(t, shown(l), "CONGESTION WINDOW\n")
		r := divide(&View{W: z.w, H: z.h, has: PartSessions}).sessions
		lines, bars := 0, 0
		for _, it := range l.Front {
			switch {
			case it.Op == OpLine && it.Stroke == Ink && it.Pts[0].Y > r.y:
				lines++
			case it.Op == OpRect && it.Fill == Reply && it.Y > r.y && it.W == 2:
				bars++
				require.LessOrEqual(t, it.X+it.W, r.right()+1)
			}
		}
		require.Greater(t, lines, 5, z.name)
		require.Positive(t, bars, z.name)
		require.Less(t, lines+bars, 1500, "as many as it is wide, however long the run")
	}
}

func TestTheSampleBeforeATimeIsFoundByItsTime(t *testing.T) {
	list := []story.Sample{{At: 10, Value: 1}, {At: 20, Value: 2}, {At: 20, Value: 3}}
	require.Equal(t, -1, story.Before(list, 9))
	require.Equal(t, 0, story.Before(list, 10))
	require.Equal(t, 2, story.Before(list, 20))
	require.Equal(t, 2, story.Before(list, 99))
	require.Equal(t, -1, story.Before(nil, 99))
}

func TestAStoryWithoutDatagramsHasNoPlots(t *testing.T) {
	require.False(t, simulated(t, 8).HasPlots())
	require.True(t, recorded(t, "02b-udp-rpclab-loss").HasPlots())
}
