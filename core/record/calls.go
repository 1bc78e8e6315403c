package record

import (
	"errors"
	"slices"
	"strconv"

	"sunscope/core/fsm"
	"sunscope/core/trace"
)

// request is rpc_request: what the task calls.
func (t *task) request(e *trace.Event) {
	t.prog, t.proc, t.vers = e.Text(t.w.log, "prog"), e.Text(t.w.log, "proc"), e.Int("vers")
	if async := e.Text(t.w.log, "kind") == "a"; async != (t.flags&trace.Async != 0) && !t.refused {
		t.refuse("rpc_request says (" + e.Text(t.w.log, "kind") + "sync), but the task's flags are " + t.flags.String())
	}
	t.w.sameProgram(t, e)
}

// sameCall checks an event that names the program, version and procedure once more.
func (t *task) sameCall(e *trace.Event) {
	f, named := e.Kind.Field("proc")
	if !named || e.Kind == trace.RPCRequest || t.proc == "" || t.refused {
		return
	}
	prog, vers, proc := e.Text(t.w.log, "prog"), e.Int("vers"), t.w.log.Text(trace.Str(e.F[f.Slot]))
	if proc == "(null)" { // a NULL that has no name
		proc = "NULL"
	}
	if prog != t.prog || vers != t.vers || proc != t.proc {
		t.refuse(e.Kind.String() + " says " + prog + "v" + strconv.FormatInt(vers, 10) + " " + proc + ", but the task's rpc_request said " +
			t.prog + "v" + strconv.FormatInt(t.vers, 10) + " " + t.proc)
	}
}

// null reports whether the task calls procedure 0 of an RPC program, by the names that the kernel's own programs give it.
// A module may have other names for it: one that has been seen with an xprt_ping is one.
func (t *task) null() bool { return t.proc == "NULL" || t.proc == "CB_NULL" }

// running is the task that the thread of e runs at this moment, or nil if that is not certain.
func (w *walker) runs(e *trace.Event) *task {
	t := w.running[e.PID]
	if t == nil || t.thread != e.PID || t.asleep || t.over || t.state == fsm.None || len(t.step.Sleeps) > 0 || w.interrupt(e) {
		return nil
	}
	return t
}

// pings is xprt_ping: call_status logs it, first of all, for procedure 0.
func (w *walker) pings(e *trace.Event) {
	t := w.running[e.PID]
	if t == nil || !t.begun || t.refused {
		return
	}
	st := int32(e.Int("status"))
	switch {
	case t.state != fsm.CallStatus:
		t.refuse("xprt_ping while its thread is in " + t.state.String() + ": call_status logs it")
	case t.counts.pinged > 0 || t.counts.callStatus > 0 || len(t.step.Sleeps) > 0:
		t.refuse("xprt_ping comes once, and first of all, in call_status")
	case st != t.step.Entry:
		t.refuse("xprt_ping says status " + fsm.StatusText(st) + ", but call_status was entered with " + fsm.StatusText(t.step.Entry))
	}
	t.counts.pinged++
	t.w.pinged[t.prog+" "+t.proc] = true
}

// times is the event xprt_timer, which the callback of that name logs for a wait that has run out.
func (w *walker) times(e *trace.Event) {
	t := w.running[e.PID]
	if t == nil || !t.begun || t.refused || w.interrupt(e) {
		return
	}
	xid, _ := e.XID()
	switch {
	case !t.ranOut:
		t.refuse("the event xprt_timer, but the wait for the reply has not run out")
	case t.counts.timer > 0:
		t.refuse("the event xprt_timer twice for one wait")
	case t.hasXID && xid != t.xid:
		t.refuse("the event xprt_timer shows XID 0x" + hex8(xid) + ", but the task's is 0x" + hex8(t.xid))
	case e.Int("status") != -110:
		t.refuse("the event xprt_timer shows status " + fsm.StatusText(int32(e.Int("status"))) + ": it is logged for -110 (ETIMEDOUT) only")
	}
	t.counts.timer++
}

// denials are what the header of a reply may say no with, and the status with which the task then ends. What a bad verifier
// ends with is for the credential's flavour to say.
var denials = map[trace.Kind][]int32{
	trace.RPCProgUnavail: {-96}, trace.RPCProgMismatch: {-93}, trace.RPCProcUnavail: {-95}, trace.RPCMismatch: {-93},
	trace.RPCGarbageArgs: {-5}, trace.RPCUnparsable: {-5}, trace.RPCAuthTooweak: {-13}, trace.RPCBadCreds: {-13}, trace.RPCStaleCreds: {-13},
}

// denied is one of them.
func (t *task) deny(e *trace.Event) {
	switch {
	case t.refused || t.state != fsm.CallDecode:
	case t.counts.received == 0 && t.begun:
		t.refuse(e.Kind.String() + ", but no rpc_xdr_recvfrom was logged before it")
	case t.step.RPCError:
		t.refuse(e.Kind.String() + " after rpc_call_rpcerror, which it is the reason of")
	case t.denial != trace.None && (e.Kind != trace.RPCUnparsable || t.denial == trace.RPCUnparsable):
		t.refuse(e.Kind.String() + ", but " + t.denial.String() + " was logged for the same reply")
	}
	t.counts.denied++
	t.denials++
	if t.denial == trace.None {
		t.denial = e.Kind
	}
}

// denialEvidence: a reply that the task dies of is denied, in the way that goes with the status.
func (t *task) denialEvidence() error {
	s := &t.step
	if s.From != fsm.CallDecode || !s.RPCError || s.ErrRPC == -110 || !t.begun {
		return nil
	}
	switch statuses, known := denials[t.denial]; {
	case t.denial == trace.None && s.ErrStatus == -13 && t.denials >= 2:
		return nil // a credential refused when no attempt is left: that is not logged
	case t.denial == trace.None:
		return errors.New("call_decode ended the task with " + fsm.StatusText(s.ErrStatus) + ", but nothing was logged that is wrong with the reply")
	case known && !slices.Contains(statuses, s.ErrStatus):
		return errors.New("call_decode ended the task with " + fsm.StatusText(s.ErrStatus) + " after " + t.denial.String() + ", which ends it with " +
			fsm.StatusText(statuses[0]))
	}
	return nil
}

// callEvidence: what call_status and the callback xprt_timer log.
func (t *task) callEvidence() error {
	s, c := &t.step, &t.counts
	switch {
	case !t.begun:
	case s.From == fsm.CallStatus && (t.null() || t.w.pinged[t.prog+" "+t.proc]) && c.pinged == 0 && t.w.has[trace.XprtPing]:
		return missing("xprt_ping", "call_status for procedure 0", 0)
	case t.ranOut && c.timer == 0 && t.w.has[trace.XprtTimer]:
		return errors.New("the wait for the reply ran out, but the callback xprt_timer did not log the event of that name")
	}
	return t.denialEvidence()
}
