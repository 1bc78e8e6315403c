//go:build linux && e2e

package peers

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"sunscope/core/nfs"
)

func TestCallReadsAFileOfGaneshaOverNFSv4(t *testing.T) {
	export := startGanesha4(t)
	data := make([]byte, 700_001)
	nfs.Pattern(data, "read", 0)
	require.NoError(t, os.MkdirAll(filepath.Join(export, "sub"), 0o755))
	require.NoError(t, os.WriteFile(filepath.Join(export, "sub", "file"), data, 0o644))
	for _, vers := range []string{"4.0", "4.1"} {
		trace := filepath.Join(t.TempDir(), "trace.txt")
		got := output(t, rpctrace(), "call", "-trace", trace, "127.0.0.1:20490", "nfs", vers, "READ", "/export/sub/file")
		require.True(t, string(data) == got, "%d bytes with NFSv%s", len(got), vers)
		checked(t, trace)
		out, err := try(rpctrace(), "call", "127.0.0.1:20490", "nfs", vers, "READ", "/export/sub/nothing")
		require.Error(t, err)
		require.Equal(t, "rpctrace: call: 127.0.0.1:20490 over tcp: reading /export/sub/nothing over NFSv"+vers+": ENOENT: there is no such file\n", out)
	}
}
