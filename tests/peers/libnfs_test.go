//go:build linux && e2e

package peers

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"sunscope/core/nfs"
)

func TestLibnfsReadsAndWritesOnOurServer(t *testing.T) {
	serveAll(t, "-file", "/export/hello=3000000", "-file", "/export/sub/small=5")
	const here = "nfs://127.0.0.1/export"
	const direct = "?nfsport=20049&mountport=20048" // or libnfs asks rpcbind, which is ours too
	for _, how := range []string{"", direct} {
		list := output(t, "nfs-ls", "-R", here+how)
		require.Contains(t, list, "3000000 hello")
		require.Contains(t, list, "5 sub/small")
		want := make([]byte, 3000000)
		nfs.Pattern(want, "hello", 0)
		require.True(t, string(want) == output(t, "nfs-cat", here+"/hello"+how), "nfs-cat %s", how)
	}
	file := filepath.Join(t.TempDir(), "file")
	data := make([]byte, 2_000_001)
	nfs.Pattern(data, "mine", 0)
	require.NoError(t, os.WriteFile(file, data, 0o644))
	output(t, "nfs-cp", file, here+"/copy"+direct)
	require.True(t, string(data) == output(t, "nfs-cat", here+"/copy"))
	out, err := try("nfs-cat", here+"/nothing"+direct)
	require.Error(t, err)
	require.Contains(t, out, "NFS3ERR_NOENT")
}

func TestLibnfsReadsFromOurNFSv4Server(t *testing.T) {
	serveAll(t, "-programs", "nfs4", "-file", "/export/hello=300000", "-file", "/export/sub/small=5")
	const here, how = "nfs://127.0.0.1/export", "?version=4&nfsport=20049"
	list := output(t, "nfs-ls", "-R", here+how)
	require.Contains(t, list, "300000 hello")
	require.Contains(t, list, "5 sub/small")
	want := make([]byte, 300000)
	nfs.Pattern(want, "hello", 0)
	require.True(t, string(want) == output(t, "nfs-cat", here+"/hello"+how))
	_, err := try("nfs-cat", here+"/nothing"+how)
	require.Error(t, err)
}
