package world

import (
	"testing"

	"github.com/stretchr/testify/require"

	"sunscope/core/scenario/yaml"
	"sunscope/core/time"
	"sunscope/core/trace"
)

// scripted runs a mount whose only process does what it is told.
func scripted(t *testing.T, do string, settings ...string) *trace.Log {
	sc, err := yaml.Builtin("mount-read")
	require.NoError(t, err)
	sc.Processes, sc.Expects = nil, nil
	settings = append([]string{"process.1.name", "sh", "process.1.do", do}, settings...)
	for i := 0; i < len(settings); i += 2 {
		require.NoError(t, sc.Set(settings[i], settings[i+1]))
	}
	log, err := Run(sc, 1)
	require.NoError(t, err)
	return log
}

// requests are the times of the calls of a procedure.
func requests(log *trace.Log, proc string) (at []time.Duration) {
	var e trace.Event
	for i := range log.Len() {
		if log.At(i, &e); e.Kind == trace.RPCRequest && e.Text(log, "proc") == proc {
			at = append(at, e.Time)
		}
	}
	return at
}

func TestAWriterWritesAsOftenAsItsPauseAllowsUntilItsTimeIsOver(t *testing.T) {
	at := requests(scripted(t, "create f; pwrites f 4096 250ms 2s; getattr f"), "WRITE")
	require.Len(t, at, 8, "the pause and the call take 250 ms and a bit")
	for i := range at[1:] {
		require.InDelta(t, 250, (at[i+1] - at[i]).Milliseconds(), 5)
	}
}

func TestAProcessThatTakesTooLongIsKilledAndTheOthersGoOn(t *testing.T) {
	log := scripted(t, "getattr /; sleep 10s; readdir /", "process.1.within", "2s",
		"process.2.name", "ls", "process.2.do", "sleep 5s; fsstat", "process.2.within", "30s")
	require.Empty(t, requests(log, "READDIRPLUS"))
	require.Len(t, requests(log, "FSSTAT"), 1)
}
