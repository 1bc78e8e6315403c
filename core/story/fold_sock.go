package story

import "sunscope/core/trace"

// The socket states (sk_state) that matter to a transport.
const (
	skEstablished = 1
	skFinWait1    = 4
	skClose       = 7
	skCloseWait   = 8
	skLastAck     = 9
)

// xprtAt is a transport with that peer; the oldest, if there are several.
func (f *fold) xprtAt(addr, port string) *Xprt {
	for i := range f.st.Xprts {
		if x := &f.st.Xprts[i]; x.Addr == addr && x.Port == port {
			return x
		}
	}
	return nil
}

func (f *fold) xprtOfSocket(inode int64) *Xprt {
	for i := range f.st.Xprts {
		if f.st.Xprts[i].socket == inode {
			return &f.st.Xprts[i]
		}
	}
	return nil
}

// socketEvent folds rpc_socket_*: it ties sockets to transports and follows their state.
func (f *fold) socketEvent() {
	i := 0
	if f.e.Kind == trace.RPCSocketConnect || f.e.Kind == trace.RPCSocketError || f.e.Kind == trace.RPCSocketResetConnection {
		i = 1 // these print error= first
	}
	inode, src, dst, sk := f.e.F[i], f.text(i+1), f.text(i+2), f.e.F[i+5]
	r := f.runner()
	r.socket = inode
	x := f.xprtOfSocket(inode)
	if x == nil {
		if x = f.adopt(inode, src, dst, r.buried); x == nil {
			return
		}
	}
	if dst == unconnected {
		if f.e.Kind == trace.RPCSocketConnect {
			f.workerBegins(udpConnectWork)
		}
		f.datagramSocket(x)
		return
	}
	switch f.e.Kind {
	case trace.RPCSocketConnect:
		f.workerBegins(connectWork)
	case trace.RPCSocketClose:
		sk = skClose
	}
	f.socketState(x, sk)
}

// adopt finds the transport of a socket that is seen for the first time.
func (f *fold) adopt(inode int64, src, dst string, buried bool) *Xprt {
	addr, port := splitAddr(dst)
	if dst == unconnected {
		return f.adoptDatagrams(inode, src, buried)
	}
	var best *Xprt
	for i := range f.st.Xprts {
		x := &f.st.Xprts[i]
		if x.Addr != addr || x.Port != port {
			continue
		}
		if x.SndCookie {
			best = x
			break
		}
		if best == nil || best.socket != 0 && x.socket == 0 {
			best = x
		}
	}
	if best == nil {
		if f.e.Kind != trace.RPCSocketConnect {
			return nil
		}
		best = f.newXprt(addr, port)
	} else if buried {
		return nil
	}
	best.socket = inode
	best.Local = inferred(src, RuleSocketPeer)
	if host, _ := splitAddr(src); !f.wireSeen && !best.Callbacks {
		f.host(host, false)
		f.host(addr, true)
	}
	return best
}

// unconnected is the destination of a socket for datagrams: it has none.
const unconnected = "0.0.0.0:0"

// adoptDatagrams finds the transport of a datagram socket: the one whose connect worker runs.
func (f *fold) adoptDatagrams(inode int64, src string, buried bool) *Xprt {
	var best *Xprt
	for i := range f.st.Xprts {
		x := &f.st.Xprts[i]
		switch {
		case x.SndCookie && x.Datagrams:
			best = x
		case best == nil && (x.SndCookie || x.Datagrams && x.socket == 0):
			best = x
		}
	}
	if best == nil || buried {
		return nil
	}
	best.socket, best.Datagrams = inode, true
	best.Local = inferred(src, RuleSocketPeer)
	return best
}

// datagramSocket folds the two events that a datagram socket has: it is there, or gone.
func (f *fold) datagramSocket(x *Xprt) {
	s := x.State.Value &^ trace.XprtConnecting
	if f.e.Kind == trace.RPCSocketConnect && f.e.F[0] == 0 {
		s |= trace.XprtConnected
	} else {
		s &^= trace.XprtConnected
	}
	x.State = inferred(s, RuleDatagramSocket)
}

func (f *fold) socketState(x *Xprt, sk int64) {
	s := x.State.Value
	switch sk {
	case skEstablished:
		s = s&^(trace.XprtConnecting|trace.XprtClosing|trace.XprtCloseWait) | trace.XprtConnected
	case skFinWait1:
		s = s&^(trace.XprtConnected|trace.XprtCloseWait) | trace.XprtClosing
	case skCloseWait:
		s = s&^trace.XprtConnected | trace.XprtCloseWait
	case skLastAck:
		s = s&^trace.XprtConnected | trace.XprtClosing
	case skClose:
		s &^= trace.XprtConnected | trace.XprtConnecting | trace.XprtClosing
		f.dropPackets(x.ID)
	default:
		return
	}
	if s != x.State.Value || x.State.How == Unknown {
		x.State = inferred(s, RuleSocketState)
	}
}

func (f *fold) disconnect() {
	r := f.runner()
	if r.buried {
		if f.e.Kind == trace.XprtDisconnectDone {
			r.buried = false
		}
		return
	}
	x := f.xprtOfSocket(r.socket)
	if x == nil || r.socket == 0 || x.Addr != f.text(0) || x.Port != f.text(1) {
		x = f.xprtAt(f.text(0), f.text(1))
	}
	if x == nil {
		return
	}
	x.State = observed(trace.XprtState(f.e.F[2]))
	if f.e.Kind == trace.XprtDisconnectDone {
		f.dropPackets(x.ID)
	}
}
