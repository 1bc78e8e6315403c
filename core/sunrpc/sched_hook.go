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
