package nlm

import (
	"sunscope/core/rpcmsg"
	"sunscope/core/sunrpc"
	"sunscope/core/wire"
	"sunscope/core/xdr"
)

// Services are the lock manager's programs (nlmsvc_program). Versions 1 and 3 know NULL only.
func (l *Lockd) Services() (all []*sunrpc.Service) {
	for _, vers := range [...]uint32{1, 3} {
		all = append(all, &sunrpc.Service{Name: Name, Prog: Program, Vers: vers,
			ProcName: func(proc uint32) (string, bool) { return ProcName(proc), proc == 0 },
			Serve: func(uint32, *xdr.Decoder, *xdr.Encoder) (rpcmsg.AcceptStat, int) {
				return rpcmsg.Success, 0
			}})
	}
	return append(all, &sunrpc.Service{Name: Name, Prog: Program, Vers: Version,
		ProcName: func(proc uint32) (string, bool) { return ProcName(proc), serves(proc) },
		Prepare:  l.prepare, Serve: l.serve})
}

// serves says which procedures of version 4 there are here.
func serves(proc uint32) bool {
	switch proc {
	case ProcNull, ProcTest, ProcLock, ProcCancel, ProcUnlock, ProcGranted, ProcGrantedMsg, ProcGrantedRes, ProcSMNotify,
		ProcFreeAll:
		return true
	}
	return false
}

// prepare is what is done before a call is answered and needs calls of its own: whoever locks is monitored, and the
// answer to GRANTED_MSG is sent on its way.
func (l *Lockd) prepare(from wire.Addr, proc uint32, args []byte, then sunrpc.Step) sunrpc.Step {
	l.from, l.denied = from.Host, false
	d := xdr.NewDecoder(args)
	switch proc {
	case ProcLock:
		a := new(LockArgs)
		if a.Decode(d); d.Err() != nil {
			return then
		}
		h := l.host(from.Host, a.Lock.Caller, true)
		return l.monitor(h.nsm, func(status int32) sunrpc.Step {
			l.denied = status < 0
			return then()
		})
	case ProcGrantedMsg:
		a := new(TestArgs)
		if a.Decode(d); d.Err() != nil {
			return then
		}
		return l.reply(from.Host, &Res{a.Cookie, l.granted(from.Host, a)}, then)
	}
	return then
}

// reply is nlm4svc_callback: the answer to a _MSG call is a call to the lock manager of the host that made it, and nobody
// waits for it.
func (l *Lockd) reply(to string, res *Res, then sunrpc.Step) sunrpc.Step {
	res.Cookie = append(Cookie(nil), res.Cookie...)
	return l.host(to, to, true).bind(func(c *sunrpc.Client, status int32) sunrpc.Step {
		if status < 0 {
			return then()
		}
		msg := sunrpc.Message{Proc: &grantedResProc, Args: res}
		ops := &sunrpc.CallOps{DoneName: "nlm4svc_callback_exit", DoneModule: "lockd"}
		return l.k.CallAsync(c, msg, 0, ops, then)
	})
}

// serve is procedures' work. Arguments that cannot be decoded are GARBAGE_ARGS and change nothing.
func (l *Lockd) serve(proc uint32, args *xdr.Decoder, res *xdr.Encoder) (rpcmsg.AcceptStat, int) {
	a := Args(proc)
	if a != nil {
		if a.Decode(args); args.Err() != nil {
			return rpcmsg.GarbageArgs, 0
		}
	}
	if r := l.answer(proc, a); r != nil {
		r.Encode(res)
	}
	return rpcmsg.Success, 0
}

func (l *Lockd) answer(proc uint32, args Message) Message {
	now := l.m.Now()
	switch a := args.(type) {
	case *LockArgs:
		if l.denied {
			return &Res{a.Cookie, DeniedNoLocks}
		}
		return &Res{a.Cookie, l.Server.Lock(l.from, a, now)}
	case *UnlockArgs:
		return &Res{a.Cookie, l.Server.Unlock(l.from, a, now)}
	case *CancelArgs:
		return &Res{a.Cookie, l.Cancel(l.from, a, now)}
	case *TestArgs:
		switch proc {
		case ProcTest:
			r := l.Test(l.from, a, now)
			return &r
		case ProcGranted:
			return &Res{a.Cookie, l.granted(l.from, a)}
		}
	case *Res: // GRANTED_RES
		l.Answered(a.Cookie, a.Status, now)
	case *NotifyArgs:
		if l.from == statdHost {
			l.restarted(a)
		}
	case nil:
		if proc == ProcFreeAll {
			l.FreeAll(l.from, now)
		}
	}
	return nil
}

// tell is the second half of nlmsvc_grant_blocked: the client hears that its lock is granted.
func (l *Lockd) tell(b *Block, then sunrpc.Step) sunrpc.Step {
	return l.host(b.Owner.Host, b.Lock.Caller, true).bind(func(c *sunrpc.Client, status int32) sunrpc.Step {
		if status < 0 {
			l.Told(b, true, l.m.Now())
			return then()
		}
		msg := sunrpc.Message{Proc: &grantedMsgProc, Args: b.args(l.node)}
		ops := &sunrpc.CallOps{DoneName: "nlmsvc_grant_callback", DoneModule: "lockd", Done: func(t *sunrpc.Task) {
			l.Told(b, t.Status() < 0, l.m.Now())
			if l.Wake != nil {
				l.Wake()
			}
		}}
		return l.k.CallAsync(c, msg, 0, ops, then)
	})
}

// args is what GRANTED says: the lock as it was asked for, with the server as the caller (nlmsvc_setgrantargs).
func (b *Block) args(node string) *TestArgs {
	a := &TestArgs{Cookie: b.Cookie, Exclusive: b.Exclusive, Lock: b.Lock}
	a.Lock.Caller = node
	return a
}
