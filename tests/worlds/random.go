// Package worlds tries the engine under any schedule: worlds made at random from a seed, run to their end, and looked at
// after every event.
package worlds

import (
	"math/rand/v2"
	"strconv"
	"strings"

	"sunscope/core/scenario"
	"sunscope/core/time"
)

// dice throws what a world is made of.
type dice struct{ *rand.Rand }

// one picks one of the choices.
func one[T any](d dice, choices ...T) T { return choices[d.IntN(len(choices))] }

// percent is true in that many of a hundred throws.
func (d dice) percent(n int) bool { return d.IntN(100) < n }

// between is a number from least to most.
func (d dice) between(least, most int) int { return least + d.IntN(most-least+1) }

// Random makes a world from a seed: topology, transport, slots, mount, processes and what goes wrong. The same seed makes
// the same world; every one of them passes Scenario.Check.
func Random(seed uint64) *scenario.Scenario {
	d := dice{rand.New(rand.NewPCG(seed, 0x73756e73636f7065))}
	sc := &scenario.Scenario{
		Name: "world-" + strconv.FormatUint(seed, 10), Title: "A world made at random",
		Client: scenario.Host{Name: "client", Addr: "10.0.0.2", CPUs: d.between(1, 4), Threads: d.between(1, 8)},
		Server: scenario.Host{Name: "server", Addr: "10.0.0.1", CPUs: d.between(1, 4), Threads: d.between(1, 8)},
	}
	d.mount(sc)
	d.link(sc)
	d.slots(sc)
	d.processes(sc)
	if d.percent(8) {
		d.restart(sc)
	}
	d.faults(sc)
	d.failures(sc)
	return sc
}

// mount chooses the transport and how patient the mount is.
func (d dice) mount(sc *scenario.Scenario) {
	m := &sc.Mount
	m.UDP = d.percent(40)
	m.Port = 2049
	m.Rpcbind = !m.UDP && d.percent(40)
	m.NoPing = d.percent(25)
	m.Full = d.percent(25)
	m.Hard = d.percent(60)
	m.RSize = one(d, 1024, 4096, 32768)
	m.Timeo = one(d, 100*time.Millisecond, 300*time.Millisecond, time.Second, 5*time.Second, 60*time.Second)
	m.Retry = d.between(0, 5)
	sc.Workload.Bytes = 1024
}

// link chooses the wire, and what it does to datagrams.
func (d dice) link(sc *scenario.Scenario) {
	l := &sc.Link
	l.Delay = one(d, 0, 20*time.Microsecond, 100*time.Microsecond, 500*time.Microsecond, 3*time.Millisecond, 40*time.Millisecond)
	l.Bandwidth = one(d, 0, 0, 125_000_000, 12_500_000, 250_000)
	if sc.Mount.UDP && d.percent(60) {
		l.Loss = one(d, 0, 1, 5, 20)
		l.Duplicate = one(d, 0, 1, 10, 40)
		l.Reorder = one(d, 0, 5, 50)
	}
	if m := &sc.Mount; l.Bandwidth == 250_000 && m.RSize == 32768 {
		m.Timeo = max(m.Timeo, time.Second) // calls that are sent again faster than they can be answered pile up without end
	}
	if l.Loss > 0 {
		sc.Mount.Timeo = min(sc.Mount.Timeo, time.Second) // each loss costs that much
	}
}

// slots chooses the knobs of the sunrpc module: mostly few slots, so that tasks wait for them.
func (d dice) slots(sc *scenario.Scenario) {
	s := &sc.Sunrpc
	s.TCPSlots = one(d, 2, 2, 3, 8)
	s.TCPMaxSlots = max(s.TCPSlots, one(d, 2, 3, 4, 16, 65536))
	s.UDPSlots = one(d, 2, 3, 4, 16)
}

// processes chooses who does what. Everybody's files have names of their own, so that what fails fails for the network's
// sake.
func (d dice) processes(sc *scenario.Scenario) {
	for i := range d.between(1, 5) {
		p := scenario.Process{Name: one(d, "cat", "dd", "ls", "tar"), Count: one(d, 1, 1, 2, 3, 8)}
		p.At = time.Duration(d.IntN(one(d, 1, 1_000, 20_000, 2_000_000))) * time.Microsecond
		file := "p" + strconv.Itoa(i+1) + "-$"
		ops := []string{"create " + file}
		for range d.between(1, 6) {
			ops = append(ops, d.operation(sc, file))
		}
		p.Do = strings.Join(ops[d.IntN(2):], "; ")
		sc.Processes = append(sc.Processes, p)
	}
}

// restart stops the server's NFS service and starts it again, which registers it with rpcbind over a local socket.
func (d dice) restart(sc *scenario.Scenario) {
	start := one(d, "nfsd ", "nfsd ", "nfsd-u ")
	if sc.UDP() {
		start = "nfsd-u "
	}
	sc.Processes = append(sc.Processes, scenario.Process{
		Name: "systemctl", Count: 1, At: time.Duration(d.IntN(2_000_000)) * time.Microsecond,
		Do: "nfsd 0; sleep " + one(d, "1ms", "200ms", "4s") + "; " + start + strconv.Itoa(d.between(1, 8)),
	})
}

// operation is one line of a process's script.
func (d dice) operation(sc *scenario.Scenario, file string) string {
	calls := strconv.Itoa(one(d, 1, 2, 5, 12))
	bytes := strconv.Itoa(min(sc.Mount.RSize, one(d, 1, 512, 4096, 32768)))
	switch d.IntN(13) {
	case 12:
		return d.lab()
	case 0, 1:
		return "write " + file + " " + calls + " " + bytes
	case 2, 3:
		return "read " + file + " " + calls + " " + bytes
	case 4:
		return one(d, "reads ", "writes ") + file + " " + strconv.Itoa(d.between(1, 4)) + " " + bytes
	case 5:
		return "null " + calls
	case 6:
		return "ranked " + calls
	case 7:
		return "sleep " + one(d, "100us", "10ms", "300ms", "3s")
	case 8:
		return "mkdir " + file + "d"
	case 9:
		return "commit " + file
	default:
		return one(d, "getattr ", "lookup ", "access ", "remove ", "rmdir ", "readdir ") + one(d, "/", file)
	}
}

// lab loads a module that has a client of its own: other timeouts, flags, priorities, and sometimes a kill of all calls.
func (d dice) lab() string {
	proto := one(d, "tcp", "udp")
	s := "rpclab proto=" + proto + " nreq=" + one(d, "1", "4", "20") + " timeo=" + one(d, "100ms", "700ms") +
		" retrans=" + one(d, "0", "2") + " timer=" + one(d, "-1", "0", "1") + " prio=" + one(d, "0", "1")
	if d.percent(50) {
		s += " flags=" + one(d, "SOFT", "SOFTCONN", "SOFT|SOFTCONN", "SOFT|TIMEOUT", "NOCONNECT", "NULLCREDS")
	}
	switch {
	case proto == "tcp" && d.percent(20): // over UDP it would wait for ever for a datagram that is lost
		s += " create=NO_RETRANS_TIMEOUT"
	case d.percent(30):
		s += " create=" + one(d, "HARDRTRY", "SOFTERR", "DISCRTRY")
	}
	if d.percent(30) {
		s += " kill=" + one(d, "1us", "100us", "5ms", "400ms")
	}
	if d.percent(30) {
		s += " rounds=2 gap=" + one(d, "0s", "50ms")
	}
	return s
}

// faults chooses what goes wrong and when. What breaks is mended later, but in some worlds, whose server stays dead.
func (d dice) faults(sc *scenario.Scenario) {
	if d.percent(25) {
		return
	}
	at := time.Duration(0)
	for range d.between(1, 6) {
		at += time.Duration(d.IntN(one(d, 1_000, 30_000, 1_000_000, 20_000_000))) * time.Microsecond
		d.fault(sc, &at)
	}
	if d.percent(90) {
		return
	}
	sc.Faults = append(sc.Faults, scenario.Fault{At: at + time.Duration(d.IntN(30_000))*time.Microsecond, Do: one(d, "drop", "refuse")})
	if sc.Mount.Rpcbind {
		sc.Faults[len(sc.Faults)-1].Do = "drop"
	}
	if sc.Faults[len(sc.Faults)-1].Do == "refuse" {
		sc.Faults = append(sc.Faults, scenario.Fault{At: at + 30*time.Millisecond, Do: "reset"})
	}
}

func (d dice) fault(sc *scenario.Scenario, at *time.Duration) {
	add := func(do string) { sc.Faults = append(sc.Faults, scenario.Fault{At: *at, Do: do}) }
	later := func() {
		*at += time.Duration(d.IntN(one(d, 1_000, 100_000, 3_000_000, 100_000_000))) * time.Microsecond
	}
	switch d.IntN(12) {
	case 7: // a slow server, or a slow way to it
		whose := one(d, "", " client", " server")
		add("delay " + one(d, "1ms", "50ms", "900ms") + whose)
		later()
		add("delay 0s")
	case 8:
		add("loss " + one(d, "2", "10", "60") + one(d, "", " client", " server"))
		later()
		add("loss 0")
	case 9: // a server that answers wrongly for a while
		mode := one(d, scenario.AnswerModes[1:]...)
		if strings.Contains(sc.Encode(), "NO_RETRANS_TIMEOUT") {
			mode = "system_err" // such a client waits for ever for an answer that is none
		}
		add("answer 2049 " + mode)
		if mode == "close" || mode == "echo" { // the client breaks off and connects again at once, and so on, without any pause
			*at += time.Duration(d.IntN(10_000)) * time.Microsecond
		} else {
			*at += time.Duration(d.IntN(one(d, 10_000, 1_000_000))) * time.Microsecond
		}
		add("answer 2049 well")
	case 10, 11: // it holds for transports that rpclab and rpcbind's client make afterwards
		add("set " + d.knob())
	case 6:
		obstacle := one(d, [2]string{"unreachable", "reachable"}, [2]string{"linkdown", "linkup"}, [2]string{"filter", "unfilter"})
		add(obstacle[0])
		later()
		add(obstacle[1])
	case 0:
		add("drop")
		later()
		add("restore")
	case 1:
		add("refuse")
		if d.percent(70) {
			add(one(d, "reset", "abort", "close"))
		}
		if sc.Mount.Rpcbind { // who is refused asks rpcbind again at once, and so on, without any pause
			*at += time.Duration(d.IntN(20_000)) * time.Microsecond
		} else {
			later()
		}
		add("accept")
	case 2:
		add("kill " + one(d, "cat", "dd", "ls", "tar"))
	default:
		add(one(d, "reset", "abort", "close"))
	}
}

// knob is a setting of the module with a value for it.
func (d dice) knob() string {
	switch d.IntN(3) {
	case 0:
		return "sunrpc.udp_slot_table_entries " + one(d, "2", "3", "16")
	case 1:
		return "sunrpc.max_resvport " + one(d, "700", "1023")
	}
	return "sunrpc.tcp_max_slot_table_entries " + one(d, "2", "4", "65536")
}

// failures chooses what fails in the client's kernel, for a while: memory as a whole, or one function. It comes last, so
// that a seed's world is otherwise what it would be without.
func (d dice) failures(sc *scenario.Scenario) {
	if d.percent(75) {
		return
	}
	at := time.Duration(d.IntN(one(d, 1_000, 30_000, 3_000_000))) * time.Microsecond
	add := func(do string) { sc.Faults = append(sc.Faults, scenario.Fault{At: at, Do: do}) }
	end := "nomem 0"
	if d.percent(40) {
		add("nomem " + strconv.Itoa(one(d, 2, 10, 40)))
	} else {
		function := scenario.FailingSites[d.IntN(len(scenario.FailingSites))]
		add("fail " + function + " " + d.failure(function) + " " + strconv.Itoa(one(d, 5, 30, 100)) + " " + strconv.Itoa(d.between(1, 20)))
		end = "fail " + function + " ENOMEM 0"
	}
	at += time.Duration(d.IntN(one(d, 10_000, 1_000_000, 20_000_000))) * time.Microsecond
	add(end)
}

// failure is an error that a function of the kernel gives.
func (d dice) failure(function string) string {
	switch function {
	case "rpcauth_refreshcred":
		return one(d, "ENOMEM", "EAGAIN", "ETIMEDOUT", "EKEYEXPIRED", "EACCES", "0")
	case "rpcauth_wrap_req":
		return one(d, "ENOMEM", "EAGAIN", "EKEYEXPIRED", "EMSGSIZE")
	case "rpcb_getport_async":
		return one(d, "ENOMEM", "EACCES", "EPROTONOSUPPORT", "EPFNOSUPPORT", "ETIMEDOUT", "EHOSTUNREACH", "EIO")
	case "xs_create_sock":
		return one(d, "ENOBUFS", "EADDRINUSE", "ENFILE", "ENOMEM")
	case "sock_sendmsg":
		return one(d, "ENOBUFS", "EAGAIN", "EPIPE", "EPERM", "EHOSTUNREACH", "EBADMSG", "EMSGSIZE", "ECONNREFUSED")
	}
	return "ENOMEM"
}

// Dead says that a world's server is not there any more when its faults are over: tasks of a hard mount never end.
func Dead(sc *scenario.Scenario) bool {
	dropped, refused := false, false
	for _, f := range sc.Faults {
		switch f.Do {
		case "drop":
			dropped = true
		case "restore":
			dropped = false
		case "refuse":
			refused = true
		case "accept":
			refused = false
		}
	}
	return dropped || refused
}
