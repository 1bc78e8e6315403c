package client

import (
	"slices"

	"sunscope/core/fsm"
	"sunscope/core/nfs4"
	"sunscope/core/sunrpc"
	"sunscope/core/xdr"
)

// openOwner is nfs4_state_owner: who opens files, to the server. In NFSv4.0 its requests carry a number that grows by one,
// so that one is under way at a time (RFC 7530 section 9.1.3); the others wait in the order in which they came.
type openOwner struct {
	id      uint32
	counter uint32   // of the next request (nfs_seqid_counter)
	line    []*seqid // who has a number to come; the first has it now
	wait    *sunrpc.WaitQueue
}

// seqid is a place in that line (nfs_seqid).
type seqid struct {
	owner *openOwner
	// into is the number in the operation's arguments, which is set when the call is encoded.
	into *uint32
}

// newOwner is nfs4_alloc_state_owner.
func (c *Client) newOwner() *openOwner {
	c.owners++
	o := &openOwner{id: c.owners}
	if c.Minor == 0 {
		o.wait = c.K.NewQueue(fsm.Seqid)
	}
	return o
}

// name is what the server knows the owner by.
func (o *openOwner) name(clientid uint64) nfs4.Owner {
	name := append([]byte("open id:"), make([]byte, 8)...)
	xdr.PutWord(name[12:], o.id)
	return nfs4.Owner{Clientid: clientid, Owner: name}
}

// seqid is nfs_alloc_seqid: nil with sessions, which need none.
func (o *openOwner) seqid(into *uint32) *seqid {
	if o.wait == nil {
		return nil
	}
	return &seqid{o, into}
}

// turn is nfs_wait_on_sequence, for a Prepare hook: false when the task sleeps until it is its turn.
func (s *seqid) turn(t *sunrpc.Task) bool {
	if s == nil {
		return true
	}
	o := s.owner
	if !slices.Contains(o.line, s) {
		o.line = append(o.line, s)
	}
	if o.line[0] == s {
		return true
	}
	o.wait.Sleep(t)
	return false
}

// release is nfs_release_seqid: the next in line has its turn.
func (s *seqid) release() {
	if s == nil {
		return
	}
	o := s.owner
	i := slices.Index(o.line, s)
	if i < 0 {
		return
	}
	if o.line = slices.Delete(o.line, i, i+1); i == 0 {
		o.wait.WakeNext()
	}
}

// writes says into which arguments the number goes.
func (s *seqid) writes(into *uint32) {
	if s != nil {
		s.into = into
	}
}

// encoded puts the number into the call.
func (s *seqid) encoded() {
	if s != nil {
		*s.into = s.owner.counter
	}
}

// sequenced are the operations that carry a number.
var sequenced = []nfs4.Op{nfs4.OpOpen, nfs4.OpOpenConfirm, nfs4.OpOpenDowngrade, nfs4.OpClose, nfs4.OpLock, nfs4.OpLocku}

// unsequenced are the errors after which the number has not been used (RFC 7530 section 9.1.7).
var unsequenced = []nfs4.Status{nfs4.ErrBadSeqid, nfs4.ErrStaleClientid, nfs4.ErrStaleStateid, nfs4.ErrBadStateid, nfs4.ErrBadXDR,
	nfs4.ErrResource, nfs4.ErrNoFileHandle, nfs4.ErrMoved}

// answered is nfs_increment_seqid: the server has seen the number, unless it says that it could not even look at it.
func (s *seqid) answered(r *nfs4.CompoundRes) {
	if s == nil {
		return
	}
	for i := range r.Ops {
		if slices.Contains(sequenced, r.Ops[i].Op) && !slices.Contains(unsequenced, r.Ops[i].Status) {
			s.owner.counter++
		}
	}
}
