package sunrpc

import (
	"sunscope/core/rpcmsg"
	"sunscope/core/trace"
	"sunscope/core/wire"
)

const bindTimeout = 60 * HZ // XS_BIND_TO

// rpcbVersion is the version of rpcbind that is asked next; 0 when none is left. Over IPv4 that is version 2 and no
// other, over IPv6 version 4 and then 3 (rpcb_next_version, rpcb_next_version6).
func (x *Xprt) rpcbVersion() uint32 {
	switch ipv6 := x.peer.IsIPv6(); {
	case !ipv6 && x.bindIndex == 0:
		return rpcbV2
	case ipv6 && x.bindIndex < 2:
		return rpcbV4 - uint32(x.bindIndex)
	}
	return 0
}

func (x *Xprt) protocol() Protocol {
	if _, udp := x.ops.(udpOps); udp {
		return UDP
	}
	return TCP
}

// getport is rpcb_getport_async: t sleeps on xprt_binding while a child of its own asks. It falls asleep before
// anything else is looked at, so that whoever asks already wakes it too.
func (x *Xprt) getport(t *Task) {
	x.binding.sleepUntil(t, nil, x.k.m.Now()+bindTimeout)
	vers := x.rpcbVersion()
	switch {
	case x.has(trace.XprtBinding):
		return
	case x.has(trace.XprtBound):
		x.binding.wakeAll(0)
		return
	case vers == 0:
		x.bindIndex = 0
		x.binding.wakeAll(int32(wire.EPFNOSUP))
		return
	}
	if err, fails := x.k.fails(Getport); fails {
		x.binding.wakeAll(err)
		return
	}
	x.state |= trace.XprtBinding
	x.stat.Binds++
	k, c, p := x.k, t.client, x.protocol()
	k.emit(".....", trace.RpcbGetport, t.idFields(k.str(c.name), int64(x.prog), int64(x.vers), int64(p), int64(vers))...)
	child := k.newClient(&CreateArgs{
		Program: "rpcbind", Prog: rpcbProgram, Vers: vers, Server: wire.Addr{Host: x.peer.Host, Port: rpcbPort}, ServerName: c.name,
		Protocol: p, Timeout: &c.timeout, NonPriv: true, Flavor: rpcmsg.AuthUnix,
	})
	m := &mapping{prog: x.prog, vers: x.vers, prot: uint32(p), netid: netid(p, x.peer.IsIPv6()), addr: universal(x.peer)}
	x.startGetport(child, m)
}

// startGetport runs the child's task and gives up the reference to its client, which then lives as long as the task.
func (x *Xprt) startGetport(child *Client, m *mapping) {
	proc := &rpcbGetport
	if child.vers != rpcbV2 {
		proc = &rpcbGetaddr
	}
	port, status := new(uint32), int32(0)
	ops := &CallOps{
		DoneName: "rpcb_getport_done", DoneModule: "sunrpc",
		Done:    func(t *Task) { status = x.getportDone(t, *port) },
		Release: func(*Task) { x.binding.wakeAll(status) },
	}
	step := x.k.RunTask(&Setup{
		Client: child, Msg: Message{Proc: proc, Args: m, Res: port}, Ops: ops, Flags: trace.Async | trace.SoftConn,
	}, func(*Task) Step { return nil })
	for step != nil {
		step = step()
	}
	child.Release()
}

// getportDone is rpcb_getport_done: it makes one status of the child's end and of its answer.
func (x *Xprt) getportDone(t *Task, port uint32) int32 {
	status := t.status
	switch {
	case status == eio:
		status = int32(wire.EPROTONOSUP)
	case status < 0:
	case port == 0:
		status = int32(wire.EACCES)
	default:
		x.setPort(uint16(port))
	}
	if status == int32(wire.EPROTONOSUP) {
		x.bindIndex++
	}
	x.k.emit(".....", trace.RpcbSetport, t.idFields(int64(status), int64(port))...)
	x.state &^= trace.XprtBinding
	return status
}
