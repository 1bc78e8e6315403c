package record

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"sunscope/core/trace"
)

// fault is something that is done to one event of a kind.
type fault struct {
	kind  trace.Kind
	what  string // removed, doubled, of another task; or the name of the field that is changed
	value []int64
}

// faults lists what must be refused wherever it is done.
func faults() (list []fault) {
	status := []int64{-5, -107, 7}
	for _, k := range []trace.Kind{
		trace.RPCBufAlloc, trace.RPCTaskEnd, trace.RPCTaskCallDone, trace.RPCTaskSyncSleep, trace.RPCTaskSyncWake,
		trace.RPCTaskTimeout, trace.RPCStatsLatency, trace.RPCXDRSendto, trace.RPCXDRRecvfrom, trace.XprtReserve, trace.XprtTransmit,
	} {
		list = append(list, fault{kind: k, what: "removed"}, fault{kind: k, what: "doubled"}, fault{kind: k, what: "of another task"})
	}
	for _, k := range []trace.Kind{
		trace.RPCTaskBegin, trace.RPCTaskEnd, trace.RPCTaskCallDone, trace.RPCTaskSyncSleep, trace.RPCTaskSyncWake,
		trace.RPCTaskTimeout, trace.RPCTaskComplete,
	} {
		list = append(list, fault{k, "status", status})
	}
	for _, k := range []trace.Kind{trace.RPCTaskCallDone, trace.RPCTaskTimeout, trace.RPCTaskComplete} {
		list = append(list, fault{k, "flags", []int64{0, 1 << 4, 0xffff}})
	}
	for _, k := range []trace.Kind{trace.XprtReserve, trace.XprtTransmit, trace.XprtLookupRqst, trace.XsStreamReadRequest, trace.RPCStatsLatency} {
		list = append(list, fault{k, "xid", []int64{1, 0x12345678, 0xdeadbeef}})
	}
	for _, k := range []trace.Kind{trace.XprtPing, trace.XprtTimer, trace.XprtRetransmit, trace.XprtConnect} {
		list = append(list, fault{kind: k, what: "removed"}, fault{kind: k, what: "doubled"})
	}
	list = append(list, fault{trace.XprtPing, "status", status}, fault{trace.XprtTimer, "status", status},
		fault{trace.XprtTimer, "xid", []int64{1, 0xdeadbeef}}, fault{trace.XprtRetransmit, "xid", []int64{1, 0xdeadbeef}},
		fault{kind: trace.RPCClntNew, what: "doubled"}, fault{kind: trace.RPCClntRelease, what: "doubled"},
		fault{kind: trace.RPCClntShutdown, what: "doubled"}, fault{kind: trace.RPCTaskSignalled, what: "doubled"},
		fault{trace.RPCTaskSleep, "timeout", []int64{1, 15000}}, fault{trace.RPCTaskBegin, "runstate", []int64{5, 6, 12}},
		fault{trace.RPCRequest, "vers", []int64{2, 9}}, fault{trace.RPCStatsLatency, "vers", []int64{2, 9}})
	return append(list, fault{trace.XprtLookupRqst, "status", []int64{-1, -110, 5}}, fault{trace.RPCBufAlloc, "status", []int64{-5, -12}},
		fault{kind: trace.XprtReserveXprt, what: "doubled"}, fault{kind: trace.XprtReserveXprt, what: "of another task"})
}

// apply does f to a random event of its kind; false if there is none, or if nothing changed.
func (f *fault) apply(b *bench, r *rand.Rand) ([]trace.Event, bool) {
	var at []int
	for i := range b.events {
		if b.events[i].Kind == f.kind {
			at = append(at, i)
		}
	}
	if len(at) == 0 {
		return nil, false
	}
	i, other := at[r.IntN(len(at))], at[r.IntN(len(at))]
	events := b.copy()
	switch f.what {
	case "removed":
		return slices.Delete(events, i, i+1), true
	case "doubled":
		return slices.Insert(events, i, events[i]), true
	case "of another task":
		events[i].F[0], events[i].F[1] = events[other].F[0], events[other].F[1]
	default:
		field, _ := f.kind.Field(f.what)
		events[i].F[field.Slot] = f.value[r.IntN(len(f.value))]
	}
	return events, events[i].F != b.events[i].F
}

func TestAFaultInAnyEventOfATaskIsRefused(t *testing.T) {
	var bases []*bench
	for _, name := range []string{"01-v3-tcp-mount-read", "03-v41-mount-basic", "08-server-hang-soft", "07-reconnect", "11-signal-kill"} {
		bases = append(bases, newBench(t, name))
	}
	r := rand.New(rand.NewPCG(6, 2))
	made, refused := 0, 0
	for _, f := range faults() {
		of := 0
		for try := 0; of < 12 && try < 600; try++ {
			base := bases[try%len(bases)]
			events, changed := f.apply(base, r)
			if !changed {
				continue
			}
			of++
			if base.refused(events) {
				refused++
			} else {
				t.Errorf("not refused: %s %s in %s, line %d", f.kind, f.what, base.rec.Name, base.firstChange(events))
			}
		}
		require.NotZero(t, of, f.kind.String()+" "+f.what)
		made += of
	}
	t.Logf("%d of %d refused", refused, made)
}
