package worlds

import (
	"math/rand/v2"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"sunscope/core/scenario"
	coretime "sunscope/core/time"
	"sunscope/core/world"
)

// calledBack is a random world over TCP whose server calls its client, and whose nfsd may be somewhat slow (not so slow that
// calls which are sent again pile up without end), or not know whose calls it gets.
func calledBack(seed uint64) *scenario.Scenario {
	sc := Random(seed)
	d := dice{rand.New(rand.NewPCG(seed, 0x6261636b))}
	sc.Mount.UDP = false
	sc.Callbacks = scenario.Callbacks{Design: one(d, scenario.Backchannels...), Slots: one(d, 1, 2, 8, 100), Prealloc: one(d, 1, 4)}
	if c := &sc.Callbacks; c.Design == "pool36" {
		c.Slots = min(c.Slots, 8) // a hundred calls at once that cost the connection each time come again all at once, without end
	}
	for range d.between(1, 3) {
		sc.Processes = append(sc.Processes, scenario.Process{
			Name: "holder", Count: 1, At: coretime.Duration(d.IntN(2_000_000)) * coretime.Microsecond,
			Do: "callback " + strconv.Itoa(one(d, 1, 2, 7, 90)) + "; sleep " + one(d, "1ms", "1s") + "; callback 1; fsstat",
		})
	}
	if d.percent(30) {
		sc.Faults = append(sc.Faults, scenario.Fault{At: coretime.Duration(d.IntN(1_000_000)) * coretime.Microsecond, Do: one(d, "slow 3ms", "upcall 300ms", "upcall 20s")})
	}
	return sc
}

func TestRandomWorldsWithCallbacksBreakNoRule(t *testing.T) {
	worlds, answered, lost := max(*seeds/4, 20), 0, 0
	began := time.Now()
	for i := range worlds {
		seed := *first + uint64(i)
		sc := calledBack(seed)
		_, failure := Try(sc, seed)
		if failure != nil {
			t.Fatalf("%v\n%s", failure, failure.Last(40))
		}
		w, err := world.New(sc, seed)
		require.NoError(t, err)
		for w.Step() {
		}
		a, l, open, state := w.Callbacks()
		answered, lost = answered+a, lost+l
		if w.Err() == nil {
			require.Zero(t, open, "seed %d: a call is answered, or given up", seed)
		}
		if a+l > 0 {
			require.Contains(t, []string{"UP", "DOWN", "FAULT", "UNKNOWN"}, state)
		}
	}
	t.Logf("%d worlds in %v: %d callbacks answered, %d given up", worlds, time.Since(began).Round(time.Millisecond), answered, lost)
	require.Positive(t, answered)
}
