package sunrpc

import (
	"sunscope/core/trace"
	"sunscope/core/wire"
)

// LocalTimeout is the policy of an AF_LOCAL transport when the client names none.
var LocalTimeout = Timeout{Init: 10 * HZ, Max: 10 * HZ, Retries: 2}

// localOps are those of a stream on the same host: records as over TCP, but no port to ask for, and no waiting for a
// connection (xs_local_ops).
type localOps struct{ tcpOps }

func (localOps) timeout() Timeout { return LocalTimeout }

// rpcbind is xs_local_rpcbind: a path needs no port.
func (localOps) rpcbind(x *Xprt, _ *Task) { x.state |= trace.XprtBound }

// connect is xs_local_connect. It happens in the caller's thread, because the path means something in the caller's mount
// namespace; that is why a task that runs on rpciod cannot connect. The caller sleeps on xprt_pending for form's sake: it
// is awake again before it gives its thread up.
func (localOps) connect(x *Xprt, t *Task) {
	if t.flags&trace.Async != 0 {
		t.fatal(enotconn)
		return
	}
	s, err := x.k.net.Connect(wire.Addr{}, x.peer, localHandler{x})
	x.sock.s, x.sock.state = s, connected
	if err == wire.OK {
		x.stat.Connects++
		x.state |= trace.XprtConnected
	}
	x.k.emit(".....", trace.RPCSocketConnect, append([]int64{int64(err)}, x.socketFields(connected, s.State())...)...)
	if err != wire.OK {
		x.sock.s = nil
	}
	x.k.m.Spend(CostAlloc)
	x.state &^= trace.XprtConnecting
	x.pending.wakeAll(int32(err))
}

// newLocal is xprt_create_transport for an AF_LOCAL stream (xs_setup_local).
func (k *Kernel) newLocal(peer wire.Addr) *Xprt {
	x := k.newXprt(peer, localOps{}, k.Knobs.TCPSlots, k.Knobs.TCPMaxSlots)
	x.state |= trace.XprtBound
	x.sockWorks()
	x.traceState(".....", trace.XprtCreate)
	return x
}

// localHandler hears of an AF_LOCAL transport's socket.
type localHandler struct{ *Xprt }

// StateChange implements wire.Handler (xs_local_state_change): the other end is gone.
func (h localHandler) StateChange(wire.SockState) {
	h.state &^= trace.XprtConnected
	h.runErrorWork(&h.sock.disconnect)
}
