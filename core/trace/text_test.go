package trace

import (
	"compress/gzip"
	"encoding/json"
	"io"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"sunscope/core/time"
)

// recording is a committed recording's lines, without the header's.
func recording(tb testing.TB, name string) []string {
	f, err := os.Open("../../tests/recordings/" + name + "/trace.txt.gz")
	require.NoError(tb, err)
	defer f.Close()
	z, err := gzip.NewReader(f)
	require.NoError(tb, err)
	text, err := io.ReadAll(z)
	require.NoError(tb, err)
	var lines []string
	for line := range strings.Lines(string(text)) {
		if line = strings.TrimSuffix(line, "\n"); line != "" && line[0] != '#' {
			lines = append(lines, line)
		}
	}
	return lines
}

var recordings = []string{"01-v3-tcp-mount-read", "03-v41-mount-basic", "06-slot-contention"}

func TestEveryLineOfARecordingIsPrintedBackAsItWas(t *testing.T) {
	for _, name := range recordings {
		var l Log
		var e Event
		lines := recording(t, name)
		require.NotEmpty(t, lines)
		for _, line := range lines {
			require.NoError(t, l.ParseLine(line, &e), line)
			l.Append(&e)
		}
		for i, line := range lines {
			l.At(i, &e)
			require.Equal(t, line, string(l.AppendText(nil, &e)))
		}
	}
}

func TestLinesThatAreHardToRead(t *testing.T) {
	lines := map[string]string{
		"a thread's name with spaces and dashes": "  NFSv4 callback-5284    [001] .....  2106.086054: rpc_task_run_action: task:00000003@ffffffff flags=SOFTCONN|NORTO runstate=RUNNING|ACTIVE status=0 action=call_bc_encode [sunrpc]",
		"a thread's name with digits and a dash": " 10.99.1.1-manag-14854   [000] ...1.   478.556616: rpc_clnt_free: client=00000002",
		"a thread's name with brackets":          "       foo [1] x-7       [000] b.s2.     1.000001: xs_data_ready: peer=[fe80::1]:2049",
		"a program's name with a v in it":        "            bash-1       [000] .....     0.000000: rpc_request: task:00000001@00000001 vprovv3 v2v2 (async)",
		"an action that is no function":          "            bash-1       [000] .....     0.000000: rpc_task_begin: task:00000001@00000001 flags= runstate= status=-5 action=0x0",
		"flags that have no name":                "            bash-1       [000] .....     0.000000: rpc_task_begin: task:00000001@00000001 flags=ASYNC|0x48 runstate=0x40 status=0 action=0x0",
		"a queue's name with spaces":             "            bash-1       [000] .....     0.000000: rpc_task_sleep: task:00000001@00000001 flags= runstate=ACTIVE status=0 timeout=0 queue=RPCSEC_GSS upcall waitq",
		"an optional field that is there":        "            nfsd-1       [000] .....     0.000000: svcsock_marker: addr=10.99.1.2:713 length=92 (last)",
		"and one that is not":                    "            nfsd-1       [000] .....     0.000000: svcsock_marker: addr=10.99.1.2:713 length=92",
		"a name in parentheses":                  "           mount-13850   [000] .....  1356.343868: rpc_xdr_overflow: task:00000001@00000002 mountv3 (null) requested=12 p=000000002014ccf1 end=000000009447aa05 xdr=[000000002014ccf1,32]/0/[0000000000000000,0]/8",
		"another trace system":                   "            nfsd-1230    [000] ...1.   626.770716: nfsd_cb_args: addr=10.99.1.2:40257 client 6b010d5c:d60746fb prog=1073741824 ident=1",
		"a marker":                               "            bash-4163    [001] .....   578.809932: tracing_mark_write: STEP tc qdisc add dev srvA root netem delay 20ms",
	}
	for what, line := range lines {
		var l Log
		var e Event
		require.NoError(t, l.ParseLine(line, &e), what)
		require.Equal(t, line, string(l.AppendText(nil, &e)), what)
	}
}

func TestAnErrorSaysAtWhichColumnWhatWasExpected(t *testing.T) {
	cases := []struct{ line, want string }{
		{"", "column 1: expected thread-pid and a CPU in brackets, found the end of the line"},
		{"root:x:0:0:root:/root:/bin/bash", `column 1: expected thread-pid and a CPU in brackets, found "root:x:0:0:root:/root:/bin/bash"`},
		{"a-x [000] ..... 1.000000: rpc_clnt_free: client=00000002", "expected a process id"},
		{"a-1 [000] ..... 1.00: rpc_clnt_free: client=00000002", "six digits of microseconds"},
		{"a-1 [000] ..... 1.000000: rpc_clnt_free client", "expected an event name and a colon"},
		{"a-1 [000] ..... 1.000000: rpc_clnt_free: client=0000002", `column 49: expected field client, eight hexadecimal digits, found "0000002"`},
		{"a-1 [000] ..... 1.000000: rpc_clnt_free: client=00000002 ", "expected the end of the line"},
		{"a-1 [000] ..... 1.000000: rpc_clnt_eaten: client=00000002", "no rpc_… of that name exists"},
		{"a-1 [000] ..... 1.000000: svc_wake_up: pid=99999999999999999999", "field pid, a number"},
		{"a-1 [000] ..... 1.000000: xprt_connect: peer=[10.0.0.1]:2049 state=BOUND|BOUND", "transport state bits"},
	}
	for _, c := range cases {
		var l Log
		var e Event
		require.ErrorContains(t, l.ParseLine(c.line, &e), c.want, c.line)
	}
}

func TestFieldsAreReadAsWhatTheyAre(t *testing.T) {
	var l Log
	var e Event
	require.NoError(t, l.ParseLine("    kworker/u4:5-2140    [001] ...2.   760.692660: rpc_task_wakeup: task:0000000f@00000003 flags=ASYNC|SENT|CRED_NOREF runstate=QUEUED|ACTIVE|NEED_XMIT status=-11 timeout=25 queue=xprt_sending", &e))
	pid, client, ok := e.Task()
	require.True(t, ok)
	require.Equal(t, uint32(15), pid)
	require.Equal(t, uint32(3), client)
	require.Equal(t, 760692660*time.Microsecond, e.Time)
	require.Equal(t, int32(2140), e.PID)
	require.Equal(t, uint8(1), e.CPU)
	require.Equal(t, "kworker/u4:5", l.Text(e.Comm))
	require.Equal(t, Async|Sent|CredNoRef, TaskFlags(e.Int("flags")))
	require.Equal(t, Queued|Active|NeedXmit, RunState(e.Int("runstate")))
	require.Equal(t, int64(-11), e.Int("status"))
	require.Equal(t, "xprt_sending", e.Text(&l, "queue"))
}

func TestEveryEventIsOneJSONObject(t *testing.T) {
	var l Log
	var e Event
	for _, name := range recordings {
		for _, line := range recording(t, name) {
			require.NoError(t, l.ParseLine(line, &e))
			var fields map[string]any
			require.NoError(t, json.Unmarshal(l.AppendJSON(nil, &e), &fields), line)
			require.Equal(t, float64(e.Time), fields["time"])
			require.NotEmpty(t, fields["event"])
			for _, f := range e.Kind.Fields() {
				name := f.Name
				if name == "pid" {
					name = "_pid"
				}
				require.Contains(t, fields, name, line)
			}
		}
	}
}

func TestJSONQuotesWhatNeedsIt(t *testing.T) {
	var l Log
	e := Event{Kind: WireSend, Comm: l.Str("a\"b\\\x01\xff")}
	e.F[6] = int64(l.Str("\x80\x00abc"))
	var fields map[string]any
	require.NoError(t, json.Unmarshal(l.AppendJSON(nil, &e), &fields))
	require.Equal(t, "a\"b\\\x01\ufffd", fields["comm"])
	require.Equal(t, "8000616263", fields["bytes"])
}

func FuzzParseLine(f *testing.F) {
	for _, line := range recording(f, "03-v41-mount-basic") {
		f.Add(line)
	}
	f.Fuzz(func(t *testing.T, line string) {
		var l Log
		var e Event
		if l.ParseLine(line, &e) != nil {
			return
		}
		// What was understood prints as a line that is understood in the same way.
		text := string(l.AppendText(nil, &e))
		var again Event
		if err := l.ParseLine(text, &again); err != nil || again != e {
			t.Fatalf("%q reads as %q: %v", line, text, err)
		}
		l.AppendJSON(nil, &e)
	})
}

func BenchmarkParseLine(b *testing.B) {
	lines := recording(b, "06-slot-contention")
	var l Log
	var e Event
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		if err := l.ParseLine(lines[i%len(lines)], &e); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkAppendText(b *testing.B) {
	lines := recording(b, "06-slot-contention")
	var l Log
	events := make([]Event, len(lines))
	for i, line := range lines {
		require.NoError(b, l.ParseLine(line, &events[i]))
	}
	var text []byte
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		text = l.AppendText(text[:0], &events[i%len(events)])
	}
}
