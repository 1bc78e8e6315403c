package nlm

import (
	"slices"
	"strconv"

	"sunscope/core/sunrpc"
	"sunscope/core/time"
	"sunscope/core/trace"
	"sunscope/core/wire"
)

// How long a client waits (clntproc.c).
const (
	graceWait   = 5 * time.Second  // NLMCLNT_GRACE_WAIT: before a server in its grace period is asked again
	pollTimeout = 30 * time.Second // NLMCLNT_POLL_TIMEOUT: for a GRANTED, before the server is asked again
)

// What fcntl(2) says when a lock is not to be had.
const (
	enolck  = int32(-37)
	edeadlk = int32(-35)
	estale  = int32(-116)
	eintr   = int32(-4)
)

// owner is one of this host's lock owners as a server knows it (nlm_lockowner): a process as long as it wants a lock or
// has one.
type owner struct {
	process string
	svid    int32
	uses    int
}

// Request is a lock that a process of this host wants, or has.
type Request struct {
	Process   string // who wants it: different processes' locks are in each other's way
	FH        []byte
	Exclusive bool
	Off, Len  uint64
	Item      string // names the next call in the trace
	held      bool
	owner     *owner
}

// waiter is a process that waits for a GRANTED (nlm_wait).
type waiter struct {
	h       *Host
	lock    Lock
	th      *sunrpc.Thread
	status  Status
	settled bool
	naps    int // times that it went to sleep
	then    func(Status) sunrpc.Step
}

// Connect is nlmclnt_init: the host whose server's files a mount shows, with a client for its lock manager. Nothing is
// asked yet. Called from a thread, it returns what that does next.
func (l *Lockd) Connect(addr, name string, then func(*Host, int32) sunrpc.Step) sunrpc.Step {
	h := l.host(addr, name, false)
	return h.bind(func(_ *sunrpc.Client, status int32) sunrpc.Step { return then(h, status) })
}

// Disconnect is nlmclnt_done.
func (l *Lockd) Disconnect(h *Host, then sunrpc.Step) sunrpc.Step { return l.destroy(h, then) }

// own finds the owner that stands for a process (nlmclnt_find_lockowner).
func (h *Host) own(process string) *owner {
	for _, o := range h.owners {
		if o.process == process {
			o.uses++
			return o
		}
	}
	o := &owner{process: process, svid: h.pids, uses: 1}
	h.pids++
	h.owners = append(h.owners, o)
	return o
}

func (h *Host) disown(o *owner) {
	if o.uses--; o.uses == 0 {
		h.owners = slices.DeleteFunc(h.owners, func(p *owner) bool { return p == o })
	}
}

// args is the lock as calls carry it (nlmclnt_setlockargs).
func (r *Request) args(h *Host) Lock {
	svid := r.owner.svid
	return Lock{Caller: h.l.node, FH: r.FH, Owner: []byte(strconv.Itoa(int(svid)) + "@" + h.l.node), Svid: svid, Off: r.Off, Len: r.Len}
}

// Lock is nlmclnt_lock: it takes the lock; with wait it goes on until it has it. Called from a thread, it returns what
// that does next; then hears 0, or EAGAIN when somebody else has it, ENOLCK, EINTR, or why a call failed.
func (h *Host) Lock(r *Request, wait bool, then func(int32) sunrpc.Step) sunrpc.Step {
	return h.l.monitor(h.nsm, func(status int32) sunrpc.Step {
		if status < 0 {
			return then(enolck)
		}
		return h.ask(r.Item, h.lockArgs(r, wait), func(status int32) sunrpc.Step {
			if r.held = status == 0; !r.held {
				h.disown(r.owner)
			}
			return then(status)
		})
	})
}

// lockArgs is what the call says, and makes the process an owner.
func (h *Host) lockArgs(r *Request, wait bool) *LockArgs {
	r.owner = h.own(r.Process)
	return &LockArgs{Cookie: h.l.nextCookie(), Block: wait, Exclusive: r.Exclusive, Lock: r.args(h), State: h.l.state}
}

// ask is the loop of nlmclnt_lock. What is blocked is waited for, and asked for again when nothing is heard: a GRANTED may
// be lost, and there is no harm in asking for what one has.
func (h *Host) ask(item string, a *LockArgs, then func(int32) sunrpc.Step) sunrpc.Step {
	w := &waiter{h: h, lock: a.Lock}
	if a.Block {
		h.l.waits = append(h.l.waits, w) // before the call: GRANTED may overtake its answer
	}
	over := func(status int32) sunrpc.Step {
		h.l.waits = slices.DeleteFunc(h.l.waits, func(o *waiter) bool { return o == w })
		return then(status)
	}
	res := new(Res)
	var try func() sunrpc.Step
	try = func() sunrpc.Step {
		return h.call(item, a, res, func(status int32) sunrpc.Step {
			switch {
			case status < 0: // the server may have it for us, or may get to it yet
				return h.giveUp(a, res.Status == Blocked, func() sunrpc.Step { return over(status) })
			case res.Status != Blocked:
				return over(errno(res.Status))
			}
			return w.wait(func(status Status) sunrpc.Step {
				switch status {
				case Blocked:
					return try
				case Failed: // a fatal signal
					return h.giveUp(a, true, func() sunrpc.Step { return over(eintr) })
				}
				return over(errno(status))
			})
		})
	}
	return try()
}

// wait is nlmclnt_block: the process sleeps until the lock is granted, for thirty seconds at most (then it hears Blocked),
// or until a fatal signal (Failed).
func (w *waiter) wait(then func(Status) sunrpc.Step) sunrpc.Step {
	if w.settled {
		return then(w.status)
	}
	m := w.h.l.m
	th := m.Current()
	if th.Killed {
		return then(Failed)
	}
	w.th, w.then = th, then
	w.naps++
	nap := w.naps
	m.At(m.Now()+pollTimeout, func() {
		if w.naps == nap {
			w.wake(Blocked)
		}
	})
	th.Interrupt = func() { w.wake(Failed) }
	return nil
}

// wake lets the process go on.
func (w *waiter) wake(status Status) {
	then := w.then
	if then == nil {
		return
	}
	w.then, w.th.Interrupt = nil, nil
	w.h.l.m.Wake(w.th, func() sunrpc.Step { return then(status) })
}

// granted is nlmclnt_grant: a server says that a lock is granted. Nobody waits for it any more: denied.
func (l *Lockd) granted(from string, a *TestArgs) Status {
	for _, w := range l.waits {
		if w.h.addr != from || w.lock.Svid != a.Lock.Svid || w.lock.Off != a.Lock.Off || w.lock.Len != a.Lock.Len ||
			string(w.lock.FH) != string(a.Lock.FH) || string(w.lock.Owner) != string(a.Lock.Owner) {
			continue
		}
		w.settled, w.status = true, Granted
		w.wake(Granted)
		return Granted
	}
	return Denied
}

// call is nlmclnt_call for LOCK: one call to the host's lock manager, made again while that is in its grace period.
func (h *Host) call(item string, args *LockArgs, res *Res, then func(int32) sunrpc.Step) sunrpc.Step {
	return h.bind(func(c *sunrpc.Client, status int32) sunrpc.Step {
		if status < 0 {
			return then(enolck)
		}
		setup := &sunrpc.Setup{Client: c, Msg: sunrpc.Message{Proc: &lockProc, Args: args, Res: res}, Item: item}
		return h.l.k.RunTask(setup, func(t *sunrpc.Task) sunrpc.Step {
			status := t.Status()
			if status < 0 || res.Status != DeniedGracePeriod {
				return then(min(status, 0))
			}
			th := h.l.m.Current()
			if th.Killed {
				return then(eintr)
			}
			h.l.after(graceWait, func() {
				h.l.m.Wake(th, func() sunrpc.Step { return h.call(item, args, res, then) })
			})
			return nil
		})
	})
}

// Unlock is nlmclnt_unlock: the call is asynchronous, and the process waits for it. It is made again until the server has
// heard it.
func (h *Host) Unlock(r *Request, then func(int32) sunrpc.Step) sunrpc.Step {
	if !r.held {
		return then(0)
	}
	r.held = false
	return h.async(r.Item, &unlockProc, h.unlockArgs(r), "nlmclnt_unlock_callback", func(status int32) sunrpc.Step {
		h.disown(r.owner)
		return then(status)
	})
}

func (h *Host) unlockArgs(r *Request) *UnlockArgs {
	return &UnlockArgs{Cookie: h.l.nextCookie(), Lock: r.args(h)}
}

// giveUp is the end of nlmclnt_lock for a lock that is not wanted any more, or whose call failed: one that waits is
// cancelled, and in any case there is an UNLOCK, for it may have been granted meanwhile.
func (h *Host) giveUp(a *LockArgs, waits bool, then sunrpc.Step) sunrpc.Step {
	unlock := func(int32) sunrpc.Step {
		u := &UnlockArgs{Cookie: h.l.nextCookie(), Lock: a.Lock}
		return h.async("", &unlockProc, u, "nlmclnt_unlock_callback", func(int32) sunrpc.Step { return then() })
	}
	if !waits {
		return unlock(0)
	}
	c := &CancelArgs{Cookie: h.l.nextCookie(), Block: a.Block, Exclusive: a.Exclusive, Lock: a.Lock}
	return h.async("", &cancelProc, c, "nlmclnt_cancel_callback", unlock)
}

// async makes a call that goes on until it is answered, and waits for it, if no signal ends the wait.
func (h *Host) async(item string, proc *sunrpc.Proc, args Message, done string, then func(int32) sunrpc.Step) sunrpc.Step {
	res := new(Res)
	ops := &sunrpc.CallOps{Prepare: (*sunrpc.Task).CallStart, DoneName: done, DoneModule: "lockd", Done: func(t *sunrpc.Task) {
		switch status := t.Status(); {
		case status == int32(wire.EACCES), status == eio, status == int32(wire.ERESTARTSYS):
		case status < 0:
			h.clnt.ForceRebind()
			t.Restart()
		case res.Status == DeniedGracePeriod:
			t.Delay(graceWait)
			t.Restart()
		}
	}}
	return h.bind(func(c *sunrpc.Client, status int32) sunrpc.Step {
		if status < 0 {
			return then(enolck)
		}
		setup := &sunrpc.Setup{Client: c, Msg: sunrpc.Message{Proc: proc, Args: args, Res: res}, Ops: ops, Flags: trace.Async, Item: item}
		return h.l.k.RunTask(setup, func(t *sunrpc.Task) sunrpc.Step {
			t.Get()
			return t.Wait(func(err wire.Errno) sunrpc.Step {
				status := t.Status()
				t.Put()
				if err != wire.OK {
					status = int32(err)
				}
				return then(min(status, 0))
			})
		})
	})
}

// errno is nlm_stat_to_errno.
func errno(s Status) int32 {
	switch s {
	case Granted:
		return 0
	case Denied:
		return int32(wire.EAGAIN)
	case Deadlock:
		return edeadlk
	case StaleFH, ROFS, FBig:
		return estale
	}
	return enolck
}
