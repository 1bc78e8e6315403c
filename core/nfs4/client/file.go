package client

import (
	"slices"

	"sunscope/core/nfs4"
	"sunscope/core/sunrpc"
	"sunscope/core/trace"
	"sunscope/core/wire"
)

// State is nfs4_state: what an open owner has open of a file, and the stateid for it. Whoever opens the file once more in
// a way that the stateid allows has it as it is.
type State struct {
	m       *Mount
	owner   *openOwner
	FH      nfs4.FH
	Stateid nfs4.Stateid
	dir     nfs4.FH // where it was opened under a delegation, and by what name
	name    string
	silly   bool   // it has no other name than this one, and none after the last close
	closing bool   // CLOSE is under way
	opened  [4]int // how often for reading, writing and both (n_rdonly, n_wronly, n_rdwr), by the access
	held    uint32 // for what the server has it open, until it is closed
	locks   []*Lock
	recover recovery // how it is to be got back (NFS_STATE_RECLAIM_REBOOT, NFS_STATE_RECLAIM_NOGRACE); 0: it is there
	failed  bool     // it could not be got back (NFS_STATE_RECOVERY_FAILED)
}

// File is an open file (nfs_open_context).
type File struct {
	*State
	Access uint32 // ShareRead, ShareWrite or both
}

// How is how a file is opened.
type How struct {
	Access uint32 // ShareRead, ShareWrite or both
	Create bool
	Mode   uint32 // of a file that is made
}

// fileSync is FILE_SYNC4.
const fileSync = 2

// openAccess is what an open asks whether it may be done besides.
const openAccess = nfs4.AccessRead | nfs4.AccessModify | nfs4.AccessExtend | nfs4.AccessDelete | nfs4.AccessExecute

// Open is nfs4_do_open by a name in a directory: OPEN with CLAIM_NULL.
func (m *Mount) Open(item string, dir nfs4.FH, name string, how How, then func(*File, int32) sunrpc.Step) sunrpc.Step {
	return m.open(item, dir, &nfs4.OpenArgs{ShareAccess: how.Access, Create: how.Create, CreateAttrs: how.attrs(), Claim: nfs4.ClaimNull, Name: name}, then)
}

// OpenFH is nfs4_do_open for a file whose handle is known: OPEN with CLAIM_FH, which NFSv4.0 does not have, unless a
// delegation lets the file be opened without a call. One that stands in the way is returned first.
func (m *Mount) OpenFH(item string, fh, dir nfs4.FH, name string, how How, then func(*File, int32) sunrpc.Step) sunrpc.Step {
	if m.Delegation(fh).allows(how.Access) {
		return m.openLocally(item, fh, dir, name, how, then)
	}
	return m.incompatible(fh, how.Access, func() sunrpc.Step {
		if m.Minor == 0 {
			return m.Open(item, dir, name, how, then)
		}
		return m.open(item, fh, &nfs4.OpenArgs{ShareAccess: how.Access, Claim: nfs4.ClaimFH}, then)
	})
}

// open is nfs4_run_open_task: an asynchronous task, for whose end the caller waits.
func (m *Mount) open(item string, fh nfs4.FH, a *nfs4.OpenArgs, then func(*File, int32) sunrpc.Step) sunrpc.Step {
	var f *File
	return m.retried(&exception{}, func(then func(int32) sunrpc.Step) sunrpc.Step {
		o, args := m.owner(), *a
		args.Owner = o.name(m.ID)
		call := m.openCall(item, fh, &args)
		call.seqid = o.seqid(&args.Seqid)
		call.fresh = func() int32 {
			args.Owner = o.name(m.ID)
			return 0
		}
		call.unwanted = func() { m.closeUnwanted(call, fh, o, &args) }
		return m.waitCall(call, "nfs4_open_done", func(status int32) sunrpc.Step {
			return m.confirmOpen(item, call, status, func(status int32) sunrpc.Step {
				if status >= 0 {
					f, status = m.openDone(call, fh, o, &args)
				}
				call.ends(status)
				return then(status)
			})
		})
	}, func(status int32) sunrpc.Step {
		if status < 0 {
			return then(nil, status)
		}
		return then(f, 0)
	})
}

// attrs are those of a file that is made: empty, with its mode.
func (h *How) attrs() (a nfs4.Attrs) {
	if h.Create {
		a.Set(nfs4.Attr{Bit: nfs4.AttrSize})
		a.Set(nfs4.Attr{Bit: nfs4.AttrMode, N: uint64(h.Mode)})
	}
	return a
}

// openCall is OPEN and what goes with it: rights and attributes, and the handle of a file that is opened by its name.
func (m *Mount) openCall(item string, fh nfs4.FH, a *nfs4.OpenArgs) *Call {
	proc, ops := procOpenNoattr, []nfs4.Operation{putFH(fh), op(nfs4.OpOpen, a)}
	if a.Claim == nfs4.ClaimNull {
		proc, ops = procOpen, append(ops, op(nfs4.OpGetFH, nil))
	}
	call := m.call(proc, append(ops, op(nfs4.OpAccess, &nfs4.AccessArgs{Access: openAccess}), getattr(m.have(everything)))...)
	call.Item, call.Cache = item, true
	return call
}

// ends is what a call's end is to its owner's next: its turn. A call that its caller has not waited for until the end keeps
// its turn until then.
func (call *Call) ends(status int32) {
	if call.abandoned = status == int32(wire.ERESTARTSYS); !call.abandoned {
		call.seqid.release()
	}
}

// freed is the end of a call that nobody waits for.
func (call *Call) freed(t *sunrpc.Task) {
	if !call.abandoned {
		return
	}
	call.seqid.release()
	if call.unwanted != nil && t.Status() >= 0 {
		call.unwanted()
	}
}

// callSetup is an asynchronous call that is no part of anything, with hooks that leave errors to whoever waits for it.
func (m *Mount) callSetup(call *Call, done string) *sunrpc.Setup {
	s := call.setup(m.RPC, trace.Async|trace.CredNoRef|m.moveable(), &sunrpc.CallOps{
		Prepare:  func(t *sunrpc.Task) { m.prepare(t, call) },
		Done:     func(t *sunrpc.Task) { m.done(t, call) },
		DoneName: done, DoneModule: "nfsv4",
		Release: call.freed,
	})
	s.WorkQueue = m.K.NFSIOD()
	return s
}

// waitCall makes such a call and waits for it.
func (m *Mount) waitCall(call *Call, done string, then Status) sunrpc.Step {
	return m.wait(m.callSetup(call, done), then)
}

// owner is the open owner: one for each mount and user. One whose number the server does not follow any more is given up.
func (m *Mount) owner() *openOwner {
	if m.opener == nil {
		m.opener = m.newOwner()
	}
	return m.opener
}

// openDone is nfs4_opendata_to_nfs4_state: what the answer to an OPEN says. Of a file that was opened by its name it tells
// the handle.
func (m *Mount) openDone(call *Call, fh nfs4.FH, o *openOwner, a *nfs4.OpenArgs) (*File, int32) {
	r := body[nfs4.OpenRes](&call.Res, nfs4.OpOpen)
	if a.Claim == nfs4.ClaimNull {
		b := body[nfs4.FHBody](&call.Res, nfs4.OpGetFH)
		if b == nil {
			return nil, int32(wire.EIO)
		}
		fh = slices.Clone(b.FH)
	}
	if r == nil {
		return nil, int32(wire.EIO)
	}
	if b := body[nfs4.AttrsRes](&call.Res, nfs4.OpGetattr); b != nil && b.Attrs.Get(nfs4.AttrFileID) != nil {
		m.fileIDs[string(fh)] = b.Attrs.Get(nfs4.AttrFileID).N
	}
	f := m.opened(fh, o, a.ShareAccess)
	f.update(r.Stateid)
	f.held |= a.ShareAccess & nfs4.ShareBoth
	m.delegated(fh, &r.Delegation)
	return f, 0
}

// update is nfs_set_open_stateid_locked: answers to OPENs of the same file may come in another order than the server has
// given them.
func (s *State) update(id nfs4.Stateid) {
	if s.Stateid.Other != id.Other || int32(id.Seqid-s.Stateid.Seqid) > 0 {
		s.Stateid = id
	}
}

// opened counts one more user of the file.
func (m *Mount) opened(fh nfs4.FH, o *openOwner, access uint32) *File {
	s := m.State(fh)
	if s == nil {
		s = &State{m: m, owner: o, FH: fh}
		m.states = append(m.states, s)
	}
	s.opened[access&3]++
	return &File{State: s, Access: access}
}

// State is what the mount has open of a file; nil if nothing.
func (m *Mount) State(fh nfs4.FH) *State {
	for _, s := range m.states {
		if string(s.FH) == string(fh) {
			return s
		}
	}
	return nil
}

// access is how the file is open, all users together.
func (s *State) access() (all uint32) {
	for a, n := range s.opened {
		if n > 0 {
			all |= uint32(a)
		}
	}
	return all
}

// current is nfs4_select_rw_stateid: a delegation's stateid goes before that of the open. In NFSv4.1 it goes without its
// number, which says "as it is now".
func (s *State) current(access uint32) nfs4.Stateid {
	id := s.Stateid
	if d := s.m.Delegation(s.FH); d.allows(access) {
		id = d.Stateid
	}
	if s.m.Minor > 0 {
		id.Seqid = 0
	}
	return id
}

// On says whether the file is one of m's.
func (f *File) On(m *Mount) bool { return f.m == m }

// Truncate is what ftruncate does to an open file: SETATTR with its stateid.
func (f *File) Truncate(item string, size uint64, then Status) sunrpc.Step {
	var a nfs4.Attrs
	a.Set(nfs4.Attr{Bit: nfs4.AttrSize, N: size})
	a.Set(nfs4.Attr{Bit: nfs4.AttrTimeModifySet})
	return f.m.Setattr(item, f.FH, f.current(nfs4.ShareWrite), a, then)
}

// Read is nfs_initiate_pgio for a READ: an asynchronous task, whose end done hears on nfsiod. It is for RunTask.
func (f *File) Read(item string, off uint64, count int, done func(*sunrpc.Task)) *sunrpc.Setup {
	a := &nfs4.ReadArgs{Stateid: f.current(nfs4.ShareRead), Offset: off, Count: uint32(count)}
	call := f.m.call(procRead, putFH(f.FH), op(nfs4.OpRead, a))
	call.fresh = f.refresh(&a.Stateid, nfs4.ShareRead)
	call.Pages = count
	call.result = func(r *nfs4.CompoundRes) int32 {
		if b := body[nfs4.ReadRes](r, nfs4.OpRead); b != nil {
			return int32(len(b.Data))
		}
		return int32(wire.EIO)
	}
	return f.pgio(call, item, "nfs_pgio_result", done)
}

// Write is the same for a WRITE. Without stable its data need not be on disk before Commit.
func (f *File) Write(item string, off uint64, data []byte, stable bool, done func(*sunrpc.Task)) *sunrpc.Setup {
	a := &nfs4.WriteArgs{Stateid: f.current(nfs4.ShareWrite), Offset: off, Data: data}
	if stable {
		a.Stable = fileSync
	}
	call := f.m.call(procWrite, putFH(f.FH), op(nfs4.OpWrite, a), getattr(f.m.have(written)))
	call.fresh = f.refresh(&a.Stateid, nfs4.ShareWrite)
	call.ArgPages = len(data)
	call.result = func(r *nfs4.CompoundRes) int32 {
		if b := body[nfs4.WriteRes](r, nfs4.OpWrite); b != nil {
			return int32(b.Count)
		}
		return int32(wire.EIO)
	}
	return f.pgio(call, item, "nfs_pgio_result", done)
}

// Commit is nfs_initiate_commit.
func (f *File) Commit(item string, done func(*sunrpc.Task)) *sunrpc.Setup {
	call := f.m.call(procCommit, putFH(f.FH), op(nfs4.OpCommit, &nfs4.CommitArgs{}))
	return f.pgio(call, item, "nfs_commit_done", done)
}

// pgio is a call that is a part of its nfs_pgio_header, with whose release done hears.
func (f *File) pgio(call *Call, item, name string, done func(*sunrpc.Task)) *sunrpc.Setup {
	call.Item = item
	s := f.m.asyncSetup(call, name, "nfs")
	s.Embedded, s.Ops.Release = true, done
	return s
}

// Data is what a READ has brought, from its task.
func Data(t *sunrpc.Task) []byte {
	if call, ok := t.Result().(*Call); ok {
		if b := body[nfs4.ReadRes](&call.Res, nfs4.OpRead); b != nil {
			return b.Data
		}
	}
	return nil
}
