package sunrpc

import (
	"testing"

	"github.com/stretchr/testify/require"

	"sunscope/core/time"
	"sunscope/core/trace"
)

// lines are what was written to the log.
func (b *bench) lines() (lines []string) {
	each(&b.log, func(e *trace.Event) {
		if e.Kind == trace.Printk {
			lines = append(lines, e.Text(&b.log, "text"))
		}
	})
	return lines
}

func (k *Kernel) chatty() *Task {
	t := k.sleeper(9, 1, Normal)
	t.client.program, t.client.server.Host = "rpclab", "10.99.1.1"
	return t
}

// The wording of "callbacks suppressed" is that of recording 02b's dmesg.txt.
func TestTheLogTakesTenLinesInFiveSecondsFromOnePlaceAndCountsTheRest(t *testing.T) {
	b, k := newBench(t)
	task := k.chatty()
	for range 15 {
		task.notice(&k.limits.timedOut, "rpc_check_timeout", "not responding, timed out")
	}
	require.Len(t, b.lines(), 10)
	require.Equal(t, "rpclab: server 10.99.1.1 not responding, timed out", b.lines()[9])
	task.notice(&k.limits.ok, "call_decode", "OK")
	require.Equal(t, "rpclab: server 10.99.1.1 OK", b.lines()[10], "another place has a limit of its own")

	b.now = 5 * time.Second
	task.notice(&k.limits.timedOut, "rpc_check_timeout", "not responding, timed out")
	require.Len(t, b.lines(), 11, "five seconds are not over yet")
	b.now += Jiffy
	task.notice(&k.limits.timedOut, "rpc_check_timeout", "not responding, timed out")
	require.Equal(t, []string{"rpc_check_timeout: 6 callbacks suppressed", "rpclab: server 10.99.1.1 not responding, timed out"}, b.lines()[11:])
}

func TestAClientThatKeepsQuietWritesNothing(t *testing.T) {
	b, k := newBench(t)
	task := k.chatty()
	task.client.quiet = true
	task.notice(&k.limits.timedOut, "rpc_check_timeout", "not responding, timed out")
	require.Empty(t, b.lines())
}

// Recording 02b shows timeout=4295324293 in an xprt_retransmit at 1726.871479: a deadline 1.1 s later.
func TestTheKernelsCounterOfTicksBeginsFiveMinutesBeforeItLeaves32Bits(t *testing.T) {
	require.Equal(t, int64(4295324293), rawJiffies(1727988*time.Millisecond))
	require.Equal(t, int64(1)<<32, rawJiffies(5*time.Minute))
	require.Zero(t, rawJiffies(0), "no timer")
}
