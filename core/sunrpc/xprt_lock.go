package sunrpc

import "sunscope/core/trace"

// writeLock is the transport's write lock: the bit XPRT_LOCKED with its owner. One owner at a time sends, connects or
// closes. While the connect worker has it the owner is a cookie, no task.
type writeLock struct {
	task   *Task // snd_task
	cookie bool  // XPRT_SND_IS_COOKIE
}

// lockWrite is xprt_lock_write: true when t owns the lock, else t sleeps on xprt_sending.
func (x *Xprt) lockWrite(t *Task) bool {
	if x.has(trace.XprtLocked) && x.lock.task == t {
		return true // the lock was handed to it while it slept
	}
	if x.has(trace.XprtLocked|trace.XprtWriteSpace|trace.XprtCwndWait) && !(x.lock.task != nil && x.k.broken(LockShared)) {
		x.sleepSending(t)
		return false
	}
	x.state |= trace.XprtLocked
	x.lock.task = t
	x.ops.traceReserve(x, t)
	return true
}

func (x *Xprt) sleepSending(t *Task) {
	t.status = eagain
	if t.req != nil && t.flags&(trace.Soft|trace.Timeout) != 0 {
		x.sending.sleepUntil(t, nil, t.req.waitUntil())
		return
	}
	x.sending.sleepOn(t, nil, t.priority)
}

// prepareTransmit is xprt_prepare_transmit: the lock, unless somebody has sent t's request in the meantime.
func (x *Xprt) prepareTransmit(t *Task) bool {
	if x.lockWrite(t) {
		return true
	}
	if t.run&trace.NeedXmit == 0 {
		x.sending.wakeTaskStatus(t, 0)
	}
	return false
}

// releaseWrite is xprt_release_write: only the owner gives the lock back.
//
//go:noinline
func (x *Xprt) releaseWrite(t *Task) {
	if x.lock.task == t {
		x.releaseXprt(t)
	}
}

// releaseXprt is xprt_release_xprt, which is called for every task that ends, owner or not.
func (x *Xprt) releaseXprt(t *Task) {
	if t != nil && x.lock.task == t && !x.k.broken(LockKept) {
		x.lock.task = nil
		x.clearLocked()
		x.lockNext()
	}
	x.traceRelease(t)
}

//go:noinline
func (x *Xprt) traceRelease(t *Task) { x.ops.traceRelease(x, t) }

// lockFields are what the events of the lock print: the task, or none, and who owns the lock now.
func (x *Xprt) lockFields(t *Task, more ...int64) []int64 {
	owner := int64(trace.NoID)
	if x.lock.task != nil {
		owner = int64(x.lock.task.pid)
	}
	if t == nil {
		return append(append(x.k.scratch[:0], trace.NoID, trace.NoID, owner), more...)
	}
	return append(t.idFields(owner), more...)
}

// clearLocked is xprt_clear_locked: a close that was asked for meanwhile takes the lock over.
//
//go:noinline
func (x *Xprt) clearLocked() {
	if x.has(trace.XprtCloseWait) {
		x.queueClose()
		return
	}
	x.state &^= trace.XprtLocked
	x.tellDestroy()
}

// tellDestroy is wake_up_bit for who waits to end the transport.
//
//go:noinline
func (x *Xprt) tellDestroy() {
	if wake := x.unlocked; wake != nil {
		x.unlocked = nil
		wake()
	}
}

// lockNext is __xprt_lock_write_next: the first sleeper of xprt_sending becomes the owner before it runs, and runs on
// xprtiod so that sending goes on even when rpciod is busy.
func (x *Xprt) lockNext() {
	if x.has(trace.XprtLocked | trace.XprtWriteSpace | trace.XprtCwndWait) {
		return
	}
	x.sending.wakeFirst(x.k.xprtiod, func(t *Task) bool {
		x.state |= trace.XprtLocked
		x.lock.task = t
		return true
	})
}

// lockConnect is xprt_lock_connect: the connect worker takes t's lock over.
func (x *Xprt) lockConnect(t *Task) bool {
	if x.lock.task != t {
		return false
	}
	x.lock = writeLock{cookie: true}
	x.state |= trace.XprtSndIsCookie
	return true
}

// unlockConnect is xprt_unlock_connect.
func (x *Xprt) unlockConnect() {
	if !x.lock.cookie {
		return
	}
	x.lock = writeLock{}
	x.state &^= trace.XprtSndIsCookie
	x.clearLocked()
	x.lockNext()
	x.traceRelease(nil)
	x.scheduleIdle()
}
