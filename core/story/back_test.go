package story

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// stages are the stages that callbacks go through in a story, with the instants at which they begin.
func stages(s *Story) (all [][]CallbackStage, ops []string) {
	type key struct {
		xid uint32
		at  int64
	}
	index := map[key]int{}
	for i := range s.Len() {
		for _, c := range s.At(i).Callbacks {
			k := key{c.XID, int64(c.At)}
			n, ok := index[k]
			if !ok {
				n = len(all)
				index[k] = n
				all, ops = append(all, nil), append(ops, "")
			}
			if len(all[n]) == 0 || all[n][len(all[n])-1] != c.Stage {
				all[n] = append(all[n], c.Stage)
			}
			ops[n] = c.Op.Value
		}
	}
	return all, ops
}

func TestACallbackGoesFromTheListToAThreadToItsAnswer(t *testing.T) {
	for name, log := range map[string]func() *Story{
		"a recording": func() *Story { return New(recording(t, "04-v41-deleg-recall")) },
		"a run":       func() *Story { return New(simulation(t, "deleg-recall", 42)) },
	} {
		s := log()
		all, ops := stages(s)
		require.Equal(t, [][]CallbackStage{{CallbackListed, CallbackServed, CallbackAnswering, CallbackDone}}, all, name)
		require.Equal(t, []string{"CB_RECALL"}, ops)
		i, ok := s.Find(mustParse(t, "svc_process proc=COMPOUND service=\"NFSv4 callback\""), 0)
		if !ok {
			i, ok = s.Find(mustParse(t, "rpc_task_begin client=ffffffff"), 0)
		}
		require.True(t, ok)
		c := s.At(i).Callbacks[0]
		require.NotZero(t, c.Task, "the server's task that called")
		require.Equal(t, "nfs4_cb", s.At(i).Client(s.At(i).Task(c.Task).Client).Program)
	}
}

func TestTheAnswerToACallbackTellsItsOperationsAndResults(t *testing.T) {
	s := New(recording(t, "04-v41-deleg-recall"))
	i, ok := s.Find(mustParse(t, "rpc_task_begin client=ffffffff"), 0)
	require.True(t, ok)
	c := s.At(i).Callbacks[0]
	require.Equal(t, []CallbackOp{{"CB_SEQUENCE", "OK"}, {"CB_RECALL", "OK"}}, c.Ops[:c.Told])
	require.Equal(t, Fact[string]{"CB_RECALL", Observed, NoRule}, c.Op)
	require.NotZero(t, c.Answer)
}

func TestACallbackOfNFSv40HasNoTaskThatAnswersIt(t *testing.T) {
	for _, s := range []*Story{New(recording(t, "05-v40-callback")), New(simulation(t, "v40-callback", 42))} {
		all, ops := stages(s)
		require.NotEmpty(t, all)
		for i := range all {
			require.Equal(t, []CallbackStage{CallbackServed, CallbackDone}, all[i], "%s", ops[i])
		}
		require.Contains(t, ops, "CB_NULL")
		require.Contains(t, ops, "CB_RECALL")
	}
}

// channelStates are the states of the ways back to clients in the order in which they were told.
func channelStates(s *Story) (states []string) {
	last := map[string]string{}
	for i := range s.Len() {
		for _, b := range s.At(i).BackChannels {
			if b.State.Value != last[b.Client] && !b.Gone {
				last[b.Client] = b.State.Value
				states = append(states, b.State.Value)
			}
		}
	}
	return states
}

func TestTheServerSaysWhatItThinksOfTheWayBack(t *testing.T) {
	require.Equal(t, []string{"UNKNOWN", "UP", "UNKNOWN", "UP", "UNKNOWN", "DOWN", "UNKNOWN", "DOWN"}, channelStates(New(recording(t, "04-v41-deleg-recall"))))
	require.Equal(t, []string{"UNKNOWN", "UP", "UNKNOWN", "FAULT", "DOWN", "UNKNOWN", "UP"}, channelStates(New(simulation(t, "path-down", 42))))
}

func TestTheWayBackHasTheClientThatItsThreadMade(t *testing.T) {
	s := New(recording(t, "05-v40-callback"))
	ends := 0
	for i := range s.Len() {
		st := s.At(i)
		for _, b := range st.BackChannels {
			if b.Event != "nfsd_cb_setup" || b.Ord != i {
				continue
			}
			ends++
			require.Equal(t, RuleCallbackClient, b.Clnt.Rule)
			require.Equal(t, "nfs4_cb", st.Client(b.Clnt.Value).Program)
		}
	}
	require.Equal(t, 4, ends)
}

// What is inferred of the words that a receiver read must be what its bytes say.
func TestTheWordsThatWereReadAreThoseOfTheBytes(t *testing.T) {
	for _, name := range []string{"two-slots", "deleg-recall", "v40-callback", "callback-pool", "udp-loss", "reconnect", "lock-granted"} {
		log := simulation(t, name, 42)
		kernel, last := kernelOnly(log)
		full, part := New(log), New(kernel)
		words, markers := 0, 0
		for i := range kernel.Len() {
			f, p := full.At(last[i]).Reads, part.At(i).Reads
			require.Len(t, p, len(f))
			for j := range p {
				a, b := f[j], p[j]
				require.Equal(t, a.To, b.To, "%s, instant %d", name, i)
				require.Equal(t, a.XID, b.XID)
				require.Equal(t, a.Counts, b.Counts)
				require.Equal(t, a.Dir.Value, b.Dir.Value)
				if to := full.At(last[i]).Xprt(a.Xprt).Addr; to[0] == '/' || to == "127.0.0.1" {
					continue // no wire lies between processes of one host
				}
				require.Equal(t, Observed, a.Dir.How, "%s, instant %d: xid %08x", name, i, a.XID)
				require.Equal(t, RuleDirection, b.Dir.Rule)
				words++
				if b.Marker.How != Unknown {
					require.Equal(t, a.Marker.Value, b.Marker.Value, "%s, instant %d: xid %08x", name, i, a.XID)
					markers++
				}
			}
		}
		require.Greater(t, words, 100, name)
		if name != "udp-loss" {
			require.Greater(t, markers, 50, name)
		}
	}
}

func TestAReplyThatNobodyWaitsForIsThrownAway(t *testing.T) {
	st := newScript(t).mounted().by("kworker-3", "xprt_lookup_rqst: peer=[10.99.1.1]:2049 xid=0x0badc0de status=-2").now()
	require.Len(t, st.Reads, 1)
	require.Equal(t, ToNobody, st.Reads[0].To)
	require.Equal(t, [3]int{0, 1, 0}, st.Reads[0].Counts)
	require.Equal(t, uint32(1), st.Reads[0].Dir.Value, "it said REPLY, or nobody would have looked")
}

func TestACallThatIsAnsweredAgainIsCounted(t *testing.T) {
	s := New(simulation(t, "server-restart", 42))
	again := 0
	for i := range s.Len() {
		for _, v := range s.At(i).Served {
			again = max(again, v.Times)
		}
	}
	require.Positive(t, again)
	s = New(recording(t, "02-mount-udp-loss"))
	again = 0
	for i := 0; i < s.Len(); i += 20 {
		st := s.At(i)
		require.LessOrEqual(t, len(st.Served), KeptServed)
		for _, v := range st.Served {
			again = max(again, v.Times)
		}
	}
	require.Greater(t, again, 1, "a call whose reply was lost")
}

func TestACallbackThreadIsFreeAgainWhenItsAnswerIsSent(t *testing.T) {
	for _, s := range []*Story{New(recording(t, "04-v41-deleg-recall")), New(simulation(t, "deleg-recall", 42)), New(simulation(t, "callback-pool", 42))} {
		served := false
		for i := range s.Len() {
			st := s.At(i)
			for _, th := range st.Threads {
				if th.Service != callbackService || !th.Busy {
					continue
				}
				served = true
				open := false
				for _, c := range st.Callbacks {
					open = open || c.Stage != CallbackDone
				}
				require.True(t, open, "instant %d: it serves what is not over", i)
			}
		}
		require.True(t, served)
	}
}
