package desk

import (
	"testing"

	"github.com/stretchr/testify/require"

	"sunscope/lessons"
	"sunscope/viz/stage"
)

func TestALinkShownByOneWindowIsOpenedByAnother(t *testing.T) {
	d, complaints := deskOf(t, Options{Scenario: "two-slots", Seed: "7"})
	d.Do("seek instant=200")
	d.Do("select kind=state name=call_reserve")
	printed := ""
	d.Print = func(line string) { printed = line }
	d.Do("link")
	require.NotEmpty(t, printed)
	require.Contains(t, flat(d), "Link to this moment")
	pressKeys(d, "Escape")

	again, more := deskOf(t, Options{Link: "http://127.0.0.1:8080/en/next-slot#" + printed})
	require.Equal(t, d.Player.Source(), again.Player.Source())
	require.Equal(t, 200, again.Player.Instant())
	require.Equal(t, d.Player.Selected(), again.Player.Selected())
	again.Do("return")
	require.Equal(t, uint64(42), again.Player.Source().Seed)

	again.Do("open-link")
	typeKeys(again, printed)
	pressKeys(again, "Enter")
	require.Equal(t, d.Player.Source(), again.Player.Source())
	require.Empty(t, append(*complaints, *more...))
}

func TestALinkIntoARecordingAsksForItsFile(t *testing.T) {
	d, _ := deskOf(t, Options{Open: recording})
	d.Do("seek instant=5000")
	fragment, err := d.Player.Link()
	require.NoError(t, err)

	with, complaints := deskOf(t, Options{Link: fragment, Open: recording})
	require.Equal(t, 5000, with.Player.Instant())
	with.Advance(1)
	require.Nil(t, with.browser)
	require.Empty(t, *complaints)

	without, _ := deskOf(t, Options{Link: fragment})
	without.Advance(1)
	require.NotNil(t, without.browser, "the file is asked for")
	typeKeys(without, recording)
	pressKeys(without, "Enter")
	require.Equal(t, stage.Recording, without.Player.Source().Kind)
	require.Equal(t, 5000, without.Player.Instant())
}

func TestALinkThatMakesNoSenseIsRefusedWithOneLine(t *testing.T) {
	library, err := lessons.Open()
	require.NoError(t, err)
	_, err = New(library, Options{Lang: "en", Theme: "light", Link: "v=9&s=two-slots"})
	require.ErrorContains(t, err, "open-link")
	require.NotContains(t, err.Error(), "\n")
}
