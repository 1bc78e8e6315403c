package scene

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"sunscope/core/story"
)

// lossy is a story with lost and doubled datagrams, and the first instant at which there is a packet of that kind.
func lossy(t *testing.T, is func(*story.Packet) bool) (s *story.Story, st *story.State, p *story.Packet) {
	s = scenarioStory(t, "udp-window", "link.loss", "15", "link.duplicate", "20", "link.reorder", "20")
	for i := range s.Len() {
		st = s.At(i)
		for k := range st.Packets {
			if is(&st.Packets[k]) {
				return s, st, &st.Packets[k]
			}
		}
	}
	require.Fail(t, "no such packet")
	return nil, nil, nil
}

func texts(l *List) string {
	var b strings.Builder
	for _, it := range items(l) {
		b.WriteString(it.Text + "\n")
	}
	return b.String()
}

func TestALostDatagramStandsWhereItWasLostWithACross(t *testing.T) {
	s, st, p := lossy(t, func(p *story.Packet) bool { return p.Lost == "LOST" })
	l := Layout(s, st, &View{W: 1060, H: 900, Lang: "en", Now: st.Time})
	require.Contains(t, texts(l), "✗ "+p.Kind)
	in := Inspect(s, st, Ref{Kind: RefPacket, Num: int64(p.ID)}, "en")
	var labels []string
	for _, r := range in.Rows {
		labels = append(labels, r.Label)
	}
	require.Contains(t, labels, "lost")
	require.NotContains(t, labels, "arrives at", "it never does")
}

func TestADatagramsBytesBeginWithTheXID(t *testing.T) {
	s, st, p := lossy(t, func(p *story.Packet) bool { return p.Duplicate && p.Kind == "REPLY" })
	in := Inspect(s, st, Ref{Kind: RefPacket, Num: int64(p.ID)}, "en")
	for _, f := range in.Fields {
		if f.Name == "xid" {
			require.Zero(t, f.Off)
		}
		require.NotEqual(t, "record marker", f.Name)
		require.NotEqual(t, "undecoded", f.Name)
	}
	require.Contains(t, texts(Layout(s, st, &View{W: 1060, H: 900, Lang: "en", Now: st.Time})), "copy")
}

func TestATransportOfDatagramsShowsItsWindowAndNoConnection(t *testing.T) {
	s := scenarioStory(t, "udp-window")
	got := texts(at(s, s.Len()/2, 1060, 900, "en"))
	require.Contains(t, got, "UDP 908→2049")
	require.Contains(t, got, "≈ cong ")
	require.Contains(t, got, "udp 2049", "the server's socket")
	require.NotContains(t, got, "XPRT_CONNECTED")
	require.NotContains(t, got, "einval")
	require.Contains(t, got, "n20\n", "a pill has room for the item's letter and number")
}
