package stage

import (
	"testing"

	"github.com/stretchr/testify/require"

	"sunscope/core/time"
)

func TestTheStoryOfTheSelectedTaskIsToldOnceAndItsPresentLineFollows(t *testing.T) {
	p, r := playerOf(t), &Reporter{}
	do(t, p, "seek", "event=rpc_task_sleep")
	do(t, p, "select", "kind=task", "num=2")
	first := collect(r, p, 0)
	life, inspect := the(t, "life", first), the(t, "inspect", first)
	lines := life.Get("lines").([]Message)
	require.Equal(t, len(lines), life.Get("count"))
	require.Equal(t, "begins", lines[0].Get("text"))
	require.Equal(t, int64(0), lines[0].Get("time"))
	now := inspect.Get("present").(int)
	require.Equal(t, p.Life().Present(p.Instant()), now)
	require.NotEmpty(t, life.Get("spent").([]Message))

	do(t, p, "end")
	later := collect(r, p, time.Second)
	require.NotContains(t, types(later), "life", "the story is the same wherever the run stands")
	require.Greater(t, the(t, "inspect", later).Get("present"), now)

	do(t, p, "select", "kind=queue", "name=xprt_backlog")
	require.Equal(t, true, the(t, "life", collect(r, p, 2*time.Second)).Get("none"), "a queue has no story")
}

func TestALongStoryIsToldAroundThePresentOrWhereTheReaderLooks(t *testing.T) {
	p := recorded(t)
	do(t, p, "select", "kind=xprt", "num=2")
	count := p.Life().Len()
	require.Greater(t, count, 3*lifeLines)
	from, to := p.LifeWindow()
	require.Equal(t, []int{0, lifeLines}, []int{from, to})
	do(t, p, "end")
	_, to = p.LifeWindow()
	require.Equal(t, count, to)
	do(t, p, "story", "at=200")
	from, to = p.LifeWindow()
	require.LessOrEqual(t, from, 200)
	require.Greater(t, to, 200)
	require.Len(t, p.lifeMessage().Get("lines"), lifeLines)
	do(t, p, "story", "at=now")
	_, to = p.LifeWindow()
	require.Equal(t, count, to)
	require.ErrorContains(t, p.Do("story", Args{"at": "x"}), "the number of a line, or now")
}

func TestAStoryOnTheStageKeepsToItselfWhatIsAsked(t *testing.T) {
	p := predicting(t)
	do(t, p, "select", "kind=task", "num=2")
	before := p.Life().Len()
	do(t, p, "skip", "id=next")
	require.Greater(t, p.Life().Len(), before)
}
