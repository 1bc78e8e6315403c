package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// Each of the kernel's own snapshots was taken at an instant of its recording: the events must tell the same there.
func TestTheKernelsSnapshotsAgreeWithAnInstantOfTheirRecordings(t *testing.T) {
	files, err := filepath.Glob(recordingsFolder + "[0-9]*/snap-*.txt")
	require.NoError(t, err)
	require.GreaterOrEqual(t, len(files), 27)
	withTasks, tasks := 0, 0
	for _, file := range files {
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		n := strings.Count(string(text), " q:")
		if n > 0 {
			withTasks++
			tasks += n
		}
		status, out, errs := rpctrace("", "procfs", "-compare", file, filepath.Dir(file))
		require.Zero(t, status, file+out+errs)
		require.Regexp(t, `\nagrees: \d+ tasks at [1-9]`, out)
	}
	require.Equal(t, 19, withTasks)
	require.Equal(t, 102, tasks)
}

func TestEverySnapshotWithAFaultIsRefused(t *testing.T) {
	files, err := filepath.Glob(recordingsFolder + "bad-snapshots/*/*/snap-*.txt")
	require.NoError(t, err)
	require.GreaterOrEqual(t, len(files), 32)
	for _, file := range files {
		status, out, errs := rpctrace("", "procfs", "-compare", file, recordingOf(file))
		require.NotZero(t, status, file+out+errs)
		if status == 2 {
			require.Equal(t, 1, strings.Count(errs, "\n"), errs)
		}
	}
}

// recordingOf is the recording that a bad snapshot claims to be from: bad-snapshots/RECORDING/FAULT/snap-X.txt.
func recordingOf(file string) string {
	return recordingsFolder + filepath.Base(filepath.Dir(filepath.Dir(file)))
}

func TestADifferenceIsShownWithBothLines(t *testing.T) {
	for fault, want := range map[string]string{
		"queue-changed": "snapshot    41 8880      0 0x3 0x26a6b324    14988 rpc_default_ops [sunrpc] nfsv3 LOOKUP a:call_status [sunrpc] q:xprt_sending\n" +
			"events      41 8880      0 0x3 0x26a6b324    14992 ? nfsv3 LOOKUP a:call_status [sunrpc] q:xprt_pending\n" +
			"         queue xprt_sending, by the events xprt_pending\n",
		"task-dropped":   "only in the events",
		"task-added":     "only in the snapshot",
		"task-twice":     "a second time in the snapshot",
		"xid-changed":    "XID 0x2aa6b324, by the events 0x26a6b324",
		"action-changed": "action call_decode, by the events call_status",
	} {
		file := recordingsFolder + "bad-snapshots/06-slot-contention/" + fault + "/snap-contention1.txt"
		status, out, _ := rpctrace("", "procfs", "-compare", file, recordingOf(file))
		require.Equal(t, 1, status)
		require.Contains(t, out, want)
		require.Contains(t, out, "differs: no instant agrees; nearest is 582.148972, line 2562, where 1 tasks differ\n")
	}
}

func TestATransportThatIsNeverAsTheSnapshotShowsItIsNamed(t *testing.T) {
	file := recordingsFolder + "bad-snapshots/08b-v41-soft-hang/transport-unlocked/snap-hang2.txt"
	status, out, _ := rpctrace("", "procfs", "-compare", file, recordingOf(file))
	require.Equal(t, 1, status)
	require.Contains(t, out, "transport 78 to 10.99.1.1 port 2049: netid tcp, state 0x14, by the events netid tcp, state 0x15\n")
	require.Contains(t, out, "1 transports are never as the snapshot shows them\n")
	good := recordingsFolder + "08b-v41-soft-hang/"
	_, out, _ = rpctrace("", "procfs", "-compare", good+"snap-hang2.txt", good)
	require.Contains(t, out, "transports: 2 are as shown, 1 were made earlier and no event names them\n")
}

func TestProcfsShowsTasksAndTransportsAtAnInstant(t *testing.T) {
	status, out, errs := rpctrace("", "procfs", "-at", "582.149", recordingsFolder+"06-slot-contention")
	require.Zero(t, status, errs)
	require.Contains(t, out, "   40 8001    -11 0x3 0x0        0 ? nfsv3 WRITE a:call_reserveresult [sunrpc] q:xprt_backlog\n")
	require.Contains(t, out, "netid: tcp\naddr:  10.99.1.1\nport:  2049\nstate: 0x212\n")
	require.Contains(t, out, "# ?: no event names a task's rpc_call_ops\n")

	_, mark, _ := rpctrace("", "procfs", "-at", "SNAP:snap-hang1.txt", recordingsFolder+"08b-v41-soft-hang")
	require.Contains(t, mark, "   17 d884      0 0x4 0x15c4875d")
	_, short, _ := rpctrace("", "procfs", "-at", "SNAP:hang1", recordingsFolder+"08b-v41-soft-hang")
	require.Equal(t, mark, short)

	status, out, errs = rpctrace("", "procfs", "-only", "clients", "-at", "+900us", "two-slots")
	require.Zero(t, status, errs)
	require.Regexp(t, `^# uptime=0.000900 two-slots, after event \d+ of \d+\n== /sys/kernel/debug/sunrpc/rpc_clnt/1/tasks \(xprt -> ../../rpc_xprt/1\)\n    1 8690 `, out)
	require.NotContains(t, out, "netid")
}

func TestProcfsSaysInOneLineWhatItDoesNotUnderstand(t *testing.T) {
	const six = recordingsFolder + "06-slot-contention"
	for _, c := range []struct {
		args []string
		want string
	}{
		{nil, "expected one scenario or recording, not 0"},
		{[]string{"two-slots", six}, "expected one scenario or recording, not 2"},
		{[]string{"no-such"}, "no-such is neither a scenario (rpctrace run -list shows them) nor a recording"},
		{[]string{"-at", "soon", "two-slots"}, `-at: expected seconds of the trace clock (582.5), an offset from the first event (+1.5s), or SNAP:FILE, found "soon"`},
		{[]string{"-at", "-3", "two-slots"}, `found "-3"`},
		{[]string{"-at", "1.", "two-slots"}, `found "1."`},
		{[]string{"-at", "+99s", six}, "-at +99s: the events go from 578.809932 to 592.922112"},
		{[]string{"-at", "99999999999999999999", six}, "found \"99999999999999999999\""},
		{[]string{"-at", "SNAP:x", six}, "no mark SNAP:x in this recording; it has snap-contention1.txt"},
		{[]string{"-at", "SNAP:x", "two-slots"}, "a simulation has no SNAP marks"},
		{[]string{"-only", "everything", "two-slots"}, `-only: expected nfs, nfsd, mountstats, clients, transports, found`},
		{[]string{"-seed", "3", six}, "-seed and -set change a scenario"},
		{[]string{"-set", "no.such=3", "two-slots"}, "no.such"},
		{[]string{"-compare", six + "/trace.txt.gz", six}, "uptime=SECONDS"},
		{[]string{"-compare", "/no/such", six}, "no such file"},
		{[]string{"-compare", six + "/snap-contention1.txt", recordingsFolder + "07-reconnect"}, "no mark SNAP:snap-contention1.txt"},
		{[]string{"-at", "3", "-compare", "x", six}, "do not go with it"},
	} {
		status, out, errs := rpctrace("", append([]string{"procfs"}, c.args...)...)
		require.Equal(t, 2, status, c.args)
		require.Contains(t, errs, c.want)
		require.Equal(t, 1, strings.Count(errs, "\n"), errs)
		require.Empty(t, out)
	}
	status, _, errs := rpctrace("", "procfs", "-h")
	require.Zero(t, status)
	require.Contains(t, errs, "SNAP:FILE")
}
