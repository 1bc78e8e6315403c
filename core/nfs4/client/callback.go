package client

import (
	"sunscope/core/nfs4"
	"sunscope/core/rpcmsg"
	"sunscope/core/sunrpc"
	"sunscope/core/time"
	"sunscope/core/wire"
	"sunscope/core/xdr"
)

// callbacks is the service that answers what servers ask of a host's clients of one minor version (nfs_callback_info).
type callbacks struct {
	n     *Net
	minor uint32
	srv   *sunrpc.Server
	users int
	c     *Client           // whom the CB_COMPOUND is for that is being done; nil: nobody
	done  *nfs4.CompoundRes // what it has come to, when its thread had to wait
	rules nfs4.CallbackService
}

// AnswerCallbacks has the host answer its servers' calls, with a thread "NFSv4 callback" for each minor version that is in
// use. thread makes one that sleeps.
func (n *Net) AnswerCallbacks(thread func(comm string) *sunrpc.Thread) {
	var info [2]callbacks
	n.CallbackUp = func(c *Client) *sunrpc.Server { // nfs_callback_up
		b := &info[c.Minor]
		if b.users++; b.srv == nil {
			*b = callbacks{n: n, minor: c.Minor, users: b.users}
			b.rules = nfs4.CallbackService{Find: b.find, InFlight: b.inFlight, Do: b.do, Sequenced: b.noteSequence}
			b.srv = n.K.NewServer([]*sunrpc.Service{b.service()})
			b.srv.Start([]*sunrpc.Thread{thread("NFSv4 callback")})
		}
		return b.srv
	}
	n.CallbackDown = func(c *Client) { // nfs_callback_down
		b := &info[c.Minor]
		if b.users--; b.users == 0 {
			b.srv = nil
		}
	}
}

// CallbackService is the service that answers what this client's server asks; nil if there is none.
func (c *Client) CallbackService() *sunrpc.Server { return c.answers }

var callbackNames = [...]string{nfs4.ProcNull: "NULL", nfs4.ProcCompound: "COMPOUND"}

// service is the program (nfs4_callback_program).
func (b *callbacks) service() *sunrpc.Service {
	return &sunrpc.Service{
		Name: "NFSv4 callback", Prog: nfs4.CallbackProgram, Vers: nfs4.CallbackVersion,
		ProcName: func(proc uint32) (string, bool) {
			if int(proc) < len(callbackNames) {
				return callbackNames[proc], true
			}
			return "unknown", false
		},
		Serve: b.serve, Prepare: b.wait,
	}
}

// decode reads a CB_COMPOUND; nil if its header makes no sense.
func (b *callbacks) decode(args *xdr.Decoder) *nfs4.CompoundArgs {
	a := &nfs4.CompoundArgs{Callback: true}
	if a.Decode(args); args.Err() != nil && len(a.Ops) == 0 {
		return nil
	}
	return a
}

// serve is nfs4_callback_compound.
func (b *callbacks) serve(proc uint32, args *xdr.Decoder, res *xdr.Encoder) (rpcmsg.AcceptStat, int) {
	if proc == nfs4.ProcNull {
		return rpcmsg.Success, 0
	}
	r := b.done
	if b.done = nil; r == nil {
		a := b.decode(args)
		if a == nil {
			return rpcmsg.GarbageArgs, 0
		}
		r, _ = b.compound(a, true)
	}
	r.Encode(res)
	return rpcmsg.Success, 0
}

// wait keeps the thread while a call of the fore channel that the callback may have overtaken has no answer yet, half a
// second at most.
func (b *callbacks) wait(_ wire.Addr, proc uint32, args []byte, then sunrpc.Step) sunrpc.Step {
	d := xdr.NewDecoder(args)
	if proc != nfs4.ProcCompound {
		return then()
	}
	a := b.decode(d)
	if a == nil {
		return then()
	}
	return b.until(b.n.M.Now()+nfs4.Referring*time.Millisecond, a, then)
}

func (b *callbacks) until(end time.Duration, a *nfs4.CompoundArgs, then sunrpc.Step) sunrpc.Step {
	m := b.n.M
	r, wait := b.compound(a, m.Now() >= end)
	if !wait {
		b.done = r
		return then()
	}
	th := m.Current()
	m.At(m.Now()+sunrpc.Jiffy, func() {
		m.Wake(th, func() sunrpc.Step { return b.until(end, a, then) })
	})
	return nil
}

// compound finds out whom the call is for, and does it.
func (b *callbacks) compound(a *nfs4.CompoundArgs, late bool) (*nfs4.CompoundRes, bool) {
	b.c = nil
	if b.minor == 0 && a.Minor == 0 {
		b.c = b.byIdent(a.Ident)
	} else if len(a.Ops) > 0 {
		if q, ok := a.Ops[0].Body.(*nfs4.CBSequenceArgs); ok {
			b.c = b.bySession(q.Session)
		}
	}
	return b.rules.Compound(a, late)
}

// byIdent is the client that has told the server this number (nfs4_find_client_ident).
func (b *callbacks) byIdent(ident uint32) *Client {
	for _, c := range b.n.clients {
		if c.Minor == 0 && c.ident == ident {
			return c
		}
	}
	return nil
}

// bySession is nfs4_find_client_sessionid.
func (b *callbacks) bySession(id nfs4.SessionID) *Client {
	for _, c := range b.n.clients {
		if c.Minor == b.minor && c.Session != nil && c.Session.Callback != nil && c.Session.ID == id {
			return c
		}
	}
	return nil
}

// find is the session, with what stands in the way of a callback just now.
func (b *callbacks) find(id nfs4.SessionID) *nfs4.CallbackSession {
	c := b.bySession(id)
	if c == nil {
		return nil
	}
	s := c.Session.Callback
	s.Draining = c.Table.slots.Draining
	s.Resetting = c.manager.has(sessionReset)
	return s
}

// inFlight is nfs4_slot_seqid_in_use: whether a call of the fore channel has had no answer yet.
func (b *callbacks) inFlight(id nfs4.SessionID, call nfs4.ReferringCall) bool {
	c := b.bySession(id)
	return c != nil && c.Table.slots.InFlight(call.Slot, call.Sequence)
}

// do is an operation behind CB_SEQUENCE, or any of NFSv4.0.
func (b *callbacks) do(o *nfs4.Operation, referred int) (nfs4.Status, nfs4.Body) {
	c := b.c
	if c == nil {
		return nfs4.ErrOpNotInSession, nil
	}
	switch a := o.Body.(type) {
	case *nfs4.CBRecallArgs:
		st := c.recalled(a)
		b.noteRecall(a, st)
		return st, nil
	case *nfs4.CBRecallSlotArgs:
		return c.recallSlot(a.Target), nil
	case *nfs4.CBRecallAnyArgs:
		if o.Op == nfs4.OpCBRecallAny {
			return c.recallAny(a), nil
		}
	case *nfs4.CBNotifyLockArgs:
		c.NotifyLock(&a.Owner)
		return nfs4.OK, nil
	case *nfs4.CBGetattrArgs:
		return nfs4.ErrBadHandle, nil // only the holder of a delegation to write knows more than the server
	case *nfs4.CBLayoutrecallArgs:
		return c.layoutRecalled(a, referred), nil
	}
	return nfs4.ErrNotSupp, nil
}

// recallSlot is nfs4_callback_recallslot: no slot beyond target is to be used any more. A SEQUENCE tells the server so.
func (c *Client) recallSlot(target uint32) nfs4.Status {
	c.Table.slots.SetTarget(target)
	c.manager.set(checkLease)
	c.Schedule()
	return nfs4.OK
}
