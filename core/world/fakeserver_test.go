package world_test

import (
	"bufio"
	"compress/gzip"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"sunscope/core/record"
	"sunscope/core/scenario"
	"sunscope/core/trace"
)

// outcome is what came of a call: how often it was sent, under how many XIDs, and the status it ended with.
type outcome struct {
	sent, xids int
	status     int64
}

// outcomes are those of the synchronous tasks that end between two events of a log.
func outcomes(l *trace.Log, from, to int) (list []outcome) {
	sent, xids := map[int64]int{}, map[int64]map[uint32]bool{}
	id := func(e *trace.Event) int64 { pid, clid, _ := e.Task(); return int64(pid)<<32 | int64(clid) }
	var e trace.Event
	for i := from; i < to; i++ {
		l.At(i, &e)
		switch e.Kind {
		case trace.RPCTaskBegin:
			sent[id(&e)], xids[id(&e)] = 0, map[uint32]bool{}
		case trace.XprtTransmit:
			if xid, _ := e.XID(); e.Int("status") == 0 && xids[id(&e)] != nil {
				sent[id(&e)]++
				xids[id(&e)][xid] = true
			}
		case trace.RPCTaskEnd:
			list = append(list, outcome{sent[id(&e)], len(xids[id(&e)]), e.Int("status")})
		}
	}
	return list
}

// pings are how a mount's first call, a ping of mountd with AUTH_NULL over soft,timeo=10,retrans=1, ends when mountd
// answers so. The bytes of most answers are those of recording 20.
var pings = map[string]outcome{
	"well":              {1, 1, 0},
	"garbage":           {3, 1, -5},
	"garbage_args":      {3, 1, -5},
	"system_err":        {3, 1, -5},
	"prog_unavail":      {1, 1, -96},
	"prog_mismatch":     {1, 1, -93},
	"proc_unavail":      {1, 1, -95},
	"rpc_mismatch":      {1, 1, -93},
	"auth_badcred":      {3, 1, -13},
	"auth_rejectedcred": {3, 3, -13},
	"auth_badverf":      {3, 1, -13},
	"auth_rejectedverf": {3, 3, -13},
	"auth_tooweak":      {1, 1, -13},
	"auth_failed":       {3, 1, -5},
	"bad_verifier":      {3, 1, -5},
	"short":             {3, 1, -5},
	"trunc":             {1, 1, 0},
	"wrongxid":          {2, 1, -5},
	"echo":              {1, 1, -110},
	"silent":            {2, 1, -5},
}

// alone is a world in which nothing is mounted until bash does it.
func alone(t *testing.T, do string, settings ...string) *scenario.Scenario {
	return twoSlots(t, append([]string{"workload.reads", "0", "mount.none", "true", "mount.full", "true",
		"process.1.name", "bash", "process.1.do", do}, settings...)...)
}

func TestEachWrongAnswerToAPingEndsAsTheKernelsDoes(t *testing.T) {
	for _, mode := range scenario.AnswerModes {
		if mode == "close" {
			continue // that goes on until somebody kills it: conn-close-loop
		}
		t.Run(mode, func(t *testing.T) {
			want, known := pings[mode]
			require.True(t, known)
			sc := alone(t, "mount mountport=20048,soft,timeo=10,retrans=1")
			if mode != "well" {
				sc = alone(t, "mount mountport=20001,soft,timeo=10,retrans=1", "fakeserver.1.port", "20001", "fakeserver.1.mode", mode)
			}
			l := run(t, sc, 42)
			require.Equal(t, want, outcomes(l, 0, l.Len())[0])
		})
	}
}

// The figures above are the recording's too.
func TestTheKernelsOwnPingsEndAsOurs(t *testing.T) {
	f, err := os.Open("../../tests/recordings/20-rpc-error-replies/trace.txt.gz")
	require.NoError(t, err)
	defer f.Close()
	z, err := gzip.NewReader(f)
	require.NoError(t, err)
	rec, err := record.Read("20", bufio.NewReader(z))
	require.NoError(t, err)
	checked := 0
	for i := range rec.Log.Len() {
		_, mode, found := strings.Cut(rec.TextAt(i), "MARK fake mountd, mode ")
		if !found || mode == "garbage" { // the server was not up yet
			continue
		}
		require.Equal(t, pings[mode], outcomes(rec.Log, i, rec.Log.Len())[0], mode)
		checked++
	}
	require.Equal(t, 15, checked)
}

func TestACallWithAUTHSYSIsTriedAgainAsOneWithAUTHNULLIs(t *testing.T) {
	for mode, want := range pings {
		switch mode {
		case "well", "echo":
			continue // a call without SOFTCONN connects again, and meets another echo, until its time is over
		case "trunc":
			want = outcome{1, 1, -5} // no results where some are needed
		}
		t.Run(mode, func(t *testing.T) {
			l := run(t, twoSlots(t, "workload.reads", "0", "mount.full", "true", "mount.timeo", "1s", "mount.retrans", "1", "mount.hard", "false",
				"process.1.name", "stat", "process.1.at", "50ms", "process.1.do", "getattr /", "fault.1.at", "40ms", "fault.1.do", "answer 2049 "+mode), 42)
			require.Equal(t, want, outcomes(l, index(l, trace.Fault), l.Len())[0])
		})
	}
}

// index is the first event of a kind.
func index(l *trace.Log, k trace.Kind) int {
	for i := range l.Len() {
		if l.KindAt(i) == k {
			return i
		}
	}
	return l.Len()
}

func TestAServerThatAnswersWellAgainIsBelieved(t *testing.T) {
	l := run(t, twoSlots(t, "workload.reads", "0", "mount.full", "true", "mount.timeo", "1s", "mount.hard", "true",
		"process.1.name", "stat", "process.1.at", "50ms", "process.1.do", "getattr /",
		"fault.1.at", "40ms", "fault.1.do", "answer 2049 silent", "fault.2.at", "1500ms", "fault.2.do", "answer 2049 well"), 42)
	require.Equal(t, outcome{3, 1, 0}, outcomes(l, index(l, trace.Fault), l.Len())[0], "sent at 50 ms, 1 s later, and 2 s after that")
}

func TestRepliesThatNobodyWaitsForAreCountedAndForgotten(t *testing.T) {
	l := run(t, alone(t, "mount mountport=20001,soft,timeo=10,retrans=1", "fakeserver.1.port", "20001", "fakeserver.1.mode", "wrongxid"), 42)
	late := 0
	each(l, func(_ int, e *trace.Event) {
		if xid, _ := e.XID(); e.Kind == trace.XprtLookupRqst {
			require.Equal(t, uint32(0xffffffff), xid)
			require.Equal(t, int64(-2), e.Int("status"))
			late++
		}
	})
	require.Equal(t, 2, late, "one for each transmission")
}

func TestMountTriesOnceMoreAfterEACCES(t *testing.T) {
	l := run(t, alone(t, "mount mountport=20001,soft", "fakeserver.1.port", "20001", "fakeserver.1.mode", "auth_tooweak"), 42)
	require.Equal(t, []outcome{{1, 1, -13}, {1, 1, -13}}, outcomes(l, 0, l.Len()), "as recording 20 shows")
}

func TestFSINFOThatFailsIsAskedOnceMoreThroughTheSharedClient(t *testing.T) {
	l := run(t, alone(t, "mount mountport=20048,port=20001,soft", "fakeserver.1.port", "20001", "fakeserver.1.mode", "trunc"), 42)
	list := outcomes(l, 0, l.Len())
	require.Equal(t, []outcome{{1, 1, 0}, {1, 1, -5}, {1, 1, -5}}, list[len(list)-3:], "the ping, and FSINFO twice")
}

func TestAMountThatIsKilledEndsWithERESTARTSYSAndTheScriptGoesOn(t *testing.T) {
	l := run(t, alone(t, "mount mountport=20001 within 300ms; mount mountport=20048; getattr /; umount; getattr /", "fakeserver.1.port", "20001", "fakeserver.1.mode", "silent"), 42)
	list := outcomes(l, 0, l.Len())
	require.Equal(t, outcome{1, 1, -512}, list[0])
	require.Equal(t, outcome{1, 1, 0}, list[len(list)-1], "GETATTR; after umount there is none")
	whole := run(t, alone(t, "mount mountport=20048; getattr /"), 42)
	require.Len(t, list, 1+len(outcomes(whole, 0, whole.Len())))
}

func TestASourcePortThatIsStillInUseIsNotTakenTwice(t *testing.T) {
	do := strings.Repeat("mount mountport=20001,soft; ", 12)
	l := run(t, alone(t, do, "fakeserver.1.port", "20001", "fakeserver.1.mode", "prog_unavail",
		"sunrpc.min_resvport", "1004", "sunrpc.max_resvport", "1023"), 42)
	taken := 0
	each(l, func(_ int, e *trace.Event) {
		if e.Kind == trace.RPCSocketConnect && e.Int("error") == -99 {
			taken++
		}
	})
	require.NotZero(t, taken, "twelve connections from twenty ports")
	require.Len(t, outcomes(l, 0, l.Len()), 12)
}

func TestFakeServersAndMountsThatAreImpossibleAreRefused(t *testing.T) {
	sc := twoSlots(t)
	for kv, want := range map[[2]string]string{
		{"fakeserver.1.mode", "rude"}:        `fakeserver.1.mode: expected one of garbage, garbage_args, `,
		{"fakeserver.1.port", "0"}:           `fakeserver.1.port: expected a whole number from 1 to 65535, not "0"`,
		{"fakeserver.3.port", "20001"}:       `there is no setting "fakeserver.3.port"`,
		{"process.1.do", "mount soft,fast"}:  `not understood: "fast"; expected mount OPTIONS`,
		{"process.1.do", "mount soft in 1s"}: `not understood: "in 1s"`,
		{"process.1.do", "mount"}:            `expected mount OPTIONS`,
		{"fault.1.do", "answer 2049 rude"}:   `"rude": expected after the port one of garbage (`,
		{"fault.1.do", "answer nfsd echo"}:   `"nfsd": expected a port after answer`,
	} {
		require.ErrorContains(t, sc.Set(kv[0], kv[1]), want)
	}
	require.NoError(t, sc.Set("fakeserver.1.port", "2049"))
	require.NoError(t, sc.Set("fakeserver.1.mode", "echo"))
	require.ErrorContains(t, sc.Check(), `fakeserver.1.port: expected a port on which no other server listens, not "2049"`)
	sc = twoSlots(t, "mount.none", "true")
	require.ErrorContains(t, sc.Check(), `workload.reads: expected 0 when mount.none is true`)
	sc = twoSlots(t, "mount.none", "true", "workload.reads", "0", "process.1.name", "stat", "process.1.do", "getattr /")
	require.ErrorContains(t, sc.Check(), `process.1.do: expected mount before getattr when mount.none is true`)
}
