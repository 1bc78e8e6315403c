package world

import (
	"strconv"

	"sunscope/core/nfs"
	"sunscope/core/nfs4"
	"sunscope/core/nfs4/client"
	"sunscope/core/scenario"
	"sunscope/core/sunrpc"
	"sunscope/core/wire"
)

// uname is what the client tells the server of its kernel.
const uname = "Linux 6.1.0 x86_64"

// newClient4 makes the client's end of NFSv4.
func (w *World) newClient4(k *sunrpc.Kernel, nodename string) *client.Net {
	n := &client.Net{
		K: k, M: w.client, NodeName: nodename, Kernel: uname, MaxSlots: uint32(w.sc.NFS.MaxSessionSlots),
		Spawn: func(comm string, first sunrpc.Step) { w.client.wake(w.client.spawn(comm), first) },
	}
	n.AnswerCallbacks(func(comm string) *sunrpc.Thread { return &w.client.spawn(comm).Thread })
	return n
}

// mount4 is mount.nfs with vers=4.0 or 4.1: no other program than NFS is asked anything.
func (m *mounting) mount4(minor uint32) sunrpc.Step {
	w := m.w
	if m.port == 0 { // no rpcbind is asked
		m.port = uint16(w.sc.Mount.Port)
	}
	args := &client.MountArgs{
		ClientArgs: client.ClientArgs{Minor: minor, Server: wire.Addr{Host: m.addr, Port: m.port}, Timeout: &m.timeout, NoPing: m.noPing},
		Hard:       m.hard, SoftErr: m.softErr, RSize: uint32(w.sc.Mount.RSize), WSize: uint32(w.sc.Mount.RSize),
	}
	return m.ns.nfs4.Mount(args, func(v4 *client.Mount, status int32) sunrpc.Step {
		if status < 0 {
			return m.done("mounting with NFSv4", status)
		}
		m.v4, m.client = v4, v4.RPC
		m.ns.handles[""] = nfs.FH(v4.Root)
		return m.done("", 0)
	})
}

// minor is the minor version of NFSv4 that the options ask for; false: it is NFSv3.
func (w *World) minor(o *scenario.Mounting) (uint32, bool) {
	vers := w.sc.Mount.Vers
	if o != nil && o.Vers != "" {
		vers = o.Vers
	}
	return scenario.Vers4(vers)
}

// read4 is what read is over NFSv4: the process opens the file first, and closes it at its end.
func (w *World) read4(m *client.Mount, p *thread, i int) sunrpc.Step {
	item := func(verb string) string { return verb + "[" + strconv.Itoa(i+1) + "]" }
	return m.Open(item("open"), m.Root, fileName(i), client.How{Access: nfs4.ShareRead}, func(f *client.File, status int32) sunrpc.Step {
		if status < 0 {
			return w.readDone("an OPEN", status)
		}
		setup := f.Read(item("read"), 0, w.sc.Workload.Bytes, func(t *sunrpc.Task) {
			status := t.Status()
			w.client.wake(p, func() sunrpc.Step {
				return f.Close(item("close"), func(int32) sunrpc.Step { return w.readDone("a READ", status) })
			})
		})
		return w.kernel.RunTask(setup, func(*sunrpc.Task) sunrpc.Step { return nil })
	})
}

// fh4 is what the script knows of a file.
func (s *script) fh4(path string) nfs4.FH { return nfs4.FH(s.handle(path)) }

// first4 is what was mounted at first; nil if that is no NFSv4.
func (w *World) first4() *client.Mount {
	if w.first == nil {
		return nil
	}
	return w.first.v4
}
