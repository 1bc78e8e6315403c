package world

import (
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"sunscope/core/fsm"
	"sunscope/core/time"
	"sunscope/core/trace"
)

// A walk is what one task does, in the notation of the facts' scenarios: "call_connect_status(-EAGAIN)" is an action
// with the status on entry, "zz xprt_pending" a sleep, "<- -EAGAIN" the wake-up with its status, "cb xprt_timer" a turn
// of the loop for the wake-up's callback. A status of 0 on entry is not written. "@1.1s" stands after a wake-up by a
// timer. Notes in brackets are other events of the task: [send] is xprt_transmit without an error.
func (l *rig) walk(clid, pid uint32) string {
	var b strings.Builder
	var e trace.Event
	timeout := false
	for i := range l.log.Len() {
		l.log.At(i, &e)
		p, c, ok := e.Task()
		if !ok || p != pid || c != clid {
			continue
		}
		switch e.Kind {
		case trace.RPCTaskRunAction:
			if b.Len() > 0 {
				b.WriteString(" → ")
			}
			b.WriteString(actionText(e.Text(l.log, "action"), e.Int("status")))
		case trace.RPCTaskSleep:
			b.WriteString(" zz " + e.Text(l.log, "queue"))
		case trace.RPCTaskTimeout:
			timeout = true
		case trace.RPCTaskWakeup:
			b.WriteString(" <- " + statusText(e.Int("status")))
			if timeout {
				b.WriteString(" @" + e.Time.Round(100*time.Millisecond).String())
			}
			timeout = false
		default:
			b.WriteString(note(&e))
		}
	}
	return b.String()
}

// tasks are the client and task ids of all tasks.
func (l *rig) tasks() map[[2]uint32]bool {
	ids := map[[2]uint32]bool{}
	l.each(func(e *trace.Event) {
		if e.Kind == trace.RPCTaskBegin {
			pid, clid, _ := e.Task()
			ids[[2]uint32{clid, pid}] = true
		}
	})
	return ids
}

func note(e *trace.Event) string {
	switch e.Kind {
	case trace.XprtTransmit:
		if s := e.Int("status"); s != 0 {
			return " [send " + statusText(s) + "]"
		}
		return " [send]"
	case trace.XprtRetransmit:
		return " [retransmit " + strconv.Itoa(int(e.Int("ntrans"))) + "]"
	case trace.RPCTimeoutStatus:
		return " [major timeout]"
	case trace.RPCTaskSignalled:
		return " [signal]"
	case trace.RPCCallRpcerror:
		return " [rpcerror " + statusText(e.Int("tk_status")) + " " + statusText(e.Int("rpc_status")) + "]"
	}
	return ""
}

var callbacks = []fsm.Callback{fsm.XprtTimer, fsm.XprtCompleteRequestInit, fsm.RPCAtRun}

func actionText(action string, status int64) string {
	if slices.Contains(callbacks, fsm.Callback(action)) {
		action = "cb " + action
	}
	if status != 0 {
		action += "(" + statusText(status) + ")"
	}
	return action
}

// statusText is the name of an errno, or the number.
func statusText(status int64) string {
	_, name, ok := strings.Cut(fsm.StatusText(int32(status)), " (")
	if ok {
		return "-" + strings.TrimSuffix(name, ")")
	}
	return strconv.Itoa(int(status))
}

// reads is the walk that an expectation means: however it is broken into lines, a status of 0 on entry left out.
func reads(walk string) string {
	return strings.Join(strings.Fields(strings.ReplaceAll(walk, "(0)", "")), " ")
}

// requireWalk holds a task's walk against the one that the facts describe.
func (l *rig) requireWalk(clid, pid uint32, want string) {
	l.t.Helper()
	require.Equal(l.t, strings.Split(reads(want), " → "), strings.Split(l.walk(clid, pid), " → "))
}

// times are when a task's events of a kind happened, rounded to what the jiffies of the timers leave certain.
func (l *rig) times(kind trace.Kind) (at []time.Duration) {
	l.each(func(e *trace.Event) {
		if e.Kind == kind {
			at = append(at, e.Time.Round(100*time.Millisecond))
		}
	})
	return at
}

func (l *rig) count(kind trace.Kind) int { return len(l.times(kind)) }

func (l *rig) each(f func(e *trace.Event)) {
	var e trace.Event
	for i := range l.log.Len() {
		l.log.At(i, &e)
		f(&e)
	}
}

// The notation can tell walks apart: each change makes another walk of it.
func TestAWalkIsNotReadAsAnother(t *testing.T) {
	const good = "call_connect zz xprt_pending <- -EAGAIN → call_connect_status(-EAGAIN) → call_transmit [send] → cb xprt_timer"
	for _, change := range [][2]string{
		{"<- -EAGAIN", "<- 0"}, {"(-EAGAIN)", "(0)"}, {"xprt_pending", "xprt_sending"}, {" [send]", ""}, {"cb ", ""},
		{"call_connect_status(-EAGAIN) → ", ""},
	} {
		require.NotEqual(t, reads(good), reads(strings.Replace(good, change[0], change[1], 1)))
	}
	require.Equal(t, reads(good), reads(strings.ReplaceAll(good, " → ", "\n\t→ ")))
}
