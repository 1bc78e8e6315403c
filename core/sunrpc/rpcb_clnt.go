package sunrpc

import (
	"sunscope/core/rpcmsg"
	"sunscope/core/trace"
	"sunscope/core/wire"
	"sunscope/core/xdr"
)

// The rpcbind protocol, version 2, as far as a client over IPv4 needs it (RFC 1833 section 3).
const (
	rpcbProgram = 100000
	rpcbVersion = 2
	rpcbPort    = 111
	rpcbGetport = 3
	protoTCP    = 6
	bindTimeout = 60 * HZ // XS_BIND_TO
)

// mapping is what GETPORT asks: the port of a program, a version and a protocol.
type mapping struct{ prog, vers, prot uint32 }

// getportProc is GETPORT. Port 0 in the answer says that the program is not registered.
var getportProc = Proc{
	Num: rpcbGetport, Name: "GETPORT", ArgLen: 4, ReplyLen: 1,
	Encode: func(e *xdr.Encoder, args any) wire.Errno {
		m := args.(*mapping)
		e.Uint32(m.prog)
		e.Uint32(m.vers)
		e.Uint32(m.prot)
		e.Uint32(0)
		return wire.OK
	},
	Decode: func(d *xdr.Decoder, res any) int32 {
		port := d.Uint32("port")
		if d.Err() != nil || port > 65535 {
			return eio
		}
		*res.(*uint32) = port
		return 0
	},
}

// getport is rpcb_getport_async: t sleeps on xprt_binding while a child of its own asks. It falls asleep before
// anything else is looked at, so that whoever asks already wakes it too.
func (x *Xprt) getport(t *Task) {
	x.binding.sleepUntil(t, nil, x.k.m.Now()+bindTimeout)
	switch {
	case x.has(trace.XprtBinding):
		return
	case x.has(trace.XprtBound):
		x.binding.wakeAll(0)
		return
	case x.bindIndex > 0: // over IPv4 there is version 2 and no other
		x.bindIndex = 0
		x.binding.wakeAll(int32(wire.EPFNOSUP))
		return
	}
	x.state |= trace.XprtBinding
	x.stat.Binds++
	k, c := x.k, t.client
	k.emit(".....", trace.RpcbGetport, t.idFields(k.str(c.server.Host), int64(c.prog), int64(c.vers), protoTCP, rpcbVersion)...)
	child := k.newClient(&CreateArgs{
		Program: "rpcbind", Prog: rpcbProgram, Vers: rpcbVersion, Server: wire.Addr{Host: c.server.Host, Port: rpcbPort},
		Timeout: &c.timeout, NonPriv: true, Flavor: rpcmsg.AuthUnix,
	})
	x.startGetport(child, mapping{c.prog, c.vers, protoTCP})
}

// startGetport runs the child's task and gives up the reference to its client, which then lives as long as the task.
func (x *Xprt) startGetport(child *Client, m mapping) {
	port, status := new(uint32), int32(0)
	ops := &CallOps{
		DoneName: "rpcb_getport_done", DoneModule: "sunrpc",
		Done:    func(t *Task) { status = x.getportDone(t, *port) },
		Release: func(*Task) { x.binding.wakeAll(status) },
	}
	step := x.k.RunTask(&Setup{
		Client: child, Msg: Message{Proc: &getportProc, Args: &m, Res: port}, Ops: ops, Flags: trace.Async | trace.SoftConn,
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
