package scene

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"sunscope/core/story"
	"sunscope/core/trace"
)

// alive is a story at whose end that many tasks live: a tenth of them has a slot, the others sleep until one is free.
func alive(t testing.TB, tasks int) *story.Story {
	t.Helper()
	log := &trace.Log{}
	var e trace.Event
	us := 0
	add := func(format string, args ...any) {
		us++
		line := fmt.Sprintf("dd-%d [000] ..... %d.%06d: ", 100+us/5, 1+us/1_000_000, us%1_000_000) + fmt.Sprintf(format, args...)
		require.NoError(t, log.ParseLine(line, &e), line)
		log.Append(&e)
	}
	add("xprt_create: peer=[10.0.0.1]:2049 state=CONNECTED|BOUND")
	add("rpc_clnt_new: client=00000001 peer=[10.0.0.1]:2049 program=nfs server=srv xprtsec=none flags=0x0")
	for i := range tasks {
		id := fmt.Sprintf("task:%08x@00000001 flags=DYNAMIC runstate=", i+1)
		add("rpc_task_begin: %sACTIVE status=0 action=0x0", id)
		add("rpc_task_run_action: %sRUNNING|ACTIVE status=0 action=call_start [sunrpc]", id)
		add("rpc_task_run_action: %sRUNNING|ACTIVE status=0 action=call_reserve [sunrpc]", id)
		if i < tasks/10 {
			add("xprt_reserve: task:%08x@00000001 xid=0x%08x", i+1, i+1)
		} else {
			add("rpc_task_sleep: %sRUNNING|ACTIVE status=-11 timeout=0 queue=xprt_backlog", id)
		}
	}
	return story.New(log)
}

func TestTenThousandTasksAreAPictureOfBoundedSize(t *testing.T) {
	s := alive(t, 10_000)
	for _, z := range sizes {
		l := at(s, s.Len()-1, z.w, z.h, "en")
		require.Less(t, len(l.Front), 6000, z.name)
		require.Contains(t, shown(l), "xprt_backlog\n")
	}
}

func BenchmarkClientRoom(b *testing.B) {
	for _, n := range []int{100, 1000, 10_000} {
		s := alive(b, n)
		st := s.At(s.Len() - 1)
		for _, part := range []struct {
			name  string
			parts Parts
		}{{"map", PartMap}, {"slots", PartSlots}, {"queues", PartQueues}, {"work", PartWork}, {"all", 0}} {
			b.Run(fmt.Sprintf("tasks=%d/%s", n, part.name), func(b *testing.B) {
				v := &View{W: 1420, H: 840, Lang: "en", Now: st.Time, Parts: part.parts}
				var l List
				LayoutInto(&l, s, st, v)
				b.ReportAllocs()
				for b.Loop() {
					v.Now++
					LayoutInto(&l, s, st, v)
				}
				b.ReportMetric(float64(len(l.Front)), "items")
			})
		}
	}
}
