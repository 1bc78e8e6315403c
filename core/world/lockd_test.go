package world

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"sunscope/core/rpcmsg"
	"sunscope/core/scenario"
	"sunscope/core/scenario/yaml"
	"sunscope/core/time"
	"sunscope/core/trace"
	"sunscope/core/xdr"
)

// locking is a world whose mount has locks, with processes as given: their names, and what they do.
func locking(t *testing.T, seed uint64, processes ...[2]string) *World {
	sc, err := yaml.Builtin("two-slots")
	require.NoError(t, err)
	for k, v := range map[string]string{"mount.lock": "true", "mount.full": "true", "mount.rpcbind": "true", "workload.reads": "0", "server.nlm_grace_period": "15"} {
		require.NoError(t, sc.Set(k, v))
	}
	sc.Expects = nil
	for _, p := range processes {
		sc.Processes = append(sc.Processes, scenario.Process{Name: p[0], Count: 1, Do: p[1]})
	}
	w, err := New(sc, seed)
	require.NoError(t, err)
	return w
}

// steps lets the world run to its end.
func steps(t *testing.T, w *World) *trace.Log {
	for w.Step() {
	}
	require.NoError(t, w.Err())
	return w.Log()
}

// lockCalls are the calls of the lock managers in order: when, and what. A _RES or _MSG counts when it is sent.
func lockCalls(l *trace.Log) (at []time.Duration, procs []string) {
	var e trace.Event
	for i := range l.Len() {
		if l.At(i, &e); e.Kind == trace.RPCRequest && l.Text(trace.Str(e.Int("prog"))) == "lockd" {
			at, procs = append(at, e.Time), append(procs, l.Text(trace.Str(e.Int("proc"))))
		}
	}
	return at, procs
}

func TestABlockedLockIsGrantedByACallbackBeforeTheClientAsksAgain(t *testing.T) {
	for seed := uint64(42); seed < 50; seed++ {
		w := locking(t, seed, [2]string{"waiter", "create f; hold f 3s; sleep 1s; lock f; unlock f"})
		at, procs := lockCalls(steps(t, w))
		require.Equal(t, []string{"LOCK", "GRANTED_MSG"}, procs[:2])
		require.ElementsMatch(t, []string{"GRANTED_RES", "UNLOCK"}, procs[2:], "the process may be faster than lockd's answer")
		require.InDelta(t, float64(2*time.Second), float64(at[1]-at[0]), float64(50*time.Millisecond), "when the holder goes")
		require.Less(t, at[3]-at[1], 50*time.Millisecond)
	}
}

// deaf makes the client's lock manager lose the calls of a procedure that come to it, n times.
func deaf(w *World, proc uint32, n int) {
	w.lockd.srv.Answer = func(call []byte) ([]byte, bool, bool) {
		h, err := rpcmsg.DecodeCall(xdr.NewDecoder(call))
		if err == nil && h.Proc == proc && n > 0 {
			n--
			return nil, false, true
		}
		return nil, false, false
	}
}

func TestALostGrantIsMadeGoodWhenTheClientAsksAgain(t *testing.T) {
	w := locking(t, 42, [2]string{"waiter", "create f; hold f 3s; sleep 1s; lock f; unlock f"})
	for w.now < time.Second {
		require.True(t, w.Step())
	}
	deaf(w, 10, 1)
	at, procs := lockCalls(steps(t, w))
	require.Equal(t, []string{"LOCK", "GRANTED_MSG", "LOCK", "UNLOCK"}, procs)
	require.InDelta(t, float64(30*time.Second), float64(at[2]-at[0]), float64(50*time.Millisecond))
}

func TestAServerTellsAgainWhenItHasNotHeardThatItsGrantArrived(t *testing.T) {
	w := locking(t, 42, [2]string{"waiter", "create f; hold f 3s; sleep 1s; lock f; sleep 70s; unlock f"})
	for w.now < time.Second {
		require.True(t, w.Step())
	}
	w.nfsd.lockd.srv.Answer = func(call []byte) ([]byte, bool, bool) { // GRANTED_RES is lost
		h, err := rpcmsg.DecodeCall(xdr.NewDecoder(call))
		return nil, false, err == nil && h.Proc == 15
	}
	at, procs := lockCalls(steps(t, w))
	require.Equal(t, []string{"LOCK", "GRANTED_MSG", "GRANTED_RES", "GRANTED_MSG", "GRANTED_RES", "UNLOCK"}, procs)
	require.InDelta(t, float64(60*time.Second), float64(at[3]-at[1]), float64(50*time.Millisecond))
}

func TestAProcessThatIsKilledWhileItWaitsForALockWaitsNoMoreOnTheServerEither(t *testing.T) {
	w := locking(t, 42, [2]string{"waiter", "create f; hold f 9s; sleep 1s; lock f; unlock f"})
	waited := 0
	w.client.At(3*time.Second, func() {
		waited = len(w.nfsd.lockd.l.Waiting())
		w.kill("waiter")
	})
	_, procs := lockCalls(steps(t, w))
	require.Equal(t, 1, waited)
	require.Equal(t, "LOCK", procs[0])
	require.ElementsMatch(t, []string{"CANCEL", "UNLOCK"}, procs[1:], "a killed process waits for neither, so they race")
	require.Empty(t, w.nfsd.lockd.l.Waiting())
}

func TestAProcessThatEndsGivesUpItsLocks(t *testing.T) {
	w := locking(t, 42, [2]string{"holder", "create f; lock f"}, [2]string{"next", "sleep 2s; trylock f; unlock f"})
	_, procs := lockCalls(steps(t, w))
	require.Equal(t, []string{"LOCK", "UNLOCK", "LOCK", "UNLOCK"}, procs)
}

// The owners of a file's bytes, at every instant of worlds in which processes of the client and of the server want it.
func TestAFileIsLockedByOneAtATimeWhateverTheSchedule(t *testing.T) {
	for seed := uint64(1); seed <= 12; seed++ {
		all := [][2]string{{"maker", "create f; hold f 500ms; sleep 2s; hold f 300ms"}}
		for _, name := range []string{"a", "b", "c", "d"} {
			all = append(all, [2]string{name, "sleep 400ms; lookup f; lock f; write f 1 100; unlock f; trylock f; unlock f; lock f; sleep 1s; unlock f"})
		}
		w := locking(t, seed, all...)
		most, fh := 0, []byte(nil)
		for w.Step() {
			if fh == nil {
				fh = w.fs.Handle("/export/f")
			}
			held := w.nfsd.lockd.l.Held(fh)
			require.LessOrEqual(t, len(held), 1, "seed %d at %s", seed, w.now)
			most = max(most, len(w.nfsd.lockd.l.Waiting()))
		}
		require.NoError(t, w.Err())
		require.Empty(t, w.nfsd.lockd.l.Held(fh), "all have ended")
		require.Greater(t, most, 1, "several waited at once")
	}
}

func TestALockManagerThatHasMovedIsFoundAgainByRpcbindAndIsHeardAfterItsGracePeriod(t *testing.T) {
	w := locking(t, 42, [2]string{"bash", "create f; lock f; unlock f; nfsd 0; nfsd 8; sleep 1s; lock f; unlock f"})
	l := steps(t, w)
	asked, ports := 0, map[int64]bool{}
	var e trace.Event
	for i := range l.Len() {
		switch l.At(i, &e); {
		case e.Kind == trace.RpcbGetport && e.Int("program") == 100021:
			asked++
		case e.Kind == trace.RpcbSetport:
			ports[e.Int("port")] = true
		}
	}
	require.Equal(t, 2, asked)
	require.Len(t, ports, 4, "nfsd's, rpc.statd's, and two of the lock manager's")
	at, procs := lockCalls(l)
	require.Equal(t, []string{"LOCK", "UNLOCK", "LOCK", "LOCK", "LOCK", "LOCK", "LOCK", "UNLOCK"}, procs)
	require.InDelta(t, float64(5*time.Second), float64(at[3]-at[2]), float64(50*time.Millisecond))
	require.GreaterOrEqual(t, at[6]-at[2], 19*time.Second)
}

func TestTwoClientsWaitForEachOtherAndEachIsCalledBackAtItsOwnAddress(t *testing.T) {
	sc, err := yaml.Builtin("two-slots")
	require.NoError(t, err)
	sc.Expects, sc.Workload.Reads = nil, 0
	for _, kv := range [][2]string{
		{"client.second", "10.0.1.2"}, {"mount.none", "true"}, {"mount.full", "true"}, {"mount.rpcbind", "true"},
		{"process.1.name", "a"}, {"process.1.do", "mount lock,mountport=20048; create f; lock f; sleep 2s; unlock f; sleep 1s; lock f; unlock f; umount"},
		{"process.2.name", "b"}, {"process.2.on", "B"}, {"process.2.do", "sleep 1s; mount lock,mountport=20048; lookup f; lock f; sleep 5s; unlock f; umount"},
	} {
		require.NoError(t, sc.Set(kv[0], kv[1]))
	}
	w, err := New(sc, 42)
	require.NoError(t, err)
	l := steps(t, w)
	_, procs := lockCalls(l)
	require.Equal(t, 2, strings.Count(strings.Join(procs, " "), "GRANTED_MSG"))
	called := map[string]int{}
	var e trace.Event
	for i := range l.Len() {
		if l.At(i, &e); e.Kind == trace.SvcProcess && e.Text(l, "proc") == "GRANTED_MSG" {
			called[l.Text(e.Comm)]++
		}
		if e.Kind == trace.SvcXprtAccept && strings.HasPrefix(e.Text(l, "client"), "10.0.0.1:") {
			host, _, _ := strings.Cut(e.Text(l, "server"), ":")
			called[host]++
		}
	}
	require.Equal(t, map[string]int{"lockd": 2, "10.0.0.2": 1, "10.0.1.2": 1}, called)
	require.Empty(t, w.Holders("f"))
}

func TestWithNolockALockIsNobodyElsesBusiness(t *testing.T) {
	w := locking(t, 42, [2]string{"bash", "mount nolock; create f; lock f; unlock f; umount"})
	_, procs := lockCalls(steps(t, w))
	require.Empty(t, procs)
}

// The status monitor of the server is down: 6.1 waits for it for a minute, and then believes that it said yes.
func TestAServerWithoutStatdGrantsLocksAfterAMinute(t *testing.T) {
	w := locking(t, 42, [2]string{"bash", "create f; lock f; unlock f; lock f; unlock f"})
	w.sc.Server.NoStatd = true
	sc := *w.sc
	w, err := New(&sc, 42)
	require.NoError(t, err)
	at, procs := lockCalls(steps(t, w))
	require.Equal(t, []string{"LOCK", "UNLOCK", "LOCK", "UNLOCK"}, procs)
	require.Greater(t, at[1]-at[0], time.Minute)
	require.Less(t, at[3]-at[1], time.Second)
}
