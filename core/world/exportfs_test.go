package world

import (
	"testing"

	"github.com/stretchr/testify/require"

	"sunscope/core/nfs"
	"sunscope/core/nfs4"
	"sunscope/core/scenario/yaml"
	"sunscope/core/sunrpc"
	"sunscope/core/time"
	"sunscope/core/trace"
	"sunscope/core/wire"
)

// Recording 21, its NFSv3 part: each call is sent three times, then it fails with EACCES. With the exports back the same
// mount goes on.
func TestACallOfAClientThatTheServerNoLongerKnowsIsTriedThreeTimes(t *testing.T) {
	sc, err := yaml.Builtin("auth-badcred")
	require.NoError(t, err)
	sc.Processes = sc.Processes[:1]
	for seed := uint64(42); seed < 46; seed++ {
		log, err := Run(sc, seed)
		require.NoError(t, err)
		denied, retransmits, failed, negative, after := 0, 0, 0, 0, 0
		var e trace.Event
		for i := range log.Len() {
			switch log.At(i, &e); {
			case e.Kind == trace.SvcAuthenticate:
				denied++
			case e.Kind == trace.CacheEntryMakeNegative:
				negative++
			case e.Kind == trace.XprtRetransmit:
				retransmits++
			case e.Kind == trace.RPCTaskEnd && int32(e.Int("status")) == -13:
				failed++
			case e.Kind == trace.RPCTaskEnd && failed > 0:
				after++
			}
		}
		require.Equal(t, 1, negative, "rpc.mountd is asked once for each time that the cache was emptied")
		require.Equal(t, 3, failed)
		require.Equal(t, 3*failed, denied)
		require.Equal(t, 2*failed, retransmits)
		require.Greater(t, after, 5)
	}
}

// The NFSv4.1 part: a reply that says no is read three times, for the call must not be sent twice on one connection; the
// connection is broken before anything else is sent. The server has not seen the number of the slot that the call was on: the next call
// there is out of order, and a SEQUENCE alone puts the slot right.
func TestASlotWhoseCallWasRefusedIsPutRight(t *testing.T) {
	sc, err := yaml.Builtin("auth-badcred")
	require.NoError(t, err)
	for seed := uint64(42); seed < 46; seed++ {
		log, err := Run(sc, seed)
		require.NoError(t, err)
		all := history(t, log)
		refused := at(all, 0, "ACCESS", int32(wire.EACCES))
		require.Positive(t, refused)
		odd := at(all, refused, "GETATTR", nfs4.ErrSeqMisordered.Errno())
		require.Equal(t, refused+1, odd)
		require.Positive(t, at(all, odd, "SEQUENCE", 0))
		require.Equal(t, -1, at(all, odd+1, "GETATTR", nfs4.ErrSeqMisordered.Errno()))
		require.Equal(t, -1, at(all, 0, "DESTROY_SESSION", nfs4.ErrBadSession.Errno()), "the session lives on")
	}
}

// svcauth_unix_set_client lets procedure 0 pass: a ping says nothing of who may mount.
func TestAStrangerMayPingAServerButCallNothingElse(t *testing.T) {
	l := svcRig(t)
	l.exportfs(false, func() {})
	_, e := l.call(l.args(), 0, l.getattr(), sunrpc.Message{Proc: nfs.Null()})
	l.finish(time.Minute)
	require.Equal(t, []int32{-13, 0}, []int32{e[0].status, e[1].status})
	l.exportfs(true, func() {})
	_, e = l.call(l.args(), 0, l.getattr())
	l.finish(time.Minute)
	require.Zero(t, e[0].status)
}
