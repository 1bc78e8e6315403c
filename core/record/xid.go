package record

import (
	"math/bits"
	"strings"

	"sunscope/core/fsm"
	"sunscope/core/trace"
)

// xids knows which task holds which XID, and how far the counter of each transport is.
type xids struct {
	holders  map[uint32]*task
	counters []uint32     // the next XID of each transport, as the counter has it
	clients  map[key]bool // that have had an XID
	foreign  bool         // a client was made before the recording, and with it a number of transports that is not known
	spare    int          // transports that were made and have given no XID yet
	looked   map[int32]looked
	stray    []int // ordinals of replies with an XID that no known task holds
}

// looked is what a thread that reads replies looked up last.
type looked struct {
	xid     uint32
	pending bool // its record has not been read yet
	read    bool // it has
	woke    bool // the task that waits for it was woken,
	line    int  // in this event
}

// race is how many XIDs may be out of turn: a thread may be put aside between taking one and logging it.
const race = 64

// reserved is xprt_reserve: a new XID. A transport counts them, as a number of the machine's own byte order that is put
// on the wire as it stands: the byte that is sent first counts up.
func (w *walker) reserved(t *task, e *trace.Event) {
	xid, _ := e.XID()
	x := &w.xid
	t.freeXID()
	t.xid, t.hasXID = xid, true
	x.holders[xid] = t
	x.foreign = x.foreign || !w.made(t.id)
	known := x.clients[t.id.clientKey()]
	x.clients[t.id.clientKey()] = true
	n := bits.ReverseBytes32(xid)
	for i, next := range x.counters {
		if d := int32(n - next); -race <= d && d < race {
			x.counters[i] = max(next, n+1)
			return
		}
	}
	switch {
	case known && x.spare == 0 && !x.foreign && !t.refused:
		t.refuse("xprt_reserve gave XID 0x" + hex8(xid) + ", which follows on no XID of any transport")
	case x.spare > 0:
		x.spare--
	}
	x.counters = append(x.counters, n+1)
}

// sameXID checks an event that shows the XID of the task's request.
func (t *task) sameXID(e *trace.Event) {
	xid, has := e.XID()
	if has && t.hasXID && xid != t.xid && !t.refused {
		t.refuse(e.Kind.String() + " shows XID 0x" + hex8(xid) + ", but the task's is 0x" + hex8(t.xid))
	}
}

// freeXID: the slot goes back.
func (t *task) freeXID() {
	if t.w.xid.holders[t.xid] == t {
		delete(t.w.xid.holders, t.xid)
	}
	t.hasXID = false
}

// looks is xprt_lookup_rqst: a reply has come, and somebody waits for it (status 0) or nobody does (-ENOENT).
func (w *walker) looks(e *trace.Event) {
	xid, _ := e.XID()
	w.xid.looked[e.PID] = looked{xid: xid, pending: true}
	switch st := int32(e.Int("status")); {
	case st == -2:
		w.overlooked(xid)
	case st != 0:
		w.refuse(nil, "xprt_lookup_rqst with status "+fsm.StatusText(st)+": a request is found (0) or is not (-ENOENT)")
	case st == 0 && w.xid.holders[xid] == nil:
		w.xid.stray = append(w.xid.stray, w.at)
	case st == 0:
		if t := w.xid.holders[xid]; (t.completed || t.answered && t.datagrams) && t.begun && !t.refused {
			t.refuse("xprt_lookup_rqst finds a request that was answered before")
		}
		w.xid.holders[xid].answered, w.xid.holders[xid].found = true, true
	}
}

// overlooked: a request is on the list of those that await a reply as long as its task sleeps with NEED_RECV set.
func (w *walker) overlooked(xid uint32) {
	t := w.xid.holders[xid]
	if t != nil && t.begun && !t.refused && t.asleep && t.state == fsm.CallTransmitStatus && t.waits(fsm.XprtPending) && t.run&trace.NeedRecv != 0 {
		t.refuse("xprt_lookup_rqst finds no request of XID 0x" + hex8(xid) + ", but its task waits for the reply")
	}
}

// reads is xs_stream_read_request: the record that was looked up, or a call by the server, for which nothing is.
func (w *walker) reads(e *trace.Event) {
	xid, _ := e.XID()
	last, seen := w.xid.looked[e.PID]
	w.xid.looked[e.PID] = looked{xid: xid, read: true}
	switch { // the server that calls back may run in the same kernel, so that both ends are in the recording
	case last.pending && last.xid != xid:
		w.refuse(nil, "xs_stream_read_request of XID 0x"+hex8(xid)+", but its thread looked up 0x"+hex8(last.xid))
	case seen && !last.pending && w.xid.holders[xid] != nil && !strings.HasPrefix(w.xid.holders[xid].proc, "CB_"):
		w.refuse(w.xid.holders[xid], "xs_stream_read_request without an xprt_lookup_rqst before it")
	}
}

// unread: whoever wakes a task for its reply, on a stream, logs next that the record was read. The server that calls back
// reads its replies in the thread of nfsd, which does not log that.
func (w *walker) unread(e *trace.Event) {
	last := w.xid.looked[e.PID]
	if !last.woke || e.Kind == trace.XsStreamReadRequest || e.Kind.Ours() || w.interrupt(e) {
		return
	}
	last.woke = false
	w.xid.looked[e.PID] = last
	if t := w.xid.holders[last.xid]; t != nil && !t.refused && !t.datagrams && !strings.HasPrefix(t.proc, "CB_") && w.has[trace.XsStreamReadRequest] {
		w.refuseAt(t, last.line, "is woken as its reply has come, but no xs_stream_read_request followed")
	}
}

// strays are refused at the end, when it is clear that no task began before the recording: such a task's XID is not
// known.
func (w *walker) strays() {
	if w.report.Before > 0 || len(w.ghosts) > 0 {
		return
	}
	for _, at := range w.xid.stray {
		w.refuseAt(nil, at, "xprt_lookup_rqst found a request, but no task has its XID")
	}
}
