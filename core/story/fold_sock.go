package story

import (
	"math/bits"
	"strconv"
	"strings"

	"sunscope/core/trace"
)

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
	r.refused = f.e.Kind == trace.RPCSocketConnect && f.e.F[0] != 0 && f.e.F[0] != inProgress
	x := f.xprtOfSocket(inode)
	if x == nil {
		if x = f.adopt(inode, src, dst, r.buried); x == nil {
			return
		}
	}
	f.touched = x.ID
	if x.local() {
		f.localSocket(x)
		return
	}
	if dst == unconnected {
		if f.e.Kind == trace.RPCSocketConnect {
			f.workerBegins(udpConnectWork)
		}
		f.datagramSocket(x)
		return
	}
	x.Stream = true
	switch f.e.Kind {
	case trace.RPCSocketConnect:
		f.workerBegins(connectWork)
	case trace.RPCSocketStateChange:
		f.socketState(x, sk)
	case trace.RPCSocketClose:
		f.socketBits(x, trace.XprtConnecting|trace.XprtCloseWait|trace.XprtClosing, 0)
		f.dropPackets(x.ID)
	}
}

// adopt finds the transport of a socket that is seen for the first time.
func (f *fold) adopt(inode int64, src, dst string, buried bool) *Xprt {
	addr, port := splitAddr(dst)
	if dst == unconnected && f.e.Kind == trace.RPCSocketConnect {
		if t := f.task(f.runner().task); t != nil {
			if x := f.xprt(t.Xprt.Value); x != nil && x.local() { // connected in the task's own thread
				x.socket, x.sureSocket = inode, true
				return x
			}
		}
	}
	if dst == unconnected {
		return f.adoptDatagrams(inode, src, buried)
	}
	var best *Xprt
	fits := 0
	for i := range f.st.Xprts {
		x := &f.st.Xprts[i]
		if x.Addr != addr || x.Port != port {
			continue
		}
		fits++
		switch {
		case best == nil, x.SndCookie && !best.SndCookie, !best.SndCookie && best.socket != 0 && x.socket == 0:
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
	best.socket, best.sureSocket = inode, fits <= 1
	best.Local = inferred(src, RuleSocketPeer)
	if host, _ := splitAddr(src); !f.wireSeen && !best.Callbacks {
		f.host(host, false)
		f.host(addr, true)
	}
	f.caller(best)
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
		case x.local():
		case x.SndCookie && x.Datagrams:
			best = x
		case best == nil && (x.SndCookie || x.Datagrams && x.socket == 0):
			best = x
		}
	}
	if best == nil || buried {
		return nil
	}
	best.socket, best.sureSocket = inode, f.onlyXprt()
	best.Datagrams = best.Datagrams || !best.Stream // a stream that could not even set out has no peer either
	best.Local = inferred(src, RuleSocketPeer)
	f.caller(best)
	return best
}

// local says that the transport is an AF_LOCAL stream: its address is a path.
func (x *Xprt) local() bool { return strings.HasPrefix(x.Addr, "/") }

// localSocket folds the events of an AF_LOCAL socket: it is connected when rpc_socket_connect says so.
func (f *fold) localSocket(x *Xprt) {
	switch {
	case f.e.Kind == trace.RPCSocketConnect && f.e.F[0] == 0:
		f.socketBits(x, trace.XprtConnecting, trace.XprtConnected)
	case f.e.Kind == trace.RPCSocketConnect:
		f.socketBits(x, trace.XprtConnecting, 0)
	case f.e.Kind == trace.RPCSocketClose:
		f.socketBits(x, trace.XprtCloseWait|trace.XprtClosing, 0)
		f.dropPackets(x.ID)
	}
}

// datagramSocket folds the two events that a datagram socket has: it is there, or gone.
func (f *fold) datagramSocket(x *Xprt) {
	s := x.State.Value
	if f.e.Kind == trace.RPCSocketConnect && f.e.F[0] == 0 {
		s |= trace.XprtConnected
	} else {
		s &^= trace.XprtConnected
	}
	x.State = inferred(s, RuleDatagramSocket)
}

// inProgress is what a connect that has begun reports (-EINPROGRESS).
const inProgress = -115

// socketState folds the change of a TCP connection's state, as the transport hears of it.
func (f *fold) socketState(x *Xprt, sk int64) {
	switch sk {
	case skEstablished:
		x.turned = f.e.Time
		f.socketBits(x, trace.XprtConnecting|trace.XprtClosing|trace.XprtCloseWait, trace.XprtConnected)
	case skFinWait1:
		f.socketBits(x, trace.XprtConnected|trace.XprtCloseWait, trace.XprtClosing)
	case skCloseWait:
		f.socketBits(x, trace.XprtConnected, 0)
	case skLastAck:
		f.socketBits(x, trace.XprtConnected, trace.XprtClosing)
	case skClose:
		f.socketBits(x, trace.XprtConnecting|trace.XprtClosing, 0)
		f.dropPackets(x.ID)
	}
}

func (f *fold) socketBits(x *Xprt, off, on trace.XprtState) {
	if s := x.State.Value&^off | on; s != x.State.Value || x.State.How == Unknown {
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
	if r.closing != 0 && f.xprt(r.closing) == nil { // destroyed meanwhile
		r.closing = 0
		return
	}
	state := trace.XprtState(f.e.F[2])
	x, sure := f.xprtClosing(r, state)
	if x == nil || !sure && x.State.Value != state && f.dying() {
		return
	}
	switch f.e.Kind {
	case trace.XprtDisconnectAuto:
		r.closing, r.sureClosing = x.ID, sure
	case trace.XprtDisconnectDone:
		r.closing = 0
	}
	if f.closes(x, state); !sure {
		x.State = inferred(x.State.Value, RuleSameState)
	}
}

// dying says whether a transport to the peer of the event is being destroyed by some thread: another one may still hear that its
// socket closes.
func (f *fold) dying() bool {
	for i := range f.runners {
		if r := &f.runners[i]; r.buried && r.grave == [2]trace.Str{trace.Str(f.e.F[0]), trace.Str(f.e.F[1])} {
			return true
		}
	}
	return false
}

// xprtClosing finds the transport that a disconnect event is about. It prints the peer: among several with that peer it is
// that of the thread's socket or task, or else the one whose state is most like the one printed.
func (f *fold) xprtClosing(r *runner, state trace.XprtState) (best *Xprt, sure bool) {
	addr, port := f.text(0), f.text(1)
	task, most, fits := f.task(r.task), -1, 0
	for i := range f.st.Xprts {
		x := &f.st.Xprts[i]
		if x.Addr != addr || x.Port != port {
			continue
		}
		fits++
		like := 16 - bits.OnesCount32(uint32(x.State.Value^state))
		if task != nil && task.Xprt.Value == x.ID {
			like += 32
		}
		if r.closing == x.ID || r.socket != 0 && x.socket == r.socket {
			like += 64
		}
		if like > most {
			best, most = x, like
		}
	}
	one := fits == 1 && !f.dying()
	return best, one || best != nil && (r.closing == best.ID && r.sureClosing || best.socket == r.socket && best.sureSocket)
}

// closes folds the three events of a transport that is being closed: each prints the state and changes it then.
func (f *fold) closes(x *Xprt, s trace.XprtState) {
	f.states(x, s)
	was := s
	switch f.e.Kind {
	case trace.XprtDisconnectForce:
		s |= trace.XprtCloseWait | trace.XprtLocked
		if r := f.runner(); r.refused {
			s, r.refused = s&^trace.XprtConnecting, false
		}
	case trace.XprtDisconnectAuto:
		s &^= trace.XprtCloseWait
	case trace.XprtDisconnectDone:
		s &^= trace.XprtConnected | trace.XprtWriteSpace | trace.XprtCwndWait
		f.dropPackets(x.ID)
	}
	if s != was {
		x.State = inferred(s, RuleClosing)
	}
}

// rebinds folds a call that hears in call_status that its connection is gone: a client that asks rpcbind for the port no longer
// believes it (rpc_force_rebind). Its clones do not ask.
func (f *fold) rebinds(t *Task) {
	x := f.xprt(t.Xprt.Value)
	if x == nil || x.State.How == Unknown || x.asker != t.Clid || x.State.Value&trace.XprtBound == 0 {
		return
	}
	switch f.e.Int("status") {
	case -103, -104, -107, -111: // ECONNABORTED, ECONNRESET, ENOTCONN, ECONNREFUSED
		x.State = inferred(x.State.Value&^trace.XprtBound, RuleBinding)
	}
}

// binding folds rpcb_getport and rpcb_setport: a transport asks for its port, and hears of it. The second is an event
// of the child that asked.
func (f *fold) binding() {
	t := f.taskOf(false)
	if t == nil {
		return
	}
	f.about = t.ID
	if f.e.Kind == trace.RpcbGetport {
		if x := f.xprt(t.Xprt.Value); x != nil && x.State.How != Unknown {
			x.State = inferred(x.State.Value|trace.XprtBinding, RuleBinding)
			if x.asker == 0 {
				x.asker = t.Clid
			}
		}
		return
	}
	status, port := f.e.F[2], f.e.F[3]
	for i := range f.st.Xprts {
		x := &f.st.Xprts[i]
		if x.State.Value&trace.XprtBinding == 0 {
			continue
		}
		s := x.State.Value &^ trace.XprtBinding
		if status == 0 && port > 0 {
			s |= trace.XprtBound
			x.Port = strconv.FormatInt(port, 10)
		}
		x.State = inferred(s, RuleBinding)
		return
	}
}
