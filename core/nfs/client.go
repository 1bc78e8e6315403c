package nfs

import (
	"sunscope/core/rpcmsg"
	"sunscope/core/sunrpc"
	"sunscope/core/trace"
	"sunscope/core/wire"
	"sunscope/core/xdr"
)

// Flavor is what a mount without sec= uses.
const Flavor = rpcmsg.AuthUnix

const eio = -5

// calls are V3 as the RPC client wants it.
var calls = makeCalls()

func makeCalls() (c [len(V3)]sunrpc.Proc) {
	for i := range V3 {
		p := &V3[i]
		c[i] = sunrpc.Proc{Num: p.Num, Name: p.Name, Timer: p.Timer, ArgLen: p.ArgLen, ReplyLen: p.ReplyLen,
			Encode: encode, Decode: decode}
	}
	return c
}

// Null is procedure 0, with which a client pings.
func Null() *sunrpc.Proc { return &calls[ProcNull] }

// Call is procedure num of NFSv3 as the RPC client wants it. Its arguments are Args, its results Res.
func Call(num uint32) *sunrpc.Proc { return &calls[num] }

func encode(e *xdr.Encoder, args any) wire.Errno {
	if a, ok := args.(Args); ok {
		a.Encode(e)
	}
	return wire.OK
}

// decode reads results. Results that cannot be read are EIO, as for the kernel's client.
func decode(d *xdr.Decoder, res any) int32 {
	r, ok := res.(Res)
	if !ok {
		return 0
	}
	if r.Decode(d); d.Err() != nil {
		return eio
	}
	return r.Result()
}

// ReadSetup is an asynchronous READ as nfs_initiate_pgio makes it: the task is a part of its nfs_pgio_header, the data
// go to pages, and nfsiod releases it: that is when done hears, and the reader's pages are unlocked; item names it in the trace.
//
//go:noinline
func ReadSetup(k *sunrpc.Kernel, c *sunrpc.Client, args *ReadArgs, item string, done func(*sunrpc.Task)) *sunrpc.Setup {
	return &sunrpc.Setup{
		Client: c,
		Msg:    sunrpc.Message{Proc: Call(ProcRead), Args: args, Res: new(ReadRes), Pages: int(args.Count)},
		Ops: &sunrpc.CallOps{
			Prepare:  (*sunrpc.Task).CallStart,
			DoneName: "nfs_pgio_result", DoneModule: "nfs",
			Release: done,
		},
		Flags:     trace.Async | trace.CredNoRef, // its credential is the nfs_pgio_header's
		WorkQueue: k.NFSIOD(),
		Embedded:  true,
		Item:      item,
	}
}

// Service is NFSv3 over fs as a server offers it.
func Service(fs *FS) *sunrpc.Service {
	return &sunrpc.Service{
		Name: "nfsd", Prog: Program, Vers: Version3,
		ProcName: func(proc uint32) (string, bool) {
			if p := Lookup(Program, Version3, proc); p != nil {
				return p.Name, true
			}
			return "", false
		},
		Cached: cached,
		Serve:  fs.Serve,
	}
}

// cached says which procedures must not be done twice for one call: those that change something and would fail then, or
// do harm.
func cached(proc uint32, _ []byte) bool {
	switch proc {
	case ProcSetattr, ProcWrite, ProcCreate, ProcMkdir, ProcSymlink, ProcMknod, ProcRemove, ProcRmdir, ProcRename, ProcLink:
		return true
	}
	return false
}

// WriteSetup is an asynchronous WRITE, as write-back makes it; the rest is as for ReadSetup.
func WriteSetup(k *sunrpc.Kernel, c *sunrpc.Client, args *WriteArgs, item string, done func(*sunrpc.Task)) *sunrpc.Setup {
	s := ReadSetup(k, c, &ReadArgs{}, item, done)
	s.Msg = sunrpc.Message{Proc: Call(ProcWrite), Args: args, Res: new(WriteRes), ArgPages: len(args.Data)}
	return s
}

// CommitSetup is an asynchronous COMMIT, as nfs_initiate_commit makes it.
func CommitSetup(k *sunrpc.Kernel, c *sunrpc.Client, args *CommitArgs, item string, done func(*sunrpc.Task)) *sunrpc.Setup {
	s := ReadSetup(k, c, &ReadArgs{}, item, done)
	s.Msg = sunrpc.Message{Proc: Call(ProcCommit), Args: args, Res: new(CommitRes)}
	s.Ops.DoneName = "nfs_commit_done"
	return s
}

// RenameSetup is an asynchronous RENAME, as nfs_async_rename makes it.
func RenameSetup(k *sunrpc.Kernel, c *sunrpc.Client, args *RenameArgs, item string, done func(*sunrpc.Task)) *sunrpc.Setup {
	s := ReadSetup(k, c, &ReadArgs{}, item, done)
	s.Msg = sunrpc.Message{Proc: Call(ProcRename), Args: args, Res: new(RenameRes)}
	s.Ops.DoneName = "nfs_async_rename_done"
	return s
}

// mountCalls are MountV3 as the RPC client wants it.
var mountCalls = [...]sunrpc.Proc{
	{Num: MountNull, Name: "NULL", Encode: encode, Decode: decode},
	{Num: MountMnt, Name: "MOUNT", ArgLen: mountPath, ReplyLen: 1 + fhLen + 12, Encode: encode, Decode: decode},
}

// MountCallNull and MountCallMnt are the two calls of MOUNT that a mount makes.
func MountCallNull() *sunrpc.Proc { return &mountCalls[0] }

// MountCallMnt asks for a directory's handle. Its arguments are PathArgs, its results MntRes.
func MountCallMnt() *sunrpc.Proc { return &mountCalls[1] }

// mountNames are the procedures of MOUNT version 3 by number (RFC 1813 section 5.2).
var mountNames = [...]string{"NULL", "MNT", "DUMP", "UMNT", "UMNTALL", "EXPORT"}

// MountService is MOUNT version 3 over fs as a server offers it.
func MountService(fs *FS) *sunrpc.Service {
	return &sunrpc.Service{
		Name: "mountd", Prog: MountProgram, Vers: MountVersion,
		ProcName: func(proc uint32) (string, bool) {
			if int(proc) < len(mountNames) {
				return mountNames[proc], true
			}
			return "", false
		},
		Serve: func(proc uint32, args *xdr.Decoder, res *xdr.Encoder) (rpcmsg.AcceptStat, int) {
			return fs.ServeMount(proc, args, res), 0
		},
	}
}
