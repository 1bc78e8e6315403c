// Package sunrpc is the engine: the Linux kernel's RPC client and server, rebuilt from their observable behaviour. The
// reference is Linux 6.1. Files are grouped by prefix as in the kernel's net/sunrpc.
//
// The types to know are [Task], one call on its way through the states of core/fsm; [Client], a handle to a program on
// a server; [Xprt], a connection with its slots, its write lock and its queues; and [Kernel], which holds a host's
// work queues, clients and services. A Kernel runs on a [Machine], which gives it virtual time, threads and timers,
// and on a wire.Network, which carries its bytes.
//
// Data passes through so: a thread calls [Kernel.RunTask]. The task's loop (sched_run.go) runs one state at a time;
// each state is a function named after it (clnt_*.go) and says what comes next only by changing the task. Every edge
// that a task takes is checked against the map in core/fsm before the next state runs; one that is not there ends the
// run with an error. A task that must wait sleeps on a [WaitQueue]; whoever wakes it decides on which work queue it
// goes on. Calls are encoded to real bytes, sent by whoever holds the write lock (xprt_transmit.go), and replies found
// again by XID (xprt_recv.go). The server's side (svc_*.go) reads, decodes, serves and answers on nfsd threads.
//
// Nothing here returns a result to a picture: all that can be seen goes out as events.
//
// Why continuation steps instead of goroutines: the core must give the same bytes on every platform and must be able
// to put another CPU's work between any two instants of a task. A [Step] is one such instant.
package sunrpc
