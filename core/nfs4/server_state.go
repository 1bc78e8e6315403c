package nfs4

import (
	"slices"

	"sunscope/core/nfs"
	"sunscope/core/time"
	"sunscope/core/xdr"
)

type kind uint8

const (
	opened kind = 1 << iota
	locked
	delegation
	layout
)

// state is what a stateid stands for (nfs4_stid): an open, the locks of one owner on one file, a delegation, a layout.
type state struct {
	kind   kind
	sid    Stateid
	client *client
	file   *file
	owner  *owner
	access uint32      // opened: as shared with others; delegation: ShareRead
	deny   uint32      // opened
	open   *state      // locked: the open under which
	ranges []byteRange // locked
	// since is when a delegation or layout was recalled. A revoked one stays until the client frees its stateid.
	recalled, revoked bool
	since             time.Duration
}

// owner is an open owner or a lock owner. In NFSv4.0 its requests are numbered, and the last answer is kept.
type owner struct {
	name      string
	lock      bool
	confirmed bool
	used      bool
	seq       uint32
	last      Operation
	fh        nfs.FH // after the last answer
}

// file is what of a file is in somebody's use.
type file struct {
	fh      string
	states  []*state
	blocked time.Duration // no delegations until then
	writing time.Duration // nfsd itself has it open to write until then
	waiting []waiter
}

func (s *Server) file(h nfs.FH) *file {
	for _, f := range s.files {
		if f.fh == string(h) {
			return f
		}
	}
	f := &file{fh: string(h)}
	s.files = append(s.files, f)
	return f
}

func (s *Server) newState(k kind, c *client, f *file, o *owner) *state {
	s.states++
	t := &state{kind: k, client: c, file: f, owner: o}
	putHyper(t.sid.Other[:], c.id)
	xdr.PutWord(t.sid.Other[8:], s.states)
	s.byOther[t.sid.Other] = t
	c.states, f.states = append(c.states, t), append(f.states, t)
	return t
}

// drop ends a state, and the locks under an open with it.
func (s *Server) drop(t *state) {
	for _, l := range slices.Clone(t.file.states) {
		if l.open == t {
			s.drop(l)
		}
	}
	is := func(o *state) bool { return o == t }
	t.client.states = slices.DeleteFunc(t.client.states, is)
	t.file.states = slices.DeleteFunc(t.file.states, is)
	delete(s.byOther, t.sid.Other)
	if len(t.ranges) > 0 {
		s.unlocked(t.file)
	}
}

func (t *state) bump() Stateid {
	if t.sid.Seqid++; t.sid.Seqid == 0 {
		t.sid.Seqid = 1
	}
	return t.sid
}

var closedStateid = Stateid{Seqid: ^uint32(0)}

// anonymous reports whether sid is one of the two stateids that stand for nobody: all zeros, or all ones for a READ that
// does not mind locks.
func (sid *Stateid) anonymous() bool {
	ones := Stateid{Seqid: ^uint32(0), Other: [12]byte{255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255}}
	return *sid == Stateid{} || *sid == ones
}

// lookupState finds what a stateid of one of the kinds stands for, in the order of nfsd's checks.
func (c *call) lookupState(sid *Stateid, kinds kind) (*state, Status) {
	id := *sid
	if c.minor > 0 && id == (Stateid{Seqid: 1}) {
		id = c.current
	}
	t := c.byOther[id.Other]
	switch {
	case t == nil && c.minor == 0 && xdr.Word(id.Other[:]) != c.boot:
		return nil, ErrStaleStateid
	case t == nil, c.client != nil && t.client != c.client:
		return nil, ErrBadStateid
	case t.revoked && c.minor > 0:
		return nil, ErrDelegRevoked
	case t.revoked, t.kind&kinds == 0:
		return nil, ErrBadStateid
	}
	if st := t.version(id.Seqid, c.minor); st != OK {
		return nil, st
	}
	if c.client == nil {
		c.client = t.client
		c.touch(t.client)
	}
	return t, OK
}

// version compares the number of a stateid with that of the state; NFSv4.1 has 0 for "whatever it is now".
func (t *state) version(seq, minor uint32) Status {
	switch {
	case seq == t.sid.Seqid, seq == 0 && minor > 0:
		return OK
	case int32(seq-t.sid.Seqid) < 0:
		return ErrOldStateid
	}
	return ErrBadStateid
}

// usable is the check of READ, WRITE and a change of size: may this be done under that stateid?
func (c *call) usable(sid *Stateid, access uint32) Status {
	if st := c.have(); st != OK {
		return st
	}
	f := c.file(c.fh)
	if sid.anonymous() {
		if c.grace() {
			return ErrGrace
		}
		for _, t := range f.states {
			if t.deny&access != 0 {
				return ErrLocked
			}
		}
		return OK
	}
	t, st := c.lookupState(sid, opened|locked|delegation)
	switch {
	case st != OK:
		return st
	case t.file != f:
		return ErrBadStateid
	}
	has := t.access
	if t.open != nil {
		has = t.open.access
	}
	switch {
	case t.kind == opened && !t.owner.confirmed:
		return ErrBadStateid
	case access == ShareRead: // who may write may read: a page is read before a part of it is written
		return OK
	case has&access == 0:
		return ErrOpenMode
	}
	return OK
}

func (c *client) findOwner(name []byte, lock bool) *owner {
	for _, o := range c.owners {
		if o.name == string(name) && o.lock == lock {
			return o
		}
	}
	return nil
}

// owner is the client's owner of that name, new if need be. NFSv4.1 confirms at once.
func (c *call) owner(name []byte, lock bool) *owner {
	o := c.client.findOwner(name, lock)
	if o == nil {
		o = &owner{name: string(name), lock: lock, confirmed: c.minor > 0 || lock}
		c.client.owners = append(c.client.owners, o)
	}
	return o
}

// ordered does work as request seq of o. In NFSv4.0 a request that comes again gets the answer that it got, and one out
// of order none; answers that say that the state was not even found do not count (RFC 7530 section 9.1.7).
func (c *call) ordered(o *owner, seq uint32, num Op, work func() (Status, Body)) (Status, Body) {
	if c.minor > 0 {
		return work()
	}
	switch {
	case o.used && seq == o.seq && o.last.Op == num:
		c.fh = o.fh
		return o.last.Status, o.last.Body
	case o.used && seq != o.seq+1:
		return ErrBadSeqid, nil
	}
	st, b := work()
	switch st {
	case ErrStaleClientid, ErrStaleStateid, ErrBadStateid, ErrBadSeqid, ErrBadXDR, ErrResource, ErrNoFileHandle, ErrMoved:
	default:
		o.used, o.seq, o.last, o.fh = true, seq, Operation{num, st, b}, c.fh
	}
	return st, b
}

func (c *call) testStateid(b Body) (Status, Body) {
	r := &TestStateidRes{}
	for _, sid := range b.(*TestStateidArgs).Stateids {
		_, st := c.lookupState(&sid, opened|locked|delegation|layout)
		r.Codes = append(r.Codes, st)
	}
	return OK, r
}

func (c *call) freeStateid(b Body) (Status, Body) {
	t := c.byOther[b.(*StateidArgs).Stateid.Other]
	switch {
	case t == nil || t.client != c.client:
		return ErrBadStateid, nil
	case t.revoked, t.kind == locked && len(t.ranges) == 0:
		c.drop(t)
		return OK, nil
	}
	return ErrLocksHeld, nil
}
