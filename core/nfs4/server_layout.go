package nfs4

import (
	"slices"

	"sunscope/core/nfs"
)

// layoutget gives the whole file, in one piece.
func (c *call) layoutget(b Body) (Status, Body) {
	a := b.(*LayoutgetArgs)
	switch {
	case c.have() != OK:
		return ErrNoFileHandle, nil
	case c.LayoutType == 0:
		return ErrLayoutUnavailable, nil
	case a.Type != c.LayoutType:
		return ErrUnknownLayoutType, nil
	case a.IOMode != ShareRead && a.IOMode != ShareWrite:
		return ErrBadIOMode, nil
	}
	t, st := c.lookupState(&a.Stateid, opened|locked|delegation|layout)
	switch {
	case st != OK:
		return st, nil
	case t.file != c.file(c.fh):
		return ErrBadStateid, nil
	}
	if t.kind != layout {
		t = c.layoutOf(t.file)
	}
	if t.recalled {
		return ErrRecallConflict, nil
	}
	return OK, &LayoutgetRes{ReturnOnClose: true, Stateid: t.bump(),
		Layouts: []Layout{{0, ^uint64(0), a.IOMode, a.Type, c.LayoutBody}}}
}

func (c *call) layoutOf(f *file) *state {
	for _, t := range f.states {
		if t.kind == layout && t.client == c.client {
			return t
		}
	}
	return c.newState(layout, c.client, f, nil)
}

func (c *call) layoutreturn(b Body) (Status, Body) {
	a := b.(*LayoutreturnArgs)
	if a.Return != layoutFile {
		for _, t := range slices.Clone(c.client.states) {
			if t.kind == layout {
				c.drop(t)
			}
		}
		return OK, &LayoutreturnRes{}
	}
	if st := c.have(); st != OK {
		return st, nil
	}
	t, st := c.lookupState(&a.Stateid, layout)
	if st != OK {
		return st, nil
	}
	if a.Offset > 0 || a.Length != ^uint64(0) { // a part: the layout stays, which is one piece
		return OK, &LayoutreturnRes{true, t.bump()}
	}
	c.drop(t)
	return OK, &LayoutreturnRes{}
}

func (c *call) getdeviceinfo(b Body) (Status, Body) {
	a := b.(*GetdeviceinfoArgs)
	switch {
	case c.LayoutType == 0 || a.Type != c.LayoutType:
		return ErrUnknownLayoutType, nil
	case a.Device != c.Device:
		return ErrNoEnt, nil
	case int(a.Maxcount) < len(c.DeviceAddr)+12:
		return ErrTooSmall, &GetdeviceinfoRes{Mincount: uint32(len(c.DeviceAddr)) + 12}
	}
	return OK, &GetdeviceinfoRes{Type: c.LayoutType, Addr: c.DeviceAddr}
}

// RecallLayouts calls back everybody who has a layout of the file h.
func (s *Server) RecallLayouts(h nfs.FH) []*Callback {
	for _, t := range s.file(h).states {
		if t.kind != layout || t.recalled {
			continue
		}
		t.recalled, t.since = true, s.FS.Now
		s.callback(t.client, &Callback{state: t, Op: Operation{Op: OpCBLayoutrecall, Body: &CBLayoutrecallArgs{
			Type: s.LayoutType, IOMode: 3, Changed: true, Recall: layoutFile, FH: FH(h), Length: ^uint64(0), Stateid: t.bump()}}})
	}
	return s.takeOut()
}
