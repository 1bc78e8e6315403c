//go:build e2e

package tshark

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
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

// judge holds a capture against what must be true of it, and our table against tshark's; it returns what is not as it must be.
func judge(file string, table []row) (all []string) {
	found, segments, err := theirs(file)
	if err != nil {
		return []string{err.Error()}
	}
	return append(flaws(file, table, segments), differences(table, found)...)
}

// flaws are malformed packets, wrong checksums, and connections without a beginning.
func flaws(file string, table []row, segments []segment) (all []string) {
	bad, err := fields(file, "_ws.malformed || _ws.short || _ws.expert.severity==error || tcp.checksum.status==0 || udp.checksum.status==0 || ip.checksum.status==0",
		"frame.number", "_ws.col.Info", "_ws.expert.message")
	if err != nil {
		return []string{err.Error()}
	}
	for _, b := range bad {
		if slices.ContainsFunc(table, func(r row) bool { return r.bad != "" && r.frame == b[0] }) {
			continue // so say we
		}
		all = append(all, "malformed: "+strings.Join(b, " | "))
	}
	return append(all, handshakes(segments)...)
}

// handshakes are the connections on which whoever began them sends data before they are established. What comes from the
// other end may be late, of an earlier connection between the same ports.
func handshakes(segments []segment) (all []string) {
	const begun, data = 1 | 2 | 4, 8 // SYN, SYN-ACK, ACK
	client := map[string]string{}
	for _, s := range segments {
		if s.syn && !s.ack {
			client[s.stream] = s.port
		}
		if s.size != "0" && s.port == client[s.stream] && s.completeness&(begun|data) != begun|data {
			all = append(all, "the handshake of connection "+s.stream+" is not complete")
		}
	}
	for _, s := range segments {
		if client[s.stream] == "" {
			return append(all, "connection "+s.stream+" has no beginning")
		}
	}
	return all
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
