package sunrpc

import (
	"sunscope/core/rpcmsg"
	"sunscope/core/trace"
	"sunscope/core/wire"
)

// enqueueXmit is xprt_request_enqueue_transmit: one turn in the queue per owner, so that no process sends twice while
// another waits.
func (x *Xprt) enqueueXmit(r *Request) {
	r.task.run |= trace.NeedXmit
	r.sent, r.place.item = 0, r
	if r.cong {
		x.enqueueWithCredit(r)
		return
	}
	x.xmit.join(&r.place, r.task.owner)
}

// dequeueXmit is xprt_request_dequeue_transmit.
//
//go:noinline
func (x *Xprt) dequeueXmit(r *Request) {
	if r.task.run&trace.NeedXmit == 0 {
		return
	}
	r.task.run &^= trace.NeedXmit
	x.xmit.leave(&r.place)
}

// enqueueRecv is xprt_request_enqueue_receive: the reply may come as soon as the call is out, so this is before.
func (x *Xprt) enqueueRecv(r *Request) {
	r.task.run |= trace.NeedRecv
	x.recvQueue.put(r)
	x.sock.idle = 0
}

func (x *Xprt) dequeueRecv(r *Request) {
	if r.task.run&trace.NeedRecv == 0 {
		return
	}
	r.task.run &^= trace.NeedRecv
	x.recvQueue.remove(r.xid)
}

// dequeue is xprt_request_dequeue_xprt: r leaves both queues.
func (x *Xprt) dequeue(r *Request) {
	x.dequeueXmit(r)
	x.dequeueRecv(r)
}

// dequeued takes t's request off both queues (xprt_request_dequeue_xprt). While another thread sends it, or copies the
// reply to it, it is pinned: its buffers and its slot must stay what they are. Then it is false, and the caller's thread
// waits and asks again.
func (t *Task) dequeued() bool {
	r := t.req
	if r == nil || t.k.broken(ReplyStillExpected) {
		return true
	}
	r.xprt.dequeue(r)
	if r.pinned == 0 {
		t.run &^= trace.MsgPinWait
		return true
	}
	t.run |= trace.MsgPinWait
	t.k.m.Spend(CostWork)
	return false
}

// sendUnit is how many bytes a CPU copies to a socket for one CostSend.
const sendUnit = 16 << 10

// traceSendto prints where the call lies: its head, and the pages that file data is sent from.
func (r *Request) traceSendto() {
	if r.task.k.quiet {
		return
	}
	k, pages := r.task.k, int64(r.task.msg.ArgPages)
	head, tail := int64(len(r.call)), int64(0)
	if pages > 0 {
		head -= (pages + 3) &^ 3
		tail = k.pointer()
	}
	k.emit(".....", trace.RPCXDRSendto, r.task.idFields(k.pointer(), head, pages, 0, tail, int64(len(r.call))-head-pages, int64(len(r.call)))...)
}

// transmit is xprt_transmit: the owner of the lock sends everybody's requests, in order, until the queue is empty, an
// error comes, or t's own request is out and answered already.
func (x *Xprt) transmit(t *Task) Step {
	if x.xmit.empty() || (t.run&(trace.NeedXmit|trace.NeedRecv) == 0 && t.req.received != 0) {
		return x.endTransmit(t)
	}
	r := x.xmit.head()
	if x.has(trace.XprtCloseWait) {
		return x.sendFailed(t, int32(wire.ENOTCONN))
	}
	if r.sent == 0 && r.answered() {
		x.sendDone(r, 0) // the answer to an earlier transmission has come meanwhile
		x.out.task = t
		return x.out.next
	}
	if r.sent == 0 && r.task.rpcStatus == erestartsys {
		x.sendDone(r, erestartsys)
		return x.sendFailed(t, erestartsys)
	}
	if r.sent == 0 && r.bc == nil { // a callback's reply has no credential
		if err, fails := x.k.fails(Reencode); fails {
			x.sendDone(r, err)
			if r.task == t { // call_transmit_status finds that it was not sent on this connection
				return x.sendFailed(t, err)
			}
			x.out.task = t
			return x.out.next
		}
	}
	r.traceSendto()
	r.ntrans++
	r.pinned++
	if x.svc != nil {
		return x.svc.sendCall(x, t, r)
	}
	err := x.ops.send(x, r)
	for n := len(r.call); n >= 0; n -= sendUnit {
		x.k.m.Spend(CostSend)
	}
	x.out.task, x.out.req, x.out.err = t, r, err
	return x.out.sent
}

// sending is what the owner of the write lock is about, between the steps of xprt_transmit.
type sending struct {
	task       *Task
	req        *Request
	err        wire.Errno
	next, sent Step
}

func (o *sending) init(x *Xprt) {
	o.next = func() Step { return x.transmit(o.task) }
	o.sent = x.sentOne
}

// sentOne is the end of xprt_request_transmit: the socket has taken a request, or has not.
func (x *Xprt) sentOne() Step {
	o := &x.out
	o.req.pinned--
	if o.err != wire.OK {
		o.req.ntrans--
		x.traceTransmit(o.req, int32(o.err))
		return x.sendFailed(o.task, int32(o.err))
	}
	x.sentRequest(o.req)
	return o.next
}

// sendRecord hands what is left of r, record marker first, to the socket.
func (x *Xprt) sendRecord(r *Request) wire.Errno {
	if x.sock.half && r.sent == 0 {
		x.forceDisconnect() // whoever began the record gave it up: the stream is of no use any more
		return wire.ENOTCONN
	}
	if x.sock.s == nil {
		return wire.ENOTCONN
	}
	record := rpcmsg.AppendRecord(x.k.record[:0], r.call)
	x.k.record = record
	r.xtime = x.k.m.Now()
	if err, fails := x.k.fails(Sendmsg); fails {
		return wire.Errno(err)
	}
	if x.sock.newTimeout {
		x.setSocketTimeouts()
	}
	n, err := x.sock.s.Send(record[r.sent:])
	r.sent += n
	x.sock.half = r.sent > 0 && r.sent < len(record)
	if err == wire.EAGAIN {
		x.state |= trace.XprtWriteSpace
		x.k.emit(".....", trace.RPCSocketNospace, r.task.idFields(int64(len(record)), int64(len(record)-r.sent))...)
	}
	return err
}

// rewind is for a connection that ends in the middle of a record: the next one gets the whole of it.
func (x *Xprt) rewind() {
	x.sock.half = false
	for _, r := range x.xmit.all() {
		r.sent = 0
	}
}

// sentRequest books a request that is out.
func (x *Xprt) sentRequest(r *Request) {
	t := r.task
	if t.flags&trace.Sent != 0 {
		x.k.Counters.RPCRetrans++
		if t.client.forNFS() {
			x.k.NFS.RPCRetrans++
		}
		x.k.emit(".....", trace.XprtRetransmit, t.idFields(int64(r.xid), x.k.str(t.client.program), int64(t.client.vers),
			x.k.str(t.msg.Proc.Name), int64(r.ntrans), rawJiffies(t.alarm.deadline))...)
	}
	t.flags |= trace.Sent
	r.cookie = x.cookie
	x.stat.Sends++
	x.stat.ReqU += x.stat.Sends - x.stat.Recvs
	x.stat.BacklogU += x.backlog.qlen
	x.stat.SendingU += x.sending.qlen
	x.stat.PendingU += x.pending.qlen
	x.sendDone(r, 0)
}

// sendDone takes r off the queue and tells its owner, who may sleep for the lock that it no longer needs.
func (x *Xprt) sendDone(r *Request, status int32) {
	x.traceTransmit(r, status)
	x.dequeueXmit(r)
	x.sending.wakeTaskStatus(r.task, status)
}

func (x *Xprt) traceTransmit(r *Request, status int32) {
	if x.k.quiet {
		return
	}
	x.k.emit(".....", trace.XprtTransmit, r.task.idFields(int64(r.xid), 0, int64(status))...)
}

// answered is xprt_request_data_received: the whole reply is there.
func (r *Request) answered() bool { return r.task.run&trace.NeedRecv == 0 && r.received != 0 }

func (x *Xprt) sendFailed(t *Task, status int32) Step {
	if t.run&trace.NeedXmit != 0 {
		t.status = status
	}
	return x.endTransmit(t)
}

// endTransmit is xprt_end_transmit.
//
//go:noinline
func (x *Xprt) endTransmit(t *Task) Step {
	t.transmits = false
	x.releaseWrite(t)
	return t.done
}
