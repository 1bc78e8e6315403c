package world

import (
	"strconv"

	"sunscope/core/nfs"
	"sunscope/core/nfs4/client"
	"sunscope/core/nlm"
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

// mounting is one run of mount.nfs: what it was told, and what has come of it.
type mounting struct {
	w         *World
	ns        *netns
	addr      string // of the server
	port      uint16 // 0: rpcbind is asked
	mountPort uint16
	mountUDP  bool // MOUNT goes over UDP
	hard      bool
	softErr   bool
	noPing    bool
	full      bool // every call that a real mount makes
	lock      bool // locks are the server's lock manager's
	timeout   sunrpc.Timeout
	protocol  sunrpc.Protocol
	// done hears how it ended; what says what failed.
	done   func(what string, status int32) sunrpc.Step
	p      *thread        // whose death ends it; nil when it is over
	base   *sunrpc.Client // the one that all mounts from this server share
	client *sunrpc.Client // the mount's own
	acl    *sunrpc.Client // for NFSACL
	v4     *client.Mount  // of NFSv4, instead of base and acl
	nlm    *nlm.Host      // the server's lock manager; nil with nolock
}

// askMountd is the first half of a whole mount: a client for MOUNT, its ping, MNT, and its end.
func (m *mounting) askMountd() sunrpc.Step {
	k := m.ns.kernel
	args := &sunrpc.CreateArgs{
		Program: "mount", Prog: nfs.MountProgram, Vers: nfs.MountVersion, Flavor: nfs.Flavor, Null: nfs.MountCallNull(),
		Server: wire.Addr{Host: m.addr, Port: m.mountPort}, Timeout: &m.timeout,
	}
	if m.mountUDP {
		args.Protocol, args.Timeout = sunrpc.UDP, &sunrpc.NFSUDPTimeout
	}
	return k.Create(args, func(c *sunrpc.Client, status int32) sunrpc.Step {
		if status < 0 {
			return m.done("the ping of mountd", status)
		}
		res := new(nfs.MntRes)
		msg := sunrpc.Message{Proc: nfs.MountCallMnt(), Args: &nfs.PathArgs{Path: export}, Res: res}
		return k.CallSync(c, msg, trace.Soft|trace.Timeout, func(status int32) sunrpc.Step {
			c.Shutdown()
			if status < 0 || res.Status != nfs.OK {
				return m.done("MNT", min(status, res.Status.Errno()))
			}
			m.ns.handles[""] = append(nfs.FH(nil), res.FH...)
			return m.create()
		})
	})
}

// create makes the client for NFS, which pings the server.
func (m *mounting) create() sunrpc.Step {
	args := &sunrpc.CreateArgs{
		Program: nfs.Name, Prog: nfs.Program, Vers: nfs.Version3, Hard: m.hard, Timeout: &m.timeout, Protocol: m.protocol,
		Server: wire.Addr{Host: m.addr, Port: m.port}, Flavor: nfs.Flavor, Null: nfs.Null(), NoPing: m.noPing,
		ReusePort: true,
	}
	return m.ns.kernel.Create(args, func(c *sunrpc.Client, status int32) sunrpc.Step {
		switch {
		case status < 0:
			return m.done("the mount's ping", status)
		case m.full:
			m.base = c
			return m.withLockd(m.lookAround)
		}
		m.client = c
		return m.withLockd(func() sunrpc.Step { return m.done("", 0) })
	})
}

// lookAround is the second half: a clone for the mount, and what it asks before anybody may use it. When FSINFO fails
// with the mount's own client it is tried with the one that mounts share.
func (m *mounting) lookAround() sunrpc.Step {
	m.client = m.base.Clone(&sunrpc.CreateArgs{Program: nfs.Name, Prog: nfs.Program, Vers: nfs.Version3, Hard: m.hard, SoftErr: m.softErr})
	return m.ask(m.client, nfs.ProcFsinfo, func(status int32) sunrpc.Step {
		if status < 0 {
			return m.ask(m.base, nfs.ProcFsinfo, m.andThen("FSINFO", m.lookFurther))
		}
		return m.lookFurther()
	})
}

func (m *mounting) lookFurther() sunrpc.Step {
	return m.askEach([]uint32{nfs.ProcPathconf, nfs.ProcGetattr}, func() sunrpc.Step {
		acl := &sunrpc.CreateArgs{Program: nfs.ACLName, Prog: nfs.ACLProgram, Vers: nfs.Version3, Null: nfs.ACLNull()}
		return m.client.BindProgram(acl, func(a *sunrpc.Client, status int32) sunrpc.Step {
			if status < 0 {
				return m.giveUp("the ping of nfsacl", status)
			}
			m.acl = a
			return m.askEach([]uint32{nfs.ProcFsinfo, nfs.ProcGetattr}, func() sunrpc.Step { return m.done("", 0) })
		})
	})
}

// askEach makes synchronous calls about the export's root, one after the other.
func (m *mounting) askEach(procs []uint32, then func() sunrpc.Step) sunrpc.Step {
	if len(procs) == 0 {
		return then
	}
	return m.ask(m.client, procs[0], m.andThen(nfs.V3[procs[0]].Name, func() sunrpc.Step { return m.askEach(procs[1:], then) }))
}

func (m *mounting) ask(c *sunrpc.Client, proc uint32, then func(int32) sunrpc.Step) sunrpc.Step {
	args := &nfs.FHArgs{FH: m.ns.handles[""]}
	msg := sunrpc.Message{Proc: nfs.Call(proc), Args: args, Res: nfs.V3[proc].Res()}
	return m.ns.kernel.CallSync(c, msg, 0, then)
}

// andThen goes on after a call that may fail.
func (m *mounting) andThen(what string, then func() sunrpc.Step) func(int32) sunrpc.Step {
	return func(status int32) sunrpc.Step {
		if status < 0 {
			return m.giveUp(what, status)
		}
		return then()
	}
}

func (m *mounting) giveUp(what string, status int32) sunrpc.Step {
	return m.withoutLockd(func() sunrpc.Step {
		m.umount()
		return m.done(what, status)
	})
}

// umount takes down what a mount has made.
func (m *mounting) umount() {
	for _, c := range []*sunrpc.Client{m.acl, m.client, m.base} {
		if c != nil {
			c.Shutdown()
		}
	}
	m.acl, m.client, m.base = nil, nil, nil
}

// fail ends the run: the workload could not go on. Where somebody breaks things on purpose, it is the end of a process only.
func (w *World) fail(what string, status int32) sunrpc.Step {
	if w.broken {
		w.client.mark(what + " failed with status " + strconv.Itoa(int(status)))
		return nil
	}
	if w.err == nil {
		w.err = &CallError{what, status}
	}
	return nil
}
