package sunrpc

import (
	"errors"
	"slices"

	"sunscope/core/rpcmsg"
	"sunscope/core/trace"
	"sunscope/core/wire"
	"sunscope/core/xdr"
)

// recv is the loop of a thread: what the service does of its own, and svc_recv.
func (srv *Server) recv(th *svcThread) Step {
	if srv.Loop != nil && th.task == nil && !srv.stopped {
		srv.woke = false
		return srv.Loop(func() Step { return srv.take(th) })
	}
	return srv.take(th)
}

// take is svc_recv: the socket that was given, or the next one that waits; without either, sleep.
func (srv *Server) take(th *svcThread) Step {
	x := th.task
	th.task = nil
	if x == nil && th.victim {
		srv.threads = slices.DeleteFunc(srv.threads, func(o *svcThread) bool { return o == th })
		return nil
	}
	for i := 0; x == nil && i < len(srv.queue); i++ {
		if q := srv.queue[i]; q.pool == th.pool {
			x, srv.queue = q, slices.Delete(srv.queue, i, i+1)
		}
	}
	if x == nil && len(srv.callbacks) > 0 {
		return srv.processCallback(th)
	}
	if x == nil && srv.woke {
		return th.next
	}
	if x == nil || srv.stopped {
		th.idle = !srv.stopped
		return nil
	}
	k := srv.k
	k.emit(".....", trace.SvcXprtDequeue, x.fields((k.m.Now() - x.queued).Microseconds())...)
	k.m.Spend(CostWork)
	switch {
	case x.flags&xptClose != 0:
		return srv.close(th, x)
	case x.flags&xptListener != 0:
		return srv.accept(th, x)
	case x.flags&xptDeferred != 0:
		return srv.undefer(th, x)
	case x.datagrams:
		return func() Step { return srv.readDatagram(th, x) }
	}
	return func() Step { return srv.read(th, x) }
}

func (srv *Server) close(th *svcThread, x *SvcXprt) Step {
	x.flags |= xptDead
	srv.k.emit(".....", trace.SvcXprtDetach, x.fields()...)
	x.sock.Close()
	x.disconnected()
	srv.conns = without(srv.conns, x)
	srv.k.m.Spend(CostWork)
	return func() Step {
		x.freed()
		srv.k.emit(".....", trace.SvcXprtFree, x.fields()...)
		return srv.recv(th)
	}
}

// accept is svc_handle_xprt for a listener.
func (srv *Server) accept(th *svcThread, l *SvcXprt) Step {
	k := srv.k
	if len(l.accepts) == 0 {
		l.flags &^= xptConn
		k.emit(".....", trace.SvcsockAcceptErr, k.str(srv.services[0].Name), int64(eagain))
		l.received()
		return th.next
	}
	x := l.accepts[0]
	l.accepts = l.accepts[1:]
	k.emit(".....", trace.SvcsockNewSocket, k.str("STREAM"), k.str("AF_INET"), 0)
	k.m.Spend(CostAlloc)
	return func() Step {
		x.flags |= xptData
		x.received()
		k.emit(".....", trace.SvcXprtAccept, x.fields(k.str("tcp"), k.str(srv.services[0].Name))...)
		l.received()
		return th.next
	}
}

// read is svc_tcp_recvfrom: the record marker, then the record; what is not whole yet waits for more data.
func (srv *Server) read(th *svcThread, x *SvcXprt) Step {
	k := srv.k
	x.flags &^= xptData
	call, err := x.nextRecord()
	if err != nil {
		x.flags |= xptClose
	}
	if call == nil {
		x.traceShort()
		x.received()
		return th.next
	}
	x.flags |= xptData
	k.emit(".....", trace.SvcsockTCPRecv, x.sockFields(len(call))...)
	k.m.Spend(CostReceive)
	return func() Step {
		if xdr.Word(call[4:]) != rpcmsg.Call {
			if x.callbackReply(call) != wire.OK {
				k.emit(".....", trace.SvcsockTCPRecvEagain, x.sockFields(0)...)
			}
			x.received()
			return th.next
		}
		x.received()
		return srv.process(th, x, call)
	}
}

// nextRecord reads no further than to the end of a record; nil when it is not all there yet.
func (x *SvcXprt) nextRecord() ([]byte, error) {
	for {
		p := x.srv.room(x.records.Want())
		if len(p) > 0 { // else the fragment ends with the words that are looked at first
			n, errno := x.sock.Recv(p)
			if errno != wire.OK || n == 0 {
				return nil, nil
			}
			p = p[:n]
		}
		x.between = false
		call, err := x.sort(p)
		if call != nil || err != nil {
			return call, err
		}
	}
}

// sort takes bytes that have been read, no further than to the end of a record.
func (x *SvcXprt) sort(p []byte) ([]byte, error) {
	for {
		n, what, err := x.records.Feed(p)
		if err != nil {
			return nil, err
		}
		p = p[n:]
		x.traceMarker()
		if what == rpcmsg.Record {
			x.marked, x.between = false, true
			x.complete++
			return x.taken()
		}
		if len(p) == 0 {
			return nil, nil
		}
	}
}

var errNuts = errors.New("the record has not even an XID and a direction")

// taken is the record that is complete.
func (x *SvcXprt) taken() ([]byte, error) {
	call := x.records.Take()
	if len(call) < leastRecord {
		return nil, errNuts // as the kernel calls the client
	}
	return call, nil
}

// Receiving tells who guards the server's limits how many records have come whole, and whether a part of the next has.
func (x *SvcXprt) Receiving() (complete uint64, half bool) { return x.complete, x.records.Begun() }

// InUse says that the connection must not be closed for being idle: the server sends its own calls over it, has calls
// of it to take up again, or a thread looks after it now (svc_age_temp_xprts asks the same of xpt_ref and XPT_BUSY).
func (x *SvcXprt) InUse() bool { return x.flags&xptBusy != 0 || x.bc != nil || len(x.deferred) > 0 }

// mostRead is how many bytes are read at once, whatever a marker promises.
const mostRead = 1 << 16

// room is a place for n bytes that are sorted at once, or for some of them.
func (srv *Server) room(n int) []byte {
	if n = min(n, mostRead); cap(srv.in) < n {
		srv.in = make([]byte, n)
	}
	return srv.in[:n]
}

// traceMarker says once for each record how long its first fragment is.
func (x *SvcXprt) traceMarker() {
	v := &x.records.Recv
	if x.marked || v.Offset < rpcmsg.MarkerLen && v.Len == 0 {
		return
	}
	x.marked = true
	k, suffix := x.srv.k, ""
	if v.FragHdr&rpcmsg.LastFragment != 0 {
		suffix = " (last)"
	}
	k.emit(".....", trace.SvcsockMarker, k.str(x.remoteText), int64(v.FragHdr&^rpcmsg.LastFragment), k.str(suffix))
}

// traceShort says why there is no record: nothing has come, or not all of it.
func (x *SvcXprt) traceShort() {
	k, v := x.srv.k, &x.records.Recv
	if !x.marked || x.between {
		k.emit(".....", trace.SvcsockTCPRecvEagain, x.sockFields(0)...)
		return
	}
	k.emit(".....", trace.SvcsockTCPRecvShort, k.str(x.remoteText), k.flagText(x.flags),
		int64(v.FragHdr&^rpcmsg.LastFragment), int64(max(v.Copied, 0)))
}
