package story

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"sunscope/core/scenario/yaml"
	"sunscope/core/trace"
	"sunscope/core/world"
)

// simulation runs a built-in scenario.
func simulation(t testing.TB, name string, seed uint64) *trace.Log {
	t.Helper()
	sc, err := yaml.Builtin(name)
	require.NoError(t, err)
	log, err := world.Run(sc, seed)
	require.NoError(t, err)
	return log
}

// kernelOnly is the log as a real kernel would have recorded it. last[i] is the ordinal in the whole log of the last
// event before the kernel's event i+1: our own events that follow event i belong to its instant.
func kernelOnly(log *trace.Log) (kernel *trace.Log, last []int) {
	kernel = &trace.Log{}
	var e trace.Event
	for i := range log.Len() {
		if log.KindAt(i).Ours() {
			if len(last) > 0 {
				last[len(last)-1] = i
			}
			continue
		}
		log.At(i, &e)
		kernel.Append(restr(log, kernel, &e))
		last = append(last, i)
	}
	return kernel, last
}

// What is inferred without our own events must be what they say, wherever it is not unknown.
func TestInferenceFromKernelEventsAgreesWithWhatTheSimulationSays(t *testing.T) {
	for seed := range uint64(8) {
		log := simulation(t, "two-slots", seed+40)
		kernel, last := kernelOnly(log)
		full, part := New(log), New(kernel)
		require.Greater(t, log.Len(), kernel.Len()+50)
		for i := range kernel.Len() {
			f, p := full.At(last[i]), part.At(i)
			tasksAgree(t, log, kernel, f, p)
			transportsAgree(t, f, p)
			serversAgree(t, log, kernel, f, p)
			packetsAgree(t, f, p)
			workAgrees(t, f, p)
			require.Equal(t, f.Counters.RPCCnt, p.Counters.RPCCnt)
			for _, h := range p.Hosts {
				same := slices.IndexFunc(f.Hosts, func(o Host) bool { return o.Addr.Value == h.Addr.Value })
				require.GreaterOrEqual(t, same, 0)
				require.Equal(t, f.Hosts[same].Server, h.Server, "instant %d host %s", i, h.Addr.Value)
			}
		}
	}
}

func tasksAgree(t *testing.T, log, kernel *trace.Log, f, p *State) {
	require.Len(t, p.Tasks, len(f.Tasks))
	for i := range p.Tasks {
		a, b := f.Tasks[i], p.Tasks[i]
		require.Equal(t, Unknown, b.Item.How, "a recording does not tell workload items")
		for _, names := range [][2]trace.Str{{a.Owner, b.Owner}, {a.Comm, b.Comm}, {a.Prog, b.Prog}, {a.Proc, b.Proc}} {
			require.Equal(t, log.Text(names[0]), kernel.Text(names[1]))
		}
		for _, x := range []*Task{&a, &b} {
			x.Item, x.Owner, x.Comm, x.Prog, x.Proc = Fact[string]{}, 0, 0, 0, 0
			if x.Asleep { // when RUNNING goes, a kernel tells only by what its thread does next
				x.RunState, x.RunHow, x.RunRule = x.RunState&^trace.Running, Inferred, NoRule
			}
			x.BeganOrd, x.SleepOrder, x.LastEvent, x.FinishedOrd, x.queueOn = 0, 0, 0, 0, ""
		}
		require.Equal(t, a, b, "instant %d", p.Instant)
	}
}

func transportsAgree(t *testing.T, f, p *State) {
	require.Equal(t, f.Clients, p.Clients)
	require.Len(t, p.Xprts, len(f.Xprts))
	for i := range p.Xprts {
		a, b := f.Xprts[i], p.Xprts[i]
		for _, x := range []*Xprt{&a, &b} {
			x.Slots, x.UsedSince = slices.Clone(x.Slots), 0 // an instant, as Reserved is
			for k := range x.Slots {
				x.Slots[k].Reserved = 0
			}
			x.XmitQueue, x.RecvQueue = append([]TaskID{}, x.XmitQueue...), append([]TaskID{}, x.RecvQueue...)
		}
		require.Equal(t, a, b, "instant %d", p.Instant)
	}
}

func serversAgree(t *testing.T, log, kernel *trace.Log, f, p *State) {
	require.Len(t, p.Threads, len(f.Threads))
	for i := range p.Threads {
		a, b := f.Threads[i], p.Threads[i]
		require.Equal(t, log.Text(a.Proc), kernel.Text(b.Proc))
		for _, x := range []*Thread{&a, &b} {
			x.Comm, x.Proc, x.Ord = 0, 0, 0
		}
		require.Equal(t, a, b)
	}
	for _, x := range p.SvcXprts {
		require.Empty(t, x.Pending, "nobody knows what has arrived")
		same := slices.IndexFunc(f.SvcXprts, func(o SvcXprt) bool { return o.Local == x.Local && o.Remote == x.Remote })
		require.GreaterOrEqual(t, same, 0)
		require.Equal(t, f.SvcXprts[same].Queued, x.Queued)
	}
}

// packetsAgree: what is guessed to be under way was sent and not read, and what is under way is guessed to be.
func packetsAgree(t *testing.T, f, p *State) {
	has := func(s *State, like *Packet) bool {
		return slices.ContainsFunc(s.Packets, func(o Packet) bool { return o.XID == like.XID && o.Kind == like.Kind && o.Dir == like.Dir })
	}
	for i := range f.Packets {
		k := &f.Packets[i]
		require.Equal(t, Observed, k.How)
		if k.XID == 0 || f.Task(k.Task) == nil || f.Task(k.Task).Received.Value {
			continue // a handshake; or the rest of a reply whose beginning was read already
		}
		require.True(t, has(p, k), "instant %d: %s %08x is under way", p.Instant, k.Kind, k.XID)
	}
	for i := range p.Packets {
		k := &p.Packets[i]
		require.Equal(t, Inferred, k.How)
		require.Equal(t, Unknown, k.Arrives.How)
		task := f.Task(k.Task)
		switch {
		case has(f, k):
		case k.Kind == "CALL": // arrived, and no thread has read it
			require.True(t, slices.ContainsFunc(f.SvcXprts, func(x SvcXprt) bool { return slices.Contains(x.Pending, k.XID) }),
				"instant %d: CALL %08x", p.Instant, k.XID)
		default: // about to be sent, or arrived and not read
			require.False(t, task.Received.Value, "instant %d: REPLY %08x", p.Instant, k.XID)
		}
	}
}

// workAgrees: who is guessed to run or to wait on a work queue does, unless the queue itself is a step ahead.
func workAgrees(t *testing.T, f, p *State) {
	for _, q := range p.WorkQueues {
		require.Equal(t, Inferred, q.How)
		same := slices.IndexFunc(f.WorkQueues, func(o WorkQueue) bool { return o.Name == q.Name })
		if same < 0 {
			require.Empty(t, q.Running, "instant %d %s", p.Instant, q.Name)
			require.Empty(t, q.Waiting, "instant %d %s", p.Instant, q.Name)
			continue
		}
		o := f.WorkQueues[same]
		require.Equal(t, Observed, o.How)
		in := func(list []Work, w Work) bool {
			return slices.ContainsFunc(list, func(x Work) bool { return x.Task == w.Task && x.What == w.What })
		}
		for _, w := range q.Running {
			require.True(t, in(o.Running, w), "instant %d: %s runs %s of task %d", p.Instant, q.Name, w.What, w.Task)
		}
		for _, w := range q.Waiting {
			require.True(t, in(o.Waiting, w) || in(o.Running, w), "instant %d: task %d waits on %s", p.Instant, w.Task, q.Name)
		}
	}
}

func TestWhatMustAlwaysHoldHoldsInSimulations(t *testing.T) {
	for seed := range uint64(10) {
		log := simulation(t, "two-slots", seed)
		s := New(log)
		for i := range s.Len() {
			requireSimulated(t, s, s.At(i))
		}
		end := s.At(s.Len() - 1)
		require.Empty(t, end.Packets)
		for _, l := range s.Lanes() {
			require.True(t, l.Ended, "%s", l.Label)
		}
		for i := s.Len() - 1; i >= 0; i -= 53 {
			sameState(t, from0(log, i), s.At(i))
		}
	}
}

// requireSimulated is requireInvariants for states whose packets are observed: handshakes carry no XID.
func requireSimulated(t *testing.T, s *Story, st *State) {
	kept := st.Packets
	st.Packets = nil
	requireInvariants(t, s, st)
	st.Packets = kept
	for i := range st.Packets {
		if p := &st.Packets[i]; p.XID != 0 {
			require.NotNil(t, st.Task(p.Task), "instant %d packet %d", st.Instant, p.ID)
		}
	}
}

func TestThirdReadSleepsOnTheBacklog(t *testing.T) {
	s := New(simulation(t, "two-slots", 42))
	i, ok := s.Find(mustParse(t, "rpc_task_sleep queue=xprt_backlog"), 0)
	require.True(t, ok)
	require.NotEmpty(t, s.Item(i))
	st := s.At(i)
	require.Equal(t, Fact[int]{2, Inferred, RuleBacklogFull}, st.Xprts[0].MaxSlots)
	require.Equal(t, Observed, st.Task(s.TaskAt(i)).Item.How)
}
