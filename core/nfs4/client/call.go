package client

import (
	"sunscope/core/nfs4"
	"sunscope/core/sunrpc"
	"sunscope/core/trace"
	"sunscope/core/wire"
	"sunscope/core/xdr"
)

// Call is a COMPOUND: what is asked, on which slot, and what has been answered (the args and res of a procedure, with
// nfs4_sequence_args and nfs4_sequence_res).
type Call struct {
	c    *Client
	proc int
	// Ops are the operations; SEQUENCE, if there has to be one, is put before them when the call is encoded.
	Ops []nfs4.Operation
	// Res is the answer. SEQUENCE is not among Res.Ops: it is seq.
	Res nfs4.CompoundRes
	// Item names the call for lessons and people (sunrpc.Setup.Item).
	Item string
	// Privileged calls get slots while the table is draining (sa_privileged); Cache asks the server to keep the reply for a
	// repetition (sa_cache_this).
	Privileged, Cache bool
	// Pages is how many bytes of the answer go to pages, ArgPages how many bytes of the call come from pages.
	Pages, ArgPages int
	// result makes the task's status of an answer without error; nil: 0.
	result func(*nfs4.CompoundRes) int32
	// fresh puts in what a recovery may have changed, before the call is encoded; nil: nothing. A negative status says that
	// the call makes no sense any more.
	fresh func() int32

	// file is the handle of the file that an OPEN is for, where neither its operations nor its answer tell it.
	file nfs4.FH
	// seqid is the call's place among its open owner's, in NFSv4.0; abandoned: its caller does not wait for it any more.
	seqid     *seqid
	abandoned bool
	// unwanted is what follows, if any, when an abandoned call has done its work all the same.
	unwanted func()

	sequence
}

// call is a Call of proc with operations.
func (c *Client) call(proc int, ops ...nfs4.Operation) *Call {
	return &Call{c: c, proc: proc, Ops: ops}
}

// op is an operation with its arguments.
func op(num nfs4.Op, args nfs4.Body) nfs4.Operation { return nfs4.Operation{Op: num, Body: args} }

func putFH(fh nfs4.FH) nfs4.Operation { return op(nfs4.OpPutFH, &nfs4.FHBody{FH: fh}) }

func getattr(want nfs4.Bitmap) nfs4.Operation {
	return op(nfs4.OpGetattr, &nfs4.GetattrArgs{Request: want})
}

// encode writes the COMPOUND, with the slot's number as it is now.
func encode(e *xdr.Encoder, args any) wire.Errno {
	call := args.(*Call)
	call.seqid.encoded()
	a := nfs4.CompoundArgs{Minor: call.c.Minor, Ops: call.Ops}
	if call.slot != nil && call.c.Session != nil {
		call.c.audit.numbered(call)
		q := call.table.slots.Args(call.c.Session.ID, call.slot, call.Cache)
		a.Ops = append([]nfs4.Operation{op(nfs4.OpSequence, &q)}, call.Ops...)
	}
	call.c.audit.encoded(call, &a)
	a.Encode(e)
	return wire.OK
}

// decode reads the answer. What cannot be read is EIO; what an operation was refused is its error.
func decode(d *xdr.Decoder, res any) int32 {
	call := res.(*Call)
	r := &call.Res
	*r = nfs4.CompoundRes{}
	r.Decode(d)
	if call.sequence.heard(r); d.Err() != nil {
		return int32(wire.EIO)
	}
	call.seqid.answered(r)
	switch status := r.Result(); {
	case status != 0:
		return status
	case call.result != nil:
		return call.result(r)
	}
	return 0
}

// body is what operation num of the answer has brought; nil if it is not there or was refused.
func body[T any, P interface {
	*T
	nfs4.Body
}](r *nfs4.CompoundRes, num nfs4.Op) P {
	for i := range r.Ops {
		if r.Ops[i].Op == num && r.Ops[i].Status == nfs4.OK {
			if b, ok := r.Ops[i].Body.(P); ok {
				return b
			}
		}
	}
	return nil
}

func (call *Call) setup(rpc *sunrpc.Client, flags trace.TaskFlags, ops *sunrpc.CallOps) *sunrpc.Setup {
	return &sunrpc.Setup{
		Client: rpc, Flags: flags, Ops: ops, Item: call.Item,
		Msg: sunrpc.Message{Proc: &procs[call.proc], Args: call, Res: call, Pages: call.Pages, ArgPages: call.ArgPages},
	}
}

// usual are rpc_call_sync's hooks.
var usual = sunrpc.CallOps{DoneName: "rpc_default_callback", DoneModule: "sunrpc"}

// manage are the flags of the calls by which a client and a server agree on client ids and sessions: they wait for no slot
// and stay on their connection.
const manage = trace.Timeout | trace.NoRoundRobin

// plain makes a synchronous call without a slot (rpc_call_sync).
func (c *Client) plain(call *Call, then func(int32) sunrpc.Step) sunrpc.Step {
	return c.K.RunTask(call.setup(c.RPC, manage, &usual), func(t *sunrpc.Task) sunrpc.Step { return then(t.Status()) })
}

// sync is nfs4_call_sync_sequence: a synchronous call with a slot.
func (c *Client) sync(rpc *sunrpc.Client, call *Call, flags trace.TaskFlags, then func(int32) sunrpc.Step) sunrpc.Step {
	ops := &sunrpc.CallOps{
		Prepare:  func(t *sunrpc.Task) { c.prepare(t, call) },
		Done:     func(t *sunrpc.Task) { c.done(t, call) },
		DoneName: "nfs41_call_sync_done", DoneModule: "nfsv4",
	}
	if c.Minor == 0 {
		ops.DoneName = "nfs40_call_sync_done"
	}
	return c.K.RunTask(call.setup(rpc, flags, ops), func(t *sunrpc.Task) sunrpc.Step { return then(t.Status()) })
}
