package record

import (
	"bytes"
	"compress/gzip"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"sunscope/core/fsm"
)

const folder = "../../tests/recordings/"

func good(tb testing.TB, name string) *Recording { return read(tb, name+"/trace.txt.gz") }

func read(tb testing.TB, path string) *Recording {
	f, err := os.Open(folder + path)
	require.NoError(tb, err)
	defer f.Close()
	rec, err := Read(path, f)
	require.NoError(tb, err)
	return rec
}

var goods = []struct {
	name                 string
	events, notes, tasks int
}{
	{"01-v3-tcp-mount-read", 6872, 17, 112},
	{"03-v41-mount-basic", 2531, 32, 43},
	{"06-slot-contention", 19381, 19, 333},
}

func TestTheTasksOfARealKernelWalkOnTheMap(t *testing.T) {
	for _, g := range goods {
		rec := good(t, g.name)
		require.Empty(t, rec.Unparsed)
		require.Empty(t, rec.Cut)
		r := rec.Check()
		for _, refused := range r.Refused {
			t.Error(refused.String())
		}
		require.Equal(t, g.events, r.Events)
		require.Equal(t, g.notes, r.Notes)
		require.Equal(t, g.tasks, r.Tasks)
		require.Zero(t, r.Cut)
		require.Zero(t, r.Before)
	}
}

// bad is a recording with a fault: the line on which it must be found, and why.
type bad struct {
	file string
	line int
	why  string
}

// bads have one fault each; callBads are the others.
var bads = append([]bad{
	{"action-removed.txt", 8, "no edge leads from call_reserve to call_refresh: only to call_reserveresult"},
	{"actions-swapped.txt", 14, "no edge leads from call_reserveresult to call_refreshresult: only to call_refresh, rpc_exit_task, call_retry_r"},
	{"entry-status.txt", 11, "call_reserve → call_reserveresult: status -12 (ENOMEM) at entry of call_reserveresult; the edge leaves -11"},
	{"entry-status-edge.txt", 16, "call_refreshresult → call_allocate: status -13 (EACCES) at entry of call_refreshresult; the edge needs 0 or mo"},
	{"queue-not-used.txt.gz", 26, "call_transmit_status never sleeps on xprt_backlog"},
	{"callback-missing.txt", 28, "runs call_status, but the callback xprt_timer is due before"},
	{"callback-wrong.txt", 28, "callback __rpc_atrun runs in call_transmit_status, where xprt_timer is due"},
	{"callback-twice.txt", 29, "callback xprt_timer runs in call_transmit_status, where none is due"},
	{"flags-changed.txt", 18, "flag ASYNC vanished in call_allocate"},
	{"need-xmit.txt", 25, "call_transmit → call_transmit_status: run state RUNNING|ACTIVE|NEED_XMIT|NEED_RECV at entry of call_transmit_s"},
	{"end-outside.txt", 32, "rpc_task_end in call_decode, which does not log it"},
	{"prepare-missing.txt", 3, "begins in call_start, but a task with nfs_pgio_result begins in rpc_prepare_task"},
	{"restart-without-reason.txt", 40, "runs call_start after rpc_exit_task, though rpc_default_callback asks for no restart"},
	{"woken-twice.txt", 9, "is woken on xprt_backlog, but is not asleep"},
	{"woken-elsewhere.txt", 8, "is woken on xprt_sending, but sleeps on xprt_backlog"},
	{"line-unreadable.txt", 17, "column 99: expected field callsize, a number without a sign, found \"x400 recvsize=132 status=0\""},
	{"rpcerror-wrong.txt", 23, "call_connect_status → rpc_exit_task: rpc_call_rpcerror gave -5 (EIO)/-5 (EIO); on this edge it gives the statu"},
	{"rpcerror-missing.txt", 22, "call_connect_status → rpc_exit_task: the edge needs an rpc_call_rpcerror, and none ran"},
	{"sleeps-twice.txt", 7, "falls asleep on xprt_backlog while it is in call_reserve, asleep on xprt_backlog"},
	{"begins-anew.txt", 18, "its id begins anew, but the task is still in call_allocate"},
	{"slot-missing.txt", 13, "call_reserveresult → call_refresh without a slot: no xprt_reserve was logged for the task"},
	{"sent-by-nobody.txt", 22, "rpc_xdr_sendto, but no xprt_transmit was logged after it"},
	{"signalled-goes-on.txt", 25, "call_transmit_status → call_status: the task was signalled, so rpc_exit_task must be next"},
	{"runs-asleep.txt", 8, "its thread wakes, but the task is in call_reserve, asleep on xprt_backlog"},
	{"clock-back.txt", 14, "the clock goes back by 1.999999s"},
	{"begins-late.txt", 3, "rpc_request before the task has run any state"},
	{"other-thread.txt", 19, "runs call_encode in another thread than before, though it is synchronous"},
	{"end-status.txt", 33, "rpc_task_end says status -5 (EIO), but rpc_exit_task was entered with 32768"},
	{"sent-twice.txt", 25, "the request has left the transmit queue already, and was not encoded again"},
	{"sent-other-xid.txt", 23, "xprt_transmit shows XID 0xbea6b324, but the task's is 0xbda6b324"},
	{"reply-to-nobody.txt", 27, "xprt_lookup_rqst found a request, but no task has its XID"},
	{"lookup-status.txt", 27, "xprt_lookup_rqst with status -110 (ETIMEDOUT): a request is found (0) or is not (-ENOENT)"},
	{"read-other-xid.txt", 31, "xs_stream_read_request of XID 0xbda6b325, but its thread looked up 0xbda6b324"},
	{"alloc-failed.txt", 18, "call_allocate → call_encode, though rpc_buf_alloc failed with -12 (ENOMEM)"},
	{"alloc-missing.txt", 17, "no rpc_buf_alloc was logged in call_allocate"},
	{"alloc-twice.txt", 18, "rpc_buf_alloc twice in one run of call_allocate"},
	{"begin-action.txt", 2, "rpc_task_begin shows the action call_start: a task begins with none, 0x0"},
	{"end-action.txt", 37, "rpc_task_end shows the action call_decode: it is rpc_exit_task, unless the task was ended from outside"},
	{"done-missing.txt", 39, "xprt_release_xprt in rpc_exit_task, but no rpc_task_call_done was logged before it"},
	{"done-twice.txt", 40, "rpc_task_call_done twice in one run of rpc_exit_task"},
	{"done-status.txt", 39, "rpc_task_call_done shows another status, flags or run state than rpc_task_end just before"},
	{"stats-missing.txt", 38, "rpc_task_call_done, but no rpc_stats_latency was logged before it"},
	{"lock-missing.txt", 21, "rpc_xdr_sendto, but the task of its thread has not the write lock"},
	{"lock-twice.txt", 22, "xprt_reserve_xprt, but the task has the write lock already"},
	{"lock-kept.txt", 24, "no release of the write lock was logged in call_transmit"},
	{"sendto-missing.txt", 22, "xprt_transmit without an rpc_xdr_sendto just before"},
	{"sync-wake-twice.txt", 10, "its thread wakes twice from one wait"},
	{"sync-wake-status.txt", 9, "rpc_task_sync_wake shows status 0, but it is -11 (EAGAIN) by then"},
	{"sync-sleep-status.txt", 7, "rpc_task_sync_sleep shows status -5 (EIO), but it is -11 (EAGAIN) by then"},
	{"timeout-missing.txt", 21, "is woken by the timer of its queue, but no rpc_task_timeout was logged just before"},
	{"timeout-by-error.txt", 174, "is woken by the timer of its queue, but no rpc_task_timeout was logged just before"},
	{"timeout-twice.txt", 21, "rpc_task_timeout, but the task was not woken after it"},
	{"timeout-status.txt", 21, "rpc_task_timeout shows status -110 (ETIMEDOUT), but the task fell asleep with 0"},
	{"complete-status.txt", 31, "rpc_task_complete shows another status, flags or run state than rpc_task_end"},
}, callBads...)

func TestAFaultIsFoundOnItsLine(t *testing.T) {
	files, err := filepath.Glob(folder + "bad/*")
	require.NoError(t, err)
	require.Len(t, files, len(bads), "each bad recording has its row")
	for _, b := range bads {
		rec := read(t, "bad/"+b.file)
		if len(rec.Unparsed) > 0 {
			require.Equal(t, b.line, rec.Unparsed[0].Line, b.file)
			require.Contains(t, rec.Unparsed[0].Why, b.why, b.file)
			continue
		}
		refused := rec.Check().Refused
		require.NotEmpty(t, refused, b.file)
		require.Equal(t, b.line, refused[0].Line, "%s: %s", b.file, refused[0].Why)
		require.Contains(t, refused[0].Why, b.why, b.file)
		require.Equal(t, int(rec.Lines[refused[0].Ordinal]), refused[0].Line)
	}
}

func TestAMapThatLacksAnEdgeRefusesAGoodRecording(t *testing.T) {
	whole := fsm.Edges
	defer fsm.Use(whole)
	var recs []*Recording
	taken := map[string]bool{}
	for _, g := range goods {
		rec := good(t, g.name)
		recs = append(recs, rec)
		for id := range rec.Check().Edges {
			taken[id] = true
		}
	}
	for i := range whole {
		if !taken[whole[i].ID] {
			continue
		}
		fsm.Use(slices.Concat(whole[:i], whole[i+1:]))
		refused := 0
		for _, rec := range recs {
			refused += len(rec.Check().Refused)
		}
		require.NotZero(t, refused, "without %s nothing is refused", whole[i].ID)
	}
	t.Logf("%d of %d edges are taken by the recordings", len(taken), len(whole))
	require.Greater(t, len(taken), 25)
}

func packed(t testing.TB, name string) []byte {
	data, err := os.ReadFile(folder + name + "/trace.txt.gz")
	require.NoError(t, err)
	return data
}

func unpacked(t testing.TB, name string) []byte {
	z, err := gzip.NewReader(bytes.NewReader(packed(t, name)))
	require.NoError(t, err)
	text, err := io.ReadAll(z)
	require.NoError(t, err)
	return text
}

func TestWhatIsNoRecordingIsOneClearError(t *testing.T) {
	for text, want := range map[string]string{
		"":                             "x: not an ftrace recording: it is empty",
		"root:x:0:0:root\nbin:x:1:1\n": `x: not an ftrace recording: line 1: column 1: expected thread-pid and a CPU in brackets, found "root:x:0:0:root"`,
		"no newline":                   `x: not an ftrace recording: line 1: expected an ftrace line, found "no newline"`,
		"# tracer: nop\n#\n":           "x: not an ftrace recording: there is no event in it",
		"# tracer: nop\n#    ba":       "x: not an ftrace recording: there is no event in it; line 2: the text ends in the middle of a line",
		"\x1f\x8bnot gzip":             "x: gzip: ",
	} {
		_, err := Read("x", strings.NewReader(text))
		require.ErrorContains(t, err, want)
		require.NotContains(t, err.Error(), "\n")
	}
}

// rpc_killall_tasks may reach a task that is still queued on rpciod.
func TestATaskMayBeSignalledBeforeItHasRun(t *testing.T) {
	line := func(event, run, rest string) string {
		return "     kworker/0:1-17      [000] .....     1.000000: " + event + ": task:00000001@00000001 flags=ASYNC runstate=" + run + rest + "\n"
	}
	begin := line("rpc_task_begin", "ACTIVE", " status=0 action=0x0")
	signal := line("rpc_task_signalled", "RUNNING|ACTIVE", " status=0 action=call_start [sunrpc]")
	exit := line("rpc_task_run_action", "RUNNING|ACTIVE", " status=-512 action=rpc_exit_task [sunrpc]")
	rec, err := Read("x", strings.NewReader(begin+signal+exit))
	require.NoError(t, err)
	require.Empty(t, rec.Check().Refused)
	rec, err = Read("x", strings.NewReader(begin+exit))
	require.NoError(t, err)
	require.Len(t, rec.Check().Refused, 1)
}

func TestLostEventsAreCounted(t *testing.T) {
	rec, err := Read("x", strings.NewReader("# tracer: nop\nCPU:1 [LOST 12 EVENTS]\nCPU:0 [LOST EVENTS]\n"+
		"            bash-1       [000] .....     1.000000: rpc_clnt_free: client=00000002\n"))
	require.NoError(t, err)
	require.Equal(t, 13, rec.Lost)
	require.Empty(t, rec.Unparsed)
}

func TestEmptyLinesAndCarriageReturnsAreNoHarm(t *testing.T) {
	text := strings.ReplaceAll(string(unpacked(t, "03-v41-mount-basic")), "\n", "\r\n\n")
	rec, err := Read("x", strings.NewReader(text))
	require.NoError(t, err)
	require.Empty(t, rec.Unparsed)
	require.Empty(t, rec.Check().Refused)
	require.Equal(t, good(t, "03-v41-mount-basic").Log.Bytes(), rec.Log.Bytes())
}

func FuzzRead(f *testing.F) {
	for _, b := range bads {
		data, err := os.ReadFile(folder + "bad/" + b.file)
		require.NoError(f, err)
		f.Add(data)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		rec, err := Read("fuzz", bytes.NewReader(data))
		if err != nil {
			if strings.Contains(err.Error(), "\n") {
				t.Fatal("an error of more than a line: " + strconv.Quote(err.Error()))
			}
			return
		}
		for _, r := range rec.Check().Refused {
			if r.Line < 1 || r.String() == "" {
				t.Fatal(r)
			}
		}
	})
}

func BenchmarkReadAndCheck(b *testing.B) {
	data, err := os.ReadFile(folder + "06-slot-contention/trace.txt.gz")
	require.NoError(b, err)
	events := 0
	for b.Loop() {
		rec, err := Read("06", bytes.NewReader(data))
		if err != nil || len(rec.Check().Refused) > 0 {
			b.Fatal(err)
		}
		events += rec.Log.Len()
	}
	b.ReportMetric(float64(events)/b.Elapsed().Seconds(), "events/s")
}
