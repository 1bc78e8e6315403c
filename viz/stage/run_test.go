package stage

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"sunscope/core/story"
	"sunscope/core/time"
	"sunscope/core/trace"
)

// lines writes a trace file line by line; times are microseconds.
type lines struct{ strings.Builder }

func (l *lines) add(us int, thread, format string, args ...any) {
	fmt.Fprintf(l, "%s [000] ..... %d.%06d: %s\n", thread, 1+us/1e6, us%1e6, fmt.Sprintf(format, args...))
}

func (l *lines) run(us, task int, action string) {
	l.add(us, fmt.Sprint("fio-", task), "rpc_task_run_action: task:%08x@00000004 flags=MOVEABLE runstate=RUNNING|ACTIVE status=0 action=%s [sunrpc]", task, action)
}

// oneSlot is a run of n reads that want the only slot: read[1] has it for 20 ms, the others sleep on the backlog and
// are handed the slot one after the other.
func oneSlot(n int) string {
	var l lines
	for i := 1; i <= n; i++ {
		at := 10 * (i - 1)
		l.add(at, fmt.Sprint("fio-", i), "rpc_task_begin: task:%08x@00000004 flags=MOVEABLE runstate=ACTIVE status=0 action=0x0", i)
		l.add(at+1, fmt.Sprint("fio-", i), "sunscope_item: task:%08x@00000004 item=read[%d]", i, i)
		l.run(at+2, i, "call_start")
		l.run(at+3, i, "call_reserve")
		if i > 1 {
			l.add(at+4, fmt.Sprint("fio-", i), "rpc_task_sleep: task:%08x@00000004 flags=MOVEABLE runstate=RUNNING|ACTIVE status=-11 timeout=0 queue=xprt_backlog", i)
		}
	}
	for i := 1; i <= n; i++ {
		at := 20000 * i
		if i > 1 {
			l.run(at-19990, i, "xprt_complete_request_init")
		}
		l.run(at-19980, i, "call_reserveresult")
		l.run(at-10, i, "rpc_exit_task")
		l.add(at-5, fmt.Sprint("fio-", i), "rpc_task_end: task:%08x@00000004 flags=MOVEABLE runstate=RUNNING|ACTIVE status=0 action=rpc_exit_task [sunrpc]", i)
		if i < n {
			l.add(at, fmt.Sprint("fio-", i), "rpc_task_wakeup: task:%08x@00000004 flags=MOVEABLE runstate=QUEUED|ACTIVE status=0 timeout=0 queue=xprt_backlog", i+1)
		}
	}
	return l.String()
}

func logOf(t testing.TB, text string) *trace.Log {
	t.Helper()
	log := &trace.Log{}
	for line := range strings.Lines(strings.TrimSpace(text)) {
		var e trace.Event
		require.NoError(t, log.ParseLine(strings.TrimSuffix(line, "\n"), &e))
		log.Append(&e)
	}
	return log
}

// playerOf is a player at the beginning of a run of three reads and one slot, with what makes it play evenly.
func playerOf(t testing.TB) *Player {
	t.Helper()
	p := NewPlayer()
	p.Show(logOf(t, oneSlot(3)), Source{Kind: Simulation, Name: "one-slot", Seed: 1})
	return p
}

// do sends a command: an id, and its arguments as "name=value" each.
func do(t testing.TB, p *Player, id string, args ...string) {
	t.Helper()
	require.NoError(t, p.Do(id, argsOf(args)))
}

func argsOf(pairs []string) Args {
	a := Args{}
	for _, pair := range pairs {
		name, value, _ := strings.Cut(pair, "=")
		a[name] = value
	}
	return a
}

// watchFor plays in frames of a sixtieth of a second until it stops, or for that long at most.
func watchFor(p *Player, most time.Duration) (frames int) {
	const frame = time.Second / 60
	for t := time.Duration(0); t < most && p.Playing(); t += frame {
		p.Advance(frame)
		frames++
	}
	return frames
}

// ordinal is where the n-th event (from 0) that matches is.
func ordinal(t testing.TB, p *Player, predicate string) int {
	t.Helper()
	pred, err := story.ParsePredicate(predicate)
	require.NoError(t, err)
	i, ok := p.Story().Find(pred, 0)
	require.True(t, ok, predicate)
	return i
}
