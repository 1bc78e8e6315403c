package client

import (
	"sunscope/core/nfs4"
	"sunscope/core/sunrpc"
	"sunscope/core/trace"
	"sunscope/core/wire"
)

// establishLease is nfs4_establish_lease: nobody gets a slot any more; then the client introduces itself, unless that is
// done, and gets a session. To a server that did not know it, it has everything to reclaim.
func (c *Client) establishLease(then Status) sunrpc.Step {
	m := &c.manager
	confirm := func() sunrpc.Step {
		return c.createSession(func(status int32) sunrpc.Step {
			if status < 0 {
				return then(status)
			}
			if !c.Confirmed {
				c.startReclaim(reboot)
			}
			return c.sessionIsReset(func(status int32) sunrpc.Step {
				c.markReady(0)
				return then(status)
			})
		})
	}
	return c.drained(func() sunrpc.Step {
		switch {
		case c.Minor == 0:
			return c.takeLease40(then)
		case m.has(leaseConfirm):
			return confirm()
		}
		return c.exchangeID(func(status int32) sunrpc.Step {
			if status < 0 {
				return then(status)
			}
			m.set(leaseConfirm)
			return confirm()
		})
	})
}

// sessionIsReset is nfs41_finish_session_reset: there is a session, over this connection.
func (c *Client) sessionIsReset(then Status) sunrpc.Step {
	c.manager.clear(leaseConfirm | sessionReset | bindConnToSession)
	return c.setupRenewal(then)
}

// reclaimLease is nfs4_reclaim_lease.
func (c *Client) reclaimLease(then Status) sunrpc.Step {
	m := &c.manager
	return c.establishLease(func(status int32) sunrpc.Step {
		if status < 0 {
			return c.leaseFailed(status, then)
		}
		if !m.has(reclaimNograce) {
			m.set(reclaimReboot)
		}
		m.clear(checkLease | leaseExpired)
		return then(0)
	})
}

// purgeLease is nfs4_purge_lease: the server knows a client of our name that has nothing to do with us. By a verifier that
// is nobody's we take its place, and what it held is gone.
func (c *Client) purgeLease(then Status) sunrpc.Step {
	return c.establishLease(func(status int32) sunrpc.Step {
		if status < 0 {
			return c.leaseFailed(status, then)
		}
		c.manager.clear(purgeState)
		c.manager.set(leaseExpired)
		c.startReclaim(nograce)
		return then(0)
	})
}

// leaseFailed is nfs4_handle_reclaim_lease_error: some errors only say that it takes another attempt.
func (c *Client) leaseFailed(status int32, then Status) sunrpc.Step {
	m := &c.manager
	again := func() sunrpc.Step {
		m.set(leaseExpired)
		return then(0)
	}
	if wire.Errno(status) == wire.EACCES || wire.Errno(status) == wire.EAGAIN {
		return c.sleep(sunrpc.HZ, again)
	}
	switch nfs4.Status(-status) {
	case nfs4.ErrStaleClientid:
		m.clear(leaseConfirm)
		c.startReclaim(reboot)
		return again()
	case nfs4.ErrSeqMisordered: // of CREATE_SESSION
		m.clear(leaseConfirm)
		return c.sleep(sunrpc.HZ, again)
	case nfs4.ErrDelay:
		return c.sleep(sunrpc.HZ, again)
	case nfs4.ErrClidInUse:
		m.clear(leaseConfirm)
		status = int32(wire.EPERM)
	case nfs4.ErrMinorVersMismatch:
		status = int32(wire.EPROTONOSUP)
	}
	return then(status)
}

// resetSession is nfs4_reset_session: out with the old session, if the server has not forgotten it, and in with a new one.
func (c *Client) resetSession(then Status) sunrpc.Step {
	m := &c.manager
	if c.Minor == 0 {
		m.clear(sessionReset)
		return then(0)
	}
	return c.drained(func() sunrpc.Step {
		return c.endSession(func(status int32) sunrpc.Step {
			switch nfs4.Status(-status) {
			case nfs4.OK, nfs4.ErrBadSession, nfs4.ErrDeadSession:
			case nfs4.ErrBackChanBusy, nfs4.ErrDelay:
				return c.sleep(sunrpc.HZ, func() sunrpc.Step { return then(0) })
			default:
				return then(m.accepts(status))
			}
			return c.createSession(func(status int32) sunrpc.Step {
				if status < 0 {
					return c.leaseFailed(status, then)
				}
				return c.sessionIsReset(then)
			})
		})
	})
}

// bindConn is nfs4_bind_conn_to_session.
func (c *Client) bindConn(then Status) sunrpc.Step {
	m := &c.manager
	if c.Session == nil {
		m.clear(bindConnToSession)
		return then(0)
	}
	b := &nfs4.BindConnBody{Session: c.Session.ID, Dir: nfs4.BindForeOrBoth}
	call := c.call(procBindConnToSession, op(nfs4.OpBindConnToSession, b))
	ops := &sunrpc.CallOps{DoneName: "nfs4_bind_one_conn_to_session_done", DoneModule: "nfsv4"}
	return c.drained(func() sunrpc.Step {
		return c.K.RunTask(call.setup(c.RPC, trace.Timeout, ops), func(t *sunrpc.Task) sunrpc.Step {
			m.clear(bindConnToSession)
			if t.Status() != nfs4.ErrDelay.Errno() {
				return then(m.accepts(t.Status()))
			}
			m.set(bindConnToSession)
			return c.sleep(sunrpc.HZ, func() sunrpc.Step { return then(0) })
		})
	})
}

// checkLease is nfs4_check_lease: a SEQUENCE alone finds out what the server thinks of us. One that gets no answer is made
// again and again.
func (c *Client) checkLease(then Status) sunrpc.Step {
	m := &c.manager
	if m.has(leaseExpired) {
		return then(0)
	}
	renew := c.renewNow
	if c.Minor == 0 {
		renew = c.renew40
	}
	return renew(func(status int32) sunrpc.Step {
		if wire.Errno(status) == wire.ETIMEDOUT {
			m.set(checkLease)
			return then(0)
		}
		return then(m.accepts(status))
	})
}
