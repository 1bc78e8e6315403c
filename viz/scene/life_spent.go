package scene

import (
	"cmp"
	"slices"
	"sort"

	"sunscope/core/fsm"
	"sunscope/core/story"
	"sunscope/core/time"
	"sunscope/core/trace"
)

// Spent says where a task's time went.
type Spent struct {
	Total  time.Duration
	Shares []Share // greatest first
}

// Share is a part of a task's time: asleep on a queue, waiting for a thread, running. Of says what that sleep was made
// of: who held what the task waited for, or how far its call had come.
type Share struct {
	What  string
	Time  time.Duration
	Count int // sleeps
	Ref   Ref // the queue, or who held it
	How   story.How
	Rule  string
	Held  held
	Of    []Share
	sleep bool
	why   saying
	queue fsm.Queue
}

// held says who has a write lock.
type held uint8

const (
	heldNobody held = iota
	heldTask
	heldWorker
	heldFull // nobody: the socket takes no more bytes
)

// Percent is a part of a whole: "94 %", "0.2 %".
func Percent(part, whole time.Duration) string {
	if whole <= 0 {
		return "0 %"
	}
	p := int64(part) * 1000 / int64(whole)
	if part > time.Duration(1)<<52 {
		p = int64(part/1000) * 1000 / max(1, int64(whole/1000))
	}
	if p == 0 && part > 0 {
		return "<0.1 %"
	}
	if p >= 100 || p%10 == 0 {
		return itoa(int((p+5)/10)) + " %"
	}
	return itoa(int(p/10)) + "." + itoa(int(p%10)) + " %"
}

// Length is a length of time with about three digits.
func Length(d time.Duration) string { return span(d) }

// spend adds up the task's spans.
func (l *Life) spend() {
	sp := &l.Spent
	sp.Total = max(0, l.end-l.Origin)
	for i := range l.lane.Spans {
		s := &l.lane.Spans[i]
		start, end := s.Start, min(s.End, l.end)
		if start > l.end || end <= start && !s.Asleep {
			continue
		}
		switch {
		case s.Asleep:
			at := sort.Search(len(l.ords), func(k int) bool { return l.ords[k] >= s.From })
			l.slept(s, at, start, end)
		case s.Ready:
			l.share(sayReady, "", end-start)
		default:
			l.share(sayRunning, "", end-start)
		}
	}
	for i := range sp.Shares {
		byTime(sp.Shares[i].Of)
	}
	byTime(sp.Shares)
}

func byTime(list []Share) {
	slices.SortStableFunc(list, func(a, b Share) int { return cmp.Compare(b.Time, a.Time) })
}

// share is the share of that kind, with d more on it.
func (l *Life) share(why saying, q fsm.Queue, d time.Duration) *Share {
	list := &l.Spent.Shares
	for i := range *list {
		if s := &(*list)[i]; s.why == why && s.queue == q {
			s.Time += d
			s.Count++
			return s
		}
	}
	s := Share{Time: d, Count: 1, why: why, queue: q, How: story.Observed}
	if s.What = l.say(why); q != "" {
		s.sleep = true
		s.What = l.say(sayAsleepOn, string(q)) + " " + s.What
		s.Ref = Ref{Kind: RefQueue, Name: string(q)}
	}
	*list = append(*list, s)
	return &(*list)[len(*list)-1]
}

// slept adds a sleep, whose event is number at of the story.
func (l *Life) slept(s *story.Span, at int, start, end time.Duration) {
	if at >= len(l.ords) {
		return
	}
	why := sayForLock
	if s.Queue != fsm.XprtSending {
		why = l.purpose(at, s.Queue)
	}
	sh := l.share(why, s.Queue, end-start)
	to := int(s.To)
	switch why {
	case sayForLock:
		sh.Of = l.holders(sh.Of, int(s.From), to, start, end)
	case sayForReply:
		sh.Of = l.ways(sh.Of, at, start, end)
	case sayForConnection:
		sh.Of = l.handshake(sh.Of, int(s.From), start, end)
	case sayNoSlot, sayNoSessionSlot:
		if act, ok := l.in.s.DoneBy(to); ok && act.By != 0 && s.End <= l.end {
			part(&sh.Of, Share{What: l.say(sayUntilFreed, l.name(act.By)), Ref: Ref{Kind: RefTask, Num: int64(act.By)},
				How: story.Inferred, Rule: story.RuleInThread.Text(l.in.lang)}, end-start)
		}
	}
}

// part adds d to the part of that name.
func part(list *[]Share, s Share, d time.Duration) {
	if d <= 0 {
		return
	}
	for i := range *list {
		if o := &(*list)[i]; o.What == s.What && o.Ref == s.Ref {
			o.Time += d
			o.Count++
			if s.How == story.Inferred {
				o.How, o.Rule = s.How, s.Rule
			}
			return
		}
	}
	s.Time, s.Count = d, 1
	*list = append(*list, s)
}

// heldBy adds d to the share of those who had the write lock in one way, and to that of the one who had.
func (l *Life) heldBy(list *[]Share, way held, who story.TaskID, how story.How, d time.Duration) {
	group := Share{What: l.say(groups[way]), Held: way, How: how}
	if how == story.Inferred {
		group.Rule = heldRules[way].Text(l.in.lang)
	}
	part(list, group, d)
	if d <= 0 || who == 0 {
		return
	}
	for i := range *list {
		if g := &(*list)[i]; g.Held == way {
			part(&g.Of, Share{What: l.holderName(way, who), Ref: Ref{Kind: RefTask, Num: int64(who)}, How: how, Rule: group.Rule}, d)
		}
	}
}

// holderName is what is said of who had the write lock; of a full socket, whose bytes had filled it.
func (l *Life) holderName(way held, who story.TaskID) string {
	switch {
	case way != heldFull:
		return l.name(who)
	case l.lane != nil && l.lane.Task == who:
		return l.say(sayFilledItself)
	}
	return l.say(sayFilledBy, l.name(who))
}

// heldRules are the rules by which it is inferred who had the write lock.
var heldRules = [...]story.Rule{heldTask: story.RuleNextOwner, heldWorker: story.RuleConnectCookie, heldFull: story.RuleNoSpace}

// groups is how those who had the write lock are called together.
var groups = [...]saying{heldNobody: sayNobody, heldTask: sayOthers, heldWorker: sayConnecting, heldFull: sayFull}

// holders adds who had the write lock between two events, greatest share first.
func (l *Life) holders(list []Share, from, to int, start, end time.Duration) []Share {
	at, atOrd := start, int32(from)
	since := int32(-1) // when the hold before a gap began, once one was seen
	gap := func(until time.Duration, ord int32) {
		if filler, full := l.full(since, int(atOrd), int(ord)); full {
			l.heldBy(&list, heldFull, filler, story.Inferred, until-at)
			return
		}
		l.heldBy(&list, heldNobody, 0, story.Observed, until-at)
	}
	l.in.s.LockSpansOf(l.xprt, int32(from), int32(to), func(s *story.LockSpan) bool {
		if s.Start > at {
			gap(min(s.Start, end), s.From)
		}
		d := min(s.End, end) - max(s.Start, at)
		since = s.From
		switch {
		case s.Task == 0:
			l.heldBy(&list, heldWorker, 0, s.How, d)
		case l.lane == nil || s.Task != l.lane.Task:
			l.heldBy(&list, heldTask, s.Task, s.How, d)
		}
		at, atOrd = max(at, s.End), max(atOrd, s.To)
		return at < end
	})
	if at < end {
		gap(end, int32(to))
	}
	for i := range list {
		byTime(list[i].Of)
	}
	byTime(list)
	return list
}

// full says whether nobody could have the write lock between two events because the socket took no more, and whose bytes
// had filled it: the last rpc_socket_nospace is younger than the last hold, which began at since, if that is known.
func (l *Life) full(since int32, from, to int) (story.TaskID, bool) {
	evs := l.in.s.XprtEvents(l.xprt)
	n := sort.Search(len(evs), func(i int) bool { return int(evs[i]) >= to })
	for i := n - 1; i >= max(0, n-2*lookBack) && evs[i] >= since; i-- {
		if l.in.log.KindAt(int(evs[i])) != trace.RPCSocketNospace {
			continue
		}
		younger := false
		l.in.s.LockSpansOf(l.xprt, evs[i], int32(from), func(s *story.LockSpan) bool {
			younger = younger || s.From > evs[i]
			return !younger
		})
		return l.in.s.TaskAt(int(evs[i])), !younger
	}
	return 0, false
}

// ways adds how far the call had come during a wait for its reply: on its way, with the server, on the way back.
func (l *Life) ways(list []Share, at int, start, end time.Duration) []Share {
	from := at
	for ; from > 0 && l.in.log.KindAt(int(l.ords[from])) != trace.XprtTransmit; from-- {
	}
	now, stage, seen := start, sayToServer, false
	step := func(t time.Duration, next saying) {
		seen = true
		part(&list, Share{What: l.say(stage), How: story.Inferred, Rule: story.RuleServed.Text(l.in.lang)}, min(t, end)-now)
		now, stage = max(now, min(t, end)), next
	}
	for i := from; i < len(l.ords); i++ {
		ord := int(l.ords[i])
		t := l.in.log.TimeAt(ord)
		if t > end {
			break
		}
		switch l.in.log.KindAt(ord) {
		case trace.SvcXDRRecvfrom:
			step(t, sayAtServer)
		case trace.SvcSend:
			step(t, sayFromServer)
		}
	}
	if !seen {
		part(&list, Share{What: l.say(sayUnseen), How: story.Observed}, end-start)
		return list
	}
	step(end, stage)
	return list
}

// handshake adds how far the connection had come during a wait for it.
func (l *Life) handshake(list []Share, from int, start, end time.Duration) []Share {
	evs := l.in.s.XprtEvents(l.xprt)
	now, stage := start, sayToConnect
	step := func(t time.Duration, next saying) {
		part(&list, Share{What: l.say(stage), How: story.Inferred, Rule: story.RuleSocketPeer.Text(l.in.lang)}, min(t, end)-now)
		now, stage = max(now, min(t, end)), next
	}
	for i := sort.Search(len(evs), func(i int) bool { return int(evs[i]) >= from }); i < len(evs); i++ {
		t := l.in.log.TimeAt(int(evs[i]))
		if t > end {
			break
		}
		var e trace.Event
		switch l.in.log.At(int(evs[i]), &e); e.Kind {
		case trace.RPCSocketConnect:
			if stage == sayToConnect {
				step(t, sayHandshake)
			}
		case trace.RPCSocketStateChange, trace.RPCSocketError:
			if e.Kind == trace.RPCSocketError || e.Int("sk_state") == 1 {
				step(t, saySettled)
			}
		}
	}
	step(end, stage)
	return list
}
