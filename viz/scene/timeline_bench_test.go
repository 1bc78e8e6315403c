package scene

import (
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"

	"sunscope/core/story"
	"sunscope/core/time"
	"sunscope/tests/large"
)

// longStories are stories of many events, each folded once.
var longStories = map[int]*story.Story{}

func long(t testing.TB, events int) *story.Story {
	t.Helper()
	if longStories[events] == nil {
		log, err := large.Long(events)
		require.NoError(t, err)
		longStories[events] = story.New(log)
	}
	return longStories[events]
}

// busiest is a story with so many live tasks, and an instant at which they are all alive.
func busiest(t testing.TB, tasks int) (*story.Story, int) {
	t.Helper()
	log, err := large.Busy(tasks)
	require.NoError(t, err)
	return story.New(log), log.Len() - 1
}

// frames lays out frame after frame of an instant, as a stage that plays does.
func frames(b *testing.B, s *story.Story, instant int, v View) {
	st := s.At(instant)
	v.W, v.H, v.Lang, v.Now = 1440, 900, "en", st.Time
	var l List
	LayoutInto(&l, s, st, &v)
	b.ReportAllocs()
	for b.Loop() {
		v.Now += 100
		LayoutInto(&l, s, st, &v)
	}
	b.ReportMetric(float64(len(l.Front)), "items")
}

func BenchmarkFrame(b *testing.B) {
	for _, tasks := range []int{100, 1000, 10_000} {
		s, i := busiest(b, tasks)
		for name, parts := range map[string]Parts{"all": 0, "timeline": PartTimeline} {
			b.Run("live="+strconv.Itoa(tasks)+"/"+name, func(b *testing.B) { frames(b, s, i, View{Parts: parts}) })
		}
	}
	for _, events := range []int{100_000, 1_000_000} {
		s := long(b, events)
		mid := s.Len() / 2
		from := s.Log().TimeAt(mid)
		for name, v := range map[string]View{
			"all": {}, "timeline": {Parts: PartTimeline},
			"timeline-close": {Parts: PartTimeline, From: from - 5*time.Millisecond, To: from + 5*time.Millisecond},
			"timeline-tenth": {Parts: PartTimeline, From: from, To: from + (s.Log().TimeAt(s.Len()-1)-s.Log().TimeAt(0))/10},
		} {
			b.Run("events="+strconv.Itoa(events)+"/"+name, func(b *testing.B) { frames(b, s, mid, v) })
		}
	}
}
