package nfs4

import (
	"slices"

	"sunscope/core/nfs"
	"sunscope/core/time"
	"sunscope/core/xdr"
)

// Conn is a connection, as the transport numbers them. Sessions are bound to connections.
type Conn uint64

// Server is an NFSv4.0 and 4.1 server over a file system in memory, as nfsd behaves: clients and their leases, sessions
// with their reply caches, opens, locks, delegations, layouts. It has no transport and no clock: [Server.Compound] does
// what arrives at FS.Now and says which callbacks are to be made; [Server.Tick] is the laundromat. Everything follows from
// the calls made.
type Server struct {
	FS *nfs.FS
	// Lease is how long a client keeps its state without a word.
	Lease time.Duration
	// Grace is how long after a restart state can be reclaimed, and nothing else be opened.
	Grace time.Duration
	// Slots and MaxSize (bytes of a message) are what CREATE_SESSION grants at most.
	Slots, MaxSize uint32
	// Delegations: OPENs for reading are given them.
	Delegations bool
	// LayoutType is the type of the layouts that are given, 0 for none. LayoutBody is what each holds, Device and
	// DeviceAddr what GETDEVICEINFO tells.
	LayoutType             uint32
	LayoutBody, DeviceAddr []byte
	Device                 DeviceID
	// Root is what PUTROOTFH means; nil: the file system's root.
	Root nfs.FH
	// Off are the minor versions that are not offered.
	Off [2]bool
	// Name is the server's owner and scope.
	Name string
	// Note hears what nfsd's own tracepoints say of callbacks (nfsd:nfsd_cb_*), an event's name and its text; nil: nobody does.
	Note func(event, text string)
	// Peer is the address that a connection comes from, for Note.
	Peer func(Conn) string

	// Others is a lock in the way that somebody has on the server without NFSv4, bytes first to last; nil: nobody has any.
	Others func(fh string, write bool, first, last uint64) *Denied
	// Freed hears of a file of which some is locked no more; nil: nobody does.
	Freed func(fh string)

	// Watch hears of every COMPOUND that has been answered; nil: nobody does.
	Watch func(*Served)

	defect   Defect
	boot     uint32
	graceEnd time.Duration
	number   uint32 // last client number given
	sessions uint32 // last session number given
	states   uint32 // last state number given
	clients  []*client
	files    []*file
	byOther  map[[12]byte]*state
	down     bool     // between Stop and Start
	awaited  []string // owners that had state before the restart and may reclaim it
	out      []*Callback
}

// NewServer is a server that has just been set up: nobody has anything to reclaim.
func NewServer(fs *nfs.FS) *Server {
	return &Server{FS: fs, Lease: 90 * time.Second, Grace: 90 * time.Second, Slots: 30, MaxSize: 266240, Delegations: true, Name: "nfsd", boot: 1,
		byOther: map[[12]byte]*state{}}
}

// Restart forgets everything but the files, as a crash does. Clients that held state may reclaim it for the grace time;
// until then, or until all of them have said that they are done, nobody opens anything new.
func (s *Server) Restart() {
	s.Stop()
	s.Start()
}

// Stop is the end of the service (nfs4_state_shutdown): all clients are gone. It returns what is left to do for the ways to
// them. Who has not reclaimed yet what an earlier life took from him may still do so in the next.
func (s *Server) Stop() []*Callback {
	if !s.grace() {
		s.awaited = nil
	}
	s.down = true
	for _, c := range s.clients {
		if c.confirmed && c.holds() && !slices.Contains(s.awaited, c.owner) {
			s.awaited = append(s.awaited, c.owner)
		}
	}
	for _, c := range s.clients {
		s.forget(c)
	}
	files := s.files
	s.clients, s.files, s.byOther = nil, nil, map[[12]byte]*state{}
	for _, f := range files {
		s.freed(f)
	}
	return s.takeOut()
}

// Start is the beginning of a new life of the service, with its grace period (nfs4_state_start).
func (s *Server) Start() {
	s.down = false
	s.boot++
	s.FS.Boot = s.boot
	s.number, s.sessions, s.states = 0, 0, 0
	s.graceEnd = 0
	if len(s.awaited) > 0 {
		s.graceEnd = s.FS.Now + s.Grace
	}
}

func (s *Server) grace() bool { return len(s.awaited) > 0 && s.FS.Now < s.graceEnd }

// call is one COMPOUND while it is executed.
type call struct {
	*Server
	conn      Conn
	minor     uint32
	client    *client  // of the session, or whom the operation names
	session   *session // NFSv4.1
	slot      *slot
	fh, saved nfs.FH
	current   Stateid // NFSv4.1: what the stateid "current" stands for
	alone     bool    // the operation is the only one
	last      bool    // the operation is the last one
	dead      SessionID
}

// Compound executes a COMPOUND that came over conn, at FS.Now. Besides the results it returns the callbacks that are to
// be made now (see [Callback]).
func (s *Server) Compound(conn Conn, a *CompoundArgs) (CompoundRes, []*Callback) {
	r := CompoundRes{Tag: a.Tag}
	if a.Minor > 1 || s.Off[a.Minor] {
		r.Status = ErrMinorVersMismatch
		return r, nil
	}
	c := &call{Server: s, conn: conn, minor: a.Minor, alone: len(a.Ops) == 1 && a.More == 0}
	for i := range a.Ops {
		o := &a.Ops[i]
		c.last = i == len(a.Ops)-1 && a.More == 0
		done := Operation{Op: o.Op}
		if done.Status = c.allowed(i, o, len(a.Ops)+a.More); done.Status == OK {
			if o.Op == OpSequence {
				cached := c.sequence(&done, o.Body, a)
				if cached != nil {
					s.watch(conn, a, cached, true)
					return *cached, s.takeOut()
				}
			} else {
				done.Status, done.Body = serve[o.Op](c, o.Body)
			}
		} else if done.Status == ErrOpIllegal {
			done.Op = OpIllegal
		}
		c.bodyFor(&done)
		r.Ops, r.Status = append(r.Ops, done), done.Status
		if done.Status != OK {
			break
		}
	}
	c.finish(a, &r)
	s.watch(conn, a, &r, false)
	return r, s.takeOut()
}

func (s *Server) takeOut() []*Callback {
	out := s.out
	s.out = nil
	return out
}

// bodyFor takes away results that the status does not bring along, and SETATTR's result is there always.
func (c *call) bodyFor(o *Operation) {
	def := o.Op.def(false)
	want := def.results(o.Status)
	if want == nil || o.Body == nil {
		o.Body = want
	}
}

// allowed checks what RFC 8881 section 2.10.6 and 16.2 demand of an operation's place.
func (c *call) allowed(i int, o *Operation, n int) Status {
	switch {
	case o.Op.def(false) == nil || o.Op == OpIllegal || c.minor == 0 && o.Op > OpReleaseLockowner:
		return ErrOpIllegal
	case o.Status == ErrBadXDR:
		return ErrBadXDR
	case c.minor == 1 && only40(o.Op), serve[o.Op] == nil && o.Op != OpSequence:
		return ErrNotSupp
	case c.minor == 0:
		return OK
	}
	if i > 0 {
		switch {
		case o.Op == OpSequence:
			return ErrSequencePos
		case c.session == nil, startsSession(o.Op) && o.Op != OpDestroySession:
			return ErrNotOnlyOp
		}
		return OK
	}
	switch {
	case o.Op == OpSequence:
		return OK
	case !startsSession(o.Op):
		return ErrOpNotInSession
	case n > 1:
		return ErrNotOnlyOp
	}
	return OK
}

// only40 reports whether NFSv4.1 has abolished the operation.
func only40(o Op) bool {
	switch o {
	case OpSetclientid, OpSetclientidConfirm, OpRenew, OpOpenConfirm, OpReleaseLockowner:
		return true
	}
	return false
}

// startsSession reports whether the operation may stand without SEQUENCE, and then alone.
func startsSession(o Op) bool {
	switch o {
	case OpExchangeID, OpCreateSession, OpDestroySession, OpBindConnToSession, OpDestroyClientid:
		return true
	}
	return false
}

// finish puts the results into the slot's reply cache, and ends what had to wait for the end.
func (c *call) finish(a *CompoundArgs, r *CompoundRes) {
	if c.slot == nil {
		return
	}
	var e xdr.Encoder
	r.Encode(&e)
	c.slot.keep(a, r, e.Len(), c.session.fore.MaxCached)
}

type server = func(*call, Body) (Status, Body)

// serve are the operations by number; Server.sequence is apart.
var serve [OpReclaimComplete + 1]server = [...]server{
	OpAccess:             (*call).access,
	OpClose:              (*call).close,
	OpCommit:             (*call).commit,
	OpCreate:             (*call).create,
	OpDelegreturn:        (*call).delegreturn,
	OpGetattr:            (*call).getattr,
	OpGetFH:              (*call).getfh,
	OpLink:               (*call).link,
	OpLock:               (*call).lock,
	OpLockt:              (*call).lockt,
	OpLocku:              (*call).locku,
	OpLookup:             (*call).lookup,
	OpLookupp:            (*call).lookupp,
	OpOpen:               (*call).open,
	OpOpenConfirm:        (*call).openConfirm,
	OpOpenDowngrade:      (*call).openDowngrade,
	OpPutFH:              (*call).putfh,
	OpPutPubFH:           (*call).putrootfh,
	OpPutRootFH:          (*call).putrootfh,
	OpRead:               (*call).read,
	OpReaddir:            (*call).readdir,
	OpReadlink:           (*call).readlink,
	OpRemove:             (*call).remove,
	OpRename:             (*call).rename,
	OpRenew:              (*call).renew,
	OpRestoreFH:          (*call).restorefh,
	OpSaveFH:             (*call).savefh,
	OpSecinfo:            (*call).secinfo,
	OpSetattr:            (*call).setattr,
	OpSetclientid:        (*call).setclientid,
	OpSetclientidConfirm: (*call).setclientidConfirm,
	OpWrite:              (*call).write,
	OpReleaseLockowner:   (*call).releaseLockowner,
	OpBackchannelCtl:     (*call).backchannelCtl,
	OpBindConnToSession:  (*call).bindConn,
	OpExchangeID:         (*call).exchangeID,
	OpCreateSession:      (*call).createSession,
	OpDestroySession:     (*call).destroySession,
	OpFreeStateid:        (*call).freeStateid,
	OpGetdeviceinfo:      (*call).getdeviceinfo,
	OpLayoutget:          (*call).layoutget,
	OpLayoutreturn:       (*call).layoutreturn,
	OpSecinfoNoName:      (*call).secinfo,
	OpTestStateid:        (*call).testStateid,
	OpDestroyClientid:    (*call).destroyClientid,
	OpReclaimComplete:    (*call).reclaimComplete,
}
