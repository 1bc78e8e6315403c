package sunrpc

import (
	"sunscope/core/fsm"
)

// callReserve asks for a slot. Whatever comes of it, call_reserveresult looks at it.
func (t *Task) callReserve() {
	t.action = fsm.CallReserveResult
	t.reserve()
}

func (t *Task) callReserveResult() {
	status := t.status
	t.status = 0
	switch {
	case status >= 0 && t.req != nil:
		t.action = fsm.CallRefresh
	case status >= 0:
		t.fatal(eio)
	case status == enomem:
		t.action = fsm.CallRetryReserve
		t.delay(HZ / 4)
	case status == eagain:
		t.action = fsm.CallRetryReserve
	default:
		t.fatal(status)
	}
}

// callRetryReserve is for a task that has waited already: it usually finds that the slot was handed to it.
func (t *Task) callRetryReserve() {
	t.action = fsm.CallReserveResult
	t.retryReserve()
}
