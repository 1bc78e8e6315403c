package sunrpc

import (
	"slices"
	"strconv"

	"sunscope/core/trace"
)

// Rule is a promise of the engine that holds whatever the schedule.
type Rule string

// The rules. Audit looks at all of them but the last after every event.
const (
	SlotsAddUp       Rule = "slots: used and free ones are those allocated, and no more than the most"
	OneQueue         Rule = "queues: a task sleeps on one queue at most, and is marked so"
	OneLockOwner     Rule = "write lock: one owner at most, which is alive"
	UniqueXIDs       Rule = "XIDs: those of live requests differ"
	CreditsBalance   Rule = "congestion: the credits held are those that the window counts"
	ReleasedIsOver   Rule = "released: nothing happens to a released task"
	ReferencesAddUp  Rule = "references: as many as there are holders, and none at the end"
	CallbacksApart   Rule = "callbacks: those of Linux 6 take no slot of the fore channel"
	EverybodyArrives Rule = "quiescence: at rest every task has ended, or says on what it sleeps and why"
)

// Audit looks at a kernel's structures from outside and reports which rules they break. It changes nothing; a kernel
// that has none pays nothing.
type Audit struct {
	k      *Kernel
	broken func(Rule, string)
	live   []*Task // in the order of clients and of starting
	alive  map[*Task]bool
	now    []*Task // scratch
	going  []*Task // their client has forgotten them, their memory is not released yet
	graves []grave // the last ones that were released
	ended  map[uint64]bool
	xprts  []*Xprt // that a client has, and those that have a socket still
	xids   map[uint32]*Task
}

// grave is a released task with what it was like then.
type grave struct {
	t *Task
	Task
}

// graves is how many released tasks are watched for changes.
const graves = 48

// Audit makes an auditor that reports to broken.
func (k *Kernel) Audit(broken func(Rule, string)) *Audit {
	return &Audit{k: k, broken: broken, ended: map[uint64]bool{}, alive: map[*Task]bool{}, xids: map[uint32]*Task{}}
}

// Event looks at everything that holds even in the middle of a step, and at what e says about a released task.
func (a *Audit) Event(e *trace.Event) {
	if pid, clid, ok := e.Task(); ok && !e.Kind.Ours() {
		id := uint64(clid)<<32 | uint64(pid)
		switch {
		case e.Kind == trace.RPCTaskBegin:
			delete(a.ended, id)
		case clid == trace.NoID && e.Kind == trace.RPCTaskComplete: // a task that has let its client go: not the callback of that number
		case a.ended[id]:
			a.broken(ReleasedIsOver, "task "+label(pid, clid)+" has been released, and yet: "+e.Kind.String())
		}
	}
	a.look()
}

// Step looks at everything that holds between two steps of any thread.
func (a *Audit) Step() {
	a.look()
	for _, x := range a.xprts {
		a.lists(x)
		a.pins(x)
	}
	a.xprts = slices.DeleteFunc(a.xprts, func(x *Xprt) bool { return x.refs == 0 && x.destroyed() })
	for i := range a.graves {
		g := &a.graves[i]
		if t := g.t; t.status != g.status || t.flags != g.flags || t.run != g.run || t.action != g.action || t.req != nil || t.queue != g.queue {
			a.broken(ReleasedIsOver, "task "+t.label()+" has changed since its release")
		}
	}
}

// look is what Event and Step have in common.
func (a *Audit) look() {
	a.now = a.now[:0]
	for _, c := range a.k.clients {
		a.references(c)
		a.now = c.tasks.appendTo(a.now)
		if !slices.Contains(a.xprts, c.xprt) {
			a.xprts = append(a.xprts, c.xprt)
		}
	}
	a.now = a.k.bcTasks.appendTo(a.now)
	a.comeAndGo()
	for _, t := range a.live {
		if t.run&trace.Active == 0 {
			a.broken(ReleasedIsOver, "task "+t.label()+" has been released, and its client still has it")
		}
	}
	a.sleepers()
	for _, x := range a.xprts {
		a.slots(x)
		a.lock(x)
		a.credits(x)
		a.transportReferences(x)
	}
}

// Each lets f see every task that has not ended, in the order of clients and of starting.
func (a *Audit) Each(f func(*Task)) {
	for _, t := range a.live {
		f(t)
	}
}

// comeAndGo notes who has begun and who has ended since it looked last.
func (a *Audit) comeAndGo() {
	if !slices.Equal(a.now, a.live) {
		clear(a.alive)
		for _, t := range a.now {
			a.alive[t] = true
		}
		for _, t := range a.live {
			if !a.alive[t] {
				a.going = append(a.going, t)
			}
		}
		a.graves = slices.DeleteFunc(a.graves, func(g grave) bool { return a.alive[g.t] }) // a task's memory may be used again
		a.live = append(a.live[:0], a.now...)
	}
	a.going = slices.DeleteFunc(a.going, func(t *Task) bool {
		if t.refs < 0 {
			a.broken(ReferencesAddUp, "task "+t.label()+" has "+strconv.Itoa(t.refs)+" references")
		}
		if t.refs > 0 || t.run&(trace.Active|trace.Running) != 0 {
			return false
		}
		pid, clid := t.IDs()
		a.ended[uint64(clid)<<32|uint64(pid)] = true
		a.graves = append(a.graves[max(0, len(a.graves)-graves+1):], grave{t, *t})
		return true
	})
}

// references counts who holds a client: its maker, until it gives it up, and each task.
func (a *Audit) references(c *Client) {
	if n := c.refs - c.tasks.n; n != 0 && n != 1 {
		a.broken(ReferencesAddUp, "client "+strconv.Itoa(int(c.clid))+" has "+strconv.Itoa(c.refs)+" references, "+strconv.Itoa(c.tasks.n)+" tasks and one maker")
	}
}

// transportReferences counts the clients of a transport.
func (a *Audit) transportReferences(x *Xprt) {
	clients := 0
	for _, c := range a.k.clients {
		if c.xprt == x {
			clients++
		}
	}
	others := 0 // callbacks that are being answered; the connection that it sends on
	if x.bc != nil {
		others = x.bc.busy
	}
	if x.svc != nil && x.svc.bc == x {
		others++
	}
	if x.refs != clients+others {
		a.broken(ReferencesAddUp, "the transport to "+x.port+" has "+strconv.Itoa(x.refs)+" references, "+strconv.Itoa(clients)+" clients and "+
			strconv.Itoa(others)+" others")
	}
}

// destroyed says whether a transport without clients has given its socket up.
func (x *Xprt) destroyed() bool { return x.has(trace.XprtLocked) && x.sock.s == nil && x.udp.s == nil }

// on says whether t is alive and uses x.
func (a *Audit) on(x *Xprt, t *Task) bool {
	return t != nil && t.xprt == x && a.alive[t]
}

//go:noinline
func (t *Task) label() string {
	pid, clid := t.IDs()
	return label(uint32(pid), uint32(clid))
}

// label is how messages call a task: as trace files print it, with its client.
func label(pid, clid uint32) string {
	return strconv.Itoa(int(pid)) + "@" + strconv.Itoa(int(clid))
}
