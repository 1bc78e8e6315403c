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
	d := DeniedBy(r.write, r.start, r.end)
	d.Owner = Owner{t.client.id, []byte(t.owner.name)}
	return *d
}

// DeniedBy is a lock in the way, bytes first to last, whose owner has no name.
func DeniedBy(write bool, first, last uint64) *Denied {
	r := byteRange{first, last, write}
	length := last - first + 1
	if last == ^uint64(0) {
		length = last
	}
	return &Denied{Offset: first, Length: length, Type: r.lockType()}
}

// Last is the last byte that is locked.
func (d *Denied) Last() uint64 {
	if d.Length == ^uint64(0) {
		return d.Length
	}
	return d.Offset + d.Length - 1
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
		return c.refused(t, a, want, denied(other, r))
	}
	if d := c.others(t.file, want); d != nil {
		return c.refused(t, a, want, *d)
	}
	t.file.stopWaiting(c.client, t.owner)
	t.cut(want)
	t.ranges = append(t.ranges, want)
	c.current = t.bump()
	return OK, &LockRes{Stateid: c.current}
}

// refused is the answer to who cannot have a lock. If he says that he waits, he will be told.
func (c *call) refused(t *state, a *LockArgs, want byteRange, d Denied) (Status, Body) {
	if c.minor > 0 && a.Type > writeLock {
		t.file.stopWaiting(c.client, t.owner)
		t.file.waiting = append(t.file.waiting, waiter{c.client, Owner{c.client.id, []byte(t.owner.name)}, want})
	}
	return ErrDenied, &LockRes{Denied: d}
}

// others is a lock in the way that is not NFSv4's. Its owner has no name here (nfs4_set_lock_denied).
func (s *Server) others(f *file, want byteRange) *Denied {
	if s.Others == nil {
		return nil
	}
	return s.Others(f.fh, want.write, want.start, want.end)
}

func (s *Server) freed(f *file) {
	if s.Freed != nil {
		s.Freed(f.fh)
	}
}

// Locked says whether an NFSv4 client has a lock that forbids one of bytes first to last to somebody on the server. Clients
// that are late with their leases lose theirs (nfsd4_lm_lock_expirable); the callbacks of that are to be made.
func (s *Server) Locked(fh string, write bool, first, last uint64) (in *Denied, out []*Callback) {
	for _, f := range s.files {
		for f.fh == fh {
			t, r := f.inTheWay(byteRange{first, last, write}, func(*state) bool { return false })
			if t == nil {
				break
			}
			if !t.client.courtesy {
				d := denied(t, r)
				return &d, s.takeOut()
			}
			s.expire(t.client)
		}
	}
	return nil, s.takeOut()
}

// Unlocked is for a file of which somebody on the server has locked some no more: those who wait are told.
func (s *Server) Unlocked(fh string) []*Callback {
	for _, f := range s.files {
		if f.fh == fh {
			s.tell(f)
		}
	}
	return s.takeOut()
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
	if d := c.others(c.file(c.fh), want); d != nil {
		return ErrDenied, &LocktRes{*d}
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

// unlocked tells those who wait for a lock that is free now, of whatever kind they are.
func (s *Server) unlocked(f *file) {
	s.tell(f)
	s.freed(f)
}

// tell makes the callbacks of that to NFSv4 clients.
func (s *Server) tell(f *file) {
	f.waiting = slices.DeleteFunc(f.waiting, func(w waiter) bool {
		if t, _ := f.inTheWay(w.want, func(t *state) bool { return t.client == w.client && t.owner.name == string(w.owner.Owner) }); t != nil || s.others(f, w.want) != nil {
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
