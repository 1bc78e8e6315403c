package nfs4

import "slices"

// byteRange is a lock: bytes start to end, both included.
type byteRange struct {
	start, end uint64
	write      bool
}

// waiter is somebody who was refused a lock and said that he waits: NFSv4.1 tells him when it is worth a try.
type waiter struct {
	client *client
	owner  Owner
	want   byteRange
}

func rangeOf(typ uint32, off, length uint64) (r byteRange, ok bool) {
	r = byteRange{off, off + length - 1, typ&1 == 0}
	if length == ^uint64(0) {
		r.end = length
	}
	return r, length > 0 && r.end >= off && typ >= readLock && typ <= 4
}

// lockType is nfs_lock_type4 of a range.
func (r *byteRange) lockType() uint32 {
	if r.write {
		return writeLock
	}
	return readLock
}

// inTheWay is a lock of somebody else that forbids want on f.
func (f *file) inTheWay(want byteRange, by func(*state) bool) (*state, *byteRange) {
	for _, t := range f.states {
		if t.kind != locked || by(t) {
			continue
		}
		for i := range t.ranges {
			if r := &t.ranges[i]; r.start <= want.end && want.start <= r.end && (r.write || want.write) {
				return t, r
			}
		}
	}
	return nil, nil
}

func denied(t *state, r *byteRange) Denied {
	length := r.end - r.start + 1
	if r.end == ^uint64(0) {
		length = r.end
	}
	return Denied{r.start, length, r.lockType(), Owner{t.client.id, []byte(t.owner.name)}}
}

func (c *call) lock(b Body) (Status, Body) {
	a := b.(*LockArgs)
	if st := c.have(); st != OK {
		return st, nil
	}
	want, ok := rangeOf(a.Type, a.Offset, a.Length)
	if !ok {
		return ErrInval, nil
	}
	if !a.NewOwner {
		t, st := c.lookupState(&a.LockStateid, locked)
		if st != OK {
			return c.again(&a.LockStateid, a.LockSeqid, OpLock, st)
		}
		return c.ordered(t.owner, a.LockSeqid, OpLock, func() (Status, Body) { return c.lockRange(t, a, want) })
	}
	open, st := c.lookupState(&a.OpenStateid, opened)
	if st != OK {
		return c.again(&a.OpenStateid, a.OpenSeqid, OpLock, st)
	}
	return c.ordered(open.owner, a.OpenSeqid, OpLock, func() (Status, Body) {
		o := c.owner(a.Owner.Owner, true)
		o.used, o.seq = true, a.LockSeqid
		for _, t := range open.file.states {
			if t.kind == locked && t.owner == o {
				return c.lockRange(t, a, want)
			}
		}
		t := c.newState(locked, c.client, open.file, o)
		t.open = open
		st, r := c.lockRange(t, a, want)
		if st != OK {
			c.drop(t)
		}
		return st, r
	})
}

func (c *call) lockRange(t *state, a *LockArgs, want byteRange) (Status, Body) {
	switch {
	case c.grace() != a.Reclaim && a.Reclaim:
		return ErrNoGrace, nil
	case c.grace() != a.Reclaim:
		return ErrGrace, nil
	case want.write && t.open.access&ShareWrite == 0:
		return ErrOpenMode, nil
	}
	for {
		other, r := t.file.inTheWay(want, func(o *state) bool { return o.owner == t.owner })
		if other == nil {
			break
		}
		if other.client.courtesy {
			c.expire(other.client)
			continue
		}
		if c.minor > 0 && a.Type > writeLock {
			t.file.stopWaiting(c.client, t.owner)
			t.file.waiting = append(t.file.waiting, waiter{c.client, Owner{c.client.id, []byte(t.owner.name)}, want})
		}
		return ErrDenied, &LockRes{Denied: denied(other, r)}
	}
	t.file.stopWaiting(c.client, t.owner)
	t.cut(want)
	t.ranges = append(t.ranges, want)
	c.current = t.bump()
	return OK, &LockRes{Stateid: c.current}
}

// stopWaiting forgets what an owner waits for on f; o nil: what any owner of the client's does. An owner waits for one lock of
// a file at most (find_blocked_lock): it asks again, and it is told once.
func (f *file) stopWaiting(n *client, o *owner) {
	f.waiting = slices.DeleteFunc(f.waiting, func(w waiter) bool {
		return w.client == n && (o == nil || string(w.owner.Owner) == o.name)
	})
}

// cut takes a range out of what t has locked.
func (t *state) cut(out byteRange) {
	var left []byteRange
	for _, r := range t.ranges {
		if r.end < out.start || r.start > out.end {
			left = append(left, r)
			continue
		}
		if r.start < out.start {
			left = append(left, byteRange{r.start, out.start - 1, r.write})
		}
		if r.end > out.end {
			left = append(left, byteRange{out.end + 1, r.end, r.write})
		}
	}
	t.ranges = left
}

func (c *call) lockt(b Body) (Status, Body) {
	a := b.(*LocktArgs)
	if st := c.have(); st != OK {
		return st, nil
	}
	want, ok := rangeOf(a.Type, a.Offset, a.Length)
	if !ok {
		return ErrInval, nil
	}
	n, st := c.lease40(a.Owner.Clientid)
	if st != OK {
		return st, nil
	}
	t, r := c.file(c.fh).inTheWay(want, func(t *state) bool { return t.client == n && t.owner.name == string(a.Owner.Owner) })
	if t != nil {
		return ErrDenied, &LocktRes{denied(t, r)}
	}
	return OK, nil
}

func (c *call) locku(b Body) (Status, Body) {
	a := b.(*LockuArgs)
	gone, ok := rangeOf(a.Type, a.Offset, a.Length)
	if !ok {
		return ErrInval, nil
	}
	t, st := c.lookupState(&a.Stateid, locked)
	if st != OK {
		return c.again(&a.Stateid, a.Seqid, OpLocku, st)
	}
	return c.ordered(t.owner, a.Seqid, OpLocku, func() (Status, Body) {
		t.cut(gone)
		c.unlocked(t.file)
		return OK, &StateidRes{t.bump()}
	})
}

// unlocked tells those who wait for a lock that is free now.
func (s *Server) unlocked(f *file) {
	f.waiting = slices.DeleteFunc(f.waiting, func(w waiter) bool {
		if t, _ := f.inTheWay(w.want, func(t *state) bool { return t.client == w.client && t.owner.name == string(w.owner.Owner) }); t != nil {
			return false
		}
		if s.findConfirmed(w.client.id) == w.client {
			s.callback(w.client, &Callback{Op: Operation{Op: OpCBNotifyLock, Body: &CBNotifyLockArgs{FH(f.fh), w.owner}}})
		}
		return true
	})
}

func (c *call) releaseLockowner(b Body) (Status, Body) {
	a := b.(*LockownerArgs)
	n, st := c.lease40(a.Owner.Clientid)
	if st != OK {
		return st, nil
	}
	o := n.findOwner(a.Owner.Owner, true)
	for _, t := range slices.Clone(n.states) {
		switch {
		case o == nil || t.owner != o:
		case len(t.ranges) > 0:
			return ErrLocksHeld, nil
		default:
			c.drop(t)
		}
	}
	n.owners = slices.DeleteFunc(n.owners, func(x *owner) bool { return x == o })
	return OK, nil
}
