package world

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"sunscope/core/scenario/yaml"
	"sunscope/core/trace"
)

// recallWorld is the scenario of recording 04, with some settings changed, run to its end.
func recallWorld(t *testing.T, seed uint64, settings ...string) *rig {
	sc, err := yaml.Builtin("deleg-recall")
	require.NoError(t, err)
	for i := 0; i < len(settings); i += 2 {
		require.NoError(t, sc.Set(settings[i], settings[i+1]))
	}
	w, err := New(sc, seed)
	require.NoError(t, err)
	for w.Step() {
	}
	require.NoError(t, w.Err())
	return &rig{t, w, w.kernel}
}

// said are the NFSv4 calls and the notes about callbacks, in order.
func (l *rig) said() (all []string) {
	l.each(func(e *trace.Event) {
		switch {
		case e.Kind == trace.RPCRequest:
			all = append(all, e.Text(l.log, "proc"))
		case e.Kind == trace.Note && strings.Contains(e.Text(l.log, "event"), "_cb_recall"):
			all = append(all, e.Text(l.log, "event"))
		}
	})
	return all
}

func TestTheHolderIsCalledBackAndTheOtherComesAgain(t *testing.T) {
	for seed := uint64(42); seed < 46; seed++ {
		l := recallWorld(t, seed)
		var course []string
		for _, what := range l.said() {
			switch what {
			case "OPEN", "OPEN_NOATTR", "READ", "WRITE", "CLOSE", "CB_RECALL", "DELEGRETURN", "nfsd_cb_recall", "nfs4_cb_recall":
				course = append(course, what)
			}
		}
		require.Equal(t, "OPEN READ OPEN nfsd_cb_recall CB_RECALL nfs4_cb_recall DELEGRETURN OPEN WRITE CLOSE OPEN_NOATTR READ CLOSE", strings.Join(course, " "))
		require.Empty(t, l.nfsd.v4.V4.Holders())
		require.Equal(t, 2, strings.Count(strings.Join(l.notes(), "\n"), "shutdown state=DOWN"), "both clients have taken their leave")
	}
}

func TestWhatTheSecondNamespaceMountsIsItsOwn(t *testing.T) {
	l := recallWorld(t, 42)
	peers := map[string]int{}
	l.each(func(e *trace.Event) {
		if e.Kind == trace.SvcXprtAccept {
			host, _, _ := strings.Cut(e.Text(l.log, "client"), ":")
			peers[host]++
		}
	})
	require.Equal(t, map[string]int{"10.0.0.2": 1, "10.0.1.2": 1}, peers)
	_, known := l.second.handles["f04.1"]
	require.True(t, known)
}

func TestAProcessNeedsANamespaceThatIsThere(t *testing.T) {
	sc, err := yaml.Builtin("deleg-recall")
	require.NoError(t, err)
	require.NoError(t, sc.Set("client.second", "none"))
	require.EqualError(t, sc.Check(), `process.4.on: expected A, for there is no client.second, not "B"`)
	require.NoError(t, sc.Set("client.second", "10.0.0.2"))
	require.ErrorContains(t, sc.Check(), "client.second")
	require.Error(t, sc.Set("process.1.on", "C"))
	require.Error(t, sc.Set("server.files", "f"))
	require.Error(t, sc.Set("server.files", "a/b 1"))
}
