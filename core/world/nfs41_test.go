package world

import (
	"testing"

	"github.com/stretchr/testify/require"

	"sunscope/core/nfs4"
	"sunscope/core/nfs4/client"
	"sunscope/core/scenario/yaml"
	"sunscope/core/sunrpc"
	"sunscope/core/time"
	"sunscope/core/trace"
	"sunscope/core/wire"
)

func TestWhoFindsNoSlotWaitsAndTheSlotGoesToTheFirst(t *testing.T) {
	s := newSpy(t, 1)
	var slept, woken []int64
	s.Watch(func(e *trace.Event) {
		if e.Text(s.log, "queue") != "ForeChannel Slot table" {
			return
		}
		switch e.Kind {
		case trace.RPCTaskSleep:
			slept = append(slept, e.Int("task"))
		case trace.RPCTaskWakeup:
			woken = append(woken, e.Int("task"))
		}
	})
	ended := s.getattrs(6)
	s.finish(time.Minute)
	require.Len(t, *ended, 6)
	require.Len(t, slept, 5, "the first has the only slot")
	require.Equal(t, slept, woken)
	for i, h := range s.calls {
		require.EqualValues(t, 0, h.seq.Slot)
		require.Equal(t, s.calls[0].seq.Sequence+uint32(i), h.seq.Sequence)
	}
}

// The numbers of each slot go up by one, whoever uses it, and never more calls are out than there are slots.
func TestEachSlotOfASessionCountsItsCalls(t *testing.T) {
	for seed := uint64(42); seed < 46; seed++ {
		sc, err := yaml.Builtin("session-slots")
		require.NoError(t, err)
		w, err := New(sc, seed)
		require.NoError(t, err)
		s := &spy{rig: &rig{t, w, w.kernel}}
		w.nfsd.srv.Answer = s.hears
		for w.Step() {
		}
		require.NoError(t, w.Err())
		next := map[uint32]uint32{}
		for _, h := range s.calls {
			if h.has {
				next[h.seq.Slot]++
				require.Equal(t, next[h.seq.Slot], h.seq.Sequence, "slot %d", h.seq.Slot)
				require.LessOrEqual(t, h.seq.Slot, h.seq.Highest)
			}
		}
		require.Len(t, next, 3)
	}
}

func TestACallThatLostItsConnectionComesAgainWithItsSlotAndNumber(t *testing.T) {
	s := newSpy(t, 4)
	s.about = nfs4.OpGetattr
	s.answer = func(n int, _ *heard) (nfs4.Status, bool) { return nfs4.OK, n == 1 }
	ended := s.getattrs(1)
	s.finish(time.Minute)
	require.Len(t, *ended, 1)
	require.Len(t, s.calls, 2)
	require.Equal(t, s.calls[0].seq, s.calls[1].seq)
	require.Equal(t, s.calls[0].xid, s.calls[1].xid)
}

// NFS4_POLL_RETRY_MIN and its doubling, up to NFS4_POLL_RETRY_MAX; each time is a new call.
func TestDELAYOfAnOperationIsWaitedForTwiceAsLongEachTime(t *testing.T) {
	s := newSpy(t, 4)
	s.about = nfs4.OpGetattr
	s.answer = func(n int, _ *heard) (nfs4.Status, bool) {
		if n <= 10 {
			return nfs4.ErrDelay, false
		}
		return nfs4.OK, false
	}
	ended := s.getattrs(1)
	s.finish(10 * time.Minute)
	require.Len(t, *ended, 1)
	s.keep("PUTFH GETATTR")
	require.Len(t, s.calls, 11)
	want := 100 * time.Millisecond
	for i := range 10 {
		gap := s.calls[i+1].at - s.calls[i].at
		require.InDelta(t, int64(want), int64(gap), float64(5*time.Millisecond), "after %d", i+1)
		require.NotEqual(t, s.calls[i].seq.Sequence, s.calls[i+1].seq.Sequence)
		want = min(want*2, 15*time.Second)
	}
}

// RFC 8881 section 15.1.1.3: SEQUENCE itself was put off, so its number still holds.
func TestDELAYOfSEQUENCEIsWaitedForWithTheSameNumber(t *testing.T) {
	s := newSpy(t, 4)
	s.about = nfs4.OpSequence
	s.answer = func(n int, _ *heard) (nfs4.Status, bool) {
		if n == 1 {
			return nfs4.ErrDelay, false
		}
		return nfs4.OK, false
	}
	ended := s.getattrs(1)
	s.finish(time.Minute)
	require.Len(t, *ended, 1)
	require.Len(t, s.calls, 2)
	require.Equal(t, s.calls[0].seq, s.calls[1].seq)
	require.InDelta(t, int64(15*time.Second), int64(s.calls[1].at-s.calls[0].at), float64(10*time.Millisecond))
}

// The server's session has gone: the state manager makes another, meanwhile everybody waits on the slot table, and the
// calls are made again.
func TestALostSessionIsMadeAnewAndTheCallsGoOn(t *testing.T) {
	s := newSpy(t, 2)
	s.about = nfs4.OpSequence
	s.answer = func(n int, _ *heard) (nfs4.Status, bool) {
		if n <= 2 {
			return nfs4.ErrBadSession, false
		}
		return nfs4.OK, false
	}
	was := s.mount.Session.ID
	ended := s.getattrs(5)
	s.finish(time.Minute)
	require.Len(t, *ended, 5)
	require.NotEqual(t, was, s.mount.Session.ID)
	var made []string
	for _, h := range s.calls {
		if !h.has {
			made = append(made, h.ops)
		}
	}
	require.Equal(t, []string{"DESTROY_SESSION", "CREATE_SESSION"}, made)
}

func TestTheLastMountOfAServerTakesLeaveAndTheFirstOnesShareASession(t *testing.T) {
	s := newSpy(t, 4)
	var second *client.Mount
	args := &client.MountArgs{ClientArgs: client.ClientArgs{Minor: 1, Server: wire.Addr{Host: s.sc.Server.Addr, Port: uint16(s.sc.Mount.Port)}}, Hard: true}
	s.do(func() sunrpc.Step {
		return s.nfs4.Mount(args, func(m *client.Mount, status int32) sunrpc.Step {
			second = m
			return s.end()
		})
	})
	s.finish(2 * time.Second)
	require.Same(t, s.mount.Client, second.Client)
	for _, h := range s.calls {
		require.True(t, h.has, h.ops)
	}
	umount := func(m *client.Mount) (ops []string) {
		s.calls = nil
		s.do(func() sunrpc.Step { return m.Umount(s.end) })
		s.finish(3 * time.Second)
		for _, h := range s.calls {
			ops = append(ops, h.ops)
		}
		return ops
	}
	require.Empty(t, umount(second))
	require.Equal(t, []string{"DESTROY_SESSION", "DESTROY_CLIENTID"}, umount(s.mount))
}

// CB_RECALL_SLOT, or SEQUENCE's answer, says that fewer slots are to be used; an answer to a call that began after that may
// say the opposite, and then whoever waits goes on at once, without waiting for a slot that is in use.
func TestFewerSlotsAreUsedAndMoreAgainAsTheServerSays(t *testing.T) {
	s := newSpy(t, 4)
	ended := s.getattrs(12)
	s.at(s.now+100*time.Microsecond, func() { s.mount.Table.Slots().SetTarget(0) })
	s.finish(time.Minute)
	require.Len(t, *ended, 12)
	s.keep("PUTFH GETATTR")
	var slots []uint32
	for _, h := range s.calls {
		slots = append(slots, h.seq.Slot)
	}
	require.ElementsMatch(t, []uint32{0, 1, 2, 3}, slots[:4])
	require.EqualValues(t, 0, slots[4], "only the lowest slot is handed on: %v", slots)
	require.ElementsMatch(t, []uint32{0, 1, 2, 3}, slots[5:9], "the answer to that one allows four again: %v", slots)
	require.EqualValues(t, 3, s.mount.Table.Slots().Max)
}

func TestAKilledProcessDoesNotWaitForAServerThatSaysDELAY(t *testing.T) {
	s := newSpy(t, 4)
	s.about = nfs4.OpGetattr
	s.answer = func(int, *heard) (nfs4.Status, bool) { return nfs4.ErrDelay, false }
	var status int32
	var at time.Duration
	p := s.do(func() sunrpc.Step {
		return s.mount.Getattr("", s.mount.Root, func(_ *nfs4.Attrs, st int32) sunrpc.Step {
			status, at = st, s.now
			return s.end()
		})
	})
	s.at(s.now+5*time.Second, func() { s.k.FatalSignal(&p.Thread) })
	s.finish(time.Minute)
	require.EqualValues(t, wire.ERESTARTSYS, status)
	require.InDelta(t, int64(5*time.Second), int64(at), float64(50*time.Millisecond))
}

// The back channel has slots of its own: a recall is answered while the only slot of the fore channel is taken and calls wait
// for it, and DELEGRETURN, which needs one, is in line behind them.
func TestACallbackNeedsNoSlotOfTheForeChannel(t *testing.T) {
	s := newSpy(t, 1)
	fh := nfs4.FH(s.fs.Handle(export + "/file1"))
	s.do(func() sunrpc.Step {
		return s.mount.Open("", s.mount.Root, "file1", client.How{Access: nfs4.ShareRead}, func(f *client.File, status int32) sunrpc.Step {
			require.Zero(t, status)
			return f.Close("", func(int32) sunrpc.Step { return s.end() })
		})
	})
	s.finish(2 * time.Second)
	require.NotNil(t, s.mount.Delegation(fh))
	var answered time.Duration
	s.Watch(func(e *trace.Event) {
		if e.Kind == trace.SvcProcess && e.Text(s.log, "service") == "NFSv4 callback" {
			answered = s.now
		}
	})
	s.calls, s.nfsd.srv.Faults.Slow = nil, 2*time.Second
	began := s.now
	ended := s.getattrs(3)
	s.server.At(began+500*time.Millisecond, func() { s.nfsd.v4.Recall(s.fs.Handle(export + "/file1")) })
	s.running++
	s.finish(began + 30*time.Second)
	require.Len(t, *ended, 3)
	require.Positive(t, answered)
	require.Less(t, answered, began+time.Second, "the slot is in use for two seconds")
	require.Nil(t, s.mount.Delegation(fh))
	var ops []string
	for _, h := range s.calls {
		ops = append(ops, h.ops)
	}
	require.Equal(t, []string{"PUTFH GETATTR", "PUTFH GETATTR", "PUTFH GETATTR", "PUTFH GETATTR DELEGRETURN"}, ops[:4])
}
