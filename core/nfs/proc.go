package nfs

import "sunscope/core/xdr"

// Proc is a procedure as the kernel's client knows it (rpc_procinfo). Lengths are in XDR units of four bytes, the most
// that arguments and results can need; buffers are made from them, and the recorded rpc_buf_alloc events agree.
type Proc struct {
	Num      uint32
	Name     string // as rpc_request prints it
	ArgLen   int    // p_arglen
	ReplyLen int    // p_replen
	Timer    int    // p_timer: 0 for none, else the class of the RTT estimator
	Pages    bool   // data, names or entries of the reply go to pages behind the head
	Args     func() Args
	Res      func() Res
	ref      string // section that defines it
	args     string // what the RFC calls the arguments
	res      string
}

// Sizes in units, under the kernel's names without NFS3_ and _sz.
const (
	fhLen     = 1 + 16
	nameLen   = 1 + 63
	dirOpLen  = fhLen + nameLen
	sattrLen  = 15
	fattrLen  = 21
	postAttr  = 1 + fattrLen
	postFH    = 1 + fhLen
	wccLen    = 1 + 6 + postAttr
	pagePad   = 1
	mountPath = 1 + MaxPath/4
)

// noArgs stands for void.
type noArgs struct{}

func (noArgs) Encode(*xdr.Encoder) {}
func (noArgs) Decode(*xdr.Decoder) {}
func (noArgs) Result() int32       { return 0 }

func void() Args     { return noArgs{} }
func voidRes() Res   { return noArgs{} }
func fhArgs() Args   { return new(FHArgs) }
func dirOp() Args    { return new(DirOpArgs) }
func wccRes() Res    { return new(WccRes) }
func createRes() Res { return new(CreateRes) }

// V3 are the procedures of NFSv3 by number (nfs3_procedures).
var V3 = [...]Proc{
	{0, "NULL", 0, 0, 0, false, void, voidRes, "RFC 1813 §3.3.0", "void", "void"},
	{1, "GETATTR", fhLen, 1 + fattrLen, 1, false, fhArgs, func() Res { return new(GetattrRes) },
		"RFC 1813 §3.3.1", "GETATTR3args", "GETATTR3res"},
	{2, "SETATTR", fhLen + sattrLen + 3, 1 + wccLen, 0, false, func() Args { return new(SetattrArgs) }, wccRes,
		"RFC 1813 §3.3.2", "SETATTR3args", "SETATTR3res"},
	{3, "LOOKUP", dirOpLen, 1 + fhLen + 2*postAttr, 2, false, dirOp, func() Res { return new(LookupRes) },
		"RFC 1813 §3.3.3", "LOOKUP3args", "LOOKUP3res"},
	{4, "ACCESS", fhLen + 1, 1 + postAttr + 1, 1, false, func() Args { return new(AccessArgs) },
		func() Res { return new(AccessRes) }, "RFC 1813 §3.3.4", "ACCESS3args", "ACCESS3res"},
	{5, "READLINK", fhLen, 1 + postAttr + 1 + pagePad, 3, true, fhArgs, func() Res { return new(ReadlinkRes) },
		"RFC 1813 §3.3.5", "READLINK3args", "READLINK3res"},
	{6, "READ", fhLen + 3, 1 + postAttr + 3 + pagePad, 3, true, func() Args { return new(ReadArgs) },
		func() Res { return new(ReadRes) }, "RFC 1813 §3.3.6", "READ3args", "READ3res"},
	{7, "WRITE", fhLen + 5, 1 + wccLen + 4, 4, false, func() Args { return new(WriteArgs) },
		func() Res { return new(WriteRes) }, "RFC 1813 §3.3.7", "WRITE3args", "WRITE3res"},
	{8, "CREATE", dirOpLen + sattrLen, 1 + postFH + postAttr + wccLen, 0, false,
		func() Args { return new(CreateArgs) }, createRes, "RFC 1813 §3.3.8", "CREATE3args", "CREATE3res"},
	{9, "MKDIR", dirOpLen + sattrLen, 1 + postFH + postAttr + wccLen, 0, false,
		func() Args { return new(MkdirArgs) }, createRes, "RFC 1813 §3.3.9", "MKDIR3args", "MKDIR3res"},
	{10, "SYMLINK", dirOpLen + 1 + sattrLen, 1 + postFH + postAttr + wccLen, 0, false,
		func() Args { return new(SymlinkArgs) }, createRes, "RFC 1813 §3.3.10", "SYMLINK3args", "SYMLINK3res"},
	{11, "MKNOD", dirOpLen + 2 + sattrLen, 1 + postFH + postAttr + wccLen, 0, false,
		func() Args { return new(MknodArgs) }, createRes, "RFC 1813 §3.3.11", "MKNOD3args", "MKNOD3res"},
	{12, "REMOVE", dirOpLen, 1 + wccLen, 0, false, dirOp, wccRes, "RFC 1813 §3.3.12", "REMOVE3args", "REMOVE3res"},
	{13, "RMDIR", dirOpLen, 1 + wccLen, 0, false, dirOp, wccRes, "RFC 1813 §3.3.13", "RMDIR3args", "RMDIR3res"},
	{14, "RENAME", 2 * dirOpLen, 1 + 2*wccLen, 0, false, func() Args { return new(RenameArgs) },
		func() Res { return new(RenameRes) }, "RFC 1813 §3.3.14", "RENAME3args", "RENAME3res"},
	{15, "LINK", fhLen + dirOpLen, 1 + postAttr + wccLen, 0, false, func() Args { return new(LinkArgs) },
		func() Res { return new(LinkRes) }, "RFC 1813 §3.3.15", "LINK3args", "LINK3res"},
	{16, "READDIR", fhLen + 5, 1 + postAttr + 2 + pagePad, 3, true, func() Args { return new(ReaddirArgs) },
		func() Res { return new(ReaddirRes) }, "RFC 1813 §3.3.16", "READDIR3args", "READDIR3res"},
	{17, "READDIRPLUS", fhLen + 6, 1 + postAttr + 2 + pagePad, 3, true, func() Args { return new(ReaddirplusArgs) },
		func() Res { return &ReaddirRes{Plus: true} }, "RFC 1813 §3.3.17", "READDIRPLUS3args", "READDIRPLUS3res"},
	{18, "FSSTAT", fhLen, 1 + postAttr + 13, 0, false, fhArgs, func() Res { return new(FsstatRes) },
		"RFC 1813 §3.3.18", "FSSTAT3args", "FSSTAT3res"},
	{19, "FSINFO", fhLen, 1 + postAttr + 12, 0, false, fhArgs, func() Res { return new(FsinfoRes) },
		"RFC 1813 §3.3.19", "FSINFO3args", "FSINFO3res"},
	{20, "PATHCONF", fhLen, 1 + postAttr + 6, 0, false, fhArgs, func() Res { return new(PathconfRes) },
		"RFC 1813 §3.3.20", "PATHCONF3args", "PATHCONF3res"},
	{21, "COMMIT", fhLen + 3, 1 + wccLen + 2, 5, false, func() Args { return new(CommitArgs) },
		func() Res { return new(CommitRes) }, "RFC 1813 §3.3.21", "COMMIT3args", "COMMIT3res"},
}

// MountV3 are the procedures of MOUNT version 3 that the kernel's client calls (mnt3_procedures).
var MountV3 = [...]Proc{
	{MountNull, "NULL", 0, 0, 0, false, void, voidRes, "RFC 1813 §5.2.0", "void", "void"},
	{MountMnt, "MOUNT", mountPath, 1 + fhLen + 12, 0, false, func() Args { return new(PathArgs) },
		func() Res { return new(MntRes) }, "RFC 1813 §5.2.1", "dirpath", "mountres3"},
	{MountUmnt, "UMOUNT", mountPath, 0, 0, false, func() Args { return new(PathArgs) }, voidRes,
		"RFC 1813 §5.2.3", "dirpath", "void"},
}

// Lookup finds a procedure of NFSv3 or MOUNT version 3 by program, version and number.
//
//go:noinline
func Lookup(prog, vers, proc uint32) *Proc {
	table := []Proc(nil)
	switch {
	case prog == Program && vers == Version3:
		table = V3[:]
	case prog == MountProgram && vers == MountVersion:
		table = MountV3[:]
	}
	for i := range table {
		if table[i].Num == proc {
			return &table[i]
		}
	}
	return nil
}

// Headers of calls and replies in units, without credential and verifier (RPC_CALLHDRSIZE, RPC_REPHDRSIZE).
const (
	callHeader  = 6
	replyHeader = 4
)

// CallSize is the size in bytes of the buffer that call_allocate asks for to hold the call: slack units for the
// credential (au_cslack) count twice, since the verifier has as much.
func (p *Proc) CallSize(slack int) int { return 4 * (callHeader + 2*slack + p.ArgLen) }

// RecvSize is the size in bytes of the buffer for the reply, with slack units for the verifier (au_rslack).
func (p *Proc) RecvSize(slack int) int { return 4 * (replyHeader + slack + max(p.ReplyLen, 2)) }

// ReplyBuffer is how the reply's buffer is divided when count bytes of data are expected: a head, which holds all that
// comes before the data, pages for the data, and a tail for its padding. Without pages the head is all.
func (p *Proc) ReplyBuffer(slack, count int) (head, pages, tail int) {
	size := p.RecvSize(slack)
	if !p.Pages {
		return size, 0, 0
	}
	tail = 4 * pagePad
	return size - tail, count, tail
}
