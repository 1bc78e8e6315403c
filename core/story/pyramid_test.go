package story

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestAPyramidFindsWhatReadingTheListWouldFind(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var p pyramid
		var list []int64
		for range rapid.IntRange(1, 80).Draw(t, "steps") {
			v := rapid.Int64Range(0, 20).Draw(t, "v")
			if len(list) > 0 && rapid.Bool().Draw(t, "change") {
				i := rapid.IntRange(0, len(list)-1).Draw(t, "where")
				list[i] = v
				p.set(i, v)
				continue
			}
			list = append(list, v)
			p.set(len(list)-1, v)
		}
		i, j, least := rapid.IntRange(0, len(list)).Draw(t, "i"), rapid.IntRange(0, len(list)).Draw(t, "j"), rapid.Int64Range(0, 21).Draw(t, "least")
		next, prev := -1, -1
		for k, v := range list {
			if v >= least && k >= i && next < 0 {
				next = k
			}
			if v >= least && k <= i {
				prev = k
			}
		}
		require.Equal(t, next, p.next(i, least))
		require.Equal(t, prev, p.prev(i, least))
		if i < j {
			require.Equal(t, slices.Max(list[i:j]), p.most(i, j))
		}
	})
}

func TestKindSetsKnowWhichKindsAStretchHas(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var s kindSets
		var list []uint16
		for range rapid.IntRange(1, 80).Draw(t, "steps") {
			v := uint16(1) << rapid.IntRange(0, 5).Draw(t, "kind")
			if len(list) > 0 && rapid.Bool().Draw(t, "change") {
				i := rapid.IntRange(0, len(list)-1).Draw(t, "where")
				list[i] |= v
				s.add(i, v)
				continue
			}
			list = append(list, v)
			s.add(len(list)-1, v)
		}
		i, j := rapid.IntRange(0, len(list)).Draw(t, "i"), rapid.IntRange(0, len(list)).Draw(t, "j")
		want, first := uint16(0), -1
		for k, v := range list {
			if k >= i && k < j {
				want |= v
			}
			if k >= i && v&4 != 0 && first < 0 {
				first = k
			}
		}
		require.Equal(t, want, s.in(i, j))
		require.Equal(t, first, s.first(i, 4))
	})
}
