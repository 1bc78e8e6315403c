package sunrpc

import (
	"testing"

	"github.com/stretchr/testify/require"

	"sunscope/core/time"
	"sunscope/core/trace"
	"sunscope/core/wire"
)

// dead is a socket whose connection never came about.
type dead struct{ wire.Socket }

func (dead) Inode() int64          { return 1 }
func (dead) State() wire.SockState { return wire.SynSent }
func (dead) Local() wire.Addr      { return wire.Addr{} }
func (dead) Remote() wire.Addr     { return wire.Addr{} }

// While the socket object survives each attempt waits twice as long as the one before: from 3 s on, a minute at most, counted
// from the attempt before.
func TestEachAttemptToConnectAgainWaitsTwiceAsLong(t *testing.T) {
	b, k := newBench(t)
	x := k.newTCP(wire.Addr{Host: "10.0.0.1", Port: 2049}, true)
	task := k.sleeper(1, 1, Normal)
	x.sock.s, x.sock.reestablish = dead{}, reestablishFirst
	var waits []time.Duration
	for range 7 {
		x.state |= trace.XprtLocked
		x.lock = writeLock{task: task}
		x.stat.ConnectStart = b.now
		x.startConnect(task)
		require.True(t, x.lock.cookie, "the worker owns the write lock meanwhile")
		waits = append(waits, b.timers[len(b.timers)-1].at-b.now)
		b.now = b.timers[len(b.timers)-1].at
	}
	s := time.Second
	require.Equal(t, []time.Duration{3 * s, 6 * s, 12 * s, 24 * s, 48 * s, 60 * s, 60 * s}, waits)
}

func TestATransportWithoutASocketConnectsAtOnce(t *testing.T) {
	b, k := newBench(t)
	x := k.newTCP(wire.Addr{Host: "10.0.0.1", Port: 2049}, true)
	task := k.sleeper(1, 1, Normal)
	x.sock.reestablish = reestablishMost
	x.state |= trace.XprtLocked
	x.lock = writeLock{task: task}
	x.startConnect(task)
	require.Empty(t, b.timers)
	require.Len(t, b.work, 1)
}

func TestDataThatArriveEndTheBackOff(t *testing.T) {
	_, k := newBench(t)
	x := k.newTCP(wire.Addr{Host: "10.0.0.1", Port: 2049}, true)
	x.sock.reestablish = reestablishMost
	x.DataReady()
	require.Zero(t, x.sock.reestablish)
}
