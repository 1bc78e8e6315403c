package export

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"sunscope/core/record"
	"sunscope/core/scenario/yaml"
	"sunscope/core/story"
	"sunscope/core/trace"
	"sunscope/core/world"
)

// stories are a simulation with everything on the wire observed, and recordings of a real kernel.
func stories(t *testing.T) map[string]*story.Story {
	t.Helper()
	all := map[string]*story.Story{}
	for _, name := range []string{"two-slots", "udp-loss", "deleg-recall"} {
		sc, err := yaml.Builtin(name)
		require.NoError(t, err)
		log, err := world.Run(sc, 42)
		require.NoError(t, err)
		all[name] = story.New(log)
	}
	for _, name := range []string{"06-slot-contention", "07-reconnect"} {
		f, err := os.Open(filepath.Join("../../../tests/recordings", name, "trace.txt.gz"))
		require.NoError(t, err)
		rec, err := record.Read(name, f)
		require.NoError(t, err)
		require.NoError(t, f.Close())
		all[name] = story.New(rec.Log)
	}
	return all
}

func TestWhatIsWrittenAsATraceFileIsReadAsTheSameEvents(t *testing.T) {
	for name, s := range stories(t) {
		log := s.Log()
		text := Ftrace(nil, log, 0, log.Len())
		rec, err := record.Read(name, bytes.NewReader(text))
		require.NoError(t, err)
		require.Empty(t, rec.Unparsed, name)
		require.Zero(t, rec.Missing(), name)
		require.Equal(t, string(text), string(Ftrace(nil, rec.Log, 0, rec.Log.Len())), name)
		part := Ftrace(nil, log, 100, 110)
		rec, err = record.Read(name, bytes.NewReader(part))
		require.NoError(t, err)
		require.Equal(t, 10, rec.Log.Len())
	}
}

func TestTheTableHasALineForEachTaskAndItsTimesAddUp(t *testing.T) {
	for name, s := range stories(t) {
		rows, err := csv.NewReader(bytes.NewReader(CSV(nil, s))).ReadAll()
		require.NoError(t, err)
		require.Len(t, rows, len(s.Lanes())+1, name)
		column := map[string]int{}
		for i, c := range rows[0] {
			column[c] = i
		}
		number := func(row []string, c string) float64 {
			v, err := strconv.ParseFloat(row[column[c]], 64)
			require.NoError(t, err, "%s: %s of %v", name, c, row)
			return v
		}
		slept := 0.0
		for _, row := range rows[1:] {
			total := number(row, "total_us")
			require.InDelta(t, total, number(row, "running_us")+number(row, "ready_us")+number(row, "asleep_us"), 0.01, "%s %v", name, row)
			queues := 0.0
			for _, c := range []string{"xprt_backlog_us", "xprt_sending_us", "xprt_pending_us", "xprt_binding_us", "delayq_us", "other_queues_us"} {
				queues += number(row, c)
			}
			require.InDelta(t, number(row, "asleep_us"), queues, 0.01)
			slept += queues
			if row[column["end_s"]] != "" {
				require.InDelta(t, total, (number(row, "end_s")-number(row, "begin_s"))*1e6, 1)
				require.NotEmpty(t, row[column["procedure"]]+row[column["tk_status"]], name)
			}
		}
		require.Positive(t, slept, name)
	}
}

func TestAFieldOfTheTableIsQuotedAndIsNoFormula(t *testing.T) {
	var w row
	w.s(`a,"b"`).s("=1+1").s("plain").n(-3)
	rows, err := csv.NewReader(bytes.NewReader(w.b)).ReadAll()
	require.NoError(t, err)
	require.Equal(t, [][]string{{`a,"b"`, " =1+1", "plain", "-3"}}, rows)
}

// traceEvent is one of Perfetto's.
type traceEvent struct {
	Ph, Cat, Name string
	PID, TID, ID  int64
	TS, Dur       float64
}

func perfettoEvents(t *testing.T, text []byte) []traceEvent {
	t.Helper()
	var doc struct{ TraceEvents []traceEvent }
	d := json.NewDecoder(bytes.NewReader(text))
	require.NoError(t, d.Decode(&doc))
	return doc.TraceEvents
}

func TestPerfettosSlicesNestAndLieInTheRange(t *testing.T) {
	for name, s := range stories(t) {
		n := s.Len()
		for _, r := range [][2]int{{0, n}, {n / 3, n / 2}, {5, 6}, {7, 7}} {
			events := perfettoEvents(t, Perfetto(nil, s, r[0], r[1]))
			if r[0] == r[1] {
				require.Empty(t, events)
				continue
			}
			lo, hi := s.Log().TimeAt(r[0]).Seconds()*1e6, s.Log().TimeAt(r[1]-1).Seconds()*1e6
			checkSlices(t, name, events, lo, hi)
			if r == [2]int{0, n} {
				checkWhole(t, name, s, events)
			}
		}
	}
}

// checkSlices: of two slices of one thread, one holds the other or they do not meet.
func checkSlices(t *testing.T, name string, events []traceEvent, lo, hi float64) {
	const slack = 0.002 // microseconds are written to the nanosecond, and added up as floats here
	open := map[[2]int64][]float64{}
	last := map[[2]int64]traceEvent{}
	for _, e := range events {
		if e.Ph != "X" {
			continue
		}
		require.GreaterOrEqual(t, e.TS, lo-slack, name)
		require.LessOrEqual(t, e.TS+e.Dur, hi+slack, name)
		key := [2]int64{e.PID, e.TID}
		stack := open[key]
		for len(stack) > 0 && stack[len(stack)-1] <= e.TS+slack && e.Cat != "task" {
			stack = stack[:len(stack)-1]
		}
		if len(stack) > 0 && e.Cat != "task" {
			require.LessOrEqual(t, e.TS+e.Dur, stack[len(stack)-1]+slack, "%s: %v after %v", name, e, last[key])
		}
		open[key] = append(stack, e.TS+e.Dur)
		last[key] = e
	}
}

func checkWhole(t *testing.T, name string, s *story.Story, events []traceEvent) {
	count := map[string]int{}
	ways := map[int64]int{}
	for _, e := range events {
		count[e.Ph+e.Cat]++
		switch e.Ph {
		case "b":
			ways[e.ID]++
		case "e":
			ways[e.ID]--
		}
		require.False(t, math.IsNaN(e.TS))
	}
	require.Equal(t, len(s.Lanes()), count["Xtask"], name)
	require.Equal(t, len(s.LockSpans()), count["Xlock"], name)
	require.Equal(t, len(s.Markers()), count["imarker"], name)
	require.Len(t, ways, len(s.WireSpans()), name)
	for id, n := range ways {
		require.Zero(t, n, "%s: packet %d", name, id)
	}
}

func TestNamesInATraceMayHoldAnything(t *testing.T) {
	log := &trace.Log{}
	var e trace.Event
	require.NoError(t, log.ParseLine(`a"b\`+"\x01-7 [000] ..... 1.000000: rpc_task_begin: task:00000001@00000001 flags= runstate= status=0 action=0x0", &e))
	log.Append(&e)
	require.NoError(t, log.ParseLine(`x-7 [000] ..... 1.000001: sunscope_item: task:00000001@00000001 item="quoted"`+"\xff", &e))
	log.Append(&e)
	text := string(Perfetto(nil, story.New(log), 0, 2))
	require.True(t, json.Valid([]byte(text)), text)
	require.Contains(t, text, `\"quoted\"`+"\uFFFD")
	require.True(t, strings.HasSuffix(text, "]}\n"))
}
