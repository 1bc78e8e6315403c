package world

import (
	"bufio"
	"bytes"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"sunscope/core/fsm"
	"sunscope/core/nfs"
	"sunscope/core/rpcmsg"
	"sunscope/core/scenario/yaml"
	"sunscope/core/sunrpc"
	"sunscope/core/time"
	"sunscope/core/trace"
	"sunscope/core/wire"
)

// An edgeCase is something that happens to calls, and the edges of the map that tasks take then.
type edgeCase struct {
	what  string
	edges string // that it is for; it takes others too
	run   func(testing.TB) map[string]int
}

// by spells out the edges id and those that a major timeout makes of it.
func by(id string, ps ...patience) string {
	var b strings.Builder
	for _, p := range ps {
		b.WriteString(id)
		if p.name != "" {
			b.WriteString("." + p.name)
		}
		b.WriteString(" ")
	}
	return b.String()
}

func edgeCases() []edgeCase {
	var cases []edgeCase
	add := func(what, edges string, run func(testing.TB) map[string]int) {
		cases = append(cases, edgeCase{what, edges, run})
	}
	bind := func(err wire.Errno, id string, m sunrpc.Message, ps ...patience) {
		add("rpcbind's answer is "+fsm.StatusText(int32(err)), by("call_bind_status."+id, ps...), patiently(func(l *edgeRig, p patience) {
			l.late()
			l.k.Inject(sunrpc.Getport, err, 100, 1)
			l.one(p, func(a *sunrpc.CreateArgs) { unbound(a); a.Timeout = &short }, m, 0)
		}, ps...))
	}
	bind(wire.ENOMEM, "nomem", noop(0), all...)
	bind(wire.EACCES, "unregistered", noop(0), all...)
	bind(wire.EPROTONOSUP, "again", noop(0), all...)
	bind(wire.EHOSTUNREACH, "unreachable", noop(0), unlessSC...)
	bind(wire.EHOSTUNREACH, "unreachable.fail", noop(0), noSC)
	bind(wire.EACCES, "ping", sunrpc.Message{Proc: nfs.Null()}, hard)
	bind(wire.EPFNOSUP, "noversion", noop(0), hard)
	bind(wire.EIO, "fail", noop(0), hard)

	connect := func(err wire.Errno, id string, ps ...patience) {
		add("connecting fails with "+fsm.StatusText(int32(err)), by("call_connect_status."+id, ps...), patiently(func(l *edgeRig, p patience) {
			l.net.Drop()
			l.one(p, func(a *sunrpc.CreateArgs) { a.AutoBind, a.Timeout = id == "rebind", &short }, noop(0), 0)
			l.at(inTime(0), func() { l.x.Error(err) })
		}, ps...))
	}
	connect(wire.ECONNREFUSED, "rebind", unlessSC...)
	connect(wire.ECONNREFUSED, "refused", unlessSC...)
	connect(wire.EHOSTUNREACH, "lost", unlessSC...)
	connect(wire.EADDRINUSE, "again", all...)
	connect(wire.ENOBUFS, "nobufs", all...)
	connect(wire.ECONNREFUSED, "refused.fail", noSC)
	connect(wire.EHOSTUNREACH, "lost.fail", noSC)
	connect(wire.ENFILE, "fail", hard)

	send := func(err wire.Errno, id string, ps ...patience) {
		add("sending fails with "+fsm.StatusText(int32(err)), by("call_transmit_status."+id, ps...), patiently(func(l *edgeRig, p patience) {
			l.again(p, nil, func() {
				l.late()
				l.k.Inject(sunrpc.Sendmsg, err, 100, 1)
				if p.softConn {
					l.moment = func(e *trace.Event) {
						if e.Kind == trace.XprtTransmit && e.Int("status") < 0 {
							l.moment = nil
							l.at(l.now, l.fin)
						}
					}
				}
			}, noop(0), 0)
		}, ps...))
	}
	send(wire.EBADMSG, "encode", all...)
	send(wire.ENOBUFS, "nomem", all...)
	send(wire.EAGAIN, "resend", all...)
	send(wire.EPERM, "unreachable", all...)
	send(wire.ECONNREFUSED, "refused", unlessSC...)
	send(wire.ECONNREFUSED, "refused.fail", noSC)
	send(wire.EPIPE, "lost", all...)
	send(wire.EMSGSIZE, "other", all...)

	wait := func(err wire.Errno, id string, ps ...patience) {
		add("the wait for a reply ends with "+fsm.StatusText(int32(err)), by("call_status."+id, ps...), patiently(func(l *edgeRig, p patience) {
			l.again(p, nil, func() { l.p.answer = never }, noop(0), 0)
			l.at(inTime(time.Second), func() {
				l.x.Error(err)
				if p.softConn {
					l.after["call_transmit_status"] = nil
					l.fin()
				}
			})
		}, ps...))
	}
	wait(wire.EADDRINUSE, "addrinuse", all...)
	wait(wire.ENFILE, "nomem", all...)
	wait(wire.EHOSTUNREACH, "unreachable", unlessSC...)
	wait(wire.EHOSTUNREACH, "unreachable.fail", noSC)
	wait(wire.EPIPE, "again", all...)
	wait(wire.EIO, "fail", hard)

	add("a reply makes no sense", by("call_decode.again", all...), patiently(func(l *edgeRig, p patience) {
		l.again(p, nil, func() {
			l.p.answer = func(_ int, xid uint32) [][]byte {
				l.sim.At(inTime(time.Second), func() {
					_, _ = l.p.conns[0].Send(record(garbageArgs(xid)))
					l.p.answer = always(func(xid uint32) []byte { return record(success(xid)) })
				})
				return nil
			}
			if p.softConn {
				l.after["call_status"] = l.fin
			}
		}, noop(0), 0)
	}, all...))
	signal := func(state, id string, ready func(*edgeRig), ops *sunrpc.CallOps) {
		add("a signal comes while a task runs "+state, id, plainly(func(l *edgeRig) {
			if ready != nil {
				ready(l)
			}
			l.after[state] = func() { l.c.KillAll() }
			l.hooked(unbound, ops)
		}))
	}
	for _, s := range []fsm.State{fsm.RPCPrepareTask, fsm.CallStart, fsm.CallReserve, fsm.CallReserveResult, fsm.CallRefresh,
		fsm.CallRefreshResult, fsm.CallAllocate, fsm.CallEncode, fsm.CallBind, fsm.CallBindStatus, fsm.CallConnect,
		fsm.CallConnectStatus, fsm.CallTransmit, fsm.CallTransmitStatus, fsm.CallStatus} {
		signal(s.String(), s.String()+".killed", nil, &sunrpc.CallOps{})
	}
	signal("call_retry_reserve", "call_retry_reserve.killed", func(l *edgeRig) { l.k.Inject(sunrpc.AllocSlot, wire.ENOMEM, 100, 1) }, &sunrpc.CallOps{})
	signal("call_decode", "call_decode.killed", func(l *edgeRig) { l.answers(garbageArgs) }, &sunrpc.CallOps{})
	signal("rpc_exit_task", "rpc_exit_task.killed", nil, once((*sunrpc.Task).Restart))

	add("the caller's prepare hook starts the call, and its done hook starts it again", "rpc_prepare_task.start rpc_exit_task.prepare",
		plainly(func(l *edgeRig) { l.hooked(nil, once((*sunrpc.Task).RestartPrepare)) }))
	add("the done hook restarts the call", "rpc_exit_task.restart", plainly(func(l *edgeRig) { l.hooked(nil, once((*sunrpc.Task).Restart)) }))
	add("the prepare hook ends the call", "rpc_prepare_task.exit",
		plainly(func(l *edgeRig) {
			l.hooked(nil, &sunrpc.CallOps{Prepare: func(t *sunrpc.Task) { t.Exit(int32(wire.EIO)) }})
		}))

	once := func(what, edges string, at sunrpc.Site, err wire.Errno, times int) {
		add(what, edges, plainly(func(l *edgeRig) {
			l.k.Inject(at, err, 100, times)
			l.one(hard, nil, noop(0), 0)
		}))
	}
	once("there is no memory for a slot", "call_reserve.nomem call_reserveresult.nomem call_retry_reserve.got", sunrpc.AllocSlot, wire.ENOMEM, 1)
	once("there is no memory for a slot twice", "call_retry_reserve.nomem", sunrpc.AllocSlot, wire.ENOMEM, 2)
	once("no slot, and no error either", "call_reserveresult.noslot", sunrpc.AllocSlot, wire.OK, 1)
	once("the credential is not found in time", "call_refreshresult.stale", sunrpc.RefreshCred, wire.ETIMEDOUT, 1)
	once("the credential stays out of date", "call_refreshresult.stale.fail", sunrpc.RefreshCred, wire.OK, 3)
	once("the key has expired", "call_refreshresult.again", sunrpc.RefreshCred, wire.EKEYEXPIRED, 1)
	once("the key stays expired", "call_refreshresult.expired", sunrpc.RefreshCred, wire.EKEYEXPIRED, 3)
	once("the credential is never ready", "call_refreshresult.again.fail", sunrpc.RefreshCred, wire.EAGAIN, 3)
	once("there is no memory for the credential", "call_refreshresult.nomem", sunrpc.RefreshCred, wire.ENOMEM, 1)
	once("nobody has such a credential", "call_refreshresult.fail", sunrpc.RefreshCred, wire.EACCES, 1)
	once("there is no memory for the buffers", "call_allocate.nomem", sunrpc.AllocBuffer, wire.ENOMEM, 1)
	once("the buffers cannot be had", "call_allocate.fail", sunrpc.AllocBuffer, wire.EIO, 1)
	once("there is no memory for encoding", "call_encode.again", sunrpc.WrapCall, wire.ENOMEM, 1)
	once("the key expires while the arguments are wrapped", "call_encode.expired", sunrpc.WrapCall, wire.EKEYEXPIRED, 1)
	once("the arguments do not fit", "call_encode.fail", sunrpc.WrapCall, wire.EMSGSIZE, 1)
	once("the sequence window has passed the call when it is sent", "call_transmit.window", sunrpc.Reencode, wire.EBADMSG, 1)

	add("a call that expects no reply, on a transport without a port", "call_encode.bind.oneway", plainly(func(l *edgeRig) { l.one(hard, unbound, oneway(), 0) }))
	add("a call that expects no reply, on a transport without a connection", "call_encode.connect.oneway", plainly(func(l *edgeRig) { l.one(hard, nil, oneway(), 0) }))
	add("a call that expects no reply", "call_encode.transmit.oneway", plainly(func(l *edgeRig) { l.again(hard, nil, func() {}, oneway(), 0) }))
	add("a NOCONNECT call without a connection", "call_connect.noconnect", plainly(func(l *edgeRig) { l.one(hard, nil, noop(0), trace.NoConnect) }))
	add("the server rejects the credential", "call_decode.rejected", plainly(func(l *edgeRig) {
		l.answers(denied(rpcmsg.AuthRejectedCred))
		l.one(hard, nil, noop(0), 0)
	}))
	add("the server wants a stronger credential", "call_decode.fail", plainly(func(l *edgeRig) {
		l.answers(denied(rpcmsg.AuthTooWeak))
		l.one(hard, nil, noop(0), 0)
	}))
	raceCases(add)
	for _, name := range yaml.Builtins() {
		add("scenario "+name, "", builtinRun(name, 42))
	}
	return cases
}

func TestTheEngineTakesEveryEdgeOfTheMap(t *testing.T) {
	taken := map[string]int{}
	for _, c := range edgeCases() {
		t.Run(c.what, func(t *testing.T) {
			took := c.run(t)
			for _, id := range strings.Fields(c.edges) {
				if took[id] == 0 {
					t.Errorf("no %s; took %v", id, took)
				}
			}
			add(taken, took)
		})
	}
	missing := missingEdges(t)
	require.Empty(t, misjudged(taken, missing))
	require.LessOrEqual(t, len(missing), mostMissing, "the number may only fall")
	t.Logf("%d of %d edges taken, %d are in %s", len(taken), len(fsm.Edges), len(missing), missingFile)
}

// misjudged are the edges that are not listed as missing and are, or the other way round.
func misjudged(taken map[string]int, missing map[string]string) (wrong []string) {
	known := map[string]bool{}
	for i := range fsm.Edges {
		id := fsm.Edges[i].ID
		known[id] = true
		switch why, listed := missing[id]; {
		case listed && taken[id] > 0:
			wrong = append(wrong, id+" is taken: strike it from "+missingFile+" ("+why+")")
		case !listed && taken[id] == 0:
			wrong = append(wrong, id+" is never taken, and is not in "+missingFile)
		}
	}
	for id := range missing {
		if !known[id] {
			wrong = append(wrong, id+" is in "+missingFile+", and the map has no such edge")
		}
	}
	return wrong
}

func TestAListOfMissingEdgesThatIsWrongIsFound(t *testing.T) {
	taken := map[string]int{}
	for i := range fsm.Edges {
		taken[fsm.Edges[i].ID] = 1
	}
	require.Empty(t, misjudged(taken, nil))
	require.Equal(t, []string{"call_start.reserve is taken: strike it from " + missingFile + " (GSS)"}, misjudged(taken, map[string]string{"call_start.reserve": "GSS"}))
	require.Equal(t, []string{"call_start.stop is in " + missingFile + ", and the map has no such edge"}, misjudged(taken, map[string]string{"call_start.stop": "GSS"}))
	delete(taken, "call_start.reserve")
	require.Equal(t, []string{"call_start.reserve is never taken, and is not in " + missingFile}, misjudged(taken, nil))
}

// mostMissing is how many edges may be missing.
const mostMissing = 26

const missingFile = "../../tests/edges-missing.txt"

// missingEdges are the edges that the engine cannot take, with the reason for each.
func missingEdges(t testing.TB) map[string]string {
	b, err := os.ReadFile(missingFile)
	require.NoError(t, err)
	m := map[string]string{}
	for s := bufio.NewScanner(bytes.NewReader(b)); s.Scan(); {
		line := strings.TrimSpace(s.Text())
		if line == "" || line[0] == '#' {
			continue
		}
		id, why, _ := strings.Cut(line, " | ")
		require.NotEmpty(t, why, "%s: %q: expected EDGE | REASON", missingFile, line)
		require.NotContains(t, m, id)
		m[id] = why
	}
	return m
}

// builtinRun runs a built-in scenario.
func builtinRun(name string, seed uint64, settings ...string) func(testing.TB) map[string]int {
	return func(t testing.TB) map[string]int {
		sc, err := yaml.Builtin(name)
		require.NoError(t, err)
		for i := 0; i < len(settings); i += 2 {
			require.NoError(t, sc.Set(settings[i], settings[i+1]))
		}
		w, err := New(sc, seed)
		require.NoError(t, err)
		took := map[string]int{}
		w.kernel.Took = func(_ *sunrpc.Task, e *fsm.Edge) { took[e.ID]++ }
		for w.Step() {
		}
		return took
	}
}
