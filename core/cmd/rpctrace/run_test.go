package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"sunscope/core/scenario"
	"sunscope/core/scenario/yaml"
)

// expecting is two-slots in a file of its own, with other expectations.
func expecting(t *testing.T, expect string) string {
	text, err := os.ReadFile("../../scenario/yaml/builtin/two-slots.yaml")
	require.NoError(t, err)
	head, _, ok := strings.Cut(string(text), "\nexpect:")
	require.True(t, ok)
	file := filepath.Join(t.TempDir(), "mine.yaml")
	require.NoError(t, os.WriteFile(file, []byte(head+"\nexpect:\n"+expect), 0o644))
	return file
}

func TestRunSaysWhichExpectationWasNotMetAndWhatHappenedInstead(t *testing.T) {
	file := expecting(t, "  - event: xprt_retransmit\n    count: 0\n  - event: rpc_task_sleep queue=xprt_backlog\n    count: 5\n")
	status, out, errs := rpctrace("", "run", "-format", "none", file)
	require.Equal(t, 1, status)
	require.Empty(t, out)
	require.Regexp(t, `^rpctrace: .*/mine.yaml:34: expected event rpc_task_sleep queue=xprt_backlog, 5 times; it happened 6 times, first at event \d+\n$`, errs)

	status, _, errs = rpctrace("", "run", "-format", "none", "-expect=false", file)
	require.Zero(t, status)
	require.Empty(t, errs)
	status, _, errs = rpctrace("", "run", "-format", "none", "-set", "expect.2.count=6", file)
	require.Zero(t, status, errs)
	status, _, errs = rpctrace("", "run", "-format", "none", "-set", "workload.reads=4", "two-slots")
	require.Equal(t, 1, status, "a changed world need not meet them")
	require.Contains(t, errs, "two-slots.yaml:")
}

func TestRunListsTheScenariosWithTheirTitles(t *testing.T) {
	status, out, _ := rpctrace("", "run", "-list")
	require.Zero(t, status)
	for _, name := range yaml.Builtins() {
		sc, err := yaml.Builtin(name)
		require.NoError(t, err)
		require.Regexp(t, `(?m)^`+name+` +`+sc.Title+`$`, out)
	}
}

func TestRunRefusesSettingsThatAreImpossible(t *testing.T) {
	for set, want := range map[string]string{
		"mount.hard=maybe":                   `-set mount.hard=maybe: mount.hard: expected true or false, not "maybe"`,
		"sunrpc.tcp_slot_table_entries=9":    `sunrpc.tcp_max_slot_table_entries: expected at least tcp_slot_table_entries, not "2"`,
		"mount.hrad=true":                    `there is no setting "mount.hrad"`,
		"fault.1.when=rpc_task_slep":         `fault.1.when: expected an event (event rpc_task_slep is unknown`,
		"fault.1.when=rpc_task_sleep":        `fault.1.do: expected a fault, not ""`,
		"expect.1.count=x":                   `expect.1.count: expected how often`,
		"nothing":                            `expected key=value`,
		"sunrpc.max_resvport=600":            `sunrpc.min_resvport: expected at most max_resvport, which is 600, not "665"`,
		"sunrpc.udp_slot_table_entries=1":    `expected a whole number from 2 to 65536, not "1"`,
		"process.1.do=set mount.hard true":   `expected a setting of the module`,
		"process.1.name=x":                   `process.1.do: expected a script, not ""`,
		"sunrpc.tcp_slot_table_entries=many": `expected a whole number from 2 to 65536, not "many"`,
	} {
		status, out, errs := rpctrace("", "run", "-set", set, "two-slots")
		require.Equal(t, 2, status, set)
		require.Empty(t, out)
		require.Contains(t, errs, want)
	}
}

func TestEveryKeyOfAListThatIsListedCanBeSet(t *testing.T) {
	_, out, _ := rpctrace("", "run", "-keys")
	for _, k := range numberedKeys {
		require.Contains(t, out, k.name)
		sc := &scenario.Scenario{}
		key := strings.Replace(k.name, ".N.", ".1.", 1)
		require.NoError(t, sc.Set(key, k.example), key)
		require.Error(t, sc.Set(key+"x", k.example))
	}
	require.Contains(t, out, "rpclab SETTINGS")
	require.Contains(t, out, "linkdown")
}

func TestAStoredLogBecomesTheSameCaptureAsTheRun(t *testing.T) {
	dir := t.TempDir()
	var out, errs bytes.Buffer
	require.Zero(t, command([]string{"run", "two-slots", "-format", "binary", "-o", dir + "/log"}, nil, &out, &errs), errs.String())
	for _, format := range []string{"messages", "ftrace", "perfetto", "csv"} {
		var direct, stored bytes.Buffer
		require.Zero(t, command([]string{"run", "two-slots", "-format", format}, nil, &direct, &errs), errs.String())
		require.Zero(t, command([]string{"convert", dir + "/log", "-format", format}, nil, &stored, &errs), errs.String())
		require.Equal(t, direct.String(), stored.String())
	}
	require.Zero(t, command([]string{"convert", dir + "/log", "-format", "pcapng"}, nil, &out, &errs), errs.String())
	require.Equal(t, "\x0a\x0d\x0d\x0a", out.String()[:4])
}

func TestARecordingOfAKernelIsConvertedToo(t *testing.T) {
	for _, file := range []string{"trace.txt.gz", "trace-cmd-report.txt.gz"} {
		var out, errs bytes.Buffer
		path := "../../../tests/recordings/03-v41-mount-basic/" + file
		require.Zero(t, command([]string{"convert", path, "-format", "csv"}, nil, &out, &errs), errs.String())
		require.Empty(t, errs.String())
		require.Equal(t, 1+43, strings.Count(out.String(), "\n"), "a line of heads and 43 tasks")
		require.Contains(t, out.String(), "EXCHANGE_ID")
	}
}

func TestWhatCannotBeConvertedIsSaid(t *testing.T) {
	for _, c := range []struct {
		args []string
		says string
	}{
		{[]string{"convert", "run_test.go"}, "convert: run_test.go: not an ftrace recording: line 1: column 1: expected thread-pid"},
		{[]string{"convert", "nowhere"}, "convert: nowhere: no such file or directory"},
		{[]string{"convert"}, "expected one file, not 0"},
		{[]string{"run", "two-slots", "-format", "pcap"}, "-format must be ftrace, json, binary, perfetto, csv, pcapng, messages or none"},
		{[]string{"run", "two-slots", "-format", "pcapng", "-at", "moon"}, `no host "moon"; there are nfs-client, nfs-server, and clients and all`},
	} {
		var out, errs bytes.Buffer
		require.Equal(t, 2, command(c.args, nil, &out, &errs))
		require.Contains(t, errs.String(), c.says)
	}
}

func TestANetworkNamespaceHasANetworkCardOfItsOwn(t *testing.T) {
	lines := map[string]int{}
	for _, at := range []string{"clients", "nfs-client", "10.0.0.2", "10.0.1.2"} {
		var out, errs bytes.Buffer
		require.Zero(t, command([]string{"run", "deleg-recall", "-format", "messages", "-at", at}, nil, &out, &errs), errs.String())
		lines[at] = strings.Count(out.String(), "\n") - 1
	}
	require.Positive(t, lines["10.0.1.2"])
	require.Equal(t, lines["clients"], lines["10.0.0.2"]+lines["10.0.1.2"])
	require.Equal(t, lines["clients"], lines["nfs-client"])
}

func TestRunDoesWhatALinkOfTheStageSays(t *testing.T) {
	var plain, forked, errs strings.Builder
	require.Equal(t, 0, runCommand([]string{"two-slots"}, &plain, &errs))
	require.Equal(t, 0, runCommand([]string{"-commands", "1~200,packet,6,drop", "two-slots"}, &forked, &errs))
	was, is := strings.Split(plain.String(), "\n"), strings.Split(forked.String(), "\n")
	require.Equal(t, was[:201], is[:201])
	require.Contains(t, forked.String(), "sunscope_fault: kind=packet where=6 drop")
	require.Empty(t, errs.String())
	require.Equal(t, 2, runCommand([]string{"-commands", "1~200,packet,6,drp", "two-slots"}, &forked, &errs))
	require.Equal(t, "rpctrace: run: command 1: \"drp\": expected drop, delay TIME or duplicate\n", errs.String())
}
