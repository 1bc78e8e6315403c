package stage

import (
	"os"
	"testing"

	"github.com/stretchr/testify/require"

	"sunscope/viz/scene"
)

func TestTheRoomOfOneMachineIsShownAndLeftAgain(t *testing.T) {
	b, err := os.ReadFile("../../tests/recordings/05-v40-callback/trace.txt.gz")
	require.NoError(t, err)
	p := NewPlayer()
	require.NoError(t, p.OpenRecording("05", b))
	require.NoError(t, p.Do("seek", Args{"instant": "1396"}))
	require.NoError(t, p.Do("room", Args{"value": "10.99.2.2"}))
	id := p.view.Room
	require.NotZero(t, id)
	p.Select(scene.Ref{Kind: scene.RefHost, Num: int64(id)})
	require.Zero(t, p.view.Room, "choosing it again leaves it")
	require.NoError(t, p.Do("select", Args{"kind": "host", "num": "2"}))
	require.EqualValues(t, 2, p.view.Room)
	require.NoError(t, p.Do("room", Args{"value": "all"}))
	require.Zero(t, p.view.Room)
	require.ErrorContains(t, p.Do("room", Args{"value": "10.9.9.9"}), "10.99.1.2, 10.99.2.2")
}

func TestASnapshotRemembersWhoseRoomItIs(t *testing.T) {
	b, err := os.ReadFile("../../tests/recordings/05-v40-callback/trace.txt.gz")
	require.NoError(t, err)
	p := NewPlayer()
	require.NoError(t, p.OpenRecording("05", b))
	require.NoError(t, p.Do("seek", Args{"instant": "1396"}))
	require.NoError(t, p.Do("room", Args{"value": "10.99.2.2"}))
	saved, room := p.Snapshot(), p.view.Room
	require.NoError(t, p.Do("room", Args{"value": "all"}))
	require.NoError(t, p.Restore(saved))
	require.Equal(t, room, p.view.Room)
	require.NoError(t, p.Do("scenario", Args{"name": "two-slots"}))
	require.Zero(t, p.view.Room, "another run has other machines")
}
