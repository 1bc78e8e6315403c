package main

import (
	"os"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"

	"sunscope/lessons"
	"sunscope/viz/desktop/desk"
	"sunscope/viz/stage"
)

func deskOf(t *testing.T) *desk.Desk {
	t.Helper()
	library, err := lessons.Open()
	require.NoError(t, err)
	d, err := desk.New(library, desk.Options{Lang: "en", Theme: "light"})
	require.NoError(t, err)
	return d
}

func TestAFileThatIsDroppedOnTheWindowIsPlayed(t *testing.T) {
	data, err := os.ReadFile("../../tests/recordings/06-slot-contention/trace.txt.gz")
	require.NoError(t, err)
	g := &game{Desk: deskOf(t)}
	dropped := fstest.MapFS{"trace.txt.gz": {Data: data}, "diary.txt": {Data: []byte("no trace\n")}, "folder/file": {Data: data}}
	require.NoError(t, g.openDropped(dropped, "trace.txt.gz"))
	from := g.Player.Source()
	require.Equal(t, stage.Recording, from.Kind)
	require.Equal(t, "trace.txt.gz", from.Name)
	require.ErrorContains(t, g.openDropped(dropped, "diary.txt"), "diary.txt: not an ftrace recording")
	require.ErrorContains(t, g.drop(dropped), "3 files were dropped; expected one trace file")
	require.ErrorContains(t, g.drop(fstest.MapFS{"folder/file": {Data: data}}), "folder: a folder; expected a trace file")
	require.NoError(t, g.drop(fstest.MapFS{}))
	require.Equal(t, "trace.txt.gz", g.Player.Source().Name, "what was there stays")
}

func TestKeysAreNamedAsTheDOMNamesThem(t *testing.T) {
	require.Equal(t, "Ctrl+Shift+", modifiers(true, false, true))
	require.Equal(t, "Alt+", modifiers(false, true, false))
	require.Empty(t, modifiers(false, false, false))
}

func TestANameOfARunIsFitForAFile(t *testing.T) {
	for name, want := range map[string]string{"two-slots": "two-slots", "trace.txt.gz": "trace", "a/b:c?.txt": "a-b-c-", "": "sunscope", ".gz": "sunscope"} {
		require.Equal(t, want, fileName(name))
	}
}
