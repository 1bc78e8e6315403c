package scene

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"sunscope/core/story"
)

// busySession is an instant of a recording at which all slots of a session are in use.
func busySession(t *testing.T) (*story.Story, int) {
	t.Helper()
	s := recorded(t, "26-v41-session-slots")
	for i := range s.Len() {
		for _, x := range s.At(i).Sessions {
			if n, _ := x.Used(); x.Max.How != story.Unknown && n == x.Max.Value && n > 2 {
				return s, i
			}
		}
	}
	require.FailNow(t, "never full")
	return nil, 0
}

func TestASessionsSlotsSayWhoseCallHasThem(t *testing.T) {
	s, i := busySession(t)
	l := at(s, i, 1420, 840, "en")
	texts := shown(l)
	require.Contains(t, texts, "SESSION\n")
	require.Contains(t, texts, "3/≈3 in use · highest #2 · target ?\n")
	require.Contains(t, texts, "way back UP")
	said := 0
	for _, p := range l.Said {
		if p.Ref.Kind == RefSession && strings.HasPrefix(p.Text, "#") {
			said++
		}
	}
	require.Equal(t, 3, said)
}

func TestASimulationKnowsTheSessionsNumbers(t *testing.T) {
	s := scenarioStory(t, "session-slots")
	for i := 0; i < s.Len(); i += 10 {
		if x := s.At(i).Sessions; len(x) > 0 && x[0].Target.How == story.Observed {
			texts := shown(at(s, i, 1420, 840, "en"))
			require.Contains(t, texts, "target "+itoa(x[0].Target.Value))
			require.NotContains(t, texts, "target ?")
			return
		}
	}
	require.Fail(t, "no SEQUENCE was answered")
}

func TestAStoryWithoutNFSv4HasNoRoomForSessions(t *testing.T) {
	require.NotContains(t, shown(at(simulated(t, 8), 300, 1420, 840, "en")), "SESSION")
	st := simulated(t, 8).At(300)
	l := Layout(simulated(t, 8), st, &View{W: 1420, H: 840, Lang: "en", Now: st.Time, Parts: PartSessions})
	require.Contains(t, shown(l), "none seen yet", "asked for, it says so")
}

// The panels of the client's room as text, at three sizes.
func TestTheClientsPanelsAsText(t *testing.T) {
	s, i := busySession(t)
	for _, z := range []size{{"wide", 1420, 840}, {"medium", 680, 900}, {"narrow", 390, 1500}} {
		for name, parts := range map[string]Parts{"map": PartMap, "tables": PartSlots | PartQueues, "work": PartWork | PartSessions | PartCounters} {
			st := s.At(i)
			l := Layout(s, st, &View{W: z.w, H: z.h, Lang: "en", Now: st.Time, Parts: parts, Selected: Ref{Kind: RefTask, Num: int64(st.Tasks[len(st.Tasks)-1].ID)}})
			golden(t, "client-"+name+"-"+z.name, dump(l))
		}
	}
}
