package sunrpc

import (
	"sunscope/core/fsm"
	"sunscope/core/time"
	"sunscope/core/trace"
)

// callback is what tk_callback points to: its name on the map and what it does.
type callback struct {
	name fsm.Callback
	run  func(*Task)
}

// sleepOn puts t on q without a timer (rpc_sleep_on, rpc_sleep_on_priority).
//
//go:noinline
func (q *WaitQueue) sleepOn(t *Task, cb *callback, p Priority) {
	q.sleep(t, cb, p, 0)
}

// sleepUntil puts t on q until at (rpc_sleep_on_timeout). If at is past it does not sleep: the status says ETIMEDOUT
// at once, and the callback runs all the same.
func (q *WaitQueue) sleepUntil(t *Task, cb *callback, at time.Duration) {
	if at <= q.k.m.Now() {
		t.setCallback(cb)
		t.status = etimedout
		return
	}
	q.sleep(t, cb, t.priority, at)
}

func (q *WaitQueue) sleep(t *Task, cb *callback, p Priority, at time.Duration) {
	if t.run&trace.Active == 0 || t.run&trace.Queued != 0 {
		q.k.fail(t, "sleeps on "+string(q.name)+" while inactive or asleep already")
		return
	}
	t.setCallback(cb)
	if !q.k.quiet {
		q.k.emit("...2.", trace.RPCTaskSleep, t.idFields(int64(t.flags), int64(t.run), int64(t.status), 0, q.k.str(string(q.name)))...)
	}
	t.noteSleep(q)
	t.run |= trace.Queued
	t.queue = q
	q.add(t, p)
	if at != 0 {
		q.arm(t, at)
	}
}

// wakeTask wakes t if it sleeps on q, leaving its status as it is (rpc_wake_up_queued_task).
//
//go:noinline
func (q *WaitQueue) wakeTask(t *Task) {
	if t.run&trace.Queued != 0 && t.queue == q {
		q.wake(t, q.k.rpciod)
	}
}

// wakeTaskStatus wakes t with a status (rpc_wake_up_queued_task_set_status).
//
//go:noinline
func (q *WaitQueue) wakeTaskStatus(t *Task, status int32) {
	if t.run&trace.Queued != 0 && t.queue == q {
		t.status = status
		q.wake(t, q.k.rpciod)
	}
}

// wakeFirst wakes the next sleeper if accept takes it, to run on wq; otherwise nobody (rpc_wake_up_first_on_wq).
func (q *WaitQueue) wakeFirst(wq *WorkQueue, accept func(*Task) bool) *Task {
	t := q.next()
	if t == nil || !accept(t) {
		return nil
	}
	q.wake(t, wq)
	return t
}

// wakeAll wakes every sleeper with a status (rpc_wake_up_status).
func (q *WaitQueue) wakeAll(status int32) {
	for l := levels - 1; l >= 0; l-- {
		for !q.level[l].empty() {
			t := q.level[l].head()
			t.status = status
			q.wake(t, q.k.rpciod)
		}
	}
}

// wake unlinks t and makes it runnable (__rpc_do_wake_up_task_on_wq).
func (q *WaitQueue) wake(t *Task, wq *WorkQueue) {
	q.traceWakeup(t)
	if !q.k.broken(SleeperStays) {
		q.remove(t)
	}
	t.noteWake()
	t.makeRunnable(wq)
}

func (q *WaitQueue) traceWakeup(t *Task) {
	if q.k.quiet {
		return
	}
	left := int64(0)
	if t.alarm.deadline != 0 {
		left = max(0, int64((t.alarm.deadline-q.k.m.Now())/Jiffy))
	}
	q.k.emit("...2.", trace.RPCTaskWakeup, t.idFields(int64(t.flags), int64(t.run), int64(t.status), left, q.k.str(string(q.name)))...)
}

// makeRunnable is rpc_make_runnable. Claiming RUNNING before QUEUED is cleared matters: a task that is still inside
// its loop finds QUEUED cleared and goes on by itself.
func (t *Task) makeRunnable(wq *WorkQueue) {
	wasRunning := t.run&trace.Running != 0
	t.run |= trace.Running
	t.run &^= trace.Queued
	if wasRunning {
		return
	}
	if t.flags&trace.Async != 0 {
		t.work = Work{Queue: wq, Name: "__rpc_execute", Task: t, Run: t.goOn}
		t.k.m.Queue(&t.work)
		return
	}
	if th := t.thread; th != nil {
		t.thread = nil
		t.k.m.Wake(th, t.wokenUp)
	}
}

// delay is rpc_delay: sleep on delayq for d. The state's code goes on; the delay begins when it returns.
func (t *Task) delay(d time.Duration) {
	t.k.delayq.sleepUntil(t, &delayCallback, t.k.m.Now()+d)
}

var delayCallback = callback{fsm.RPCAtRun, func(t *Task) {
	if t.status == etimedout {
		t.status = 0
	}
}}
