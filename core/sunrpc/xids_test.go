package sunrpc

import (
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestARequestIsFoundByItsXIDWhateverElseComesAndGoes(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var table xids
		model := map[uint32]*Request{}
		few := rapid.Uint32Range(0, 40)
		for range rapid.IntRange(1, 300).Draw(t, "steps") {
			xid := few.Draw(t, "xid") << (8 * rapid.IntRange(0, 3).Draw(t, "byte"))
			if rapid.Bool().Draw(t, "put") {
				r := &Request{xid: xid}
				table.put(r)
				model[xid] = r
			} else {
				table.remove(xid)
				delete(model, xid)
			}
			require.Equal(t, len(model), table.n)
			for xid, r := range model {
				require.Same(t, r, table.get(xid))
			}
			require.True(t, table.get(xid) == model[xid])
		}
	})
}

func TestOwnersHaveOneTurnEachHoweverManyTheyAre(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var q turns[int]
		var in []*place[int]
		for i := range rapid.IntRange(1, 200).Draw(t, "steps") {
			if len(in) > 0 && rapid.IntRange(0, 9).Draw(t, "what") < 4 {
				k := rapid.IntRange(0, len(in)-1).Draw(t, "who")
				q.leave(in[k])
				in = append(in[:k], in[k+1:]...)
			} else {
				p := &place[int]{}
				p.item = i
				q.join(p, rapid.Int32Range(0, 40).Draw(t, "owner"))
				in = append(in, p)
			}
			owners, places := map[int32]bool{}, 0
			for p := q.list.first; p != nil; p = p.next {
				require.False(t, owners[p.item.owner], "two turns of one owner")
				owners[p.item.owner] = true
				places += p.item.chain.n
			}
			require.Equal(t, len(in), places)
		}
	})
}
