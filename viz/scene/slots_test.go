package scene

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"sunscope/core/story"
)

// shown is all text of a picture, a line each.
func shown(l *List) string {
	var b strings.Builder
	for _, it := range items(l) {
		b.WriteString(it.Text + "\n")
	}
	return b.String()
}

func TestASlotSaysHowLongAgoItsCallWasSent(t *testing.T) {
	s := simulated(t, 8)
	i := first(t, s, "xprt_transmit item=read[1]")
	l := at(s, i, 1060, 900, "en")
	require.Contains(t, shown(l), "sent · 0 ns\n", "not the time since xprt_reserve")
	require.Contains(t, shown(at(s, i-1, 1060, 900, "en")), "held ")
}

func TestARecordingMarksWhatNoEventSays(t *testing.T) {
	recording, simulation := recorded(t, "06-slot-contention"), simulated(t, 8)
	texts := shown(at(recording, 13200, 1060, 900, "en"))
	for _, text := range []string{"≈#0\n", "≈ rpc ", "in this recording\n", " seen so far\n"} {
		require.Contains(t, texts, text)
	}
	require.NotContains(t, texts, "\n#0\n")
	texts = shown(at(simulation, 232, 1060, 900, "en"))
	require.Contains(t, texts, "\n#0\n")
	require.NotContains(t, texts, "in this recording")
}

func TestBeforeTheFirstEventNothingIsClaimed(t *testing.T) {
	for _, s := range []*story.Story{simulated(t, 8), recorded(t, "06-slot-contention"), recordedNothing()} {
		texts := shown(at(s, -1, 1060, 900, "en"))
		require.NotContains(t, texts, "?")
		require.NotContains(t, texts, "unknown")
		require.NotContains(t, texts, "idle")
		require.Contains(t, texts, "no transport seen yet")
	}
}

func TestTheClientsCountersStandInTheClientsRoom(t *testing.T) {
	s := simulated(t, 8)
	for _, z := range sizes {
		p := divide(&View{W: z.w, H: z.h})
		for _, it := range items(at(s, 300, z.w, z.h, "en")) {
			if strings.HasPrefix(it.Text, "/proc/net/rpc/nfs") || strings.HasPrefix(it.Text, "rpc ") || strings.HasPrefix(it.Text, "xprt: ") {
				e := extent(&it)
				require.True(t, e.x >= p.client.x && e.right() <= p.client.right() && e.y >= p.client.y && e.bottom() <= p.client.bottom(), z.name)
			}
		}
	}
}
