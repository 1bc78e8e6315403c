package scene

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"sunscope/core/fsm"
)

func TestTheServersCallbackClientHasAMachineOfItsOwn(t *testing.T) {
	s := scenarioStory(t, "deleg-recall")
	goldenParts(t, "server-recall", PartServer, s, first(t, s, "rpc_task_begin client=ffffffff"))
	s = scenarioStory(t, "path-down")
	goldenParts(t, "server-fault", PartServer, s, first(t, s, "rpc_stats_latency proc=CB_RECALL")+2)
}

func TestTheServersRoomOfARecording(t *testing.T) {
	goldenParts(t, "server-recording", PartServer, recorded(t, "06-slot-contention"), 13200)
}

func TestEveryStateOfACallbackHasAPlaceOnTheLittleMap(t *testing.T) {
	for s := fsm.RPCPrepareTask; s < fsm.StateCount; s++ {
		_, _, ok := loopPlace(s)
		switch s {
		case fsm.CallBCEncode, fsm.CallBCTransmit, fsm.CallBCTransmitStatus:
			require.False(t, ok, "%s is the client's", s)
		default:
			require.True(t, ok, "%s", s)
		}
	}
}

func TestASocketWithSomethingToDoComesFirst(t *testing.T) {
	s := simulated(t, 8)
	seen := false
	for i := range s.Len() {
		st := s.At(i)
		waits := ""
		for _, x := range st.SvcXprts {
			if len(x.Pending) > 0 && !x.Listener {
				waits = x.Remote
			}
		}
		if waits == "" {
			continue
		}
		seen = true
		l := at(s, i, 1060, 900, "en")
		for _, h := range l.Hits {
			if h.Ref.Kind == RefSvcXprt {
				require.Equal(t, int64(portOf(waits)), h.Ref.Num, "instant %d", i)
				in := Inspect(s, st, h.Ref, "en")
				require.Greater(t, len(in.Rows), 3)
				break
			}
		}
	}
	require.True(t, seen)
}

func TestTheServersThingsCanBeAskedAbout(t *testing.T) {
	s := scenarioStory(t, "deleg-recall")
	i := first(t, s, "rpc_task_begin client=ffffffff")
	asked := map[RefKind]bool{}
	for _, h := range at(s, i, 1060, 900, "en").Hits {
		switch h.Ref.Kind {
		case RefBackChannel, RefServed, RefSvcXprt:
			in := Inspect(s, s.At(i), h.Ref, "en")
			require.GreaterOrEqual(t, len(in.Rows), 3, "%v", h.Ref)
			asked[h.Ref.Kind] = true
		}
	}
	require.Len(t, asked, 3)
}

func TestACallOfTheServersStandsOnItsOwnMapNotOnTheClients(t *testing.T) {
	s := scenarioStory(t, "deleg-recall")
	i := first(t, s, "rpc_task_begin client=ffffffff")
	st := s.At(i)
	caller := taskRef(st.Task(st.Callbacks[0].Task))
	parts := map[uint8]bool{}
	for _, p := range at(s, i, 1060, 900, "en").Places {
		if p.Ref == caller {
			parts[p.Part] = true
		}
	}
	require.Equal(t, map[uint8]bool{inBack: true}, parts)
	l := Layout(s, st, &View{W: 1060, H: 900, Lang: "en", Now: st.Time, Parts: PartMap | PartQueues})
	parts = map[uint8]bool{}
	for _, p := range l.Places {
		if p.Ref == caller {
			parts[p.Part] = true
		}
	}
	require.True(t, parts[onMap], "without the server's room the client's map has it")
}

func TestADaemonThatIsAskedIsDrawnAsAGuess(t *testing.T) {
	s := scenarioStory(t, "lock-granted")
	asked := false
	for i := 0; i < s.Len() && !asked; i++ {
		for _, p := range at(s, i, 1420, 860, "en").Said {
			if strings.HasPrefix(p.Text, "rpc.mountd 10.0.0.1:") && strings.Contains(p.Text, "≈ serves") {
				goldenParts(t, "server-mountd", PartServer, s, i)
				asked = true
				break
			}
		}
	}
	require.True(t, asked)
}

func TestTheServerKeepsOneReplyForEachSlotOfASession(t *testing.T) {
	s := scenarioStory(t, "session-slots")
	i := first(t, s, "rpc_task_sleep queue=\"ForeChannel Slot table\"")
	require.NotEmpty(t, s.At(i).Sessions)
	goldenParts(t, "server-slots", PartServer, s, i)
}
