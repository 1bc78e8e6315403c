package fsm

import (
	"errors"
	"slices"
	"strconv"
	"strings"

	"sunscope/core/trace"
)

// Begin checks the first state of a task: rpc_prepare_task if the caller has a prepare hook, call_start if not, and
// call_bc_encode for the reply to a callback.
//
//go:noinline
func Begin(first State) error {
	switch first {
	case RPCPrepareTask, CallStart, CallBCEncode:
		return nil
	}
	return wrong("a task begins in rpc_prepare_task, call_start or call_bc_encode, not in " + first.String())
}

// BeginWith is Begin and the status and run-state bits of a task that has done nothing yet.
func BeginWith(first State, status int32, run trace.RunState) error {
	if err := Begin(first); err != nil {
		return err
	}
	if status != 0 {
		return wrong("status " + StatusText(status) + " at entry of " + first.String() + ": a task begins with 0")
	}
	return entryBits(first, run)
}

// Check finds the edge that s took. If there is none, the error says which condition of the nearest edge fails.
func Check(s *Step) (*Edge, error) {
	if err := laws(s); err != nil {
		return nil, err
	}
	var near *Edge
	best := -1
	for _, e := range between[s.From][s.To] {
		if e.takes(s) {
			return e, nil
		}
	}
	for _, e := range between[s.From][s.To] {
		n := e.nearness(s)
		if e.Killed && !s.Killed {
			n = 0
		}
		if n > best {
			near, best = e, n
		}
	}
	if near == nil {
		return nil, noEdge(s)
	}
	return nil, wrong(s.From.String() + " → " + s.To.String() + ": " + near.why(s, near.misses(s)) + " [" + near.ID + ": " + near.When + "]")
}

func noEdge(s *Step) error {
	var to []string
	for i := range Edges {
		if name := Edges[i].To.String(); Edges[i].From == s.From && !Edges[i].Killed && !slices.Contains(to, name) {
			to = append(to, name)
		}
	}
	return wrong("no edge leads from " + s.From.String() + " to " + s.To.String() + ": only to " + strings.Join(to, ", "))
}

// condition numbers the conditions of an edge in the order in which they are looked at.
type condition uint8

const (
	condKilled condition = iota
	condFatal
	condEntry
	condFlags
	condRun
	condSleep
	condExit
	condNextFlags
	condNextRun
	condUnsent
	matched
)

// holds reports whether s meets condition c of e.
func (e *Edge) holds(c condition, s *Step) bool {
	switch c {
	case condKilled:
		return e.killFits(s)
	case condFatal:
		return e.fatalFits(s)
	case condEntry:
		return e.Entry.Holds(s.Entry)
	case condFlags:
		return s.Flags&e.Flags == e.Flags && s.Flags&e.NoFlags == 0 && (e.AnyFlags == 0 || s.Flags&e.AnyFlags != 0)
	case condRun:
		return s.Run&e.Run == e.Run && s.Run&e.NoRun == 0
	case condSleep:
		return e.Sleep.fits(s.Sleeps)
	case condExit:
		return e.exitFits(s)
	case condNextFlags:
		return s.NextFlags&e.NextFlags == e.NextFlags && s.NextFlags&e.NextNoFlags == 0
	case condNextRun:
		return s.NextRun&e.NextRun == e.NextRun && s.NextRun&e.NextNoRun == 0
	}
	return !unsent(e, s)
}

// takes reports whether s meets every condition of e: what misses finds out one by one, in the order in which most
// edges are ruled out. The engine asks before each of its steps.
func (e *Edge) takes(s *Step) bool {
	return e.Entry.Holds(s.Entry) && s.Run&e.Run == e.Run && s.Run&e.NoRun == 0 && e.Sleep.fits(s.Sleeps) && e.killFits(s) && e.fatalFits(s) &&
		s.NextRun&e.NextRun == e.NextRun && s.NextRun&e.NextNoRun == 0 && s.Flags&e.Flags == e.Flags && s.Flags&e.NoFlags == 0 &&
		(e.AnyFlags == 0 || s.Flags&e.AnyFlags != 0) && s.NextFlags&e.NextFlags == e.NextFlags && s.NextFlags&e.NextNoFlags == 0 &&
		e.exitFits(s) && !unsent(e, s)
}

// misses is the first condition of e that s does not meet, or matched.
func (e *Edge) misses(s *Step) condition {
	for c := range matched {
		if !e.holds(c, s) {
			return c
		}
	}
	return matched
}

// nearness counts the conditions that s does meet. Those under which the state was entered weigh more: they choose
// the branch, and what came of it is then judged by that.
func (e *Edge) nearness(s *Step) (n int) {
	for c := range matched {
		switch {
		case !e.holds(c, s):
		case c == condEntry || c == condFlags || c == condRun:
			n += 3
		default:
			n++
		}
	}
	return n
}

// killFits: a signalled task takes the kill edge, unless the state ended the task itself or had just come to its end.
func (e *Edge) killFits(s *Step) bool {
	if e.Killed {
		return s.Killed && !s.RPCError
	}
	return !s.Killed || s.To == RPCExitTask || s.To == None || s.From == RPCExitTask
}

func (e *Edge) fatalFits(s *Step) bool {
	f := &e.Fatal
	if !f.is() || !s.RPCError {
		return f.is() == s.RPCError
	}
	if f.Entry && s.ErrStatus != s.Entry || !f.Entry && !f.Status.Holds(s.ErrStatus) {
		return false
	}
	if f.RPC != 0 {
		return s.ErrRPC == f.RPC
	}
	return s.ErrRPC == s.ErrStatus
}

func (z Sleep) fits(slept []Slept) bool {
	if len(slept) == 0 {
		return len(z.On) == 0 || z.May
	}
	return slices.Contains(z.On, slept[0].Queue)
}

func (e *Edge) exitFits(s *Step) bool {
	if s.To == None {
		return true
	}
	if want, sure := e.wantExit(s); sure && s.Exit != want && !e.replied(s) {
		return false
	}
	return e.ExitIn == 0 || e.ExitIn.Holds(s.Exit)
}

// wantExit is the status with which the next state must be entered, if the edge leaves no choice.
func (e *Edge) wantExit(s *Step) (want int32, sure bool) {
	switch e.Exit {
	case ExitEntry:
		return s.Entry, true
	case ExitKilled:
		if s.Cancel != 0 {
			return s.Cancel, true
		}
		return statusRestartSys, true
	case ExitResult:
		return 0, false
	case ExitWake:
		if len(s.Sleeps) == 0 {
			return 0, false
		}
		z := &s.Sleeps[0]
		return z.Wake, z.Callback != GSSUpcallCallback
	case ExitFatal:
		want = s.ErrStatus
	}
	// __rpc_atrun, the callback of a delay, turns -ETIMEDOUT into 0, whoever had set it.
	if want == statusTimedOut && len(s.Sleeps) == 1 && s.Sleeps[0].Callback == RPCAtRun {
		want = 0
	}
	return want, true
}

// replied: xprt_timer, the callback of the wait for a reply, turns -ETIMEDOUT into 0 when the reply has come after all.
func (e *Edge) replied(s *Step) bool {
	return e.Exit == ExitWake && len(s.Sleeps) == 1 && s.Sleeps[0].Callback == XprtTimer && s.Sleeps[0].Wake == statusTimedOut &&
		s.Exit == 0 && s.NextRun&trace.NeedRecv == 0
}

// why says how s misses condition c of e.
func (e *Edge) why(s *Step, c condition) string {
	from, to := s.From.String(), s.To.String()
	switch c {
	case condKilled:
		if e.Killed {
			return "nothing ended the task: it was not signalled, and no rpc_call_rpcerror ran"
		}
		return "the task was signalled, so rpc_exit_task must be next"
	case condFatal:
		return e.whyFatal(s)
	case condEntry:
		return "status " + StatusText(s.Entry) + " at entry of " + from + "; the edge needs " + e.Entry.String()
	case condFlags:
		return "flags " + s.Flags.String() + " at entry of " + from + "; the edge needs " + flagWords(e)
	case condRun:
		return "run state " + s.Run.String() + " at entry of " + from + "; the edge needs " + runWords(e.Run, e.NoRun)
	case condSleep:
		return "the task " + sleptWords(s.Sleeps) + " in " + from + "; on this edge it " + sleepWords(e.Sleep)
	case condExit:
		return "status " + StatusText(s.Exit) + " at entry of " + to + "; the edge leaves " + e.exitWords(s)
	case condNextFlags:
		return "flags " + s.NextFlags.String() + " at entry of " + to + "; the edge leaves " + leftWords(e)
	case condNextRun:
		return "run state " + s.NextRun.String() + " at entry of " + to + "; the edge leaves " + runWords(e.NextRun, e.NextNoRun)
	}
	return "NEED_XMIT was cleared, but the request was never sent"
}

func (e *Edge) whyFatal(s *Step) string {
	if !s.RPCError {
		return "the edge needs an rpc_call_rpcerror, and none ran"
	}
	given := "rpc_call_rpcerror gave " + StatusText(s.ErrStatus) + "/" + StatusText(s.ErrRPC)
	switch {
	case !e.Fatal.is():
		return given + "; on this edge none runs"
	case e.Fatal.Entry:
		return given + "; on this edge it gives the status at entry, " + StatusText(s.Entry)
	case e.Fatal.RPC != 0:
		return given + "; on this edge it gives " + e.Fatal.Status.String() + "/" + StatusText(e.Fatal.RPC)
	}
	return given + "; on this edge it gives " + e.Fatal.Status.String()
}

func (e *Edge) exitWords(s *Step) string {
	if want, sure := e.wantExit(s); sure && s.Exit != want {
		return strconv.Itoa(int(want))
	}
	return e.ExitIn.String()
}

func flagWords(e *Edge) string {
	var words []string
	if e.Flags != 0 {
		words = append(words, e.Flags.String())
	}
	if e.AnyFlags != 0 {
		words = append(words, "one of "+e.AnyFlags.String())
	}
	if e.NoFlags != 0 {
		words = append(words, "no "+e.NoFlags.String())
	}
	return strings.Join(words, ", ")
}

func leftWords(e *Edge) string {
	if e.NextNoFlags != 0 {
		return e.NextNoFlags.String() + " clear"
	}
	return e.NextFlags.String() + " set"
}

func runWords(has, lacks trace.RunState) string {
	switch {
	case lacks == 0:
		return has.String() + " set"
	case has == 0:
		return lacks.String() + " clear"
	}
	return has.String() + " set, " + lacks.String() + " clear"
}

func sleptWords(z []Slept) string {
	if len(z) == 0 {
		return "did not sleep"
	}
	return "slept on " + string(z[0].Queue)
}

func sleepWords(z Sleep) string {
	if len(z.On) == 0 {
		return "does not sleep"
	}
	var names []string
	for _, q := range z.On {
		names = append(names, string(q))
	}
	if z.May {
		return "may sleep on " + strings.Join(names, ", ")
	}
	return "sleeps on " + strings.Join(names, ", ")
}

// wrong is errors.New, which inlined in so many places would make the engine's module larger.
//
//go:noinline
func wrong(text string) error { return errors.New(text) }
