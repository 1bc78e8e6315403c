package sunrpc

import (
	"sunscope/core/time"
	"sunscope/core/trace"
	"sunscope/core/wire"
	"sunscope/core/xdr"
)

// udpSocket is what a UDP transport knows of its socket. Its work items and flags are those of sock.
type udpSocket struct {
	s wire.DatagramSocket
}

// udpOps are those of datagrams: one for each request, a congestion window, a wait that goes by round trips (xs_udp_ops).
type udpOps struct{}

func (udpOps) timeout() Timeout                    { return UDPTimeout }
func (udpOps) traceReserve(x *Xprt, t *Task)       { x.traceCong(trace.XprtReserveCong, t) }
func (udpOps) traceRelease(x *Xprt, t *Task)       { x.traceCong(trace.XprtReleaseCong, t) }
func (udpOps) send(x *Xprt, r *Request) wire.Errno { return x.sendDatagram(r) }
func (udpOps) waitUntil(r *Request) time.Duration  { return r.rttUntil() }
func (udpOps) timer(x *Xprt, r *Request)           { x.adjustCwnd(r, etimedout) }
func (udpOps) releaseRequest(x *Xprt, r *Request)  { x.putCong(r) }
func (udpOps) rpcbind(x *Xprt, t *Task)            { x.getport(t) }
func (udpOps) connect(x *Xprt, t *Task)            { x.startConnect(t) }
func (udpOps) close(x *Xprt)                       { x.closeDatagrams() }

// newUDP is xprt_create_transport for udp (xs_setup_udp). All its slots are made in advance.
func (k *Kernel) newUDP(peer wire.Addr, reserved bool) *Xprt {
	x := k.newXprt(peer, udpOps{}, k.Knobs.UDPSlots, k.Knobs.UDPSlots)
	s := &x.sock
	s.reserved = reserved
	s.connectWork = Work{Queue: k.xprtiod, Name: "xs_udp_setup_socket", Run: x.setupDatagrams}
	s.recvWork = Work{Queue: k.xprtiod, Name: "xs_udp_data_receive_workfn", Run: x.receiveDatagrams}
	s.errorWork = Work{Queue: k.xprtiod, Name: "xs_error_handle", Run: x.handleError}
	s.closeWork = Work{Queue: k.xprtiod, Name: "xprt_autoclose", Run: x.autoclose}
	x.traceState(".....", trace.XprtCreate)
	return x
}

// udpHandler hears of the transport's socket.
type udpHandler struct{ x *Xprt }

// DataReady implements wire.DatagramHandler (xs_data_ready).
func (h udpHandler) DataReady() { h.x.DataReady() }

// WriteSpace implements wire.DatagramHandler (xs_udp_write_space). It matters only to one who has found no room.
func (h udpHandler) WriteSpace() {
	if h.x.has(trace.XprtWriteSpace) {
		h.x.WriteSpace()
	}
}

// setupDatagrams is xs_udp_setup_socket. There is nobody to shake hands with: the transport is connected at once, and
// who waits for that is woken with 0.
func (x *Xprt) setupDatagrams() Step {
	status := eio
	if x.udp.s = x.bindDatagrams(); x.udp.s != nil {
		status = 0
		x.state |= trace.XprtConnected
		x.k.emit(".....", trace.RPCSocketConnect, append([]int64{0}, x.datagramFields()...)...)
	}
	x.k.m.Spend(CostAlloc)
	return func() Step {
		x.state &^= trace.XprtConnecting
		x.unlockConnect()
		return func() Step { // who has got the lock meanwhile may be out already, and is woken too
			x.pending.wakeAll(status)
			return nil
		}
	}
}

// bindDatagrams makes the socket (xs_create_sock). When a source port is taken the next lower one is tried, and after
// the lowest reserved one the highest; nil when all are taken.
func (x *Xprt) bindDatagrams() wire.DatagramSocket {
	if _, fails := x.k.fails(CreateSock); fails {
		return nil
	}
	port := x.sourcePort()
	lo, hi := uint16(x.k.Knobs.MinResvPort), uint16(x.k.Knobs.MaxResvPort)
	for range int(hi-lo) + 1 {
		s, err := x.k.net.Datagram(wire.Addr{Host: x.k.addr, Port: port}, udpHandler{x})
		if err == wire.OK {
			return s
		}
		if port--; x.sock.reserved && port < lo {
			port = hi
		}
	}
	return nil
}

// datagramFields are what rpc_socket_* print of an unconnected socket that is bound to a port only.
func (x *Xprt) datagramFields() []int64 {
	s, k := x.udp.s, x.k
	local := wire.Addr{Host: anyAddress(k.addr), Port: s.Local().Port}
	return []int64{s.Inode(), k.str(local.String()), k.str(wire.Addr{Host: local.Host}.String()), unconnected,
		k.str(socketStateNames[unconnected]), int64(wire.Close), k.str(wire.Close.String())}
}

// sendDatagram is xs_udp_send_request. Without a credit of the congestion window nothing is sent: EBADSLT.
func (x *Xprt) sendDatagram(r *Request) wire.Errno {
	if x.udp.s == nil {
		return wire.ENOTCONN
	}
	if !x.getCong(r) {
		return wire.EBADSLT
	}
	r.xtime = x.k.m.Now()
	if err, fails := x.k.fails(Sendmsg); fails {
		return wire.Errno(err)
	}
	err := x.udp.s.SendTo(r.call, x.peer)
	switch err {
	case wire.OK:
		r.sent = len(r.call)
	case wire.EAGAIN:
		x.state |= trace.XprtWriteSpace
		x.k.emit(".....", trace.RPCSocketNospace, r.task.idFields(int64(len(r.call)), int64(len(r.call)))...)
	}
	return err
}

// receiveDatagrams is xs_udp_data_receive_workfn: read until there is nothing more to read.
func (x *Xprt) receiveDatagrams() Step {
	x.k.m.Spend(CostWork)
	return x.readDatagram
}

// readDatagram is xs_udp_data_read_skb for the next datagram.
func (x *Xprt) readDatagram() Step {
	if x.udp.s == nil {
		x.sock.ready = false
		return nil
	}
	p, _, err := x.udp.s.RecvFrom()
	if err != wire.OK {
		x.sock.ready = false
		return nil
	}
	x.k.m.Spend(CostReceive)
	if len(p) >= 4 {
		x.datagramReply(xdr.Word(p), p)
	}
	return x.readDatagram
}

// datagramReply gives a reply to the call that waits for it. One that nobody waits for, because it is late or came
// twice, is counted and forgotten.
func (x *Xprt) datagramReply(xid uint32, reply []byte) {
	r := x.find(xid)
	if r == nil {
		x.stat.BadXIDs++
		x.k.emit("...1.", trace.XprtLookupRqst, x.peerFields(int64(xid), noSuchCall)...)
		return
	}
	r.rtt = x.k.m.Now() - r.xtime
	x.k.emit("...1.", trace.XprtLookupRqst, x.peerFields(int64(xid), 0)...)
	r.updateRTT()
	x.adjustCwnd(r, int32(len(reply)))
	x.complete(r, reply)
}

// closeDatagrams is xs_close.
func (x *Xprt) closeDatagrams() {
	if x.udp.s != nil {
		x.k.emit(".....", trace.RPCSocketClose, x.datagramFields()...)
		x.udp.s.Close()
		x.udp.s = nil
	}
	x.sock.reestablish = 0
	x.state &^= trace.XprtClosing | trace.XprtConnecting
	x.disconnectDone()
}
