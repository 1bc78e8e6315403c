package nfs4

import (
	"bytes"
	"slices"
	"strconv"

	"sunscope/core/time"
)

// client is what the server knows of one (nfs4_client).
type client struct {
	id        uint64 // boot in the upper half
	owner     string
	verifier  Verifier
	minor     uint32
	confirmed bool
	courtesy  bool // the lease is over, but nobody has wanted anything that it holds
	reclaimed bool
	renewed   time.Duration
	confirm   Verifier // NFSv4.0
	created   uint32   // NFSv4.1: sequence of the last CREATE_SESSION
	answer    *CreateSessionRes
	sessions  []*session
	owners    []*owner
	states    []*state
	back      backChannel
}

// holds reports whether the client has state that others may meet.
func (c *client) holds() bool { return len(c.states) > 0 }

func (s *Server) newClient(owner []byte, v Verifier, minor uint32) *client {
	s.number++
	c := &client{id: uint64(s.boot)<<32 | uint64(s.number), owner: string(owner), verifier: v, minor: minor, renewed: s.FS.Now}
	c.back.State = CallbackUnknown
	s.clients = append(s.clients, c)
	return c
}

// find is the client with that number, nil if there is none.
func (s *Server) find(id uint64) *client {
	for _, c := range s.clients {
		if c.id == id {
			return c
		}
	}
	return nil
}

func (s *Server) findOwner(owner []byte, minor uint32, confirmed bool) *client {
	for _, c := range s.clients {
		if c.owner == string(owner) && c.minor == minor && c.confirmed == confirmed {
			return c
		}
	}
	return nil
}

// expire forgets a client with all that it has (expire_client).
func (s *Server) expire(c *client) {
	if c == nil {
		return
	}
	for _, f := range s.files {
		f.stopWaiting(c, nil)
	}
	for len(c.states) > 0 {
		s.drop(c.states[len(c.states)-1])
	}
	if c.confirmed {
		s.forget(c)
	}
	c.sessions, c.confirmed = nil, false
	s.clients = slices.DeleteFunc(s.clients, func(o *client) bool { return o == c })
}

// confirmClient makes c the one with its owner's name. What an earlier life of the client had goes.
func (s *Server) confirmClient(c *client) {
	if old := s.findOwner([]byte(c.owner), c.minor, true); old != nil && old != c {
		s.expire(old)
	}
	c.confirmed = true
	s.touch(c)
}

func (s *Server) touch(c *client) { c.renewed, c.courtesy = s.FS.Now, false }

// Tick is the laundromat: leases that are over are ended, delegations that were recalled for longer than a lease are
// revoked. It returns when it wants to be called next at the latest, and callbacks.
func (s *Server) Tick() (next time.Duration, out []*Callback) {
	now := s.FS.Now
	next = now + s.Lease
	if !s.grace() && !s.down {
		s.awaited = nil
	}
	for _, c := range slices.Clone(s.clients) {
		switch end := c.renewed + s.Lease; {
		case now < end:
			next = min(next, end)
		case !c.confirmed || !c.holds() && len(c.sessions) == 0:
			s.expire(c)
		default:
			c.courtesy = true
		}
	}
	for _, c := range s.clients {
		for _, d := range slices.Clone(c.states) {
			if d.kind != delegation || !d.recalled || d.revoked {
				continue
			}
			if end := d.since + s.Lease; now < end {
				next = min(next, end)
			} else {
				s.revoke(d)
			}
		}
	}
	return next, s.takeOut()
}

// setclientid: NFSv4.0's introduction always makes a record that is to be confirmed; a client that only has a new address
// for callbacks keeps its number.
func (c *call) setclientid(b Body) (Status, Body) {
	a := b.(*SetclientidArgs)
	conf := c.findOwner(a.ID, 0, true)
	c.expire(c.findOwner(a.ID, 0, false))
	n := c.newClient(a.ID, a.Verifier, 0)
	if conf != nil && conf.verifier == a.Verifier {
		n.id = conf.id
	}
	n.back.addr, n.back.program, n.back.ident = a.Addr, a.CBProgram, a.Ident
	c.note(n, "nfsd_cb_args", " prog="+strconv.Itoa(int(a.CBProgram))+" ident="+strconv.Itoa(int(a.Ident)))
	putHyper(n.confirm[:], uint64(c.number)<<32|uint64(c.boot))
	return OK, &SetclientidRes{Clientid: n.id, Confirm: n.confirm}
}

func (c *call) setclientidConfirm(b Body) (Status, Body) {
	a := b.(*SetclientidConfirmArgs)
	if uint32(a.Clientid>>32) != c.boot {
		return ErrStaleClientid, nil
	}
	var conf, unconf *client
	for _, n := range c.clients {
		if n.id != a.Clientid || n.minor != 0 {
			continue
		}
		if n.confirmed {
			conf = n
		} else if n.confirm == a.Confirm {
			unconf = n
		}
	}
	switch {
	case unconf == nil && conf != nil && conf.confirm == a.Confirm:
		c.touch(conf) // said once more
		return OK, nil
	case unconf == nil:
		return ErrStaleClientid, nil
	case conf != nil:
		conf.back.addr, conf.back.program, conf.back.ident = unconf.back.addr, unconf.back.program, unconf.back.ident
		conf.confirm = unconf.confirm
		c.expire(unconf)
		unconf = conf
		c.touch(conf)
		c.mark(conf, CallbackUnknown)
	default:
		c.confirmClient(unconf)
	}
	c.probe(unconf)
	return OK, nil
}

// lease40 is what every operation with a client's number begins with.
func (c *call) lease40(id uint64) (*client, Status) {
	if c.session != nil {
		return c.client, OK
	}
	n := c.find(id)
	switch {
	case uint32(id>>32) != c.boot, n != nil && !n.confirmed && c.findConfirmed(id) == nil:
		return nil, ErrStaleClientid
	case n == nil:
		return nil, ErrExpired
	}
	if n = c.findConfirmed(id); n == nil {
		return nil, ErrStaleClientid
	}
	c.touch(n)
	c.client = n
	return n, OK
}

func (s *Server) findConfirmed(id uint64) *client {
	for _, c := range s.clients {
		if c.id == id && c.confirmed {
			return c
		}
	}
	return nil
}

// renew: a client with delegations learns here that it cannot be called back.
func (c *call) renew(b Body) (Status, Body) {
	n, st := c.lease40(b.(*ClientidArgs).Clientid)
	if st == OK && n.back.State != CallbackUp && n.back.State != CallbackUnknown && n.delegates() {
		st = ErrCBPathDown
	}
	return st, nil
}

func (c *client) delegates() bool {
	return slices.ContainsFunc(c.states, func(t *state) bool { return t.kind == delegation })
}

// exchangeID follows the cases of RFC 8881 section 18.35.4.
func (c *call) exchangeID(b Body) (Status, Body) {
	a := b.(*ExchangeIDArgs)
	if a.Protect.How != 0 {
		return ErrInval, nil
	}
	conf := c.findOwner(a.Owner, 1, true)
	n := conf
	switch {
	case a.Flags&ExchgUpdConfirmed != 0 && conf == nil:
		return ErrNoEnt, nil
	case a.Flags&ExchgUpdConfirmed != 0 && conf.verifier != a.Verifier:
		return ErrNotSame, nil
	case conf != nil && conf.verifier == a.Verifier:
	default:
		c.expire(c.findOwner(a.Owner, 1, false))
		n = c.newClient(bytes.Clone(a.Owner), a.Verifier, 1)
		if c.Peer != nil {
			n.back.peer = c.Peer(c.conn) + ":0"
		}
	}
	r := &ExchangeIDRes{Clientid: n.id, Sequence: n.created + 1, Flags: ExchgSuppMovedRefer | ExchgUsePNFSMDS,
		ServerMajor: []byte(c.Name), Scope: []byte(c.Name)}
	if n.confirmed {
		r.Flags |= ExchgConfirmedR
	}
	return OK, r
}

func (c *call) destroyClientid(b Body) (Status, Body) {
	n := c.find(b.(*ClientidArgs).Clientid)
	switch {
	case n == nil || n.minor == 0:
		return ErrStaleClientid, nil
	case n.holds() || len(n.sessions) > 0:
		return ErrClientidBusy, nil
	}
	c.expire(n)
	return OK, nil
}

// reclaimComplete: when the last of those who had state before the restart is done, the grace period is over.
func (c *call) reclaimComplete(b Body) (Status, Body) {
	if b.(*ReclaimCompleteArgs).OneFS {
		return OK, nil
	}
	if c.client.reclaimed {
		return ErrCompleteAlready, nil
	}
	c.client.reclaimed = true
	c.awaited = slices.DeleteFunc(c.awaited, func(owner string) bool { return owner == c.client.owner })
	return OK, nil
}

func putHyper(b []byte, v uint64) {
	for i := range 8 {
		b[i] = byte(v >> (56 - 8*i))
	}
}
