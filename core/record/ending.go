package record

import (
	"errors"

	"sunscope/core/fsm"
	"sunscope/core/trace"
)

// ending is what one run of rpc_exit_task has logged after its rpc_task_end: rpc_stats_latency if the task has a slot,
// then rpc_task_call_done if its rpc_call_ops have the function, then, as the slot goes back, the release of the write
// lock.
type ending struct {
	flags                          trace.TaskFlags
	run                            trace.RunState
	status                         int32
	stats, called, freed, complete bool
	port                           bool // rpcb_setport
}

// end is rpc_task_end. It shows tk_action, which is the state that would have come next if the task was ended from outside.
func (t *task) end(e *trace.Event) {
	if t.ended && !t.refused {
		t.refuse("rpc_task_end twice in one run of rpc_exit_task")
	}
	t.sameStatus(e, status(e))
	t.steady(e)
	action, known := fsm.StateNamed(t.w.action(e))
	outside := !t.begun || t.killedBefore && known && (t.from == fsm.None || fsm.Leads(t.from, action))
	if action != fsm.RPCExitTask && !outside && !t.refused && t.state == fsm.RPCExitTask {
		t.refuse("rpc_task_end shows the action " + t.w.action(e) + ": it is rpc_exit_task, unless the task was ended from outside")
	}
	t.ended = true
	t.exit = ending{flags: taskFlags(e), run: runState(e), status: status(e)}
}

// stats is rpc_stats_latency.
func (t *task) stats(e *trace.Event) {
	switch {
	case t.refused:
	case !t.ended:
		t.refuse("rpc_stats_latency before rpc_task_end")
	case t.exit.stats || t.exit.called:
		t.refuse("rpc_stats_latency comes once, and before rpc_task_call_done")
	case t.begun && t.slot == slotNone:
		t.refuse("rpc_stats_latency of a task that has no slot")
	}
	t.exit.stats = true
}

// callDone is rpc_task_call_done; nothing has touched the task since its rpc_task_end.
func (t *task) callDone(e *trace.Event) {
	x := &t.exit
	switch {
	case t.refused:
	case !t.ended:
		t.refuse("rpc_task_call_done before rpc_task_end")
	case x.called:
		t.refuse("rpc_task_call_done twice in one run of rpc_exit_task")
	case status(e) != x.status || taskFlags(e) != x.flags || runState(e) != x.run:
		t.refuse("rpc_task_call_done shows another status, flags or run state than rpc_task_end just before")
	case !x.stats && t.counted():
		t.refuse("rpc_task_call_done, but no rpc_stats_latency was logged before it")
	}
	if name := t.w.action(e); !t.refused {
		if _, state := fsm.StateNamed(name); state {
			t.refuse("rpc_task_call_done shows " + name + ": that is a state, not the rpc_call_done of a caller")
		}
	}
	x.called = true
	t.hook(e)
}

// counted reports whether the task has what rpc_stats_latency is about: a client and a slot of its own.
func (t *task) counted() bool {
	return t.begun && t.slot == slotHeld && t.id.client != trace.NoID
}

// hasDone reports whether the task's rpc_call_ops have an rpc_call_done. Of all that the recordings show, EXCHANGE_ID's
// alone have none.
func (t *task) hasDone() bool { return t.proc != "EXCHANGE_ID" }

// exitLacks says what a task that has gone through rpc_exit_task should have logged there; nil if nothing is missing.
func (t *task) exitLacks() error {
	x := &t.exit
	switch {
	case t.state != fsm.RPCExitTask || !t.begun:
		return nil
	case !t.ended:
		return missing("rpc_task_end", "rpc_exit_task", 0)
	case !x.stats && t.counted():
		return missing("rpc_stats_latency", "rpc_exit_task", 0)
	case !x.called && t.hasDone():
		return missing("rpc_task_call_done", "rpc_exit_task", 0)
	case t.done == getportDone && !x.port && t.w.has[trace.RpcbSetport]:
		return missing("rpcb_setport", getportDone, 0)
	case t.cong == congHeld && t.w.has[trace.XprtPutCong]:
		return errors.New("it ended, but its share of the congestion window was not given back by xprt_put_cong")
	case !x.freed && t.counted():
		return errors.New("it ended with a slot, but the release of the write lock that goes with the slot was not logged")
	}
	return nil
}

// closeExit looks for what is missing, once, when it is certain that the task's thread has left rpc_exit_task.
func (t *task) closeExit() {
	if t == nil || t.refused || t.exit.complete || t.asleep {
		return
	}
	t.exit.complete = true
	if err := t.exitLacks(); err != nil {
		t.w.refuseAt(t, t.line, err.Error())
	}
}

// sameEnd checks what rpc_task_complete shows of the task: what rpc_task_end showed, and no action any more.
func (t *task) sameEnd(e *trace.Event) {
	const queued = trace.NeedXmit | trace.NeedRecv // the request goes off both queues with the slot
	switch {
	case t.refused || !t.begun:
	case t.w.action(e) != "0x0":
		t.refuse("rpc_task_complete shows the action " + t.w.action(e) + ": there is none any more")
	case t.state == fsm.RPCExitTask && t.ended && (status(e) != t.exit.status || taskFlags(e) != t.exit.flags || runState(e) != t.exit.run&^queued):
		t.refuse("rpc_task_complete shows another status, flags or run state than rpc_task_end")
	case t.state == fsm.RPCPrepareTask && (status(e) != t.step.Entry || taskFlags(e) != t.flags || runState(e) != t.run&^queued):
		t.refuse("rpc_task_complete shows another status, flags or run state than rpc_prepare_task was entered with")
	}
}
