package nfs4

import (
	"reflect"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"sunscope/core/nfs"
	"sunscope/core/rpcmsg"
	"sunscope/core/time"
	"sunscope/core/xdr"
	"sunscope/tests/capture"
)

// replay has our server answer what a real client asked of a real one. Numbers and handles that the real server chose
// are translated into those that ours chooses, as they appear in results.
type replay struct {
	t     *testing.T
	srv   *Server
	conn  Conn
	left  []exchange
	ids   map[any]any
	calls []*Callback
}

type exchange struct {
	args CompoundArgs
	res  CompoundRes
}

func newReplay(t *testing.T, srv *Server, conn Conn, name string) *replay {
	r := &replay{t: t, srv: srv, conn: conn, ids: map[any]any{}}
	for _, x := range capture.Exchanges(t, "testdata/"+name) {
		if x.Head.Prog != Program || x.Head.Vers != Version || x.Head.Proc != ProcCompound || x.Reply == nil {
			continue
		}
		var e exchange
		d := xdr.NewDecoder(x.Call)
		_, err := rpcmsg.DecodeCall(d)
		require.NoError(t, err)
		e.args.Decode(d)
		d = xdr.NewDecoder(x.Reply)
		if h, _ := rpcmsg.DecodeReply(d); h.Stat != rpcmsg.MsgAccepted || h.Accept != rpcmsg.Success {
			continue
		}
		e.res.Decode(d)
		r.left = append(r.left, e)
	}
	require.NotEmpty(t, r.left)
	return r
}

// key is what of a value has to be translated.
func key(v reflect.Value, name string) any {
	switch x := v.Interface().(type) {
	case FH:
		return "fh " + string(x)
	case SessionID:
		return x
	case [12]byte:
		if x != [12]byte{} {
			return x
		}
	case Verifier:
		if name == "Confirm" {
			return x
		}
	case uint64:
		if name == "Clientid" {
			return x
		}
	}
	return nil
}

// walk visits what has to be translated in a body.
func walk(v reflect.Value, name string, visit func(v reflect.Value, name string)) {
	if !v.IsValid() {
		return
	}
	if key(v, name) != nil {
		visit(v, name)
		return
	}
	switch v.Kind() {
	case reflect.Pointer, reflect.Interface:
		if !v.IsNil() {
			walk(v.Elem(), name, visit)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			walk(v.Field(i), v.Type().Field(i).Name, visit)
		}
	}
}

func (r *replay) learn(theirs, ours Body) {
	var found []reflect.Value
	walk(reflect.ValueOf(ours), "", func(v reflect.Value, _ string) { found = append(found, v) })
	i := 0
	walk(reflect.ValueOf(theirs), "", func(v reflect.Value, name string) {
		if i < len(found) && found[i].Type() == v.Type() {
			r.ids[key(v, name)] = found[i].Interface()
		}
		i++
	})
}

// one replays the next COMPOUND: ours answers with the same operations and statuses.
func (r *replay) one() exchange {
	e := r.left[0]
	r.left = r.left[1:]
	for _, o := range e.args.Ops {
		walk(reflect.ValueOf(o.Body), "", func(v reflect.Value, name string) {
			if to, ok := r.ids[key(v, name)]; ok {
				v.Set(reflect.ValueOf(to))
			}
		})
	}
	r.srv.FS.Now += time.Millisecond
	got, calls := r.srv.Compound(r.conn, &e.args)
	r.calls = append(r.calls, attend(r.srv, calls)...)
	about := summary(e.args.Ops, false)
	require.Len(r.t, got.Ops, len(e.res.Ops), "%s: %v for %v", about, got.Status, e.res.Status)
	for i, o := range got.Ops {
		want := e.res.Ops[i]
		require.Equal(r.t, want.Op, o.Op, about)
		require.Equal(r.t, want.Status, o.Status, "%s: %s", about, o.Op.Name(false))
		r.compare(about, want.Body, o.Body)
		r.learn(want.Body, o.Body)
	}
	return e
}

// compare is for what a client's course depends on.
func (r *replay) compare(about string, want, got Body) {
	switch w := want.(type) {
	case *OpenRes:
		g := got.(*OpenRes)
		require.Equal(r.t, w.Rflags, g.Rflags, about)
		require.Equal(r.t, w.Delegation.Type, g.Delegation.Type, about)
		require.Equal(r.t, w.Stateid.Seqid, g.Stateid.Seqid, about)
	case *StateidRes:
		require.Equal(r.t, w.Stateid.Seqid, got.(*StateidRes).Stateid.Seqid, about)
	case *SequenceRes:
		require.Equal(r.t, w.Flags, got.(*SequenceRes).Flags, about)
		require.Equal(r.t, w.Highest, got.(*SequenceRes).Highest, about)
	case *CreateSessionRes:
		g := got.(*CreateSessionRes)
		require.Equal(r.t, []any{w.Flags, w.Sequence, w.Fore, w.Back}, []any{g.Flags, g.Sequence, g.Fore, g.Back}, about)
	case *ExchangeIDRes:
		require.Equal(r.t, []uint32{w.Flags, w.Sequence}, []uint32{got.(*ExchangeIDRes).Flags, got.(*ExchangeIDRes).Sequence})
	case *AccessRes:
		require.Equal(r.t, w.Supported, got.(*AccessRes).Supported, about)
	case *AttrsRes:
		require.Equal(r.t, links(&w.Attrs), links(&got.(*AttrsRes).Attrs), about)
	case *ReaddirRes:
		require.Equal(r.t, w.EOF, got.(*ReaddirRes).EOF)
		require.Len(r.t, got.(*ReaddirRes).Entries, len(w.Entries))
	}
}

// links is how many names a file has, 0 if nobody asked.
func links(a *Attrs) (n uint64) {
	for i := range a.Vals {
		if v := &a.Vals[i]; v.Bit == AttrNumlinks {
			n = v.N
		}
	}
	return n
}

// until replays as long as stop, of the next COMPOUND, says no.
func (r *replay) until(stop func(*exchange) bool) {
	for len(r.left) > 0 && !stop(&r.left[0]) {
		r.one()
	}
}

func has(op Op) func(*exchange) bool {
	return func(e *exchange) bool {
		for _, o := range e.args.Ops {
			if o.Op == op {
				return true
			}
		}
		return false
	}
}

func never(*exchange) bool { return false }

// look plays the work queue: it finds the way to the client, if that is due.
func look(srv *Server, cb *Callback) {
	if w, due := srv.UpdateCallback(cb); due {
		srv.CallbackWay(cb, w.Found)
	}
}

// attend plays the work queue for probes of clients with sessions, and leaves the rest.
func attend(srv *Server, all []*Callback) (rest []*Callback) {
	for _, cb := range all {
		if !cb.Null || cb.Minor == 0 {
			rest = append(rest, cb)
			continue
		}
		look(srv, cb)
		srv.StartCallback(cb)
	}
	return rest
}

// answer plays the transport and a client that is well: callbacks are started, and answered with OK.
func answer(t *testing.T, srv *Server, all []*Callback) (sent []*CompoundArgs) {
	for _, cb := range all {
		look(srv, cb)
		a, gone := srv.StartCallback(cb)
		require.False(t, gone)
		require.NotNil(t, a)
		sent = append(sent, a)
		srv.CallbackDone(cb, good(a), false)
	}
	return sent
}

// good is the answer of a client that does everything.
func good(a *CompoundArgs) *CompoundRes {
	res := &CompoundRes{Callback: true}
	for _, o := range a.Ops {
		done := Operation{Op: o.Op}
		if q, ok := o.Body.(*CBSequenceArgs); ok {
			done.Body = &CBSequenceRes{Session: q.Session, Sequence: q.Sequence, Slot: q.Slot, Highest: 15, Target: 15}
		}
		res.Ops = append(res.Ops, done)
	}
	return res
}

func lab() *Server {
	fs := nfs.NewFS()
	srv := NewServer(fs)
	srv.Lease = 15 * time.Second
	srv.FS.Now = time.Minute
	srv.Name = "nfslab"
	return srv
}

func TestOurServerAnswersARecordedMountAsTheKernelsDid(t *testing.T) {
	srv := lab()
	r := newReplay(t, srv, 1, "03-v41-mount-basic-srvA.pcap.gz")
	r.until(never)
	require.Empty(t, r.calls)
	require.Empty(t, srv.clients, "the client has taken its leave")
}

// Recordings 04 and 05: A reads a file and is given a delegation; B opens it to write, is told to come again, and A is
// called back; A returns the delegation, and gets none when it opens the file again; B writes.
func TestOurServerRecallsADelegationWhereTheKernelsDid(t *testing.T) {
	for _, name := range []string{"04-v41-deleg-recall", "05-v40-callback"} {
		t.Run(name, func(t *testing.T) {
			srv := lab()
			srv.FS.WriteFile("/f04.1", 11)
			a := newReplay(t, srv, 1, name+"-srvA.pcap.gz")
			b := newReplay(t, srv, 2, name+"-srvB.pcap.gz")
			a.until(func(e *exchange) bool { answer(t, srv, a.calls); a.calls = nil; return has(OpDelegreturn)(e) })
			b.until(func(e *exchange) bool { return e.res.Status == ErrDelay })
			require.Len(t, srv.Holders(), 1)
			answer(t, srv, b.calls)
			b.calls = nil
			b.one()
			require.Len(t, b.calls, 1, "A is called back once")
			sent := answer(t, srv, b.calls)
			recall := sent[0].Ops[len(sent[0].Ops)-1].Body.(*CBRecallArgs)
			require.Equal(t, srv.Holders()[0].Stateid, recall.Stateid)
			require.Equal(t, Held{a.srv.Holders()[0].Client, recall.Stateid, recall.FH, false, true}, srv.Holders()[0])
			a.one()
			require.Empty(t, srv.Holders())
			b.until(func(e *exchange) bool { return has(OpDestroySession)(e) || has(OpSetclientid)(e) })
			a.until(never)
			b.until(never)
		})
	}
}

// 26 has little but slots to offer, 08b is answered as long as packets arrive.
func TestOurServerHandsOutSlotsAsTheKernelsDid(t *testing.T) {
	for name, atLeast := range map[string]int{"26-v41-session-slots": 120, "08b-v41-soft-hang": 40} {
		r := newReplay(t, lab(), 1, name+"-srvA.pcap.gz")
		require.GreaterOrEqual(t, len(r.left), atLeast)
		r.until(never)
	}
}

// Recording 12: the server restarts while a client writes under locks; the client finds its session gone, introduces
// itself again, reclaims opens, locks and delegations, and goes on.
func TestOurServerRestartsAsTheKernelsDid(t *testing.T) {
	srv := lab()
	r := newReplay(t, srv, 1, "12-server-restart-srvA.pcap.gz")
	r.until(func(e *exchange) bool { return e.res.Status == ErrBadSession })
	require.NotEmpty(t, r.left)
	srv.Restart()
	r.until(never)
	require.Empty(t, srv.clients)
}

// Recording 30: forty files are made, listed and removed; one is renamed, gets a symbolic link and a second name, is
// read, cut and given other rights. (The client need not read the link that it has just made.)
func TestOurServerMakesLinksAndRemovesNamesAsTheKernelsDid(t *testing.T) {
	srv := lab()
	r := newReplay(t, srv, 1, "30-metadata-mix-srvA.pcap.gz")
	for _, op := range []Op{OpLink, OpCreate, OpRename} {
		require.True(t, slices.ContainsFunc(r.left, func(e exchange) bool { return has(op)(&e) }), op.Name(false))
	}
	r.until(never)
	require.Empty(t, srv.clients)
}
