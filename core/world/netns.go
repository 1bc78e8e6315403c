package world

import (
	"sunscope/core/nfs"
	"sunscope/core/nfs4/client"
	"sunscope/core/sunrpc"
	"sunscope/core/wire"
)

// netns is a network namespace of the client's machine: an address, with an RPC and an NFS client of its own. CPUs, workers
// and the numbers of clients are the machine's.
type netns struct {
	kernel  *sunrpc.Kernel
	nfs4    *client.Net
	handles map[string]nfs.FH // file handles that it has learned, by path below the export; only looked up
	lockd   *lockd
}

func (w *World) newNetns(net wire.Network, addr, nodename string) netns {
	k := sunrpc.NewKernel(w.client, net, addr, nodename)
	return netns{k, w.newClient4(k, nodename), map[string]nfs.FH{}, w.newLockd(w.client, k, net, addr, nodename)}
}

// on is the namespace that a process runs in.
func (w *World) on(name string) *netns {
	if name == "B" && w.second != nil {
		return w.second
	}
	return &w.netns
}
