package sunrpc

import (
	"slices"

	"sunscope/core/fsm"
	"sunscope/core/time"
	"sunscope/core/trace"
	"sunscope/core/wire"
)

// FatalSignal is a signal that kills a process: what it waits for synchronously, now or later, is given up with
// -ERESTARTSYS. Tasks that run asynchronously on its behalf go on.
func (k *Kernel) FatalSignal(th *Thread) {
	th.Killed = true
	if t := th.waits; t != nil && t.thread == th {
		t.thread = nil
		k.m.Wake(th, t.wokenUp)
	} else if th.completion != nil {
		th.completion.giveUp()
	} else if th.Interrupt != nil {
		th.Interrupt()
	}
}

// SignalTask is rpc_signal_task for the task of that number and client; false if there is none.
func (k *Kernel) SignalTask(pid, clid int) bool {
	for _, c := range k.clients {
		for n := c.tasks.first; n != nil; n = n.next {
			if p, id := n.item.IDs(); int(p) == pid && int(id) == clid {
				n.item.Signal()
				return true
			}
		}
	}
	return false
}

// newClid is the lowest client id that is free, as the kernel's IDA gives it.
//
//go:noinline
func (k *Kernel) newClid() uint32 {
	for i, used := range *k.clids {
		if !used {
			(*k.clids)[i] = true
			return uint32(i)
		}
	}
	*k.clids = append(*k.clids, true)
	return uint32(len(*k.clids) - 1)
}

// ShareClids lets two kernels count their clients together, so that one log of both names no two clients alike. It is for
// before either has any.
func (k *Kernel) ShareClids(o *Kernel) { k.clids = o.clids }

// ShareModule makes k a network namespace of the same machine as o. It is for before k has any clients.
func (k *Kernel) ShareModule(o *Kernel) {
	k.module, k.Knobs = o.module, o.Knobs
	k.xids, k.ports, k.ptrs = o.xids, o.ports, o.ptrs
	k.queues = append(k.queues, k.delayq)
	k.ShareClids(o)
}

// Shutdown is rpc_shutdown_client for whoever cannot wait, or knows that nothing runs any more: it kills what still runs and
// gives the caller's reference back.
func (c *Client) Shutdown() {
	c.k.emit(".....", trace.RPCClntShutdown, int64(c.clid))
	if c.tasks.n > 0 {
		c.KillAll()
	}
	c.Release()
}

// ShutdownWait is rpc_shutdown_client: it kills what still runs, every second until nothing does, and then gives the
// caller's reference back. It is called from a thread, whose next step it returns.
func (c *Client) ShutdownWait(then func() Step) Step {
	c.k.emit(".....", trace.RPCClntShutdown, int64(c.clid))
	return c.shutdown(then)
}

func (c *Client) shutdown(then func() Step) Step {
	if c.tasks.n == 0 {
		c.Release()
		return then()
	}
	c.KillAll()
	th, m := c.k.m.Current(), c.k.m
	woken := false
	again := func() {
		if !woken {
			woken = true
			m.Wake(th, func() Step { return c.shutdown(then) })
		}
	}
	c.ending = again
	m.At(jiffyCeil(m.Now()+HZ), again)
	return nil
}

// Release is rpc_release_client: the last reference gone, a worker takes client and transport apart.
func (c *Client) Release() {
	c.refs--
	if c.refs > 0 {
		return
	}
	k := c.k
	k.emit(".....", trace.RPCClntRelease, int64(c.clid))
	c.freeWork = Work{Queue: k.events, Name: "rpc_free_client_work", Run: c.free}
	k.m.Queue(&c.freeWork)
}

func (c *Client) free() Step {
	k := c.k
	k.emit(".....", trace.RPCClntFree, int64(c.clid))
	(*k.clids)[c.clid] = false
	k.m.Spend(CostWork)
	k.clients = slices.DeleteFunc(k.clients, func(o *Client) bool { return o == c })
	c.xprt.refs--
	if c.xprt.refs > 0 {
		return nil
	}
	return c.xprt.destroy
}

// destroy is xprt_destroy; the transport has no users any more. A worker that connects or closes it comes to its end first.
func (x *Xprt) destroy() Step {
	if x.has(trace.XprtLocked) {
		th := x.k.m.Current()
		x.unlocked = func() { x.k.m.Wake(th, x.destroy) }
		return nil
	}
	x.state |= trace.XprtLocked
	x.traceState(".....", trace.XprtDestroy)
	x.sock.idle, x.sock.reuse = 0, false // xs_destroy closes at once
	x.k.m.Spend(CostWork)
	return func() Step {
		x.ops.close(x)
		return nil
	}
}

// CallSync is rpc_call_sync: the thread waits for the result, then hears its status.
func (k *Kernel) CallSync(c *Client, m Message, flags trace.TaskFlags, then func(int32) Step) Step {
	if flags&trace.Async != 0 {
		return func() Step { return then(int32(wire.EINVAL)) }
	}
	return k.RunTask(&Setup{Client: c, Msg: m, Flags: flags}, func(t *Task) Step {
		t.anonymous = true
		return then(t.status)
	})
}

// CallAsync is rpc_call_async.
func (k *Kernel) CallAsync(c *Client, m Message, flags trace.TaskFlags, ops *CallOps, then func() Step) Step {
	return k.RunTask(&Setup{Client: c, Msg: m, Flags: flags | trace.Async, Ops: ops}, func(*Task) Step { return then() })
}

// Delay is rpc_delay, for hooks.
func (t *Task) Delay(d time.Duration) { t.delay(d) }

// Exit is rpc_exit, for hooks.
func (t *Task) Exit(status int32) { t.exit(status) }

// Cancel is rpc_cancel_tasks: the tasks that match end with that error, if they have none yet. It says how many did match.
func (c *Client) Cancel(err wire.Errno, match func(*Task) bool) int {
	n := 0
	for _, t := range c.tasks.all() {
		if match == nil || match(t) {
			t.signal(int32(err))
			n++
		}
	}
	return n
}

// Action is the state that the task runs next, for hooks.
func (t *Task) Action() fsm.State { return t.action }

// Clone is rpc_clone_client with another program: the new client shares the transport and does not ping. a
// describes the program; server and port are the old client's.
func (c *Client) Clone(a *CreateArgs) *Client {
	k := c.k
	n := &Client{
		k: k, clid: k.newClid(), refs: 1, program: a.Program, prog: a.Prog, vers: a.Vers, server: c.xprt.peer, name: c.name, xprt: c.xprt,
		timeout: c.timeout, flavor: c.flavor, hard: c.hard, softErr: c.softErr, discrtry: c.discrtry,
		norto: c.norto, quiet: c.quiet,
	}
	if a.Timeout != nil {
		n.timeout = *a.Timeout
	}
	n.hard, n.softErr = n.hard || a.Hard, n.softErr || a.SoftErr
	c.xprt.refs++
	k.clients = append(k.clients, n)
	k.m.Spend(CostAlloc)
	k.emit(".....", trace.RPCClntNew, int64(n.clid), k.str(n.server.Host), k.str(c.xprt.port), k.str(a.Program), k.str(n.name))
	return n
}

// BindProgram is rpc_bind_new_program: a clone for another program, and a ping whether the
// server has it.
func (c *Client) BindProgram(a *CreateArgs, then func(*Client, int32) Step) Step {
	n := c.Clone(a)
	return n.pinged(a.Null, then)
}

// Stat is what mountstats prints of the client's transport.
func (c *Client) Stat() XprtStat { return c.xprt.stat }

// Slots is how many slots the client's transport has now, at least and at most (num_reqs, min_reqs, max_reqs).
func (c *Client) Slots() (now, least, most int) {
	s := &c.xprt.slots
	return s.num, s.min, s.max
}
