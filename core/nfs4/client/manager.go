package client

import (
	"sunscope/core/nfs4"
	"sunscope/core/sunrpc"
	"sunscope/core/wire"
)

// stateBits are cl_state: what the state manager has to do.
type stateBits uint16

// The bits, NFS4CLNT_ in the kernel.
const (
	managerRunning    stateBits = 1 << iota
	runManager                  // it was called while it ran
	checkLease                  // ask the server whether it still knows us
	leaseExpired                // it does not: introduce ourselves anew
	leaseConfirm                // EXCHANGE_ID is done, CREATE_SESSION must confirm it
	sessionReset                // get another session
	bindConnToSession           // tell the server that a connection is for callbacks, too
	reclaimReboot               // reclaim what we held before the server's restart
	reclaimNograce              // open anew what cannot be reclaimed any more
	purgeState                  // take leave, and begin anew
	delegExpired                // the server has revoked delegations: find out which
	delegReturn                 // give delegations back that were recalled
)

// manager is the state manager: a thread that runs while there is something to recover.
type manager struct {
	c       *Client
	bits    stateBits
	waiting []func() // who wait for the recovery
}

//go:noinline
func (m *manager) set(b stateBits) { m.bits |= b }

//go:noinline
func (m *manager) clear(b stateBits) { m.bits &^= b }

func (m *manager) has(b stateBits) bool { return m.bits&b != 0 }

// take clears a bit and says whether it was set (test_and_clear_bit).
//
//go:noinline
func (m *manager) take(b stateBits) bool {
	had := m.has(b)
	m.bits &^= b
	return had
}

// Schedule is nfs4_schedule_state_manager: the thread is started unless it runs already. While it runs it holds the client:
// the last mount may go meanwhile.
func (c *Client) Schedule() {
	m := &c.manager
	m.set(runManager)
	if m.has(managerRunning) || c.refs == 0 {
		return
	}
	m.set(managerRunning)
	c.refs++
	c.Spawn(threadName(c.Server.Host), m.run)
}

// needs calls the state manager for a piece of work.
//
//go:noinline
func (c *Client) needs(b stateBits) {
	c.manager.set(b)
	c.Schedule()
}

// threadName is the comm of the thread: the address and -manager, cut off where a comm ends (TASK_COMM_LEN).
func threadName(host string) string {
	name := host + "-manager"
	return name[:min(len(name), 15)]
}

// run is nfs4_state_manager: one piece of work after the other, the most urgent first, until there is none. The lease comes
// before the session, the session before the connection, and all of them before what was open.
func (m *manager) run() sunrpc.Step {
	c := m.c
	m.clear(runManager)
	switch {
	case m.has(purgeState):
		return c.purgeLease(m.done)
	case m.has(leaseExpired):
		return c.reclaimLease(m.done)
	case m.has(sessionReset):
		return c.resetSession(m.done)
	case m.has(bindConnToSession):
		return c.bindConn(m.done)
	case m.take(checkLease):
		return c.checkLease(m.done)
	case m.has(reclaimReboot):
		return c.reclaim(reboot, m.done)
	case m.take(delegExpired):
		return c.testDelegations(m.done)
	case m.has(reclaimNograce):
		return c.reclaim(nograce, m.done)
	case m.take(delegReturn):
		c.endDrain() // its calls wait for slots as any others
		return c.returnRecalled(m.done)
	}
	return m.end()
}

// done goes on after a piece of work, or gives up: the kernel says what failed, and waits for a second.
func (m *manager) done(status int32) sunrpc.Step {
	if status < 0 {
		return m.c.sleep(sunrpc.HZ, func() sunrpc.Step { return m.giveUp(status) })
	}
	if m.alone() {
		return m.end()
	}
	return m.run
}

// alone says that nobody but the thread needs the client any more.
func (m *manager) alone() bool { return m.c.refs <= 1 }

// end is the end of the thread: calls go on that waited for slots, and then whoever waited for the recovery
// (nfs4_end_drain_session, nfs4_clear_state_manager_bit). When the last mount has gone meanwhile, so does the client.
func (m *manager) end() sunrpc.Step {
	m.c.endDrain()
	m.clear(managerRunning)
	waiting := m.waiting
	m.waiting = nil
	m.c.queue.WakeAll()
	for _, wake := range waiting {
		wake()
	}
	if m.has(runManager) && !m.alone() {
		m.set(managerRunning)
		return m.run
	}
	return m.c.put(func() sunrpc.Step { return nil })
}

func (m *manager) giveUp(status int32) sunrpc.Step {
	if c := m.c; !c.ready && c.failed == 0 {
		c.markReady(status)
	}
	m.clear(runManager)
	return m.end()
}

// recovered is nfs4_wait_clnt_recover: then comes when the state manager has nothing to do.
func (c *Client) recovered(then func(wire.Errno) sunrpc.Step) sunrpc.Step {
	m := &c.manager
	if !m.has(managerRunning) {
		return then(wire.OK)
	}
	return c.pause(func(wake func()) { m.waiting = append(m.waiting, wake) }, then)
}

// accepts is nfs4_recovery_handle_error: an error in the middle of a recovery that says which other work comes first is
// none; 0 then, else the error itself.
func (m *manager) accepts(status int32) int32 {
	switch nfs4.Status(-status) {
	case nfs4.OK:
	case nfs4.ErrStaleClientid:
		m.set(leaseExpired)
		m.c.startReclaim(reboot)
	case nfs4.ErrExpired:
		m.set(leaseExpired)
		m.c.startReclaim(nograce)
	case nfs4.ErrBadSession, nfs4.ErrBadSlot, nfs4.ErrBadHighSlot, nfs4.ErrDeadSession, nfs4.ErrSeqFalseRetry, nfs4.ErrSeqMisordered:
		m.set(sessionReset)
	case nfs4.ErrConnNotBound:
		m.set(bindConnToSession)
	default:
		return status
	}
	return 0
}

// lost is nfs4_schedule_session_recovery: SEQUENCE said that the session, or the connection, is not known.
func (c *Client) lost(why nfs4.Status) {
	if why == nfs4.ErrConnNotBound {
		c.needs(bindConnToSession)
	} else {
		c.needs(sessionReset)
	}
}

// flags is nfs41_handle_sequence_flag_errors: what the server says with every SEQUENCE. In the answer to one of the state
// manager's own calls, state that is lost is no news.
func (c *Client) flags(f uint32, privileged bool) {
	if c.Session == nil || c.Session.Callback == nil {
		f &^= nfs4.SeqBackchannelFault | nfs4.SeqCBPathDown | nfs4.SeqCBPathDownSession // no back channel was asked for
	}
	m := &c.manager
	if f&nfs4.SeqRestartReclaimNeeded != 0 && !m.has(leaseExpired) {
		c.startReclaim(reboot)
		c.needs(leaseExpired)
	}
	if !privileged && f&nfs4.SeqExpiredAllRevoked != 0 {
		c.startReclaim(nograce)
		c.needs(leaseExpired | purgeState)
	}
	if !privileged && f&(nfs4.SeqExpiredSomeRevoked|nfs4.SeqAdminRevoked) != 0 {
		c.startReclaim(nograce)
		c.Schedule()
	}
	if !privileged && f&nfs4.SeqRecallableRevoked != 0 {
		c.delegationsInDoubt()
	}
	switch {
	case f&nfs4.SeqBackchannelFault != 0 && !m.has(sessionReset):
		c.needs(sessionReset)
	case f&(nfs4.SeqCBPathDown|nfs4.SeqCBPathDownSession) != 0 && !m.has(bindConnToSession):
		c.needs(bindConnToSession)
	}
}
