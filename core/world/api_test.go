package world

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"sunscope/core/nfs"
	"sunscope/core/rpcmsg"
	"sunscope/core/sunrpc"
	"sunscope/core/time"
	"sunscope/core/trace"
	"sunscope/core/wire"
)

// echo is a peer that answers every call.
func (l *rig) echo() *peer {
	return l.serve(always(func(xid uint32) []byte { return record(success(xid)) }))
}

// client is a process with a client of p that goes on with main.
func (p *peer) client(main func(*sunrpc.Client) sunrpc.Step) *thread {
	l := p.l
	return l.do(func() sunrpc.Step {
		return l.k.Create(p.args(), func(c *sunrpc.Client, status int32) sunrpc.Step {
			require.Zero(l.t, status)
			return main(c)
		})
	})
}

// hooked are hooks that note their names, with what holds for the task then.
func (l *rig) hooked(notes *[]string) *sunrpc.CallOps {
	note := func(name string) func(*sunrpc.Task) {
		return func(*sunrpc.Task) {
			comm := "softirq"
			if th := l.client.Current(); th != nil {
				comm, _, _ = strings.Cut(th.Comm, "/")
			}
			*notes = append(*notes, name+" in "+comm)
		}
	}
	prepare, count := note("prepare"), note("count_stats")
	return &sunrpc.CallOps{
		Prepare:    func(t *sunrpc.Task) { prepare(t); t.CallStart() },
		CountStats: func(t *sunrpc.Task) { count(t); t.CountIOStats() },
		Done:       note("done"), DoneName: "lab_done", DoneModule: "lab",
		Release: note("release"),
	}
}

func TestTheHooksOfASynchronousTaskRunInItsCallerAndReleaseComesLast(t *testing.T) {
	l := newRig(t)
	var notes []string
	l.echo().client(func(c *sunrpc.Client) sunrpc.Step {
		return l.k.RunTask(&sunrpc.Setup{Client: c, Msg: noop(0), Ops: l.hooked(&notes)}, func(task *sunrpc.Task) sunrpc.Step {
			notes = append(notes, "caller")
			require.Zero(t, task.Status(), "the task is still there")
			return l.end()
		})
	})
	l.finish(time.Minute)
	require.Equal(t, []string{"prepare in lab", "count_stats in lab", "done in lab", "caller", "release in lab"}, notes)
	require.Zero(t, l.count(trace.RPCTaskComplete), "nobody but its caller held it")
	require.Equal(t, 1, l.count(trace.RPCStatsLatency))
}

func TestTheLastReferenceOfAnAsynchronousTaskGoesOnItsWorkQueue(t *testing.T) {
	l := newRig(t)
	var notes []string
	setup := &sunrpc.Setup{Msg: noop(0), Ops: l.hooked(&notes), Flags: trace.Async, WorkQueue: l.k.NFSIOD()}
	var me *thread
	release := setup.Ops.Release
	setup.Ops.Release = func(task *sunrpc.Task) { release(task); l.client.wake(me, l.end) }
	me = l.echo().client(func(c *sunrpc.Client) sunrpc.Step {
		setup.Client = c
		return l.k.RunTask(setup, func(*sunrpc.Task) sunrpc.Step { notes = append(notes, "caller"); return nil })
	})
	l.finish(time.Minute)
	require.Equal(t, []string{"caller", "prepare in kworker", "count_stats in kworker", "done in kworker", "release in kworker"}, notes)
	var ran []string
	l.each(func(e *trace.Event) {
		if e.Kind == trace.WorkRun && e.Text(l.log, "work") == "rpc_async_release" {
			ran = append(ran, e.Text(l.log, "wq"))
		}
	})
	require.Equal(t, []string{"nfsiod"}, ran)
	require.Zero(t, l.count(trace.RPCTaskComplete))
}

func TestWhoWaitsForATaskThatItHoldsHearsOfItsEndAndReleasesIt(t *testing.T) {
	l := newRig(t)
	var notes []string
	setup := &sunrpc.Setup{Msg: noop(0), Ops: l.hooked(&notes), Flags: trace.Async, WorkQueue: l.k.NFSIOD()}
	l.echo().client(func(c *sunrpc.Client) sunrpc.Step {
		setup.Client = c
		return l.k.RunTask(setup, func(task *sunrpc.Task) sunrpc.Step {
			task.Get()
			return task.Wait(func(err wire.Errno) sunrpc.Step {
				require.Equal(t, wire.OK, err)
				notes = append(notes, "waited")
				task.Put()
				return task.Wait(func(wire.Errno) sunrpc.Step { notes = append(notes, "over already"); return l.end() })
			})
		})
	})
	l.finish(time.Minute)
	require.Equal(t, []string{"prepare in kworker", "count_stats in kworker", "done in kworker", "waited", "release in lab", "over already"}, notes)
	require.Equal(t, 1, l.count(trace.RPCTaskComplete))
	l.each(func(e *trace.Event) {
		if e.Kind == trace.RPCTaskComplete {
			_, clid, _ := e.Task()
			require.Equal(t, uint32(0xffffffff), clid, "it has no client any more")
		}
	})
}

func TestASignalEndsTheWaitForATaskAndTheTaskGoesOn(t *testing.T) {
	l := newRig(t)
	p := l.serve(func(_ int, xid uint32) [][]byte { return nil })
	var heard wire.Errno
	over := false
	th := p.client(func(c *sunrpc.Client) sunrpc.Step {
		ops := &sunrpc.CallOps{Release: func(*sunrpc.Task) { over = true }, DoneName: "lab_done", DoneModule: "lab"}
		return l.k.RunTask(&sunrpc.Setup{Client: c, Msg: noop(0), Flags: trace.Async, Ops: ops}, func(task *sunrpc.Task) sunrpc.Step {
			task.Get()
			return task.Wait(func(err wire.Errno) sunrpc.Step { heard = err; task.Put(); return l.end() })
		})
	})
	l.at(time.Second, func() { l.k.FatalSignal(&th.Thread) })
	l.finish(10 * time.Second)
	require.Equal(t, wire.ERESTARTSYS, heard)
	require.False(t, over, "it waits for its reply still")
	require.Zero(t, l.count(trace.RPCTaskSignalled))
}

func TestCallSyncRefusesATaskThatIsAsynchronous(t *testing.T) {
	l := newRig(t)
	var heard int32
	l.echo().client(func(c *sunrpc.Client) sunrpc.Step {
		return l.k.CallSync(c, noop(0), trace.Async, func(status int32) sunrpc.Step { heard = status; return l.end() })
	})
	l.finish(time.Minute)
	require.Equal(t, int32(wire.EINVAL), heard)
	require.Zero(t, l.count(trace.RPCTaskBegin))
}

// restarted is a task whose Done hook does something the first time.
func restarted(t *testing.T, first func(*sunrpc.Task)) *rig {
	l := newRig(t)
	done := 0
	ops := &sunrpc.CallOps{Prepare: (*sunrpc.Task).CallStart, DoneName: "lab_done", DoneModule: "lab", Done: func(task *sunrpc.Task) {
		if done++; done == 1 {
			first(task)
		}
	}}
	l.echo().client(func(c *sunrpc.Client) sunrpc.Step {
		return l.k.RunTask(&sunrpc.Setup{Client: c, Msg: noop(0), Ops: ops}, func(task *sunrpc.Task) sunrpc.Step {
			require.Zero(t, task.Status())
			return l.end()
		})
	})
	l.finish(time.Minute)
	return l
}

func TestARestartedCallBeginsWithCallStartOrWithItsPrepareHook(t *testing.T) {
	const first = "rpc_prepare_task → " + begins + " → " + connects + " → " + sends + hears + " → " + ends
	l := restarted(t, (*sunrpc.Task).Restart)
	l.requireWalk(1, 1, first+" → "+begins+" → "+sends+hears+" → "+ends)
	l = restarted(t, (*sunrpc.Task).RestartPrepare)
	l.requireWalk(1, 1, first+" → rpc_prepare_task → "+begins+" → "+sends+hears+" → "+ends)
}

func TestAPrepareHookMayEndItsTaskBeforeItHasBegun(t *testing.T) {
	l := newRig(t)
	ops := &sunrpc.CallOps{DoneName: "lab_done", DoneModule: "lab", Prepare: func(task *sunrpc.Task) { task.Exit(int32(wire.EIO)) }}
	l.echo().client(func(c *sunrpc.Client) sunrpc.Step {
		return l.k.RunTask(&sunrpc.Setup{Client: c, Msg: noop(0), Ops: ops}, func(task *sunrpc.Task) sunrpc.Step {
			require.Equal(t, int32(wire.EIO), task.Status())
			return l.end()
		})
	})
	l.finish(time.Minute)
	l.requireWalk(1, 1, "rpc_prepare_task → rpc_exit_task(-EIO)")
	require.Zero(t, l.k.Counters.RPCCnt, "it was no call")
}

// cut is a peer's client with five calls under way, which nobody answers.
func cut(l *rig, how func(*sunrpc.Client)) (status []int32) {
	p := l.serve(never)
	var me *thread
	ops := &sunrpc.CallOps{DoneName: "lab_done", DoneModule: "lab", Done: func(task *sunrpc.Task) {
		if status = append(status, task.Status()); len(status) == 5 {
			l.client.wake(me, l.end)
		}
	}}
	me = p.client(func(c *sunrpc.Client) sunrpc.Step {
		l.at(time.Second, func() { how(c) })
		return l.burst(c, 5, ops)
	})
	l.finish(10 * time.Second)
	return status
}

func TestKillallEndsEveryTaskOfAClient(t *testing.T) {
	l := newRig(t)
	require.Equal(t, []int32{-512, -512, -512, -512, -512}, cut(l, (*sunrpc.Client).KillAll))
	require.Equal(t, 1, l.count(trace.RPCClntKillall))
	require.Equal(t, 5, l.count(trace.RPCTaskSignalled))
}

func TestCancelEndsTheTasksThatMatchWithAnyError(t *testing.T) {
	l := newRig(t)
	matched := 0
	status := cut(l, func(c *sunrpc.Client) {
		matched = c.Cancel(wire.ENETDOWN, func(task *sunrpc.Task) bool { pid, _ := task.IDs(); return pid%2 == 1 })
		l.at(2*time.Second, func() { c.Cancel(wire.EIO, nil); c.Cancel(wire.EPERM, nil) })
	})
	require.Equal(t, 3, matched)
	require.Len(t, status, 5)
	sum := map[int32]int{}
	for _, s := range status {
		sum[s]++
	}
	require.Equal(t, map[int32]int{int32(wire.ENETDOWN): 3, int32(wire.EIO): 2}, sum, "only the first error sticks")
}

func TestShuttingAClientDownEndsItsTasksAndWaitsForThem(t *testing.T) {
	l := newRig(t)
	p := l.serve(never)
	over, waited := 0, -1
	ops := &sunrpc.CallOps{DoneName: "lab_done", DoneModule: "lab", Release: func(*sunrpc.Task) { over++ }}
	p.client(func(c *sunrpc.Client) sunrpc.Step {
		var calls func(n int) sunrpc.Step
		calls = func(n int) sunrpc.Step {
			if n == 0 {
				return c.ShutdownWait(func() sunrpc.Step { waited = over; return l.end() })
			}
			return l.k.CallAsync(c, noop(0), 0, ops, func() sunrpc.Step { return calls(n - 1) })
		}
		return calls(3)
	})
	l.finish(time.Minute)
	require.Equal(t, 3, over)
	require.GreaterOrEqual(t, waited, 2, "the last one's memory may go at the same time")
	require.Equal(t, 1, l.count(trace.RPCClntShutdown))
	require.Equal(t, 1, l.count(trace.RPCClntKillall))
	require.Equal(t, 1, l.count(trace.RPCClntRelease))
}

func TestAClientWhosePingFailsIsShutDownAgain(t *testing.T) {
	for _, c := range []struct {
		answer func(xid uint32) []byte
		errno  wire.Errno
	}{
		{func(xid uint32) []byte { return encoded(rpcmsg.AcceptedReply(xid, rpcmsg.ProgUnavail)) }, wire.EPFNOSUP},
		{func(xid uint32) []byte { return encoded(rpcmsg.AcceptedReply(xid, rpcmsg.ProgMismatch)) }, wire.EPROTONOSUP},
		{success, wire.OK},
	} {
		l := newRig(t)
		a := l.serve(always(func(xid uint32) []byte { return record(c.answer(xid)) })).args()
		a.NoPing = false
		var client *sunrpc.Client
		status := int32(1)
		l.do(func() sunrpc.Step {
			return l.k.Create(a, func(made *sunrpc.Client, s int32) sunrpc.Step { client, status = made, s; return l.end() })
		})
		l.finish(time.Minute)
		require.Equal(t, int32(c.errno), status)
		require.Equal(t, c.errno == wire.OK, client != nil)
		require.Equal(t, c.errno != wire.OK, l.count(trace.RPCClntShutdown) == 1)
		require.Equal(t, c.errno != wire.OK, l.count(trace.RPCClntFree) == 1)
	}
}

func TestATransportIsMadeByItselfAndHasAKindThatExists(t *testing.T) {
	l := newRig(t)
	a := l.echo().args()
	x, errno := l.k.CreateTransport(a)
	require.Equal(t, wire.OK, errno)
	ended := false
	l.do(func() sunrpc.Step {
		return l.k.CreateXprt(a, x, func(c *sunrpc.Client, _ int32) sunrpc.Step {
			return l.k.CallSync(c, noop(0), 0, func(status int32) sunrpc.Step { ended = status == 0; return l.end() })
		})
	})
	l.finish(time.Minute)
	require.True(t, ended)
	require.Equal(t, 1, l.count(trace.XprtCreate))

	bad := *a
	bad.Protocol = 99
	_, errno = l.k.CreateTransport(&bad)
	require.Equal(t, wire.EIO, errno)
	heard := int32(0)
	l.do(func() sunrpc.Step {
		return l.k.Create(&bad, func(c *sunrpc.Client, s int32) sunrpc.Step { heard = s; return l.end() })
	})
	l.finish(time.Minute)
	require.Equal(t, int32(wire.EIO), heard)
}

func TestAClonedClientSharesTheTransportAndABoundProgramIsPinged(t *testing.T) {
	l := newRig(t)
	p := l.echo()
	acl := &sunrpc.CreateArgs{Program: nfs.ACLName, Prog: nfs.ACLProgram, Vers: nfs.Version3, Null: nfs.ACLNull()}
	p.client(func(c *sunrpc.Client) sunrpc.Step {
		clone := c.Clone(acl)
		return l.k.CallSync(clone, noop(0), 0, func(int32) sunrpc.Step {
			return c.BindProgram(acl, func(bound *sunrpc.Client, status int32) sunrpc.Step {
				require.Zero(t, status)
				return clone.ShutdownWait(func() sunrpc.Step {
					return bound.ShutdownWait(func() sunrpc.Step { return c.ShutdownWait(l.end) })
				})
			})
		})
	})
	l.at(time.Second, func() {})
	l.finish(time.Minute)
	require.Equal(t, 1, l.count(trace.XprtCreate), "one transport")
	require.Equal(t, 3, l.count(trace.RPCClntNew))
	require.Equal(t, 2, p.calls, "the clone's call and the bound program's ping: a clone is not pinged")
	require.Len(t, p.from, 1, "one connection")
	var ping string
	l.each(func(e *trace.Event) {
		if e.Kind == trace.XprtPing {
			ping = e.Text(l.log, "addr")
		}
	})
	require.NotEmpty(t, ping)
}
