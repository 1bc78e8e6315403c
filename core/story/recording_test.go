package story

import (
	"bufio"
	"compress/gzip"
	"os"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"sunscope/core/fsm"
	"sunscope/core/trace"
)

const recordings = "../../tests/recordings/"

// recording reads a recording of a real kernel.
func recording(t testing.TB, name string) *trace.Log {
	t.Helper()
	f, err := os.Open(recordings + name + "/trace.txt.gz")
	require.NoError(t, err)
	defer f.Close()
	z, err := gzip.NewReader(f)
	require.NoError(t, err)
	log := &trace.Log{}
	var e trace.Event
	lines := bufio.NewScanner(z)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		if line := lines.Text(); line != "" && line[0] != '#' {
			require.NoError(t, log.ParseLine(line, &e), line)
			log.Append(&e)
		}
	}
	require.NoError(t, lines.Err())
	return log
}

// nfsStats adds up the rpc lines of all namespaces' /proc/net/rpc/nfs.
func nfsStats(t *testing.T, name, file string) (cnt, retrans, refresh int) {
	b, err := os.ReadFile(recordings + name + "/" + file)
	require.NoError(t, err)
	section := ""
	for _, line := range strings.Split(string(b), "\n") {
		if strings.HasPrefix(line, "== ") {
			section = line
		}
		w := strings.Fields(line)
		if len(w) != 4 || w[0] != "rpc" || !strings.HasSuffix(section, "/proc/net/rpc/nfs") {
			continue
		}
		for i, p := range []*int{&cnt, &retrans, &refresh} {
			n, err := strconv.Atoi(w[i+1])
			require.NoError(t, err)
			*p += n
		}
	}
	return cnt, retrans, refresh
}

func TestCountersAreThoseOfTheKernel(t *testing.T) {
	for _, name := range []string{"01-v3-tcp-mount-read", "06-slot-contention"} {
		s := New(recording(t, name))
		c0, r0, a0 := nfsStats(t, name, "stats-before.txt")
		c1, r1, a1 := nfsStats(t, name, "stats-after.txt")
		got := s.At(s.Len() - 1).Counters
		require.NotZero(t, got.RPCCnt)
		require.Equal(t, Counters{c1 - c0, r1 - r0, a1 - a0, s.Len()}, got, name)
	}
}

// from0 folds the log from its beginning, without keyframes.
func from0(log *trace.Log, ordinal int) *State {
	f := fold{src: &source{log: log}}
	f.st.Instant = -1
	for i := 0; i <= ordinal; i++ {
		f.apply(i)
	}
	return &f.st
}

func TestSeekingAnywhereGivesWhatFoldingFromTheStartGives(t *testing.T) {
	for _, name := range []string{"03-v41-mount-basic", "06-slot-contention"} {
		log := recording(t, name)
		s := New(log)
		rapid.Check(t, func(t *rapid.T) {
			at := 0
			for range rapid.IntRange(1, 6).Draw(t, "seeks") {
				if rapid.Bool().Draw(t, "far") {
					at = rapid.IntRange(0, log.Len()).Draw(t, "to")*7919%(log.Len()+1) - 1 // small numbers are drawn too often
				} else {
					at = max(-1, min(log.Len()-1, at+rapid.IntRange(-300, 300).Draw(t, "by")))
				}
				require.Equal(t, at, s.At(at).Instant)
			}
			sameState(t, from0(log, at), s.At(at))
		})
	}
}

func TestSteppingBackGivesExactlyWhatWasThereBefore(t *testing.T) {
	log := recording(t, "06-slot-contention")
	s := New(log)
	f := fold{src: &source{log: log}}
	f.st.Instant = -1
	var were []*fold
	const from, n = 3000, 400
	for i := range from + n {
		f.apply(i)
		if i >= from {
			c := &fold{}
			c.copyFrom(&f)
			were = append(were, c)
		}
	}
	for i := n - 1; i >= 0; i-- {
		sameState(t, &were[i].st, s.At(from+i))
	}
}

func TestAStoryOfAGrowingLogIsTheStoryOfTheWholeLog(t *testing.T) {
	whole := recording(t, "03-v41-mount-basic")
	log := &trace.Log{}
	s := New(log)
	require.Equal(t, -1, s.At(5).Instant)
	var e trace.Event
	for i := range whole.Len() {
		whole.At(i, &e)
		log.Append(restr(whole, log, &e))
		if i%97 == 0 {
			s.Extend()
			s.At(i / 2)
		}
	}
	s.Extend()
	w := New(log)
	for i := -1; i < log.Len(); i += 61 {
		sameState(t, w.At(i), s.At(i))
	}
	require.Equal(t, w.Lanes(), s.Lanes())
	require.Equal(t, w.LockSpans(), s.LockSpans())
	require.Equal(t, w.WireSpans(), s.WireSpans())
}

// restr puts the strings of e into another log.
func restr(from, to *trace.Log, e *trace.Event) *trace.Event {
	o := *e
	o.Comm, o.Ctx = to.Str(from.Text(e.Comm)), to.Str(from.Text(e.Ctx))
	for _, f := range e.Kind.Fields() {
		switch f.Type {
		case trace.TypeSymbol:
			o.F[f.Slot] = int64(to.Str(from.Text(trace.Str(e.F[f.Slot]))))
			o.F[f.Slot+1] = int64(to.Str(from.Text(trace.Str(e.F[f.Slot+1]))))
		case trace.TypeStr, trace.TypeBytes:
			o.F[f.Slot] = int64(to.Str(from.Text(trace.Str(e.F[f.Slot]))))
		}
	}
	return &o
}

func TestWhatMustAlwaysHoldHoldsInTheContendedRecording(t *testing.T) {
	s := New(recording(t, "06-slot-contention"))
	backlog, both := 0, 0
	for i := -1; i < s.Len(); i++ {
		if i%50 == 0 || i == s.Len()-1 {
			st := s.At(i)
			requireInvariants(t, s, st)
			for k := range st.Xprts {
				x := &st.Xprts[k]
				n := inUse(x)
				require.LessOrEqual(t, n, 2, "instant %d: the table has two slots", i)
				if n == 2 {
					both++
				}
			}
			for k := range st.Tasks {
				if st.Tasks[k].Asleep && st.Tasks[k].Queue == fsm.XprtBacklog {
					backlog++
				}
			}
		}
	}
	require.Greater(t, backlog, 500, "the recording is about the backlog")
	require.Greater(t, both, 100)
}

// requireInvariants checks what holds in every state of every log.
func requireInvariants(t *testing.T, s *Story, st *State) {
	t.Helper()
	at := "instant " + strconv.Itoa(st.Instant)
	for i := range st.Tasks {
		k := &st.Tasks[i]
		if i > 0 {
			require.Less(t, st.Tasks[i-1].ID, k.ID, at)
		}
		require.Equal(t, k.Asleep, k.RunState&trace.Queued != 0, "%s task %d", at, k.ID)
		if k.Finished {
			require.False(t, k.Asleep || k.Running, "%s task %d", at, k.ID)
			require.Equal(t, -1, k.Slot, "%s task %d", at, k.ID)
		}
		if k.Asleep && k.Queue == fsm.XprtBacklog {
			require.Equal(t, -1, k.Slot, "%s task %d sleeps for a slot and has one", at, k.ID)
			x := st.Xprt(k.Xprt.Value)
			require.Equal(t, x.MaxSlots.Value, inUse(x)+freeing(s, x), "%s: somebody sleeps and nobody hands a free slot over", at)
		}
		if k.Slot >= 0 {
			require.Equal(t, k.ID, st.Xprt(k.Xprt.Value).Slots[k.Slot].Task, "%s task %d", at, k.ID)
		}
		require.LessOrEqual(t, k.LastEvent, st.Instant)
	}
	for i := range st.Xprts {
		x := &st.Xprts[i]
		if x.SndTask.Value != 0 {
			require.NotNil(t, st.Task(x.SndTask.Value), "%s: the owner of the write lock", at)
			require.False(t, x.SndCookie, at)
		}
		for n, slot := range x.Slots {
			if slot.Task != 0 {
				k := st.Task(slot.Task)
				require.NotNil(t, k, "%s slot %d", at, n)
				require.Equal(t, n, k.Slot, "%s slot %d", at, n)
				require.Equal(t, slot.Handed, slot.XID == 0, "%s slot %d", at, n)
			}
		}
		for _, id := range x.RecvQueue {
			require.NotZero(t, st.Task(id).RunState&trace.NeedRecv, "%s task %d", at, id)
		}
		for _, id := range x.XmitQueue {
			require.NotZero(t, st.Task(id).RunState&trace.NeedXmit, "%s task %d", at, id)
		}
	}
	for i := range st.Packets {
		p := &st.Packets[i]
		k := st.Task(p.Task)
		require.NotNil(t, k, "%s packet %d", at, p.ID)
		// A back-channel task answers and expects nothing; another thread may send a call while its own is still
		// inside call_encode, before an event of its own shows the bits.
		require.True(t, k.Finished || k.Clid == trace.NoID || k.Action == fsm.CallEncode || k.RunState&trace.NeedRecv != 0,
			"%s packet %d", at, p.ID)
		require.NotZero(t, p.XID)
	}
	for i := range st.WorkQueues {
		for _, w := range st.WorkQueues[i].Running {
			if w.Task != 0 {
				require.NotNil(t, st.Task(w.Task), at)
			}
		}
	}
	require.LessOrEqual(t, len(st.Threads), 64)
}

// freeing is the number of threads that have just freed a slot and may be about to hand it over.
func freeing(s *Story, x *Xprt) int {
	n := 0
	for i := range s.cur.runners {
		if r := &s.cur.runners[i]; r.freedXprt == x.ID && x.Slots[r.freedSlot].Task == 0 {
			n++
		}
	}
	return n
}

func TestLanesTellWhatTheStatesTell(t *testing.T) {
	s := New(recording(t, "06-slot-contention"))
	lanes := s.Lanes()
	for i := 0; i < s.Len(); i += 37 {
		st := s.At(i)
		for k := range st.Tasks {
			task := &st.Tasks[k]
			if task.Finished {
				continue
			}
			l := lanes[task.ID-1]
			require.Equal(t, task.ID, l.Task)
			var in *Span
			for n := range l.Spans {
				if sp := &l.Spans[n]; int(sp.From) <= i && (i < int(sp.To) || n == len(l.Spans)-1) {
					in = sp
				}
			}
			require.NotNil(t, in, "instant %d task %d", i, task.ID)
			require.Equal(t, task.Action, in.State)
			require.Equal(t, task.Asleep, in.Asleep)
			if in.Asleep {
				require.Equal(t, task.Queue, in.Queue)
			}
		}
	}
	for _, l := range lanes {
		require.True(t, l.Ended, "task %d", l.Task)
		for n := 1; n < len(l.Spans); n++ {
			require.Equal(t, l.Spans[n-1].To, l.Spans[n].From)
		}
	}
	require.Equal(t, "task 6 ACCESS", lanes[found6(t, s)-1].Label)
}

// found6 is the task that 06 begins first among the contending ones.
func found6(t *testing.T, s *Story) TaskID {
	i, ok := s.Find(mustParse(t, "rpc_task_begin task=6 client=3"), 0)
	require.True(t, ok)
	return s.TaskAt(i)
}

func TestStepsOfATaskGoForwardsAndBack(t *testing.T) {
	s := New(recording(t, "06-slot-contention"))
	id := found6(t, s)
	var actions []string
	log := s.Log()
	var e trace.Event
	i, ok := s.TaskStep(id, -1, 1)
	for ok {
		log.At(i, &e)
		actions = append(actions, e.Text(log, "action"))
		was := i
		if i, ok = s.TaskStep(id, i, 1); ok {
			back, _ := s.TaskStep(id, i, -1)
			require.Equal(t, was, back)
		}
	}
	require.Equal(t, "call_start call_reserve call_reserveresult call_refresh call_refreshresult call_allocate call_encode "+
		"call_transmit call_transmit_status xprt_timer call_status call_decode rpc_exit_task", strings.Join(actions, " "))
	require.Contains(t, eventNamesOf(s, id), "svc_process", "events of the server are about the task whose XID they print")
}

func eventNamesOf(s *Story, id TaskID) []string {
	var names []string
	for _, i := range s.TaskEvents(id) {
		names = append(names, s.Log().KindAt(int(i)).String())
	}
	return names
}

func TestOrdinalAtIsTheLastEventNotAfter(t *testing.T) {
	s := contended(t).story()
	require.Equal(t, -1, s.OrdinalAt(0))
	require.Equal(t, 0, s.OrdinalAt(ms(1)))
	require.Equal(t, 4, s.OrdinalAt(ms(5)+1))
	require.Equal(t, s.Len()-1, s.OrdinalAt(ms(100000)))
}

// Whatever events come, in whatever order, with whatever fields, the fold goes on.
func TestTheFoldSurvivesAnyEvents(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		log := &trace.Log{}
		words := []string{"", "nfs", "call_reserve", "call_transmit", "xprt_backlog", "10.99.1.1", "2049", "10.99.1.1:2049", "rpciod", "DATA",
			"\x80\x00\x00\x10abcd\x00\x00\x00\x00efgh", "\x80\x00"}
		for range rapid.IntRange(1, 200).Draw(t, "events") {
			e := trace.Event{Kind: rapid.SampledFrom(trace.Kinds()).Draw(t, "kind"), PID: int32(rapid.IntRange(0, 3).Draw(t, "pid"))}
			for _, f := range e.Kind.Fields() {
				switch f.Type {
				case trace.TypeStr, trace.TypeBytes, trace.TypeSymbol:
					e.F[f.Slot] = int64(log.Str(rapid.SampledFrom(words).Draw(t, "word")))
				case trace.TypePID, trace.TypeClid:
					e.F[f.Slot] = rapid.SampledFrom([]int64{1, 2, trace.NoID}).Draw(t, "id")
				default:
					e.F[f.Slot] = rapid.SampledFrom([]int64{0, 1, 2, 8, 12, -11, 0xffff}).Draw(t, "number")
				}
			}
			log.Append(&e)
		}
		s := New(log)
		at := rapid.IntRange(-1, log.Len()-1).Draw(t, "at")
		s.At(log.Len() - 1)
		sameState(t, from0(log, at), s.At(at))
	})
}
