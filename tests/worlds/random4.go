package worlds

import (
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"

	"sunscope/core/scenario"
	"sunscope/core/time"
)

// Random4 makes a world as Random does, whose mount is one of NFSv4: some of its files are everybody's, so that processes get
// in each other's way; its server may be started anew.
func Random4(seed uint64) *scenario.Scenario {
	sc := Random(seed)
	d := dice{rand.New(rand.NewPCG(seed, 0x6e667634))}
	m := &sc.Mount
	m.Vers = one(d, "4.1", "4.1", "4.0")
	m.UDP, m.Rpcbind, m.Full = false, false, true
	m.Timeo = max(m.Timeo, time.Second)
	sc.Link.Loss, sc.Link.Duplicate, sc.Link.Reorder = 0, 0, 0
	sc.NFS.MaxSessionSlots = one(d, 1, 2, 4, 64)
	for i := range sc.Faults { // who gets no answer waits for it as long as there is a connection
		if f := &sc.Faults[i]; strings.HasPrefix(f.Do, "answer ") && strings.HasSuffix(f.Do, "xid") {
			f.Do = "answer 2049 system_err"
		}
	}
	for i := range sc.Processes {
		p := &sc.Processes[i]
		p.Do = d.shared(p.Do)
	}
	if d.percent(75) {
		sc.Client.Second = "10.0.1.2"
	}
	for i := range 2 {
		sc.Server.Files = append(sc.Server.Files, scenario.File{Name: "shared" + strconv.Itoa(i), Size: 512})
	}
	for range d.between(1, 6) {
		sc.Processes = append(sc.Processes, d.sharer(sc))
	}
	if Dead(sc) { // such a mount cannot be taken down: a call that was sent waits as long as there is a connection
		at := sc.Faults[len(sc.Faults)-1].At + 5*time.Minute
		sc.Faults = append(sc.Faults, scenario.Fault{At: at, Do: "restore"}, scenario.Fault{At: at, Do: "accept"})
	}
	if unheard(sc) { // and so does one whose answer the server has swallowed: only another connection has it sent again
		at := sc.Faults[len(sc.Faults)-1].At + time.Minute
		sc.Faults = append(sc.Faults, scenario.Fault{At: at, Do: "reset"})
	}
	return sc
}

// unheard says whether the server leaves calls without an answer that the client hears, for a while. To a client with a back
// channel an echo is a call.
func unheard(sc *scenario.Scenario) bool {
	return slices.ContainsFunc(sc.Faults, func(f scenario.Fault) bool {
		return strings.HasPrefix(f.Do, "answer ") && (strings.HasSuffix(f.Do, " silent") || strings.HasSuffix(f.Do, " wrongxid") || strings.HasSuffix(f.Do, " echo"))
	})
}

// sharer is a process that opens files that others have: to read, so that it may be given a delegation, or to write, so that
// one is recalled. In the second namespace it mounts the server first.
func (d dice) sharer(sc *scenario.Scenario) scenario.Process {
	file := "shared" + strconv.Itoa(d.IntN(2))
	var ops []string
	for range d.between(2, 8) {
		ops = append(ops, one(d, "open "+file, "open "+file, "read "+file+" 1 512", "write "+file+" 1 512", "close "+file, "getattr "+file,
			"truncate "+file+" "+one(d, "0", "300"), "chmod "+file, "lookup "+file, "create "+file, "remove "+file, "rename "+file+" moved",
			"sleep 10ms", "sleep 2s", "sleep 40s"))
	}
	p := scenario.Process{Name: one(d, "vi", "less"), Count: one(d, 1, 1, 2), At: time.Duration(d.IntN(2_000_000)) * time.Microsecond}
	if sc.Client.Second != "" && d.percent(60) {
		p.On = "B"
		ops = append([]string{"mount vers=" + sc.Mount.Vers + one(d, ",hard", ",soft,timeo=20,retrans=1")}, ops...)
	}
	if d.percent(30) {
		ops = append(ops, "close "+file, "umount")
	}
	p.Do = strings.Join(ops, "; ")
	return p
}

// shared leaves out what only a mount of NFSv3 can do.
func (d dice) shared(script string) string {
	var ops []string
	for _, op := range strings.Split(script, "; ") {
		verb, _, _ := strings.Cut(op, " ")
		switch verb {
		case "null", "ranked", "reads", "writes":
		default:
			ops = append(ops, op)
		}
	}
	if len(ops) == 0 {
		return "getattr /"
	}
	return strings.Join(ops, "; ")
}
