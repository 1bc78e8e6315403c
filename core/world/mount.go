package world

import (
	"sunscope/core/nfs"
	"sunscope/core/rpcmsg"
	"sunscope/core/sunrpc"
	"sunscope/core/trace"
	"sunscope/core/wire"
	"sunscope/core/xdr"
)

// mountdPort is where the server's mountd listens.
const mountdPort = 20048

// export is the directory that is mounted.
const export = "/export"

// mountd is the program that gives out the export's handle.
func (w *World) mountd() program {
	return program{nfs.MountProgram, nfs.MountVersion, nfs.MountVersion, func(_, proc uint32, args *xdr.Decoder, res *xdr.Encoder) rpcmsg.AcceptStat {
		return w.fs.ServeMount(proc, args, res)
	}}
}

// askMountd is the first half of a whole mount: a client for MOUNT, its ping, MNT, and its end.
func (w *World) askMountd(then func() sunrpc.Step) sunrpc.Step {
	k := w.kernel
	args := &sunrpc.CreateArgs{
		Program: "mount", Prog: nfs.MountProgram, Vers: nfs.MountVersion, Flavor: nfs.Flavor, Null: nfs.MountCallNull(),
		Server: wire.Addr{Host: w.sc.Server.Addr, Port: mountdPort},
	}
	return k.Create(args, func(c *sunrpc.Client, status int32) sunrpc.Step {
		if status < 0 {
			return w.fail("the ping of mountd", status)
		}
		res := new(nfs.MntRes)
		m := sunrpc.Message{Proc: nfs.MountCallMnt(), Args: &nfs.PathArgs{Path: export}, Res: res}
		return k.CallSync(c, m, trace.Soft|trace.Timeout, func(status int32) sunrpc.Step {
			if status < 0 || res.Status != nfs.OK {
				return w.fail("MNT", min(status, res.Status.Errno()))
			}
			w.handles[""] = append(nfs.FH(nil), res.FH...)
			c.Shutdown()
			return then()
		})
	})
}

// lookAround is the second half: a clone for the mount, and what it asks before anybody may use it.
func (w *World) lookAround(base *sunrpc.Client, then func(*sunrpc.Client) sunrpc.Step) sunrpc.Step {
	root := &nfs.FHArgs{FH: w.handles[""]}
	c := base.Clone(&sunrpc.CreateArgs{Program: nfs.Name, Prog: nfs.Program, Vers: nfs.Version3, Hard: w.sc.Mount.Hard})
	ask := []uint32{nfs.ProcFsinfo, nfs.ProcPathconf, nfs.ProcGetattr}
	return w.askEach(c, root, ask, func() sunrpc.Step {
		acl := &sunrpc.CreateArgs{Program: nfs.ACLName, Prog: nfs.ACLProgram, Vers: nfs.Version3, Null: nfs.ACLNull()}
		return c.BindProgram(acl, func(a *sunrpc.Client, status int32) sunrpc.Step {
			if status < 0 {
				return w.fail("the ping of nfsacl", status)
			}
			w.acl = a
			return w.askEach(c, root, []uint32{nfs.ProcFsinfo, nfs.ProcGetattr}, func() sunrpc.Step {
				return then(c)
			})
		})
	})
}

// askEach makes synchronous calls about one handle, one after the other.
func (w *World) askEach(c *sunrpc.Client, args *nfs.FHArgs, procs []uint32, then func() sunrpc.Step) sunrpc.Step {
	if len(procs) == 0 {
		return then
	}
	m := sunrpc.Message{Proc: nfs.Call(procs[0]), Args: args, Res: nfs.V3[procs[0]].Res()}
	return w.kernel.CallSync(c, m, 0, func(status int32) sunrpc.Step {
		if status < 0 {
			return w.fail(nfs.V3[procs[0]].Name, status)
		}
		return w.askEach(c, args, procs[1:], then)
	})
}

// fail ends the run: the workload could not go on.
func (w *World) fail(what string, status int32) sunrpc.Step {
	if w.err == nil {
		w.err = &CallError{what, status}
	}
	return nil
}
