package scene

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestTheInspectorsPanelHoldsWhatWasInspected(t *testing.T) {
	s := simulated(t, 8)
	i := first(t, s, "sunscope_wire_send kind=DATA item=read[1]")
	st := s.At(i)
	in := Inspect(s, st, Ref{Kind: RefPacket, Num: int64(st.Packets[len(st.Packets)-1].ID)}, "en")
	var l List
	height := InspectInto(&l, &in, 320, 4000, 0, 7, "en")
	require.Greater(t, height, float32(400))
	lit, bytes := 0, 0
	for n, it := range l.Front {
		if it.Op != OpText {
			continue
		}
		require.NotEmpty(t, it.Text)
		e := extent(&it)
		require.LessOrEqualf(t, e.right(), float32(320), "%q", it.Text)
		require.Less(t, e.bottom(), height)
		if it.Fill == OnMessage {
			lit++
		}
		for j := range n {
			if o := l.Front[j]; o.Op == OpText {
				f := extent(&o)
				require.Falsef(t, e.x < f.right()-0.5 && f.x < e.right()-0.5 && e.y < f.bottom()-0.5 && f.y < e.bottom()-0.5, "%q on %q", it.Text, o.Text)
			}
		}
	}
	for _, h := range l.Hits {
		if h.Ref.Kind == RefField {
			require.GreaterOrEqual(t, h.Ref.Num, int64(0))
			bytes++
		}
	}
	require.Equal(t, in.Fields[7].Len, lit, "the bytes of the pointed field stand out")
	require.Equal(t, len(in.Bytes)+len(in.Fields), bytes, "each byte and each field answers to the pointer")
}

func TestAScrolledPanelDrawsOnlyWhatIsVisible(t *testing.T) {
	s := simulated(t, 8)
	st := s.At(300)
	in := Inspect(s, st, Ref{Kind: RefTask, Num: 4}, "zh")
	var whole, part List
	height := InspectInto(&whole, &in, 300, 4000, 0, -1, "zh")
	require.Equal(t, height, InspectInto(&part, &in, 300, 120, 200, -1, "zh"))
	require.Less(t, len(part.Front), len(whole.Front)/2)
	for _, it := range part.Front {
		if it.Op == OpText {
			require.Greater(t, it.Y, float32(-20))
			require.Less(t, it.Y, float32(140))
		}
	}
}

func TestEmptyInspectionsMakeAPanel(t *testing.T) {
	var l List
	for _, w := range []float32{0, 10, 300} {
		require.NotPanics(t, func() { InspectInto(&l, &Inspection{Title: "x 任务 y", About: "z"}, w, 100, 0, -1, "en") })
	}
}

func TestASmallTabletKeepsTheWorkQueuesBeforeTheCounters(t *testing.T) {
	p := divide(&View{W: 680, H: 700})
	require.False(t, p.work.empty())
	require.False(t, p.stateMap.empty())
	require.True(t, p.counters.empty())
}
