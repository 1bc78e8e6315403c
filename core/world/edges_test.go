package world

import (
	"bufio"
	"bytes"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"sunscope/core/fsm"
	"sunscope/core/scenario/yaml"
	"sunscope/core/sunrpc"
)

// An edgeCase is something that happens to calls, and the edges of the map that tasks take then.
type edgeCase struct {
	what  string
	edges string // that it is for; it takes others too
	run   func(testing.TB) map[string]int
}

// by spells out the edges id and those that a major timeout makes of it.
func by(id string, ps ...patience) string {
	var b strings.Builder
	for _, p := range ps {
		b.WriteString(id)
		if p.name != "" {
			b.WriteString("." + p.name)
		}
		b.WriteString(" ")
	}
	return b.String()
}

// adder takes a case.
type adder func(what, edges string, run func(testing.TB) map[string]int)

func edgeCases() (cases []edgeCase) {
	add := func(what, edges string, run func(testing.TB) map[string]int) {
		cases = append(cases, edgeCase{what, edges, run})
	}
	for _, f := range []func(adder){bindCases, connectCases, sendCases, waitCases, signalCases, hookCases, failingCases, plainCases, onceMoreCases, raceCases, lockCases, backCases} {
		f(add)
	}
	for _, name := range yaml.Builtins() {
		add("scenario "+name, "", builtinRun(name, 42))
	}
	return cases
}

func TestTheEngineTakesEveryEdgeOfTheMap(t *testing.T) {
	taken := map[string]int{}
	for _, c := range edgeCases() {
		t.Run(c.what, func(t *testing.T) {
			took := c.run(t)
			for _, id := range strings.Fields(c.edges) {
				if took[id] == 0 {
					t.Errorf("no %s; took %v", id, took)
				}
			}
			add(taken, took)
		})
	}
	missing := missingEdges(t)
	require.Empty(t, misjudged(taken, missing))
	require.LessOrEqual(t, len(missing), mostMissing, "the number may only fall")
	t.Logf("%d of %d edges taken, %d are in %s", len(taken), len(fsm.Edges), len(missing), missingFile)
}

// misjudged are the edges that are not listed as missing and are, or the other way round.
func misjudged(taken map[string]int, missing map[string]string) (wrong []string) {
	known := map[string]bool{}
	for i := range fsm.Edges {
		id := fsm.Edges[i].ID
		known[id] = true
		switch why, listed := missing[id]; {
		case listed && taken[id] > 0:
			wrong = append(wrong, id+" is taken: strike it from "+missingFile+" ("+why+")")
		case !listed && taken[id] == 0:
			wrong = append(wrong, id+" is never taken, and is not in "+missingFile)
		}
	}
	for id := range missing {
		if !known[id] {
			wrong = append(wrong, id+" is in "+missingFile+", and the map has no such edge")
		}
	}
	return wrong
}

func TestAListOfMissingEdgesThatIsWrongIsFound(t *testing.T) {
	taken := map[string]int{}
	for i := range fsm.Edges {
		taken[fsm.Edges[i].ID] = 1
	}
	require.Empty(t, misjudged(taken, nil))
	require.Equal(t, []string{"call_start.reserve is taken: strike it from " + missingFile + " (GSS)"}, misjudged(taken, map[string]string{"call_start.reserve": "GSS"}))
	require.Equal(t, []string{"call_start.stop is in " + missingFile + ", and the map has no such edge"}, misjudged(taken, map[string]string{"call_start.stop": "GSS"}))
	delete(taken, "call_start.reserve")
	require.Equal(t, []string{"call_start.reserve is never taken, and is not in " + missingFile}, misjudged(taken, nil))
}

// mostMissing is how many edges may be missing.
const mostMissing = 15

const missingFile = "../../tests/edges-missing.txt"

// missingEdges are the edges that the engine cannot take, with the reason for each.
func missingEdges(t testing.TB) map[string]string {
	b, err := os.ReadFile(missingFile)
	require.NoError(t, err)
	m := map[string]string{}
	for s := bufio.NewScanner(bytes.NewReader(b)); s.Scan(); {
		line := strings.TrimSpace(s.Text())
		if line == "" || line[0] == '#' {
			continue
		}
		id, why, _ := strings.Cut(line, " | ")
		require.NotEmpty(t, why, "%s: %q: expected EDGE | REASON", missingFile, line)
		require.NotContains(t, m, id)
		m[id] = why
	}
	return m
}

// builtinRun runs a built-in scenario.
func builtinRun(name string, seed uint64, settings ...string) func(testing.TB) map[string]int {
	return func(t testing.TB) map[string]int {
		sc, err := yaml.Builtin(name)
		require.NoError(t, err)
		for i := 0; i < len(settings); i += 2 {
			require.NoError(t, sc.Set(settings[i], settings[i+1]))
		}
		w, err := New(sc, seed)
		require.NoError(t, err)
		took := map[string]int{}
		w.kernel.Took = func(_ *sunrpc.Task, e *fsm.Edge) { took[e.ID]++ }
		for w.Step() {
		}
		return took
	}
}
