package worlds

import (
	"testing"

	"github.com/stretchr/testify/require"

	"sunscope/core/scenario"
)

func TestEveryRandomWorldIsAScenarioThatCanBeWrittenDownAndRead(t *testing.T) {
	for seed := range uint64(500) {
		sc := Random(seed)
		require.NoError(t, sc.Check(), "seed %d", seed)
		again, err := scenario.Decode(sc.Encode())
		require.NoError(t, err, "seed %d", seed)
		require.Equal(t, sc.Encode(), again.Encode(), "seed %d", seed)
		require.Equal(t, sc.Encode(), Random(seed).Encode(), "seed %d: the same seed makes the same world", seed)
	}
}
