package record

import (
	"strconv"

	"sunscope/core/fsm"
	"sunscope/core/trace"
)

// Counters are what the NFS client counts in /proc/net/rpc/nfs.
type Counters struct {
	// The line "rpc", summed over the network namespaces. Each has its own; nfsacl's calls count in it too.
	Calls     int64 // rpccnt: runs of call_start
	Retrans   int64 // rpcretrans: requests that went out once more
	Refreshes int64 // rpcauthrefresh: runs of call_refresh
	// The lines "procV", one for all namespaces, which nfsacl has no part in: runs of call_start by procedure.
	Procs [maxVersion + 1][]int64
	// Torn lists where namespaces show different counts on a line procV: the file was not read in one instant, or changed.
	Torn []string
}

// maxVersion is the newest version of the NFS program.
const maxVersion = 4

// Counter is one number of Counters, as the events and as the files have it.
type Counter struct {
	Name          string // rpccnt, proc3 READ
	Events, Files int64
}

// counter goes through a recording and counts what the client does.
type counter struct {
	rec      *Recording
	sum      Counters
	programs map[uint32]string // of clients that were made in the recording
	tasks    map[key]*counted
	unknown  []Unparsed
	last     [2]int // version and number of the procedure that the last event counted; -1: none
}

// counted is what is known of a task before its rpc_request has named its program.
type counted struct {
	program string
	starts  int64
}

// Count counts what the client of a recording does, as the kernel does for /proc/net/rpc/nfs, from the events alone:
// each call_start with its rpc_request, each xprt_retransmit, each call_refresh of a task of the programs nfs and nfsacl.
// It also lists the lines that name a procedure which no version of the NFS program has.
func (rec *Recording) Count() (Counters, []Unparsed) { return rec.CountTo(rec.Log.Len()) }

// CountTo is Count for the first n events: what the file shows after them.
func (rec *Recording) CountTo(n int) (Counters, []Unparsed) {
	c := NewCounting(rec.Log)
	c.c.rec = rec
	var e trace.Event
	for i := range min(n, rec.Log.Len()) {
		rec.Log.At(i, &e)
		c.Event(i, &e)
	}
	return c.c.sum, c.c.unknown
}

// Counting is Count going on, event after event.
type Counting struct{ c counter }

// NewCounting has counted nothing of a log yet.
func NewCounting(log *trace.Log) *Counting {
	k := &Counting{counter{rec: &Recording{Log: log}, programs: map[uint32]string{}, tasks: map[key]*counted{}}}
	for v := range k.c.sum.Procs {
		k.c.sum.Procs[v] = make([]int64, len(procNames[v]))
	}
	return k
}

// Event counts event i, the one after that counted last.
func (k *Counting) Event(i int, e *trace.Event) {
	k.c.last[0] = -1
	k.c.event(i, e)
}

// Last is the version and the number of the procedure that the last event counted.
func (k *Counting) Last() (version, proc int, ok bool) {
	return k.c.last[0], k.c.last[1], k.c.last[0] >= 0
}

// Sum is what was counted; it goes on counting. Unread is how many calls named a procedure that no version has.
func (k *Counting) Sum() (sum *Counters, unread int) { return &k.c.sum, len(k.c.unknown) }

// lineOf is the line on which event i stands; 0 in a simulation, which has none.
func (rec *Recording) lineOf(i int) int {
	if i < len(rec.Lines) {
		return int(rec.Lines[i])
	}
	return 0
}

func (c *counter) event(i int, e *trace.Event) {
	switch e.Kind {
	case trace.RPCClntNew:
		c.programs[uint32(e.F[0])] = e.Text(c.rec.Log, "program")
	case trace.RPCTaskBegin:
		delete(c.tasks, key{pid: uint32(e.F[0]), client: uint32(e.F[1])})
	case trace.RPCTaskRunAction:
		c.action(e)
	case trace.RPCRequest:
		c.request(i, e)
	case trace.XprtRetransmit:
		if countsHere(e.Text(c.rec.Log, "prog")) {
			c.sum.Retrans++
		}
	}
}

func (c *counter) task(e *trace.Event) *counted {
	id := key{pid: uint32(e.F[0]), client: uint32(e.F[1])}
	t := c.tasks[id]
	if t == nil {
		t = &counted{program: c.programs[id.client]}
		c.tasks[id] = t
	}
	return t
}

func (c *counter) action(e *trace.Event) {
	switch e.Text(c.rec.Log, "action") {
	case fsm.States[fsm.CallStart].Name:
		c.task(e).starts++
	case fsm.States[fsm.CallRefresh].Name:
		if countsHere(c.task(e).program) {
			c.sum.Refreshes++
		}
	}
}

// request is rpc_request, which call_start logs and which alone names program, version and procedure.
func (c *counter) request(i int, e *trace.Event) {
	t := c.task(e)
	t.program = e.Text(c.rec.Log, "prog")
	starts := t.starts
	t.starts = 0
	if !countsHere(t.program) {
		return
	}
	c.sum.Calls += starts
	if t.program != "nfs" {
		return
	}
	proc, vers := e.Text(c.rec.Log, "proc"), e.Int("vers")
	if vers >= 0 && vers <= maxVersion {
		for at, name := range procNames[vers] {
			if name == proc {
				c.sum.Procs[vers][at]++
				c.last = [2]int{int(vers), at}
				return
			}
		}
	}
	c.unknown = append(c.unknown, Unparsed{Line: c.rec.lineOf(i), Text: proc,
		Why: "nfsv" + strconv.FormatInt(vers, 10) + " has no procedure " + strconv.Quote(proc)})
}

// countsHere reports whether the program's calls are counted in /proc/net/rpc/nfs. The others have counters of their own.
func countsHere(program string) bool { return program == "nfs" || program == "nfsacl" }

// Against sets the numbers of the events beside the changes from one reading of the files to the next, in the order of the
// files.
func (c *Counters) Against(before, after *Counters) []Counter {
	list := []Counter{
		{"rpccnt", c.Calls, after.Calls - before.Calls},
		{"rpcretrans", c.Retrans, after.Retrans - before.Retrans},
		{"rpcauthrefresh", c.Refreshes, after.Refreshes - before.Refreshes},
	}
	at := func(counts []int64, i int) int64 {
		if i < len(counts) {
			return counts[i]
		}
		return 0
	}
	for v := range c.Procs {
		for i := range max(len(c.Procs[v]), len(before.Procs[v]), len(after.Procs[v])) {
			list = append(list, Counter{procName(v, i), at(c.Procs[v], i), at(after.Procs[v], i) - at(before.Procs[v], i)})
		}
	}
	return list
}

func procName(version, i int) string {
	name := "number " + strconv.Itoa(i)
	if i < len(procNames[version]) {
		name = procNames[version][i]
	}
	return "proc" + strconv.Itoa(version) + " " + name
}
