package world

import (
	"slices"

	"sunscope/core/scenario"
	"sunscope/core/sunrpc"
	"sunscope/core/time"
	"sunscope/core/trace"
)

// order is a fault that comes when so many events have happened.
type order struct {
	after     int
	verb, arg string
}

// order keeps them by their place in the run; those of one place in the order in which they were given.
func (w *World) order(after int, verb, arg string) {
	w.broken = true
	i := len(w.orders)
	for i > 0 && w.orders[i-1].after > after {
		i--
	}
	w.orders = append(w.orders, order{})
	copy(w.orders[i+1:], w.orders[i:])
	w.orders[i] = order{after, verb, arg}
}

// obey carries out the orders whose time has come, between two things that happen: no random stream is asked before, so a
// run has the same events up to here whatever the orders are. It says whether there were any.
func (w *World) obey() bool {
	n := 0
	for ; n < len(w.orders) && w.log.Len() >= w.orders[n].after && w.err == nil; n++ {
		o, l := &w.orders[n], w.log
		w.client.Emit("..s2.", trace.Fault, int64(l.Str(o.verb)), int64(l.Str(o.arg)))
		w.fault(w.net, o.verb, o.arg)
	}
	w.orders = w.orders[n:]
	return n > 0
}

// faultNow is for the faults that speak of what is there at one instant.
func (w *World) faultNow(verb, arg string) {
	switch verb {
	case "packet":
		p, _ := scenario.ParsePacket(arg) // Check has read it already
		w.net.Meddle(p.Number, p.Do, p.Delay)
	case "signal":
		pid, clid, _ := scenario.ParseTask(arg)
		if !w.kernel.SignalTask(pid, clid) && (w.second == nil || !w.second.kernel.SignalTask(pid, clid)) {
			w.client.mark("signal " + arg + " does nothing: there is no such task")
		}
	case "unanswered":
		if srv := w.nfsd.srv; srv != nil {
			xid, _ := scenario.ParseXID(arg)
			srv.Faults.Unanswered = append(srv.Faults.Unanswered, xid)
		}
	case "freeze":
		d, _ := time.ParseDuration(arg)
		w.server.frozen = max(w.server.frozen, w.now+d)
	case "restart":
		d, _ := time.ParseDuration(arg)
		w.restart(d)
	default:
		w.callBackNow(verb, arg)
	}
}

// callBackNow has the server call its client, as a script's operation of that name does.
func (w *World) callBackNow(verb, arg string) {
	ops, err := scenario.ParseScript(verb + " " + arg)
	if err == nil {
		w.server.Softirq(func() { w.callBack(&ops[0]) })
	}
}

// restart takes nfsd down, and up again after a while, with as many threads. With NFSv4 the server's grace period begins.
// Where there is an rpcbind, rpc.nfsd does it and registers; else the server's sockets go and come back without a word.
func (w *World) restart(after time.Duration) {
	n := w.nfsd
	up := &scenario.Op{Verb: "nfsd", N: w.sc.Server.Threads}
	if w.sc.UDP() {
		up.Verb = "nfsd-u"
	}
	w.running++
	start := func(int32) {
		w.sim.At(w.now+after, func() {
			done := func(int32) { w.running-- }
			if w.sc.NeedsRpcbind() {
				n.command(up, done)
			} else {
				w.server.wake(w.server.spawn("rpc.nfsd"), func() sunrpc.Step { return n.startQuietly(up, done) })
			}
		})
	}
	switch {
	case n.srv == nil:
		start(0)
	case w.sc.NeedsRpcbind():
		n.command(&scenario.Op{Verb: "nfsd"}, start)
	default:
		w.server.wake(w.server.spawn("rpc.nfsd"), func() sunrpc.Step {
			w.server.Spend(sunrpc.CostProcess)
			n.srv.Close()
			n.srv = nil
			n.v4.Stop()
			start(0)
			return nil
		})
	}
}

// startQuietly is the way up of a server without rpcbind.
func (n *nfsd) startQuietly(op *scenario.Op, done func(int32)) sunrpc.Step {
	w, port := n.w, uint16(n.w.sc.Mount.Port)
	w.server.Spend(sunrpc.CostProcess)
	n.v4.Start()
	n.srv = n.kernel.NewServer(w.services())
	n.srv.Answer = w.answering(port).reply
	n.srv.Open(sunrpc.SvcSocket{Protocol: sunrpc.TCP, Port: port})
	if op.Verb == "nfsd-u" {
		n.srv.Open(sunrpc.SvcSocket{Protocol: sunrpc.UDP, Port: port})
	}
	n.srv.Start(w.threads("nfsd", op.N))
	done(0)
	return nil
}

// setRunning changes a setting while the world runs.
func (w *World) setRunning(arg string) {
	key, value, err := scenario.ParseSet(arg)
	if !slices.Contains(scenario.Running, key) {
		w.setKnob(arg)
		return
	}
	sc := *w.sc
	if err == nil {
		err = sc.Set(key, value)
	}
	if err != nil { // Check has read it already
		w.err = err
		return
	}
	was := w.sc.Server.Threads
	w.sc = &sc
	switch srv := w.nfsd.srv; {
	case key != "server.threads":
		w.net.Relink(w.link())
	case srv == nil:
	case sc.Server.Threads > was:
		srv.Start(w.threads("nfsd", sc.Server.Threads-was))
	default:
		srv.Retire(was - sc.Server.Threads)
	}
}
