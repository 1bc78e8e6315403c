package sunrpc

import (
	"time"

	"sunscope/core/fsm"
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
	level    [levels][]*Task // each level: one head per owner, in turn; a head's chain holds its owner's others
	current  int
	quota    int
	qlen     int
	timed    []*Task // sleepers with a deadline, in no order
	armed    time.Duration
	timer    Work
	pending  bool // timer is on rpciod
}

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

// add links t (__rpc_add_wait_queue).
func (q *WaitQueue) add(t *Task, p Priority) {
	l := q.levelOf(p)
	t.waitLevel, t.chain = l, nil
	q.qlen++
	if q.priority {
		for _, head := range q.level[l] {
			if head.owner == t.owner {
				head.chain = append(head.chain, t)
				return
			}
		}
	}
	q.level[l] = append(q.level[l], t)
}

// remove unlinks t (__rpc_remove_wait_queue). When the head of an owner's chain leaves, the owner's next task goes to
// the end of the level: that is what makes owners take turns.
func (q *WaitQueue) remove(t *Task) {
	q.qlen--
	q.disarm(t)
	list := q.level[t.waitLevel]
	for i, head := range list {
		if head == t {
			list = append(list[:i], list[i+1:]...)
			if len(t.chain) > 0 {
				next := t.chain[0]
				next.chain = append(next.chain[:0:0], t.chain[1:]...)
				list = append(list, next)
			}
			q.level[t.waitLevel], t.chain = list, nil
			return
		}
		for j, c := range head.chain {
			if c == t {
				head.chain = append(head.chain[:j], head.chain[j+1:]...)
				return
			}
		}
	}
}

// next chooses who is woken next, without unlinking (__rpc_find_next_queued).
func (q *WaitQueue) next() *Task {
	if !q.priority {
		return first(q.level[0])
	}
	if t := first(q.level[levels-1]); t != nil {
		return t
	}
	if t := first(q.level[q.current]); t != nil && q.quota > 0 {
		q.quota--
		return t
	}
	for i := 1; i <= levels; i++ {
		l := (q.current - i + levels) % levels
		if t := first(q.level[l]); t != nil {
			if l != q.current {
				q.current, q.quota = l, 1<<l
			}
			return t
		}
	}
	q.current, q.quota = levels-1, 1<<(levels-1)
	return nil
}

func first(list []*Task) *Task {
	if len(list) == 0 {
		return nil
	}
	return list[0]
}

// arm notes t's deadline and sets the queue's timer if it is the earliest (rpc_set_queue_timer).
func (q *WaitQueue) arm(t *Task, at time.Duration) {
	t.deadline = at
	q.timed = append(q.timed, t)
	q.setTimer()
}

func (q *WaitQueue) disarm(t *Task) {
	for i, o := range q.timed {
		if o == t {
			q.timed = append(q.timed[:i], q.timed[i+1:]...)
			return
		}
	}
}

// setTimer makes the machine call at the earliest deadline. A timer that was set for a later instant, or that finds
// nobody due, does no harm: it looks again.
func (q *WaitQueue) setTimer() {
	if len(q.timed) == 0 {
		return
	}
	earliest := q.timed[0].deadline
	for _, t := range q.timed[1:] {
		earliest = min(earliest, t.deadline)
	}
	at := jiffyCeil(earliest)
	if q.armed != 0 && q.armed <= at && q.armed > q.k.m.Now() {
		return
	}
	q.armed = at
	q.k.m.At(at, func() {
		if q.armed != at {
			return
		}
		q.armed = 0
		if !q.pending && len(q.timed) > 0 {
			q.pending = true
			q.k.m.Queue(&q.timer)
		}
	})
}

// expire wakes everybody whose time is up (__rpc_queue_timer_fn); it runs on rpciod.
func (q *WaitQueue) expire() Step {
	q.pending = false
	now := q.k.m.Now()
	for i := 0; i < len(q.timed); {
		t := q.timed[i]
		if jiffyCeil(t.deadline) > now {
			i++
			continue
		}
		t.traceTimeout()
		t.status = etimedout
		q.wake(t, q.k.rpciod)
	}
	q.k.m.Spend(CostWork)
	q.setTimer()
	return nil
}
