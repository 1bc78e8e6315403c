package fsm

import (
	"sunscope/core/trace"
)

const (
	awake    = trace.Running | trace.Active
	asleep   = trace.Queued | trace.MsgPinWait
	queues   = trace.NeedXmit | trace.NeedRecv
	changing = trace.Sent | trace.MajorSeen
)

// encodes are the states that put a request on the transmit queue.
func encodes(s State) bool { return s == CallEncode || s == CallBCEncode }

// bare are the states in which a task has no request on any queue of the transport yet.
func bare(s State) bool { return s >= RPCPrepareTask && s <= CallAllocate || s == CallBCEncode }

// backChannel are the states of a task that answers a callback; it has no reply to wait for.
func backChannel(s State) bool { return s >= CallBCEncode }

// timesOut are the states that call rpc_check_timeout.
func timesOut(s State) bool {
	switch s {
	case CallBindStatus, CallConnectStatus, CallTransmitStatus, CallStatus, CallDecode:
		return true
	}
	return false
}

// laws checks what holds for every edge.
func laws(s *Step) error {
	if err := runLaws(s); err != nil {
		return err
	}
	if err := flagLaws(s); err != nil {
		return err
	}
	if s.To != None && s.To != RPCExitTask && s.Exit > 0 {
		return wrong("status " + StatusText(s.Exit) + " at entry of " + s.To.String() + ": only rpc_exit_task is entered with a positive one, the result of decoding")
	}
	if s.RPCError && s.To != RPCExitTask {
		return wrong("rpc_call_rpcerror ran in " + s.From.String() + ", so rpc_exit_task must be next, not " + s.To.String())
	}
	return sleepLaws(s)
}

func runLaws(s *Step) error {
	if err := entryBits(s.From, s.Run); err != nil {
		return err
	}
	if s.To == None {
		return nil
	}
	if err := entryBits(s.To, s.NextRun); err != nil {
		return err
	}
	if gained := s.NextRun &^ s.Run & queues; gained != 0 && !encodes(s.From) {
		return wrong(gained.String() + " was set in " + s.From.String() + ", which queues nothing")
	}
	return nil
}

// entryBits checks the run-state bits with which a state is entered.
func entryBits(s State, run trace.RunState) error {
	switch {
	case run&awake != awake || run&asleep != 0:
		return wrong("run state " + run.String() + " at entry of " + s.String() + ": a task that runs is RUNNING and ACTIVE, and on no queue")
	case run&queues != 0 && bare(s):
		return wrong((run & queues).String() + " at entry of " + s.String() + ": nothing is queued that early")
	case run&trace.NeedRecv != 0 && backChannel(s):
		return wrong("NEED_RECV at entry of " + s.String() + ": the back channel waits for no reply")
	}
	return nil
}

func flagLaws(s *Step) error {
	if s.To == None {
		return nil
	}
	lost, gained := s.Flags&^s.NextFlags, s.NextFlags&^s.Flags
	restart := s.From == RPCExitTask
	switch {
	case gained&^changing != 0:
		return wrong("flag " + (gained &^ changing).String() + " appeared in " + s.From.String())
	case lost&^changing != 0 && !(s.From == RPCPrepareTask && lost == trace.NoRTO):
		return wrong("flag " + (lost &^ changing).String() + " vanished in " + s.From.String())
	case lost&trace.Sent != 0 && !restart:
		return wrong("flag SENT vanished in " + s.From.String() + ": only a restart clears it")
	case lost&trace.MajorSeen != 0 && !restart && s.From != CallDecode:
		return wrong("flag MAJORSEEN vanished in " + s.From.String() + ": only a reply or a restart clears it")
	case gained&trace.MajorSeen != 0 && !(timesOut(s.From) && s.Flags&softly == 0):
		return wrong("flag MAJORSEEN appeared in " + s.From.String() + ": only the major timeout of a hard task sets it")
	case gained&trace.Sent != 0 && s.Run&trace.NeedXmit == 0 && !encodes(s.From):
		return wrong("flag SENT appeared in " + s.From.String() + ", though nothing was queued for sending")
	case restart && s.NextFlags&changing != 0:
		return wrong("flag " + (s.NextFlags & changing).String() + " outlived a restart")
	}
	return nil
}

// unsent checks that a request that is off the transmit queue has been sent, unless edge e says otherwise.
func unsent(e *Edge, s *Step) bool {
	gone := s.Run&^s.NextRun&trace.NeedXmit != 0 && s.NextFlags&trace.Sent == 0
	return gone && !e.Unsent && s.To != None && s.From != RPCExitTask && s.To != CallStart
}

func sleepLaws(s *Step) error {
	if len(s.Sleeps) > 1 {
		return wrong("slept " + string(s.Sleeps[0].Queue) + " and " + string(s.Sleeps[1].Queue) + " in one run of " + s.From.String())
	}
	for i := range s.Sleeps {
		if err := CheckSleep(s.From, s.Entry, &s.Sleeps[i]); err != nil {
			return err
		}
		z := &s.Sleeps[i]
		if want := CallbackOf(s.From, z.Queue); z.Callback != want && !(z.Callback == "" && OptionalCallback(z.Queue)) {
			return wrong("callback " + orNone(string(z.Callback)) + " after the sleep on " + string(z.Queue) + " in " + s.From.String() +
				": " + orNone(string(want)) + " belongs there")
		}
	}
	return nil
}

// CheckSleep checks a task that falls asleep while it runs state s, entered with status entry: whether the state uses
// that queue, and the status that the task has by then. It looks at z.Queue and z.Status only.
func CheckSleep(s State, entry int32, z *Slept) error {
	uses := false
	for _, q := range States[s].Sleeps {
		uses = uses || q == z.Queue
	}
	if !uses {
		return wrong(s.String() + " never sleeps on " + string(z.Queue))
	}
	want := int32(0)
	switch {
	case s == RPCExitTask:
		return nil // the caller's hook has had its way with the status
	case z.Queue == XprtSending || z.Queue == XprtBacklog:
		want = statusAgain
	case s == RPCPrepareTask, s == CallBind, s == CallConnect, s == CallBindStatus,
		s == CallBCTransmitStatus, s == CallTransmitStatus && z.Queue == Delay:
		want = entry
	case s == CallEncode:
		if z.Status == statusNoMem || z.Status == statusAgain {
			return nil
		}
		want = statusAgain
	}
	if z.Status != want {
		return wrong("status " + StatusText(z.Status) + " when " + s.String() + " fell asleep on " + string(z.Queue) +
			": it is " + StatusText(want) + " by then")
	}
	return nil
}

func orNone(s string) string {
	if s == "" {
		return "none"
	}
	return s
}
