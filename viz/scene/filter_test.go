package scene

import (
	"slices"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"sunscope/core/story"
)

func TestASetOfTasksHoldsWhatWasPutIn(t *testing.T) {
	var none *TaskSet
	require.True(t, none.Has(7), "no set is all of them")
	rapid.Check(t, func(rt *rapid.T) {
		var s TaskSet
		in := map[story.TaskID]bool{}
		for _, n := range rapid.SliceOf(rapid.IntRange(-300, 300)).Draw(rt, "added, or dropped") {
			if id := story.TaskID(max(n, -n)); n >= 0 {
				s.Add(id)
				in[id] = true
			} else {
				s.Drop(id)
				delete(in, id)
			}
		}
		for id := range story.TaskID(310) {
			require.Equal(rt, in[id], s.Has(id))
		}
		require.Equal(rt, len(in), s.Len())
		require.True(rt, slices.IsSorted(s.ids))
	})
}

func TestAFilterHidesTasksInLanesOnTheMapAndInWords(t *testing.T) {
	s := scenarioStory(t, "slot-contention")
	for _, i := range []int{s.Len() / 4, s.Len() / 2} {
		st := s.At(i)
		v := View{W: 1440, H: 900, Lang: "en", Now: st.Time, Only: &TaskSet{}, Parts: PartMap}
		var alive []story.TaskID
		for _, task := range st.Tasks {
			if !task.Finished {
				alive = append(alive, task.ID)
			}
		}
		require.Greater(t, len(alive), 2)
		v.Only.Add(alive[1])
		l := Layout(s, st, &v)
		seen := 0
		for _, h := range l.Hits {
			if h.Ref.Kind == RefTask {
				require.Equal(t, int64(alive[1]), h.Ref.Num, "%+v", h)
				seen++
			}
		}
		require.GreaterOrEqual(t, seen, 1)
		for _, said := range l.Said {
			if said.Ref.Kind == RefTask {
				require.Equal(t, int64(alive[1]), said.Ref.Num, said.Text)
			}
		}
		v.Parts = PartTimeline
		l = Layout(s, st, &v)
		require.True(t, slices.ContainsFunc(l.Front, func(it Item) bool { return it.Text == "filter 1 / "+strconv.Itoa(len(s.Lanes())) }), "it is said that a filter is on")
		first, shown := l.LaneRows()
		require.Equal(t, alive[1], first)
		require.Equal(t, 1, shown)
	}
}
