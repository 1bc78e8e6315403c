package record

import (
	"strconv"

	"sunscope/core/fsm"
	"sunscope/core/time"
	"sunscope/core/trace"
)

// ghost is a task of which an event was seen, though it began before the recording and has not run in it yet.
type ghost struct {
	id key
	at int // ordinal of that event
}

// walker follows all tasks of a recording.
type walker struct {
	rec      *Recording
	log      *trace.Log
	report   Report
	has      [256]bool // tracepoints that the recording shows: others may have been off
	at       int       // ordinal of the event in hand
	clock    time.Duration
	tasks    map[key]*task
	order    []*task
	running  map[int32]*task // what each thread (by process id) last ran
	threads  map[int32]bool  // threads that have logged anything
	clients  map[key]*client // by clientKey
	hosts    kernels
	xid      xids
	sends    map[int32]sending // what each thread is about to send
	rang     map[int32]rang    // the timer that has just rung in each thread
	ghosts   map[key]bool
	ghostly  []ghost          // the same, in the order in which they were met
	sockErr  int64            // of the latest rpc_socket_error, until a transport is closed for it
	gaveUp   map[int32]bool   // by thread: it closes a transport on which TCP has run out of time, and wakes who waits for it
	connects map[int32]bool   // by thread: whether its latest xprt_connect found nobody connecting or closing
	woken    map[int32]*task  // by thread: whom its last event has woken
	pinged   map[string]bool  // programs and procedures of which an xprt_ping was seen
	heirs    map[int32]uint32 // by thread: the TK_PID that it has just woken to have the write lock
	upcalls  int              // tasks that wait for rpc.gssd
}

// Check follows every task of the recording through the map.
func (rec *Recording) Check() *Report {
	w := &walker{
		rec: rec, log: rec.Log, tasks: map[key]*task{}, ghosts: map[key]bool{}, clients: map[key]*client{},
		running: map[int32]*task{}, threads: map[int32]bool{}, sends: map[int32]sending{}, rang: map[int32]rang{},
		gaveUp: map[int32]bool{}, connects: map[int32]bool{}, heirs: map[int32]uint32{}, woken: map[int32]*task{}, pinged: map[string]bool{},
		xid: xids{holders: map[uint32]*task{}, clients: map[key]bool{}, looked: map[int32]looked{}},
	}
	w.report.Edges = map[string]int{}
	w.report.Events, w.report.Notes = rec.Log.Len(), rec.Notes
	w.survey()
	var e trace.Event
	for w.at = range rec.Log.Len() {
		rec.Log.At(w.at, &e)
		if e.Time < w.clock {
			w.refuse(nil, "the clock goes back by "+(w.clock-e.Time).String())
		}
		w.clock = e.Time
		w.event(&e)
		if e.Kind != trace.RPCTaskWakeup && !e.Kind.Ours() && !w.interrupt(&e) {
			delete(w.heirs, e.PID)
			delete(w.woken, e.PID)
			w.closes(&e)
		}
		w.threads[e.PID] = true
	}
	w.strays()
	w.walks()
	return &w.report
}

// survey looks which tracepoints were on: those that are seen, and all if clients, transports or sockets are.
func (w *walker) survey() {
	for i := range w.log.Len() {
		w.has[w.log.KindAt(i)] = true
	}
	all := w.has[trace.RPCClntNew] || w.has[trace.XprtCreate] || w.has[trace.RPCSocketStateChange]
	for k := range w.has {
		w.has[k] = w.has[k] || all
	}
}

// walks says how far each task has come.
func (w *walker) walks() {
	r := &w.report
	r.Tasks = len(w.order)
	for _, g := range w.ghostly {
		t := w.tasks[g.id]
		if t == nil || t.begun { // it never ran again, unless that is another task with its id
			line := int(w.rec.Lines[g.at])
			r.Walks = append(r.Walks, Walk{Task: g.id.String(), First: line, Last: line, Before: true, Cut: t == nil})
			r.Before++
		}
	}
	for _, t := range w.order {
		r.Walks = append(r.Walks, t.walk())
		if !t.finished() {
			r.Cut++
		}
	}
}

// walk says how far t has come.
func (t *task) walk() Walk {
	lines := t.w.rec.Lines
	k := Walk{Task: t.id.String(), First: int(lines[t.born]), Last: int(lines[t.latest]), States: t.path, Before: !t.begun, Cut: !t.finished()}
	if len(t.step.Sleeps) > 0 && k.Cut {
		k.Queue, k.Since, k.Woken = t.lastSleep().Queue, int(lines[t.dozed]), !t.asleep
	}
	return k
}

func (w *walker) refuse(t *task, why string) { w.refuseAt(t, w.at, why) }

func (w *walker) refuseAt(t *task, ordinal int, why string) {
	r := Refusal{File: w.rec.Name, Line: int(w.rec.Lines[ordinal]), Ordinal: ordinal, Why: why}
	if t != nil {
		r.Task = t.id.String()
		t.refused = true
	}
	w.report.Refused = append(w.report.Refused, r)
}

func hex8(v uint32) string {
	s := strconv.FormatUint(uint64(v), 16)
	return "00000000"[len(s):] + s
}

// event hands e to the task that it is about.
func (w *walker) event(e *trace.Event) {
	w.unread(e)
	w.transport(e)
	w.rangInVain(e)
	pid, client, has := e.Task()
	if !has {
		return
	}
	id := key{pid, client, w.hosts.of(e)}
	switch e.Kind {
	case trace.RPCTaskBegin:
		w.begin(id, e)
		return
	case trace.RPCTaskComplete:
		w.complete(pid, e)
		return
	case trace.RPCTaskRunAction:
		w.runAction(id, e)
		return
	case trace.XprtTransmit:
		w.transmit(id, e)
		return
	case trace.RPCXDRSendto:
		w.sendTo(id, e)
		return
	case trace.XprtRetransmit:
		w.retransmits(id, e)
		return
	}
	t := w.tasks[id]
	if by := w.runs(e); by != nil && by != t && by.begun && belongs(e.Kind) != 0 && !by.refused {
		w.refuse(by, e.Kind.String()+" about task "+id.String()+" by the thread that runs this task")
	}
	if t == nil || t.state == fsm.None && !t.begun {
		if pid != trace.NoID && !w.ghosts[id] {
			w.ghosts[id] = true
			w.ghostly = append(w.ghostly, ghost{id, w.at})
		}
		return
	}
	t.event(e)
}

// transport looks at the events that are about no task.
func (w *walker) transport(e *trace.Event) {
	switch e.Kind {
	case trace.RPCClntNew, trace.RPCClntShutdown, trace.RPCClntRelease, trace.RPCClntFree:
		w.clientEvent(e)
	case trace.Host:
		w.hosts.add(e)
	case trace.XprtPing:
		w.pings(e)
	case trace.XprtTimer:
		w.times(e)
	case trace.XprtCreate:
		w.xid.spare++
	case trace.XprtConnect:
		w.connectEvent(e)
	case trace.RPCSocketError:
		w.sockErr = e.Int("error")
	case trace.XprtLookupRqst:
		w.looks(e)
	case trace.XsStreamReadRequest:
		w.reads(e)
	case trace.XsStreamReadData:
		w.xid.looked[e.PID] = looked{}
	case trace.RPCTaskRunAction:
		w.sentNothing(e)
	}
}

func (w *walker) begin(id key, e *trace.Event) {
	if old := w.tasks[id]; old != nil {
		if !old.finished() {
			w.at0(old, e)
		}
		old.closeExit()
	}
	if last := w.running[e.PID]; taskFlags(e)&trace.Async == 0 && last != nil && last.thread == e.PID {
		last.closeExit() // whoever starts a call of its own has come back from the one before
	}
	if w.action(e) != "0x0" {
		w.refuse(nil, "rpc_task_begin shows the action "+w.action(e)+": a task begins with none, 0x0")
	}
	t := w.newTask(id)
	t.begun, t.slot = true, slotNone
	t.flags, t.thread = taskFlags(e), e.PID
	t.line = w.at
	if status(e) != 0 {
		w.refuse(t, "status "+fsm.StatusText(status(e))+" at rpc_task_begin: a task begins with 0")
	}
	if r := runState(e); r != trace.Active {
		w.refuse(t, "run state "+r.String()+" at rpc_task_begin: a task begins ACTIVE, and nothing else")
	}
	if why := w.numbered(id); why != "" {
		w.refuse(t, why)
	}
}

// at0 ends old, whose id has just begun anew. Only a prepare hook that took the next step away leaves no event.
func (w *walker) at0(old *task, e *trace.Event) {
	if old.state == fsm.RPCPrepareTask && !old.asleep {
		old.step.To = fsm.None
		old.check()
		return
	}
	w.refuse(old, "its id begins anew, but the task is still in "+old.where())
}

func (w *walker) newTask(id key) *task {
	t := &task{w: w, id: id, born: w.at, latest: w.at}
	w.tasks[id] = t
	w.order = append(w.order, t)
	return t
}

// runAction finds the task, or meets one that began before the recording.
func (w *walker) runAction(id key, e *trace.Event) {
	t := w.tasks[id]
	if t == nil || t.over {
		why := w.mustHaveBegun(id, e)
		again := t != nil
		t = w.newTask(id)
		switch {
		case again:
			w.refuse(t, "runs "+w.action(e)+" after its end, and there is no rpc_task_begin")
		case why != "":
			w.refuse(t, "runs "+w.action(e)+" without an rpc_task_begin: "+why)
		default:
			w.report.Before++
		}
	}
	if last := w.running[e.PID]; last != t && last != nil && last.thread == e.PID {
		last.closeExit()
		if w.runs(e) == last && last.begun && last.state != fsm.RPCExitTask && last.state != fsm.RPCPrepareTask && !last.refused {
			w.refuse(last, "its thread runs task "+id.String()+", but has left this one in "+last.where())
		}
	}
	t.runAction(e)
	w.running[e.PID] = t
}

// mustHaveBegun says why a task that is seen for the first time cannot have begun before the recording; "" if it can.
func (w *walker) mustHaveBegun(id key, e *trace.Event) string {
	if w.ghosts[id] && !w.made(id) {
		return "" // it has just been woken
	}
	if w.made(id) {
		return "its client was made in this recording"
	}
	first, _ := fsm.StateNamed(w.action(e))
	if taskFlags(e)&trace.Async == 0 && fsm.Begin(first) == nil && w.threads[e.PID] {
		return "a synchronous task runs at once where it begins, and its thread is in the recording before"
	}
	return ""
}

func (w *walker) action(e *trace.Event) string { return e.Text(w.log, "action") }

// complete pairs rpc_task_complete, which names no client any more, with the task that its thread ran last.
func (w *walker) complete(pid uint32, e *trace.Event) {
	t := w.running[e.PID]
	if _, client, _ := e.Task(); client != trace.NoID {
		w.refuse(t, "rpc_task_complete shows client "+hex8(client)+": the task has none any more")
	}
	if t == nil {
		return // it ran before the recording
	}
	switch {
	case t.id.pid != pid || t.over:
		w.refuse(nil, "rpc_task_complete of task "+hex8(pid)+" in a thread that ran another task last: "+t.id.String())
		return
	case t.state == fsm.RPCPrepareTask:
		t.step.To = fsm.None
		t.check()
	case t.state == fsm.None: // nothing of it was seen
	case !t.finished():
		w.refuse(t, "complete, but still in "+t.where())
	}
	t.closeExit()
	t.latest = w.at
	t.sameEnd(e)
	t.over = true
}

// transmit is an attempt to send a request: by its own thread or by another's, but always from call_transmit.
func (w *walker) transmit(id key, e *trace.Event) {
	st := int32(e.F[4])
	if by := w.running[e.PID]; by != nil {
		if by.state != fsm.CallTransmit && by.state != fsm.CallBCTransmit {
			w.refuse(by, "xprt_transmit while its thread is in "+by.state.String()+": requests are sent in call_transmit")
		}
		if st != 0 {
			by.sendError = st
		}
		by.selfSent = by.selfSent || by.id == id && st == 0
	}
	w.sent(id, st, w.running[e.PID], e)
	t := w.tasks[id]
	if t == nil {
		return
	}
	t.sameXID(e)
	if t.refused {
		return
	}
	if t.run&trace.NeedXmit == 0 && t.state != fsm.CallEncode && t.state != fsm.CallBCEncode {
		w.refuse(t, "xprt_transmit, but the request is not queued for sending (NEED_XMIT is clear)")
	}
	if st == -512 && !t.step.Killed && t.begun && !t.refused {
		t.refuse("xprt_transmit shows status " + fsm.StatusText(st) + ", but the task was not signalled")
	}
	t.sent = t.sent || st == 0 || st == -74 || st == -512
}

// The fields of the events that show a task's record all stand in the same slots.
func taskFlags(e *trace.Event) trace.TaskFlags { return trace.TaskFlags(e.F[2]) }
func runState(e *trace.Event) trace.RunState   { return trace.RunState(e.F[3]) }
func status(e *trace.Event) int32              { return int32(e.F[4]) }
