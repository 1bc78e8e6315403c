package nfsd

import (
	"sunscope/core/fsm"
	"sunscope/core/nfs"
	"sunscope/core/nfs4"
	"sunscope/core/rpcmsg"
	"sunscope/core/sunrpc"
	"sunscope/core/trace"
	"sunscope/core/wire"
	"sunscope/core/xdr"
)

// path is the way to one client (the cl_cb_* members of struct nfs4_client).
type path struct {
	clnt  *sunrpc.Client    // cl_cb_client
	waitq *sunrpc.WaitQueue // cl_cb_waitq: who waits for the session's one slot
}

// job is a callback while a task carries it out (struct nfsd4_callback).
type job struct {
	n     *Server
	p     *path
	cb    *nfs4.Callback
	args  *nfs4.CompoundArgs
	res   nfs4.CompoundRes
	read  bool // res is a reply
	again bool // need_restart: through the work queue once more
}

// The callback program's procedures as nfsd calls them. The lengths are the kernel's, in words of four bytes.
var (
	cbNull   = sunrpc.Proc{Num: nfs4.ProcNull, Name: "CB_NULL", Encode: encode, Decode: decode}
	cbRecall = sunrpc.Proc{Num: nfs4.ProcCompound, Name: "CB_RECALL", ArgLen: 51, ReplyLen: 20, Encode: encode, Decode: decode}
	cbLayout = sunrpc.Proc{Num: nfs4.ProcCompound, Name: "CB_LAYOUT", ArgLen: 61, ReplyLen: 20, Encode: encode, Decode: decode}
	cbNotify = sunrpc.Proc{Num: nfs4.ProcCompound, Name: "CB_NOTIFY_LOCK", ArgLen: 61, ReplyLen: 20, Encode: encode, Decode: decode}
	cbSlot   = sunrpc.Proc{Num: nfs4.ProcCompound, Name: "CB_RECALL_SLOT", ArgLen: 51, ReplyLen: 20, Encode: encode, Decode: decode}
)

func procOf(cb *nfs4.Callback) *sunrpc.Proc {
	switch {
	case cb.Null:
		return &cbNull
	case cb.Op.Op == nfs4.OpCBRecall:
		return &cbRecall
	case cb.Op.Op == nfs4.OpCBLayoutrecall:
		return &cbLayout
	case cb.Op.Op == nfs4.OpCBNotifyLock:
		return &cbNotify
	}
	return &cbSlot
}

func encode(e *xdr.Encoder, args any) wire.Errno {
	if j := args.(*job); !j.cb.Null {
		j.args.Encode(e)
	}
	return wire.OK
}

// decode makes the reply's status the task's, as the kernel does. A reply that cannot be read is EIO, and none.
func decode(d *xdr.Decoder, res any) int32 {
	j := res.(*job)
	if j.cb.Null {
		j.read = true
		return 0
	}
	j.res = nfs4.CompoundRes{Callback: true}
	if j.res.Decode(d); d.Err() != nil {
		return int32(wire.EIO)
	}
	j.read = true
	return j.res.Result()
}

// run is nfsd4_run_cb: callbacks wait for their turn on the work queue, which takes up one at a time.
func (n *Server) run(calls []*nfs4.Callback) {
	n.todo = append(n.todo, calls...)
	if len(n.todo) > 0 && !n.working {
		n.working = true
		n.m.Queue(&n.work)
	}
}

// next is the worker of the queue nfsd4_callbacks (nfsd4_run_cb_work).
func (n *Server) next() sunrpc.Step {
	if len(n.todo) == 0 {
		n.working = false
		return nil
	}
	cb := n.todo[0]
	n.todo = n.todo[1:]
	n.m.Spend(sunrpc.CostWork)
	n.V4.FS.Now = n.m.Now()
	if way, due := n.V4.UpdateCallback(cb); due {
		return n.update(cb, way)
	}
	return n.call(cb)
}

// update is nfsd4_process_cb_update: the old rpc_clnt goes, and a new one is made for the way that there is now.
func (n *Server) update(cb *nfs4.Callback, way nfs4.Way) sunrpc.Step {
	p := n.paths[cb.Client]
	if p != nil && p.clnt != nil {
		old := p.clnt
		p.clnt = nil
		return old.ShutdownWait(func() sunrpc.Step { return n.update(cb, way) })
	}
	ready := func(c *sunrpc.Client) sunrpc.Step {
		if p == nil {
			p = &path{waitq: n.k.NewQueue(fsm.NFSDCallback)}
			n.paths[cb.Client] = p
		}
		p.clnt = c
		n.V4.FS.Now = n.m.Now()
		n.V4.CallbackWay(cb, c != nil)
		if c == nil {
			return n.next // there is nobody to call: the callback is given up
		}
		return n.call(cb)
	}
	if !way.Found {
		return ready(nil)
	}
	return n.setUp(&way, ready)
}

// setUp is setup_callback_client. A client with sessions is called over a connection that it has opened itself, another one
// over a connection to the address that it has named.
func (n *Server) setUp(way *nfs4.Way, then func(*sunrpc.Client) sunrpc.Step) sunrpc.Step {
	wait := max(n.V4.Lease/10/sunrpc.HZ*sunrpc.HZ, sunrpc.HZ)
	args := &sunrpc.CreateArgs{
		Program: "nfs4_cb", Prog: way.Program, Vers: nfs4.CallbackVersion, NoPing: true, Quiet: true, Flavor: rpcmsg.AuthUnix,
		Timeout: &sunrpc.Timeout{Init: wait, Max: wait}, ServerName: "(null)", Null: &cbNull,
	}
	if way.Minor > 0 {
		conn := n.conns[way.Conn]
		if conn == nil || conn.Dead() {
			return then(nil)
		}
		return then(n.k.CreateBack(args, conn, 0))
	}
	host, port := way.Addr.Split()
	if port == 0 {
		return then(nil)
	}
	args.Server = wire.Addr{Host: host, Port: uint16(port)}
	return n.k.Create(args, func(c *sunrpc.Client, status int32) sunrpc.Step { return then(c) })
}

// call makes a callback, if there is a way and something to send.
func (n *Server) call(cb *nfs4.Callback) sunrpc.Step {
	p := n.paths[cb.Client]
	if p == nil || p.clnt == nil || n.V4.Courtesy(cb) {
		return n.next
	}
	if cb.Null && cb.Minor > 0 {
		n.V4.StartCallback(cb)
		return n.next
	}
	j := &job{n: n, p: p, cb: cb}
	flags := trace.Async | trace.Soft | trace.NoConnect
	if cb.Minor == 0 {
		flags = trace.Async | trace.Soft | trace.SoftConn
	}
	ops := &sunrpc.CallOps{Done: j.done, DoneName: "nfsd4_cb_probe_done", DoneModule: "nfsd", Release: j.release}
	if !cb.Null {
		ops.Prepare, ops.DoneName = j.prepare, "nfsd4_cb_done"
	}
	setup := &sunrpc.Setup{Client: p.clnt, Msg: sunrpc.Message{Proc: procOf(cb), Args: j, Res: j}, Flags: flags, Ops: ops}
	return n.k.RunTask(setup, func(*sunrpc.Task) sunrpc.Step { return n.next })
}

// prepare is nfsd4_cb_prepare: a call of a client with sessions needs the slot.
func (j *job) prepare(t *sunrpc.Task) {
	j.n.V4.FS.Now = j.n.m.Now()
	args, gone := j.n.V4.StartCallback(j.cb)
	switch {
	case gone:
		t.Exit(int32(wire.EIO))
	case args == nil:
		j.p.waitq.Sleep(t)
	default:
		j.args, j.read = args, false
		t.CallStart()
	}
}

// done is nfsd4_cb_done, and nfsd4_cb_probe_done.
func (j *job) done(t *sunrpc.Task) {
	n, status := j.n, wire.Errno(t.Status())
	n.V4.FS.Now = n.m.Now()
	res := &j.res
	if !j.read {
		res = nil
	}
	next := n.V4.CallbackDone(j.cb, res, status == wire.EIO || status == wire.ETIMEDOUT || status == wire.EACCES)
	j.again = next.Requeue
	if next.Again {
		t.RestartPrepare()
		if next.Holds {
			t.Restart()
		}
		if next.After > 0 {
			t.Delay(next.After)
		}
	}
	if len(next.Ready) > 0 {
		j.p.waitq.WakeNext()
	}
}

// release is nfsd4_cb_release.
func (j *job) release(*sunrpc.Task) {
	if j.again {
		j.n.run([]*nfs4.Callback{j.cb})
	}
}

// Recall calls back whoever holds a delegation of the file, as a program on the server itself that writes it does. It may be
// called outside of any thread.
func (n *Server) Recall(fh nfs.FH) {
	n.V4.FS.Now = n.m.Now()
	_, calls := n.V4.Recall(fh)
	n.run(calls)
}

// Locked is nfs4.Server's, now. It may be called outside of any thread.
func (n *Server) Locked(fh string, write bool, first, last uint64) *nfs4.Denied {
	n.V4.FS.Now = n.m.Now()
	d, calls := n.V4.Locked(fh, write, first, last)
	n.run(calls)
	return d
}

// Unlocked tells those who wait for a lock of the file that it may be free, as the end of another lock on the server does.
func (n *Server) Unlocked(fh string) {
	n.V4.FS.Now = n.m.Now()
	n.run(n.V4.Unlocked(fh))
}

// RecallLayouts calls back whoever has a layout of the file.
func (n *Server) RecallLayouts(fh nfs.FH) {
	n.V4.FS.Now = n.m.Now()
	n.run(n.V4.RecallLayouts(fh))
}

// RecallSlots asks every client with sessions to use no slot beyond highest any more. It is false when there
// is none.
func (n *Server) RecallSlots(highest uint32) bool {
	n.V4.FS.Now = n.m.Now()
	calls := n.V4.RecallSlots(highest)
	n.run(calls)
	return len(calls) > 0
}
