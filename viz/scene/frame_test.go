package scene

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"sunscope/core/story"
)

// crowded is an instant of a story at which that many tasks are alive.
func crowded(t testing.TB, tasks int) (*story.Story, int) {
	t.Helper()
	s := simulated(t, tasks)
	for i := range s.Len() {
		alive := 0
		st := s.At(i)
		for j := range st.Tasks {
			if !st.Tasks[j].Finished {
				alive++
			}
		}
		if alive == tasks {
			return s, i
		}
	}
	require.FailNow(t, "never that many tasks alive")
	return nil, 0
}

func TestAFrameWithThreeHundredTokensAllocatesLittle(t *testing.T) {
	s, i := crowded(t, 330)
	st := s.At(i)
	v := &View{W: 1060, H: 900, Lang: "en", Now: st.Time, Selected: Ref{Kind: RefTask, Num: 7}}
	var l List
	LayoutInto(&l, s, st, v)
	require.GreaterOrEqual(t, len(l.Places), 300, "tokens on the picture")
	allocs := testing.AllocsPerRun(50, func() {
		v.Now += 100
		LayoutInto(&l, s, st, v)
	})
	t.Logf("%d tokens, %d items: %.0f allocations a frame", len(l.Places), len(l.Front), allocs)
	require.Less(t, allocs, 60.0)
}

func BenchmarkFrameOf300Tokens(b *testing.B) {
	s, i := crowded(b, 330)
	st := s.At(i)
	v := &View{W: 1060, H: 900, Lang: "en", Now: st.Time}
	var l List
	LayoutInto(&l, s, st, v)
	b.ReportAllocs()
	for b.Loop() {
		v.Now += 100
		LayoutInto(&l, s, st, v)
	}
	b.ReportMetric(float64(len(l.Places)), "tokens")
	b.ReportMetric(float64(len(l.Front)), "items")
}

func BenchmarkFrameOfARecording(b *testing.B) {
	s := recorded(b, "06-slot-contention")
	st := s.At(13200)
	v := &View{W: 1060, H: 900, Lang: "en", Now: st.Time}
	var l List
	b.ReportAllocs()
	for b.Loop() {
		LayoutInto(&l, s, st, v)
	}
}

func TestPlayingOnAllocatesNothingAndLeavesTheTextsOfTheFrameBefore(t *testing.T) {
	s, i := crowded(t, 330)
	v := &View{W: 1440, H: 900, Lang: "en"}
	var l List
	draw := func(at int) {
		st := s.At(at)
		v.Now = st.Time
		LayoutInto(&l, s, st, v)
	}
	texts := func() (all []string) {
		for _, it := range l.Front {
			all = append(all, it.Text)
		}
		return all
	}
	for k := range 200 { // memory grows to what these frames need
		draw(i - 200 + k)
	}
	before := texts()
	copied := strings.Join(before, "\n")
	draw(i - 10)
	require.NotEqual(t, copied, strings.Join(texts(), "\n"))
	require.Equal(t, copied, strings.Join(before, "\n"), "what the frame before said is still there")
	k := 0
	require.Zero(t, testing.AllocsPerRun(150, func() { draw(i - 200 + k%200); k++ }))
}
