package nfs4

import (
	"slices"

	"sunscope/core/nfs"
)

func (c *call) putfh(b Body) (Status, Body) {
	h := nfs.FH(slices.Clone(b.(*FHBody).FH))
	if _, s := c.FS.Stat(h); s != nfs.OK {
		return Status(s), nil
	}
	c.fh = h
	return OK, nil
}

func (c *call) putrootfh(Body) (Status, Body) {
	c.fh = c.root()
	return OK, nil
}

// root is what PUTROOTFH means.
func (s *Server) root() nfs.FH {
	if s.Root != nil {
		return s.Root
	}
	return s.FS.Root()
}

// have is for operations that need the current file handle.
func (c *call) have() Status {
	if c.fh == nil {
		return ErrNoFileHandle
	}
	return OK
}

func (c *call) getfh(Body) (Status, Body) { return c.have(), &FHBody{FH(c.fh)} }

func (c *call) savefh(Body) (Status, Body) {
	c.saved = c.fh
	return c.have(), nil
}

func (c *call) restorefh(Body) (Status, Body) {
	if c.saved == nil {
		return ErrRestoreFH, nil
	}
	c.fh = c.saved
	return OK, nil
}

func (c *call) lookup(b Body) (Status, Body) {
	name := b.(*NameArgs).Name
	if st := c.have(); st != OK {
		return st, nil
	}
	if st := checkName(name); st != OK {
		return st, nil
	}
	h, s := c.FS.Find(c.fh, name)
	if s != nfs.OK {
		return Status(s), nil
	}
	c.fh = h
	return OK, nil
}

// checkName: "." and ".." are no names in NFSv4.
func checkName(name string) Status {
	switch name {
	case "":
		return ErrInval
	case ".", "..":
		return ErrBadName
	}
	return OK
}

func (c *call) lookupp(Body) (Status, Body) {
	if st := c.have(); st != OK {
		return st, nil
	}
	if string(c.fh) == string(c.root()) {
		return ErrNoEnt, nil
	}
	h, s := c.FS.Find(c.fh, "..")
	if s != nfs.OK {
		return Status(s), nil
	}
	c.fh = h
	return OK, nil
}

// access tells of those rights that mean something for the kind of object: nobody executes a directory or looks
// something up in a file.
func (c *call) access(b Body) (Status, Body) {
	if st := c.have(); st != OK {
		return st, nil
	}
	at, _ := c.FS.Stat(c.fh)
	known := uint32(AccessRead | AccessModify | AccessExtend)
	if at.Type == nfs.Directory {
		known |= AccessLookup | AccessDelete
	} else {
		known |= AccessExecute
	}
	rights, s := c.FS.Rights(c.fh)
	known &= b.(*AccessArgs).Access
	return Status(s), &AccessRes{Supported: known, Access: known & rights}
}

func (c *call) secinfo(b Body) (Status, Body) {
	if a, ok := b.(*NameArgs); ok {
		if st, _ := c.lookup(a); st != OK {
			return st, nil
		}
	}
	st := c.have()
	c.fh = nil // RFC 8881 section 2.6.3.1.1.8: the operation consumes it
	return st, &SecinfoRes{Flavors: []Secinfo{{Flavor: flavorAuthSys}}}
}

// cinfo is what a directory was before and is after work.
func (c *call) cinfo(dir nfs.FH, work func() nfs.Status) (ChangeInfo, Status) {
	before, s := c.FS.Stat(dir)
	if s != nfs.OK {
		return ChangeInfo{}, Status(s)
	}
	s = work()
	after, _ := c.FS.Stat(dir)
	return ChangeInfo{true, change(&before), change(&after)}, Status(s)
}

func (c *call) remove(b Body) (Status, Body) {
	name := b.(*NameArgs).Name
	if st := c.mayChange(c.fh, name); st != OK {
		return st, nil
	}
	ci, st := c.cinfo(c.fh, func() nfs.Status { return c.FS.Unlink(c.fh, name) })
	return st, &CinfoRes{ci}
}

// mayChange is the beginning of operations that change names in a directory: a delegation of what has that name is
// recalled first.
func (c *call) mayChange(dir nfs.FH, name string) Status {
	if st := c.have(); st != OK {
		return st
	}
	if st := checkName(name); st != OK {
		return st
	}
	if h, s := c.FS.Find(dir, name); s == nfs.OK {
		return c.breakDelegations(h)
	}
	return OK
}

func (c *call) rename(b Body) (Status, Body) {
	a := b.(*RenameArgs)
	if c.saved == nil {
		return ErrNoFileHandle, nil
	}
	if st := c.mayChange(c.saved, a.Old); st != OK {
		return st, nil
	}
	if st := c.mayChange(c.fh, a.New); st != OK {
		return st, nil
	}
	r := &RenameRes{}
	var st Status
	r.Target, _ = c.cinfo(c.fh, func() nfs.Status {
		r.Source, st = c.cinfo(c.saved, func() nfs.Status { return c.FS.Rename(c.saved, a.Old, c.fh, a.New) })
		return nfs.OK
	})
	return st, r
}

// create makes directories and symbolic links; other kinds of object the file system does not have.
func (c *call) create(b Body) (Status, Body) {
	a := b.(*CreateArgs)
	if st := c.mayChange(c.fh, a.Name); st != OK {
		return st, nil
	}
	if a.Type != Directory && a.Type != Symlink {
		return ErrNotSupp, nil
	}
	set, mask := setAttr(&a.Attrs)
	r := &CreateRes{Set: mask}
	var made nfs.FH
	ci, st := c.cinfo(c.fh, func() (s nfs.Status) {
		if a.Type == Symlink {
			made, s = c.createLink(a)
			return s
		}
		made, s = c.FS.Mkdir(&nfs.MkdirArgs{Where: nfs.DirOp{Dir: c.fh, Name: a.Name}, Attr: set})
		return s
	})
	if r.Cinfo = ci; st == OK {
		c.fh = made
	}
	return st, r
}

func (c *call) read(b Body) (Status, Body) {
	a := b.(*ReadArgs)
	if st := c.usable(&a.Stateid, ShareRead); st != OK {
		return st, nil
	}
	data, eof, s := c.FS.ReadAt(c.fh, a.Offset, a.Count)
	return Status(s), &ReadRes{eof, data}
}

func (c *call) write(b Body) (Status, Body) {
	a := b.(*WriteArgs)
	if st := c.usable(&a.Stateid, ShareWrite); st != OK {
		return st, nil
	}
	if st := c.breakDelegations(c.fh); st != OK {
		return st, nil
	}
	s := c.FS.WriteAt(c.fh, a.Offset, a.Data)
	return Status(s), &WriteRes{uint32(len(a.Data)), a.Stable, Verifier(c.FS.WriteVerf())}
}

func (c *call) commit(Body) (Status, Body) {
	if st := c.have(); st != OK {
		return st, nil
	}
	_, s := c.FS.Stat(c.fh)
	c.file(c.fh).writing = c.FS.Now + cacheTime
	return Status(s), &CommitRes{Verifier(c.FS.WriteVerf())}
}

func (c *call) setattr(b Body) (Status, Body) {
	a := b.(*SetattrArgs)
	if st := c.have(); st != OK {
		return st, nil
	}
	set, mask := setAttr(&a.Attrs)
	if len(mask.And(a.Attrs.Mask)) != len(a.Attrs.Mask) {
		return ErrAttrNotSupp, nil
	}
	if set.Size.Set {
		if st := c.usable(&a.Stateid, ShareWrite); st != OK {
			return st, nil
		}
	}
	if st := c.breakDelegations(c.fh); st != OK {
		return st, nil
	}
	if s := c.FS.Change(c.fh, &set); s != nfs.OK {
		return Status(s), nil
	}
	return OK, &SetattrRes{mask}
}

// setAttr is NFSv3's form of attributes to set, and which of them there is a form for.
func setAttr(a *Attrs) (set nfs.SetAttr, mask Bitmap) {
	for i := range a.Vals {
		v := &a.Vals[i]
		switch v.Bit {
		case AttrMode:
			set.Mode = nfs.Opt32{Set: true, Value: uint32(v.N)}
		case AttrSize:
			set.Size = nfs.Opt64{Set: true, Value: v.N}
		case AttrOwner:
			set.UID = nfs.Opt32{Set: true, Value: number(v.B)}
		case AttrOwnerGroup:
			set.GID = nfs.Opt32{Set: true, Value: number(v.B)}
		case AttrTimeAccessSet:
			set.AtimeHow, set.Atime = nfs.SetTime(v.How+1), nfs.Time{Sec: uint32(v.N), Nsec: uint32(v.M)}
		case AttrTimeModifySet:
			set.MtimeHow, set.Mtime = nfs.SetTime(v.How+1), nfs.Time{Sec: uint32(v.N), Nsec: uint32(v.M)}
		default:
			continue
		}
		for len(mask) <= v.Bit/32 {
			mask = append(mask, 0)
		}
		mask[v.Bit/32] |= 1 << (v.Bit % 32)
	}
	return set, mask
}

// number is an owner's name, which is a number here as between Linux machines with AUTH_SYS.
func number(b []byte) (n uint32) {
	for _, d := range b {
		if d < '0' || d > '9' {
			return 65534 // nobody
		}
		n = n*10 + uint32(d-'0')
	}
	return n
}
