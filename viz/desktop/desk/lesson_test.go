package desk

import (
	"testing"

	"github.com/stretchr/testify/require"

	"sunscope/core/time"
	"sunscope/viz/stage"
)

func TestTheLessonIsHiddenAndComesBack(t *testing.T) {
	d, _ := deskOf(t, Options{})
	wide := d.Areas().Stage.W
	press(t, d, "lesson")
	require.Equal(t, float32(1440), d.Areas().Stage.W)
	require.NotContains(t, said(d), "Who gets the next slot?")
	require.Contains(t, said(d), "l shows the lesson")
	d.Do("select item=read[3]")
	d.Pictures()
	require.Equal(t, d.Areas().Below.H, d.Areas().Stage.H, "the inspector has the whole column")
	d.Key("l", false)
	d.Key("Escape", false)
	require.Contains(t, said(d), "Who gets the next slot?")
	require.NotContains(t, said(d), "l shows the lesson")
	require.Equal(t, wide, d.Areas().Stage.W)
}

func TestAQuestionBringsTheHiddenLessonBack(t *testing.T) {
	d, _ := deskOf(t, Options{})
	d.Key("l", false)
	d.Do("speed value=max")
	d.Do("play")
	pass(d, 5*time.Second)
	require.Equal(t, "next-up", d.Player.Asking())
	require.Contains(t, said(d), "your prediction, please")
}

func TestWhoOpensARecordingOrAScenarioFromTheCommandLineSeesTheStageAlone(t *testing.T) {
	for _, o := range []Options{{Open: recording}, {Scenario: "udp-loss", Seed: "7"}} {
		d, complaints := deskOf(t, o)
		require.Zero(t, d.Areas().Column.W)
		require.Contains(t, said(d), "l shows the lesson")
		d.Key("l", false)
		require.NotZero(t, d.Areas().Column.W)
		require.Contains(t, said(d), "Who gets the next slot?")
		require.Empty(t, *complaints)
	}
}

func TestAScenarioIsPlayedWithItsSeedAndWithoutTheLessonsQuestions(t *testing.T) {
	d, complaints := deskOf(t, Options{Scenario: "two-slots", Seed: "7"})
	require.Equal(t, stage.Source{Kind: stage.Simulation, Name: "two-slots", Seed: 7}, d.Player.Source())
	require.Empty(t, d.Player.Marks())
	d.Do("speed value=max")
	d.Do("play")
	pass(d, 20*time.Second)
	require.Equal(t, d.Player.Story().Len()-1, d.Player.Instant(), "nothing is asked")
	d.Do("return")
	require.Equal(t, uint64(42), d.Player.Source().Seed)
	require.NotEmpty(t, d.Player.Marks())
	require.Empty(t, *complaints)
}

func TestTheEdgeBetweenLessonAndStageIsDragged(t *testing.T) {
	d, _ := deskOf(t, Options{})
	x, y := find(t, d, "split")
	d.PointerMove(x, y)
	d.PointerDown(x, y)
	d.PointerMove(600, y)
	require.Equal(t, float32(600), d.Areas().Column.W)
	require.Equal(t, float32(840), d.Areas().Stage.W)
	d.PointerMove(5, y)
	require.Equal(t, float32(columnLeast), d.Areas().Column.W)
	d.PointerMove(5000, y)
	require.Equal(t, float32(stageLeast), d.Areas().Stage.W)
	d.PointerUp(600, y)
	d.Resize(1024, 768)
	require.GreaterOrEqual(t, d.Areas().Stage.W, float32(stageLeast))
	d.Pictures()
}

func TestWhatIsToldStandsInTheStripAndCoversNothing(t *testing.T) {
	d, _ := deskOf(t, Options{})
	pressKeys(d, "l")
	d.Pictures()
	require.True(t, d.inStrip)
	require.Empty(t, d.over.Front)
	pass(d, 3*time.Second)
	require.NotContains(t, said(d), "l shows the lesson")
	require.Contains(t, said(d), "two-slots", "what is played has its place again")
}
