package nfs

import (
	"sunscope/core/rpcmsg"
	"sunscope/core/xdr"
)

// Serve does procedure proc of NFSv3: it decodes the arguments, does the work and appends the results. It returns the
// accept_stat, and how many bytes at the end of the results are file data and its padding, which the kernel sends from
// pages. Arguments that cannot be decoded are GARBAGE_ARGS and change nothing; bytes after them are ignored, as by the
// kernel's server.
func (fs *FS) Serve(proc uint32, args *xdr.Decoder, res *xdr.Encoder) (stat rpcmsg.AcceptStat, pages int) {
	if proc > ProcCommit {
		return rpcmsg.ProcUnavail, 0
	}
	start := res.Len()
	if proc == ProcRead {
		pages = fs.serveRead(args, res)
	} else if serve := servers[proc]; serve != nil {
		serve(fs, args, res)
	}
	if args.Err() != nil {
		res.B = res.B[:start]
		return rpcmsg.GarbageArgs, 0
	}
	return rpcmsg.Success, pages
}

// servers are the procedures by number. Each decodes, and if that succeeds works and encodes; NULL has nothing to do.
var servers = [...]func(*FS, *xdr.Decoder, *xdr.Encoder){
	ProcGetattr:     (*FS).serveGetattr,
	ProcSetattr:     (*FS).serveSetattr,
	ProcLookup:      (*FS).serveLookup,
	ProcAccess:      (*FS).serveAccess,
	ProcReadlink:    (*FS).serveReadlink,
	ProcWrite:       (*FS).serveWrite,
	ProcCreate:      (*FS).serveCreate,
	ProcMkdir:       (*FS).serveMkdir,
	ProcSymlink:     (*FS).serveSymlink,
	ProcMknod:       (*FS).refuseMknod,
	ProcRemove:      func(fs *FS, d *xdr.Decoder, e *xdr.Encoder) { fs.serveRemove(d, e, Regular) },
	ProcRmdir:       func(fs *FS, d *xdr.Decoder, e *xdr.Encoder) { fs.serveRemove(d, e, Directory) },
	ProcRename:      (*FS).serveRename,
	ProcLink:        (*FS).serveLink,
	ProcReaddir:     func(fs *FS, d *xdr.Decoder, e *xdr.Encoder) { fs.serveReaddir(d, e) },
	ProcReaddirplus: func(fs *FS, d *xdr.Decoder, e *xdr.Encoder) { fs.serveReaddirplus(d, e) },
	ProcFsstat:      (*FS).serveFsstat,
	ProcFsinfo:      (*FS).serveFsinfo,
	ProcPathconf:    (*FS).servePathconf,
	ProcCommit:      (*FS).serveCommit,
}

// object is what handle-only procedures begin with.
func (fs *FS) object(d *xdr.Decoder) (n *node, s Status, ok bool) {
	var a FHArgs
	if a.Decode(d); d.Err() != nil {
		return nil, 0, false
	}
	n, s = fs.node(a.FH)
	return n, s, true
}

func (fs *FS) serveGetattr(d *xdr.Decoder, e *xdr.Encoder) {
	n, s, ok := fs.object(d)
	if !ok {
		return
	}
	r := GetattrRes{Status: s}
	if s == OK {
		r.Attr = n.attr()
	}
	r.Encode(e)
}

func (fs *FS) serveSetattr(d *xdr.Decoder, e *xdr.Encoder) {
	var a SetattrArgs
	if a.Decode(d); d.Err() != nil {
		return
	}
	n, s := fs.node(a.FH)
	r := WccRes{Status: s, Wcc: n.before()}
	switch {
	case s != OK:
	case a.HasGuard && a.Guard != n.ctime:
		r.Status = ErrNotSync
	case a.Attr.Size.Set && n.kind != Regular:
		r.Status = ErrInval
	case a.Attr.Size.Set && a.Attr.Size.Value > maxFileSize:
		r.Status = ErrFBig
	default:
		fs.setattr(n, &a.Attr)
	}
	r.Wcc.After = n.postOp()
	r.Encode(e)
}

func (fs *FS) setattr(n *node, a *SetAttr) {
	if a.Mode.Set {
		n.mode = a.Mode.Value & 0o7777
	}
	if a.UID.Set {
		n.uid = a.UID.Value
	}
	if a.GID.Set {
		n.gid = a.GID.Value
	}
	if a.Size.Set {
		fs.truncate(n, a.Size.Value)
	}
	switch a.MtimeHow {
	case SetToServerTime:
		n.mtime = fs.time()
	case SetToClientTime:
		n.mtime = a.Mtime
	}
	n.ctime = fs.time()
}

func (fs *FS) serveLookup(d *xdr.Decoder, e *xdr.Encoder) {
	var a DirOpArgs
	if a.Decode(d); d.Err() != nil {
		return
	}
	dir, s := fs.directory(a.What.Dir)
	r := LookupRes{Status: s, DirAttr: dir.postOp()}
	if s == OK {
		if n := dir.find(a.What.Name); n != nil {
			r.FH, r.Attr = n.handle(), n.postOp()
		} else {
			r.Status = ErrNoEnt
		}
	}
	r.Encode(e)
}

// directory is node for a handle that must name a directory.
func (fs *FS) directory(h FH) (*node, Status) {
	n, s := fs.node(h)
	if s == OK && n.kind != Directory {
		s = ErrNotDir
	}
	return n, s
}

func (fs *FS) serveAccess(d *xdr.Decoder, e *xdr.Encoder) {
	var a AccessArgs
	if a.Decode(d); d.Err() != nil {
		return
	}
	n, s := fs.node(a.FH)
	r := AccessRes{Status: s, Attr: n.postOp()}
	if s == OK {
		r.Access = a.Access & n.grants()
	}
	r.Encode(e)
}

// grants are the ACCESS rights of n's owner.
func (n *node) grants() uint32 {
	var g uint32
	dir := n.kind == Directory
	if n.mode&0o400 != 0 {
		g |= AccessRead
	}
	if n.mode&0o200 != 0 {
		g |= AccessModify | AccessExtend
		if dir {
			g |= AccessDelete
		}
	}
	if n.mode&0o100 != 0 {
		if dir {
			return g | AccessLookup
		}
		g |= AccessExecute
	}
	return g
}

// file is node for a handle that must name a regular file. For a directory the Linux server says ISDIR, which RFC 1813
// does not list for READ and WRITE, and INVAL for the rest.
func (fs *FS) file(h FH) (*node, Status) {
	n, s := fs.node(h)
	switch {
	case s != OK || n.kind == Regular:
		return n, s
	case n.kind == Directory:
		return n, ErrIsDir
	}
	return n, ErrInval
}

// serveRead reads the data straight into the reply. A count beyond rtmax is served in part, an offset beyond the end
// with nothing.
func (fs *FS) serveRead(d *xdr.Decoder, e *xdr.Encoder) (pages int) {
	var a ReadArgs
	if a.Decode(d); d.Err() != nil {
		return 0
	}
	n, s := fs.file(a.FH)
	r := ReadRes{Status: s, Attr: n.postOp()}
	if s != OK {
		r.Encode(e)
		return 0
	}
	left := n.size - min(a.Offset, n.size)
	r.Count = uint32(min(left, uint64(a.Count), maxTransfer))
	r.EOF = uint64(r.Count) == left
	r.Encode(e)
	length := int(r.Count)
	e.Put(e.Len()-4, r.Count) // of the data, which Encode has written as empty
	at := e.Len()
	e.B = append(e.B, make([]byte, length+xdr.Pad(length))...)
	n.read(e.B[at:at+length], a.Offset)
	return e.Len() - at
}

func (fs *FS) serveWrite(d *xdr.Decoder, e *xdr.Encoder) {
	var a WriteArgs
	if a.Decode(d); d.Err() != nil {
		return
	}
	n, s := fs.file(a.FH)
	r := WriteRes{Status: s, Wcc: n.before()}
	switch {
	case s != OK:
	case a.Stable > FileSync:
		r.Status = ErrInval
	case a.Offset > maxFileSize || a.Offset+uint64(len(a.Data)) > maxFileSize:
		r.Status = ErrFBig
	default:
		r.Status = fs.write(n, a.Data, a.Offset)
	}
	r.Count, r.Committed, r.Verf = a.Count, a.Stable, fs.verf()
	r.Wcc.After = n.postOp()
	r.Encode(e)
}

//go:noinline
func (fs *FS) verf() (v Verf) {
	xdr.PutWord(v[:], Epoch)
	xdr.PutWord(v[4:], fs.Boot)
	return v
}

func (fs *FS) serveCommit(d *xdr.Decoder, e *xdr.Encoder) {
	var a CommitArgs
	if a.Decode(d); d.Err() != nil {
		return
	}
	n, s := fs.file(a.FH)
	r := CommitRes{Status: s, Wcc: n.before(), Verf: fs.verf()}
	r.Wcc.After = n.postOp()
	r.Encode(e)
}
