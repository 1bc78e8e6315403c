package story

import (
	"testing"

	"github.com/stretchr/testify/require"

	"sunscope/core/fsm"
	"sunscope/core/trace"
)

func TestTheNextStepIsToldOrLeftByTheMapOrUnknown(t *testing.T) {
	k := Task{Action: fsm.CallReserve}
	require.Equal(t, inferred(fsm.CallReserveResult, RuleOnlyWay), k.NextStep(), "with a slot or without: the same state")
	k = Task{Action: fsm.CallReserve, Next: fsm.CallReserveResult}
	require.Equal(t, observed(fsm.CallReserveResult), k.NextStep())
	k = Task{Action: fsm.CallDecode}
	require.Equal(t, Unknown, k.NextStep().How, "call_decode may go several ways")
	k.step.failed = true
	require.Equal(t, inferred(fsm.RPCExitTask, RuleOnlyWay), k.NextStep(), "after rpc_call_rpcerror there is one")
	k = Task{Action: fsm.CallStart, Finished: true}
	require.Equal(t, Unknown, k.NextStep().How)
}

func TestASleeperInCallTransmitStatusGoesOnWithCallStatus(t *testing.T) {
	k := Task{Action: fsm.CallTransmitStatus, Asleep: true, Queue: fsm.XprtPending, step: stepNote{slept: true, run: trace.NeedRecv}}
	require.Equal(t, inferred(fsm.CallStatus, RuleOnlyWay), k.NextStep())
	k.Queue = fsm.Delay
	require.NotEqual(t, fsm.CallStatus, k.NextStep().Value)
}
