package worlds

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"sunscope/core/sunrpc"
	"sunscope/core/world"
)

// engineDefects are mistakes that are built into the engine, each with the rule that must find it.
var engineDefects = map[sunrpc.Defect]sunrpc.Rule{
	sunrpc.SlotForgotten:      sunrpc.SlotsAddUp,
	sunrpc.SlotBeyondMost:     sunrpc.SlotsAddUp,
	sunrpc.SleeperStays:       sunrpc.OneQueue,
	sunrpc.LockShared:         sunrpc.OneLockOwner,
	sunrpc.LockKept:           sunrpc.OneLockOwner,
	sunrpc.XIDTwice:           sunrpc.UniqueXIDs,
	sunrpc.CreditKept:         sunrpc.CreditsBalance,
	sunrpc.ReplyStillExpected: sunrpc.ReleasedIsOver,
	sunrpc.TimerOutlives:      sunrpc.ReleasedIsOver,
	sunrpc.ReferenceKept:      sunrpc.ReferencesAddUp,
	sunrpc.ReferenceTwice:     sunrpc.ReferencesAddUp,
	sunrpc.WakeupLost:         sunrpc.EverybodyArrives,
	sunrpc.CallbackTakesSlot:  sunrpc.CallbacksApart,
}

func TestEveryDefectIsFoundByItsRule(t *testing.T) {
	const most = 300 // seeds
	for d := sunrpc.SlotForgotten; d < sunrpc.Defects; d++ {
		rule, ok := engineDefects[d]
		require.True(t, ok, "defect %d has no rule", d)
		failure := firstFailure(d, most)
		require.NotNil(t, failure, "defect %d is not found within %d seeds", d, most)
		text := failure.Error()
		t.Logf("defect %d: %s", d, text)
		require.Equal(t, string(rule), failure.Rule, "defect %d: %s", d, text)
		require.True(t, strings.HasPrefix(text, fmt.Sprintf("seed %d, event %d (%s at ", failure.Seed, failure.Event, failure.Kind)), text)
		require.Positive(t, failure.Event)
		require.Contains(t, text, string(rule))
	}
}

func firstFailure(d sunrpc.Defect, most uint64) *Failure {
	random := Random
	if d == sunrpc.CallbackTakesSlot {
		random = calledBack
	}
	for seed := uint64(1); seed <= most; seed++ {
		_, failure := Try(random(seed), seed, func(w *world.World) { w.Client().Break(d) })
		if failure != nil {
			return failure
		}
	}
	return nil
}

func TestEveryRuleHasADefectThatBreaksIt(t *testing.T) {
	broken := map[sunrpc.Rule]bool{}
	for _, rule := range engineDefects {
		broken[rule] = true
	}
	for _, rule := range []sunrpc.Rule{
		sunrpc.SlotsAddUp, sunrpc.OneQueue, sunrpc.OneLockOwner, sunrpc.UniqueXIDs, sunrpc.CreditsBalance,
		sunrpc.ReleasedIsOver, sunrpc.ReferencesAddUp, sunrpc.CallbacksApart, sunrpc.EverybodyArrives,
	} {
		require.True(t, broken[rule], string(rule))
	}
}
