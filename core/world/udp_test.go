package world_test

import (
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"

	"sunscope/core/fsm"
	"sunscope/core/scenario"
	"sunscope/core/time"
	"sunscope/core/trace"
	"sunscope/core/world"
)

// overUDP is a mount over UDP with NFS's own timeouts, and so many processes that read at once.
func overUDP(t testing.TB, reads int, settings ...string) *scenario.Scenario {
	return twoSlots(t, append([]string{"mount.proto", "udp", "mount.timeo", "1.1s", "mount.retrans", "3",
		"workload.reads", strconv.Itoa(reads)}, settings...)...)
}

// Loss, duplicates and reordering at once: every call ends well all the same, and what the kernel counts adds up.
func TestNothingIsLostForGoodWhenTheNetworkLosesAFifth(t *testing.T) {
	retrans, late := 0, 0
	for seed := range uint64(60) {
		l := run(t, overUDP(t, 30, "mount.hard", "true", "link.loss", "20", "link.duplicate", "10", "link.reorder", "10",
			"sunrpc.udp_slot_table_entries", strconv.Itoa(2+int(seed%15))), pingable(t, seed))
		r, n := checkUDP(t, l, seed, 2+int(seed%15), 31)
		retrans, late = retrans+r, late+n
	}
	require.NotZero(t, retrans)
	require.NotZero(t, late)
}

// pingable is a seed from seed on under which the mount's ping, which is soft, gets through.
func pingable(t *testing.T, seed uint64) uint64 {
	for ; ; seed += 1000 {
		sc := overUDP(t, 1, "link.loss", "20", "link.duplicate", "10", "link.reorder", "10")
		if _, err := world.Run(sc, seed); err == nil {
			return seed
		}
	}
}

// checkUDP holds the events of one run against what must always be so, and counts transmissions beyond the first and
// replies that nobody waited for.
func checkUDP(t *testing.T, l *trace.Log, seed uint64, slots, calls int) (retrans, late int) {
	xidOf, held, credits, ended := map[uint32]uint32{}, map[uint32]bool{}, map[uint32]bool{}, 0
	var cong, cwnd int64 = 0, 256
	each(l, func(i int, e *trace.Event) {
		pid, _, _ := e.Task()
		xid, _ := e.XID()
		switch e.Kind {
		case trace.XprtReserve:
			xidOf[pid], held[pid] = xid, true
			require.LessOrEqual(t, len(held), slots, "seed %d event %d: slots", seed, i)
		case trace.RPCTaskCallDone:
			delete(held, pid)
		case trace.RPCTaskEnd:
			ended++
			require.GreaterOrEqual(t, e.Int("status"), int64(0), "seed %d event %d", seed, i)
		case trace.XprtTransmit:
			require.Equal(t, xidOf[pid], xid, "seed %d event %d: a retransmission keeps its XID", seed, i)
		case trace.XprtRetransmit:
			retrans++
			require.Equal(t, xidOf[pid], xid, "seed %d event %d", seed, i)
		case trace.XprtLookupRqst:
			if e.Int("status") != 0 {
				late++
			}
		case trace.XprtGetCong:
			require.False(t, credits[pid], "seed %d event %d: it has a credit", seed, i)
			require.Equal(t, cong, e.Int("cong"), "seed %d event %d", seed, i)
			if cong < e.Int("cwnd") {
				credits[pid] = true
				cong += 256
			}
		case trace.XprtPutCong:
			require.True(t, credits[pid], "seed %d event %d: it has no credit to give back", seed, i)
			delete(credits, pid)
			cong -= 256
			require.Equal(t, cong, e.Int("cong"), "seed %d event %d", seed, i)
			cwnd = follows(t, cwnd, e.Int("cwnd"), int64(slots)*256)
		}
	})
	require.Zero(t, cong, "seed %d: credits balance", seed)
	require.Equal(t, calls, ended, "seed %d: every call ends", seed)
	return retrans, late
}

// follows checks that the window became what it may have become: unchanged, grown by one step, or halved.
func follows(t *testing.T, was, is, most int64) int64 {
	require.Contains(t, []int64{was, min(was+(65536+was/2)/was, most), max(was/2, 256)}, is, "after %d", was)
	return is
}

// Without loss the sequence is that of recording 02c.
func TestTheWindowGrowsFromOneRequestAsLongAsItIsWhatLimits(t *testing.T) {
	l := run(t, overUDP(t, 48), 42)
	var got []int64
	each(l, func(_ int, e *trace.Event) {
		if e.Kind == trace.XprtPutCong {
			if n := e.Int("cwnd"); len(got) == 0 || got[len(got)-1] != n {
				got = append(got, n)
			}
		}
	})
	require.Greater(t, len(got), 5)
	require.Equal(t, []int64{512, 640, 742, 830, 909}, got[:5])
}

func TestACallThatFindsTheWindowFullIsRefusedWithEBADSLTAndSleepsOnXprtSending(t *testing.T) {
	l := run(t, overUDP(t, 16), 42)
	refused := map[uint32]bool{}
	slept := 0
	each(l, func(_ int, e *trace.Event) {
		pid, _, _ := e.Task()
		if e.Kind == trace.XprtTransmit && e.Int("status") == -57 {
			refused[pid] = true
		}
		if refused[pid] && asleepOn(l, e, fsm.XprtSending) {
			slept++
		}
	})
	require.NotEmpty(t, refused)
	require.NotZero(t, slept)
}

func TestATimeoutShrinksTheWindowAndIsAnEvent(t *testing.T) {
	l := run(t, overUDP(t, 48, "link.loss", "10"), pingable(t, 7))
	var last trace.Kind
	timers, before := 0, int64(256)
	each(l, func(i int, e *trace.Event) {
		if e.Kind == trace.XprtPutCong {
			if last == trace.XprtTimer {
				timers++
				require.Equal(t, max(before/2, 256), e.Int("cwnd"), "event %d", i)
			}
			before = e.Int("cwnd")
		}
		if e.Kind != trace.WireRecv { // another host's
			last = e.Kind
		}
	})
	require.NotZero(t, timers)
}

// Waits end at 1.1, 3.3, 7.7 and 16.5 s; the major timeout of 8.8 s is only noticed then.
func TestASoftCallGivesUpAtTheEndOfTheWaitInWhichItsMajorTimeoutFell(t *testing.T) {
	w, err := world.New(overUDP(t, 1, "link.loss", "100"), 1)
	require.NoError(t, err)
	for w.Step() {
	}
	require.EqualError(t, w.Err(), "the mount's ping failed with status -5")
	var waits []time.Duration
	each(w.Log(), func(_ int, e *trace.Event) {
		if e.Kind == trace.XprtTimer {
			waits = append(waits, e.Time.Round(100*time.Millisecond))
		}
	})
	ms := time.Millisecond
	require.Equal(t, []time.Duration{1100 * ms, 3300 * ms, 7700 * ms, 16500 * ms}, waits)
}

func TestTCPDoesNotSeeWhatALinkDoesToDatagrams(t *testing.T) {
	plain, lossy := run(t, twoSlots(t), 42), run(t, twoSlots(t, "link.loss", "50"), 42)
	require.Equal(t, plain.Len(), lossy.Len())
}

func TestASimulationOverUDPIsTheSameEveryTime(t *testing.T) {
	settings := []string{"link.loss", "15", "link.duplicate", "15", "link.reorder", "15"}
	a, b := run(t, overUDP(t, 20, settings...), 5), run(t, overUDP(t, 20, settings...), 5)
	require.Equal(t, a.Len(), b.Len())
	each(a, func(i int, e *trace.Event) {
		var o trace.Event
		b.At(i, &o)
		require.Equal(t, a.AppendText(nil, e), b.AppendText(nil, &o))
	})
}
