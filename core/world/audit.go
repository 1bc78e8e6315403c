package world

import (
	"strconv"
	"sunscope/core/nlm"

	"sunscope/core/nfs4"
	"sunscope/core/nfs4/client"
	"sunscope/core/scenario"
	"sunscope/core/sunrpc"
	"sunscope/core/time"
	"sunscope/core/trace"
)

// A world that is tried out for mistakes of the engine is watched event by event, and goes on when its workload is over,
// until nothing more happens.

// Watch makes f hear of every event as soon as it is in the log.
func (w *World) Watch(f func(*trace.Event)) { w.observe = f }

// Client is the client's kernel.
func (w *World) Client() *sunrpc.Kernel { return w.kernel }

// Server is the server's kernel, which has clients too: that of its own rpcbind.
func (w *World) Server() *sunrpc.Kernel { return w.nfsd.kernel }

// Server4 is the state of the server's NFSv4.
func (w *World) Server4() *nfs4.Server { return w.nfsd.v4.V4 }

// Clients4 are the client's NFSv4, and that of its second namespace if there is one, each with its kernel.
func (w *World) Clients4() (all []*client.Net) {
	all = append(all, w.nfs4)
	if w.second != nil {
		all = append(all, w.second.nfs4)
	}
	return all
}

// StopServer stops the server's NFS service, if it runs.
func (w *World) StopServer() { w.nfsd.command(&scenario.Op{Verb: "nfsd"}, func(int32) {}) }

// Now is virtual time.
func (w *World) Now() time.Duration { return w.now }

// Running is how many processes have not ended.
func (w *World) Running() int { return w.running }

// Go lets the next thing happen even when the workload is over; false when nothing is left that could, or the run has
// failed.
func (w *World) Go() bool { return w.step() }

// Forgive lets a world go on whose workload could not, because a mount failed.
func (w *World) Forgive() { w.err = nil }

// KillAll sends a fatal signal to every process.
func (w *World) KillAll() {
	for _, s := range w.scripts {
		w.kill(s.name)
	}
}

// Process starts one more process on the client, which runs f and what follows it, and ends with its argument.
func (w *World) Process(comm string, f func(end sunrpc.Step) sunrpc.Step) {
	w.process(comm, func(*thread) sunrpc.Step { return f(w.end) })
}

// CallError says that a call failed without which the workload cannot go on: the mount's, most of all.
type CallError struct {
	What   string
	Status int32 // as the kernel holds it: a negative number
}

// Error implements error.
func (e *CallError) Error() string {
	return e.What + " failed with status " + strconv.Itoa(int(e.Status))
}

// Callbacks are how many calls of the server's have been answered, how many were given up, and how many are under way;
// and what the server says of the way to its client.
func (w *World) Callbacks() (answered, lost, open int, state string) {
	if w.back == nil {
		return 0, 0, 0, ""
	}
	for _, r := range w.back.all {
		switch {
		case r.lost:
			lost++
		case r.over != 0:
			answered++
		default:
			open++
		}
	}
	return answered, lost, open, w.back.state
}

// Holders are who holds what of a file below the export, as the server's lock manager knows it; Believers how many of the
// client's processes think that they have it locked.
func (w *World) Holders(path string) []nlm.Held {
	return w.nfsd.lockd.l.Held(w.fs.Handle(export + "/" + path))
}

// Believers is explained with Holders.
func (w *World) Believers(path string) (n int) {
	for _, s := range w.scripts {
		if s.locks[path] != nil {
			n++
		}
	}
	return n
}

// ReplyCache is what nfsd's reply cache has counted since nfsd was started last.
func (w *World) ReplyCache() sunrpc.ReplyCache {
	if w.nfsd.srv == nil {
		return sunrpc.ReplyCache{}
	}
	return w.nfsd.srv.RC
}
