package world

import (
	"testing"

	"github.com/stretchr/testify/require"

	"sunscope/core/nfs4"
	"sunscope/core/scenario"
	"sunscope/core/scenario/yaml"
	"sunscope/core/time"
	"sunscope/core/trace"
	"sunscope/core/wire"
)

// done is a call as the trace tells it: each attempt of a task is one.
type done struct {
	proc   string
	task   [2]uint32
	status int32
}

// history is every attempt of a call of NFSv4, in the order in which they ended.
func history(t *testing.T, log *trace.Log) (all []done) {
	proc := map[[2]uint32]string{}
	var e trace.Event
	for i := range log.Len() {
		log.At(i, &e)
		pid, clid, _ := e.Task()
		id := [2]uint32{pid, clid}
		switch e.Kind {
		case trace.RPCRequest:
			proc[id] = ""
			if e.Text(log, "prog") == "nfs" && e.Int("vers") == 4 {
				proc[id] = e.Text(log, "proc")
			}
		case trace.RPCTaskEnd:
			if proc[id] != "" {
				all = append(all, done{proc[id], id, int32(e.Int("status"))})
			}
		}
	}
	require.NotEmpty(t, all)
	return all
}

// recovered is a run of the scenario server-restart with one process and the server, perhaps altered.
func recovered(t *testing.T, seed uint64, alter func(*scenario.Scenario)) (*World, []done) {
	sc, err := yaml.Builtin("server-restart")
	require.NoError(t, err)
	sc.Processes = sc.Processes[:2]
	if alter != nil {
		alter(sc)
	}
	w, err := New(sc, seed)
	require.NoError(t, err)
	for w.Step() {
	}
	require.NoError(t, w.Err())
	return w, history(t, w.log)
}

func procs(all []done) (names []string) {
	for _, d := range all {
		names = append(names, d.proc)
	}
	return names
}

// at is where the first attempt of proc with that status ended, from some attempt on; -1: nowhere.
func at(all []done, from int, proc string, status int32) int {
	for i := from; i < len(all); i++ {
		if all[i].proc == proc && (all[i].status == status || status == 0 && all[i].status > 0) {
			return i
		}
	}
	return -1
}

// The order is that of recording 12.
func TestAClientReclaimsWhatItHadBeforeItWritesAnew(t *testing.T) {
	for seed := uint64(42); seed < 46; seed++ {
		_, all := recovered(t, seed, nil)
		lost := at(all, 0, "WRITE", nfs4.ErrBadSession.Errno())
		require.Positive(t, lost)
		require.Equal(t, []string{"DESTROY_SESSION", "CREATE_SESSION", "EXCHANGE_ID", "CREATE_SESSION", "GET_LEASE_TIME",
			"OPEN_NOATTR", "OPEN_NOATTR", "LOCK", "RECLAIM_COMPLETE", "WRITE"}, procs(all[lost+1:lost+11]))
		require.Equal(t, all[lost].task, all[lost+10].task, "the WRITE that was refused is made again")
		require.Equal(t, int32(4096), all[lost+10].status)
	}
}

// NFSv4.0 has no session to lose: a stateid of the server's last life is refused, RENEW finds out why, and there is no
// RECLAIM_COMPLETE.
func TestAClientOfNFSv40ReclaimsToo(t *testing.T) {
	for seed := uint64(42); seed < 46; seed++ {
		_, all := recovered(t, seed, func(sc *scenario.Scenario) { require.NoError(t, sc.Set("mount.vers", "4.0")) })
		lost := at(all, 0, "WRITE", nfs4.ErrStaleStateid.Errno())
		require.Positive(t, lost)
		require.Equal(t, []string{"RENEW", "SETCLIENTID", "SETCLIENTID_CONFIRM", "GET_LEASE_TIME", "OPEN_NOATTR", "OPEN_NOATTR", "LOCK", "WRITE"},
			procs(all[lost+1:lost+9]))
		require.Equal(t, all[lost].task, all[lost+8].task)
		require.Equal(t, int32(4096), all[lost+8].status)
		require.Positive(t, at(all, lost, "LOCKU", 0))
		require.Equal(t, 2, count(all[lost:], "CLOSE"))
	}
}

func TestALockSurvivesARestartOfTheServer(t *testing.T) {
	w, all := recovered(t, 42, nil)
	require.Equal(t, -1, at(all, 0, "LOCKU", nfs4.ErrBadStateid.Errno()))
	require.Positive(t, at(all, 0, "LOCKU", 0))
	require.Empty(t, w.nfsd.v4.V4.Holders())
	for _, d := range all {
		require.Contains(t, []int32{0, nfs4.ErrBadSession.Errno(), nfs4.ErrStaleClientid.Errno()}, min(d.status, 0), d.proc)
	}
}

// Twelve processes share two slots: most of them wait for one when the server goes.
func TestCallsInFlightAtARestartAreMadeAgainOnceEachOnTheNewSession(t *testing.T) {
	for seed := uint64(1); seed < 5; seed++ {
		w, all := recovered(t, seed, func(sc *scenario.Scenario) {
			require.NoError(t, sc.Set("nfs.max_session_slots", "2"))
			sc.Processes[0].Do = "nfsd 8; mount hard; create f; close f; sleep 30s; umount"
			sc.Processes = append(sc.Processes, scenario.Process{Name: "dd", Count: 12, At: 1, Do: "sleep 1s; mount hard; create f$; pwrites f$ 4096 50ms 12s"})
		})
		attempts, good := map[[2]uint32]int{}, map[[2]uint32]int{}
		for _, d := range all {
			if d.proc == "WRITE" {
				attempts[d.task]++
				if d.status == 4096 {
					good[d.task]++
				}
			}
		}
		refused := 0
		for id, n := range attempts {
			require.LessOrEqual(t, n, 2, "%v", id)
			require.Equal(t, 1, good[id], "%v: every WRITE is done, and none twice", id)
			refused += n - 1
		}
		require.Positive(t, refused)
		require.Positive(t, sleepsOn(w.log, "ForeChannel Slot table"))
	}
}

// sleepsOn is how often a task slept on a queue.
func sleepsOn(log *trace.Log, queue string) (n int) {
	var e trace.Event
	for i := range log.Len() {
		if log.At(i, &e); e.Kind == trace.RPCTaskSleep && e.Text(log, "queue") == queue {
			n++
		}
	}
	return n
}

// Recording 08b: a call is not sent twice on one connection, so it cannot fail before TCP has given the connection up, which
// takes what the lease allows. From then on calls fail after the major timeout, and the state manager asks again as often.
func TestACallOfASoftMountFailsOnlyWhenItsConnectionHasBroken(t *testing.T) {
	sc, err := yaml.Builtin("v41-soft-hang")
	require.NoError(t, err)
	for seed := uint64(42); seed < 45; seed++ {
		log, err := Run(sc, seed)
		require.NoError(t, err)
		var e trace.Event
		var broken, first time.Duration
		var asked []time.Duration
		retransmits := 0
		for i := range log.Len() {
			switch log.At(i, &e); {
			case e.Kind == trace.RPCSocketError && broken == 0:
				broken = e.Time
			case e.Kind == trace.XprtRetransmit:
				retransmits++
			case e.Kind == trace.RPCTaskEnd && int32(e.Int("status")) == int32(wire.ETIMEDOUT) && first == 0:
				first = e.Time
			case e.Kind == trace.RPCRequest && e.Text(log, "proc") == "SEQUENCE" && first > 0 && e.Time < 46*time.Second:
				asked = append(asked, e.Time)
			}
		}
		require.InDelta(t, 18_400, broken.Milliseconds(), 300, "18 seconds after the first call that was not acknowledged")
		require.Greater(t, first, broken)
		require.GreaterOrEqual(t, len(asked), 9)
		for i := range asked[1:] {
			require.InDelta(t, 3000, (asked[i+1] - asked[i]).Milliseconds(), 20)
		}
		require.Equal(t, -1, at(history(t, log), 0, "EXCHANGE_ID", nfs4.ErrBadSession.Errno()))
		require.LessOrEqual(t, retransmits, 1)
	}
}

// A client whose connection is gone for longer than its lease keeps its session, as long as nobody else wants what it has.
func TestAServerKeepsTheSessionOfAClientThatItHasNotHeardOfForALease(t *testing.T) {
	sc, err := yaml.Builtin("v41-soft-hang")
	require.NoError(t, err)
	log, err := Run(sc, 42)
	require.NoError(t, err)
	for _, d := range history(t, log) {
		require.NotEqual(t, nfs4.ErrBadSession.Errno(), d.status, d.proc)
	}
}

// The client is cut off until long after the grace period: it cannot reclaim anything any more. It opens its files anew,
// but a lock may have been somebody else's meanwhile, and is lost: what is written under it fails.
func TestAClientThatMissesTheGracePeriodOpensItsFilesAnewAndLosesItsLocks(t *testing.T) {
	for seed := uint64(42); seed < 46; seed++ {
		w, all := recovered(t, seed, func(sc *scenario.Scenario) {
			sc.Processes[0].Do = "nfsd 8; mount hard; lock a; write a 1 4096; create b; pwrites b 4096 250ms 60s; write a 1 4096; unlock a; close a; close b; umount"
			sc.Faults = []scenario.Fault{{At: 2100 * time.Millisecond, Do: "loss 100 client"}, {At: 40 * time.Second, Do: "loss 0 client"}}
		})
		late := at(all, 0, "OPEN_NOATTR", nfs4.ErrNoGrace.Errno())
		require.Positive(t, late)
		require.Equal(t, []string{"OPEN_NOATTR", "RECLAIM_COMPLETE", "TEST_STATEID", "OPEN_NOATTR"}, procs(all[late:late+4]))
		again := all[late:]
		require.Equal(t, 3, count(again, "OPEN_NOATTR"), "one was refused, and then both were opened")
		require.Equal(t, -1, at(again, 0, "LOCK", 0))
		require.Equal(t, -1, at(again, 0, "LOCKU", 0))
		require.Positive(t, at(again, 0, "WRITE", 0), "b goes on")
		require.Positive(t, at(again, 0, "CLOSE", 0))
		require.Equal(t, 1, lostWrites(w.log))
	}
}

func count(all []done, proc string) (n int) {
	for _, d := range all {
		if d.proc == proc {
			n++
		}
	}
	return n
}

// lostWrites is how many tasks ended with EIO before they asked the server anything.
func lostWrites(log *trace.Log) (n int) {
	asked := map[[2]uint32]bool{}
	var e trace.Event
	for i := range log.Len() {
		log.At(i, &e)
		pid, clid, _ := e.Task()
		id := [2]uint32{pid, clid}
		switch e.Kind {
		case trace.RPCTaskBegin:
			asked[id] = false
		case trace.RPCRequest:
			asked[id] = true
		case trace.RPCTaskEnd:
			if !asked[id] && int32(e.Int("status")) == int32(wire.EIO) {
				n++
			}
		}
	}
	return n
}
