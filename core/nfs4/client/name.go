package client

import (
	"slices"

	"sunscope/core/nfs4"
	"sunscope/core/sunrpc"
	"sunscope/core/trace"
	"sunscope/core/xdr"
)

// What the functions here have in common: item names the call for lessons (sunrpc.Setup.Item), and then hears the task's
// status, which is negative if the operation failed.

// Status hears the end of an operation.
type Status = func(int32) sunrpc.Step

// Found hears of a name that was looked up or made.
type Found = func(fh nfs4.FH, status int32) sunrpc.Step

// attrs hands over what GETATTR has brought.
func attrs(then func(*nfs4.Attrs, int32) sunrpc.Step) func(*Call, int32) sunrpc.Step {
	return func(call *Call, status int32) sunrpc.Step {
		if b := body[nfs4.AttrsRes](&call.Res, nfs4.OpGetattr); b != nil {
			return then(&b.Attrs, status)
		}
		return then(nil, status)
	}
}

func found(then Found) func(*Call, int32) sunrpc.Step {
	return func(call *Call, status int32) sunrpc.Step {
		if b := body[nfs4.FHBody](&call.Res, nfs4.OpGetFH); b != nil && status >= 0 {
			return then(slices.Clone(b.FH), status) // what was decoded lies in the reply
		}
		return then(nil, status)
	}
}

func told(then Status) func(*Call, int32) sunrpc.Step {
	return func(_ *Call, status int32) sunrpc.Step { return then(status) }
}

// Getattr is nfs4_proc_getattr.
func (m *Mount) Getattr(item string, fh nfs4.FH, then func(*nfs4.Attrs, int32) sunrpc.Step) sunrpc.Step {
	return m.ask(procGetattr, item, fh, attrs(then), getattr(m.have(everything)))
}

// Access is nfs4_proc_access; rights are ACCESS4's bits.
func (m *Mount) Access(item string, fh nfs4.FH, rights uint32, then Status) sunrpc.Step {
	return m.ask(procAccess, item, fh, told(then), op(nfs4.OpAccess, &nfs4.AccessArgs{Access: rights}), getattr(m.have(consistency)))
}

// Lookup is nfs4_proc_lookup.
func (m *Mount) Lookup(item string, dir nfs4.FH, name string, then Found) sunrpc.Step {
	return m.ask(procLookup, item, dir, found(then), op(nfs4.OpLookup, &nfs4.NameArgs{Name: name}), op(nfs4.OpGetFH, nil),
		getattr(m.have(everything)))
}

// Statfs is nfs4_proc_statfs.
func (m *Mount) Statfs(item string, fh nfs4.FH, then func(*nfs4.Attrs, int32) sunrpc.Step) sunrpc.Step {
	return m.ask(procStatfs, item, fh, attrs(then), getattr(statfs))
}

// Pathconf is nfs4_proc_pathconf, and Fsinfo nfs4_proc_fsinfo.
func (m *Mount) Pathconf(item string, fh nfs4.FH, then func(*nfs4.Attrs, int32) sunrpc.Step) sunrpc.Step {
	return m.ask(procPathconf, item, fh, attrs(then), getattr(pathconf))
}

// Fsinfo asks for the file system's sizes.
func (m *Mount) Fsinfo(item string, fh nfs4.FH, then func(*nfs4.Attrs, int32) sunrpc.Step) sunrpc.Step {
	return m.ask(procFsinfo, item, fh, attrs(then), getattr(fsinfo))
}

// Setattr is nfs4_proc_setattr with the stateid of an open file, or the anonymous one.
func (m *Mount) Setattr(item string, fh nfs4.FH, sid nfs4.Stateid, a nfs4.Attrs, then Status) sunrpc.Step {
	return m.ask(procSetattr, item, fh, told(then), op(nfs4.OpSetattr, &nfs4.SetattrArgs{Stateid: sid, Attrs: a}), getattr(m.have(everything)))
}

// Mkdir is nfs4_proc_mkdir, and Symlink nfs4_proc_symlink: both are CREATE.
func (m *Mount) Mkdir(item string, dir nfs4.FH, name string, then Found) sunrpc.Step {
	return m.create(procCreate, item, dir, &nfs4.CreateArgs{Type: nfs4.Directory, Name: name, Attrs: mode(0o755)}, then)
}

// Symlink makes a symbolic link to path.
func (m *Mount) Symlink(item string, dir nfs4.FH, name, path string, then Found) sunrpc.Step {
	return m.create(procSymlink, item, dir, &nfs4.CreateArgs{Type: nfs4.Symlink, Link: []byte(path), Name: name, Attrs: mode(0o777)}, then)
}

func (m *Mount) create(proc int, item string, dir nfs4.FH, a *nfs4.CreateArgs, then Found) sunrpc.Step {
	return m.ask(proc, item, dir, found(then), op(nfs4.OpCreate, a), op(nfs4.OpGetFH, nil), getattr(m.have(everything)))
}

// mode is createattrs with a mode alone.
func mode(bits uint64) (a nfs4.Attrs) {
	a.Set(nfs4.Attr{Bit: nfs4.AttrMode, N: bits})
	return a
}

// Link is nfs4_proc_link: one more name for a file.
func (m *Mount) Link(item string, file, dir nfs4.FH, name string, then Status) sunrpc.Step {
	return m.ask(procLink, item, file, told(then), op(nfs4.OpSaveFH, nil), putFH(dir), op(nfs4.OpLink, &nfs4.NameArgs{Name: name}),
		op(nfs4.OpRestoreFH, nil), getattr(m.have(everything)))
}

// Readlink is nfs4_proc_readlink.
func (m *Mount) Readlink(item string, fh nfs4.FH, then func(path string, status int32) sunrpc.Step) sunrpc.Step {
	return m.sync(&exception{}, func() *Call {
		call := m.call(procReadlink, putFH(fh), op(nfs4.OpReadlink, nil))
		call.Item, call.Pages = item, 4096
		return call
	}, func(call *Call, status int32) sunrpc.Step {
		if b := body[nfs4.ReadlinkRes](&call.Res, nfs4.OpReadlink); b != nil && status >= 0 {
			return then(b.Link, status)
		}
		return then("", status)
	})
}

// Remove is nfs4_proc_remove, for files and directories.
func (m *Mount) Remove(item string, dir nfs4.FH, name string, then Status) sunrpc.Step {
	return m.sync(&exception{}, func() *Call {
		call := m.call(procRemove, putFH(dir), op(nfs4.OpRemove, &nfs4.NameArgs{Name: name}))
		call.Item, call.Cache = item, true
		return call
	}, told(then))
}

// Readdir is nfs4_proc_readdir: all entries, as many calls as it takes.
func (m *Mount) Readdir(item string, dir nfs4.FH, then func([]nfs4.Entry, int32) sunrpc.Step) sunrpc.Step {
	size := m.dirSize()
	return m.readdir(item, dir, &nfs4.ReaddirArgs{Dircount: size, Maxcount: size, Request: m.have(entry)}, nil, then)
}

// dirSize is how many bytes of a directory are asked for at once: 16 pages, or those of one READ, without their beginning.
func (m *Mount) dirSize() uint32 { return min(16*4096, m.RSize) - 88 }

func (m *Mount) readdir(item string, dir nfs4.FH, a *nfs4.ReaddirArgs, all []nfs4.Entry, then func([]nfs4.Entry, int32) sunrpc.Step) sunrpc.Step {
	return m.sync(&exception{}, func() *Call {
		call := m.call(procReaddir, putFH(dir), op(nfs4.OpReaddir, a))
		call.Item, call.Pages = item, int(a.Maxcount)
		call.result = dirBytes
		return call
	}, func(call *Call, status int32) sunrpc.Step {
		r := body[nfs4.ReaddirRes](&call.Res, nfs4.OpReaddir)
		if status < 0 || r == nil {
			return then(all, orIO(status))
		}
		all = append(all, r.Entries...)
		if r.EOF || len(r.Entries) == 0 {
			return then(all, 0)
		}
		next := *a
		next.Verf, next.Cookie = r.Verf, r.Entries[len(r.Entries)-1].Cookie
		return m.readdir(item, dir, &next, all, then)
	})
}

// dirBytes is a READDIR's status: how many bytes of it went to pages, which is all but its cookie verifier.
func dirBytes(r *nfs4.CompoundRes) int32 {
	only := nfs4.CompoundRes{Ops: r.Ops[len(r.Ops)-1:]}
	var e xdr.Encoder
	only.Encode(&e)
	return int32(e.Len() - 28)
}

// Rename is nfs_async_rename, for whose end the caller waits.
func (m *Mount) Rename(item string, from nfs4.FH, name string, to nfs4.FH, newName string, then Status) sunrpc.Step {
	call := m.call(procRename, putFH(from), op(nfs4.OpSaveFH, nil), putFH(to), op(nfs4.OpRename, &nfs4.RenameArgs{Old: name, New: newName}))
	call.Item, call.Cache = item, true
	setup := m.asyncSetup(call, "nfs_async_rename_done", "nfs")
	setup.Embedded = true
	return m.wait(setup, then)
}

// asyncSetup is an asynchronous call with a slot, whose memory nfsiod releases.
func (m *Mount) asyncSetup(call *Call, done, module string) *sunrpc.Setup {
	x := &exception{}
	s := call.setup(m.RPC, trace.Async|trace.CredNoRef|m.moveable(), &sunrpc.CallOps{
		Prepare: func(t *sunrpc.Task) { m.prepare(t, call) },
		Done: func(t *sunrpc.Task) {
			if m.done(t, call) {
				m.again(t, x)
			}
		},
		DoneName: done, DoneModule: module,
	})
	s.WorkQueue = m.K.NFSIOD()
	return s
}
