package sunrpc

import (
	"sunscope/core/rpcmsg"
	"sunscope/core/trace"
	"sunscope/core/wire"
)

// rpcbLocal are the kernel's clients of its own host's rpcbind (sunrpc_net.rpcb_local_clnt and its neighbours). All
// services share them; the last one takes them down.
type rpcbLocal struct {
	users int
	v2    *Client
	v4    *Client // nil: rpcbind does not speak version 4
	path  bool    // they go over AF_LOCAL
}

// rpcbCreateLocal is rpcb_create_local. Called from a thread, it returns what that does next; then hears 0, or why
// rpcbind cannot be talked to.
func (k *Kernel) rpcbCreateLocal(then func(int32) Step) Step {
	if k.rpcb.users > 0 {
		k.rpcb.users++
		return then(0)
	}
	return k.Create(&CreateArgs{
		Program: "rpcbind", Prog: rpcbProgram, Vers: rpcbV2, Server: wire.Addr{Host: rpcbSocket}, ServerName: "localhost",
		Protocol: Local, NoIdle: true, Flavor: rpcmsg.AuthNone, Null: &rpcbNull,
	}, func(c *Client, status int32) Step {
		if status < 0 {
			return k.rpcbCreateLocalNet(then)
		}
		return k.rpcbBindV4(c, true, then)
	})
}

// rpcbCreateLocalNet is rpcb_create_local_net: without the socket, there is still the port. No ping tells whether anybody
// listens there.
func (k *Kernel) rpcbCreateLocalNet(then func(int32) Step) Step {
	return k.Create(&CreateArgs{
		Program: "rpcbind", Prog: rpcbProgram, Vers: rpcbV2, Server: wire.Addr{Host: k.addr, Port: rpcbPort}, ServerName: "localhost",
		NoPing: true, Flavor: rpcmsg.AuthUnix,
	}, func(c *Client, _ int32) Step { return k.rpcbBindV4(c, false, then) })
}

// rpcbBindV4 asks whether rpcbind speaks version 4 too; if it does not, version 2 will do.
func (k *Kernel) rpcbBindV4(c *Client, path bool, then func(int32) Step) Step {
	a := &CreateArgs{Program: "rpcbind", Prog: rpcbProgram, Vers: rpcbV4, Null: &rpcbNull}
	return c.BindProgram(a, func(v4 *Client, _ int32) Step {
		k.rpcb = rpcbLocal{users: 1, v2: c, v4: v4, path: path}
		return then(0)
	})
}

// rpcbPutLocal is rpcb_put_local.
func (k *Kernel) rpcbPutLocal() {
	l := &k.rpcb
	if l.users--; l.users > 0 {
		return
	}
	if l.v4 != nil {
		l.v4.Shutdown()
	}
	l.v2.Shutdown()
	k.rpcb = rpcbLocal{}
}

// rpcbV4Register is rpcb_v4_register: it registers prog and vers on a port of all of the host's addresses of one family,
// or without a netid takes the program off all of them. -EPROTONOSUPPORT: rpcbind speaks version 2 only.
func (k *Kernel) rpcbV4Register(prog, vers uint32, id string, port uint16, then func(int32) Step) Step {
	c := k.rpcb.v4
	m := &mapping{prog: prog, vers: vers, netid: id, owner: rpcbOwner}
	switch {
	case c == nil:
		return then(int32(wire.EPROTONOSUP))
	case id == "":
		k.emit(".....", trace.RpcbUnregister, int64(prog), int64(vers), k.str(""))
		return k.rpcbRegisterCall(c, &rpcb4Unset, m, then)
	}
	any := "0.0.0.0"
	if id[len(id)-1] == '6' {
		any = "::"
	}
	m.addr = universal(wire.Addr{Host: any, Port: port})
	k.emit(".....", trace.RpcbRegister, int64(prog), int64(vers), k.str("(null)"), k.str(id)) // 6.1 prints it before it is known
	return k.rpcbRegisterCall(c, &rpcb4Set, m, then)
}

// rpcbRegister is rpcb_register: the same with version 2. Port 0 takes the program off.
func (k *Kernel) rpcbRegister(prog, vers uint32, p Protocol, port uint16, then func(int32) Step) Step {
	k.emit(".....", trace.PmapRegister, int64(prog), int64(vers), int64(p), int64(port))
	proc := &rpcb2Set
	if port == 0 {
		proc = &rpcb2Unset
	}
	return k.rpcbRegisterCall(k.rpcb.v2, proc, &mapping{prog: prog, vers: vers, prot: uint32(p), port: uint32(port)}, then)
}

// rpcbRegisterCall is rpcb_register_call. To take something off rpcbind is not worth connecting for: with the connection
// gone it has forgotten already.
func (k *Kernel) rpcbRegisterCall(c *Client, proc *Proc, m *mapping, then func(int32) Step) Step {
	flags := trace.SoftConn
	if k.rpcb.path && proc.Num == rpcb4Unset.Num {
		flags = trace.NoConnect
	}
	done := new(uint32)
	return k.CallSync(c, Message{Proc: proc, Args: m, Res: done}, flags, func(status int32) Step {
		if status >= 0 && *done == 0 {
			status = int32(wire.EACCES)
		}
		return then(status)
	})
}
