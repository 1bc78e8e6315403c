package nfs4

import (
	"slices"
	"strconv"
	"strings"

	"sunscope/core/time"
	"sunscope/core/xdr"
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
	State   CallbackState
	addr    NetAddr // NFSv4.0: where to connect to
	peer    string  // NFSv4.1: where the client introduced itself from
	program uint32
	ident   uint32
	conn    Conn // NFSv4.1: which connection; 0 for none
	session *session
	update  bool // NFSD4_CLIENT_CB_UPDATE: the way is to be looked for before the next callback
	probing bool // a probe is on its way to the work queue (cl_cb_null)
	busy    *Callback
	waiting []*Callback
}

// good reports whether delegations may be given (nfsd4_cb_channel_good).
func (b *backChannel) good(minor uint32) bool {
	return b.State == CallbackUp || minor > 0 && b.State == CallbackUnknown
}

// Callback is a call that the server wants to make (nfsd4_callback). Whoever makes it asks, in this order:
// [Server.UpdateCallback] whether the way to the client has to be found first, [Server.StartCallback] what to send, and
// tells [Server.CallbackDone] what came of it.
type Callback struct {
	Client  uint64
	Minor   uint32
	Program uint32
	Conn    Conn    // NFSv4.1: the connection to send on
	Addr    NetAddr // NFSv4.0: the address to connect to
	Null    bool    // a probe: CB_NULL, but with sessions nothing is sent
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

// probe has the way to the client looked for anew (nfsd4_probe_callback).
func (s *Server) probe(c *client) {
	s.note(c, "nfsd_cb_probe", " state="+c.back.State.String())
	s.mark(c, CallbackUnknown)
	c.back.update = true
	if !c.back.probing {
		s.callback(c, &Callback{Null: true})
		c.back.probing = !c.courtesy
	}
}

// mark is nfsd4_mark_cb_state.
func (s *Server) mark(c *client, to CallbackState) {
	if c.back.State != to {
		c.back.State = to
		s.note(c, "nfsd_cb_state", " state="+to.String())
	}
}

// forget ends the way to a client that is gone (nfsd4_shutdown_callback).
func (s *Server) forget(c *client) {
	if c.back.State == CallbackUnknown && !c.back.update && c.back.session == nil {
		return
	}
	if c.back.State != CallbackUnknown {
		s.note(c, "nfsd_cb_shutdown", " state="+c.back.State.String())
	}
	s.out = append(s.out, &Callback{Client: c.id, Minor: c.minor, Null: true})
}

// CallbackStateOf is the state of the way to the client with that number.
func (s *Server) CallbackStateOf(id uint64) CallbackState {
	if c := s.findConfirmed(id); c != nil {
		return c.back.State
	}
	return CallbackUnknown
}

// Way is how a client is to be called. Not Found: not at all, for there is no connection with a back channel, or no such
// client any more.
type Way struct {
	Found   bool
	Minor   uint32
	Program uint32
	Conn    Conn    // NFSv4.1
	Addr    NetAddr // NFSv4.0
}

// UpdateCallback is the first half of nfsd4_process_cb_update, at the time when a callback's turn has come: if due, the
// way that there was is not to be used any more, and [Server.CallbackWay] is to hear whether the new one is there.
func (s *Server) UpdateCallback(cb *Callback) (w Way, due bool) {
	c := s.findConfirmed(cb.Client)
	if c == nil {
		return Way{}, true
	}
	b := &c.back
	if cb.Null {
		b.probing = false
	}
	if !b.update {
		return Way{}, false
	}
	b.update = false
	b.conn, b.session = 0, nil
	w = Way{Minor: c.minor, Program: b.program, Addr: b.addr, Found: c.minor == 0}
	for _, t := range c.sessions { // __nfsd4_find_backchannel
		for _, n := range t.conns {
			if n.back && b.session == nil {
				b.session, b.conn = t, n.conn
				w.Conn, w.Found = n.conn, true
			}
		}
	}
	return w, true
}

// CallbackWay is the second half: found says that there is an rpc_clnt for the way now.
func (s *Server) CallbackWay(cb *Callback, found bool) {
	c := s.findConfirmed(cb.Client)
	switch {
	case c == nil:
	case found:
		s.note(c, "nfsd_cb_setup", " proto=tcp flavor=sys")
	default:
		c.back.session, c.back.conn = nil, 0
		s.mark(c, CallbackDown)
	}
}

// Courtesy says that a client is not to be called: its lease is over, and it is only there because nobody has wanted what it
// holds.
func (s *Server) Courtesy(cb *Callback) bool {
	c := s.findConfirmed(cb.Client)
	return c != nil && c.courtesy
}

// StartCallback is nfsd4_cb_prepare: what to send for cb. The answer is nil while the client's only slot is taken (cb then
// waits, and comes out of the CallbackDone that frees the slot) and when there is nothing to be sent; gone tells that
// apart. A probe of a client with sessions is such: that there is a connection is enough.
func (s *Server) StartCallback(cb *Callback) (args *CompoundArgs, gone bool) {
	c := s.findConfirmed(cb.Client)
	if c == nil {
		return nil, true
	}
	s.aim(c, cb)
	a := &CompoundArgs{Callback: true, Minor: cb.Minor, Ident: c.back.ident}
	b := &c.back
	switch {
	case cb.Minor == 0:
		if !cb.Null {
			a.Ops = []Operation{cb.Op}
		}
		return a, false
	case b.session == nil:
		return nil, true
	case cb.Null:
		s.mark(c, CallbackUp)
		return nil, true
	}
	if b.busy != nil && b.busy != cb {
		if !slices.Contains(b.waiting, cb) {
			b.waiting = append(b.waiting, cb)
		}
		return nil, false
	}
	b.busy = cb
	a.Ops = []Operation{{Op: OpCBSequence, Body: &CBSequenceArgs{Session: b.session.id, Sequence: b.session.cbSeq}}, cb.Op}
	return a, false
}

// Next is what follows after a callback: with Again it is to be started once more, After that time, with the slot that it
// Holds; with Requeue it is to go through the work queue once more; Ready are others that can be started now.
type Next struct {
	Again, Holds, Requeue bool
	After                 time.Duration
	Ready                 []*Callback
}

// CallbackDone is nfsd4_cb_done. res is nil if no reply came; lost says that the connection or server was not reached (EIO,
// ETIMEDOUT or EACCES).
func (s *Server) CallbackDone(cb *Callback, res *CompoundRes, lost bool) (n Next) {
	c := s.findConfirmed(cb.Client)
	if c == nil {
		return n
	}
	switch {
	case cb.Null:
		if res == nil {
			s.mark(c, CallbackDown)
		} else {
			s.mark(c, CallbackUp)
		}
		return n
	case cb.Minor > 0:
		var over bool
		if over, n = s.sequenceDone(c, cb, res); over {
			return n
		}
	}
	s.noteDone(c, cb, res)
	if res == nil && lost {
		if !c.back.update { // nfsd4_mark_cb_down
			s.mark(c, CallbackDown)
		}
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
		s.mark(c, CallbackFault)
		return true, Next{Requeue: res == nil, Ready: b.release(cb)}
	}
	switch q := res.Ops[0]; q.Status {
	case OK:
		ok := b.session != nil && b.session.answered(q.Body.(*CBSequenceRes))
		if !ok {
			s.mark(c, CallbackFault)
			return true, Next{Ready: b.release(cb)}
		}
	case ErrBadSession:
		s.mark(c, CallbackFault)
		return true, Next{Requeue: true, Ready: b.release(cb)}
	case ErrDelay:
		return true, Next{Again: true, Holds: true, After: callbackDelay}
	case ErrBadSlot:
		return true, Next{Again: true, Ready: b.release(cb)}
	case ErrSeqMisordered:
		if b.session != nil && b.session.cbSeq != 1 {
			b.session.cbSeq = 1
			return true, Next{Again: true}
		}
	default:
		s.mark(c, CallbackFault)
	}
	n.Ready = b.release(cb)
	return false, n
}

// answered counts a call of the back channel that has had its answer; false: the answer is for another call.
func (t *session) answered(q *CBSequenceRes) bool {
	right := q.Session == t.id && q.Sequence == t.cbSeq && q.Slot == 0
	t.cbSeq++
	return right
}

// release frees the slot that cb has, if it has it, for whoever has waited longest.
func (b *backChannel) release(cb *Callback) (ready []*Callback) {
	if b.busy != cb {
		b.waiting = slices.DeleteFunc(b.waiting, func(o *Callback) bool { return o == cb })
		return nil
	}
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

// RecallSlots asks every client with sessions to use no slot beyond highest any more (CB_RECALL_SLOT), which Linux's nfsd does
// not. SEQUENCE's results say the same.
func (s *Server) RecallSlots(highest uint32) []*Callback {
	for _, c := range s.clients {
		for _, t := range c.sessions {
			t.target = min(highest, uint32(len(t.slots))-1)
		}
		if c.confirmed && len(c.sessions) > 0 {
			s.callback(c, &Callback{Op: Operation{Op: OpCBRecallSlot, Body: &CBRecallSlotArgs{highest}}})
		}
	}
	return s.takeOut()
}

// Lines of nfsd's own tracepoints (nfsd:nfsd_cb_*).

// note is about a client.
func (s *Server) note(c *client, event, tail string) {
	if s.Note == nil {
		return
	}
	at := c.back.peer
	if c.minor == 0 {
		host, port := c.back.addr.Split()
		at = host + ":" + strconv.Itoa(port)
	}
	s.Note(event, "addr="+at+" "+c.text()+tail)
}

// noteDone is nfsd_cb_recall_done.
func (s *Server) noteDone(c *client, cb *Callback, res *CompoundRes) {
	if s.Note == nil || cb.Op.Op != OpCBRecall {
		return
	}
	status := "-5"
	if res != nil {
		status = strconv.Itoa(int(res.Status.Errno()))
	}
	s.Note("nfsd_cb_recall_done", c.text()+cb.state.text()+" status="+status)
}

func (c *client) text() string {
	return "client " + xdr.Hex(c.id>>32, 8)[2:] + ":" + xdr.Hex(c.id&(1<<32-1), 8)[2:]
}

func (t *state) text() string { return " stateid " + StateidText(t.sid) }

// StateidText is a stateid as nfsd prints it: its number and its generation.
func StateidText(sid Stateid) string {
	return xdr.Hex(uint64(xdr.Word(sid.Other[8:])), 8)[2:] + ":" + xdr.Hex(uint64(sid.Seqid), 8)[2:]
}

// Split takes a universal address apart: the port is in the last two of its numbers.
func (a NetAddr) Split() (host string, port int) {
	rest := a.Addr
	for _, unit := range [...]int{1, 256} {
		i := strings.LastIndexByte(rest, '.')
		n, err := strconv.ParseUint(rest[i+1:], 10, 8)
		if i < 0 || err != nil {
			return a.Addr, 0
		}
		port += int(n) * unit
		rest = rest[:i]
	}
	return rest, port
}
