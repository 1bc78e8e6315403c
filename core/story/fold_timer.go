package story

import (
	"sunscope/core/fsm"
	"sunscope/core/time"
	"sunscope/core/trace"
)

// pendingTimer is what has been learnt of how long a client's tasks wait for their replies (rpc_timeout): a wake-up shows
// how many jiffies were left of the first wait, a task that is marked MAJORSEEN how many waits make a major timeout.
type pendingTimer struct {
	client ClientID
	total  [maxRetries]time.Duration // of the first wait (to_initval), and of those after one, two, … that ran out; 0: not seen yet
	waits  int                       // how many of them make a major timeout; 0: not seen yet
	major  time.Duration             // from the slot's reservation to the major timeout; 0: not seen yet
}

// maxRetries is how many waits in a row are told apart.
const maxRetries = 6

const (
	jiffy     = 4 * time.Millisecond // HZ=250
	hz        = 250 * jiffy
	quarter   = 250 / 4 * jiffy
	sixteenth = 250 / 16 * jiffy
)

// timersOf is the note about a client's timers; nil without.
func (f *fold) timersOf(c ClientID) *pendingTimer {
	for i := range f.timers {
		if f.timers[i].client == c {
			return &f.timers[i]
		}
	}
	return nil
}

// learnTimer takes the jiffies that the wake-up shows to be left, and adds the time slept.
func (f *fold) learnTimer(t *Task) {
	left := f.e.F[fTimeout]
	if t.Callback != fsm.XprtTimer || left <= 0 || t.Ntrans > 1 {
		return
	}
	total := (time.Duration(left)*jiffy + f.e.Time - t.SleptAt + jiffy/2) / jiffy * jiffy
	p := f.timersOf(t.Client)
	if p == nil {
		f.timers = append(f.timers, pendingTimer{client: t.Client})
		p = &f.timers[len(f.timers)-1]
	}
	p.total[0] = total
}

// expired folds that a wait for a reply ran out: the next may be longer, and after so many waits the major timeout is there,
// from which on it begins anew.
func (f *fold) expired(t *Task) {
	const timedOut = -110
	if t.Callback != fsm.XprtTimer || t.Status != timedOut {
		return
	}
	p := f.timersOf(t.Client)
	if p != nil && t.Retries > 0 && t.Retries < maxRetries {
		p.total[t.Retries] = (f.e.Time - t.SleptAt) / jiffy * jiffy
	}
	t.Retries++
	if p != nil && p.waits > 0 && t.Retries >= p.waits {
		t.Retries = 0
		if t.MajorAt > 0 {
			t.MajorAt += p.major
		}
	}
}

// majorSeen folds that a task was marked MAJORSEEN: its major timeout has just passed.
func (f *fold) majorSeen(t *Task) {
	p := f.timersOf(t.Client)
	if p == nil || t.Retries == 0 || t.Slot < 0 {
		return
	}
	p.waits, p.major = t.Retries, f.e.Time-t.ReservedAt
	t.Retries, t.MajorAt = 0, f.e.Time+p.major
}

// reservedAt begins the timers of a request (xprt_init_majortimeo): now, or if there is no connection when the task began.
func (f *fold) reservedAt(t *Task, x *Xprt) {
	t.Retries, t.MajorAt, t.ReservedAt = 0, 0, f.e.Time
	if x.State.How != Unknown && x.State.Value&trace.XprtConnected == 0 {
		t.ReservedAt = t.BeganAt
	}
	if p := f.timersOf(t.Client); p != nil && p.major > 0 && !x.Datagrams {
		t.MajorAt = t.ReservedAt + p.major
	}
}

// timerOf is when the sleep that t begins will time out, and by which rule; 0 if there is no timer, or nobody knows.
func (f *fold) timerOf(t *Task) (time.Duration, Rule) {
	if t.Queue == fsm.Delay {
		if d := delayIn(t.Action, t.step.status); d > 0 {
			return t.SleptAt + d, RuleDelay
		}
		return 0, NoRule
	}
	x, p := f.xprt(t.Xprt.Value), f.timersOf(t.Client)
	if p == nil || x != nil && x.Datagrams {
		return 0, NoRule // a wait for a datagram goes by the round trips of those before it
	}
	if t.Queue != fsm.XprtPending || t.Callback != fsm.XprtTimer || t.Retries >= maxRetries || p.total[t.Retries] == 0 {
		return 0, NoRule
	}
	if t.Retries > 0 {
		return t.SleptAt + p.total[t.Retries], RuleRanOut
	}
	return t.SleptAt + p.total[0], RulePendingTimer
}

// delayIn is how long rpc_delay lets a task sleep in a state that it entered with that status; 0 if its caller decides.
func delayIn(s fsm.State, status int32) time.Duration {
	const noMem, noFile, noBufs, acces = -12, -23, -105, -13
	short := status == noMem || status == noBufs
	switch s {
	case fsm.CallAllocate, fsm.CallEncode:
		return sixteenth
	case fsm.CallRefreshResult:
		if short {
			return sixteenth
		}
		return 3 * hz
	case fsm.CallReserveResult, fsm.CallTransmitStatus, fsm.CallBCTransmitStatus:
		return quarter
	case fsm.CallConnectStatus, fsm.CallStatus:
		if short || status == noFile {
			return quarter
		}
		return 3 * hz
	case fsm.CallBindStatus:
		switch {
		case short:
			return quarter
		case status == acces:
			return 3 * hz
		}
		return 5 * hz
	}
	return 0
}
