package story

import (
	"sunscope/core/fsm"
	"sunscope/core/trace"
)

const fSndTask = 2 // slot of snd_task in xprt_reserve_xprt and its like

// lock folds xprt_reserve_xprt: the task has the write lock.
func (f *fold) lock() {
	t := f.taskOf(false)
	if t == nil {
		return
	}
	f.about = t.ID
	x := f.xprt(t.Xprt.Value)
	if x == nil {
		return
	}
	f.window(x)
	x.Stream = x.Stream || f.e.Kind == trace.XprtReserveXprt
	f.setOwner(x, uint32(f.e.F[fSndTask]), t, true)
}

// setOwner makes the task with that TK_PID the owner of the write lock. near is the task that the event names; sure says
// that the event is about this transport and no other.
func (f *fold) setOwner(x *Xprt, pid uint32, near *Task, sure bool) {
	if pid == trace.NoID && near != nil && x.SndCookie {
		return // the connect worker is no task: a task that lets go prints as if nobody had the lock
	}
	f.cookie(x, false)
	f.printed = x.ID
	if x.maybeCookie = !sure || pid == trace.NoID && x.maybeCookie && near != nil; pid == trace.NoID {
		sure = !x.maybeCookie
		x.SndTask = stated(TaskID(0), sure)
		f.lockBit(x, false)
		return
	}
	f.lockBit(x, true)
	x.SndTask = Fact[TaskID]{}
	if t := f.ownerNamed(x, pid, near); t != nil {
		x.SndTask = stated(t.ID, sure)
	}
	if f.rec != nil {
		f.rec.owner(f, x, x.SndTask.Value, false, x.SndTask.How)
	}
}

// stated is the owner that an event names; if several transports fit the event, it is a guess that it is this one's.
func stated(id TaskID, sure bool) Fact[TaskID] {
	if sure {
		return observed(id)
	}
	return inferred(id, RuleWorkerXprt)
}

// cookie notes whether the connect worker owns the write lock, which has a bit of its own.
func (f *fold) cookie(x *Xprt, on bool) {
	x.SndCookie = on
	s := x.State.Value &^ trace.XprtSndIsCookie
	if on {
		s |= trace.XprtSndIsCookie
	}
	if x.State.How != Unknown && s != x.State.Value {
		x.State = inferred(s, RuleConnectCookie)
	}
}

// nextOwner folds a wake-up from xprt_sending. If the task is still to send, nothing but the write lock wakes it with
// -EAGAIN: it owns it before it runs. The socket then takes data again, and the window has room.
func (f *fold) nextOwner(t *Task) {
	x := f.xprt(t.Xprt.Value)
	if x == nil || t.RunState&trace.NeedXmit == 0 || t.Status != -11 || t.step.killed {
		return
	}
	f.cookie(x, false)
	x.SndTask = inferred(t.ID, RuleNextOwner)
	if s := x.State.Value&^(trace.XprtWriteSpace|trace.XprtCwndWait) | trace.XprtLocked; x.State.How != Unknown && s != x.State.Value {
		x.State = inferred(s, RuleNextOwner)
	}
	if f.rec != nil {
		f.rec.owner(f, x, t.ID, false, Inferred)
	}
}

// ownerNamed finds the task that snd_task means: TK_PIDs count per client, and clients share transports.
func (f *fold) ownerNamed(x *Xprt, pid uint32, near *Task) *Task {
	if near != nil && near.PID == pid {
		return near
	}
	var best *Task
	rank := 0
	for i := range f.st.Tasks {
		t := &f.st.Tasks[i]
		if t.PID != pid || t.Finished || t.Xprt.Value != x.ID {
			continue
		}
		n := 1
		switch {
		case x.SndTask.Value == t.ID:
			n = 4
		case t.Queue == fsm.XprtSending && !t.Asleep && t.RunState&trace.NeedXmit != 0:
			n = 3 // just woken with the lock
		case t.Slot >= 0:
			n = 2
		}
		if n > rank {
			best, rank = t, n
		}
	}
	return best
}

func (f *fold) lockBit(x *Xprt, on bool) {
	if x.State.How == Unknown || (x.State.Value&trace.XprtLocked != 0) == on {
		return
	}
	if !on && (x.State.Value&trace.XprtCloseWait != 0 || f.beingClosed(x)) {
		return // whoever closes takes the lock over
	}
	x.State = inferred(x.State.Value^trace.XprtLocked, RuleLockBit)
	if !on && f.rec != nil {
		f.rec.owner(f, x, 0, false, Inferred)
	}
}

// beingClosed says whether a worker is about to close x, or at it.
func (f *fold) beingClosed(x *Xprt) bool {
	for i := range f.runners {
		if f.runners[i].closing == x.ID {
			return true
		}
	}
	return false
}

// unlock folds xprt_release_xprt. It is logged by whoever lets the write lock go, and by every task that gives its
// slot back, whether it had the lock or not; snd_task is the owner afterwards.
func (f *fold) unlock() {
	snd := uint32(f.e.F[fSndTask])
	if uint32(f.e.F[fPID]) == trace.NoID {
		x, r := f.workerXprt(), f.runner()
		sure := x != nil && x.sureSocket && x.socket == r.socket || f.onlyXprt()
		if r.closing != 0 { // it has begun a handshake, or found one under way: the last state has the transport closed for good
			x, r.closing = f.xprt(r.closing), 0
			sure = r.sureClosing || f.onlyXprt()
		}
		if x != nil {
			was := x.State
			if f.setOwner(x, snd, nil, sure); !sure && x.State != was {
				x.State.Rule = RuleWorkerXprt
			}
			if s := x.State.Value; x.Datagrams && s&trace.XprtConnecting != 0 {
				x.State = inferred(s&^trace.XprtConnecting, RuleDatagramSocket)
			}
		}
		f.workerEnds(connectWork)
		f.workerEnds(udpConnectWork)
		return
	}
	t := f.taskOf(false)
	if t == nil {
		return
	}
	f.about = t.ID
	x := f.xprt(t.Xprt.Value)
	if x == nil {
		return
	}
	f.window(x)
	f.setOwner(x, snd, t, true)
	switch {
	case t.ended, t.Action == fsm.CallDecode, t.Action == fsm.CallConnectStatus:
		if freed, i := f.freeSlot(t); freed != nil {
			r := f.runner()
			r.freedXprt, r.freedSlot, r.freedBy = freed.ID, i, t.ID
			f.uncongest(freed)
		}
	}
	if t.ended && !t.Asleep && !t.Finished {
		f.finish(t)
	}
}

// workerXprt is the transport whose worker logs an event that names none: that of its last socket, or the only one
// whose connect worker owns the write lock.
func (f *fold) workerXprt() *Xprt {
	if s := f.runner().socket; s != 0 {
		if x := f.xprtOfSocket(s); x != nil {
			return x
		}
	}
	var found *Xprt
	for i := range f.st.Xprts {
		if x := &f.st.Xprts[i]; x.SndCookie {
			if found != nil {
				return nil
			}
			found = x
		}
	}
	return found
}

// onlyXprt says whether there is but one transport whose worker may have logged an event that names none.
func (f *fold) onlyXprt() bool {
	n := 0
	for i := range f.st.Xprts {
		if x := &f.st.Xprts[i]; !x.local() && !x.Callbacks {
			n++
		}
	}
	return n == 1
}

// connect folds xprt_connect, which a task logs that has the write lock. If it starts the connect worker, the worker
// takes the lock over.
func (f *fold) connect() {
	t := f.task(f.runner().task)
	var x *Xprt
	if t != nil {
		f.about = t.ID
		if x = f.xprt(t.Xprt.Value); x == nil {
			x = f.xprtAt(f.text(0), f.text(1))
		}
	} else {
		x = f.xprtAt(f.text(0), f.text(1))
	}
	if x == nil {
		return
	}
	x.Addr, x.Port = f.text(0), f.text(1)
	state := trace.XprtState(f.e.F[2])
	f.states(x, state)
	const busy = trace.XprtConnected | trace.XprtCloseWait | trace.XprtClosing | trace.XprtConnecting
	if state&trace.XprtBound == 0 || state&busy != 0 {
		return
	}
	x.State = inferred(state|trace.XprtConnecting, RuleConnecting)
	if x.local() {
		return // the task connects by itself
	}
	x.SndTask, x.maybeCookie = inferred(TaskID(0), RuleConnectCookie), false
	f.cookie(x, true)
	if f.rec != nil {
		f.rec.owner(f, x, 0, true, Inferred)
	}
}

// congestion folds xprt_get_cong and xprt_put_cong: only datagram transports have a congestion window.
func (f *fold) congestion() {
	t := f.taskOf(false)
	if t == nil {
		return
	}
	f.about = t.ID
	if x := f.xprt(t.Xprt.Value); x != nil {
		f.window(x)
		f.setOwner(x, uint32(f.e.F[fSndTask]), t, true)
	}
}

// Slots of the fields of the congestion events, after those of the write lock.
const (
	fCong     = 3
	fCwnd     = 4
	fCwndWait = 5
)

// credit is what one request takes of a congestion window.
const credit = 256

// window takes over what a congestion event prints. Between two of them the window may change: a reply widens it.
func (f *fold) window(x *Xprt) {
	switch f.e.Kind {
	case trace.XprtReserveXprt, trace.XprtReleaseXprt:
		return
	}
	x.Datagrams = true
	cong, cwnd := int(f.e.F[fCong]), int(f.e.F[fCwnd])
	wait := f.text(fCwndWait) != ""
	if f.e.Kind == trace.XprtGetCong { // printed before the credit is taken, or is not there
		if cong < cwnd {
			cong += credit
		} else {
			wait = true
		}
	}
	x.Cong, x.Cwnd = inferred(cong, RuleWindow), inferred(cwnd, RuleWindow)
	if f.rec != nil {
		f.rec.windowed(x, f.e.Time)
	}
	if x.State.How != Unknown && (x.State.Value&trace.XprtCwndWait != 0) != wait {
		x.State = inferred(x.State.Value^trace.XprtCwndWait, RuleWindow)
	}
}
