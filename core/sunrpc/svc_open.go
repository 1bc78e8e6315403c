package sunrpc

import (
	"sunscope/core/trace"
	"sunscope/core/wire"
)

// Open is svc_create_xprt with SVC_SOCK_ANONYMOUS: a socket that rpcbind hears nothing of. EADDRINUSE: the port is taken.
func (srv *Server) Open(s SvcSocket) wire.Errno {
	err := srv.open(s)
	if n := len(srv.sockets); err != wire.OK && n > 0 {
		srv.sockets = srv.sockets[:n-1]
	}
	return err
}

// Close is svc_xprt_destroy_all: no socket is left, and no thread takes up anything more.
func (srv *Server) Close() {
	srv.stopped = true
	for _, x := range append(append([]*SvcXprt(nil), srv.sockets...), srv.conns...) {
		x.flags |= xptClose
		if x.flags&xptBusy == 0 {
			x.flags |= xptBusy
			srv.k.emit("...1.", trace.SvcXprtEnqueue, x.fields(0)...)
		}
	}
	for _, x := range append(srv.sockets, srv.conns...) {
		x.delete()
	}
	srv.sockets, srv.conns, srv.queue = nil, nil, nil
}

// Universal is the host's universal address for a TCP port (RFC 5665), with its netid.
func (k *Kernel) Universal(port uint16) (id, uaddr string) {
	at := wire.Addr{Host: k.addr, Port: port}
	return netid(TCP, at.IsIPv6()), universal(at)
}
