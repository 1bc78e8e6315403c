package scene

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"sunscope/core/fsm"
	"sunscope/core/story"
)

// conditionAt is what the map's lit edges say at an instant, with that task selected.
func conditionAt(s *story.Story, i int, w, h float32, selected story.TaskID) (labels []string) {
	st := s.At(i)
	l := Layout(s, st, &View{W: w, H: h, Lang: "en", Now: st.Time, Selected: Ref{Kind: RefTask, Num: int64(selected)}})
	for j, it := range l.Front {
		if it.Op == OpRect && it.Fill == Panel && it.Stroke == RailLit && j+1 < len(l.Front) {
			labels = append(labels, l.Front[j+1].Text)
		}
	}
	return labels
}

// retry is the instant of a timed-out call at which it enters the state.
func retry(t *testing.T, s *story.Story, to fsm.State) int {
	t.Helper()
	var step story.Taken
	for i := range s.Len() {
		if s.Taken(i, &step) && step.Step.To == to && (step.Step.Entry == -110 || len(step.Step.Sleeps) > 0 && step.Step.Sleeps[0].Wake == -110) {
			return i
		}
	}
	require.FailNow(t, "no call timed out")
	return 0
}

func TestTheLitEdgeSaysWhichConditionWasTaken(t *testing.T) {
	s := scenarioStory(t, "server-hang-soft")
	for to, want := range map[fsm.State]string{fsm.CallStatus: "xprt_pending → -ETIMEDOUT", fsm.CallEncode: "tk_status == -ETIMEDOUT"} {
		i := retry(t, s, to)
		require.Contains(t, conditionAt(s, i, 1060, 900, 0), want)
		require.Contains(t, conditionAt(s, i, 390, 1500, 0), want)
	}
}

func TestTheTextTwinSaysTheConditionInWords(t *testing.T) {
	s := scenarioStory(t, "server-hang-soft")
	i := retry(t, s, fsm.CallEncode)
	var said []string
	for _, p := range at(s, i, 1060, 900, "en").Said {
		said = append(said, p.Text)
	}
	require.Contains(t, strings.Join(said, "\n"), "call_status → call_encode: tk_status == -ETIMEDOUT (a timeout or a lost connection: once more from call_encode)")
}

// Whatever is selected, the labels stay on the map and cover neither a station nor a name.
func TestALabelOfAnEdgeCoversNothing(t *testing.T) {
	for _, name := range []string{"server-hang-soft", "reconnect", "udp-loss", "error-replies"} {
		s := scenarioStory(t, name)
		for i := 0; i < s.Len(); i += max(1, s.Len()/60) {
			for _, z := range sizes {
				st := s.At(i)
				v := &View{W: z.w, H: z.h, Lang: "en", Now: st.Time, Selected: Ref{Kind: RefTask, Num: int64(1 + i%7)}}
				l := Layout(s, st, v)
				if s.HasSessions() || s.HasPlots() {
					v.has = PartSessions
				}
				p := divide(v)
				if p.stateMap.empty() {
					continue
				}
				g := plan(p.stateMap, v.W < mediumFrom)
				for _, it := range l.Front {
					if it.Op != OpRect || it.Fill != Panel || it.Stroke != RailLit {
						continue
					}
					r := box{it.X, it.Y, it.W, it.H}
					for n := range g.at {
						require.Falsef(t, g.at[n].w > 0 && overlapsAny([]box{g.at[n].box()}, r), "%s, event %d, %s: %v", name, i, z.name, r)
					}
					require.GreaterOrEqual(t, r.x, p.client.x)
					require.LessOrEqual(t, r.right(), p.client.right())
				}
			}
		}
	}
}

func TestAWayOffTheRailsStaysVisibleForAFewSteps(t *testing.T) {
	s := scenarioStory(t, "reconnect")
	for i := range s.Len() {
		st := s.At(i)
		for _, it := range Layout(s, st, &View{W: 1060, H: 900, Lang: "en", Now: st.Time}).Front {
			if it.Op == OpLine && it.Stroke == InkFaint && it.Dash == 3 && it.Alpha == 150 {
				return
			}
		}
	}
	require.Fail(t, "no faint edge in the whole run")
}

func TestTheInspectorSaysWhichConditionWasTaken(t *testing.T) {
	s := scenarioStory(t, "server-hang-soft")
	i := retry(t, s, fsm.CallEncode)
	value := func(ref Ref, label string) string {
		for _, r := range Inspect(s, s.At(i), ref, "en").Rows {
			if r.Label == label {
				return r.Value
			}
		}
		return ""
	}
	want := "call_status → call_encode: tk_status == -ETIMEDOUT [call_status.again: a timeout or a lost connection: once more from call_encode]"
	require.Equal(t, want, value(Ref{Kind: RefTask, Num: int64(s.TaskAt(i))}, "came by"))
	require.Equal(t, want, value(Ref{Kind: RefState, Num: int64(fsm.CallStatus)}, "taken last"))
}
