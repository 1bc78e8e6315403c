package desk

import (
	"maps"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"sunscope/core/time"
	"sunscope/lessons"
	"sunscope/viz/scene"
	"sunscope/viz/stage"
)

func TestTheLessonAndItsRunAreThereFromTheBeginning(t *testing.T) {
	d, _ := deskOf(t, Options{})
	require.Equal(t, stage.Source{Kind: stage.Simulation, Name: "two-slots", Seed: 42}, d.Player.Source())
	require.Equal(t, -1, d.Player.Instant())
	require.Contains(t, said(d), "Who gets the next slot?")
	require.Contains(t, said(d), "seed 42")
	a := d.Areas()
	require.Equal(t, a.Window.W, a.Column.W+a.Stage.W)
	require.Equal(t, a.Window.H, a.Strip.H+a.Bar.H+a.Stage.H)
}

func TestEveryButtonDoesWhatItSays(t *testing.T) {
	d, complaints := deskOf(t, Options{})
	press(t, d, "step")
	require.Equal(t, 0, d.Player.Instant())
	press(t, d, "step")
	press(t, d, "back")
	require.Equal(t, 0, d.Player.Instant())
	press(t, d, "toggle")
	require.True(t, d.Player.Playing())
	press(t, d, "toggle")
	require.False(t, d.Player.Playing())
	press(t, d, "home")
	require.Equal(t, -1, d.Player.Instant())
	speed := d.Player.Speed()
	press(t, d, "faster")
	require.Greater(t, d.Player.Speed(), speed)
	press(t, d, "slower")
	require.Equal(t, speed, d.Player.Speed())
	press(t, d, "end")
	require.Equal(t, d.Player.Story().Len()-1, d.Player.Instant())
	press(t, d, "theme-next")
	require.Equal(t, "dark", d.Player.ThemeName())
	press(t, d, "theme-next")
	press(t, d, "theme-next")
	require.Equal(t, "light", d.Player.ThemeName())
	press(t, d, "help")
	require.True(t, d.Player.Help())
	require.Contains(t, said(d), "one event forward")
	press(t, d, "close")
	require.False(t, d.Player.Help())
	require.Empty(t, *complaints)
}

func TestTheLanguageChangesTextAndWordsAndNotTheMoment(t *testing.T) {
	d, _ := deskOf(t, Options{})
	press(t, d, "step")
	press(t, d, "lang-next")
	require.Equal(t, "zh", d.Player.Lang())
	require.Equal(t, 0, d.Player.Instant())
	require.Contains(t, said(d), "下一个槽位归谁？")
	require.Contains(t, said(d), "文件")
	press(t, d, "lang-next")
	require.Contains(t, said(d), "Who gets the next slot?")
}

func TestPlayingTellsThePassagesAndStopsAtTheQuestion(t *testing.T) {
	d, complaints := deskOf(t, Options{})
	require.NotContains(t, d.progress.Told, true)
	d.Do("speed value=max")
	press(t, d, "toggle")
	pass(d, 5*time.Second)
	require.False(t, d.Player.Playing())
	require.Equal(t, "next-up", d.Player.Asking())
	require.True(t, d.progress.Told["await-4"])
	require.False(t, d.progress.Told["await-5"])
	require.NotZero(t, d.scroll.at, "the question was scrolled to")
	require.Contains(t, said(d), "The stage has paused: your prediction, please.")

	press(t, d, "answer id=next-up choice=read[8]")
	require.Contains(t, said(d), "Not read[8]: it is read[3].")
	require.Contains(t, said(d), "call_reserveresult")
	press(t, d, "toggle")
	pass(d, 5*time.Second)
	require.Equal(t, "after-that", d.Player.Asking())
	d.AnswerAsked(2)
	require.Contains(t, said(d), "Right: it is read[5].")
	press(t, d, "see id=after-that")
	require.Equal(t, d.progress.Questions["after-that"].Decided, d.Player.Instant())
	require.Empty(t, *complaints)
}

func TestASkippedQuestionLetsTheRunGoOn(t *testing.T) {
	d, _ := deskOf(t, Options{})
	d.Do("speed value=max")
	d.Do("play")
	pass(d, 5*time.Second)
	press(t, d, "skip id=next-up")
	require.True(t, d.Player.Playing())
	pass(d, 5*time.Second)
	require.Equal(t, "after-that", d.Player.Asking())
	require.True(t, d.progress.Questions["next-up"].Skipped)
}

func TestAPassagesButtonGoesToItsMoment(t *testing.T) {
	d, _ := deskOf(t, Options{})
	x, y := find(t, d, "go id=await-1")
	if !d.Areas().Column.Contains(x, y) {
		d.ScrollLesson(0.8)
		pass(d, time.Second)
	}
	press(t, d, "go id=await-1")
	require.True(t, d.progress.Told["await-1"])
	require.Equal(t, "await-1", d.progress.Now)
}

func TestTheScrubBarGoesFromTheFirstEventToTheLast(t *testing.T) {
	d, _ := deskOf(t, Options{})
	d.Do("play")
	x, y := find(t, d, "scrub")
	d.PointerDown(x, y)
	require.False(t, d.Player.Playing(), "time stands still in the reader's hand")
	middle := d.Player.Instant()
	require.InDelta(t, d.Player.Story().Len()/2, middle, 5)
	d.PointerMove(x+5000, y+400)
	require.Equal(t, d.Player.Story().Len()-1, d.Player.Instant())
	d.PointerMove(0, y)
	require.Equal(t, -1, d.Player.Instant())
	d.PointerUp(0, y)
	require.True(t, d.Player.Playing(), "and goes on when it lets go")
}

func TestWhatIsSelectedIsInspectedBelowTheLesson(t *testing.T) {
	d, _ := deskOf(t, Options{})
	require.NoError(t, d.Player.Do("seek", stage.Args{"event": "rpc_task_sleep queue=xprt_backlog"}))
	require.Zero(t, d.Areas().Below.W)
	d.Do("select item=read[3]")
	text := said(d)
	require.Contains(t, text, "read[3]")
	require.Contains(t, text, "Last event")
	a := d.Areas()
	require.Equal(t, a.Column.H+a.Below.H, a.Stage.H)
	press(t, d, "deselect")
	d.Pictures()
	require.Zero(t, d.Areas().Below.W)
}

func TestAPacketsBytesAndFieldsLightUpTogether(t *testing.T) {
	d, _ := deskOf(t, Options{})
	for range 400 {
		if len(d.Player.State().Packets) > 0 && d.Player.State().Packets[0].Kind == "CALL" {
			break
		}
		d.Do("step")
	}
	require.NotEmpty(t, d.Player.State().Packets)
	d.click(scene.Ref{Kind: scene.RefPacket, Num: int64(d.Player.State().Packets[0].ID)})
	require.Contains(t, said(d), "Bytes (")
	lit := func() (n int) {
		d.Pictures()
		for _, it := range d.inspect.list.Front {
			if it.Op == scene.OpText && it.Fill == scene.OnMessage {
				n++
			}
		}
		return n
	}
	require.Zero(t, lit())
	d.Wheel(d.Areas().Below.X+50, d.Areas().Below.Y+100, 5)
	x, y := find(t, d, "field n=2")
	d.PointerMove(x, y)
	require.GreaterOrEqual(t, lit(), 2, "bytes and the field's own line")
}

func TestARecordingPlaysBesideTheLessonWhichStaysAsItWas(t *testing.T) {
	d, complaints := deskOf(t, Options{Open: recording, Lesson: "next-slot"})
	require.Equal(t, stage.Recording, d.Player.Source().Kind)
	require.Contains(t, said(d), "06-slot-contention/trace.txt.gz")
	require.Contains(t, said(d), "recording of a kernel")
	require.Contains(t, strings.ReplaceAll(said(d), "\n", " "), "wait for the simulation")
	require.Contains(t, said(d), "Goes on at", "nothing was told yet")
	d.Do("end")
	require.NotContains(t, d.progress.Told, true)
	require.Empty(t, *complaints)
	press(t, d, "return")
	require.Equal(t, stage.Simulation, d.Player.Source().Kind)
	require.NotContains(t, strings.ReplaceAll(said(d), "\n", " "), "wait for the simulation")

	d.Do("seek instant=" + strconv.Itoa(d.Player.Marks()[1].Instant))
	told := maps.Clone(d.progress.Told)
	require.Contains(t, told, "await-1")
	require.NoError(t, d.openFile(recording))
	d.Pictures()
	require.Equal(t, told, d.progress.Told)
}

func TestWhoGoesOnAtAnOpenQuestionIsToldToAnswerOrSkip(t *testing.T) {
	d, complaints := deskOf(t, Options{})
	d.Do("speed value=max")
	d.Do("play")
	pass(d, 5*time.Second)
	require.Equal(t, "next-up", d.Player.Asking())
	require.NotContains(t, said(d), "Answer the question first")
	d.Do("step")
	require.Contains(t, said(d), "Answer the question first, or skip it (s).")
	require.Empty(t, *complaints, "it is no error")
}

func TestUnderAnotherSeedTheTruthCanBeChosen(t *testing.T) {
	d, _ := deskOf(t, Options{Seed: "51"})
	offered := d.Player.Choices("next-up")
	require.NotEqual(t, []string{"read[3]", "read[4]", "read[8]"}, offered)
	d.Do("speed value=max")
	d.Do("play")
	pass(d, 5*time.Second)
	for i := range offered {
		if d.AnswerAsked(i + 1); d.progress.Questions["next-up"].Right {
			return
		}
	}
	require.Fail(t, "no choice was right", "%v", offered)
}

func TestABadFileGetsOneLineAndChangesNothing(t *testing.T) {
	folder := t.TempDir()
	bad := filepath.Join(folder, "notes.txt")
	require.NoError(t, os.WriteFile(bad, []byte("dear diary,\nno trace today\n"), 0o644))
	library, err := lessons.Open()
	require.NoError(t, err)
	for path, want := range map[string]string{
		bad:                              "notes.txt",
		folder:                           "expected a trace file",
		filepath.Join(folder, "nothing"): "no such file",
	} {
		_, err := New(library, Options{Lang: "en", Theme: "light", Open: path})
		require.ErrorContains(t, err, want)
		require.NotContains(t, err.Error(), "\n")

		d, complaints := deskOf(t, Options{})
		d.Say(d.openFile(path))
		require.Len(t, *complaints, 1)
		require.Contains(t, (*complaints)[0], want)
		require.NotContains(t, (*complaints)[0], "\n")
		require.Equal(t, stage.Simulation, d.Player.Source().Kind)
		require.Contains(t, strings.ReplaceAll(said(d), "\n", ""), filepath.Base(path), "it is also in the window")
		d.Escape()
		require.False(t, d.Player.Help())
		require.Zero(t, d.notice.left)
	}
}

func TestAnUnknownLessonIsNamedWithThoseThereAre(t *testing.T) {
	library, err := lessons.Open()
	require.NoError(t, err)
	_, err = New(library, Options{Lang: "en", Theme: "light", Lesson: "nothing"})
	require.ErrorContains(t, err, `there is no lesson "nothing"; there are: next-slot`)
}

func TestAnotherSeedPlaysTheSameLesson(t *testing.T) {
	d, _ := deskOf(t, Options{Seed: "7"})
	require.Equal(t, uint64(7), d.Player.Source().Seed)
	require.Contains(t, said(d), "Who gets the next slot?")
}

func TestNothingIsDrawnWhileNothingChanges(t *testing.T) {
	d, _ := deskOf(t, Options{})
	pass(d, time.Second)
	for range 60 {
		d.Advance(time.Second / 60)
		d.Player.Advance(time.Second / 60)
		d.PointerMove(700, 500)
		d.Resize(1440, 900)
		require.False(t, d.Dirty())
	}
	for name, change := range map[string]func(){
		"a step": func() { d.Do("step") }, "a size": func() { d.Resize(1000, 700) }, "a theme": func() { d.Do("theme-next") },
		"a hint": func() { d.PointerMove(find(t, d, "step")) }, "scrolling": func() { d.Wheel(50, 400, 1) },
	} {
		d.Pictures()
		change()
		require.True(t, d.Dirty(), name)
	}
}

func TestTheLessonIsNotPaintedAgainWhileOnlyTheStageMoves(t *testing.T) {
	d, _ := deskOf(t, Options{})
	column := func() Picture {
		around, _ := d.Pictures()
		return around[2]
	}
	d.Pictures()
	d.Do("step")
	column() // what was said of the run may have changed
	d.Do("step")
	require.True(t, column().Same)
	d.Wheel(50, 400, 1)
	require.False(t, column().Same)
	d.Do("help")
	require.True(t, column().Same)
	require.False(t, column().Same, "the help lies over it")
	d.Redraw()
	require.False(t, column().Same)
}

func TestAWindowWithoutRoomForALessonBesideTheStageShowsItBelow(t *testing.T) {
	d, _ := deskOf(t, Options{})
	d.Resize(390, 844)
	around, _ := d.Pictures()
	require.Len(t, around, 3)
	a := d.Areas()
	require.Equal(t, float32(390), a.Stage.W)
	require.Equal(t, float32(390), a.Column.W)
	require.Equal(t, a.Stage.Y+a.Stage.H, a.Column.Y)
	press(t, d, "home")
	find(t, d, "scrub")
	d.Do("select item=read[1]")
	d.Pictures()
	require.Equal(t, float32(390), d.Areas().Below.W)
	require.Zero(t, d.Areas().Column.W, "one of the two at a time")
	d.Key("Escape", false)
	d.Key("l", false)
	d.Pictures()
	require.Equal(t, d.Areas().Window.H, d.Areas().Strip.H+d.Areas().Bar.H+d.Areas().Stage.H)
	for _, size := range [][2]float32{{320, 240}, {721, 300}, {4000, 2000}, {1, 1}} {
		d.Resize(size[0], size[1])
		d.Pictures()
	}
}

func TestTimesAndSpeedsReadAsPeopleWriteThem(t *testing.T) {
	for d, want := range map[time.Duration]string{0: "0.0 µs", 412300: "412.3 µs", 18420 * time.Microsecond: "18.420 ms", 12345678 * time.Microsecond: "12.345678 s"} {
		require.Equal(t, want, duration(d))
	}
	for s, want := range map[stage.Speed]string{0.005: "1/200×", 2: "2×", stage.Max: "max"} {
		require.Equal(t, want, ratio(s))
	}
}

func TestNoTextIsTooSmallToRead(t *testing.T) {
	d, _ := deskOf(t, Options{Lang: "zh"})
	require.NoError(t, d.Player.Do("seek", stage.Args{"event": "rpc_task_sleep queue=xprt_backlog"}))
	d.Do("select item=read[3]")
	for _, line := range []string{"help", "close", "open", "close"} {
		d.Do(line)
		around, over := d.Pictures()
		if over.List != nil {
			around = append(around, over)
		}
		n := 0
		for _, p := range around {
			for _, it := range p.List.Front {
				if it.Op == scene.OpText {
					require.GreaterOrEqual(t, it.Size, float32(11), it.Text)
					n++
				}
			}
		}
		require.Greater(t, n, 20)
	}
}
