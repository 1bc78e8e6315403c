package story

import (
	"testing"

	"github.com/stretchr/testify/require"

	"sunscope/core/fsm"
	"sunscope/core/trace"
)

const (
	task1 = "00000001@00000002"
	task2 = "00000002@00000002"
	task3 = "00000003@00000002"
	task4 = "00000004@00000002"
)

// contended: tasks 1 and 2 hold both slots, 3 and 4 sleep on the backlog.
func contended(t testing.TB) *script {
	s := newScript(t).mounted().holding("dd-11", task1, "01aabbcc").holding("dd-12", task2, "02aabbcc")
	s.by("dd-13", begin(task3), run(task3, "call_reserve"), sleepOn(task3, "xprt_backlog"))
	s.by("dd-14", begin(task4), run(task4, "call_reserve"), sleepOn(task4, "xprt_backlog"))
	return s
}

func TestAFreedSlotIsHandedToTheSleeperThatTheReleasingThreadWakes(t *testing.T) {
	s := contended(t)
	st := s.now()
	x := st.Xprt(1)
	require.Len(t, x.Slots, 2)
	require.Equal(t, Fact[int]{Value: 2, How: Inferred, Rule: RuleBacklogFull}, x.MaxSlots)
	require.NotZero(t, x.State.Value&trace.XprtCongested)

	s.by("dd-11", run(task1, "rpc_exit_task"), end(task1), release(task1))
	st = s.now()
	require.Zero(t, st.Xprt(1).Slots[0].Task, "free between the release and the hand-over")
	require.True(t, st.Task(1).Finished)

	s.by("dd-11", wakeOn(task3, "xprt_backlog"))
	st = s.now()
	require.Equal(t, TaskID(3), st.Xprt(1).Slots[0].Task)
	require.True(t, st.Xprt(1).Slots[0].Handed)
	require.Equal(t, 0, st.Task(3).Slot)
	require.False(t, st.Task(3).Asleep)

	s.by("dd-13", run(task3, "xprt_complete_request_init"))
	require.Equal(t, fsm.XprtCompleteRequestInit, s.now().Task(3).Callback)
	require.Equal(t, fsm.CallReserve, s.now().Task(3).Action, "a callback is no state")
	s.by("dd-13", "xprt_reserve: task:"+task3+" xid=0x03aabbcc")
	st = s.now()
	require.False(t, st.Xprt(1).Slots[0].Handed)
	require.Equal(t, uint32(0x03aabbcc), st.Xprt(1).Slots[0].XID)
	require.Len(t, st.Xprt(1).Slots, 2)
}

func TestASleeperThatIsKilledGetsNoSlot(t *testing.T) {
	s := contended(t).by("killer-99", wakeOn(task3, "xprt_backlog"))
	require.Equal(t, -1, s.now().Task(3).Slot)
}

func TestASlotFreedWhileNobodySleepsEndsTheCongestion(t *testing.T) {
	s := contended(t)
	for _, task := range []string{task3, task4} {
		s.by("killer-99", wakeOn(task, "xprt_backlog"))
	}
	s.by("dd-11", run(task1, "rpc_exit_task"), end(task1), release(task1))
	require.Zero(t, s.now().Xprt(1).State.Value&trace.XprtCongested)
}

func TestATaskThatItsDoneHookRestartsStaysTheSameTask(t *testing.T) {
	s := newScript(t).mounted().holding("dd-11", task1, "01aabbcc")
	s.by("dd-11", run(task1, "rpc_exit_task"), end(task1), release(task1))
	require.True(t, s.now().Task(1).Finished)
	s.by("dd-11", run(task1, "rpc_prepare_task"))
	st := s.now()
	require.Len(t, st.Tasks, 1)
	require.False(t, st.Task(1).Finished)
	require.Equal(t, -1, st.Task(1).Slot)
	require.Equal(t, fsm.RPCPrepareTask, st.Task(1).Action)
}

func TestATaskNumberThatIsUsedAgainIsAnotherTask(t *testing.T) {
	s := newScript(t).mounted().holding("dd-11", task1, "01aabbcc")
	s.by("dd-11", run(task1, "rpc_exit_task"), end(task1), release(task1)).by("dd-12", begin(task1))
	st := s.now()
	require.Len(t, st.Tasks, 2)
	require.True(t, st.Task(1).Finished)
	require.False(t, st.Task(2).Finished)
	require.Equal(t, int32(12), st.Task(2).OwnerPID)
}

func TestCompletionWithoutClientIsTheTaskOfThatThread(t *testing.T) {
	s := newScript(t).by("kworker/u4:1-31", run(task1, "call_start")).by("kworker/u4:2-32", run("00000001@00000003", "call_start"))
	s.by("kworker/u4:2-32", "rpc_task_complete: task:00000001@ffffffff flags=ASYNC runstate=RUNNING|ACTIVE status=0 action=0x0")
	st := s.now()
	require.False(t, st.Task(1).Finished)
	require.True(t, st.Task(2).Finished)
	require.Equal(t, -1, st.Task(2).BeganOrd, "nobody saw it begin")
}

func TestAnXIDTellsWhichOfSeveralConnectionsATaskUses(t *testing.T) {
	s := newScript(t).mounted().holding("dd-11", task1, "feaabbcc")
	s.by("mount.nfs-5", "xprt_create: peer=[10.99.1.1]:2049 state=BOUND")
	s.holding("dd-12", task2, "11223344") // continues nothing: the new transport's first
	s.holding("dd-13", task3, "ffaabbcc")
	s.holding("dd-14", task4, "12223344")
	st := s.now()
	require.Equal(t, XprtID(1), st.Task(1).Xprt.Value)
	require.Equal(t, Fact[XprtID]{2, Inferred, RuleFirstXID}, st.Task(2).Xprt)
	require.Equal(t, Fact[XprtID]{1, Inferred, RuleXIDSequence}, st.Task(3).Xprt)
	require.Equal(t, Fact[XprtID]{2, Inferred, RuleXIDSequence}, st.Task(4).Xprt)
	s.holding("dd-15", "00000005@00000002", "00abbbcc") // the carry goes to the next byte
	require.Equal(t, XprtID(1), s.now().Task(5).Xprt.Value)
}

func TestTheConnectWorkerTakesTheWriteLockOver(t *testing.T) {
	s := newScript(t).mounted().holding("dd-11", task1, "01aabbcc")
	s.by("dd-11", run(task1, "call_connect"), "xprt_reserve_xprt: task:"+task1+" snd_task:00000001")
	require.Equal(t, Fact[TaskID]{Value: 1, How: Observed}, s.now().Xprt(1).SndTask)
	s.by("dd-11", "xprt_connect: peer=[10.99.1.1]:2049 state=LOCKED|BOUND")
	x := s.now().Xprt(1)
	require.True(t, x.SndCookie)
	require.Equal(t, Fact[TaskID]{0, Inferred, RuleConnectCookie}, x.SndTask)
	require.Equal(t, trace.XprtLocked|trace.XprtBound|trace.XprtConnecting|trace.XprtSndIsCookie, x.State.Value)

	s.by("kworker/u4:1-31", "rpc_socket_connect: error=-115 socket:[77] srcaddr=10.99.1.2:700 dstaddr=10.99.1.1:2049 state=2 (CONNECTING) sk_state=2 (SYN_SENT)",
		"xprt_release_xprt: task:ffffffff@ffffffff snd_task:ffffffff")
	x = s.now().Xprt(1)
	require.False(t, x.SndCookie)
	require.Equal(t, Fact[string]{"10.99.1.2:700", Inferred, RuleSocketPeer}, x.Local)
	s.by("<idle>-0", "rpc_socket_state_change: socket:[77] srcaddr=10.99.1.2:700 dstaddr=10.99.1.1:2049 state=2 (CONNECTING) sk_state=1 (ESTABLISHED)")
	require.Equal(t, Fact[trace.XprtState]{trace.XprtBound | trace.XprtConnected, Inferred, RuleSocketState}, s.now().Xprt(1).State)
}

func TestTheLockGoesToTheTaskThatSndTaskNames(t *testing.T) {
	s := newScript(t).mounted().holding("dd-11", task1, "01aabbcc").holding("dd-12", task2, "02aabbcc")
	s.by("dd-11", "xprt_reserve_xprt: task:"+task1+" snd_task:00000001")
	s.by("dd-12", runWith(task2, "NEED_XMIT", "call_transmit"), sleepOn(task2, "xprt_sending"))
	s.by("dd-11", wakeOn(task2, "xprt_sending"), "xprt_release_xprt: task:"+task1+" snd_task:00000002")
	require.Equal(t, Fact[TaskID]{Value: 2, How: Observed}, s.now().Xprt(1).SndTask)
	require.Equal(t, []LockSpan{
		{Xprt: 1, Task: 1, How: Observed, From: 14, To: 18, Start: ms(15), End: ms(19)},
		{Xprt: 1, Task: 2, How: Observed, From: 18, To: 18, Start: ms(19), End: ms(19)},
	}, s.story().LockSpans())
}

func TestReleasingTheLockAfterSendingKeepsTheSlot(t *testing.T) {
	s := newScript(t).mounted().holding("dd-11", task1, "01aabbcc").by("dd-11", run(task1, "call_transmit"), release(task1))
	require.Equal(t, 0, s.now().Task(1).Slot)
	s.by("dd-11", run(task1, "call_decode"), release(task1)) // the credential was rejected: a new slot, a new XID
	require.Equal(t, -1, s.now().Task(1).Slot)
}

func TestAnAsynchronousTaskWaitsForAWorkQueue(t *testing.T) {
	async := func(event, bits, rest string) string {
		return event + ": task:" + task1 + " flags=ASYNC|DYNAMIC runstate=" + bits + " status=0 " + rest
	}
	s := newScript(t).mounted().by("dd-11", async("rpc_task_begin", "ACTIVE", "action=0x0"))
	q := s.now().WorkQueues[0]
	require.Equal(t, "rpciod", q.Name)
	require.Equal(t, Inferred, q.How)
	require.Equal(t, TaskID(1), q.Waiting[0].Task)
	s.by("kworker/u4:1-31", async("rpc_task_run_action", "RUNNING|ACTIVE|NEED_XMIT", "action=call_transmit [sunrpc]"))
	q = s.now().WorkQueues[0]
	require.Empty(t, q.Waiting)
	require.Len(t, q.Running, 1)
	s.by("kworker/u4:1-31", async("rpc_task_sleep", "RUNNING|ACTIVE|NEED_XMIT", "timeout=0 queue=xprt_sending"))
	require.Empty(t, s.now().WorkQueues[0].Running)
	require.False(t, s.now().Task(1).Running)
	s.by("dd-12", async("rpc_task_wakeup", "QUEUED|ACTIVE|NEED_XMIT", "timeout=0 queue=xprt_sending"))
	q = s.now().WorkQueues[1]
	require.Equal(t, "xprtiod", q.Name, "given the write lock, it runs on xprtiod")
	require.Len(t, q.Waiting, 1)
}

func TestCountersCountOnlyNFS(t *testing.T) {
	s := newScript(t).by("dd-11", begin(task1), "rpc_request: task:"+task1+" nfsv3 READ (sync)", run(task1, "call_refresh"),
		begin(task2), "rpc_request: task:"+task2+" nfsaclv3 GETACL (sync)",
		begin("00000001@00000003"), "rpc_request: task:00000001@00000003 mountv3 MNT (sync)", run("00000001@00000003", "call_refresh"),
		"xprt_retransmit: task:"+task1+" xid=0x01aabbcc nfsv3 READ ntrans=2 timeout=15000")
	require.Equal(t, Counters{RPCCnt: 2, RPCRetrans: 1, RPCAuthRefresh: 1, Events: 9}, s.now().Counters)
}

func TestOnlyTheTasksThatEndedLastAreKept(t *testing.T) {
	s := newScript(t).mounted()
	for i := range 20 {
		id := "000000" + string("0123456789abcdef"[(i+1)/16]) + string("0123456789abcdef"[(i+1)%16]) + "@00000002"
		s.by("dd-11", begin(id), run(id, "rpc_exit_task"), end(id),
			taskLine("rpc_task_call_done", id, "RUNNING|ACTIVE", "status=0 action=rpc_default_callback [sunrpc]"))
	}
	st := s.now()
	require.Len(t, st.Tasks, KeptFinished)
	require.Equal(t, TaskID(13), st.Tasks[0].ID)
	require.Len(t, s.story().Lanes(), 20)
}

func TestTheSleeperThatIsWokenToSendOwnsTheLockBeforeItRuns(t *testing.T) {
	s := newScript(t).mounted().holding("dd-11", task1, "01aabbcc").holding("dd-12", task2, "02aabbcc")
	s.by("dd-11", "xprt_reserve_xprt: task:"+task1+" snd_task:00000001")
	s.by("dd-12", runWith(task2, "NEED_XMIT", "call_transmit"), sleepOn(task2, "xprt_sending"))
	s.by("dd-11", taskLine("rpc_task_wakeup", task2, "QUEUED|ACTIVE|NEED_XMIT", "status=-11 timeout=0 queue=xprt_sending"))
	require.Equal(t, Fact[TaskID]{2, Inferred, RuleNextOwner}, s.now().Xprt(1).SndTask)
	s.by("dd-11", "xprt_release_xprt: task:"+task1+" snd_task:00000002")
	require.Equal(t, Fact[TaskID]{Value: 2, How: Observed}, s.now().Xprt(1).SndTask)
	s.by("dd-11", "xprt_reserve_xprt: task:"+task1+" snd_task:00000001")
	require.Equal(t, Fact[TaskID]{Value: 1, How: Observed}, s.now().Xprt(1).SndTask)
	s.by("dd-12", runWith(task2, "NEED_XMIT", "call_transmit"))
	require.Equal(t, Fact[TaskID]{1, Inferred, RuleAsPrinted}, s.now().Xprt(1).SndTask, "printed once, and not since")
}

func TestASleeperOfXprtSendingWhoseTimeIsOverIsNotGivenTheLock(t *testing.T) {
	s := newScript(t).mounted().holding("dd-11", task1, "01aabbcc").holding("dd-12", task2, "02aabbcc")
	s.by("dd-11", "xprt_reserve_xprt: task:"+task1+" snd_task:00000001")
	s.by("dd-12", runWith(task2, "NEED_XMIT", "call_transmit"), sleepOn(task2, "xprt_sending"))
	s.by("kworker-9", taskLine("rpc_task_wakeup", task2, "QUEUED|ACTIVE|NEED_XMIT", "status=-110 timeout=0 queue=xprt_sending"))
	require.Equal(t, TaskID(1), s.now().Xprt(1).SndTask.Value)
}

func TestWhatClosesATransportPrintsTheStateBeforeItChangesIt(t *testing.T) {
	s := newScript(t).mounted()
	at := func(event, state string) Fact[trace.XprtState] {
		s.by("kworker-9", event+": peer=[10.99.1.1]:2049 state="+state)
		return s.now().Xprt(1).State
	}
	require.Equal(t, Fact[trace.XprtState]{trace.XprtConnected | trace.XprtBound | trace.XprtCloseWait | trace.XprtLocked, Inferred, RuleClosing},
		at("xprt_disconnect_force", "CONNECTED|BOUND"))
	require.Equal(t, Fact[trace.XprtState]{trace.XprtConnected | trace.XprtBound | trace.XprtLocked, Inferred, RuleClosing},
		at("xprt_disconnect_auto", "LOCKED|CONNECTED|CLOSE_WAIT|BOUND"))
	require.Equal(t, Fact[trace.XprtState]{trace.XprtBound | trace.XprtLocked, Inferred, RuleClosing},
		at("xprt_disconnect_done", "LOCKED|CONNECTED|BOUND"))
}
