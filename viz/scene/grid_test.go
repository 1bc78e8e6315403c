package scene

import (
	"testing"

	"github.com/stretchr/testify/require"

	"sunscope/core/story"
)

// hundreds is an instant at which hundreds of slots are in use.
func hundreds(t *testing.T) (*story.Story, int) {
	t.Helper()
	s := scenarioStory(t, "two-slots", "workload.reads", "300", "sunrpc.tcp_max_slot_table_entries", "300")
	best, at := 0, 0
	for i := 0; i < s.Len(); i += 20 {
		if x := s.At(i).Xprts; len(x) > 0 && usedSlots(&x[0]) > best {
			best, at = usedSlots(&x[0]), i
		}
	}
	require.Greater(t, best, 200)
	return s, at
}

func TestHundredsOfSlotsAreAGridWithOneOfThemInFull(t *testing.T) {
	s, i := hundreds(t)
	st := s.At(i)
	x := &st.Xprts[0]
	for _, z := range []size{{"wide", 1420, 840}, {"lesson", 960, 840}, {"phone", 390, 1900}} {
		l := Layout(s, st, &View{W: z.w, H: z.h, Lang: "en", Now: st.Time, Selected: Ref{Kind: RefSlot, Num: slotNumber(x, 150)}})
		cells, large := 0, 0
		for _, h := range l.Hits {
			if h.Ref.Kind != RefSlot {
				continue
			}
			if h.H >= 36 {
				large++
				require.EqualValues(t, slotNumber(x, 150), h.Ref.Num, "the selected one")
			} else {
				cells++
			}
		}
		require.Equal(t, 1, large, z.name)
		require.Equal(t, len(x.Slots), cells, z.name)
	}
}

func TestWithoutASelectionTheSlotHeldLongestIsShownInFull(t *testing.T) {
	s, i := hundreds(t)
	st := s.At(i)
	x := &st.Xprts[0]
	oldest := 0
	for n := range x.Slots {
		if x.Slots[n].Task != 0 && (x.Slots[oldest].Task == 0 || x.Slots[n].Since < x.Slots[oldest].Since) {
			oldest = n
		}
	}
	for _, h := range at(s, i, 1420, 840, "en").Hits {
		if h.Ref.Kind == RefSlot && h.H >= 36 {
			require.EqualValues(t, slotNumber(x, oldest), h.Ref.Num)
			return
		}
	}
	require.Fail(t, "none in full")
}
