package client

import (
	"slices"

	"sunscope/core/nfs4"
	"sunscope/core/sunrpc"
	"sunscope/core/wire"
)

// Close is nfs4_close_sync: a user of the file leaves. Of the last one the server is told by CLOSE, and of the last who wrote
// or read by OPEN_DOWNGRADE. A file that was removed while it was open goes now.
func (f *File) Close(item string, then Status) sunrpc.Step {
	return f.close(item, func(status int32) sunrpc.Step {
		return f.unlink(item, func() sunrpc.Step { return then(status) })
	})
}

func (f *File) close(item string, then Status) sunrpc.Step {
	s := f.State
	if f.leave(); !s.tell() {
		return then(0)
	}
	return s.m.retried(&exception{}, func(then Status) sunrpc.Step {
		call, setup := s.closeCall(item)
		return s.m.wait(setup, func(status int32) sunrpc.Step {
			call.ends(status)
			if status == nfs4.ErrOldStateid.Errno() { // an OPEN has changed it
				s.refreshOld(call)
				return f.closeAgain(item, then)
			}
			return then(status)
		})
	}, func(status int32) sunrpc.Step {
		if status < 0 && status != int32(wire.ERESTARTSYS) { // the server has its own way to end it
			s.forget()
		}
		return then(status)
	})
}

// refreshOld is nfs4_refresh_open_old_stateid: if we have heard of no OPEN that has changed the stateid, its answer is still to
// come, and its number can be guessed.
func (s *State) refreshOld(call *Call) {
	var sent nfs4.Stateid
	switch a := call.Ops[len(call.Ops)-1].Body.(type) {
	case *nfs4.CloseArgs:
		sent = a.Stateid
	case *nfs4.OpenDowngradeArgs:
		sent = a.Stateid
	}
	if s.Stateid == sent {
		s.Stateid.Seqid++
	}
}

// closeAgain is a CLOSE that was overtaken by an OPEN of the same file, if there is still anything to be closed.
func (f *File) closeAgain(item string, then Status) sunrpc.Step {
	f.opened[f.Access&3]++
	return f.close(item, then)
}

// leave takes one of the file's users away.
func (f *File) leave() {
	if n := &f.opened[f.Access&3]; *n > 0 {
		*n--
	}
	if f.access() == 0 && f.Stateid == (nfs4.Stateid{}) {
		f.forget()
	}
}

// tell says whether the server has the file open in a way in which nobody uses it any more.
func (s *State) tell() bool {
	return s.Stateid != (nfs4.Stateid{}) && s.held&^s.access() != 0 && !s.closing
}

// closeCall is nfs4_do_close: what is to be closed is decided when the call has its slot (nfs4_close_prepare), and may be
// nothing by then.
func (s *State) closeCall(item string) (*Call, *sunrpc.Setup) {
	m := s.m
	call := m.call(procClose)
	call.Item, call.Cache = item, true
	left := uint32(0)
	call.seqid = s.owner.seqid(new(uint32))
	setup := m.callSetup(call, "nfs4_close_done")
	ready := false
	call.fresh = func() int32 {
		left = s.access()
		s.closeOps(call, left)
		s.closing = left == 0
		return 0
	}
	setup.Ops.Prepare = func(t *sunrpc.Task) {
		if !ready && !s.tell() {
			m.release(call)
			call.seqid.release()
			s.forget()
			t.Nothing()
			return
		}
		if ready = m.prepare(t, call); ready {
			t.SetProc(&procs[call.proc])
		}
	}
	setup.Ops.Done = func(t *sunrpc.Task) {
		if m.done(t, call) {
			s.closed(t.Status(), call, left)
		}
	}
	return call, setup
}

// closeOps are CLOSE or OPEN_DOWNGRADE. With a delegation nobody else has changed the attributes, and they are not asked for.
func (s *State) closeOps(call *Call, left uint32) {
	call.Ops = []nfs4.Operation{putFH(s.FH)}
	if left != 0 {
		a := &nfs4.OpenDowngradeArgs{Stateid: s.Stateid, ShareAccess: left}
		call.proc, call.Ops = procOpenDowngrade, append(call.Ops, op(nfs4.OpOpenDowngrade, a))
		call.seqid.writes(&a.Seqid)
		return
	}
	want := consistency
	if s.held&nfs4.ShareRead != 0 {
		want = consistencyRead
	}
	if s.m.Delegation(s.FH) == nil {
		call.Ops = append(call.Ops, getattr(s.m.have(want)))
	}
	a := &nfs4.CloseArgs{Stateid: s.Stateid}
	call.proc, call.Ops = procClose, append(call.Ops, op(nfs4.OpClose, a))
	call.seqid.writes(&a.Seqid)
}

// closed is nfs4_close_done: what the server has open now. An OPEN may have brought another stateid meanwhile.
func (s *State) closed(status int32, call *Call, left uint32) {
	if left == 0 {
		s.closing = false
	}
	if status < 0 {
		return
	}
	was := call.Ops[len(call.Ops)-1].Body
	if a, ok := was.(*nfs4.OpenDowngradeArgs); ok {
		if b := body[nfs4.StateidRes](&call.Res, nfs4.OpOpenDowngrade); b != nil && s.Stateid.Other == a.Stateid.Other {
			s.update(b.Stateid)
			s.held = left
		}
	} else if a, ok := was.(*nfs4.CloseArgs); ok && s.Stateid.Other == a.Stateid.Other {
		s.Stateid, s.held = nfs4.Stateid{}, 0
	}
	s.forget()
}

// forget is the end of a state that nobody uses, or has opened again meanwhile.
func (s *State) forget() {
	if s.access() == 0 && !s.closing {
		s.held = 0
		s.m.states = slices.DeleteFunc(s.m.states, func(o *State) bool { return o == s })
	}
}

// closeUnwanted is nfs4_open_release for a process that was killed while it waited: what was opened for it all the same is
// closed, and nobody waits for that. What wants to be confirmed first the server forgets by itself.
func (m *Mount) closeUnwanted(open *Call, fh nfs4.FH, o *openOwner, a *nfs4.OpenArgs) {
	if r := body[nfs4.OpenRes](&open.Res, nfs4.OpOpen); r == nil || r.Rflags&nfs4.OpenConfirm != 0 {
		return
	}
	f, status := m.openDone(open, fh, o, a)
	if status < 0 {
		return
	}
	if f.leave(); !f.tell() {
		return
	}
	call, setup := f.closeCall("")
	call.abandoned = true
	for step := m.K.RunTask(setup, func(*sunrpc.Task) sunrpc.Step { return nil }); step != nil; {
		step = step()
	}
}
