package record

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"sunscope/core/fsm"
	"sunscope/core/trace"
)

// did is a log in which one task's thread logs the given things: "begin", "call_start 0", "call_reserve -11", …
func did(t *testing.T, flags string, steps ...string) *Recording {
	text := "# tracer: nop\n"
	for i, s := range steps {
		name, status, _ := strings.Cut(s, " ")
		event := "rpc_task_run_action: task:00000001@00000002 flags=" + flags + " runstate=RUNNING|ACTIVE status=" + status + " action=" + name + " [sunrpc]"
		if name == "begin" {
			event = "rpc_task_begin: task:00000001@00000002 flags=" + flags + " runstate=ACTIVE status=0 action=0x0"
		}
		text += fmt.Sprintf("%16s-%-7d [000] .....     1.%06d: %s\n", "dd", 7, i, event)
	}
	return readText(t, text)
}

func readText(t *testing.T, text string) *Recording {
	rec, err := Read("hand-made", strings.NewReader(text))
	require.NoError(t, err)
	require.Empty(t, rec.Unparsed)
	return rec
}

// shown are the transitions of a log with their counts, in order.
func shown(log *trace.Log) []string {
	var list []string
	for _, r := range Compare(log, log) {
		list = append(list, fmt.Sprint(r.Kernel.Count, " ", r.Transition))
	}
	return list
}

func TestAnEdgeIsTwoStatesAStatusAndAMode(t *testing.T) {
	sync := did(t, "SOFT", "begin", "call_start 0", "call_reserve 0", "call_reserveresult -11", "call_retry_reserve 0", "call_reserveresult 0")
	require.Equal(t, []string{
		"1 begin → call_start 0 sync",
		"1 call_start → call_reserve 0 sync",
		"1 call_reserve → call_reserveresult EAGAIN sync",
		"1 call_reserveresult → call_retry_reserve 0 sync",
		"1 call_retry_reserve → call_reserveresult 0 sync",
	}, shown(sync.Log))
	async := did(t, "ASYNC|SOFT", "begin", "rpc_prepare_task 0", "call_start 0")
	require.Equal(t, []string{"1 begin → rpc_prepare_task 0 async", "1 rpc_prepare_task → call_start 0 async"}, shown(async.Log))
}

func TestACallbackBelongsToTheEdgeItRanOn(t *testing.T) {
	rec := did(t, "SOFT", "call_transmit_status 0", "xprt_timer -110", "call_status 0", "__rpc_atrun -110", "call_encode 0")
	require.Equal(t, []string{"1 call_transmit_status → call_status 0 sync", "1 call_status → call_encode 0 sync"}, shown(rec.Log))
}

func TestAnIdThatIsUsedAgainIsANewTask(t *testing.T) {
	rec := did(t, "", "rpc_exit_task 0", "begin", "call_start 0", "call_reserve 0", "begin", "call_start 0")
	require.Equal(t, []string{"2 begin → call_start 0 sync", "1 call_start → call_reserve 0 sync"}, shown(rec.Log))
}

func TestTheStateATaskWasInBeforeTheRecordingIsNotGuessed(t *testing.T) {
	require.Empty(t, shown(did(t, "", "call_status 0").Log))
}

// Two simulated hosts each have their task 1 of client 2.
func TestTasksOfTwoHostsAreToldApart(t *testing.T) {
	line := func(cpu int, event string) string {
		return fmt.Sprintf("%16s-%-7d [%03d] .....     1.000000: %s\n", "dd", 7, cpu, event)
	}
	run := func(cpu int, action string) string {
		return line(cpu, "rpc_task_run_action: task:00000001@00000002 flags= runstate=RUNNING|ACTIVE status=0 action="+action+" [sunrpc]")
	}
	steps := run(0, "call_start") + run(2, "call_encode") + run(1, "call_reserve") + run(3, "call_transmit")
	hosts := line(0, "sunscope_host: name=a addr=10.0.0.1 cpus=0-1 role=client") + line(0, "sunscope_host: name=b addr=10.0.0.2 cpus=2-3 role=client")
	require.Equal(t, []string{"1 call_start → call_reserve 0 sync", "1 call_encode → call_transmit 0 sync"}, shown(readText(t, hosts+steps).Log))
	require.Len(t, shown(readText(t, steps).Log), 3, "without hosts it is one kernel, and one task")
}

func TestStatusesFallIntoClasses(t *testing.T) {
	for status, want := range map[int32]string{
		0: "0", 1: "positive", 32768: "positive", math.MaxInt32: "positive", -1: "EPERM", -2: "ENOENT", -11: "EAGAIN", -57: "EBADSLT",
		-110: "ETIMEDOUT", -116: "ESTALE", -512: "ERESTARTSYS", -528: "EJUKEBOX", -10008: "program", -10063: "program", -41: "program",
		-400: "program", math.MinInt32: "program", -math.MaxInt32: "program",
	} {
		c := ClassOf(status)
		require.Equal(t, want, c.String())
		named, ok := classNamed(want)
		require.True(t, ok)
		require.Equal(t, c, named)
	}
	rec := did(t, "", "call_decode 0", "rpc_exit_task 4", "begin", "call_decode 0", "rpc_exit_task -10008", "begin", "call_decode 0", "rpc_exit_task -13",
		"begin", "call_decode 0", "rpc_exit_task -10052", "begin", "call_decode 0", "rpc_exit_task 0", "begin", "call_decode 0", "rpc_exit_task -2")
	require.Equal(t, []string{
		"5 begin → call_decode 0 sync",
		"1 call_decode → rpc_exit_task 0 sync",
		"1 call_decode → rpc_exit_task positive sync",
		"1 call_decode → rpc_exit_task ENOENT sync",
		"1 call_decode → rpc_exit_task EACCES sync",
		"2 call_decode → rpc_exit_task program sync",
	}, shown(rec.Log))
}

func TestAnEdgeIsReadBackAsItWasPrinted(t *testing.T) {
	for _, g := range goods {
		for _, r := range Compare(good(t, g.name).Log, &trace.Log{}) {
			again, err := ParseTransition(r.Transition.String())
			require.NoError(t, err)
			require.Equal(t, r.Transition, again)
		}
	}
	for text, want := range map[string]string{
		"":                                            "expected an edge such as",
		"call_start call_reserve 0 sync":              "expected an edge such as",
		"call_begin → call_reserve 0 sync":            `expected a state or begin, found "call_begin"`,
		"call_start → begin 0 sync":                   `expected a state, found "begin"`,
		"call_start → call_reserve -11 sync":          `expected 0, positive, program or the name of an error, found "-11"`,
		"call_start -> call_reserve EAGAIN both":      `expected sync or async, found "both"`,
		"call_start -> call_reserve EAGAIN sync sync": "expected an edge such as",
	} {
		_, err := ParseTransition(text)
		require.ErrorContains(t, err, want, text)
	}
}

func TestTheVerdictSaysWhoShowedAnEdge(t *testing.T) {
	kernel := did(t, "", "begin", "call_start 0", "call_reserve 0", "call_reserveresult 0")
	ours := did(t, "", "begin", "call_start 0", "call_reserve 0", "call_reserveresult -11")
	rows := Compare(kernel.Log, ours.Log)
	var got []string
	for i := range rows {
		r := &rows[i]
		got = append(got, fmt.Sprint(r.Kernel.Count, r.Ours.Count, " ", r.Verdict(), ": ", r.Transition))
	}
	require.Equal(t, []string{
		"1 1 both: begin → call_start 0 sync",
		"1 1 both: call_start → call_reserve 0 sync",
		"1 0 only kernel: call_reserve → call_reserveresult 0 sync",
		"0 1 only ours: call_reserve → call_reserveresult EAGAIN sync",
	}, got)
	require.Equal(t, Tally{Both: 2, OnlyKernel: 1, OnlyOurs: 1}, Count(rows))
	require.Equal(t, 3, rows[2].Kernel.First, "the ordinal of the event that shows it first")
	require.Equal(t, 3, rows[3].Ours.First)
}

func TestARecordingComparedWithItselfHasAllEdgesInBoth(t *testing.T) {
	for _, g := range goods {
		rec := good(t, g.name)
		rows := Compare(rec.Log, rec.Log)
		require.Equal(t, Tally{Both: len(rows)}, Count(rows))
		require.Greater(t, len(rows), 25)
		begun, steps := 0, 0
		for _, r := range rows {
			steps += r.Kernel.Count
			if r.From == fsm.None {
				begun += r.Kernel.Count
			}
		}
		checked := rec.Check()
		require.Equal(t, checked.Tasks, begun, "every task begins once")
		require.Equal(t, checked.Steps, steps-begun, "every step that is checked is compared")
	}
}

// only lists the rows of one verdict.
func only(rows []Row, v Verdict) (list []Transition) {
	for i := range rows {
		if rows[i].Verdict() == v {
			list = append(list, rows[i].Transition)
		}
	}
	return list
}

// Every occurrence of one edge, taken out of a recording or put into it, must show on the right side.
func TestAnEdgeThatIsTakenOutOrPutInShows(t *testing.T) {
	rec := good(t, "06-slot-contention")
	rows := Compare(rec.Log, rec.Log)
	r := rand.New(rand.NewPCG(3, 1))
	for range 12 {
		edge := rows[r.IntN(len(rows))].Transition
		without := rec.withStatus(edge, -121) // a status that no recording has: EREMOTEIO
		strange := edge
		strange.Status = -121

		missing := Compare(rec.Log, without)
		require.Equal(t, []Transition{edge}, only(missing, OnlyKernel))
		require.Equal(t, []Transition{strange}, only(missing, OnlyOurs))
		require.Equal(t, Tally{Both: len(rows) - 1, OnlyKernel: 1, OnlyOurs: 1}, Count(missing))

		added := Compare(without, rec.Log)
		require.Equal(t, []Transition{strange}, only(added, OnlyKernel))
		require.Equal(t, []Transition{edge}, only(added, OnlyOurs))
	}
}

// An event that is lost makes two edges of its task into one that the kernel does not have.
func TestALostStepShows(t *testing.T) {
	rec := good(t, "06-slot-contention")
	lost := rec.rewritten(func(e *trace.Event) bool {
		return e.Kind != trace.RPCTaskRunAction || e.Text(rec.Log, "action") != "call_connect"
	})
	rows := Compare(rec.Log, lost)
	require.Contains(t, only(rows, OnlyOurs), Transition{fsm.CallEncode, fsm.CallConnectStatus, -11, true})
	require.Contains(t, only(rows, OnlyKernel), Transition{fsm.CallEncode, fsm.CallConnect, 0, true})
}

// withStatus is the log with another status at the end of each run of an edge.
func (rec *Recording) withStatus(edge Transition, status int64) *trace.Log {
	last := map[key]string{}
	return rec.rewritten(func(e *trace.Event) bool {
		pid, client, _ := e.Task()
		action := e.Text(rec.Log, "action")
		switch {
		case e.Kind == trace.RPCTaskBegin:
			last[key{pid: pid, client: client}] = "begin"
		case e.Kind == trace.RPCTaskRunAction && !isCallback(action):
			way := last[key{pid: pid, client: client}] + " → " + action
			async := e.F[2]&1 != 0
			if way == edge.Way() && async == edge.Async && ClassOf(int32(e.F[4])) == edge.Status {
				e.F[4] = status
			}
			last[key{pid: pid, client: client}] = action
		}
		return true
	})
}

// rewritten is the log of the events that keep lets through, as keep leaves them.
func (rec *Recording) rewritten(keep func(*trace.Event) bool) *trace.Log {
	log := &trace.Log{}
	for s := trace.Str(1); rec.Log.Text(s) != ""; s++ { // the same strings under the same numbers
		log.Str(rec.Log.Text(s))
	}
	var e trace.Event
	for i := range rec.Log.Len() {
		if rec.Log.At(i, &e); keep(&e) {
			log.Append(&e)
		}
	}
	return log
}

func TestTheOrderIsThatOfTheStates(t *testing.T) {
	rows := Compare(good(t, "06-slot-contention").Log, good(t, "01-v3-tcp-mount-read").Log)
	require.True(t, slices.IsSortedFunc(rows, func(a, b Row) int { return a.compare(b.Transition) }))
	require.Equal(t, fsm.None, rows[0].From)
}
