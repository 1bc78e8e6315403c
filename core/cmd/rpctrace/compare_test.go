package main

import (
	"compress/gzip"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"sunscope/core/scenario/yaml"
)

// printed writes text into a file of its own folder and returns its path.
func printed(t *testing.T, name, text string) string {
	file := filepath.Join(t.TempDir(), name)
	require.NoError(t, os.MkdirAll(filepath.Dir(file), 0o755))
	require.NoError(t, os.WriteFile(file, []byte(text), 0o644))
	return file
}

func unzipped(t *testing.T, path string) string {
	f, err := os.Open(path)
	require.NoError(t, err)
	defer f.Close()
	z, err := gzip.NewReader(f)
	require.NoError(t, err)
	text, err := io.ReadAll(z)
	require.NoError(t, err)
	return string(text)
}

func lastLine(text string) string {
	lines := strings.Split(strings.TrimSpace(text), "\n")
	return lines[len(lines)-1]
}

func TestARecordingComparedWithItselfHasNoOnlyRows(t *testing.T) {
	for _, name := range []string{"01-v3-tcp-mount-read", "03-v41-mount-basic", "06-slot-contention"} {
		status, out, errs := rpctrace("", "compare", recordingsFolder+name, recordingsFolder+name+"/trace.txt.gz")
		require.Zero(t, status, errs)
		require.Contains(t, lastLine(out), " edges in both, 0 only kernel, 0 only ours, 0 exceptions")
		require.NotContains(t, out, "only kernel  ")
	}
}

// What the engine prints, read back as a recording, is what the engine did.
func TestAScenarioComparedWithItsOwnPrintHasNoOnlyRows(t *testing.T) {
	_, text, _ := rpctrace("", "run", "two-slots", "-seed", "7", "-set", "workload.reads=5")
	status, out, errs := rpctrace(text, "compare", "-seed", "7", "-set", "workload.reads=5", "two-slots", "-")
	require.Zero(t, status, out+errs)
	require.Contains(t, out, "ours:   two-slots, seed 7: ")
	require.Contains(t, lastLine(out), ", 0 only kernel, 0 only ours, ")
	status, other, _ := rpctrace(text, "compare", "-set", "workload.reads=1", "two-slots", "-")
	require.Equal(t, 1, status, "one READ never waits for a slot")
	require.Regexp(t, `(?m)^ +3 +0  only kernel  call_reserve → call_reserveresult +EAGAIN +async  -:\d+$`, other)
}

func TestCompareShowsWhatOnlyOneSideDid(t *testing.T) {
	good := recordingsFolder + "06-slot-contention/trace.txt.gz"
	text := strings.ReplaceAll(unzipped(t, good), "status=-2 action=rpc_exit_task", "status=-13 action=rpc_exit_task")
	mutant := printed(t, "mutant/trace.txt", text)

	status, out, errs := rpctrace("", "compare", mutant, good)
	require.Equal(t, 1, status, errs)
	require.Regexp(t, `(?m)^ +16 +0  only kernel  call_decode → rpc_exit_task +ENOENT +sync  trace.txt.gz:903$`, out)
	require.Regexp(t, `(?m)^ +0 +16  only ours    call_decode → rpc_exit_task +EACCES +sync  trace.txt:903$`, out)
	require.Equal(t, "44 edges in both, 1 only kernel, 1 only ours, 0 exceptions", lastLine(out))

	for side, want := range map[string]int{"kernel": 1, "ours": 1, "both": 44} {
		_, few, _ := rpctrace("", "compare", "-only", side, mutant, good)
		require.Equal(t, want, strings.Count(few, " → "), side)
		require.Equal(t, lastLine(out), lastLine(few), "the sums are those of all rows")
	}
}

func TestOnlyWhatTheKernelDoesNotShowIsNoFault(t *testing.T) {
	good := recordingsFolder + "06-slot-contention/trace.txt.gz"
	var lines []string
	for line := range strings.Lines(unzipped(t, good)) {
		if !strings.Contains(line, "status=-2 action=rpc_exit_task") {
			lines = append(lines, line)
		}
	}
	status, out, _ := rpctrace(strings.Join(lines, ""), "compare", good, "-")
	require.Zero(t, status)
	require.Regexp(t, `only ours    call_decode → rpc_exit_task +ENOENT`, out)
	require.Contains(t, lastLine(out), ", 0 only kernel, 1 only ours")
}

func TestAnExceptionOfTheFileSparesItsRow(t *testing.T) {
	good := recordingsFolder + "06-slot-contention/trace.txt.gz"
	text := unzipped(t, good)
	mutant := printed(t, "mutant/trace.txt", strings.ReplaceAll(text, "status=-2 action=rpc_exit_task", "status=-13 action=rpc_exit_task"))
	proof := strings.Split(text, "\n")[902]
	compare := func(lines ...string) (int, string, string) {
		return rpctrace("", "compare", "-exceptions", printed(t, "x.txt", strings.Join(lines, "\n")), mutant, good)
	}
	line := "mutant | 06-slot-contention | call_decode → rpc_exit_task ENOENT sync | trace.txt.gz:903: " + proof

	status, out, errs := compare("# why", line)
	require.Zero(t, status, errs)
	require.Regexp(t, `only kernel  call_decode → rpc_exit_task +ENOENT +sync  trace.txt.gz:903, an exception: \S*x.txt:2`, out)
	require.Equal(t, "44 edges in both, 0 only kernel, 1 only ours, 1 exceptions", lastLine(out))

	status, out, errs = compare(strings.Replace(line, ":903:", ":904:", 1))
	require.Equal(t, 1, status)
	require.Contains(t, errs, "x.txt:1: another line stands at trace.txt.gz:904")
	require.Contains(t, lastLine(out), "1 only kernel, 1 only ours, 0 exceptions")

	status, _, errs = compare(line, strings.Replace(line, "ENOENT", "EPERM", 1))
	require.Equal(t, 1, status, "an exception that covers no row is an error")
	require.Contains(t, errs, "x.txt:2: this exception is not needed: neither shows")

	status, _, errs = compare("nonsense")
	require.Equal(t, 2, status)
	require.Contains(t, errs, "x.txt:1: expected SCENARIO | RECORDING | EDGE | FILE:LINE: TEXT")
}

// The committed file is read, and found from a folder below.
func TestTheCommittedExceptionsAreOfScenariosThatExist(t *testing.T) {
	list, file, err := readExceptions("")
	require.NoError(t, err)
	require.Equal(t, "exceptions.txt", filepath.Base(file))
	for _, x := range list {
		require.Contains(t, yaml.Builtins(), x.Scenario, x.Where)
	}
	t.Chdir(t.TempDir())
	_, file, err = readExceptions("")
	require.NoError(t, err)
	require.Empty(t, file)
	recording := printed(t, "trace.txt", "# tracer: nop\n            bash-1       [000] .....     1.000000: rpc_clnt_free: client=00000002\n")
	_, out, _ := rpctrace("", "compare", recording, recording)
	require.Contains(t, lastLine(out), "0 exceptions (no tests/exceptions.txt here or above)")
}

func TestCompareSaysWhatMakesARecordingAPoorJudge(t *testing.T) {
	text := "# tracer: nop\nCPU:1 [LOST 12 EVENTS]\nnonsense\n" +
		"              dd-7       [000] .....     1.000000: rpc_clnt_free: client=00000002\n              dd-7  "
	status, out, _ := rpctrace(text, "compare", "two-slots", "-")
	require.Zero(t, status)
	require.Contains(t, out, "kernel: -: 1 events; 1 lines not parsed; 12 events lost by the kernel; cut short at line 5")
	_, out, _ = rpctrace("", "compare", "two-slots", recordingsFolder+"bad/entry-status.txt")
	require.Regexp(t, `kernel: .*entry-status.txt: \d+ events; \d+ steps refused`, out)
}

func TestCompareNamesTheMistake(t *testing.T) {
	good := recordingsFolder + "06-slot-contention"
	for _, c := range []struct {
		args []string
		want string
	}{
		{nil, "expected a scenario and a recording, not 0 names"},
		{[]string{"two-slots"}, "expected a scenario and a recording, not 1 names"},
		{[]string{"-only", "us", "two-slots", good}, `-only must be kernel, ours or both, not "us"`},
		{[]string{"two-slotz", good}, "two-slotz is neither a scenario (rpctrace run -list shows them) nor a recording"},
		{[]string{"two-slots", "/no/such"}, "no such file"},
		{[]string{"two-slots", recordingsFolder}, "recordings in this folder or below; name one of them"},
		{[]string{"-seed", "1", good, good}, "-seed, -seeds and -set are for a scenario, but " + good + " is a recording"},
		{[]string{"-set", "x=1", "two-slots", good}, "-set x=1"},
		{[]string{"/no/such.yaml", good}, "no such file"},
		{[]string{"-exceptions", "/no/such.txt", "two-slots", good}, "/no/such.txt"},
		{[]string{"-seed", "x", "two-slots", good}, "invalid value"},
		{[]string{"-seeds", "0", "two-slots", good}, "-seeds: expected a whole number from 1 to 1000, not 0"},
	} {
		status, out, errs := rpctrace("", append([]string{"compare"}, c.args...)...)
		require.Equal(t, 2, status, c.args)
		require.Contains(t, errs, c.want)
		require.Empty(t, out)
	}
	status, _, errs := rpctrace("", "compare", "-h")
	require.Zero(t, status)
	require.Contains(t, errs, "usage: rpctrace compare")
}

func TestOnlyTasksOfTheListedProgramsAreCompared(t *testing.T) {
	v4 := recordingsFolder + "03-v41-mount-basic"
	_, all, _ := rpctrace("", "compare", "mount-read", v4)
	require.Regexp(t, `only kernel  rpc_prepare_task → rpc_prepare_task`, all)
	status, out, errs := rpctrace("", "compare", "-programs", "mountv3,nfsv3", "mount-read", recordingsFolder+"01-v3-tcp-mount-read")
	require.Zero(t, status, errs)
	require.NotContains(t, out, "call_connect_status → call_transmit                0                async", "rpcbind's task is asynchronous")
	status, _, errs = rpctrace("", "compare", "mount-read", v4, "-programs", "nfs3")
	require.Equal(t, 2, status)
	require.Contains(t, errs, `expected programs such as nfsv3 or mountv3 after -programs, not "nfs3"`)
}

func TestSeveralRunsOfAScenarioAreTakenTogether(t *testing.T) {
	_, text, _ := rpctrace("", "run", "two-slots", "-seed", "8")
	status, out, errs := rpctrace(text, "compare", "-seed", "7", "-seeds", "2", "two-slots", "-")
	require.Zero(t, status, errs)
	require.Contains(t, out, "ours:   two-slots, seeds 7 to 8: ")
	status, out, _ = rpctrace(text, "compare", "two-slots", "-")
	require.Zero(t, status)
	require.Contains(t, out, "seeds 42 to 49: ")
}
