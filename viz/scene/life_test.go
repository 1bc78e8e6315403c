package scene

import (
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"sunscope/core/fsm"
	"sunscope/core/record"
	"sunscope/core/story"
	"sunscope/core/time"
	"sunscope/core/trace"
)

// told is the story of a task as text: where its time went, then a line for each event.
func told(l *Life) string {
	var b strings.Builder
	var shares func(list []Share, indent string)
	shares = func(list []Share, indent string) {
		for i := range list {
			s := &list[i]
			b.WriteString(indent + Length(s.Time) + " " + Percent(s.Time, l.Spent.Total) + " " + itoa(s.Count) + "× " + marked(s.How, s.What) + "\n")
			shares(s.Of, indent+"  ")
		}
	}
	shares(l.Spent.Shares, "")
	for i := range l.Len() {
		n := l.Line(i)
		b.WriteString(itoa(n.Ordinal) + " +" + Length(n.Time) + " " + n.Text)
		if n.Why != "" {
			b.WriteString(" | " + marked(n.How, n.Why))
		}
		b.WriteByte('\n')
	}
	return b.String()
}

func marked(how story.How, text string) string {
	if how == story.Inferred {
		return "≈ " + text
	}
	return text
}

// goldenText compares a text with a file of testdata, and writes it with UPDATE=1.
func goldenText(t *testing.T, name, text string) {
	t.Helper()
	file := "testdata/" + name
	if os.Getenv("UPDATE") != "" {
		require.NoError(t, os.WriteFile(file, []byte(text), 0o644))
	}
	want, err := os.ReadFile(file)
	require.NoError(t, err)
	require.Equal(t, string(want), text, "%s differs; UPDATE=1 go test ./viz/scene writes it anew", name)
}

// opened is the story of any of the recordings.
func opened(t testing.TB, name string) *story.Story {
	t.Helper()
	f, err := os.Open("../../tests/recordings/" + name + "/trace.txt.gz")
	require.NoError(t, err)
	defer f.Close()
	rec, err := record.Read(name, f)
	require.NoError(t, err)
	return story.New(rec.Log)
}

// lifeOf is the story of the task with that number and procedure.
func lifeOf(t testing.TB, s *story.Story, label, lang string) *Life {
	t.Helper()
	for _, l := range s.Lanes() {
		if l.Label == label {
			return NewLife(s, Ref{Kind: RefTask, Num: int64(l.Task)}, lang, 0)
		}
	}
	require.Fail(t, "no task "+label)
	return nil
}

// Recording 27: the link is slow and the socket's buffer small.
func TestTheStoryOfASlowWriteSaysWhyItWasSlowAndWhoSentItsBytes(t *testing.T) {
	s := opened(t, "27-slow-link-sndbuf")
	for _, lang := range []string{"en", "zh"} {
		goldenText(t, "life-slow-write-"+lang+".txt", told(lifeOf(t, s, "task 13 WRITE", lang)))
	}
}

// Recording 12: the server's machine starts again.
func TestTheStoryOfATransportSaysInWhichOrderTheClientCameBack(t *testing.T) {
	s := opened(t, "12-server-restart")
	l := NewLife(s, Ref{Kind: RefXprt, Num: int64(lifeOf(t, s, "task 30 WRITE", "en").xprt)}, "en", 0)
	text := told(l)
	at := 0
	for _, want := range []string{
		"the other end has closed the connection", "task 30 WRITE: connecting ended with -111", "the connection is made", "task 30 WRITE: its call 0xb5b0dbbf was sent",
		"task 6 DESTROY_SESSION: its call", "task 8 EXCHANGE_ID", "task 9 CREATE_SESSION", "task 31 OPEN_NOATTR", "task 33 LOCK", "RECLAIM_COMPLETE",
		"task 30 WRITE: its call 0xbfb0dbbf was sent",
	} {
		n := strings.Index(text[at:], want)
		require.GreaterOrEqual(t, n, 0, want)
		at += n
	}
	goldenText(t, "life-transport.txt", strings.Join(strings.SplitAfter(text, "\n")[60:180], ""))
}

// Recording 07: connections are cut while calls are out.
func TestACallThatIsSentAgainSaysWhoseThreadSentIt(t *testing.T) {
	goldenText(t, "life-sent-again.txt", told(lifeOf(t, opened(t, "07-reconnect"), "task 14 WRITE", "en")))
}

func TestTheSharesOfATasksTimeAddUpToItsLife(t *testing.T) {
	for _, name := range []string{"27-slow-link-sndbuf", "07-reconnect", "12-server-restart", "06-slot-contention", "26-v41-session-slots"} {
		s := opened(t, name)
		for i := range s.Lanes() {
			l := NewLife(s, Ref{Kind: RefTask, Num: int64(i + 1)}, "en", 0)
			sum := time.Duration(0)
			for _, sh := range l.Spent.Shares {
				sum += sh.Time
				of := time.Duration(0)
				for _, p := range sh.Of {
					of += p.Time
				}
				require.LessOrEqual(t, of, sh.Time, "%s %s: %s", name, s.Lanes()[i].Label, sh.What)
			}
			require.LessOrEqual(t, sum, l.Spent.Total)
			require.GreaterOrEqual(t, sum, l.Spent.Total*9/10, "%s %s", name, s.Lanes()[i].Label)
		}
	}
}

func TestAStoryKeepsToItselfWhatALessonAsksAbout(t *testing.T) {
	s := simulated(t, 8)
	sleep := first(t, s, "rpc_task_sleep queue=xprt_backlog item=read[3]")
	ref := Ref{Kind: RefTask, Num: int64(s.TaskAt(sleep))}
	until := s.Log().TimeAt(sleep + 5)
	whole, part := NewLife(s, ref, "en", 0), NewLife(s, ref, "en", until)
	require.Contains(t, told(whole), "which handed its slot over")
	require.Contains(t, told(whole), "gave one back")
	require.Less(t, part.Len(), whole.Len())
	require.NotContains(t, told(part), "woken")
	require.NotContains(t, told(part), "gave one back")
	require.Contains(t, told(part), "and is still asleep | because no slot was free")
	require.LessOrEqual(t, part.Spent.Total, until-s.Log().TimeAt(0))
}

func TestTheNextOwnerOfTheWriteLockIsWokenWithIt(t *testing.T) {
	s := opened(t, "27-slow-link-sndbuf")
	n := 0
	for i := range s.Lanes() {
		l := NewLife(s, Ref{Kind: RefTask, Num: int64(i + 1)}, "en", 0)
		for k := range l.Len() {
			line := l.Line(k)
			if s.Log().KindAt(line.Ordinal) == trace.RPCTaskWakeup && strings.Contains(line.Why, "the write lock") && strings.Contains(line.Why, "its own") {
				require.Equal(t, story.Inferred, line.How)
				require.NotEmpty(t, line.Rule)
				n++
			}
		}
	}
	require.Positive(t, n)
}

func TestAStoryKnowsWhichLineIsThePresent(t *testing.T) {
	s := simulated(t, 8)
	l := NewLife(s, Ref{Kind: RefTask, Num: 4}, "en", 0)
	require.Equal(t, -1, l.Present(-1))
	require.Equal(t, -1, l.Present(l.Line(0).Ordinal-1))
	for i := range l.Len() {
		require.Equal(t, i, l.Present(l.Line(i).Ordinal))
	}
	require.Equal(t, l.Len()-1, l.Present(s.Len()-1))
	require.Zero(t, l.Line(0).Time, "times count from the task's begin")
}

func TestEveryTaskAndTransportOfEveryRecordingHasAStoryInBothLanguages(t *testing.T) {
	for _, name := range []string{"06-slot-contention", "05-v40-callback", "16-port-unreachable", "02-mount-udp-loss", "17-local-af_unix", "15c-krb5-expiry-nogssd"} {
		s := opened(t, name)
		for _, kind := range []RefKind{RefTask, RefXprt} {
			for id := range int64(len(s.Lanes())) {
				for _, lang := range []string{"en", "zh"} {
					l := NewLife(s, Ref{Kind: kind, Num: id + 1}, lang, 0)
					if l == nil {
						require.Equal(t, RefXprt, kind)
						continue
					}
					for i := range l.Len() {
						line := l.Line(i)
						require.NotEmpty(t, line.Text)
						require.NotContains(t, line.Text+line.Why, "{")
						require.Equal(t, line.Why == "", line.How == story.Unknown, line.Text)
						require.Equal(t, line.How == story.Inferred, line.Rule != "", line.Why)
					}
				}
			}
		}
	}
	require.Nil(t, NewLife(recordedNothing(), Ref{Kind: RefTask, Num: 1}, "en", 0))
	require.Nil(t, NewLife(opened(t, "06-slot-contention"), Ref{Kind: RefQueue, Name: string(fsm.Delay)}, "en", 0))
}

func TestEverySayingIsThereInBothLanguages(t *testing.T) {
	for s := saying(1); s < sayingCount; s++ {
		require.NotEmpty(t, sayings[s][0], s)
		require.NotEmpty(t, sayings[s][1], s)
		require.Equal(t, strings.Count(sayings[s][0], "{"), strings.Count(sayings[s][1], "{"), sayings[s][0])
		hasGlyphs(t, sayings[s][1])
	}
}

func TestAPercentageIsNeverMoreExactThanItIs(t *testing.T) {
	for _, c := range []struct {
		part, whole time.Duration
		want        string
	}{{0, 0, "0 %"}, {1, 100000, "<0.1 %"}, {25, 1000, "2.5 %"}, {94, 100, "94 %"}, {1, 3, "33 %"}, {time.Hour * 900, time.Hour * 1000, "90 %"}} {
		require.Equal(t, c.want, Percent(c.part, c.whole))
	}
}

func TestAnInspectedTaskSaysWhoseThreadSentItsCall(t *testing.T) {
	s := opened(t, "27-slow-link-sndbuf")
	id := lifeOf(t, s, "task 13 WRITE", "en").Ref.Num
	before, after := 3149, 3153
	require.Empty(t, value(Inspect(s, s.At(before), Ref{Kind: RefTask, Num: id}, "en"), "sent by"))
	r := row(Inspect(s, s.At(after), Ref{Kind: RefTask, Num: id}, "en"), "sent by")
	require.Equal(t, "task 31 WRITE", r.Value)
	require.Equal(t, story.Inferred, r.How)
	require.Equal(t, r.Value, value(Inspect(s, s.At(s.Len()-1), Ref{Kind: RefTask, Num: id}, "en"), "sent by"), "also when it has long ended")
	own := Inspect(s, s.At(after), r.Ref, "en")
	require.Equal(t, "itself", value(own, "sent by"))
}

// Recording 27: task 12 sends the first part of task 14's call, then the socket is full; task 14 is woken with the write
// lock and sends the rest.
func TestACallThatIsSentInPartsSaysSo(t *testing.T) {
	text := told(lifeOf(t, opened(t, "27-slow-link-sndbuf"), "task 14 WRITE", "en"))
	for _, want := range []string{
		"its call 0x6efca1da was partly sent, with status -11 (EAGAIN) | ≈ by task 12 WRITE",
		"the rest of its message goes to the socket: 56756 of 131184 bytes were left\n",
		"releases the transport; nobody holds it now | ≈ it gives the write lock back, which it was woken with\n",
		"≈ the socket was full (rpc_socket_nospace)\n", "≈ filled by its own bytes\n", "≈ filled by task 12 WRITE\n",
	} {
		require.Contains(t, text, want)
	}
	require.Equal(t, 1, strings.Count(text, "without holding the write lock"), "only when it is over, and long without the lock")
}

func TestACallThatLeftInPartsNamesEveryThreadThatSentSome(t *testing.T) {
	s := opened(t, "27-slow-link-sndbuf")
	id := lifeOf(t, s, "task 14 WRITE", "en").Ref.Num
	require.Equal(t, "task 12 WRITE 74428 B, itself 56756 B", value(Inspect(s, s.At(s.Len()-1), Ref{Kind: RefTask, Num: id}, "en"), "sent by"))
}

func TestAnInspectedTaskKeepsItsEndToItselfWhileALessonAsksAboutIt(t *testing.T) {
	s := simulated(t, 8)
	gone := func(until time.Duration, at int) Inspection {
		return InspectUntil(s, s.At(at), Ref{Kind: RefTask, Num: 4}, "en", until)
	}
	lane := s.Lane(4)
	require.NotEmpty(t, value(gone(0, -1), "ended"))
	require.Empty(t, value(gone(lane.End-1, -1), "ended"))
	require.NotEmpty(t, value(gone(lane.End-1, -1), "begun"))
	require.Empty(t, value(gone(lane.Start-1, -1), "begun"))
}

func TestAPacketThatIsNotSentYetDoesNotSayThatItHasArrived(t *testing.T) {
	s := simulated(t, 8)
	w := s.WireSpans()[0]
	ref := Ref{Kind: RefPacket, Num: int64(w.Packet)}
	require.Contains(t, Inspect(s, s.At(int(w.From)-1), ref, "en").About, "not sent yet")
	require.NotEmpty(t, Inspect(s, s.At(int(w.From)), ref, "en").Rows)
	require.Contains(t, Inspect(s, s.At(s.Len()-1), ref, "en").About, "has arrived")
}
