package world

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"sunscope/core/nfs4"
	"sunscope/core/rpcmsg"
	"sunscope/core/sunrpc"
	"sunscope/core/time"
	"sunscope/core/trace"
	"sunscope/core/wire"
	"sunscope/core/xdr"
)

// compound is COMPOUND as a test calls it, without the client's machinery.
var compound = sunrpc.Proc{
	Num: nfs4.ProcCompound, Name: "COMPOUND", ArgLen: 256, ReplyLen: 256,
	Encode: func(e *xdr.Encoder, args any) wire.Errno {
		args.(*nfs4.CompoundArgs).Encode(e)
		return wire.OK
	},
	Decode: func(d *xdr.Decoder, res any) int32 {
		r := res.(*nfs4.CompoundRes)
		r.Decode(d)
		return r.Result()
	},
}

// args4 are those of a client of NFSv4 that does not ping.
func (l *rig) args4() *sunrpc.CreateArgs {
	a := l.args()
	a.Vers = nfs4.Version
	return a
}

func message4(minor uint32, ops ...nfs4.Operation) (sunrpc.Message, *nfs4.CompoundRes) {
	res := new(nfs4.CompoundRes)
	return sunrpc.Message{Proc: &compound, Args: &nfs4.CompoundArgs{Minor: minor, Ops: ops}, Res: res}, res
}

func TestNFSDServesNFSv4BesideNFSv3(t *testing.T) {
	l := newRig(t)
	root, res := message4(0, nfs4.Operation{Op: nfs4.OpPutRootFH}, nfs4.Operation{Op: nfs4.OpLookup, Body: &nfs4.NameArgs{Name: "file1"}}, nfs4.Operation{Op: nfs4.OpGetFH})
	_, ends := l.call(l.args4(), 0, root)
	l.finish(time.Second)
	require.True(t, ends[0].over)
	require.Equal(t, nfs4.OK, res.Status)
	require.Equal(t, nfs4.FH(l.fs.Handle(export+"/file1")), res.Ops[2].Body.(*nfs4.FHBody).FH, "the export is the root")
	require.Equal(t, "nfsd", l.processed("service"))
	require.Equal(t, "COMPOUND", l.processed("proc"))
}

// processed is what svc_process said of the last call.
func (l *rig) processed(field string) (text string) {
	l.each(func(e *trace.Event) {
		if e.Kind == trace.SvcProcess {
			text = e.Text(l.log, field)
		}
	})
	return text
}

func TestAHeaderThatMakesNoSenseIsGarbageAndAnOperationThatDoesNotIsBadXDR(t *testing.T) {
	l := newRig(t)
	raw := func(b ...uint32) sunrpc.Message {
		p := compound
		p.Encode = func(e *xdr.Encoder, _ any) wire.Errno {
			for _, w := range b {
				e.Uint32(w)
			}
			return wire.OK
		}
		return sunrpc.Message{Proc: &p, Res: new(nfs4.CompoundRes)}
	}
	bad := raw(0, 0, 1, uint32(nfs4.OpPutFH), 1<<30)
	_, ends := l.call(l.args4(), 0, raw(1<<31), bad)
	l.finish(time.Minute)
	require.Equal(t, int32(wire.EIO), ends[0].status, "GARBAGE_ARGS, three times")
	require.Equal(t, nfs4.ErrBadXDR, bad.Res.(*nfs4.CompoundRes).Status)
}

// session4 is a client of NFSv4.1 in a test's hands: an RPC client, a session, and who answers callbacks.
type session4 struct {
	l       *rig
	c       *sunrpc.Client
	id      uint64
	session nfs4.SessionID
	seq     uint32
	back    nfs4.CallbackSession
	heard   []nfs4.Operation // what it was called with, besides CB_SEQUENCE
	answer  nfs4.Status      // what it says to that
}

// join makes the client, with a back channel, and lets then go on when there is a session.
func (l *rig) join(name string, then func(*session4) sunrpc.Step) *session4 {
	s := &session4{l: l}
	l.running++ // somebody is there
	l.do(func() sunrpc.Step {
		return l.k.Create(l.args4(), func(c *sunrpc.Client, _ int32) sunrpc.Step {
			s.c = c
			srv := l.k.NewServer([]*sunrpc.Service{s.service()})
			srv.Start([]*sunrpc.Thread{&l.client.spawn("NFSv4 callback").Thread})
			require.Equal(l.t, wire.OK, c.SetupBackchannel(sunrpc.BCPool, srv, 1))
			return s.introduce(name, func() sunrpc.Step { return then(s) })
		})
	})
	return s
}

func (s *session4) service() *sunrpc.Service {
	service := cbService()
	callbacks := &nfs4.CallbackService{
		Find: func(id nfs4.SessionID) *nfs4.CallbackSession {
			if id == s.back.ID {
				return &s.back
			}
			return nil
		},
		InFlight: func(nfs4.SessionID, nfs4.ReferringCall) bool { return false },
		Do: func(o *nfs4.Operation, _ int) (nfs4.Status, nfs4.Body) {
			s.heard = append(s.heard, *o)
			return s.answer, nil
		},
	}
	service.Serve = func(proc uint32, args *xdr.Decoder, res *xdr.Encoder) (rpcmsg.AcceptStat, int) {
		if proc == nfs4.ProcCompound {
			a := nfs4.CompoundArgs{Callback: true}
			a.Decode(args)
			r, _ := callbacks.Compound(&a, false)
			r.Encode(res)
		}
		return rpcmsg.Success, 0
	}
	return service
}

// ask makes a COMPOUND, with SEQUENCE in front once there is a session.
func (s *session4) ask(then func(*nfs4.CompoundRes) sunrpc.Step, ops ...nfs4.Operation) sunrpc.Step {
	if s.session != (nfs4.SessionID{}) {
		s.seq++
		ops = append([]nfs4.Operation{{Op: nfs4.OpSequence, Body: &nfs4.SequenceArgs{Session: s.session, Sequence: s.seq}}}, ops...)
	}
	m, res := message4(1, ops...)
	return s.l.k.CallSync(s.c, m, 0, func(int32) sunrpc.Step { return then(res) })
}

func (s *session4) introduce(name string, then func() sunrpc.Step) sunrpc.Step {
	return s.ask(func(r *nfs4.CompoundRes) sunrpc.Step {
		x := r.Ops[0].Body.(*nfs4.ExchangeIDRes)
		s.id = x.Clientid
		attrs := nfs4.ChannelAttrs{MaxRequest: 1 << 20, MaxResponse: 1 << 20, MaxCached: 4096, MaxOps: 8, MaxReqs: 16}
		create := &nfs4.CreateSessionArgs{Clientid: x.Clientid, Sequence: x.Sequence, Flags: nfs4.SessionBackChan, Fore: attrs, Back: attrs, CBProgram: nfs4.CallbackProgram}
		return s.ask(func(r *nfs4.CompoundRes) sunrpc.Step {
			res := r.Ops[0].Body.(*nfs4.CreateSessionRes)
			s.session = res.Session
			s.back = nfs4.CallbackSession{ID: res.Session, BackChan: true, Slots: make([]nfs4.CallbackSlot, res.Back.MaxReqs)}
			return s.ask(func(*nfs4.CompoundRes) sunrpc.Step { return then() }, nfs4.Operation{Op: nfs4.OpReclaimComplete, Body: &nfs4.ReclaimCompleteArgs{}})
		}, nfs4.Operation{Op: nfs4.OpCreateSession, Body: create})
	}, nfs4.Operation{Op: nfs4.OpExchangeID, Body: &nfs4.ExchangeIDArgs{Owner: []byte(name), Verifier: nfs4.Verifier{1}}})
}

// open opens file1, and hands on its handle and what came of it.
func (s *session4) open(access uint32, then func(nfs4.FH, nfs4.Status, *nfs4.OpenRes) sunrpc.Step) sunrpc.Step {
	return s.ask(func(r *nfs4.CompoundRes) sunrpc.Step {
		if r.Status != nfs4.OK {
			return then(nil, r.Status, nil)
		}
		return then(r.Ops[3].Body.(*nfs4.FHBody).FH, r.Status, r.Ops[2].Body.(*nfs4.OpenRes))
	}, nfs4.Operation{Op: nfs4.OpPutRootFH},
		nfs4.Operation{Op: nfs4.OpOpen, Body: &nfs4.OpenArgs{ShareAccess: access, Owner: nfs4.Owner{Clientid: s.id, Owner: []byte("o")}, Name: "file1"}},
		nfs4.Operation{Op: nfs4.OpGetFH})
}

// notes are what nfsd's tracepoints have said: events without their prefix, with what follows the client.
func (l *rig) notes() (all []string) {
	l.each(func(e *trace.Event) {
		name := e.Text(l.log, "event")
		if e.Kind != trace.Note || !strings.HasPrefix(name, "nfsd_cb_") {
			return
		}
		text := e.Text(l.log, "text")
		if i := strings.Index(text, "client "); i >= 0 {
			text = text[i+len("client 00000000:00000000"):]
		}
		all = append(all, strings.TrimPrefix(name, "nfsd_cb_")+text)
	})
	return all
}

func TestS15ADelegationIsRecalledOverTheClientsOwnConnection(t *testing.T) {
	l := newRig(t)
	s := l.join("a", func(s *session4) sunrpc.Step {
		return s.open(nfs4.ShareRead, func(fh nfs4.FH, _ nfs4.Status, r *nfs4.OpenRes) sunrpc.Step {
			require.EqualValues(t, nfs4.DelegRead, r.Delegation.Type)
			return l.end()
		})
	})
	l.server.At(time.Second, func() { l.nfsd.v4.Recall(l.fs.Handle(export + "/file1")) })
	l.finish(2 * time.Second)
	require.Len(t, s.heard, 1)
	require.Equal(t, l.nfsd.v4.V4.Holders()[0].Stateid, s.heard[0].Body.(*nfs4.CBRecallArgs).Stateid)
	require.Equal(t, []string{"probe state=UNKNOWN", "setup proto=tcp flavor=sys", "state state=UP",
		"recall stateid 00000002:00000001", "recall_done stateid 00000002:00000001 status=0"}, l.notes())
	l.requireWalk(2, 1, "rpc_prepare_task → "+begins+" → "+sends+hears+" → "+ends)
	require.Equal(t, bcReply, l.bcWalk(1))
}

// held is a client that reads file1 and has a delegation of it.
func (l *rig) held() *session4 {
	return l.join("a", func(s *session4) sunrpc.Step {
		return s.open(nfs4.ShareRead, func(fh nfs4.FH, _ nfs4.Status, r *nfs4.OpenRes) sunrpc.Step {
			require.EqualValues(l.t, nfs4.DelegRead, r.Delegation.Type)
			return l.end()
		})
	})
}

func (l *rig) recall(at time.Duration) {
	l.server.At(at, func() { l.nfsd.v4.Recall(l.fs.Handle(export + "/file1")) })
}

func TestAClientThatPutsARecallOffIsAskedAgainAfterTwoSeconds(t *testing.T) {
	l := newRig(t)
	s := l.held()
	s.answer = nfs4.ErrDelay
	l.recall(time.Second)
	l.at(4*time.Second, func() { s.answer = nfs4.OK })
	l.finish(20 * time.Second)
	require.Len(t, s.heard, 3)
	notes := l.notes()
	require.Equal(t, []string{"recall_done stateid 00000002:00000001 status=-10008", "recall_done stateid 00000002:00000001 status=-10008",
		"recall_done stateid 00000002:00000001 status=0"}, notes[len(notes)-3:])
	require.EqualValues(t, 3, s.back.Slots[0].Seq, "each attempt is a call of its own")
}

func TestALostConnectionIsTheEndOfTheWayToAClient(t *testing.T) {
	l := newRig(t)
	l.held()
	l.at(time.Second, l.net.Drop)
	l.recall(time.Second)
	l.at(2*time.Second, func() { l.net.Restore(); l.net.Abort(l.args().Server) })
	l.finish(10 * time.Second)
	require.Equal(t, []string{"probe state=UNKNOWN", "setup proto=tcp flavor=sys", "state state=UP", "recall stateid 00000002:00000001",
		"lost state=UP", "probe state=UP", "state state=UNKNOWN", "state state=FAULT", "state state=DOWN"}, l.notes()[:9])
	require.Len(t, l.nfsd.v4.V4.Holders(), 1, "nobody has given it back, and nobody has taken it yet")
	l.finish(2 * 91 * time.Second)
	require.Empty(t, l.nfsd.v4.V4.Holders(), "it was revoked after a lease")
}

func TestACallbackThatIsNotAnsweredPutsTheWayInDoubt(t *testing.T) {
	l := newRig(t)
	s := l.held()
	l.at(time.Second, l.net.Drop)
	l.recall(time.Second)
	l.at(15*time.Second, l.net.Restore)
	l.finish(60 * time.Second)
	require.Contains(t, l.notes(), "state state=FAULT")
	require.NotEmpty(t, s.heard, "it was made again, as often as needed")
}

func TestAClientOfNFSv40IsProbedOverAConnectionOfTheServersOwn(t *testing.T) {
	l := newRig(t)
	var heard []nfs4.Operation
	service := cbService()
	service.Serve = func(proc uint32, args *xdr.Decoder, res *xdr.Encoder) (rpcmsg.AcceptStat, int) {
		if proc == nfs4.ProcCompound {
			a := nfs4.CompoundArgs{Callback: true}
			a.Decode(args)
			require.EqualValues(t, 7, a.Ident)
			heard = a.Ops
			r := nfs4.CompoundRes{Callback: true, Ops: []nfs4.Operation{{Op: a.Ops[0].Op}}}
			r.Encode(res)
		}
		return rpcmsg.Success, 0
	}
	_, errno := l.k.Serve([]*sunrpc.Service{service}, 40257, []*sunrpc.Thread{&l.client.spawn("NFSv4 callback").Thread})
	require.Zero(t, errno)
	introduce, res := message4(0, nfs4.Operation{Op: nfs4.OpSetclientid, Body: &nfs4.SetclientidArgs{
		ID: []byte("a"), CBProgram: nfs4.CallbackProgram, Addr: nfs4.NetAddr{Netid: "tcp", Addr: l.sc.Client.Addr + ".157.65"}, Ident: 7}})
	confirm := new(nfs4.SetclientidConfirmArgs)
	openRes := new(nfs4.CompoundRes)
	l.do(func() sunrpc.Step {
		return l.k.Create(l.args4(), func(c *sunrpc.Client, _ int32) sunrpc.Step {
			return l.k.CallSync(c, introduce, 0, func(int32) sunrpc.Step {
				r := res.Ops[0].Body.(*nfs4.SetclientidRes)
				confirm.Clientid, confirm.Confirm = r.Clientid, r.Confirm
				m, _ := message4(0, nfs4.Operation{Op: nfs4.OpSetclientidConfirm, Body: confirm})
				return l.k.CallSync(c, m, 0, func(int32) sunrpc.Step { return l.open40(c, confirm.Clientid, openRes) })
			})
		})
	})
	l.running++
	l.recall(2 * time.Second)
	l.finish(3 * time.Second)
	require.EqualValues(t, nfs4.DelegRead, openRes.Ops[1].Body.(*nfs4.OpenRes).Delegation.Type)
	require.Len(t, heard, 1)
	require.Equal(t, nfs4.Op(nfs4.OpCBRecall), heard[0].Op)
	require.Equal(t, []string{"args prog=1073741824 ident=7", "probe state=UNKNOWN", "setup proto=tcp flavor=sys", "state state=UP",
		"recall stateid 00000002:00000001", "recall_done stateid 00000002:00000001 status=0"}, l.notes())
}

// open40 opens file1 twice with an owner of NFSv4.0: once to confirm it, and once more for the delegation.
func (l *rig) open40(c *sunrpc.Client, id uint64, res *nfs4.CompoundRes) sunrpc.Step {
	open := func(seq uint32) nfs4.Operation {
		return nfs4.Operation{Op: nfs4.OpOpen, Body: &nfs4.OpenArgs{Seqid: seq, ShareAccess: nfs4.ShareRead, Owner: nfs4.Owner{Clientid: id, Owner: []byte("o")}, Name: "file1"}}
	}
	first, r := message4(0, nfs4.Operation{Op: nfs4.OpPutRootFH}, open(1), nfs4.Operation{Op: nfs4.OpGetFH})
	return l.k.CallSync(c, first, 0, func(int32) sunrpc.Step {
		confirm, _ := message4(0, nfs4.Operation{Op: nfs4.OpPutFH, Body: r.Ops[2].Body},
			nfs4.Operation{Op: nfs4.OpOpenConfirm, Body: &nfs4.OpenConfirmArgs{Stateid: r.Ops[1].Body.(*nfs4.OpenRes).Stateid, Seqid: 2}})
		return l.k.CallSync(c, confirm, 0, func(int32) sunrpc.Step {
			second, _ := message4(0, nfs4.Operation{Op: nfs4.OpPutRootFH}, open(3))
			second.Res = res
			return l.k.CallSync(c, second, 0, func(int32) sunrpc.Step { return l.end() })
		})
	})
}

// What is done in NFSv4.0 without an owner's sequence number is guarded by the cache of replies alone.
func TestARemoveOfNFSv40WhoseReplyIsLostIsNotDoneTwice(t *testing.T) {
	l := svcRig(t)
	l.once(trace.SvcXDRSendto, func() { l.at(l.now, func() { l.net.Abort(l.args().Server) }) })
	l.fs.WriteFile(export+"/x", 1)
	a := l.args4()
	a.Hard, a.ReusePort = true, true
	look, _ := message4(0, nfs4.Operation{Op: nfs4.OpPutRootFH}, nfs4.Operation{Op: nfs4.OpGetFH})
	remove, res := message4(0, nfs4.Operation{Op: nfs4.OpPutRootFH}, nfs4.Operation{Op: nfs4.OpRemove, Body: &nfs4.NameArgs{Name: "x"}})
	_, e := l.call(a, 0, remove, look)
	l.finish(time.Minute)
	require.True(t, e[0].over)
	require.True(t, e[1].over)
	require.Equal(t, nfs4.OK, res.Status, "the reply from the cache")
	require.Equal(t, sunrpc.ReplyCache{Hits: 1, Misses: 1, NoCache: 2}, l.nfsd.srv.RC, "what only looks is not kept")
}

// A client of NFSv4 sends a call once on a connection, so it would wait for ever if a copy were dropped in silence.
func TestACallOfNFSv40ThatIsBeingDoneEndsTheConnectionItComesAgainOn(t *testing.T) {
	l := svcRig(t)
	l.nfsd.srv.Faults.Slow = 5 * time.Second
	l.fs.WriteFile(export+"/x", 1)
	l.once(trace.SvcProcess, func() { l.at(l.now+time.Millisecond, func() { l.net.Abort(l.args().Server) }) })
	a := l.args4()
	a.Hard, a.ReusePort = true, true
	remove, res := message4(0, nfs4.Operation{Op: nfs4.OpPutRootFH}, nfs4.Operation{Op: nfs4.OpRemove, Body: &nfs4.NameArgs{Name: "x"}})
	_, e := l.call(a, 0, remove)
	l.finish(2 * time.Minute)
	require.True(t, e[0].over)
	require.Equal(t, nfs4.OK, res.Status)
	require.Positive(t, l.count(trace.SvcDrop))
	require.Equal(t, 1, l.nfsd.srv.RC.Misses, "it was done once")
}
