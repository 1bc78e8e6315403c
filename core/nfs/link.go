package nfs

import "sunscope/core/xdr"

// linkMax is how many names a file may have, as the Linux server states it in PATHCONF.
const linkMax = 255

// Symlink makes a symbolic link in a.Where that holds a.Path. Nothing follows it here: that is the client's work.
func (fs *FS) Symlink(a *SymlinkArgs) (FH, Status) {
	dir, s := fs.directory(a.Where.Dir)
	if s != OK {
		return nil, s
	}
	n, s := fs.symlink(dir, a)
	if s != OK {
		return nil, s
	}
	return n.handle(), OK
}

func (fs *FS) symlink(dir *node, a *SymlinkArgs) (*node, Status) {
	if s := free(dir, a.Where.Name); s != OK {
		return nil, s
	}
	if a.Path == "" {
		return nil, ErrNoEnt // what symlink(2) says of an empty path
	}
	n := fs.make(Symlink, 0o777, a.Where.Name)
	n.target, n.size = a.Path, uint64(len(a.Path))
	fs.enter(dir, a.Where.Name, n)
	return n, OK
}

// free says whether a new object may have name in dir.
func free(dir *node, name string) Status {
	switch {
	case !goodName(name):
		return ErrInval
	case dir.find(name) != nil:
		return ErrExist
	}
	return OK
}

// Readlink is what the symbolic link h holds.
func (fs *FS) Readlink(h FH) (string, Status) {
	n, s := fs.node(h)
	switch {
	case s != OK:
		return "", s
	case n.kind != Symlink:
		return "", ErrInval
	}
	return n.target, OK
}

// Link gives what h names one more name in directory dir. A directory has one name only.
func (fs *FS) Link(h, dir FH, name string) Status {
	n, s := fs.node(h)
	if s != OK {
		return s
	}
	at, s := fs.directory(dir)
	if s != OK {
		return s
	}
	return fs.link(n, at, name)
}

func (fs *FS) link(n, dir *node, name string) Status {
	s := free(dir, name)
	switch {
	case s != OK:
		return s
	case n.kind == Directory:
		return ErrPerm // RFC 1813 lets a server refuse; Linux does
	case n.nlink >= linkMax:
		return ErrMLink
	}
	n.nlink++
	n.ctime = fs.time()
	fs.enter(dir, name, n)
	return OK
}

func (fs *FS) serveSymlink(d *xdr.Decoder, e *xdr.Encoder) {
	var a SymlinkArgs
	if a.Decode(d); d.Err() != nil {
		return
	}
	dir, s := fs.directory(a.Where.Dir)
	r := CreateRes{Status: s, DirWcc: dir.before()}
	if s == OK {
		var n *node
		if n, r.Status = fs.symlink(dir, &a); r.Status == OK {
			r.FH, r.Attr = PostOpFH{true, n.handle()}, n.postOp()
		}
	}
	r.DirWcc.After = dir.postOp()
	r.Encode(e)
}

func (fs *FS) serveReadlink(d *xdr.Decoder, e *xdr.Encoder) {
	n, s, ok := fs.object(d)
	if !ok {
		return
	}
	r := ReadlinkRes{Status: s, Attr: n.postOp()}
	switch {
	case s != OK:
	case n.kind != Symlink:
		r.Status = ErrInval
	default:
		r.Path = n.target
	}
	r.Encode(e)
}

func (fs *FS) serveLink(d *xdr.Decoder, e *xdr.Encoder) {
	var a LinkArgs
	if a.Decode(d); d.Err() != nil {
		return
	}
	n, s := fs.node(a.FH)
	dir, ds := fs.directory(a.Link.Dir)
	r := LinkRes{Status: s, DirWcc: dir.before()}
	switch {
	case s != OK:
	case ds != OK:
		r.Status = ds
	default:
		r.Status = fs.link(n, dir, a.Link.Name)
	}
	r.Attr, r.DirWcc.After = n.postOp(), dir.postOp()
	r.Encode(e)
}

func (fs *FS) serveRename(d *xdr.Decoder, e *xdr.Encoder) {
	var a RenameArgs
	if a.Decode(d); d.Err() != nil {
		return
	}
	from, _ := fs.node(a.From.Dir)
	to, _ := fs.node(a.To.Dir)
	r := RenameRes{FromWcc: from.before(), ToWcc: to.before()}
	r.Status = fs.Rename(a.From.Dir, a.From.Name, a.To.Dir, a.To.Name)
	r.FromWcc.After, r.ToWcc.After = from.postOp(), to.postOp()
	r.Encode(e)
}
