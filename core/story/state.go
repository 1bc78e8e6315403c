package story

import (
	"sort"

	"sunscope/core/fsm"
	"sunscope/core/time"
	"sunscope/core/trace"
)

// How says where a field of the story comes from.
type How uint8

// Unknown is a field that no event so far says anything about; Observed one that an event says in so many words;
// Inferred one that follows from events by a named rule.
const (
	Unknown How = iota
	Observed
	Inferred
)

// Fact is a field of the story with its source. A Fact that is Unknown has the zero Value.
type Fact[T any] struct {
	Value T
	How   How
	Rule  Rule // for Inferred: by which rule
}

// Ids of the story are dense, begin at 1 and are never used again; 0 is none.
type (
	TaskID   int32
	ClientID int32
	XprtID   int32
	PacketID int32
	HostID   int32
)

// State is what is visible at one instant: after the event with ordinal Instant was folded (-1 is before the first).
// It holds only what is alive, and the tasks that ended last, so that keeping copies of it is cheap.
type State struct {
	Instant int
	Time    time.Duration

	Hosts      []Host
	Clients    []Client
	Xprts      []Xprt
	Tasks      []Task // by TaskID; live ones, and the KeptFinished that ended last
	Packets    []Packet
	WorkQueues []WorkQueue
	Threads    []Thread // server threads, in order of first appearance
	SvcXprts   []SvcXprt
	Faults     []FaultNote // the KeptFaults that were applied last
	Reads      []Read      // what each transport read last
	Callbacks  []Callback  // that have reached a client; and the KeptCallbacks that ended last
	// BackChannels are the ways back to clients, as nfsd sees them, in order of first appearance.
	BackChannels []BackChannel
	Served       []Served  // the KeptServed calls that nfsd answered last, oldest first
	Sessions     []Session // in order of first appearance
	Counters     Counters
}

// KeptFinished is how many finished tasks a State still shows.
const KeptFinished = 8

// KeptFaults is how many applied faults a State still shows.
const KeptFaults = 4

// FaultNote is a fault that was applied to a simulation.
type FaultNote struct {
	Kind  string
	Where string
	At    time.Duration
	Ord   int
}

// Host is a machine.
type Host struct {
	ID     HostID
	Name   Fact[string]
	Addr   Fact[string]
	Server bool
	Client bool           // calls others: a transport's socket has its address
	CPUs   Fact[[2]uint8] // first and last CPU number that is this host's
}

// Client is an rpc_clnt.
type Client struct {
	ID      ClientID
	Clid    uint32
	Program string // as rpc_clnt_new prints it: "nfs"
	Server  string
	Addr    string
	Port    string
	Xprt    Fact[XprtID]
	Gone    bool

	unsure bool // Xprt is one of several that fit; the first XID decides
}

// Xprt is an rpc_xprt.
type Xprt struct {
	ID    XprtID
	Addr  string
	Port  string
	Local Fact[string]          // source address of its socket
	State Fact[trace.XprtState] // state bits
	// SndTask owns the write lock; 0 if nobody does. SndCookie: the connect worker does.
	SndTask   Fact[TaskID]
	SndCookie bool
	Slots     []Slot // by slot number; the numbers are ours: lowest free one at each xprt_reserve
	UsedSince int    // instant since when it has slots in use, or none; 0 if no slot was ever in use
	MaxSlots  Fact[int]
	Sends     int
	Recvs     int
	BadXIDs   int
	XmitQueue []TaskID // tasks with NEED_XMIT in the order in which they were encoded
	RecvQueue []TaskID // tasks with NEED_RECV: the receive tree
	// Datagrams says that its messages are datagrams: it does congestion control, and no message has a record marker.
	Datagrams bool
	Stream    bool      // its messages are known to go over a stream
	Cwnd      Fact[int] // its congestion window: 256 for each request that may be out
	Cong      Fact[int] // what requests that hold a credit take of it
	// RTT is the round trip of the call that ended last, as rpc_stats_latency prints it in whole microseconds.
	RTT Fact[time.Duration]
	// Callbacks says that calls go from the server to the client here: an NFSv4 callback client's transport.
	Callbacks bool

	xid         uint32 // the counter at its last reservation, if hasXID
	hasXID      bool
	socket      int64         // inode of its socket; 0: none seen
	turned      time.Duration // when its connection was made last (connect_cookie)
	sureSocket  bool          // no other transport fitted its socket
	maybeCookie bool          // it is a guess that the connect worker let its write lock go: it may still own it
	asker       uint32        // cl_clid of the client that first asked rpcbind for its port; 0: none did
}

// Socket is the inode of the transport's socket; 0 if none was seen.
func (x *Xprt) Socket() int64 { return x.socket }

// Slot is an rpc_rqst.
type Slot struct {
	Task     TaskID // 0: free
	XID      uint32
	Reserved int           // ordinal of its xprt_reserve
	Since    time.Duration // of its xprt_reserve, or of its hand-over
	Sent     time.Duration // of its last xprt_transmit; meaningful if Ntrans > 0
	Ntrans   int
	// Handed: the slot was given to a sleeper of the backlog, whose xprt_complete_request_init has not run yet.
	Handed bool
}

// Task is an rpc_task.
type Task struct {
	ID       TaskID
	PID      uint32 // tk_pid
	Clid     uint32 // as printed when it began
	Client   ClientID
	Xprt     Fact[XprtID]
	Item     Fact[string] // the workload item that it carries out
	Owner    trace.Str    // comm of the thread that began it
	OwnerPID int32
	Prog     trace.Str // "nfs", "mount"; 0 before rpc_request
	Vers     int32
	Proc     trace.Str // "READ"
	Async    bool

	Flags    trace.TaskFlags
	RunState trace.RunState // as last printed, with the bits that nothing prints; see RunHow
	Printed  trace.RunState // as last printed
	RunHow   How            // Observed while RunState is what was printed
	RunRule  Rule           // else: by which rule it differs
	Status   int32          // tk_status as last printed

	Action   fsm.State    // the state that it ran last, or is running
	Next     fsm.State    // the state that is set to run next, when an event said so; else None. See NextStep
	Callback fsm.Callback // the callback that will run before the next state, or is running
	Running  bool         // a thread is inside it right now
	Comm     trace.Str
	ThreadID int32 // pid of the thread that ran it last
	CPU      uint8

	Asleep     bool
	Queue      fsm.Queue // where it sleeps, or slept last
	SleptAt    time.Duration
	SleepOrder int           // ordinal of its rpc_task_sleep: the order on the bench
	WakeAt     time.Duration // end of the sleep's timer, by WakeRule; 0: none or unknown
	WakeRule   Rule
	Retries    int           // how many waits for the reply have run out since the last major timeout (rq_retries)
	ReservedAt time.Duration // when the timers of its request began
	MajorAt    time.Duration // its next major timeout (rq_majortimeo), by RuleMajor; 0: unknown

	Slot     int // index in its transport's Slots, -1 without
	XID      uint32
	Ntrans   int
	Received Fact[bool] // its reply was found in the receive tree
	Unsent   Fact[int]  // bytes of its message for which the socket had no room; Unknown if it took all

	BeganAt     time.Duration
	BeganOrd    int           // ordinal of rpc_task_begin; -1 if it began before the recording
	Stated      time.Duration // when it entered Action
	LastEvent   int           // ordinal of the last event about it
	FinishedAt  time.Duration
	Finished    bool
	FinishedOrd int   // ordinal of the event that ended it
	Final       int32 // tk_status at rpc_task_end

	ended   bool   // rpc_task_end was seen, and it was not restarted since
	sending bool   // between rpc_xdr_sendto and xprt_transmit
	queueOn string // the work queue that will run it, or runs it
	step    stepNote
}

// Direction of a packet.
type Direction uint8

// ToServer and ToClient say where a packet goes.
const (
	ToServer Direction = iota
	ToClient
)

// Packet is a message, or a connection's handshake, on its way.
type Packet struct {
	ID      PacketID
	Dir     Direction
	Kind    string // "SYN", "SYN-ACK", "ACK", "FIN", "RST", "CALL", "REPLY"; "DATA" if its record is unknown
	XID     uint32
	Task    TaskID
	Len     Fact[int]
	SentAt  time.Duration
	Arrives Fact[time.Duration]
	SentOrd int
	Bytes   Fact[trace.Str] // the bytes, with a stream's record marker; known only in a simulation
	Retrans bool
	// Datagram says that it is a message of its own, without record marker; Duplicate that the network made it, of another.
	Datagram  bool
	Duplicate bool
	// Lost says what became of it ("LOST", or at the receiver "OVERFLOW" or "NOPORT"); "" while it is on its way. A lost
	// packet is shown Until then.
	Lost   string
	LostAt time.Duration
	Until  time.Duration
	// How says whether the packet itself was observed, or is there because somebody sent and nobody received yet.
	How  How
	Rule Rule

	// Where the bytes lie in their record, marker included; all 0 for a handshake.
	Xprt      XprtID
	Offset    int // of the first byte
	RecordLen int // of the whole record, as far as its markers tell; 0 while the first one is not complete
	// MoreFragments says that fragments of the record follow whose markers are still to come.
	MoreFragments bool
	Src, Dst      string
	wire          int64 // number on the loopback network
}

// WorkQueue is a kernel work queue of the client.
type WorkQueue struct {
	Name    string
	Running []Work
	Waiting []Work
	How     How
	Rule    Rule
}

// Work is one item on a work queue: a task's run, or a transport's worker.
type Work struct {
	Task  TaskID // 0 for a worker
	What  string // the function: "__rpc_execute", "xs_stream_data_receive_workfn", "xs_tcp_setup_socket"
	Since time.Duration
	CPU   uint8

	pid int32 // of the thread that runs it
}

// Thread is a server thread.
type Thread struct {
	Comm  trace.Str
	PID   int32
	XID   uint32 // the call that it serves; meaningful if Busy
	Proc  trace.Str
	Task  TaskID // whose call that is, when the XID tells
	Busy  bool
	Since time.Duration
	CPU   uint8
	Ord   int

	AtClient Fact[bool] // it is the client's

	Service string // what it served last, as svc_process prints it: "nfsd", "NFSv4 callback"

	udp bool // its last message came in a datagram
}

// SvcXprt is the server's end of a connection.
type SvcXprt struct {
	Local    string
	Remote   string
	Listener bool
	Queued   bool     // enqueued and not yet dequeued by a thread
	Pending  []uint32 // XIDs of calls that arrived and no thread has read
	Flags    trace.Str
	AtClient Fact[bool] // it is the client's: of callbacks, or of lock grants
	// Expected is the length of the record that is being read from it, Received how much of that is there: as svcsock_marker
	// and svcsock_tcp_recv_short print it. Unknown between records.
	Expected Fact[int]
	Received int

	balance int8 // enqueued less dequeued: either event may be logged first
}

// Counters are the numbers of /proc/net/rpc that the events so far add up to.
type Counters struct {
	RPCCnt         int
	RPCRetrans     int
	RPCAuthRefresh int
	Events         int
}

// Task finds a task by id; nil if it is neither alive nor among those kept.
func (s *State) Task(id TaskID) *Task {
	i := sort.Search(len(s.Tasks), func(i int) bool { return s.Tasks[i].ID >= id })
	if i == len(s.Tasks) || s.Tasks[i].ID != id {
		return nil
	}
	return &s.Tasks[i]
}

// Xprt finds a transport by id; nil without.
func (s *State) Xprt(id XprtID) *Xprt {
	for i := range s.Xprts {
		if s.Xprts[i].ID == id {
			return &s.Xprts[i]
		}
	}
	return nil
}
