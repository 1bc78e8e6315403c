package record

import (
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"sunscope/core/trace"
)

// mutant changes a recording's events; it returns false if it changed nothing that matters.
type mutant func(*bench, *rand.Rand) ([]trace.Event, bool)

// bench holds a good recording taken apart, so that many mutants of it can be checked quickly.
type bench struct {
	rec     *Recording
	events  []trace.Event
	actions []int       // ordinals of rpc_task_run_action
	after   map[int]int // from each to the next one of the same task
	sleeps  []int       // ordinals of rpc_task_sleep
}

func newBench(t *testing.T, name string) *bench { return benchOf(good(t, name)) }

func benchOf(rec *Recording) *bench {
	b := &bench{rec: rec, after: map[int]int{}}
	last := map[key]int{}
	b.events = make([]trace.Event, b.rec.Log.Len())
	for i := range b.events {
		e := &b.events[i]
		b.rec.Log.At(i, e)
		pid, client, _ := e.Task()
		id := key{pid: pid, client: client}
		switch e.Kind {
		case trace.RPCTaskBegin:
			delete(last, id)
		case trace.RPCTaskRunAction:
			if before, ok := last[id]; ok {
				b.after[before] = i
			}
			last[id] = i
			b.actions = append(b.actions, i)
		case trace.RPCTaskSleep:
			b.sleeps = append(b.sleeps, i)
		}
	}
	return b
}

// refused checks the mutated events as a recording of their own.
func (b *bench) refused(events []trace.Event) bool {
	old := b.rec.Log
	log := &trace.Log{}
	for s := trace.Str(1); old.Text(s) != ""; s++ { // the same strings under the same numbers
		log.Str(old.Text(s))
	}
	for i := range events {
		log.Append(&events[i])
	}
	rec := &Recording{Name: "mutant", Log: log, Lines: make([]int32, len(events))}
	return len(rec.Check().Refused) > 0
}

// firstChange is the line on which a mutant begins to differ.
func (b *bench) firstChange(events []trace.Event) int32 {
	for i := range events {
		if events[i] != b.events[i] {
			return b.rec.Lines[i]
		}
	}
	return 0
}

func (b *bench) copy() []trace.Event { return append([]trace.Event{}, b.events...) }

func (b *bench) action(r *rand.Rand) int { return b.actions[r.IntN(len(b.actions))] }

func actionRemoved(b *bench, r *rand.Rand) ([]trace.Event, bool) {
	i := b.action(r)
	return append(append([]trace.Event{}, b.events[:i]...), b.events[i+1:]...), true
}

// actionsSwapped exchanges what two neighbours say; time, thread and CPU stay with the line.
func actionsSwapped(b *bench, r *rand.Rand) ([]trace.Event, bool) {
	i := b.action(r)
	j, ok := b.after[i]
	if !ok || b.events[i].F == b.events[j].F {
		return nil, false
	}
	events := b.copy()
	events[i].F, events[j].F = events[j].F, events[i].F
	return events, true
}

// linesSwapped exchanges the whole lines of two neighbours.
func linesSwapped(b *bench, r *rand.Rand) ([]trace.Event, bool) {
	i := b.action(r)
	j, ok := b.after[i]
	if !ok || b.events[i].F == b.events[j].F {
		return nil, false
	}
	events := b.copy()
	events[i], events[j] = events[j], events[i]
	return events, true
}

func statusChanged(b *bench, r *rand.Rand) ([]trace.Event, bool) {
	i := b.action(r)
	status := []int64{0, 1, -1, -5, -11, -12, -13, -32, -57, -107, -110, -111, -512}[r.IntN(13)]
	if b.events[i].F[4] == status {
		return nil, false
	}
	events := b.copy()
	events[i].F[4] = status
	return events, true
}

func (b *bench) otherQueue(i int, r *rand.Rand) (int64, bool) {
	names := []string{"xprt_backlog", "xprt_sending", "xprt_pending", "xprt_binding", "delayq", "ForeChannel Slot table"}
	queue := int64(b.rec.Log.Str(names[r.IntN(len(names))]))
	return queue, queue != b.events[i].F[6]
}

func queueChanged(b *bench, r *rand.Rand) ([]trace.Event, bool) {
	i := b.sleeps[r.IntN(len(b.sleeps))]
	queue, other := b.otherQueue(i, r)
	events := b.copy()
	events[i].F[6] = queue
	return events, other
}

// queueChangedThroughout also changes the wake-up, so that only the state can tell.
func queueChangedThroughout(b *bench, r *rand.Rand) ([]trace.Event, bool) {
	i := b.sleeps[r.IntN(len(b.sleeps))]
	queue, other := b.otherQueue(i, r)
	events := b.copy()
	events[i].F[6] = queue
	for j := i + 1; j < len(events); j++ {
		if e := &events[j]; e.Kind == trace.RPCTaskWakeup && e.F[0] == events[i].F[0] && e.F[1] == events[i].F[1] {
			e.F[6] = queue
			break
		}
	}
	return events, other
}

func TestMutantsOfARecordingAreRefused(t *testing.T) {
	bases := []*bench{newBench(t, "06-slot-contention"), newBench(t, "03-v41-mount-basic"), newBench(t, "01-v3-tcp-mount-read")}
	for _, m := range []struct {
		name string
		make mutant
	}{
		{"an action removed", actionRemoved}, {"two actions swapped", actionsSwapped}, {"two lines swapped", linesSwapped},
		{"an entry status changed", statusChanged}, {"a sleep on another queue", queueChanged},
		{"a sleep and a wake-up on another queue", queueChangedThroughout},
	} {
		r := rand.New(rand.NewPCG(6, 1))
		made, refused := 0, 0
		for made < 240 {
			base := bases[made%len(bases)]
			events, changed := m.make(base, r)
			if !changed {
				continue
			}
			made++
			if base.refused(events) {
				refused++
			} else {
				t.Logf("not refused: %s in %s, line %d", m.name, base.rec.Name, base.firstChange(events))
			}
		}
		t.Logf("%-40s %d of %d refused", m.name, refused, made)
		require.Equal(t, made, refused, m.name)
	}
}
