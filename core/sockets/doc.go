// Package sockets is a real computer for the engine: a [Host] is a [sunrpc.Machine] whose time is the clock's and a
// [wire.Network] whose sockets are the system's, TCP, UDP and AF_UNIX. The engine is the one that runs in the simulation;
// here its peers may be anybody's.
//
// # One goroutine
//
// [Host.Run] is the only goroutine that touches the engine: threads, work queues and timers of the engine take turns in
// it, and between them it asks epoll what the sockets have to say. A socket that has something becomes a softirq, which
// marks and queues as in the kernel; the engine reads it when the work item runs. So nothing is read before somebody
// wants it, the system's own buffers hold the rest, and a peer that sends much costs no memory here. What is sent is
// collected until no thread can run, or there are a good many messages, and then written at once: many calls in one
// write, as under TCP_CORK. Datagrams to one address and of one size go through the network stack as one (UDP_SEGMENT), and
// come as one (UDP_GRO), which both are the system's business: on the wire, and for other receivers, they are datagrams.
// sendmmsg, by which golang.org/x/net would send many, saves only the entry into the system for each, and wants a
// goroutine that waits; this needs nothing but package syscall.
//
// A goroutine for each socket, with channels to the loop, was tried on paper and left: every call would pay for two
// handovers between goroutines, and a thousand idle connections for a thousand stacks and buffers. The price is that
// this works on Linux only; elsewhere the package is empty.
//
// # Limits
//
// A connection holds at most 64 KiB that were read and not yet wanted, one record of [rpcmsg.DefaultMax] bytes, and on a
// server [OutLimit] bytes of replies that the client does not read, plus one reply for each thread. Beyond
// [Options.MaxConns] connections the oldest goes, as in the kernel's svc_check_conn_limits; which one a hostile client
// can thus push out is the price of answering new ones at all. A record has at most [rpcmsg.MaxFragments] fragments.
// Connections that nobody uses end after [Options.IdleTimeout]; records that do not, and replies that nobody takes, after
// [Options.RecordTimeout], which the kernel leaves to TCP: a connection that trickles never ends there.
package sockets
