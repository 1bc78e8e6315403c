package client

import (
	"slices"

	"sunscope/core/nfs4"
	"sunscope/core/sunrpc"
	"sunscope/core/trace"
)

// Layout is pnfs_layout_hdr with the one segment that it has here: the server's word that a file may be read or written where
// its data are, as Body says. What Body means depends on the type of the layout.
type Layout struct {
	m       *Mount
	FH      nfs4.FH
	Stateid nfs4.Stateid
	Type    uint32
	IOMode  uint32
	Body    []byte
	users   int  // reads and writes that go by it
	due     bool // it is to be returned when they are over (NFS_LAYOUT_RETURN_REQUESTED)
	under   bool // LAYOUTRETURN is under way (NFS_LAYOUT_RETURN)
	work    sunrpc.Work
}

// layoutMax is PNFS_LAYOUT_MAXSIZE: how many bytes of a layout there is room for.
const layoutMax = 4096

// everything that a file has, as LAYOUTGET and LAYOUTRETURN write it (NFS4_MAX_UINT64).
const wholeFile = ^uint64(0)

// Layout is the layout of a file; nil if there is none.
func (m *Mount) Layout(fh nfs4.FH) *Layout {
	for _, l := range m.layouts {
		if string(l.FH) == string(fh) {
			return l
		}
	}
	return nil
}

// Layoutget is pnfs_update_layout: the layout that there is, or LAYOUTGET for one of that type. ioMode is ShareRead or
// ShareWrite. The caller uses it until Put.
func (f *File) Layoutget(item string, kind, ioMode uint32, then func(*Layout, int32) sunrpc.Step) sunrpc.Step {
	m := f.m
	if l := m.Layout(f.FH); l != nil && !l.due && l.IOMode >= ioMode {
		l.users++
		return then(l, 0)
	}
	var call *Call
	return m.retried(&exception{}, func(then Status) sunrpc.Step {
		a := &nfs4.LayoutgetArgs{Type: kind, IOMode: ioMode, Length: wholeFile, MinLength: layoutMax, Stateid: f.Stateid, Maxcount: layoutMax}
		if l := m.Layout(f.FH); l != nil {
			a.Stateid = l.Stateid
		}
		call = m.call(procLayoutget, putFH(f.FH), op(nfs4.OpLayoutget, a))
		call.Item, call.Pages = item, layoutMax
		return m.waitCall(call, "nfs4_layoutget_done", then)
	}, func(status int32) sunrpc.Step {
		r := body[nfs4.LayoutgetRes](&call.Res, nfs4.OpLayoutget)
		if status < 0 || r == nil || len(r.Layouts) == 0 {
			return then(nil, orIO(status))
		}
		l := m.Layout(f.FH)
		if l == nil {
			l = &Layout{m: m, FH: f.FH}
			m.layouts = append(m.layouts, l)
		}
		l.Stateid, l.Type, l.IOMode, l.Body = r.Stateid, r.Layouts[0].Type, r.Layouts[0].IOMode, slices.Clone(r.Layouts[0].Body)
		l.users++
		return then(l, 0)
	})
}

// Put is pnfs_put_lseg: the last user of a layout that is to be returned returns it.
func (l *Layout) Put() {
	if l.users--; l.users == 0 && l.due {
		l.returnLater()
	}
}

// call is a LAYOUTRETURN of the whole layout.
func (l *Layout) call() *sunrpc.Setup {
	m := l.m
	a := &nfs4.LayoutreturnArgs{Type: l.Type, IOMode: nfs4.IOModeAny, Return: nfs4.ReturnFile, Length: wholeFile, Stateid: l.Stateid,
		Body: make([]byte, 8)} // ff_layoutreturn4 without reports, RFC 8435 §9.3
	s := m.callSetup(m.call(procLayoutreturn, putFH(l.FH), op(nfs4.OpLayoutreturn, a)), "nfs4_layoutreturn_done")
	s.Flags = s.Flags&^trace.CredNoRef | trace.Timeout
	return s
}

// Return is _pnfs_return_layout: LAYOUTRETURN, for whose end the caller waits.
func (l *Layout) Return(then Status) sunrpc.Step {
	l.due, l.under = true, true
	return l.m.wait(l.call(), func(status int32) sunrpc.Step {
		l.m.forgetLayout(l)
		return then(status)
	})
}

// returnLater is pnfs_send_layoutreturn from the work queue nfsiod: nobody waits for its end.
func (l *Layout) returnLater() {
	if l.under {
		return
	}
	l.under = true
	m := l.m
	l.work = sunrpc.Work{Queue: m.K.NFSIOD(), Name: "pnfs_layoutreturn", Run: func() sunrpc.Step {
		s := l.call()
		freed := s.Ops.Release
		s.Ops.Release = func(t *sunrpc.Task) {
			freed(t)
			m.forgetLayout(l)
		}
		return m.K.RunTask(s, func(*sunrpc.Task) sunrpc.Step { return nil })
	}}
	m.M.Queue(&l.work)
}

func (m *Mount) forgetLayout(l *Layout) {
	m.layouts = slices.DeleteFunc(m.layouts, func(o *Layout) bool { return o == l })
}

// layoutRecalled is nfs4_callback_layoutrecall: for one file, or for everything.
func (c *Client) layoutRecalled(a *nfs4.CBLayoutrecallArgs, referred int) nfs4.Status {
	if a.Recall != nfs4.ReturnFile {
		for _, m := range c.mounts {
			m.layouts = nil // forgotten: the server takes them for returned
		}
		return nfs4.ErrNoMatchingLayout
	}
	for _, m := range c.mounts {
		if l := m.Layout(a.FH); l != nil {
			return l.recalled(a, referred)
		}
	}
	return nfs4.ErrNoMatchingLayout
}

// recalled is pnfs_check_callback_stateid and what follows: the layout is returned as soon as nobody uses it.
func (l *Layout) recalled(a *nfs4.CBLayoutrecallArgs, referred int) nfs4.Status {
	switch is, was := a.Stateid.Seqid, l.Stateid.Seqid; {
	case a.Stateid.Other != l.Stateid.Other:
		return nfs4.ErrBadStateid
	case l.due:
		return nfs4.ErrDelay
	case int32(is-was) > 1 && referred == 0:
		return nfs4.ErrDelay // it has overtaken a LAYOUTGET's answer
	case int32(is-was) <= 0:
		return nfs4.ErrOldStateid
	}
	l.Stateid, l.due = a.Stateid, true
	if l.users == 0 {
		l.returnLater()
	}
	return nfs4.OK
}
