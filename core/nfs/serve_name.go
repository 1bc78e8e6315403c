package nfs

import (
	"strings"

	"sunscope/core/xdr"
)

func (fs *FS) serveCreate(d *xdr.Decoder, e *xdr.Encoder) {
	var a CreateArgs
	if a.Decode(d); d.Err() != nil {
		return
	}
	dir, s := fs.directory(a.Where.Dir)
	r := CreateRes{Status: s, DirWcc: dir.before()}
	if s == OK && !goodName(a.Where.Name) {
		r.Status = ErrInval
	} else if s == OK {
		var n *node
		if n, r.Status = fs.create(dir, &a); r.Status == OK {
			r.FH, r.Attr = PostOpFH{true, n.handle()}, n.postOp()
		}
	}
	r.DirWcc.After = dir.postOp()
	r.Encode(e)
}

// goodName reports whether something may be called that.
//
//go:noinline
func goodName(name string) bool {
	return name != "" && strings.IndexByte(name, '/') < 0 && strings.IndexByte(name, 0) < 0
}

// create makes a file or, if the mode allows it, finds the one that exists. An exclusive CREATE that is repeated, because
// its reply was lost, finds the verifier and succeeds.
func (fs *FS) create(dir *node, a *CreateArgs) (*node, Status) {
	n := dir.find(a.Where.Name)
	if n != nil {
		switch {
		case n.kind != Regular, a.Mode == Guarded, a.Mode == Exclusive && n.verf != a.Verf:
			return nil, ErrExist
		}
	} else {
		n = fs.make(Regular, 0o644, a.Where.Name)
		n.verf = a.Verf
		fs.enter(dir, a.Where.Name, n)
	}
	if a.Mode != Exclusive {
		fs.setattr(n, &a.Attr)
	}
	return n, OK
}

func (fs *FS) serveMkdir(d *xdr.Decoder, e *xdr.Encoder) {
	var a MkdirArgs
	if a.Decode(d); d.Err() != nil {
		return
	}
	dir, s := fs.directory(a.Where.Dir)
	r := CreateRes{Status: s, DirWcc: dir.before()}
	switch {
	case s != OK:
	case !goodName(a.Where.Name):
		r.Status = ErrInval
	case dir.find(a.Where.Name) != nil:
		r.Status = ErrExist
	default:
		n := fs.make(Directory, 0o755, a.Where.Name)
		a.Attr.Size.Set = false
		fs.setattr(n, &a.Attr)
		dir.nlink++
		fs.enter(dir, a.Where.Name, n)
		r.FH, r.Attr = PostOpFH{true, n.handle()}, n.postOp()
	}
	r.DirWcc.After = dir.postOp()
	r.Encode(e)
}

// serveRemove is REMOVE for everything but directories, and RMDIR for these.
func (fs *FS) serveRemove(d *xdr.Decoder, e *xdr.Encoder, kind FType) {
	var a DirOpArgs
	if a.Decode(d); d.Err() != nil {
		return
	}
	dir, s := fs.directory(a.What.Dir)
	r := WccRes{Status: s, Wcc: dir.before()}
	if s == OK {
		r.Status = fs.remove(dir, a.What.Name, kind)
	}
	r.Wcc.After = dir.postOp()
	r.Encode(e)
}

func (fs *FS) remove(dir *node, name string, kind FType) Status {
	n := dir.find(name)
	switch {
	case n == nil:
		return ErrNoEnt
	case name == "." || name == "..":
		return ErrInval
	case n.kind == Directory && kind != Directory:
		return ErrIsDir
	case n.kind != Directory && kind == Directory:
		return ErrNotDir
	case len(n.entries) > 0:
		return ErrNotEmpty
	}
	fs.unlink(dir, name)
	return OK
}

// refuseMknod answers MKNOD: there are no devices, sockets and FIFOs here.
func (fs *FS) refuseMknod(d *xdr.Decoder, e *xdr.Encoder) {
	var a MknodArgs
	if a.Decode(d); d.Err() != nil {
		return
	}
	r := CreateRes{Status: ErrNotSupp}
	r.Encode(e)
}

// Cookies 1 and 2 are those of "." and "..".
const firstCookie = 2

// size of what surrounds the entries of READDIR results: status, attributes, verifier, end of list, eof.
const readdirFrame = 4 + 4 + 84 + cookieVerf + 4 + 4

func (fs *FS) serveReaddir(d *xdr.Decoder, e *xdr.Encoder) {
	var a ReaddirArgs
	if a.Decode(d); d.Err() != nil {
		return
	}
	r := fs.readdir(a.Dir, a.Cookie, int(min(a.Count, MaxData)), false)
	r.Encode(e)
}

func (fs *FS) serveReaddirplus(d *xdr.Decoder, e *xdr.Encoder) {
	var a ReaddirplusArgs
	if a.Decode(d); d.Err() != nil {
		return
	}
	r := fs.readdir(a.Dir, a.Cookie, int(min(a.MaxCount, MaxData)), true)
	r.Encode(e)
}

// readdir collects entries behind cookie until the results have limit bytes.
func (fs *FS) readdir(h FH, cookie uint64, limit int, plus bool) ReaddirRes {
	dir, s := fs.directory(h)
	r := ReaddirRes{Plus: plus, Status: s, DirAttr: dir.postOp()}
	if s != OK {
		return r
	}
	size := readdirFrame
	var e xdr.Encoder
	for _, t := range dir.list() {
		if t.cookie <= cookie {
			continue
		}
		entry := Entry{FileID: t.node.id, Name: t.name, Cookie: t.cookie}
		if plus {
			entry.Attr, entry.FH = t.node.postOp(), PostOpFH{true, t.node.handle()}
		}
		e.B = e.B[:0]
		entry.encode(&e, plus)
		if size += 4 + e.Len(); size > limit {
			if len(r.Entries) == 0 {
				r.Status = ErrTooSmall
			}
			return r
		}
		r.Entries = append(r.Entries, entry)
	}
	r.EOF = true
	return r
}

func (n *node) list() []dirEntry {
	all := append(make([]dirEntry, 0, len(n.entries)+2), dirEntry{".", 1, n}, dirEntry{"..", 2, n.parent})
	return append(all, n.entries...)
}
