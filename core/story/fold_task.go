package story

import (
	"sunscope/core/fsm"
	"sunscope/core/time"
	"sunscope/core/trace"
)

// Slots of the fields that task events share: task, client, flags, runstate, status, then action or timeout and queue.
const (
	fPID      = 0
	fClid     = 1
	fFlags    = 2
	fRunState = 3
	fStatus   = 4
	fAction   = 5
	fTimeout  = 5
	fQueue    = 6
)

// clientEvent folds the rpc_* events: tasks, clients, sockets.
func (f *fold) clientEvent() {
	switch f.e.Kind {
	case trace.RPCTaskBegin:
		f.begin()
	case trace.RPCTaskRunAction:
		f.runAction()
	case trace.RPCTaskSleep:
		f.sleep()
	case trace.RPCTaskWakeup:
		f.wakeup()
	case trace.RPCTaskSyncSleep, trace.RPCTaskSyncWake, trace.RPCTaskTimeout, trace.RPCTaskSignalled:
		f.progress()
	case trace.RPCTaskEnd:
		f.end()
	case trace.RPCTaskCallDone:
		f.callDone()
	case trace.RPCTaskComplete:
		f.complete()
	case trace.RPCRequest:
		f.request()
	case trace.RPCXDRSendto:
		f.sendCall()
	case trace.RPCClntNew:
		f.newClient()
	case trace.RPCClntFree, trace.RPCClntRelease:
		f.freeClient()
	case trace.RPCSocketConnect, trace.RPCSocketClose, trace.RPCSocketError, trace.RPCSocketResetConnection,
		trace.RPCSocketShutdown, trace.RPCSocketStateChange:
		f.socketEvent()
	default:
		if t := f.taskOf(false); t != nil {
			f.about = t.ID
			if f.e.Kind == trace.RPCSocketNospace {
				f.noSpace(t)
			}
			if x := f.xprt(t.Xprt.Value); f.e.Kind == trace.RPCStatsLatency && x != nil {
				x.RTT = observed(time.Duration(f.e.Int("rtt")) * time.Microsecond)
				if f.rec != nil && x.Datagrams {
					f.rec.tripped(x, f.e.Time, x.RTT.Value)
				}
			}
			if f.e.Kind == trace.RPCCallStatus {
				f.rebinds(t)
			}
			t.step.failed = t.step.failed || f.e.Kind == trace.RPCCallRpcerror
			if s, ok := f.e.Kind.Field("status"); ok && f.e.Kind != trace.RPCBufAlloc {
				t.Status = int32(f.e.F[s.Slot])
			}
		}
	}
}

// taskOf is the task that the event names by TK_PID and client: the live one, or else the one that ended last.
// With create, a task that nobody saw begin is made.
func (f *fold) taskOf(create bool) *Task {
	pid, clid, ok := f.e.Task()
	if !ok || pid == trace.NoID {
		return nil
	}
	var ended *Task
	for i := len(f.st.Tasks) - 1; i >= 0; i-- {
		t := &f.st.Tasks[i]
		if t.PID != pid || t.Clid != clid {
			continue
		}
		if !t.Finished {
			return t
		}
		if ended == nil {
			ended = t
		}
	}
	if ended != nil || !create {
		return ended
	}
	t := f.newTask(pid, clid)
	t.BeganOrd = -1
	return t
}

func (f *fold) newTask(pid, clid uint32) *Task {
	f.next.task++
	t := Task{
		ID: f.next.task, PID: pid, Clid: clid, Slot: -1,
		Owner: f.e.Comm, OwnerPID: f.e.PID, BeganAt: f.e.Time, BeganOrd: f.st.Instant,
		Stated: f.e.Time, LastEvent: f.st.Instant,
	}
	if clid != trace.NoID {
		c := f.client(clid)
		t.Client = c.ID
		if c.Xprt.How != Unknown {
			t.Xprt = inferred(c.Xprt.Value, RuleClientXprt)
		}
	} else {
		t.XID = f.callbackXID()
		t.Xprt = f.callbackXprt(t.XID)
		f.callbackAnswered(&t, false)
	}
	for i := range f.items {
		if n := f.items[i]; n.pid == pid && n.clid == clid {
			t.Item = observed(n.item)
			f.items = append(f.items[:i], f.items[i+1:]...)
			break
		}
	}
	f.st.Tasks = append(f.st.Tasks, t)
	if f.rec != nil {
		f.rec.began(f, &t)
	}
	return &f.st.Tasks[len(f.st.Tasks)-1]
}

// callbackXprt is the transport on which a client answers a callback: the fore channel of the call's connection. It is the
// one that the call was read from, if that was seen; or the only one that is connected, or if the connection is lost
// already, the only one that there is.
func (f *fold) callbackXprt(xid uint32) Fact[XprtID] {
	if id := f.cameBy(xid); id != 0 {
		return inferred(id, RuleCallbackThread)
	}
	for _, state := range []trace.XprtState{trace.XprtConnected, 0} {
		var found XprtID
		n := 0
		for i := range f.st.Xprts {
			if x := &f.st.Xprts[i]; !x.Callbacks && !x.local() && x.State.Value&state == state {
				found = x.ID
				n++
			}
		}
		switch n {
		case 0:
		case 1:
			return inferred(found, RuleCallbackThread)
		default:
			return Fact[XprtID]{}
		}
	}
	return Fact[XprtID]{}
}

// callbackXID is the XID of the callback that the thread is serving: the back-channel task that it begins answers it.
func (f *fold) callbackXID() uint32 {
	for i := range f.st.Threads {
		if th := &f.st.Threads[i]; th.PID == f.e.PID && th.Busy {
			return th.XID
		}
	}
	return 0
}

// stamp takes over what every task event prints.
func (f *fold) stamp(t *Task) {
	f.about = t.ID
	was := t.Flags
	t.Flags = trace.TaskFlags(f.e.F[fFlags])
	if t.Flags&^was&trace.MajorSeen != 0 {
		f.majorSeen(t)
	}
	t.Async = t.Flags&trace.Async != 0
	t.Status = int32(f.e.F[fStatus])
	t.Printed = trace.RunState(f.e.F[fRunState])
	f.setRunState(t, t.Printed)
	t.RunHow, t.RunRule = Observed, NoRule
	f.stamped = t.ID
}

// setRunState also keeps the transmit queue and the receive tree, which NEED_XMIT and NEED_RECV stand for.
func (f *fold) setRunState(t *Task, to trace.RunState) {
	changed := t.RunState ^ to
	t.RunState = to
	if changed&(trace.NeedXmit|trace.NeedRecv) == 0 {
		return
	}
	if changed&trace.NeedRecv != 0 && to&trace.NeedRecv != 0 {
		t.Received = inferred(false, RuleReplyFound)
	}
	x := f.xprt(t.Xprt.Value)
	if x == nil {
		return
	}
	if changed&trace.NeedXmit != 0 {
		x.XmitQueue = member(x.XmitQueue, t.ID, to&trace.NeedXmit != 0)
	}
	if changed&trace.NeedRecv != 0 {
		x.RecvQueue = member(x.RecvQueue, t.ID, to&trace.NeedRecv != 0)
	}
}

func member(list []TaskID, id TaskID, in bool) []TaskID {
	list = remove(list, id)
	if in {
		list = append(list, id)
	}
	return list
}

func (f *fold) begin() {
	if old := f.taskOf(false); old != nil && !old.Finished {
		f.freeSlot(old)
		f.finish(old)
	}
	t := f.newTask(uint32(f.e.F[fPID]), uint32(f.e.F[fClid]))
	f.stamp(t)
	f.guessRun(t, t.RunState|trace.Running, RuleMadeRunnable)
	if t.Async {
		f.workWaits(t, "rpciod")
		return
	}
	t.Running = true
	f.inside(t)
}

// inside notes that the thread of the event is inside t's run loop.
func (f *fold) inside(t *Task) {
	r := f.runner()
	f.workerEnds(r.worker)
	if old := f.task(r.task); old != nil && old.ID != t.ID && old.Running && old.ThreadID == f.e.PID {
		old.Running = false // an asynchronous task that left its thread without an event
	}
	r.task, r.freedXprt, r.freedBy, r.made, r.buried, r.leftSession = t.ID, 0, 0, 0, false, 0
	t.Comm, t.ThreadID, t.CPU = f.e.Comm, f.e.PID, f.e.CPU
}

func (f *fold) runAction() {
	t := f.taskOf(true)
	if t == nil {
		return
	}
	f.revive(t)
	f.stamp(t)
	t.Running, t.Asleep = true, false
	f.inside(t)
	if t.Async {
		f.workRuns(t)
	}
	s, ok := f.state(fAction)
	if !ok {
		t.Callback = fsm.Callback(f.text(fAction))
		return
	}
	t.Action, t.Next, t.Callback, t.Stated = s, fsm.None, "", f.e.Time
	t.enters(f.xprt(t.Xprt.Value))
	if s == fsm.CallEncode {
		f.encoded(t)
	}
	if s == fsm.CallRefresh && f.isNFSTask(t) {
		f.st.Counters.RPCAuthRefresh++
	}
}

// encoded infers that the step which begins here puts the request on its queues. A step that fails goes to its end, and
// the next event says that it has not. A call that is never sent twice on one connection stays as it is while that stands
// (rpc_task_need_encode).
func (f *fold) encoded(t *Task) {
	const once = trace.Sent | trace.NoRTO
	if x := f.xprt(t.Xprt.Value); x != nil && t.Flags&once == once && x.State.Value&trace.XprtConnected != 0 &&
		t.Slot >= 0 && t.Slot < len(x.Slots) && x.Slots[t.Slot].Sent >= x.turned {
		return
	}
	bits := trace.NeedXmit
	if t.Clid != trace.NoID {
		bits |= trace.NeedRecv
	}
	f.guessRun(t, t.RunState|bits, RuleEncoded)
}

// revive takes back that a task ended: its rpc_call_done restarted it.
func (f *fold) revive(t *Task) {
	t.ended = false
	if t.Finished {
		t.Finished, t.FinishedAt, t.FinishedOrd, t.Final = false, 0, 0, 0
	}
}

// isNFSTask says whether the task counts in /proc/net/rpc/nfs.
func (f *fold) isNFSTask(t *Task) bool {
	if t.Prog != 0 {
		return isNFS(f.src.log.Text(t.Prog))
	}
	for i := range f.st.Clients {
		if f.st.Clients[i].ID == t.Client {
			return isNFS(f.st.Clients[i].Program)
		}
	}
	return false
}

func (f *fold) request() {
	t := f.taskOf(true)
	if t == nil {
		return
	}
	f.about = t.ID
	t.Prog, t.Vers, t.Proc = trace.Str(f.e.F[2]), int32(f.e.F[3]), trace.Str(f.e.F[4])
	if isNFS(f.text(2)) {
		f.st.Counters.RPCCnt++
	}
	f.sequenced(t)
}

// item ties a task to its workload item; the task may be about to begin.
func (f *fold) item() {
	if t := f.taskOf(false); t != nil && !t.Finished {
		f.about = t.ID
		t.Item = observed(f.text(2))
		if f.rec != nil {
			f.rec.named(t)
		}
		return
	}
	f.items = append(f.items, itemNote{uint32(f.e.F[fPID]), uint32(f.e.F[fClid]), f.text(2)})
}
