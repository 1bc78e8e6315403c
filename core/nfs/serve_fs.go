package nfs

import (
	"sunscope/core/rpcmsg"
	"sunscope/core/xdr"
)

func (fs *FS) serveFsstat(d *xdr.Decoder, e *xdr.Encoder) {
	n, s, ok := fs.object(d)
	if !ok {
		return
	}
	total := uint64(fs.space())
	free := total - uint64(fs.used)
	const files = 1 << 20
	left := files - uint64(len(fs.nodes))
	r := FsstatRes{Status: s, Attr: n.postOp(), Tbytes: total, Fbytes: free, Abytes: free,
		Tfiles: files, Ffiles: left, Afiles: left}
	r.Encode(e)
}

func (fs *FS) serveFsinfo(d *xdr.Decoder, e *xdr.Encoder) {
	n, s, ok := fs.object(d)
	if !ok {
		return
	}
	r := FsinfoRes{Status: s, Attr: n.postOp(),
		Rtmax: maxTransfer, Rtpref: maxTransfer, Rtmult: blockSize,
		Wtmax: maxTransfer, Wtpref: maxTransfer, Wtmult: blockSize,
		Dtpref: blockSize, MaxFileSize: maxFileSize, TimeDelta: Time{0, 1},
		Properties: FSFLink | FSFSymlink | FSFHomogeneous | FSFCanSetTime}
	r.Encode(e)
}

func (fs *FS) servePathconf(d *xdr.Decoder, e *xdr.Encoder) {
	n, s, ok := fs.object(d)
	if !ok {
		return
	}
	r := PathconfRes{Status: s, Attr: n.postOp(), LinkMax: linkMax, NameMax: MaxName,
		NoTrunc: true, ChownRestricted: true, CasePreserving: true}
	r.Encode(e)
}

// ServeMount does procedure proc of MOUNT version 3, as Serve does for NFSv3. Who has mounted what is not remembered,
// so DUMP answers an empty list.
func (fs *FS) ServeMount(proc uint32, args *xdr.Decoder, res *xdr.Encoder) rpcmsg.AcceptStat {
	var a PathArgs
	switch proc {
	case MountNull, MountUmntall:
	case MountMnt:
		if a.Decode(args); args.Err() == nil {
			r := fs.mount(a.Path)
			r.Encode(res)
		}
	case MountUmnt:
		a.Decode(args)
	case MountDump:
		res.Bool(false)
	case MountExport:
		fs.listExports(res)
	default:
		return rpcmsg.ProcUnavail
	}
	if args.Err() != nil {
		return rpcmsg.GarbageArgs
	}
	return rpcmsg.Success
}

func (fs *FS) mount(path string) MntRes {
	if path == "" || path[0] != '/' {
		return MntRes{Status: ErrInval}
	}
	n := fs.walk(path)
	switch {
	case n == nil:
		return MntRes{Status: ErrNoEnt}
	case n.kind != Directory:
		return MntRes{Status: ErrNotDir}
	case !fs.exported(path):
		return MntRes{Status: ErrAcces}
	}
	return MntRes{FH: n.handle(), Flavors: []rpcmsg.Flavor{rpcmsg.AuthUnix}}
}

func (fs *FS) exported(path string) bool {
	for _, e := range fs.Exports {
		if e == path {
			return true
		}
	}
	return len(fs.Exports) == 0
}

// listExports appends exports: a list of directories, each with an empty list of groups.
func (fs *FS) listExports(e *xdr.Encoder) {
	for _, path := range fs.Exports {
		e.Bool(true)
		e.String(path)
		e.Bool(false)
	}
	e.Bool(false)
}
