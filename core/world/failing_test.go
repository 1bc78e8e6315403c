package world

import (
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	"sunscope/core/fsm"
	"sunscope/core/scenario"
	"sunscope/core/scenario/yaml"
	"sunscope/core/sunrpc"
	"sunscope/core/trace"
)

// took runs two-slots with some settings and says which edges the client's tasks take, and with which statuses they end.
func took(t *testing.T, settings ...string) (edges map[string]int, ends map[int64]int) {
	sc, err := yaml.Builtin("two-slots")
	require.NoError(t, err)
	for i := 0; i < len(settings); i += 2 {
		require.NoError(t, sc.Set(settings[i], settings[i+1]))
	}
	w, err := New(sc, 42)
	require.NoError(t, err)
	edges, ends = map[string]int{}, map[int64]int{}
	w.Client().Took = func(_ *sunrpc.Task, e *fsm.Edge) { edges[e.ID]++ }
	w.Watch(func(e *trace.Event) {
		if e.Kind == trace.RPCTaskEnd {
			ends[e.Int("status")]++
		}
	})
	for w.Step() {
	}
	require.NoError(t, w.Err())
	return edges, ends
}

func TestCallsGoOnWhenMemoryIsShortAndAllEndWell(t *testing.T) {
	edges, ends := took(t, "workload.reads", "20", "sunrpc.tcp_max_slot_table_entries", "8", "fault.1.at", "0s", "fault.1.do", "nomem 30",
		"fault.2.at", "10s", "fault.2.do", "nomem 0")
	for _, id := range []string{"call_reserve.nomem", "call_reserveresult.nomem", "call_allocate.nomem", "call_encode.again", "call_transmit_status.nomem"} {
		require.NotZero(t, edges[id], id)
	}
	for status := range ends {
		require.GreaterOrEqual(t, status, int64(0))
	}
	require.Equal(t, 20, ends[1024], "each READ brings its bytes")
}

func TestAFunctionFailsAsOftenAsItIsTold(t *testing.T) {
	edges, _ := took(t, "workload.reads", "5", "fault.1.at", "0s", "fault.1.do", "fail rpc_malloc ENOMEM 100 3")
	require.Equal(t, 3, edges["call_allocate.nomem"])
	again, _ := took(t, "workload.reads", "5", "fault.1.at", "0s", "fault.1.do", "fail rpc_malloc ENOMEM 100 3", "fault.2.at", "0s", "fault.2.do", "fail rpc_malloc ENOMEM 0")
	require.Zero(t, again["call_allocate.nomem"])
}

func TestACallOfASofterrMountEndsWithETIMEDOUT(t *testing.T) {
	for option, want := range map[string]string{"soft": "call_status.again.soft", "softerr": "call_status.again.timeout"} {
		edges, _ := took(t, "mount.none", "true", "workload.reads", "0", "process.1.name", "sh",
			"process.1.do", "mount "+option+",timeo=10,retrans=1; getattr /; sleep 2s; getattr /", "fault.1.at", "1s", "fault.1.do", "drop", "fault.2.at", "30s", "fault.2.do", "restore")
		require.NotZero(t, edges[want], "%s: %v", option, edges)
	}
}

// Whatever a function is told to return, each step that follows is one of the map's.
func TestWhateverFailsTheEngineStaysOnTheMap(t *testing.T) {
	tried := 0
	for _, function := range scenario.FailingSites {
		for _, err := range []string{
			"0", "EPERM", "ENOENT", "EIO", "EAGAIN", "ENOMEM", "EACCES", "EINVAL", "ENFILE", "EPIPE", "EBADSLT", "EPROTO", "EBADMSG", "EMSGSIZE",
			"EPROTONOSUPPORT", "EOPNOTSUPP", "EPFNOSUPPORT", "EADDRINUSE", "ENETDOWN", "ENETUNREACH", "ECONNABORTED", "ECONNRESET", "ENOBUFS",
			"ENOTCONN", "ESHUTDOWN", "ETIMEDOUT", "ECONNREFUSED", "EHOSTDOWN", "EHOSTUNREACH", "EKEYEXPIRED", "EKEYREJECTED", "ERESTARTSYS",
		} {
			do := "fail " + function + " " + err + " 50 20"
			if _, _, err := scenario.ParseFault(do); err != nil {
				continue
			}
			for _, proto := range []string{"tcp", "udp"} {
				tried++
				staysOnTheMap(t, do, proto)
			}
		}
	}
	require.Greater(t, tried, 370)
}

func staysOnTheMap(t *testing.T, do, proto string) {
	sc, err := yaml.Builtin("two-slots")
	require.NoError(t, err)
	for key, value := range map[string]string{
		"workload.reads": "6", "mount.proto": proto, "mount.rpcbind": "true", "mount.timeo": "1s", "sunrpc.tcp_max_slot_table_entries": "4",
	} {
		require.NoError(t, sc.Set(key, value))
	}
	sc.Faults = []scenario.Fault{{Do: "reset"}, {Do: do}}
	w, err := New(sc, 42)
	require.NoError(t, err)
	for w.Step() {
	}
	var failed *CallError // of the workload: that is what the failure is for
	if !errors.As(w.Err(), &failed) {
		require.NoError(t, w.Err(), "%s over %s", do, proto)
	}
}
