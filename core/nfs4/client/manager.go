package client

import (
	"sunscope/core/nfs4"
	"sunscope/core/sunrpc"
	"sunscope/core/trace"
)

// stateBits are cl_state: what the state manager has to do.
type stateBits uint16

// The bits, NFS4CLNT_ in the kernel.
const (
	managerRunning stateBits = 1 << iota
	checkLease
	leaseExpired
	reclaimReboot
	reclaimNograce
	sessionReset
	leaseConfirm
	bindConnToSession
	purgeState
)

// manager is the state manager: a thread that runs while there is something to recover.
type manager struct {
	c       *Client
	bits    stateBits
	waiting []func() // who wait for the recovery
}

//go:noinline
func (m *manager) set(b stateBits) { m.bits |= b }

func (m *manager) has(b stateBits) bool { return m.bits&b != 0 }

// take clears a bit and says whether it was set (test_and_clear_bit).
func (m *manager) take(b stateBits) bool {
	had := m.has(b)
	m.bits &^= b
	return had
}

// Schedule is nfs4_schedule_state_manager: the thread is started unless it runs already.
func (c *Client) Schedule() {
	m := &c.manager
	if m.has(managerRunning) {
		return
	}
	m.set(managerRunning)
	c.Spawn(threadName(c.Server.Host), m.run)
}

// threadName is the comm of the thread: the address and -manager, cut off where a comm ends (TASK_COMM_LEN).
func threadName(host string) string {
	name := host + "-manager"
	return name[:min(len(name), 15)]
}

// run is nfs4_state_manager: one piece of work after the other, the most urgent first, until there is none.
func (m *manager) run() sunrpc.Step {
	c := m.c
	again := func(status int32) sunrpc.Step {
		if status < 0 {
			return m.giveUp(status)
		}
		return m.run
	}
	switch {
	case m.take(leaseExpired):
		return c.reclaimLease(again)
	case m.take(sessionReset):
		return c.resetSession(again)
	case m.take(bindConnToSession):
		return c.bindConn(again)
	case m.take(checkLease):
		return c.checkLease(again)
	case m.take(reclaimReboot):
		return c.reclaimComplete(again)
	}
	return m.end()
}

// end lets everybody go on who waited for the recovery.
func (m *manager) end() sunrpc.Step {
	m.c.endDrain()
	m.bits &^= managerRunning
	waiting := m.waiting
	m.waiting = nil
	for _, wake := range waiting {
		wake()
	}
	m.c.queue.WakeAll()
	return nil
}

func (m *manager) giveUp(status int32) sunrpc.Step {
	c := m.c
	if !c.ready && c.failed == 0 {
		c.markReady(status)
	}
	m.bits &= managerRunning
	return m.end()
}

// recovered is nfs4_wait_clnt_recover: then comes when the state manager has nothing to do.
func (c *Client) recovered(then func() sunrpc.Step) sunrpc.Step {
	m := &c.manager
	if !m.has(managerRunning) {
		return then()
	}
	th := c.M.Current()
	m.waiting = append(m.waiting, func() { c.M.Wake(th, func() sunrpc.Step { return then() }) })
	return nil
}

// reclaimLease is nfs4_reclaim_lease: the client introduces itself anew and gets a session; what it held is to be reclaimed.
func (c *Client) reclaimLease(then func(int32) sunrpc.Step) sunrpc.Step {
	return c.drained(func() sunrpc.Step {
		if c.Minor == 0 {
			return c.takeLease40(then)
		}
		return c.exchangeID(func(status int32) sunrpc.Step {
			if status < 0 {
				return then(status)
			}
			if !c.Confirmed {
				c.manager.set(reclaimReboot)
			}
			return c.createSession(func(status int32) sunrpc.Step {
				if status < 0 {
					return then(status)
				}
				c.Renewed = c.M.Now()
				c.scheduleRenewal()
				c.markReady(0)
				return then(0)
			})
		})
	})
}

// resetSession is nfs4_reset_session.
func (c *Client) resetSession(then func(int32) sunrpc.Step) sunrpc.Step {
	return c.drained(func() sunrpc.Step {
		return c.destroySession(func() sunrpc.Step {
			return c.createSession(func(status int32) sunrpc.Step {
				if status == nfs4.ErrStaleClientid.Errno() {
					c.manager.set(leaseExpired)
					status = 0
				}
				return then(status)
			})
		})
	})
}

// bindConn is nfs4_bind_conn_to_session.
func (c *Client) bindConn(then func(int32) sunrpc.Step) sunrpc.Step {
	if c.Session == nil {
		return then(0)
	}
	b := &nfs4.BindConnBody{Session: c.Session.ID, Dir: nfs4.BindForeOrBoth}
	call := c.call(procBindConnToSession, op(nfs4.OpBindConnToSession, b))
	ops := &sunrpc.CallOps{DoneName: "nfs4_bind_one_conn_to_session_done", DoneModule: "nfsv4"}
	return c.drained(func() sunrpc.Step {
		return c.K.RunTask(call.setup(c.RPC, trace.Timeout, ops), func(t *sunrpc.Task) sunrpc.Step {
			switch t.Status() {
			case nfs4.ErrBadSession.Errno(), nfs4.ErrDeadSession.Errno():
				c.manager.set(sessionReset)
				return then(0)
			}
			return then(t.Status())
		})
	})
}

// checkLease is nfs4_check_lease: a SEQUENCE alone finds out what the server thinks of us.
func (c *Client) checkLease(then func(int32) sunrpc.Step) sunrpc.Step {
	if c.Minor == 0 {
		return c.renew40(then)
	}
	call := c.call(procSequence)
	call.Privileged = true
	return c.sync(c.RPC, call, trace.Timeout, func(status int32) sunrpc.Step {
		if status == nfs4.ErrBadSession.Errno() || status == nfs4.ErrDeadSession.Errno() {
			return then(0) // the Done hook has said what is to be done
		}
		return then(status)
	})
}

// reclaimComplete is nfs41_proc_reclaim_complete: the server hears that nothing more will be reclaimed.
func (c *Client) reclaimComplete(then func(int32) sunrpc.Step) sunrpc.Step {
	call := c.call(procReclaimComplete, op(nfs4.OpReclaimComplete, &nfs4.ReclaimCompleteArgs{}))
	call.Privileged = true
	ops := &sunrpc.CallOps{
		Prepare:  func(t *sunrpc.Task) { c.prepare(t, call) },
		Done:     func(t *sunrpc.Task) { c.done(t, call) },
		DoneName: "nfs4_reclaim_complete_done", DoneModule: "nfsv4",
	}
	return c.K.RunTask(call.setup(c.RPC, trace.NoRoundRobin, ops), func(t *sunrpc.Task) sunrpc.Step {
		status := t.Status()
		if status == nfs4.ErrCompleteAlready.Errno() {
			status = 0
		}
		return then(status)
	})
}

// lost is nfs4_schedule_session_recovery: SEQUENCE said that the session, or the connection, is not known.
func (c *Client) lost(why nfs4.Status) {
	if why == nfs4.ErrConnNotBound {
		c.manager.set(bindConnToSession)
	} else {
		c.manager.set(sessionReset)
	}
	c.Schedule()
}

// flags is nfs41_handle_sequence_flag_errors: what the server says with every SEQUENCE.
func (c *Client) flags(f uint32) {
	if c.Session == nil || c.Session.Callback == nil {
		return // no back channel was asked for
	}
	if f&(nfs4.SeqCBPathDown|nfs4.SeqCBPathDownSession) != 0 && !c.manager.has(managerRunning) {
		c.manager.set(bindConnToSession)
		c.Schedule()
	}
}
