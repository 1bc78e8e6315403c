package sunrpc

import (
	"sunscope/core/rpcmsg"
	"sunscope/core/trace"
	"sunscope/core/wire"
	"sunscope/core/xdr"
)

// authenticate is svc_authenticate: what is wrong with a call's credential, or AuthOK. Whose it is does not matter, for
// the file system is everybody's; what it says of itself must make sense (svcauth_null_accept, svcauth_unix_accept).
//
//go:noinline
func authenticate(h *rpcmsg.CallHeader) rpcmsg.AuthStat {
	switch h.Cred.Flavor {
	case rpcmsg.AuthNone:
		if len(h.Cred.Body) != 0 {
			return rpcmsg.AuthBadCred
		}
	case rpcmsg.AuthUnix:
		if _, err := rpcmsg.DecodeAuthSys(h.Cred.Body); err != nil {
			return rpcmsg.AuthBadCred
		}
	default:
		return rpcmsg.AuthBadCred
	}
	if h.Verf.Flavor != rpcmsg.AuthNone || len(h.Verf.Body) != 0 {
		return rpcmsg.AuthBadVerf
	}
	return rpcmsg.AuthOK
}

// callHeaderLen is how much of a call there must be for svc_process to look at it: all up to the procedure.
const callHeaderLen = 4 * callHeader

// notACall is for a message that cannot be read as a call. Of another RPC version it is told which one this is; one whose
// credential makes no sense hears that; what is too short, or no call at all, ends its connection, and a datagram of
// that kind is forgotten.
func notACall(msg []byte, err error) (r rpcmsg.ReplyHeader, hangUp bool) {
	_, mismatch := err.(rpcmsg.VersionError)
	switch {
	case mismatch && len(msg) >= callHeaderLen:
		return rpcmsg.MismatchReply(xdr.Word(msg)), false
	case len(msg) < callHeaderLen || xdr.Word(msg[4:]) != rpcmsg.Call:
		return r, true
	}
	return badAuth(msg), false
}

// badAuth is the reply to a call whose credential or verifier is longer than any may be, or does not end.
func badAuth(msg []byte) rpcmsg.ReplyHeader {
	xid, rest := xdr.Word(msg), msg[callHeaderLen:]
	for _, why := range [...]rpcmsg.AuthStat{rpcmsg.AuthBadCred, rpcmsg.AuthBadVerf} {
		if len(rest) < 8 {
			break
		}
		n := xdr.Word(rest[4:])
		if n > rpcmsg.MaxAuth {
			return rpcmsg.DeniedReply(xid, why)
		}
		rest = rest[min(len(rest), 8+int(n+3)&^3):]
	}
	return rpcmsg.AcceptedReply(xid, rpcmsg.GarbageArgs)
}

// hangUp is svc_xprt_close; a datagram socket is everybody's and stays.
//
//go:noinline
func (x *SvcXprt) hangUp() {
	if x.flags&xptTemp != 0 {
		x.flags |= xptClose
		x.enqueue(".....")
	}
}

// versions are the lowest and the highest version of a program.
func (srv *Server) versions(prog uint32) (low, high uint32) {
	low = 1<<32 - 1
	for _, s := range srv.services {
		if s.Prog == prog && !s.Off {
			low, high = min(low, s.Vers), max(high, s.Vers)
		}
	}
	return low, high
}

// roomy is a socket that can say whether another reply fits into its buffer.
type roomy interface{ Room() bool }

// hasRoom is xpo_has_wspace: no call is taken up whose reply would find no room. WriteSpace follows when there is some.
func (x *SvcXprt) hasRoom() bool {
	s, ok := x.sock.(roomy)
	if !ok || s.Room() {
		return true
	}
	x.srv.k.emit(".....", trace.SvcXprtNoWriteSpace, x.fields()...)
	return false
}

// abandon lets go of a thread that waits for room in a socket which is closed: it finds that out by itself.
//
//go:noinline
func (o *outgoing) abandon() {
	if resume := o.resume; resume != nil {
		o.resume = nil
		resume()
	}
}

var _ wire.Handler = (*SvcXprt)(nil)
