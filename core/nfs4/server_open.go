package nfs4

import "sunscope/core/nfs"

func (c *call) open(b Body) (Status, Body) {
	a := b.(*OpenArgs)
	if st := c.have(); st != OK {
		return st, nil
	}
	n, st := c.lease40(a.Owner.Clientid)
	if st != OK {
		return st, nil
	}
	o := c.owner(a.Owner.Owner, false)
	if !o.confirmed && o.used && a.Seqid != o.seq {
		*o = owner{name: o.name} // the client has begun anew without confirming
	}
	c.client = n
	return c.ordered(o, a.Seqid, OpOpen, func() (Status, Body) { return c.openOrdered(a, o) })
}

// mayOpen is the rule of the grace period: those who had state reclaim it, everybody else waits.
func (c *call) mayOpen(a *OpenArgs) Status {
	reclaim := a.Claim == ClaimPrevious
	switch {
	case a.ShareAccess&ShareBoth == 0 || a.ShareAccess&^(ShareBoth|WantMask|0x30000) != 0 || a.ShareDeny > ShareBoth:
		return ErrInval
	case !reclaim && c.grace(), !reclaim && c.minor > 0 && !c.client.reclaimed:
		return ErrGrace
	case !reclaim:
		return OK
	case !c.grace() || c.client.reclaimed:
		return ErrNoGrace
	}
	for _, owner := range c.awaited {
		if owner == c.client.owner {
			return OK
		}
	}
	return ErrReclaimBad
}

func (c *call) openOrdered(a *OpenArgs, o *owner) (Status, Body) {
	if st := c.mayOpen(a); st != OK {
		return st, nil
	}
	if a.Claim == ClaimDelegateCur || a.Claim == ClaimDelegCurFH {
		if _, st := c.lookupState(&a.DelegStateid, delegation); st != OK {
			return st, nil
		}
	}
	if a.Claim == ClaimPrevious {
		o.confirmed = true // it was, in the server's last life
	}
	r := &OpenRes{Rflags: OpenLocktypePosix}
	h, st := c.openFile(a, r)
	if st != OK {
		return st, nil
	}
	at, s := c.FS.Stat(h)
	switch {
	case s != nfs.OK:
		return Status(s), nil
	case at.Type == nfs.Directory:
		return ErrIsDir, nil
	}
	f := c.file(h)
	if st := c.shareConflict(f, o, a); st != OK {
		return st, nil
	}
	if a.ShareAccess&ShareWrite != 0 || a.ShareDeny&ShareRead != 0 {
		if st := c.breakDelegations(h); st != OK {
			return st, nil
		}
	}
	c.fh = h
	r.Stateid = c.openState(f, o, a)
	c.current = r.Stateid
	if c.minor > 0 {
		r.Rflags |= OpenMayNotifyLocks
	} else if !o.confirmed {
		r.Rflags |= OpenConfirm
	}
	c.delegate(f, o, a, &r.Delegation)
	return OK, r
}

// openState opens the file, or more of it for an owner that has it open.
func (c *call) openState(f *file, o *owner, a *OpenArgs) Stateid {
	var t *state
	for _, have := range f.states {
		if have.kind == opened && have.owner == o {
			t = have
		}
	}
	if t == nil {
		t = c.newState(opened, c.client, f, o)
	}
	t.access |= a.ShareAccess & ShareBoth
	t.deny |= a.ShareDeny
	return t.bump()
}

// openFile finds or makes the file. Whoever holds a delegation of one that is to be emptied is called back first.
func (c *call) openFile(a *OpenArgs, r *OpenRes) (nfs.FH, Status) {
	switch a.Claim {
	case ClaimFH, ClaimPrevious, ClaimDelegCurFH:
		return c.fh, OK
	case ClaimNull, ClaimDelegateCur:
	default:
		return nil, ErrNotSupp
	}
	if st := checkName(a.Name); st != OK {
		return nil, st
	}
	dir := c.fh
	if !a.Create {
		at, _ := c.FS.Stat(dir)
		r.Cinfo = ChangeInfo{true, change(&at), change(&at)}
		h, s := c.FS.Find(dir, a.Name)
		return h, Status(s)
	}
	set, mask := setAttr(&a.CreateAttrs)
	h, s := c.FS.Find(dir, a.Name)
	if s == nfs.OK && a.CreateMode == Unchecked {
		set = nfs.SetAttr{Size: set.Size} // of what is there, only the size is changed
		if set.Size.Set {
			if st := c.breakDelegations(h); st != OK {
				return nil, st
			}
		}
	}
	args := nfs.CreateArgs{Where: nfs.DirOp{Dir: dir, Name: a.Name}, Mode: nfs.CreateMode(min(a.CreateMode, Exclusive)), Attr: set, Verf: a.CreateVerf}
	ci, st := c.cinfo(dir, func() (s nfs.Status) {
		h, s = c.FS.Make(&args)
		return s
	})
	if st == OK && a.CreateMode == Exclusive41 {
		c.FS.Change(h, &set)
	}
	r.Cinfo, r.Set = ci, mask
	return h, st
}

// shareConflict looks for an open in the way. One of a client in courtesy is not.
func (c *call) shareConflict(f *file, o *owner, a *OpenArgs) Status {
	for i := 0; i < len(f.states); i++ {
		t := f.states[i]
		if t.kind != opened || t.owner == o || t.deny&a.ShareAccess == 0 && t.access&a.ShareDeny == 0 {
			continue
		}
		if !t.client.courtesy {
			return ErrShareDenied
		}
		c.expire(t.client)
		i = -1
	}
	return OK
}

func (c *call) openConfirm(b Body) (Status, Body) {
	a := b.(*OpenConfirmArgs)
	t, st := c.lookupState(&a.Stateid, opened)
	if st != OK {
		return c.again(&a.Stateid, a.Seqid, OpOpenConfirm, st)
	}
	return c.ordered(t.owner, a.Seqid, OpOpenConfirm, func() (Status, Body) {
		t.owner.confirmed = true
		return OK, &StateidRes{t.bump()}
	})
}

// again is for a request whose stateid is out of date because the request was served before (NFSv4.0).
func (c *call) again(sid *Stateid, seq uint32, num Op, st Status) (Status, Body) {
	if t := c.byOther[sid.Other]; c.minor == 0 && st == ErrOldStateid && t != nil && t.owner != nil && t.owner.used &&
		t.owner.seq == seq && t.owner.last.Op == num {
		return t.owner.last.Status, t.owner.last.Body
	}
	return st, nil
}

func (c *call) openDowngrade(b Body) (Status, Body) {
	a := b.(*OpenDowngradeArgs)
	t, st := c.lookupState(&a.Stateid, opened)
	if st != OK {
		return c.again(&a.Stateid, a.Seqid, OpOpenDowngrade, st)
	}
	return c.ordered(t.owner, a.Seqid, OpOpenDowngrade, func() (Status, Body) {
		access := a.ShareAccess & ShareBoth
		if access == 0 || access&^t.access != 0 || a.ShareDeny&^t.deny != 0 {
			return ErrInval, nil
		}
		t.access, t.deny = access, a.ShareDeny
		return OK, &StateidRes{t.bump()}
	})
}

// close: NFSv4.0 keeps what was closed last, so that a CLOSE that comes again is answered as before.
func (c *call) close(b Body) (Status, Body) {
	a := b.(*CloseArgs)
	t, st := c.lookupState(&a.Stateid, opened)
	if st != OK {
		return c.closedBefore(a, st)
	}
	o := t.owner
	return c.ordered(o, a.Seqid, OpClose, func() (Status, Body) {
		c.drop(t)
		return OK, &StateidRes{closedStateid}
	})
}

func (c *call) closedBefore(a *CloseArgs, st Status) (Status, Body) {
	if c.minor > 0 || st != ErrBadStateid {
		return c.again(&a.Stateid, a.Seqid, OpClose, st)
	}
	id := hyper(a.Stateid.Other[:])
	n := c.findConfirmed(id)
	if n == nil {
		return st, nil
	}
	for _, o := range n.owners {
		if o.used && o.seq == a.Seqid && o.last.Op == OpClose && string(o.fh) == string(c.fh) {
			return o.last.Status, o.last.Body
		}
	}
	return st, nil
}

func hyper(b []byte) (v uint64) {
	for _, x := range b[:8] {
		v = v<<8 | uint64(x)
	}
	return v
}
