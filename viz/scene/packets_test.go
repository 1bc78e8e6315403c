package scene

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"sunscope/core/story"
)

// placed are the bundles of one direction at an instant in a room of that size.
func placed(s *story.Story, st *story.State, dir story.Direction, r box) []bundle {
	b := &builder{l: &List{}, v: &View{}, st: st, story: s, log: s.Log(), tr: &english, now: st.Time}
	n, pitch := trackCount(r.h)
	var list []bundle
	for i := range st.Packets {
		if st.Packets[i].Dir == dir {
			list = b.place(list, r, n, pitch, int32(i), false)
		}
	}
	return list
}

// mostPackets is the instant of a story at which most packets are on their way.
func mostPackets(s *story.Story) (instant, n int) {
	for i := range s.Len() {
		if m := len(s.At(i).Packets); m > n {
			instant, n = i, m
		}
	}
	return instant, n
}

func TestHundredsOfPacketsBecomeTrainsAndBundlesAndNoneIsForgotten(t *testing.T) {
	s := scenarioStory(t, "slow-link")
	i, n := mostPackets(s)
	require.Greater(t, n, 180)
	for _, r := range []box{{0, 0, 142, 84}, {0, 0, 340, 40}, {0, 0, 276, 180}} {
		st := s.At(i)
		count, bytes := 0, 0
		for dir := range story.Direction(2) {
			list := placed(s, st, dir, r)
			require.Less(t, len(list), 30, "few enough to be told apart")
			for j := range list {
				count += int(list[j].n)
				bytes += list[j].bytes
				require.GreaterOrEqual(t, list[j].r.x, r.x-0.5)
				require.LessOrEqual(t, list[j].r.right(), r.right()+0.5)
				for k := range j {
					a, z := list[j].r, list[k].r
					require.False(t, a.x < z.right() && z.x < a.right() && a.y < z.bottom() && z.y < a.bottom(), "%v covers %v", a, z)
				}
			}
		}
		want := 0
		for j := range st.Packets {
			want += st.Packets[j].Len.Value
		}
		require.Equal(t, n, count)
		require.Equal(t, want, bytes)
	}
	goldenParts(t, "wire-many", PartWire, s, i)
}

func TestThePiecesOfARecordRunTogether(t *testing.T) {
	s := scenarioStory(t, "slow-link")
	i, _ := mostPackets(s)
	st := s.At(i)
	seen := false
	for _, g := range placed(s, st, story.ToServer, box{0, 0, 276, 84}) {
		if g.train && g.n > 10 {
			p := &st.Packets[g.at]
			require.Less(t, g.from, g.to)
			require.LessOrEqual(t, g.to, p.RecordLen)
			require.LessOrEqual(t, g.bytes, g.to-g.from)
			seen = true
		}
	}
	require.True(t, seen)
}

func TestAPacketIsTheWiderTheMoreBytesItHas(t *testing.T) {
	s := simulated(t, 8)
	b := &builder{l: &List{}, v: &View{}, st: s.At(300), story: s, log: s.Log(), tr: &english}
	r, last := box{0, 0, 300, 80}, float32(0)
	for _, n := range []int{40, 2000, 4000, 8000, 16000, 1 << 20} {
		p := story.Packet{Kind: "CALL", How: story.Observed, Len: story.Fact[int]{Value: n, How: story.Observed}}
		w := b.packetBox(r, &p, false).w
		require.GreaterOrEqual(t, w, last)
		require.LessOrEqual(t, w, 0.6*r.w+0.5)
		last = w
	}
	require.InDelta(t, 0.6*r.w, last, 0.5)
}

func TestWhatTheNetworkDoesToDatagramsIsToldAndDrawn(t *testing.T) {
	s := scenarioStory(t, "udp-window", "link.loss", "15", "link.duplicate", "20", "link.reorder", "20")
	var lost, copied, overtakes bool
	for i := range s.Len() {
		st := s.At(i)
		if len(st.Packets) < 2 {
			continue
		}
		for _, p := range at(s, i, 1060, 900, "en").Said {
			if p.Ref.Kind != RefPacket {
				continue
			}
			lost = lost || strings.Contains(p.Text, english.lost)
			copied = copied || strings.Contains(p.Text, english.copied)
			if strings.Contains(p.Text, wireEnglish.overtakes) && !overtakes {
				overtakes = true
				goldenParts(t, "wire-overtaken", PartWire, s, i)
			}
		}
		if lost && copied && overtakes {
			return
		}
	}
	require.FailNow(t, "not everything was seen", "lost %v, copied %v, overtakes %v", lost, copied, overtakes)
}

func TestPacketsOfSeveralConnectionsSayWhichTheyBelongTo(t *testing.T) {
	s := scenarioStory(t, "lock-granted")
	for i := range s.Len() {
		st := s.At(i)
		if len(st.Packets) < 2 || st.Packets[0].Xprt == st.Packets[1].Xprt || st.Xprt(st.Packets[0].Xprt) == nil {
			continue
		}
		b := &builder{l: &List{}, v: &View{}, st: st, story: s, log: s.Log(), tr: &english}
		b.packetWord(&st.Packets[0], b.severalConnections())
		name := string(b.said())
		b.say().xprtName(st.Xprt(st.Packets[0].Xprt))
		require.Contains(t, name, string(b.said()))
		return
	}
	require.FailNow(t, "never two connections at once")
}
