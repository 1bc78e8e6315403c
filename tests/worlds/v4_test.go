package worlds

import (
	"flag"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

var seeds4 = flag.Int("seeds4", 60, "how many random worlds with NFSv4 to run")

func TestNoRuleIsBrokenOverNFSv4(t *testing.T) {
	if *only != 0 {
		runOne(t, Random4, *only)
		return
	}
	began := time.Now()
	worlds, mountsFailed, failed, events, recalls := 0, 0, 0, 0, 0
	each(Random4, *seeds4, *first, func(r result) {
		worlds++
		events += r.out.Events
		recalls += r.out.Recalls
		if r.out.Error != nil {
			mountsFailed++
		}
		if r.failure != nil {
			failed++
			if failed <= 20 {
				t.Errorf("%v\n  again: %s", r.failure, fmt.Sprintf("go test ./tests/worlds -run OverNFSv4 -v -seed %d", r.seed))
			}
		}
	})
	t.Logf("%d worlds, %d events, %d recalls, in %v; %d mounts failed; %d broke a rule", worlds, events, recalls, time.Since(began).Round(time.Millisecond), mountsFailed, failed)
	require.Positive(t, recalls)
}

func TestEveryRandomWorldOverNFSv4IsAScenario(t *testing.T) {
	for seed := range uint64(300) {
		require.NoError(t, Random4(seed).Check(), "seed %d", seed)
	}
}
