package client

import (
	"slices"

	"sunscope/core/nfs4"
	"sunscope/core/sunrpc"
	"sunscope/core/trace"
	"sunscope/core/wire"
)

// recovery is how what was open is got back (nfs4_state_recovery_ops): reboot reclaims it from a server that has lost it and
// waits for those who had some; nograce opens it anew, where others may have come first.
type recovery uint8

const (
	reboot recovery = 1 << iota
	nograce
)

// bit is the state manager's for it (owner_flag_bit).
func (k recovery) bit() stateBits {
	if k == reboot {
		return reclaimReboot
	}
	return reclaimNograce
}

// startReclaim is nfs4_state_start_reclaim_reboot and nfs4_state_start_reclaim_nograce: everything that is open is to be got
// back. What had expired before a restart cannot be reclaimed.
func (c *Client) startReclaim(k recovery) {
	c.manager.set(k.bit())
	for _, m := range c.mounts {
		for _, s := range m.states {
			s.mark(k)
		}
		for _, d := range m.delegations {
			d.doubt = true
		}
	}
}

// mark is nfs4_state_mark_reclaim_reboot and nfs4_state_mark_reclaim_nograce.
func (s *State) mark(k recovery) {
	switch {
	case k == nograce:
		s.recover = nograce
	case s.recover != nograce:
		s.recover = reboot
	}
}

// stateInDoubt is nfs4_schedule_stateid_recovery: the server refuses a stateid.
func (c *Client) stateInDoubt(s *State) {
	if s != nil {
		s.mark(nograce)
		c.manager.set(reclaimNograce)
	}
	c.Schedule()
}

// next is a state that is to be got back so; the newest first.
func (c *Client) next(k recovery) *State {
	for _, m := range c.mounts {
		for i := len(m.states) - 1; i >= 0; i-- {
			if m.states[i].recover == k {
				return m.states[i]
			}
		}
	}
	return nil
}

// reclaim is nfs4_do_reclaim: one state after the other. An error that calls for other work first ends it for now.
func (c *Client) reclaim(k recovery, then Status) sunrpc.Step {
	m := &c.manager
	s := c.next(k)
	switch {
	case s == nil && k == reboot:
		return c.endReclaim(then)
	case s == nil:
		m.clear(reclaimNograce)
		return c.testDelegations(then)
	}
	s.recover = 0
	return s.again(k, func(status int32) sunrpc.Step {
		switch wire.Errno(status) {
		case wire.OK:
			return c.reclaim(k, then)
		case wire.EAGAIN:
			s.mark(nograce)
			m.set(reclaimNograce)
			return c.sleep(sunrpc.HZ, func() sunrpc.Step { return c.reclaim(k, then) })
		}
		switch why := nfs4.Status(-status); why {
		case nfs4.ErrBadStateid, nfs4.ErrOldStateid, nfs4.ErrStaleStateid, nfs4.ErrAdminRevoked, nfs4.ErrReclaimBad, nfs4.ErrReclaimConflict:
			s.mark(nograce)
			m.set(reclaimNograce)
			return c.reclaim(k, then)
		case nfs4.ErrExpired, nfs4.ErrNoGrace:
			s.mark(nograce)
			m.set(reclaimNograce)
			if why == nfs4.ErrNoGrace {
				return c.endReclaim(then)
			}
			return then(m.accepts(status))
		default:
			if m.accepts(status) == 0 {
				s.mark(k)
				return then(0)
			}
			s.failed = true // nobody can use it any more (nfs4_state_mark_recovery_failed)
			return c.reclaim(k, then)
		}
	})
}

// endReclaim is nfs4_state_end_reclaim_reboot: what has not been reclaimed has to be opened anew, and the server hears that
// there is no more to come.
func (c *Client) endReclaim(then Status) sunrpc.Step {
	m := &c.manager
	if !m.take(reclaimReboot) {
		return then(0)
	}
	for _, mount := range c.mounts {
		for _, s := range mount.states {
			if s.recover == reboot {
				s.mark(nograce)
				m.set(reclaimNograce)
			}
		}
	}
	if !m.has(reclaimNograce) {
		c.reapDelegations()
	}
	if c.Minor == 0 {
		return then(0)
	}
	return c.reclaimComplete(func(status int32) sunrpc.Step {
		if status == nfs4.ErrConnNotBound.Errno() {
			c.startReclaim(reboot)
		}
		return then(m.accepts(status))
	})
}

// reclaimComplete is nfs41_proc_reclaim_complete.
func (c *Client) reclaimComplete(then Status) sunrpc.Step {
	call, x := c.call(procReclaimComplete, op(nfs4.OpReclaimComplete, &nfs4.ReclaimCompleteArgs{})), &exception{}
	call.Privileged = true
	ops := &sunrpc.CallOps{
		Prepare: func(t *sunrpc.Task) { c.prepare(t, call) },
		Done: func(t *sunrpc.Task) {
			if !c.done(t, call) {
				return
			}
			switch nfs4.Status(-t.Status()) {
			case nfs4.ErrDelay:
				t.RestartPrepare()
				t.Delay(x.wait())
			case nfs4.ErrCompleteAlready:
				t.SetStatus(0)
			}
		},
		DoneName: "nfs4_reclaim_complete_done", DoneModule: "nfsv4",
	}
	return c.K.RunTask(call.setup(c.RPC, trace.NoRoundRobin, ops), func(t *sunrpc.Task) sunrpc.Step { return then(t.Status()) })
}

// again gets a state back, and the locks under it (__nfs4_reclaim_open_state).
func (s *State) again(k recovery, then Status) sunrpc.Step {
	locks := func() sunrpc.Step { return s.relock(k, 0, then) }
	opened := func(status int32) sunrpc.Step {
		if status < 0 {
			return then(status)
		}
		return locks()
	}
	if k == reboot {
		return s.reopen(nfs4.ClaimPrevious, opened)
	}
	return s.m.test(&s.Stateid, func(valid bool) sunrpc.Step {
		if valid {
			return locks()
		}
		return s.reopen(nfs4.ClaimFH, opened)
	})
}

// reopen is nfs4_open_reclaim and nfs4_open_expired: OPEN by the file's handle, as a call of the state manager's.
func (s *State) reopen(claim uint32, then Status) sunrpc.Step {
	m := s.m
	return m.delayed(func(then Status) sunrpc.Step {
		a := &nfs4.OpenArgs{ShareAccess: s.held | s.access(), Owner: s.owner.name(m.ID), Claim: claim}
		if d := m.Delegation(s.FH); d != nil && claim == nfs4.ClaimPrevious {
			a.DelegateType = d.Type
		}
		call := m.call(procOpenNoattr, putFH(s.FH), op(nfs4.OpOpen, a), getattr(m.have(nfs4.Bits(nfs4.AttrChange, nfs4.AttrFileID))))
		call.Cache, call.seqid = true, s.owner.seqid(&a.Seqid)
		return m.recoveryCall(call, trace.CredNoRef|trace.Timeout, "nfs4_open_done", func(status int32) sunrpc.Step {
			return m.confirmOpen("", call, status, func(status int32) sunrpc.Step {
				if r := body[nfs4.OpenRes](&call.Res, nfs4.OpOpen); r != nil && status >= 0 {
					s.Stateid, s.held, s.failed = r.Stateid, a.ShareAccess, false
					m.delegated(s.FH, &r.Delegation)
				}
				call.ends(status)
				return then(status)
			})
		})
	}, then)
}

// reapDelegations is nfs_delegation_reap_unclaimed: what has not been reclaimed with a file that is open is gone.
func (c *Client) reapDelegations() {
	for _, m := range c.mounts {
		m.delegations = slices.DeleteFunc(m.delegations, func(d *Delegation) bool { return d.doubt })
	}
}

// testDelegations is nfs_reap_expired_delegations: the server is asked for each whether it still knows it.
func (c *Client) testDelegations(then Status) sunrpc.Step {
	for _, m := range c.mounts {
		for _, d := range m.delegations {
			if d.doubt && !d.Returning { // who returns it hears of it
				d.doubt = false
				return m.test(&d.Stateid, func(valid bool) sunrpc.Step {
					if !valid {
						d.lost()
					}
					return c.testDelegations(then)
				})
			}
		}
	}
	return then(0)
}

// test is nfs41_test_and_free_expired_stateid: whether the server still knows a stateid; one that it has revoked is freed.
func (m *Mount) test(id *nfs4.Stateid, then func(valid bool) sunrpc.Step) sunrpc.Step {
	if m.Minor == 0 {
		return then(false)
	}
	call := m.call(procTestStateid, op(nfs4.OpTestStateid, &nfs4.TestStateidArgs{Stateids: []nfs4.Stateid{*id}}))
	call.Privileged = true
	return m.Client.sync(m.RPC, call, m.moveable(), func(status int32) sunrpc.Step {
		code := nfs4.ErrBadStateid
		if r := body[nfs4.TestStateidRes](&call.Res, nfs4.OpTestStateid); r != nil && len(r.Codes) == 1 {
			code = r.Codes[0]
		}
		switch code {
		case nfs4.OK:
			return then(true)
		case nfs4.ErrExpired, nfs4.ErrAdminRevoked, nfs4.ErrDelegRevoked:
			return m.freeStateid(*id, true, func(int32) sunrpc.Step { return then(false) })
		}
		return then(false)
	})
}

// relock is nfs4_reclaim_locks, from the i-th lock on. What cannot be reclaimed any more is lost: somebody else may have had
// the lock meanwhile (the module parameter recover_lost_locks is off).
func (s *State) relock(k recovery, i int, then Status) sunrpc.Step {
	if i >= len(s.locks) {
		return then(0)
	}
	l := s.locks[i]
	next := func(status int32) sunrpc.Step {
		switch why := nfs4.Status(-status); {
		case status >= 0:
			return s.relock(k, i+1, then)
		case s.m.manager.fatal(why):
			return then(status)
		}
		l.lost = true
		return s.relock(k, i+1, then)
	}
	if k == reboot {
		return s.m.delayed(func(then Status) sunrpc.Step { return l.set(true, then) }, next)
	}
	return s.m.test(&l.Stateid, func(valid bool) sunrpc.Step {
		l.lost = l.lost || !valid
		return next(0)
	})
}

// fatal says whether an error in the middle of reclaiming means that other work comes first.
func (m *manager) fatal(why nfs4.Status) bool {
	switch why {
	case nfs4.ErrStaleClientid, nfs4.ErrExpired, nfs4.ErrNoGrace, nfs4.ErrBadSession, nfs4.ErrBadSlot, nfs4.ErrBadHighSlot,
		nfs4.ErrDeadSession, nfs4.ErrSeqFalseRetry, nfs4.ErrSeqMisordered, nfs4.ErrConnNotBound:
		return true
	}
	return false
}

// delayed makes a call of the state manager's again as long as the server says DELAY.
func (c *Client) delayed(try func(Status) sunrpc.Step, then Status) sunrpc.Step {
	x := &exception{}
	var once func() sunrpc.Step
	once = func() sunrpc.Step {
		return try(func(status int32) sunrpc.Step {
			if status == nfs4.ErrDelay.Errno() {
				return c.sleep(x.wait(), once)
			}
			return then(status)
		})
	}
	return once()
}

// recoveryCall makes an asynchronous call of the state manager's, and waits for it. Errors are the caller's.
func (m *Mount) recoveryCall(call *Call, flags trace.TaskFlags, done string, then Status) sunrpc.Step {
	call.Privileged = true
	s := call.setup(m.RPC, trace.Async|flags|m.moveable(), &sunrpc.CallOps{
		Prepare:  func(t *sunrpc.Task) { m.prepare(t, call) },
		Done:     func(t *sunrpc.Task) { m.done(t, call) },
		DoneName: done, DoneModule: "nfsv4",
	})
	s.WorkQueue = m.K.NFSIOD()
	return m.wait(s, then)
}
