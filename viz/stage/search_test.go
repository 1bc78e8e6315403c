package stage

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"sunscope/core/time"
	"sunscope/core/trace"
)

// recordingAt is a player with one of the committed recordings.
func recordingAt(t testing.TB, begin string) *Player {
	t.Helper()
	names, err := filepath.Glob("../../tests/recordings/" + begin + "*/trace.txt.gz")
	require.NoError(t, err)
	require.NotEmpty(t, names, begin)
	data, err := os.ReadFile(names[0])
	require.NoError(t, err)
	p := NewPlayer()
	require.NoError(t, p.OpenRecording("trace.txt.gz", data))
	return p
}

// hitsOf are all events of a run that a condition means.
func hitsOf(t testing.TB, p *Player, text string) []int {
	t.Helper()
	c, err := ParseCondition(text)
	require.NoError(t, err, text)
	h := newHunt(p.story, c)
	h.start(-1)
	var hits []int
	for i := range p.story.Len() {
		if h.step() >= 0 {
			hits = append(hits, i)
		}
	}
	return hits
}

func TestAConditionSpeaksOfEvents(t *testing.T) {
	p := playerOf(t)
	for text, want := range map[string]string{
		"task:2":                          "task:00000002@00000004",
		"task:2@4":                        "task:00000002@00000004",
		"item:read[2]":                    "task:00000002@00000004",
		"queue:xprt_backlog":              "queue=xprt_backlog",
		"state:call_reserve":              "action=call_reserve [sunrpc]",
		"status<0":                        "status=-11",
		"status=-EAGAIN":                  "status=-11",
		"status=EAGAIN":                   "status=-11",
		"status:-11":                      "status=-11",
		"rpc_task_end":                    "rpc_task_end:",
		"event:rpc_task_end":              "rpc_task_end:",
		"call_reserveresult":              "action=call_reserveresult",
		"CALL_RESERVERESULT":              "",
		"reserveres":                      "action=call_reserveresult",
		"rpc_task_sleep task:3":           "rpc_task_sleep: task:00000003",
		"queue=xprt_backlog status!=0":    "status=-11",
		`"queue=xprt_backlog" task:3`:     "task:00000003@00000004",
		"timeout>=1":                      "",
		"task:4":                          "",
		"runstate=QUEUED|ACTIVE":          "runstate=QUEUED|ACTIVE",
		"* task:1 call_start":             "action=call_start",
		"task:00000002":                   "task:00000002@00000004",
		"EAGAIN":                          "status=-11",
		"task:1 took>=1ms call_start":     "action=call_start",
		"took<1us":                        "",
		"rpc_task_run_action client=0004": "rpc_task_run_action",
	} {
		hits := hitsOf(t, p, text)
		if want == "" {
			require.Empty(t, hits, text)
			continue
		}
		require.NotEmpty(t, hits, text)
		for i := range p.story.Len() {
			e := p.eventText(i)
			if slices.Contains(hits, i) {
				if !strings.HasPrefix(text, "item") && !strings.HasPrefix(text, "task") || strings.HasPrefix(e, "rpc") {
					require.Contains(t, e, want, text)
				}
			} else if !strings.Contains(text, " ") && !strings.HasPrefix(text, "state") {
				require.NotContains(t, e, want, "%s misses an event", text)
			}
		}
	}
}

func TestAConditionOfTheStateIsHitWhereItBecomesTrue(t *testing.T) {
	p := playerOf(t)
	hits := hitsOf(t, p, "queue:xprt_backlog>=2")
	require.Len(t, hits, 1)
	require.Equal(t, ordinal(t, p, "rpc_task_sleep item=read[3]"), hits[0])
	require.Len(t, hitsOf(t, p, "queue:xprt_backlog=1"), 2, "once as it fills, once as it empties")
	require.Len(t, hitsOf(t, p, "tasks>=3"), 1)
	require.Empty(t, hitsOf(t, p, "rpc_retrans>=1"))
	require.Empty(t, hitsOf(t, p, "cwnd<512"), "what nobody knows is true of nothing")
	both := hitsOf(t, p, "rpc_task_sleep queue:xprt_backlog>=2")
	require.Equal(t, hits, both, "an event and the state after it")
}

func TestAConditionAgreesWithTheState(t *testing.T) {
	p := NewPlayer()
	require.NoError(t, p.OpenScenario("slot-contention", 3))
	rapid.Check(t, func(rt *rapid.T) {
		text := rapid.SampledFrom([]string{"queue:xprt_backlog>=2", "slots>=2", "state:call_status>1", "packets>1", "rpc_cnt>=5", "tasks<3", "queue:xprt_pending=0"}).Draw(rt, "condition")
		c, err := ParseCondition(text)
		require.NoError(rt, err)
		hits := hitsOf(t, p, text)
		i := rapid.IntRange(0, p.story.Len()-1).Draw(rt, "instant")
		m := newMatcher(c, p.story)
		before := m.state(p.story.At(i - 1))
		require.Equal(rt, !before && m.state(p.story.At(i)), slices.Contains(hits, i))
	})
}

func TestWhatIsNotUnderstoodIsSaid(t *testing.T) {
	for text, want := range map[string]string{
		"":                       "an empty condition; understood are task: item:",
		"task:":                  "task: expected something after the colon",
		"task:nine":              "task:nine: expected a task's number such as task:9",
		"xid:0xzz":               "expected a hexadecimal number such as xid:0x113a0c5f",
		"quene:xprt_backlog":     "quene: is no key; did you mean queue?",
		"state:call_bnid":        "there is no such state; did you mean call_bind?",
		"queue:xprt_backlog>=no": "expected a number of tasks",
		"took>long":              "took: expected a time such as 100ms",
		"!slots>2":               "! stands before words about an event",
		"staus<0":                "no event has such a field, and no counter has this name; did you mean status?",
		"status<low":             `status: expected a number, found "low"`,
		"rpc_retrans>=many":      "expected a number",
		`"queue`:                 "a quote is not closed",
		"xprt:tcp":               "expected a transport's number",
		"event:rpc_task_slep":    "near matches: rpc_task_sleep",
	} {
		_, err := ParseCondition(text)
		require.ErrorContains(t, err, want, text)
		require.NotContains(t, err.Error(), "\n")
	}
	p := playerOf(t)
	before := p.Snapshot()
	for _, id := range []string{"find", "run-to", "run-back", "break-add"} {
		require.ErrorContains(t, p.Do(id, Args{"text": "task:x", "when": "task:x"}), id+": task:x: expected", id)
	}
	require.Equal(t, before, p.Snapshot())
}

func FuzzParseCondition(f *testing.F) {
	for _, text := range []string{"task:9@4", "xid:0x1", "queue:a>=3", "status<0 call_bind", `"a b" *`, "state:call_bind>1", "slots>4"} {
		f.Add(text)
	}
	p := playerOf(f)
	f.Fuzz(func(t *testing.T, text string) {
		if c, err := ParseCondition(text); err == nil {
			h := newHunt(p.story, c)
			h.start(-1)
			for range p.story.Len() {
				h.step()
			}
		}
	})
}

func TestFindGoesFromMatchToMatchAndRoundTheEnd(t *testing.T) {
	p := playerOf(t)
	hits := hitsOf(t, p, "queue:xprt_backlog")
	require.Len(t, hits, 4)
	do(t, p, "find", "text=queue:xprt_backlog")
	require.Equal(t, Found{"queue:xprt_backlog", 4, 0, p.story.Len()}, p.Found())
	for _, want := range []int{1, 2, 3, 0} {
		do(t, p, "key", "key=n")
		require.Equal(t, hits[want], p.Instant())
		require.Equal(t, want, p.Found().Index)
	}
	do(t, p, "key", "key=N")
	require.Equal(t, hits[3], p.Instant())
	do(t, p, "seek", "instant="+itoa(hits[1]+1))
	require.Equal(t, -1, p.Found().Index, "between two of them")
	do(t, p, "find-prev")
	require.Equal(t, hits[1], p.Instant())
	require.Equal(t, int64(p.story.TaskAt(hits[1])), p.Selected().Num, "the task that the event is about is inspected")
	l := p.Layout(1200, 800)
	require.NotNil(t, l)
	require.Equal(t, int32(hits[1]), p.view.FoundAt)
	require.Len(t, p.view.Found, 4)
	do(t, p, "key", "key=Escape")
	require.Empty(t, p.Found().Text, "Escape ends it")
	require.NotZero(t, p.Selected())
}

func TestFindBeginsAtThePresentInstant(t *testing.T) {
	p := playerOf(t)
	do(t, p, "seek", "instant=14")
	do(t, p, "find", "text=queue:xprt_backlog")
	hits := hitsOf(t, p, "queue:xprt_backlog")
	i, _ := slices.BinarySearch(hits, 14)
	require.Equal(t, hits[i], p.Instant())
	require.ErrorContains(t, p.Do("find", Args{"text": "rpc_task_timeout"}), `no event of this run matches "rpc_task_timeout"`)
}

func TestWithoutWordsFindAsksForThem(t *testing.T) {
	p := playerOf(t)
	do(t, p, "key", "key=/")
	open, query, _ := p.PaletteOpen()
	require.True(t, open)
	require.Equal(t, "find ", query)
	do(t, p, "palette", "query=find queue:xprt_backlog")
	do(t, p, "palette", "go=run")
	require.Equal(t, 4, p.Found().Count)
	do(t, p, "palette", "query=task:2")
	list := p.Palette("task:2")
	require.Equal(t, []string{"find text=task:2", "run-to when=task:2", "run-back when=task:2", "break-add when=task:2"}, linesOfEntries(list)[len(list)-4:])
}

func TestThePageHearsHowASearchStands(t *testing.T) {
	p, r := playerOf(t), &Reporter{}
	require.NotContains(t, types(collect(r, p, 0)), "found")
	do(t, p, "find", "text=queue:xprt_backlog")
	m := the(t, "found", collect(r, p, time.Second))
	require.Equal(t, `found{text:"queue:xprt_backlog",count:4,index:0,seen:`+itoa(p.story.Len())+`,of:`+itoa(p.story.Len())+`,}`, m.fingerprint())
	do(t, p, "find-clear")
	require.Equal(t, "", the(t, "found", collect(r, p, 2*time.Second)).Get("text"))
}

// long is a run of so many tasks, one after another, each of which sleeps once.
func long(t testing.TB, tasks int) *Player {
	var l lines
	for i := 1; i <= tasks; i++ {
		l.add(10*i, "fio-1", "rpc_task_begin: task:%08x@00000004 flags=MOVEABLE runstate=ACTIVE status=0 action=0x0", i)
		l.add(10*i+1, "fio-1", "rpc_task_run_action: task:%08x@00000004 flags=MOVEABLE runstate=RUNNING|ACTIVE status=0 action=call_start [sunrpc]", i)
		l.add(10*i+2, "fio-1", "sunscope_item: task:%08x@00000004 item=read[%d]", i, i)
		l.add(10*i+3, "fio-1", "rpc_task_sleep: task:%08x@00000004 flags=MOVEABLE runstate=RUNNING|ACTIVE status=-11 timeout=0 queue=xprt_backlog", i)
		l.add(10*i+4, "fio-1", "rpc_task_wakeup: task:%08x@00000004 flags=MOVEABLE runstate=QUEUED|ACTIVE status=0 timeout=0 queue=xprt_backlog", i)
		l.add(10*i+5, "fio-1", "rpc_task_end: task:%08x@00000004 flags=MOVEABLE runstate=RUNNING|ACTIVE status=0 action=rpc_exit_task [sunrpc]", i)
		l.add(10*i+6, "fio-1", "rpc_task_complete: task:%08x@ffffffff flags=MOVEABLE runstate=RUNNING|ACTIVE status=0 action=0x0", i)
	}
	p := NewPlayer()
	p.Show(logOf(t, l.String()), Source{Kind: Recording, Name: "long"})
	return p
}

func TestALongRunIsSearchedPieceByPiece(t *testing.T) {
	p := long(t, 6000)
	n := p.story.Len()
	require.Greater(t, n, eventsAFrame)
	do(t, p, "find", "text=item:read[5999] rpc_task_end")
	require.Equal(t, eventsAFrame, p.Found().Seen, "a frame looks at so many")
	require.Equal(t, -1, p.Instant(), "not found yet")
	for p.Found().Seen < n {
		p.Advance(time.Second / 60)
	}
	require.Equal(t, ordinal(t, p, "rpc_task_end item=read[5999]"), p.Instant(), "it went there when it was found")
	require.Equal(t, 1, p.Found().Count)
	do(t, p, "home")
	do(t, p, "find", "text=nothing_of_the_kind")
	for range 60 {
		p.Advance(time.Second / 60)
	}
	notes := p.Notes()
	require.Len(t, notes, 1)
	require.Contains(t, notes[0].Why, "no event of this run matches")
}

func TestASearchInAGrowingRunGoesOn(t *testing.T) {
	p := NewPlayer()
	p.ShowLive("pipe")
	text := oneSlot(3)
	lines := strings.SplitAfter(text, "\n")
	p.Feed(strings.Join(lines[:10], ""))
	require.Error(t, p.Do("find", Args{"text": "rpc_task_end"}))
	p.Feed(strings.Join(lines[10:], ""))
	p.Advance(time.Second / 60)
	require.Equal(t, 3, p.Found().Count)
}

func TestASearchOutlivesTheRun(t *testing.T) {
	p := playerOf(t)
	do(t, p, "find", "text=queue:xprt_backlog")
	p.Show(logOf(t, oneSlot(2)), Source{Kind: Simulation, Name: "one-slot", Seed: 2})
	p.Advance(time.Second / 60)
	require.Equal(t, 2, p.Found().Count)
	require.Equal(t, -1, p.Instant(), "and moves nothing")
}

func TestStepsOfTheWireStopAtPacketsAndInARecordingAtWhatTellsOfThem(t *testing.T) {
	p := NewPlayer()
	require.NoError(t, p.OpenScenario("two-slots", 42))
	seen := 0
	for {
		was := p.Instant()
		do(t, p, "key", "key=.")
		if p.Instant() == was {
			break
		}
		seen++
		k := p.log().KindAt(p.Instant())
		require.True(t, k == trace.WireSend || k == trace.WireRecv)
	}
	all := hitsOf(t, p, "sunscope_wire_send")
	require.Equal(t, len(all)+len(hitsOf(t, p, "sunscope_wire_recv")), seen)
	do(t, p, "key", "key=,")
	do(t, p, "home")
	do(t, p, "back-wire")
	require.Equal(t, -1, p.Instant())

	q := recordingAt(t, "01")
	do(t, q, "step-wire")
	require.GreaterOrEqual(t, q.Instant(), 0)
}

func BenchmarkSearchOfALongRun(b *testing.B) {
	p := long(b, 20000)
	for _, text := range []string{"task:9", "status<0", "call_bind", "queue:xprt_backlog>=1"} {
		b.Run(text, func(b *testing.B) {
			for b.Loop() {
				hitsOf(b, p, text)
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(p.story.Len()), "ns/event")
		})
	}
}
