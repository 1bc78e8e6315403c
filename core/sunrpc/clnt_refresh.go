package sunrpc

import (
	"sunscope/core/fsm"
	"sunscope/core/rpcmsg"
	"sunscope/core/trace"
	"sunscope/core/wire"
)

// Cred is whose call it is (rpc_cred).
type Cred struct {
	Flavor   rpcmsg.Flavor
	Sys      rpcmsg.AuthSys // for AUTH_SYS
	UpToDate bool           // RPCAUTH_CRED_UPTODATE
}

// callRefresh binds a credential. AUTH_NULL and AUTH_SYS are up to date as soon as they are looked at, which is why
// one that a server rejected is simply tried again.
func (t *Task) callRefresh() {
	t.action = fsm.CallRefreshResult
	t.status = 0
	t.k.Counters.RPCAuthRefresh++
	if t.client.forNFS() {
		t.k.NFS.RPCAuthRefresh++
	}
	if t.req.cred == nil {
		t.req.cred = t.bindCred()
	}
	if err, fails := t.k.fails(RefreshCred); fails {
		t.req.cred.UpToDate, t.status = false, err
		return
	}
	t.req.cred.UpToDate = true
}

// bindCred is rpcauth_bindcred: the caller's credential, AUTH_NULL for a ping, else that of the process.
func (t *Task) bindCred() *Cred {
	if t.msg.Cred != nil {
		return t.msg.Cred
	}
	if t.flags&trace.NullCreds != 0 || t.client.flavor == rpcmsg.AuthNone {
		t.req.own = Cred{Flavor: rpcmsg.AuthNone}
	} else {
		t.req.own = Cred{Flavor: rpcmsg.AuthUnix, Sys: rpcmsg.AuthSys{Machine: t.k.nodename}}
	}
	return &t.req.own
}

// callRefreshResult goes on with a good credential. One that is not gets two more chances, but for memory: that may be
// asked for without end.
func (t *Task) callRefreshResult() {
	status := wire.Errno(t.status)
	t.status = 0
	t.action = fsm.CallRefresh
	failure := status
	switch status {
	case wire.OK, wire.ETIMEDOUT:
		if status == wire.OK && t.req.cred.UpToDate {
			t.action = fsm.CallAllocate
			return
		}
		t.delay(3 * HZ)
		failure = wire.EACCES
	case wire.EAGAIN:
		failure = wire.EACCES
	case wire.EKEYEXPIRED:
	case wire.ENOMEM:
		t.delay(HZ / 16)
		return
	default:
		t.refreshFailed(failure)
		return
	}
	if t.credRetry == 0 {
		t.refreshFailed(failure)
		return
	}
	t.credRetry--
	t.k.emit(".....", trace.RPCRetryRefreshStatus, t.idFields(int64(t.status))...)
}

func (t *Task) refreshFailed(status wire.Errno) {
	t.k.emit(".....", trace.RPCRefreshStatus, t.idFields(int64(t.status))...)
	t.fatal(int32(status))
}

// auth is the credential as it stands in the call's header.
func (c *Cred) auth() rpcmsg.Auth {
	if c.Flavor == rpcmsg.AuthNone {
		return rpcmsg.Auth{}
	}
	return c.Sys.Auth()
}

// verified says whether a reply's verifier is one that the credential's flavor takes (rpc_authops crvalidate). Neither
// flavor looks at what the verifier says.
func (c *Cred) verified(v rpcmsg.Auth) bool {
	if c.Flavor == rpcmsg.AuthNone {
		return v.Flavor == rpcmsg.AuthNone && len(v.Body) == 0
	}
	return v.Flavor <= rpcmsg.AuthShort
}
