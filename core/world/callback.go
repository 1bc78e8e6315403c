package world

import (
	"slices"
	"strconv"

	"sunscope/core/fsm"
	"sunscope/core/rpcmsg"
	"sunscope/core/scenario"
	"sunscope/core/sunrpc"
	"sunscope/core/time"
	"sunscope/core/trace"
	"sunscope/core/wire"
	"sunscope/core/xdr"
)

// The program that a server of NFSv4.1 calls its client with. Of its compounds only the frame is here (RFC 8881 §20.2):
// the tag carries a number, there are no operations, and the answer has the same tag.
const (
	cbProgram = 0x40000000
	cbVersion = 1
	cbRecall  = 1 // COMPOUND
	lease     = 90 * time.Second
)

// cbTimeout is how long the server waits for an answer: a tenth of the lease, once.
var cbTimeout = sunrpc.Timeout{Init: lease / 10, Max: lease / 10}

var cbRecallProc = sunrpc.Proc{
	Num: cbRecall, Name: "CB_RECALL", ArgLen: 51, ReplyLen: 20,
	Encode: func(e *xdr.Encoder, args any) wire.Errno {
		e.String(strconv.Itoa(args.(int)))
		e.Uint32(1) // minorversion
		e.Uint32(0) // callback_ident
		e.Uint32(0) // operations
		return wire.OK
	},
	Decode: func(d *xdr.Decoder, res any) int32 {
		d.Uint32("status")
		d.String("tag", 1024)
		if d.Uint32("operations"); d.Err() != nil {
			return int32(wire.EIO)
		}
		return 0
	},
}

// cbService is the client's end.
func cbService() *sunrpc.Service {
	names := [...]string{"NULL", "COMPOUND"}
	return &sunrpc.Service{
		Name: "NFSv4 callback", Prog: cbProgram, Vers: cbVersion,
		ProcName: func(proc uint32) (string, bool) {
			if proc < uint32(len(names)) {
				return names[proc], true
			}
			return "unknown", false
		},
		Serve: func(proc uint32, args *xdr.Decoder, res *xdr.Encoder) (rpcmsg.AcceptStat, int) {
			if proc == cbRecall {
				tag := args.String("tag", 1024)
				if args.Err() != nil {
					return rpcmsg.GarbageArgs, 0
				}
				res.Uint32(0) // NFS4_OK
				res.String(tag)
				res.Uint32(0)
			}
			return rpcmsg.Success, 0
		},
	}
}

// callbackPath is the server's way back to its client (struct nfs4_client, cl_cb_*).
type callbackPath struct {
	w       *World
	kernel  *sunrpc.Kernel
	queue   *sunrpc.WorkQueue // cl_callback_wq: one item at a time
	todo    []*recall
	working bool
	work    sunrpc.Work
	state   string // cl_cb_state
	clnt    *sunrpc.Client
	conn    *sunrpc.SvcXprt
	waitq   *sunrpc.WaitQueue // cl_cb_waitq
	busy    int               // slots of the session in use
	all     []*recall
	mount   *sunrpc.Client // of the client's kernel, whose connection it is
}

// recall is one callback (struct nfsd4_callback).
type recall struct {
	n           int
	slot        bool // it has a slot
	began, over time.Duration
	tries       int
	lost        bool // given up: there was no way to the client
	again       bool
}

// startCallbacks gives the client its end of the back channel, and the server its own.
func (w *World) startCallbacks(c *sunrpc.Client) {
	s := &w.sc.Callbacks
	if s.Design == "" {
		return
	}
	srv := w.kernel.NewServer([]*sunrpc.Service{cbService()})
	srv.Start([]*sunrpc.Thread{&w.client.spawn("NFSv4 callback").Thread})
	if err := c.SetupBackchannel(sunrpc.Backchannel(slices.Index(scenario.Backchannels, s.Design)), srv, max(1, s.Prealloc)); err != wire.OK {
		w.fail("setting up the back channel", int32(err))
		return
	}
	k := w.nfsd.kernel
	b := &callbackPath{w: w, kernel: k, queue: &sunrpc.WorkQueue{Name: "nfsd4_callbacks"}, waitq: k.NewQueue(fsm.NFSDCallback), state: "UNKNOWN", mount: c}
	b.work = sunrpc.Work{Queue: b.queue, Name: "nfsd4_run_cb_work", Run: b.next}
	w.back = b
}

// set says what is known of the way to the client.
//
//go:noinline
func (b *callbackPath) set(state string) {
	if b.state == state {
		return
	}
	b.state = state
	l := b.w.log
	b.w.server.Emit(".....", trace.Note, int64(l.Str("nfsd_cb_state")), int64(l.Str("addr="+b.w.sc.Client.Addr+":0 client 00000001:00000001 state="+state)))
}

// recall calls the client n times, all at once.
func (b *callbackPath) recall(n int) {
	for range n {
		r := &recall{n: len(b.all) + 1, began: b.w.now}
		b.all = append(b.all, r)
		b.w.running++
		b.run(r)
	}
}

// run is nfsd4_run_cb.
//
//go:noinline
func (b *callbackPath) run(r *recall) {
	b.todo = append(b.todo, r)
	if !b.working {
		b.working = true
		b.w.server.Queue(&b.work)
	}
}

// next is the worker: it takes up one callback after the other.
func (b *callbackPath) next() sunrpc.Step {
	if len(b.todo) == 0 {
		b.working = false
		return nil
	}
	r := b.todo[0]
	b.todo = b.todo[1:]
	b.w.server.Spend(sunrpc.CostWork)
	if b.clnt == nil || b.conn.Dead() {
		b.update()
	}
	if b.clnt == nil || b.w.now-r.began > lease {
		r.lost = true // the lease is over before the client has heard: what it holds is revoked
		b.finish(r)
		return b.next
	}
	r.tries++
	return b.kernel.RunTask(b.setup(r), func(*sunrpc.Task) sunrpc.Step { return b.next })
}

// update is nfsd4_process_cb_update: another connection of the client's, if there is one.
func (b *callbackPath) update() {
	if b.clnt != nil {
		b.clnt.Shutdown()
		b.clnt = nil
		b.set("UNKNOWN")
	}
	if srv := b.w.nfsd.srv; srv != nil {
		b.conn = srv.Conn(b.w.sc.Client.Addr)
	}
	if b.conn == nil || b.conn.Dead() {
		b.set("DOWN")
		return
	}
	b.clnt = b.kernel.CreateBack(&sunrpc.CreateArgs{
		Program: "nfs4_cb", Prog: cbProgram, Vers: cbVersion, NoPing: true, Quiet: true, Timeout: &cbTimeout, Flavor: rpcmsg.AuthUnix,
	}, b.conn, max(2, b.slots()))
	b.set("UP")
}

func (b *callbackPath) slots() int { return max(1, b.w.sc.Callbacks.Slots) }

func (b *callbackPath) setup(r *recall) *sunrpc.Setup {
	return &sunrpc.Setup{
		Client: b.clnt, Msg: sunrpc.Message{Proc: &cbRecallProc, Args: r.n}, Flags: trace.Async | trace.Soft | trace.NoConnect,
		Item: "callback[" + strconv.Itoa(r.n) + "]",
		Ops: &sunrpc.CallOps{
			Prepare: func(t *sunrpc.Task) { b.prepare(r, t) }, Done: func(t *sunrpc.Task) { b.done(r, t) },
			DoneName: "nfsd4_cb_done", DoneModule: "nfsd", Release: func(*sunrpc.Task) { b.release(r) },
		},
	}
}

// prepare is nfsd4_cb_prepare: a call needs a slot of the session's back channel.
func (b *callbackPath) prepare(r *recall, t *sunrpc.Task) {
	if !r.slot {
		if b.busy >= b.slots() {
			b.waitq.Sleep(t)
			return
		}
		b.busy++
		r.slot = true
	}
	t.CallStart()
}

// done is nfsd4_cb_done. A call that nobody has answered is made again, and the way to the client is in doubt.
func (b *callbackPath) done(r *recall, t *sunrpc.Task) {
	if r.again = t.Status() < 0; r.again {
		b.set("FAULT")
	} else {
		b.set("UP")
	}
	if r.slot {
		r.slot = false
		b.busy--
		b.waitq.WakeNext()
	}
}

// release is nfsd4_cb_release.
func (b *callbackPath) release(r *recall) {
	if r.again {
		b.run(r)
		return
	}
	b.finish(r)
}

func (b *callbackPath) finish(r *recall) {
	r.over = b.w.now
	b.w.running--
}
