package nfs

import (
	"sunscope/core/rpcmsg"
	"sunscope/core/sunrpc"
	"sunscope/core/xdr"
)

// The NFSACL program, version 3, which Linux and Solaris speak beside NFSv3. No RFC describes it.
const (
	ACLName    = "nfsacl"
	ACLProgram = 100227
	aclGetacl  = 1
)

// ACLNull is NFSACL's procedure 0, with which a client asks whether the server has the program.
func ACLNull() *sunrpc.Proc { return &aclProcs[0] }

// Getacl asks for a file's access control lists. Its arguments are GetaclArgs, its results GetaclRes.
func Getacl() *sunrpc.Proc { return &aclProcs[1] }

var aclProcs = [...]sunrpc.Proc{
	{Num: 0, Name: "NULL", Encode: encode, Decode: decode},
	{Num: aclGetacl, Name: "GETACL", Timer: 1, ArgLen: fhLen + 1, ReplyLen: 1 + postAttr + 1 + 2*(2+1024*3), Encode: encode, Decode: decode},
}

// ACLAll asks for the access list, the default list, and the number of entries of both.
const ACLAll = 0xf

// GetaclArgs are the arguments of GETACL: whose lists, and which.
type GetaclArgs struct {
	FH   FH
	Mask uint32
}

// Encode appends the arguments.
func (a *GetaclArgs) Encode(e *xdr.Encoder) {
	a.FH.encode(e)
	e.Uint32(a.Mask)
}

// Decode reads the arguments.
func (a *GetaclArgs) Decode(d *xdr.Decoder) {
	a.FH = decodeFH(d, "file")
	a.Mask = d.Hex32("mask")
}

// GetaclRes are the results of GETACL for a file without lists, which is all that this server has.
type GetaclRes struct {
	Status Status
	Attr   PostOpAttr
	Mask   uint32
}

// Encode appends the results.
func (r *GetaclRes) Encode(e *xdr.Encoder) {
	e.Uint32(uint32(r.Status))
	r.Attr.encode(e)
	if r.Status == OK {
		e.Uint32(r.Mask)
		for range 2 { // the access list and the default list: no entries, in an empty array
			e.Uint32(0)
			e.Uint32(0)
		}
	}
}

// Decode reads the results. Lists with entries are skipped, not kept.
func (r *GetaclRes) Decode(d *xdr.Decoder) {
	r.Status = decodeStatus(d)
	r.Attr = decodePostOpAttr(d, "attr")
	if r.Status != OK {
		return
	}
	r.Mask = d.Hex32("mask")
	for range 2 {
		d.Uint32("entries")
		for range d.Count("acl", 1024, 12) {
			d.Uint32("type")
			d.Uint32("id")
			d.Uint32("perm")
		}
	}
}

// Result is the task's status.
func (r *GetaclRes) Result() int32 { return r.Status.Errno() }

// ACLService is NFSACL as a program that a server offers.
func ACLService(fs *FS) *sunrpc.Service {
	return &sunrpc.Service{
		Name: ACLName, Prog: ACLProgram, Vers: Version3,
		ProcName: func(proc uint32) (string, bool) {
			if int(proc) >= len(aclProcs) {
				return "", false
			}
			return aclProcs[proc].Name, true
		},
		Serve: func(proc uint32, args *xdr.Decoder, res *xdr.Encoder) (rpcmsg.AcceptStat, int) {
			if proc == 0 {
				return rpcmsg.Success, 0
			}
			var a GetaclArgs
			if a.Decode(args); args.Err() != nil {
				return rpcmsg.GarbageArgs, 0
			}
			n, s := fs.node(a.FH)
			r := GetaclRes{Status: s, Mask: a.Mask}
			if s == OK {
				r.Attr = n.postOp()
			}
			r.Encode(res)
			return rpcmsg.Success, 0
		},
	}
}
