package client

import (
	"sunscope/core/nfs4"
	"sunscope/core/sunrpc"
)

// recalled is nfs4_callback_recall: the state manager gives the delegation back, after the answer to this.
func (c *Client) recalled(a *nfs4.CBRecallArgs) nfs4.Status {
	for _, m := range c.mounts {
		d := m.Delegation(a.FH)
		switch {
		case d == nil:
			continue
		case !same(d.Stateid, a.Stateid):
			return nfs4.ErrBadStateid
		}
		c.giveBack(d)
		return nfs4.OK
	}
	return nfs4.ErrBadHandle
}

// same is nfs41_match_stateid: a number of 0 stands for any.
func same(a, b nfs4.Stateid) bool {
	return a.Other == b.Other && (a.Seqid == b.Seqid || a.Seqid == 0 || b.Seqid == 0)
}

// The bits of CB_RECALL_ANY's mask (RFC 8881 section 20.6).
const (
	recallReadDelegations = 1 << iota
	recallWriteDelegations
	recallDirDelegations
	recallFileLayout
	recallBlockLayout
	recallAnyMask = 0xffff
)

// recallAny is nfs4_callback_recallany: delegations under which nothing is open are given back.
func (c *Client) recallAny(a *nfs4.CBRecallAnyArgs) nfs4.Status {
	if len(a.Mask) > 1 || len(a.Mask) == 1 && a.Mask[0]&^recallAnyMask != 0 {
		return nfs4.ErrInval
	}
	mask := uint32(0)
	if len(a.Mask) > 0 {
		mask = a.Mask[0]
	}
	for _, m := range c.mounts {
		for _, d := range m.delegations {
			kind := uint32(recallReadDelegations)
			if d.Type == nfs4.DelegWrite {
				kind = recallWriteDelegations
			}
			if mask&kind != 0 && m.State(d.FH) == nil {
				c.giveBack(d)
			}
		}
	}
	return nfs4.OK
}

// giveBack has the state manager return a delegation (nfs_async_inode_return_delegation).
func (c *Client) giveBack(d *Delegation) {
	d.recalled = true
	c.manager.set(delegReturn)
	c.Schedule()
}

// returnRecalled is nfs_client_return_marked_delegations: a DELEGRETURN for each that is to go back. Nobody waits for their
// ends.
func (c *Client) returnRecalled(then Status) sunrpc.Step {
	for _, m := range c.mounts {
		for _, d := range m.delegations {
			if d.recalled && !d.Returning {
				return d.returnLater(func() sunrpc.Step { return c.returnRecalled(then) })
			}
		}
	}
	return then(0)
}

// returnLater is nfs_end_delegation_return without issync.
func (d *Delegation) returnLater(then sunrpc.Step) sunrpc.Step {
	d.Returning = true
	m := d.m
	return m.reopened(d, func(int32) sunrpc.Step {
		s, x := d.setup(""), &exception{}
		call := s.Msg.Args.(*Call)
		s.Ops.Done = func(t *sunrpc.Task) {
			if !m.done(t, call) {
				return
			}
			switch nfs4.Status(-t.Status()) { // nfs4_delegreturn_done
			case nfs4.ErrDelay:
				m.again(t, x)
			case nfs4.ErrDelegRevoked, nfs4.ErrAdminRevoked, nfs4.ErrExpired:
				m.freeLater(d.Stateid)
				t.SetStatus(0)
			}
		}
		freed := s.Ops.Release
		s.Ops.Release = func(t *sunrpc.Task) {
			freed(t)
			m.forgetDelegation(d)
		}
		return m.K.RunTask(s, func(*sunrpc.Task) sunrpc.Step { return then })
	})
}

// freeLater is nfs4_free_revoked_stateid: a stateid that the server has revoked is freed, and nobody waits for that.
func (m *Mount) freeLater(id nfs4.Stateid) {
	if m.Minor == 0 {
		return
	}
	m.M.Queue(&sunrpc.Work{Queue: m.K.NFSIOD(), Name: "nfs41_free_stateid", Run: func() sunrpc.Step {
		return m.freeStateid(id, false, func(int32) sunrpc.Step { return nil })
	}})
}

// delegationsInDoubt is nfs41_handle_recallable_state_revoked: something that the server can recall is gone, and it does not
// say what.
func (c *Client) delegationsInDoubt() {
	for _, m := range c.mounts {
		m.layouts = nil // pnfs_destroy_all_layouts
		for _, d := range m.delegations {
			d.doubt = true
		}
	}
	c.needs(delegExpired)
}

// lost is the end of a delegation that the server does not know any more. What was open under it alone has to be opened anew.
func (d *Delegation) lost() {
	m := d.m
	m.forgetDelegation(d)
	if s := m.State(d.FH); s != nil && s.Stateid == (nfs4.Stateid{}) {
		m.stateInDoubt(s)
	}
}
