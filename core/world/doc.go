// Package world puts a simulation together: two hosts with virtual CPUs, the network between them, the engine's client
// on one and its server on the other, and the processes whose calls are the workload. A scenario and a seed go in,
// events come out: [Run].
//
// A host is a small machine ([sunrpc.Machine]): threads wait for a CPU, each step that they do takes seeded time, work
// queues have kworkers, a segment that arrives borrows a CPU as a softirq. All of it happens in one queue of instants
// (sim.go), so the same scenario and seed give the same bytes on every platform.
package world
