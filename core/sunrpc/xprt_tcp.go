package sunrpc

import (
	"sunscope/core/time"
	"sunscope/core/trace"
	"sunscope/core/wire"
)

// Reconnecting: the first back-off (XS_TCP_INIT_REEST_TO), and its ceiling, the transport's longest timeout.
const (
	reestablishFirst = 3 * HZ
	reestablishMost  = 60 * HZ
	idleTimeout      = 5 * 60 * HZ // XS_IDLE_DISC_TO
)

// tcpSocket is what a TCP transport knows of its socket (sock_xprt).
type tcpSocket struct {
	s           wire.Socket
	state       int        // of the socket as the trace prints it
	err         wire.Errno // the last error that Error was told
	reserved    bool       // bind a reserved port
	reuse       bool       // connect again from the same port (reuseport)
	srcport     uint16     // that port; 0: none yet
	reestablish time.Duration
	// reconnectMost and timeout are max_reconnect_timeout and tcp_timeout, once SetConnectTimeout has lowered them;
	// newTimeout is XPRT_SOCK_UPD_TIMEOUT: the socket has not heard of it.
	reconnectMost time.Duration
	timeout       Timeout
	newTimeout    bool
	idle          time.Duration // when the idle timer fires; 0: stopped
	idleSet       bool          // the machine's timer is set, for then or for earlier
	in            stream
	half          bool // part of a record is out, and the rest must follow (sock_xprt.xmit.offset)

	ready                                                    bool // recvWork is queued or runs
	wakePending, wakeWrite, wakeError, disconnect, errQueued bool
	connectWork, recvWork, errorWork, closeWork              Work
	closeQueued                                              bool
	closing                                                  bool // the close has begun
}

// newTCP is xprt_create_transport for tcp.
func (k *Kernel) newTCP(peer wire.Addr, reserved bool) *Xprt {
	x := k.newXprt(peer, tcpOps{}, k.Knobs.TCPSlots, k.Knobs.TCPMaxSlots)
	x.sock.reserved = reserved
	x.sock.connectWork = Work{Queue: k.xprtiod, Name: "xs_tcp_setup_socket", Run: x.setupSocket}
	x.sockWorks()
	x.traceState(".....", trace.XprtCreate)
	return x
}

// sockWorks are the work items of a stream's socket.
//
//go:noinline
func (x *Xprt) sockWorks() {
	s, wq := &x.sock, x.k.xprtiod
	s.recvWork = Work{Queue: wq, Name: "xs_stream_data_receive_workfn", Run: x.receive}
	s.errorWork = Work{Queue: wq, Name: "xs_error_handle", Run: x.handleError}
	s.closeWork = Work{Queue: wq, Name: "xprt_autoclose", Run: x.autoclose}
}

// connect is xprt_connect; t owns the write lock.
func (x *Xprt) connect(t *Task) {
	x.traceState(".....", trace.XprtConnect)
	if !x.has(trace.XprtBound) {
		t.status = eagain
		x.releaseWrite(t)
		return
	}
	if !x.has(trace.XprtConnected | trace.XprtCloseWait) {
		t.req.cookie = x.cookie
		x.pending.sleepUntil(t, nil, t.req.waitUntil())
		if x.has(trace.XprtClosing | trace.XprtConnecting) {
			return
		}
		x.state |= trace.XprtConnecting
		x.stat.ConnectStart = x.k.m.Now()
		x.ops.connect(x, t)
	}
	x.releaseWrite(t)
}

// startConnect is xs_connect: the worker takes the lock over; a reconnect waits for its turn.
func (x *Xprt) startConnect(t *Task) {
	x.lockConnect(t)
	if x.sock.s == nil {
		x.k.m.Queue(&x.sock.connectWork)
		return
	}
	at := x.stat.ConnectStart + x.sock.reestablish
	x.sock.reestablish = max(min(2*x.sock.reestablish, x.reconnectMost()), reestablishFirst)
	if at <= x.k.m.Now() {
		x.k.m.Queue(&x.sock.connectWork)
		return
	}
	x.k.m.At(jiffyCeil(at), func() { x.k.m.Queue(&x.sock.connectWork) })
}

// setupSocket is xs_tcp_setup_socket: it sends the SYN and lets the lock go; pending tasks stay asleep until the
// connection stands.
func (x *Xprt) setupSocket() Step {
	x.resetTransport()
	if err, fails := x.k.fails(CreateSock); fails {
		return x.noSocket(err)
	}
	local := wire.Addr{Host: x.k.addr, Port: x.sock.srcport}
	if local.Port == 0 {
		local.Port = x.sourcePort()
	}
	s, err := x.k.net.Connect(local, x.peer, x)
	x.sock.s, x.sock.state = s, connecting
	if err != wire.EINPROGRESS {
		return x.connectRefused(err)
	}
	if x.sock.reuse {
		x.sock.srcport = local.Port
	}
	x.stat.Connects++
	x.setSocketTimeouts()
	x.sock.reestablish = max(x.sock.reestablish, reestablishFirst)
	x.k.emit(".....", trace.RPCSocketConnect, append([]int64{int64(err)}, x.socketFields(x.sock.state, s.State())...)...)
	x.k.m.Spend(CostAlloc)
	return func() Step {
		x.unlockConnect()
		return nil
	}
}

// noSocket is for a transport that did not even get a socket.
func (x *Xprt) noSocket(err int32) Step {
	x.pending.wakeAll(err)
	x.state &^= trace.XprtConnecting
	x.k.m.Spend(CostWork)
	return func() Step {
		x.unlockConnect()
		return nil
	}
}

// connectRefused is for a connection that could not even start: whoever waits for it hears why, and the socket goes.
// When it was only the source port that could not be used they try again with another.
func (x *Xprt) connectRefused(err wire.Errno) Step {
	x.sock.state = unconnected
	if err == wire.EADDRNOTAVAIL {
		x.sock.srcport = 0
	}
	x.k.emit(".....", trace.RPCSocketConnect, append([]int64{int64(err)}, x.socketFields(x.sock.state, wire.Close)...)...)
	x.pending.wakeAll(int32(connectError(err)))
	x.forceDisconnect()
	x.state &^= trace.XprtConnecting
	x.k.m.Spend(CostWork)
	return func() Step {
		x.unlockConnect()
		return nil
	}
}

// connectError is what waiting tasks are told of an error of connect: most errors only that they are to try again.
func connectError(err wire.Errno) wire.Errno {
	switch err {
	case wire.EPERM:
		return wire.ECONNREFUSED
	case wire.ECONNREFUSED, wire.ECONNRESET, wire.ENETDOWN, wire.ENETUNREACH, wire.EHOSTUNREACH, wire.EADDRINUSE, wire.ENOBUFS,
		wire.ENOTCONN, wire.EINVAL:
		return err
	}
	return wire.EAGAIN
}

func (x *Xprt) sourcePort() uint16 {
	if !x.sock.reserved {
		return uint16(32768 + x.k.ports.IntN(28232))
	}
	lo, hi := x.k.Knobs.MinResvPort, x.k.Knobs.MaxResvPort
	return uint16(lo + x.k.ports.IntN(hi-lo+1))
}

// The states of a socket (not of its TCP connection) that occur: one that was connected without waiting stays
// "connecting" until it is shut down.
const (
	unconnected   = 1
	connecting    = 2
	connected     = 3
	disconnecting = 4
)

var socketStateNames = [...]string{"FREE", "UNCONNECTED", "CONNECTING", "CONNECTED", "DISCONNECTING"}

// socketFields are what rpc_socket_* print: inode, addresses, socket state, TCP state.
func (x *Xprt) socketFields(state int, sk wire.SockState) []int64 {
	s, k := x.sock.s, x.k
	return []int64{s.Inode(), k.str(s.Local().String()), k.str(s.Remote().String()),
		int64(state), k.str(socketStateNames[state]), int64(sk), k.str(sk.String())}
}

// StateChange implements wire.Handler (xs_tcp_state_change).
func (x *Xprt) StateChange(to wire.SockState) {
	ctx := "..s2."
	if x.k.m.Current() != nil {
		ctx = "....." // this end closes
	}
	x.k.emit(ctx, trace.RPCSocketStateChange, x.socketFields(x.sock.state, to)...)
	switch to {
	case wire.Established:
		x.established()
	case wire.FinWait1:
		x.cookie++
		x.sock.reestablish = 0
		x.state = x.state&^(trace.XprtConnected|trace.XprtCloseWait) | trace.XprtClosing
	case wire.CloseWait:
		x.cookie++
		x.state &^= trace.XprtConnected
		x.sock.reestablish = max(x.sock.reestablish, reestablishFirst)
		x.runErrorWork(&x.sock.disconnect)
	case wire.LastAck:
		x.state = x.state&^trace.XprtConnected | trace.XprtClosing
	case wire.Close:
		x.state &^= trace.XprtConnecting | trace.XprtClosing
		x.runErrorWork(&x.sock.disconnect)
	}
}

func (x *Xprt) established() {
	if x.connected() {
		return
	}
	x.state |= trace.XprtConnected
	x.state &^= trace.XprtConnecting
	x.cookie++
	x.stat.Connects++
	x.stat.ConnectTime += x.k.m.Now() - x.stat.ConnectStart
	x.runErrorWork(&x.sock.wakePending)
}

// Error implements wire.Handler (xs_error_report): whoever waits hears why, on xprtiod.
func (x *Xprt) Error(err wire.Errno) {
	x.k.emit("..s2.", trace.RPCSocketError, append([]int64{int64(err)}, x.socketFields(x.sock.state, x.sock.s.State())...)...)
	x.sock.err = err
	x.runErrorWork(&x.sock.wakeError)
}

// WriteSpace implements wire.Handler (xs_tcp_write_space).
func (x *Xprt) WriteSpace() { x.runErrorWork(&x.sock.wakeWrite) }

// runErrorWork is xs_run_error_worker: what a softirq has noted is done on xprtiod.
//
//go:noinline
func (x *Xprt) runErrorWork(flag *bool) {
	*flag = true
	if !x.sock.errQueued {
		x.sock.errQueued = true
		x.k.m.Queue(&x.sock.errorWork)
	}
}

// handleError is xs_error_handle.
func (x *Xprt) handleError() Step {
	s := &x.sock
	s.errQueued = false
	x.k.m.Spend(CostWork)
	if s.disconnect {
		s.disconnect = false
		x.forceDisconnect()
	}
	if s.wakeWrite {
		s.wakeWrite = false
		x.state &^= trace.XprtWriteSpace
		x.lockNext()
	}
	if s.wakeError {
		s.wakeError = false
		x.pending.wakeAll(int32(s.err))
	}
	if s.wakePending {
		s.wakePending = false
		x.pending.wakeAll(eagain)
	}
	return nil
}

// forceDisconnect is xprt_force_disconnect: the close runs when the write lock is free.
func (x *Xprt) forceDisconnect() {
	x.traceState(".....", trace.XprtDisconnectForce)
	x.scheduleClose()
}

// scheduleClose is xprt_schedule_autoclose_locked.
func (x *Xprt) scheduleClose() {
	x.state |= trace.XprtCloseWait
	if !x.has(trace.XprtLocked) {
		x.state |= trace.XprtLocked
		x.queueClose()
	} else if t := x.lock.task; t != nil {
		x.pending.wakeTaskStatus(t, enotconn)
	}
}

// conditionalDisconnect is xprt_conditional_disconnect: only the first of those who want the same connection closed
// closes it. No event says so, other than of a forced one (recordings 15b and 21).
//
//go:noinline
func (x *Xprt) conditionalDisconnect(cookie uint32) {
	if cookie == x.cookie && !x.has(trace.XprtClosing) && !x.sock.closing {
		x.scheduleClose()
	}
}

//go:noinline
func (x *Xprt) queueClose() {
	if !x.sock.closeQueued {
		x.sock.closeQueued = true
		x.k.m.Queue(&x.sock.closeWork)
	}
}

// autoclose is xprt_autoclose; it runs on xprtiod and owns the lock. Closing takes a while, and as long as it does the
// transport still counts as connected: who wants to send meanwhile waits for the lock.
func (x *Xprt) autoclose() Step {
	x.sock.closeQueued = false
	x.traceState(".....", trace.XprtDisconnectAuto)
	x.state &^= trace.XprtCloseWait
	x.sock.closing = true
	for range 3 {
		x.k.m.Spend(CostAlloc)
	}
	return func() Step {
		x.cookie++ // recording 15b: a task that looks right after the event finds the old one
		x.sock.closing = false
		x.ops.close(x)
		x.k.m.Spend(CostWork)
		return func() Step {
			x.lock = writeLock{}
			x.state &^= trace.XprtLocked
			x.tellDestroy()
			x.lockNext()
			x.ops.traceRelease(x, nil)
			return nil
		}
	}
}

// closeSocket is xs_close: the socket object goes, and with it the back-off.
func (x *Xprt) closeSocket() {
	x.state &^= trace.XprtConnecting
	if x.sock.s == nil {
		x.disconnectDone()
	}
	x.resetTransport()
	x.sock.reestablish = 0
}

// shutdownTCP is xs_tcp_shutdown. Who wants its port again closes with a handshake: the socket stays until the other end has
// closed too, and its last state change has it closed for good.
func (x *Xprt) shutdownTCP() {
	s := x.sock.s
	if s == nil || !x.sock.reuse {
		x.closeSocket()
		return
	}
	switch s.State() {
	case wire.FinWait1, wire.FinWait2, wire.LastAck:
	case wire.Established, wire.CloseWait:
		x.shutdownSocket()
		x.k.emit(".....", trace.RPCSocketShutdown, x.socketFields(x.sock.state, s.State())...)
	default:
		x.resetTransport()
	}
}

// resetTransport is xs_reset_transport: the socket object goes, with whatever a softirq has noted about it.
func (x *Xprt) resetTransport() {
	s := x.sock.s
	if s == nil {
		return
	}
	x.shutdownSocket()
	x.k.emit(".....", trace.RPCSocketClose, x.socketFields(x.sock.state, s.State())...)
	s.Close()
	x.sock.s = nil
	x.sock.in.unpin() // the rest of a reply that had begun to arrive will not come
	x.sock.in = stream{}
	x.sock.in.init(x)
	x.sock.wakeWrite, x.sock.wakeError, x.sock.disconnect = false, false, false
	x.rewind()
	x.state &^= trace.XprtCloseWait | trace.XprtClosing
	x.disconnectDone()
}

// shutdownSocket is kernel_sock_shutdown for both directions. A socket that has no connection any more says so once more; one
// that never had one hears that its attempt is reset.
func (x *Xprt) shutdownSocket() {
	s, was := x.sock.s, x.sock.s.State()
	switch {
	case x.sock.state != connecting:
	case was == wire.Close || was == wire.SynSent:
		x.sock.state = disconnecting
	default:
		x.sock.state = connected
	}
	s.Shutdown()
	if was == wire.SynSent {
		x.k.emit(".....", trace.RPCSocketError, append([]int64{int64(wire.ECONNRESET)}, x.socketFields(x.sock.state, s.State())...)...)
		x.sock.state = unconnected
	}
	if s.State() == wire.Close {
		x.k.emit(".....", trace.RPCSocketStateChange, x.socketFields(x.sock.state, wire.Close)...)
	}
}

// scheduleIdle is xprt_schedule_autodisconnect: with nothing to wait for, the connection is given five minutes.
func (x *Xprt) scheduleIdle() {
	if x.recvQueue.n > 0 || x.sock.s == nil && x.udp.s == nil || x.noIdle {
		return
	}
	at := jiffyCeil(x.k.m.Now() + idleTimeout)
	x.sock.idle = at
	if !x.sock.idleSet { // one timer is enough: it looks again if the connection was used meanwhile
		x.sock.idleSet = true
		x.k.m.At(at, x.idled)
	}
}

// idled is xprt_init_autodisconnect, the idle timer's function.
func (x *Xprt) idled() {
	x.sock.idleSet = false
	switch at := x.sock.idle; {
	case at > x.k.m.Now():
		x.sock.idleSet = true
		x.k.m.At(at, x.idled)
	case at != 0 && !x.has(trace.XprtLocked):
		x.state |= trace.XprtLocked
		x.queueClose()
	}
}
