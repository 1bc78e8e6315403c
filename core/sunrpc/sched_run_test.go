package sunrpc

import (
	"testing"

	"github.com/stretchr/testify/require"

	"sunscope/core/fsm"
	"sunscope/core/trace"
)

// reserved is a task that has run call_reserve and got a slot.
func (k *Kernel) reserved() *Task {
	t := k.sleeper(9, 1, Normal)
	t.req = &Request{}
	t.step = fsm.Step{From: fsm.CallReserveResult, Flags: t.flags, Run: t.run}
	return t
}

func TestTheEngineTakesAnEdgeThatIsOnTheMap(t *testing.T) {
	_, k := newBench(t)
	require.True(t, k.reserved().enter(fsm.CallRefresh))
}

func TestTheEngineRefusesAnEdgeThatIsNotOnTheMap(t *testing.T) {
	b, k := newBench(t)
	require.False(t, k.reserved().enter(fsm.CallDecode))
	require.ErrorContains(t, b.err, "task 9 in call_reserveresult")
	b.err = nil
}

func TestTheEngineRefusesAnEdgeWhoseConditionDoesNotHold(t *testing.T) {
	b, k := newBench(t)
	task := k.reserved()
	task.step.Entry = eagain // with -EAGAIN call_reserveresult leads to call_retry_reserve
	require.False(t, task.enter(fsm.CallRefresh))
	require.ErrorContains(t, b.err, "call_reserveresult")
	b.err = nil
}

func TestAStateThatDoesNotExistEndsTheRun(t *testing.T) {
	b, k := newBench(t)
	task := k.sleeper(3, 1, Normal)
	task.step.From = fsm.CallStart
	task.runState(fsm.StateCount)
	require.EqualError(t, b.err, "task 3 in call_start: there is no such state")
	b.err = nil
}

func TestOnlyTheFirstErrorOfATaskSticks(t *testing.T) {
	b, k := newBench(t)
	task := k.sleeper(3, 1, Normal)
	task.fatal(eio)
	task.fatal(enotconn)
	require.Equal(t, eio, task.rpcStatus)
	require.Equal(t, fsm.RPCExitTask, task.action)
	require.Equal(t, trace.RPCCallRpcerror, b.log.KindAt(0))
}

func TestASignalWakesASleeperAndEndsItsTask(t *testing.T) {
	_, k := newBench(t)
	q := newWaitQueue(k, fsm.XprtPending, false)
	task := k.sleeper(3, 1, Normal)
	task.xprt = &Xprt{k: k}
	q.sleepOn(task, nil, Normal)
	task.Signal()
	require.Zero(t, task.run&trace.Queued)
	require.Equal(t, erestartsys, task.rpcStatus)
}
