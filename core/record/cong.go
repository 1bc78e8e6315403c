package record

import "sunscope/core/trace"

// credit is what is known of a request's share of the congestion window (rq_cong), which datagrams need.
type credit uint8

const (
	congUnknown credit = iota
	congNone
	congHeld
)

// getCong is xprt_get_cong: an attempt to get a share of the window, logged before the check.
func (t *task) getCong(e *trace.Event) {
	full := e.Int("cong") >= e.Int("cwnd")
	was, begun := t.w.sends[e.PID]
	t.datagrams = true
	switch {
	case t.refused:
	case t.begun && t.cong == congHeld:
		t.refuse("xprt_get_cong, but the request has its share of the congestion window already")
	case t.begun && (!begun || was.task != t.id || was.asked || was.again):
		t.refuse("xprt_get_cong comes once between rpc_xdr_sendto and xprt_transmit, and before xprt_retransmit")
	}
	if begun {
		was.asked, was.denied = true, full
		t.w.sends[e.PID] = was
	}
	if t.cong = congHeld; full {
		t.cong = congNone
	}
}

// putCong is xprt_put_cong: the share goes back, when the reply has come, the wait has run out or the slot goes back.
func (t *task) putCong(*trace.Event) {
	if t.begun && t.cong != congHeld && !t.refused {
		t.refuse("xprt_put_cong, but the request has no share of the congestion window")
	}
	t.cong = congNone
}
