package scene

import (
	"os"
	"testing"

	"github.com/stretchr/testify/require"

	"sunscope/core/story"
)

// rooms are the shapes in which a part is shown alone or with little beside it.
var rooms = []size{{"wide", 1060, 620}, {"medium", 680, 420}, {"narrow", 390, 420}}

// goldenParts compares what moves in a picture of some parts with a file; UPDATE=1 writes it.
func goldenParts(t *testing.T, name string, parts Parts, s *story.Story, instant int) {
	t.Helper()
	text := ""
	for _, z := range rooms {
		st := s.At(instant)
		l := Layout(s, st, &View{W: z.w, H: z.h, Lang: "en", Now: st.Time, Parts: parts})
		text += z.name + ": " + dump(l)
	}
	file := "testdata/" + name + ".txt"
	if os.Getenv("UPDATE") != "" {
		require.NoError(t, os.WriteFile(file, []byte(text), 0o644))
	}
	want, err := os.ReadFile(file)
	require.NoError(t, err)
	require.Equal(t, string(want), text)
}

// reading is the first instant at which somebody waits in the tree and a transport has read a record that goes to.
func readingOf(t *testing.T, s *story.Story, to story.ReadTo) int {
	t.Helper()
	for i := range s.Len() {
		st := s.At(i)
		for _, rd := range st.Reads {
			if x := st.Xprt(rd.Xprt); rd.To == to && rd.Ord == i && x != nil && !x.Callbacks && (to != story.ToTree || len(x.RecvQueue) > 1) {
				return i
			}
		}
	}
	require.FailNow(t, "nothing of that kind is ever read")
	return 0
}

func TestThePointsShowTheWordsAndWhereTheRecordWent(t *testing.T) {
	s := simulated(t, 8)
	goldenParts(t, "demux-reply", PartDemux, s, readingOf(t, s, story.ToTree))
	s = scenarioStory(t, "deleg-recall")
	goldenParts(t, "demux-call", PartDemux, s, readingOf(t, s, story.ToCallbacks))
	s = scenarioStory(t, "udp-window", "link.loss", "15", "link.duplicate", "20", "link.reorder", "20")
	goldenParts(t, "demux-nobody", PartDemux, s, readingOf(t, s, story.ToNobody))
	goldenParts(t, "demux-recording", PartDemux, recorded(t, "06-slot-contention"), 13200)
}

func TestTheCallbackServiceSaysWhatItServesAndWithWhatResult(t *testing.T) {
	s := scenarioStory(t, "deleg-recall")
	goldenParts(t, "callbacks", PartCallbacks, s, first(t, s, "rpc_task_begin client=ffffffff"))
}

func TestTheTreeHasItsXIDsInTheOrderInWhichTheyCount(t *testing.T) {
	s := simulated(t, 40)
	seen := 0
	for i := range s.Len() {
		st := s.At(i)
		for j := range st.Xprts {
			b := builder{l: &List{}, st: st}
			list := b.waiting(&st.Xprts[j])
			require.Len(t, list, len(st.Xprts[j].RecvQueue))
			for n := 1; n < len(list); n++ {
				p, q := st.Tasks[list[n-1]].XID, st.Tasks[list[n]].XID
				require.Less(t, p<<24|p>>24|p<<8&0xff0000|p>>8&0xff00, q<<24|q>>24|q<<8&0xff0000|q>>8&0xff00)
				seen++
			}
		}
	}
	require.Positive(t, seen)
}

func TestTheDemultiplexersPartsAnswerToThePointer(t *testing.T) {
	s := scenarioStory(t, "deleg-recall")
	i := first(t, s, "rpc_task_begin client=ffffffff")
	l := at(s, i, 1060, 900, "en")
	kinds := map[RefKind]bool{}
	for _, h := range l.Hits {
		kinds[h.Ref.Kind] = true
		if h.Ref.Kind == RefCallback || h.Ref.Kind == RefRead {
			in := Inspect(s, s.At(i), h.Ref, "en")
			require.NotEmpty(t, in.Rows, "%v", h.Ref)
			require.NotEmpty(t, in.Last)
		}
	}
	require.True(t, kinds[RefRead] && kinds[RefCallback] && kinds[RefCallbackPool])
	in := Inspect(s, s.At(i), Ref{Kind: RefCallbackPool}, "zh")
	require.NotEmpty(t, in.About)
}
