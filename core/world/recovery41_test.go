package world

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"sunscope/core/nfs4"
	"sunscope/core/nfs4/client"
	"sunscope/core/rpcmsg"
	"sunscope/core/scenario"
	"sunscope/core/scenario/yaml"
	"sunscope/core/sunrpc"
	"sunscope/core/time"
	"sunscope/core/trace"
	"sunscope/core/xdr"
)

// Twelve processes with two slots: whoever waited for a slot when the session was lost gets one of the new session's.
func TestCallsThatWaitedGoOnWithSlotsOfTheNewSessionWhoseNumbersBeginWithOne(t *testing.T) {
	w, _ := recovered(t, 42, func(sc *scenario.Scenario) {
		require.NoError(t, sc.Set("server.addr", "10.0.0.1"))
		require.NoError(t, sc.Set("nfs.max_session_slots", "2"))
		sc.Processes[0].Do = "nfsd 8; mount hard; create f; close f; sleep 30s; umount"
		sc.Processes = append(sc.Processes, scenario.Process{Name: "dd", Count: 12, At: 1, Do: "sleep 1s; mount hard; create f$; pwrites f$ 4096 50ms 12s"})
	})
	type place struct {
		id   nfs4.SessionID
		slot uint32
	}
	next, order := map[place]uint32{}, []nfs4.SessionID(nil)
	for _, q := range sequences(t, w.log) {
		if len(order) == 0 || order[len(order)-1] != q.Session {
			order = append(order, q.Session)
		}
		at := place{q.Session, q.Slot}
		require.Contains(t, []uint32{next[at], next[at] + 1}, q.Sequence, "a number comes again, or one more")
		require.False(t, next[at] == 0 && q.Sequence != 1, "the first is 1")
		require.Less(t, q.Slot, uint32(2))
		next[at] = q.Sequence
	}
	require.Len(t, order, 2, "whoever has a slot of the new session does not use one of the old")
}

// sequences are the arguments of each SEQUENCE that the client sent.
func sequences(t *testing.T, log *trace.Log) (all []*nfs4.SequenceArgs) {
	var e trace.Event
	for i := range log.Len() {
		log.At(i, &e)
		if e.Kind != trace.WireSend || e.Text(log, "dst") != "10.0.0.1:2049" || e.Text(log, "kind") != "DATA" {
			continue
		}
		d := xdr.NewDecoder([]byte(e.Text(log, "bytes"))[4:])
		h, err := rpcmsg.DecodeCall(d)
		var a nfs4.CompoundArgs
		if err == nil && h.Proc == nfs4.ProcCompound { // else it is the rest of one
			a.Decode(d)
			if q, ok := a.Ops[0].Body.(*nfs4.SequenceArgs); ok {
				all = append(all, q)
			}
		}
	}
	require.NotEmpty(t, all)
	return all
}

// What the client does about an error of SEQUENCE, and that the call is made again.
func TestEachErrorOfSEQUENCEHasItsRecovery(t *testing.T) {
	reset, bind := []string{"DESTROY_SESSION", "CREATE_SESSION"}, []string{"BIND_CONN_TO_SESSION"}
	for status, want := range map[nfs4.Status][]string{
		nfs4.ErrBadSession: reset, nfs4.ErrDeadSession: reset, nfs4.ErrBadHighSlot: reset, nfs4.ErrConnNotBound: bind,
		nfs4.ErrBadSlot: nil,
	} {
		s := newSpy(t, 4)
		s.about = nfs4.OpSequence
		s.answer = func(n int, _ *heard) (nfs4.Status, bool) {
			if n == 1 {
				return status, false
			}
			return nfs4.OK, false
		}
		ended := s.getattrs(1)
		s.finish(time.Minute)
		require.Len(t, *ended, 1, status.String())
		require.Equal(t, want, s.recovery(), status.String())
	}
}

// recovery is what the client did besides its work.
func (s *spy) recovery() (ops []string) {
	for _, h := range s.calls {
		if !h.has || h.ops == "RECLAIM_COMPLETE" {
			ops = append(ops, h.ops)
		}
	}
	return ops
}

// An operation that says that the client is not known makes it ask first: a SEQUENCE alone, which finds out.
func TestWhoeverHearsThatTheLeaseIsOverAsksBeforeBeginningAnew(t *testing.T) {
	s := newSpy(t, 4)
	s.about = nfs4.OpGetattr
	s.answer = func(n int, _ *heard) (nfs4.Status, bool) {
		if n == 1 {
			return nfs4.ErrExpired, false
		}
		return nfs4.OK, false
	}
	ended := s.getattrs(1)
	s.finish(time.Minute)
	require.Len(t, *ended, 1)
	require.Empty(t, s.recovery(), "the server knows the client")
	var alone int
	for _, h := range s.calls {
		if h.has && h.ops == "" {
			alone++
		}
	}
	require.Equal(t, 1, alone)
}

// During the grace period of a server that has restarted nobody opens anything new.
func TestAnOPENDuringTheGracePeriodIsTriedAgainUntilItIsOver(t *testing.T) {
	s := newSpy(t, 4)
	s.about = nfs4.OpOpen
	s.answer = func(n int, _ *heard) (nfs4.Status, bool) {
		if n <= 4 {
			return nfs4.ErrGrace, false
		}
		return nfs4.OK, false
	}
	opened := false
	s.do(func() sunrpc.Step {
		return s.mount.Open("", s.mount.Root, "new", client.How{Access: nfs4.ShareWrite, Create: true}, func(_ *client.File, status int32) sunrpc.Step {
			require.Zero(t, status)
			opened = true
			return s.end()
		})
	})
	s.finish(time.Minute)
	require.True(t, opened)
	var at []time.Duration
	for _, h := range s.calls {
		if strings.HasPrefix(h.ops, "PUTFH OPEN") {
			at = append(at, h.at)
		}
	}
	require.Len(t, at, 5)
	for i := range at[1:] {
		require.InDelta(t, 100<<i, (at[i+1] - at[i]).Milliseconds(), 10, "each wait is twice as long as the one before")
	}
}

// An idle client says something when two thirds of its lease are over, and not more often.
func TestAnIdleClientOfNFSv41RenewsItsLease(t *testing.T) {
	s := newSpy(t, 4)
	s.running++
	s.client.At(s.now+5*time.Minute, func() { s.running-- })
	s.finish(5 * time.Minute)
	var at []time.Duration
	for _, h := range s.calls {
		require.Empty(t, h.ops)
		at = append(at, h.at)
	}
	require.InDelta(t, 5, len(at), 1, "every 60 of 90 seconds")
	for i := range at[1:] {
		require.InDelta(t, 60, (at[i+1] - at[i]).Seconds(), 1)
	}
}

// Two processes of one host want the same lock: the second does not ask the server while the first has it.
func TestALockGoesFromOneProcessToTheNext(t *testing.T) {
	for _, vers := range []string{"4.1", "4.0"} {
		log := scripted(t, "create f; close f; lock f; sleep 2s; unlock f; close f", "mount.vers", vers,
			"process.2.name", "other", "process.2.do", "sleep 1s; lock f; getattr f; unlock f",
			"process.3.name", "third", "process.3.do", "sleep 1s; trylock f; sleep 5s; trylock f")
		locks, unlocks := requests(log, "LOCK"), requests(log, "LOCKU")
		require.Len(t, locks, 3)
		require.Len(t, unlocks, 3)
		require.Less(t, unlocks[0], locks[1])
		require.InDelta(t, 0, (locks[1] - unlocks[0]).Milliseconds(), 5, "whoever waits hears of it at once")
		require.Greater(t, locks[2], unlocks[1])
		for _, d := range history(t, log) {
			require.GreaterOrEqual(t, d.status, int32(0), d.proc)
		}
	}
}

// POSIX grants a process what it has locked already: it does not wait for itself, whichever way it asks.
func TestAProcessThatLocksAFileTwiceGoesOn(t *testing.T) {
	for _, vers := range []string{"4.1", "4.0"} {
		for _, again := range []string{"lock f", "trylock f", "close g; lock f"} {
			log := scripted(t, "create f; lock f; "+again+"; unlock f; lock f; close f", "mount.vers", vers)
			require.Len(t, requests(log, "LOCK"), 2, again)
			require.Len(t, requests(log, "LOCKU"), 2, again)
		}
	}
}

// All locks on the server are of one kind: those of its own processes, NLM's and NFSv4's stand in each other's way, and who
// waits hears of the end of any.
func TestLocksOverNFSv4AndThoseOfTheServersProcessesSeeEachOther(t *testing.T) {
	log := scripted(t, "create f; hold f 3s; sleep 1s; trylock f; lock f; unlock f", "mount.vers", "4.1")
	require.Len(t, requests(log, "CB_NOTIFY_LOCK"), 1)
	locks := requests(log, "LOCK")
	require.GreaterOrEqual(t, len(locks), 3, "trylock is refused, and lock asks until it has it")
	require.InDelta(t, 3, locks[len(locks)-1].Seconds(), 0.2)

	log = scripted(t, "create f; lock f; hold f 3s; sleep 1s; unlock f; lock f; unlock f", "mount.vers", "4.1")
	require.Len(t, requests(log, "LOCK"), 2, "what is locked over NFSv4 the process on the server does not get")
}

// The scenario whose locks are NLM's goes its way over NFSv4 too: the server says when the lock is free.
func TestTheScenarioOfLocksEndsOverNFSv4(t *testing.T) {
	sc, err := yaml.Builtin("nlm-lock")
	require.NoError(t, err)
	do := strings.ReplaceAll(sc.Processes[0].Do, "getacl /; ", "") // there is no NFSACL
	require.NoError(t, sc.Set("process.1.do", do))
	require.NoError(t, sc.Set("mount.vers", "4.1"))
	sc.Expects = nil
	log, err := Run(sc, 1)
	require.NoError(t, err)
	require.Len(t, requests(log, "CB_NOTIFY_LOCK"), 2)
}

func TestALockOverNLMAndOneOverNFSv4GoFromOneToTheOther(t *testing.T) {
	for _, c := range []struct{ v3, v4, first string }{
		{"lock f; sleep 5s; unlock f; sleep 5s", "sleep 1s; lock f; unlock f", "UNLOCK"},
		{"sleep 2s; lock f; unlock f", "lock f; sleep 5s; unlock f; sleep 5s", "LOCKU"},
	} {
		log := scripted(t, "mount vers=4.1; create f; "+c.v4+"; umount", "mount.vers", "3", "mount.lock", "true",
			"process.2.name", "three", "process.2.do", "sleep 100ms; lookup f; "+c.v3)
		locks := requests(log, "LOCK")
		freed := requests(log, c.first)[0]
		require.Greater(t, freed, locks[1], "the second asks while the first has it")
		if c.first == "LOCKU" {
			all := requests(log, "GRANTED_MSG")
			require.Len(t, all, 1)
			require.InDelta(t, 0, (all[0] - freed).Milliseconds(), 20)
			require.GreaterOrEqual(t, requests(log, "UNLOCK")[0], all[0])
			continue
		}
		require.InDelta(t, 0, (locks[len(locks)-1] - freed).Milliseconds(), 20, "CB_NOTIFY_LOCK")
		require.GreaterOrEqual(t, requests(log, "LOCKU")[0], freed)
	}
}

func TestALockThatIsHeldTwiceIsGivenUpOnceForTheNext(t *testing.T) {
	log := scripted(t, "create f; lock f; lock f; sleep 1s; unlock f; sleep 5s", "mount.vers", "4.1",
		"process.2.name", "other", "process.2.do", "sleep 500ms; lock f; unlock f")
	locks, unlocks := requests(log, "LOCK"), requests(log, "LOCKU")
	require.Len(t, locks, 2)
	require.InDelta(t, 0, (locks[1] - unlocks[0]).Milliseconds(), 5)
}

// A lock that another client has is asked for again after a while, which is longer each time, or at once when the server
// says that it may be free.
func TestALockThatAnotherClientHasIsAskedForAgain(t *testing.T) {
	for _, told := range []bool{false, true} {
		s := newSpy(t, 4)
		s.about = nfs4.OpLock
		s.answer = func(n int, h *heard) (nfs4.Status, bool) {
			if n > 3 {
				return nfs4.OK, false
			}
			if told {
				owner := h.args.Ops[2].Body.(*nfs4.LockArgs).Owner
				s.client.At(s.now+200*time.Millisecond, func() { s.mount.NotifyLock(&owner) })
			}
			return nfs4.ErrDenied, false
		}
		got := false
		s.do(func() sunrpc.Step {
			return s.mount.Open("", s.mount.Root, "f", client.How{Access: nfs4.ShareBoth, Create: true}, func(f *client.File, _ int32) sunrpc.Step {
				return f.Lock("", true, true, client.Range{}, func(_ *client.Lock, status int32) sunrpc.Step {
					require.Zero(t, status)
					got = true
					return s.end()
				})
			})
		})
		s.finish(time.Minute)
		require.True(t, got)
		s.keep("PUTFH LOCK")
		require.Len(t, s.calls, 4)
		for i := range 3 {
			wait := int64(1000 << i)
			if told {
				wait = 200
			}
			require.InDelta(t, wait, (s.calls[i+1].at - s.calls[i].at).Milliseconds(), 10)
		}
	}
}

// Two clients want the same lock: the server tells the second when the first has given it up.
func TestALockGoesFromOneClientToTheNextWhenTheServerSaysSo(t *testing.T) {
	sc, err := yaml.Builtin("deleg-recall")
	require.NoError(t, err)
	sc.Processes = nil
	for _, kv := range [][2]string{
		{"process.1.name", "a"}, {"process.1.do", "lock f; sleep 5s; unlock f; sleep 5s; close f; umount"},
		{"process.2.name", "b"}, {"process.2.on", "B"}, {"process.2.do", "mount vers=4.1,addr=10.0.1.1; sleep 1s; lock f; unlock f; umount; close f; umount"},
	} {
		require.NoError(t, sc.Set(kv[0], kv[1]))
	}
	log, err := Run(sc, 1)
	require.NoError(t, err)
	all := history(t, log)
	require.Equal(t, 1, count(all[at(all, 0, "LOCKU", 0):], "LOCK"))
	locks, unlocks := requests(log, "LOCK"), requests(log, "LOCKU")
	require.Len(t, unlocks, 2)
	last := locks[len(locks)-1]
	require.InDelta(t, 0, (last - unlocks[0]).Milliseconds(), 20, "not after the wait of four seconds that it was in")
	require.GreaterOrEqual(t, len(locks), 4, "it has asked several times by itself before")
}

// A delegation that is not given back within a lease is revoked. The client hears of it when it gives the delegation back at
// last, and frees it: else the server would go on to say with every SEQUENCE that something was revoked.
func TestADelegationThatIsRevokedIsFreed(t *testing.T) {
	s := newSpy(t, 4)
	s.fs.WriteFile(export+"/f", 10)
	s.do(func() sunrpc.Step {
		return s.mount.Open("", s.mount.Root, "f", client.How{Access: nfs4.ShareRead}, func(_ *client.File, status int32) sunrpc.Step {
			require.Zero(t, status)
			return s.end()
		})
	})
	s.finish(time.Second)
	require.Len(t, s.nfsd.v4.V4.Holders(), 1)
	began := s.now
	s.about = nfs4.OpDelegreturn
	s.answer = func(int, *heard) (nfs4.Status, bool) {
		if s.now < began+100*time.Second {
			return nfs4.ErrDelay, false
		}
		return nfs4.OK, false
	}
	s.at(s.now, func() { s.nfsd.v4.Recall(s.fs.Handle(export + "/f")) })
	s.running++
	s.client.At(s.now+6*time.Minute, func() { s.running-- })
	s.finish(6 * time.Minute)
	require.Empty(t, s.nfsd.v4.V4.Holders())
	require.Empty(t, s.mount.Delegations())
	var freed, late int
	for _, h := range s.calls {
		switch {
		case h.ops == "FREE_STATEID":
			freed++
		case h.ops == "TEST_STATEID" && freed > 0:
			late++
		}
	}
	require.Equal(t, 1, freed)
	require.Zero(t, late)
}
