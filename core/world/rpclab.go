package world

import (
	"sunscope/core/nfs"
	"sunscope/core/scenario"
	"sunscope/core/sunrpc"
	"sunscope/core/time"
	"sunscope/core/trace"
	"sunscope/core/wire"
	"sunscope/core/xdr"
)

// The lengths that rpclab's procedures declare, in XDR units.
const (
	labArgs    = 2048
	labResults = 16
)

// labMaxTimeout is the longest wait of an rpclab client (to_maxval).
const labMaxTimeout = 60 * time.Second

// labProcs are procedure 0 under five names: PING0 to PING4, which differ only in the class of the RTT estimator.
var labProcs = makeLabProcs()

func makeLabProcs() (p [5]sunrpc.Proc) {
	for i := range p {
		p[i] = sunrpc.Proc{
			Name: "PING" + string(rune('0'+i)), Timer: i, ArgLen: labArgs, ReplyLen: labResults,
			Encode: func(e *xdr.Encoder, args any) wire.Errno {
				for range args.(int) / 4 {
					e.Uint32(0)
				}
				return wire.OK
			},
			Decode: func(*xdr.Decoder, any) int32 { return 0 },
		}
	}
	return p
}

// lab is an rpclab module that is being loaded: its client, and what it does with it.
type lab struct {
	*scenario.Lab
	s  *script
	op *scenario.Op
	c  *sunrpc.Client
}

// lab loads the module.
func (s *script) lab(op *scenario.Op) sunrpc.Step {
	l := &lab{Lab: op.Lab, s: s, op: op}
	args := &sunrpc.CreateArgs{
		Program: "rpclab", Prog: nfs.Program, Vers: nfs.Version3, Flavor: nfs.Flavor, NoPing: true, Protocol: sunrpc.TCP,
		Hard: l.has(scenario.CreateHardRetry), SoftErr: l.has(scenario.CreateSoftErr), NonPriv: l.has(scenario.CreateNonPriv),
		Discrtry: l.has(scenario.CreateDiscRetry), NoRetrans: l.has(scenario.CreateNoRetrans),
		AutoBind: l.has(scenario.CreateAutoBind),
		Server:   wire.Addr{Host: s.w.sc.Server.Addr, Port: uint16(l.Port)},
		Timeout:  &sunrpc.Timeout{Init: l.Timeo, Max: labMaxTimeout, Retries: l.Retrans, Exponential: true},
	}
	if l.UDP {
		args.Protocol = sunrpc.UDP
	}
	if l.Port == 0 {
		args.Server.Port = uint16(s.w.sc.Mount.Port)
	}
	return s.ns.kernel.Create(args, func(c *sunrpc.Client, _ int32) sunrpc.Step {
		l.c = c
		return l.call(1, 0)
	})
}

// has says whether the client is made with that flag of rpc_create.
func (l *lab) has(flag uint16) bool { return l.Create&flag != 0 }

// call makes the calls of a round from the i-th on, and then what follows: another round, or the end.
func (l *lab) call(round, i int) sunrpc.Step {
	switch {
	case i < l.Calls:
		return l.s.async(l.setup(i), func() sunrpc.Step { return l.call(round, i+1) })
	case round < l.Rounds:
		return l.s.pause(l.Gap, func() sunrpc.Step { return l.call(round+1, 0) })
	case l.Kill > 0:
		return l.s.pause(l.Kill, func() sunrpc.Step {
			l.c.KillAll()
			return l.s.waitThen(l.end)
		})
	}
	return l.s.waitThen(l.end)
}

func (l *lab) setup(i int) *sunrpc.Setup {
	timer := l.Timer
	if timer < 0 {
		timer = i % len(labProcs)
	}
	setup := &sunrpc.Setup{
		Client: l.c, Msg: sunrpc.Message{Proc: &labProcs[timer], Args: l.Pad}, Flags: trace.TaskFlags(l.Flags) | trace.Async, Item: l.s.item(l.op),
		Ops: &sunrpc.CallOps{DoneName: "lab_done", DoneModule: "rpclab", Release: l.s.over},
	}
	if l.Prio {
		setup.Priority = sunrpc.High - sunrpc.Priority(i%3)
	}
	return setup
}

// end unloads it.
func (l *lab) end() sunrpc.Step {
	return l.c.ShutdownWait(func() sunrpc.Step { return l.s.next })
}
