package world

import (
	"sunscope/core/rpcmsg"
	"sunscope/core/wire"
	"sunscope/core/xdr"
)

// answering is how the server on a port answers calls.
type answering struct{ mode string } // one of scenario.AnswerModes; "" is "well"

// answering is that of the server on a port.
//
//go:noinline
func (w *World) answering(port uint16) *answering {
	a := w.answers[port]
	if a == nil {
		a = new(answering)
		w.answers[port] = a
	}
	return a
}

// startFakeServers makes those of the scenario listen.
func (w *World) startFakeServers(net wire.Network) {
	for _, f := range w.sc.FakeServers {
		port := uint16(f.Port)
		w.answering(port).mode = f.Mode
		start := func() {
			d := startDaemon(w.server, "python3", program{})
			d.answers, d.fake = w.answering(port), true
			d.listen(net, wire.Addr{Host: w.sc.Server.Addr, Port: port})
		}
		if f.At == 0 {
			start()
		} else {
			w.sim.At(f.At, start)
		}
	}
}

// accepts are the modes that accept a call and then say that it cannot be run.
var accepts = map[string]rpcmsg.AcceptStat{
	"prog_unavail": rpcmsg.ProgUnavail, "prog_mismatch": rpcmsg.ProgMismatch, "proc_unavail": rpcmsg.ProcUnavail,
	"garbage_args": rpcmsg.GarbageArgs, "system_err": rpcmsg.SystemErr, "trunc": rpcmsg.Success,
}

// denies are the modes that refuse a call's credential.
var denies = map[string]rpcmsg.AuthStat{
	"auth_badcred": rpcmsg.AuthBadCred, "auth_rejectedcred": rpcmsg.AuthRejectedCred, "auth_badverf": rpcmsg.AuthBadVerf,
	"auth_rejectedverf": rpcmsg.AuthRejectedVerf, "auth_tooweak": rpcmsg.AuthTooWeak, "auth_failed": rpcmsg.AuthFailed,
}

// reply is the wrong answer to a call; wrong is false when the server shall answer as it does by itself. With hangUp it
// closes the connection.
func (a *answering) reply(call []byte) (reply []byte, hangUp, wrong bool) {
	if a == nil || a.mode == "" || a.mode == "well" || len(call) < 4 {
		return nil, false, false
	}
	xid := xdr.Word(call)
	switch a.mode {
	case "silent":
		return nil, false, true
	case "close":
		return nil, true, true
	case "echo":
		return call, false, true
	case "short":
		return words(xid, rpcmsg.Reply), false, true
	case "garbage":
		return words(xid, rpcmsg.Reply, 7, 7, 0x7a7a7a7a), false, true
	}
	h := rpcmsg.AcceptedReply(xid, accepts[a.mode])
	h.Low, h.High = 4, 4
	switch a.mode {
	case "wrongxid":
		h.XID = 0xffffffff
	case "bad_verifier":
		h.Verf.Flavor = rpcmsg.AuthGSS
	case "rpc_mismatch":
		h = rpcmsg.MismatchReply(xid)
	}
	if why, ok := denies[a.mode]; ok {
		h = rpcmsg.DeniedReply(xid, why)
	}
	var e xdr.Encoder
	rpcmsg.EncodeReply(&e, &h)
	return e.B, false, true
}

//go:noinline
func words(list ...uint32) []byte {
	var e xdr.Encoder
	for _, w := range list {
		e.Uint32(w)
	}
	return e.B
}
