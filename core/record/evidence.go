package record

import (
	"errors"
	"strings"

	"sunscope/core/fsm"
	"sunscope/core/trace"
)

// states is a set of states.
type states uint32

func in(list ...fsm.State) (s states) {
	for _, x := range list {
		s |= 1 << x
	}
	return s
}

func (s states) has(x fsm.State) bool { return s>>x&1 != 0 }

// belongs says in which states the task's own thread may log an event about it.
func belongs(k trace.Kind) states {
	switch k {
	case trace.RPCRequest:
		return in(fsm.CallStart)
	case trace.XprtReserve:
		return in(fsm.CallReserve, fsm.CallRetryReserve)
	case trace.RPCRefreshStatus:
		return in(fsm.CallRefreshResult)
	case trace.RPCRetryRefreshStatus:
		return in(fsm.CallRefreshResult, fsm.CallEncode)
	case trace.RPCBufAlloc:
		return in(fsm.CallAllocate)
	case trace.RPCXDRReplyPages, trace.RPCBadCallhdr:
		return in(fsm.CallEncode)
	case trace.RpcbGetport:
		return in(fsm.CallBind)
	case trace.RpcbProgUnavailErr, trace.RpcbTimeoutErr, trace.RpcbBindVersionErr, trace.RpcbUnreachableErr, trace.RpcbUnrecognizedErr:
		return in(fsm.CallBindStatus)
	case trace.RPCConnectStatus:
		return in(fsm.CallConnectStatus)
	case trace.XprtReserveXprt, trace.XprtReserveCong:
		return in(fsm.CallBind, fsm.CallConnect, fsm.CallTransmit, fsm.CallBCTransmit)
	case trace.RPCCallStatus:
		return in(fsm.CallStatus)
	case trace.RPCTimeoutStatus:
		return in(fsm.CallBindStatus, fsm.CallConnectStatus, fsm.CallTransmitStatus, fsm.CallStatus, fsm.CallDecode)
	case trace.RPCXDRRecvfrom, trace.RPCBadVerifier, trace.RPCUnparsable, trace.RPCAuthTooweak, trace.RPCBadCreds, trace.RPCGarbageArgs,
		trace.RPCMismatch, trace.RPCProcUnavail, trace.RPCProgMismatch, trace.RPCProgUnavail, trace.RPCStaleCreds:
		return in(fsm.CallDecode)
	case trace.RPCTaskEnd, trace.RPCStatsLatency, trace.RPCTaskCallDone, trace.RpcbSetport:
		return in(fsm.RPCExitTask)
	}
	return 0
}

// counts is how often some events were logged in the step in hand.
type counts struct{ request, reserve, connectStatus, callStatus, refreshStatus, timeoutStatus, received, rpcerror, locked, released, allocated, denied, pinged, timer, connected, getport, bindFailed uint8 }

// place checks that an event stands in a state that logs it, and that its status is the task's.
func (t *task) place(e *trace.Event) {
	if t.state == fsm.None {
		if t.begun && belongs(e.Kind) != 0 && !t.refused {
			t.refuse(e.Kind.String() + " before the task has run any state")
		}
		return
	}
	if where := belongs(e.Kind); where != 0 && !t.refused {
		if !where.has(t.state) {
			t.refuse(e.Kind.String() + " in " + t.state.String() + ", which does not log it")
		} else if e.PID != t.thread {
			t.refuse(e.Kind.String() + " by another thread than the one that runs the task")
		}
	}
	if e.Kind != trace.XprtReserve {
		t.sameXID(e)
	}
	t.sameCall(e)
	c := &t.counts
	switch e.Kind {
	case trace.RPCRequest:
		c.request++
		t.request(e)
	case trace.XprtReserve:
		c.reserve++
		if t.slot == slotHeld && !t.refused {
			t.refuse("xprt_reserve, but the task has a slot already")
		}
		t.slot, t.buffer, t.transmissions, t.cong = slotHeld, false, 0, congNone
		t.found, t.completed = false, false
		t.w.reserved(t, e)
	case trace.RPCConnectStatus:
		c.connectStatus++
		t.comesFirst(e)
		t.sameStatus(e, int32(e.F[2]))
	case trace.RPCCallStatus:
		c.callStatus++
		t.comesFirst(e)
		t.sameStatus(e, int32(e.F[2]))
	case trace.RPCRefreshStatus:
		c.refreshStatus++
		t.comesFirst(e)
	case trace.RPCTimeoutStatus:
		c.timeoutStatus++
		t.timeoutStatus(e)
	case trace.RPCBadVerifier, trace.RPCUnparsable, trace.RPCAuthTooweak, trace.RPCBadCreds, trace.RPCGarbageArgs,
		trace.RPCMismatch, trace.RPCProcUnavail, trace.RPCProgMismatch, trace.RPCProgUnavail, trace.RPCStaleCreds:
		t.deny(e)
	case trace.XprtReserveXprt, trace.XprtReserveCong:
		t.reserveLock(e)
	case trace.XprtReleaseXprt, trace.XprtReleaseCong:
		t.release(e)
	case trace.RPCXDRRecvfrom:
		c.received++
	case trace.RPCCallRpcerror:
		c.rpcerror++
	case trace.RPCTaskEnd:
		t.end(e)
	case trace.RPCBufAlloc:
		t.alloc(e)
	case trace.RpcbProgUnavailErr, trace.RpcbTimeoutErr, trace.RpcbBindVersionErr, trace.RpcbUnreachableErr, trace.RpcbUnrecognizedErr:
		t.bindFails(e)
	case trace.XprtGetCong:
		t.getCong(e)
	case trace.XprtPutCong:
		t.putCong(e)
	case trace.RpcbGetport:
		t.getport()
	case trace.RpcbSetport:
		t.setport()
	case trace.RPCStatsLatency:
		t.stats(e)
	case trace.RPCTaskCallDone:
		t.callDone(e)
	}
}

// comesFirst: a state logs its status before it does anything about it.
func (t *task) comesFirst(e *trace.Event) {
	if (len(t.step.Sleeps) > 0 || t.counts.timeoutStatus > 0 || t.step.RPCError) && !t.refused {
		t.refuse(e.Kind.String() + " after what " + t.state.String() + " does about the status")
	}
}

// timeoutStatus is rpc_timeout_status, from rpc_check_timeout: the state may have cleared the status before.
func (t *task) timeoutStatus(e *trace.Event) {
	switch st := int32(e.F[2]); {
	case t.refused:
	case t.step.RPCError:
		t.refuse("rpc_timeout_status after rpc_call_rpcerror, which follows from it")
	case st != 0 && st != t.step.Entry:
		t.refuse("rpc_timeout_status says status " + fsm.StatusText(st) + ", but " + t.state.String() + " was entered with " + fsm.StatusText(t.step.Entry))
	}
}

func (t *task) sameStatus(e *trace.Event, st int32) {
	if st != t.step.Entry && !t.refused {
		t.refuse(e.Kind.String() + " says status " + fsm.StatusText(st) + ", but " + t.state.String() + " was entered with " + fsm.StatusText(t.step.Entry))
	}
}

// steady checks what no event about a task may show: a flag that is set once and for all has changed, or the request
// is queued again though the task is not encoding.
func (t *task) steady(e *trace.Event) {
	const once = ^(trace.Sent | trace.MajorSeen)
	flags, run := taskFlags(e), runState(e)
	changed := (flags ^ t.flags) & once
	if t.state == fsm.RPCPrepareTask {
		changed &^= trace.NoRTO // a NULL procedure's prepare hook clears it
	}
	gained := run &^ t.run & (trace.NeedXmit | trace.NeedRecv)
	switch {
	case t.refused:
	case changed != 0:
		t.refuse(e.Kind.String() + " shows flags " + flags.String() + "; " + changed.String() + " was different before and cannot change")
	case gained != 0 && t.state != fsm.CallEncode && t.state != fsm.CallBCEncode:
		t.refuse(e.Kind.String() + " shows " + gained.String() + ", which was clear before")
	case run&trace.Active == 0:
		t.refuse(e.Kind.String() + " shows a task that is not ACTIVE")
	}
	t.keepsSent(e.Kind.String(), flags)
	t.replied(e.Kind.String(), t.run&^run, fsm.None)
	t.run, t.shown = run, flags
}

// keepsSent: SENT goes only when rpc_exit_task restarts the task.
func (t *task) keepsSent(what string, flags trace.TaskFlags) {
	if t.shown&^flags&trace.Sent != 0 && t.state != fsm.RPCExitTask && t.state != fsm.None && !t.refused {
		t.refuse(what + " shows SENT cleared, which only a restart in rpc_exit_task does")
	}
}

// evidence checks that the events which taking this edge logs are there.
func (t *task) evidence(edge *fsm.Edge) error {
	s, c := &t.step, &t.counts
	majorTimeout := s.RPCError && s.ErrRPC == -110 || s.NextFlags&^s.Flags&trace.MajorSeen != 0
	switch {
	case s.From == fsm.CallStart && c.request != 1:
		return missing("rpc_request", "call_start", c.request)
	case s.From == fsm.CallConnectStatus && s.To != fsm.CallTransmitStatus && c.connectStatus != 1 && !s.Killed:
		return missing("rpc_connect_status", "call_connect_status", c.connectStatus)
	case s.From == fsm.CallStatus && c.callStatus != b2i(s.Entry < 0):
		return missing("rpc_call_status", "call_status entered with "+fsm.StatusText(s.Entry), c.callStatus)
	case s.From == fsm.CallRefreshResult && c.refreshStatus != b2i(s.RPCError):
		return missing("rpc_refresh_status", "call_refreshresult", c.refreshStatus)
	case majorTimeout && c.timeoutStatus == 0 || c.timeoutStatus > 1:
		return missing("rpc_timeout_status", s.From.String(), c.timeoutStatus)
	case c.rpcerror > 1 && s.From != fsm.CallEncode:
		return missing("rpc_call_rpcerror", s.From.String(), c.rpcerror)
	case s.From == fsm.RPCExitTask && !t.ended:
		return missing("rpc_task_end", "rpc_exit_task", 0)
	case s.From == fsm.RPCExitTask && s.To != fsm.None:
		return t.mayRestart(s.To)
	case edge.ID == "call_transmit_status.expired" && !t.expired:
		return errors.New("the wait for the reply had no time left, but the callback xprt_timer did not run")
	}
	if err := t.bufferEvidence(); err != nil {
		return err
	}
	if err := t.slotEvidence(); err != nil {
		return err
	}
	if err := t.decodeEvidence(); err != nil {
		return err
	}
	if err := t.callEvidence(); err != nil {
		return err
	}
	if err := t.connectEvidence(edge); err != nil {
		return err
	}
	if err := t.lockEvidence(edge); err != nil {
		return err
	}
	if err := t.releaseEvidence(); err != nil {
		return err
	}
	return t.sendEvidence(edge)
}

func missing(event, where string, n uint8) error {
	if n == 0 {
		return errors.New("no " + event + " was logged in " + where)
	}
	return errors.New(event + " was logged in " + where + " more often than it can be")
}

// slotEvidence: a slot is taken where xprt_reserve is logged, and nobody goes on without one.
func (t *task) slotEvidence() error {
	s := &t.step
	switch {
	case s.From == fsm.CallReserve && s.Exit == 0 && t.counts.reserve != 1:
		return missing("xprt_reserve", "call_reserve, which got a slot,", t.counts.reserve)
	case s.From == fsm.CallReserveResult && s.To == fsm.CallRefresh && t.slot == slotNone:
		return errors.New("call_reserveresult → call_refresh without a slot: no xprt_reserve was logged for the task")
	}
	return nil
}

// decodeEvidence: whoever decodes a reply logs it, unless none was awaited.
func (t *task) decodeEvidence() error {
	s := &t.step
	if s.From != fsm.CallDecode {
		return nil
	}
	decoded := s.To == fsm.RPCExitTask && (t.replies || s.RPCError) && s.ErrRPC != -110 || s.To == fsm.CallReserve
	if decoded && t.begun && t.counts.received != 1 || t.counts.received > 1 {
		return missing("rpc_xdr_recvfrom", "call_decode", t.counts.received)
	}
	switch again := s.To != fsm.RPCExitTask; {
	case again && t.counts.received == 1 && t.counts.denied == 0:
		return errors.New("call_decode → " + s.To.String() + ", though nothing was logged that is wrong with the reply")
	case !again && !s.RPCError && t.counts.denied > 0:
		return errors.New("call_decode found the reply wrong, but no rpc_call_rpcerror was logged")
	}
	return nil
}

// lockEvidence: taking the write lock is logged, unless the task has it already; whoever waited for it did not take it.
func (t *task) lockEvidence(edge *fsm.Edge) error {
	s := &t.step
	name := strings.TrimPrefix(edge.ID, s.From.String())
	sends := s.From == fsm.CallTransmit || s.From == fsm.CallBCTransmit
	// A soft task that has no time left to wait for the lock goes on without it, and looks like one that failed.
	expired := s.Exit == -110 && s.Flags&(trace.Soft|trace.Timeout) != 0 && t.sendError == 0
	switch {
	case strings.HasPrefix(name, ".lock."):
		if t.counts.locked > 0 || name == ".lock.expired" && t.hadLock {
			return errors.New(s.From.String() + " had the write lock, so it left no status " + fsm.StatusText(s.Exit) + " of a wait for it")
		}
	case sends && strings.HasPrefix(name, ".failed"), s.From == fsm.CallConnect && s.To == fsm.CallConnectStatus && s.Entry >= 0:
		if t.begun && t.counts.locked == 0 && !t.hadLock && !expired {
			return missing("xprt_reserve_xprt", s.From.String()+", which needs the write lock for this,", 0)
		}
	}
	return nil
}

// sendEvidence: a request leaves the transmit queue only because some thread sent it, and a failure to send is logged.
func (t *task) sendEvidence(edge *fsm.Edge) error {
	s := &t.step
	gone := s.Run&^s.NextRun&trace.NeedXmit != 0 || strings.HasSuffix(edge.ID, ".sent") && edge.From == fsm.CallEncode
	switch {
	case t.selfSent && strings.HasSuffix(edge.ID, ".transmitted"):
		return errors.New(s.From.String() + " had another thread send the request, but its own sent it")
	case gone && !t.sent && s.From != fsm.RPCExitTask && s.To != fsm.CallStart && !s.Killed:
		return errors.New("NEED_XMIT was cleared in " + s.From.String() + ", but no xprt_transmit was logged for the task")
	case s.From != fsm.CallTransmit && s.From != fsm.CallBCTransmit, len(s.Sleeps) > 0, s.Exit >= 0, s.Killed:
		return nil
	case t.selfSent:
		return errors.New(s.From.String() + " left status " + fsm.StatusText(s.Exit) + ", though its thread had sent the request")
	case t.sendError != 0 && s.Exit != t.sendError, t.sendError == 0 && s.Exit != -107 && s.Exit != -110:
		return errors.New(s.From.String() + " left status " + fsm.StatusText(s.Exit) + ", but no xprt_transmit of its thread failed with it")
	}
	return nil
}
