package stage

import (
	"os"
	"testing"

	"github.com/stretchr/testify/require"

	"sunscope/core/scenario/yaml"
	"sunscope/core/trace"
	"sunscope/core/world"
)

func TestASavedRunIsNotTakenForAKernelsRecording(t *testing.T) {
	sc, err := yaml.Builtin("two-slots")
	require.NoError(t, err)
	log, err := world.Run(sc, 42)
	require.NoError(t, err)
	var text []byte
	var e trace.Event
	for i := range log.Len() {
		log.At(i, &e)
		text = append(log.AppendText(text, &e), '\n')
	}
	p := NewPlayer()
	require.NoError(t, p.OpenRecording("run.txt", text))
	require.True(t, p.Saved())
	kernel, err := os.ReadFile("../../tests/recordings/03-v41-mount-basic/trace.txt.gz")
	require.NoError(t, err)
	require.NoError(t, p.OpenRecording("03.txt.gz", kernel))
	require.False(t, p.Saved())
}
