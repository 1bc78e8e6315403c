package nfs

import (
	"sunscope/core/rpcmsg"
	"sunscope/core/sunrpc"
	"sunscope/core/trace"
	"sunscope/core/wire"
	"sunscope/core/xdr"
)

// Name is what the client's trace calls the program; the server's calls its own nfsd.
const Name = "nfs"

// Flavor is what the client's calls are signed with: AUTH_SYS.
const Flavor = rpcmsg.AuthUnix

// Null is procedure 0 as the client calls it for a ping: nothing goes, nothing comes back.
func Null() *sunrpc.Proc {
	return &sunrpc.Proc{Num: ProcNull, Name: "NULL", Decode: func(*xdr.Decoder, any) int32 { return 0 }}
}

// readProc is READ as the client calls it. The status of a finished READ is the number of bytes read.
func readProc() *sunrpc.Proc {
	p := V3[ProcRead]
	return &sunrpc.Proc{
		Num: p.Num, Name: p.Name, Timer: p.Timer, ArgLen: p.ArgLen, ReplyLen: p.ReplyLen,
		Encode: func(e *xdr.Encoder, args any) wire.Errno {
			args.(*ReadArgs).Encode(e)
			return wire.OK
		},
		Decode: func(d *xdr.Decoder, res any) int32 {
			r := res.(*ReadRes)
			r.Decode(d)
			switch {
			case d.Err() != nil:
				return int32(wire.EIO)
			case r.Status != OK:
				return -int32(r.Status)
			}
			return int32(r.Count)
		},
	}
}

// ReadSetup describes the task of one READ as the NFS client's read-ahead makes it (nfs_initiate_pgio): asynchronous,
// in memory of its own, released on nfsiod. done hears when the data is there.
func ReadSetup(k *sunrpc.Kernel, c *sunrpc.Client, args *ReadArgs, item string, done func(*sunrpc.Task)) *sunrpc.Setup {
	return &sunrpc.Setup{
		Client: c, Msg: sunrpc.Message{Proc: readProc(), Args: args, Res: new(ReadRes), Pages: int(args.Count)},
		Flags: trace.Async | trace.CredNoRef, Embedded: true, WorkQueue: k.NFSIOD(), Item: item,
		Ops: &sunrpc.CallOps{
			Prepare: (*sunrpc.Task).CallStart, DoneName: "nfs_pgio_result", DoneModule: "nfs", Release: done,
		},
	}
}

// Service is the file system as a program that a server offers.
func Service(fs *FS) *sunrpc.Service {
	return &sunrpc.Service{
		Name: "nfsd", Prog: Program, Vers: Version, Serve: fs.Serve,
		ProcName: func(proc uint32) (string, bool) {
			if int(proc) >= len(V3) {
				return "", false
			}
			return V3[proc].Name, true
		},
	}
}
