package scene

import (
	"sort"

	"sunscope/core/fsm"
	"sunscope/core/story"
	"sunscope/core/time"
	"sunscope/core/trace"
)

// Life is the story of a task or a transport in plain words: a line for each event, and for a task where its time went.
// It tells the whole run, past and to come; Present says where the run stands in it. Lines are put into words one at a
// time, so that a life of 100,000 events costs no more than what is shown of it.
type Life struct {
	Ref    Ref
	Origin time.Duration // what Line.Time counts from: the task's begin, or the run's
	Spent  Spent

	in   inspector
	ords []int32
	lane *story.Lane // of a task
	xprt story.XprtID
	end  time.Duration // of what is told
	cut  bool          // what comes after is not told
}

// NewLife is the story of what ref names; nil if that has none. What happens after until is not told; 0 tells all.
func NewLife(s *story.Story, ref Ref, lang string, until time.Duration) *Life {
	l := &Life{Ref: ref, in: inspector{s: s, log: s.Log(), w: wordsOf(lang), lang: lang}}
	if s.Len() == 0 {
		return nil
	}
	l.in.origin = l.in.log.TimeAt(0)
	l.end = l.in.log.TimeAt(s.Len() - 1)
	switch ref.Kind {
	case RefTask:
		if l.lane = s.Lane(story.TaskID(ref.Num)); l.lane == nil {
			return nil
		}
		l.ords, l.xprt, l.Origin = s.TaskEvents(l.lane.Task), l.lane.Xprt, l.lane.Start
		if l.lane.Ended {
			l.end = l.lane.End
		}
	case RefXprt:
		l.xprt, l.Origin = story.XprtID(ref.Num), l.in.origin
		if l.ords = s.XprtEvents(l.xprt); len(l.ords) == 0 {
			return nil
		}
	default:
		return nil
	}
	if until > 0 && until < l.end {
		l.end, l.cut = until, true
		l.ords = l.ords[:sort.Search(len(l.ords), func(i int) bool { return l.in.log.TimeAt(int(l.ords[i])) > until })]
	}
	if l.lane != nil {
		l.spend()
	}
	return l
}

// Len is the number of lines.
func (l *Life) Len() int { return len(l.ords) }

// Present is the last line that has happened at an instant; -1 before the first.
func (l *Life) Present(instant int) int {
	return sort.Search(len(l.ords), func(i int) bool { return int(l.ords[i]) > instant }) - 1
}

// Line is the event i of the story in words.
func (l *Life) Line(i int) Line {
	ord := int(l.ords[i])
	var e trace.Event
	l.in.log.At(ord, &e)
	line := Line{Ordinal: ord, Time: e.Time - l.Origin, Text: l.in.tale(ord, &e)}
	if l.Ref.Kind == RefXprt {
		line.Text = l.ofXprt(ord, &e, line.Text)
	}
	switch e.Kind {
	case trace.RPCTaskSleep:
		l.sleeps(&line, i, &e)
	case trace.RPCTaskWakeup:
		l.wakes(&line, i, &e)
	case trace.XprtReleaseXprt, trace.XprtReleaseCong:
		if _, how := l.in.heldLock(ord, &e); how == story.Inferred {
			line.Why, line.How, line.Rule = l.say(sayGivesBack), how, story.RuleNextOwner.Text(l.in.lang)
		}
	case trace.RPCXDRSendto, trace.XprtTransmit, trace.RPCSocketNospace, trace.XprtRetransmit:
		l.doneBy(&line, ord, sayDoneBy)
	}
	return line
}

// ofXprt names the task that an event of a transport's story is about.
func (l *Life) ofXprt(ord int, e *trace.Event, text string) string {
	if e.Kind == trace.RPCSocketStateChange {
		text = l.say(socketStates(e.Int("sk_state")), e.Text(l.in.log, "state_name2"))
	}
	if id := l.in.s.TaskAt(ord); id != 0 {
		return l.name(id) + l.say(sayColon) + text
	}
	return text
}

// name is what a task is called among others.
func (l *Life) name(id story.TaskID) string {
	t := l.in.s.Lane(id)
	if t == nil {
		return l.in.w.task + " ?"
	}
	name := l.in.w.task + " " + itoa(int(t.PID))
	if t.Item != "" {
		return t.Item + " (" + name + ")"
	}
	if l.lane != nil && t.Clid != l.lane.Clid {
		name += "@" + itoa(int(t.Clid))
	}
	if t.Proc != "" {
		name += " " + t.Proc
	}
	return name
}

// doneBy says who did it, if that was not the task itself.
func (l *Life) doneBy(line *Line, ord int, how saying) {
	act, ok := l.in.s.DoneBy(ord)
	switch {
	case !ok:
		return
	case act.By != 0:
		line.Why, line.Ref = l.say(how, l.name(act.By)), Ref{Kind: RefTask, Num: int64(act.By)}
	default:
		line.Why = l.say(how, l.say(sayWorker, act.Worker))
	}
	line.How, line.Rule = story.Inferred, story.RuleInThread.Text(l.in.lang)
}

// wake is the index of the event that ends the sleep which begins with event i; -1 if it is not told.
func (l *Life) wake(i int) int {
	for j := i + 1; j < len(l.ords); j++ {
		switch l.in.log.KindAt(int(l.ords[j])) {
		case trace.RPCTaskWakeup:
			return j
		case trace.RPCTaskSleep:
			return -1
		}
	}
	return -1
}

// sleeps adds to a sleep how long it was, and why.
func (l *Life) sleeps(line *Line, i int, e *trace.Event) {
	to, end := l.wake(i), l.end
	if to < 0 && l.cut {
		line.Text += l.say(saySleepsStill)
	} else if to < 0 {
		line.Text += l.say(saySleepsOn)
	} else {
		end = l.in.log.TimeAt(int(l.ords[to]))
		line.Text += l.say(saySleptFor, span(end-e.Time), Percent(end-e.Time, l.end-l.Origin))
	}
	q := fsm.Queue(e.Text(l.in.log, "queue"))
	if q == fsm.XprtSending {
		toOrd := l.in.s.Len() - 1
		if to >= 0 {
			toOrd = int(l.ords[to])
		}
		l.whyNoLock(line, l.holders(nil, line.Ordinal, toOrd, e.Time, end))
		return
	}
	line.Why = l.say(l.purpose(i, q))
	line.How = story.Observed
}

// whyNoLock says who kept a task from the write lock.
func (l *Life) whyNoLock(line *Line, who []Share) {
	if len(who) == 0 || who[0].Held == heldNobody && len(who) == 1 {
		line.Why, line.How, line.Rule = l.say(sayNoLock), story.Observed, ""
		return
	}
	for i := range who {
		g := &who[i]
		if g.Held == heldNobody {
			continue
		}
		if line.How = max(line.How, g.How); line.Rule == "" {
			line.Rule = g.Rule
		}
		name := ""
		if len(g.Of) > 0 {
			name = g.Of[0].What
			if line.Ref.Kind == RefNone {
				line.Ref = g.Of[0].Ref
			}
		}
		if line.Why != "" {
			line.Why += l.say(sayAnd)
		}
		line.Why += l.say(whyHeld[g.Held], name, span(g.Time))
		if len(g.Of) > 1 {
			line.Why += l.say(sayAmong, itoa(len(g.Of)-1))
		}
	}
}

// purpose is what a task waits for on a queue, in the state in which it went to sleep.
func (l *Life) purpose(i int, q fsm.Queue) saying {
	switch q {
	case fsm.XprtBacklog:
		return sayNoSlot
	case fsm.XprtBinding:
		return sayForPort
	case fsm.Delay:
		return sayForTime
	case fsm.ForeChannel, fsm.BackChannel, fsm.NFS40Slots, fsm.NFSDCallback:
		return sayNoSessionSlot
	case fsm.Seqid:
		return sayForSeqid
	case fsm.GSSUpcall, fsm.GSSPipe:
		return sayForUpcall
	case fsm.XprtPending:
		switch l.stateAt(i) {
		case fsm.CallConnect:
			return sayForConnection
		case fsm.CallTransmitStatus, fsm.CallTransmit, fsm.CallStatus:
			return sayForReply
		}
	}
	return sayForCaller
}

// stateAt is the state that the task was in at its event i.
func (l *Life) stateAt(i int) fsm.State {
	if l.lane == nil {
		return fsm.None
	}
	spans, ord := l.lane.Spans, l.ords[i]
	if n := sort.Search(len(spans), func(k int) bool { return spans[k].From > ord }) - 1; n >= 0 {
		return spans[n].State
	}
	return fsm.None
}

// wakes adds to a wake-up who woke the task, and why.
func (l *Life) wakes(line *Line, i int, e *trace.Event) {
	q := fsm.Queue(e.Text(l.in.log, "queue"))
	status := int32(e.Int("status"))
	act, known := l.in.s.DoneBy(line.Ordinal)
	how := sayWokenBy
	f, _ := e.Kind.Field("runstate")
	run := trace.RunState(e.F[f.Slot])
	switch {
	case status == -110 && q != fsm.XprtSending || q == fsm.Delay && !known:
		line.Why, line.How = l.say(sayTimer), story.Observed
		return
	case q == fsm.XprtBacklog && act.By != 0:
		how = sayWokenWithSlot
	case q == fsm.XprtSending && run&trace.NeedXmit != 0 && status == -11:
		how = sayWokenWithLock
	case q == fsm.XprtSending && run&trace.NeedXmit == 0 && status == 0:
		how = sayWokenSent
	case q == fsm.XprtPending && status == 0 && act.Worker != "":
		how = sayWokenReply
	}
	if l.doneBy(line, line.Ordinal, how); line.Why == "" && how == sayWokenWithLock {
		line.Why, line.How, line.Rule = l.say(sayHasLock), story.Inferred, story.RuleNextOwner.Text(l.in.lang)
	}
}
