package scene

import (
	"strings"

	"sunscope/core/fsm"
	"sunscope/core/story"
	"sunscope/core/trace"
)

func (in *inspector) state(s fsm.State) {
	if s >= fsm.StateCount {
		in.Title = "?"
		return
	}
	info := &fsm.States[s]
	in.Title = info.Name
	in.About = in.w.does(s)
	in.row(in.w.function, info.Name+"()  "+sourceOf(s))
	if info.Number != "" {
		in.row(in.w.phase, info.Number)
	}
	if len(info.Sleeps) > 0 {
		names := make([]string, len(info.Sleeps))
		for i, q := range info.Sleeps {
			names[i] = string(q)
		}
		in.row(in.w.maySleepOn, strings.Join(names, ", "))
	}
	for i := range in.st.Tasks {
		if t := &in.st.Tasks[i]; !t.Finished && t.Action == s {
			in.taskLink(in.w.hereNow, t.ID)
		}
	}
	in.takenFrom(s)
	for i := range fsm.Edges {
		if e := &fsm.Edges[i]; e.From == s {
			in.Ways = append(in.Ways, Way{e.To, e.When, e.ID, e.ID == in.lastWay})
		}
	}
	in.lastOf(func(i int) bool {
		if in.log.KindAt(i) != trace.RPCTaskRunAction {
			return false
		}
		var e trace.Event
		in.log.At(i, &e)
		return e.Text(in.log, "action") == info.Name
	})
}

// sourceOf is the kernel's file that the function of a state stands in.
func sourceOf(s fsm.State) string {
	switch s {
	case fsm.RPCPrepareTask, fsm.RPCExitTask:
		return "net/sunrpc/sched.c"
	case fsm.None:
		return ""
	}
	return "net/sunrpc/clnt.c"
}

// lastOf searches the past for an event, not endlessly.
func (in *inspector) lastOf(is func(int) bool) {
	for i := in.st.Instant; i >= 0 && i > in.st.Instant-20*lookBack; i-- {
		if is(i) {
			in.last(i)
			return
		}
	}
}

func (in *inspector) slot(id story.XprtID, n int) {
	in.Title = in.w.slot + " #" + itoa(n)
	x := in.st.Xprt(id)
	if x == nil {
		return
	}
	s := slotOf(x, n)
	in.About = in.w.slotIs
	in.fact(in.w.slot, "#"+itoa(n), story.Inferred, story.RuleSlotNumber)
	if s.Task == 0 {
		in.row(in.w.owner, in.w.free)
		return
	}
	in.taskLink(in.w.owner, s.Task)
	if s.Handed {
		r := in.row("rq_xid", in.w.notDrawn)
		r.How, r.Rule = story.Inferred, story.RuleHandOver.Text(in.lang)
	} else {
		in.row("rq_xid", hex(s.XID))
	}
	in.row("rq_ntrans", itoa(s.Ntrans))
	in.row(in.w.held, span(in.st.Time-s.Since))
	if s.Ntrans > 0 && s.Sent >= s.Since {
		in.row(in.w.sentAgo, span(in.st.Time-s.Sent))
	}
	if t := in.st.Task(s.Task); t != nil {
		in.timers(t)
	}
	in.last(s.Reserved)
}

func (in *inspector) queue(q fsm.Queue) {
	in.Title = string(q)
	in.About = in.w.queueIs(q)
	var states []string
	for s := range fsm.States {
		for _, on := range fsm.States[s].Sleeps {
			if on == q {
				states = append(states, fsm.States[s].Name)
			}
		}
	}
	in.row(in.w.sleptOnIn, strings.Join(states, ", "))
	b := builder{l: &List{}, st: in.st, v: &View{}}
	for n, i := range b.sleepers(q) {
		t := &in.st.Tasks[i]
		r := in.taskLink(itoa(n+1)+".", t.ID)
		r.Value += ", " + span(in.st.Time-t.SleptAt)
	}
	in.lastOf(func(i int) bool {
		k := in.log.KindAt(i)
		if k != trace.RPCTaskSleep && k != trace.RPCTaskWakeup {
			return false
		}
		var e trace.Event
		in.log.At(i, &e)
		return e.Text(in.log, "queue") == string(q)
	})
}

func (in *inspector) thread(pid int32) {
	in.Title = "nfsd"
	for i := range in.st.Threads {
		t := &in.st.Threads[i]
		if t.PID != pid {
			continue
		}
		in.Title = in.log.Text(t.Comm) + "-" + itoa(int(pid))
		in.row("CPU", itoa(int(t.CPU)))
		if t.Service != "" {
			in.row(in.w.service, t.Service)
		}
		if !t.Busy {
			in.row(in.w.serves, in.w.none)
			return
		}
		in.row(in.w.procedure, in.log.Text(t.Proc))
		in.row("xid", hex(t.XID))
		in.taskLink(in.w.task, t.Task)
		in.row(in.w.since, span(in.st.Time-t.Since))
		in.last(t.Ord)
	}
}

func (in *inspector) xprt(id story.XprtID) {
	x := in.st.Xprt(id)
	in.Title = "rpc_xprt"
	if x == nil {
		return
	}
	in.Title += " " + x.Addr + ":" + x.Port
	in.fact(in.w.local, x.Local.Value, x.Local.How, x.Local.Rule)
	in.fact(in.w.bits, x.State.Value.String(), x.State.How, x.State.Rule)
	switch {
	case x.SndCookie:
		in.fact("snd_task", in.w.connectWorker, story.Inferred, x.SndTask.Rule)
	case x.SndTask.How == story.Unknown:
		in.fact("snd_task", "", story.Unknown, 0)
	default:
		r := in.taskLink("snd_task", x.SndTask.Value)
		r.How = x.SndTask.How
		if r.How == story.Inferred {
			r.Rule = x.SndTask.Rule.Text(in.lang)
		}
	}
	if x.Datagrams {
		in.fact("cong", itoa(x.Cong.Value), x.Cong.How, x.Cong.Rule)
		in.fact("cwnd", itoa(x.Cwnd.Value), x.Cwnd.How, x.Cwnd.Rule)
	}
	if x.RTT.How != story.Unknown {
		in.fact("rtt", span(x.RTT.Value), x.RTT.How, x.RTT.Rule)
	}
	in.fact("max_reqs", itoa(x.MaxSlots.Value), x.MaxSlots.How, x.MaxSlots.Rule)
	in.row(in.w.inUse, itoa(usedSlots(x)))
	in.row("sends", itoa(x.Sends))
	in.row("recvs", itoa(x.Recvs))
	in.row("bad_xids", itoa(x.BadXIDs))
	in.row("xmit_queue", in.taskList(x.XmitQueue))
	in.row("recv_queue", in.taskList(x.RecvQueue))
}

func (in *inspector) taskList(ids []story.TaskID) string {
	if len(ids) == 0 {
		return in.w.none
	}
	var b strings.Builder
	for i, id := range ids {
		if i > 0 {
			b.WriteString(", ")
		}
		if i == 30 {
			b.WriteString("…")
			break
		}
		if t := in.st.Task(id); t != nil {
			b.WriteString(in.taskName(t))
		}
	}
	return b.String()
}

func (in *inspector) workQueue(name string) {
	in.Title = name
	in.About = in.w.workQueueIs(name)
	for i := range in.st.WorkQueues {
		q := &in.st.WorkQueues[i]
		if q.Name != name {
			continue
		}
		in.works(q.Running, in.w.runs, q)
		in.works(q.Waiting, in.w.waits, q)
	}
}

func (in *inspector) works(list []story.Work, word string, q *story.WorkQueue) {
	for i := range list {
		w := &list[i]
		r := in.row(word, w.What)
		if t := in.st.Task(w.Task); t != nil {
			r.Value += " " + in.taskName(t)
			r.Ref = taskRef(t)
		}
		r.Value += ", " + span(in.st.Time-w.Since)
		r.How = q.How
		if q.How == story.Inferred {
			r.Rule = q.Rule.Text(in.lang)
		}
	}
}
