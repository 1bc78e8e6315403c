package sunrpc

import (
	"sunscope/core/fsm"
	"sunscope/core/rpcmsg"
	"sunscope/core/trace"
)

// callReserve asks for a slot. Whatever comes of it, call_reserveresult looks at it.
func (t *Task) callReserve() {
	t.action = fsm.CallReserveResult
	t.reserve()
}

func (t *Task) callReserveResult() {
	status := t.status
	t.status = 0
	switch {
	case status >= 0 && t.req != nil:
		t.action = fsm.CallRefresh
	case status >= 0:
		t.fatal(eio)
	case status == enomem:
		t.action = fsm.CallRetryReserve
		t.delay(HZ / 4)
	case status == eagain:
		t.action = fsm.CallRetryReserve
	default:
		t.fatal(status)
	}
}

// callRetryReserve is for a task that has waited already: it usually finds that the slot was handed to it.
func (t *Task) callRetryReserve() {
	t.action = fsm.CallReserveResult
	t.retryReserve()
}

// Cred is whose call it is (rpc_cred).
type Cred struct {
	Flavor   rpcmsg.Flavor
	Sys      rpcmsg.AuthSys // for AUTH_SYS
	UpToDate bool           // RPCAUTH_CRED_UPTODATE
}

// callRefresh binds a credential. AUTH_NULL and AUTH_SYS are up to date as soon as they are looked at.
func (t *Task) callRefresh() {
	t.action = fsm.CallRefreshResult
	t.status = 0
	t.k.Counters.RPCAuthRefresh++
	if t.req.cred == nil {
		t.req.cred = t.bindCred()
	}
	t.req.cred.UpToDate = true
}

func (t *Task) bindCred() *Cred {
	if t.msg.Cred != nil {
		return t.msg.Cred
	}
	if t.flags&trace.NullCreds != 0 || t.client.flavor == rpcmsg.AuthNone {
		return &Cred{Flavor: rpcmsg.AuthNone}
	}
	return &Cred{Flavor: rpcmsg.AuthUnix, Sys: rpcmsg.AuthSys{Machine: t.k.nodename}}
}

func (t *Task) callRefreshResult() {
	status := t.status
	t.status = 0
	if status == 0 && t.req.cred.UpToDate {
		t.action = fsm.CallAllocate
		return
	}
	t.k.fail(t, "credentials that need refreshing are not built yet")
}
