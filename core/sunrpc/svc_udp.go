package sunrpc

import (
	"sunscope/core/trace"
	"sunscope/core/wire"
)

// ServeUDP lets the server answer datagrams to port too. One socket serves all clients: a thread takes one datagram, hands
// the socket on, and sends its reply to where the datagram came from.
func (srv *Server) ServeUDP(port uint16) wire.Errno {
	return srv.bind(wire.Addr{Host: anyAddress(srv.k.addr), Port: port})
}

// bind makes a datagram socket. As for listen, what the other family's sockets get is nothing.
func (srv *Server) bind(local wire.Addr) (err wire.Errno) {
	x := srv.newXprt(local, wire.Addr{}, 0)
	srv.sockets = append(srv.sockets, x)
	x.datagrams = true
	if local.Host == anyAddress(srv.k.addr) {
		x.dgram, err = srv.k.net.Datagram(wire.Addr{Host: srv.k.addr, Port: local.Port}, svcUDPHandler{x})
	}
	return err
}

// svcUDPHandler hears of a server's datagram socket.
type svcUDPHandler struct{ x *SvcXprt }

// DataReady implements wire.DatagramHandler (svc_data_ready).
func (h svcUDPHandler) DataReady() { h.x.DataReady() }

// WriteSpace implements wire.DatagramHandler (svc_write_space).
func (h svcUDPHandler) WriteSpace() {
	h.x.srv.k.emit("..s2.", trace.SvcsockWriteSpace, h.x.sockFields(0)...)
	h.x.enqueue("..s2.")
}

// readDatagram is svc_udp_recvfrom. Another datagram may wait behind this one: the socket says so until somebody finds
// that it is empty.
func (srv *Server) readDatagram(th *svcThread, x *SvcXprt) Step {
	k := srv.k
	x.flags &^= xptData
	call, from, err := x.recvFrom()
	if err != wire.OK {
		k.emit(".....", trace.SvcsockUDPRecvErr, x.sockFields(int(err))...)
		x.received()
		return th.next
	}
	x.flags |= xptData
	k.emit(".....", trace.SvcsockUDPRecv, x.sockFields(len(call))...)
	th.addr = from
	k.m.Spend(CostReceive)
	return func() Step {
		x.received()
		return srv.process(th, x, call)
	}
}

// recvFrom reads a datagram, if there can be any.
func (x *SvcXprt) recvFrom() ([]byte, wire.Addr, wire.Errno) {
	if x.dgram == nil {
		return nil, wire.Addr{}, wire.EAGAIN
	}
	return x.dgram.RecvFrom()
}

// sendDatagram is svc_udp_sendto. A reply for which there is no room is lost, as any datagram may be.
func (srv *Server) sendDatagram(th *svcThread, x *SvcXprt, xid uint32, reply []byte) Step {
	k, status := srv.k, int64(len(reply))
	err := x.dgram.SendTo(reply, th.addr)
	if err != wire.OK {
		status = int64(err)
	}
	k.m.Spend(CostAction)
	return func() Step {
		k.emit(".....", trace.SvcsockUDPSend, x.sockFields(int(err))...)
		k.emit(".....", trace.SvcSend, int64(xid), k.str(x.localText), k.str(x.client()), status,
			k.str(rqFlags))
		return srv.recv(th)
	}
}
