package sunrpc

import (
	"encoding/binary"

	"sunscope/core/trace"
	"sunscope/core/wire"
)

// stream is how far the receive worker has come in the bytes of a connection: the fragment header, the XID and the
// direction word come first, because they decide where the rest goes (sock_xprt.recv).
type stream struct {
	head   [12]byte
	got    int // bytes of head
	body   []byte
	need   int // bytes of the fragment's body, XID and direction included
	total  int // bytes read by this run of the worker
	record []byte
}

const (
	headLen    = 12 // marker, XID, direction
	markerLen  = 4
	lastMark   = 1 << 31
	dirReply   = 1
	noSuchCall = -2 // ENOENT: nobody waits for this XID
)

// DataReady implements wire.Handler: note it and let the worker read (xs_data_ready).
func (x *Xprt) DataReady() {
	x.k.emit("..s2.", trace.XsDataReady, x.peerFields()...)
	x.sock.reestablish = 0
	if x.sock.ready {
		return
	}
	x.sock.ready = true
	x.k.m.Queue(&x.sock.recvWork)
}

// receive is xs_stream_data_receive_workfn: read and sort records until there is nothing more to read.
func (x *Xprt) receive() Step {
	x.sock.in.total = 0
	x.k.m.Spend(CostWork)
	return x.readHead
}

// readHead reads up to the direction word.
func (x *Xprt) readHead() Step {
	in := &x.sock.in
	if in.got < headLen && !x.fill(in.head[in.got:], &in.got) {
		return x.receiveEnd()
	}
	marker := binary.BigEndian.Uint32(in.head[:])
	if marker&lastMark == 0 {
		x.k.m.Fail(errFragments)
		return nil
	}
	in.need = int(marker &^ lastMark)
	if in.need < headLen-markerLen {
		x.k.m.Fail(errShortRecord)
		return nil
	}
	if binary.BigEndian.Uint32(in.head[8:]) != dirReply {
		x.k.m.Fail(errCallback)
		return nil
	}
	return x.lookup
}

// fill reads into p and counts; false when p could not be filled.
func (x *Xprt) fill(p []byte, got *int) bool {
	for len(p) > 0 {
		n, err := x.sock.s.Recv(p)
		if err != wire.OK || n == 0 {
			return false
		}
		*got += n
		x.sock.in.total += n
		p = p[n:]
	}
	return true
}

// lookup finds the call that the reply belongs to (xprt_lookup_rqst); the kernel does so again for each piece that
// arrives of a long reply.
func (x *Xprt) lookup() Step {
	xid := binary.BigEndian.Uint32(x.sock.in.head[4:])
	r := x.find(xid)
	status := int64(0)
	if r == nil {
		status = noSuchCall
		x.stat.BadXIDs++
	} else {
		r.rtt = x.k.m.Now() - r.xtime
		r.pinned++
	}
	x.k.emit("...1.", trace.XprtLookupRqst, x.peerFields(int64(xid), status)...)
	x.k.m.Spend(CostReceive)
	return func() Step { return x.readBody(r, xid) }
}

func (x *Xprt) find(xid uint32) *Request {
	for _, r := range x.recv {
		if r.xid == xid {
			return r
		}
	}
	return nil
}

// readBody reads what has arrived of the record; r is nil for one that nobody waits for.
func (x *Xprt) readBody(r *Request, xid uint32) Step {
	in := &x.sock.in
	if r != nil {
		r.pinned--
	}
	if in.body == nil {
		in.body = append(make([]byte, 0, in.need), in.head[markerLen:]...)
	}
	have := len(in.body)
	in.body = in.body[:in.need]
	whole := x.fill(in.body[have:], &have)
	in.body = in.body[:have]
	if !whole {
		return x.receiveEnd()
	}
	body := in.body
	in.body, in.got = nil, 0
	if r != nil {
		x.complete(r, body)
		x.k.emit(".....", trace.XsStreamReadRequest, x.peerFields(int64(xid), int64(len(body)), int64(len(body)), int64(len(body)))...)
	}
	return x.readHead
}

// complete is xprt_complete_rqst: the reply is whole; the task is woken with its status unchanged.
func (x *Xprt) complete(r *Request, body []byte) {
	x.stat.Recvs++
	r.reply, r.received = body, len(body)
	x.dequeueRecv(r)
	x.pending.wakeTask(r.task)
}

func (x *Xprt) receiveEnd() Step {
	x.k.emit(".....", trace.XsStreamReadData, x.peerFields(int64(eagain), int64(x.sock.in.total))...)
	x.sock.ready = false
	return nil
}
