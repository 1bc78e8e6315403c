package world

import (
	"sunscope/core/fsm"
	"sunscope/core/nfs"
	"sunscope/core/rpcmsg"
	"sunscope/core/sunrpc"
	"sunscope/core/time"
	"sunscope/core/trace"
	"sunscope/core/wire"
)

// bindCases: what rpcbind may answer, and the port that is never known.
func bindCases(add adder) {
	bind := func(err wire.Errno, id string, m sunrpc.Message, ps ...patience) {
		add("rpcbind's answer is "+fsm.StatusText(int32(err)), by("call_bind_status."+id, ps...), patiently(func(l *edgeRig, p patience) {
			l.late()
			l.k.Inject(sunrpc.Getport, err, 100, 1)
			l.one(p, func(a *sunrpc.CreateArgs) { unbound(a); a.Timeout = &short }, m, 0)
		}, ps...))
	}
	bind(wire.ENOMEM, "nomem", noop(0), all...)
	bind(wire.EACCES, "unregistered", noop(0), all...)
	bind(wire.EPROTONOSUP, "again", noop(0), all...)
	bind(wire.EHOSTUNREACH, "unreachable", noop(0), unlessSC...)
	bind(wire.EHOSTUNREACH, "unreachable.fail", noop(0), noSC)
	bind(wire.EACCES, "ping", sunrpc.Message{Proc: nfs.Null()}, hard)
	bind(wire.EPFNOSUP, "noversion", noop(0), hard)
	bind(wire.EIO, "fail", noop(0), hard)
}

// connectCases: how connecting fails.
func connectCases(add adder) {
	connect := func(err wire.Errno, id string, ps ...patience) {
		add("connecting fails with "+fsm.StatusText(int32(err)), by("call_connect_status."+id, ps...), patiently(func(l *edgeRig, p patience) {
			l.net.Drop()
			l.one(p, func(a *sunrpc.CreateArgs) { a.AutoBind, a.Timeout = id == "rebind", &short }, noop(0), 0)
			l.at(inTime(0), func() { l.x.Error(err) })
		}, ps...))
	}
	connect(wire.ECONNREFUSED, "rebind", unlessSC...)
	connect(wire.ECONNREFUSED, "refused", unlessSC...)
	connect(wire.EHOSTUNREACH, "lost", unlessSC...)
	connect(wire.EADDRINUSE, "again", all...)
	connect(wire.ENOBUFS, "nobufs", all...)
	connect(wire.ECONNREFUSED, "refused.fail", noSC)
	connect(wire.EHOSTUNREACH, "lost.fail", noSC)
	connect(wire.ENFILE, "fail", hard)
}

// sendCases: how sending fails.
func sendCases(add adder) {
	send := func(err wire.Errno, id string, ps ...patience) {
		add("sending fails with "+fsm.StatusText(int32(err)), by("call_transmit_status."+id, ps...), patiently(func(l *edgeRig, p patience) {
			l.again(p, nil, func() {
				l.late()
				l.k.Inject(sunrpc.Sendmsg, err, 100, 1)
				if p.softConn {
					l.moment = func(e *trace.Event) {
						if e.Kind == trace.XprtTransmit && e.Int("status") < 0 {
							l.moment = nil
							l.at(l.now, l.fin)
						}
					}
				}
			}, noop(0), 0)
		}, ps...))
	}
	send(wire.EBADMSG, "encode", all...)
	send(wire.ENOBUFS, "nomem", all...)
	send(wire.EAGAIN, "resend", all...)
	send(wire.EPERM, "unreachable", all...)
	send(wire.ECONNREFUSED, "refused", unlessSC...)
	send(wire.ECONNREFUSED, "refused.fail", noSC)
	send(wire.EPIPE, "lost", all...)
	send(wire.EMSGSIZE, "other", all...)
}

// waitCases: how the wait for a reply ends, or that the reply makes no sense.
func waitCases(add adder) {
	wait := func(err wire.Errno, id string, ps ...patience) {
		add("the wait for a reply ends with "+fsm.StatusText(int32(err)), by("call_status."+id, ps...), patiently(func(l *edgeRig, p patience) {
			l.again(p, nil, func() { l.p.answer = never }, noop(0), 0)
			l.at(inTime(time.Second), func() {
				l.x.Error(err)
				if p.softConn {
					l.after["call_transmit_status"] = nil
					l.fin()
				}
			})
		}, ps...))
	}
	wait(wire.EADDRINUSE, "addrinuse", all...)
	wait(wire.ENFILE, "nomem", all...)
	wait(wire.EHOSTUNREACH, "unreachable", unlessSC...)
	wait(wire.EHOSTUNREACH, "unreachable.fail", noSC)
	wait(wire.EPIPE, "again", all...)
	wait(wire.EIO, "fail", hard)

	add("a reply makes no sense", by("call_decode.again", all...), patiently(func(l *edgeRig, p patience) {
		l.again(p, nil, func() {
			l.p.answer = func(_ int, xid uint32) [][]byte {
				l.sim.At(inTime(time.Second), func() {
					_, _ = l.p.conns[0].Send(record(garbageArgs(xid)))
					l.p.answer = always(func(xid uint32) []byte { return record(success(xid)) })
				})
				return nil
			}
			if p.softConn {
				l.after["call_status"] = l.fin
			}
		}, noop(0), 0)
	}, all...))
}

// signalCases: signals, in each state.
func signalCases(add adder) {
	signal := func(state, id string, ready func(*edgeRig), ops *sunrpc.CallOps) {
		add("a signal comes while a task runs "+state, id, plainly(func(l *edgeRig) {
			if ready != nil {
				ready(l)
			}
			l.after[state] = func() { l.c.KillAll() }
			l.hooked(unbound, ops)
		}))
	}
	for _, s := range []fsm.State{fsm.RPCPrepareTask, fsm.CallStart, fsm.CallReserve, fsm.CallReserveResult, fsm.CallRefresh,
		fsm.CallRefreshResult, fsm.CallAllocate, fsm.CallEncode, fsm.CallBind, fsm.CallBindStatus, fsm.CallConnect,
		fsm.CallConnectStatus, fsm.CallTransmit, fsm.CallTransmitStatus, fsm.CallStatus} {
		signal(s.String(), s.String()+".killed", nil, &sunrpc.CallOps{})
	}
	signal("call_retry_reserve", "call_retry_reserve.killed", func(l *edgeRig) { l.k.Inject(sunrpc.AllocSlot, wire.ENOMEM, 100, 1) }, &sunrpc.CallOps{})
	signal("call_decode", "call_decode.killed", func(l *edgeRig) { l.answers(garbageArgs) }, &sunrpc.CallOps{})
	signal("rpc_exit_task", "rpc_exit_task.killed", nil, once((*sunrpc.Task).Restart))
}

// hookCases: what callers' hooks do.
func hookCases(add adder) {
	add("the caller's prepare hook starts the call, and its done hook starts it again", "rpc_prepare_task.start rpc_exit_task.prepare",
		plainly(func(l *edgeRig) { l.hooked(nil, once((*sunrpc.Task).RestartPrepare)) }))
	add("the done hook restarts the call", "rpc_exit_task.restart", plainly(func(l *edgeRig) { l.hooked(nil, once((*sunrpc.Task).Restart)) }))
	add("the prepare hook ends the call", "rpc_prepare_task.exit",
		plainly(func(l *edgeRig) {
			l.hooked(nil, &sunrpc.CallOps{Prepare: func(t *sunrpc.Task) { t.Exit(int32(wire.EIO)) }})
		}))
}

// failingCases: functions of the kernel that fail.
func failingCases(add adder) {
	fails := func(what, edges string, at sunrpc.Site, err wire.Errno, times int) {
		add(what, edges, plainly(func(l *edgeRig) {
			l.k.Inject(at, err, 100, times)
			l.one(hard, nil, noop(0), 0)
		}))
	}
	fails("there is no memory for a slot", "call_reserve.nomem call_reserveresult.nomem call_retry_reserve.got", sunrpc.AllocSlot, wire.ENOMEM, 1)
	fails("there is no memory for a slot twice", "call_retry_reserve.nomem", sunrpc.AllocSlot, wire.ENOMEM, 2)
	fails("no slot, and no error either", "call_reserveresult.noslot", sunrpc.AllocSlot, wire.OK, 1)
	fails("the credential is not found in time", "call_refreshresult.stale", sunrpc.RefreshCred, wire.ETIMEDOUT, 1)
	fails("the credential stays out of date", "call_refreshresult.stale.fail", sunrpc.RefreshCred, wire.OK, 3)
	fails("the key has expired", "call_refreshresult.again", sunrpc.RefreshCred, wire.EKEYEXPIRED, 1)
	fails("the key stays expired", "call_refreshresult.expired", sunrpc.RefreshCred, wire.EKEYEXPIRED, 3)
	fails("the credential is never ready", "call_refreshresult.again.fail", sunrpc.RefreshCred, wire.EAGAIN, 3)
	fails("there is no memory for the credential", "call_refreshresult.nomem", sunrpc.RefreshCred, wire.ENOMEM, 1)
	fails("nobody has such a credential", "call_refreshresult.fail", sunrpc.RefreshCred, wire.EACCES, 1)
	fails("there is no memory for the buffers", "call_allocate.nomem", sunrpc.AllocBuffer, wire.ENOMEM, 1)
	fails("the buffers cannot be had", "call_allocate.fail", sunrpc.AllocBuffer, wire.EIO, 1)
	fails("there is no memory for encoding", "call_encode.again", sunrpc.WrapCall, wire.ENOMEM, 1)
	fails("the key expires while the arguments are wrapped", "call_encode.expired", sunrpc.WrapCall, wire.EKEYEXPIRED, 1)
	fails("the arguments do not fit", "call_encode.fail", sunrpc.WrapCall, wire.EMSGSIZE, 1)
	fails("the sequence window has passed the call when it is sent", "call_transmit.window", sunrpc.Reencode, wire.EBADMSG, 1)
}

// plainCases: calls of unusual kinds, and replies that refuse.
func plainCases(add adder) {
	add("a call that expects no reply, on a transport without a port", "call_encode.bind.oneway", plainly(func(l *edgeRig) { l.one(hard, unbound, oneway(), 0) }))
	add("a call that expects no reply, on a transport without a connection", "call_encode.connect.oneway", plainly(func(l *edgeRig) { l.one(hard, nil, oneway(), 0) }))
	add("a call that expects no reply", "call_encode.transmit.oneway", plainly(func(l *edgeRig) { l.again(hard, nil, func() {}, oneway(), 0) }))
	add("a NOCONNECT call without a connection", "call_connect.noconnect", plainly(func(l *edgeRig) { l.one(hard, nil, noop(0), trace.NoConnect) }))
	add("the server rejects the credential", "call_decode.rejected", plainly(func(l *edgeRig) {
		l.answers(denied(rpcmsg.AuthRejectedCred))
		l.one(hard, nil, noop(0), 0)
	}))
	add("the server wants a stronger credential", "call_decode.fail", plainly(func(l *edgeRig) {
		l.answers(denied(rpcmsg.AuthTooWeak))
		l.one(hard, nil, noop(0), 0)
	}))
}
