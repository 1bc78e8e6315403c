package world_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"sunscope/core/time"
	"sunscope/core/trace"
	"sunscope/core/world"
)

// asking is a mount that knows no port, with settings. It is run to its end, which may be a failure.
func asking(t testing.TB, settings ...string) (*trace.Log, error) {
	w, err := world.New(twoSlots(t, append([]string{"mount.rpcbind", "true", "mount.hard", "false", "workload.reads", "1"}, settings...)...), 1)
	require.NoError(t, err)
	for w.Step() {
	}
	return w.Log(), w.Err()
}

// overIPv6 is asking, between hosts that have IPv6 addresses.
func overIPv6(t testing.TB, settings ...string) (*trace.Log, error) {
	return asking(t, append([]string{"client.addr", "fd00::2", "server.addr", "fd00::1"}, settings...)...)
}

// asked are the versions of rpcbind that were asked, and the answers that came.
func asked(l *trace.Log) (versions, answers []int64) {
	each(l, func(_ int, e *trace.Event) {
		switch e.Kind {
		case trace.RpcbGetport:
			versions = append(versions, e.Int("bind_version"))
		case trace.RpcbSetport:
			answers = append(answers, e.Int("status"))
		}
	})
	return versions, answers
}

// count is how many events of a kind there are.
func count(l *trace.Log, kind trace.Kind) (n int) {
	each(l, func(_ int, e *trace.Event) {
		if e.Kind == kind {
			n++
		}
	})
	return n
}

func TestOverIPv4OnlyVersionTwoIsAsked(t *testing.T) {
	for _, proto := range []string{"tcp", "udp"} {
		l, err := asking(t, "mount.proto", proto)
		require.NoError(t, err)
		versions, answers := asked(l)
		require.Equal(t, []int64{2}, versions)
		require.Equal(t, []int64{0}, answers)
		each(l, func(_ int, e *trace.Event) {
			if e.Kind == trace.RpcbGetport {
				require.Equal(t, map[string]int64{"tcp": 6, "udp": 17}[proto], e.Int("protocol"))
			}
		})
	}
}

func TestOverIPv6VersionFourIsAskedAndThenThree(t *testing.T) {
	for _, proto := range []string{"tcp", "udp"} {
		l, err := overIPv6(t, "mount.proto", proto)
		require.NoError(t, err)
		versions, answers := asked(l)
		require.Equal(t, []int64{4}, versions)
		require.Equal(t, []int64{0}, answers)

		l, err = overIPv6(t, "mount.proto", proto, "server.rpcbind", "3")
		require.NoError(t, err)
		versions, answers = asked(l)
		require.Equal(t, []int64{4, 3}, versions)
		require.Equal(t, []int64{-93, 0}, answers, "EPROTONOSUPPORT: PROG_MISMATCH")
		require.Equal(t, 1, count(l, trace.RPCProgMismatch))
	}
}

func TestOverIPv6AnOldRpcbindIsTheEndOfTheCall(t *testing.T) {
	l, err := overIPv6(t, "server.rpcbind", "2")
	require.EqualError(t, err, "the mount's ping failed with status -5")
	versions, answers := asked(l)
	require.Equal(t, []int64{4, 3}, versions)
	require.Equal(t, []int64{-93, -93}, answers)
}

func TestAProgramThatIsNotRegisteredIsNotSupported(t *testing.T) {
	for _, family := range []func(testing.TB, ...string) (*trace.Log, error){asking, overIPv6} {
		l, err := family(t, "server.nfsd", "false")
		require.EqualError(t, err, "the mount's ping failed with status -95")
		_, answers := asked(l)
		require.Equal(t, []int64{-13}, answers, "EACCES: port 0, or an empty address")
		require.Equal(t, 1, count(l, trace.RpcbProgUnavailErr))
	}
}

func TestWithoutRpcbindACallIsRefusedOverTCPAndTimesOutOverUDP(t *testing.T) {
	_, err := asking(t, "server.rpcbind", "0")
	require.EqualError(t, err, "the mount's ping failed with status -111")
	l, err := asking(t, "server.rpcbind", "0", "mount.proto", "udp", "mount.timeo", "1.1s", "mount.retrans", "3")
	require.EqualError(t, err, "the mount's ping failed with status -110")
	_, answers := asked(l)
	require.Equal(t, []int64{-93}, answers, "the child's EIO counts as a version that rpcbind does not speak")
	require.Equal(t, 3, count(l, trace.XprtRetransmit), "GETPORT, three times more")
}

func TestASlowRpcbindIsWaitedForAMinuteThenAskedAgain(t *testing.T) {
	l, err := asking(t, "server.rpcbind_delay", "100s", "mount.hard", "true", "mount.timeo", "200s", "mount.noping", "true")
	require.NoError(t, err)
	require.Equal(t, 1, count(l, trace.RpcbTimeoutErr))
	versions, answers := asked(l)
	require.Len(t, versions, 1, "the second time the first question is still out")
	require.Equal(t, []int64{0}, answers)
	each(l, func(_ int, e *trace.Event) {
		switch e.Kind {
		case trace.RpcbTimeoutErr:
			require.Equal(t, time.Minute, e.Time.Truncate(time.Second))
		case trace.RpcbSetport:
			require.Equal(t, 100*time.Second, e.Time.Truncate(time.Second))
		}
	})
}

// lossy are mounts with MOUNT over UDP, one after the other, on a link that loses so much.
func lossy(t testing.TB, percent string, times string) *trace.Log {
	return run(t, builtin(t, "mount-udp-loss", "fault.1.do", "loss "+percent, "process.1.times", times), 7)
}

func TestAMountAsksForMountdAndMountsOverUDPAndForNFSOverTCP(t *testing.T) {
	l := lossy(t, "0", "1")
	var prog, proto []int64
	each(l, func(_ int, e *trace.Event) {
		if e.Kind == trace.RpcbGetport {
			prog, proto = append(prog, e.Int("program")), append(proto, e.Int("protocol"))
		}
	})
	require.Equal(t, []int64{100005, 100003}, prog)
	require.Equal(t, []int64{17, 6}, proto)
	require.Zero(t, count(l, trace.XprtTimer))
	require.Equal(t, 4, count(l, trace.XprtGetCong)+count(l, trace.RpcbSetport)-1, "GETPORT, NULL and MNT take credits; two answers of rpcbind")
}

// With everything lost, GETPORT ends after 1.1, 2.2, 4.4 and 8.8 s with EIO; by then the ping's own time is over.
func TestAMountThatGetsNoAnswerFailsAndTheNextOneFollows(t *testing.T) {
	l := lossy(t, "100", "3")
	begins, statuses := []time.Duration{}, map[int64]int{}
	each(l, func(_ int, e *trace.Event) {
		switch e.Kind {
		case trace.RPCClntNew:
			if e.Text(l, "program") == "mount" {
				begins = append(begins, e.Time.Truncate(100*time.Millisecond))
			}
		case trace.RPCTaskEnd:
			statuses[e.Int("status")]++
		}
	})
	require.Equal(t, []time.Duration{0, 16500 * time.Millisecond, 33 * time.Second}, begins)
	require.Equal(t, map[int64]int{-5: 3, -110: 3}, statuses)
}

func TestOverALossyLinkSomeMountsFailAndSomeDoNot(t *testing.T) {
	l := lossy(t, "30", "40")
	tried, stat := 0, 0
	each(l, func(_ int, e *trace.Event) {
		switch {
		case e.Kind == trace.RPCClntNew && e.Text(l, "program") == "mount":
			tried++
		case e.Kind == trace.RPCRequest && e.Text(l, "proc") == "FSSTAT":
			stat++
		}
	})
	require.Equal(t, 40, tried)
	require.Greater(t, stat, 10)
	require.Less(t, stat, 40)
}

// The port that rpcbind gave is believed until a connection to it is refused; then rpcbind is asked again, and as often as
// that happens.
func TestARefusedConnectionMakesTheClientAskRpcbindAgain(t *testing.T) {
	l := run(t, twoSlots(t, "mount.rpcbind", "true", "mount.hard", "true", "workload.reads", "0",
		"process.1.name", "ls", "process.1.do", "getattr /; sleep 10ms; getattr /",
		"fault.1.at", "5ms", "fault.1.do", "refuse", "fault.2.at", "5ms", "fault.2.do", "reset", "fault.3.at", "100ms", "fault.3.do", "accept"), 3)
	versions, answers := asked(l)
	require.Greater(t, len(versions), 1)
	require.Equal(t, len(versions), len(answers))
	refused := 0
	each(l, func(_ int, e *trace.Event) {
		if e.Kind == trace.RPCConnectStatus && e.Int("status") == -111 {
			refused++
		}
	})
	require.Equal(t, len(versions)-1, refused)
}
