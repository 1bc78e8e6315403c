package nfs4

import "slices"

// MaxSlots is NFS4_MAX_SLOT_TABLE: as many slots as the client ever uses.
const MaxSlots = 1024

// NoSlot is NFS4_NO_SLOT: the highest used slot of a table that is empty.
const NoSlot = ^uint32(0)

// Slot is a slot of a session on the client's side (nfs4_slot).
type Slot struct {
	ID   uint32
	Seq  uint32 // seq_nr: of the next call, or of the one under way
	Done bool   // the call under way has had its answer

	acked      uint32 // seq_nr_last_acked
	generation uint32
}

// SlotTable is the client's end of a session (nfs4_slot_table): which slots calls occupy, and who waits for one. Tasks
// are known by a number that the caller chooses. The order of waiting is that of arrival, privileged tasks (those of
// recovery) before the others.
type SlotTable struct {
	// Max is the highest slot that may be used, Target what the server wants to see used at most.
	Max, Target uint32
	// Highest is the highest slot in use, NoSlot for none; SEQUENCE tells the server.
	Highest uint32
	// Draining: recovery goes on, only privileged tasks get slots.
	Draining bool

	slots      []*Slot
	used       []bool
	generation uint32
	waiting    []slotWaiter
}

type slotWaiter struct {
	task       uint64
	privileged bool
}

// NewSlotTable is a table of the number of slots that CREATE_SESSION granted. The fore channel's sequence begins with 1,
// the back channel's with 0, the number of the call before the first.
func NewSlotTable(slots, seq uint32) *SlotTable {
	n := max(min(slots, MaxSlots), 1)
	t := &SlotTable{Max: n - 1, Target: n - 1, Highest: NoSlot}
	for id := range n {
		t.slots = append(t.slots, &Slot{ID: id, Seq: seq, acked: seq - 1})
	}
	t.used = make([]bool, n)
	return t
}

// Take gives task the lowest free slot, or lets it wait (nfs4_setup_sequence).
func (t *SlotTable) Take(task uint64, privileged bool) *Slot {
	if !t.Draining || privileged {
		if s := t.lowest(); s != nil {
			return s
		}
	}
	w := slotWaiter{task, privileged}
	at := len(t.waiting)
	if privileged {
		at = slices.IndexFunc(t.waiting, func(o slotWaiter) bool { return !o.privileged })
		if at < 0 {
			at = len(t.waiting)
		}
	}
	t.waiting = slices.Insert(t.waiting, at, w)
	return nil
}

// Leave takes a task that waits out of the queue: it was killed.
func (t *SlotTable) Leave(task uint64) {
	t.waiting = slices.DeleteFunc(t.waiting, func(w slotWaiter) bool { return w.task == task })
}

// Waiting is how many tasks wait.
func (t *SlotTable) Waiting() int { return len(t.waiting) }

func (t *SlotTable) lowest() *Slot {
	for id := uint32(0); id <= t.Max; id++ {
		if !t.used[id] {
			t.used[id] = true
			if t.Highest == NoSlot || t.Highest < id {
				t.Highest = id
			}
			s := t.slots[id]
			s.Done, s.generation = false, t.generation
			return s
		}
	}
	return nil
}

// Give ends the use of a slot (nfs41_release_slot). Whoever has waited longest gets it as it is, if it is still within
// Max; found says so. tell reports that the server should hear of a lower Highest, which it asked for, by a SEQUENCE.
func (t *SlotTable) Give(s *Slot) (task uint64, found, tell bool) {
	over := t.Highest != NoSlot && t.Highest > t.Target
	if s.ID <= t.Max {
		if task, found = t.next(); found {
			s.Done, s.generation = false, t.generation
			return task, true, false
		}
	}
	t.Free(s)
	return 0, false, over && t.Highest == NoSlot
}

// Alloc is the lowest free slot, now in use; nil if there is none (nfs4_alloc_slot). It is for callers that keep a queue of
// their own, as sunrpc's wait queues are: [SlotTable.Keep] hands a slot on to one who waits there, [SlotTable.Free] frees it.
func (t *SlotTable) Alloc() *Slot { return t.lowest() }

// InFlight says whether the call with that number on that slot is still under way (nfs4_slot_seqid_in_use).
func (t *SlotTable) InFlight(slot, seq uint32) bool {
	return slot < uint32(len(t.slots)) && t.used[slot] && t.slots[slot].Seq == seq && !t.slots[slot].Done
}

// Each hears every slot and whether it is in use.
func (t *SlotTable) Each(f func(s *Slot, inUse bool)) {
	for i, s := range t.slots {
		f(s, t.used[i])
	}
}

// Keep hands a slot that is in use on to another call (nfs41_assign_slot).
func (t *SlotTable) Keep(s *Slot) { s.Done, s.generation = false, t.generation }

// Free ends the use of a slot that nobody waits for (nfs4_free_slot).
func (t *SlotTable) Free(s *Slot) {
	t.used[s.ID] = false
	if s.ID != t.Highest {
		return
	}
	t.Highest = NoSlot
	for id := s.ID; id > 0 && t.Highest == NoSlot; id-- {
		if t.used[id-1] {
			t.Highest = id - 1
		}
	}
}

func (t *SlotTable) next() (task uint64, found bool) {
	if len(t.waiting) == 0 || t.Draining && !t.waiting[0].privileged {
		return 0, false
	}
	task = t.waiting[0].task
	t.waiting = t.waiting[1:]
	return task, true
}

// Wake hands free slots to those who wait, after Max has grown or draining has ended (nfs41_wake_slot_table). It is to
// be called until it finds nobody.
func (t *SlotTable) Wake() (task uint64, s *Slot) {
	if len(t.waiting) == 0 || t.Draining && !t.waiting[0].privileged {
		return 0, nil
	}
	if s = t.lowest(); s != nil {
		task, _ = t.next()
	}
	return task, s
}

// SetTarget is what a CB_RECALL_SLOT or a SEQUENCE's answer asks for. Calls that began before do not change it back.
func (t *SlotTable) SetTarget(highest uint32) {
	highest = min(highest, MaxSlots-1)
	for uint32(len(t.slots)) <= highest {
		t.slots = append(t.slots, &Slot{ID: uint32(len(t.slots)), Seq: 1})
		t.used = append(t.used, false)
	}
	if highest != t.Target {
		t.Target, t.Max = highest, highest
		t.generation++
	}
}

// Args is SEQUENCE4args for a call on s.
func (t *SlotTable) Args(id SessionID, s *Slot, cache bool) SequenceArgs {
	return SequenceArgs{Session: id, Sequence: s.Seq, Slot: s.ID, Highest: t.Highest, CacheThis: cache}
}

// After is what a client does after SEQUENCE's result.
type After uint8

// What follows: the call is over, it is made again with the same or the next number, at once or after a while; a SEQUENCE
// alone on the slot finds out what the server has seen; or the session is lost.
const (
	Over After = iota
	RetryNow
	RetryLater
	Probe
	NewSession
)

// Sequenced takes SEQUENCE's result (nfs41_sequence_process). A nil res with lost means that the call was sent and no
// answer came: the server may have seen it or not, so the number is not used again.
func (t *SlotTable) Sequenced(s *Slot, status Status, res *SequenceRes, lost bool) After {
	s.Done = true
	if lost {
		s.Seq++
		return Over
	}
	switch status {
	case OK:
		s.acked = s.Seq
		s.Seq++
		if res != nil && s.generation == t.generation {
			t.SetTarget(res.Target)
		}
		return Over
	case ErrDelay:
		s.acked = s.Seq // SEQUENCE itself was put off: the number still holds (RFC 8881 section 15.1.1.3)
		return RetryLater
	case ErrRetryUncachedRep, ErrSeqFalseRetry:
		s.acked = s.Seq
		s.Seq++
		return RetryNow
	case ErrBadSlot:
		t.SetTarget(max(s.ID, 1) - 1)
		return RetryNow
	case ErrSeqMisordered:
		if int32(s.Seq-s.acked) > 1 { // a call on this slot was interrupted: the server may not have seen it
			s.Seq--
			return Probe
		}
		return NewSession
	case ErrBadSession, ErrDeadSession, ErrConnNotBound, ErrBadHighSlot:
		return NewSession
	}
	return Over
}
