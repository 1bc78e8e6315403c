package story

import (
	"testing"

	"github.com/stretchr/testify/require"

	"sunscope/core/trace"
)

func mustParse(t *testing.T, text string) Predicate {
	p, err := ParsePredicate(text)
	require.NoError(t, err)
	return p
}

func found(t *testing.T, s *Story, text string, from int) int {
	i, ok := s.Find(mustParse(t, text), from)
	if !ok {
		return -1
	}
	return i
}

func TestAPredicateFindsEventsByNameFieldsAndItem(t *testing.T) {
	sc := contended(t)
	sc.by("dd-13", "sunscope_item: task:"+task3+" item=read[3]")
	sc.by("dd-11", taskLine("rpc_task_sleep", task1, "RUNNING|ACTIVE", `status=0 timeout=0 queue=ForeChannel Slot table`))
	s := sc.story()
	require.Equal(t, 16, found(t, s, "rpc_task_sleep", 0))
	require.Equal(t, 16, found(t, s, "rpc_task_sleep queue=xprt_backlog item=read[3]", 0))
	require.Equal(t, 19, found(t, s, "rpc_task_sleep queue=xprt_backlog", 17))
	require.Equal(t, 19, found(t, s, "rpc_task_sleep status=-11 nth=2", 0))
	require.Equal(t, -1, found(t, s, "rpc_task_sleep nth=2", 20), "the second of the log lies before")
	require.Equal(t, 21, found(t, s, `rpc_task_sleep queue="ForeChannel Slot table"`, 0))
	require.Equal(t, 21, found(t, s, `rpc_task_sleep "queue=ForeChannel Slot table"`, 0))
	require.Equal(t, 5, found(t, s, "rpc_task_run_action action=call_reserve", 0))
	require.Equal(t, 6, found(t, s, "xprt_reserve xid=01aabbcc", 0))
	require.Equal(t, 6, found(t, s, "xprt_reserve xid=0x1aabbcc", 0))
	require.Equal(t, 8, found(t, s, "rpc_task_begin task=2 client=00000002", 0))
	require.Equal(t, 14, found(t, s, "* item=read[3]", 0), "events before the item was named are about it as well")
	require.Equal(t, 3, found(t, s, "* runstate=RUNNING|ACTIVE", 0))
	require.Equal(t, -1, found(t, s, "rpc_task_begin client=3", 0))
}

func TestFindBackGoesBackAndMatchesLooksAtOneEvent(t *testing.T) {
	s := contended(t).story()
	p := mustParse(t, "rpc_task_sleep")
	i, ok := s.FindBack(p, s.Len())
	require.True(t, ok)
	require.Equal(t, 19, i)
	i, _ = s.FindBack(p, 18)
	require.Equal(t, 16, i)
	_, ok = s.FindBack(p, 15)
	require.False(t, ok)
	require.True(t, s.Matches(p, 16))
	require.False(t, s.Matches(p, 17))
	require.False(t, s.Matches(p, -1))
	require.False(t, s.Matches(p, 1000))
	second := mustParse(t, "rpc_task_sleep nth=2")
	require.False(t, s.Matches(second, 16))
	require.True(t, s.Matches(second, 19))
	i, ok = s.FindBack(second, 19)
	require.True(t, ok)
	require.Equal(t, 19, i)
}

func TestErrorsNameTheWordAndWhatItMayHaveMeant(t *testing.T) {
	for text, want := range map[string]string{
		"":                               "empty predicate: expected an event name such as rpc_task_sleep, or *",
		"rpc_task_slep":                  "event rpc_task_slep is unknown; near matches: rpc_task_sleep",
		"xyzzy":                          "event xyzzy is unknown",
		"rpc_task_sleep quene=delayq":    "field of rpc_task_sleep quene is unknown; near matches: queue",
		"rpc_task_sleep queue":           "queue: expected field=value",
		"rpc_task_sleep status=eleven":   "status=eleven: expected a number",
		"xprt_reserve xid=zz":            "xid=zz: expected a hexadecimal number",
		"rpc_task_sleep nth=0":           "nth=0: expected a number from 1 on",
		`rpc_task_sleep queue="delayq`:   `a quote is not closed in rpc_task_sleep queue="delayq`,
		"* qeue=delayq":                  "field qeue is unknown; near matches: queue",
		"sunscope_items":                 "event sunscope_items is unknown; near matches: sunscope_item",
		"rpc_task_sleep queue=a =delayq": "=delayq: expected field=value",
	} {
		_, err := ParsePredicate(text)
		require.Error(t, err, text)
		require.Contains(t, err.Error(), want, text)
	}
}

func TestFieldsStandWhereTheFoldReadsThem(t *testing.T) {
	for _, c := range []struct {
		kind trace.Kind
		name string
		slot int
	}{
		{trace.RPCTaskRunAction, "task", fPID}, {trace.RPCTaskRunAction, "client", fClid},
		{trace.RPCTaskRunAction, "flags", fFlags}, {trace.RPCTaskRunAction, "runstate", fRunState},
		{trace.RPCTaskRunAction, "status", fStatus}, {trace.RPCTaskRunAction, "action", fAction},
		{trace.RPCTaskSleep, "status", fStatus}, {trace.RPCTaskWakeup, "timeout", fTimeout}, {trace.RPCTaskWakeup, "queue", fQueue},
		{trace.RPCRequest, "prog", 2}, {trace.RPCRequest, "vers", 3}, {trace.RPCRequest, "proc", 4},
		{trace.RPCClntNew, "addr", 1}, {trace.RPCClntNew, "port", 2}, {trace.RPCClntNew, "program", 3}, {trace.RPCClntNew, "server", 4},
		{trace.RPCXDRSendto, "len3", 8}, {trace.SvcXDRSendto, "len3", 7},
		{trace.XprtCreate, "addr", 0}, {trace.XprtConnect, "port", 1}, {trace.XprtDisconnectDone, "state", 2},
		{trace.XprtReserve, "xid", 2}, {trace.XprtReserveXprt, "snd_task", fSndTask}, {trace.XprtReserveCong, "snd_task", fSndTask},
		{trace.XprtTransmit, "xid", 2}, {trace.XprtTransmit, "status", 4}, {trace.XprtRetransmit, "prog", 3},
		{trace.XprtLookupRqst, "xid", 2}, {trace.XprtLookupRqst, "status", 3}, {trace.XprtTimer, "xid", 2},
		{trace.XsStreamReadRequest, "xid", 2},
		{trace.RPCSocketConnect, "ino", 1}, {trace.RPCSocketConnect, "sk_state", 6}, {trace.RPCSocketStateChange, "ino", 0},
		{trace.RPCSocketStateChange, "srcaddr", 1}, {trace.RPCSocketClose, "dstaddr", 2}, {trace.RPCSocketClose, "sk_state", 5},
		{trace.RPCSocketShutdown, "sk_state", 5}, {trace.RPCSocketError, "sk_state", 6}, {trace.RPCSocketResetConnection, "ino", 1},
		{trace.SvcProcess, "xid", 1}, {trace.SvcProcess, "service", 2}, {trace.SvcProcess, "proc", 4}, {trace.SvcSend, "status", 3},
		{trace.SvcXDRRecvfrom, "xid", 0}, {trace.SvcSend, "xid", 0}, {trace.SvcXprtEnqueue, "flags", 2}, {trace.SvcsockTCPRecv, "flags", 2},
		{trace.Item, "item", 2}, {trace.Host, "addr", 1}, {trace.Host, "last", 3}, {trace.Host, "role", 4},
		{trace.WireSend, "packet", 0}, {trace.WireSend, "kind", 3}, {trace.WireSend, "arrives", 5}, {trace.WireSend, "bytes", 6},
		{trace.WireRecv, "packet", 0}, {trace.WorkRun, "wq", 2}, {trace.WorkRun, "work", 3}, {trace.Fault, "where", 1},
	} {
		f, ok := c.kind.Field(c.name)
		require.True(t, ok, "%s %s", c.kind, c.name)
		require.Equal(t, c.slot, f.Slot, "%s %s", c.kind, c.name)
	}
}

func TestEveryRuleHasASentenceInBothLanguages(t *testing.T) {
	for r := NoRule + 1; r < ruleCount; r++ {
		require.NotEmpty(t, r.String())
		require.NotEmpty(t, r.Text("zh"))
		require.NotEqual(t, r.Text("en"), r.Text("zh"))
	}
}

func FuzzParsePredicate(f *testing.F) {
	for _, text := range []string{"rpc_task_sleep queue=xprt_backlog item=read[3]", `* queue="ForeChannel Slot table" nth=2`, "xprt_reserve xid=0x1", `"`, "* ="} {
		f.Add(text)
	}
	s := contended(f).story()
	f.Fuzz(func(t *testing.T, text string) {
		p, err := ParsePredicate(text)
		if err != nil {
			return
		}
		if i, ok := s.Find(p, 0); ok {
			require.True(t, s.Matches(p, i))
		}
		q, err := ParsePredicate(p.String())
		require.NoError(t, err)
		require.Equal(t, p, q)
	})
}
