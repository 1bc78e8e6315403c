package client

import (
	"sunscope/core/nfs4"
	"sunscope/core/sunrpc"
	"sunscope/core/time"
	"sunscope/core/trace"
)

// renewal is the delayed work by which a client keeps its lease (cl_renewd).
type renewal struct {
	work    sunrpc.Work
	armed   uint // how often it has been put off: only the last time counts
	pending bool // work is queued
	stopped bool // NFS_CS_STOP_RENEW
}

// events is the system's work queue, on which that work runs.
var events = sunrpc.WorkQueue{Name: "events"}

// leastRenewal is the shortest time between two looks at the lease.
const leastRenewal = 5 * sunrpc.HZ

// scheduleRenewal is nfs4_schedule_state_renewal: the lease is looked at when two thirds of it are over.
func (c *Client) scheduleRenewal() {
	r := &c.renewal
	if r.stopped {
		return
	}
	r.armed++
	armed, now, lease := r.armed, c.M.Now(), c.Lease
	if !c.leaseKnown {
		lease = 0
	}
	c.M.At(now+max(2*lease/3+c.Renewed-now, leastRenewal), func() {
		if armed != r.armed || r.pending || r.stopped {
			return
		}
		r.pending = true
		r.work = sunrpc.Work{Queue: &events, Name: "nfs4_renew_state", Run: c.renewState}
		c.M.Queue(&r.work)
	})
}

// stopRenewal is nfs4_kill_renewd.
func (c *Client) stopRenewal() { c.renewal.stopped = true }

// renewState is nfs4_renew_state: a lease of which more than a third is over without a word is renewed. Whoever holds
// delegations in NFSv4.0 says so each time: the answer tells whether the server could call it.
func (c *Client) renewState() sunrpc.Step {
	c.renewal.pending = false
	if c.renewal.stopped {
		return nil
	}
	if c.M.Now() <= c.Renewed+c.Lease/3 && (c.Minor > 0 || !c.holdsDelegations()) {
		c.scheduleRenewal()
		return nil
	}
	var s *sunrpc.Setup
	if c.Minor == 0 {
		s = c.renewSetup()
	} else {
		s = c.sequenceSetup()
	}
	return c.K.RunTask(s, func(*sunrpc.Task) sunrpc.Step { return nil })
}

// holdsDelegations is nfs_delegations_present.
func (c *Client) holdsDelegations() bool {
	for _, m := range c.mounts {
		if len(m.delegations) > 0 {
			return true
		}
	}
	return false
}

// renewSetup is nfs4_proc_async_renew.
func (c *Client) renewSetup() *sunrpc.Setup {
	began := c.M.Now()
	call := c.call(procRenew, op(nfs4.OpRenew, &nfs4.ClientidArgs{Clientid: c.ID}))
	call.Item = "renew"
	return call.setup(c.RPC, trace.Async|trace.Timeout, &sunrpc.CallOps{
		Done: func(t *sunrpc.Task) { c.renewed(t.Status(), began) }, DoneName: "nfs4_renew_done", DoneModule: "nfsv4",
		Release: func(*sunrpc.Task) { c.scheduleRenewal() },
	})
}

// renewed is nfs4_renew_done. A server that cannot call us says so here; after any other error it is asked what it knows.
func (c *Client) renewed(status int32, began time.Duration) {
	switch {
	case status >= 0:
		c.Renewed = max(c.Renewed, began)
	case c.renewal.stopped:
	case status == nfs4.ErrCBPathDown.Errno():
		c.Renewed = max(c.Renewed, began)
		c.pathDown()
	default:
		c.leaseInDoubt()
	}
}

// sequenceSetup is nfs41_proc_async_sequence: in NFSv4.1 a SEQUENCE alone renews the lease.
func (c *Client) sequenceSetup() *sunrpc.Setup {
	call := c.call(procSequence)
	call.Item = "renew"
	return c.sequenceCall(call)
}

// leaseInDoubt is nfs4_schedule_lease_recovery.
func (c *Client) leaseInDoubt() {
	if !c.manager.has(leaseExpired) {
		c.manager.set(checkLease)
	}
	c.Schedule()
}

// renews says whether an answer without error renews the lease in NFSv4.0: that of every call with a stateid does
// (renew_lease, RFC 7530 section 9.5).
func renews(proc int) bool {
	switch proc {
	case procOpen, procOpenConfirm, procClose, procRead, procWrite, procLock, procLocku, procDelegreturn:
		return true
	}
	return false
}
