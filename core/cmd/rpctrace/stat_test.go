package main

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestStatFindsTheKernelsCountersInTheEvents(t *testing.T) {
	status, out, errs := rpctrace("", "stat", recordingsFolder+"06-slot-contention", recordingsFolder+"07-reconnect/trace.txt.gz")
	require.Zero(t, status, out+errs)
	require.Contains(t, out, "06-slot-contention/trace.txt.gz: 112 counters, 0 differ,")
	require.Contains(t, out, "07-reconnect/trace.txt.gz: 112 counters, 0 differ,")
	require.Regexp(t, `rpcretrans +events +4 +files +4\n`, out)
	require.NotContains(t, out, "differs by")
}

func TestStatRefusesEveryBadInput(t *testing.T) {
	folders, err := filepath.Glob(recordingsFolder + "bad-stats/*")
	require.NoError(t, err)
	require.GreaterOrEqual(t, len(folders), 12)
	for _, f := range folders {
		status, out, errs := rpctrace("", "stat", f)
		require.NotZero(t, status, f+out+errs)
	}
	_, out, _ := rpctrace("", "stat", recordingsFolder+"bad-stats/request-removed")
	require.Regexp(t, `rpccnt +events +11 +files +12 +differs by -1\n`, out)
	status, out, _ := rpctrace("", "stat", recordingsFolder+"bad-stats/namespaces-differ")
	require.Equal(t, 1, status)
	require.Contains(t, out, "proc3 GETATTR was 4 and is 5")
}

func TestStatSaysWhatItCannotRead(t *testing.T) {
	dir := t.TempDir()
	for _, c := range []struct {
		args []string
		want string
	}{
		{nil, "expected recordings"},
		{[]string{dir}, "neither trace.txt.gz nor trace.txt is in this folder"},
		{[]string{"/no/such"}, "no such file"},
		{[]string{"-"}, "nothing stands beside standard input"},
		{[]string{recordingsFolder + "bad-stats/after-missing"}, "the counters of /proc/net/rpc/nfs are missing: open "},
		{[]string{recordingsFolder + "bad-stats/count-no-number"}, "stats-after.txt:15: expected a count below 2^32"},
		{[]string{"-after", "x", recordingsFolder + "06-slot-contention", recordingsFolder + "07-reconnect"}, "are for one recording, not for 2"},
	} {
		status, out, errs := rpctrace("", append([]string{"stat"}, c.args...)...)
		require.Equal(t, 2, status, c.args)
		require.Contains(t, errs, c.want)
		require.Empty(t, out)
	}
	status, _, errs := rpctrace("", "stat", "-h")
	require.Zero(t, status)
	require.Contains(t, errs, "rpcauthrefresh")
}

func TestStatDoesNotVouchForARecordingThatIsCut(t *testing.T) {
	const name = recordingsFolder + "14-autodisconnect/"
	zip, err := os.ReadFile(name + "trace.txt.gz")
	require.NoError(t, err)
	status, out, _ := rpctrace(string(zip[:len(zip)-20]), "stat", "-before", name+"stats-before.txt", "-after", name+"stats-after.txt", "-")
	require.Equal(t, 1, status)
	require.Contains(t, out, "-: not all events are there: cut short at line")
}
