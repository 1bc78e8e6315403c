package stage

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"sunscope/core/time"
	"sunscope/viz/scene"
)

// recorded is a player with a recording of a real kernel: sixteen workers over two slots.
func recorded(t testing.TB) *Player {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("..", "..", "tests", "recordings", "06-slot-contention", "trace.txt.gz"))
	require.NoError(t, err)
	p := NewPlayer()
	require.NoError(t, p.OpenRecording("06-slot-contention/trace.txt.gz", data))
	return p
}

func TestARealRecordingPlaysToItsEndAtSpeedMax(t *testing.T) {
	p := recorded(t)
	require.Empty(t, p.Notes(), "every line of it is an event")
	do(t, p, "speed", "value=max")
	do(t, p, "play")
	frames := 0
	for ; p.Playing() && frames < 600; frames++ {
		p.Advance(time.Second / 60)
		p.Layout(1280, 800)
	}
	require.Equal(t, p.Story().Len()-1, p.Instant())
	require.Less(t, frames, 300, "five seconds")
}

func TestEveryRecordingOpensAndPlaysToItsEnd(t *testing.T) {
	files, err := filepath.Glob(filepath.Join("..", "..", "tests", "recordings", "[0-9]*", "trace.txt.gz"))
	require.NoError(t, err)
	require.GreaterOrEqual(t, len(files), 35)
	for _, file := range files {
		name := filepath.Base(filepath.Dir(file))
		data, err := os.ReadFile(file)
		require.NoError(t, err)
		p := NewPlayer()
		require.NoError(t, p.OpenRecording(name, data))
		require.Empty(t, p.Notes(), "%s: every line of it is an event", name)
		do(t, p, "speed", "value=max")
		do(t, p, "play")
		for frames := 0; p.Playing() && frames < 900; frames++ {
			p.Advance(time.Second / 60)
			require.NotEmpty(t, p.Layout(1280, 800).Front, name)
		}
		require.Equal(t, p.Story().Len()-1, p.Instant(), name)
	}
}

func TestTasksOfARealKernelAwaitASlotOnTheBench(t *testing.T) {
	p := recorded(t)
	do(t, p, "seek", "instant=9000")
	sleepers := 0
	for _, task := range p.State().Tasks {
		if task.Asleep && task.Queue == "xprt_backlog" {
			sleepers++
		}
	}
	require.Equal(t, 14, sleepers, "sixteen workers, two of which have the slots")
	list := p.Layout(1280, 800)
	bench := 0
	for _, h := range list.Hits {
		if h.Ref.Kind == scene.RefQueue && h.Ref.Name == "xprt_backlog" {
			bench++
		}
	}
	require.Positive(t, bench, "the bench can be selected")
}

func TestARecordingsTimelineBeginsCloseToThePlayheadAndFollowsIt(t *testing.T) {
	p := recorded(t)
	from, to := p.Window()
	require.Equal(t, p.Start(), from)
	require.Less(t, to-from, (p.End()-p.Start())/10)
	require.LessOrEqual(t, to-from, time.Second)
	do(t, p, "seek", "instant=9000")
	from, to = p.Window()
	require.True(t, from <= p.Time() && p.Time() <= to)
	do(t, p, "zoom-all")
	from, to = p.Window()
	require.Equal(t, []time.Duration{p.Start(), p.End()}, []time.Duration{from, to}, "all of it is a key away")
}

func TestSteppingBackThroughARealRecordingUndoesEachStep(t *testing.T) {
	p := recorded(t)
	do(t, p, "seek", "instant=9000")
	var said []string
	for range 40 {
		said = append(said, twinText(p))
		do(t, p, "step")
	}
	for i := len(said) - 1; i >= 0; i-- {
		do(t, p, "back")
		require.Equal(t, said[i], twinText(p), "at instant %d", p.Instant())
	}
}

func twinText(p *Player) (text string) {
	for _, s := range p.Layout(1280, 800).Said {
		text += s.Text + "\n"
	}
	return text
}

func TestWhatIsSelectedInARecordingSaysWhereItsFieldsComeFrom(t *testing.T) {
	p := recorded(t)
	do(t, p, "seek", "event=rpc_task_sleep queue=xprt_backlog nth=20")
	do(t, p, "select", "kind=task", "num="+itoa(int(p.Story().TaskAt(p.Instant()))))
	r := &Reporter{}
	m := the(t, "inspect", collect(r, p, 0))
	require.Equal(t, "task", m.Get("kind"))
	require.Contains(t, m.Get("last"), "rpc_task_sleep")
	how := map[any]int{}
	for _, row := range m.Get("rows").([]Message) {
		how[row.Get("how")]++
		require.Equal(t, row.Get("how") == "inferred", row.Get("rule") != "", row.Get("name"))
	}
	require.Positive(t, how["observed"])
	require.Positive(t, how["inferred"], "the transport is never named in a trace")
}

func BenchmarkOpenRecording(b *testing.B) {
	data, err := os.ReadFile(filepath.Join("..", "..", "tests", "recordings", "06-slot-contention", "trace.txt.gz"))
	require.NoError(b, err)
	b.ReportAllocs()
	for b.Loop() {
		if err := NewPlayer().OpenRecording("x", data); err != nil {
			b.Fatal(err)
		}
	}
}
