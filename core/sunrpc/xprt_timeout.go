package sunrpc

import (
	"sunscope/core/time"
	"sunscope/core/trace"
)

// initTimeouts is xprt_init_majortimeo: the clocks of a call that has just got its slot.
func (r *Request) initTimeouts() {
	t := r.task
	origin := t.k.m.Now()
	if !r.xprt.connected() {
		origin = t.start
	}
	to := &t.client.timeout
	r.timeout = to.Init
	r.majorTimeo = origin + to.major(r.timeout)
	r.minorTimeo = origin + r.timeout
}

// rawJiffies is the kernel's counter of ticks at an instant, as tk_timeout holds it and xprt_retransmit prints it: it
// begins five minutes before it leaves 32 bits. 0 stays 0: no timer runs.
func rawJiffies(at time.Duration) int64 {
	if at == 0 {
		return 0
	}
	return 1<<32 - int64(300*HZ/Jiffy) + int64(jiffyCeil(at)/Jiffy)
}

// waitUntil is when a wait for the reply, for the connection or for the lock ends.
//
//go:noinline
func (r *Request) waitUntil() time.Duration {
	return min(r.task.k.m.Now()+r.timeout, r.majorTimeo)
}

// adjustTimeout is xprt_adjust_timeout: it says whether the major timeout has come, and lets the interval grow when
// only the minor one has.
func (r *Request) adjustTimeout() bool {
	to, now := &r.task.client.timeout, r.task.k.m.Now()
	if now < r.majorTimeo {
		if now < r.minorTimeo {
			return false
		}
		if to.Exponential {
			r.timeout <<= 1
		} else {
			r.timeout += to.Increment
		}
		if to.Max != 0 && r.timeout > to.Max {
			r.timeout = to.Max
		}
		r.retries++
		r.minorTimeo += r.timeout
		return false
	}
	r.timeout = to.Init
	r.retries = 0
	r.task.client.rtt.init(to.Init)
	r.majorTimeo += to.major(r.timeout)
	if r.timeout == 0 {
		r.timeout = 5 * HZ
	}
	return true
}

// checkTimeout is rpc_check_timeout. A hard task only takes note; a soft one ends.
func (t *Task) checkTimeout() {
	if t.rpcStatus == erestartsys || t.req == nil || !t.req.adjustTimeout() {
		return
	}
	t.k.emit(".....", trace.RPCTimeoutStatus, t.idFields(int64(t.status))...)
	t.timeouts++
	connected := t.xprt == nil || t.xprt.connected()
	if t.flags&trace.SoftConn != 0 && !connected {
		t.fatal(etimedout)
		return
	}
	if t.flags&(trace.Soft|trace.Timeout) != 0 {
		if t.flags&trace.NoRTO != 0 && connected {
			return
		}
		t.notice(&t.k.limits.timedOut, "rpc_check_timeout", "not responding, timed out")
		if t.flags&trace.Timeout != 0 {
			t.fatal(etimedout)
		} else {
			t.fatal2(eio, etimedout)
		}
		return
	}
	if t.flags&trace.MajorSeen == 0 {
		t.flags |= trace.MajorSeen
		t.notice(&t.k.limits.stillTrying, "rpc_check_timeout", "not responding, still trying")
	}
	t.client.forceRebind()
	if c := t.req.cred; c != nil {
		c.UpToDate = false // rpcauth_invalcred
	}
}
