package client

import (
	"sunscope/core/nfs4"
	"sunscope/core/sunrpc"
	"sunscope/core/time"
	"sunscope/core/trace"
	"sunscope/core/wire"
)

// setLease is nfs4_set_lease_period. A connection on which the server is not heard of within the lease is of no use, and
// attempts at another must not be further apart than half of it.
func (c *Client) setLease(lease time.Duration) {
	c.Lease, c.leaseKnown = lease, true
	c.RPC.SetConnectTimeout(lease, lease/2)
}

// setupRenewal is nfs41_setup_state_renewal: a new server, or the same in another life, may have another lease time. At the
// first mount FSINFO tells it.
func (c *Client) setupRenewal(then Status) sunrpc.Step {
	if !c.leaseKnown {
		c.scheduleRenewal()
		return then(0)
	}
	now := c.M.Now()
	return c.getLeaseTime(func(status int32) sunrpc.Step {
		if status >= 0 {
			c.Renewed = now
			c.scheduleRenewal()
		}
		return then(status)
	})
}

// getLeaseTime is nfs4_proc_get_lease_time. The calls of the state manager get slots while the table is drained.
func (c *Client) getLeaseTime(then Status) sunrpc.Step {
	x := &exception{}
	call := c.call(procGetLeaseTime, op(nfs4.OpPutRootFH, nil), getattr(nfs4.Bits(nfs4.AttrLeaseTime)))
	call.Privileged = true
	ops := &sunrpc.CallOps{
		Prepare: func(t *sunrpc.Task) { c.prepare(t, call) },
		Done: func(t *sunrpc.Task) {
			if !c.done(t, call) {
				return
			}
			switch nfs4.Status(-t.Status()) {
			case nfs4.ErrDelay, nfs4.ErrGrace:
				t.RestartPrepare()
				t.Delay(x.wait())
			}
		},
		DoneName: "nfs4_get_lease_time_done", DoneModule: "nfsv4",
	}
	return c.K.RunTask(call.setup(c.RPC, trace.Timeout, ops), func(t *sunrpc.Task) sunrpc.Step {
		if b := body[nfs4.AttrsRes](&call.Res, nfs4.OpGetattr); b != nil {
			if v := b.Attrs.Get(nfs4.AttrLeaseTime); v != nil {
				c.setLease(time.Duration(v.N) * time.Second)
			}
		}
		return then(t.Status())
	})
}

// sequenceCall is _nfs41_proc_sequence: whatever comes of it, the next is on its way.
func (c *Client) sequenceCall(call *Call) *sunrpc.Setup {
	return call.setup(c.RPC, trace.Async|trace.Moveable|trace.Timeout, &sunrpc.CallOps{
		Prepare:  func(t *sunrpc.Task) { c.prepare(t, call) },
		Done:     func(t *sunrpc.Task) { c.sequenceDone(t, call) },
		Release:  func(*sunrpc.Task) { c.scheduleRenewal() },
		DoneName: "nfs41_sequence_call_done", DoneModule: "nfsv4",
	})
}

// sequenceDone is nfs41_sequence_call_done.
func (c *Client) sequenceDone(t *sunrpc.Task, call *Call) {
	if !c.done(t, call) || t.Status() >= 0 || c.renewal.stopped {
		return
	}
	if t.Status() == nfs4.ErrDelay.Errno() {
		t.RestartPrepare()
		t.Delay(pollMax)
		return
	}
	c.leaseInDoubt()
}

// renewNow is nfs4_proc_sequence: the state manager waits for the answer.
func (c *Client) renewNow(then Status) sunrpc.Step {
	call := c.call(procSequence)
	call.Privileged = true
	return c.wait(c.sequenceCall(call), then)
}

// probe is nfs4_probe_sequence: calls on the slot were interrupted, and the server may have seen them or not; a SEQUENCE
// with the number before finds out, and puts the slot right. Nobody waits for it.
func (c *Client) probe(s *nfs4.Slot, table *Table) {
	call := c.call(procSequence)
	call.Privileged, call.slot, call.table = true, s, table
	call.started()
	for step := c.K.RunTask(c.sequenceCall(call), func(*sunrpc.Task) sunrpc.Step { return nil }); step != nil; {
		step = step()
	}
}

// wait runs an asynchronous task and waits for its end (rpc_wait_for_completion_task).
func (c *Client) wait(s *sunrpc.Setup, then Status) sunrpc.Step {
	return c.K.RunTask(s, func(t *sunrpc.Task) sunrpc.Step {
		t.Get()
		return t.Wait(func(err wire.Errno) sunrpc.Step {
			status := t.Status()
			if err != wire.OK {
				status = int32(err)
			}
			t.Put()
			return then(status)
		})
	})
}
