package scene

import (
	"reflect"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"sunscope/core/fsm"
	"sunscope/core/story"
	"sunscope/core/trace"
	"sunscope/viz/scene/face"
)

// row is the field of that name.
func row(in Inspection, label string) Row {
	for _, r := range in.Rows {
		if r.Label == label {
			return r
		}
	}
	return Row{}
}

func value(in Inspection, label string) string {
	for _, r := range in.Rows {
		if r.Label == label {
			return r.Value
		}
	}
	return ""
}

func TestAnInspectedTaskSaysWhatTheKernelKnowsOfIt(t *testing.T) {
	s := simulated(t, 8)
	i := first(t, s, "rpc_task_sleep queue=xprt_backlog item=read[3]")
	id := s.TaskAt(i)
	in := Inspect(s, s.At(i), Ref{Kind: RefTask, Num: int64(id)}, "en")
	require.True(t, strings.HasPrefix(in.Title, "read[3] (task "), in.Title)
	require.Equal(t, "call_reserve", value(in, "last state"))
	require.Equal(t, Row{Label: "tk_action", Value: "call_reserveresult", How: story.Inferred, Rule: story.RuleOnlyWay.Text("en"),
		Ref: Ref{Kind: RefState, Num: int64(fsm.CallReserveResult)}}, row(in, "tk_action"), "call_reserve has set it")
	require.Equal(t, "xprt_backlog", value(in, "asleep on"))
	require.Equal(t, "none", value(in, "slot"))
	require.Equal(t, i, in.LastOrdinal)
	require.Contains(t, in.Last, "rpc_task_sleep: task:")

	in = Inspect(s, s.At(i), Ref{Kind: RefTask, Num: int64(id)}, "zh")
	require.Equal(t, "xprt_backlog", value(in, "睡在"))
}

func TestRunningIsGoneOnceTheThreadOfASleeperLeft(t *testing.T) {
	s := simulated(t, 8)
	i := first(t, s, "rpc_task_sleep queue=xprt_backlog item=read[3]")
	ref := Ref{Kind: RefTask, Num: int64(s.TaskAt(i))}
	require.Equal(t, Row{Label: "tk_runstate", Value: "RUNNING|QUEUED|ACTIVE", How: story.Inferred, Rule: story.RuleSleepBits.Text("en")},
		row(Inspect(s, s.At(i), ref, "en"), "tk_runstate"))
	in := Inspect(s, s.At(232), ref, "en")
	require.Equal(t, Row{Label: "tk_runstate", Value: "QUEUED|ACTIVE", How: story.Inferred, Rule: story.RuleThreadLeft.Text("en")}, row(in, "tk_runstate"))
	require.Equal(t, "RUNNING|ACTIVE", value(in, "last printed"))
	require.Equal(t, story.RuleLeftCallback.Text("en"), row(in, "tk_callback").Rule)
	require.Equal(t, "call_reserveresult", value(in, "tk_action"))
}

func TestAFinishedTaskIsFinished(t *testing.T) {
	s := simulated(t, 8)
	i := first(t, s, "rpc_task_end item=read[1]")
	id := s.TaskAt(i)
	for st := s.At(i); ; st = s.At(st.Instant + 1) {
		if !st.Task(id).Finished {
			continue
		}
		in := Inspect(s, st, Ref{Kind: RefTask, Num: int64(id)}, "en")
		require.Contains(t, in.About, ": finished, tk_status "+fsm.StatusText(st.Task(id).Final))
		require.Empty(t, value(in, "tk_runstate")+value(in, "tk_action"))
		require.Equal(t, "rpc_exit_task", value(in, "last state"))
		return
	}
}

func TestOnlyItsOwnerGivesTheWriteLockBack(t *testing.T) {
	s := simulated(t, 8)
	told := map[string]int{}
	for i := range s.Len() {
		if k := s.Log().KindAt(i); k == trace.XprtReleaseXprt {
			told[Inspect(s, s.At(i), Ref{Kind: RefTimeline, Num: int64(i)}, "en").About]++
		}
	}
	require.Positive(t, told["gives the write lock back; nobody holds it now"])
	require.Positive(t, told["releases the transport without holding the write lock; nobody holds it now"])
	for text := range told {
		require.NotContains(t, text, "–")
	}
}

func TestAnInspectedPacketTiesEachByteToAField(t *testing.T) {
	s := simulated(t, 8)
	for _, c := range []struct{ predicate, field, value string }{
		{"sunscope_wire_send kind=DATA item=read[1]", "READ3args", "READ"},
		{"sunscope_wire_send kind=DATA item=read[1] nth=2", "status", "NFS3_OK"},
	} {
		st := s.At(first(t, s, c.predicate))
		p := st.Packets[len(st.Packets)-1]
		in := Inspect(s, st, Ref{Kind: RefPacket, Num: int64(p.ID)}, "en")
		require.NotEmpty(t, in.Bytes)
		require.Len(t, in.Bytes, p.Len.Value)
		covered := make([]bool, len(in.Bytes))
		found := false
		for _, f := range in.Fields {
			for i := f.Off; i < f.Off+f.Len; i++ {
				covered[i] = true
			}
			found = found || strings.Contains(f.Name, c.field) && strings.Contains(f.Value, c.value)
		}
		require.NotContains(t, covered, false, "every byte belongs to a field")
		require.Truef(t, found, "%s has no field %s=%s: %v", c.predicate, c.field, c.value, in.Fields)
	}
}

func TestAnInspectedStateShowsEveryEdgeOfTheTable(t *testing.T) {
	s := simulated(t, 8)
	st := s.At(300)
	for state := fsm.RPCPrepareTask; state < fsm.StateCount; state++ {
		for _, lang := range []string{"en", "zh"} {
			in := Inspect(s, st, Ref{Kind: RefState, Num: int64(state)}, lang)
			require.Equal(t, state.String(), in.Title)
			require.NotEmpty(t, in.About)
			require.Len(t, in.Ways, len(fsm.EdgesFrom(state)))
		}
	}
}

func TestWhatIsInferredNamesItsRule(t *testing.T) {
	s := recorded(t, "06-slot-contention")
	i := first(t, s, "rpc_task_sleep queue=xprt_backlog")
	st := s.At(i)
	task := st.Task(s.TaskAt(i))
	in := Inspect(s, st, Ref{Kind: RefXprt, Num: int64(task.Xprt.Value)}, "en")
	for _, r := range in.Rows {
		if r.Label == "max_reqs" {
			require.Equal(t, Row{Label: "max_reqs", Value: "2", How: story.Inferred, Rule: story.RuleBacklogFull.Text("en")}, r)
			return
		}
	}
	require.Fail(t, "no max_reqs")
}

func TestAnythingCanBeInspectedAtAnyInstant(t *testing.T) {
	for _, s := range []*story.Story{simulated(t, 8), recorded(t, "03-v41-mount-basic"), recordedNothing()} {
		step := max(1, s.Len()/60)
		for i := -1; i < s.Len(); i += step {
			st := s.At(i)
			l := Layout(s, st, &View{W: 1060, H: 900, Lang: "en", Now: st.Time})
			for _, h := range l.Hits {
				in := Inspect(s, st, h.Ref, "zh")
				require.NotEmptyf(t, in.Title, "%+v", h.Ref)
				for _, r := range in.Rows {
					require.NotEmpty(t, r.Label)
				}
			}
			for k := range RefTimeline + 2 {
				require.NotPanics(t, func() { Inspect(s, st, Ref{Kind: k, Num: 99999, Name: "?"}, "en") })
				require.NotPanics(t, func() { Inspect(s, st, Ref{Kind: k, Num: -1}, "en") })
			}
		}
	}
}

func TestEveryWordIsThereInBothLanguages(t *testing.T) {
	for _, pair := range [][2]any{{english, chinese}, {wordsEnglish, wordsChinese}} {
		en, zh := reflect.ValueOf(pair[0]), reflect.ValueOf(pair[1])
		for i := range en.NumField() {
			if en.Field(i).Kind() != reflect.String {
				continue
			}
			name := en.Type().Field(i).Name
			require.NotEmpty(t, en.Field(i).String(), name)
			require.NotEmpty(t, zh.Field(i).String(), name)
			hasGlyphs(t, zh.Field(i).String())
		}
	}
	for _, tale := range tales {
		hasGlyphs(t, tale[1])
	}
	for r := story.NoRule + 1; r.Text("zh") != "?"; r++ {
		hasGlyphs(t, r.Text("zh"))
	}
	for s := range fsm.StateCount {
		require.NotEmpty(t, wordsOf("zh").does(s))
	}
	require.Len(t, wordsChinese.queue, len(wordsEnglish.queue))
}

func hasGlyphs(t *testing.T, text string) {
	t.Helper()
	for _, r := range text {
		require.Truef(t, face.Has(r), "%q in %q", r, text)
	}
}

func TestACallNamesItsProcedureAndAnEmptyListOfGroupsIsNone(t *testing.T) {
	s := simulated(t, 8)
	st := s.At(first(t, s, "sunscope_wire_send kind=DATA item=read[1]"))
	in := Inspect(s, st, Ref{Kind: RefPacket, Num: int64(st.Packets[len(st.Packets)-1].ID)}, "en")
	fields := map[string]string{}
	for _, f := range in.Fields {
		fields[f.Name] = f.Value
	}
	require.Equal(t, "READ (6)", fields["proc"])
	require.Equal(t, "none", fields["gids"])
}

func TestATaleNamesOnlyFieldsThatItsEventHas(t *testing.T) {
	for kind, tale := range tales {
		for _, text := range tale {
			for {
				_, rest, more := strings.Cut(text, "{")
				if !more {
					break
				}
				name, after, closed := strings.Cut(rest, "}")
				require.True(t, closed, text)
				name, _, _ = strings.Cut(name, "|")
				if name == "owner" {
					name = "snd_task"
				}
				_, ok := kind.Field(name)
				require.Truef(t, ok, "%s has no field %s", kind, name)
				text = after
			}
		}
	}
	require.NotContains(t, tales, trace.Note)
}
