package stage

import (
	"testing"

	"github.com/stretchr/testify/require"

	"sunscope/core/story"
	"sunscope/core/time"
	"sunscope/viz/scene"
)

// shownTasks are the tasks that the filter lets through.
func shownTasks(p *Player) (list []int) {
	for _, l := range p.story.Lanes() {
		if p.view.Shows(l.Task) {
			list = append(list, int(l.Task))
		}
	}
	return list
}

func TestAFilterShowsTheTasksThatMatch(t *testing.T) {
	p := playerOf(t)
	for text, want := range map[string][]int{
		"task:2": {2}, "item:read[3]": {3}, "read[": {1, 2, 3}, "!read[2]": {1, 3}, "client:4": {1, 2, 3}, "!task:1 !task:2": {3}, "*": {1, 2, 3},
	} {
		do(t, p, "filter", "text="+text)
		require.Equal(t, text, p.Filter())
		require.Equal(t, want, shownTasks(p), text)
	}
	do(t, p, "filter")
	require.Equal(t, []int{1, 2, 3}, shownTasks(p), "without words it shows all again")
	require.Empty(t, p.Filter())
	for text, want := range map[string]string{
		"queue:xprt_backlog": "speaks of events; expected what a task is",
		"slots>2":            "speaks of events",
		"task:99":            "no task of this run matches",
		"proc:":              "expected something after the colon",
		"!slots>2":           "! stands before words about an event",
	} {
		require.ErrorContains(t, p.Do("filter", Args{"text": text}), want, text)
		require.Empty(t, p.Filter())
	}
}

func TestAFilterOutlivesTheRunAndSeesWhatComes(t *testing.T) {
	p := playerOf(t)
	do(t, p, "filter", "text=!read[2]")
	p.Show(logOf(t, oneSlot(5)), Source{Kind: Simulation, Name: "one-slot", Seed: 2})
	require.Equal(t, []int{1, 3, 4, 5}, shownTasks(p))
	q := NewPlayer()
	q.ShowLive("pipe")
	do(t, q, "filter", "text=!read[2]")
	q.Feed(oneSlot(4))
	require.Equal(t, []int{1, 3, 4}, shownTasks(q))
}

func TestARecordingIsFilteredByWhatItsTasksCall(t *testing.T) {
	p := recordingAt(t, "01")
	do(t, p, "filter", "text=prog:nfs")
	for _, l := range p.story.Lanes() {
		require.Equal(t, l.Prog == "nfs", p.view.Shows(l.Task), l.Label)
	}
}

func TestFollowingATaskKeepsItSelectedAndInSightAndStepsIt(t *testing.T) {
	p := long(t, 20)
	require.ErrorContains(t, p.Do("follow", nil), "select a task first")
	do(t, p, "follow", "num=1")
	l := p.story.Lane(1)
	require.Equal(t, int(l.From), p.Instant(), "it had not begun")
	from, to := p.Window()
	require.True(t, from <= l.Start && to >= l.End, "its life is in the window")
	require.Less(t, to-from, p.End()-p.Start())
	do(t, p, "select", "item=read[2]")
	do(t, p, "key", "key=f")
	require.Zero(t, p.Following())
	do(t, p, "key", "key=f")
	require.Equal(t, story.TaskID(2), p.Following())
	for {
		was := p.Instant()
		do(t, p, "key", "key=ArrowRight")
		if p.Instant() == was {
			break
		}
		require.Equal(t, story.TaskID(2), p.story.TaskAt(p.Instant()))
		require.Equal(t, scene.Ref{Kind: scene.RefTask, Num: 2}, p.Selected())
	}
	require.Equal(t, int(p.story.Lane(2).To), p.Instant())
	do(t, p, "select", "kind=task", "num=3")
	require.Equal(t, story.TaskID(3), p.Following(), "it keeps to the one that is selected")
	do(t, p, "select", "kind=queue", "name=xprt_backlog")
	require.Equal(t, story.TaskID(3), p.Following(), "looking at something else on the way is allowed")
	do(t, p, "key", "key=f")
	require.Zero(t, p.Following())
	do(t, p, "follow", "num=1")
	do(t, p, "key", "key=Escape")
	require.Zero(t, p.Following())
	require.Error(t, p.Do("follow", Args{"num": "77"}))
}

func TestOnePartAloneAndBack(t *testing.T) {
	p := playerOf(t)
	do(t, p, "parts", "value=slots,queues,timeline")
	do(t, p, "key", "key=2")
	require.Equal(t, scene.PartSlots, p.view.Parts)
	do(t, p, "key", "key=9")
	require.Equal(t, scene.PartTimeline, p.view.Parts)
	do(t, p, "key", "key=9")
	require.Equal(t, scene.PartSlots|scene.PartQueues|scene.PartTimeline, p.view.Parts, "what the lesson shows comes back")
	do(t, p, "focus")
	open, query, _ := p.PaletteOpen()
	require.True(t, open)
	require.Equal(t, "focus ", query)
	require.Equal(t, "focus part=map", line(p.Palette("focus ")[0]))
	require.ErrorContains(t, p.Do("focus", Args{"part": "kitchen"}), "expected one of map,slots")
}

func TestDigitsAnswerWhileSomethingIsAsked(t *testing.T) {
	p := predicting(t)
	do(t, p, "speed", "value=max")
	do(t, p, "play")
	watchFor(p, time.Second)
	require.Equal(t, "next", p.Asking())
	p.Notes()
	do(t, p, "key", "key=1")
	require.Equal(t, Graded, p.Notes()[0].Kind)
	require.Zero(t, p.view.Parts)
}
