package desk

import (
	"testing"

	"github.com/stretchr/testify/require"

	"sunscope/viz/scene"
	"sunscope/viz/stage"
)

func TestEverythingOnTheStageCanBeComeToWithTheKeyboard(t *testing.T) {
	d, complaints := deskOf(t, Options{})
	require.NoError(t, d.Player.Do("seek", stage.Args{"event": "rpc_task_sleep queue=xprt_backlog nth=4"}))
	a := d.Areas().Picture
	d.Player.Layout(a.W, a.H)
	pressKeys(d, "Ctrl+ArrowRight")
	require.NotEqual(t, scene.RefNone, d.Player.Selected().Kind)
	reached := map[scene.Ref]bool{d.Player.Selected(): true}
	for range 500 {
		pressKeys(d, "Ctrl+PageDown")
		reached[d.Player.Selected()] = true
	}
	was := d.Player.Selected()
	pressKeys(d, "Ctrl+PageDown", "Ctrl+PageUp")
	require.Equal(t, was, d.Player.Selected())
	d.Player.Select(scene.Ref{})
	d.Pictures()
	a = d.Areas().Picture
	missed := 0
	for _, h := range d.Player.Layout(a.W, a.H).Hits {
		if isThing(h.Ref) && !reached[h.Ref] {
			missed++
			t.Logf("not reached: %+v", h)
		}
	}
	require.Zero(t, missed)
	require.Greater(t, len(reached), 30)
	require.Empty(t, *complaints)
}

func TestTheArrowsGoToWhatLiesThere(t *testing.T) {
	d, _ := deskOf(t, Options{})
	require.NoError(t, d.Player.Do("seek", stage.Args{"event": "rpc_task_sleep queue=xprt_backlog nth=4"}))
	d.Do("select kind=state name=call_reserve")
	d.Pictures()
	a := d.Areas().Picture
	d.Player.Layout(a.W, a.H)
	for _, way := range []struct {
		key    string
		dx, dy float32
	}{{"Ctrl+ArrowRight", 1, 0}, {"Ctrl+ArrowLeft", -1, 0}, {"Ctrl+ArrowDown", 0, 1}, {"Ctrl+ArrowUp", 0, -1}} {
		d.Do("select kind=state name=call_status")
		d.looked = scene.Hit{}
		var from scene.Hit
		for _, h := range d.Player.Layout(a.W, a.H).Hits {
			if h.Ref == d.Player.Selected() {
				from = h
			}
		}
		pressKeys(d, way.key)
		to := d.looked
		require.NotEqual(t, from.Ref, to.Ref, way.key)
		require.Positive(t, (to.X+to.W/2-from.X-from.W/2)*way.dx+(to.Y+to.H/2-from.Y-from.H/2)*way.dy, way.key)
	}
}
