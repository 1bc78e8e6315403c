package world

import (
	"strconv"

	"sunscope/core/loopback"
	"sunscope/core/scenario"
	"sunscope/core/sunrpc"
	"sunscope/core/time"
	"sunscope/core/trace"
	"sunscope/core/wire"
)

// startFaults arranges for what the scenario says goes wrong, counted from the mount.
func (w *World) startFaults() {
	for _, f := range w.sc.Faults {
		verb, arg, err := scenario.ParseFault(f.Do)
		if err != nil { // Check has read it already
			w.err = err
			return
		}
		if f.When == "" && f.After == 0 {
			w.strike(w.now+f.At, verb, arg)
		}
	}
}

// strike lets something go wrong when it is at.
//
//go:noinline
func (w *World) strike(at time.Duration, verb, arg string) {
	w.sim.At(at, func() {
		w.client.Softirq(func() {
			l := w.log
			w.client.Emit("..s2.", trace.Fault, int64(l.Str(verb)), int64(l.Str(arg)))
			w.fault(w.net, verb, arg)
		})
	})
}

func (w *World) fault(net *loopback.Net, verb, arg string) {
	nfsd := wire.Addr{Host: w.sc.Server.Addr, Port: uint16(w.sc.Mount.Port)}
	switch verb {
	case "drop":
		net.Drop()
	case "restore":
		net.Restore()
	case "reset":
		net.Reset(nfsd)
	case "abort":
		net.Abort(nfsd)
	case "close":
		net.Close(nfsd)
	case "refuse":
		net.Refuse(nfsd)
	case "accept":
		net.Accept(nfsd)
	case "loss", "delay":
		w.weather(net, verb, arg)
	case "unreachable", "reachable":
		net.Unreachable(w.client.addr, verb == "unreachable")
	case "linkdown", "linkup":
		net.LinkDown(w.client.addr, verb == "linkdown")
	case "filter", "unfilter":
		net.Filter(w.client.addr, verb == "filter")
	case "answer":
		f, _ := scenario.ParseAnswer(arg) // Check has read it already
		w.answering(uint16(f.Port)).mode = f.Mode
	case "fail":
		f, _ := scenario.ParseFailing(arg) // Check has read it already
		w.kernel.Inject(sunrpc.Site(f.Site), wire.Errno(f.Err), f.Percent, f.Times)
	case "nomem":
		percent, _ := scenario.ParsePercent(arg)
		w.kernel.NoMemory(percent)
	case "slow", "upcall", "dead":
		w.threadFault(verb, arg)
	case "exportfs":
		w.exportfs(arg == "on", func() {})
	case "kill":
		w.kill(arg)
	case "set":
		w.setRunning(arg)
	default:
		w.faultNow(verb, arg)
	}
}

// threadFault is for the threads of nfsd, if it runs.
func (w *World) threadFault(verb, arg string) {
	srv := w.nfsd.srv
	if srv == nil {
		return
	}
	d, _ := time.ParseDuration(arg) // Check has read it already
	switch verb {
	case "slow":
		srv.Faults.Slow = d
	case "upcall":
		srv.Faults.Upcall = d
		srv.FlushAuth()
	case "dead":
		srv.Faults.Dead, _ = strconv.Atoi(arg)
	}
}

// asking is how long rpc.mountd takes at least to answer the kernel.
const asking = 300 * time.Microsecond

// exportfs is what exportfs does on the server: all exports are there, or none is, and the kernel forgets what it knew.
//
// A process of the server does it.
//
//go:noinline
func (w *World) exportfs(on bool, then func()) {
	p := w.server.spawn("exportfs")
	w.server.wake(p, func() sunrpc.Step {
		w.server.Spend(sunrpc.CostProcess)
		if srv := w.nfsd.srv; srv != nil {
			srv.Faults.NoExports = !on
			srv.Faults.Upcall = max(srv.Faults.Upcall, asking)
			srv.FlushAuth()
		}
		then()
		return nil
	})
}

// weather changes what happens to the packets that a host sends, or both.
func (w *World) weather(net *loopback.Net, verb, arg string) {
	f, _ := scenario.ParseWeather(verb, arg) // Check has read it already
	change := func(addr string) {
		if verb == "loss" {
			net.Lose(addr, f.Loss)
		} else {
			net.Slow(addr, f.Delay)
		}
	}
	if f.Client {
		change(w.sc.Client.Addr)
	}
	if f.Server {
		change(w.sc.Server.Addr)
	}
}

// kill sends a fatal signal to every process of that name, or to the one of that number. One that waits for a call gives it
// up and ends.
func (w *World) kill(who string) {
	is := func(p *thread, name string) bool {
		return name == who || p != nil && strconv.Itoa(int(p.PID)) == who
	}
	for _, m := range w.mounts {
		if is(m.p, "mount.nfs") {
			m.kill()
		}
	}
	for _, s := range w.scripts {
		if is(s.p, s.name) {
			s.kill()
		}
	}
}

// kill is a fatal signal to a process that has a script.
func (s *script) kill() {
	if s.dead {
		return
	}
	s.dead, s.ops = true, nil
	if s.waits {
		s.waits = false
		s.w.client.wake(s.p, s.next)
	} else if s.p != nil {
		s.ns.kernel.FatalSignal(&s.p.Thread)
	}
}
