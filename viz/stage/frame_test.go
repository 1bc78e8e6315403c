package stage

import (
	"testing"

	"github.com/stretchr/testify/require"

	"sunscope/core/time"
	"sunscope/viz/paint/mesh"
	"sunscope/viz/scene"
)

// crowd is a player in the middle of a run in which 300 tasks are alive, playing slowly.
func crowd(t testing.TB) *Player {
	t.Helper()
	p := NewPlayer()
	p.Show(logOf(t, oneSlot(300)), Source{Kind: Simulation, Name: "crowd"})
	do(t, p, "speed", "value=0.02")
	do(t, p, "seek", "event=rpc_task_wakeup")
	alive := 0
	for _, task := range p.State().Tasks {
		if !task.Finished {
			alive++
		}
	}
	require.GreaterOrEqual(t, alive, 299)
	do(t, p, "play")
	return p
}

// frame is what a frame costs without Ebitengine: time, layout, triangles.
func frame(p *Player, m *mesh.Builder, theme *scene.Theme) {
	if !p.Playing() {
		_ = p.Do("home", nil)
		_ = p.Do("seek", Args{"event": "rpc_task_wakeup"})
		_ = p.Do("play", nil)
	}
	p.Advance(time.Second / 60)
	m.Build(p.Layout(1280, 800).Front, theme, 1, 0, 0)
}

// Ebitengine itself allocates some 130 times a frame; together the limit is 200.
func TestAFrameWith300TokensAllocatesAtMost70Times(t *testing.T) {
	p, theme := crowd(t), scene.Dark
	var m mesh.Builder
	for range 120 {
		frame(p, &m, &theme)
	}
	allocs := testing.AllocsPerRun(120, func() { frame(p, &m, &theme) })
	t.Logf("%.0f allocations a frame", allocs)
	require.LessOrEqual(t, allocs, 70.0)
}

func BenchmarkFrameOf300Tokens(b *testing.B) {
	p, theme := crowd(b), scene.Dark
	var m mesh.Builder
	for range 120 {
		frame(p, &m, &theme)
	}
	b.ReportAllocs()
	for b.Loop() {
		frame(p, &m, &theme)
	}
	b.ReportMetric(float64(len(m.Indices)/3), "triangles")
}

// A seek in a long run: what scrubbing costs a move.
func BenchmarkSeek(b *testing.B) {
	p := NewPlayer()
	p.Show(logOf(b, oneSlot(2000)), Source{Kind: Recording, Name: "long"})
	n := p.Story().Len()
	b.ReportAllocs()
	i := 0
	for b.Loop() {
		i = (i + 7919) % n
		_ = p.seek(i)
		p.Layout(1280, 800)
	}
}

func TestNothingIsDrawnWhileNothingChanges(t *testing.T) {
	p := playerOf(t)
	s := NewStage(p)
	s.SetRect(0, 0, 800, 600)
	require.True(t, s.Dirty(), "nothing was drawn yet")
	s.drawn, s.stale = p.Revision(), false // as Draw leaves it
	for range 60 {
		p.Advance(time.Second / 60)
		p.PointerMove(0, -1, -1)
		s.SetRect(0, 0, 800, 600)
		s.SetScale(1)
		require.False(t, s.Dirty())
	}
	for name, change := range map[string]func(){
		"a step":       func() { do(t, p, "step") },
		"another size": func() { s.SetRect(0, 0, 801, 600) },
		"another zoom": func() { s.SetScale(2) },
		"a theme":      func() { do(t, p, "theme", "value=dark") },
	} {
		s.drawn, s.stale = p.Revision(), false
		change()
		require.True(t, s.Dirty(), name)
	}
}
