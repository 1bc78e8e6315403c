package record

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func countersOf(tb testing.TB, path string) *Counters {
	f, err := os.Open(folder + path)
	require.NoError(tb, err)
	defer f.Close()
	c, err := ReadCounters(path, f)
	require.NoError(tb, err)
	return c
}

// differing lists the counters that events and files see differently.
func differing(tb testing.TB, name string) (list []string) {
	counters, unknown := read(tb, name+"/trace.txt.gz").Count()
	for _, u := range unknown {
		list = append(list, u.Why)
	}
	for _, c := range counters.Against(countersOf(tb, name+"/stats-before.txt"), countersOf(tb, name+"/stats-after.txt")) {
		if c.Events != c.Files {
			list = append(list, c.Name)
		}
	}
	return list
}

func TestTheCountersFollowFromTheEvents(t *testing.T) {
	files, err := filepath.Glob(folder + "[0-9]*/stats-after.txt")
	require.NoError(t, err)
	require.GreaterOrEqual(t, len(files), 13)
	counted, again := int64(0), int64(0)
	for _, f := range files {
		name := filepath.Base(filepath.Dir(f))
		require.Empty(t, differing(t, name), name)
		c, _ := good(t, name).Count()
		counted += c.Calls
		again += c.Retrans
	}
	require.Greater(t, counted, int64(1000))
	require.NotZero(t, again)
}

func TestAFaultInEventsOrFilesShowsInItsCounter(t *testing.T) {
	for name, want := range map[string][]string{
		"call-start-removed":      {"rpccnt"},
		"refresh-removed":         {"rpcauthrefresh"},
		"request-removed":         {"rpccnt", "proc3 GETATTR"},
		"retransmission-removed":  {"rpcretrans"},
		"procedure-changed":       {"proc3 GETATTR", "proc3 ACCESS"},
		"procedure-unknown":       {`nfsv3 has no procedure "GETFATTR"`, "proc3 GETATTR"},
		"count-changed-after":     {"proc3 GETATTR"},
		"count-changed-before":    {"proc3 READ"},
		"calls-changed":           {"rpccnt"},
		"retransmissions-changed": {"rpcretrans"},
	} {
		require.Equal(t, want, differing(t, "bad-stats/"+name), name)
	}
	torn := countersOf(t, "bad-stats/namespaces-differ/stats-after.txt").Torn
	require.Len(t, torn, 1)
	require.Contains(t, torn[0], "stats-after.txt:20: other counts than on line 15")
	require.Contains(t, torn[0], "proc3 GETATTR was 4 and is 5")
}

func TestAFileOfCountersIsReadOrRefusedWithItsLine(t *testing.T) {
	const head = "== nsA /proc/net/rpc/nfs\n"
	for text, want := range map[string]string{
		"":                                "x: there is no section",
		"== nsA /proc/net/rpc/nfsd\nrc 0": "x: there is no section",
		head:                              "x: section 1 of /proc/net/rpc/nfs has not exactly one line",
		head + "rpc 1 2 3\nrpc 1 2 3\n":   "x: section 1 of /proc/net/rpc/nfs has not exactly one line",
		head + "rpc 1 2 3\n" + head + "== mountstats\n": "x:4: section 2",
		head + "rpc 1 2\n":                  "x:2: expected three numbers",
		head + "rpc 1 -2 3\n":               `x:2: expected a count below 2^32, found "-2"`,
		head + "rpc 1 2 3\nproc3 4 1 2 3\n": "x:3: proc3 must say how many counts follow",
		head + "rpc 1 2 3\nproc9 1 1\n":     `x:3: expected proc2, proc3 or proc4, found "proc9"`,
		head + "net 0 1 0 0\n":              `x:2: the line "net" of a client is all zeros, found 1`,
		head + "hello\n":                    `x:2: expected net, rpc or procN, found "hello"`,
	} {
		_, err := ReadCounters("x", strings.NewReader(text))
		require.ErrorContains(t, err, want, text)
	}
	c, err := ReadCounters("x", strings.NewReader(head+"rpc 1 2 3\nproc2 1 7\n"+head+"rpc 10 20 30\nproc2 1 7\n"))
	require.NoError(t, err)
	require.Equal(t, []int64{11, 22, 33, 7}, []int64{c.Calls, c.Retrans, c.Refreshes, c.Procs[2][0]})
}

func FuzzReadCounters(f *testing.F) {
	for _, name := range []string{"06-slot-contention/stats-after.txt", "bad-stats/count-no-number/stats-after.txt"} {
		data, err := os.ReadFile(folder + name)
		require.NoError(f, err)
		f.Add(string(data))
	}
	f.Fuzz(func(t *testing.T, text string) {
		c, err := ReadCounters("x", strings.NewReader(text))
		if err != nil {
			require.NotContains(t, err.Error(), "\n")
			return
		}
		c.Against(c, c)
	})
}
