package client

import (
	"slices"

	"sunscope/core/nfs4"
	"sunscope/core/sunrpc"
	"sunscope/core/time"
	"sunscope/core/trace"
	"sunscope/core/wire"
	"sunscope/core/xdr"
)

// The kinds of locks: nfs_lock_type4. Whoever waits for one says so.
const (
	readLock  = 1
	writeLock = 2
	andWaits  = 2 // more than that
)

// How long a process waits that wants a lock which somebody else has, before it asks again: each time twice as long.
const (
	lockLeast = 1 * time.Second  // NFS4_LOCK_MINTIMEOUT
	lockMost  = 30 * time.Second // NFS4_LOCK_MAXTIMEOUT
)

// Range is a part of a file; Length 0 is all that there is, and will be.
type Range struct{ Offset, Length uint64 }

// wire is the range as it is sent.
func (r Range) wire() (off, length uint64) {
	if r.Length == 0 {
		return r.Offset, ^uint64(0)
	}
	return r.Offset, r.Length
}

// Lock is a lock on a part of an open file (nfs4_lock_state with its file_lock).
type Lock struct {
	*State
	file *File // whose user has it
	Range
	Stateid nfs4.Stateid
	Write   bool
	by      *openOwner // the lock owner, whose requests are numbered in NFSv4.0
	lost    bool       // NFS_LOCK_LOST: it was not reclaimed in time
}

// Lost says that the lock could not be got back after the server had forgotten it.
func (l *Lock) Lost() bool { return l.lost }

// owner is the lock owner's name.
func (l *Lock) owner() nfs4.Owner {
	name := append([]byte("lock id:"), make([]byte, 12)...)
	xdr.PutWord(name[16:], l.by.id)
	return nfs4.Owner{Clientid: l.m.ID, Owner: name}
}

// blocked is a process that waits for a lock: for another on this host to give it up, or for the server.
type blocked struct {
	l    *Lock
	wake func()
}

// Lock is nfs4_proc_setlk (fcntl with F_SETLKW, or F_SETLK without wait): the file's part is locked when then comes, or
// there is an error. Processes of this host are served here; only who has nobody before him asks the server. Each lock counts
// as that of another process: who has some of the part locked already does not ask for it again.
func (f *File) Lock(item string, write, wait bool, part Range, then func(*Lock, int32) sunrpc.Step) sunrpc.Step {
	m := f.m
	l := &Lock{State: f.State, file: f, Range: part, Write: write, by: m.newOwner()}
	pause := lockLeast
	var try func() sunrpc.Step
	try = func() sunrpc.Step {
		if l.conflicts() {
			if !wait {
				return then(nil, int32(wire.EAGAIN))
			}
			return l.block(0, try)
		}
		return m.retried(&exception{}, func(then Status) sunrpc.Step { return l.take(item, wait, then) }, func(status int32) sunrpc.Step {
			switch {
			case status == nfs4.ErrDenied.Errno() && wait:
				d := pause
				pause = min(2*pause, lockMost)
				return l.block(d, try)
			case status == nfs4.ErrDenied.Errno():
				return then(nil, int32(wire.EAGAIN))
			case status < 0:
				return then(nil, status)
			}
			l.State.locks = append(l.State.locks, l)
			return then(l, 0)
		})
	}
	return try()
}

// conflicts says whether another process of this host has a lock in the way.
func (l *Lock) conflicts() bool {
	for _, o := range l.State.locks {
		if (l.Write || o.Write) && l.Offset < o.end() && o.Offset < l.end() {
			return true
		}
	}
	return false
}

// end is the first byte behind a range; one that has no end ends where no file goes on.
func (r Range) end() uint64 {
	if r.Length == 0 || r.Offset+r.Length < r.Offset {
		return ^uint64(0)
	}
	return r.Offset + r.Length
}

// drop takes a lock off the list of those that the file has, and lets those try who waited for it.
func (l *Lock) drop() {
	l.State.locks = slices.DeleteFunc(l.State.locks, func(o *Lock) bool { return o == l })
	l.m.wakeBlocked(func(b *blocked) bool { return b.l.State == l.State })
}

// block lets the thread sleep until somebody says that the lock may be free; for d at most, if d is not 0 (nfs4_retry_setlk).
func (l *Lock) block(d time.Duration, then sunrpc.Step) sunrpc.Step {
	c, th := l.m.Client, l.m.M.Current()
	b := &blocked{l: l, wake: func() { c.M.Wake(th, then) }}
	c.blocked = append(c.blocked, b)
	if d > 0 {
		c.M.At(c.M.Now()+d, func() { c.wakeBlocked(func(o *blocked) bool { return o == b }) })
	}
	return nil
}

// wakeBlocked lets those try again that are meant.
func (c *Client) wakeBlocked(meant func(*blocked) bool) {
	var stay []*blocked
	all := c.blocked
	c.blocked = nil
	for _, b := range all {
		if meant(b) {
			b.wake()
		} else {
			stay = append(stay, b)
		}
	}
	c.blocked = append(stay, c.blocked...)
}

// NotifyLock is what CB_NOTIFY_LOCK says: a lock that this owner waits for may be free (nfs4_callback_notify_lock).
func (c *Client) NotifyLock(owner *nfs4.Owner) {
	c.wakeBlocked(func(b *blocked) bool { return string(b.l.owner().Owner) == string(owner.Owner) })
}

// take is _nfs4_do_setlk for a process.
func (l *Lock) take(item string, wait bool, then Status) sunrpc.Step {
	call := l.call(false, wait)
	call.Item = item
	return l.m.waitCall(call, "nfs4_lock_done", l.taken(call, then))
}

// set is _nfs4_do_setlk for the state manager, which reclaims the lock.
func (l *Lock) set(reclaim bool, then Status) sunrpc.Step {
	call := l.call(reclaim, false)
	return l.m.recoveryCall(call, trace.CredNoRef, "nfs4_lock_done", l.taken(call, then))
}

func (l *Lock) call(reclaim, wait bool) *Call {
	a := &nfs4.LockArgs{Type: readLock, Reclaim: reclaim, NewOwner: true, OpenStateid: l.State.Stateid, Owner: l.owner()}
	a.Offset, a.Length = l.wire()
	if l.Write {
		a.Type = writeLock
	}
	if wait {
		a.Type += andWaits
	}
	call := l.m.call(procLock, putFH(l.FH), op(nfs4.OpLock, a))
	call.Cache, call.seqid = true, l.State.owner.seqid(&a.OpenSeqid)
	call.fresh = func() int32 {
		a.OpenStateid, a.Owner = l.State.Stateid, l.owner()
		return 0
	}
	return call
}

// taken hears of a LOCK's end. In NFSv4.0 it was the lock owner's request number 0.
func (l *Lock) taken(call *Call, then Status) Status {
	return func(status int32) sunrpc.Step {
		call.ends(status)
		r := body[nfs4.LockRes](&call.Res, nfs4.OpLock)
		switch {
		case status < 0:
			return then(status)
		case r == nil:
			return then(int32(wire.EIO))
		}
		l.Stateid, l.lost, l.by.counter = r.Stateid, false, 1
		return then(0)
	}
}

// Unlock is nfs4_proc_unlck, with which the lock owner's stateid goes as well (nfs4_free_lock_state): nobody waits for the
// server to hear of that.
func (l *Lock) Unlock(item string, then Status) sunrpc.Step {
	m := l.m
	if l.lost {
		l.drop()
		return then(int32(wire.EIO))
	}
	return m.retried(&exception{}, func(then Status) sunrpc.Step {
		a := &nfs4.LockuArgs{Type: writeLock, Stateid: l.Stateid}
		if !l.Write {
			a.Type = readLock
		}
		a.Offset, a.Length = l.wire()
		call := m.call(procLocku, putFH(l.FH), op(nfs4.OpLocku, a))
		call.Item, call.Cache, call.seqid = item, true, l.by.seqid(&a.Seqid)
		call.fresh = func() int32 {
			a.Stateid = l.Stateid
			return 0
		}
		s := m.asyncSetup(call, "nfs4_locku_done", "nfsv4")
		s.Flags &^= trace.CredNoRef
		return m.wait(s, func(status int32) sunrpc.Step {
			if r := body[nfs4.StateidRes](&call.Res, nfs4.OpLocku); r != nil {
				l.Stateid = r.Stateid
			}
			call.ends(status)
			return then(status)
		})
	}, func(status int32) sunrpc.Step {
		l.drop()
		if m.Minor == 0 || status < 0 {
			return then(status)
		}
		return m.freeStateid(l.Stateid, false, func(int32) sunrpc.Step { return then(status) })
	})
}

// freeStateid is nfs41_free_stateid: the state manager waits for it, others do not.
func (m *Mount) freeStateid(id nfs4.Stateid, privileged bool, then Status) sunrpc.Step {
	call := m.call(procFreeStateid, op(nfs4.OpFreeStateid, &nfs4.StateidArgs{Stateid: id}))
	call.Cache, call.Privileged = true, privileged
	s := call.setup(m.RPC, trace.Async|m.moveable(), &sunrpc.CallOps{
		Prepare:  func(t *sunrpc.Task) { m.prepare(t, call) },
		Done:     func(t *sunrpc.Task) { m.done(t, call) },
		DoneName: "nfs41_free_stateid_done", DoneModule: "nfsv4",
	})
	if privileged {
		return m.wait(s, then)
	}
	return m.K.RunTask(s, func(*sunrpc.Task) sunrpc.Step { return then(0) })
}

// locked is the lock that the file's user has, nil if none.
func (f *File) locked() *Lock {
	for _, l := range f.State.locks {
		if l.file == f {
			return l
		}
	}
	return nil
}

// current is State.current for a user who may have a lock, whose stateid goes before that of the open (nfs4_copy_lock_stateid).
func (f *File) current(access uint32) nfs4.Stateid {
	l := f.locked()
	if l == nil || f.m.Delegation(f.FH).allows(access) {
		return f.State.current(access)
	}
	id := l.Stateid
	if f.m.Minor > 0 {
		id.Seqid = 0
	}
	return id
}

// refresh is nfs4_set_rw_stateid before each attempt of a READ or WRITE: after a recovery the stateid is another one. What
// is lost is lost.
func (f *File) refresh(id *nfs4.Stateid, access uint32) func() int32 {
	return func() int32 {
		if l := f.locked(); f.failed || l != nil && l.lost {
			return int32(wire.EIO)
		}
		*id = f.current(access)
		return 0
	}
}
