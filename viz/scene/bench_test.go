package scene

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"sunscope/core/fsm"
	"sunscope/core/story"
	"sunscope/core/time"
	"sunscope/core/trace"
)

func TestAnEmptyBenchSaysWhatOneWaitsForThere(t *testing.T) {
	texts := shown(at(simulated(t, 8), 0, 1060, 900, "en"))
	for _, why := range []string{"for a free slot\n", "for the write lock\n", "for the reply\n", "for rpcbind's answer\n", "for a time to pass\n"} {
		require.Contains(t, texts, why)
	}
}

func TestASleeperSaysWhyHowLongAndUntilWhen(t *testing.T) {
	s := recorded(t, "09-server-hang-hard-recover")
	for i := range s.Len() {
		st := s.At(i)
		for j := range st.Tasks {
			task := &st.Tasks[j]
			if !task.Asleep || task.WakeAt == 0 || task.Queue != fsm.XprtPending || st.Time-task.SleptAt < 100*time.Millisecond || task.Retries == 0 {
				continue
			}
			texts := shown(at(s, i, 1420, 840, "en"))
			require.Contains(t, texts, "for the reply · ")
			require.Contains(t, texts, " / ≈", "until when")
			return
		}
	}
	require.Fail(t, "nobody waits for the second time")
}

// A queue without a bench of its own appears when somebody sleeps there, and nothing else moves for it.
func TestAFurtherQueueAppearsWithoutMovingTheOthers(t *testing.T) {
	s := recorded(t, "26-v41-session-slots")
	i := first(t, s, `rpc_task_sleep queue=xprt_pending`)
	for ; i < s.Len(); i++ {
		if n := sleepersOn(s.At(i).Tasks, fsm.ForeChannel); n > 1 {
			break
		}
	}
	for _, z := range sizes {
		l := at(s, i, z.w, z.h, "en")
		if divide(&View{W: z.w, H: z.h}).bench.empty() {
			continue
		}
		found := false
		for _, h := range l.Hits {
			found = found || h.Ref == Ref{Kind: RefQueue, Name: string(fsm.ForeChannel)}
		}
		require.True(t, found, z.name)
		require.Equal(t, at(s, -1, z.w, z.h, "en").Back, l.Back, z.name)
	}
}

func TestARingShowsHowFarTheTimerHasRun(t *testing.T) {
	s := recorded(t, "09-server-hang-hard-recover")
	rings := func(i int) (n int) {
		for _, it := range at(s, i, 1420, 840, "en").Front {
			if it.Op == OpArc && it.Stroke == Retrans {
				n++
				require.LessOrEqual(t, it.A1, float32(1))
			}
		}
		return n
	}
	most := 0
	for i := 0; i < s.Len(); i += 7 {
		most = max(most, rings(i))
	}
	require.Positive(t, most)
	require.Zero(t, rings(10), "nothing is known yet")
}

func TestAWriteLockThatARuleGivesToATaskIsMarkedAsAGuess(t *testing.T) {
	s := recorded(t, "27-slow-link-sndbuf")
	guessed := 0
	for i := 1820; i <= 1832; i++ {
		st := s.At(i)
		v := &View{W: 1420, H: 840, Lang: "en", Now: st.Time}
		x := (&builder{st: st, v: v}).pickXprt()
		owner := st.Task(x.SndTask.Value)
		if owner == nil || x.SndCookie {
			continue
		}
		guess := x.SndTask.How == story.Inferred
		owned := lockSaid(Layout(s, st, v))
		require.Contains(t, owned, "task "+itoa(int(owner.PID)), i)
		require.Equal(t, guess, strings.HasPrefix(owned, "≈ "), i)
		if guess {
			guessed++
		}
	}
	require.Positive(t, guessed)
}

// After xprt_disconnect_force LOCKED is set for the worker that is to close the transport, and no task is snd_task.
func TestALockedTransportIsNeverSaidToBeFree(t *testing.T) {
	s := recorded(t, "12-server-restart")
	closing := 0
	for i := 1700; i < 1900; i++ {
		st := s.At(i)
		v := &View{W: 1420, H: 840, Lang: "en", Now: st.Time}
		x := (&builder{st: st, v: v}).pickXprt()
		if x.State.How == story.Unknown || x.State.Value&trace.XprtLocked == 0 {
			continue
		}
		owner := lockSaid(Layout(s, st, v))
		require.NotEqual(t, "free", owner, i)
		if owner == "≈ close worker" {
			closing++
		}
	}
	require.Positive(t, closing)
}

// lockSaid is who has the write lock, in words.
func lockSaid(l *List) string {
	for _, p := range l.Said {
		if owner, ok := strings.CutPrefix(p.Text, "write lock: "); ok {
			return owner
		}
	}
	return ""
}
