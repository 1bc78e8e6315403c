package nfs4

import "sunscope/core/nfs"

// createLink is CREATE of a symbolic link.
func (c *call) createLink(a *CreateArgs) (made nfs.FH, s nfs.Status) {
	return c.FS.Symlink(&nfs.SymlinkArgs{Where: nfs.DirOp{Dir: c.fh, Name: a.Name}, Path: string(a.Link)})
}

func (c *call) readlink(Body) (Status, Body) {
	if st := c.have(); st != OK {
		return st, nil
	}
	path, s := c.FS.Readlink(c.fh)
	return Status(s), &ReadlinkRes{path}
}

// link gives the saved file one more name, in the current directory. Its holder of a delegation must know: the number
// of names is an attribute that a write delegation covers.
func (c *call) link(b Body) (Status, Body) {
	name := b.(*NameArgs).Name
	if c.saved == nil {
		return ErrNoFileHandle, nil
	}
	if st := c.mayChange(c.fh, name); st != OK {
		return st, nil
	}
	if st := c.breakDelegations(c.saved); st != OK {
		return st, nil
	}
	ci, st := c.cinfo(c.fh, func() nfs.Status { return c.FS.Link(c.saved, c.fh, name) })
	return st, &CinfoRes{ci}
}
