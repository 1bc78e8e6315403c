package desk

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	coretime "sunscope/core/time"
)

func TestASearchIsTypedGoneThroughAndEndedWithTheKeyboard(t *testing.T) {
	d, complaints := deskOf(t, Options{Scenario: "two-slots", Seed: "42"})
	pressKeys(d, "Escape", "/")
	require.Contains(t, flat(d), "queue:xprt_backlog, state:call_bind", "the box says what is understood")
	typeKeys(d, "queue:xprt_backlog")
	pressKeys(d, "Enter")
	first := d.Player.Instant()
	require.GreaterOrEqual(t, first, 0)
	require.Contains(t, flat(d), "1 / ")
	pressKeys(d, "Enter")
	second := d.Player.Instant()
	require.Greater(t, second, first)
	pressKeys(d, "Shift+Enter")
	require.Equal(t, first, d.Player.Instant())

	pressKeys(d, "Escape")
	require.False(t, d.find.open)
	require.Contains(t, flat(d), "queue:xprt_backlog", "the search stays until it is ended")
	pressKeys(d, "n")
	require.Equal(t, second, d.Player.Instant())
	press(t, d, "find-prev")
	require.Equal(t, first, d.Player.Instant())
	pressKeys(d, "/", "Ctrl+u", "s", "l", "o", "t")
	require.Equal(t, "slot", d.find.field.String(), "letters are typed, and no commands")
	pressKeys(d, "Escape", "Escape")
	require.Empty(t, d.Player.Found().Text)
	require.Empty(t, *complaints)
}

func TestASearchInVainSaysSoInTheBox(t *testing.T) {
	d, complaints := deskOf(t, Options{Scenario: "two-slots", Seed: "42"})
	pressKeys(d, "/")
	typeKeys(d, "task:99999")
	pressKeys(d, "Enter")
	require.Empty(t, *complaints, "there is no need for another line")
	require.Contains(t, flat(d), "no event of this run matches")
	require.True(t, d.find.open)
	pressKeys(d, "Escape")
	require.False(t, d.find.open)
	d.Pictures()
	require.NotContains(t, flat(d), "99999")
}

func TestBreakpointsAreAddedListedAndDropped(t *testing.T) {
	d, complaints := deskOf(t, Options{Scenario: "two-slots", Seed: "42"})
	pressKeys(d, "b")
	require.Contains(t, flat(d), "Playing and running stop nowhere by themselves yet.")
	scrolledTo(t, d, "ask-break id=break-add")
	press(t, d, "ask-break id=break-add")
	typeKeys(d, "queue:xprt_backlog>=3")
	pressKeys(d, "Enter")
	require.Len(t, d.Player.Breakpoints(), 1)
	require.Contains(t, flat(d), "queue:xprt_backlog>=3")
	d.Do("speed value=max")
	pressKeys(d, "Space")
	pass(d, 3*coretime.Second)
	require.False(t, d.Player.Playing())
	require.Less(t, d.Player.Instant(), d.Player.Story().Len()-1)
	require.Contains(t, flat(d), "Stopped: queue:xprt_backlog>=3")

	at := d.Player.Instant()
	d.Do(`run-to when="state:call_decode"`)
	require.Eventually(t, func() bool { pass(d, coretime.Second/60); w, _ := d.Player.RunningTo(); return w == "" }, 5*time.Second, time.Millisecond)
	require.Greater(t, d.Player.Instant(), at)
	press(t, d, "break-drop id=1")
	require.Empty(t, d.Player.Breakpoints())
	pressKeys(d, "Escape")
	require.Empty(t, *complaints)
}

func TestAnUnknownConditionIsRefusedWithOneLine(t *testing.T) {
	d, complaints := deskOf(t, Options{})
	d.Do("break-add")
	require.NotNil(t, d.chooser)
	typeKeys(d, "task:nine")
	pressKeys(d, "Enter")
	require.Len(t, *complaints, 1)
	require.NotContains(t, (*complaints)[0], "\n")
	require.Empty(t, d.Player.Breakpoints())
}

func TestThePlayersPaletteIsShownAsTheDesks(t *testing.T) {
	d, _ := deskOf(t, Options{})
	require.NoError(t, d.Player.Do("run-to", nil))
	d.Advance(1)
	require.NotNil(t, d.chooser)
	require.Equal(t, "run-to ", d.chooser.field.String())
}

func TestTheSearchHasARowOfItsOwnAndCoversNothingOfTheStage(t *testing.T) {
	d, _ := deskOf(t, Options{Scenario: "two-slots", Seed: "42"})
	for _, size := range [][2]float32{{1440, 900}, {1024, 768}, {390, 844}} {
		d.Resize(size[0], size[1])
		d.Pictures()
		before := d.Areas().Stage
		pressKeys(d, "/")
		typeKeys(d, "queue:xprt_backlog")
		d.Pictures()
		a := d.Areas()
		require.Positive(t, a.Find.H)
		require.Equal(t, before.Y, a.Find.Y)
		require.Equal(t, a.Find.Y+a.Find.H, a.Stage.Y)
		for _, h := range d.over.Hits {
			if h.Ref == act("find") || h.Ref == act("end-find") {
				require.LessOrEqual(t, h.Y+h.H, a.Stage.Y)
				require.LessOrEqual(t, h.X+h.W, size[0])
			}
		}
		pressKeys(d, "Escape", "Escape")
		d.Pictures()
		require.Equal(t, before, d.Areas().Stage)
	}
}
