package client

import (
	"sunscope/core/nfs4"
	"sunscope/core/sunrpc"
	"sunscope/core/time"
)

// pollMin is NFS4_POLL_RETRY_MIN: how long the first wait is after an answer that says "not now"; each is twice as long as
// the one before, up to pollMax.
const pollMin = sunrpc.HZ / 10

// exception is nfs4_exception: what went wrong with a synchronous operation so far.
type exception struct{ timeout time.Duration }

// wait is nfs4_delay's time.
func (x *exception) wait() time.Duration {
	if x.timeout <= 0 {
		x.timeout = pollMin
	}
	d := min(x.timeout, pollMax)
	x.timeout = d * 2
	return d
}

// verdict is what is to be done about an error.
type verdict uint8

const (
	final   verdict = iota // tell the caller
	later                  // wait a while, and again
	recover                // when the state manager is done, again
	atOnce                 // again, with another number
)

// judge is nfs4_do_handle_exception: which errors pass, and which need the state manager.
func (c *Client) judge(status int32) verdict {
	switch status {
	case nfs4.ErrDelay.Errno(), nfs4.ErrGrace.Errno(), nfs4.ErrLayoutTryLater.Errno(), nfs4.ErrRecallConflict.Errno():
		return later
	case nfs4.ErrRetryUncachedRep.Errno(): // it was sent twice, and the server has not kept its first answer
		return atOnce
	case nfs4.ErrBadSession.Errno(), nfs4.ErrBadSlot.Errno(), nfs4.ErrBadHighSlot.Errno(), nfs4.ErrConnNotBound.Errno(),
		nfs4.ErrDeadSession.Errno(), nfs4.ErrSeqFalseRetry.Errno(), nfs4.ErrSeqMisordered.Errno():
		return recover // SEQUENCE's Done hook has called the state manager
	case nfs4.ErrStaleClientid.Errno(), nfs4.ErrStaleStateid.Errno(), nfs4.ErrExpired.Errno():
		c.leaseInDoubt()
		return recover
	}
	return final
}

// retried makes a synchronous operation until it has an answer that says something (the do … while (exception.retry) of
// nfs4_proc_*).
func (c *Client) retried(x *exception, try func(func(int32) sunrpc.Step) sunrpc.Step, then func(int32) sunrpc.Step) sunrpc.Step {
	return try(func(status int32) sunrpc.Step {
		again := func() sunrpc.Step { return c.retried(x, try, then) }
		switch c.judge(status) {
		case later:
			return c.pause(func(wake func()) { c.M.At(c.M.Now()+x.wait(), wake) }, orGiveUp(again, then))
		case recover:
			return c.recovered(orGiveUp(again, then))
		case atOnce:
			return again()
		}
		return then(status)
	})
}

// sleep lets the thread sleep for d.
func (c *Client) sleep(d time.Duration, then sunrpc.Step) sunrpc.Step {
	th := c.M.Current()
	c.M.At(c.M.Now()+d, func() { c.M.Wake(th, then) })
	return nil
}

// again is nfs4_async_handle_error, for a Done hook behind Client.done: it says whether the task was restarted.
func (c *Client) again(t *sunrpc.Task, x *exception) bool {
	switch c.judge(t.Status()) {
	case later:
		t.RestartPrepare()
		t.Delay(x.wait())
		return true
	case atOnce:
		t.RestartPrepare()
		return true
	case recover:
		if c.manager.has(managerRunning) {
			c.queue.Sleep(t)
		}
		t.RestartPrepare()
		return true
	}
	return false
}
