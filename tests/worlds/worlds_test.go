package worlds

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"sunscope/core/scenario"
)

var (
	seeds  = flag.Int("seeds", 120, "how many random worlds to run")
	first  = flag.Uint64("first", 1, "the seed of the first one")
	shrink = flag.Int("shrink", 0, "with -seed: make the world smaller, trying at most so many others")
	only   = flag.Uint64("seed", 0, "run this one world only, and with -v print it and its last events")
)

// result is what became of one seed.
type result struct {
	seed    uint64
	out     Outcome
	failure *Failure
}

// each runs worlds on all CPUs and hands on what became of them, in the order of seeds.
func each(random func(uint64) *scenario.Scenario, n int, first uint64, f func(result)) {
	results := make([]result, n)
	var wg sync.WaitGroup
	var next sync.Mutex
	i := 0
	for range runtime.GOMAXPROCS(0) {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for {
				next.Lock()
				me := i
				i++
				next.Unlock()
				if me >= n {
					return
				}
				seed := first + uint64(me)
				out, failure := Try(random(seed), seed)
				results[me] = result{seed, out, failure}
				if n >= 10_000 && (me%1000 == 999 || failure != nil) { // a long run says how far it is
					fmt.Printf("%d worlds; seed %d: %v\n", me+1, seed, failure)
				}
			}
		}()
	}
	wg.Wait()
	for _, r := range results {
		f(r)
	}
}

// repeat is the command that runs a failed world again.
func repeat(seed uint64) string {
	return fmt.Sprintf("go test ./tests/worlds -run UnderAnySchedule -v -seed %d", seed)
}

func TestNoRuleIsBrokenUnderAnySchedule(t *testing.T) {
	if *only != 0 {
		runOne(t, Random, *only)
		return
	}
	begin := time.Now()
	worlds, events, mountsFailed, waiting, failed := 0, 0, 0, 0, 0
	var virtual time.Duration
	each(Random, *seeds, *first, func(r result) {
		worlds++
		events += r.out.Events
		virtual += time.Duration(r.out.Time)
		if r.out.Error != nil {
			mountsFailed++
		}
		if r.out.Waiting != nil {
			waiting++
		}
		if r.failure != nil {
			failed++
			if failed <= 20 {
				t.Errorf("%v\n  again: %s", r.failure, repeat(r.seed))
			}
		}
	})
	t.Logf("%d worlds, %d events, %v of virtual time in %v; %d mounts failed, %d worlds were left waiting for a dead server; %d broke a rule",
		worlds, events, virtual.Round(time.Second), time.Since(begin).Round(10*time.Millisecond), mountsFailed, waiting, failed)
}

func runOne(t *testing.T, random func(uint64) *scenario.Scenario, seed uint64) {
	sc := random(seed)
	if testing.Verbose() {
		fmt.Print(sc.Encode())
	}
	out, failure := Try(sc, seed)
	if failure == nil {
		t.Logf("no rule is broken: %+v", out)
		return
	}
	if testing.Verbose() {
		fmt.Print(failure.Last(60))
	}
	t.Error(failure)
	if *shrink > 0 {
		small := Shrink(sc, seed, failure.Rule, *shrink)
		_, failure = Try(small, seed)
		fmt.Printf("%sa smaller world with the same seed: %v\n", small.Encode(), failure)
	}
}

// The worlds in testdata are those that showed a mistake of the engine once, made smaller. The first line says the seed.
func TestWorldsThatOnceBrokeARuleKeepItNow(t *testing.T) {
	files, err := filepath.Glob("testdata/*.scenario")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, name := range files {
		text, err := os.ReadFile(name)
		require.NoError(t, err)
		head, body, _ := strings.Cut(string(text), "\n")
		seed, err := strconv.ParseUint(strings.TrimPrefix(head, "seed "), 10, 64)
		require.NoError(t, err, "%s: expected \"seed NUMBER\" on the first line", name)
		sc, err := scenario.Decode(body)
		require.NoError(t, err, name)
		_, failure := Try(sc, seed)
		require.Nil(t, failure, name)
	}
}
