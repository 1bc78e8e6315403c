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
	opened  [4]int // how often for reading, writing and both (n_rdonly, n_wronly, n_rdwr), by the access
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

// openAccess is what an open asks whether it may be done besides.
const openAccess = nfs4.AccessRead | nfs4.AccessModify | nfs4.AccessExtend | nfs4.AccessDelete | nfs4.AccessExecute

// Open is nfs4_do_open with nfs4_run_open_task: OPEN by name, as an asynchronous task whose end the caller waits for.
func (m *Mount) Open(item string, dir nfs4.FH, name string, how How, then func(*File, int32) sunrpc.Step) sunrpc.Step {
	var f *File
	return m.retried(&exception{}, func(then func(int32) sunrpc.Step) sunrpc.Step {
		o := m.owner()
		args := &nfs4.OpenArgs{ShareAccess: how.Access, Owner: o.name(m.ID), Create: how.Create,
			CreateAttrs: how.attrs(), Claim: nfs4.ClaimNull, Name: name}
		call := m.openCall(item, dir, args)
		call.seqid = o.seqid(&args.Seqid)
		return m.waitCall(call, "nfs4_open_done", func(status int32) sunrpc.Step {
			return m.confirmOpen(item, call, status, func(status int32) sunrpc.Step {
				if status >= 0 {
					f, status = m.opened(call, o, how.Access)
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

// openCall is OPEN and what goes with it: the file's handle, rights and attributes.
func (m *Mount) openCall(item string, dir nfs4.FH, a *nfs4.OpenArgs) *Call {
	call := m.call(procOpen, putFH(dir), op(nfs4.OpOpen, a), op(nfs4.OpGetFH, nil),
		op(nfs4.OpAccess, &nfs4.AccessArgs{Access: openAccess}), getattr(m.have(everything)))
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
func (call *Call) freed(*sunrpc.Task) {
	if call.abandoned {
		call.seqid.release()
	}
}

// waitCall makes an asynchronous call that is no part of anything, and waits for it.
func (m *Mount) waitCall(call *Call, done string, then Status) sunrpc.Step {
	s := call.setup(m.RPC, trace.Async|trace.CredNoRef|m.moveable(), &sunrpc.CallOps{
		Prepare:  func(t *sunrpc.Task) { m.prepare(t, call) },
		Done:     func(t *sunrpc.Task) { m.done(t, call) },
		DoneName: done, DoneModule: "nfsv4",
		Release: call.freed,
	})
	s.WorkQueue = m.K.NFSIOD()
	return m.wait(s, then)
}

// owner is the open owner: one for each mount and user. One whose number the server does not follow any more is given up.
func (m *Mount) owner() *openOwner {
	if m.opener == nil {
		m.opener = m.newOwner()
	}
	return m.opener
}

// opened is nfs4_opendata_to_nfs4_state.
func (m *Mount) opened(call *Call, o *openOwner, access uint32) (*File, int32) {
	r, fh := body[nfs4.OpenRes](&call.Res, nfs4.OpOpen), body[nfs4.FHBody](&call.Res, nfs4.OpGetFH)
	if r == nil || fh == nil {
		return nil, int32(wire.EIO)
	}
	s := m.State(fh.FH)
	if s == nil {
		s = &State{m: m, owner: o, FH: fh.FH}
		m.states = append(m.states, s)
	}
	s.Stateid = r.Stateid
	s.opened[access&3]++
	return &File{State: s, Access: access}, 0
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

// current is the stateid for READ and WRITE: in NFSv4.1 without its number, which says "as it is now".
func (s *State) current() nfs4.Stateid {
	id := s.Stateid
	if s.m.Minor > 0 {
		id.Seqid = 0
	}
	return id
}

// Close is nfs4_close_sync: the last of the file's users closes it.
func (f *File) Close(item string, then Status) sunrpc.Step {
	s, m := f.State, f.m
	s.opened[f.Access&3]--
	if s.opened[1]+s.opened[2]+s.opened[3] > 0 {
		return then(0)
	}
	m.states = slices.DeleteFunc(m.states, func(o *State) bool { return o == s })
	return m.retried(&exception{}, func(then func(int32) sunrpc.Step) sunrpc.Step {
		args := &nfs4.CloseArgs{Stateid: s.Stateid}
		call := m.call(procClose, putFH(s.FH), getattr(m.have(consistency)), op(nfs4.OpClose, args))
		call.Item, call.Cache, call.seqid = item, true, s.owner.seqid(&args.Seqid)
		return m.waitCall(call, "nfs4_close_done", func(status int32) sunrpc.Step {
			call.ends(status)
			return then(status)
		})
	}, then)
}

// Read is nfs_initiate_pgio for a READ: an asynchronous task, whose end done hears on nfsiod. It is for RunTask.
func (f *File) Read(item string, off uint64, count int, done func(*sunrpc.Task)) *sunrpc.Setup {
	call := f.m.call(procRead, putFH(f.FH), op(nfs4.OpRead, &nfs4.ReadArgs{Stateid: f.current(), Offset: off, Count: uint32(count)}))
	call.Pages = count
	call.result = func(r *nfs4.CompoundRes) int32 {
		if b := body[nfs4.ReadRes](r, nfs4.OpRead); b != nil {
			return int32(len(b.Data))
		}
		return int32(wire.EIO)
	}
	return f.pgio(call, item, "nfs_pgio_result", done)
}

// Write is the same for a WRITE, whose data need not be on disk before Commit.
func (f *File) Write(item string, off uint64, data []byte, done func(*sunrpc.Task)) *sunrpc.Setup {
	call := f.m.call(procWrite, putFH(f.FH), op(nfs4.OpWrite, &nfs4.WriteArgs{Stateid: f.current(), Offset: off, Data: data}),
		getattr(f.m.have(written)))
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
