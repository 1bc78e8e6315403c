package world_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"sunscope/core/nfs4"
	"sunscope/core/rpcmsg"
	"sunscope/core/scenario"
	"sunscope/core/time"
	"sunscope/core/trace"
	"sunscope/core/xdr"
)

// overV40 is a world with NFSv4.0 mounted, in which processes do what their scripts say.
func overV40(t *testing.T, do string, settings ...string) *scenario.Scenario {
	return twoSlots(t, append([]string{"workload.reads", "0", "mount.vers", "4.0", "process.1.name", "cat", "process.1.do", do}, settings...)...)
}

// procedures are what is called, in order; with only, of that program and version.
func procedures(l *trace.Log, comm string) (names []string) {
	each(l, func(_ int, e *trace.Event) {
		if e.Kind == trace.RPCRequest && (comm == "" || l.Text(e.Comm) == comm) {
			names = append(names, e.Text(l, "proc"))
		}
	})
	return names
}

// compounds are the COMPOUNDs that the client sent.
func compounds(t *testing.T, l *trace.Log) (all []nfs4.CompoundArgs) {
	each(l, func(_ int, e *trace.Event) {
		if e.Kind != trace.WireSend || e.Text(l, "dst") != "10.0.0.1:2049" {
			return
		}
		payload := e.Text(l, "bytes")
		if len(payload) < 4 {
			return
		}
		d := xdr.NewDecoder([]byte(payload[4:]))
		h, err := rpcmsg.DecodeCall(d)
		require.NoError(t, err)
		if h.Proc == nfs4.ProcCompound {
			var a nfs4.CompoundArgs
			a.Decode(d)
			require.NoError(t, d.Err())
			all = append(all, a)
		}
	})
	return all
}

func TestAMountOfNFSv40IntroducesItselfTwiceAndAsksForTheLease(t *testing.T) {
	l := run(t, overV40(t, "getattr /"), 42)
	require.Equal(t, []string{"SETCLIENTID", "SETCLIENTID_CONFIRM", "GET_LEASE_TIME"}, procedures(l, "10.0.0.1-manage"))
	require.Equal(t, []string{"NULL", "SETCLIENTID", "SETCLIENTID_CONFIRM", "LOOKUP_ROOT", "SERVER_CAPS", "FSINFO", "SERVER_CAPS", "FSINFO",
		"PATHCONF", "SERVER_CAPS", "GETATTR"}, procedures(l, "mount.nfs"))
	for _, a := range compounds(t, l) {
		require.Zero(t, a.Minor)
		require.NotEqual(t, nfs4.OpSequence, a.Ops[0].Op)
	}
}

func TestWhileTheStateManagerTakesTheLeaseOthersWaitForSlotsOfTheTransport(t *testing.T) {
	waited := 0
	for seed := range uint64(8) {
		l := run(t, overV40(t, "getattr /"), 42+seed)
		each(l, func(_ int, e *trace.Event) {
			if e.Kind == trace.RPCTaskSleep && e.Text(l, "queue") == "NFSv4.0 transport Slot table" {
				waited++
			}
			if e.Kind == trace.RPCTaskWakeup && e.Text(l, "queue") == "NFSv4.0 transport Slot table" {
				require.Equal(t, "10.0.0.1-manage", l.Text(e.Comm))
			}
		})
	}
	require.Positive(t, waited)
}

func TestOneOpenOwnersNumbersGoUpByOneAndOnlyItsFirstOpenIsConfirmed(t *testing.T) {
	l := run(t, overV40(t, "create a$; write a$ 2 512; close a$; read a$ 1 512; close a$", "process.1.count", "6"), 42)
	var seqids []uint32
	confirms := 0
	for _, a := range compounds(t, l) {
		for i := range a.Ops {
			switch b := a.Ops[i].Body.(type) {
			case *nfs4.OpenArgs:
				seqids = append(seqids, b.Seqid)
			case *nfs4.OpenConfirmArgs:
				confirms++
				seqids = append(seqids, b.Seqid)
			case *nfs4.CloseArgs:
				seqids = append(seqids, b.Seqid)
			}
		}
	}
	require.Equal(t, 1, confirms)
	require.Len(t, seqids, 6*4+1)
	for i, s := range seqids {
		require.EqualValues(t, i, s, "on the wire in the order of the numbers")
	}
	waited, woken := 0, 0
	each(l, func(_ int, e *trace.Event) {
		switch e.Kind {
		case trace.RPCTaskSleep, trace.RPCTaskWakeup:
			if e.Text(l, "queue") != "Seqid_waitqueue" {
				return
			}
			if waited++; e.Kind == trace.RPCTaskWakeup {
				woken++
			}
		case trace.RPCTaskEnd:
			require.GreaterOrEqual(t, e.Int("status"), int64(0))
		}
	})
	require.Positive(t, waited)
	require.Equal(t, waited, 2*woken)
}

func TestAnIdleClientOfNFSv40RenewsItsLeaseWhenTwoThirdsOfItAreOver(t *testing.T) {
	l := run(t, overV40(t, "create f; sleep 200s; getattr /"), 42)
	var at []time.Duration
	began := map[string]bool{}
	each(l, func(_ int, e *trace.Event) {
		if e.Kind == trace.RPCRequest && e.Text(l, "proc") == "RENEW" {
			at = append(at, e.Time)
			began[e.Text(l, "kind")] = true
		}
		if e.Kind == trace.RPCTaskEnd {
			require.Zero(t, e.Int("status"))
		}
	})
	require.Len(t, at, 3, "the lease is 90 s long")
	require.Equal(t, map[string]bool{"a": true}, began, "an asynchronous task")
	require.True(t, slices.IsSorted(at))
	for i := 1; i < len(at); i++ {
		require.InDelta(t, 60.0, (at[i] - at[i-1]).Seconds(), 0.1)
	}
}

func TestABusyClientOfNFSv40HasNoNeedToRenew(t *testing.T) {
	do := "create f; "
	for range 40 {
		do += "write f 1 512; sleep 5s; "
	}
	require.NotContains(t, procedures(run(t, overV40(t, do+"getattr /"), 42), ""), "RENEW")
}
