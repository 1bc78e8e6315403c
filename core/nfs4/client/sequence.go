package client

import (
	"sunscope/core/fsm"
	"sunscope/core/nfs4"
	"sunscope/core/sunrpc"
	"sunscope/core/time"
)

// pollMax is NFS4_POLL_RETRY_MAX: how long a call waits after a SEQUENCE that the server has put off.
const pollMax = 15 * time.Second

// Table is nfs4_slot_table: slots, and the queue of the tasks that wait for one. A task in the queue has no slot; whoever
// frees one hands it to the task that is woken.
type Table struct {
	slots *nfs4.SlotTable
	queue *sunrpc.WaitQueue
	drain func() // waits until no slot is in use
}

// newTable is nfs4_setup_slot_table.
func (c *Client) newTable(name fsm.Queue, slots uint32) *Table {
	return &Table{slots: nfs4.NewSlotTable(slots, 1), queue: c.K.NewPriorityQueue(name)}
}

// Slots is the table's own record.
func (t *Table) Slots() *nfs4.SlotTable { return t.slots }

// sequence is a call's slot and what SEQUENCE was answered (nfs4_sequence_args, nfs4_sequence_res).
type sequence struct {
	table  *Table
	slot   *nfs4.Slot // sr_slot
	answer bool       // SEQUENCE, or in NFSv4.0 the COMPOUND, has been answered
	status nfs4.Status
	seq    *nfs4.SequenceRes
	began  time.Duration // when it got its slot
}

// heard takes SEQUENCE out of the answer.
func (s *sequence) heard(r *nfs4.CompoundRes) {
	if len(r.Ops) == 0 || r.Ops[0].Op != nfs4.OpSequence {
		return
	}
	s.answer, s.status = true, r.Ops[0].Status
	s.seq, _ = r.Ops[0].Body.(*nfs4.SequenceRes)
	r.Ops = r.Ops[1:]
}

// prepare is nfs4_setup_sequence as a Prepare hook: the task starts if there is a slot for it, or sleeps until somebody
// hands it one. A draining table has slots for privileged calls only. It says whether the task starts.
func (c *Client) prepare(t *sunrpc.Task, call *Call) bool {
	if !call.seqid.turn(t) {
		return false
	}
	if call.slot != nil { // it was handed over, or it is the one of the first attempt
		return c.start(t, call)
	}
	table := c.Table
	if !table.slots.Draining || call.Privileged {
		call.slot = table.slots.Alloc()
	}
	call.table = table
	if call.slot == nil {
		call.seqid.release() // others may come first
		if call.Privileged {
			table.queue.SleepPrivileged(t)
		} else {
			table.queue.Sleep(t)
		}
		return false
	}
	call.started()
	return c.start(t, call)
}

// start lets a task go that has its slot.
func (c *Client) start(t *sunrpc.Task, call *Call) bool {
	call.began = c.M.Now()
	if call.fresh != nil {
		if status := call.fresh(); status < 0 {
			c.release(call)
			t.Exit(status)
			return false
		}
	}
	t.CallStart()
	return true
}

func (s *sequence) started() { s.answer, s.status, s.seq = false, nfs4.OK, nil }

// done is nfs4_sequence_done as a Done hook: SEQUENCE's answer decides whether the slot is free, or the call is made again
// on it. It says whether the call is over.
func (c *Client) done(t *sunrpc.Task, call *Call) bool {
	if call.slot == nil {
		return true
	}
	if c.Minor == 0 {
		if t.Status() >= 0 && renews(call.proc) {
			c.Renewed = max(c.Renewed, call.began)
		}
		c.release(call)
		return true
	}
	if !t.WasSent() { // the server has not seen the number
		c.audit.unsent(call)
		c.release(call)
		return true
	}
	if c.defect == NumberKept && call.status == nfs4.OK {
		call.slot.Seq--
	}
	if call.answer && call.status != nfs4.OK { // nor has it taken it
		c.audit.unsent(call)
	}
	slots := call.table.slots
	most := slots.Max
	switch after := slots.Sequenced(call.slot, call.status, call.seq, !call.answer); after {
	case nfs4.RetryNow:
		c.release(call)
		t.RestartPrepare()
		return false
	case nfs4.RetryLater:
		call.started()
		t.Restart()
		t.Delay(pollMax)
		return false
	case nfs4.Probe:
		if call.proc == procSequence {
			c.release(call)
		} else {
			c.probe(call.slot, call.table)
			call.slot = nil
		}
		t.RestartPrepare()
		return false
	case nfs4.NewSession:
		c.lost(call.status)
	}
	if call.answer && call.status == nfs4.OK {
		c.Renewed = max(c.Renewed, call.began)
		if call.seq != nil {
			c.flags(call.seq.Flags, call.Privileged)
		}
	}
	c.release(call)
	if slots.Max > most && !slots.Draining { // nfs41_set_max_slotid: the server lets us use more slots than before
		call.table.wakeUp()
	}
	if c.defect == CallRepeated && call.status == nfs4.OK && call.proc == procOpen && !call.abandoned {
		call.abandoned = true
		t.RestartPrepare()
		return false
	}
	return true
}

// release is nfs41_sequence_free_slot: the first who waits gets the slot as it is, if the table still wants it used. When the
// last slot is free of more than the server wants to see used, a SEQUENCE tells it so (nfs41_notify_server).
func (c *Client) release(call *Call) {
	s, table := call.slot, call.table
	call.slot = nil
	if s == nil || c.defect == SlotLeaked {
		return
	}
	over := table.slots.Highest != nfs4.NoSlot && table.slots.Highest > table.slots.Target
	if c.defect != SlotNotHanded && table.hand(s) {
		return
	}
	table.free(s)
	if over && table.slots.Highest == nfs4.NoSlot && c.Minor > 0 {
		c.needs(checkLease)
	}
}

// hand is nfs41_wake_and_assign_slot.
func (t *Table) hand(s *nfs4.Slot) bool {
	if s.ID > t.slots.Max {
		return false
	}
	return t.queue.WakeFirst(func(task *sunrpc.Task) bool {
		call := task.Result().(*Call)
		if t.slots.Draining && !call.Privileged {
			return false
		}
		t.slots.Keep(s)
		call.slot, call.table = s, t
		call.started()
		return true
	})
}

func (t *Table) free(s *nfs4.Slot) {
	t.slots.Free(s)
	if t.slots.Highest == nfs4.NoSlot && t.slots.Draining && t.drain != nil {
		wake := t.drain
		t.drain = nil
		wake()
	}
}

// wakeUp is nfs41_wake_slot_table: as many sleepers as there are slots get one each.
func (t *Table) wakeUp() {
	for {
		s := t.slots.Alloc()
		if s == nil {
			return
		}
		if !t.hand(s) {
			t.slots.Free(s)
			return
		}
	}
}

// drained is nfs4_begin_drain_session's wait: nobody gets a slot any more but privileged calls, and then comes when all are
// free.
func (c *Client) drained(then func() sunrpc.Step) sunrpc.Step {
	t := c.Table
	if t == nil {
		return then()
	}
	t.slots.Draining = true
	if t.slots.Highest == nfs4.NoSlot {
		return then()
	}
	th := c.M.Current()
	t.drain = func() { c.M.Wake(th, func() sunrpc.Step { return then() }) }
	return nil
}

// endDrain is nfs4_end_drain_session.
func (c *Client) endDrain() {
	if t := c.Table; t != nil && t.slots.Draining && c.defect != DrainKept {
		t.slots.Draining = false
		t.wakeUp()
	}
}
