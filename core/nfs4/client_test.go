package nfs4

import (
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestACallTakesTheLowestFreeSlotAndTheRestWaitInOrder(t *testing.T) {
	tab := NewSlotTable(2, 1)
	a, b := tab.Take(1, false), tab.Take(2, false)
	require.EqualValues(t, []uint32{0, 1}, []uint32{a.ID, b.ID})
	require.Nil(t, tab.Take(3, false))
	require.Nil(t, tab.Take(4, false))
	require.Nil(t, tab.Take(5, true))
	require.Equal(t, SequenceArgs{Sequence: 1, Slot: 1, Highest: 1}, tab.Args(SessionID{}, b, false))
	task, found, _ := tab.Give(a)
	require.True(t, found)
	require.EqualValues(t, 5, task, "recovery goes before")
	tab.Leave(3)
	task, _, _ = tab.Give(b)
	require.EqualValues(t, 4, task)
	_, found, _ = tab.Give(b)
	require.False(t, found)
	require.EqualValues(t, 0, tab.Highest)
}

func TestADrainingTableIsForRecoveryOnly(t *testing.T) {
	tab := NewSlotTable(4, 1)
	tab.Draining = true
	require.Nil(t, tab.Take(1, false))
	require.NotNil(t, tab.Take(2, true))
	_, s := tab.Wake()
	require.Nil(t, s)
	tab.Draining = false
	task, s := tab.Wake()
	require.EqualValues(t, 1, task)
	require.EqualValues(t, 1, s.ID)
}

func TestARecalledSlotIsNotHandedOnAndTheServerIsToldAtTheEnd(t *testing.T) {
	tab := NewSlotTable(3, 1)
	a, b, c := tab.Take(1, false), tab.Take(2, false), tab.Take(3, false)
	require.Nil(t, tab.Take(4, false))
	tab.SetTarget(0)
	_, found, tell := tab.Give(c)
	require.Equal(t, []bool{false, false}, []bool{found, tell})
	_, found, _ = tab.Give(b)
	require.False(t, found)
	task, found, _ := tab.Give(a)
	require.True(t, found)
	require.EqualValues(t, 4, task)
}

func TestSequenceNumbersFollowWhatTheServerHasSeen(t *testing.T) {
	tab := NewSlotTable(1, 1)
	s := tab.Take(1, false)
	require.Equal(t, Over, tab.Sequenced(s, OK, &SequenceRes{Target: 0}, false))
	require.EqualValues(t, 2, s.Seq)
	require.Equal(t, Over, tab.Sequenced(s, OK, nil, true), "interrupted: nobody knows whether 2 arrived")
	require.EqualValues(t, 3, s.Seq)
	require.Equal(t, Probe, tab.Sequenced(s, ErrSeqMisordered, nil, false), "it did not")
	require.EqualValues(t, 2, s.Seq)
	require.Equal(t, NewSession, tab.Sequenced(s, ErrSeqMisordered, nil, false))
	require.Equal(t, RetryLater, tab.Sequenced(s, ErrDelay, nil, false))
	require.Equal(t, NewSession, tab.Sequenced(s, ErrBadSession, nil, false))
}

// No slot is with two tasks, everybody who asked is served, and Highest is the highest in use.
func TestEverySlotHasOneTaskAndEverybodyIsServed(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		tab := NewSlotTable(uint32(rapid.IntRange(1, 5).Draw(t, "slots")), 1)
		holds := map[uint64]*Slot{}
		asked, gone, next := 0, 0, uint64(0)
		grant := func(task uint64, s *Slot) {
			for _, o := range holds {
				require.NotEqual(t, o.ID, s.ID)
			}
			holds[task] = s
		}
		for range rapid.IntRange(1, 80).Draw(t, "steps") {
			if rapid.Bool().Draw(t, "ask") {
				next++
				asked++
				if s := tab.Take(next, rapid.Bool().Draw(t, "privileged")); s != nil {
					grant(next, s)
				}
			} else if len(holds) > 0 {
				giveBack(t, tab, holds, grant)
				gone++
			}
			require.Equal(t, asked, len(holds)+tab.Waiting()+gone, "nobody is lost")
			highest := NoSlot
			for _, s := range holds {
				if highest == NoSlot || s.ID > highest {
					highest = s.ID
				}
			}
			require.Equal(t, highest, tab.Highest)
		}
		for len(holds) > 0 {
			giveBack(t, tab, holds, grant)
		}
		require.Zero(t, tab.Waiting())
	})
}

func giveBack(t *rapid.T, tab *SlotTable, holds map[uint64]*Slot, grant func(uint64, *Slot)) {
	first := ^uint64(0)
	for task := range holds {
		first = min(first, task)
	}
	s := holds[first]
	delete(holds, first)
	if task, found, _ := tab.Give(s); found {
		grant(task, s)
	}
}

func callbackService(sessions ...*CallbackSession) (*CallbackService, *[]Op) {
	var done []Op
	return &CallbackService{
		Find: func(id SessionID) *CallbackSession {
			for _, s := range sessions {
				if s.ID == id {
					return s
				}
			}
			return nil
		},
		InFlight: func(_ SessionID, c ReferringCall) bool { return c.Slot == 7 },
		Do: func(o *Operation, _ int) (Status, Body) {
			done = append(done, o.Op)
			return OK, nil
		},
	}, &done
}

func TestACallbackSequenceIsCheckedInTheKernelsOrder(t *testing.T) {
	id := SessionID{1}
	for _, c := range []struct {
		about   string
		session CallbackSession
		q       CBSequenceArgs
		want    Status
	}{
		{"no such session", CallbackSession{}, CBSequenceArgs{Session: SessionID{2}, Sequence: 1}, ErrBadSession},
		{"no back channel", CallbackSession{ID: id}, CBSequenceArgs{Session: id, Sequence: 1}, ErrBadSession},
		{"recovery", CallbackSession{ID: id, BackChan: true, Draining: true}, CBSequenceArgs{Session: id, Sequence: 9}, ErrDelay},
		{"a session that is given up", CallbackSession{ID: id, BackChan: true, Draining: true, Resetting: true}, CBSequenceArgs{Session: id}, ErrBadSession},
		{"slot", CallbackSession{ID: id, BackChan: true}, CBSequenceArgs{Session: id, Sequence: 9, Slot: 1}, ErrBadSlot},
		{"number", CallbackSession{ID: id, BackChan: true}, CBSequenceArgs{Session: id, Sequence: 2}, ErrSeqMisordered},
		{"again", CallbackSession{ID: id, BackChan: true}, CBSequenceArgs{Session: id, Sequence: 0, CacheThis: true}, ErrSeqFalseRetry},
		{"again, not cached", CallbackSession{ID: id, BackChan: true}, CBSequenceArgs{Session: id, Sequence: 0}, ErrRetryUncachedRep},
		{"nothing is cached", CallbackSession{ID: id, BackChan: true}, CBSequenceArgs{Session: id, Sequence: 1, CacheThis: true}, ErrRepTooBigToCache},
		{"good", CallbackSession{ID: id, BackChan: true}, CBSequenceArgs{Session: id, Sequence: 1}, OK},
	} {
		c.session.Slots = make([]CallbackSlot, 1)
		srv, done := callbackService(&c.session)
		r, wait := srv.Compound(&CompoundArgs{Callback: true, Minor: 1, Ops: []Operation{
			{Op: OpCBSequence, Body: &c.q}, {Op: OpCBRecall, Body: &CBRecallArgs{}}}}, false)
		require.False(t, wait, c.about)
		require.Equal(t, c.want, r.Status, c.about)
		require.Equal(t, c.want == OK, len(*done) == 1, c.about)
		require.Equal(t, c.want == OK, c.session.Slots[0].Seq == 1, "%s: only success changes the slot", c.about)
		require.False(t, c.session.Slots[0].Busy)
		require.Equal(t, c.about == "again, not cached", c.want != OK && r.Ops[0].Status == OK, c.about)
	}
}

func TestACallbackThatOvertookAReplyWaitsForItAndGivesUp(t *testing.T) {
	s := &CallbackSession{ID: SessionID{1}, BackChan: true, Slots: make([]CallbackSlot, 1)}
	srv, done := callbackService(s)
	a := &CompoundArgs{Callback: true, Minor: 1, Ops: []Operation{{Op: OpCBSequence, Body: &CBSequenceArgs{Session: s.ID, Sequence: 1,
		Referring: []ReferringCalls{{Session: s.ID, Calls: []ReferringCall{{1, 7}}}}}}, {Op: OpCBRecall, Body: &CBRecallArgs{}}}}
	_, wait := srv.Compound(a, false)
	require.True(t, wait)
	r, wait := srv.Compound(a, true)
	require.False(t, wait)
	require.Equal(t, ErrDelay, r.Status)
	require.Empty(t, *done)
	srv.InFlight = func(SessionID, ReferringCall) bool { return false }
	r, _ = srv.Compound(a, false)
	require.Equal(t, OK, r.Status)
}

func TestCallbackOperationsHaveTheirPlaces(t *testing.T) {
	srv, _ := callbackService()
	for want, ops := range map[Status][]Operation{
		ErrOpNotInSession: {{Op: OpCBRecall, Body: &CBRecallArgs{}}},
		ErrOpIllegal:      {{Op: 99}},
		ErrBadSession:     {{Op: OpCBSequence, Body: &CBSequenceArgs{}}},
	} {
		r, _ := srv.Compound(&CompoundArgs{Callback: true, Minor: 1, Ops: ops}, false)
		require.Equal(t, want, r.Status)
	}
	r, _ := srv.Compound(&CompoundArgs{Callback: true, Minor: 0, Ops: []Operation{{Op: OpCBRecall, Body: &CBRecallArgs{}}}}, false)
	require.Equal(t, OK, r.Status, "NFSv4.0 has no sessions")
	r, _ = srv.Compound(&CompoundArgs{Callback: true, Minor: 3}, false)
	require.Equal(t, ErrMinorVersMismatch, r.Status)
}
