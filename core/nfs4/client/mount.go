package client

import (
	"slices"

	"sunscope/core/nfs4"
	"sunscope/core/rpcmsg"
	"sunscope/core/sunrpc"
	"sunscope/core/time"
	"sunscope/core/trace"
)

// Mount is struct nfs_server: a mounted file system.
type Mount struct {
	*Client
	// RPC is the mount's own handle, a clone of the client's (the client's is m.Client.RPC).
	RPC  *sunrpc.Client
	Root nfs4.FH
	// RSize and WSize are how many bytes one READ or WRITE carries at most.
	RSize, WSize uint32
	supported    nfs4.Bitmap // attr_bitmask
	states       []*State
	opener       *openOwner
	delegations  []*Delegation
	gone         bool
	layouts      []*Layout
	fileIDs      map[string]uint64 // of files that were opened, by their handles; only looked up
	sillies      uint64            // names given to open files that were removed
}

// MountArgs are the options of a mount. Neither Hard nor SoftErr is soft.
type MountArgs struct {
	ClientArgs
	Hard, SoftErr bool
	RSize, WSize  uint32 // 0: as much as the server takes
}

// Mount is nfs4_create_server and what mount.nfs does besides: the client, the root, and what the server can do. then hears
// the mount, or why there is none.
func (n *Net) Mount(a *MountArgs, then func(*Mount, int32) sunrpc.Step) sunrpc.Step {
	return n.get(&a.ClientArgs, func(c *Client, status int32) sunrpc.Step {
		if status < 0 {
			return then(nil, status)
		}
		m := &Mount{Client: c, fileIDs: map[string]uint64{}, RSize: orElse(a.RSize, maxIO), WSize: orElse(a.WSize, maxIO)}
		m.RPC = c.RPC.Clone(&sunrpc.CreateArgs{
			Program: "nfs", Prog: nfs4.Program, Vers: nfs4.Version, Flavor: rpcmsg.AuthUnix, Hard: a.Hard, SoftErr: a.SoftErr, Timeout: a.Timeout,
		})
		c.mounts = append(c.mounts, m)
		return m.lookAround(func(status int32) sunrpc.Step {
			if status < 0 {
				return m.Umount(func() sunrpc.Step { return then(nil, status) })
			}
			return then(m, 0)
		})
	})
}

// step is a part of a longer way, which goes on unless it fails.
type step = func(then func(int32) sunrpc.Step) sunrpc.Step

// inTurn takes steps one after the other until one fails.
func inTurn(steps []step, then func(int32) sunrpc.Step) sunrpc.Step {
	if len(steps) == 0 {
		return then(0)
	}
	return steps[0](func(status int32) sunrpc.Step {
		if status < 0 {
			return then(status)
		}
		return inTurn(steps[1:], then)
	})
}

// lookAround is everything that is asked before the mount is there: the root and what it is like (nfs4_get_rootfh), what
// the file system is like (nfs_probe_fsinfo), and the root as mount(8) looks at it.
func (m *Mount) lookAround(then func(int32) sunrpc.Step) sunrpc.Step {
	steps := []step{m.lookupRoot, m.serverCaps, m.fsinfo, m.serverCaps, m.fsinfo, m.pathconf, m.serverCaps, m.getRoot}
	if m.Minor > 0 {
		steps = append([]step{m.secinfoNoName}, steps...)
	}
	return inTurn(steps, then)
}

// sync is nfs4_call_sync: a synchronous call of the mount's, made until its answer says something.
func (m *Mount) sync(x *exception, make func() *Call, then func(*Call, int32) sunrpc.Step) sunrpc.Step {
	var call *Call
	return m.retried(x, func(then func(int32) sunrpc.Step) sunrpc.Step {
		call = make()
		return m.Client.sync(m.RPC, call, m.moveable(), then)
	}, func(status int32) sunrpc.Step { return then(call, status) })
}

// moveable are the flags of the mount's calls: with sessions they may go over another transport.
func (m *Mount) moveable() trace.TaskFlags {
	if m.Minor > 0 {
		return trace.Moveable
	}
	return 0
}

// ask makes a call about a handle: PUTFH and then ops.
func (m *Mount) ask(proc int, item string, fh nfs4.FH, then func(*Call, int32) sunrpc.Step, ops ...nfs4.Operation) sunrpc.Step {
	return m.sync(&exception{}, func() *Call {
		call := m.call(proc, append([]nfs4.Operation{putFH(fh)}, ops...)...)
		call.Item = item
		return call
	}, then)
}

// secinfoNoName is nfs41_find_root_sec: which flavors the root may be used with. The call stays on its connection.
func (m *Mount) secinfoNoName(then func(int32) sunrpc.Step) sunrpc.Step {
	return m.retried(&exception{}, func(then func(int32) sunrpc.Step) sunrpc.Step {
		call := m.call(procSecinfoNoName, op(nfs4.OpPutRootFH, nil), op(nfs4.OpSecinfoNoName, &nfs4.SecinfoNoNameArgs{}))
		return m.Client.sync(m.RPC, call, trace.NoRoundRobin, then)
	}, then)
}

func (m *Mount) lookupRoot(then func(int32) sunrpc.Step) sunrpc.Step {
	return m.sync(&exception{}, func() *Call {
		return m.call(procLookupRoot, op(nfs4.OpPutRootFH, nil), op(nfs4.OpGetFH, nil), getattr(everything))
	}, func(call *Call, status int32) sunrpc.Step {
		if b := body[nfs4.FHBody](&call.Res, nfs4.OpGetFH); b != nil {
			m.Root = slices.Clone(b.FH)
		}
		return then(status)
	})
}

func (m *Mount) serverCaps(then func(int32) sunrpc.Step) sunrpc.Step {
	want := caps
	if m.Minor == 0 {
		want = caps40
	}
	return m.ask(procServerCaps, "", m.Root, func(call *Call, status int32) sunrpc.Step {
		if b := body[nfs4.AttrsRes](&call.Res, nfs4.OpGetattr); b != nil {
			if v := b.Attrs.Get(nfs4.AttrSupported); v != nil {
				m.supported = v.Bits
			}
		}
		return then(status)
	}, getattr(want))
}

func (m *Mount) fsinfo(then func(int32) sunrpc.Step) sunrpc.Step {
	return m.ask(procFsinfo, "", m.Root, func(call *Call, status int32) sunrpc.Step {
		if b := body[nfs4.AttrsRes](&call.Res, nfs4.OpGetattr); b != nil {
			m.learn(&b.Attrs)
		}
		return then(status)
	}, getattr(fsinfo))
}

// learn is nfs_server_set_fsinfo: sizes and the lease.
func (m *Mount) learn(a *nfs4.Attrs) {
	if v := a.Get(nfs4.AttrLeaseTime); v != nil {
		m.setLease(time.Duration(v.N) * time.Second)
	}
	for bit, size := range map[int]*uint32{nfs4.AttrMaxRead: &m.RSize, nfs4.AttrMaxWrite: &m.WSize} {
		if v := a.Get(bit); v != nil && v.N > 0 {
			*size = uint32(min(uint64(*size), v.N))
		}
	}
	if s := m.Session; s != nil { // nfs4_session_limit_rwsize
		m.RSize = min(m.RSize, s.Fore.MaxResponse-min(s.Fore.MaxResponse, readOverhead))
		m.WSize = min(m.WSize, s.Fore.MaxRequest-min(s.Fore.MaxRequest, writeOverhead))
	}
}

func (m *Mount) pathconf(then func(int32) sunrpc.Step) sunrpc.Step {
	return m.ask(procPathconf, "", m.Root, func(_ *Call, status int32) sunrpc.Step { return then(status) }, getattr(pathconf))
}

func (m *Mount) getRoot(then func(int32) sunrpc.Step) sunrpc.Step {
	return m.Getattr("", m.Root, func(_ *nfs4.Attrs, status int32) sunrpc.Step { return then(status) })
}

// Busy says whether any file of the mount is open.
func (m *Mount) Busy() bool {
	for _, s := range m.states {
		if s.access() != 0 {
			return true
		}
	}
	return false
}

// Umount is nfs_free_server: delegations are given back, the mount's handle goes, and with the last mount of a client its
// session and client id.
func (m *Mount) Umount(then func() sunrpc.Step) sunrpc.Step {
	for _, d := range m.delegations {
		if !d.Returning {
			return d.Return("", func(int32) sunrpc.Step { return m.Umount(then) })
		}
	}
	c := m.Client
	for i, o := range c.mounts {
		if o == m {
			c.mounts = append(c.mounts[:i:i], c.mounts[i+1:]...)
			break
		}
	}
	m.gone = true
	return m.RPC.ShutdownWait(func() sunrpc.Step { return c.put(then) })
}

// Detach takes the mount out of what processes see (do_umount): whoever begins now does not find it.
func (m *Mount) Detach() { m.gone = true }

// Gone says that the mount has been taken down.
func (m *Mount) Gone() bool { return m.gone }
