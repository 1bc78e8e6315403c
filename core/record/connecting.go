package record

import (
	"errors"
	"slices"
	"strings"

	"sunscope/core/fsm"
	"sunscope/core/trace"
)

// connectEvent is xprt_connect, which call_connect logs when there is no connection, once it has the write lock.
func (w *walker) connectEvent(e *trace.Event) {
	w.connects[e.PID] = trace.XprtState(e.Int("state"))&(trace.XprtConnecting|trace.XprtClosing|trace.XprtCloseWait) == 0
	t := w.running[e.PID]
	if t == nil || !t.begun || t.refused {
		return
	}
	switch {
	case t.state != fsm.CallConnect:
		t.refuse("xprt_connect while its thread is in " + t.state.String() + ": call_connect logs it")
	case t.counts.connected > 0 || len(t.step.Sleeps) > 0:
		t.refuse("xprt_connect comes once in call_connect, and before the wait for the connection")
	case t.counts.locked == 0 && !t.hadLock:
		t.refuse("xprt_connect, but the task has not the write lock")
	}
	t.counts.connected++
}

// getport is rpcb_getport: call_bind has gone to sleep, and asks rpcbind.
func (t *task) getport() {
	if t.counts.getport++; !t.refused && t.begun && !t.waits(fsm.XprtBinding) {
		t.refuse("rpcb_getport, but the task has not gone to sleep on xprt_binding before")
	}
}

// setport is rpcb_setport, about the child that has asked: rpcb_getport_done logs it.
func (t *task) setport() {
	switch {
	case t.refused || !t.begun:
	case t.done != getportDone:
		t.refuse("rpcb_setport, but no " + getportDone + " has run before")
	case t.exit.port:
		t.refuse("rpcb_setport twice in one run of " + getportDone)
	}
	t.exit.port = true
}

const getportDone = "rpcb_getport_done"

// bindFailures are the events of call_bind_status, and the status that each is about; an rpcb_unrecognized_err is about
// any other.
var bindFailures = map[trace.Kind][]int32{
	trace.RpcbProgUnavailErr: {-13}, trace.RpcbTimeoutErr: {-110}, trace.RpcbBindVersionErr: {-93, -96},
	trace.RpcbUnreachableErr: {-111, -104, -103, -107, -112, -100, -113, -101, -32},
}

// bindFails is one of them.
func (t *task) bindFails(e *trace.Event) {
	statuses := bindFailures[e.Kind]
	switch t.counts.bindFailed++; {
	case t.refused || t.state != fsm.CallBindStatus:
	case t.counts.bindFailed > 1 || t.step.RPCError || t.counts.timeoutStatus > 0 || len(t.step.Sleeps) > 0:
		t.refuse(e.Kind.String() + " comes once, and first of all, in call_bind_status")
	case statuses != nil && !slices.Contains(statuses, t.step.Entry):
		t.refuse(e.Kind.String() + " in call_bind_status, which was entered with " + fsm.StatusText(t.step.Entry))
	}
}

// bindEvidence: call_bind_status names what went wrong, unless the port is known by now or rpcbind is asked again at once.
func (t *task) bindEvidence() error {
	s := &t.step
	if s.From != fsm.CallBindStatus || s.Killed || t.counts.bindFailed > 0 {
		return nil
	}
	for _, kind := range []trace.Kind{trace.RpcbProgUnavailErr, trace.RpcbTimeoutErr, trace.RpcbBindVersionErr, trace.RpcbUnreachableErr} {
		if slices.Contains(bindFailures[kind], s.Entry) && (s.To == fsm.CallBind || s.RPCError) && t.w.has[kind] {
			return missing(kind.String(), "call_bind_status entered with "+fsm.StatusText(s.Entry), 0)
		}
	}
	return nil
}

// connectEvidence: what binding and connecting log.
func (t *task) connectEvidence(edge *fsm.Edge) error {
	s, c := &t.step, &t.counts
	if !t.begun || s.Killed {
		return nil
	}
	if err := t.bindEvidence(); err != nil {
		return err
	}
	switch name := strings.TrimPrefix(edge.ID, "call_connect."); {
	case s.From == fsm.CallBind && t.waits(fsm.XprtBinding) && c.getport != 1 && t.w.has[trace.RpcbGetport]:
		return missing("rpcb_getport", "call_bind, which asks rpcbind,", c.getport)
	case s.From != fsm.CallConnect || edge.From != fsm.CallConnect:
	case (name == "connected" || name == "transmitted" || name == "status" || strings.HasPrefix(name, "lock.")) && c.connected > 0:
		return errors.New("xprt_connect was logged in call_connect, though there was nothing to connect")
	case name == "wait" && c.connected == 0 && t.w.has[trace.XprtConnect]:
		return missing("xprt_connect", "call_connect, which waits for the connection,", 0)
	}
	return nil
}
