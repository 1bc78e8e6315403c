package sunrpc

import (
	"math/rand/v2"

	"sunscope/core/time"
	"sunscope/core/trace"
)

// Step is a piece of work that happens at one instant. It returns what the same thread does next, or nil when the
// thread gives its CPU up. Between a step and the next lies the time that the step spent; other CPUs' steps may fall
// in between, and that is where the kernel's races come from.
type Step func() Step

// Cost says what kind of work a step did; the machine turns it into seeded time.
type Cost uint8

// The costs of work, from an action of the state machine to a procedure of the file server.
const (
	CostAction  Cost = iota // one turn of the run loop
	CostEncode              // encoding or decoding a message
	CostSend                // handing a message to the socket
	CostReceive             // reading from the socket
	CostWork                // a work queue's worker picking up an item
	CostProcess             // a user process between two calls
	CostService             // the file system answering a procedure
	CostAlloc               // creating a client or a transport
	CostCount
)

// Machine is what the engine needs of the computer that it runs on: time, threads, work queues, timers, randomness,
// and a place for its events. A simulated host is one; a real process with real sockets can be another.
type Machine interface {
	Now() time.Duration
	Log() *trace.Log
	// Emit logs an event of the running thread, or of the softirq that runs now. ctx are the five characters that
	// the trace prints for interrupt and preemption state.
	Emit(ctx string, kind trace.Kind, fields ...int64)
	// Current is the running thread; nil in a softirq.
	Current() *Thread
	// Spend makes the running step take the time of one more piece of such work.
	Spend(c Cost)
	// Wake makes a thread that gave its CPU up go on with s.
	Wake(t *Thread, s Step)
	// Queue is queue_work: w runs on one of its queue's threads. The caller keeps w from being queued twice.
	Queue(w *Work)
	// At calls f in softirq context when it is t.
	At(t time.Duration, f func())
	// Rand is the machine's random stream of that name.
	Rand(name string) *rand.Rand
	// Fail ends the run with an error of the engine's own: an edge that is not on the map, a state not built yet.
	Fail(err error)
}

// Thread is a thread of control: a process, a kworker, an nfsd.
type Thread struct {
	Comm string
	PID  int32
	CPU  uint8 // where it ran last
	// Killed says that a fatal signal is pending: the thread sleeps for no synchronous task any more.
	Killed bool
	// Interrupt, if any, is what a fatal signal does to a thread that sleeps for something else than a task.
	Interrupt func()
	// completion is what it waits for in rpc_wait_for_completion_task.
	completion *waiter
	// State is the machine's own record of the thread.
	State any
	waits *Task // the synchronous task that it sleeps for
	// Blocked says that a worker's step which returned nil has not ended its work: the worker sleeps in it until Wake. The
	// machine clears it.
	Blocked bool
}

// WorkQueue is a kernel work queue (struct workqueue_struct).
type WorkQueue struct{ Name string }

// Work is an item for a work queue (struct work_struct). Run is its first step; the item is over when a step
// returns nil.
type Work struct {
	Queue *WorkQueue
	Name  string // the kernel's name of the function
	Task  *Task  // nil for a transport's or a queue's worker
	Run   Step
}

// Jiffy is the kernel's tick: HZ is 250 in the recorded kernel. Timers of the RPC client have this resolution.
const Jiffy = 4 * time.Millisecond

// HZ is one second, the unit of the kernel's delays.
const HZ = time.Second

// jiffyCeil is the first tick at or after t.
func jiffyCeil(t time.Duration) time.Duration { return (t + Jiffy - 1) / Jiffy * Jiffy }
