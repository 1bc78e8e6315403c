package world_test

import (
	"cmp"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"sunscope/core/procfs"
	"sunscope/core/record"
	"sunscope/core/scenario"
	"sunscope/core/scenario/yaml"
	"sunscope/core/story"
	"sunscope/core/sunrpc"
	"sunscope/core/trace"
	"sunscope/core/world"
)

// counted is what both kernels have counted after a step, as they hold it themselves.
type counted struct {
	events int
	nfs    [2]sunrpc.Counters
	stats  [2][]sunrpc.Stat
}

// countedIn runs a scenario and notes what the kernels count every so many events, and at the end.
func countedIn(t *testing.T, name string, seed uint64, every int) (*world.World, []counted) {
	sc, err := yaml.Builtin(name)
	require.NoError(t, err)
	w, err := world.New(sc, seed)
	require.NoError(t, err)
	var list []counted
	note := func() {
		c := counted{events: w.Log().Len()}
		for i, k := range []*sunrpc.Kernel{w.Client(), w.Server()} {
			c.nfs[i], c.stats[i] = k.NFS, k.Stats()
		}
		list = append(list, c)
	}
	for next := every; w.Step(); {
		if w.Log().Len() >= next {
			note()
			next = w.Log().Len() + every
		}
	}
	note()
	return w, list
}

// madeBy lists which transports of the log each host made: a story numbers those of both together.
func madeBy(w *world.World, clientCPUs int) (made [2][]story.XprtID) {
	n := story.XprtID(0)
	each(w.Log(), func(_ int, e *trace.Event) {
		if e.Kind == trace.XprtCreate {
			n++
			host := 0
			if int(e.CPU) >= clientCPUs {
				host = 1
			}
			made[host] = append(made[host], n)
		}
	})
	return made
}

func TestTheCountersInTheEventsAreTheEnginesOwn(t *testing.T) {
	twins := map[string]bool{}
	for _, name := range yaml.Builtins() {
		sc, err := yaml.Builtin(name)
		require.NoError(t, err)
		for _, seed := range []uint64{1, 42} {
			w, list := countedIn(t, name, seed, 700)
			made := madeBy(w, sc.Client.CPUs)
			s := story.New(w.Log())
			n := procfs.Count(s, 0)
			for _, c := range list {
				where := fmt.Sprintf("%s, seed %d, after %d events", name, seed, c.events)
				got, unread := (&record.Recording{Log: w.Log()}).CountTo(c.events)
				require.Empty(t, unread, where)
				require.EqualValues(t, c.nfs[0].RPCCnt+c.nfs[1].RPCCnt, got.Calls, where)
				require.EqualValues(t, c.nfs[0].RPCRetrans+c.nfs[1].RPCRetrans, got.Retrans, where)
				require.EqualValues(t, c.nfs[0].RPCAuthRefresh+c.nfs[1].RPCAuthRefresh, got.Refreshes, where)
				n.To(c.events)
				if sameStats(t, s, n, c, made, tablesOf(sc), where) {
					twins[name] = true
				}
			}
		}
	}
	require.Equal(t, map[string]bool{"conn-close-loop": true}, twins, "several mounts at once are the only ones that cannot be told apart")
}

// tablesOf are the slots that transports of a scenario make in advance.
func tablesOf(sc *scenario.Scenario) procfs.Tables {
	def := sunrpc.DefaultKnobs()
	return procfs.Tables{TCP: cmp.Or(sc.Sunrpc.TCPSlots, def.TCPSlots), UDP: cmp.Or(sc.Sunrpc.UDPSlots, def.UDPSlots)}
}

// sameStats compares the statistics of each transport, but for the connects of those that cannot be told apart: it reports
// whether there are such.
func sameStats(t *testing.T, s *story.Story, n *procfs.Counts, c counted, made [2][]story.XprtID, tables procfs.Tables, where string) (twins bool) {
	for host, stats := range c.stats {
		for _, is := range stats {
			id := made[host][is.Made-1]
			x := n.Xprt(id)
			bad := int64(0)
			if v := s.At(c.events - 1).Xprt(id); v != nil {
				bad = int64(v.BadXIDs)
			}
			says := sunrpc.XprtStat{
				Binds: int(x.Binds), Connects: int(x.Connects), Sends: int(x.Sends), Recvs: int(x.Recvs), BadXIDs: int(bad),
				ReqU: int(x.ReqU), BacklogU: int(x.BacklogU), SendingU: int(x.SendingU), PendingU: int(x.PendingU),
				MaxSlots: is.MaxSlots, ConnectStart: is.ConnectStart, ConnectTime: x.ConnectTime,
			}
			if x.Twin {
				twins, says.Connects, says.ConnectTime = true, is.Connects, is.ConnectTime
			}
			require.Equal(t, is.XprtStat, says, "%s: transport %d to %s", where, id, is.Peer)
			require.LessOrEqual(t, x.InUse, is.MaxSlots, where)
			if v := s.At(c.events - 1).Xprt(id); v != nil {
				says := x.MaxSlots(v, tables)
				require.Contains(t, []int{is.MaxSlots, -1}, says, "%s: transport %d to %s", where, id, is.Peer)
			}
		}
	}
	return twins
}

// What the server's reply cache counts follows from the events, in worlds in which calls come twice.
func TestTheReplyCachesCountersFollowFromTheEvents(t *testing.T) {
	hits := int64(0)
	for _, name := range []string{"reconnect", "two-slots", "nlm-lock", "slow-link"} {
		sc, err := yaml.Builtin(name)
		require.NoError(t, err)
		w, err := world.New(sc, 42)
		require.NoError(t, err)
		for w.Step() {
		}
		rc, have := w.ReplyCache(), procfs.CountServer(w.Log(), w.Log().Len()).RC
		require.False(t, have.Unsure)
		require.EqualValues(t, rc.Hits, have.Hits, name)
		require.EqualValues(t, rc.Misses, have.Misses, name)
		hits += have.Hits
	}
	require.Positive(t, hits)
}
