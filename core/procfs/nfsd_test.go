package procfs_test

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"sunscope/core/procfs"
	"sunscope/core/record"
	"sunscope/core/story"
	"sunscope/core/trace"
)

const recordings = "../../tests/recordings/"

func read(t testing.TB, folder string) *record.Recording {
	f, err := os.Open(folder + "/trace.txt.gz")
	require.NoError(t, err)
	defer f.Close()
	rec, err := record.Read(folder, f)
	require.NoError(t, err)
	return rec
}

// lines are the lines of a text by their first word, as numbers; what is no number is left out.
func lines(text string) map[string][]int64 {
	of := map[string][]int64{}
	for _, line := range strings.Split(text, "\n") {
		words := strings.Fields(line)
		if len(words) < 2 || strings.HasPrefix(line, "#") {
			continue
		}
		var n []int64
		for _, w := range words[1:] {
			if v, err := strconv.ParseInt(w, 10, 64); err == nil {
				n = append(n, v)
			}
		}
		of[words[0]] = n
	}
	return of
}

// nfsdOf is the section of /proc/net/rpc/nfsd of a file of sections.
func nfsdOf(t *testing.T, file string) map[string][]int64 {
	text, err := os.ReadFile(file)
	require.NoError(t, err)
	_, rest, ok := strings.Cut(string(text), "/proc/net/rpc/nfsd\n")
	require.True(t, ok, file)
	section, _, _ := strings.Cut(rest, "== ")
	return lines(section)
}

// The server's counters are shown by the recordings' own files: what they grew by must be in the events.
func TestTheServersCountersFollowFromTheEvents(t *testing.T) {
	folders, err := filepath.Glob(recordings + "[0-9]*")
	require.NoError(t, err)
	compared, calls := 0, int64(0)
	for _, folder := range folders {
		if _, err := os.Stat(folder + "/stats-after.txt"); err != nil {
			continue
		}
		before, after := nfsdOf(t, folder+"/stats-before.txt"), nfsdOf(t, folder+"/stats-after.txt")
		rec := read(t, folder)
		n := rec.Log.Len()
		says := lines(procfs.At(story.New(rec.Log), n-1, rec.Log.TimeAt(n-1)).NFSD())
		for _, key := range []string{"rc", "net", "rpc", "proc3", "proc4"} {
			for i := range after[key] {
				grown := after[key][i] - before[key][i]
				if i == 0 && strings.HasPrefix(key, "proc") {
					grown = after[key][0] // how many counts follow
				}
				require.Equal(t, grown, says[key][i], "%s: %s, number %d", folder, key, i+1)
			}
		}
		compared++
		calls += says["rpc"][0]
	}
	require.GreaterOrEqual(t, compared, 17)
	require.Greater(t, calls, int64(1500))
}

// without is a log without its nth event of a kind for which keep is false.
func without(log *trace.Log, kind trace.Kind, n int) *trace.Log {
	out, e := new(trace.Log), trace.Event{}
	for i := range log.Len() {
		log.At(i, &e)
		if e.Kind == kind {
			if n--; n == -1 {
				continue
			}
		}
		for _, f := range e.Kind.Fields() {
			if f.Type == trace.TypeStr || f.Type == trace.TypeSymbol || f.Type == trace.TypeBytes {
				e.F[f.Slot] = int64(out.Str(log.Text(trace.Str(e.F[f.Slot]))))
			}
			if f.Type == trace.TypeSymbol {
				e.F[f.Slot+1] = int64(out.Str(log.Text(trace.Str(e.F[f.Slot+1]))))
			}
		}
		e.Comm, e.Ctx = out.Str(log.Text(e.Comm)), out.Str(log.Text(e.Ctx))
		out.Append(&e)
	}
	return out
}

func TestEachEventOfTheServerCounts(t *testing.T) {
	log := read(t, recordings+"02c-udp-rpclab-clean").Log
	whole := procfs.CountServer(log, log.Len())
	for _, kind := range []trace.Kind{trace.SvcXDRRecvfrom, trace.SvcProcess, trace.SvcsockUDPRecv} {
		require.NotEqual(t, whole, procfs.CountServer(without(log, kind, 3), log.Len()), kind.String())
	}
	log = read(t, recordings+"06-slot-contention").Log
	whole = procfs.CountServer(log, log.Len())
	for _, kind := range []trace.Kind{trace.SvcXprtAccept, trace.SvcsockTCPRecv, trace.SvcsockTCPRecvShort} {
		require.NotEqual(t, whole, procfs.CountServer(without(log, kind, 1), log.Len()), kind.String())
	}
	require.Equal(t, whole, procfs.CountServer(without(log, trace.RPCTaskSleep, 1), log.Len()), "what clients do is not the server's")
}
