package scene

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"sunscope/core/story"
	"sunscope/core/time"
	"sunscope/tests/large"
)

// roleNames are the colours that the timeline uses.
var roleNames = map[Color]string{
	NoColor: "-", Panel: "panel", PanelEdge: "panel-edge", Inset: "inset", Ink: "ink", InkDim: "ink-dim", InkFaint: "ink-faint",
	CallText: "call", ReplyText: "reply", Callback: "callback", CallbackText: "callback-text", Retrans: "retrans", RetransText: "retrans-text",
	Trouble: "trouble", TroubleText: "trouble-text", Playhead: "playhead", Focus: "focus", LaneRun: "run", LaneReady: "ready",
	LaneBacklog: "backlog", LaneWire: "pending", LaneLock: "lock", LaneIdle: "idle", LaneReply: "reply-in-hand", LaneMark: "mark",
}

// timelineText is the timeline alone as text: what is drawn, with places, and what is said.
func timelineText(l *List) string {
	var b strings.Builder
	for _, it := range l.Front {
		dash := ""
		if it.Dash > 0 {
			dash = fmt.Sprintf(" dash %.0f", it.Dash)
		}
		switch it.Op {
		case OpText:
			fmt.Fprintf(&b, "text %.0f,%.0f %s %q\n", it.X, it.Y, roleNames[it.Fill], it.Text)
		case OpRect:
			fmt.Fprintf(&b, "rect %.0f,%.0f %.1f×%.1f %s/%s%s\n", it.X, it.Y, it.W, it.H, roleNames[it.Fill], roleNames[it.Stroke], dash)
		default:
			fmt.Fprintf(&b, "%s", opNames[it.Op])
			for _, p := range it.Pts {
				fmt.Fprintf(&b, " %.0f,%.0f", p.X, p.Y)
			}
			fmt.Fprintf(&b, " %s/%s%s\n", roleNames[it.Fill], roleNames[it.Stroke], dash)
		}
	}
	for _, p := range l.Said {
		fmt.Fprintf(&b, "said %d %s\n", p.Level, p.Text)
	}
	return b.String()
}

// timeline lays out the timeline alone.
func timeline(s *story.Story, instant int, v View) *List {
	st := s.At(instant)
	v.Lang, v.Parts, v.Now = "en", PartTimeline, max(v.Now, st.Time)
	return Layout(s, st, &v)
}

// around is a window about an event.
func around(s *story.Story, instant int, width time.Duration) (from, to time.Duration) {
	t := s.Log().TimeAt(instant)
	return t - width/2, t + width/2
}

func TestTheTimelineAsText(t *testing.T) {
	two := simulated(t, 8)
	again, restart := recorded(t, "07-reconnect"), recorded(t, "12-server-restart")
	resent := first(t, again, "xprt_retransmit")
	broke := first(t, restart, "xprt_disconnect_done")
	zoom := View{W: 900, H: 280}
	zoom.From, zoom.To = around(two, 300, time.Millisecond)
	sent := View{W: 900, H: 280}
	sent.From, sent.To = around(again, resent, 800*time.Millisecond)
	lost := View{W: 900, H: 280}
	lost.From, lost.To = around(restart, broke, 4*time.Second)
	for name, l := range map[string]*List{
		"timeline-two-slots":       timeline(two, two.Len()/2, View{W: 900, H: 280}),
		"timeline-retransmissions": timeline(again, resent, sent),
		"timeline-disconnects":     timeline(restart, broke, lost),
		"timeline-zoomed":          timeline(two, 300, zoom),
		"timeline-phone":           timeline(two, two.Len()/2, View{W: 390, H: 300}),
	} {
		t.Run(name, func(t *testing.T) { golden(t, name, timelineText(l)) })
	}
}

// drawn counts the items of a colour that satisfy a condition.
func drawn(l *List, c Color, cond func(it *Item) bool) (n int) {
	for i := range l.Front {
		if it := &l.Front[i]; (it.Fill == c || it.Stroke == c) && (cond == nil || cond(it)) {
			n++
		}
	}
	return n
}

func wordsOn(l *List) map[string]int {
	m := map[string]int{}
	for _, it := range l.Front {
		if it.Op == OpText {
			m[it.Text]++
		}
	}
	return m
}

func TestTheLegendNamesEveryKindThatTheRunShowsAndNoOther(t *testing.T) {
	for _, name := range []string{"06-slot-contention", "07-reconnect", "27-slow-link-sndbuf", "20-rpc-error-replies", "26-v41-session-slots", "05-v40-callback"} {
		s := recorded(t, name)
		for _, v := range []View{{W: 1100, H: 300}, {W: 390, H: 360}, {W: 390, H: 200}} {
			l := timeline(s, s.Len()/2, v)
			legend, told := wordsOn(l), saidOf(l, Ref{Kind: RefLegend})
			for k, since := range s.Seen().Spans {
				word := english.spanKinds[k]
				named := legend[word] == 1 || legend[word] == 0 && strings.Contains(told, word)
				require.Equal(t, since > 0, named, "%s %.0f: %s", name, v.W, word)
				require.True(t, v.W < mediumFrom || !named || legend[word] == 1, "only a narrow picture leaves a sign to the text")
			}
			for _, it := range l.Front {
				if it.Op == OpText {
					e := extent(&it)
					require.Truef(t, e.x >= 0 && e.right() <= v.W-14, "%s: %q is cut", name, it.Text)
				}
			}
		}
	}
	require.Zero(t, wordsOn(timeline(simulated(t, 8), 100, View{W: 1100, H: 300}))["retransmission"])
}

// saidOf is what the text says of a thing.
func saidOf(l *List, ref Ref) string {
	for _, p := range l.Said {
		if p.Ref == ref {
			return p.Text
		}
	}
	return ""
}

func TestTheLegendOfAPhoneTakesTwoLinesAndLeadsToTheRest(t *testing.T) {
	s := scenarioStory(t, "udp-loss", "link.loss", "15")
	l := timeline(s, s.Len()-1, View{W: 390, H: 360})
	var more *Hit
	for i := range l.Hits {
		if l.Hits[i].Ref.Kind == RefLegend {
			more = &l.Hits[i]
		}
	}
	require.NotNil(t, more)
	require.LessOrEqual(t, more.X+more.W, float32(390))
	require.Less(t, more.Y, float32(46), "two lines, and no third")
	told := saidOf(l, Ref{Kind: RefLegend})
	for _, word := range []string{english.spanKinds[0], "lost", "retransmission"} {
		require.Contains(t, told, word)
	}
	in := Inspect(s, s.At(s.Len()-1), Ref{Kind: RefLegend}, "en")
	require.Equal(t, "legend", in.Title)
	require.Greater(t, len(in.Rows), 8)
}

func TestAQueueWithoutAColourHasItsNameInItsSpan(t *testing.T) {
	s := recorded(t, "26-v41-session-slots")
	found := false
	for i := 0; i < s.Len() && !found; i += 400 {
		v := View{W: 1100, H: 400}
		v.From, v.To = around(s, i, 40*time.Millisecond)
		found = wordsOn(timeline(s, i, v))["ForeChannel Slot table"] > 0
	}
	require.True(t, found)
}

func TestALostPacketHasACrossAndACallbackIsOrange(t *testing.T) {
	s := scenarioStory(t, "udp-window", "link.loss", "15")
	require.NotZero(t, s.Seen().Wires[story.WireLost])
	l := timeline(s, s.Len()-1, View{W: 1100, H: 340})
	legend := wordsOn(l)
	require.Equal(t, 1, legend["lost"])
	lost := map[int64]bool{}
	for _, w := range s.WireSpans() {
		lost[int64(w.Packet)] = w.Lost
	}
	crosses, hits := drawn(l, TroubleText, func(it *Item) bool { return it.Op == OpLine }), 0
	for _, h := range l.Hits {
		if h.Ref.Kind == RefPacket && lost[h.Ref.Num] {
			hits++
		}
	}
	require.Positive(t, hits)
	require.GreaterOrEqual(t, crosses, 2*hits, "two strokes each")
	back := scenarioStory(t, "deleg-recall")
	require.Positive(t, drawn(timeline(back, back.Len()-1, View{W: 1100, H: 340}), Callback, nil))
}

func TestTheWriteLocksLaneNamesTheOwnerAndTheConnectWorker(t *testing.T) {
	s := recorded(t, "07-reconnect")
	spans := s.LockSpans()
	seen := map[bool]bool{}
	for _, lock := range spans {
		if lock.End-lock.Start < time.Millisecond || seen[lock.Task == 0] {
			continue
		}
		seen[lock.Task == 0] = true
		v := View{W: 1100, H: 400, From: lock.Start, To: lock.End}
		l := timeline(s, int(lock.From), v)
		word := "connect worker"
		if lock.Task != 0 {
			word = fmt.Sprint(s.Lane(lock.Task).PID) + " " + s.Lane(lock.Task).Proc
		}
		require.Positive(t, wordsOn(l)[word], word)
	}
	require.Len(t, seen, 2)
}

func TestTheTimelineKeepsToItselfWhatALessonAsksAbout(t *testing.T) {
	s := simulated(t, 8)
	i := s.Len() / 3
	until := s.Log().TimeAt(i)
	l := timeline(s, i, View{W: 1100, H: 340, Until: until})
	w := window{plot: box{}}
	for _, h := range l.Hits {
		if h.Ref.Kind == RefTimeline {
			w = window{s.Log().TimeAt(0), s.Log().TimeAt(s.Len() - 1), box{h.X, h.Y, h.W, h.H}}
		}
	}
	limit := w.x(until) + 8
	for _, h := range l.Hits {
		if h.Ref.Kind == RefPacket || h.Ref.Kind == RefMarker {
			require.LessOrEqual(t, h.X, limit)
		}
	}
	for _, it := range l.Front {
		switch {
		case it.Fill == LaneBacklog || it.Fill == LaneReply || it.Fill == LaneReady:
			require.True(t, it.X <= limit || it.Y < 45, "%v", it)
		case it.Stroke == CallText && it.Op == OpLine:
			for _, p := range it.Pts {
				require.True(t, p.X <= limit || p.Y < 45, "%v", it)
			}
		}
	}
}

func TestWithThousandsOfLiveTasksLanesAreThinLinesAndTheTimelineSaysSo(t *testing.T) {
	log, err := large.Busy(2000)
	require.NoError(t, err)
	s := story.New(log)
	l := timeline(s, s.Len()-1, View{W: 1100, H: 340})
	_, shown := l.LaneRows()
	require.Greater(t, shown, 100)
	all := wordsOn(l)
	require.Equal(t, 1, all["a line a task"])
	require.Equal(t, 1, all[fmt.Sprint(shown)+" shown"])
	require.Less(t, len(l.Front), 6000)
	rows := map[float32]bool{}
	for _, h := range l.Hits {
		if h.Ref.Kind == RefTask {
			rows[h.Y] = true
		}
	}
	require.GreaterOrEqual(t, len(rows), shown, "each can be selected")
}

func TestLanesAreGroupedByClientAndNamedAsTheKernelNamesTasks(t *testing.T) {
	s := recorded(t, "12-server-restart")
	grouped := false
	for i := 100; i < s.Len(); i += 500 {
		v := View{W: 1100, H: 400}
		v.From, v.To = around(s, i, 2*time.Second)
		l := timeline(s, i, v)
		var clids []uint32
		for _, row := range l.scratch.rows {
			if c := s.Lanes()[row].Clid; len(clids) == 0 || clids[len(clids)-1] != c {
				require.NotContains(t, clids, c, "one client's lanes stand together")
				clids = append(clids, c)
			}
		}
		for name := range wordsOn(l) {
			grouped = grouped || len(clids) > 1 && strings.Contains(name, "@")
		}
	}
	require.True(t, grouped)
}

func TestMarkersThatCrowdAreCounted(t *testing.T) {
	s := recorded(t, "20-rpc-error-replies")
	l := timeline(s, s.Len()-1, View{W: 600, H: 300})
	total := 0
	row, signs := float32(300), 0 // those in the markers' row; ticks on lanes are below
	for _, h := range l.Hits {
		if h.Ref.Kind == RefMarker {
			row = min(row, h.Y)
		}
	}
	for _, h := range l.Hits {
		if h.Ref.Kind == RefMarker && h.Y == row {
			signs++
		}
	}
	for _, it := range l.Front {
		var n int
		if _, err := fmt.Sscanf(it.Text, "%d", &n); err == nil && it.Op == OpText && it.Y > row && it.Y < row+marksHigh && fmt.Sprint(n) == it.Text {
			total += n - 1
		}
	}
	require.Less(t, signs, len(s.Markers())/2)
	require.InDelta(t, len(s.Markers()), total+signs, 20, "but for counts that have no room at the edge")
	require.LessOrEqual(t, total+signs, len(s.Markers()))
}

func TestTheTwinSaysWhichMarkedMomentsLieAround(t *testing.T) {
	s := recorded(t, "07-reconnect")
	i := first(t, s, "xprt_retransmit")
	var said []string
	for _, p := range timeline(s, i, View{W: 1100, H: 340}).Said {
		said = append(said, p.Text)
	}
	all := strings.Join(said, "\n")
	require.Contains(t, all, "before: retransmission task 14 WRITE, ")
	require.Contains(t, all, "next: ")
	require.Contains(t, all, "markers: "+fmt.Sprint(len(s.Markers())))
}

func TestManyRowsDoNotMakeTheirSpansCoarse(t *testing.T) {
	s := recorded(t, "07-reconnect")
	i := first(t, s, "xprt_retransmit")
	v := View{W: 1440, H: 900}
	v.From = s.Log().TimeAt(i)
	v.To = v.From + 4*time.Second
	l := timeline(s, i, v)
	_, rows := l.LaneRows()
	require.Greater(t, rows, 40)
	waits := drawn(l, LaneWire, func(it *Item) bool { return it.Op == OpRect && it.W > 10 && it.Y > 100 })
	require.Greater(t, waits, rows/2, "each WRITE waits for its reply most of its life, and is shown so")
}

func TestWhatASearchFoundIsMarkedOnThePlotAndOnTheOverview(t *testing.T) {
	s := simulated(t, 8)
	found := []int32{100, 300, 301, 500}
	l := timeline(s, 300, View{W: 1100, H: 340, Found: found, FoundAt: 300})
	require.Equal(t, 1, wordsOn(l)["match"])
	down := drawn(l, Playhead, func(it *Item) bool { return it.Op == OpLine && it.Dash > 0 })
	require.Equal(t, 3, down, "two of them lie in the same pixels")
	rings := map[float32]int{}
	for _, it := range l.Front {
		if it.Op == OpRect && it.Stroke == Playhead {
			rings[it.W]++
		}
	}
	require.Equal(t, map[float32]int{6: 2, 10: 1, 9: 1}, rings, "that at which the reader stands is larger; one is the legend's")
	require.Equal(t, 3, drawn(l, Playhead, func(it *Item) bool { return it.Op == OpRect && it.W == 1.5 }))
	require.Zero(t, wordsOn(timeline(s, 300, View{W: 1100, H: 340}))["match"])
}
