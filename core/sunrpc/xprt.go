package sunrpc

import (
	"strconv"

	"sunscope/core/fsm"
	"sunscope/core/time"
	"sunscope/core/trace"
	"sunscope/core/wire"
)

// Xprt is a transport: a connection to a server with its slots, its write lock and its queues (rpc_xprt).
type Xprt struct {
	k         *Kernel
	peer      wire.Addr
	port      string // of peer, as the trace prints it
	bindIndex int    // which version of rpcbind is asked next
	refs      int    // clients that use it
	made      int    // the how manieth transport of the kernel it is, from 1
	noIdle    bool   // it is never closed because nobody uses it

	prog, vers uint32 // of the client that it was made for: what rpcbind is asked for
	state      trace.XprtState
	cookie     uint32 // connect_cookie: changes whenever earlier transmissions lost their worth
	xid        uint32 // counter; its bytes go on the wire as they lie in a little-endian machine's memory

	backlog, sending, pending, binding *WaitQueue

	slots     slotTable
	lock      writeLock
	out       sending
	xmit      turns[*Request] // xmit_queue
	recvQueue xids            // recv_queue
	ops       xprtOps
	cong      congestion
	sock      tcpSocket
	udp       udpSocket
	stat      XprtStat
	bc        *backchannel // what calls from the other end need; nil: there are none
	svc       *SvcXprt     // the server's connection that it sends on, instead of a socket of its own
	endWork   Work
	unlocked  func() // the end of the transport waits for the write lock; nil: it does not
}

// XprtStat is what mountstats prints of a transport (rpc_xprt.stat).
type XprtStat struct {
	Binds, Connects, Sends, Recvs, BadXIDs int
	ReqU, BacklogU, SendingU, PendingU     int
	MaxSlots                               int
	ConnectStart, ConnectTime              time.Duration
}

func (k *Kernel) newXprt(peer wire.Addr, ops xprtOps, least, most int) *Xprt {
	x := &Xprt{k: k, ops: ops, peer: peer, port: strconv.Itoa(int(peer.Port)), xid: k.xids.Uint32(), refs: 1}
	x.out.init(x)
	x.sock.in.init(x)
	k.xprtsMade++
	x.made = k.xprtsMade
	x.backlog = newWaitQueue(k, fsm.XprtBacklog, true)
	x.sending = newWaitQueue(k, fsm.XprtSending, false)
	x.pending = newWaitQueue(k, fsm.XprtPending, false)
	x.binding = newWaitQueue(k, fsm.XprtBinding, false)
	x.slots.init(least, most)
	x.cong.init(x.slots.max)
	if peer.Port != 0 {
		x.state |= trace.XprtBound
	}
	return x
}

// setPort is what rpcbind's answer does to a transport.
func (x *Xprt) setPort(port uint16) {
	x.peer.Port, x.port = port, strconv.Itoa(int(port))
	x.state |= trace.XprtBound
}

func (x *Xprt) has(bits trace.XprtState) bool { return x.state&bits != 0 }
func (x *Xprt) connected() bool               { return x.has(trace.XprtConnected) }

// peerFields are the peer's address and port as the trace prints them, followed by more fields.
func (x *Xprt) peerFields(more ...int64) []int64 {
	if x.k.quiet {
		return x.k.scratch[:0]
	}
	return append(append(x.k.scratch[:0], x.k.str(x.peer.Host), x.k.str(x.port)), more...)
}

func (x *Xprt) traceState(ctx string, kind trace.Kind) {
	x.k.emit(ctx, kind, x.peerFields(int64(x.state))...)
}

// disconnectDone is xprt_disconnect_done: everybody who waits for a reply hears that the connection is gone.
func (x *Xprt) disconnectDone() {
	x.traceState(".....", trace.XprtDisconnectDone)
	x.state &^= trace.XprtConnected | trace.XprtWriteSpace | trace.XprtCwndWait
	x.lockNext()
	x.pending.wakeAll(enotconn)
}
