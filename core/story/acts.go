package story

import (
	"sort"

	"sunscope/core/trace"
)

// Act says who did what an event tells of: the thread that logged it was inside of another task than the one that the
// event is about, or ran a transport's worker. It is inferred, by RuleInThread.
type Act struct {
	Ord    int32
	By     TaskID // 0: no task
	Worker string // the worker's function: "xs_stream_data_receive_workfn"; "" if it was none, or is unknown
}

// acts says of which kinds of events it is written down who did it.
func acts(k trace.Kind) bool {
	switch k {
	case trace.RPCTaskWakeup, trace.RPCXDRSendto, trace.XprtTransmit, trace.XprtRetransmit, trace.RPCSocketNospace, trace.XprtLookupRqst:
		return true
	}
	return false
}

// happensTo says whether such an event is part of a transport's story besides those that name it by its peer or socket.
func happensTo(k trace.Kind) bool {
	switch k {
	case trace.XprtTransmit, trace.XprtRetransmit, trace.XprtLookupRqst, trace.RPCSocketNospace, trace.RPCTimeoutStatus,
		trace.RPCConnectStatus, trace.RpcbGetport, trace.RpcbSetport, trace.RPCCallStatus:
		return true
	}
	return false
}

// names says whether such an event prints the transport's peer or socket.
func names(k trace.Kind) bool {
	switch k {
	case trace.XprtCreate, trace.XprtDestroy, trace.XprtConnect, trace.XprtDisconnectAuto, trace.XprtDisconnectDone,
		trace.XprtDisconnectForce, trace.RPCSocketClose, trace.RPCSocketConnect, trace.RPCSocketError,
		trace.RPCSocketResetConnection, trace.RPCSocketShutdown, trace.RPCSocketStateChange:
		return true
	}
	return false
}

// acted writes down who did what the event tells, and to which transport it happened.
func (r *recorder) acted(f *fold) {
	k := f.e.Kind
	if acts(k) && f.about != 0 {
		if a := f.doer(); a.By != 0 && a.By != f.about || a.Worker != "" {
			a.Ord = int32(f.st.Instant)
			r.acts = append(r.acts, a)
		}
	}
	x := XprtID(0)
	if names(k) {
		x = f.touched
	} else if happensTo(k) || k == trace.RPCTaskEnd && f.e.Int("status") < 0 {
		if t := f.task(f.about); t != nil {
			x = t.Xprt.Value
		}
	}
	if x == 0 {
		return
	}
	for int(x) > len(r.xprts) {
		r.xprts = append(r.xprts, nil)
	}
	r.xprts[x-1] = append(r.xprts[x-1], int32(f.st.Instant))
}

// doer is what the thread of the event is inside of. An interrupt is inside of nothing.
func (f *fold) doer() Act {
	if f.interrupted() || f.e.PID == 0 {
		return Act{}
	}
	r := f.runner()
	if r.worker != "" {
		return Act{Worker: r.worker}
	}
	if f.workSeen {
		for i := range f.st.WorkQueues {
			for _, w := range f.st.WorkQueues[i].Running {
				if w.pid == f.e.PID && w.Task == 0 {
					return Act{Worker: w.What}
				}
			}
		}
	}
	if t := f.task(r.task); t != nil && t.Running && t.ThreadID == f.e.PID {
		return Act{By: t.ID}
	}
	return Act{By: r.freedBy}
}

// DoneBy says who did what the event tells; false if it was the event's own task, or nobody knows.
func (s *Story) DoneBy(ordinal int) (Act, bool) {
	list := s.rec.acts
	i := sort.Search(len(list), func(i int) bool { return int(list[i].Ord) >= ordinal })
	if i == len(list) || int(list[i].Ord) != ordinal {
		return Act{}, false
	}
	return list[i], true
}

// XprtEvents lists the ordinals of the events that make a transport's story, ascending: how it was made, connected and
// closed, what was sent on it, and which replies were found. The list is the story's own: do not change it.
func (s *Story) XprtEvents(id XprtID) []int32 {
	if id < 1 || int(id) > len(s.rec.xprts) {
		return nil
	}
	return s.rec.xprts[id-1]
}

// LockSpansOf calls f with those who had a transport's write lock at some time from one instant to another, in order;
// f returns false to stop.
func (s *Story) LockSpansOf(id XprtID, from, to int32, f func(*LockSpan) bool) {
	if id < 1 || int(id) > len(s.rec.xlocks) {
		return
	}
	list := s.rec.xlocks[id-1].Spans
	for i := sort.Search(len(list), func(i int) bool { return s.rec.locks[list[i]].To >= from }); i < len(list); i++ {
		l := &s.rec.locks[list[i]]
		if l.From > to || !f(l) {
			return
		}
	}
}
