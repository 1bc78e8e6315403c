package procfs_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"sunscope/core/procfs"
	"sunscope/core/scenario/yaml"
	"sunscope/core/story"
	"sunscope/core/trace"
	"sunscope/core/world"
)

func simulate(t *testing.T, name string) *trace.Log {
	sc, err := yaml.Builtin(name)
	require.NoError(t, err)
	log, err := world.Run(sc, 42)
	require.NoError(t, err)
	return log
}

func atTheEnd(log *trace.Log) *procfs.Moment {
	return procfs.At(story.New(log), log.Len()-1, log.TimeAt(log.Len()-1))
}

func TestMountstatsHasALineForEachProcedureAndTransport(t *testing.T) {
	m := atTheEnd(simulate(t, "two-slots"))
	m.Tables = procfs.Tables{TCP: 2, UDP: 16}
	text := m.MountStats()
	require.Contains(t, text, "\tRPC iostats version: 1.1  p/v: 100003/3 (nfs)\n\txprt:\ttcp ? 0 2 0 0 9 9 0 16 26 2 2 6\n\tper-op statistics\n\t        NULL: 1 1 0 44 24 ")
	require.Contains(t, text, "\n\t        READ: 8 8 0 896 9216 ")
	require.Contains(t, text, "\n\t READDIRPLUS: 0 0 0 0 0 0 0 0 0\n")
	require.Equal(t, 22, strings.Count(text, ": 0 0 0 0")+2, "every procedure of version 3 has a line")
}

// What a call took is in rpc_stats_latency; how often it went out, and how much, in other events of the same task.
func TestAnOperationThatIsSentAgainCountsItsBytesEachTime(t *testing.T) {
	rec := read(t, recordings+"08-server-hang-soft")
	s := story.New(rec.Log)
	var sent, again, ops, transmissions int64
	var e trace.Event
	for i := range rec.Log.Len() {
		switch rec.Log.At(i, &e); e.Kind {
		case trace.XprtTransmit:
			sent++
		case trace.XprtRetransmit:
			again++
		}
	}
	require.Positive(t, again)
	counts := procfs.Count(s, s.Len())
	counts.EachOp(func(_ uint32, proc string, o *procfs.Op) {
		ops += o.Ops
		transmissions += o.Transmissions
		require.GreaterOrEqual(t, o.Transmissions, o.Ops, proc)
		require.GreaterOrEqual(t, o.Sent, o.Transmissions*44, proc)
		require.GreaterOrEqual(t, o.Execute, o.RTT, proc)
	})
	require.Equal(t, again, transmissions-ops)
	require.LessOrEqual(t, transmissions, sent)
}

func TestWhatARecordingCannotTellIsNotShown(t *testing.T) {
	rec := read(t, recordings+"06-slot-contention")
	i, err := procfs.Mark(rec.Log, "contention3")
	require.NoError(t, err)
	m := procfs.At(story.New(rec.Log), i, rec.Log.TimeAt(i))
	text := m.MountStats()
	require.Regexp(t, `xprt:\ttcp \? 1 2 0 0 \d+ \d+ 0 \d+ \d+ 2 \d+ \d+\n`, text, "tasks slept on the backlog while two slots were in use: there were no more")
	require.Contains(t, text, "\n# ?: ")
	rec = read(t, recordings+"01-v3-tcp-mount-read")
	i, err = procfs.Mark(rec.Log, "mounted")
	require.NoError(t, err)
	text = procfs.At(story.New(rec.Log), i, rec.Log.TimeAt(i)).MountStats()
	require.Regexp(t, `xprt:\ttcp \? 1 2 0 0 \d+ \d+ 0 \d+ 0 \? \d+ \d+\n`, text, "how many slots were made in advance shows nowhere")
}

// Each event counts: without one of them the sums are others.
func TestEachEventOfATransportCounts(t *testing.T) {
	log := simulate(t, "two-slots")
	whole := atTheEnd(log).MountStats()
	for _, kind := range []trace.Kind{trace.XprtTransmit, trace.RPCXDRSendto, trace.XsStreamReadRequest, trace.RPCSocketConnect,
		trace.RPCSocketStateChange, trace.RPCStatsLatency} {
		require.NotEqual(t, whole, atTheEnd(without(log, kind, 0)).MountStats(), kind.String())
	}
	for _, kind := range []trace.Kind{trace.SvcProcess, trace.SvcXDRSendto} {
		require.Equal(t, whole, atTheEnd(without(log, kind, 0)).MountStats(), "what the server does is no client's")
	}
}
