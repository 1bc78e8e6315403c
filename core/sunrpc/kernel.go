package sunrpc

import (
	"errors"
	"math/rand/v2"
	"strconv"

	"sunscope/core/fsm"
	"sunscope/core/trace"
	"sunscope/core/wire"
	"sunscope/core/xdr"
)

// The errors that the client's states compare with, as the kernel holds them: negative numbers.
const (
	eagain      = int32(wire.EAGAIN)
	eio         = int32(wire.EIO)
	enomem      = int32(wire.ENOMEM)
	etimedout   = int32(wire.ETIMEDOUT)
	enotconn    = int32(wire.ENOTCONN)
	erestartsys = int32(wire.ERESTARTSYS)
)

// Knobs are the settings of the sunrpc module (sysctl sunrpc.*). They hold for transports created afterwards.
type Knobs struct {
	TCPSlots    int // tcp_slot_table_entries: slots made in advance
	TCPMaxSlots int // tcp_max_slot_table_entries
	UDPSlots    int // udp_slot_table_entries: as many as a transport ever has
	MinResvPort int // min_resvport
	MaxResvPort int // max_resvport
}

// DefaultKnobs are the module's defaults.
func DefaultKnobs() Knobs {
	return Knobs{TCPSlots: 2, TCPMaxSlots: 65536, UDPSlots: 16, MinResvPort: 665, MaxResvPort: 1023}
}

// module is what a host's network namespaces have in common.
type module struct {
	clients   []*Client // that have not been freed
	xprtsMade int
	bcPID     uint16       // of the last task without a client
	bcTasks   list[*Task]  // those that run
	queues    []*WaitQueue // of the module's users
	Counters  Counters     // of all programs together
	NFS       Counters     // of the programs nfs and nfsacl, which /proc/net/rpc/nfs shows: only its three
}

// Kernel is one host's sunrpc module: its work queues, its clients and its services. A network namespace is another one,
// with its own address, which has part of the module in common ([Kernel.ShareModule]).
type Kernel struct {
	*module
	m        Machine
	log      *trace.Log
	net      wire.Network
	addr     string // the host's address
	nodename string // as AUTH_SYS credentials carry it
	Knobs    Knobs
	Aliases  []string // further addresses of the host, of the same family: its listeners hear of connections to them too

	rpciod, xprtiod, nfsiod *WorkQueue
	delayq                  *WaitQueue
	events                  *WorkQueue // the system's own work queue
	clids                   *[]bool    // client ids in use; 0 never is
	xids, ports, ptrs       *rand.Rand
	limits                  ratelimits
	conns                   uint64 // connections that have been numbered
	rpcb                    rpcbLocal
	failed                  bool
	quiet                   bool // nobody listens to events
	defect                  Defect
	injection
	scratch  [trace.MaxFields]int64 // for the fields of one event, which Emit copies
	record   []byte                 // a record on its way into a socket, which copies it
	decoder  xdr.Decoder            // of the message that is being decoded
	svcFlags map[svcFlags]int64     // their texts in the log; only looked up
	walked   [fsm.StateCount]walked
	spare    []*Task // memory of tasks that nobody can hold any more, if nobody listens to events either
}

// Counters are what the module counts for /proc/net/rpc.
type Counters struct {
	RPCCnt         int // calls started
	RPCRetrans     int // transmissions beyond the first
	RPCAuthRefresh int // passes through call_refresh
	NetReconn      int // connects that a task waited for
	Garbage        int // replies that made no sense
}

// NewKernel makes the module of one host.
func NewKernel(m Machine, net wire.Network, addr, nodename string) *Kernel {
	k := &Kernel{
		module: new(module), m: m, log: m.Log(), net: net, addr: addr, nodename: nodename, Knobs: DefaultKnobs(),
		rpciod: &WorkQueue{"rpciod"}, xprtiod: &WorkQueue{"xprtiod"}, nfsiod: &WorkQueue{"nfsiod"},
		events: &WorkQueue{"events"}, clids: &[]bool{true}, svcFlags: map[svcFlags]int64{},
		xids: m.Rand("xid"), ports: m.Rand("port"), ptrs: m.Rand("pointer"),
	}
	k.delayq = newWaitQueue(k, fsm.Delay, false)
	if q, ok := m.(interface{ Quiet() bool }); ok {
		k.quiet = q.Quiet()
	}
	return k
}

// NFSIOD is the work queue on which NFS lets its tasks' memory be released.
func (k *Kernel) NFSIOD() *WorkQueue { return k.nfsiod }

// emit and str stand in hundreds of places; inlined there they make the engine's WebAssembly 100 KB larger.
//
//go:noinline
func (k *Kernel) emit(ctx string, kind trace.Kind, fields ...int64) {
	if k.quiet {
		return
	}
	// What goes through an interface lies on the heap; these fields lie there already.
	n := copy(k.scratch[:], fields)
	k.m.Emit(ctx, kind, k.scratch[:n]...)
}

//go:noinline
func (k *Kernel) str(s string) int64 {
	if k.quiet {
		return 0
	}
	return int64(k.log.Str(s))
}

// pointer is a value that looks like the hashed addresses that the kernel's trace prints.
//
//go:noinline
func (k *Kernel) pointer() int64 {
	if k.quiet {
		return 0
	}
	return int64(k.ptrs.Uint32())
}

// fail ends the run: the engine has met something that it does not do, or must not do.
func (k *Kernel) fail(t *Task, why string) {
	if k.failed {
		return
	}
	k.failed = true
	k.m.Fail(errors.New("task " + strconv.Itoa(int(t.pid)) + " in " + t.step.From.String() + ": " + why))
}
