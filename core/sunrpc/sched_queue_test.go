package sunrpc

import (
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"sunscope/core/fsm"
	"sunscope/core/time"
	"sunscope/core/trace"
)

func TestAPlainQueueWakesInTheOrderOfSleeping(t *testing.T) {
	_, k := newBench(t)
	q := newWaitQueue(k, fsm.XprtSending, false)
	for pid := range uint16(5) {
		q.sleepOn(k.sleeper(pid, 7, High), nil, High)
	}
	require.Equal(t, []uint16{0, 1, 2, 3, 4}, drain(q))
	require.Zero(t, q.qlen)
}

// Recording 23 shows it: wake-ups of a backlog with three priorities begin with 5 HIGH, 3 NORMAL, 2 LOW.
func TestPrioritiesTakeTurnsByQuota(t *testing.T) {
	_, k := newBench(t)
	q := newWaitQueue(k, fsm.XprtBacklog, true)
	owner := int32(0)
	for range 10 {
		for _, p := range []Priority{Low, Normal, High} {
			owner++
			q.sleepOn(k.sleeper(uint16(p+1), owner, p), nil, p)
		}
	}
	woken := drain(q)
	require.Len(t, woken, 30)
	require.Equal(t, []uint16{2, 2, 2, 2, 2, 1, 1, 1, 0, 0}, woken[:10])
	require.Equal(t, uint16(2), woken[10], "and then it is HIGH's turn again")
}

func TestAPrivilegedTaskGoesBeforeEverybody(t *testing.T) {
	_, k := newBench(t)
	q := newWaitQueue(k, fsm.XprtBacklog, true)
	q.sleepOn(k.sleeper(1, 1, High), nil, High)
	q.sleepOn(k.sleeper(2, 2, Privileged), nil, Privileged)
	require.Equal(t, []uint16{2, 1}, drain(q))
}

func TestOwnersTakeTurnsWithinALevel(t *testing.T) {
	_, k := newBench(t)
	q := newWaitQueue(k, fsm.XprtBacklog, true)
	for pid, owner := range []int32{7, 7, 7, 8, 9, 8} {
		q.sleepOn(k.sleeper(uint16(pid), owner, Normal), nil, Normal)
	}
	require.Equal(t, []uint16{0, 3, 4, 1, 5, 2}, drain(q))
}

func TestATaskThatLeavesTheMiddleOfAChainIsGone(t *testing.T) {
	_, k := newBench(t)
	q := newWaitQueue(k, fsm.XprtBacklog, true)
	tasks := make([]*Task, 4)
	for i := range tasks {
		tasks[i] = k.sleeper(uint16(i), 7, Normal)
		q.sleepOn(tasks[i], nil, Normal)
	}
	q.wakeTask(tasks[2])
	require.Equal(t, []uint16{0, 1, 3}, drain(q))
}

func TestATimedSleepEndsAtATickWithETIMEDOUT(t *testing.T) {
	b, k := newBench(t)
	q := newWaitQueue(k, fsm.XprtPending, false)
	early, late := k.sleeper(1, 1, Normal), k.sleeper(2, 2, Normal)
	q.sleepUntil(late, nil, 21*time.Millisecond)
	q.sleepUntil(early, nil, 9*time.Millisecond)
	b.advance(11 * time.Millisecond)
	require.True(t, early.run&trace.Queued != 0, "9 ms is within the tick that ends at 12 ms")
	b.advance(12 * time.Millisecond)
	require.Zero(t, early.run&trace.Queued)
	require.Equal(t, etimedout, early.status)
	require.True(t, late.run&trace.Queued != 0)
	b.advance(24 * time.Millisecond)
	require.Equal(t, etimedout, late.status)
}

func TestASleepUntilAnInstantThatIsPastIsNone(t *testing.T) {
	b, k := newBench(t)
	b.now = time.Second
	q := newWaitQueue(k, fsm.XprtPending, false)
	s := k.sleeper(1, 1, Normal)
	q.sleepUntil(s, nil, time.Second)
	require.Zero(t, s.run&trace.Queued)
	require.Equal(t, etimedout, s.status)
}

func TestNobodyIsLostOnAQueueAndNobodyWokenTwice(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		b := &bench{t: t}
		k := NewKernel(b, nil, "10.0.0.2", "client")
		q := newWaitQueue(k, fsm.XprtBacklog, true)
		var asleep []*Task
		woken := map[uint16]int{}
		n := rapid.IntRange(1, 60).Draw(r, "tasks")
		for pid := range uint16(n) {
			p := Priority(rapid.IntRange(-1, 2).Draw(r, "priority"))
			s := k.sleeper(pid, int32(rapid.IntRange(1, 4).Draw(r, "owner")), p)
			q.sleepOn(s, nil, p)
			asleep = append(asleep, s)
			if rapid.Bool().Draw(r, "leave") {
				i := rapid.IntRange(0, len(asleep)-1).Draw(r, "who")
				if asleep[i].run&trace.Queued != 0 {
					q.wakeTask(asleep[i])
					woken[asleep[i].pid]++
				}
			}
		}
		for _, pid := range drain(q) {
			woken[pid]++
		}
		require.Len(r, woken, n)
		for pid, times := range woken {
			require.Equal(r, 1, times, "task %d", pid)
		}
		require.Zero(r, q.qlen)
	})
}
