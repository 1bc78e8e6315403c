package worlds

import (
	"testing"

	"github.com/stretchr/testify/require"

	"sunscope/core/nfs4"
	"sunscope/core/nfs4/client"
	"sunscope/core/sunrpc"
	"sunscope/core/world"
)

// mistake is one that is built into NFSv4, and the rule that must find it.
type mistake struct {
	name  string
	build func(*world.World)
	rule  string
}

func mistakes() (all []mistake) {
	atClient := func(name string, d client.Defect, rule client.Rule) {
		all = append(all, mistake{name, func(w *world.World) {
			for _, n := range w.Clients4() {
				n.Break(d)
			}
		}, string(rule)})
	}
	atServer := func(name string, d nfs4.Defect, rule string) {
		all = append(all, mistake{name, func(w *world.World) { w.Server4().Break(d) }, rule})
	}
	atClient("a call leaves its number to the next", client.NumberKept, client.NumbersAdd)
	atClient("a call keeps its slot", client.SlotLeaked, client.OneHolder)
	atClient("a slot that is freed wakes nobody", client.SlotNotHanded, client.SlotsServe)
	atClient("the last mount leaves its client", client.ClientKept, client.NobodyLeft)
	atClient("a call that was answered is made once more", client.CallRepeated, onceEach)
	atClient("the end of a recovery lets nobody go on", client.DrainKept, client.Rule(sunrpc.EverybodyArrives))
	atServer("a repetition is executed", nfs4.RepliesForgotten, string(nfs4.ExecutedOnce))
	atServer("an open for writing recalls nobody", nfs4.DelegatedTwice, string(nfs4.OneHolder))
	atServer("a recall is never sent", nfs4.RecallForgotten, answered)
	return all
}

func TestEveryMistakeOfNFSv4IsFoundByItsRule(t *testing.T) {
	const most = 200 // seeds
	for _, m := range mistakes() {
		var failure *Failure
		for seed := uint64(1); seed <= most && failure == nil; seed++ {
			_, failure = Try(Random4(seed), seed, m.build)
		}
		require.NotNil(t, failure, "%s: it is not found within %d seeds", m.name, most)
		t.Logf("%s: %v", m.name, failure)
		require.Equal(t, m.rule, failure.Rule, "%s: %v", m.name, failure)
	}
}
