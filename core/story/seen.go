package story

import (
	"sunscope/core/fsm"
	"sunscope/core/time"
)

// SpanKind is what a stretch of a task's life shows on a timeline: whether it ran or where it slept.
type SpanKind uint8

// The kinds of spans.
const (
	SpanRun     SpanKind = iota
	SpanReady            // woken or queued, and no thread has it yet
	SpanReply            // running, with the reply in hand
	SpanPending          // asleep on xprt_pending, and so on
	SpanBacklog
	SpanSending
	SpanBinding
	SpanDelay
	SpanOther // asleep on a queue of the caller's
	SpanKinds
)

// Kind says what the span shows.
func (s *Span) Kind() SpanKind {
	switch {
	case !s.Asleep && s.Ready:
		return SpanReady
	case !s.Asleep && (s.State == fsm.CallStatus || s.State == fsm.CallDecode || s.State == fsm.RPCExitTask):
		return SpanReply
	case !s.Asleep:
		return SpanRun
	}
	switch s.Queue {
	case fsm.XprtPending:
		return SpanPending
	case fsm.XprtBacklog:
		return SpanBacklog
	case fsm.XprtSending:
		return SpanSending
	case fsm.XprtBinding:
		return SpanBinding
	case fsm.Delay:
		return SpanDelay
	}
	return SpanOther
}

// TickKind says what a tick on a task's lane stands for.
type TickKind uint8

// The kinds of ticks.
const (
	TickSent    TickKind = iota // its message went to the socket (xprt_transmit)
	TickReply                   // its reply was found (xprt_lookup_rqst)
	TickRetrans                 // it is to be sent again (xprt_retransmit)
	TickError                   // it failed: see MarkError
	TickKinds
)

// Tick is a moment of a task's life that a lane marks.
type Tick struct {
	Ord  int32
	Kind TickKind
	Time time.Duration
}

// WireKind is a class of packets that a timeline tells apart.
type WireKind uint8

// The kinds of packets. The last ones matter most where many fall together.
const (
	WireHandshake WireKind = iota // SYN, SYN-ACK, ACK, FIN
	WireReply
	WireCall
	WireCallback // a call to the client, or the client's reply to it
	WireRetrans
	WireReset
	WireLost
	WireKinds
)

// Class is what kind of packet it is on a timeline; WireLost comes besides, if Lost is set.
func (w *WireSpan) Class() WireKind {
	toClient := w.Dir == ToClient
	switch {
	case w.Kind == "RST":
		return WireReset
	case w.Retrans:
		return WireRetrans
	case w.Kind == "CALL" && toClient, w.Kind == "REPLY" && !toClient:
		return WireCallback
	case w.Kind == "CALL", w.Kind == "DATA" && !toClient:
		return WireCall
	case w.Kind == "REPLY", w.Kind == "DATA":
		return WireReply
	}
	return WireHandshake
}

// Seen says which kinds of things a run's timeline shows, and since when: an ordinal more by one, 0 for never.
type Seen struct {
	Spans  [SpanKinds]int32
	Ticks  [TickKinds]int32
	Wires  [WireKinds]int32
	Marks  [MarkerKinds]int32
	Owner  int32 // some task had a write lock
	Worker int32 // the connect worker had one
	Guess  int32 // something that a rule infers
}

func saw(at *int32, ord int32) {
	if *at == 0 {
		*at = ord + 1
	}
}

// Seen says which kinds of things the timeline of the whole run shows.
func (s *Story) Seen() *Seen { return &s.rec.seen }
