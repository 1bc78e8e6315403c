package sunrpc

import "sunscope/core/fsm"

// NewQueue is rpc_init_wait_queue for a program of the module's users, whose Prepare hooks let tasks wait there.
func (k *Kernel) NewQueue(name fsm.Queue) *WaitQueue {
	q := newWaitQueue(k, name, false)
	k.queues = append(k.queues, q)
	return q
}

// Sleep is rpc_sleep_on, for a Prepare hook: the hook runs again when somebody has woken the task.
func (q *WaitQueue) Sleep(t *Task) { q.sleepOn(t, nil, t.priority) }

// WakeNext is rpc_wake_up_next.
func (q *WaitQueue) WakeNext() {
	q.wakeFirst(q.k.rpciod, func(*Task) bool { return true })
}

// NewPriorityQueue is rpc_init_priority_wait_queue for a program of the module's users.
func (k *Kernel) NewPriorityQueue(name fsm.Queue) *WaitQueue {
	q := newWaitQueue(k, name, true)
	k.queues = append(k.queues, q)
	return q
}

// SleepPrivileged is rpc_sleep_on_priority with RPC_PRIORITY_PRIVILEGED: whoever sleeps so is woken before all others.
func (q *WaitQueue) SleepPrivileged(t *Task) { q.sleepOn(t, nil, Privileged) }

// WakeFirst is rpc_wake_up_first: the next sleeper is woken if accept takes it. It says whether anybody was.
func (q *WaitQueue) WakeFirst(accept func(*Task) bool) bool {
	return q.wakeFirst(q.k.rpciod, accept) != nil
}

// WakeAll is rpc_wake_up: everybody goes on, with the status that it had.
func (q *WaitQueue) WakeAll() {
	for q.WakeFirst(func(*Task) bool { return true }) {
	}
}

// Len is how many tasks sleep on the queue.
func (q *WaitQueue) Len() int { return q.qlen }
