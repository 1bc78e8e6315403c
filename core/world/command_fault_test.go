package world

import (
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"sunscope/core/scenario"
	"sunscope/core/scenario/yaml"
	"sunscope/core/time"
	"sunscope/core/trace"
)

var overUDP = scenario.Command{At: scenario.FromStart, Do: "set mount.proto udp"}

func fieldOf(log *trace.Log, i int, name string) string {
	_, rest, _ := strings.Cut(line(log, i), " "+name+"=")
	value, _, _ := strings.Cut(rest, " ")
	return value
}

func timeOf(log *trace.Log, i int) time.Duration { return log.TimeAt(i) }

// sentRead is the ordinal at which the n-th READ's call leaves, with its packet and its XID.
func sentRead(t *testing.T, log *trace.Log, n int) (at int, packet, xid string) {
	item := findEvent(log, 0, "sunscope_item", "item=read["+strconv.Itoa(n)+"]")
	require.GreaterOrEqual(t, item, 0)
	_, rest, _ := strings.Cut(line(log, item), "task:")
	task, _, _ := strings.Cut(rest, " ")
	sent := findEvent(log, item, "xprt_transmit", "task:"+task)
	require.GreaterOrEqual(t, sent, 0)
	for at = sent; at > 0 && log.KindAt(at) != trace.WireSend; at-- {
	}
	return at, fieldOf(log, at, "packet"), fieldOf(log, sent, "xid")
}

func TestACallWhoseDatagramIsDroppedIsTransmittedAgainWithItsXID(t *testing.T) {
	plain := commanded(t, "two-slots", 42, overUDP)
	at, packet, xid := sentRead(t, plain, 1)
	forked := commanded(t, "two-slots", 42, overUDP, scenario.Command{At: at, Do: "packet " + packet + " drop"})
	require.Equal(t, -1, findEvent(plain, 0, "xprt_retransmit"))
	require.Positive(t, findEvent(forked, at, "sunscope_fault", "kind=LOST", "packet="+packet))
	again := findEvent(forked, at, "xprt_retransmit", "xid="+xid)
	require.Positive(t, again)
	require.GreaterOrEqual(t, timeOf(forked, again)-timeOf(forked, at), 100*time.Millisecond)
	require.Positive(t, findEvent(forked, again, "rpc_task_end", "status=1024"))
}

func TestADroppedSegmentIsSentAgainByTCPAndTheRPCClientHearsNothingOfIt(t *testing.T) {
	plain := commanded(t, "two-slots", 42)
	at, packet, xid := sentRead(t, plain, 3)
	forked := commanded(t, "two-slots", 42, scenario.Command{At: at, Do: "packet " + packet + " drop"})
	require.Equal(t, -1, findEvent(forked, at, "sunscope_wire_recv", "packet="+packet+" "))
	require.Equal(t, -1, findEvent(forked, 0, "xprt_retransmit"))
	came := findEvent(forked, at, "svc_process", "xid="+xid)
	require.Positive(t, came)
	require.GreaterOrEqual(t, timeOf(forked, came)-timeOf(forked, at), 200*time.Millisecond)
	require.Equal(t, 8, howOften(forked, "rpc_task_end", "status=1024"))
}

func howOften(log *trace.Log, words ...string) (n int) {
	for i := findEvent(log, 0, words...); i >= 0; i = findEvent(log, i+1, words...) {
		n++
	}
	return n
}

func TestWhatIsSentBehindADroppedSegmentIsHandedOnAfterIt(t *testing.T) {
	// READs of 32 KiB are answered in many segments; one in their middle is lost, or late.
	large := []scenario.Command{{At: -1, Do: "set mount.rsize 32768"}, {At: -1, Do: "set workload.bytes 32768"}}
	plain := commanded(t, "two-slots", 42, large...)
	first := findEvent(plain, 0, "sunscope_wire_send", "src=10.0.0.1:2049", "len=1448")
	require.Positive(t, first)
	for _, do := range []string{"drop", "delay 20ms"} {
		list := append([]scenario.Command(nil), large...)
		number, err := strconv.Atoi(fieldOf(plain, first, "packet"))
		require.NoError(t, err)
		for _, n := range []int{2, 3, 5} {
			list = append(list, scenario.Command{At: first, Do: "packet " + strconv.Itoa(number+n) + " " + do})
		}
		forked := commanded(t, "two-slots", 42, list...)
		require.Equal(t, 8, howOften(forked, "rpc_task_end", "status=32768"), "all data has come in its order, "+do)
		require.NotEqual(t, timeOf(plain, plain.Len()-1), timeOf(forked, forked.Len()-1))
	}
}

func TestADelayedPacketArrivesSoMuchLater(t *testing.T) {
	for _, more := range [][]scenario.Command{nil, {overUDP}} {
		plain := commanded(t, "two-slots", 42, more...)
		at, packet, _ := sentRead(t, plain, 2)
		was := findEvent(plain, at, "sunscope_wire_recv", "packet="+packet+" ")
		forked := commanded(t, "two-slots", 42, append(more, scenario.Command{At: at, Do: "packet " + packet + " delay 5ms"})...)
		is := findEvent(forked, at, "sunscope_wire_recv", "packet="+packet+" ")
		require.Equal(t, timeOf(plain, was)+5*time.Millisecond, timeOf(forked, is))
	}
}

func TestADuplicatedDatagramArrivesTwiceAndIsAnsweredTwice(t *testing.T) {
	plain := commanded(t, "two-slots", 42, overUDP)
	at, packet, xid := sentRead(t, plain, 2)
	forked := commanded(t, "two-slots", 42, overUDP, scenario.Command{At: at, Do: "packet " + packet + " duplicate"})
	require.Equal(t, 1, howOften(plain, "svc_process", "xid="+xid))
	require.Equal(t, 2, howOften(forked, "svc_process", "xid="+xid))
}

func TestASignalledTaskEndsAndTheReplyToItFindsNobody(t *testing.T) {
	plain := commanded(t, "two-slots", 42)
	at, _, xid := sentRead(t, plain, 2)
	sent := findEvent(plain, at, "xprt_transmit", "xid="+xid)
	_, rest, _ := strings.Cut(line(plain, sent), "task:")
	task, _, _ := strings.Cut(rest, " ")
	pid, clid, _ := strings.Cut(task, "@")
	n, _ := strconv.ParseUint(pid, 16, 32)
	c, _ := strconv.ParseUint(clid, 16, 32)
	do := "signal " + strconv.Itoa(int(n)) + " " + strconv.Itoa(int(c))
	forked := commanded(t, "two-slots", 42, scenario.Command{At: sent, Do: do})
	require.Positive(t, findEvent(forked, sent, "rpc_task_signalled", "task:"+task))
	require.Positive(t, findEvent(forked, sent, "rpc_task_end", "task:"+task, "status=-512"))
	require.Positive(t, findEvent(forked, sent, "xprt_lookup_rqst", "xid="+xid, "status=-2"))
	require.Equal(t, 7, howOften(forked, "rpc_task_end", "status=1024"), "the others go on")
	nobody := commanded(t, "two-slots", 42, scenario.Command{At: sent, Do: "signal 9999 3"})
	require.Positive(t, findEvent(nobody, sent, "signal 9999 3 does nothing"))
}

func TestACallThatTheServerDropsIsNotAnswered(t *testing.T) {
	plain := commanded(t, "two-slots", 42, overUDP)
	at, _, xid := sentRead(t, plain, 2)
	forked := commanded(t, "two-slots", 42, overUDP, scenario.Command{At: at, Do: "unanswered " + xid})
	require.Positive(t, findEvent(forked, at, "svc_drop", "xid="+xid))
	again := findEvent(forked, at, "xprt_retransmit", "xid="+xid)
	require.Positive(t, again)
	require.Positive(t, findEvent(forked, again, "svc_process", "xid="+xid), "the second one is answered")
}

func TestAFrozenServerDoesNothingForSoLong(t *testing.T) {
	plain := commanded(t, "two-slots", 42)
	at, _, _ := sentRead(t, plain, 2)
	forked := commanded(t, "two-slots", 42, scenario.Command{At: at, Do: "freeze 300ms"})
	from := timeOf(forked, at)
	for i := at + 1; i < forked.Len(); i++ {
		var e trace.Event
		if forked.At(i, &e); e.Time < from+300*time.Millisecond {
			require.Less(t, int(e.CPU), 2, "CPUs 2 and 3 are the server's: %s", line(forked, i))
		}
	}
	require.Equal(t, 8, howOften(forked, "rpc_task_end", "status=1024"))
}

func TestAServerThatRestartsIsFoundAgain(t *testing.T) {
	for _, name := range []string{"two-slots", "server-restart", "deleg-recall", "mount-read"} {
		plain := commanded(t, name, 42)
		at := findEvent(plain, plain.Len()/3, "svc_process")
		require.Positive(t, at, name)
		forked := commanded(t, name, 42, scenario.Command{At: at, Do: "restart 50ms"})
		gone := findEvent(forked, at, "svc_xprt_free")
		require.Positive(t, gone, name)
		require.Positive(t, findEvent(forked, gone, "svc_xprt_accept"), name)
		require.Positive(t, findEvent(forked, gone, "svc_process"), name)
	}
}

func TestALinkThatIsMadeSlowerHoldsForWhatIsSentFromThenOn(t *testing.T) {
	plain := commanded(t, "two-slots", 42)
	at, packet, _ := sentRead(t, plain, 3)
	was := findEvent(plain, at, "sunscope_wire_recv", "packet="+packet+" ")
	forked := commanded(t, "two-slots", 42, scenario.Command{At: at, Do: "set link.delay 20ms"})
	require.Equal(t, timeOf(plain, was), timeOf(forked, findEvent(forked, at, "sunscope_wire_recv", "packet="+packet+" ")), "it was under way")
	next := findEvent(forked, at+1, "sunscope_wire_send")
	packet = fieldOf(forked, next, "packet")
	came := findEvent(forked, next, "sunscope_wire_recv", "packet="+packet+" ")
	require.GreaterOrEqual(t, timeOf(forked, came)-timeOf(forked, next), 20*time.Millisecond)
	quick := commanded(t, "two-slots", 42, scenario.Command{At: at, Do: "set link.delay 1us"})
	require.Equal(t, 8, howOften(quick, "rpc_task_end", "status=1024"), "nothing overtakes")
}

// busiest is how many of the server's threads had a call at one time.
func workers(log *trace.Log, from int) int {
	seen := map[string]bool{}
	for i := findEvent(log, from, "svc_process"); i >= 0; i = findEvent(log, i+1, "svc_process") {
		seen[strings.TrimSpace(line(log, i)[:24])] = true
	}
	return len(seen)
}

func TestTheServersThreadsAreMoreOrFewerFromTheInstantOn(t *testing.T) {
	slots := scenario.Command{At: -1, Do: "set sunrpc.tcp_max_slot_table_entries 64"}
	slow := scenario.Command{At: 30, Do: "slow 20ms"}
	plain := commanded(t, "slot-contention", 42, slots, slow)
	require.Greater(t, workers(plain, 200), 1)
	fewer := commanded(t, "slot-contention", 42, slots, slow, scenario.Command{At: 100, Do: "set server.threads 1"})
	require.Equal(t, 1, workers(fewer, 400))
	more := commanded(t, "slot-contention", 42, slots, slow, scenario.Command{At: 100, Do: "set server.threads 32"})
	require.Greater(t, workers(more, 400), workers(plain, 400))
}

func TestTheServerCallsBackAtThatInstant(t *testing.T) {
	for _, name := range []string{"callback-pool", "callback-slot", "callback-atomic", "callback-pool36"} {
		plain := commanded(t, name, 42)
		at := findEvent(plain, 0, "sunscope_item", "callback[1]")
		forked := commanded(t, name, 42, scenario.Command{At: at, Do: "callback 5"})
		require.Equal(t, howOften(plain, "sunscope_item", "callback[")+5, howOften(forked, "sunscope_item", "callback["), name)
	}
	plain := commanded(t, "session-slots", 42)
	at := findEvent(plain, plain.Len()/2, "svc_process")
	forked := commanded(t, "session-slots", 42, scenario.Command{At: at, Do: "recall-slots 3"})
	require.Greater(t, howOften(forked, "CB_RECALL_SLOT"), howOften(plain, "CB_RECALL_SLOT"))
}

func TestCommandsAreOneLineThatIsReadBack(t *testing.T) {
	list := []scenario.Command{{At: -1, Do: "set mount.proto udp"}, {At: 12, Do: "packet 7 delay 500µs"}, {At: 12, Do: "kill a%b,c~"}}
	text := scenario.CommandsText(list)
	require.Equal(t, "1~-1,set,mount.proto,udp~12,packet,7,delay,500%C2%B5s~12,kill,a%25b%2Cc%7E", text)
	back, err := scenario.ParseCommands(text)
	require.NoError(t, err)
	require.Equal(t, list, back)
	none, err := scenario.ParseCommands("")
	require.NoError(t, err)
	require.Empty(t, none)
	for bad, want := range map[string]string{
		"2~1,drop":                           "version \"2\": expected 1",
		"1~x,drop":                           "command 1: \"x\": expected the ordinal of an event",
		"1~5,dorp":                           "command 1: \"dorp\": expected one of drop",
		"1~5,drop~4,drop":                    "command 2: it comes before the one that stands before it",
		"1~5,packet,7":                       "expected NUMBER and drop, delay TIME or duplicate after packet",
		"1~5,kill,a%0":                       "ends in the middle of %XX",
		"1~5,set,name,other":                 "expected a setting of the module",
		"1~5,freeze,never":                   "expected a time such as 2s after freeze",
		"1" + strings.Repeat("~5,drop", 65):  "command 65: expected at most 64",
		"1" + strings.Repeat("~5,drop", 500): "3501 bytes: expected at most 1200",
	} {
		_, err := scenario.ParseCommands(bad)
		require.ErrorContains(t, err, want, bad)
	}
}

func TestCallbacksThatComeWhileEverySlotIsTakenFindNoRoom(t *testing.T) {
	at := func(log *trace.Log) int { return findEvent(log, 0, "rpc_task_sleep", "queue=xprt_backlog") }
	for _, c := range []struct {
		design         string
		refused, tries int
	}{
		{"slot", 20, 28}, // the client has no free slot for them: it says so, and the server calls again
		{"pool", 0, 8},   // they have room of their own, and every one is answered at once
	} {
		settings := []scenario.Command{{At: -1, Do: "set backchannel " + c.design}, {At: -1, Do: "set process.1.do sleep 1ms"}, {At: -1, Do: "set callbacks.slots 8"}}
		plain := commanded(t, "callback-slot", 42, settings...)
		full := at(plain)
		require.Positive(t, full)
		forked := commanded(t, "callback-slot", 42, append(settings, scenario.Command{At: full, Do: "callback 8"})...)
		require.Zero(t, howOften(plain, "callback["))
		require.Equal(t, c.tries, howOften(forked, "sunscope_item", "callback["), c.design)
		require.Equal(t, c.refused, howOften(forked, "sunscope_printk"), c.design)
		require.Equal(t, 8, howOften(forked, "svc_process", "NFSv4 callback"), c.design)
		require.Equal(t, 8, howOften(forked, "rpc_task_end", "status=1024"), c.design)
	}
}

func TestOneProcessOfSeveralOfANameIsKilledByItsNumber(t *testing.T) {
	settings := []scenario.Command{
		{At: -1, Do: "set workload.reads 0"}, {At: -1, Do: "set process.1.name cp"}, {At: -1, Do: "set process.1.count 3"},
		{At: -1, Do: "set process.1.do getattr /; sleep 1ms; getattr /; getattr /"},
	}
	plain := commanded(t, "mount-read", 42, settings...)
	at := findEvent(plain, 0, "sunscope_item", "item=cp[2].getattr[1]")
	pid, _, _ := strings.Cut(strings.TrimPrefix(strings.TrimSpace(line(plain, at)), "cp-"), " ")
	forked := commanded(t, "mount-read", 42, append(settings, scenario.Command{At: at, Do: "kill " + pid})...)
	for process, want := range map[string]int{"cp[1]": 3, "cp[2]": 1, "cp[3]": 3} {
		require.Equal(t, 3, howOften(plain, "item="+process), process)
		require.Equal(t, want, howOften(forked, "item="+process), process)
	}
	require.Positive(t, findEvent(forked, at, "rpc_task_signalled"))
}

func TestAScenarioStaysAsItIsWhenCommandsAreGivenToIt(t *testing.T) {
	sc, err := yaml.Builtin("reconnect")
	require.NoError(t, err)
	was := sc.Encode()
	with, err := sc.With([]scenario.Command{
		{At: -1, Do: "set expect.1.count 77"}, {At: -1, Do: "set process.1.count 3"}, {At: -1, Do: "set fault.1.do reset"},
		{At: -1, Do: "set link.delay 3ms"}, {At: 4, Do: "drop"},
	})
	require.NoError(t, err)
	require.Equal(t, was, sc.Encode())
	require.NotEqual(t, was, with.Encode())
}
