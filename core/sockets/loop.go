//go:build linux

package sockets

import "sunscope/core/time"

// turns is how many turns threads get before the sockets are asked again: those who are busy do not keep the others out.
const turns = 256

// burst is how many messages are written at once. All that there are would be fewer system calls, but then the other end
// has nothing to do until the last call is encoded, and this end nothing until the last one is answered.
// Datagrams are fewer for that: their receiver hears of them at once, whatever the system is about to acknowledge.
const (
	burst         = 24
	datagramBurst = 8
)

// Run lets the engine work until somebody calls Stop or the engine fails; it returns why it failed. It may be called
// again after Stop.
func (h *Host) Run() error {
	h.lock.Lock()
	h.stopped = false
	h.lock.Unlock()
	for h.takePosted() && h.err == nil {
		for n := 0; n < turns && h.err == nil && h.turn(); n++ {
			if h.poll.unsent >= burst {
				h.tick()
				h.poll.flush()
			}
		}
		h.poll.flush()
		h.tick()
		h.poll.wait(h.patience())
		h.tick()
		for f := h.timers.take(h.now); f != nil; f = h.timers.take(h.now) {
			h.softirq(f)
		}
	}
	return h.err
}

// turn runs the softirqs that are raised, or else lets a thread take its turn; false when there are neither.
func (h *Host) turn() bool {
	if !h.soft.empty() {
		h.softirq(h.soft.take())
		return true
	}
	if h.ready.empty() {
		return false
	}
	h.run(h.ready.take())
	return true
}

// softirq runs f with no thread current.
func (h *Host) softirq(f func()) {
	was := h.current
	h.current = nil
	h.step()
	f()
	h.current = was
}

// patience is how long there is nothing to do but listen; -1: for ever.
func (h *Host) patience() time.Duration {
	if !h.ready.empty() || !h.soft.empty() {
		return 0
	}
	if len(h.timers.heap) == 0 {
		return -1
	}
	return max(0, h.timers.heap[0].at-h.now)
}
