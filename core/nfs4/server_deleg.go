package nfs4

import (
	"slices"

	"sunscope/core/nfs"
	"sunscope/core/time"
)

// blockTime is how long no delegation of a file is given after one had to be recalled. nfsd's two filters take turns, so
// that there it is 30 to 60 seconds.
const blockTime = 30 * time.Second

// cacheTime is how long nfsd's cache of open files keeps one that a COMMIT opened: its laundrette comes every two seconds
// and takes what it sees for the second time. In recording 03 a file that was committed 0.3 seconds ago is open to write.
const cacheTime = 3 * time.Second

// delegate decides about a delegation for an OPEN, as nfsd 6.1 does (nfs4_open_delegation): to read only, with an open
// that reads too, for a file that no other client has open to write, if the client can be called back. One that was held
// before a restart is given again.
func (c *call) delegate(f *file, o *owner, a *OpenArgs, to *Delegation) {
	want := a.ShareAccess & WantMask
	why := uint32(WhyResource)
	switch {
	case want == WantNoDeleg:
		why = WhyNotWanted
	case !c.mayDelegate(f, o, a):
	case c.contended(f):
		why = WhyContention
	default:
		t := c.newState(delegation, c.client, f, nil)
		t.access = ShareRead
		to.Type, to.Stateid = DelegRead, t.bump()
		return
	}
	if want != 0 {
		to.Type, to.Why = DelegNoneExt, why
	}
}

func (c *call) mayDelegate(f *file, o *owner, a *OpenArgs) bool {
	switch {
	case !c.Delegations, c.grace() && a.Claim != ClaimPrevious, a.Claim == ClaimPrevious && a.DelegateType != DelegRead, !o.confirmed, !c.client.back.good(c.minor), a.ShareAccess&ShareRead == 0:
		return false
	case a.Claim != ClaimNull && a.Claim != ClaimFH && a.Claim != ClaimPrevious:
		return false
	}
	return !slices.ContainsFunc(f.states, func(t *state) bool { return t.kind == delegation && t.client == c.client })
}

func (c *call) contended(f *file) bool {
	return c.FS.Now < max(f.blocked, f.writing) || slices.ContainsFunc(f.states, func(t *state) bool {
		return t.kind == opened && t.access&ShareWrite != 0 && t.client != c.client || t.kind == delegation && t.recalled
	})
}

// breakDelegations is the recall decision: everybody but the caller who holds a delegation of h is to give it back, and
// is told so once. Until all have, the answer is DELAY. A client in courtesy is not asked, its state goes.
func (c *call) breakDelegations(h nfs.FH) Status {
	f := c.file(h)
	st := OK
	for _, t := range slices.Clone(f.states) {
		switch {
		case t.kind != delegation || t.revoked || t.client == c.client || c.defect == DelegatedTwice:
		case t.client.courtesy:
			c.expire(t.client)
		default:
			st = ErrDelay
			c.recall(t)
		}
	}
	return st
}

// recall calls the holder of a delegation back (nfsd_break_one_deleg).
func (s *Server) recall(t *state) {
	if t.recalled {
		return
	}
	t.recalled, t.since = true, s.FS.Now
	t.file.blocked = s.FS.Now + blockTime
	s.note(t.client, "nfsd_cb_recall", t.text())
	if s.defect == RecallForgotten {
		return
	}
	s.callback(t.client, &Callback{state: t, retries: 1,
		Op: Operation{Op: OpCBRecall, Body: &CBRecallArgs{Stateid: t.sid, FH: FH(t.file.fh)}}})
}

// Recall calls back whoever holds a delegation of the file h, as a local program that writes it makes nfsd do. It
// reports whether anybody did.
func (s *Server) Recall(h nfs.FH) (held bool, out []*Callback) {
	c := &call{Server: s}
	return c.breakDelegations(h) != OK, s.takeOut()
}

// revoke takes a delegation away that was not returned in time. NFSv4.1 clients are told by SEQUENCE and free the
// stateid, for others it is gone.
func (s *Server) revoke(t *state) {
	if t.client.minor == 0 {
		s.drop(t)
		return
	}
	t.revoked = true
	is := func(o *state) bool { return o == t }
	t.file.states = slices.DeleteFunc(t.file.states, is)
}

func (c *call) delegreturn(b Body) (Status, Body) {
	if st := c.have(); st != OK {
		return st, nil
	}
	t, st := c.lookupState(&b.(*StateidArgs).Stateid, delegation)
	if st != OK {
		return st, nil
	}
	c.drop(t)
	return OK, nil
}

// Held is a delegation or layout that somebody has, for whoever looks at the server from outside.
type Held struct {
	Client   uint64
	Stateid  Stateid
	FH       FH
	Write    bool
	Recalled bool
}

// Holders lists the delegations that are in force, in the order of clients.
func (s *Server) Holders() []Held { return s.held(delegation) }

// Layouts lists the layouts that are out.
func (s *Server) Layouts() []Held { return s.held(layout) }

// Opens lists what is open. Write says that it is open to write.
func (s *Server) Opens() []Held { return s.held(opened) }

func (s *Server) held(k kind) (all []Held) {
	for _, c := range s.clients {
		for _, t := range c.states {
			if t.kind == k && !t.revoked {
				all = append(all, Held{c.id, t.sid, FH(t.file.fh), t.access&ShareWrite != 0, t.recalled})
			}
		}
	}
	return all
}
