package record

import "sunscope/core/trace"

// key is how the kernel names a task; a client of ffffffff belongs to the back channel. A simulation may have several
// kernels in one log, each with clients and tasks of its own.
type key struct {
	pid, client uint32
	host        uint8
}

// String is the id as the kernel prints it, without the word "task:".
func (k key) String() string { return hex8(k.pid) + "@" + hex8(k.client) }

// clientKey is the task's client, as a key.
func (k key) clientKey() key { return key{client: k.client, host: k.host} }

// kernels are the CPUs of the simulated hosts; there are none in a kernel's recording.
type kernels []struct{ first, last int64 }

// add is the event with which a simulation names a host.
func (k *kernels) add(e *trace.Event) {
	*k = append(*k, struct{ first, last int64 }{e.Int("first"), e.Int("last")})
}

// of is the number of the host on which e was logged, or 0.
func (k kernels) of(e *trace.Event) uint8 {
	for i := range k {
		if cpu := int64(e.CPU); k[i].first <= cpu && cpu <= k[i].last {
			return uint8(i + 1)
		}
	}
	return 0
}
