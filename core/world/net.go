package world

import (
	"sunscope/core/loopback"
	"sunscope/core/sunrpc"
	"sunscope/core/time"
)

// link is what joins the hosts. Its faults have a random stream of their own: a scenario without any draws nothing.
func (w *World) link() loopback.Link {
	l := &w.sc.Link
	return loopback.Link{Delay: l.Delay, Bandwidth: int64(l.Bandwidth), Faults: loopback.Faults{
		Loss: l.Loss, Duplicate: l.Duplicate, Reorder: l.Reorder, Rand: w.rand("link"), Segments: l.Segments, SegRand: w.rand("segments"),
	}}
}

// The longest timeouts of an NFS mount (NFS_MAX_TCP_TIMEOUT, NFS_MAX_UDP_TIMEOUT).
const (
	maxTCPTimeout = 600 * time.Second
	maxUDPTimeout = 60 * time.Second
)

// timeout is how a mount's options timeo and retrans are meant (nfs_init_timeout_values): over TCP each wait is longer by
// the same time, over UDP twice as long as the one before.
func (w *World) timeout() (sunrpc.Timeout, sunrpc.Protocol) {
	m := &w.sc.Mount
	if m.UDP {
		return sunrpc.Timeout{Init: min(m.Timeo, maxUDPTimeout), Retries: m.Retry, Max: maxUDPTimeout, Exponential: true}, sunrpc.UDP
	}
	return nfsTimeout(m.Timeo, m.Retry), sunrpc.TCP
}

// nfsTimeout is the policy of a mount over TCP.
//
//go:noinline
func nfsTimeout(timeo time.Duration, retrans int) sunrpc.Timeout {
	most := min(timeo*time.Duration(retrans+1), maxTCPTimeout)
	return sunrpc.Timeout{Init: timeo, Increment: timeo, Retries: retrans, Max: most}
}
