package nlm

import (
	"slices"

	"sunscope/core/rpcmsg"
	"sunscope/core/sunrpc"
	"sunscope/core/trace"
	"sunscope/core/wire"
)

const flavor = rpcmsg.AuthUnix

// statdHost is where rpc.statd listens: on this host, and for nobody else.
const statdHost = "127.0.0.1"

// nsm is a host as the status monitor knows it (nsm_handle).
type nsm struct {
	addr, name string
	monitored  bool
	refs       int
}

// nsm finds a host by its address; the first who asks names it.
func (l *Lockd) nsm(addr, name string) *nsm {
	for _, n := range l.nsms {
		if n.addr == addr {
			n.refs++
			return n
		}
	}
	n := &nsm{addr: addr, name: name, refs: 1}
	l.nsms = append(l.nsms, n)
	return n
}

// monitor has rpc.statd watch a host, unless it does already (nsm_monitor). then hears 0, or why it does not.
func (l *Lockd) monitor(n *nsm, then func(int32) sunrpc.Step) sunrpc.Step {
	if n.monitored {
		return then(0)
	}
	res := new(MonRes)
	args := &MonArgs{Mon: n.name, My: l.myID()}
	return l.statd(&monProc, args, res, func(status int32) sunrpc.Step {
		if res.Result != 0 {
			status = eio
		}
		if status < 0 {
			return then(status)
		}
		// A call that nobody took ends with status 0 in 6.1, when the wait before the next try has cleared tk_status
		// (__rpc_atrun): then the host counts as monitored.
		n.monitored, l.state = true, res.State
		return then(0)
	})
}

// unmonitor is nsm_unmonitor.
func (l *Lockd) unmonitor(n *nsm, then sunrpc.Step) sunrpc.Step {
	if !n.monitored {
		return then
	}
	n.monitored = false
	return l.statd(&unmonProc, &UnmonArgs{Mon: n.name, My: l.myID()}, new(UnmonRes), func(int32) sunrpc.Step { return then() })
}

func (l *Lockd) myID() MyID { return MyID{l.node, Program, Version, ProcSMNotify} }

// statd makes one call to this host's rpc.statd, through a client for just that call (nsm_create, nsm_mon_unmon).
func (l *Lockd) statd(proc *sunrpc.Proc, args, res Message, then func(int32) sunrpc.Step) sunrpc.Step {
	return l.k.Create(&sunrpc.CreateArgs{
		Program: StatName, Prog: StatProgram, Vers: StatVersion, Server: wire.Addr{Host: statdHost}, ServerName: "rpc.statd",
		Protocol: sunrpc.TCP, Flavor: rpcmsg.AuthNone, NoPing: true,
	}, func(c *sunrpc.Client, status int32) sunrpc.Step {
		if status < 0 {
			return then(status)
		}
		msg := sunrpc.Message{Proc: proc, Args: args, Res: res}
		over := func(status int32) sunrpc.Step {
			return c.ShutdownWait(func() sunrpc.Step { return then(min(status, 0)) })
		}
		return l.k.CallSync(c, msg, trace.SoftConn, func(status int32) sunrpc.Step {
			if status != int32(wire.ECONNREFUSED) {
				return over(status)
			}
			c.ForceRebind() // it has restarted, perhaps on another port
			return l.k.CallSync(c, msg, trace.SoftConn, over)
		})
	})
}

// restarted is nlm_host_rebooted, on the word of rpc.statd: what a client of ours held is free again. (What this host's
// processes held on a server that has restarted they would have to claim; they do not.)
func (l *Lockd) restarted(a *NotifyArgs) {
	i := slices.IndexFunc(l.nsms, func(n *nsm) bool { return n.name == a.Mon })
	if i < 0 {
		return
	}
	l.nsms[i].monitored = false
	l.FreeAll(l.nsms[i].addr, l.m.Now())
}
