package stage

import (
	"bytes"
	"compress/gzip"
	"flag"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"sunscope/core/scenario/yaml"
)

var update = flag.Bool("update", false, "write scenarios/*.txt anew")

func TestTheScenariosOfTheBrowserAreThoseOfTheCommandLine(t *testing.T) {
	for _, name := range yaml.Builtins() {
		sc, err := yaml.Builtin(name)
		require.NoError(t, err)
		file := "scenarios/" + name + ".txt"
		if *update {
			require.NoError(t, os.WriteFile(file, []byte(sc.Encode()), 0o644))
		}
		have, err := os.ReadFile(file)
		require.NoError(t, err)
		require.Equal(t, sc.Encode(), string(have), "run go test ./viz/stage -run Scenarios -update")
	}
	require.Equal(t, yaml.Builtins(), Scenarios())
}

func TestAScenarioOpensAndTheSameSeedGivesTheSameRun(t *testing.T) {
	p := NewPlayer()
	do(t, p, "scenario", "name=two-slots", "seed=42")
	require.Equal(t, Source{Kind: Simulation, Name: "two-slots", Seed: 42}, p.Source())
	first := bytes.Clone(p.log().Bytes())
	do(t, p, "scenario", "name=two-slots", "seed=43")
	require.NotEqual(t, first, p.log().Bytes())
	do(t, p, "scenario", "name=two-slots", "seed=42")
	require.Equal(t, first, p.log().Bytes())
}

func TestTheLessonsRunStopsAtItsQuestionAndGradesIt(t *testing.T) {
	p := NewPlayer()
	do(t, p, "scenario", "name=two-slots", "seed=42")
	do(t, p, "predict", "id=next", "ask=rpc_task_sleep queue=xprt_backlog item=read[8]", "about=rpc_task_run_action action=call_reserveresult",
		"choices=read[1], read[2], read[3], read[4], read[5], read[6], read[7], read[8]")
	do(t, p, "speed", "value=max")
	do(t, p, "play")
	watchFor(p, 1e9)
	require.Equal(t, "next", p.Asking())
	do(t, p, "answer", "id=next", "choice=read[8]")
	notes := p.Notes()
	require.False(t, notes[len(notes)-1].Verdict.Right, "it has only just gone to sleep, and the bench is first come, first served")
}

func TestARecordingOpensPlainOrPacked(t *testing.T) {
	text := []byte("# tracer: nop\n#\n" + oneSlot(2))
	for _, data := range [][]byte{text, packed(t, text)} {
		p := playerOf(t)
		do(t, p, "recording", "name=trace.txt", "data="+string(data))
		require.Equal(t, Source{Kind: Recording, Name: "trace.txt", Hash: hashOf(data)}, p.Source())
		require.Equal(t, strings.Count(oneSlot(2), "\n"), p.Story().Len())
		require.Empty(t, p.Notes())
	}
}

func TestATruncatedRecordingIsShownUpToWhereItEndsAndSaysWhere(t *testing.T) {
	text := "# tracer: nop\n" + oneSlot(3)
	cut := text[:strings.Index(text, "queue=xprt_backlog")]
	p := playerOf(t)
	do(t, p, "recording", "name=half.txt", "data="+cut)
	line := strings.Count(cut, "\n") + 1
	require.Equal(t, line-2, p.Story().Len(), "the whole lines before it, without the header")
	notes := p.Notes()
	require.Len(t, notes, 1)
	require.Equal(t, Warned, notes[0].Kind)
	require.Equal(t, "half.txt: line "+itoa(line)+": the text ends in the middle of a line; shown up to there", notes[0].Why)

	whole := packed(t, []byte("# tracer: nop\n"+oneSlot(300)))
	do(t, p, "recording", "name=half.gz", "data="+string(whole[:len(whole)/2]))
	notes = p.Notes()
	require.Len(t, notes, 1)
	require.Regexp(t, `^half\.gz: line \d+: the gzip data end early`, notes[0].Why)
	require.Greater(t, p.Story().Len(), 100)
}

func TestAFileThatIsNoRecordingLeavesThePresentRunUntouched(t *testing.T) {
	for name, data := range map[string]string{
		"empty":     "",
		"prose":     "Dear reader,\nthis is a letter.\n",
		"pictures":  "\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR",
		"half gzip": "\x1f\x8b\x08",
		"header":    "# tracer: nop\n#\n",
	} {
		t.Run(name, func(t *testing.T) {
			p := playerOf(t)
			do(t, p, "seek", "instant=7")
			before := p.Snapshot()
			err := p.Do("recording", Args{"name": "file.txt", "data": data})
			require.ErrorContains(t, err, "file.txt")
			require.NotContains(t, err.Error(), "\n")
			require.Less(t, len(err.Error()), 300)
			require.Equal(t, before, p.Snapshot())
		})
	}
}

func packed(t *testing.T, text []byte) []byte {
	t.Helper()
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	_, err := z.Write(text)
	require.NoError(t, err)
	require.NoError(t, z.Close())
	return b.Bytes()
}

func FuzzOpenRecordingNeverPanics(f *testing.F) {
	f.Add([]byte("# tracer: nop\n" + oneSlot(2)))
	f.Add([]byte(strings.ReplaceAll(oneSlot(2), "runstate", "rumstate")))
	f.Fuzz(func(t *testing.T, data []byte) {
		p := NewPlayer()
		if p.OpenRecording("fuzz", data) == nil {
			_ = p.Do("end", nil)
			p.Layout(800, 600)
		}
	})
}
