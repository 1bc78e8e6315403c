package world

import (
	"math/rand/v2"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"sunscope/core/nfs4"
	"sunscope/core/scenario"
	"sunscope/core/time"
	"sunscope/core/wire"
)

// passing are the errors that a client recovers from by itself: nobody above it hears of them.
var passing = []nfs4.Status{
	nfs4.ErrBadSession, nfs4.ErrDeadSession, nfs4.ErrStaleClientid, nfs4.ErrStaleStateid, nfs4.ErrBadStateid, nfs4.ErrExpired,
	nfs4.ErrGrace, nfs4.ErrDelay, nfs4.ErrSeqMisordered, nfs4.ErrConnNotBound, nfs4.ErrNoEnt, nfs4.ErrClientidBusy, nfs4.ErrBadSeqid,
	nfs4.ErrRetryUncachedRep,
}

// stormy is a world in which the server restarts again and again, sometimes in the middle of a recovery, connections break,
// or nothing gets through for a while, and processes write, hold locks, and make and remove files.
func stormy(rng *rand.Rand) func(*scenario.Scenario) {
	return func(sc *scenario.Scenario) {
		sc.NFS.MaxSessionSlots = 1 + rng.IntN(4)
		sc.Mount.Vers = [...]string{"4.0", "4.1", "4.1"}[rng.IntN(3)]
		sc.Link.Delay = time.Duration(rng.IntN(400)) * time.Microsecond
		storm, kind := []string{"nfsd 8"}, rng.IntN(3)
		if kind < 2 {
			for range 1 + rng.IntN(4) {
				storm = append(storm, "sleep "+strconv.Itoa(50+rng.IntN(6000))+"ms", "nfsd 0", "sleep "+strconv.Itoa(10+rng.IntN(4000))+"ms", "nfsd 8")
			}
		}
		fault := func(at int, do string) {
			sc.Faults = append(sc.Faults, scenario.Fault{At: time.Duration(at) * time.Millisecond, Do: do})
		}
		if kind > 0 {
			for range 1 + rng.IntN(6) {
				fault(rng.IntN(14000), [...]string{"abort", "reset", "close"}[rng.IntN(3)])
			}
		}
		if kind == 2 {
			at, who := rng.IntN(9000), [...]string{"", " client", " server"}[rng.IntN(3)]
			fault(at, "loss 100"+who)
			fault(at+rng.IntN(40000), "loss 0"+who)
		}
		sc.Processes = []scenario.Process{{Name: "bash", Count: 1, Do: strings.Join(storm, "; ")}}
		for i := range 1 + rng.IntN(5) {
			f := "f" + strconv.Itoa(i)
			work := [...]string{
				"create " + f + "; pwrites " + f + " 4096 100ms 12s; commit " + f + "; close " + f,
				"lock " + f + "; sleep 9s; write " + f + " 2 4096; unlock " + f + "; close " + f,
				"create " + f + "; write " + f + " 4 4096; close " + f + "; sleep 3s; open " + f + "; read " + f + " 4 4096; sleep 5s; read " + f + " 4 4096; close " + f + "; remove " + f,
				"mkdir " + f + "; create " + f + "/x; sleep 6s; readdir " + f + "; close " + f + "/x; remove " + f + "/x; rmdir " + f,
			}[rng.IntN(4)]
			sc.Processes = append(sc.Processes, scenario.Process{Name: "sh", Count: 1, At: 10 * time.Millisecond, Do: "mount hard; " + work + "; sleep 10s; umount"})
		}
	}
}

// Whatever a server that restarts and a bad network do to a hard mount, in the end all is as if it had not: every process ends, no lock is
// lost, nothing fails but what would have failed anyway.
func TestNothingThatPassesIsHeardOfAboveAHardMount(t *testing.T) {
	for seed := uint64(0); seed < 60; seed++ {
		about := "seed " + strconv.Itoa(int(seed))
		w, all := recovered(t, seed, stormy(rand.New(rand.NewPCG(seed, 12))))
		locks, unlocks := 0, 0
		for _, d := range all {
			if d.status == int32(wire.ERESTARTSYS) && (d.proc == "RENEW" || d.proc == "SEQUENCE") {
				continue // the last mount is gone
			}
			if d.status < 0 {
				require.Contains(t, passing, nfs4.Status(-d.status), "%s: %s", about, d.proc)
			}
			if d.status == 0 && d.proc == "LOCKU" {
				unlocks++
			}
		}
		for _, p := range w.sc.Processes {
			locks += strings.Count(p.Do, "unlock")
		}
		require.Equal(t, locks, unlocks, about)
		require.Empty(t, w.nfsd.v4.V4.Holders(), about)
	}
}
