package scene

import (
	"strconv"

	"sunscope/core/fsm"
	"sunscope/core/story"
	"sunscope/core/trace"
)

func itoa(n int) string { return strconv.Itoa(n) }

func hex(v uint32) string { return "0x" + string(appendHex(nil, v)) }

func appendHex(dst []byte, v uint32) []byte {
	for shift := 28; shift >= 0; shift -= 4 {
		dst = append(dst, "0123456789abcdef"[v>>shift&15])
	}
	return dst
}

func (in *inspector) task(id story.TaskID) {
	t := in.st.Task(id)
	if t == nil {
		in.goneTask(id)
		return
	}
	in.Title = in.taskName(t)
	in.About = in.doing(t)
	in.taskFields(t)
	in.last(t.LastEvent)
}

// goneTask is one that has not begun yet, or ended long ago: its lane still knows it.
func (in *inspector) goneTask(id story.TaskID) {
	l := in.s.Lane(id)
	if l == nil {
		in.Title = in.w.task + " ?"
		return
	}
	in.Title = l.Label
	if int(l.From) > in.st.Instant {
		in.About = in.w.notYet
	} else {
		in.About = in.w.over
	}
	if x := in.st.Xprt(l.Xprt); x != nil {
		in.fact("tk_xprt", x.Addr+":"+x.Port, story.Inferred, story.RuleClientXprt).Ref = Ref{Kind: RefXprt, Num: int64(x.ID)}
	}
	in.sentBy(id)
	if in.hidden(l.Start) {
		return
	}
	in.row(in.w.begun, in.moment(l.Start))
	if l.Ended && !in.hidden(l.End) {
		in.row(in.w.ended, in.moment(l.End))
	}
}

// sentBy says whose thread sent the task's call last: whoever has the write lock sends what all others have queued.
func (in *inspector) sentBy(id story.TaskID) {
	evs := in.s.TaskEvents(id)
	for i := len(evs) - 1; i >= 0; i-- {
		if ord := int(evs[i]); ord <= in.st.Instant && in.log.KindAt(ord) == trace.XprtTransmit {
			by := id
			if act, ok := in.s.DoneBy(ord); ok && act.By != 0 {
				by = act.By
			}
			r := in.fact(in.w.sentBy, in.w.itself, story.Inferred, story.RuleInThread)
			if parts := in.parts(id, i); parts != "" {
				r.Value = parts
				return
			}
			if by == id {
				return
			}
			if t := in.st.Task(by); t != nil {
				r.Value = in.taskName(t)
			} else {
				r.Value = in.s.Lane(by).Label
			}
			r.Ref = Ref{Kind: RefTask, Num: int64(by)}
			return
		}
	}
}

// parts names the threads that sent a call whose bytes left in parts, with the bytes of each, up to the xprt_transmit that
// is event i of the task; "" if it left at once, or that is not known.
func (in *inspector) parts(id story.TaskID, i int) string {
	evs, text, n := in.s.TaskEvents(id), "", 0
	for k := i; k > 0; k-- {
		if in.log.KindAt(int(evs[k])) != trace.XprtTransmit {
			continue
		}
		j := k - 1
		for ; j > 0 && in.log.KindAt(int(evs[j])) != trace.RPCXDRSendto; j-- {
		}
		before, total := in.leftBefore(int(evs[j]))
		after, of := in.leftBefore(int(evs[k]))
		var e trace.Event
		if in.log.At(int(evs[k]), &e); e.Int("status") == 0 {
			after = 0
		} else if after == 0 {
			break
		}
		if before == 0 {
			before, total = max(of, total), max(of, total)
		}
		who := in.w.itself
		if act, ok := in.s.DoneBy(int(evs[k])); ok && act.By != 0 {
			who = in.s.Lane(act.By).Label
		}
		if n++; n > 1 {
			text = ", " + text
		}
		text = who + " " + itoa(before-after) + " B" + text
		if before >= total {
			break
		}
	}
	if n < 2 {
		return ""
	}
	return text
}

// doing is a sentence on what the task does at this instant.
func (in *inspector) doing(t *story.Task) string {
	b := builder{l: &List{}, tr: labelsOf(in.lang), log: in.log, now: in.st.Time}
	b.say()
	b.sayTask(t)
	return string(b.said())
}

func (in *inspector) taskFields(t *story.Task) {
	w := in.w
	if t.Item.How != story.Unknown {
		in.fact(w.item, t.Item.Value, t.Item.How, t.Item.Rule)
	}
	in.row("tk_pid", hex8(t.PID)+" ("+itoa(int(t.PID))+")")
	in.row("tk_client", hex8(t.Clid))
	if t.Proc != 0 {
		kind := "sync"
		if t.Async {
			kind = "async"
		}
		in.row(w.procedure, in.log.Text(t.Prog)+"v"+itoa(int(t.Vers))+" "+in.log.Text(t.Proc)+" ("+kind+")")
	}
	in.steps(t)
	in.cameBy(t)
	in.row("tk_flags", t.Flags.String())
	if !t.Finished {
		in.runState(t)
		in.row("tk_status", statusText(t.Status))
	}
	in.sleep(t)
	in.slotOf(t)
	in.row(w.owner, in.log.Text(t.Owner)+"-"+itoa(int(t.OwnerPID)))
	if t.Running {
		in.row(w.thread, in.log.Text(t.Comm)+"-"+itoa(int(t.ThreadID))+", CPU "+itoa(int(t.CPU)))
	}
	in.row(w.begun, in.moment(t.BeganAt))
	if t.Finished {
		in.row(w.ended, in.moment(t.FinishedAt))
		in.row(w.result, statusText(t.Final))
	}
}

// steps says which state the task is in and where tk_action points: to the step after it, as a rule.
func (in *inspector) steps(t *story.Task) {
	w := in.w
	if t.Action != fsm.None {
		label := w.lastState
		if t.Running && !t.Asleep && !t.Finished {
			label = w.runsState
		}
		in.row(label, t.Action.String()).Ref = Ref{Kind: RefState, Num: int64(t.Action)}
	}
	if t.Finished {
		return
	}
	next := t.NextStep()
	r := in.fact("tk_action", next.Value.String(), next.How, next.Rule)
	if next.How != story.Unknown {
		r.Ref = Ref{Kind: RefState, Num: int64(next.Value)}
	}
	if t.Callback != "" {
		how, rule := story.Observed, story.NoRule
		if !t.Running {
			how, rule = story.Inferred, story.RuleLeftCallback
		}
		in.fact("tk_callback", string(t.Callback), how, rule)
	}
}

// runState says which bits are set, and which were when they were printed if that is something else.
func (in *inspector) runState(t *story.Task) {
	in.fact("tk_runstate", t.RunState.String(), t.RunHow, t.RunRule)
	if t.RunHow == story.Inferred {
		in.row(in.w.asPrinted, t.Printed.String())
	}
}

func hex8(v uint32) string { return string(appendHex(nil, v)) }

func (in *inspector) sleep(t *story.Task) {
	if !t.Asleep {
		return
	}
	in.row(in.w.asleepOn, string(t.Queue)).Ref = Ref{Kind: RefQueue, Name: string(t.Queue)}
	in.row(in.w.sleptFor, span(in.st.Time-t.SleptAt))
	if t.WakeAt > 0 {
		in.fact(in.w.timer, in.moment(t.WakeAt), story.Inferred, t.WakeRule)
	}
}

func (in *inspector) slotOf(t *story.Task) {
	x := in.st.Xprt(t.Xprt.Value)
	if x != nil {
		in.fact("tk_xprt", x.Addr+":"+x.Port, t.Xprt.How, t.Xprt.Rule).Ref = Ref{Kind: RefXprt, Num: int64(x.ID)}
	}
	if t.Slot < 0 {
		in.row(in.w.slot, in.w.none)
		return
	}
	r := in.fact(in.w.slot, "#"+itoa(t.Slot), story.Inferred, story.RuleSlotNumber)
	if x != nil {
		r.Ref = Ref{Kind: RefSlot, Num: slotNumber(x, t.Slot)}
		if t.Slot < len(x.Slots) && x.Slots[t.Slot].Handed {
			in.row("rq_xid", in.w.notDrawn)
			return
		}
	}
	in.row("rq_xid", hex(t.XID))
	in.row("rq_ntrans", itoa(t.Ntrans))
	in.sentBy(t.ID)
	if t.Received.How != story.Unknown {
		value := in.w.no
		if t.Received.Value {
			value = in.w.yes
		}
		in.fact(in.w.replyIn, value, t.Received.How, t.Received.Rule)
	}
}
