package trace

import (
	"strconv"
	"strings"
)

// TaskFlags are rpc_task.tk_flags (RPC_TASK_*).
type TaskFlags uint16

// The task flags of Linux 6.1.
const (
	Async        TaskFlags = 0x0001
	Swapper      TaskFlags = 0x0002
	Moveable     TaskFlags = 0x0004
	NullCreds    TaskFlags = 0x0010
	MajorSeen    TaskFlags = 0x0020
	Dynamic      TaskFlags = 0x0080
	NoRoundRobin TaskFlags = 0x0100
	Soft         TaskFlags = 0x0200
	SoftConn     TaskFlags = 0x0400
	Sent         TaskFlags = 0x0800
	Timeout      TaskFlags = 0x1000
	NoConnect    TaskFlags = 0x2000
	NoRTO        TaskFlags = 0x4000 // RPC_TASK_NO_RETRANS_TIMEOUT
	CredNoRef    TaskFlags = 0x8000
)

// RunState are the bits of rpc_task.tk_runstate.
type RunState uint8

// The run-state bits.
const (
	Running    RunState = 1 << iota // claimed by a CPU, or queued on a work queue
	Queued                          // on a wait queue
	Active                          // between rpc_execute and completion
	NeedXmit                        // on the transmit queue
	NeedRecv                        // in the receive tree
	MsgPinWait                      // somebody waits for the receive path to unpin
)

// XprtState are the bits of rpc_xprt.state.
type XprtState uint16

// The transport state bits, 0 to 12.
const (
	XprtLocked XprtState = 1 << iota
	XprtConnected
	XprtConnecting
	XprtCloseWait
	XprtBound
	XprtBinding
	XprtClosing
	XprtOffline
	XprtRemove
	XprtCongested
	XprtCwndWait
	XprtWriteSpace
	XprtSndIsCookie
)

type bitName struct {
	bit  uint64
	name string
}

var taskFlagNames = []bitName{
	{0x0001, "ASYNC"}, {0x0002, "SWAPPER"}, {0x0004, "MOVEABLE"}, {0x0010, "NULLCREDS"}, {0x0020, "MAJORSEEN"},
	{0x0080, "DYNAMIC"}, {0x0100, "NO_ROUND_ROBIN"}, {0x0200, "SOFT"}, {0x0400, "SOFTCONN"}, {0x0800, "SENT"},
	{0x1000, "TIMEOUT"}, {0x2000, "NOCONNECT"}, {0x4000, "NORTO"}, {0x8000, "CRED_NOREF"},
}

var runStateNames = []bitName{
	{1, "RUNNING"}, {2, "QUEUED"}, {4, "ACTIVE"}, {8, "NEED_XMIT"}, {16, "NEED_RECV"}, {32, "MSG_PIN_WAIT"},
}

var xprtStateNames = []bitName{
	{1, "LOCKED"}, {2, "CONNECTED"}, {4, "CONNECTING"}, {8, "CLOSE_WAIT"}, {16, "BOUND"}, {32, "BINDING"},
	{64, "CLOSING"}, {128, "OFFLINE"}, {256, "REMOVE"}, {512, "CONGESTED"}, {1024, "CWND_WAIT"},
	{2048, "WRITE_SPACE"}, {4096, "SND_IS_COOKIE"},
}

// String joins the flags' names as the kernel prints them.
//
//go:noinline
func (f TaskFlags) String() string { return joinBits(uint64(f), taskFlagNames) }

// String joins the bits' names as the kernel prints them.
//
//go:noinline
func (r RunState) String() string { return joinBits(uint64(r), runStateNames) }

// String joins the bits' names as the kernel prints them.
func (x XprtState) String() string { return joinBits(uint64(x), xprtStateNames) }

// joinBits prints known bits by name and what is left as one hexadecimal number, as __print_flags does.
func joinBits(v uint64, names []bitName) string {
	var b strings.Builder
	for _, n := range names {
		if v&n.bit == 0 {
			continue
		}
		if b.Len() > 0 {
			b.WriteByte('|')
		}
		b.WriteString(n.name)
		v &^= n.bit
	}
	if v != 0 {
		if b.Len() > 0 {
			b.WriteByte('|')
		}
		b.WriteString("0x" + strconv.FormatUint(v, 16))
	}
	return b.String()
}
