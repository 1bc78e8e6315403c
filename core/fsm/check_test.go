package fsm

import (
	"math/bits"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"sunscope/core/trace"
)

// pick is some status of the class; the one that decides least, if there is a choice.
func pick(c Class) int32 {
	switch {
	case c&ok != 0 || c == 0:
		return 0
	case c&eINVAL != 0: // which is in nobody's list
		return -22
	}
	return -errnos[bits.TrailingZeros64(uint64(c))-firstErrno].number
}

// outside is some status that is not in the class.
func outside(c Class) (int32, bool) {
	for _, e := range []int32{0, -22, -5, statusAgain, statusTimedOut, statusNoMem, -111} {
		if !c.Holds(e) {
			return e, true
		}
	}
	return 0, false
}

// example is a step that takes e.
func example(e *Edge) Step {
	const moving = trace.NeedXmit | trace.NeedRecv
	s := Step{From: e.From, To: e.To, Entry: pick(e.Entry), Killed: e.Killed}
	s.Flags = trace.Dynamic | e.Flags | e.AnyFlags&-e.AnyFlags
	s.Run = awake | e.Run
	s.NextRun = awake | e.NextRun | s.Run&moving&^e.NextNoRun
	s.NextFlags = s.Flags | e.NextFlags
	if s.Run&^s.NextRun&trace.NeedXmit != 0 && !e.Unsent {
		s.NextFlags |= trace.Sent
	}
	if e.From == RPCExitTask {
		s.NextFlags &^= changing
	}
	if e.Fatal.is() {
		s.RPCError, s.ErrStatus = true, pick(e.Fatal.Status)
		if e.Fatal.Entry {
			s.ErrStatus = s.Entry
		}
		s.ErrRPC = s.ErrStatus
		if e.Fatal.RPC != 0 {
			s.ErrRPC = e.Fatal.RPC
		}
	}
	s.Exit = exampleExit(e, &s)
	if len(e.Sleep.On) > 0 && !e.Sleep.May {
		s.Sleeps = []Slept{exampleSleep(e, &s)}
		if e.Exit != ExitWake { // a delay's callback may have had its say
			s.Exit, _ = e.wantExit(&s)
		}
	}
	return s
}

func exampleExit(e *Edge, s *Step) int32 {
	switch e.Exit {
	case ExitEntry:
		return s.Entry
	case ExitFatal:
		return s.ErrStatus
	case ExitKilled:
		return statusRestartSys
	case ExitWake, ExitResult:
		return pick(e.ExitIn)
	}
	return 0
}

func exampleSleep(e *Edge, s *Step) Slept {
	z := Slept{Queue: e.Sleep.On[0], Wake: s.Exit}
	z.Callback = CallbackOf(e.From, z.Queue)
	for _, status := range []int32{s.Entry, 0, statusAgain} {
		if z.Status = status; CheckSleep(e.From, s.Entry, &z) == nil {
			break
		}
	}
	return z
}

// shadowed are edges that differ from another one only by what the events in between show.
var shadowed = map[string]string{
	"call_connect.lock.expired":     "call_connect.expired",
	"call_transmit.lock.expired":    "call_transmit.failed",
	"call_bc_transmit.lock.expired": "call_bc_transmit.failed",
}

func TestEachEdgeIsTakenByAStepThatMeetsItsConditions(t *testing.T) {
	seen := map[string]bool{}
	for i := range Edges {
		e := &Edges[i]
		require.False(t, seen[e.ID], "%s stands twice on the map", e.ID)
		seen[e.ID] = true
		require.NotEmpty(t, e.When, e.ID)
		require.True(t, strings.HasPrefix(e.ID, States[e.From].Name+"."), e.ID)
		s := example(e)
		require.True(t, e.takes(&s), e.ID)
		require.Equal(t, matched, e.misses(&s), "%s: %s", e.ID, e.why(&s, e.misses(&s)))
		taken, err := Check(&s)
		require.NoError(t, err, e.ID)
		if taken.ID != e.ID {
			require.Equal(t, shadowed[e.ID], taken.ID, "%s is taken for %s", e.ID, taken.ID)
		}
	}
}

// Each condition that an edge states is one without which the edge is not taken.
func TestNoConditionOfAnEdgeMayBeBroken(t *testing.T) {
	broken := 0
	for i := range Edges {
		e := &Edges[i]
		breakIt := func(what string, change func(*Step)) {
			s := example(e)
			change(&s)
			require.False(t, e.takes(&s), "%s is taken quickly with another %s: %+v", e.ID, what, s)
			require.NotEqual(t, matched, e.misses(&s), "%s is taken with another %s: %+v", e.ID, what, s)
			broken++
		}
		if status, ok := outside(e.Entry); ok {
			breakIt("status at entry", func(s *Step) { s.Entry = status })
		}
		for bit := trace.TaskFlags(1); bit != 0; bit <<= 1 {
			if e.Flags&bit != 0 {
				breakIt("flag", func(s *Step) { s.Flags &^= bit })
			}
			if e.NoFlags&bit != 0 {
				breakIt("flag", func(s *Step) { s.Flags |= bit })
			}
			if e.NextNoFlags&bit != 0 {
				breakIt("flag left", func(s *Step) { s.NextFlags |= bit })
			}
			if e.NextFlags&bit != 0 {
				breakIt("flag left", func(s *Step) { s.NextFlags &^= bit })
			}
		}
		for _, bit := range []trace.RunState{trace.NeedXmit, trace.NeedRecv} {
			for _, c := range []struct {
				set   trace.RunState
				flip  func(*Step)
				where string
			}{
				{e.Run, func(s *Step) { s.Run &^= bit }, "run state"}, {e.NoRun, func(s *Step) { s.Run |= bit }, "run state"},
				{e.NextRun, func(s *Step) { s.NextRun &^= bit }, "run state left"}, {e.NextNoRun, func(s *Step) { s.NextRun |= bit }, "run state left"},
			} {
				if c.set&bit != 0 {
					breakIt(c.where, c.flip)
				}
			}
		}
		breakSleep(e, breakIt)
		if e.Exit != ExitResult && e.To != None && e.ID != "call_refresh.upcall" { // there the callback decides
			breakIt("status left", func(s *Step) { s.Exit = -1234 })
		}
		if e.Fatal.is() {
			breakIt("error", func(s *Step) { s.RPCError = false })
			breakIt("status of the error", func(s *Step) { s.ErrStatus, s.ErrRPC = -1234, -4321 })
		} else {
			breakIt("error", func(s *Step) { s.RPCError = true })
		}
		if e.Killed {
			breakIt("signal", func(s *Step) { s.Killed = false })
		} else if e.To != RPCExitTask && e.To != None && e.From != RPCExitTask {
			breakIt("signal", func(s *Step) { s.Killed = true })
		}
	}
	t.Logf("%d edges, %d broken conditions", len(Edges), broken)
}

func breakSleep(e *Edge, breakIt func(string, func(*Step))) {
	breakIt("queue", func(s *Step) { s.Sleeps = []Slept{{Queue: "resend"}} })
	if len(e.Sleep.On) > 0 && !e.Sleep.May {
		breakIt("sleep", func(s *Step) { s.Sleeps = nil })
	}
}

func TestATaskBeginsInOneOfThreeStates(t *testing.T) {
	for s := range StateCount {
		err := Begin(s)
		if s == RPCPrepareTask || s == CallStart || s == CallBCEncode {
			require.NoError(t, err)
			require.NoError(t, BeginWith(s, 0, awake))
			require.ErrorContains(t, BeginWith(s, -5, awake), "-5 (EIO)")
			require.ErrorContains(t, BeginWith(s, 0, awake|trace.NeedRecv), "NEED_RECV")
			continue
		}
		require.Error(t, err, s.String())
	}
}

func TestLawsHoldForEveryEdge(t *testing.T) {
	start := func() Step {
		return Step{From: CallStart, To: CallReserve, Run: awake, NextRun: awake, Flags: trace.Async, NextFlags: trace.Async}
	}
	cases := []struct {
		want   string
		change func(*Step)
	}{
		{"a task that runs is RUNNING and ACTIVE", func(s *Step) { s.Run = trace.Active }},
		{"a task that runs is RUNNING and ACTIVE", func(s *Step) { s.NextRun |= trace.Queued }},
		{"nothing is queued that early", func(s *Step) { s.NextRun |= trace.NeedXmit }},
		{"flag ASYNC vanished", func(s *Step) { s.NextFlags = 0 }},
		{"flag SOFT appeared", func(s *Step) { s.NextFlags |= trace.Soft }},
		{"flag SENT appeared", func(s *Step) { s.NextFlags |= trace.Sent }},
		{"flag MAJORSEEN appeared", func(s *Step) { s.NextFlags |= trace.MajorSeen }},
		{"only a restart clears it", func(s *Step) { s.Flags |= trace.Sent }},
		{"so rpc_exit_task must be next", func(s *Step) { s.RPCError = true }},
		{"call_start never sleeps on delayq", func(s *Step) { s.Sleeps = []Slept{{Queue: Delay}} }},
		{"only rpc_exit_task is entered with a positive one", func(s *Step) { s.Entry, s.Exit = 1, 1 }},
		{"no edge leads from call_start to call_encode", func(s *Step) { s.To = CallEncode }},
	}
	s := start()
	_, err := Check(&s)
	require.NoError(t, err)
	for _, c := range cases {
		s := start()
		c.change(&s)
		_, err := Check(&s)
		require.ErrorContains(t, err, c.want)
	}
}

func TestTheCallbackIsTheOneThatTheSleepLeft(t *testing.T) {
	s := example(edgeNamed(t, "call_transmit_status.reply"))
	s.Sleeps[0].Callback = RPCAtRun
	_, err := Check(&s)
	require.ErrorContains(t, err, "xprt_timer belongs there")
	s = example(edgeNamed(t, "call_refresh.upcall"))
	s.Sleeps[0].Callback = ""
	_, err = Check(&s)
	require.NoError(t, err, "whoever joins another task's upcall has no callback")
}

// __rpc_atrun turns -ETIMEDOUT into 0 whoever had set it: also rpc_check_timeout, which ends a TIMEOUT task so.
func TestADelayTurnsATimeoutIntoZero(t *testing.T) {
	s := example(edgeNamed(t, "call_status.unreachable.timeout"))
	require.Equal(t, int32(statusTimedOut), s.ErrStatus)
	require.Zero(t, s.Exit)
	_, err := Check(&s)
	require.NoError(t, err)
	s.Exit = statusTimedOut
	_, err = Check(&s)
	require.Error(t, err)
}

// xprt_timer looks once more whether the reply has come.
func TestAReplyThatComesWithTheTimeoutIsTaken(t *testing.T) {
	s := example(edgeNamed(t, "call_transmit_status.reply"))
	s.Sleeps[0].Wake = statusTimedOut
	_, err := Check(&s)
	require.NoError(t, err)
	s.NextRun |= trace.NeedRecv
	_, err = Check(&s)
	require.ErrorContains(t, err, "status 0 at entry of call_status")
}

func TestTheMapLeadsOutOfEveryState(t *testing.T) {
	for s := RPCPrepareTask; s < StateCount; s++ {
		edges := EdgesFrom(s)
		require.NotEmpty(t, edges, s.String())
		killed := false
		for _, e := range edges {
			require.Equal(t, s, e.From)
			killed = killed || e.Killed
		}
		require.True(t, killed, s.String())
	}
}

func edgeNamed(t *testing.T, id string) *Edge {
	for i := range Edges {
		if Edges[i].ID == id {
			return &Edges[i]
		}
	}
	require.FailNow(t, "no edge "+id)
	return nil
}
