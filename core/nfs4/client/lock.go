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

// Lock is nfs4_proc_setlk (fcntl with F_SETLKW): the file's part is locked when then comes, or there is an error.
func (f *File) Lock(item string, write bool, part Range, then func(*Lock, int32) sunrpc.Step) sunrpc.Step {
	m := f.m
	l := &Lock{State: f.State, Range: part, Write: write, by: m.newOwner()}
	pause := lockLeast
	var try func() sunrpc.Step
	try = func() sunrpc.Step {
		return m.retried(&exception{}, func(then Status) sunrpc.Step { return l.take(item, then) }, func(status int32) sunrpc.Step {
			switch {
			case status == nfs4.ErrDenied.Errno():
				d := pause
				pause = min(2*pause, lockMost)
				return m.sleep(d, try)
			case status < 0:
				return then(nil, status)
			}
			f.locks = append(f.locks, l)
			return then(l, 0)
		})
	}
	return try()
}

// take is _nfs4_do_setlk for a process that waits for its lock.
func (l *Lock) take(item string, then Status) sunrpc.Step {
	call := l.call(false)
	call.Item = item
	return l.m.waitCall(call, "nfs4_lock_done", l.taken(call, then))
}

// set is _nfs4_do_setlk for the state manager, which reclaims the lock.
func (l *Lock) set(reclaim bool, then Status) sunrpc.Step {
	call := l.call(reclaim)
	return l.m.recoveryCall(call, trace.CredNoRef, "nfs4_lock_done", l.taken(call, then))
}

func (l *Lock) call(reclaim bool) *Call {
	a := &nfs4.LockArgs{Type: readLock, Reclaim: reclaim, NewOwner: true, OpenStateid: l.State.Stateid, Owner: l.owner()}
	a.Offset, a.Length = l.wire()
	if l.Write {
		a.Type = writeLock
	}
	if !reclaim {
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
	l.locks = slices.DeleteFunc(l.locks, func(o *Lock) bool { return o == l })
	if l.lost {
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
