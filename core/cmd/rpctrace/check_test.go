package main

import (
	"bytes"
	"compress/gzip"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

const recordingsFolder = "../../../tests/recordings/"

func rpctrace(in string, args ...string) (status int, out, errs string) {
	var o, e bytes.Buffer
	status = command(args, strings.NewReader(in), &o, &e)
	return status, o.String(), e.String()
}

func TestCheckPrintsALineForEachGoodRecording(t *testing.T) {
	status, out, errs := rpctrace("", "check", recordingsFolder+"01-v3-tcp-mount-read", recordingsFolder+"03-v41-mount-basic",
		recordingsFolder+"06-slot-contention/trace.txt.gz")
	require.Zero(t, status, errs)
	lines := strings.Split(strings.TrimSpace(out), "\n")
	require.Len(t, lines, 3)
	require.Contains(t, lines[2], "06-slot-contention/trace.txt.gz: 19381 event lines (19 of them notes), 0 not parsed, 333 tasks, 4404 steps, 0 refused")
}

func TestCheckRefusesEachBadRecording(t *testing.T) {
	files, err := filepath.Glob(recordingsFolder + "bad/*")
	require.NoError(t, err)
	require.GreaterOrEqual(t, len(files), 12)
	for _, f := range files {
		status, out, errs := rpctrace("", "check", f)
		require.Equal(t, 1, status, f+errs)
		require.Contains(t, out, "\n"+f+":", "the fault has its line")
	}
	status, out, _ := rpctrace("", "check", recordingsFolder+"bad")
	require.Equal(t, 1, status)
	for _, f := range files {
		require.Contains(t, out, filepath.Base(f)+":", "the folder's recordings are all found")
	}
}

func TestCheckLeavesOtherFilesOfAFolderAlone(t *testing.T) {
	dir := t.TempDir()
	write := func(name, text string) {
		require.NoError(t, os.MkdirAll(filepath.Dir(filepath.Join(dir, name)), 0o755))
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644))
	}
	write("meta.txt", "what was done: nothing\n")
	write("trace-cmd-report.txt", "cpus=2\n  bash-1 [000] 1.0: rpc_clnt_free: client=1\n")
	write("damaged.txt.gz", "this is no gzip")
	status, _, errs := rpctrace("", "check", dir)
	require.Equal(t, 2, status)
	require.Contains(t, errs, "no recording in this folder or below")

	write("deep/er/trace.txt", "# tracer: nop\n#\n            bash-1       [000] .....     1.000000: rpc_clnt_free: client=00000002\n")
	status, out, errs := rpctrace("", "check", dir)
	require.Zero(t, status, errs)
	require.Equal(t, 1, strings.Count(out, "\n"))
	require.Contains(t, out, "deep/er/trace.txt: 1 event lines")
}

func TestCheckSaysWhatItCannotRead(t *testing.T) {
	for _, c := range []struct {
		in     string
		args   []string
		status int
		want   string
	}{
		{"", nil, 2, "expected recordings or folders of recordings"},
		{"", []string{"/no/such/file"}, 2, "no such file"},
		{"hello\n", []string{"-"}, 2, "rpctrace: -: not an ftrace recording: line 1: column 1: expected thread-pid"},
		{"", []string{"-limit", "x", "-"}, 2, "invalid value"},
		{"", []string{"-limit", "-1", "-"}, 2, "-limit must be 0 or more"},
		{"", []string{"-h"}, 0, "usage: rpctrace check"},
	} {
		status, out, errs := rpctrace(c.in, append([]string{"check"}, c.args...)...)
		require.Equal(t, c.status, status, c.args)
		require.Contains(t, errs, c.want)
		require.Empty(t, out)
	}
}

func TestCheckCountsUnreadLinesAndLimitsTheirList(t *testing.T) {
	good := "            bash-1       [000] .....     1.000000: rpc_clnt_free: client=00000002\n"
	status, out, _ := rpctrace(good+"x\ny\nz\n", "check", "-limit", "2", "-")
	require.Equal(t, 1, status)
	require.Contains(t, out, "-: 1 event lines (0 of them notes), 3 not parsed, 0 tasks, 0 steps, 0 refused; walks: 0 complete, 0 begun before the recording, 0 cut by its end\n")
	require.Contains(t, out, "-:2: not parsed: column 1")
	require.Contains(t, out, "… and 1 more lines (-limit 0 prints all)\n")
}

func TestAnUnknownCommandIsNamed(t *testing.T) {
	status, _, errs := rpctrace("", "chekc")
	require.Equal(t, 2, status)
	require.Contains(t, errs, `no command "chekc"`)
	status, out, _ := rpctrace("", "-h")
	require.Zero(t, status)
	require.Contains(t, out, "check")
	status, _, errs = rpctrace("")
	require.Equal(t, 2, status)
	require.Contains(t, errs, "usage: rpctrace COMMAND")
}

// What the engine prints is a recording like any other, and a walk on the same map.
func TestASimulationPassesTheCheck(t *testing.T) {
	status, text, errs := rpctrace("", "run", "two-slots", "-seed", "42")
	require.Zero(t, status, errs)
	status, out, errs := rpctrace(text, "check", "-")
	require.Zero(t, status, out+errs)
	require.Contains(t, out, " 0 not parsed")
	require.Contains(t, out, " 0 refused")
}

func TestCheckReadsADamagedRecordingUpToTheDamage(t *testing.T) {
	zip, err := os.ReadFile(recordingsFolder + "06-slot-contention/trace.txt.gz")
	require.NoError(t, err)
	status, out, errs := rpctrace(string(zip[:100]), "check", "-")
	require.Equal(t, 2, status)
	require.Empty(t, out)
	require.Contains(t, errs, "not an ftrace recording: there is no event in it; line 3: the gzip data end early")
	require.Equal(t, 1, strings.Count(errs, "\n"))

	status, out, _ = rpctrace(string(zip[:len(zip)/2]), "check", "-")
	require.Equal(t, 1, status)
	require.Contains(t, out, " 0 refused; ")
	require.Contains(t, out, "cut short at line ")

	whole := "            bash-1       [000] .....     1.000000: rpc_clnt_free: client=00000002\n"
	status, out, _ = rpctrace(whole+whole[:50], "check", "-")
	require.Equal(t, 1, status)
	require.Contains(t, out, "-: 1 event lines (0 of them notes), 0 not parsed, 0 tasks, 0 steps, 0 refused; cut short at line 2: the text ends in the middle of a line; walks: 0 complete, 0 begun before the recording, 0 cut by its end\n")
	status, _, errs = rpctrace(whole[:50], "check", "-")
	require.Equal(t, 2, status)
	require.Contains(t, errs, "there is no event in it; line 1: the text ends in the middle of a line")
}

func TestCheckSaysWhichEventsItDoesNotCheck(t *testing.T) {
	_, _, errs := rpctrace("", "check", "-h")
	for _, name := range []string{"svc_*", "xs_data_ready", "xprt_ping", "rpc_socket_*", "Exit status"} {
		require.Contains(t, errs, name)
	}
}

func linesOf(t *testing.T, name string) []string {
	f, err := os.Open(recordingsFolder + name + "/trace.txt.gz")
	require.NoError(t, err)
	defer f.Close()
	z, err := gzip.NewReader(f)
	require.NoError(t, err)
	text, err := io.ReadAll(z)
	require.NoError(t, err)
	return strings.SplitAfter(string(text), "\n")
}

func TestCheckNamesEveryWalkThatTheRecordingsEndCuts(t *testing.T) {
	lines := linesOf(t, "06-slot-contention")
	head := lines[:12]
	part := strings.Join(lines[12:9000], "")
	status, out, _ := rpctrace(part, "check", "-")
	require.Zero(t, status, out)
	require.Contains(t, out, ", 0 begun before the recording, 16 cut by its end\n")
	require.Equal(t, 16, strings.Count(out, " is cut by the recording's end in "))
	require.Contains(t, out, " in call_reserve, woken from xprt_backlog; its last line is ")
	require.Regexp(t, `-:\d+: task [0-9a-f]{8}@[0-9a-f]{8} is cut by the recording's end in call_reserve, asleep on xprt_backlog since line \d+; its last line is \d+\n`, out)

	status, out, _ = rpctrace(strings.Join(lines[9000:], ""), "check", "-walks", "-")
	require.Zero(t, status, out)
	require.Contains(t, out, ", 0 cut by its end\n")
	require.Contains(t, out, ", begun before the recording, is complete on line ")
	require.Contains(t, out, ": call_start call_reserve call_reserveresult ")

	status, out, _ = rpctrace(strings.Join(head, "")+part, "check", "-")
	require.Equal(t, 1, status, "the header promises more")
	require.Contains(t, out, "0 refused; not whole: the header says 19381 events; walks: ")
}
