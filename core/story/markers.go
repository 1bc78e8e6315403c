package story

import (
	"sort"

	"sunscope/core/time"
	"sunscope/core/trace"
)

// MarkerKind says why a moment is worth a mark on the timeline. The first ones matter most.
type MarkerKind uint8

// The kinds of markers.
const (
	MarkFault      MarkerKind = iota // somebody broke something in a simulation (Fault)
	MarkError                        // a task ended with tk_status < 0, or an event says that a call failed (rpc_call_rpcerror, rpc__*)
	MarkTimeout                      // a major timeout: what the kernel calls "not responding" (rpc_timeout_status)
	MarkDisconnect                   // a connection ended or broke (xprt_disconnect_*, rpc_socket_error, rpc_socket_reset_connection)
	MarkRetransmit                   // a call was sent again (xprt_retransmit)
	MarkLost                         // the network lost a packet, or its receiver had no use for it
	MarkFull                         // the socket took no more (rpc_socket_nospace)
	MarkCallback                     // the server calls the client (svc_process of a callback service)
	MarkConnect                      // a connection was made (rpc_socket_state_change to ESTABLISHED)
	MarkerKinds                      // how many kinds there are
)

var markerNames = [MarkerKinds]string{"fault", "error", "timeout", "disconnect", "retransmission", "lost", "full", "callback", "connect"}

// String is the kind's word, as commands take it.
func (k MarkerKind) String() string {
	if k < MarkerKinds {
		return markerNames[k]
	}
	return "?"
}

// Marker is a moment that a reader may look for.
type Marker struct {
	Ord  int32
	Kind MarkerKind
	Task TaskID // whom it is about; 0: nobody
	Time time.Duration
}

// mark notes the event that was just folded if it is worth it.
func (r *recorder) mark(f *fold) {
	k := markerOf(f)
	if k == MarkerKinds {
		return
	}
	saw(&r.seen.Marks[k], int32(f.st.Instant))
	r.marks.add(len(r.markers), 1<<k)
	r.markers = append(r.markers, Marker{int32(f.st.Instant), k, f.about, f.e.Time})
}

// markerOf is the kind of marker that the event deserves; MarkerKinds is none.
func markerOf(f *fold) MarkerKind {
	switch k := f.e.Kind; k {
	case trace.RPCTaskEnd:
		if int32(f.e.F[fStatus]) < 0 {
			return MarkError
		}
	case trace.RPCAuthTooweak, trace.RPCBadCreds, trace.RPCGarbageArgs, trace.RPCMismatch, trace.RPCProcUnavail,
		trace.RPCProgMismatch, trace.RPCProgUnavail, trace.RPCStaleCreds, trace.RPCUnparsable, trace.RPCBadCallhdr,
		trace.RPCBadVerifier, trace.RPCCallRpcerror, trace.RPCClntCloneErr, trace.RPCClntNewErr, trace.RPCClntReplaceXprtErr,
		trace.RPCXDROverflow, trace.RpcbBindVersionErr, trace.RpcbProgUnavailErr, trace.RpcbTimeoutErr,
		trace.RpcbUnreachableErr, trace.RpcbUnrecognizedErr:
		return MarkError
	case trace.RPCTimeoutStatus:
		return MarkTimeout
	case trace.XprtDisconnectDone, trace.XprtDisconnectForce, trace.RPCSocketError, trace.RPCSocketResetConnection:
		return MarkDisconnect
	case trace.RPCSocketStateChange:
		if f.e.F[5] == skEstablished {
			return MarkConnect
		}
	case trace.XprtRetransmit:
		return MarkRetransmit
	case trace.RPCSocketNospace:
		return MarkFull
	case trace.SvcProcess:
		if f.text(2) == "NFSv4 callback" {
			return MarkCallback
		}
	case trace.Fault:
		switch f.text(0) {
		case faultLost, faultOverflow, faultNoPort:
			return MarkLost
		}
		return MarkFault
	}
	return MarkerKinds
}

// Markers lists the moments that are worth a mark, in order. The list is the story's own: do not change it.
func (s *Story) Markers() []Marker { return s.rec.markers }

// MarkersIn is the set of the kinds, a bit each, of the markers from number i up to, not with, j.
func (s *Story) MarkersIn(i, j int) uint16 { return s.rec.marks.in(i, j) }

// MarkerAt is the number of the first marker at or after t: Markers of earlier ones, if it is one more than there are.
func (s *Story) MarkerAt(t time.Duration) int {
	m := s.rec.markers
	return sort.Search(len(m), func(i int) bool { return m[i].Time >= t })
}

// NextMarker is the number of the first marker after an ordinal, or with dir < 0 the last one before it, of one of the
// kinds (a bit each); -1 if there is none.
func (s *Story) NextMarker(ord, dir int, kinds uint16) int {
	m := s.rec.markers
	if dir > 0 {
		return s.rec.marks.first(sort.Search(len(m), func(i int) bool { return int(m[i].Ord) > ord }), kinds)
	}
	for i := sort.Search(len(m), func(i int) bool { return int(m[i].Ord) >= ord }) - 1; i >= 0; i-- {
		if kinds&(1<<m[i].Kind) != 0 {
			return i
		}
	}
	return -1
}
