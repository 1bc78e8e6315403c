package nfs4

import (
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"sunscope/core/time"
	"sunscope/core/xdr"
)

// user is an NFSv4.1 client on one connection with one slot in use.
type user struct {
	t       require.TestingT
	srv     *Server
	name    string
	conn    Conn
	id      uint64
	session SessionID
	seq     uint32
	calls   []*Callback
	flags   uint32
}

func join(t require.TestingT, srv *Server, name string, conn Conn) *user {
	u := &user{t: t, srv: srv, name: name, conn: conn}
	u.introduce()
	require.Equal(t, OK, u.do(Operation{Op: OpReclaimComplete, Body: &ReclaimCompleteArgs{}}).Status)
	return u
}

func (u *user) introduce() {
	r := u.alone(OpExchangeID, &ExchangeIDArgs{Owner: []byte(u.name), Verifier: Verifier{1}})
	x := r.Ops[0].Body.(*ExchangeIDRes)
	attrs := ChannelAttrs{MaxRequest: 1 << 20, MaxResponse: 1 << 20, MaxCached: 4096, MaxOps: 8, MaxReqs: 64}
	r = u.alone(OpCreateSession, &CreateSessionArgs{Clientid: x.Clientid, Sequence: x.Sequence, Flags: SessionBackChan, Fore: attrs, Back: attrs, CBProgram: CallbackProgram})
	require.Equal(u.t, OK, r.Status)
	u.id, u.session, u.seq = x.Clientid, r.Ops[0].Body.(*CreateSessionRes).Session, 0
}

func (u *user) alone(op Op, b Body) CompoundRes {
	r, calls := u.srv.Compound(u.conn, &CompoundArgs{Minor: 1, Ops: []Operation{{Op: op, Body: b}}})
	u.calls = append(u.calls, attend(u.srv, calls)...)
	return r
}

func (u *user) args(ops []Operation, cache bool) *CompoundArgs {
	q := Operation{Op: OpSequence, Body: &SequenceArgs{Session: u.session, Sequence: u.seq, CacheThis: cache}}
	return &CompoundArgs{Minor: 1, Ops: append([]Operation{q}, ops...)}
}

// do makes a call with the next sequence number; what comes back goes over the wire as well.
func (u *user) do(ops ...Operation) *CompoundRes {
	u.seq++
	r, calls := u.srv.Compound(u.conn, u.args(ops, true))
	u.calls = append(u.calls, attend(u.srv, calls)...)
	var e xdr.Encoder
	r.Encode(&e)
	requireAgrees(u.t, false, true, e.B, summary(ops, false))
	if q, ok := r.Ops[0].Body.(*SequenceRes); ok {
		u.flags = q.Flags
	}
	return &r
}

func (u *user) open(name string, access uint32) (Status, *OpenRes) {
	r := u.do(Operation{Op: OpPutRootFH}, Operation{Op: OpOpen, Body: &OpenArgs{ShareAccess: access,
		Owner: Owner{u.id, []byte("owner")}, Name: name}})
	last := r.Ops[len(r.Ops)-1]
	res, _ := last.Body.(*OpenRes)
	return last.Status, res
}

func (u *user) on(name string, op Op, b Body) Operation {
	r := u.do(Operation{Op: OpPutRootFH}, Operation{Op: OpLookup, Body: &NameArgs{name}}, Operation{Op: op, Body: b})
	return r.Ops[len(r.Ops)-1]
}

func served() *Server {
	srv := lab()
	srv.FS.WriteFile("/f", 100)
	srv.FS.WriteFile("/g", 100)
	return srv
}

func TestACallThatComesAgainIsAnsweredFromTheCacheAndDoneOnce(t *testing.T) {
	srv := served()
	u := join(t, srv, "a", 1)
	u.seq++
	remove := []Operation{{Op: OpPutRootFH}, {Op: OpRemove, Body: &NameArgs{"f"}}}
	first, _ := srv.Compound(1, u.args(remove, true))
	require.Equal(t, OK, first.Status)
	again, _ := srv.Compound(2, u.args(remove, true))
	require.Equal(t, first, again)
	other, _ := srv.Compound(1, u.args([]Operation{{Op: OpPutRootFH}}, true))
	require.Equal(t, ErrSeqFalseRetry, other.Status)
	u.seq++
	once, _ := srv.Compound(1, u.args(remove, false))
	require.Equal(t, ErrNoEnt, once.Status)
	again, _ = srv.Compound(1, u.args(remove, false))
	require.Equal(t, ErrRetryUncachedRep, again.Status)
	require.Equal(t, OK, again.Ops[0].Status, "SEQUENCE itself is fine")
}

func TestSequenceIsHeldToSessionSlotAndNumber(t *testing.T) {
	srv := served()
	u := join(t, srv, "a", 1)
	for about, c := range map[Status]SequenceArgs{
		ErrBadSession:    {Session: SessionID{9}, Sequence: 1},
		ErrBadSlot:       {Session: u.session, Sequence: 1, Slot: 30},
		ErrSeqMisordered: {Session: u.session, Sequence: u.seq + 2},
	} {
		r, _ := srv.Compound(1, &CompoundArgs{Minor: 1, Ops: []Operation{{Op: OpSequence, Body: &c}}})
		require.Equal(t, about, r.Status)
	}
	require.Equal(t, ErrOpNotInSession, u.alone(OpPutRootFH, nil).Status)
	require.Equal(t, ErrSequencePos, u.do(Operation{Op: OpSequence, Body: &SequenceArgs{}}).Status)
	require.Equal(t, ErrNotOnlyOp, u.do(Operation{Op: OpExchangeID, Body: &ExchangeIDArgs{}}).Status)
	require.Equal(t, ErrNotSupp, u.do(Operation{Op: OpRenew, Body: &ClientidArgs{}}).Status)
	require.Equal(t, ErrOpIllegal, u.do(Operation{Op: 200}).Status)
	require.Equal(t, ErrMinorVersMismatch, func() Status { r, _ := srv.Compound(1, &CompoundArgs{Minor: 3}); return r.Status }())
}

func TestAShareDenialKeepsOthersOut(t *testing.T) {
	srv := served()
	a, b := join(t, srv, "a", 1), join(t, srv, "b", 2)
	r := a.do(Operation{Op: OpPutRootFH}, Operation{Op: OpOpen, Body: &OpenArgs{ShareAccess: ShareBoth, ShareDeny: ShareBoth,
		Owner: Owner{a.id, []byte("o")}, Name: "f"}})
	require.Equal(t, OK, r.Status)
	st, _ := b.open("f", ShareRead)
	require.Equal(t, ErrShareDenied, st)
	sid := r.Ops[2].Body.(*OpenRes).Stateid
	require.Equal(t, OK, a.on("f", OpClose, &CloseArgs{Stateid: sid}).Status)
	st, _ = b.open("f", ShareRead)
	require.Equal(t, OK, st)
}

func TestADelegationThatIsNotReturnedIsRevokedAfterALease(t *testing.T) {
	srv := served()
	a, b := join(t, srv, "a", 1), join(t, srv, "b", 2)
	_, open := a.open("f", ShareRead)
	require.EqualValues(t, DelegRead, open.Delegation.Type)
	st, _ := b.open("f", ShareWrite)
	require.Equal(t, ErrDelay, st)
	answer(t, srv, b.calls)
	for range 3 {
		srv.FS.Now += 6 * time.Second
		a.do()
		b.do()
		srv.Tick()
	}
	require.Empty(t, srv.Holders())
	st, _ = b.open("f", ShareWrite)
	require.Equal(t, OK, st)
	a.do()
	require.EqualValues(t, SeqRecallableRevoked, a.flags)
	sid := open.Delegation.Stateid
	require.Equal(t, ErrDelegRevoked, a.on("f", OpRead, &ReadArgs{Stateid: sid}).Status)
	require.Equal(t, OK, a.do(Operation{Op: OpFreeStateid, Body: &StateidArgs{sid}}).Status)
	a.do()
	require.Zero(t, a.flags)
}

func TestAClientWhoseLeaseIsOverKeepsItsStateUntilSomebodyWantsIt(t *testing.T) {
	srv := served()
	a, b := join(t, srv, "a", 1), join(t, srv, "b", 2)
	_, open := a.open("f", ShareRead)
	srv.FS.Now += 20 * time.Second
	b.do()
	srv.Tick()
	require.Len(t, srv.Holders(), 1, "courtesy")
	st, _ := b.open("f", ShareWrite)
	require.Equal(t, OK, st, "nobody is asked")
	require.Empty(t, b.calls)
	require.Equal(t, ErrBadSession, a.on("f", OpRead, &ReadArgs{Stateid: open.Stateid}).Status)
}

func TestAfterARestartStateIsReclaimedAndOthersWait(t *testing.T) {
	srv := served()
	a, b := join(t, srv, "a", 1), join(t, srv, "b", 2)
	a.open("f", ShareWrite)
	fh, _ := srv.FS.Find(srv.FS.Root(), "f")
	srv.Restart()
	require.Equal(t, ErrBadSession, a.do().Status)
	a.introduce()
	b.introduce()
	st, _ := b.open("g", ShareRead)
	require.Equal(t, ErrGrace, st)
	reclaim := func(u *user) Status {
		return u.do(Operation{Op: OpPutFH, Body: &FHBody{FH(fh)}}, Operation{Op: OpOpen,
			Body: &OpenArgs{ShareAccess: ShareWrite, Owner: Owner{u.id, []byte("owner")}, Claim: ClaimPrevious}}).Status
	}
	require.Equal(t, ErrReclaimBad, reclaim(b), "b had nothing")
	require.Equal(t, OK, reclaim(a))
	done := Operation{Op: OpReclaimComplete, Body: &ReclaimCompleteArgs{}}
	require.Equal(t, OK, b.do(done).Status)
	st, _ = b.open("g", ShareRead)
	require.Equal(t, ErrGrace, st, "a is not done")
	require.Equal(t, OK, a.do(done).Status)
	require.Equal(t, ErrCompleteAlready, a.do(done).Status)
	require.Equal(t, ErrNoGrace, reclaim(a))
	st, _ = b.open("g", ShareRead)
	require.Equal(t, OK, st)
}

func TestALockInTheWayIsNamedAndItsEndIsTold(t *testing.T) {
	srv := served()
	srv.Delegations = false
	a, b := join(t, srv, "a", 1), join(t, srv, "b", 2)
	lock := func(u *user, typ uint32, off uint64) Operation {
		_, open := u.open("f", ShareBoth)
		return u.on("f", OpLock, &LockArgs{Type: typ, Offset: off, Length: 10, NewOwner: true, OpenStateid: open.Stateid, Owner: Owner{u.id, []byte("p")}})
	}
	mine := lock(a, 2, 0)
	require.Equal(t, OK, mine.Status)
	require.Equal(t, OK, lock(b, 4, 10).Status, "behind it")
	theirs := lock(b, 4, 5)
	require.Equal(t, ErrDenied, theirs.Status)
	require.Equal(t, Denied{0, 10, 2, Owner{a.id, []byte("p")}}, theirs.Body.(*LockRes).Denied)
	a.calls = nil
	un := a.on("f", OpLocku, &LockuArgs{Type: 2, Stateid: mine.Body.(*LockRes).Stateid, Offset: 0, Length: 6})
	require.Equal(t, OK, un.Status)
	require.Empty(t, a.calls, "bytes 6 to 9 are still locked")
	a.on("f", OpLocku, &LockuArgs{Type: 2, Stateid: un.Body.(*StateidRes).Stateid, Offset: 6, Length: 4})
	require.Len(t, a.calls, 1, "b's own second lock is not in its way")
	require.Equal(t, &CBNotifyLockArgs{mustFind(t, srv, "f"), Owner{b.id, []byte("p")}}, a.calls[0].Op.Body)
	require.Equal(t, b.id, a.calls[0].Client)
	require.Equal(t, OK, lock(b, 4, 5).Status)
}

// Linux keeps one waiting lock for each owner and file (find_blocked_lock).
func TestWhoAsksForALockAgainAndAgainIsToldOnceAndWhoHasItOrIsGoneNotAtAll(t *testing.T) {
	lock := func(u *user, typ uint32) (Status, Stateid) {
		_, open := u.open("f", ShareBoth)
		r := u.on("f", OpLock, &LockArgs{Type: typ, Length: 10, NewOwner: true, OpenStateid: open.Stateid, Owner: Owner{u.id, []byte("p")}})
		if r.Status != OK {
			return r.Status, Stateid{}
		}
		return r.Status, r.Body.(*LockRes).Stateid
	}
	for _, c := range []struct {
		about string
		first func(srv *Server, b *user)
		told  int
	}{
		{"it waits", func(*Server, *user) {}, 1},
		{"its client is gone", func(srv *Server, b *user) { srv.expire(srv.find(b.id)) }, 0},
	} {
		srv := served()
		srv.Delegations = false
		a, b := join(t, srv, "a", 1), join(t, srv, "b", 2)
		_, mine := lock(a, 2)
		for range 3 {
			st, _ := lock(b, 4)
			require.Equal(t, ErrDenied, st)
		}
		f := srv.file(mustFind(t, srv, "f"))
		require.Len(t, f.waiting, 1)
		c.first(srv, b)
		require.Len(t, f.waiting, c.told, c.about)
		a.calls = nil
		require.Equal(t, OK, a.on("f", OpLocku, &LockuArgs{Type: 2, Stateid: mine, Length: 10}).Status)
		require.Len(t, a.calls, c.told, c.about)
	}

	srv := served()
	srv.Delegations = false
	a, b, d := join(t, srv, "a", 1), join(t, srv, "b", 2), join(t, srv, "d", 3)
	_, mine := lock(a, 1)
	st, _ := lock(b, 4)
	require.Equal(t, ErrDenied, st)
	_, other := lock(d, 1)
	st, _ = lock(b, 3)
	require.Equal(t, OK, st, "it has changed its mind, and reads")
	a.calls, d.calls = nil, nil
	a.on("f", OpLocku, &LockuArgs{Type: 1, Stateid: mine, Length: 10})
	d.on("f", OpLocku, &LockuArgs{Type: 1, Stateid: other, Length: 10})
	require.Empty(t, a.calls)
	require.Empty(t, d.calls, "it has what it asked for last")
}

func TestALockThatIsNotNFSv4sIsInTheWayOfItsClientsAndTheirsInItsWay(t *testing.T) {
	srv := served()
	srv.Delegations = false
	held, freed := true, 0
	srv.Others = func(fh string, write bool, first, last uint64) *Denied {
		if !held || last < 5 {
			return nil
		}
		return DeniedBy(true, 5, ^uint64(0))
	}
	srv.Freed = func(fh string) { freed++ }
	a := join(t, srv, "a", 1)
	_, open := a.open("f", ShareBoth)
	lock := func(length uint64) Operation {
		return a.on("f", OpLock, &LockArgs{Type: 4, Length: length, NewOwner: true, OpenStateid: open.Stateid, Owner: Owner{a.id, []byte("p")}})
	}
	fh := string(mustFind(t, srv, "f"))
	require.Equal(t, OK, lock(5).Status, "bytes 0 to 4")
	r := lock(6)
	require.Equal(t, ErrDenied, r.Status)
	require.Equal(t, Denied{Offset: 5, Length: ^uint64(0), Type: 2}, r.Body.(*LockRes).Denied, "whose it is it does not say")
	test := a.on("f", OpLockt, &LocktArgs{Type: 1, Length: 6, Owner: Owner{a.id, []byte("p")}})
	require.Equal(t, ErrDenied, test.Status)
	require.Empty(t, srv.Unlocked(fh), "it is still there")
	held = false
	calls := srv.Unlocked(fh)
	require.Len(t, calls, 1)
	require.Equal(t, Owner{a.id, []byte("p")}, calls[0].Op.Body.(*CBNotifyLockArgs).Owner)
	require.Empty(t, srv.Unlocked(fh))

	d, _ := srv.Locked(fh, false, 4, 9)
	require.Equal(t, &Denied{0, 5, 2, Owner{a.id, []byte("p")}}, d)
	require.EqualValues(t, 4, d.Last())
	d, _ = srv.Locked(fh, true, 5, 9)
	require.Nil(t, d)
	require.Zero(t, freed)
	srv.FS.Now += 2 * srv.Lease
	srv.Tick()
	d, _ = srv.Locked(fh, false, 4, 9)
	require.Nil(t, d, "who is late with his lease loses the lock")
	require.Equal(t, 1, freed)
	require.Nil(t, srv.find(a.id))
}

func TestOneCallbackAtATimeIsUnderWayToAClient(t *testing.T) {
	srv := served()
	a, b := join(t, srv, "a", 1), join(t, srv, "b", 2)
	a.open("f", ShareRead)
	a.open("g", ShareRead)
	b.open("f", ShareWrite)
	b.open("g", ShareWrite)
	require.Len(t, b.calls, 2)
	first, gone := srv.StartCallback(b.calls[0])
	require.False(t, gone)
	require.EqualValues(t, 1, first.Ops[0].Body.(*CBSequenceArgs).Sequence)
	require.EqualValues(t, 1, b.calls[0].Conn, "on the connection that a opened")
	none, gone := srv.StartCallback(b.calls[1])
	require.Nil(t, none)
	require.False(t, gone, "it waits for the slot")
	late := good(first)
	late.Ops[0], late.Status = Operation{Op: OpCBSequence, Status: ErrDelay}, ErrDelay
	require.Equal(t, Next{Again: true, Holds: true, After: 2 * time.Second}, srv.CallbackDone(b.calls[0], late, false))
	first, _ = srv.StartCallback(b.calls[0])
	require.EqualValues(t, 1, first.Ops[0].Body.(*CBSequenceArgs).Sequence, "the same number once more")
	next := srv.CallbackDone(b.calls[0], good(first), false)
	require.Equal(t, []*Callback{b.calls[1]}, next.Ready)
	second, _ := srv.StartCallback(b.calls[1])
	require.EqualValues(t, 2, second.Ops[0].Body.(*CBSequenceArgs).Sequence)
	require.Equal(t, Next{Requeue: true}, srv.CallbackDone(b.calls[1], nil, false), "no reply: it is queued again")
	require.Equal(t, CallbackFault, srv.CallbackStateOf(a.id))
	a.do()
	require.EqualValues(t, SeqBackchannelFault, a.flags)
}

func TestALostConnectionIsReportedUntilAnotherIsBound(t *testing.T) {
	srv := served()
	a := join(t, srv, "a", 1)
	attend(srv, srv.ConnLost(1))
	a.conn = 7
	a.do()
	require.EqualValues(t, SeqCBPathDown, a.flags)
	r := a.alone(OpBindConnToSession, &BindConnBody{Session: a.session, Dir: BindForeOrBoth})
	require.Equal(t, &BindConnBody{Session: a.session, Dir: BindBoth}, r.Ops[0].Body)
	a.do()
	require.Zero(t, a.flags)
	a.open("f", ShareRead)
	_, calls := srv.Recall(mustFind(t, srv, "f"))
	srv.StartCallback(calls[0])
	require.EqualValues(t, 7, calls[0].Conn)
}

func mustFind(t *testing.T, srv *Server, name string) []byte {
	h, s := srv.FS.Find(srv.FS.Root(), name)
	require.Zero(t, s)
	return h
}

func TestALayoutIsRecalledUntilItIsReturned(t *testing.T) {
	srv := served()
	srv.LayoutType, srv.LayoutBody = 4, []byte("body")
	a := join(t, srv, "a", 1)
	_, open := a.open("f", ShareBoth)
	get := &LayoutgetArgs{Type: 4, IOMode: 2, Length: ^uint64(0), Stateid: open.Stateid}
	got := a.on("f", OpLayoutget, get)
	require.Equal(t, OK, got.Status)
	calls := srv.RecallLayouts(mustFind(t, srv, "f"))
	require.Len(t, calls, 1)
	sent, _ := srv.StartCallback(calls[0])
	recall := sent.Ops[1].Body.(*CBLayoutrecallArgs)
	require.Equal(t, got.Body.(*LayoutgetRes).Stateid.Seqid+1, recall.Stateid.Seqid)
	require.Equal(t, Next{Again: true, After: 10 * time.Millisecond}, srv.CallbackDone(calls[0], good(sent), false))
	require.Equal(t, ErrRecallConflict, a.on("f", OpLayoutget, get).Status)
	back := a.on("f", OpLayoutreturn, &LayoutreturnArgs{Type: 4, IOMode: 3, Return: 1, Length: ^uint64(0), Stateid: recall.Stateid})
	require.Equal(t, OK, back.Status)
	sent, _ = srv.StartCallback(calls[0])
	require.Equal(t, Next{}, srv.CallbackDone(calls[0], good(sent), false))
}

// In NFSv4.0 the owner's numbers keep the order, and a probe decides about delegations.
func TestAnOpenOfVersion40ThatComesAgainIsAnsweredAsBefore(t *testing.T) {
	srv := served()
	do := func(ops ...Operation) Operation {
		r, calls := srv.Compound(1, &CompoundArgs{Ops: ops})
		for _, cb := range calls {
			require.True(t, cb.Null)
			srv.CallbackDone(cb, nil, true) // nobody listens there
		}
		return r.Ops[len(r.Ops)-1]
	}
	set := do(Operation{Op: OpSetclientid, Body: &SetclientidArgs{ID: []byte("a"), Verifier: Verifier{1}, CBProgram: CallbackProgram}}).Body.(*SetclientidRes)
	require.Equal(t, OK, do(Operation{Op: OpSetclientidConfirm, Body: &SetclientidConfirmArgs{set.Clientid, set.Confirm}}).Status)
	require.Equal(t, CallbackDown, srv.CallbackStateOf(set.Clientid))
	open := func(seq uint32) Operation {
		return do(Operation{Op: OpPutRootFH}, Operation{Op: OpOpen, Body: &OpenArgs{Seqid: seq, ShareAccess: ShareRead,
			Owner: Owner{set.Clientid, []byte("o")}, Name: "f"}})
	}
	first := open(5)
	res := first.Body.(*OpenRes)
	require.EqualValues(t, OpenConfirm|OpenLocktypePosix, res.Rflags)
	require.Equal(t, first, open(5))
	conf := do(Operation{Op: OpPutFH, Body: &FHBody{mustFind(t, srv, "f")}}, Operation{Op: OpOpenConfirm, Body: &OpenConfirmArgs{res.Stateid, 6}})
	require.Equal(t, OK, conf.Status)
	require.Equal(t, conf, do(Operation{Op: OpPutFH, Body: &FHBody{mustFind(t, srv, "f")}}, Operation{Op: OpOpenConfirm, Body: &OpenConfirmArgs{res.Stateid, 6}}))
	require.Equal(t, ErrBadSeqid, open(9).Status)
	require.EqualValues(t, DelegNone, open(7).Body.(*OpenRes).Delegation.Type)
	require.Equal(t, OK, do(Operation{Op: OpRenew, Body: &ClientidArgs{set.Clientid}}).Status, "it holds no delegation")
	srv.Restart()
	require.Equal(t, ErrStaleClientid, do(Operation{Op: OpRenew, Body: &ClientidArgs{set.Clientid}}).Status)
}

// Whatever three clients do with two files, a delegation is never in force while somebody else has the file open to
// write, every result can be sent, and each recall is made once.
func TestNoDelegationOutlivesAnothersOpenToWrite(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		srv := served()
		users := []*user{join(t, srv, "a", 1), join(t, srv, "b", 2), join(t, srv, "c", 3)}
		recalled := map[Stateid]bool{}
		for range rapid.IntRange(1, 60).Draw(t, "steps") {
			u := rapid.SampledFrom(users).Draw(t, "user")
			name := rapid.SampledFrom([]string{"f", "g"}).Draw(t, "file")
			u.calls = nil
			srv.FS.Now += time.Duration(rapid.IntRange(0, 9).Draw(t, "wait")) * time.Second
			step(t, u, name)
			_, late := srv.Tick()
			for _, cb := range append(late, u.calls...) {
				if r, ok := cb.Op.Body.(*CBRecallArgs); ok {
					require.False(t, recalled[r.Stateid], "recalled once")
					recalled[r.Stateid] = true
				}
			}
			requireExclusive(t, srv)
		}
	})
}

func step(t *rapid.T, u *user, name string) {
	switch rapid.IntRange(0, 5).Draw(t, "what") {
	case 0, 1:
		u.open(name, ShareRead)
	case 2:
		u.open(name, ShareWrite)
	case 3:
		for _, h := range u.srv.Holders() {
			if h.Client == u.id {
				u.do(Operation{Op: OpPutFH, Body: &FHBody{h.FH}}, Operation{Op: OpDelegreturn, Body: &StateidArgs{h.Stateid}})
				return
			}
		}
	case 4:
		u.on(name, OpRemove, &NameArgs{name})
		u.do(Operation{Op: OpPutRootFH}, Operation{Op: OpRemove, Body: &NameArgs{name}})
		u.srv.FS.WriteFile("/"+name, 100)
	case 5:
		if c := u.srv.find(u.id); c != nil && len(c.states) > 0 && c.states[0].kind == opened {
			u.do(Operation{Op: OpPutFH, Body: &FHBody{FH(c.states[0].file.fh)}}, Operation{Op: OpClose, Body: &CloseArgs{Stateid: c.states[0].sid}})
		}
	}
}

func requireExclusive(t *rapid.T, srv *Server) {
	for _, f := range srv.files {
		for _, d := range f.states {
			for _, o := range f.states {
				if d.kind == delegation && o.kind == opened && o.client != d.client && o.access&ShareWrite != 0 {
					t.Fatalf("a delegation of %q is in force while another has it open to write", f.fh)
				}
			}
		}
	}
}
