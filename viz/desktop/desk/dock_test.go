package desk

import (
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"sunscope/viz/scene"
	"sunscope/viz/stage"
)

// flat is all text in the window without line ends.
func flat(d *Desk) string { return strings.ReplaceAll(said(d), "\n", " ") }

// scrolledTo scrolls the lower panel until a line can be pressed.
func scrolledTo(t *testing.T, d *Desk, line string) {
	t.Helper()
	d.Pictures()
	for _, s := range d.stops() {
		if s.ref == act(line) {
			d.showFocus(&s)
			d.Pictures()
			return
		}
	}
	require.Fail(t, "nothing does "+line)
}

func TestThePanelOfFaultsBreaksTheRunAndTheOneOfRunsComparesIt(t *testing.T) {
	d, complaints := deskOf(t, Options{Scenario: "two-slots", Seed: "42"})
	require.NoError(t, d.Player.Do("seek", stage.Args{"event": "rpc_task_sleep queue=xprt_backlog"}))
	at := d.Player.Instant()
	d.Do("select item=read[3]")
	pressKeys(d, "k")
	require.Contains(t, flat(d), "What can happen to read[3]")
	require.Contains(t, flat(d), "What can go wrong now")
	require.Contains(t, flat(d), "max-slots")

	fault := "fault do=" + d.Player.Faults(scene.Ref{})[0].Do
	scrolledTo(t, d, fault)
	press(t, d, fault)
	require.Len(t, d.Player.Runs(), 2)
	require.Equal(t, at, d.Player.Instant(), "the past is the same")
	pressKeys(d, "r")
	require.Contains(t, flat(d), "forked from run 1")
	require.Contains(t, flat(d), "To the first event that differs")
	scrolledTo(t, d, "diverge")
	press(t, d, "diverge")
	require.Greater(t, d.Player.Instant(), at)
	scrolledTo(t, d, "run id=1")
	press(t, d, "run id=1")
	require.Equal(t, 1, d.Player.RunID())
	scrolledTo(t, d, "run-drop id=2")
	press(t, d, "run-drop id=2")
	require.Len(t, d.Player.Runs(), 1)
	require.Contains(t, flat(d), "This is the only run so far")
	require.Empty(t, *complaints)
}

func TestAKnobIsTurnedByOneOfItsValuesOrByOneThatIsTyped(t *testing.T) {
	d, complaints := deskOf(t, Options{Scenario: "two-slots", Seed: "42"})
	pressKeys(d, "End", "k")
	value := func(name string) string {
		for _, k := range d.Player.Knobs() {
			if k.Name == name {
				return k.Value
			}
		}
		return ""
	}
	scrolledTo(t, d, "knob name=max-slots value=8")
	press(t, d, "knob name=max-slots value=8")
	require.Equal(t, "8", value("max-slots"))
	require.Contains(t, flat(d), "was 2")

	scrolledTo(t, d, "ask-knob name=delay")
	press(t, d, "ask-knob name=delay")
	typeKeys(d, "3ms")
	pressKeys(d, "Enter")
	require.Equal(t, "3ms", value("delay"))
	require.Empty(t, *complaints)
	d.Do("ask-knob name=delay")
	typeKeys(d, "soon")
	pressKeys(d, "Enter")
	require.Len(t, *complaints, 1)
	require.NotContains(t, (*complaints)[0], "\n")
	require.Equal(t, "3ms", value("delay"))
}

func TestAPanelComesAndGoesWithItsKeyAndLeavesTheInspector(t *testing.T) {
	d, _ := deskOf(t, Options{})
	d.Do("select item=read[3]")
	pressKeys(d, "k")
	require.NotContains(t, said(d), "It has not begun yet.")
	press(t, d, "panel")
	require.Contains(t, said(d), "It has not begun yet.")
	pressKeys(d, "k", "k")
	require.Empty(t, d.dock.which)
	pressKeys(d, "Escape", "r")
	d.Do("find text=read")
	pressKeys(d, "Escape")
	require.Empty(t, d.Player.Found().Text, "a search ends before a panel goes")
	require.Equal(t, "runs", d.dock.which)
	pressKeys(d, "Escape")
	require.Empty(t, d.dock.which)
	d.Pictures()
	require.Zero(t, d.Areas().Below.W)
	pressKeys(d, "k", "p")
	require.Empty(t, d.dock.which, "the /proc view takes its place")
	require.True(t, d.Player.ProcOpen())
	pressKeys(d, "p", "l", "k")
	require.Equal(t, d.Areas().Stage.H, d.Areas().Below.H, "without the lesson it has the column")
	for range 300 {
		pressKeys(d, "Tab")
		if d.focus.Name == "panel which=runs" {
			pressKeys(d, "Enter")
			break
		}
	}
	require.Equal(t, "runs", d.dock.which)
}

func TestARecordingCannotBeBrokenAndThePanelSaysWhy(t *testing.T) {
	d, complaints := deskOf(t, Options{Open: recording})
	pressKeys(d, "k")
	require.Contains(t, flat(d), "A recording is what a real kernel has done")
	press(t, d, "show-scenarios")
	require.NotNil(t, d.chooser)
	require.Empty(t, *complaints)
}

func TestWhatIsTakenAlongIsWrittenUnderAFreeName(t *testing.T) {
	t.Chdir(t.TempDir())
	d, complaints := deskOf(t, Options{})
	require.NoError(t, os.WriteFile("two-slots-42.csv", []byte("mine"), 0o644))
	pressKeys(d, "e")
	typeKeys(d, "table")
	pressKeys(d, "Enter")
	d.Advance(1)
	d.Pictures()
	require.Contains(t, flat(d), "Saved as two-slots-42-2.csv")
	mine, err := os.ReadFile("two-slots-42.csv")
	require.NoError(t, err)
	require.Equal(t, "mine", string(mine))
	got, err := os.ReadFile("two-slots-42-2.csv")
	require.NoError(t, err)
	require.Contains(t, string(got), "read[3]")
	d.Do("export format=png")
	d.Advance(1)
	require.Equal(t, []string{"export-png"}, d.Wanted, "package main has the painter")
	require.Empty(t, *complaints)
}
