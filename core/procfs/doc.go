// Package procfs writes what the kernel's statistics files would show at an instant: the tasks and transports of
// /sys/kernel/debug/sunrpc, /proc/net/rpc/nfs and nfsd, and the RPC part of /proc/self/mountstats.
//
// Everything is computed from events alone, of a simulation or of a recorded kernel. What they cannot tell is printed
// as "?", and a line that begins with "#" says why. A [Snapshot] is such text as a real kernel wrote it; [Compare] looks
// for the instant at which the events tell the same.
package procfs
