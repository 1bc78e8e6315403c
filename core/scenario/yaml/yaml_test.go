package yaml

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func source(t *testing.T) string {
	text, err := builtin.ReadFile("builtin/two-slots.yaml")
	require.NoError(t, err)
	return string(text)
}

func TestEveryBuiltinScenarioIsGood(t *testing.T) {
	require.Contains(t, Builtins(), "two-slots")
	for _, name := range Builtins() {
		sc, err := Builtin(name)
		require.NoError(t, err)
		require.Equal(t, name, sc.Name)
	}
}

func TestErrorsSayFileLineAndKey(t *testing.T) {
	good := source(t)
	for change, want := range map[[2]string]string{
		{"cpus: 2", "cpus: many"}:                           `f.yaml:7: client.cpus: expected a whole number from 1 to 16, not "many"`,
		{"delay: 500us", "delay: 500"}:                      `f.yaml:15: link.delay: expected a time from 0s to 10s, such as 500us, 1.5ms or 60s, not "500"`,
		{"delay: 500us", "dely: 500us"}:                     `f.yaml:15: there is no setting "link.dely"`,
		{"  hard: true\n", ""}:                              `f.yaml: mount.hard is missing: true or false (whether calls are retried for ever)`,
		{"  hard: true\n", "  hard: true\n  hard: false\n"}: `mapping key "hard" already defined`,
		{"  bytes: 1024", "  bytes: 9000"}:                  `f.yaml:30: workload.bytes: expected at most mount.rsize, not "9000"`,
		{"name: two-slots", "name: [two"}:                   `f.yaml: `,
	} {
		require.Contains(t, good, change[0])
		_, err := Read("f.yaml", []byte(strings.Replace(good, change[0], change[1], 1)))
		require.ErrorContains(t, err, want)
		require.NotContains(t, err.Error(), "\n", "one line")
	}
}

func TestAScenarioThatIsNotThereIsNamedWithThoseThatAre(t *testing.T) {
	_, err := Load("three-slots")
	require.ErrorContains(t, err, `there is no scenario "three-slots"; there are: `)
	require.ErrorContains(t, err, "slot-contention, slow-link, ")
	_, err = Load("nowhere/x.yaml")
	require.ErrorContains(t, err, "nowhere/x.yaml")
}

func FuzzRead(f *testing.F) {
	text, err := builtin.ReadFile("builtin/two-slots.yaml")
	require.NoError(f, err)
	f.Add(text)
	f.Add([]byte("a: [1, 2"))
	f.Fuzz(func(t *testing.T, in []byte) {
		if sc, err := Read("f.yaml", in); err == nil {
			require.NoError(t, sc.Check())
		}
	})
}

// with is two-slots with more at its end, from line 31 on.
func with(t *testing.T, more string) error {
	text := source(t)
	text = text[:strings.Index(text, "\nexpect:")+1]
	require.Equal(t, 30, strings.Count(text, "\n"))
	_, err := Read("f.yaml", []byte(text+more))
	return err
}

func TestErrorsInListsSayFileLineKeyAndWhatWasExpected(t *testing.T) {
	for more, want := range map[string]string{
		"expect:\n  - event: rpc_task_slep\n":                                `f.yaml:32: expect.1.event: expected an event (event rpc_task_slep is unknown; near matches: rpc_task_sleep`,
		"expect:\n  - event: rpc_task_sleep queu=x\n":                        `f.yaml:32: expect.1.event: expected an event (field of rpc_task_sleep queu is unknown; near matches: queue`,
		"expect:\n  - event: xprt_retransmit\n    count: many\n":             `f.yaml:33: expect.1.count: expected how often: a number such as 6, a range such as 2..5, "at least 3" or "at most 3", not "many"`,
		"expect:\n  - event: xprt_retransmit\n    count: 5..2\n":             `f.yaml:33: expect.1.count: expected how often`,
		"expect:\n  - edge: call_status -> call_stop\n":                      `f.yaml:32: expect.1.edge: expected two states such as call_status -> call_decode, not "call_status -> call_stop"`,
		"expect:\n  - count: 3\n":                                            `f.yaml:32: expect.1: expected one of event, edge and process, not ""`,
		"expect:\n  - event: xprt_retransmit\n    process: cat\n":            `f.yaml:32: expect.1: expected one of event, edge and process`,
		"expect:\n  - process: cat\n":                                        `f.yaml:32: expect.1.status: expected a process with a status, or neither, not ""`,
		"expect:\n  - process: cat\n    status: EVIL\n":                      `f.yaml:33: expect.1.status: expected the name of an error such as EIO, or a number, not "EVIL"`,
		"expect:\n  - process: cat\n    status: EIO\n":                       `f.yaml:32: expect.1.process: expected the name of one of the processes, not "cat"`,
		"expect:\n  - xprt_retransmit\n":                                     `f.yaml:32: expect.1: expected settings, not "xprt_retransmit"`,
		"faults:\n  - at: 1s\n":                                              `f.yaml:32: fault.1.do: expected a fault, not ""`,
		"faults:\n  - when: nothing\n    do: drop\n":                         `f.yaml:32: fault.1.when: expected an event (event nothing is unknown)`,
		"faults:\n  - at: 1s\n    do: set mount.hard true\n":                 `f.yaml:33: fault.1.do: expected a fault ("mount.hard": expected a setting of the module`,
		"faults:\n  - at: 1s\n    do: set sunrpc.udp_slot_table_entries 1\n": `sunrpc.udp_slot_table_entries: expected a whole number from 2 to 65536, not "1"`,
		"processes:\n  - name: dd\n":                                         `f.yaml:32: process.1.do: expected a script, not ""`,
		"processes:\n  - name: dd\n    do: [set sunrpc.tcp_slots 4]\n":       `there is no setting "sunrpc.tcp_slots"`,
	} {
		require.ErrorContains(t, with(t, more), want)
		require.NotContains(t, with(t, more).Error(), "\n", "one line")
	}
	require.NoError(t, with(t, "expect:\n  - event: xprt_retransmit\n    count: 0\n"))
	require.NoError(t, with(t, "faults:\n  - when: rpc_task_sleep queue=xprt_backlog nth=3\n    do: drop\n"))
}

func TestSettingsThatDoNotFitTogetherAreRefused(t *testing.T) {
	good := source(t)
	for change, want := range map[[2]string]string{
		{"tcp_max_slot_table_entries: 2", "tcp_max_slot_table_entries: 2\n  min_resvport: 900\n  max_resvport: 800"}: `f.yaml:20: sunrpc.min_resvport: expected at most max_resvport, which is 800, not "900"`,
		{"tcp_slot_table_entries: 2", "tcp_slot_table_entries: 3"}:                                                   `f.yaml:19: sunrpc.tcp_max_slot_table_entries: expected at least tcp_slot_table_entries, not "2"`,
	} {
		require.Contains(t, good, change[0])
		_, err := Read("f.yaml", []byte(strings.Replace(good, change[0], change[1], 1)))
		require.ErrorContains(t, err, want)
	}
}
