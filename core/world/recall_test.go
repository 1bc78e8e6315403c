package world

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"sunscope/core/nfs4"
	"sunscope/core/nfs4/client"
	"sunscope/core/sunrpc"
	"sunscope/core/time"
	"sunscope/core/trace"
)

// rig41 is a rig whose client has mounted with NFSv4.1. There is a file f.
func rig41(t testing.TB, settings ...string) *rig {
	l := newRig(t, append([]string{"mount.vers", "4.1", "workload.reads", "0", "server.files", "f 100"}, settings...)...)
	l.running++ // somebody is there
	l.startMount()
	l.finish(100 * time.Millisecond)
	require.NotNil(t, l.first)
	return l
}

// openF opens f to read it; the file stays open.
func (l *rig) openF() {
	m := l.first.v4
	l.do(func() sunrpc.Step {
		return m.Open("", m.Root, "f", client.How{Access: nfs4.ShareRead}, func(_ *client.File, status int32) sunrpc.Step {
			require.Zero(l.t, status)
			return l.end()
		})
	})
}

// getattrF is a process that asks for the root's attributes when it is at.
func (l *rig) getattrAt(at time.Duration) *ended {
	e, m := new(ended), l.first.v4
	l.running++
	l.at(at, func() {
		l.running--
		l.do(func() sunrpc.Step {
			return m.Getattr("", m.Root, func(_ *nfs4.Attrs, status int32) sunrpc.Step {
				*e = ended{true, status, l.now}
				return l.end()
			})
		})
	})
	return e
}

func (l *rig) recallF(at time.Duration) {
	l.server.At(at, func() { l.nfsd.v4.Recall(l.fs.Handle(export + "/f")) })
}

func TestARecallIsAnsweredAndThenTheDelegationIsReturned(t *testing.T) {
	l := rig41(t)
	l.openF()
	l.recallF(time.Second)
	l.finish(2 * time.Second)
	require.Equal(t, bcReply, l.bcWalk(1))
	require.Empty(t, l.nfsd.v4.V4.Holders())
	require.Empty(t, l.first.v4.Delegations())
	said := l.said()
	require.Equal(t, []string{"nfsd_cb_recall", "CB_RECALL", "nfs4_cb_recall", "DELEGRETURN"}, without2(said[len(said)-5:], "nfsd_cb_recall_done"))
}

func without2(all []string, what string) []string {
	return slices.DeleteFunc(slices.Clone(all), func(s string) bool { return s == what })
}

func TestARecallOfWhatTheClientDoesNotHaveIsTriedTwiceAndGivenUp(t *testing.T) {
	l := rig41(t)
	l.openF()
	l.finish(500 * time.Millisecond)
	m := l.first.v4
	d := m.Delegations()[0]
	d.FH = nfs4.FH("another file's")
	l.recallF(time.Second)
	l.finish(10 * time.Second)
	require.Equal(t, 2, strings.Count(strings.Join(l.notes(), "\n"), "recall_done stateid 00000002:00000001 status=-521"), "BADHANDLE, and once more after two seconds")
	require.Len(t, l.nfsd.v4.V4.Holders(), 1)
}

// The session's only slot is taken by a call that takes long. The recall is answered all the same; DELEGRETURN waits.
func TestACallbackTakesNoSlotOfTheForeChannel(t *testing.T) {
	l := rig41(t, "nfs.max_session_slots", "1")
	l.openF()
	l.finish(500 * time.Millisecond)
	l.server.At(900*time.Millisecond, func() { l.nfsd.srv.Faults.Slow = 3 * time.Second })
	slow := l.getattrAt(time.Second)
	l.recallF(1500 * time.Millisecond)
	l.finish(1900 * time.Millisecond)
	require.False(t, slow.over)
	require.Contains(t, l.notes(), "recall_done stateid 00000002:00000001 status=0", "answered while the slot was taken")
	var waits []string
	l.each(func(e *trace.Event) {
		if e.Kind == trace.RPCTaskSleep && e.Time > time.Second {
			waits = append(waits, e.Text(l.log, "queue"))
		}
	})
	require.Equal(t, []string{"xprt_pending", "xprt_pending", "ForeChannel Slot table"}, waits, "GETATTR and CB_RECALL wait for their answers, DELEGRETURN for the slot")
	l.server.At(2*time.Second, func() { l.nfsd.srv.Faults.Slow = 0 })
	l.finish(10 * time.Second)
	require.Empty(t, l.nfsd.v4.V4.Holders())
}

func TestALostPathIsReportedAndBoundAgain(t *testing.T) {
	l := rig41(t)
	l.openF()
	l.at(time.Second, l.net.Drop)
	l.recallF(time.Second)
	l.at(2*time.Second, func() { l.net.Restore(); l.net.Abort(l.args().Server) })
	first, second := l.getattrAt(4*time.Second), l.getattrAt(5*time.Second)
	l.finish(6 * time.Second)
	require.True(t, first.over && second.over)
	require.Zero(t, first.status|second.status)
	require.Equal(t, []string{"probe state=UNKNOWN", "setup proto=tcp flavor=sys", "state state=UP", "recall stateid 00000002:00000001",
		"lost state=UP", "probe state=UP", "state state=UNKNOWN", "state state=FAULT", "state state=DOWN",
		"probe state=DOWN", "state state=UNKNOWN", "setup proto=tcp flavor=sys", "state state=UP"}, l.notes())
	require.Contains(t, l.said(), "BIND_CONN_TO_SESSION")
}

func TestARecallThatIsNeverAnsweredEndsInRevocation(t *testing.T) {
	l := rig41(t, "server.lease", "15s")
	l.openF()
	l.finish(500 * time.Millisecond)
	l.at(time.Second, l.net.Drop)
	l.recallF(time.Second)
	l.finish(10 * time.Second)
	require.Len(t, l.nfsd.v4.V4.Holders(), 1)
	require.Contains(t, l.notes(), "state state=FAULT")
	l.finish(40 * time.Second)
	require.Empty(t, l.nfsd.v4.V4.Holders(), "the lease is over, and so is the delegation")
}

func TestSlotsAreRecalledOneByOne(t *testing.T) {
	l := rig41(t)
	table := l.first.v4.Table.Slots()
	require.EqualValues(t, 29, table.Max)
	l.server.At(time.Second, func() { l.nfsd.v4.RecallSlots(0) })
	l.finish(2 * time.Second)
	require.Zero(t, table.Max)
	require.Contains(t, l.said(), "CB_RECALL_SLOT")
	require.Contains(t, l.said(), "SEQUENCE", "the server is told at once")
}

func TestARevokedDelegationIsFreed(t *testing.T) {
	l := rig41(t, "server.lease", "15s")
	l.openF()
	l.finish(500 * time.Millisecond)
	l.at(time.Second, l.net.Drop)
	l.recallF(time.Second)
	l.at(20*time.Second, l.net.Restore)
	l.getattrAt(40 * time.Second)
	l.finish(70 * time.Second)
	require.Empty(t, l.nfsd.v4.V4.Holders())
	require.Empty(t, l.first.v4.Delegations())
	require.Contains(t, l.said(), "FREE_STATEID", "DELEGRETURN came too late")
}

// The client never hears of the recall: its answer to that comes from a service that has lost its thread.
func TestARevokedDelegationIsFoundByAsking(t *testing.T) {
	l := rig41(t, "server.lease", "15s")
	l.openF()
	l.finish(500 * time.Millisecond)
	l.first.v4.CallbackService().Faults.Dead = 1
	l.recallF(time.Second)
	for at := 5 * time.Second; at <= 60*time.Second; at += 5 * time.Second {
		l.getattrAt(at)
	}
	l.finish(70 * time.Second)
	require.Empty(t, l.nfsd.v4.V4.Holders())
	require.Empty(t, l.first.v4.Delegations(), "the client knows that it is gone")
	said := l.said()
	require.Subset(t, said, []string{"TEST_STATEID", "FREE_STATEID"})
	require.NotContains(t, said[slices.Index(said, "FREE_STATEID")+1:], "TEST_STATEID", "and hears no more of it")
}

// layoutOfF opens f and asks for its layout; then hears of it.
func (l *rig) layoutOfF(then func(*client.File, *client.Layout)) {
	m := l.first.v4
	l.do(func() sunrpc.Step {
		return m.Open("", m.Root, "f", client.How{Access: nfs4.ShareRead}, func(f *client.File, status int32) sunrpc.Step {
			require.Zero(l.t, status)
			return f.Layoutget("", nfs4.FlexFiles, nfs4.ShareRead, func(y *client.Layout, status int32) sunrpc.Step {
				require.Zero(l.t, status)
				then(f, y)
				return l.end()
			})
		})
	})
}

func TestALayoutThatNobodyUsesIsReturnedAtOnce(t *testing.T) {
	l := rig41(t, "server.layouts", "true")
	l.layoutOfF(func(_ *client.File, y *client.Layout) { y.Put() })
	l.server.At(time.Second, func() { l.nfsd.recall("f") })
	l.finish(3 * time.Second)
	said := l.said()
	require.Contains(t, said, "LAYOUTGET")
	at := slices.Index(said, "CB_LAYOUT")
	require.Positive(t, at)
	require.Contains(t, said[at:], "LAYOUTRETURN")
	require.Nil(t, l.first.v4.Layout(nfs4.FH(l.fs.Handle(export+"/f"))))
	require.Empty(t, l.nfsd.v4.V4.Layouts())
}

func TestALayoutInUseIsAskedForUntilItsUserIsDone(t *testing.T) {
	l := rig41(t, "server.layouts", "true")
	var y *client.Layout
	l.layoutOfF(func(_ *client.File, got *client.Layout) { y = got })
	l.server.At(time.Second, func() { l.nfsd.v4.RecallLayouts(l.fs.Handle(export + "/f")) })
	l.finish(1500 * time.Millisecond)
	asked := strings.Count(strings.Join(l.said(), " "), "CB_LAYOUT")
	require.Greater(t, asked, 20, "every ten milliseconds")
	require.NotContains(t, l.said(), "LAYOUTRETURN")
	l.at(1600*time.Millisecond, y.Put)
	l.finish(3 * time.Second)
	require.Contains(t, l.said(), "LAYOUTRETURN")
	require.Empty(t, l.nfsd.v4.V4.Layouts())
}

func TestWithoutLayoutsLAYOUTGETIsRefused(t *testing.T) {
	l := rig41(t)
	m := l.first.v4
	status := int32(0)
	l.do(func() sunrpc.Step {
		return m.Open("", m.Root, "f", client.How{Access: nfs4.ShareRead}, func(f *client.File, _ int32) sunrpc.Step {
			return f.Layoutget("", nfs4.FlexFiles, nfs4.ShareRead, func(_ *client.Layout, s int32) sunrpc.Step {
				status = s
				return l.end()
			})
		})
	})
	l.finish(time.Second)
	require.Equal(t, nfs4.ErrLayoutUnavailable.Errno(), status)
}
