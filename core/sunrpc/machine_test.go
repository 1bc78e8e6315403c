package sunrpc

import (
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"sunscope/core/fsm"
	"sunscope/core/time"
	"sunscope/core/trace"
)

// bench is a machine of which a test is the only thread: it keeps events, work and timers for the test to look at.
type bench struct {
	t      *testing.T
	now    time.Duration
	log    trace.Log
	work   []*Work
	timers []timer
	err    error
}

type timer struct {
	at time.Duration
	f  func()
}

func (b *bench) Now() time.Duration           { return b.now }
func (b *bench) Log() *trace.Log              { return &b.log }
func (b *bench) Current() *Thread             { return nil }
func (b *bench) Spend(Cost)                   {}
func (b *bench) Wake(*Thread, Step)           {}
func (b *bench) Queue(w *Work)                { b.work = append(b.work, w) }
func (b *bench) At(t time.Duration, f func()) { b.timers = append(b.timers, timer{t, f}) }
func (b *bench) Rand(string) *rand.Rand       { return rand.New(rand.NewPCG(1, 2)) }
func (b *bench) Fail(err error)               { b.err = err }
func (b *bench) Emit(_ string, k trace.Kind, fields ...int64) {
	e := trace.Event{Time: b.now, Kind: k}
	copy(e.F[:], fields)
	b.log.Append(&e)
}

// advance lets time pass to t, timers firing on the way, and runs what they queue.
func (b *bench) advance(t time.Duration) {
	for len(b.timers) > 0 {
		first := 0
		for i := range b.timers {
			if b.timers[i].at < b.timers[first].at {
				first = i
			}
		}
		due := b.timers[first]
		if due.at > t {
			break
		}
		b.timers = append(b.timers[:first], b.timers[first+1:]...)
		b.now = due.at
		due.f()
		b.runWork()
	}
	b.now = t
}

func (b *bench) runWork() {
	for len(b.work) > 0 {
		w := b.work[0]
		b.work = b.work[1:]
		for s := w.Run; s != nil; {
			s = s()
		}
	}
}

func newBench(t *testing.T) (*bench, *Kernel) {
	b := &bench{t: t}
	k := NewKernel(b, nil, "10.0.0.2", "client")
	t.Cleanup(func() { require.NoError(t, b.err) })
	return b, k
}

// sleeper is a task that is on no state of the map: good for nothing but sleeping.
func (k *Kernel) sleeper(pid uint16, owner int32, p Priority) *Task {
	return &Task{k: k, pid: pid, owner: owner, priority: p, run: trace.Active | trace.Running,
		client: &Client{k: k, clid: 1}, step: fsm.Step{From: fsm.CallReserve}}
}

// drain wakes one sleeper after the other and returns their ids.
func drain(q *WaitQueue) (pids []uint16) {
	for {
		t := q.wakeFirst(q.k.rpciod, func(*Task) bool { return true })
		if t == nil {
			return pids
		}
		pids = append(pids, t.pid)
	}
}
