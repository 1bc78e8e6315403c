// Package record reads recordings of a real kernel and holds them against the map.
//
// [Read] takes the tracefs `trace` file of a Linux 6.1 client (plain or gzip) and makes a [Recording] of it: events in
// a trace.Log, with the line that each stands on, and a list of the lines that could not be read. The log is the same
// that a simulation gives, and goes through the same story and the same picture.
//
// [Recording.Check] follows every task through its recording. A task is (TK_PID, client, generation): ids are used
// again, and a new generation begins with rpc_task_begin. Each run of a state becomes an fsm.Step, which the map
// must allow; and the events in between must fit: a sleeper is woken on its own queue before it runs, the callback
// that a sleep leaves runs once and first, rpc_task_end stands in rpc_exit_task, a request leaves the transmit queue
// because some thread in call_transmit logged xprt_transmit for it. What does not fit is a [Refusal] with its line. One fault
// gives one refusal: after it the walk goes on from the state that the recording shows.
//
// [Compare] judges nothing by the map: it sets the edges that a kernel's log and ours show side by side, so that what
// only one of them does comes to light. [Exception] is an edge that may stay on one side, with its proof.
//
// Package pcapng below writes what went over a network as a packet capture.
//
// The files: read.go reads, walk.go finds the task that an event is about, task.go follows one task, evidence.go knows
// which event belongs into which state, hooks.go which tasks begin with a prepare hook; buffer.go, lock.go, sending.go,
// cong.go, xid.go, waiting.go, calls.go, connecting.go and ending.go follow a task's buffer, the write lock, what is sent,
// the congestion window, XIDs, timers and threads that wait, what is called and how it is refused, binding and connecting,
// and what a task logs at its end; clients.go follows clients; counters.go, counters_file.go and counters_procs.go are
// [Recording.Count], which "rpctrace stat" compares with /proc/net/rpc/nfs;
// compare_edge.go says what an edge is to a comparison, compare.go compares, compare_except.go knows the exceptions.
package record
