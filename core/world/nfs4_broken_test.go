package world_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"sunscope/core/scenario"
	"sunscope/core/time"
	"sunscope/core/trace"
)

// verdict4 is what comes of a call of NFSv4 whose every answer is of one kind: how often an answer was decoded, under how
// many XIDs, and the status in the end. How often the call was sent is a race: see the tests.
type verdict4 struct {
	decoded, xids int
	status        int64
}

// broken4 are the kinds of answers (reference/fsm.md §4.17). A server that says nothing that the client hears is not among
// them: a call that was sent waits for ever while its connection stands (NO_RETRANS_TIMEOUT).
var broken4 = map[string]verdict4{
	"garbage":           {3, 1, -5},
	"garbage_args":      {3, 1, -5},
	"system_err":        {3, 1, -5},
	"auth_failed":       {3, 1, -5},
	"bad_verifier":      {3, 1, -5},
	"short":             {3, 1, -5},
	"auth_badcred":      {3, 1, -13},
	"auth_badverf":      {3, 1, -13},
	"auth_rejectedcred": {3, 3, -13},
	"auth_rejectedverf": {3, 3, -13},
	"auth_tooweak":      {1, 1, -13},
	"prog_unavail":      {1, 1, -96},
	"prog_mismatch":     {1, 1, -93},
	"proc_unavail":      {1, 1, -95},
	"rpc_mismatch":      {1, 1, -93},
	"trunc":             {1, 1, -5},
}

// walk4 is how one task went.
type walk4 struct {
	verdict4
	states []string // from call_decode to call_decode
	sent   int
	ports  map[string]bool // the client's, of the connections that it was sent on
}

// walkOf is the way of the first task that calls proc.
func walkOf(t *testing.T, l *trace.Log, proc string) (w walk4) {
	t.Helper()
	w.ports = map[string]bool{}
	task, xids, port := "", map[uint32]bool{}, ""
	var e trace.Event
	for i := range l.Len() {
		l.At(i, &e)
		if e.Kind == trace.WireSend && e.Text(l, "dst") == "10.0.0.1:2049" {
			port = e.Text(l, "src")
		}
		pid, clid, ok := e.Task()
		if !ok {
			continue
		}
		id := string(rune(pid)) + "@" + string(rune(clid))
		if task == "" && e.Kind == trace.RPCRequest && e.Text(l, "proc") == proc {
			task = id
		}
		if task != id {
			continue
		}
		switch e.Kind {
		case trace.RPCTaskRunAction:
			state := e.Text(l, "action")
			if state == "call_decode" {
				w.decoded++
			}
			if w.decoded == 1 {
				w.states = append(w.states, state)
			}
		case trace.XprtReserve:
			xid, _ := e.XID()
			xids[xid] = true
		case trace.XprtTransmit:
			w.sent++
			require.False(t, w.ports[port] && len(xids) == 1, "no call is sent twice on one connection")
			w.ports[port] = true
		case trace.RPCTaskEnd:
			w.xids, w.status = len(xids), e.Int("status")
			return w
		}
	}
	return w
}

// brokenBy is a world in which the server answers so from the first call of proc on.
func brokenBy(t *testing.T, vers, proc, mode string) *scenario.Scenario {
	return alone(t, "mount vers="+vers+",hard,timeo=10,retrans=1; create f; sleep 1s; getattr /",
		"fault.1.when", "rpc_request proc="+proc, "fault.1.do", "answer 2049 "+mode)
}

func TestEachWrongAnswerToACallOfNFSv4EndsAsTheKernelsDoes(t *testing.T) {
	for vers, procs := range map[string][]string{"4.1": {"EXCHANGE_ID", "GETATTR", "OPEN"}, "4.0": {"SETCLIENTID", "GETATTR", "OPEN"}} {
		for _, proc := range procs {
			for mode, want := range broken4 {
				t.Run(vers+" "+proc+" "+mode, func(t *testing.T) {
					for seed := range uint64(4) {
						l := run(t, brokenBy(t, vers, proc, mode), 42+seed)
						got := walkOf(t, l, proc)
						require.Equal(t, want, got.verdict4, "seed %d", 42+seed)
					}
				})
			}
		}
	}
}

// What recording 15b shows of LOOKUP_ROOT: the disconnection that cl_discrtry asks for comes too late for a task that
// must not be sent twice on one connection, so the answer is decoded three times, after one transmission.
func TestAnAnswerThatMakesNoSenseIsDecodedThreeTimesAfterOneTransmission(t *testing.T) {
	once := 0
	for seed := range uint64(8) {
		l := run(t, brokenBy(t, "4.1", "LOOKUP_ROOT", "garbage_args"), 42+seed)
		got := walkOf(t, l, "LOOKUP_ROOT")
		require.Equal(t, verdict4{3, 1, -5}, got.verdict4)
		if got.sent > 1 {
			continue // the connection was gone before call_encode looked
		}
		once++
		require.Equal(t, []string{"call_decode", "call_encode", "call_transmit", "call_transmit_status", "call_status"}, got.states)
	}
	require.Positive(t, once)
}

func TestAClientOfNFSv4BreaksTheConnectionThatNonsenseCameOver(t *testing.T) {
	for vers, ports := range map[string]int{"4.0": 1, "4.1": 2} {
		l := run(t, brokenBy(t, vers, "OPEN", "garbage"), 42)
		var kinds []trace.Kind
		from := map[string]bool{}
		for i := range l.Len() {
			var e trace.Event
			l.At(i, &e)
			switch e.Kind {
			case trace.RPCUnparsable, trace.XprtDisconnectAuto, trace.XprtDisconnectForce:
				if len(kinds) == 0 || kinds[len(kinds)-1] != e.Kind {
					kinds = append(kinds, e.Kind)
				}
			case trace.RPCSocketConnect:
				if !strings.HasSuffix(e.Text(l, "dstaddr"), ":2049") {
					continue // the server's, for callbacks
				}
				from[e.Text(l, "srcaddr")] = true
			}
		}
		require.GreaterOrEqual(t, len(kinds), 2)
		require.Equal(t, []trace.Kind{trace.RPCUnparsable, trace.XprtDisconnectAuto}, kinds[:2], "xprt_conditional_disconnect says nothing")
		require.Len(t, from, ports, "only a client without sessions wants its port again")
	}
}

// The pings are not of those that must not be sent twice: they end as those of other clients do, each time on a
// connection of its own.
func TestAPingOfNFSv4EndsAsOnesOfOtherProgramsDo(t *testing.T) {
	for _, mode := range scenario.AnswerModes {
		if mode == "close" || mode == "well" {
			continue
		}
		t.Run(mode, func(t *testing.T) {
			sc := alone(t, "mount vers=4.1,port=20001,soft,timeo=10,retrans=1", "fakeserver.1.port", "20001", "fakeserver.1.mode", mode)
			for seed := range uint64(8) {
				l := run(t, sc, 42+seed)
				got := outcomes(l, 0, l.Len())[0]
				require.Equal(t, pings[mode].status, got.status)
				require.Equal(t, pings[mode].xids, got.xids)
				require.LessOrEqual(t, got.sent, 3)
			}
		})
	}
}

func TestACallOfNFSv4ThatWasSentWaitsForAsLongAsItsConnectionStands(t *testing.T) {
	for _, mode := range []string{"silent", "wrongxid"} {
		sc := alone(t, "mount vers=4.1,soft,timeo=10,retrans=1 within 60s", "fault.1.when", "rpc_request proc=EXCHANGE_ID", "fault.1.do", "answer 2049 "+mode)
		l := run(t, sc, 42)
		got := walkOf(t, l, "EXCHANGE_ID")
		require.EqualValues(t, -512, got.status, "ERESTARTSYS: it was killed")
		require.Equal(t, 1, got.sent)
		require.Greater(t, l.TimeAt(l.Len()-1), 60*time.Second)

		sc = alone(t, "mount vers=4.1,soft,timeo=10,retrans=1 within 60s", "fault.1.when", "rpc_request proc=EXCHANGE_ID", "fault.1.do", "answer 2049 "+mode,
			"fault.2.when", "rpc_request proc=EXCHANGE_ID", "fault.2.at", "10s", "fault.2.do", "answer 2049 well",
			"fault.3.when", "rpc_request proc=EXCHANGE_ID", "fault.3.at", "11s", "fault.3.do", "reset")
		l = run(t, sc, 42)
		got = walkOf(t, l, "EXCHANGE_ID")
		require.Zero(t, got.status, "on the next connection it is sent again")
		require.Equal(t, 2, got.sent)
	}
}
