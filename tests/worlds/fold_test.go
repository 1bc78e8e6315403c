package worlds

import (
	"errors"
	"flag"
	"fmt"
	"maps"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"sunscope/core/scenario/yaml"
	"sunscope/core/trace"
)

// foldLimits holds, for every claim that is wrong now and then, how often in a million it may be. The figures may only
// fall; what is not listed may never be wrong.
const foldLimits = "fold.txt"

var (
	foldWorlds = flag.Int("fold-worlds", 80, "how many random worlds the fold is compared with the engine in")
	foldUpdate = flag.Bool("fold-update", false, "write the shares of wrong claims to "+foldLimits)
)

// judged runs every built-in scenario and some random worlds past a judge.
func judged(t *testing.T, j *Judge, worlds int) *Judge {
	if j.Most == 0 {
		j.Most = 4000
	}
	for _, name := range yaml.Builtins() {
		sc, err := yaml.Builtin(name)
		require.NoError(t, err)
		require.NoError(t, j.World(sc, 42))
	}
	for seed := range uint64(worlds) {
		require.NoError(t, j.World(Random(seed), seed))
	}
	return j
}

func sorted(j *Judge) []Claim {
	return slices.SortedFunc(maps.Keys(j.Claims), func(a, b Claim) int { return strings.Compare(a.String(), b.String()) })
}

// table is what the judge has counted, for people.
func table(j *Judge) string {
	s := fmt.Sprintf("%9s %7s %11s  claim\n", "compared", "wrong", "per million")
	for _, c := range sorted(j) {
		n := j.Claims[c]
		s += fmt.Sprintf("%9d %7d %11d  %s\n", n.Right+n.Wrong, n.Wrong, n.PerMillion(), c)
		if n.Wrong > 0 {
			s += "          first: " + n.First + "\n"
		}
	}
	return s
}

// limits reads the file of limits: "per million | field | rule".
func limits(text string) (map[string]int, error) {
	m := map[string]int{}
	for i, line := range strings.Split(text, "\n") {
		if line == "" || line[0] == '#' {
			continue
		}
		number, claim, ok := strings.Cut(line, " | ")
		n, err := strconv.Atoi(strings.TrimSpace(number))
		if !ok || err != nil || n < 1 {
			return nil, errors.New("line " + strconv.Itoa(i+1) + ": expected \"per million | field | rule\", not " + strconv.Quote(line))
		}
		m[claim] = n
	}
	return m, nil
}

// over lists the claims that are wrong more often than the file allows.
func over(j *Judge, allowed map[string]int) (list []string) {
	for _, c := range sorted(j) {
		if n := j.Claims[c]; n.PerMillion() > allowed[c.String()] {
			list = append(list, fmt.Sprintf("%d per million instead of %d: %s; first: %s", n.PerMillion(), allowed[c.String()], c, n.First))
		}
	}
	return list
}

func readLimits(t *testing.T) map[string]int {
	text, err := os.ReadFile(foldLimits)
	require.NoError(t, err)
	m, err := limits(string(text))
	require.NoError(t, err)
	return m
}

func TestTheFoldTellsTheTruthAboutTheEngine(t *testing.T) {
	j := judged(t, &Judge{}, *foldWorlds)
	t.Log("\n" + table(j))
	require.Empty(t, j.Lies, "what an event states is so")
	if *foldUpdate {
		s := "# How often in a million a claim of the story may be wrong: per million | field | rule; a quarter above what was\n# measured, because other schedules differ. The figures may only fall.\n"
		for _, c := range sorted(j) {
			if n := j.Claims[c]; n.Wrong > 0 {
				s += strconv.Itoa(n.PerMillion()*5/4+100) + " | " + c.String() + "\n"
			}
		}
		require.NoError(t, os.WriteFile(foldLimits, []byte(s), 0o644))
	}
	require.Empty(t, over(j, readLimits(t)))
}

// defects falsify or swallow one kind of event each: the story then says what is not so.
var defects = map[string]struct {
	kind trace.Kind
	bend func(*trace.Event, *trace.Log) bool
	lies bool // what an event states differs; or else what is inferred does
}{
	"another XID":             {trace.XprtReserve, func(e *trace.Event, _ *trace.Log) bool { e.F[2] ^= 1 << 24; return true }, true},
	"the lock is free":        {trace.XprtReserveXprt, func(e *trace.Event, _ *trace.Log) bool { e.F[2] = trace.NoID; return true }, true},
	"another run state":       {trace.RPCTaskRunAction, func(e *trace.Event, _ *trace.Log) bool { e.F[3] ^= int64(trace.NeedRecv); return true }, true},
	"another status":          {trace.RPCTaskWakeup, func(e *trace.Event, _ *trace.Log) bool { e.F[4]--; return true }, true},
	"another transport state": {trace.XprtConnect, func(e *trace.Event, _ *trace.Log) bool { e.F[2] ^= int64(trace.XprtBound); return true }, true},
	"another queue": {trace.RPCTaskSleep, func(e *trace.Event, l *trace.Log) bool {
		e.F[6] = int64(l.Str("delayq"))
		return true
	}, false},
	"no reply found":           {trace.XprtLookupRqst, swallow, false},
	"no connection":            {trace.RPCSocketStateChange, swallow, false},
	"nothing sent":             {trace.XprtTransmit, swallow, false},
	"another step":             {trace.RPCTaskRunAction, func(e *trace.Event, l *trace.Log) bool { e.F[5] = int64(l.Str("call_status")); return true }, false},
	"nobody woken":             {trace.RPCTaskWakeup, swallow, false},
	"another congestion count": {trace.XprtPutCong, func(e *trace.Event, _ *trace.Log) bool { e.F[3] += 256; return true }, false},
}

func swallow(*trace.Event, *trace.Log) bool { return false }

func TestTheJudgeNoticesWhenTheStoryIsToldWrong(t *testing.T) {
	allowed := readLimits(t)
	for name, d := range defects {
		t.Run(name, func(t *testing.T) {
			n := 0
			j := &Judge{Most: 1500, Bend: func(e *trace.Event, l *trace.Log) bool {
				if n++; e.Kind != d.kind || n < 100 {
					return true
				}
				return d.bend(e, l)
			}}
			for _, name := range []string{"two-slots", "udp-window", "reconnect"} {
				sc, err := yaml.Builtin(name)
				require.NoError(t, err)
				require.NoError(t, j.World(sc, 42))
			}
			if d.lies {
				require.NotEmpty(t, j.Lies)
			}
			require.NotEmpty(t, over(j, allowed))
		})
	}
}

func TestALimitThatIsNotANumberIsRefused(t *testing.T) {
	for _, bad := range []string{"x | a | b", "1", "0 | a | b", "-3 | a | b"} {
		_, err := limits("# fine\n12 | state | rule\n" + bad)
		require.ErrorContains(t, err, "line 3", bad)
	}
}
