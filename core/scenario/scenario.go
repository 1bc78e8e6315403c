package scenario

import "sunscope/core/time"

// Scenario describes a world.
type Scenario struct {
	Name     string
	Title    string
	Client   Host
	Server   Host
	Link     Link
	Sunrpc   Sunrpc
	NFS      NFS
	Mount    Mount
	Workload Workload
	// Callbacks is how the server calls the client.
	Callbacks Callbacks
	// Processes do what their scripts say, beside what Workload says.
	Processes []Process
	Faults    []Fault
	// Expects are what must be so of a run's events.
	Expects []Expect
	// FakeServers listen on the server's host beside its own servers.
	FakeServers []FakeServer
}

// Host is one of the two machines.
type Host struct {
	Name    string
	Addr    string // IPv4
	CPUs    int
	Threads int // kworkers of the client, nfsd threads of the server

	// A second address. The client's is that of another network namespace, which its processes "on B" run in; the server
	// listens on both of its own. "": there is none.
	Second string

	// Of the server.
	// Lease and Grace are NFSv4's (nfsv4leasetime, nfsv4gracetime); 0: 90 seconds.
	Lease, Grace time.Duration
	Files        []File
	Layouts      bool          // it gives layouts (pNFS)
	Pools        int           // of nfsd threads, by the CPU that the work arrives on; 0: 1
	NoNFSD       bool          // nfsd does not run from the start
	Rpcbind      int           // the newest version that its rpcbind speaks, the oldest being 2; 0: 4; -1: there is no rpcbind
	RpcbindDelay time.Duration // before rpcbind answers
	NoStatd      bool          // no rpc.statd runs on it
	NLMGrace     int           // nlm_grace_period, seconds; 0: not set
}

// nlmTimeout is nlm_timeout, seconds.
const nlmTimeout = 10

// LockGrace is how long clients may claim their locks, and nobody else may lock, once the lock manager has started
// (get_lockd_grace_period).
func (h *Host) LockGrace() time.Duration {
	if h.NLMGrace == 0 {
		return 5 * nlmTimeout * time.Second
	}
	return time.Duration((h.NLMGrace+nlmTimeout-1)/nlmTimeout*nlmTimeout) * time.Second
}

// RpcbindVersion is the newest version that the server's rpcbind speaks; 0 if there is no rpcbind.
func (h *Host) RpcbindVersion() int {
	switch h.Rpcbind {
	case 0:
		return 4
	case -1:
		return 0
	}
	return h.Rpcbind
}

// NeedsRpcbind says whether anything in the scenario asks the server's rpcbind, and there is one.
func (s *Scenario) NeedsRpcbind() bool {
	asked := s.Mount.Rpcbind || s.Server.NoNFSD || s.uses("nfsd") || s.uses("nfsd-u") || s.Mounts() || s.Locks()
	return asked && s.Server.RpcbindVersion() > 0
}

// uses says whether a script has that verb.
func (s *Scenario) uses(verb string) bool {
	for _, p := range s.Processes {
		ops, err := ParseScript(p.Do)
		for _, op := range ops {
			if err == nil && op.Verb == verb {
				return true
			}
		}
	}
	return false
}

// Link is what joins them, the same in both directions.
type Link struct {
	Delay     time.Duration // one way
	Bandwidth int           // bytes a second; 0: unlimited
	// What becomes of packets, in percent of them: of datagrams, and of segments, which TCP sends again.
	Loss      int // never arrive
	Duplicate int // arrive twice
	Reorder   int // are overtaken
	Segments  int // never arrive
}

// Sunrpc are the client's module settings.
type Sunrpc struct {
	TCPSlots    int // tcp_slot_table_entries
	TCPMaxSlots int // tcp_max_slot_table_entries
	UDPSlots    int // udp_slot_table_entries; 0: 16
	MinResvPort int // min_resvport; 0: 665
	MaxResvPort int // max_resvport; 0: 1023
}

// Mount is how the client talks to the server.
type Mount struct {
	Vers    string // "4.0", "4.1"; "": 3
	SoftErr bool   // softerr: ETIMEDOUT instead of EIO
	UDP     bool   // proto=udp, else tcp
	Port    int
	Rpcbind bool // the client asks rpcbind for the port
	None    bool // nothing is mounted at first
	NoPing  bool // the client is made without asking whether the server has the program
	Lock    bool // the mount option lock: lock managers run; else nolock
	Full    bool // mount.nfs makes every call that a real one makes
	Hard    bool
	RSize   int           // bytes of one READ at most
	Timeo   time.Duration // first timeout
	Retry   int           // retrans
}

// Workload is what the client's processes do once the mount is there.
type Workload struct {
	Reads int // processes that read, one READ each
	Bytes int // of each READ
}
