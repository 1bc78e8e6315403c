package sunrpc

import (
	"slices"
	"strconv"

	"sunscope/core/trace"
)

// Live is how many tasks have not ended.
func (a *Audit) Live() int { return len(a.live) }

// Rest is for when nothing more will happen: nobody may be left.
func (a *Audit) Rest() {
	a.Step()
	for _, t := range a.live {
		a.broken(EverybodyArrives, "task "+t.label()+" "+a.where(t)+", and nothing will wake it")
	}
	for _, x := range a.xprts {
		a.resting(x)
	}
}

// resting looks at a transport that nothing will happen to any more.
func (a *Audit) resting(x *Xprt) {
	if x.refs > 0 && x.has(trace.XprtLocked) && x.lock.task == nil {
		a.broken(OneLockOwner, "nothing more happens, and it is locked by nobody")
	}
	for _, r := range x.slots.free {
		if r.pinned != 0 {
			a.broken(ReferencesAddUp, "a free slot is pinned "+strconv.Itoa(r.pinned)+" times")
		}
	}
}

// Waiting is for a world whose server is dead: whoever has not ended must say on which queue it sleeps, and why.
func (a *Audit) Waiting() (reasons []string) {
	a.Step()
	for _, t := range a.live {
		why, ok := a.reason(t)
		if !ok {
			a.broken(EverybodyArrives, "task "+t.label()+" "+a.where(t)+": "+why)
		}
		reasons = append(reasons, "task "+t.label()+" "+a.where(t)+": "+why)
	}
	return reasons
}

// Shutdown shuts down every client that its maker has not given up yet.
func (a *Audit) Shutdown() {
	for i := len(a.k.clients) - 1; i >= 0; i-- {
		if c := a.k.clients[i]; c.refs > c.tasks.n {
			c.Shutdown()
		}
	}
}

// Gone is for after Shutdown, at rest: no client, no transport, no reference may be left.
func (a *Audit) Gone() {
	a.Rest()
	for _, c := range a.k.clients {
		a.broken(ReferencesAddUp, "client "+strconv.Itoa(int(c.clid))+" is shut down and has "+strconv.Itoa(c.refs)+" references")
	}
	for _, t := range a.going {
		a.broken(ReferencesAddUp, "task "+t.label()+" has ended and is never released: "+strconv.Itoa(t.refs)+" references")
	}
	for _, x := range a.xprts {
		if x.refs != 0 || !x.destroyed() {
			a.broken(ReferencesAddUp, "a transport to port "+x.port+" outlives its clients")
		}
	}
}

func (a *Audit) where(t *Task) string {
	if t.run&trace.Queued == 0 {
		return "runs (next is " + t.action.String() + ")"
	}
	return "sleeps on " + string(t.queue.name) + " (next is " + t.action.String() + ")"
}

// reason is why t has not ended. It is none if nothing that is under way will wake it.
func (a *Audit) reason(t *Task) (why string, ok bool) {
	if t.run&trace.Queued == 0 {
		return "on its way", true
	}
	x := t.xprt
	switch q := t.queue; {
	case t.alarm.deadline != 0:
		return "until its timer fires", true
	case slices.Contains(a.k.queues, q):
		return "on a queue of NFS's", true // whose own rules look at it
	case q == x.backlog && len(x.slots.free) == 0 && x.slots.num >= x.slots.max:
		return "all slots are used", true
	case q == x.sending && x.lock.task != nil:
		return "task " + x.lock.task.label() + " has the write lock", true
	case q == x.sending && x.lock.cookie:
		return "the connect worker has the write lock", true
	case q == x.sending && x.has(trace.XprtLocked):
		return "the connection is being closed", true
	case q == x.sending && x.has(trace.XprtWriteSpace):
		return "the socket has no room", true
	case q == x.sending && x.has(trace.XprtCwndWait):
		return "the congestion window is full", x.cong.cong > 0
	}
	return "without a timer, and what it waits for is there", false
}
