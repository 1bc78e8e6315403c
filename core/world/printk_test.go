package world_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"sunscope/core/scenario/yaml"
	"sunscope/core/time"
	"sunscope/core/trace"
	"sunscope/core/world"
)

func printed(l *trace.Log) (lines []string) {
	each(l, func(_ int, e *trace.Event) {
		if e.Kind == trace.Printk {
			lines = append(lines, e.Text(l, "text"))
		}
	})
	return lines
}

// The dmesg.txt of recordings 09 and 08, with the server's address of the scenarios.
func TestAServerThatDoesNotAnswerIsWrittenAboutOncePerHardCallAndItsReturnToo(t *testing.T) {
	sc, err := yaml.Builtin("server-hang-hard")
	require.NoError(t, err)
	const trying, ok = "nfs: server 10.0.0.1 not responding, still trying", "nfs: server 10.0.0.1 OK"
	require.Equal(t, []string{trying, trying, ok, ok}, printed(run(t, sc, 42)))
}

func TestEachSoftCallThatTimesOutIsWrittenAbout(t *testing.T) {
	sc, err := yaml.Builtin("server-hang-soft")
	require.NoError(t, err)
	l := run(t, sc, 42)
	lines, failed := printed(l), 0
	each(l, func(_ int, e *trace.Event) {
		if e.Kind == trace.RPCTaskEnd && e.Int("status") == -5 {
			failed++
		}
	})
	require.Len(t, lines, failed)
	for _, line := range lines {
		require.Equal(t, "nfs: server 10.0.0.1 not responding, timed out", line)
	}
}

// Recording 02b: xprt_retransmit prints the deadline of a task that sleeps, on xprt_sending, while another sends for it;
// 0 for one that is awake.
func TestARetransmissionPrintsTheDeadlineOfTheTaskThatSleepsMeanwhile(t *testing.T) {
	asleep, awake := 0, 0
	for seed := range uint64(40) {
		sc := overUDP(t, 16, "link.loss", "30", "mount.hard", "false", "mount.noping", "true", "mount.timeo", "1s", "mount.retrans", "9")
		sc.Expects = nil
		w, err := world.New(sc, seed)
		require.NoError(t, err)
		for w.Step() {
		}
		l := w.Log()
		sleeps := map[uint32]string{}
		each(l, func(i int, e *trace.Event) {
			pid, _, _ := e.Task()
			switch e.Kind {
			case trace.RPCTaskSleep:
				sleeps[pid] = e.Text(l, "queue")
			case trace.RPCTaskWakeup:
				sleeps[pid] = ""
			case trace.XprtRetransmit:
				timeout := e.Int("timeout")
				if timeout == 0 {
					awake++
					return
				}
				asleep++
				require.Equal(t, "xprt_sending", sleeps[pid], "seed %d event %d", seed, i)
				left := time.Duration(timeout-(1<<32-75000))*4*time.Millisecond - e.Time
				require.Positive(t, left)
				require.LessOrEqual(t, left, 60*time.Second)
			}
		})
	}
	require.NotZero(t, awake)
	require.NotZero(t, asleep)
}
