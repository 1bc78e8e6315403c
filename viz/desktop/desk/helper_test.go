package desk

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"sunscope/core/time"
	"sunscope/lessons"
	"sunscope/viz/scene"
)

const recording = "../../../tests/recordings/06-slot-contention/trace.txt.gz"

// deskOf is a desk in a window of 1440×900, and what it complained of.
func deskOf(t testing.TB, o Options) (*Desk, *[]string) {
	t.Helper()
	library, err := lessons.Open()
	require.NoError(t, err)
	if o.Lang == "" {
		o.Lang = "en"
	}
	if o.Theme == "" {
		o.Theme = "light"
	}
	d, err := New(library, o)
	require.NoError(t, err)
	complaints := &[]string{}
	d.Complain = func(line string) { *complaints = append(*complaints, line) }
	d.Resize(1440, 900)
	d.Pictures()
	return d, complaints
}

// pass lets wall time pass, a tick after the other.
func pass(d *Desk, long time.Duration) {
	const tick = time.Second / 60
	for ; long > 0; long -= tick {
		d.Player.Advance(tick)
		d.Advance(tick)
	}
	d.Pictures()
}

// find is the middle of the hit of a command line, wherever in the window it is.
func find(t testing.TB, d *Desk, line string) (x, y float32) {
	t.Helper()
	d.Pictures()
	for _, l := range d.layers() {
		for _, h := range l.l.Hits {
			if h.Ref.Name == line {
				return l.r.X + h.X + h.W/2, l.r.Y + h.Y + h.H/2
			}
		}
	}
	require.Fail(t, "nothing in the window does "+line)
	return 0, 0
}

// press clicks on what does a command line.
func press(t testing.TB, d *Desk, line string) {
	t.Helper()
	x, y := find(t, d, line)
	d.PointerMove(x, y)
	require.True(t, d.TakesPointer(x, y))
	d.PointerDown(x, y)
	d.PointerUp(x, y)
	d.Pictures()
}

// said is all text in the window.
func said(d *Desk) string {
	around, over := d.Pictures()
	if over.List != nil {
		around = append(around, over)
	}
	var b strings.Builder
	for _, p := range around {
		for _, it := range p.List.Front {
			if it.Op == scene.OpText {
				b.WriteString(it.Text + "\n")
			}
		}
	}
	return b.String()
}
