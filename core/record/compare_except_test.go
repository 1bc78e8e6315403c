package record

import (
	"testing"

	"github.com/stretchr/testify/require"
)

const (
	kernelLine = "              dd-7       [000] .....     1.000003: rpc_task_run_action: task:00000001@00000002 flags=SOFT|SENT runstate=RUNNING|ACTIVE status=-11 action=call_reserveresult [sunrpc]"
	reserved   = "call_reserve → call_reserveresult EAGAIN sync"
)

// excepted compares two hand-made logs that differ in the status of call_reserveresult, under the given exceptions.
func excepted(t *testing.T, text string) ([]Row, []error) {
	kernel := did(t, "SOFT|SENT", "begin", "call_start 0", "call_reserve 0", "call_reserveresult -11")
	ours := did(t, "SOFT|SENT", "begin", "call_start 0", "call_reserve 0", "call_reserveresult 0")
	list, err := ReadExceptions("x.txt", text)
	require.NoError(t, err)
	rows := Compare(kernel.Log, ours.Log)
	return rows, Except(rows, list, "two-slots", "06-slots", "trace.txt.gz", kernel)
}

func TestAnExceptionCoversAnEdgeOfOneSide(t *testing.T) {
	rows, errs := excepted(t, "# why\n\ntwo-slots | 06-slots | "+reserved+" | trace.txt.gz:5: "+kernelLine+"\n")
	require.Empty(t, errs)
	require.Equal(t, Tally{Both: 2, OnlyOurs: 1, Exceptions: 1}, Count(rows))
	rows, errs = excepted(t, "two-slots|06-slots|call_reserve -> call_reserveresult 0 sync|trace.txt.gz:5:"+kernelLine)
	require.Empty(t, errs)
	require.Equal(t, Tally{Both: 2, OnlyKernel: 1, Exceptions: 1}, Count(rows), "of either side")
}

func TestAnExceptionOfAnotherComparisonCoversNothing(t *testing.T) {
	for _, other := range []string{"other | 06-slots", "two-slots | 07"} {
		rows, errs := excepted(t, other+" | "+reserved+" | trace.txt.gz:1: no such line")
		require.Empty(t, errs)
		require.Equal(t, Tally{Both: 2, OnlyKernel: 1, OnlyOurs: 1}, Count(rows))
	}
}

func TestAnExceptionMustBeProvenAndNeeded(t *testing.T) {
	const head = "two-slots | 06-slots | "
	for text, want := range map[string]string{
		head + reserved + " | trace.txt.gz:4: " + kernelLine:                                       "x.txt:1: another line stands at trace.txt.gz:4:",
		head + reserved + " | trace.txt.gz:6: " + kernelLine:                                       "x.txt:1: no event stands at trace.txt.gz:6",
		head + reserved + " | trace.txt.gz:1: # tracer: nop":                                       "x.txt:1: no event stands at trace.txt.gz:1",
		head + reserved + " | trace.txt.gz:5: " + kernelLine[:len(kernelLine)-1]:                   "x.txt:1: another line stands at trace.txt.gz:5:",
		head + reserved + " | trace.txt:5: " + kernelLine:                                          "x.txt:1: its line is in trace.txt, but the recording was read from trace.txt.gz",
		head + "call_start → call_reserve 0 sync | trace.txt.gz:5: " + kernelLine:                  "x.txt:1: this exception is not needed: both show call_start → call_reserve 0 sync",
		head + "call_reserve → call_reserveresult EAGAIN async | trace.txt.gz:5: " + kernelLine:    "x.txt:1: this exception is not needed: neither shows call_reserve → call_reserveresult EAGAIN async",
		"\n" + head + "call_reserve → call_reserveresult EIO sync | trace.txt.gz:5: " + kernelLine: "x.txt:2: this exception is not needed: neither shows",
	} {
		rows, errs := excepted(t, text)
		require.Len(t, errs, 1, text)
		require.ErrorContains(t, errs[0], want)
		require.Equal(t, Tally{Both: 2, OnlyKernel: 1, OnlyOurs: 1}, Count(rows), "it covers nothing")
	}
	twice := head + reserved + " | trace.txt.gz:5: " + kernelLine + "\n"
	rows, errs := excepted(t, twice+twice)
	require.Len(t, errs, 1)
	require.ErrorContains(t, errs[0], "x.txt:2: this exception is not needed: x.txt:1 is for the same edge")
	require.Equal(t, 1, Count(rows).Exceptions)
}

func TestALineThatIsNoExceptionIsNamed(t *testing.T) {
	for text, want := range map[string]string{
		"two-slots":                                   `x:1: expected SCENARIO | RECORDING | EDGE | FILE:LINE: TEXT, found "two-slots"`,
		"# a\na | b | " + reserved + " | ":            "x:2: expected SCENARIO",
		"a | b | call_x → call_start 0 sync | f:1: x": `x:1: expected a state or begin, found "call_x"`,
		"a | b | " + reserved + " | f: x":             "x:1: expected FILE:LINE: TEXT of the recording's line",
		"a | b | " + reserved + " | f:0: x":           "x:1: expected FILE:LINE: TEXT",
		"a | b | " + reserved + " | f:12":             "x:1: expected FILE:LINE: TEXT",
		"a | b | " + reserved + " | :12: x":           "x:1: expected FILE:LINE: TEXT",
	} {
		_, err := ReadExceptions("x", text)
		require.ErrorContains(t, err, want)
	}
	list, err := ReadExceptions("x", "\n# nothing\n")
	require.NoError(t, err)
	require.Empty(t, list)
}
