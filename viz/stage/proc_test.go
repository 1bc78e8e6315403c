package stage

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"sunscope/core/time"
)

// procText is the /proc view as text: changed words in [ ], inferred ones in ≈ ≈.
func procText(sections []ProcSection) string {
	var b strings.Builder
	for _, s := range sections {
		b.WriteString("== " + s.Name + "\n")
		for _, l := range s.Lines {
			if l.Gone {
				b.WriteString("- ")
			}
			for i := range len(l.Text) + 1 {
				for _, c := range l.Changed {
					if c.To == i {
						b.WriteString("]")
					}
				}
				for _, g := range l.Guessed {
					if g.To == i || g.From == i {
						b.WriteString("≈")
					}
				}
				for _, c := range l.Changed {
					if c.From == i {
						b.WriteString("[")
					}
				}
				if i < len(l.Text) {
					b.WriteByte(l.Text[i])
				}
			}
			b.WriteByte('\n')
		}
	}
	return b.String()
}

// counted is a player whose run was counted for the /proc view.
func counted(t *testing.T, p *Player) *Player {
	t.Helper()
	do(t, p, "proc")
	for range 200 {
		p.Advance(time.Second / 60)
	}
	return p
}

func TestTheProcViewMarksWhatHasJustChanged(t *testing.T) {
	p := counted(t, recorded(t))
	do(t, p, "seek", "event=rpc_stats_latency proc=READ")
	p.Proc()
	do(t, p, "step")
	do(t, p, "seek", "event=xprt_transmit")
	text := procText(p.Proc())
	for _, want := range []string{"== /proc/net/rpc/nfs\n", "== /proc/net/rpc/nfsd\n", "== /proc/self/mountstats\n", "/tasks (xprt -> ", "/info\n", "≈a:"} {
		require.Contains(t, text, want)
	}
	require.Contains(t, text, "[")
	require.Equal(t, text, procText(p.Proc()), "the marks stay while the instant does")
}

func TestAStepChangesOneNumberOfTheProcView(t *testing.T) {
	p := counted(t, recorded(t))
	call := ordinal(t, p, "rpc_request proc=WRITE")
	do(t, p, "seek", "instant="+itoa(call-1))
	p.Proc()
	do(t, p, "step")
	var changed []string
	for _, s := range p.Proc()[:1] {
		for _, l := range s.Lines {
			for _, c := range l.Changed {
				changed = append(changed, l.Text[:strings.IndexByte(l.Text, ' ')]+" "+l.Text[c.From:c.To])
			}
		}
	}
	require.Len(t, changed, 2, "rpccnt and the procedure's count: %v", changed)
	require.True(t, strings.HasPrefix(changed[0], "rpc "))
	require.True(t, strings.HasPrefix(changed[1], "proc3 "))
}

func TestALineThatIsNoMoreIsShownOnceAsGone(t *testing.T) {
	p := counted(t, recorded(t))
	end := ordinal(t, p, "rpc_task_begin")
	do(t, p, "seek", "instant="+itoa(end-1))
	p.Proc()
	do(t, p, "end")
	require.Contains(t, procText(p.Proc()), "[", "a leap changes much")
	do(t, p, "seek", "instant="+itoa(p.Story().Len()/2))
	p.Proc()
	do(t, p, "home")
	gone := 0
	for _, s := range p.Proc() {
		for _, l := range s.Lines {
			if l.Gone {
				gone++
			}
		}
	}
	require.Positive(t, gone)
	do(t, p, "step")
	for _, s := range p.Proc() {
		for _, l := range s.Lines {
			require.False(t, l.Gone, l.Text)
		}
	}
}

func TestTheRunIsCountedPieceByPieceBeforeTheProcViewShowsIt(t *testing.T) {
	p, r := recorded(t), &Reporter{}
	require.NotContains(t, types(collect(r, p, 0)), "proc", "nobody has asked for it")
	do(t, p, "end")
	do(t, p, "proc")
	m := the(t, "proc", collect(r, p, time.Second))
	require.Equal(t, true, m.Get("counting"))
	ticks := 0
	for ; len(p.Proc()) == 0; ticks++ {
		p.Advance(time.Second / 60)
		require.Less(t, ticks, 200)
	}
	require.Greater(t, ticks, 1, "a piece a tick")
	m = the(t, "proc", collect(r, p, 2*time.Second))
	require.Equal(t, false, m.Get("counting"))
	require.NotEmpty(t, m.Get("sections").([]Message)[0].Get("lines"))
	do(t, p, "key", "key=p")
	require.Equal(t, true, the(t, "proc", collect(r, p, 3*time.Second)).Get("none"))
}

func TestTheProcViewDoesNotDisturbTheStage(t *testing.T) {
	p := counted(t, recorded(t))
	do(t, p, "seek", "instant=9000")
	before := procText(p.Proc())
	st := p.State()
	require.Equal(t, 9000, st.Instant)
	p.Advance(time.Second / 60)
	p.Layout(1200, 800)
	require.Same(t, st, p.State())
	require.Equal(t, before, procText(p.Proc()))
}

func TestAnotherRunHasAnotherProcView(t *testing.T) {
	p := counted(t, recorded(t))
	do(t, p, "end")
	long := procText(p.Proc())
	require.NoError(t, p.OpenScenario("two-slots", 42))
	for range 5 {
		p.Advance(time.Second / 60)
	}
	require.True(t, p.ProcOpen())
	do(t, p, "end")
	short := procText(p.Proc())
	require.NotEqual(t, long, short)
	require.Contains(t, short, "== /proc/net/rpc/nfs\n")
	require.NotContains(t, short, "[", "what another run showed is nothing to compare with")
}
