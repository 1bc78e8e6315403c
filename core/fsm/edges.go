package fsm

import "sunscope/core/trace"

// The tables in the files edges_*.go are the map, in the form in which it is read best: an ID lacks the name of the state
// that the edge leaves, and rows that come in bundles stand once. They are constants throughout, so that they are data
// and not code: the engine's module is downloaded. Edges is what they say, written out.

const (
	xmit   = trace.NeedXmit
	recv   = trace.NeedRecv
	softly = trace.Soft | trace.Timeout // RPC_IS_SOFT
)

// bundle says which rows stand behind one.
type bundle uint8

const (
	alone      bundle = iota
	mayEnd            // a way back that ends in rpc_check_timeout, which may end the task instead: timeoutEnds
	lockWaiter        // not an edge itself, but the ways on from a wait for the transport's write lock: lockWaits
)

// timeoutEnds are the three ways in which rpc_check_timeout ends a task.
var timeoutEnds = []Edge{
	{ID: ".softconn", Flags: trace.SoftConn, Fatal: Fatal{Status: eTIMEDOUT}, When: "a SOFTCONN task does not outlive its connection"},
	{ID: ".timeout", Flags: trace.Timeout, Fatal: Fatal{Status: eTIMEDOUT}, When: "a TIMEOUT task ends with -ETIMEDOUT"},
	{ID: ".soft", Flags: trace.Soft, NoFlags: trace.Timeout, Fatal: Fatal{Status: eIO, RPC: statusTimedOut}, When: "a SOFT task ends with -EIO"},
}

// lockWaits are the ways on from a wait for the transport's write lock.
var lockWaits = []Edge{
	{ID: "lock.handed", Entry: ok, Run: xmit, Sleep: onSending, Exit: ExitWake, ExitIn: eAGAIN, NextRun: xmit,
		When: "slept until the write lock was handed over"},
	{ID: "lock.sent", Entry: ok, Run: xmit, Sleep: onSending, Exit: ExitWake, ExitIn: ok, NextNoRun: xmit,
		When: "slept for the write lock, and its holder sent the request"},
	{ID: "lock.unsent", Entry: ok, Run: xmit, Sleep: onSending, Exit: ExitWake, ExitIn: eBADMSG | eRESTARTSYS, NextNoRun: xmit, Unsent: true,
		When: "slept for the write lock, and its holder took the request off the queue unsent"},
	{ID: "lock.timeout", Entry: ok, Run: xmit, AnyFlags: softly, Sleep: onSending, Exit: ExitWake, ExitIn: eTIMEDOUT,
		When: "the wait of a soft task for the write lock ran out"},
	{ID: "lock.expired", Entry: ok, Run: xmit, AnyFlags: softly, Exit: ExitResult, ExitIn: eTIMEDOUT,
		When: "a soft task had no time left to wait for the write lock"},
}

// Edges is the map of Linux 6.1.
var Edges = buildEdges()

func buildEdges() []Edge {
	var b builder
	b.addKills()
	b.add(startEdges, slotEdges)
	for _, s := range []State{CallReserve, CallRetryReserve} {
		b.addBetween(s, CallReserveResult, askEdges)
	}
	b.add(credEdges, encodeEdges)
	for i := range onward {
		b.addOnward(&onward[i])
	}
	b.add(bindEdges, connectEdges, transmitEdges, statusEdges, decodeEdges, exitEdges, backEdges)
	return b.edges
}

// builder writes the tables out.
type builder struct{ edges []Edge }

func (b *builder) add(tables ...[]Edge) {
	for _, rows := range tables {
		for i := range rows {
			e := &rows[i]
			if e.more == lockWaiter {
				b.addBetween(e.From, e.To, lockWaits)
				continue
			}
			b.put(e)
			if e.more == mayEnd {
				b.addEnds(e)
			}
		}
	}
}

// put adds a row, and its state's name to its ID.
//
//go:noinline
func (b *builder) put(e *Edge) *Edge {
	b.edges = append(b.edges, *e)
	e = &b.edges[len(b.edges)-1]
	e.ID = States[e.From].Name + "." + e.ID
	return e
}

// addBetween adds rows that stand for several pairs of states.
//
//go:noinline
func (b *builder) addBetween(from, to State, rows []Edge) {
	for _, e := range rows {
		e.From, e.To = from, to
		b.put(&e)
	}
}

// addEnds adds the ends of e that its flags allow.
func (b *builder) addEnds(e *Edge) {
	for i := range timeoutEnds {
		end := &timeoutEnds[i]
		t := *e
		t.ID, t.To, t.Fatal, t.Exit, t.ExitIn = e.ID+end.ID, RPCExitTask, end.Fatal, ExitFatal, 0
		t.When = e.When + "; but the major timeout has passed, and " + end.When
		t.Flags |= end.Flags
		t.NoFlags |= end.NoFlags
		if t.Flags&t.NoFlags == 0 {
			b.put(&t)
		}
	}
}

// addKills: a task that was signalled goes to its end from wherever it is, after the callback that its wait has left.
func (b *builder) addKills() {
	for s := RPCPrepareTask; s < StateCount; s++ {
		on := States[s].Sleeps
		e := b.put(&Edge{ID: "killed", From: s, To: RPCExitTask, Entry: anything, Killed: true, Exit: ExitKilled, Unsent: true,
			Sleep: Sleep{on, len(on) > 0}, When: "the task was signalled: rpc_exit_task runs in place of its next state"})
		if s == RPCExitTask {
			e.When = "restarted, and signalled before it could run"
		}
	}
}

// addOnward adds the ways of a task from call_encode to one of the states that the transport's state asks for.
func (b *builder) addOnward(to *target) {
	for _, e := range encodedEdges {
		e.ID, e.To, e.When = to.name+e.ID, to.state, e.When+"; "+to.why
		b.put(&e)
	}
}
