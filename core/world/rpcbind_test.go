package world_test

import (
	"bufio"
	"compress/gzip"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"sunscope/core/scenario"
	"sunscope/core/scenario/yaml"
	"sunscope/core/trace"
)

func builtin(t testing.TB, name string, settings ...string) *scenario.Scenario {
	sc, err := yaml.Builtin(name)
	require.NoError(t, err)
	for i := 0; i < len(settings); i += 2 {
		require.NoError(t, sc.Set(settings[i], settings[i+1]))
	}
	return sc
}

// registrations are what was said of rpcbind, without nfsd's version 4, which this server does not have, and without ports,
// of which the lock manager's come by chance.
func registrations(lines []string) (said []string) {
	event := regexp.MustCompile(`: ((?:rpcb_(?:un)?register|svc_(?:un)?register): .*)$`)
	port := regexp.MustCompile(` port=\d+`)
	for _, line := range lines {
		m := event.FindStringSubmatch(line)
		if m == nil || strings.Contains(m[1], "program=100003 version=4") || strings.Contains(m[1], "nfsdv4") {
			continue
		}
		said = append(said, port.ReplaceAllString(m[1], ""))
	}
	return said
}

// between are the lines of a recording from one mark to another.
func between(t testing.TB, name, from, to string) (lines []string) {
	f, err := os.Open("../../tests/recordings/" + name + "/trace.txt.gz")
	require.NoError(t, err)
	defer f.Close()
	z, err := gzip.NewReader(f)
	require.NoError(t, err)
	inside := false
	for s := bufio.NewScanner(z); s.Scan(); {
		inside = inside && !strings.HasSuffix(s.Text(), to) || strings.HasSuffix(s.Text(), from)
		if inside {
			lines = append(lines, s.Text())
		}
	}
	require.NotEmpty(t, lines)
	return lines
}

// linesOf are a run's events as text.
func linesOf(l *trace.Log) (lines []string) {
	each(l, func(_ int, e *trace.Event) { lines = append(lines, string(l.AppendText(nil, e))) })
	return lines
}

func TestAServerRegistersItsProgramsInTheKernelsOrder(t *testing.T) {
	want := registrations(between(t, "17-local-af_unix", "STEP rpc.nfsd -u 8", "STEP sh -c echo Y > /proc/fs/nfsd/v4_end_grace"))
	require.Len(t, want, 102)
	require.Equal(t, want, registrations(linesOf(run(t, builtin(t, "registration"), 42))))
}

func TestAnAFLocalSocketConnectsInItsCallersThreadWithoutSleeping(t *testing.T) {
	connecting := false
	each(run(t, builtin(t, "registration"), 42), func(i int, e *trace.Event) {
		switch {
		case e.Kind == trace.XprtConnect && e.CPU >= 2:
			connecting = true
		case e.Kind == trace.RPCConnectStatus && connecting:
			connecting = false
			require.Zero(t, e.Int("status"))
		case e.Kind == trace.RPCTaskSyncSleep:
			require.False(t, connecting, "event %d", i)
		}
	})
}

func TestWithAnOldRpcbindVersion2RegistersAndIPv6GoesWithout(t *testing.T) {
	l := run(t, builtin(t, "registration", "server.rpcbind", "2", "process.1.do", "nfsd 8; sleep 1ms; nfsd 0"), 42)
	set, unset, new4 := 0, 0, 0
	families := map[string]int64{}
	each(l, func(_ int, e *trace.Event) {
		switch e.Kind {
		case trace.PmapRegister:
			if e.Int("port") != 0 {
				set++
			} else {
				unset++
			}
		case trace.RpcbRegister, trace.RpcbUnregister:
			new4++
		case trace.SvcRegister:
			families[e.Text(l, "family")] = e.Int("error")
		}
	})
	require.Equal(t, 3+6, set, "nfs 3 and 4 and nfs_acl over TCP, three lock managers over both")
	require.Equal(t, 2*(3+3), unset, "before it begins, and at the end")
	require.Zero(t, new4)
	require.Equal(t, map[string]int64{"AF_INET": 0, "AF_INET6": -97}, families)
}

func TestWithoutRpcbindTheServiceDoesNotStart(t *testing.T) {
	l := run(t, builtin(t, "registration", "server.rpcbind", "0", "process.1.do", "nfsd 8"), 42)
	var failed []int64
	each(l, func(_ int, e *trace.Event) {
		switch e.Kind {
		case trace.SvcRegister:
			failed = append(failed, e.Int("error"))
		case trace.SvcsockNewSocket:
			t.Error("a socket was made")
		}
	})
	require.Equal(t, []int64{-111}, failed, "ECONNREFUSED from port 111, after ENOENT from the path")
}

func TestAServiceThatIsStoppedRefusesAndOneThatIsStartedAgainServes(t *testing.T) {
	l := run(t, builtin(t, "registration", "mount.hard", "false", "process.1.do",
		"nfsd 4; null 2; nfsd 0; rpclab nreq=2 timeo=500ms retrans=2 flags=SOFTCONN; nfsd 4; null 2"), 3)
	var ends []int64
	each(l, func(_ int, e *trace.Event) {
		if e.Kind == trace.RPCTaskEnd && e.CPU < 2 {
			ends = append(ends, e.Int("status"))
		}
	})
	require.Equal(t, []int64{0, 0, -111, -111, 0, 0}, ends)
}
