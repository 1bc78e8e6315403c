package record

import (
	"errors"

	"sunscope/core/fsm"
	"sunscope/core/trace"
)

// alloc is rpc_buf_alloc. The buffer stays with the slot, so that whoever comes to call_allocate again has it.
func (t *task) alloc(e *trace.Event) {
	c := &t.counts
	switch {
	case t.refused:
	case c.allocated > 0:
		t.refuse("rpc_buf_alloc twice in one run of call_allocate")
	case t.buffer:
		t.refuse("rpc_buf_alloc, but the slot has a buffer already")
	}
	c.allocated++
	t.allocStatus = int32(e.Int("status"))
	t.buffer = t.allocStatus == 0
}

// bufferEvidence: call_allocate allocates unless the slot has a buffer, and goes on to call_encode if it could.
func (t *task) bufferEvidence() error {
	s := &t.step
	switch {
	case s.From != fsm.CallAllocate || !t.begun:
		return nil
	case t.counts.allocated == 0 && !t.hadBuffer:
		return missing("rpc_buf_alloc", "call_allocate", 0)
	case t.counts.allocated == 0:
		return nil
	case t.allocStatus != 0 && s.To == fsm.CallEncode:
		return errors.New("call_allocate → call_encode, though rpc_buf_alloc failed with " + fsm.StatusText(t.allocStatus))
	case t.allocStatus == 0 && s.To == fsm.CallAllocate:
		return errors.New("call_allocate → call_allocate, though rpc_buf_alloc did not fail")
	}
	return nil
}
