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
