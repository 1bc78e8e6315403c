package story

import (
	"testing"

	"github.com/stretchr/testify/require"

	"sunscope/core/trace"
)

const (
	bound    = "peer=[10.0.0.1]:2049 state=BOUND"
	opened   = "rpc_socket_connect: error=0 socket:[20002] srcaddr=10.0.0.2:700 dstaddr=10.0.0.1:2049 state=2 (CONNECTING) sk_state=2 (SYN_SENT)"
	released = "xprt_release_xprt: task:ffffffff@ffffffff snd_task:ffffffff"
)

func made(t *testing.T, transports int) *script {
	s := newScript(t)
	for range transports {
		s.by("mount-7", "xprt_create: "+bound)
	}
	return s
}

// facts counts how the transports' states and owners are known.
func facts(st *State, how How) (states, owners []Rule) {
	for i := range st.Xprts {
		x := &st.Xprts[i]
		if x.State.How == how {
			states = append(states, x.State.Rule)
		}
		if x.SndTask.How == how {
			owners = append(owners, x.SndTask.Rule)
		}
	}
	return states, owners
}

func TestADisconnectIsSomebodysForCertainOnlyIfOneTransportHasThePeer(t *testing.T) {
	done := "xprt_disconnect_done: " + bound
	states, _ := facts(made(t, 1).by("kworker/0:1-9", done).now(), Observed)
	require.Len(t, states, 1)
	st := made(t, 2).by("kworker/0:1-9", done).now()
	states, _ = facts(st, Observed)
	require.Empty(t, states, "it may be about either")
	states, _ = facts(st, Inferred)
	require.Contains(t, states, RuleSameState)
}

func TestAWorkerThatLetsTheLockGoIsATransportsForCertainOnlyIfNoOtherFits(t *testing.T) {
	_, owners := facts(made(t, 1).by("kworker/0:1-9", opened, released).now(), Observed)
	require.Len(t, owners, 1)
	st := made(t, 2).by("kworker/0:1-9", opened, released).now()
	_, owners = facts(st, Observed)
	require.Empty(t, owners, "the socket may be either's")
	_, owners = facts(st, Inferred)
	require.Equal(t, []Rule{RuleWorkerXprt}, owners)
	require.Equal(t, trace.XprtBound, st.Xprts[0].State.Value)
}
