package sunrpc

import (
	"sunscope/core/rpcmsg"
	"sunscope/core/trace"
	"sunscope/core/wire"
)

// stream is how far the receive worker has come in the bytes of a connection (sock_xprt.recv). XID and direction come
// first of a record, because they decide where the rest goes.
type stream struct {
	records rpcmsg.Records
	buf     [1 << 14]byte
	rest    []byte   // read from the socket and not sorted yet
	total   int      // bytes that this run of the worker has read
	sorted  int      // of those, the ones of complete records
	open    bool     // XID and direction are known, the record is not complete
	req     *Request // whose reply it is; nil for one that nobody waits for
	called  bool     // it is no reply
	call    *Request // what a call goes into; nil: it is dropped
	// The transport's steps of these names, as functions that are made once.
	read, lookup Step
}

func (in *stream) init(x *Xprt) { in.read, in.lookup = x.read, x.lookup }

const (
	leastRecord = 8  // XID and direction
	noSuchCall  = -2 // ENOENT: nobody waits for this XID
)

// DataReady implements wire.Handler: note it and let the worker read (xs_data_ready).
func (x *Xprt) DataReady() {
	ctx := "..s2."
	if x.k.m.Current() != nil {
		ctx = "....." // the sender's thread, on the same host
	}
	x.k.emit(ctx, trace.XsDataReady, x.peerFields()...)
	x.sock.reestablish = 0
	if x.sock.ready {
		return
	}
	x.sock.ready = true
	x.k.m.Queue(&x.sock.recvWork)
}

// receive is xs_stream_data_receive_workfn: read and sort records until there is nothing more to read.
func (x *Xprt) receive() Step {
	in := &x.sock.in
	in.total, in.sorted, in.records.Min = 0, 0, leastRecord
	x.k.m.Spend(CostWork)
	if in.open && !in.called {
		return x.sock.in.lookup // for each piece that arrives of a long reply
	}
	return x.sock.in.read
}

// read takes what has arrived, up to the next record's direction word or to its end.
func (x *Xprt) read() Step {
	in := &x.sock.in
	if len(in.rest) == 0 && !in.whole() {
		n, err := x.recv(in.buf[:])
		if err == wire.OK && n == 0 {
			return x.receiveStop()
		}
		if err != wire.OK {
			return x.receiveEnd()
		}
		in.rest = in.buf[:n]
		in.total += n
	}
	n, what, err := in.records.Feed(in.rest)
	in.rest = in.rest[n:]
	switch {
	case err != nil:
		return x.receiveStop()
	case what == rpcmsg.Record:
		return x.recordEnd()
	case what == rpcmsg.Header:
		in.open = true
		if in.called = in.records.Recv.CallDir != rpcmsg.Reply; in.called {
			return x.readCall
		}
		return x.sock.in.lookup
	}
	return x.sock.in.read
}

// whole says that the fragment ends with the record's direction word: there is nothing more to read of it.
func (in *stream) whole() bool {
	v := &in.records.Recv
	return in.open && v.Len > 0 && v.Offset == v.Len
}

// recv reads from the socket, if there still is one.
func (x *Xprt) recv(p []byte) (int, wire.Errno) {
	if x.sock.s == nil {
		return 0, wire.ENOTCONN
	}
	return x.sock.s.Recv(p)
}

// lookup finds the call that the reply belongs to (xprt_lookup_rqst). While the worker copies, the request is pinned.
func (x *Xprt) lookup() Step {
	in := &x.sock.in
	r, status := x.find(in.records.Recv.XID), int64(0)
	if r == nil {
		status = noSuchCall
		x.stat.BadXIDs++
		in.records.Skip()
	} else {
		r.rtt = x.k.m.Now() - r.xtime
		r.pinned++
	}
	in.req = r
	x.k.emit("...1.", trace.XprtLookupRqst, x.peerFields(int64(in.records.Recv.XID), status)...)
	x.k.m.Spend(CostReceive)
	return x.sock.in.read
}

func (x *Xprt) find(xid uint32) *Request { return x.recvQueue.get(xid) }

// recordEnd is a record's last byte: a reply goes to its task.
func (x *Xprt) recordEnd() Step {
	in := &x.sock.in
	if r := in.unpin(); r != nil {
		v := in.records.Recv
		x.complete(r, in.records.Take())
		x.k.emit(".....", trace.XsStreamReadRequest, x.peerFields(int64(r.xid), int64(v.Copied), int64(v.Len), int64(v.Offset))...)
	}
	if r := in.call; r != nil {
		in.call = nil
		v := in.records.Recv
		x.completeCall(r, in.records.Take())
		x.k.emit(".....", trace.XsStreamReadRequest, x.peerFields(int64(r.xid), int64(v.Copied), int64(v.Len), int64(v.Offset))...)
	}
	in.open = false
	in.sorted = in.total - len(in.rest)
	return x.sock.in.read
}

// unpin lets go of the request that the record belongs to.
//
//go:noinline
func (in *stream) unpin() *Request {
	r := in.req
	if r != nil {
		r.pinned--
	}
	in.req = nil
	return r
}

// complete is xprt_complete_rqst: the reply is whole; the task is woken with its status unchanged.
func (x *Xprt) complete(r *Request, reply []byte) {
	x.stat.Recvs++
	r.reply, r.received = reply, len(reply)
	x.dequeueRecv(r)
	x.pending.wakeTask(r.task)
}

func (x *Xprt) receiveEnd() Step { return x.receiveEnded(wire.EAGAIN, x.sock.in.total) }

// receiveStop is for a stream that has ended, or makes no sense any more: this end shuts it down too. What the closing
// of the socket means for the transport StateChange hears.
func (x *Xprt) receiveStop() Step {
	if x.sock.s != nil {
		x.shutdownSocket()
	}
	return x.receiveEnded(wire.ESHUTDOWN, x.sock.in.sorted)
}

func (x *Xprt) receiveEnded(why wire.Errno, total int) Step {
	x.sock.in.unpin()
	x.sock.in.rest = nil
	x.k.emit(".....", trace.XsStreamReadData, x.peerFields(int64(why), int64(total))...)
	x.sock.ready = false
	return nil
}
