package sunrpc

import (
	"sunscope/core/fsm"
	"sunscope/core/time"
)

// Priority is tk_priority: the level of a priority queue on which a task waits.
type Priority int8

// The priorities (RPC_PRIORITY_*).
const (
	Low Priority = iota - 1
	Normal
	High
	Privileged
)

// The levels of a priority queue and their quota: a level may serve 2^level tasks before the next one has its turn.
const levels = 4

// WaitQueue is where tasks sleep (rpc_wait_queue). A plain queue has one level and is first in, first out; a priority
// queue has four, and within each level owners take turns.
type WaitQueue struct {
	name     fsm.Queue
	k        *Kernel
	priority bool
	level    [levels]turns[*Task]
	current  int
	quota    int
	qlen     int
	timed    timers
	armed    time.Duration
	timer    Work
	pending  bool // timer is on rpciod
}

//go:noinline
func newWaitQueue(k *Kernel, name fsm.Queue, priority bool) *WaitQueue {
	q := &WaitQueue{name: name, k: k, priority: priority, current: levels - 1}
	q.quota = 1 << q.current
	q.timer = Work{Queue: k.rpciod, Name: "rpc_queue_timer", Run: q.expire}
	return q
}

func (q *WaitQueue) levelOf(p Priority) int {
	if !q.priority {
		return 0
	}
	return int(p) + 1
}

// add links t (__rpc_add_wait_queue). A plain queue is all one owner's turn: first in, first out.
func (q *WaitQueue) add(t *Task, p Priority) {
	t.waitLevel = q.levelOf(p)
	t.place.item = t
	q.qlen++
	owner := int32(0)
	if q.priority {
		owner = t.owner
	}
	q.level[t.waitLevel].join(&t.place, owner)
}

// remove unlinks t (__rpc_remove_wait_queue).
func (q *WaitQueue) remove(t *Task) {
	q.qlen--
	q.timed.remove(t)
	q.level[t.waitLevel].leave(&t.place)
}

// next chooses who is woken next, without unlinking (__rpc_find_next_queued).
func (q *WaitQueue) next() *Task {
	if !q.priority {
		return q.level[0].head()
	}
	if t := q.level[levels-1].head(); t != nil {
		return t
	}
	if t := q.level[q.current].head(); t != nil && q.quota > 0 {
		q.quota--
		return t
	}
	for i := 1; i <= levels; i++ {
		l := (q.current - i + levels) % levels
		if t := q.level[l].head(); t != nil {
			if l != q.current {
				q.current, q.quota = l, 1<<l
			}
			return t
		}
	}
	q.current, q.quota = levels-1, 1<<(levels-1)
	return nil
}

// arm notes t's deadline and sets the queue's timer if it is the earliest (rpc_set_queue_timer).
func (q *WaitQueue) arm(t *Task, at time.Duration) {
	q.timed.add(t, at)
	q.setTimer()
}

// setTimer makes the machine call at the earliest deadline. A timer that was set for a later instant, or that finds
// nobody due, does no harm: it looks again.
func (q *WaitQueue) setTimer() {
	if q.timed.empty() {
		return
	}
	at := jiffyCeil(q.timed.earliest())
	if q.armed != 0 && q.armed <= at && q.armed > q.k.m.Now() {
		return
	}
	q.armed = at
	q.k.m.At(at, func() {
		if q.armed != at {
			return
		}
		q.armed = 0
		if !q.pending && !q.timed.empty() {
			q.pending = true
			q.k.m.Queue(&q.timer)
		}
	})
}

// expire wakes everybody whose time is up (__rpc_queue_timer_fn); it runs on rpciod.
func (q *WaitQueue) expire() Step {
	q.pending = false
	for _, t := range q.timed.due(q.k.m.Now()) {
		t.traceTimeout()
		t.status = etimedout
		q.wake(t, q.k.rpciod)
	}
	q.k.m.Spend(CostWork)
	q.setTimer()
	return nil
}
