package client

import (
	"slices"

	"sunscope/core/nfs4"
	"sunscope/core/sunrpc"
	"sunscope/core/trace"
	"sunscope/core/wire"
)

// Delegation is nfs_delegation: the server's word that nobody else changes a file, or uses it, without our hearing of it.
// While it lasts the file is opened without a call.
type Delegation struct {
	m       *Mount
	FH      nfs4.FH
	Stateid nfs4.Stateid
	Type    uint32 // DelegRead or DelegWrite
	// Returning: DELEGRETURN is under way (NFS_DELEGATION_RETURNING).
	Returning bool
	// doubt: the server may not know it any more (NFS_DELEGATION_NEED_RECLAIM, NFS_DELEGATION_TEST_EXPIRED).
	doubt    bool
	recalled bool // the state manager is to give it back (NFS_DELEGATION_RETURN)
}

// Delegation is the delegation of a file; nil if there is none.
func (m *Mount) Delegation(fh nfs4.FH) *Delegation {
	for _, d := range m.delegations {
		if string(d.FH) == string(fh) {
			return d
		}
	}
	return nil
}

// Delegations are all that the mount holds.
func (m *Mount) Delegations() []*Delegation { return m.delegations }

// delegated is nfs_inode_set_delegation: an OPEN has brought a delegation, or none.
func (m *Mount) delegated(fh nfs4.FH, g *nfs4.Delegation) {
	if g.Type != nfs4.DelegRead && g.Type != nfs4.DelegWrite {
		return
	}
	if d := m.Delegation(fh); d != nil {
		d.Stateid, d.Type, d.doubt = g.Stateid, g.Type, false
		return
	}
	m.delegations = append(m.delegations, &Delegation{m: m, FH: fh, Stateid: g.Stateid, Type: g.Type})
}

// allows says whether the file may be opened so under the delegation (can_open_delegated).
func (d *Delegation) allows(access uint32) bool {
	return d != nil && !d.Returning && (d.Type == nfs4.DelegWrite || access == nfs4.ShareRead)
}

// openLocally opens a file under a delegation: the task finds that there is nothing to ask (nfs4_open_prepare). If the
// delegation has gone meanwhile, the file is opened as any other.
func (m *Mount) openLocally(item string, fh, dir nfs4.FH, name string, how How, then func(*File, int32) sunrpc.Step) sunrpc.Step {
	o, local := m.owner(), false
	s := m.callSetup(m.openCall(item, fh, &nfs4.OpenArgs{ShareAccess: how.Access, Claim: nfs4.ClaimFH}), "nfs4_open_done")
	s.Ops.Prepare = func(t *sunrpc.Task) {
		local = m.Delegation(fh).allows(how.Access)
		t.Nothing()
	}
	return m.wait(s, func(status int32) sunrpc.Step {
		switch {
		case local:
			f := m.opened(fh, o, how.Access)
			f.dir, f.name = dir, name
			return then(f, 0)
		case status < 0:
			return then(nil, status)
		}
		return m.OpenFH(item, fh, dir, name, how, then)
	})
}

// Return is nfs_inode_return_delegation: DELEGRETURN, for whose end the caller waits. Whoever still has the file open
// under the delegation alone opens it at the server first.
func (d *Delegation) Return(item string, then Status) sunrpc.Step {
	d.Returning = true
	m := d.m
	return m.reopened(d, func(int32) sunrpc.Step {
		return m.retried(&exception{}, func(then func(int32) sunrpc.Step) sunrpc.Step {
			return m.wait(d.setup(item), func(status int32) sunrpc.Step { return then(returned(status)) })
		}, func(status int32) sunrpc.Step {
			m.forgetDelegation(d)
			return then(status)
		})
	})
}

// returned is nfs4_delegreturn_done: what the server does not know any more is returned.
func returned(status int32) int32 {
	switch nfs4.Status(-status) {
	case nfs4.ErrAdminRevoked, nfs4.ErrDelegRevoked, nfs4.ErrExpired, nfs4.ErrBadStateid, nfs4.ErrStaleStateid:
		return 0
	}
	if wire.Errno(status) == wire.ETIMEDOUT {
		return 0
	}
	return status
}

// setup is a DELEGRETURN that nobody has begun.
func (d *Delegation) setup(item string) *sunrpc.Setup {
	m := d.m
	call := m.call(procDelegreturn, putFH(d.FH), getattr(m.have(consistencyRead)), op(nfs4.OpDelegreturn, &nfs4.StateidArgs{Stateid: d.Stateid}))
	call.Item, call.Cache = item, true
	s := m.callSetup(call, "nfs4_delegreturn_done")
	s.Flags = s.Flags&^trace.CredNoRef | trace.Timeout
	return s
}

// reopened is nfs_delegation_claim_opens: OPEN with CLAIM_DELEG_CUR_FH for what is open under the delegation alone. NFSv4.0
// has that only by name, as CLAIM_DELEGATE_CUR.
func (m *Mount) reopened(d *Delegation, then Status) sunrpc.Step {
	s := m.State(d.FH)
	if s == nil || s.Stateid != (nfs4.Stateid{}) {
		return then(0)
	}
	a, at := &nfs4.OpenArgs{ShareAccess: s.access(), Owner: s.owner.name(m.ID), Claim: nfs4.ClaimDelegCurFH, DelegStateid: d.Stateid}, d.FH
	if m.Minor == 0 {
		a.Claim, a.Name, at = nfs4.ClaimDelegateCur, s.name, s.dir
	}
	call := m.openCall("", at, a)
	call.seqid = s.owner.seqid(&a.Seqid)
	call.file = d.FH
	return m.waitCall(call, "nfs4_open_done", func(status int32) sunrpc.Step {
		return m.confirmOpen("", call, status, func(status int32) sunrpc.Step {
			if r := body[nfs4.OpenRes](&call.Res, nfs4.OpOpen); r != nil {
				s.Stateid = r.Stateid
			}
			call.ends(status)
			return then(status)
		})
	})
}

// incompatible is nfs4_return_incompatible_delegation: before the file is opened in a way that the delegation does not
// allow, it is given back.
func (m *Mount) incompatible(fh nfs4.FH, access uint32, then sunrpc.Step) sunrpc.Step {
	d := m.Delegation(fh)
	if d == nil || d.allows(access) || d.Returning {
		return then
	}
	return d.Return("", func(int32) sunrpc.Step { return then })
}

func (m *Mount) forgetDelegation(d *Delegation) {
	m.delegations = slices.DeleteFunc(m.delegations, func(o *Delegation) bool { return o == d })
}
