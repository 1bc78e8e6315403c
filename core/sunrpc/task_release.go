package sunrpc

import (
	"sunscope/core/fsm"
	"sunscope/core/trace"
	"sunscope/core/wire"
)

// waiter is a thread that waits for a task's end.
type waiter struct {
	t    *Task
	th   *Thread
	then func(wire.Errno) Step
}

// release is rpc_release_task, the end of a task's run: slot and client go back first. The caller of a synchronous task
// still holds it, which is no news to anybody; others who hold a task hear of its end.
func (t *Task) release() Step {
	if !t.dequeued() {
		return t.ended
	}
	t.xprtRelease()
	if t.client != nil {
		t.client.forget(t)
	} else {
		t.k.bcTasks.remove(&t.listed)
	}
	sync := t.flags&trace.Async == 0
	held := 1
	if sync {
		held = 2
		t.k.m.Spend(CostWork)
	}
	if t.refs != held {
		t.complete()
	}
	t.refs--
	switch {
	case t.refs > 0 && sync:
		return t.handedOver
	case t.refs > 0:
		return nil
	case t.release2 != nil:
		t.work = Work{Queue: t.release2, Name: "rpc_async_release", Task: t, Run: t.releaseWork}
		t.k.m.Queue(&t.work)
		return nil
	}
	return t.releaseWork()
}

// complete is rpc_complete_task: whoever waits for the task goes on. It has no client any more.
func (t *Task) complete() {
	t.k.emit(".....", trace.RPCTaskComplete, int64(t.pid), trace.NoID, int64(t.flags), int64(t.run), int64(t.status),
		t.k.str(actionText(t.action)), t.k.str(""))
	t.run &^= trace.Active
	for _, w := range t.waiters {
		w.wake(wire.OK)
	}
	t.waiters = nil
}

// actionText is how an action is printed: a task without one shows a null pointer.
func actionText(s fsm.State) string {
	if s == fsm.None {
		return "0x0"
	}
	return s.String()
}

// releaseWork is rpc_async_release.
func (t *Task) releaseWork() Step {
	t.free()
	t.k.m.Spend(CostWork)
	return nil
}

// free is rpc_free_task: the caller's data go, and the task's memory if it has any of its own.
func (t *Task) free() {
	t.run &^= trace.Active | trace.Running
	if t.k.broken(TimerOutlives) {
		t.k.m.At(t.k.m.Now()+Jiffy, t.traceTimeout)
	}
	if t.ops.Release != nil {
		t.ops.Release(t)
	}
}

// Get takes a reference to the task (tk_count).
func (t *Task) Get() { t.refs++ }

// Put is rpc_put_task: a reference goes. The last one frees the task, in the thread that held it.
func (t *Task) Put() {
	if t.refs--; t.refs == 0 {
		t.free()
		if k := t.k; t.anonymous && k.quiet && len(k.spare) < mostSpare {
			k.spare = append(k.spare, t)
		}
	}
}

// Wait is rpc_wait_for_completion_task: the running thread, which must hold a reference, sleeps until the task is over.
// A fatal signal ends the wait with ERESTARTSYS, and the task goes on by itself.
func (t *Task) Wait(then func(wire.Errno) Step) Step {
	th := t.k.m.Current()
	switch {
	case t.run&trace.Active == 0:
		return func() Step { return then(wire.OK) }
	case th.Killed:
		return func() Step { return then(wire.ERESTARTSYS) }
	}
	w := &waiter{t, th, then}
	t.waiters = append(t.waiters, w)
	th.completion = w
	return nil
}

func (w *waiter) wake(err wire.Errno) {
	w.th.completion = nil
	w.t.k.m.Wake(w.th, func() Step { return w.then(err) })
}

// giveUp ends the wait for a thread that was killed.
func (w *waiter) giveUp() {
	for i, o := range w.t.waiters {
		if o == w {
			w.t.waiters = append(w.t.waiters[:i], w.t.waiters[i+1:]...)
			break
		}
	}
	w.wake(wire.ERESTARTSYS)
}
