package scene

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"sunscope/core/fsm"
	"sunscope/core/story"
	"sunscope/core/time"
)

// plainList is what of a List counts: everything but its memory.
func plainList(l *List) List {
	p := *l
	p.scratch = scratch{}
	p.Front = append([]Item(nil), l.Front...)
	for i := range p.Front {
		p.Front[i].Pts = append([]Point(nil), p.Front[i].Pts...)
	}
	p.Hits, p.Said, p.Places = append([]Hit(nil), l.Hits...), append([]Phrase(nil), l.Said...), append([]Place(nil), l.Places...)
	return p
}

func TestEqualStatesAndViewsMakeEqualPictures(t *testing.T) {
	s := simulated(t, 8)
	for i := -1; i < s.Len(); i += 37 {
		a, b := at(s, i, 1060, 900, "en"), at(simulated(t, 8), i, 1060, 900, "en")
		require.Equal(t, plainList(a), plainList(b))
	}
}

func TestAListThatIsUsedAgainShowsTheSameAsANewOne(t *testing.T) {
	s := simulated(t, 8)
	var used List
	for _, i := range []int{300, 10, 662, -1, 300, 301} {
		for _, z := range sizes {
			st := s.At(i)
			LayoutInto(&used, s, st, &View{W: z.w, H: z.h, Lang: "en", Now: st.Time})
			require.Equal(t, plainList(at(s, i, z.w, z.h, "en")), plainList(&used))
		}
	}
}

func TestTheBackgroundChangesOnlyWithTheView(t *testing.T) {
	s := simulated(t, 8)
	a, b := at(s, 10, 1060, 900, "en"), at(s, 400, 1060, 900, "en")
	require.Equal(t, a.BackKey, b.BackKey)
	require.Equal(t, a.Back, b.Back)
	for _, other := range []*List{at(s, 10, 1061, 900, "en"), at(s, 10, 1060, 901, "en"), at(s, 10, 1060, 900, "zh")} {
		require.NotEqual(t, a.BackKey, other.BackKey)
	}
}

func TestAPacketTravelsWithTime(t *testing.T) {
	s := simulated(t, 8)
	i := first(t, s, "sunscope_wire_send kind=DATA item=read[1]")
	st := s.At(i)
	p := st.Packets[len(st.Packets)-1]
	x := func(now time.Duration, reduced bool) float32 {
		st := s.At(i)
		l := Layout(s, st, &View{W: 1060, H: 900, Lang: "en", Now: now, Reduced: reduced})
		for _, h := range l.Hits {
			if h.Ref == (Ref{Kind: RefPacket, Num: int64(p.ID)}) {
				return h.X
			}
		}
		require.Fail(t, "no such packet on the picture")
		return 0
	}
	next := s.Log().TimeAt(i + 1)
	require.Greater(t, next, st.Time)
	require.Greater(t, x(next, false), x(st.Time, false))
	require.Equal(t, x(next, false), x(next+time.Second, false), "nothing moves beyond the next event")
	require.Equal(t, x(st.Time, true), x(next, true), "reduced motion: nothing travels")
}

func TestAPillGlidesFromWhereItWas(t *testing.T) {
	s := simulated(t, 8)
	i := first(t, s, "rpc_task_run_action action=call_encode item=read[1]")
	id := s.TaskAt(i)
	where := func(l *List) Place {
		for _, p := range l.Places {
			if p.Part == onMap && p.Ref == (Ref{Kind: RefTask, Num: int64(id)}) {
				return p
			}
		}
		require.Fail(t, "the task is not on the map")
		return Place{}
	}
	before := at(s, i-1, 1060, 900, "en")
	after := at(s, i, 1060, 900, "en")
	require.NotEqual(t, where(before), where(after))

	v := &View{W: 1060, H: 900, Lang: "en"}
	v.Glide.Start(before, GlideTime)
	show := func() Place { return where(Layout(s, s.At(i), v)) }
	require.Equal(t, where(before), show(), "at the start where it was")
	require.True(t, v.Glide.Step(GlideTime/2))
	half := show()
	require.NotEqual(t, where(before), half)
	require.NotEqual(t, where(after), half)
	v.Reduced = true
	require.Equal(t, where(after), show(), "reduced motion: at once where it belongs")
	v.Reduced = false
	require.False(t, v.Glide.Step(GlideTime))
	require.Equal(t, where(after), show())
}

func TestEverythingThatIsAliveCanBeSelected(t *testing.T) {
	s := simulated(t, 8)
	for i := 0; i < s.Len(); i += 23 {
		st := s.At(i)
		l := Layout(s, st, &View{W: 1060, H: 900, Lang: "en", Now: st.Time})
		hit := map[Ref]bool{}
		for _, h := range l.Hits {
			require.Positive(t, h.W)
			require.Positive(t, h.H)
			hit[h.Ref] = true
		}
		for _, task := range st.Tasks {
			require.True(t, hit[Ref{Kind: RefTask, Num: int64(task.ID)}])
		}
		for _, p := range st.Packets {
			require.True(t, hit[Ref{Kind: RefPacket, Num: int64(p.ID)}])
		}
		for _, n := range st.Threads {
			require.True(t, hit[Ref{Kind: RefThread, Num: int64(n.PID)}])
		}
		for state := fsm.RPCPrepareTask; state < fsm.StateCount; state++ {
			require.True(t, hit[Ref{Kind: RefState, Num: int64(state)}])
		}
		for _, q := range benches {
			require.True(t, hit[Ref{Kind: RefQueue, Name: string(q)}])
		}
		require.True(t, hit[Ref{Kind: RefTimeline, Num: int64(i)}])
	}
}

func TestTheSelectedTaskHasARing(t *testing.T) {
	s := simulated(t, 8)
	i := first(t, s, "rpc_task_sleep queue=xprt_backlog")
	rings := func(r Ref) (n int) {
		st := s.At(i)
		for _, it := range Layout(s, st, &View{W: 1060, H: 900, Lang: "en", Now: st.Time, Selected: r}).Front {
			if it.Stroke == Focus {
				n++
			}
		}
		return n
	}
	require.Zero(t, rings(Ref{}))
	require.GreaterOrEqual(t, rings(Ref{Kind: RefTask, Num: int64(s.TaskAt(i))}), 2, "on the map and on the bench")
	require.Equal(t, 1, rings(Ref{Kind: RefQueue, Name: "xprt_backlog"}))
}

func TestOnlyTheChosenPartsAreShown(t *testing.T) {
	s := simulated(t, 8)
	st := s.At(300)
	for bit := range 9 {
		p := Parts(1) << bit
		for _, z := range sizes {
			l := Layout(s, st, &View{W: z.w, H: z.h, Lang: "en", Now: st.Time, Parts: p})
			kinds := map[RefKind]bool{}
			for _, h := range l.Hits {
				kinds[h.Ref.Kind] = true
			}
			require.Equal(t, p == PartTimeline, kinds[RefTimeline], "part %d, %s", bit, z.name)
			require.Equal(t, p == PartMap, kinds[RefState], "part %d, %s", bit, z.name)
			require.Equal(t, p == PartQueues, kinds[RefQueue], "part %d, %s", bit, z.name)
			require.Equal(t, p == PartWork, kinds[RefWorkQueue], "part %d, %s", bit, z.name)
			require.Equal(t, p == PartServer, kinds[RefThread], "part %d, %s", bit, z.name)
		}
	}
}

func TestWhatIsInferredLooksInferred(t *testing.T) {
	s := recorded(t, "06-slot-contention")
	for i := 3000; i < s.Len(); i++ {
		st := s.At(i)
		if len(st.Packets) == 0 {
			continue
		}
		require.Equal(t, story.Inferred, st.Packets[0].How, "a recording does not show packets")
		l := Layout(s, st, &View{W: 1060, H: 900, Lang: "en", Now: st.Time})
		dashed := false
		for _, it := range l.Front {
			if it.Op == OpText && (strings.HasPrefix(it.Text, "CALL") || strings.HasPrefix(it.Text, "REPLY ")) {
				require.NotEqual(t, OnMessage, it.Fill, "not filled like a fact")
			}
			dashed = dashed || it.Op == OpRect && it.Fill == Panel && it.Dash > 0
		}
		require.True(t, dashed)
		return
	}
	require.Fail(t, "no packet in the recording")
}

func TestAnUnknownNumberOfSlotsIsAQuestionMark(t *testing.T) {
	s := recorded(t, "06-slot-contention")
	texts := func(i int) string {
		var b strings.Builder
		for _, it := range at(s, i, 1060, 900, "en").Front {
			b.WriteString(it.Text + "\n")
		}
		return b.String()
	}
	require.Contains(t, texts(first(t, s, "xprt_reserve")), "max ?")
	require.Contains(t, texts(first(t, s, "rpc_task_sleep queue=xprt_backlog")), "max ≈2")
}

func TestTheTextTwinSaysWhoSleepsWhere(t *testing.T) {
	s := simulated(t, 8)
	i := first(t, s, "rpc_task_sleep queue=xprt_backlog item=read[4]")
	said := func(lang string) (lines []string) {
		for _, p := range at(s, i, 390, 1500, lang).Said {
			require.NotEmpty(t, p.Text)
			lines = append(lines, p.Text)
		}
		return lines
	}
	pid := s.Lane(s.TaskAt(i)).PID
	require.Contains(t, said("en"), "read[4] (task "+itoa(int(pid))+"): asleep on xprt_backlog since 0 ns")
	require.Contains(t, said("zh"), "read[4] (任务 "+itoa(int(pid))+"): 睡在 xprt_backlog 已 0 ns")
}

func TestTheTimelineCostsNoMoreForALongRecording(t *testing.T) {
	s := recorded(t, "06-slot-contention")
	require.Greater(t, len(s.Lanes()), 300)
	for i := 0; i < s.Len(); i += 997 {
		l := at(s, i, 1060, 900, "en")
		require.Less(t, len(l.Front), 2500)
		rows := map[float32]bool{}
		for _, h := range l.Hits {
			if h.Ref.Kind == RefTask && h.W == laneName-4 {
				rows[h.Y] = true
			}
		}
		require.LessOrEqual(t, len(rows), 60)
		st := s.At(i)
		alive := 0
		for _, task := range st.Tasks {
			if !task.Finished {
				alive++
			}
		}
		if alive <= len(rows) {
			shown := map[int64]bool{}
			for _, h := range l.Hits {
				if h.Ref.Kind == RefTask && h.W == laneName-4 {
					shown[h.Ref.Num] = true
				}
			}
			for _, task := range st.Tasks {
				require.True(t, task.Finished || shown[int64(task.ID)], "task %d lives and has no lane", task.ID)
			}
		}
	}
}

func TestAnEmptyStoryIsAPictureToo(t *testing.T) {
	s := recordedNothing()
	for _, z := range sizes {
		l := at(s, -1, z.w, z.h, "en")
		require.NotEmpty(t, l.Back)
	}
	for _, v := range []View{{}, {W: 1, H: 1}, {W: 200, H: 80}, {W: 4000, H: 40}, {W: 300, H: 3000}} {
		require.NotPanics(t, func() { Layout(s, s.At(-1), &v) })
		b := simulated(t, 8)
		require.NotPanics(t, func() { Layout(b, b.At(300), &v) })
	}
}

func TestALaneOfAHundredThousandSpansIsDrawnAPixelAtATime(t *testing.T) {
	spans := make([]story.Span, 100_000)
	for i := range spans {
		spans[i] = story.Span{Start: time.Duration(i) * 10, End: time.Duration(i+1) * 10, State: fsm.CallReserve, Asleep: i%2 == 0, Queue: fsm.XprtBacklog}
	}
	b := builder{l: &List{}}
	w := window{0, 1_000_000, box{100, 0, 900, 100}}
	b.spans(&w, spans, 50, 12)
	require.Less(t, len(b.l.Front), 901)
	require.Greater(t, len(b.l.Front), 300)
	for i, it := range b.l.Front {
		require.GreaterOrEqual(t, it.X, float32(100))
		require.LessOrEqual(t, it.X+it.W, float32(1000.01))
		require.True(t, i == 0 || it.X >= b.l.Front[i-1].X+b.l.Front[i-1].W-0.01, "one beside the other")
	}
}
