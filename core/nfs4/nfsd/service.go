package nfsd

import (
	"slices"

	"sunscope/core/nfs4"
	"sunscope/core/rpcmsg"
	"sunscope/core/sunrpc"
	"sunscope/core/time"
	"sunscope/core/trace"
	"sunscope/core/xdr"
)

// Server is the part of nfsd that serves NFSv4 (struct nfsd_net).
type Server struct {
	V4 *nfs4.Server
	k  *sunrpc.Kernel
	m  sunrpc.Machine

	conns map[nfs4.Conn]*sunrpc.SvcXprt // that clients have used and that are not gone; only looked up
	queue *sunrpc.WorkQueue             // laundry_wq
	due   time.Duration                 // when the laundromat comes next; 0: there is nobody to look after
	life  int                           // of the service: the laundromat of one does not come in the next
	sweep sunrpc.Work

	paths   map[uint64]*path // the ways to clients, by their numbers; only looked up
	todo    []*nfs4.Callback // on the work queue nfsd4_callbacks
	working bool
	work    sunrpc.Work
}

// New gives v4 a host's kernel and machine to run on.
func New(k *sunrpc.Kernel, m sunrpc.Machine, v4 *nfs4.Server) *Server {
	n := &Server{V4: v4, k: k, m: m, conns: map[nfs4.Conn]*sunrpc.SvcXprt{}, queue: &sunrpc.WorkQueue{Name: "nfsd4"}, paths: map[uint64]*path{}}
	n.work = sunrpc.Work{Queue: &sunrpc.WorkQueue{Name: "nfsd4_callbacks"}, Name: "nfsd4_run_cb_work", Run: n.next}
	v4.Note = func(event, text string) {
		m.Emit(".....", trace.Note, int64(m.Log().Str(event)), int64(m.Log().Str(text)))
	}
	v4.Peer = func(c nfs4.Conn) string { return n.conns[c].Remote().Host }
	n.sweep = sunrpc.Work{Queue: n.queue, Name: "laundromat_main", Run: n.laundromat}
	return n
}

var procNames = [...]string{nfs4.ProcNull: "NULL", nfs4.ProcCompound: "COMPOUND"}

// Service is the program (nfsd_version4). It is not for UDP: NFSv4 needs a transport that controls congestion.
func (n *Server) Service() *sunrpc.Service {
	return &sunrpc.Service{
		Name: "nfsd", Prog: nfs4.Program, Vers: nfs4.Version, CongCtrl: true,
		ProcName: func(proc uint32) (string, bool) {
			if int(proc) < len(procNames) {
				return procNames[proc], true
			}
			return "", false
		},
		Cached:    cached,
		ServeConn: n.serve,
	}
}

// serve is nfsd4_proc_compound with its decoding and encoding. A COMPOUND whose header cannot be read is GARBAGE_ARGS; an
// operation that cannot be read is BADXDR and the last one.
func (n *Server) serve(x *sunrpc.SvcXprt, proc uint32, args *xdr.Decoder, res *xdr.Encoder) (rpcmsg.AcceptStat, int) {
	if proc == nfs4.ProcNull {
		return rpcmsg.Success, 0
	}
	var a nfs4.CompoundArgs
	if a.Decode(args); args.Err() != nil && len(a.Ops) == 0 {
		return rpcmsg.GarbageArgs, 0
	}
	n.V4.FS.Now = n.m.Now()
	r, calls := n.V4.Compound(n.conn(x), &a)
	r.Encode(res)
	n.run(calls)
	n.start()
	return rpcmsg.Success, pages(&r)
}

// cached says which COMPOUNDs must not be done twice for one call: in NFSv4.0 those with an operation that changes something
// and that no owner's sequence number guards (OP_CACHEME of nfsd4_ops). In a session the slot keeps the reply.
func cached(proc uint32, args []byte) bool {
	if proc != nfs4.ProcCompound {
		return false
	}
	var a nfs4.CompoundArgs
	if a.Decode(xdr.NewDecoder(args)); a.Minor != 0 {
		return false
	}
	return slices.ContainsFunc(a.Ops, func(o nfs4.Operation) bool {
		switch o.Op {
		case nfs4.OpSetclientid, nfs4.OpSetclientidConfirm, nfs4.OpWrite, nfs4.OpSetattr, nfs4.OpCreate, nfs4.OpLink, nfs4.OpRemove, nfs4.OpRename:
			return true
		}
		return false
	})
}

// pages is how many bytes of the results are file data, which the kernel sends from its page cache.
func pages(r *nfs4.CompoundRes) (n int) {
	if last := len(r.Ops) - 1; last >= 0 && r.Ops[last].Op == nfs4.OpRead {
		if read, ok := r.Ops[last].Body.(*nfs4.ReadRes); ok {
			n = len(read.Data) + xdr.Pad(len(read.Data))
		}
	}
	return n
}

// conn is what the state knows the connection by. Its end ends what is bound to it (nfsd4_conn_lost).
func (n *Server) conn(x *sunrpc.SvcXprt) nfs4.Conn {
	id := nfs4.Conn(x.ID())
	if n.conns[id] == nil {
		n.conns[id] = x
		x.OnClose(func() {
			delete(n.conns, id)
			n.V4.FS.Now = n.m.Now()
			n.run(n.V4.ConnLost(id))
		})
	}
	return id
}

// start has the laundromat come, if it does not already.
func (n *Server) start() {
	if n.due != 0 {
		return
	}
	n.comeBy(n.m.Now() + n.V4.Lease)
}

// laundromat is laundromat_main: leases that are over, delegations that were not given back.
func (n *Server) laundromat() sunrpc.Step {
	n.V4.FS.Now = n.m.Now()
	next, calls := n.V4.Tick()
	n.comeBy(max(next, n.m.Now()+sunrpc.HZ))
	n.run(calls)
	return nil
}

// comeBy has the laundromat come at that instant, unless the service has ended by then (cancel_delayed_work_sync).
func (n *Server) comeBy(at time.Duration) {
	n.due = at
	life := n.life
	n.m.At(at, func() {
		if n.life == life {
			n.m.Queue(&n.sweep)
		}
	})
}

// Stop is the end of the service: all state is gone (nfs4_state_shutdown).
func (n *Server) Stop() {
	n.V4.FS.Now = n.m.Now()
	n.life++
	n.due = 0
	n.run(n.V4.Stop())
}

// Start is a new life of the service after Stop; who had some state may reclaim it (nfs4_state_start).
func (n *Server) Start() {
	n.V4.FS.Now = n.m.Now()
	n.V4.Start()
}
