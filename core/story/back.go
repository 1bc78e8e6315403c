package story

import (
	"sunscope/core/time"
	"sunscope/core/trace"
)

// ReadTo is where a receiver sent a record.
type ReadTo uint8

// The ways out of the demultiplexer: a reply goes to the task that waits for it in the receive tree, or is thrown away if
// nobody does; a call goes to the callback list.
const (
	ToTree ReadTo = iota
	ToNobody
	ToCallbacks
)

// Read is the record that a transport's receiver took from it last, and the words by which it decided where to send it.
type Read struct {
	Xprt     XprtID
	XID      uint32
	To       ReadTo
	Task     TaskID       // whose reply it was; for a call whose call
	Marker   Fact[uint32] // record marker of the first fragment; Unknown before the record is read to its end
	Dir      Fact[uint32] // the word that says what it is: 0 is a CALL, 1 a REPLY
	Len      int          // bytes of the message that were read so far; a datagram's are not told
	Datagram bool
	At       time.Duration
	Ord      int
	Counts   [3]int // records so far, by where they went
}

// CallbackStage says how far a callback has come in the client.
type CallbackStage uint8

// The stages: its bytes are being read into a request of bc_pa_list; it lies on sv_cb_list; a thread serves it; a task of
// the back channel sends the answer; it is over.
const (
	CallbackRead CallbackStage = iota
	CallbackListed
	CallbackServed
	CallbackAnswering
	CallbackDone
)

// CallbackOp is an operation of a callback, with its result as nfs4_cb_* prints it.
type CallbackOp struct {
	Name   string // "CB_SEQUENCE"
	Result string // "OK"
}

// Callback is a call from the server that has reached the client.
type Callback struct {
	XID    uint32
	Xprt   Fact[XprtID] // the client's transport by which it came; NFSv4.0 has a connection of its own for it
	Stage  CallbackStage
	How    How // whether Stage is told by an event
	Proc   trace.Str
	Op     Fact[string]  // the operation that it is about: "CB_RECALL"
	Ops    [4]CallbackOp // what was told of its operations, up to Told
	Told   int
	Thread int32  // pid of the thread that serves it
	Task   TaskID // the server's task that made the call
	Answer TaskID // the client's task that sends the answer; 0 for NFSv4.0, whose thread sends it itself
	At     time.Duration
	Since  time.Duration // in this stage
	Ord    int
}

// KeptCallbacks is how many callbacks that are over a State still shows.
const KeptCallbacks = 4

// BackChannel is what nfsd thinks of the way back to one client (struct nfs4_client, cl_cb_*).
type BackChannel struct {
	Client   string // as nfsd prints it: "6b01146d:d6074712"
	Addr     string
	State    Fact[string]   // "UP", "UNKNOWN", "DOWN", "FAULT"
	Clnt     Fact[ClientID] // its rpc_clnt
	Recalls  int            // nfsd_cb_recall so far
	Recalled int            // nfsd_cb_recall_done so far
	Status   int            // of the last of these
	Event    string         // the event that was last about it: "nfsd_cb_probe"
	Gone     bool           // nfsd_cb_shutdown
	Since    time.Duration  // in this state
	Ord      int
}

// Served is a call that the server has answered.
type Served struct {
	XID    uint32
	Proc   trace.Str
	Remote trace.Str // whose call it was
	Task   TaskID
	Took   time.Duration // svc_stats_latency
	Times  int           // how often a call with that XID and procedure was answered
	At     time.Duration
	Ord    int
}

// KeptServed is how many answered calls a State still shows.
const KeptServed = 16

// ReadOf is what was read last from a transport, nil if nothing was.
func (s *State) ReadOf(id XprtID) *Read {
	for i := range s.Reads {
		if s.Reads[i].Xprt == id {
			return &s.Reads[i]
		}
	}
	return nil
}

// Client finds a client by id; nil without.
func (s *State) Client(id ClientID) *Client {
	for i := range s.Clients {
		if s.Clients[i].ID == id {
			return &s.Clients[i]
		}
	}
	return nil
}
