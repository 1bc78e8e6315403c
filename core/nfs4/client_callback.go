package nfs4

// CallbackSession is the client's end of a session's back channel.
type CallbackSession struct {
	ID       SessionID
	BackChan bool // CREATE_SESSION was granted one
	// Draining: recovery holds the slots. Resetting: the session is given up.
	Draining, Resetting bool
	// Slots are as many as the back channel's attributes say; Seq is the number of the last call, Busy that it is worked on.
	Slots []CallbackSlot
}

// CallbackSlot is a slot of it.
type CallbackSlot struct {
	Seq  uint32
	Busy bool
}

// CallbackService is what a client does with a CB_COMPOUND (callback_xdr.c and callback_proc.c): the rules of order,
// CB_SEQUENCE's checks, and the operations handed on.
type CallbackService struct {
	// Find is the session with that id, nil if there is none.
	Find func(SessionID) *CallbackSession
	// InFlight reports whether a call of the fore channel still waits for its answer.
	InFlight func(SessionID, ReferringCall) bool
	// Do does an operation other than CB_SEQUENCE. CB_RECALL is to be answered before the delegation is returned.
	// referred is how many calls of our sessions the server named as possibly overtaken.
	Do func(o *Operation, referred int) (Status, Body)
	// Sequenced, if any, hears what CB_SEQUENCE has come to.
	Sequenced func(q *CBSequenceArgs, st Status)
}

// Referring is how long a callback waits for the answers of the calls that it may have overtaken, in milliseconds.
const Referring = 500

// Compound answers a CB_COMPOUND. With wait it has to be asked again, when a call of the fore channel has had its answer
// or when Referring is over (then with late): the callback has overtaken a reply that it depends on.
func (s *CallbackService) Compound(a *CompoundArgs, late bool) (r *CompoundRes, wait bool) {
	r = &CompoundRes{Callback: true, Tag: a.Tag}
	if a.Minor > 1 {
		r.Status = ErrMinorVersMismatch
		return r, false
	}
	var slot *CallbackSlot
	next := OK // CB_SEQUENCE's, for the operation behind it
	referred := 0
	for i := range a.Ops {
		o := &a.Ops[i]
		done := Operation{Op: o.Op, Status: s.allowed(a.Minor, i, o)}
		switch {
		case done.Status == ErrOpIllegal:
			done.Op = OpIllegal
		case done.Status != OK:
		case next != OK:
			done.Status = next
		case o.Op == OpCBSequence:
			slot, referred, wait = s.sequence(&done, o.Body.(*CBSequenceArgs), &next, late)
			if wait {
				return nil, true
			}
			if s.Sequenced != nil {
				s.Sequenced(o.Body.(*CBSequenceArgs), done.Status)
			}
		default:
			done.Status, done.Body = s.Do(o, referred)
		}
		r.Ops, r.Status = append(r.Ops, done), done.Status
		if done.Status != OK {
			break
		}
	}
	if slot != nil {
		slot.Busy = false
	}
	return r, false
}

// allowed is which operations there are, and where.
func (s *CallbackService) allowed(minor uint32, i int, o *Operation) Status {
	switch {
	case o.Status != OK:
		return o.Status
	case minor == 0 && (o.Op == OpCBGetattr || o.Op == OpCBRecall):
		return OK
	case minor == 0, o.Op < OpCBGetattr, o.Op > OpCBNotifyDeviceid:
		return ErrOpIllegal
	case o.Op == OpCBSequence && i > 0:
		return ErrSequencePos
	case o.Op != OpCBSequence && i == 0:
		return ErrOpNotInSession
	}
	switch o.Op {
	case OpCBNotify, OpCBPushDeleg, OpCBRecallableObjAvail, OpCBWantsCancelled:
		return ErrNotSupp
	}
	if o.Body == nil {
		return ErrOpIllegal
	}
	return OK
}

// sequence is nfs4_callback_sequence, check by check in its order. Only success changes the slot.
func (s *CallbackService) sequence(done *Operation, q *CBSequenceArgs, next *Status, late bool) (slot *CallbackSlot, referred int, wait bool) {
	t := s.Find(q.Session)
	if t == nil || !t.BackChan {
		done.Status = ErrBadSession
		return nil, 0, false
	}
	highest := uint32(len(t.Slots)) - 1
	ok := &CBSequenceRes{Session: t.ID, Sequence: q.Sequence, Slot: q.Slot, Highest: highest, Target: highest}
	if done.Status = t.check(q); done.Status == ErrRetryUncachedRep && !q.CacheThis {
		// Told with the operation behind: this one has found its slot.
		done.Status, done.Body, *next = OK, ok, ErrRetryUncachedRep
		return nil, 0, false
	}
	if done.Status != OK {
		return nil, 0, false
	}
	for _, list := range q.Referring {
		if s.Find(list.Session) == nil {
			continue
		}
		for _, call := range list.Calls {
			if referred++; !s.InFlight(list.Session, call) {
				continue
			}
			if !late {
				return nil, 0, true
			}
			done.Status = ErrDelay
			return nil, 0, false
		}
	}
	slot = &t.Slots[q.Slot]
	slot.Busy, slot.Seq = true, q.Sequence
	done.Body = ok
	return slot, referred, false
}

// check is everything about session and slot.
func (t *CallbackSession) check(q *CBSequenceArgs) Status {
	switch {
	case t.Draining && t.Resetting:
		return ErrBadSession
	case t.Draining:
		return ErrDelay
	case q.Slot >= uint32(len(t.Slots)):
		return ErrBadSlot
	}
	slot := &t.Slots[q.Slot]
	switch {
	case q.Sequence == slot.Seq && slot.Busy:
		return ErrDelay
	case q.Sequence == slot.Seq && q.CacheThis:
		return ErrSeqFalseRetry
	case q.Sequence == slot.Seq:
		return ErrRetryUncachedRep
	case q.Sequence != slot.Seq+1:
		return ErrSeqMisordered
	case slot.Busy:
		return ErrDelay
	case q.CacheThis:
		return ErrRepTooBigToCache
	}
	return OK
}
