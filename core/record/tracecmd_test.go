package record

import (
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"sunscope/core/trace"
)

// reported are the recordings that were also kept as trace-cmd report prints them.
var reported = []string{"01b-v3-kernel-autobind", "03-v41-mount-basic", "04-v41-deleg-recall"}

func readFile(t *testing.T, path string) *Recording {
	t.Helper()
	f, err := os.Open(path)
	require.NoError(t, err)
	defer f.Close()
	rec, err := Read(path, f)
	require.NoError(t, err)
	return rec
}

// What trace-cmd leaves out or prints differently: the module of a function, and how an address in
// memory is disguised.
var (
	module     = regexp.MustCompile(` \[\w+\]$`)
	ofListener = regexp.MustCompile(`client=\S*( flags=\S*XPT_LISTENER)`) // a listener has no client: the kernel prints what was there
	address    = regexp.MustCompile(`(\[|entry=)[0-9a-fx]{16,18}`)
)

func withoutWhatTraceCmdChanges(line string) string {
	line = module.ReplaceAllString(line, "")
	line = address.ReplaceAllString(line, "$1")
	return ofListener.ReplaceAllString(line, "client=$1")
}

func TestAReportOfTraceCmdHoldsTheEventsOfTheTraceFile(t *testing.T) {
	for _, name := range reported {
		dir := "../../tests/recordings/" + name
		report, file := readFile(t, dir+"/trace-cmd-report.txt.gz"), readFile(t, dir+"/trace.txt.gz")
		require.Empty(t, report.Unparsed, name)
		require.Equal(t, file.Log.Len(), report.Log.Len(), name)
		require.Equal(t, file.Notes, report.Notes, name)
		var a, b trace.Event
		for i := range file.Log.Len() {
			file.Log.At(i, &a)
			report.Log.At(i, &b)
			require.Equal(t, []any{a.Kind, a.Time, a.PID, a.CPU}, []any{b.Kind, b.Time, b.PID, b.CPU}, "%s, event %d", name, i)
			require.Equal(t, withoutWhatTraceCmdChanges(string(file.Log.AppendEventText(nil, &a))),
				withoutWhatTraceCmdChanges(string(report.Log.AppendEventText(nil, &b))), "%s, event %d", name, i)
		}
	}
}

func TestTheLinesBeforeAndBetweenTheEventsOfAReportAreNoEvents(t *testing.T) {
	const text = "version = 6\nCPU 1 is empty\ncpus=2\n" +
		"CPU:0 [12 EVENTS DROPPED]\n" +
		"  mount.nfs-18255 [000]  2027.243589: xprt_create:          peer=[10.99.1.1]:2049 state=BOUND\n" +
		"  mount.nfs-18255 [000] ..s1.  2027.243590: xprt_destroy:         peer=[10.99.1.1]:2049 state=LOCKED|0x10\n"
	rec, err := Read("report", strings.NewReader(text))
	require.NoError(t, err)
	require.Empty(t, rec.Unparsed)
	require.Equal(t, 12, rec.Lost)
	require.Equal(t, 2, rec.Log.Len())
}

func TestALineOfAReportThatIsDamagedIsNotRead(t *testing.T) {
	for _, line := range []string{
		"mount.nfs-18255 [000]  2027.2435: xprt_create:          peer=[10.99.1.1]:2049 state=BOUND",
		"mount.nfs-18255 [000]  2027.243589: xprt_create:         peer=[10.99.1.1]:2049 state=BOUND",
		"mount.nfs-18255 [000]  2027.243589: xprt_create:          peer=[10.99.1.1]:2049 state=BOND",
		"mount.nfs-18255 [000]  2027.243589: rpc_xdr_sendto:       task:00000001@00000002 head=[0x,40] page=0(0) tail=[(nil),0] len=40",
		"mount.nfs-18255 [000]  2027.243589: rpc_xdr_sendto:       task:00000001@00000002 head=[(nul),40] page=0(0) tail=[(nil),0] len=40",
	} {
		var log trace.Log
		var e trace.Event
		require.Error(t, log.ParseLine(line, &e), line)
	}
}
