package desk

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"sunscope/viz/scene"
	"sunscope/viz/stage"
)

// typeKeys presses the keys of a text, one after the other.
func typeKeys(d *Desk, text string) {
	for _, r := range text {
		if r == ' ' {
			d.Key("Space", false)
		} else {
			d.Key(string(r), false)
		}
	}
	d.Pictures()
}

func pressKeys(d *Desk, names ...string) {
	for _, name := range names {
		d.Key(name, false)
		d.Pictures()
	}
}

func TestEveryCommandWithoutArgumentsStandsInAMenu(t *testing.T) {
	d, _ := deskOf(t, Options{})
	lines := map[string]bool{}
	for _, m := range titles() {
		for _, it := range m.items(d) {
			id, _ := parse(it.line)
			lines[id] = true
		}
	}
	for _, c := range stage.Commands() {
		if g := c.Group(); c.Bare() && g != nil && g.ID != "wiring" {
			switch c.ID {
			case "play", "pause": // toggle is both
				continue
			}
			require.True(t, lines[c.ID], "%s is in no menu", c.ID)
		}
	}
	for _, id := range []string{"open", "quit", "full-screen", "picture", "theme", "lang", "motion"} {
		require.True(t, lines[id], "%s is in no menu", id)
	}
}

func TestAMenuIsGoneThroughWithArrowsAndEndsWithEnterOrEscape(t *testing.T) {
	d, complaints := deskOf(t, Options{})
	pressKeys(d, "F10")
	require.Equal(t, "file", d.menu.open)
	pressKeys(d, "ArrowRight", "ArrowRight")
	require.Contains(t, said(d), "Projector")
	for d.menu.popup.items[d.menu.popup.at].label != "Dark" {
		pressKeys(d, "ArrowDown")
	}
	pressKeys(d, "Enter")
	require.Equal(t, "dark", d.Player.ThemeName())
	require.Empty(t, d.menu.open)

	pressKeys(d, "Alt+v", "p")
	require.Equal(t, "projector", d.Player.ThemeName(), "one line begins with p")
	pressKeys(d, "Alt+g", "End", "ArrowDown", "Escape")
	require.Empty(t, d.menu.open)
	pressKeys(d, "F10", "ArrowLeft")
	require.Equal(t, "help", d.menu.open, "round and round")
	pressKeys(d, "Tab")
	require.Empty(t, d.menu.open, "Tab is never caught")
	require.Empty(t, *complaints)
}

func TestAMenuIsUsedWithThePointerByClicksOrInOneDrag(t *testing.T) {
	d, _ := deskOf(t, Options{})
	press(t, d, "menubar id=view")
	require.Equal(t, "view", d.menu.open)
	x, y := find(t, d, "menubar id=go")
	d.PointerMove(x, y)
	d.Pictures()
	require.Equal(t, "go", d.menu.open, "the next title under the pointer opens its menu")
	d.PointerDown(700, 600)
	d.PointerUp(700, 600)
	require.Empty(t, d.menu.open, "a click beside it closes it")

	x, y = find(t, d, "menubar id=view")
	d.PointerMove(x, y)
	d.PointerDown(x, y)
	d.Pictures()
	for i, it := range d.menu.popup.items {
		if it.label == "Dark" {
			x, y = find(t, d, popupRef(i).Name)
		}
	}
	d.PointerMove(x, y)
	d.PointerUp(x, y)
	require.Equal(t, "dark", d.Player.ThemeName())
	require.Empty(t, d.menu.open)
}

func TestAMenuThatIsHigherThanTheWindowScrolls(t *testing.T) {
	d, _ := deskOf(t, Options{})
	d.Resize(390, 300)
	pressKeys(d, "Alt+v", "End")
	p := &d.menu.popup
	require.Positive(t, p.most)
	require.LessOrEqual(t, p.r.Y+p.r.H, float32(300))
	find(t, d, popupRef(p.at).Name)
	pressKeys(d, "Home")
	require.Zero(t, p.scroll.at)
}

func TestThePaletteFindsAndDoesTheDesksCommandsAndThePlayers(t *testing.T) {
	d, complaints := deskOf(t, Options{})
	pressKeys(d, "Ctrl+k")
	typeKeys(d, "full screen")
	require.Contains(t, said(d), "Full screen, or a window again")
	pressKeys(d, "Enter")
	require.True(t, d.FullScreen)

	pressKeys(d, "Ctrl+k")
	typeKeys(d, "to the end")
	pressKeys(d, "Enter")
	require.Equal(t, d.Player.Story().Len()-1, d.Player.Instant())

	pressKeys(d, "Ctrl+k")
	typeKeys(d, "simulate udp-loss")
	pressKeys(d, "Enter")
	require.Equal(t, "udp-loss", d.Player.Source().Name)

	pressKeys(d, "Ctrl+k")
	typeKeys(d, "qqqzzz")
	require.NotContains(t, said(d), "Full screen")
	pressKeys(d, "Escape")
	require.Nil(t, d.chooser)
	require.Empty(t, *complaints)
}

func TestThePaletteIsUsedWithThePointer(t *testing.T) {
	d, _ := deskOf(t, Options{})
	press(t, d, "palette")
	typeKeys(d, "dark")
	x, y := find(t, d, "choice n=0")
	d.PointerMove(x, y)
	d.PointerDown(x, y)
	d.PointerUp(x, y)
	require.Equal(t, "dark", d.Player.ThemeName())
	pressKeys(d, "Ctrl+k")
	d.Wheel(700, 500, 20)
	d.Pictures()
	require.Positive(t, d.chooser.scroll.at)
	d.PointerDown(5, 500)
	d.PointerUp(5, 500)
	require.Nil(t, d.chooser, "a click beside it closes it")
}

func TestAScenarioIsChosenByNameAndSeed(t *testing.T) {
	d, complaints := deskOf(t, Options{})
	pressKeys(d, "o")
	require.Contains(t, said(d), "Who gets the next slot?")
	typeKeys(d, "server-rest 77")
	pressKeys(d, "Enter")
	require.Equal(t, stage.Source{Kind: stage.Simulation, Name: "server-restart", Seed: 77}, d.Player.Source())
	require.Contains(t, d.Title(), "server-restart (seed 77)")
	pressKeys(d, "o")
	typeKeys(d, "back to")
	pressKeys(d, "Enter")
	require.Equal(t, "two-slots", d.Player.Source().Name)
	require.False(t, d.away())
	require.Empty(t, *complaints)
}

func TestAThingsMenuOpensOnTheStageAndInTheInspector(t *testing.T) {
	d, complaints := deskOf(t, Options{})
	require.NoError(t, d.Player.Do("seek", stage.Args{"event": "rpc_task_sleep queue=xprt_backlog"}))
	d.Do("select item=read[3]")
	d.Pictures()
	at := d.Player.Instant()
	pressKeys(d, "Shift+F10")
	require.Contains(t, said(d), "Go to its beginning")
	pressKeys(d, "g", "Enter")
	require.Less(t, d.Player.Instant(), at)
	require.Nil(t, d.popup())

	pressKeys(d, "ContextMenu", "ArrowDown")
	require.NotNil(t, d.popup())
	pressKeys(d, "Escape")
	require.Nil(t, d.popup())

	a := d.Areas()
	d.Player.OpenMenu(d.Player.Selected(), 100, 100)
	d.Pictures()
	require.Equal(t, a.Stage.X+102, d.context.popup.r.X)
	d.PointerDown(a.Stage.X+5, 880)
	d.PointerUp(a.Stage.X+5, 880)
	require.Nil(t, d.popup())

	for _, h := range d.inspect.list.Hits {
		if y := a.Below.Y + h.Y; h.Ref.Kind == scene.RefState || h.Ref.Kind == scene.RefSlot || h.Ref.Kind == scene.RefXprt {
			d.PointerMenu(a.Below.X+h.X+3, y+3)
			require.NotNil(t, d.popup())
			break
		}
	}
	require.Empty(t, *complaints)
}

func TestTabGoesThroughEveryControlAndIsCaughtNowhere(t *testing.T) {
	d, complaints := deskOf(t, Options{})
	d.Do("select item=read[3]")
	d.Pictures()
	var went []string
	for range 400 {
		pressKeys(d, "Tab")
		if d.focus == (scene.Ref{}) {
			break
		}
		require.NotNil(t, d.focused())
		went = append(went, d.focus.Name)
	}
	require.Zero(t, d.focus, "behind the last control the stage has the keys again")
	for _, line := range []string{"menubar id=file", "palette", "home", "toggle", "faster", "scrub", "go id=await-1", "split", "deselect"} {
		require.Contains(t, went, line)
	}
	back := 0
	for range len(went) + 1 {
		pressKeys(d, "Shift+Tab")
		if d.focus != (scene.Ref{}) {
			back++
		}
	}
	require.Equal(t, len(went), back)
	require.Empty(t, *complaints)
}

func TestWhatHasTheFocusIsRingedScrolledToAndPressed(t *testing.T) {
	d, _ := deskOf(t, Options{})
	for d.focus.Name != "step" {
		pressKeys(d, "Tab")
	}
	rings := 0
	for _, it := range d.over.Front {
		if it.Op == scene.OpRect && it.Stroke == scene.Focus {
			rings++
		}
	}
	require.Equal(t, 1, rings)
	pressKeys(d, "Space", "Enter")
	require.Equal(t, 1, d.Player.Instant())
	for !strings.HasPrefix(d.focus.Name, "split") {
		pressKeys(d, "Tab")
		require.NotZero(t, d.focus)
		if f := d.focused(); f.in == d.Areas().Column {
			require.Less(t, f.at.Y, f.in.Y+f.in.H)
			require.Greater(t, f.at.Y+f.at.H, f.in.Y)
		}
	}
	wide := d.Areas().Column.W
	pressKeys(d, "ArrowRight", "ArrowRight", "ArrowLeft")
	require.Equal(t, wide+24, d.Areas().Column.W)
	d.PointerDown(900, 500)
	require.Zero(t, d.focus, "who takes the pointer sees no ring")
}

func TestInADialogTabStaysInsideUntilEscape(t *testing.T) {
	d, _ := deskOf(t, Options{})
	pressKeys(d, "?")
	for range 8 {
		pressKeys(d, "Tab")
		require.Equal(t, "close", d.focus.Name)
	}
	pressKeys(d, "Enter")
	require.False(t, d.Player.Help())
}

func TestTheSheetOfKeysNamesEveryKey(t *testing.T) {
	d, _ := deskOf(t, Options{})
	pressKeys(d, "?")
	text := said(d)
	for _, c := range stage.Commands() {
		for _, k := range c.Keys {
			require.Contains(t, text, "\n"+keyName(k)+"\n")
		}
	}
	for _, c := range ownCommands() {
		for _, k := range c.keys {
			require.Contains(t, text, "\n"+keyName(k)+"\n")
		}
	}
	d.Resize(390, 500)
	d.Pictures()
	require.Positive(t, d.keys.most)
	pressKeys(d, "End")
	require.Contains(t, said(d), "Alt+f")
}

func TestNoKeyMeansTwoThings(t *testing.T) {
	meant := map[string]string{}
	for _, c := range ownCommands() {
		for _, k := range c.keys {
			require.Empty(t, meant[k], k)
			meant[k] = c.id
		}
	}
	for _, c := range stage.Commands() {
		for _, k := range c.Keys {
			if is := meant[k]; is != "" {
				require.Equal(t, c.ID, is, "the key %s", k)
			}
			meant[k] = c.ID
		}
	}
}

func TestACommandLineIsReadAsItIsWritten(t *testing.T) {
	for _, args := range []stage.Args{
		nil, {"n": "3"}, {"event": `rpc_task_sleep "queue=xprt backlog"`, "x": ""}, {"path": "/a b/c=d"}, {"text": "a\"b\\c\nd"},
	} {
		id, got := parse(line("cmd", args))
		require.Equal(t, "cmd", id)
		require.Len(t, got, len(args))
		for k, v := range args {
			require.Equal(t, v, got[k])
		}
	}
}

func TestNoLineOfTheSheetOfKeysIsCut(t *testing.T) {
	for _, lang := range []string{"en", "zh"} {
		d, _ := deskOf(t, Options{Lang: lang})
		pressKeys(d, "?")
		d.Pictures()
		require.Zero(t, d.keys.most, "all keys are seen at once")
		bare := strings.NewReplacer(" ", "", "\n", "")
		all := bare.Replace(said(d))
		for _, g := range d.keyGroups() {
			for _, row := range g.rows {
				require.Contains(t, all, bare.Replace(row.text))
			}
		}
	}
}

func TestTheMenuOfNothingOpensInTheMiddleOfTheStage(t *testing.T) {
	d, _ := deskOf(t, Options{})
	d.Pictures()
	a := d.Areas().Stage
	d.Player.Layout(a.W, a.H)
	pressKeys(d, "ContextMenu")
	d.Pictures()
	require.NotNil(t, d.popup())
	require.InDelta(t, a.X+a.W/2, d.context.popup.r.X, 8)
}
