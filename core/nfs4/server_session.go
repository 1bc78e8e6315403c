package nfs4

import (
	"slices"

	"sunscope/core/xdr"
)

// session is an nfsd4_session.
type session struct {
	id     SessionID
	client *client
	fore   ChannelAttrs
	back   ChannelAttrs
	slots  []slot
	conns  []boundConn
	cbSeq  uint32 // se_cb_seq_nr: of the back channel's next call
	target uint32 // the highest slot that the client is to use
}

type boundConn struct {
	conn Conn
	back bool
}

// slot is an nfsd4_slot with the reply that it keeps for a repetition.
type slot struct {
	seq    uint32
	used   bool
	ops    []Op         // of the COMPOUND with seq
	cached *CompoundRes // nil: only SEQUENCE's own result was kept
	first  Operation    // that result
}

// keep remembers a reply. One of SEQUENCE alone costs nothing and is kept always.
func (t *slot) keep(a *CompoundArgs, r *CompoundRes, size int, most uint32) {
	t.ops = t.ops[:0]
	for _, o := range a.Ops {
		t.ops = append(t.ops, o.Op)
	}
	t.first, t.cached = r.Ops[0], nil
	if len(r.Ops) == 1 || a.Ops[0].Body.(*SequenceArgs).CacheThis && size <= int(most) {
		t.cached = r
	}
}

// same reports whether a can be a repetition of what the slot remembers.
func (t *slot) same(a *CompoundArgs) bool {
	return slices.EqualFunc(a.Ops, t.ops, func(o Operation, was Op) bool { return o.Op == was })
}

func (s *Server) findSession(id SessionID) *session {
	for _, c := range s.clients {
		for _, t := range c.sessions {
			if t.id == id {
				return t
			}
		}
	}
	return nil
}

func (c *call) createSession(b Body) (Status, Body) {
	a := b.(*CreateSessionArgs)
	n := c.find(a.Clientid)
	switch {
	case n == nil || n.minor == 0:
		return ErrStaleClientid, nil
	case a.Flags&^(SessionPersist|SessionBackChan|SessionRDMA) != 0:
		return ErrInval, nil
	case a.Sequence == n.created && n.answer != nil:
		return OK, n.answer
	case a.Sequence != n.created+1:
		return ErrSeqMisordered, nil
	case a.Fore.MaxReqs == 0 || a.Fore.MaxOps == 0 || a.Flags&SessionBackChan != 0 && a.Back.MaxOps < 2:
		return ErrTooSmall, nil
	}
	n.created = a.Sequence
	if !n.confirmed {
		c.confirmClient(n)
	}
	c.touch(n)
	t := c.newSession(n, a)
	r := &CreateSessionRes{Session: t.id, Sequence: a.Sequence, Flags: a.Flags & SessionBackChan, Fore: t.fore, Back: t.back}
	n.answer = r
	n.back.program = a.CBProgram
	if a.Flags&SessionBackChan != 0 {
		c.probe(n)
	}
	return OK, r
}

func (c *call) newSession(n *client, a *CreateSessionArgs) *session {
	c.sessions++
	t := &session{client: n, fore: a.Fore, back: a.Back, cbSeq: 1}
	putHyper(t.id[:], n.id)
	xdr.PutWord(t.id[8:], c.sessions)
	f := &t.fore
	f.HeaderPad, f.RDMA = 0, nil
	f.MaxRequest, f.MaxResponse = min(f.MaxRequest, c.MaxSize), min(f.MaxResponse, c.MaxSize)
	f.MaxCached, f.MaxReqs, f.MaxOps = min(f.MaxCached, 2128), min(f.MaxReqs, c.Slots), min(f.MaxOps, MaxOps)
	t.back.MaxCached, t.back.RDMA = 0, nil
	t.slots, t.target = make([]slot, f.MaxReqs), f.MaxReqs-1
	t.conns = []boundConn{{c.conn, a.Flags&SessionBackChan != 0}}
	n.sessions = append(n.sessions, t)
	return t
}

// sequence does SEQUENCE. It returns the whole reply if this COMPOUND was answered before.
func (c *call) sequence(done *Operation, b Body, a *CompoundArgs) *CompoundRes {
	q := b.(*SequenceArgs)
	t := c.findSession(q.Session)
	done.Status = OK
	switch {
	case t == nil:
		done.Status = ErrBadSession
	case q.Slot >= uint32(len(t.slots)):
		done.Status = ErrBadSlot
	case len(a.Ops)+a.More > int(t.fore.MaxOps):
		done.Status = ErrTooManyOps
	}
	if done.Status != OK {
		return nil
	}
	sl := &t.slots[q.Slot]
	switch {
	case q.Sequence == sl.seq && sl.used && c.defect != RepliesForgotten:
		return c.repeated(sl, a, done)
	case q.Sequence != sl.seq+1 && c.defect != RepliesForgotten:
		done.Status = ErrSeqMisordered
		return nil
	}
	sl.seq, sl.used = q.Sequence, true
	c.session, c.slot, c.client = t, sl, t.client
	c.touch(t.client)
	if !slices.ContainsFunc(t.conns, func(b boundConn) bool { return b.conn == c.conn }) {
		t.conns = append(t.conns, boundConn{c.conn, false})
	}
	done.Body = &SequenceRes{Session: t.id, Sequence: q.Sequence, Slot: q.Slot, Highest: uint32(len(t.slots)) - 1, Target: t.target,
		Flags: c.statusFlags(t)}
	return nil
}

// repeated answers a COMPOUND that came again from the slot's cache, if it is kept there and it is the same one.
func (c *call) repeated(sl *slot, a *CompoundArgs, done *Operation) *CompoundRes {
	switch {
	case !sl.same(a):
		done.Status = ErrSeqFalseRetry
		return nil
	case sl.cached != nil:
		return sl.cached
	}
	r := &CompoundRes{Tag: a.Tag, Status: ErrRetryUncachedRep, Ops: []Operation{sl.first}}
	if len(a.Ops) > 1 {
		r.Ops = append(r.Ops, Operation{Op: a.Ops[1].Op, Status: ErrRetryUncachedRep, Body: a.Ops[1].Op.def(false).results(ErrRetryUncachedRep)})
	}
	return r
}

// statusFlags is what a client learns with every SEQUENCE.
func (c *call) statusFlags(t *session) (flags uint32) {
	switch t.client.back.State {
	case CallbackDown:
		flags |= SeqCBPathDown
	case CallbackFault:
		flags |= SeqBackchannelFault
	}
	if slices.ContainsFunc(t.client.states, func(d *state) bool { return d.revoked }) {
		flags |= SeqRecallableRevoked
	}
	return flags
}

func (c *call) bindConn(b Body) (Status, Body) {
	a := *b.(*BindConnBody)
	t := c.findSession(a.Session)
	if t == nil {
		return ErrBadSession, nil
	}
	back := a.Dir == BindBack || a.Dir == BindForeOrBoth || a.Dir == BindBackOrBoth
	if !back && a.Dir != BindFore {
		return ErrInval, nil
	}
	t.conns = slices.DeleteFunc(t.conns, func(b boundConn) bool { return b.conn == c.conn })
	t.conns = append(t.conns, boundConn{c.conn, back})
	if a.RDMA = false; a.Dir == BindBackOrBoth {
		a.Dir = BindBoth
	}
	if back {
		c.probe(t.client)
	}
	return OK, &a
}

func (c *call) backchannelCtl(b Body) (Status, Body) {
	c.client.back.program = b.(*BackchannelCtlArgs).CBProgram
	c.probe(c.client)
	return OK, nil
}

func (c *call) destroySession(b Body) (Status, Body) {
	t := c.findSession(b.(*SessionArgs).Session)
	switch {
	case t == nil:
		return ErrBadSession, nil
	case c.session == t && !c.last:
		return ErrNotOnlyOp, nil
	}
	t.client.sessions = slices.DeleteFunc(t.client.sessions, func(o *session) bool { return o == t })
	c.probe(t.client)
	return OK, nil
}

// ConnLost takes a connection out of all sessions (nfsd4_conn_lost). Whoever was called back over it is looked for on
// another one.
func (s *Server) ConnLost(conn Conn) []*Callback {
	for _, c := range s.clients {
		lost := false
		for _, t := range c.sessions {
			n := len(t.conns)
			t.conns = slices.DeleteFunc(t.conns, func(b boundConn) bool { return b.conn == conn })
			lost = lost || len(t.conns) < n
		}
		if lost {
			s.note(c, "nfsd_cb_lost", " state="+c.back.State.String())
			s.probe(c)
		}
	}
	return s.takeOut()
}
