//go:build e2e

package tshark

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"sunscope/core/scenario/yaml"
)

// rpctrace is the program under test.
var rpctrace string

// TestMain builds it.
func TestMain(m *testing.M) {
	dir, err := os.MkdirTemp("", "tshark")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	rpctrace = filepath.Join(dir, "rpctrace")
	out, err := exec.Command("go", "build", "-o", rpctrace, "sunscope/core/cmd/rpctrace").CombinedOutput()
	status := 1
	if err == nil {
		status = m.Run()
	} else {
		fmt.Fprintf(os.Stderr, "go build: %v\n%s", err, out)
	}
	os.RemoveAll(dir)
	os.Exit(status)
}

// run is the output of rpctrace.
func run(t *testing.T, args ...string) string {
	t.Helper()
	cmd := exec.Command(rpctrace, args...)
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	require.NoError(t, err, "rpctrace %v", args)
	return string(out)
}

// capture runs a scenario; it returns the capture's file and our table.
func capture(t *testing.T, scenario string, more ...string) (file string, table []row) {
	t.Helper()
	file = filepath.Join(t.TempDir(), scenario+".pcapng")
	run(t, append([]string{"run", scenario, "-format", "pcapng", "-o", file}, more...)...)
	return file, ours(t, run(t, append([]string{"run", scenario, "-format", "messages"}, more...)...))
}

func TestTsharkReadsEveryScenarioAsWeDo(t *testing.T) {
	for _, name := range yaml.Builtins() {
		t.Run(name, func(t *testing.T) {
			file, table := capture(t, name)
			for _, complaint := range judge(file, table) {
				t.Error(complaint)
			}
			t.Logf("%d messages", len(table))
		})
	}
}

// ours reads the table of "rpctrace run -format messages".
func ours(t *testing.T, out string) (rows []row) {
	for i, line := range strings.Split(strings.TrimSpace(out), "\n") {
		f := strings.Split(line, "|")
		require.Len(t, f, 17)
		if i > 0 {
			rows = append(rows, row{f[0], f[1], f[5], f[6], f[7], f[8], f[9], f[10], f[11], f[12], f[13], f[14], f[15], f[16]})
		}
	}
	return rows
}

func TestCallbacksGoTheOtherWayOnTheSameConnection(t *testing.T) {
	file, _ := capture(t, "callback-pool")
	calls, err := fields(file, "rpc.msgtyp == 0", "tcp.stream", "tcp.srcport", "rpc.program")
	require.NoError(t, err)
	there, back := map[string]string{}, 0
	for _, c := range calls {
		if c[2] == "100003" {
			there[c[0]] = c[1]
		} else if client, ok := there[c[0]]; ok && c[1] != client {
			back++
		}
	}
	require.GreaterOrEqual(t, back, 4)
}
