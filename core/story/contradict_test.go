package story

import (
	"bytes"
	"cmp"
	"flag"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"sunscope/core/trace"
)

var lower = flag.Bool("lower", false, "write the contradictions counted into testdata/contradicted.txt, if none is more than before")

const contradictedFile = "testdata/contradicted.txt"

// contradicted adds up the contradictions of all recordings of a real kernel.
func contradicted(t *testing.T) []Contradiction {
	t.Helper()
	dirs, err := filepath.Glob(recordings + "[0-9]*")
	require.NoError(t, err)
	require.GreaterOrEqual(t, len(dirs), 35)
	var all []Contradiction
	for _, dir := range dirs {
		for _, c := range Contradictions(recording(t, filepath.Base(dir))) {
			i := slices.IndexFunc(all, func(a Contradiction) bool { return a.Field == c.Field && a.Rule == c.Rule })
			if i < 0 {
				all = append(all, c)
				continue
			}
			all[i].Count += c.Count
			all[i].Stood += c.Stood
		}
	}
	slices.SortFunc(all, func(a, b Contradiction) int {
		return cmp.Or(cmp.Compare(a.Field, b.Field), cmp.Compare(a.Rule, b.Rule))
	})
	return all
}

func (d *Contradiction) key() string { return d.Field + " | " + d.Rule.String() }

// allowed reads how often each rule may be contradicted.
func allowed(t *testing.T) map[string]int {
	t.Helper()
	b, err := os.ReadFile(contradictedFile)
	require.NoError(t, err)
	most := map[string]int{}
	for line := range strings.Lines(string(b)) {
		if line = strings.TrimSpace(line); line == "" || line[0] == '#' {
			continue
		}
		count, key, ok := strings.Cut(line, " | ")
		require.True(t, ok, line)
		n, err := strconv.Atoi(strings.Fields(count)[0])
		require.NoError(t, err, line)
		most[key] = n
	}
	return most
}

func TestWhatIsInferredFromRecordingsIsContradictedNoMoreOftenThanBefore(t *testing.T) {
	all, most := contradicted(t), allowed(t)
	var out bytes.Buffer
	out.WriteString("# How often, in all recordings together, an event contradicts what a rule had inferred: times of times | field | rule.\n" +
		"# The numbers may only fall: go test ./core/story -run Contradicted -lower writes them down when they have.\n")
	sum := 0
	for i := range all {
		c := &all[i]
		sum += c.Count
		out.WriteString(strconv.Itoa(c.Count) + " of " + strconv.Itoa(c.Count+c.Stood) + " | " + c.key() + "\n")
		if n, known := most[c.key()]; known || c.Count > 0 {
			require.LessOrEqual(t, c.Count, n, "%s: contradicted more often than before", c.key())
		}
	}
	t.Log(sum, "inferred values are contradicted by an event")
	if *lower {
		require.NoError(t, os.WriteFile(contradictedFile, out.Bytes(), 0o666))
		return
	}
	b, err := os.ReadFile(contradictedFile)
	require.NoError(t, err)
	require.Equal(t, out.String(), string(b), "the numbers have fallen: write them down with -lower")
}

func TestAnEventThatSaysOtherwiseIsCounted(t *testing.T) {
	log := recording(t, "01-v3-tcp-mount-read")
	before := total(Contradictions(log))
	changed := &trace.Log{}
	var e trace.Event
	waits := 0
	for i := range log.Len() {
		log.At(i, &e)
		if e.Kind == trace.RPCTaskWakeup {
			if waits++; waits == 3 {
				e.F[fRunState] ^= int64(trace.NeedXmit) // as if it had lost its place on the transmit queue
			}
		}
		changed.Append(restr(log, changed, &e))
	}
	require.Greater(t, total(Contradictions(changed)), before)
}

func total(all []Contradiction) (n int) {
	for _, c := range all {
		n += c.Count
	}
	return n
}
