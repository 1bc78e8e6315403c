package sunrpc

import (
	"strconv"

	"sunscope/core/trace"
)

// slots counts a transport's slots and looks at the XIDs of those that are used.
func (a *Audit) slots(x *Xprt) {
	s, used := &x.slots, 0
	clear(a.xids)
	for _, t := range a.live {
		if t.xprt != x || t.req == nil || t.req.bc != nil {
			continue
		}
		used++
		if t.req.xprt == nil {
			continue // handed over on the backlog: it becomes a request when the task runs
		}
		if t.req.task != t {
			a.broken(SlotsAddUp, "task "+t.label()+" has a slot that is another's")
		}
		if o := a.xids[t.req.xid]; o != nil {
			a.broken(UniqueXIDs, "tasks "+o.label()+" and "+t.label()+" have the XID 0x"+strconv.FormatUint(uint64(t.req.xid), 16))
		}
		a.xids[t.req.xid] = t
	}
	if x.bc != nil {
		a.callbacks(x, used)
		used += x.bc.fore
	}
	if used+len(s.free) != s.num || s.num > s.max {
		a.broken(SlotsAddUp, strconv.Itoa(used)+" are used and "+strconv.Itoa(len(s.free))+" free; "+strconv.Itoa(s.num)+
			" are allocated, and the most is "+strconv.Itoa(s.max))
	}
}

// callbacks looks at the back channel of Linux 6: what arrives there has requests of its own, no more than there may be.
func (a *Audit) callbacks(x *Xprt, used int) {
	b := x.bc
	if b.design != BCPool {
		return
	}
	if n := x.slots.num - len(x.slots.free) - used; n > 0 {
		a.broken(CallbacksApart, strconv.Itoa(n)+" slots of the fore channel are used by no task")
	}
	if b.slots > bcMaxSlots || b.slots < len(b.list) {
		a.broken(CallbacksApart, strconv.Itoa(b.slots)+" requests for callbacks, "+strconv.Itoa(len(b.list))+" of them free; the most is "+strconv.Itoa(bcMaxSlots))
	}
}

// sleepers compares the wait queues with what the tasks say of themselves.
func (a *Audit) sleepers() {
	asleep, onQueues := 0, 0
	for _, t := range a.live {
		if t.run&trace.Queued != 0 {
			asleep++
		}
	}
	onQueues += a.queue(a.k.delayq)
	for _, q := range a.k.queues {
		onQueues += a.queue(q)
	}
	for _, x := range a.xprts {
		onQueues += a.queue(x.backlog) + a.queue(x.sending) + a.queue(x.pending) + a.queue(x.binding)
	}
	if asleep != onQueues {
		a.broken(OneQueue, strconv.Itoa(asleep)+" tasks are marked as asleep, and "+strconv.Itoa(onQueues)+" are on queues")
	}
}

// queue looks at the sleepers of q and counts them.
func (a *Audit) queue(q *WaitQueue) int {
	n := 0
	for l := range q.level {
		for turn := q.level[l].list.first; turn != nil; turn = turn.next {
			for p := turn.item.chain.first; p != nil; p = p.next {
				a.sleeper(q, p.item)
				n++
			}
		}
	}
	if n != q.qlen {
		a.broken(OneQueue, string(q.name)+" has "+strconv.Itoa(n)+" sleepers and counts "+strconv.Itoa(q.qlen))
	}
	for p := q.timed.list.first; p != nil; p = p.next {
		a.sleeper(q, p.item)
	}
	return n
}

func (a *Audit) sleeper(q *WaitQueue, t *Task) {
	switch {
	case t.run&trace.Active == 0:
		a.broken(ReleasedIsOver, "task "+t.label()+" has been released, and sleeps on "+string(q.name))
	case t.run&trace.Queued == 0:
		a.broken(OneQueue, "task "+t.label()+" is on "+string(q.name)+" and not marked as asleep")
	case t.queue != q:
		a.broken(OneQueue, "task "+t.label()+" is on "+string(q.name)+" and on "+string(t.queue.name))
	}
}

// lock looks at the write lock: the bit and its owner go together, and nobody sends who is not the owner.
func (a *Audit) lock(x *Xprt) {
	if t := x.lock.task; t != nil {
		if !a.on(x, t) {
			a.broken(OneLockOwner, "its owner "+t.label()+" is no live task of the transport")
		}
		if x.lock.cookie {
			a.broken(OneLockOwner, "both task "+t.label()+" and the connect worker own it")
		}
	}
	if (x.lock.task != nil || x.lock.cookie) && !x.has(trace.XprtLocked) {
		a.broken(OneLockOwner, "it has an owner and is not locked")
	}
	for _, t := range a.live {
		if t.xprt == x && t.transmits && x.lock.task != t {
			a.broken(OneLockOwner, "task "+t.label()+" sends and does not own it")
		}
	}
}

// credits counts the requests that count as out in the congestion window.
func (a *Audit) credits(x *Xprt) {
	held := 0
	for _, t := range a.live {
		if t.xprt == x && t.req != nil && t.req.cong {
			held += cwndScale
		}
	}
	if c := &x.cong; held != c.cong || c.cwnd < cwndScale || c.cwnd > max(c.max, cwndScale) {
		a.broken(CreditsBalance, "requests hold "+strconv.Itoa(held)+", the window of "+strconv.Itoa(c.cwnd)+" (at most "+
			strconv.Itoa(c.max)+") counts "+strconv.Itoa(c.cong))
	}
}

// pins counts the requests that are held fast: whoever sends one, or copies a reply to it, holds one.
func (a *Audit) pins(x *Xprt) {
	pinned, holders := 0, 0
	if x.sock.in.req != nil {
		holders++
	}
	for _, t := range a.live {
		if t.xprt != x {
			continue
		}
		if t.transmits {
			holders++
		}
		if t.req != nil {
			pinned += t.req.pinned
		}
	}
	if pinned > holders {
		a.broken(ReferencesAddUp, "requests are pinned "+strconv.Itoa(pinned)+" times, and "+strconv.Itoa(holders)+" send or receive")
	}
}

// lists looks at the transmit queue and at the receive tree: who is in them is marked so, and holds a slot.
func (a *Audit) lists(x *Xprt) {
	xmit, recv := 0, x.recvQueue.n
	for _, r := range x.xmit.all() {
		a.request(x, r, trace.NeedXmit)
		xmit++
	}
	for _, r := range x.recvQueue.slots {
		if r != nil {
			a.request(x, r, trace.NeedRecv)
		}
	}
	for _, t := range a.live {
		if t.xprt != x {
			continue
		}
		if t.run&trace.NeedXmit != 0 {
			xmit--
		}
		if t.run&trace.NeedRecv != 0 {
			recv--
		}
	}
	if xmit != 0 || recv != 0 {
		a.broken(OneQueue, "more requests are queued than tasks say: "+strconv.Itoa(xmit)+" for sending, "+strconv.Itoa(recv)+" for replies")
	}
}

func (a *Audit) request(x *Xprt, r *Request, need trace.RunState) {
	var t *Task
	if r != nil { // it is nil if the slot has become another request's
		t = r.task
	}
	switch {
	case !a.on(x, t) || t.req != r:
		what := "a request of nobody"
		if t != nil {
			what = "the request of task " + t.label() + ", which has given it back,"
		}
		a.broken(ReleasedIsOver, what+" is still queued in the transport")
	case t.run&need == 0:
		a.broken(OneQueue, "the request of task "+t.label()+" is queued in the transport, and the task is not marked so")
	}
}
