package stage

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"sunscope/core/record"
	"sunscope/core/time"
	"sunscope/core/trace"
)

// liveLines are the lines of a run, as they would come from a live one.
func liveLines(t *testing.T) []string {
	t.Helper()
	log := logOf(t, oneSlot(20))
	var lines []string
	for i := range log.Len() {
		lines = append(lines, lineOf(log, i))
	}
	return lines
}

func lineOf(log *trace.Log, i int) string {
	var e trace.Event
	log.At(i, &e)
	return string(log.AppendText(nil, &e)) + "\n"
}

func TestALiveRunIsFollowedAsItComes(t *testing.T) {
	lines := liveLines(t)
	p := NewPlayer()
	p.ShowLive("pipe")
	growing, following := p.Live()
	require.True(t, growing && following && p.Playing())
	p.Feed(strings.Join(lines[:40], ""))
	watchFor(p, 3*time.Second)
	require.Equal(t, 39, p.Instant(), "it has caught up")
	require.True(t, p.Playing(), "and waits")
	p.Feed(strings.Join(lines[40:], ""))
	watchFor(p, 20*time.Second)
	require.Equal(t, len(lines)-1, p.Instant())
}

func TestALiveRunShowsWhatTheSameRecordingDoes(t *testing.T) {
	lines := liveLines(t)
	rec, err := record.Read("r", strings.NewReader(strings.Join(lines, "")))
	require.NoError(t, err)
	whole, p := NewPlayer(), NewPlayer()
	whole.Show(rec.Log, Source{Kind: Recording, Name: "r"})
	p.ShowLive("r")
	for len(lines) > 0 {
		n := min(7, len(lines))
		p.Feed(strings.Join(lines[:n], ""))
		lines = lines[n:]
		p.Advance(time.Second / 60)
	}
	for i := -1; i < p.Story().Len(); i += 11 {
		require.NoError(t, whole.seek(i))
		require.NoError(t, p.seek(i))
		require.Equal(t, copyOf(whole.State()), copyOf(p.State()), "at instant %d", i)
	}
	require.Equal(t, whole.Story().Lanes(), p.Story().Lanes())
}

func TestALiveRunWaitsWhileItIsPausedAndIsFollowedAgainFromItsEnd(t *testing.T) {
	lines := liveLines(t)
	p := NewPlayer()
	p.ShowLive("pipe")
	p.Feed(strings.Join(lines[:60], ""))
	watchFor(p, 3*time.Second)
	do(t, p, "pause")
	p.Feed(strings.Join(lines[60:120], ""))
	watchFor(p, time.Second)
	require.Equal(t, 59, p.Instant(), "the stage stays; the run grows")
	require.Equal(t, 120, p.Story().Len())
	do(t, p, "home")
	do(t, p, "step")
	require.Zero(t, p.Instant())
	_, following := p.Live()
	require.False(t, following)
	do(t, p, "play")
	watchFor(p, 200*time.Second)
	_, following = p.Live()
	require.True(t, following, "played to the end, it follows again")
	do(t, p, "back")
	do(t, p, "end")
	p.Feed(strings.Join(lines[120:], ""))
	watchFor(p, 30*time.Second)
	require.Equal(t, len(lines)-1, p.Instant())
}

func TestAStageThatFollowsDoesNotFallFarBehind(t *testing.T) {
	p := NewPlayer()
	p.ShowLive("busy")
	log := logOf(t, oneSlot(400))
	require.Greater(t, log.Len(), 3000)
	for i := range log.Len() {
		p.Feed(lineOf(log, i))
		if i%100 == 99 { // 6,000 events a second
			p.Advance(time.Second / 60)
		}
	}
	require.Less(t, p.Story().Len()-p.Instant(), 1500)
	watchFor(p, 3*time.Second)
	require.Less(t, p.Story().Len()-p.Instant(), mostBehind)
}

func TestWhenALiveRunEndsTheStageStaysAndSaysWhatWasNoEvent(t *testing.T) {
	lines := liveLines(t)
	p := NewPlayer()
	p.ShowLive("pipe")
	p.Feed("nonsense\n" + strings.Join(lines[:50], "") + "rpcbind v2 NULL: SUCCESS\n")
	p.EndLive("")
	notes := p.Notes()
	require.Len(t, notes, 1)
	require.Contains(t, notes[0].Why, "pipe: lines that are no events are left out: 2; the first: nonsense")
	p.Feed(lines[50])
	require.Equal(t, 50, p.Story().Len(), "nothing comes any more")
	watchFor(p, 10*time.Second)
	require.Equal(t, 49, p.Instant())
	require.False(t, p.Playing())
}

func TestALiveRunDoesNotGrowWithoutEnd(t *testing.T) {
	line := "cat-1 [000] ..... 1.000000: other_event: x\n"
	p := NewPlayer()
	p.ShowLive("flood")
	for range mostLive/1024 + 1 {
		p.Feed(strings.Repeat(line, 1024))
	}
	require.Equal(t, mostLive, p.Story().Len())
	growing, _ := p.Live()
	require.False(t, growing)
	require.Contains(t, p.Notes()[0].Why, "1048576 events")
}
