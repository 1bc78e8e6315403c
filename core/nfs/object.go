package nfs

// What follows is the file system as a server of another version uses it: by handle, without XDR. Statuses are those of
// NFSv3, whose numbers NFSv4 kept.

// Root is the handle of the root directory.
func (fs *FS) Root() FH { return FH(rootHandle) }

// Stat is the attributes of what h names.
func (fs *FS) Stat(h FH) (Attr, Status) {
	n, s := fs.node(h)
	if s != OK {
		return Attr{}, s
	}
	return n.attr(), OK
}

// Rights are the ACCESS rights that the owner of h has.
func (fs *FS) Rights(h FH) (uint32, Status) {
	n, s := fs.node(h)
	if s != OK {
		return 0, s
	}
	return n.grants(), OK
}

// Find is the handle of name in directory dir, "." and ".." among the names.
func (fs *FS) Find(dir FH, name string) (FH, Status) {
	n, s := fs.directory(dir)
	if s != OK {
		return nil, s
	}
	if n = n.find(name); n == nil {
		return nil, ErrNoEnt
	}
	return n.handle(), OK
}

// Change sets attributes of h, as SETATTR does.
func (fs *FS) Change(h FH, a *SetAttr) Status {
	n, s := fs.node(h)
	switch {
	case s != OK:
		return s
	case a.Size.Set && n.kind != Regular:
		return ErrInval
	case a.Size.Set && a.Size.Value > maxFileSize:
		return ErrFBig
	}
	fs.setattr(n, a)
	return OK
}

// Make is CREATE: a regular file in a.Where, or the one that is there if a.Mode allows it.
func (fs *FS) Make(a *CreateArgs) (FH, Status) {
	dir, s := fs.directory(a.Where.Dir)
	if s == OK && !goodName(a.Where.Name) {
		s = ErrInval
	}
	if s != OK {
		return nil, s
	}
	n, s := fs.create(dir, a)
	if s != OK {
		return nil, s
	}
	return n.handle(), OK
}

// Mkdir makes a directory in a.Where.
func (fs *FS) Mkdir(a *MkdirArgs) (FH, Status) {
	dir, s := fs.directory(a.Where.Dir)
	switch {
	case s != OK:
		return nil, s
	case !goodName(a.Where.Name):
		return nil, ErrInval
	case dir.find(a.Where.Name) != nil:
		return nil, ErrExist
	}
	n := fs.make(Directory, 0o755, a.Where.Name)
	a.Attr.Size.Set = false
	fs.setattr(n, &a.Attr)
	dir.nlink++
	fs.enter(dir, a.Where.Name, n)
	return n.handle(), OK
}

// Unlink takes name out of dir, be it a file, a symbolic link or an empty directory.
func (fs *FS) Unlink(dir FH, name string) Status {
	n, s := fs.directory(dir)
	if s != OK {
		return s
	}
	kind := Regular
	if t := n.find(name); t != nil {
		kind = t.kind
	}
	return fs.remove(n, name, kind)
}

// Rename moves what is called old in from to the name new in to; what has that name already goes, if it is of the same
// kind and no directory with something in it.
func (fs *FS) Rename(from FH, old string, to FH, new string) Status {
	src, s := fs.directory(from)
	if s != OK {
		return s
	}
	dst, s := fs.directory(to)
	if s != OK {
		return s
	}
	n, there := src.find(old), dst.find(new)
	switch {
	case n == nil:
		return ErrNoEnt
	case old == "." || old == ".." || !goodName(new) || new == "." || new == "..":
		return ErrInval
	case n == there:
		return OK
	case inside(dst, n):
		return ErrInval
	}
	if there != nil {
		if (there.kind == Directory) != (n.kind == Directory) {
			return ErrExist
		}
		if s := fs.remove(dst, new, n.kind); s != OK {
			return s
		}
	}
	fs.move(src, old, dst, new, n)
	return OK
}

// inside reports whether dir is n or below it.
func inside(dir, n *node) bool {
	for ; dir != dir.parent; dir = dir.parent {
		if dir == n {
			return true
		}
	}
	return dir == n
}

func (fs *FS) move(src *node, old string, dst *node, new string, n *node) {
	for i := range src.entries {
		if src.entries[i].name == old {
			src.entries = append(src.entries[:i:i], src.entries[i+1:]...)
			break
		}
	}
	if n.kind == Directory {
		src.nlink--
		dst.nlink++
	}
	fs.enter(dst, new, n)
	src.mtime, src.ctime, n.ctime = fs.time(), fs.time(), fs.time()
}

// ReadAt is up to count bytes of the file h from off on, and whether they reach its end.
func (fs *FS) ReadAt(h FH, off uint64, count uint32) (data []byte, eof bool, s Status) {
	n, s := fs.file(h)
	if s != OK {
		return nil, false, s
	}
	left := n.size - min(off, n.size)
	data = make([]byte, min(left, uint64(count), maxTransfer))
	n.read(data, off)
	return data, uint64(len(data)) == left, OK
}

// WriteAt writes data into the file h at off.
func (fs *FS) WriteAt(h FH, off uint64, data []byte) Status {
	n, s := fs.file(h)
	switch {
	case s != OK:
		return s
	case off > maxFileSize || off+uint64(len(data)) > maxFileSize:
		return ErrFBig
	}
	return fs.write(n, data, off)
}

// WriteVerf is the verifier of WRITE and COMMIT.
func (fs *FS) WriteVerf() Verf { return fs.verf() }

// List is the entries of directory dir, without "." and "..", behind cookie.
func (fs *FS) List(dir FH, cookie uint64) (all []Entry, s Status) {
	n, s := fs.directory(dir)
	if s != OK {
		return nil, s
	}
	for _, t := range n.entries {
		if t.cookie > cookie {
			all = append(all, Entry{FileID: t.node.id, Name: t.name, Cookie: t.cookie, FH: PostOpFH{true, t.node.handle()}})
		}
	}
	return all, OK
}

// Room is what FSSTAT says: bytes in all and free, files in all and free.
func (fs *FS) Room() (bytes, free, files, left uint64) {
	const most = 1 << 20
	total := uint64(fs.space())
	return total, total - uint64(fs.used), most, most - uint64(len(fs.nodes))
}
