package nfs4

import (
	"slices"

	"sunscope/core/time"
)

// CallbackState is what the server thinks of the way to a client (NFSD4_CB_*).
type CallbackState uint8

// The states.
const (
	CallbackUp CallbackState = iota
	CallbackUnknown
	CallbackDown
	CallbackFault
)

var callbackStates = [...]string{"UP", "UNKNOWN", "DOWN", "FAULT"}

// String is nfsd's name.
func (s CallbackState) String() string { return callbackStates[s] }

// Times of nfsd's callbacks.
const (
	callbackDelay = 2 * time.Second       // after DELAY, and before a recall is tried again
	layoutPoll    = 10 * time.Millisecond // between CB_LAYOUTRECALLs of a layout that is not returned
)

// backChannel is the server's end of the way to one client: an rpc_clnt in nfsd, and one slot.
type backChannel struct {
	client  uint64
	State   CallbackState
	addr    NetAddr // NFSv4.0: where to connect to
	program uint32
	ident   uint32
	conn    Conn // NFSv4.1: which connection; 0 for none
	session *session
	seq     uint32 // se_cb_seq_nr
	busy    *Callback
	waiting []*Callback
}

// good reports whether delegations may be given (nfsd4_cb_channel_good).
func (b *backChannel) good(minor uint32) bool {
	return b.State == CallbackUp || minor > 0 && b.State == CallbackUnknown
}

// Callback is a call that the server wants to make. The transport asks [Server.StartCallback] for what to send, and tells
// [Server.CallbackDone] what came of it.
type Callback struct {
	Client  uint64
	Minor   uint32
	Program uint32
	Conn    Conn    // NFSv4.1: the connection to send on
	Addr    NetAddr // NFSv4.0: the address to connect to
	Null    bool    // CB_NULL, a probe
	Op      Operation

	state   *state
	retries int
	began   time.Duration
}

// callback queues a callback for c. A client in courtesy is not called.
func (s *Server) callback(c *client, cb *Callback) {
	if c.courtesy {
		return
	}
	cb.Client, cb.Minor, cb.began = c.id, c.minor, s.FS.Now
	s.aim(c, cb)
	s.out = append(s.out, cb)
}

func (s *Server) aim(c *client, cb *Callback) {
	cb.Program, cb.Addr, cb.Conn = c.back.program, c.back.addr, c.back.conn
}

// probe looks for a way to the client (nfsd4_probe_callback). With sessions a connection with a back channel is one, and
// nothing is sent; in NFSv4.0 a CB_NULL finds out.
func (s *Server) probe(c *client) {
	b := &c.back
	if c.minor == 0 {
		b.State = CallbackUnknown
		s.callback(c, &Callback{Null: true})
		return
	}
	b.conn, b.session, b.State = 0, nil, CallbackDown
	for _, t := range c.sessions {
		for _, n := range t.conns {
			if n.back && b.session == nil {
				b.session, b.conn, b.State = t, n.conn, CallbackUp
			}
		}
	}
	if b.session == nil && len(c.sessions) == 0 {
		b.State = CallbackUnknown
	}
}

// CallbackStateOf is the state of the way to the client with that number.
func (s *Server) CallbackStateOf(id uint64) CallbackState {
	if c := s.findConfirmed(id); c != nil {
		return c.back.State
	}
	return CallbackUnknown
}

// StartCallback is nfsd4_cb_prepare: what to send for cb. The answer is nil while the client's only slot is taken (cb then
// waits, and comes out of the CallbackDone that frees the slot) and when there is nobody to call any more; gone tells
// that apart.
func (s *Server) StartCallback(cb *Callback) (args *CompoundArgs, gone bool) {
	c := s.findConfirmed(cb.Client)
	if c == nil {
		return nil, true
	}
	s.aim(c, cb)
	a := &CompoundArgs{Callback: true, Minor: cb.Minor, Ident: c.back.ident}
	switch {
	case cb.Null:
		return a, false
	case cb.Minor == 0:
		a.Ops = []Operation{cb.Op}
		return a, false
	case c.back.session == nil:
		c.back.State = CallbackDown
		return nil, true
	}
	b := &c.back
	if b.busy != nil && b.busy != cb {
		if !slices.Contains(b.waiting, cb) {
			b.waiting = append(b.waiting, cb)
		}
		return nil, false
	}
	b.busy = cb
	a.Ops = []Operation{{Op: OpCBSequence, Body: &CBSequenceArgs{Session: b.session.id, Sequence: b.seq}}, cb.Op}
	return a, false
}

// Next is what follows after a callback: with Again it is to be started once more, After that time; Ready are others
// that can be started now.
type Next struct {
	Again bool
	After time.Duration
	Ready []*Callback
}

// CallbackDone is nfsd4_cb_done. res is nil if no reply came; lost says that the connection or server was not reached.
func (s *Server) CallbackDone(cb *Callback, res *CompoundRes, lost bool) (n Next) {
	c := s.findConfirmed(cb.Client)
	if c == nil {
		return n
	}
	switch {
	case cb.Null:
		c.back.State = CallbackUp
		if res == nil {
			c.back.State = CallbackDown
		}
		return n
	case cb.Minor > 0:
		var again bool
		if again, n = s.sequenceDone(c, cb, res); again {
			return n
		}
	}
	if res == nil && lost {
		c.back.State = CallbackDown
		return n
	}
	if res != nil {
		n.Again, n.After = s.opDone(cb, res)
	}
	return n
}

// sequenceDone is nfsd4_cb_sequence_done. It reports whether the callback is dealt with.
func (s *Server) sequenceDone(c *client, cb *Callback, res *CompoundRes) (over bool, n Next) {
	b := &c.back
	if res == nil || len(res.Ops) == 0 || res.Ops[0].Op != OpCBSequence {
		b.State = CallbackFault
		n.Again = res == nil
		n.Ready = b.release()
		return true, n
	}
	switch res.Ops[0].Status {
	case OK:
		q := res.Ops[0].Body.(*CBSequenceRes)
		right := b.session != nil && q.Session == b.session.id && q.Sequence == b.seq && q.Slot == 0
		if b.seq++; !right {
			b.State = CallbackFault
			n.Ready = b.release()
			return true, n
		}
	case ErrBadSession:
		b.State = CallbackFault
		n.Again = true
		n.Ready = b.release()
		return true, n
	case ErrDelay:
		return true, Next{Again: true, After: callbackDelay} // with the slot in hand
	case ErrBadSlot:
		n.Again = true
		n.Ready = b.release()
		return true, n
	case ErrSeqMisordered:
		if b.seq != 1 {
			b.seq = 1
			return true, Next{Again: true}
		}
	default:
		b.State = CallbackFault
	}
	n.Ready = b.release()
	return false, n
}

// release frees the slot for whoever has waited longest.
func (b *backChannel) release() (ready []*Callback) {
	b.busy = nil
	if len(b.waiting) > 0 {
		ready = b.waiting[:1:1]
		b.waiting = b.waiting[1:]
	}
	return ready
}

// opDone looks at the operation's own result: is the callback to be made again, and when?
func (s *Server) opDone(cb *Callback, res *CompoundRes) (again bool, after time.Duration) {
	t := cb.state
	if t == nil || s.byOther[t.sid.Other] != t || t.revoked {
		return false, 0 // returned or revoked meanwhile
	}
	switch {
	case cb.Op.Op == OpCBRecall && res.Status == ErrDelay:
		return true, callbackDelay
	case cb.Op.Op == OpCBRecall && (res.Status == ErrBadHandle || res.Status == ErrBadStateid) && cb.retries > 0:
		cb.retries-- // the callback may have overtaken the OPEN's reply
		return true, callbackDelay
	case cb.Op.Op == OpCBLayoutrecall && (res.Status == OK || res.Status == ErrDelay):
		return s.FS.Now < cb.began+2*s.Lease, layoutPoll
	case cb.Op.Op == OpCBLayoutrecall && res.Status == ErrNoMatchingLayout:
		s.drop(t)
	}
	return false, 0
}
