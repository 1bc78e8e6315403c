package world

import (
	"sunscope/core/sunrpc"
	"sunscope/core/time"
	"sunscope/core/trace"
	"sunscope/core/wire"
)

// search tries several schedules.
func (add adder) search(what, edges string, tries int, run func(l *edgeRig, i int)) {
	add(what, edges, somewhere(tries, edges, run))
}

func norto(a *sunrpc.CreateArgs)    { a.NoRetrans, a.Timeout = true, &short }
func autobind(a *sunrpc.CreateArgs) { a.AutoBind, a.Timeout = true, &short }
func both(a *sunrpc.CreateArgs)     { norto(a); autobind(a) }

// onceMoreCases: call_encode finds that there is nothing to encode.
func onceMoreCases(add adder) {
	add("memory for a slot comes when others have taken it", "call_retry_reserve.backlog", plainly(func(l *edgeRig) {
		l.silent(500 * time.Millisecond)
		l.k.Inject(sunrpc.GrowSlots, wire.ENOMEM, 100, 1)
		l.many(hard, func(a *sunrpc.CreateArgs) { a.Timeout = &short }, 4)
	}, "sunrpc.tcp_max_slot_table_entries", "3"))

	add("a call that is never sent twice on a connection waits on", "call_encode.transmit.waiting", plainly(func(l *edgeRig) {
		l.again(hard, norto, func() { l.replyAt(1500*time.Millisecond, success) }, noop(0), 0)
	}))
	add("a call that is never sent twice is answered with garbage", "call_encode.transmit.kept", plainly(func(l *edgeRig) {
		l.answers(garbageArgs)
		l.one(hard, norto, noop(0), 0)
	}))
	add("a call that is never sent twice, and the port is asked for again", "call_encode.bind.waiting call_bind.transmitted", plainly(func(l *edgeRig) {
		l.again(hard, both, func() { l.replyAt(1500*time.Millisecond, success) }, noop(0), 0)
	}))
	add("the connection goes just when such a call would wait on", "call_encode.connect.waiting call_connect.transmitted", plainly(func(l *edgeRig) {
		l.again(hard, norto, func() {
			l.replyAt(1500*time.Millisecond, success)
			l.after["call_status"] = func() { l.after["call_encode"] = l.fin }
		}, noop(0), 0)
	}))
	add("the connection goes just when garbage has come for such a call", "call_encode.connect.kept", plainly(func(l *edgeRig) {
		l.again(hard, norto, func() {
			l.answers(garbageArgs)
			l.after["call_decode"] = func() { l.after["call_encode"] = l.fin }
		}, noop(0), 0)
	}))
	add("garbage comes for such a call while the port is asked for again", "call_encode.bind.kept", plainly(func(l *edgeRig) {
		l.again(hard, both, func() {
			l.silent(1020 * time.Millisecond)
			l.at(1050*time.Millisecond, func() {
				l.replyAt(1120*time.Millisecond, garbageArgs)
				l.do(func() sunrpc.Step { return l.k.CallSync(l.c, noop(0), 0, func(int32) sunrpc.Step { return l.end() }) })
			})
			l.at(2*time.Second, l.fin)
		}, noop(0), 0)
	}))
	add("a call that could not be sent is queued still when the port is asked for again", "call_encode.bind.queued", plainly(func(l *edgeRig) {
		l.again(hard, autobind, func() {
			l.late()
			l.k.Inject(sunrpc.Sendmsg, wire.EPERM, 100, 1)
		}, noop(0), 0)
	}))
	add("a call that could not be sent is queued still when the connection is gone", "call_encode.connect.queued", plainly(func(l *edgeRig) {
		l.again(hard, nil, func() {
			l.k.Inject(sunrpc.Sendmsg, wire.EPERM, 100, 1)
			l.after["call_status"] = l.fin
		}, noop(0), 0)
	}))
}

// raceCases: several tasks, or a task and the network, meet in call_encode.
func raceCases(add adder) {
	add("a call is encoded while another is being sent, and its CPU is held up", "call_encode.transmit.sent call_transmit.transmitted", plainly(func(l *edgeRig) {
		l.again(hard, nil, func() {
			l.before["call_transmit"] = func() {
				l.before["call_encode"] = func() { l.hold(time.Millisecond) }
				l.call(0)
			}
		}, noop(0), 0)
	}))
	add.search("many calls are made at once on a transport without a port", "call_bind.lock.sent call_bind_status.transmitted call_bind_status.bound", 50, func(l *edgeRig, i int) {
		l.many(hard, unbound, 6)
	})
	add("a call is encoded after the port is to be asked for again, and before another is sent", "call_encode.bind.sent", plainly(func(l *edgeRig) {
		l.again(hard, both, func() { l.silent(1255 * time.Millisecond) }, noop(0), 0)
		l.at(1010*time.Millisecond, func() {
			l.k.Inject(sunrpc.Sendmsg, wire.ENOBUFS, 100, 1)
			l.call(0)
		})
		l.at(1256*time.Millisecond, func() {
			l.before["call_encode"] = func() { l.hold(10 * time.Millisecond) }
			l.call(0)
		})
		l.at(2*time.Second, l.fin)
	}))
	add("a call is encoded before the connection stands, and after that another is sent", "call_encode.connect.sent", plainly(func(l *edgeRig) {
		l.one(hard, nil, noop(0), 0)
		l.at(time.Millisecond, func() {
			l.before["call_encode"] = func() { l.hold(10 * time.Millisecond) }
			l.call(0)
		})
	}, "link.delay", "1ms"))
	add.search("the reply comes just when the call is encoded again, and the port is asked for again", "call_encode.bind.late", 300, func(l *edgeRig, i int) {
		l.again(hard, autobind, func() {
			l.replyAt(1104*time.Millisecond-500*time.Microsecond+time.Duration(i)*2*time.Microsecond, success)
		}, noop(0), 0)
	})
	add.search("the reply comes just when the call is encoded again, and the connection is gone", "call_encode.connect.late", 300, func(l *edgeRig, i int) {
		l.again(hard, nil, func() {
			l.replyAt(1104*time.Millisecond-500*time.Microsecond+time.Duration(i)*2*time.Microsecond, success)
			l.after["call_status"] = l.fin
		}, noop(0), 0)
	})
}

// lockCases: tasks wait for the write lock.
func lockCases(add adder) {
	windows := func(l *edgeRig) { l.k.Inject(sunrpc.Reencode, wire.EBADMSG, 50, 8) }
	add.search("the sequence window has passed calls that wait for the port", "call_bind.lock.unsent", 50, func(l *edgeRig, i int) {
		windows(l)
		l.many(hard, unbound, 6)
	})
	add.search("the sequence window has passed calls that wait for the connection", "call_connect.lock.unsent", 50, func(l *edgeRig, i int) {
		windows(l)
		l.many(hard, nil, 6)
	})
	add.search("the sequence window has passed calls that wait to be sent", "call_transmit.lock.unsent", 50, func(l *edgeRig, i int) {
		l.manyAgain(hard, nil, func() { windows(l) }, 6)
	})
	add("rpcbind does not answer, and soft calls wait for the write lock", "call_bind.lock.timeout", plainly(func(l *edgeRig) {
		l.net.Drop()
		l.many(soft, func(a *sunrpc.CreateArgs) { unbound(a); a.Timeout = &short }, 3)
	}))
	lateAll := func(l *edgeRig) { l.k.Inject(sunrpc.RefreshCred, wire.ETIMEDOUT, 100, 12) }
	add("soft calls have no time left when they want the write lock for binding", "call_bind.lock.expired", plainly(func(l *edgeRig) {
		lateAll(l)
		l.many(soft, func(a *sunrpc.CreateArgs) { unbound(a); a.Timeout = &short }, 6)
	}))
	add("sending finds no memory, and the next who sends sends that call too", "call_transmit.failed.sent", plainly(func(l *edgeRig) {
		l.again(hard, nil, func() {
			l.k.Inject(sunrpc.Sendmsg, wire.ENOBUFS, 100, 1)
			l.before["call_transmit"] = func() { l.call(0) }
			l.moment = func(e *trace.Event) {
				if e.Kind == trace.XprtTransmit && e.Int("status") < 0 {
					l.moment = nil
					l.hold(time.Millisecond)
				}
			}
		}, noop(0), 0)
	}))
	add("a soft call has no time left when it wants the write lock for sending, and its CPU is held up", "call_transmit.lock.expired", plainly(func(l *edgeRig) {
		l.again(hard, nil, l.late, noop(0), trace.Soft)
		l.at(4*time.Second, func() {
			l.before["call_transmit"] = func() { // the one that has the lock
				l.hold(10 * time.Millisecond)
				l.before["call_transmit"] = func() { l.hold(20 * time.Millisecond) }
			}
			l.call(0)
		})
	}))

	add("a hard call over AF_LOCAL whose client binds again", "call_bind.local", plainly(func(l *edgeRig) {
		path := wire.Addr{Host: "/var/run/lab.sock"}
		l.net.Host(l.sc.Client.Addr, l.rig.client).Listen(path, func(s wire.Socket) wire.Handler { return &peerConn{p: l.p, s: s} })
		l.silent(time.Second)
		l.one(hard, func(a *sunrpc.CreateArgs) { autobind(a); a.Server, a.Protocol = path, sunrpc.Local }, noop(0), 0)
	}))
	add("a datagram transport has its socket, and a call is out before its sleepers are woken", "call_transmit_status.spurious", plainly(func(l *edgeRig) {
		l.p.answer = always(success)
		l.moment = func(e *trace.Event) {
			if pid, _, ok := e.Task(); e.Kind == trace.XprtReleaseCong && (!ok || pid == trace.NoID&0xffffffff) {
				l.moment = nil
				l.hold(time.Millisecond)
			}
		}
		l.many(hard, func(a *sunrpc.CreateArgs) { a.Protocol = sunrpc.UDP }, 2)
	}, "link.delay", "10ms"))
}
